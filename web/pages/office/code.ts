/**
 * The code, and the document behind it.
 *
 * Contract
 * 1. A code counts for one document, in the browser that asked for it, once; five tries, ten minutes (examiner-codes.ts).
 * 2. After it that browser reads the document for half an hour, as long as the link itself still stands: a newer version, or a mail to
 *    another address, ends it at once.
 */
import type { Request, RequestHandler, Response } from 'express';
import { OfficeLinkState } from '../../../domain/office-delivery.ts';
import { askOfficeCode, officeCodeUse } from '../../../prisma/commands/office-codes.ts';
import { OFFICE_READING_MINUTES, type OfficeLink } from '../../../prisma/repositories/office-links.ts';
import { SYSTEM_ACTOR } from '../../../prisma/unit-of-work.ts';
import { contextOf, type PageHandler, type PageKit, wordingOf } from '../../context.ts';
import { visitorKey } from '../../middleware/limits.ts';
import { sendTooMany } from '../../page-kit.ts';
import { paths } from '../../paths.ts';
import { isId, singleOf } from '../../posted.ts';
import { readStoredDocument, sendPdf } from '../documents/document.ts';
import { codeFieldModel, readCode, refusedText, wrongText } from '../examiner/linkcare/codes.ts';
import { sendClosed } from './link.ts';
import { officeSessionOf } from './office-session.ts';

/** What this browser has of a document: a code that is asked for, or the document itself. */
interface Opening {
  readonly sessionId: string;
  readonly link: OfficeLink;
  /** Null: opened. */
  readonly pending: { readonly codeId: string; readonly isExpired: boolean } | null;
}

export function createOfficeCodePages(kit: PageKit) {
  async function findOpening(req: Request, documentId: unknown): Promise<Opening | null> {
    const sessionId = officeSessionOf(req);
    if (sessionId === null || !isId(documentId)) return null;
    const { officeLinks } = kit.repositories;
    const opened = await officeLinks.findOpened(sessionId, documentId);
    const pending = opened ? null : await officeLinks.findCode(sessionId, documentId);
    const mailId = opened?.mailId ?? pending?.mailId;
    const link = mailId === undefined ? null : await officeLinks.find(mailId);
    return link?.documentId === documentId ? { sessionId, link, pending } : null;
  }

  const show: PageHandler = async (req, res) => {
    const opening = await findOpening(req, req.query.document);
    if (opening === null) return sendLost(kit, res);
    const { link, pending } = opening;
    if (link.state !== OfficeLinkState.Open) return sendClosed(kit, res, link);
    if (pending === null) return sendDocumentPage(kit, res, link);
    const { t } = contextOf(res).translator;
    sendCode(kit, res, link, pending.isExpired ? t('office.code.expired') : null);
  };

  const submit: PageHandler = async (req, res) => {
    const opening = await findOpening(req, singleOf(req.body, 'document'));
    if (opening === null) return sendLost(kit, res);
    const { link, pending, sessionId } = opening;
    if (link.state !== OfficeLinkState.Open) return sendClosed(kit, res, link);
    const page = paths.officeCode({ document: link.documentId });
    // Pressed twice, or right in another tab: it is open.
    if (pending === null) return res.redirect(303, page);
    const seconds = await kit.limits.take('examinerCode', visitorKey(req.ip));
    if (seconds !== null) return sendTooMany(kit, res, seconds);
    if (singleOf(req.body, 'actie') === 'opnieuw') return mailAgain(res, opening);
    const { translator } = contextOf(res);
    const typed = readCode(singleOf(req.body, 'code') ?? '');
    if (typed === null) return sendCode(kit, res, link, translator.t('linkcare.code.empty'));
    const { codes } = kit.repositories.forSchool(link.school.id);
    const use = officeCodeUse({ mailId: link.mailId, documentId: link.documentId, sessionId });
    const { isRight, triesLeft } = await codes.tryCode(kit.keyring, use, pending.codeId, typed);
    if (isRight) await codes.useCode(pending.codeId);
    // Used a moment ago, by the same button pressed twice.
    else if (!(await kit.repositories.officeLinks.findOpened(sessionId, link.documentId)))
      return sendCode(kit, res, link, wrongText(translator, triesLeft));
    res.redirect(303, page);
  };

  async function mailAgain(res: Response, { link, sessionId }: Opening): Promise<void> {
    const { mailId, documentId, school } = link;
    const outcome = await kit.command(
      askOfficeCode,
      { mailId, documentId, sessionId, kid: kit.keyring.current, isAgain: true },
      { schoolId: school.id, actor: SYSTEM_ACTOR },
    );
    const { translator } = contextOf(res);
    const problem = refusedText(translator, outcome);
    if (problem !== null) return sendCode(kit, res, link, problem);
    kit.setFlash(res, { kind: 'ok', text: translator.t('linkcare.code.sent', { address: link.maskedAddress }) });
    res.redirect(303, paths.officeCode({ document: documentId }));
  }

  const file: RequestHandler = async (req, res) => {
    const opening = await findOpening(req, req.params.id);
    if (opening === null || opening.pending !== null) return sendLost(kit, res);
    const { link } = opening;
    if (link.state !== OfficeLinkState.Open) return sendClosed(kit, res, link);
    const bytes = await readStoredDocument(kit, res, link.sha256);
    if (bytes !== null) return sendPdf(res, link, bytes);
    const { translator, requestId } = contextOf(res);
    kit.sendMessage(res, {
      status: 500,
      title: translator.t('committee.document.brokenTitle'),
      text: translator.t('office.document.broken', { reference: requestId.slice(0, 8) }),
      school: link.school,
    });
  };

  return { show, submit, file };
}

/** Without the cookie, or after its time: the way on is the link in the mail. */
function sendLost(kit: PageKit, res: Response): void {
  const { t } = contextOf(res).translator;
  kit.sendMessage(res, { status: 404, kind: 'info', title: t('office.lost.title'), text: t('office.lost.text') });
}

function sendCode(kit: PageKit, res: Response, link: OfficeLink, error: string | null): void {
  const { translator } = contextOf(res);
  const { t } = translator;
  const { school, number, documentId } = link;
  const model = {
    action: paths.officeCode(),
    documentId,
    lead: t('office.code.lead', { number, address: link.maskedAddress }),
    ...codeFieldModel(translator, error),
  };
  kit.sendPage(res, 'office-code', model, {
    title: t('office.code.title'),
    school,
    place: t('office.place'),
    hasErrors: error !== null,
    helpKey: 'officeLink',
    status: error === null || res.req.method === 'GET' ? 200 : 422,
  });
}

function sendDocumentPage(kit: PageKit, res: Response, link: OfficeLink): void {
  const { t } = wordingOf(res).translator;
  const { school, number, version, sha256, documentId } = link;
  const model = {
    href: paths.officeDocument(documentId),
    minutes: OFFICE_READING_MINUTES,
    facts: [
      { label: t('office.document.school'), value: school.name },
      { label: t('office.document.number'), value: number },
      { label: t('office.document.version'), value: String(version) },
    ],
    sha256,
    checkHref: paths.authenticity(),
  };
  kit.sendPage(res, 'office-document', model, {
    title: t('office.document.title'),
    school,
    place: t('office.place'),
    helpKey: 'officeLink',
  });
}
