/** Commands on invitations: reminding, a new link, withdrawing, and what the mail server says. */
import { v7 as uuidv7 } from 'uuid';
import { type InvitationState, InvitationStatus, isUnreached, PairStatus } from '../../domain/invitation.ts';
import { linkExpiry } from '../../domain/school.ts';
import type { CommandHandler } from '../apply-command.ts';
import { HOLD_MS, mailId } from '../mail-ledger.ts';
import { CommandRefused, type UnitOfWork } from '../unit-of-work.ts';
import { type DeliveryNews, takeDeliveryNews } from './delivery-news.ts';
import { linkRow, type NewLink } from './invite.ts';
import { examinerMail } from './mails.ts';
import { optionalReason } from './reasons.ts';
import { streamsOfPair } from './streams.ts';
import type { HeldValue } from './undo.ts';

async function createLink(unit: UnitOfWork, link: NewLink): Promise<void> {
  await unit.tx.link.create({ data: linkRow(unit, link) });
}

export interface RemindExaminer {
  readonly invitationId: string;
  readonly isManual: boolean;
  /** The planned instant of a reminder by itself; a manual one is its own cause. */
  readonly plannedAt?: string;
}

/**
 * Queues one reminder for everything that is still open. Value: its number and the mail.
 *
 * Refused with the invitation's own reason, among them `INVITATION_PAUSED` while the examiner waits for an answer.
 */
export const remindExaminer: CommandHandler<RemindExaminer, { number: number; mailId: string }> = {
  type: 'remindExaminer',
  streams: (_tx, command) => [command.invitationId],
  async run(unit, command) {
    const state = unit.invitation(command.invitationId);
    const number = state.reminders.length + 1;
    const cause = command.plannedAt ?? unit.commandId;
    const open = Object.keys(state.pairs).filter((id) => state.pairs[id] === 'open');
    const reference = { linkId: state.linkId, assessmentIds: open, number };
    const mail = await examinerMail(unit, 'reminder', command.invitationId, state.examinerId, reference, cause);
    const id = mailId(mail);
    unit.onInvitation(command.invitationId, { type: 'remind', number, mailId: id, isManual: command.isManual });
    unit.queueMail(mail);
    return { number, mailId: id };
  },
};

export interface WithdrawExaminer {
  readonly assessmentId: string;
  readonly contactId: string;
  readonly reason: string;
}

/**
 * Takes one assessment out of an examiner's invitation. The examiner is told after a minute, until when `undoWithdraw` takes it
 * back.
 *
 * Refused with `EXAMINER_UNKNOWN`, `FORM_ALREADY_FINISHED`, `ALREADY_DONE`, `ASSESSMENT_FINAL`, `ASSESSMENT_CANCELLED`,
 * `REASON_TOO_LONG`, `TEXT_FORBIDDEN_CHARACTER` or `CHANGED_MEANWHILE`.
 */
export const withdrawExaminer: CommandHandler<WithdrawExaminer, HeldValue> = {
  type: 'withdrawExaminer',
  streams: (tx, command, context) => streamsOfPair(tx, context.schoolId, command),
  async run(unit, { assessmentId, contactId, reason: typed }) {
    const examiner = unit.assessment(assessmentId).examiners[contactId];
    if (!examiner) throw new CommandRefused('EXAMINER_UNKNOWN');
    const words = optionalReason(typed);
    const reason = words === '' ? null : await unit.keepText(assessmentId, 'withdrawReason', words);
    await unit.onAssessment(assessmentId, { type: 'withdrawExaminer', examinerId: contactId, reason });
    // Another invitation came in between reading and locking.
    if (!unit.hasStream(examiner.invitationId)) throw new CommandRefused('CHANGED_MEANWHILE');
    unit.onInvitation(examiner.invitationId, { type: 'withdrawPair', assessmentId });
    const reference = { assessmentIds: [assessmentId], ...(reason ? { textId: reason.textId } : {}) };
    const mail = await examinerMail(unit, 'withdrawn', examiner.invitationId, contactId, reference);
    const notBefore = holdUntil(unit);
    unit.queueMail({ ...mail, notBefore });
    return { undoableUntil: notBefore.toISOString(), mailIds: [mailId(mail)] };
  },
};

/** The moment at which a mail leaves that tells of what may be taken back. */
export function holdUntil({ now }: UnitOfWork): Date {
  return new Date(now.getTime() + HOLD_MS);
}

/** So long after an invitation was sent it is not sent again: mail takes its time. */
const RESEND_PAUSE_MS = 10 * 60_000;

/**
 * Sends the invitation with the same link once more, to the address that the examiner has now. Reminders are counted anew from
 * here. Value: the mail.
 *
 * Refused with `SENT_RECENTLY` (params `at`, `againAt`: ISO instants) within ten minutes of the mail that brought the link,
 * unless that is lost, or with the invitation's own reason.
 */
