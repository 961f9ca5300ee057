/**
 * The invitation: one examiner, one mail, one or more assessments. It owns the link, the mails and the reminders.
 *
 * Contract
 * 1. `decideInvitation` and `evolveInvitation` are total (see assessment.ts).
 * 2. An invitation is over when no pair is open: `completed` when something was finished, `withdrawn` otherwise.
 * 3. Reminders are queued only while the invitation is active, one per number.
 * 4. The link is known here by id only. A new link makes the former one useless at once.
 */
import type { TextRef } from './assessment.ts';
import { accept, type Decision, refuse, unreachable } from './outcome.ts';

export const InvitationStatus = {
  Active: 'active',
  Completed: 'completed',
  Withdrawn: 'withdrawn',
  Expired: 'expired',
} as const;
export type InvitationStatus = (typeof InvitationStatus)[keyof typeof InvitationStatus];

export const PairStatus = { Open: 'open', Finished: 'finished', Withdrawn: 'withdrawn' } as const;
export type PairStatus = (typeof PairStatus)[keyof typeof PairStatus];

/** What is known of the last mail of this invitation that must arrive. */
export const DeliveryStatus = {
  Queued: 'queued',
  Accepted: 'accepted',
  Delivered: 'delivered',
  Bounced: 'bounced',
  Failed: 'failed',
} as const;
export type DeliveryStatus = (typeof DeliveryStatus)[keyof typeof DeliveryStatus];

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
  readonly openedAt: string | null;
  readonly reminders: readonly ReminderState[];
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
    }
  | {
      readonly type: 'DeliveryReported';
      readonly mailId: string;
      readonly delivery: DeliveryStatus;
      readonly smtpCode: string | null;
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
    }
  | { readonly type: 'open'; readonly linkId: string }
  | { readonly type: 'remind'; readonly number: number; readonly mailId: string; readonly isManual: boolean }
  | { readonly type: 'reissueLink'; readonly linkId: string; readonly linkExpiresAt: string; readonly mailId: string }
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
      return accept({
        type: 'ReminderQueued',
        number: command.number,
        mailId: command.mailId,
        isManual: command.isManual,
      });
    case 'reissueLink':
      if (state.status === InvitationStatus.Withdrawn) return refuse(InvitationError.Withdrawn);
      return accept({
        type: 'LinkReissued',
        formerLinkId: state.linkId,
        linkId: command.linkId,
        linkExpiresAt: command.linkExpiresAt,
        mailId: command.mailId,
      });
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
  delivered: 2,
  failed: 3,
  bounced: 3,
};

/** Only news about the mail that counts now, and only what moves it forward; a late delivery clears a bounce. */
function decideDelivery(
  state: InvitationState,
  command: Extract<InvitationCommand, { type: 'reportDelivery' }>,
): Outcome {
  const isClearing = command.delivery === DeliveryStatus.Delivered && state.delivery === DeliveryStatus.Bounced;
  if (command.mailId !== state.mailId) return refuse(InvitationError.AlreadyDone);
  if (!isClearing && DELIVERY_RANK[command.delivery] <= DELIVERY_RANK[state.delivery])
    return refuse(InvitationError.AlreadyDone);
  return accept({
    type: 'DeliveryReported',
    mailId: command.mailId,
    delivery: command.delivery,
    smtpCode: command.smtpCode,
  });
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
      return { ...state, delivery: event.delivery, deliveryAt: at };
    case 'InvitationOpened':
      return { ...state, openedAt: state.openedAt ?? at };
    case 'ReminderQueued':
      return {
        ...state,
        reminders: [...state.reminders, { number: event.number, mailId: event.mailId, queuedAt: at }],
      };
    case 'LinkReissued':
      return {
        ...withStatus(state, hasOpenPair(state) ? InvitationStatus.Active : state.status, at),
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
      return withPair(state, event.assessmentId, PairStatus.Finished);
    case 'PairReopened':
      return {
        ...withStatus(withPair(state, event.assessmentId, PairStatus.Open), InvitationStatus.Active, at),
        linkExpiresAt: event.linkExpiresAt,
      };
    case 'PairWithdrawn':
      return withPair(state, event.assessmentId, PairStatus.Withdrawn);
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
  };
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
