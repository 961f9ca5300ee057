/**
 * The invitation: one examiner, one mail, one or more assessments. It owns the link, the mails and the reminders.
 *
 * Contract
 * 1. `decideInvitation` and `evolveInvitation` are total (see assessment.ts).
 * 2. An invitation is over when no pair is open: `completed` when something was finished, `withdrawn` otherwise.
 * 3. Reminders are queued only while the invitation is active, one per number.
 * 4. The link is known here by id only. A new link makes the former one useless at once.
 * 5. `delivery` says whether the address works, as far as is known:
 *    - it begins with the mail that brought the link, and goes forward only: queued, accepted, delayed, delivered, lost;
 *    - a mail to the present address that comes back makes it lost, whichever mail of the invitation it was: a reminder to
 *      that address would not arrive either;
 *    - but an older mail than the one with the link counts only when the address is wrong for good, and nothing newer
 *      arrived: a mailbox that was full then may have room now;
 *    - news of a mail to an address that was corrected since says nothing;
 *    - any mail that arrives at the present address ends it.
 * 6. A pair is paused while the examiner waits for an answer of the initiator; when all open pairs are, nobody is reminded.
 */
import type { TextRef } from './assessment.ts';
import type { DeliveryProblem } from './delivery.ts';
import { accept, type Decision, refuse, unreachable } from './outcome.ts';
import type { ReminderPolicy } from './reminders.ts';

export const InvitationStatus = {
  Active: 'active',
  Completed: 'completed',
  Withdrawn: 'withdrawn',
  Expired: 'expired',
} as const;
export type InvitationStatus = (typeof InvitationStatus)[keyof typeof InvitationStatus];

export const PairStatus = { Open: 'open', Finished: 'finished', Withdrawn: 'withdrawn' } as const;
export type PairStatus = (typeof PairStatus)[keyof typeof PairStatus];

/** What is known of the mails of this invitation: whether what must arrive does (contract 5). */
export const DeliveryStatus = {
  Queued: 'queued',
  /** The first server took it. */
  Accepted: 'accepted',
  /** A server goes on trying. */
  Delayed: 'delayed',
  Delivered: 'delivered',
  /** It came back, or waits for a proof that nobody gives. */
  Bounced: 'bounced',
  /** Refused at the door, or given up by us. */
  Failed: 'failed',
} as const;
export type DeliveryStatus = (typeof DeliveryStatus)[keyof typeof DeliveryStatus];

/** Whether mail does not reach the examiner and nobody tries any more, so that a person must act. */
export function isLost(delivery: string | null): boolean {
  return delivery === DeliveryStatus.Bounced || delivery === DeliveryStatus.Failed;
}

/** How far mail came: by the state of an invitation, or by its row, where instants are dates. */
export interface MailReach<Instant = Date> {
  readonly delivery: string;
  readonly deliveryAt: Instant;
  readonly openedAt: Instant | null;
}

/** Whoever opens the link has got it, whatever was heard of the mail before. */
function isOpenedSince<Instant extends Date | string>({ deliveryAt, openedAt }: MailReach<Instant>): boolean {
  return openedAt !== null && openedAt >= deliveryAt;
}

/** Mail is lost, and nothing since shows otherwise. */
export function isUnreached<Instant extends Date | string>(mail: MailReach<Instant>): boolean {
  return isLost(mail.delivery) && !isOpenedSince(mail);
}

/** What a person may send again. A mail that is late may have a wrong address too; nobody needs to wait until it comes back. */
export const MENDABLE: readonly DeliveryStatus[] = [
  DeliveryStatus.Bounced,
  DeliveryStatus.Failed,
  DeliveryStatus.Delayed,
];

/** Whether mail is lost or late, and did not arrive since: the work of who has it is not taken to another mailbox. */
export function isMendable<Instant extends Date | string>(mail: MailReach<Instant>): boolean {
  return MENDABLE.some((delivery) => delivery === mail.delivery) && !isOpenedSince(mail);
}

