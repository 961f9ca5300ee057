/**
 * What a person does about what is stuck. Nothing here changes what was decided: it asks for something to be tried again, or
 * says that somebody looked. Each leaves a row that never changes: who, when, what.
 */
import { v7 as uuidv7 } from 'uuid';
import type { CommandHandler } from '../apply-command.ts';
import { CommandRefused, type UnitOfWork } from '../unit-of-work.ts';
import { hasInitiatorLeft } from './batch-held.ts';
import { correctAddress, resendDocument } from './delivery.ts';

export const MendingAction = {
  /** Temporal is told of the stream again. */
  Nudge: 'nudge',
  /** The same mail is sent again. */
  ResendMail: 'resendMail',
  /** Somebody looked at the mail and needs nothing more. */
  DismissMail: 'dismissMail',
  /** The document goes to the exam office once more. */
  ResendDocument: 'resendDocument',
  /** The examiner gets the invitation again, with a new link. */
  ResendInvitation: 'resendInvitation',
  /** Invitations of somebody who has left the school are not sent any more. */
  StopBatch: 'stopBatch',
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
  /** Whoever started the batch is here, and may stop it. */
  InitiatorHere: 'BATCH_INITIATOR_HERE',
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
 * again tries now. The relay does it at its next look, which is at once.
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
 * Tries a mail again now that failed, came back or may not have arrived, to the same address and with the same Message-ID, so
 * that one that arrived twice shows as one. A document for the exam office that is under way says then that it is a repeat;
 * one that is lost goes by `mendDocument`.
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
        AND ((state IN ('failed', 'bounced') AND template <> 'resultToOffice')
          OR (state IN ('queued', 'unknown') AND next_try_at > ${unit.now}))`;
    if (count === 0) throw new CommandRefused(MendingError.MailMovedOn);
    await leaveTrail(unit, MendingAction.ResendMail, mailId);
    return null;
  },
};

export interface MendDocument {
  readonly assessmentId: string;
  readonly documentId: string;
}

/** Mails a document that did not reach the exam office once more, to the same address. The committee may choose another. */
export const mendDocument: CommandHandler<MendDocument, null> = {
  type: 'mendDocument',
  streams: (_tx, command) => [command.assessmentId],
  async run(unit, { assessmentId, documentId }) {
    const { schoolId } = unit;
    const where = { id: documentId, assessmentId, schoolId };
    const document = await unit.tx.document.findFirst({ where, select: { officeAddressId: true } });
    if (!document) throw new CommandRefused('DOCUMENT_UNKNOWN');
    await resendDocument.run(unit, { assessmentId, documentId, officeAddressId: document.officeAddressId });
    await leaveTrail(unit, MendingAction.ResendDocument, documentId);
    return null;
  },
};

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

/**
 * Stops a batch whose initiator has left the school; what was sent stays sent.
 * Refuses `BATCH_NOT_FOUND`, `BATCH_INITIATOR_HERE`, `BATCH_FINISHED`, `BATCH_STOPPED`.
 */
export const mendBatch: CommandHandler<{ readonly batchId: string }, null> = {
  type: 'mendBatch',
  streams: (_tx, { batchId }) => [batchId],
  async run(unit, { batchId }) {
    if (!(await hasInitiatorLeft(unit, unit.batch(batchId)))) throw new CommandRefused(MendingError.InitiatorHere);
    unit.onBatch(batchId, { type: 'stop' });
    await leaveTrail(unit, MendingAction.StopBatch, batchId);
    return null;
  },
};

export interface MendInvitation {
  readonly invitationId: string;
  /** Key id with which links are derived. */
  readonly kid: string;
}

/**
 * Sends an invitation that did not arrive again, to the same address, with a new link. The words of the examiner are kept.
 * Another address is for the initiator to give.
 */
export const mendInvitation: CommandHandler<MendInvitation, null> = {
  type: 'mendInvitation',
  streams: (tx, { invitationId, kid }, context) =>
    correctAddress.streams(tx, { invitationId, kid, email: '' }, context),
  async run(unit, { invitationId, kid }) {
    const where = { id: invitationId, schoolId: unit.schoolId };
    const found = await unit.tx.invitation.findFirst({ where, select: { contact: { select: { email: true } } } });
    if (!found) throw new CommandRefused('INVITATION_NOT_FOUND');
    await correctAddress.run(unit, { invitationId, kid, email: found.contact.email });
    await leaveTrail(unit, MendingAction.ResendInvitation, invitationId);
    return null;
  },
};
