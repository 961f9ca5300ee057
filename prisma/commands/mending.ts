/**
 * What a person does about what is stuck. Nothing here changes what was decided: it asks for something to be tried again, or
 * says that somebody looked. Each leaves a row that never changes: who, when, what.
 */
import { v7 as uuidv7 } from 'uuid';
import type { Prisma } from '../../generated/prisma/client.ts';
import type { CommandHandler } from '../apply-command.ts';
import { CommandRefused, type UnitOfWork } from '../unit-of-work.ts';
import { type ReissueLink, reissueLink } from './inviting.ts';

export const MendingAction = {
  /** Temporal is told of the stream again. */
  Nudge: 'nudge',
  /** The same mail is sent again. */
  ResendMail: 'resendMail',
  /** Somebody looked at the mail and needs nothing more. */
  DismissMail: 'dismissMail',
  /** The examiner gets a new link in a new mail. */
  NewLink: 'newLink',
} as const;
export type MendingAction = (typeof MendingAction)[keyof typeof MendingAction];

export function isMendingAction(value: unknown): value is MendingAction {
  return Object.values(MendingAction).some((action) => action === value);
}

/** Why nothing was mended. */
export const MendingError = {
  StreamNotFound: 'STREAM_NOT_FOUND',
  MailNotFound: 'MAIL_NOT_FOUND',
  /** It was sent, or is being sent, since the page was shown. */
  MailMovedOn: 'MAIL_MOVED_ON',
  /** A code is of no use any more; an invitation needs a new link. */
  MailNotForResend: 'MAIL_NOT_FOR_RESEND',
} as const;

async function leaveTrail(unit: UnitOfWork, action: MendingAction, targetId: string): Promise<void> {
  await unit.tx.mending.create({
    data: {
      id: uuidv7(),
      schoolId: unit.schoolId,
      action,
      targetId,
      actorKind: unit.actor.kind,
      actorId: unit.actor.id,
      at: unit.now,
    },
  });
}

/**
 * Has Temporal told of a stream again, so that its workflow looks anew: one that was lost is started, one that waits to try
 * again tries now. The reconciler does it within two minutes.
 */
export const nudgeStream: CommandHandler<{ readonly streamId: string }, null> = {
  type: 'nudgeStream',
  streams: () => [],
  async run(unit, { streamId }) {
    const count = await unit.tx.$executeRaw`
      INSERT INTO workflow_view (stream_id, school_id, seen_seq, waits_for, since, updated_at, nudged_at)
      SELECT id, school_id, 0, 'start', changed_at, clock_timestamp(), ${unit.now} FROM stream
      WHERE id = ${streamId}::uuid AND school_id = ${unit.schoolId}::uuid
      ON CONFLICT (stream_id) DO UPDATE SET nudged_at = EXCLUDED.nudged_at`;
    if (count === 0) throw new CommandRefused(MendingError.StreamNotFound);
    await leaveTrail(unit, MendingAction.Nudge, streamId);
    return null;
  },
};

/** After so many tries the pump would give up at once; none of the first ones can still be under way. */
const MANY_TRIES = 10;
/** Not sent again as they are: a code has run out, and an invitation goes with a new link. */
const NOT_FOR_RESEND: readonly string[] = ['signIn', 'invitation', 'newLink'];

/** Whether a mail of this template can be sent again as it is. */
export function isMailForResend(template: string | null): boolean {
  return template !== null && !NOT_FOR_RESEND.includes(template);
}

/**
 * Sends a mail again that failed, came back or may not have arrived, now. The document for the exam office is then marked as
 * a repeat. Other mails carry the same Message-ID, so that one that arrived twice shows as one.
 */
export const resendMail: CommandHandler<{ readonly mailId: string }, null> = {
  type: 'resendMail',
  streams: () => [],
  async run(unit, { mailId }) {
    const mail = await unit.tx.mail.findFirst({ where: { id: mailId, schoolId: unit.schoolId } });
    if (!mail) throw new CommandRefused(MendingError.MailNotFound);
    if (!isMailForResend(mail.template)) throw new CommandRefused(MendingError.MailNotForResend);
    const count = await unit.tx.$executeRaw`
      UPDATE mail SET
        state = CASE WHEN state = 'unknown' THEN 'unknown' ELSE 'queued' END,
        is_repeat = is_repeat OR (template = 'resultToOffice' AND tries > 0),
        tries = CASE WHEN tries >= ${MANY_TRIES} THEN 0 ELSE tries END,
        next_try_at = ${unit.now}, accepted_at = NULL, claimed_by = NULL, dealt_at = NULL
      WHERE id = ${mailId}::uuid AND school_id = ${unit.schoolId}::uuid
        AND (state IN ('failed', 'bounced') OR (state IN ('queued', 'unknown') AND next_try_at > ${unit.now}))`;
    if (count === 0) throw new CommandRefused(MendingError.MailMovedOn);
    await forgetDocumentError(unit, mail.reference);
    await leaveTrail(unit, MendingAction.ResendMail, mailId);
    return null;
  },
};

async function forgetDocumentError(unit: UnitOfWork, reference: Prisma.JsonValue): Promise<void> {
  const { documentId } = reference as { documentId?: string };
  if (documentId === undefined) return;
  await unit.tx.document.updateMany({
    where: { id: documentId, schoolId: unit.schoolId, storedAt: { not: null }, mailedAt: null },
    data: { lastError: null },
  });
}

/** A mail that did not arrive needs nothing more; it is no longer shown. */
export const dismissMail: CommandHandler<{ readonly mailId: string }, null> = {
  type: 'dismissMail',
  streams: () => [],
  async run(unit, { mailId }) {
    const where = { id: mailId, schoolId: unit.schoolId, state: { in: ['failed', 'bounced'] }, dealtAt: null };
    const { count } = await unit.tx.mail.updateMany({ where, data: { dealtAt: unit.now } });
    if (count === 0) throw new CommandRefused(MendingError.MailMovedOn);
    await leaveTrail(unit, MendingAction.DismissMail, mailId);
    return null;
  },
};

/** A new link in a new mail for an invitation that did not arrive. The words of the examiner are kept. */
export const mendInvitation: CommandHandler<ReissueLink, null> = {
  type: 'mendInvitation',
  streams: reissueLink.streams,
  async run(unit, command) {
    await reissueLink.run(unit, command);
    await leaveTrail(unit, MendingAction.NewLink, command.invitationId);
    return null;
  },
};