export interface ReminderState {
  readonly number: number;
  readonly mailId: string;
  readonly queuedAt: string;
}

export interface InvitationState {
  readonly v: 1;
  readonly status: InvitationStatus;
  readonly statusSince: string;
  readonly examinerId: string;
  readonly linkId: string;
  readonly linkExpiresAt: string;
  readonly dueAt: string | null;
  readonly invitedAt: string;
  readonly pairs: Readonly<Record<string, PairStatus>>;
  readonly mailId: string;
  readonly delivery: DeliveryStatus;
  readonly deliveryAt: string;
  /** Why mail does not arrive (yet); absent when it does, and in records from before reports said why. */
  readonly problem?: DeliveryProblem;
  /** When the mailbox last answered by itself (absence); absent when it never did. */
  readonly autoReplyAt?: string;
  readonly openedAt: string | null;
  readonly reminders: readonly ReminderState[];
  /** Of this invitation alone; absent: that of the school. */
  readonly reminderPolicy?: ReminderPolicy;
  /** When the invitation was last sent again by a person: reminders are counted from there. Absent when it never was. */
  readonly resentAt?: string;
  /** Assessments whose examiner waits for an answer, and since when; absent when there are none. */
  readonly paused?: Readonly<Record<string, string>>;
}

export type InvitationEvent =
  | {
      readonly type: 'InvitationSent';
      readonly examinerId: string;
      readonly initiatorId: string;
      readonly linkId: string;
      readonly linkExpiresAt: string;
      readonly mailId: string;
      readonly assessmentIds: readonly string[];
      readonly dueAt: string | null;
      readonly remark: TextRef | null;
      readonly reminderPolicy?: ReminderPolicy;
      /** The piece of work that it was sent in; absent in older events. */
      readonly batchId?: string;
    }
  | {
      readonly type: 'DeliveryReported';
      readonly mailId: string;
      readonly delivery: DeliveryStatus;
      readonly smtpCode: string | null;
      /** These are absent in older events, and where they say nothing. */
      readonly problem?: DeliveryProblem;
      readonly isAutoReply?: boolean;
    }
  | { readonly type: 'InvitationOpened'; readonly linkId: string }
  | { readonly type: 'ReminderQueued'; readonly number: number; readonly mailId: string; readonly isManual: boolean }
  | {
      readonly type: 'LinkReissued';
      readonly formerLinkId: string;
      readonly linkId: string;
      readonly linkExpiresAt: string;
      readonly mailId: string;
    }
  /** The same link once more. */
  | { readonly type: 'InvitationResent'; readonly mailId: string }
  | { readonly type: 'PairPaused'; readonly assessmentId: string }
  | { readonly type: 'PairResumed'; readonly assessmentId: string }
  /** A withdrawal was taken back before the examiner was told. */
  | { readonly type: 'PairReinstated'; readonly assessmentId: string; readonly linkExpiresAt: string }
  /** By id only: the address itself has no place in a record that is never changed. */
  | { readonly type: 'AddressCorrected'; readonly examinerId: string }
  | { readonly type: 'DueMoved'; readonly dueAt: string; readonly linkExpiresAt: string }
  | { readonly type: 'PairFinished'; readonly assessmentId: string }
  | { readonly type: 'PairReopened'; readonly assessmentId: string; readonly linkExpiresAt: string }
  | { readonly type: 'PairWithdrawn'; readonly assessmentId: string }
  | { readonly type: 'InvitationCompleted'; readonly linkExpiresAt: string }
  | { readonly type: 'InvitationWithdrawn' }
  | { readonly type: 'InvitationExpired' };

export type InvitationEventType = InvitationEvent['type'];

