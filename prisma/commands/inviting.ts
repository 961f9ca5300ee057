/** Commands on invitations: reminding, a new link, withdrawing, and what the mail server says. */
import { v7 as uuidv7 } from 'uuid';
import {
  InvitationError,
  type InvitationState,
  InvitationStatus,
  isUnreached,
  PairStatus,
} from '../../domain/invitation.ts';
import { goesAlong, reminderFacts, wentAlong } from '../../domain/reminding.ts';
import { linkExpiry } from '../../domain/school.ts';
import type { CommandHandler } from '../apply-command.ts';
import type { Tx } from '../client.ts';
import { HOLD_MS, mailId } from '../mail-ledger.ts';
import { CommandRefused, type UnitOfWork } from '../unit-of-work.ts';
import { followAgreement } from './agreement.ts';
import { type DeliveryNews, takeDeliveryNews } from './delivery-news.ts';
import { linkRow, type NewLink } from './invite.ts';
import { examinerMail } from './mails.ts';
import { optionalReason } from './reasons.ts';
import { streamsOfPairs } from './streams.ts';
import type { HeldValue } from './undo.ts';

export async function createLink(unit: UnitOfWork, link: NewLink): Promise<void> {
  await unit.tx.link.create({ data: linkRow(unit, link) });
}

export interface RemindExaminer {
  readonly invitationId: string;
  readonly isManual: boolean;
  /** The planned instant of a reminder by itself; a manual one is its own cause. */
  readonly plannedAt?: string;
}

/**
 * Queues one reminder for everything that is still open. Value: its number and the mail. Other invitations of the same examiner
 * at the school whose reminder falls due about now go along: one mail with a link for each, told in the record of each.
 *
 * Refused with the invitation's own reason, among them `INVITATION_PAUSED` while the examiner waits for an answer, and
 * `REMINDER_ALREADY_QUEUED` when it went along with another one.
 */
export const remindExaminer: CommandHandler<RemindExaminer, { number: number; mailId: string }> = {
  type: 'remindExaminer',
  async streams(tx, command, { schoolId }) {
    const { invitationId, isManual } = command;
    return [invitationId, ...(isManual ? [] : await findCompanions(tx, schoolId, invitationId))];
  },
  async run(unit, { invitationId, isManual, plannedAt }) {
    const state = unit.invitation(invitationId);
    if (plannedAt !== undefined && !isManual && wentAlong(state, plannedAt))
      throw new CommandRefused(InvitationError.ReminderKnown);
    const number = state.reminders.length + 1;
    const companions = isManual ? [] : await companionsOf(unit, invitationId);
    const reference = {
      linkId: state.linkId,
      assessmentIds: openPairs(state),
      number,
      ...(companions.length > 0 ? { otherInvitationIds: companions } : {}),
    };
    const cause = plannedAt ?? unit.commandId;
    const mail = await examinerMail(unit, 'reminder', invitationId, state.examinerId, reference, cause);
    const id = mailId(mail);
    unit.onInvitation(invitationId, { type: 'remind', number, mailId: id, isManual });
    for (const other of companions) {
      const command = { type: 'remind', number: unit.invitation(other).reminders.length + 1, mailId: id } as const;
      unit.onInvitation(other, { ...command, isManual: false });
    }
    unit.queueMail(mail);
    return { number, mailId: id };
  },
};

function openPairs({ pairs }: InvitationState): string[] {
  return Object.keys(pairs).filter((id) => pairs[id] === PairStatus.Open);
}

/** More than one mail should hold. */
const MOST_COMPANIONS = 10;

/** Invitations of the same examiner at the school that have a reminder ahead, the soonest first. */
async function findCompanions(tx: Tx, schoolId: string, invitationId: string): Promise<string[]> {
  const rows = await tx.$queryRaw<{ id: string }[]>`
    SELECT other.id FROM invitation JOIN invitation AS other
      ON other.contact_id = invitation.contact_id AND other.school_id = invitation.school_id AND other.id <> invitation.id
    WHERE invitation.id = ${invitationId}::uuid AND invitation.school_id = ${schoolId}::uuid
      AND other.status = ${InvitationStatus.Active}
      AND other.next_reminder_at IS NOT NULL
    ORDER BY other.next_reminder_at, other.id LIMIT ${MOST_COMPANIONS}`;
  return rows.map(({ id }) => id);
}

/** Those that go along, decided on what is locked now. */
async function companionsOf(unit: UnitOfWork, invitationId: string): Promise<string[]> {
  const found = (await findCompanions(unit.tx, unit.schoolId, invitationId)).filter((id) => unit.hasStream(id));
  if (found.length === 0) return [];
  const settings = await unit.settings();
  const { examinerId } = unit.invitation(invitationId);
  return found.filter((id) => {
    const state = unit.invitation(id);
    return state.examinerId === examinerId && goesAlong(reminderFacts(state, settings), unit.nowIso);
  });
}

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
  streams: (tx, { assessmentId }, { schoolId }) => streamsOfPairs(tx, schoolId, [assessmentId], null),
  async run(unit, { assessmentId, contactId, reason: typed }) {
    const examiner = unit.assessment(assessmentId).examiners[contactId];
    if (!examiner) throw new CommandRefused('EXAMINER_UNKNOWN');
    const words = optionalReason(typed);
    const reason = words === '' ? null : await unit.keepText(assessmentId, 'withdrawReason', words);
    const withdrawn = { type: 'withdrawExaminer', examinerId: contactId, reason } as const;
    const changed = await unit.onAssessment(assessmentId, withdrawn);
    // Another invitation came in between reading and locking.
    if (!unit.hasStream(examiner.invitationId)) throw new CommandRefused('CHANGED_MEANWHILE');
    unit.onInvitation(examiner.invitationId, { type: 'withdrawPair', assessmentId });
    await followAgreement(unit, assessmentId, changed);
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
    const { linkId, examinerId } = state;
    if (state.status === InvitationStatus.Active) await refuseTooSoon(unit, state);
    const assessmentIds = openPairs(state);
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
