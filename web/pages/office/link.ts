/**
 * The page behind the link in the mail to the exam office.
 *
 * Contract
 * 1. Mail scanners open links: GET and HEAD write nothing, mail nothing and open nothing, and the page says nothing about a student.
 * 2. The MAC is checked before any query; a token that is not ours gets the same answer as one whose mail is gone.
 * 3. Only the button mails a code, and only to the address that the link went to.
 */
import type { Request, Response } from 'express';
import { OfficeLinkState } from '../../../domain/office-delivery.ts';
import { LinkPurpose } from '../../../platform/tokens.ts';
import { resendDocument } from '../../../prisma/commands/delivery.ts';
import { askOfficeCode } from '../../../prisma/commands/office-codes.ts';
import type { OfficeLink } from '../../../prisma/repositories/office-links.ts';
import { SYSTEM_ACTOR } from '../../../prisma/unit-of-work.ts';
import { contextOf, type PageHandler, type PageKit, wordingOf } from '../../context.ts';
import { findByToken } from '../../mailed-token.ts';
import { visitorKey } from '../../middleware/limits.ts';
import { sendTooMany } from '../../page-kit.ts';
import { paths } from '../../paths.ts';
import { singleOf } from '../../posted.ts';
import { longDay } from '../../wording.ts';
import { beginOfficeSession } from './office-session.ts';

export function createOfficeLinkPages(kit: PageKit) {
  const show: PageHandler = async (req, res) => {
    const token = String(req.params.token ?? '');
    const link = await findLink(kit, req, res, token);
    if (link === null) return;
    if (link.state !== OfficeLinkState.Open) return sendClosed(kit, res, link, token);
    const { t } = contextOf(res).translator;
    const { school, number, maskedAddress: address } = link;
    kit.sendPage(
      res,
      'office-link',
      { school: school.name, number, address, action: paths.officeOpen(), token },
      { title: t('office.link.title'), school, place: t('office.place'), helpKey: 'officeLink' },
    );
  };

  const open: PageHandler = async (req, res) => {
    const seconds = await kit.limits.take('officeOpen', visitorKey(req.ip));
    if (seconds !== null) return sendTooMany(kit, res, seconds);
    const token = singleOf(req.body, 'token') ?? '';
    const link = await findLink(kit, req, res, token);
    if (link === null) return;
    if (link.state !== OfficeLinkState.Open) return sendClosed(kit, res, link, token);
    const { mailId, documentId, school } = link;
    const sessionId = beginOfficeSession(req, res);
    const page = paths.officeCode({ document: documentId });
    if (await kit.repositories.officeLinks.findOpened(sessionId, documentId)) return res.redirect(303, page);
    const outcome = await kit.command(
      askOfficeCode,
      { mailId, documentId, sessionId, kid: kit.keyring.current, isAgain: false },
      { schoolId: school.id, actor: SYSTEM_ACTOR },
    );
    if (!outcome.ok) return sendCodeLimit(kit, res, link, outcome.params);
    res.redirect(303, page);
  };

  /** After its time: the document is mailed anew, to the same address. The answer is the same whether or not that was just done. */
  const renew: PageHandler = async (req, res) => {
    const seconds = await kit.limits.take('renewAddress', visitorKey(req.ip));
    if (seconds !== null) return sendTooMany(kit, res, seconds);
    const token = singleOf(req.body, 'token') ?? '';
    const link = await findLink(kit, req, res, token);
    if (link === null) return;
    if (link.state === OfficeLinkState.Open) return res.redirect(303, paths.officeLink(token));
    if (link.state === OfficeLinkState.Expired) {
      await mailAnew(kit, link);
      const { t } = contextOf(res).translator;
      kit.setFlash(res, { kind: 'ok', text: t('office.closed.renewed', { address: link.maskedAddress }) });
    }
    res.redirect(303, paths.officeLink(token));
  };

  return { show, open, renew };
}

async function mailAnew(kit: PageKit, link: OfficeLink): Promise<void> {
  const { assessmentId, documentId, officeAddressId, school } = link;
  for (const name of ['renewLink', 'renewLinkDay'] as const) {
    if ((await kit.limits.take(name, `office|${documentId}`)) !== null) return;
  }
  const outcome = await kit.command(
    resendDocument,
    { assessmentId, documentId, officeAddressId, isAgain: true },
    { schoolId: school.id, actor: SYSTEM_ACTOR },
  );
  if (!outcome.ok) kit.logger.info({ documentId, code: outcome.code }, 'no new link was mailed to an exam office');
}

/** The link behind a token, or null when the answer has been sent already. */
function findLink(kit: PageKit, req: Request, res: Response, token: string): Promise<OfficeLink | null> {
  return findByToken(kit, req, res, token, {
    purpose: LinkPurpose.Office,
    find: (id) => kit.repositories.officeLinks.find(id),
    sendUnknown: () => sendUnknown(kit, res),
  });
}

function sendUnknown(kit: PageKit, res: Response): void {
  const { t } = contextOf(res).translator;
  kit.sendMessage(res, {
    status: 404,
    kind: 'warning',
    title: t('office.unknown.title'),
    text: t('office.unknown.text'),
  });
}

/** A link that no longer opens, with what there is to do. Also for a document that is open in another tab. */
export function sendClosed(kit: PageKit, res: Response, link: OfficeLink, token = ''): void {
  const wording = wordingOf(res);
  const { t } = wording.translator;
  const state = link.state as Exclude<OfficeLinkState, 'open'>;
  const { school, number, replacedBy, maskedAddress: address } = link;
  const title = t(`office.closed.${state}.title`);
  const text = {
    expired: () =>
      t('office.closed.expired.text', {
        number,
        day: longDay({ ...wording, timeZone: school.timeZone }, link.expiresAt),
      }),
    superseded: () => t('office.closed.superseded.text', { number, newer: replacedBy ?? '' }),
    moved: () => t('office.closed.moved.text', { number }),
  }[state]();
  const isRenewable = state === OfficeLinkState.Expired && token !== '';
  kit.sendPage(
    res,
    'office-closed',
    { title, text, address, action: isRenewable ? paths.officeRenew() : '', token },
    { title, school, place: t('office.place'), status: 410, helpKey: 'officeLink' },
  );
}

function sendCodeLimit(
  kit: PageKit,
  res: Response,
  { school }: OfficeLink,
  params: Readonly<Record<string, unknown>>,
): void {
  const { t } = contextOf(res).translator;
  const { minutes } = params;
  kit.sendMessage(res, {
    status: 429,
    kind: 'warning',
    title: t('office.code.limitTitle'),
    text: t('linkcare.code.limit', { count: typeof minutes === 'number' ? minutes : 60 }),
    school,
  });
}