export type InvitationCommand =
  | ({ readonly type: 'send' } & Omit<Extract<InvitationEvent, { type: 'InvitationSent' }>, 'type'>)
  | {
      readonly type: 'reportDelivery';
      readonly mailId: string;
      readonly delivery: DeliveryStatus;
      readonly smtpCode: string | null;
      readonly problem?: DeliveryProblem;
      readonly isAutoReply?: boolean;
      /** Went to the address that the examiner has now. Absent: only the mail with the present link counts. */
      readonly isToPresentAddress?: boolean;
      /** Was queued before the mail with the present link. */
      readonly isOlder?: boolean;
    }
  | { readonly type: 'open'; readonly linkId: string }
  | { readonly type: 'remind'; readonly number: number; readonly mailId: string; readonly isManual: boolean }
  | { readonly type: 'reissueLink'; readonly linkId: string; readonly linkExpiresAt: string; readonly mailId: string }
  | {
      readonly type: 'correctAddress';
      readonly linkId: string;
      readonly linkExpiresAt: string;
      readonly mailId: string;
    }
  | { readonly type: 'resend'; readonly mailId: string }
  | { readonly type: 'pausePair'; readonly assessmentId: string }
  | { readonly type: 'resumePair'; readonly assessmentId: string }
  | { readonly type: 'reinstatePair'; readonly assessmentId: string; readonly linkExpiresAt: string }
  | { readonly type: 'moveDue'; readonly dueAt: string; readonly linkExpiresAt: string }
  | { readonly type: 'finishPair'; readonly assessmentId: string; readonly receiptExpiresAt: string }
  | { readonly type: 'reopenPair'; readonly assessmentId: string; readonly linkExpiresAt: string }
  | { readonly type: 'withdrawPair'; readonly assessmentId: string }
  | { readonly type: 'expire' };

export type InvitationCommandType = InvitationCommand['type'];

export const InvitationError = {
  NotFound: 'INVITATION_NOT_FOUND',
  Exists: 'INVITATION_EXISTS',
  Empty: 'INVITATION_EMPTY',
  Completed: 'INVITATION_COMPLETED',
  Withdrawn: 'INVITATION_WITHDRAWN',
  Expired: 'INVITATION_EXPIRED',
  NotYet: 'INVITATION_NOT_YET_EXPIRED',
  PairUnknown: 'PAIR_UNKNOWN',
  PairClosed: 'PAIR_CLOSED',
  ReminderKnown: 'REMINDER_ALREADY_QUEUED',
  /** The examiner waits for an answer; nobody reminds them meanwhile. */
  Paused: 'INVITATION_PAUSED',
  LinkReplaced: 'LINK_REPLACED',
  AlreadyDone: 'ALREADY_DONE',
} as const;
export type InvitationError = (typeof InvitationError)[keyof typeof InvitationError];

type Outcome = Decision<InvitationEvent, InvitationError>;

/**
 * Decides what a command does to an invitation.
 * @param now ISO instant
 */
