/** What a command does to an invitation. Contract: see invitation.ts. */
import {
  type InvitationCommand,
  InvitationError,
  type InvitationEvent,
  type InvitationState,
  InvitationStatus,
  PairStatus,
} from './invitation-messages.ts';
import { hasOpenPair, pausedSince } from './invitation-queries.ts';
import { DeliveryStatus, isLost } from './mail-reach.ts';
import { accept, type Decision, refuse, unreachable } from './outcome.ts';

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

/** News of a mail: see contract 5 of invitation.ts. What is no news is refused with `ALREADY_DONE`. */
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
