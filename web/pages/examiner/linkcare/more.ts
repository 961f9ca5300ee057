/**
 * The examiner's other invitations at a school. A link proves one invitation; a code to the address on file proves the person.
 */
import type { Request, RequestHandler, Response } from 'express';
import { validate as isUuid } from 'uuid';
import {
  askExaminerCode,
  ExaminerCodePurpose,
  type ExaminerCodeUse,
} from '../../../../prisma/commands/examiner-codes.ts';
import { contextOf, type Grant, type PageKit } from '../../../context.ts';
import { visitorKey } from '../../../middleware/limits.ts';
import { sendTooMany } from '../../../page-kit.ts';
import { paths } from '../../../paths.ts';
import { bodyOf, textOf } from '../posted-form.ts';
import { sendLinkNeeded } from '../with-form.ts';
import { codeFieldModel, readCode, refusedText, wrongText } from './codes.ts';

export function createMorePages(kit: PageKit) {
  return {
    show: withGrant(kit, (_req, res, grant) => sendMore(kit, res, grant, null)),
    submit: withGrant(kit, (req, res, grant) => submit(kit, req, res, grant)),
  };
}

type GrantHandler = (req: Request, res: Response, grant: Grant) => Promise<void>;

/** The newest grant at the school of the address decides whose invitations they are. */
function withGrant(kit: PageKit, handler: GrantHandler): RequestHandler {
  return (req, res, next) => {
    const schoolId = String(req.params.schoolId ?? '');
    const grant = contextOf(res).grants.findLast((each) => each.schoolId === schoolId);
    if (!isUuid(schoolId)) return kit.notFound(req, res, next);
    return grant ? handler(req, res, grant) : sendLinkNeeded(kit, res);
  };
}

async function submit(kit: PageKit, req: Request, res: Response, grant: Grant): Promise<void> {
  const { schoolId, contactId } = grant;
  const { translator, sessionId } = contextOf(res);
  const body = bodyOf(req);
  if (textOf(body.actie) === 'stuur') return ask(kit, res, grant);
  const { codes } = kit.repositories.forSchool(schoolId);
  const pending = await codes.findPending(useOf(res, grant));
  if (pending === null) return res.redirect(303, paths.workListMore(schoolId));
  const code = readCode(textOf(body.code));
  if (code === null) return sendMore(kit, res, grant, translator.t('linkcare.code.empty'));
  const seconds = await kit.limits.take('examinerCode', visitorKey(req.ip));
  if (seconds !== null) return sendTooMany(kit, res, seconds);
  const { isRight, triesLeft } = await codes.tryCode(kit.keyring, useOf(res, grant), pending.id, code);
  if (!isRight) return sendMore(kit, res, grant, wrongText(translator, triesLeft));
  const isFirst = await codes.useCode(pending.id);
  const count = isFirst ? await kit.repositories.access.grantMore(sessionId ?? '', schoolId, contactId) : 0;
  kit.setFlash(res, {
    kind: 'ok',
    text: count === 0 ? translator.t('linkcare.more.none') : translator.t('linkcare.more.added', { count }),
  });
  res.redirect(303, paths.workList());
}

async function ask(kit: PageKit, res: Response, grant: Grant): Promise<void> {
  const { schoolId, contactId } = grant;
  const { translator } = contextOf(res);
  const { codes } = kit.repositories.forSchool(schoolId);
  const isAgain = (await codes.findPending(useOf(res, grant))) !== null;
  const outcome = await kit.command(
    askExaminerCode,
    { ...useOf(res, grant), kid: kit.keyring.current, isAgain },
    { schoolId, actor: { kind: 'examiner', id: contactId } },
  );
  const problem = refusedText(translator, outcome);
  if (problem !== null) return sendMore(kit, res, grant, problem);
  res.redirect(303, paths.workListMore(schoolId));
}

function useOf(res: Response, { contactId }: Grant): ExaminerCodeUse {
  return { contactId, sessionId: contextOf(res).sessionId ?? '', purpose: ExaminerCodePurpose.WorkList, subject: '' };
}

async function sendMore(kit: PageKit, res: Response, grant: Grant, error: string | null): Promise<void> {
  const { schoolId, contactId } = grant;
  const { translator } = contextOf(res);
  const repositories = kit.repositories.forSchool(schoolId);
  const pending = await repositories.codes.findPending(useOf(res, grant));
  const isSent = pending !== null && !(pending.isExpired && error === null);
  const address = (await kit.repositories.access.maskedAddress(schoolId, contactId)) ?? '';
  kit.sendPage(
    res,
    'examiner-more',
    {
      action: paths.workListMore(schoolId),
      backHref: paths.workList(),
      isSent,
      lead: translator.t(isSent ? 'linkcare.more.leadSent' : 'linkcare.more.lead', { address }),
      ...codeFieldModel(translator, error),
    },
    {
      title: translator.t('linkcare.more.title'),
      place: translator.t('examiner.place'),
      school: await repositories.examiner.school(),
      status: error === null ? 200 : 422,
      hasErrors: error !== null,
      helpKey: 'worklistMore',
    },
  );
}