export function decideInvitation(state: InvitationState | null, command: InvitationCommand, now: string): Outcome {
  if (command.type === 'send') {
    if (state !== null) return refuse(InvitationError.Exists);
    return command.assessmentIds.length === 0
      ? refuse(InvitationError.Empty)
      : accept({ ...command, type: 'InvitationSent' });
  }
  if (state === null) return refuse(InvitationError.NotFound);
  switch (command.type) {
    case 'reportDelivery':
      return decideDelivery(state, command);
    case 'open':
      if (command.linkId !== state.linkId) return refuse(InvitationError.LinkReplaced);
      return state.openedAt === null
        ? accept({ type: 'InvitationOpened', linkId: command.linkId })
        : refuse(InvitationError.AlreadyDone);
    case 'remind':
      if (state.status !== InvitationStatus.Active) return refuse(closedReason(state));
      if (
        state.reminders.some((reminder) => reminder.number === command.number || reminder.mailId === command.mailId)
      ) {
        return refuse(InvitationError.ReminderKnown);
      }
      // A timer may fire while the question is being written.
      if (pausedSince(state) !== null) return refuse(InvitationError.Paused);
      return accept({
        type: 'ReminderQueued',
        number: command.number,
        mailId: command.mailId,
        isManual: command.isManual,
      });
    case 'reissueLink':
      if (state.status === InvitationStatus.Withdrawn) return refuse(InvitationError.Withdrawn);
      return accept(linkReissued(state, command));
    case 'correctAddress':
      if (!hasOpenPair(state)) return refuse(closedReason(state));
      return accept({ type: 'AddressCorrected', examinerId: state.examinerId }, linkReissued(state, command));
    case 'resend':
      if (state.status !== InvitationStatus.Active) return refuse(closedReason(state));
      return accept({ type: 'InvitationResent', mailId: command.mailId });
    case 'pausePair':
    case 'resumePair':
      return decidePause(state, command);
    case 'reinstatePair': {
      const { assessmentId, linkExpiresAt } = command;
      if (state.pairs[assessmentId] === undefined) return refuse(InvitationError.PairUnknown);
      if (state.pairs[assessmentId] !== PairStatus.Withdrawn) return refuse(InvitationError.AlreadyDone);
      return accept({ type: 'PairReinstated', assessmentId, linkExpiresAt });
    }
    case 'moveDue':
      if (state.status === InvitationStatus.Withdrawn || state.status === InvitationStatus.Completed)
        return refuse(closedReason(state));
      return accept({ type: 'DueMoved', dueAt: command.dueAt, linkExpiresAt: command.linkExpiresAt });
    case 'finishPair':
      return decidePairEnd(
        state,
        command.assessmentId,
        { type: 'PairFinished', assessmentId: command.assessmentId },
        command.receiptExpiresAt,
      );
    case 'withdrawPair':
      return decidePairEnd(
        state,
        command.assessmentId,
        { type: 'PairWithdrawn', assessmentId: command.assessmentId },
        state.linkExpiresAt,
      );
    case 'reopenPair':
      if (state.pairs[command.assessmentId] === undefined) return refuse(InvitationError.PairUnknown);
      if (state.pairs[command.assessmentId] !== PairStatus.Finished) return refuse(InvitationError.PairClosed);
      return accept({ type: 'PairReopened', assessmentId: command.assessmentId, linkExpiresAt: command.linkExpiresAt });
    case 'expire':
      if (state.status !== InvitationStatus.Active) return refuse(closedReason(state));
      return now < state.linkExpiresAt ? refuse(InvitationError.NotYet) : accept({ type: 'InvitationExpired' });
    default:
      return unreachable(command);
  }
}

const DELIVERY_RANK: Readonly<Record<DeliveryStatus, number>> = {
  queued: 0,
  accepted: 1,
  delayed: 2,
  delivered: 3,
  failed: 4,
  bounced: 4,
};

type ReportDelivery = Extract<InvitationCommand, { type: 'reportDelivery' }>;

/** News of a mail: see contract 5. What is no news is refused with `ALREADY_DONE`. */
function decideDelivery(state: InvitationState, command: ReportDelivery): Outcome {
  const isAboutAddress = command.mailId === state.mailId || command.isToPresentAddress === true;
  const next = isAboutAddress ? nextDelivery(state, command) : null;
  const isAnswered = isAboutAddress && command.isAutoReply === true;
  if (next === null && !isAnswered) return refuse(InvitationError.AlreadyDone);
  const { mailId, smtpCode, problem } = command;
  return accept({
    type: 'DeliveryReported',
    mailId,
    delivery: next ?? state.delivery,
    smtpCode,
    ...(problem ? { problem } : {}),
    ...(isAnswered ? { isAutoReply: true } : {}),
  });
}

/** What becomes known, or null when it says nothing new. */
function nextDelivery(state: InvitationState, command: ReportDelivery): DeliveryStatus | null {
  const { delivery, problem, mailId, isOlder } = command;
  if (isLost(state.delivery)) {
    if (delivery === DeliveryStatus.Delivered) return delivery;
    const isWorse = problem?.isPermanent === true && state.problem?.isPermanent === false;
    return isLost(delivery) && isWorse ? delivery : null;
  }
  if (mailId === state.mailId) return DELIVERY_RANK[delivery] > DELIVERY_RANK[state.delivery] ? delivery : null;
  if (!isLost(delivery)) return null;
  const isOverruled = problem?.isPermanent !== true || state.delivery === DeliveryStatus.Delivered;
  return isOlder === true && isOverruled ? null : delivery;
}

