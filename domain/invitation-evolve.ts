/** What an event makes of an invitation. Contract: see invitation.ts. */
import { type InvitationEvent, type InvitationState, InvitationStatus, PairStatus } from './invitation-messages.ts';
import { hasOpenPair } from './invitation-queries.ts';
import { DeliveryStatus } from './mail-reach.ts';
import { unreachable } from './outcome.ts';

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

function withPair(state: InvitationState, assessmentId: string, pair: PairStatus): InvitationState {
  return state.pairs[assessmentId] === undefined
    ? state
    : { ...state, pairs: { ...state.pairs, [assessmentId]: pair } };
}

function withStatus(state: InvitationState, status: InvitationStatus, at: string): InvitationState {
  return status === state.status ? state : { ...state, status, statusSince: at };
}
