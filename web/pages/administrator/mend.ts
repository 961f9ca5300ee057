/** The buttons that mend. Pressing one twice is one press: the form carries the id of its command. */
import type { Request, RequestHandler, Response } from 'express';
import type { CommandOutcome } from '../../../prisma/apply-command.ts';
import {
  dismissMail,
  MendingAction,
  MendingError,
  mendBatch,
  mendDocument,
  mendInvitation,
  nudgeStream,
  resendMail,
} from '../../../prisma/commands/mending.ts';
import { contextOf, memberActor, memberOf, type PageKit } from '../../context.ts';
import { paths } from '../../paths.ts';
import { isId, singleOf } from '../../posted.ts';
import { kindOf } from './condition.model.ts';

/** Refused because this school has no such thing: answered like any address that does not exist. */
const UNKNOWN: readonly string[] = [
  MendingError.StreamNotFound,
  MendingError.MailNotFound,
  'DOCUMENT_UNKNOWN',
  'INVITATION_NOT_FOUND',
  'BATCH_NOT_FOUND',
];

export function createMending(kit: PageKit): RequestHandler {
  return async (req, res, next) => {
    const action = Object.values(MendingAction).find((each) => each === singleOf(req.body, 'actie'));
    const id = singleOf(req.body, 'id');
    const assessmentId = singleOf(req.body, 'afname');
    const isNamed = action !== MendingAction.ResendDocument || isId(assessmentId);
    if (action === undefined || !isId(id) || !isNamed) return kit.notFound(req, res, next);
    const outcome = await mend(kit, req, res, action, id);
    if (!outcome.ok && UNKNOWN.includes(outcome.code)) return kit.notFound(req, res, next);
    const { translator } = contextOf(res);
    kit.setFlash(
      res,
      outcome.ok
        ? { kind: 'ok', text: translator.t(`administrator.done.${action}`) }
        : { kind: 'warning', text: refusalText(res, outcome.code) },
    );
    const slug = singleOf(req.body, 'terug') ?? '';
    res.redirect(303, kindOf(slug) === null ? paths.condition() : paths.findings(slug));
  };
}

function mend(
  kit: PageKit,
  req: Request,
  res: Response,
  action: MendingAction,
  id: string,
): Promise<CommandOutcome<null>> {
  const commandId = singleOf(req.body, 'opdracht');
  const by = {
    schoolId: memberOf(res).schoolId,
    actor: memberActor(res),
    ...(isId(commandId) ? { commandId } : {}),
  };
  switch (action) {
    case MendingAction.Nudge:
      return kit.command(nudgeStream, { streamId: id }, by);
    case MendingAction.ResendMail:
      return kit.command(resendMail, { mailId: id }, by);
    case MendingAction.DismissMail:
      return kit.command(dismissMail, { mailId: id }, by);
    case MendingAction.ResendDocument: {
      const assessmentId = singleOf(req.body, 'afname') ?? '';
      return kit.command(mendDocument, { assessmentId, documentId: id }, by);
    }
    case MendingAction.StopBatch:
      return kit.command(mendBatch, { batchId: id }, by);
    case MendingAction.ResendInvitation:
      return kit.command(mendInvitation, { invitationId: id, kid: kit.keyring.current }, by);
  }
}

function refusalText(res: Response, code: string): string {
  const { translator } = contextOf(res);
  const key = `administrator.refused.${code}`;
  return translator.has(key) ? translator.t(key) : translator.t('administrator.refused.other');
}