function linkReissued(
  state: InvitationState,
  { linkId, linkExpiresAt, mailId }: Extract<InvitationCommand, { type: 'reissueLink' | 'correctAddress' }>,
): InvitationEvent {
  return { type: 'LinkReissued', formerLinkId: state.linkId, linkId, linkExpiresAt, mailId };
}

function decidePairEnd(
  state: InvitationState,
  assessmentId: string,
  ending: InvitationEvent,
  receiptExpiresAt: string,
): Outcome {
  const pair = state.pairs[assessmentId];
  if (pair === undefined) return refuse(InvitationError.PairUnknown);
  if (pair !== PairStatus.Open) return refuse(InvitationError.PairClosed);
  const others = Object.entries(state.pairs).filter(([id]) => id !== assessmentId);
  if (others.some(([, status]) => status === PairStatus.Open)) return accept(ending);
  const isAnyFinished = ending.type === 'PairFinished' || others.some(([, status]) => status === PairStatus.Finished);
  return accept(
    ending,
    isAnyFinished ? { type: 'InvitationCompleted', linkExpiresAt: receiptExpiresAt } : { type: 'InvitationWithdrawn' },
  );
}

function decidePause(
  state: InvitationState,
  { type, assessmentId }: Extract<InvitationCommand, { type: 'pausePair' | 'resumePair' }>,
): Outcome {
  if (state.pairs[assessmentId] === undefined) return refuse(InvitationError.PairUnknown);
  if (state.pairs[assessmentId] !== PairStatus.Open) return refuse(InvitationError.PairClosed);
  const isPaused = state.paused?.[assessmentId] !== undefined;
  if (isPaused === (type === 'pausePair')) return refuse(InvitationError.AlreadyDone);
  return accept({ type: isPaused ? 'PairResumed' : 'PairPaused', assessmentId });
}

function closedReason(state: InvitationState): InvitationError {
  if (state.status === InvitationStatus.Completed) return InvitationError.Completed;
  return state.status === InvitationStatus.Withdrawn ? InvitationError.Withdrawn : InvitationError.Expired;
}

/** Folds one stored event. Total: an event that does not fit leaves the state as it is. */
export function evolveInvitation(
  state: InvitationState | null,
  event: InvitationEvent,
  at: string,
): InvitationState | null {
  if (event.type === 'InvitationSent') return initialState(event, at);
  if (state === null) return null;
  switch (event.type) {
    case 'DeliveryReported':
      return withDelivery(state, event, at);
    case 'InvitationOpened':
      return { ...state, openedAt: state.openedAt ?? at };
    case 'ReminderQueued':
      return {
        ...state,
        reminders: [...state.reminders, { number: event.number, mailId: event.mailId, queuedAt: at }],
      };
    case 'InvitationResent':
      return {
        ...without(state, 'problem'),
        mailId: event.mailId,
        delivery: DeliveryStatus.Queued,
        deliveryAt: at,
        resentAt: at,
      };
    case 'PairPaused':
      return { ...state, paused: { ...state.paused, [event.assessmentId]: at } };
    case 'PairResumed':
      return notPaused(state, event.assessmentId);
    case 'PairReinstated':
      return {
        ...withStatus(withPair(state, event.assessmentId, PairStatus.Open), InvitationStatus.Active, at),
        linkExpiresAt: event.linkExpiresAt,
      };
    case 'AddressCorrected':
      return without(state, 'autoReplyAt');
    case 'LinkReissued':
      return {
        ...withStatus(without(state, 'problem'), hasOpenPair(state) ? InvitationStatus.Active : state.status, at),
        linkId: event.linkId,
        linkExpiresAt: event.linkExpiresAt,
        mailId: event.mailId,
        delivery: DeliveryStatus.Queued,
        deliveryAt: at,
      };
    case 'DueMoved':
      return {
        ...withStatus(state, hasOpenPair(state) ? InvitationStatus.Active : state.status, at),
        dueAt: event.dueAt,
        linkExpiresAt: event.linkExpiresAt,
      };
    case 'PairFinished':
      return withPair(notPaused(state, event.assessmentId), event.assessmentId, PairStatus.Finished);
    case 'PairReopened':
      return {
        ...withStatus(withPair(state, event.assessmentId, PairStatus.Open), InvitationStatus.Active, at),
        linkExpiresAt: event.linkExpiresAt,
      };
    case 'PairWithdrawn':
      return withPair(notPaused(state, event.assessmentId), event.assessmentId, PairStatus.Withdrawn);
    case 'InvitationCompleted':
      return { ...withStatus(state, InvitationStatus.Completed, at), linkExpiresAt: event.linkExpiresAt };
    case 'InvitationWithdrawn':
      return withStatus(state, InvitationStatus.Withdrawn, at);
    case 'InvitationExpired':
      return withStatus(state, InvitationStatus.Expired, at);
    default:
      return unreachable(event);
  }
}