export const resendInvitation: CommandHandler<{ readonly invitationId: string }, { mailId: string }> = {
  type: 'resendInvitation',
  streams: (_tx, command) => [command.invitationId],
  async run(unit, { invitationId }) {
    const state = unit.invitation(invitationId);
    const { linkId, examinerId, pairs } = state;
    if (state.status === InvitationStatus.Active) await refuseTooSoon(unit, state);
    const assessmentIds = Object.keys(pairs).filter((id) => pairs[id] === PairStatus.Open);
    const mail = await examinerMail(unit, 'invitation', invitationId, examinerId, { linkId, assessmentIds });
    const id = mailId(mail);
    unit.onInvitation(invitationId, { type: 'resend', mailId: id });
    // It stands below the first one, not beside it.
    unit.queueMail({ ...mail, isThreadRoot: false });
    return { mailId: id };
  },
};

async function refuseTooSoon(unit: UnitOfWork, state: InvitationState): Promise<void> {
  if (isUnreached(state)) return;
  const where = { id: state.mailId, schoolId: unit.schoolId };
  const last = await unit.tx.mail.findFirst({ where, select: { queuedAt: true } });
  const at = last?.queuedAt ?? new Date(state.invitedAt);
  const againAt = new Date(at.getTime() + RESEND_PAUSE_MS);
  if (unit.now < againAt) {
    throw new CommandRefused('SENT_RECENTLY', { at: at.toISOString(), againAt: againAt.toISOString() });
  }
}

export interface ReissueLink {
  readonly invitationId: string;
  readonly kid: string;
}

/** A new link to the address on file; the former one ends at once, the words stay. */
export const reissueLink: CommandHandler<ReissueLink, null> = {
  type: 'reissueLink',
  streams: (_tx, command) => [command.invitationId],
  async run(unit, { invitationId, kid }) {
    const { pairs } = unit.invitation(invitationId);
    const assessmentIds = Object.keys(pairs).filter((id) => pairs[id] !== PairStatus.Withdrawn);
    await replaceLink(unit, { invitationId, kid, type: 'reissueLink', template: 'newLink', assessmentIds });
    return null;
  },
};

interface LinkReplacement {
  readonly invitationId: string;
  readonly kid: string;
  readonly type: 'reissueLink' | 'correctAddress';
  readonly template: 'newLink' | 'invitation';
  /** What the mail speaks of. */
  readonly assessmentIds: readonly string[];
}

/**
 * Makes a new link, ends the former one, and queues the mail that brings it to the address that the examiner has now.
 * @throws CommandRefused when the invitation takes no new link
 */
export async function replaceLink(unit: UnitOfWork, replacement: LinkReplacement): Promise<void> {
  const { invitationId, kid, type, template, assessmentIds } = replacement;
  const state = unit.invitation(invitationId);
  const linkId = uuidv7();
  const linkExpiresAt = linkExpiry(unit.nowIso, state.dueAt);
  const mail = await examinerMail(unit, template, invitationId, state.examinerId, { linkId, assessmentIds });
  const link = { linkId, invitationId, contactId: state.examinerId, kid, expiresAt: linkExpiresAt };
  await createLink(unit, link);
  unit.onInvitation(invitationId, { type, linkId, linkExpiresAt, mailId: mailId(mail) });
  unit.queueMail(mail);
}

export interface OpenInvitation {
  readonly invitationId: string;
  readonly linkId: string;
}

/** The examiner pressed the button; a second time is refused with `ALREADY_DONE`, which callers take as fine. */
export const openInvitation: CommandHandler<OpenInvitation, null> = {
  type: 'openInvitation',
  streams: (_tx, command) => [command.invitationId],
  async run(unit, command) {
    unit.onInvitation(command.invitationId, { type: 'open', linkId: command.linkId });
    return null;
  },
};

export interface ReportDelivery extends DeliveryNews {
  readonly invitationId: string;
}

/** What became of a mail to the examiner. */
export const reportDelivery: CommandHandler<ReportDelivery, null> = {
  type: 'reportDelivery',
  streams: (_tx, command) => [command.invitationId],
  async run(unit, { invitationId, ...news }) {
    await takeDeliveryNews(unit, invitationId, news);
    return null;
  },
};

/** The link's life is over. */
export const expireInvitation: CommandHandler<{ readonly invitationId: string }, null> = {
  type: 'expireInvitation',
  streams: (_tx, command) => [command.invitationId],
  async run(unit, command) {
    unit.onInvitation(command.invitationId, { type: 'expire' });
    return null;
  },
};