/** An answer of the mailbox to another mail leaves the moment and the problem as they are. */
function withDelivery(
  state: InvitationState,
  event: Extract<InvitationEvent, { type: 'DeliveryReported' }>,
  at: string,
): InvitationState {
  const { delivery, problem, isAutoReply } = event;
  const isChange = delivery !== state.delivery || problem !== undefined;
  return {
    ...(isChange ? without(state, 'problem') : state),
    delivery,
    deliveryAt: delivery === state.delivery ? state.deliveryAt : at,
    ...(problem === undefined ? {} : { problem }),
    ...(isAutoReply === true ? { autoReplyAt: at } : {}),
  };
}

function notPaused(state: InvitationState, assessmentId: string): InvitationState {
  if (state.paused?.[assessmentId] === undefined) return state;
  const { [assessmentId]: _, ...others } = state.paused;
  return Object.keys(others).length > 0 ? { ...state, paused: others } : without(state, 'paused');
}

function without(state: InvitationState, field: 'problem' | 'autoReplyAt' | 'paused'): InvitationState {
  const { [field]: _, ...others } = state;
  return others;
}

function initialState(event: Extract<InvitationEvent, { type: 'InvitationSent' }>, at: string): InvitationState {
  return {
    v: 1,
    status: InvitationStatus.Active,
    statusSince: at,
    examinerId: event.examinerId,
    linkId: event.linkId,
    linkExpiresAt: event.linkExpiresAt,
    dueAt: event.dueAt,
    invitedAt: at,
    pairs: Object.fromEntries(event.assessmentIds.map((id) => [id, PairStatus.Open])),
    mailId: event.mailId,
    delivery: DeliveryStatus.Queued,
    deliveryAt: at,
    openedAt: null,
    reminders: [],
    ...(event.reminderPolicy ? { reminderPolicy: event.reminderPolicy } : {}),
  };
}

/** Since when all open work waits for an answer of the initiator; null when some does not. */
export function pausedSince(state: InvitationState): string | null {
  if (state.paused === undefined) return null;
  const open = Object.keys(state.pairs).filter((id) => state.pairs[id] === PairStatus.Open);
  const since = open.map((id) => state.paused?.[id]);
  return since.length > 0 && since.every((at) => at !== undefined) ? (since.sort().at(-1) ?? null) : null;
}

function hasOpenPair(state: InvitationState): boolean {
  return Object.values(state.pairs).includes(PairStatus.Open);
}

function withPair(state: InvitationState, assessmentId: string, pair: PairStatus): InvitationState {
  return state.pairs[assessmentId] === undefined
    ? state
    : { ...state, pairs: { ...state.pairs, [assessmentId]: pair } };
}

function withStatus(state: InvitationState, status: InvitationStatus, at: string): InvitationState {
  return status === state.status ? state : { ...state, status, statusSince: at };
}
