/**
 * The batch: invitations that one click sends, now or at a set moment. It owns a list of rows to do and their outcome; a row is
 * one examiner with all assessments to invite for, so one invitation and one mail.
 *
 * Contract
 * 1. `decideBatch` and `evolveBatch` are total (see assessment.ts).
 * 2. A row is worked off once: what is not left cannot be sent or fail. So any number of processes may work at the same batch.
 * 3. A row that fails stops no other. It fails with a code, and stays so until somebody asks to try it again.
 * 4. A scheduled batch begins when its moment has come by the clock of the record, and not before.
 * 5. A stopped batch sends nothing any more; what was sent stays sent.
 * 6. The state holds numbers of rows and counts, so that it is small for thousands of rows; the rows themselves stand in the
 *    event that planned them.
 */
import type { TextRef } from './assessment.ts';
import { accept, type Decision, refuse, unreachable } from './outcome.ts';
import type { ReminderPolicy } from './reminders.ts';

export const BatchStatus = {
  /** Waits for its moment. */
  Scheduled: 'scheduled',
  Sending: 'sending',
  /** Every row was sent or failed. */
  Finished: 'finished',
  /** Somebody stopped it before all rows were done. */
  Stopped: 'stopped',
} as const;
export type BatchStatus = (typeof BatchStatus)[keyof typeof BatchStatus];
export const BATCH_STATUSES: readonly BatchStatus[] = Object.values(BatchStatus);

export const BatchRowStatus = { Waiting: 'waiting', Sent: 'sent', Failed: 'failed', Stopped: 'stopped' } as const;
export type BatchRowStatus = (typeof BatchRowStatus)[keyof typeof BatchRowStatus];

/** Most rows of one batch. */
export const MAX_BATCH_ROWS = 5_000;

/** First and last number, both included. */
export type NumberRange = readonly [first: number, last: number];

export interface BatchState {
  readonly v: 1;
  readonly status: BatchStatus;
  readonly statusSince: string;
  readonly initiatorId: string;
  /** When sending begins: the moment that was set, or that of the click. */
  readonly sendAt: string;
  /** Was left to go by itself at a set moment. */
  readonly isScheduled: boolean;
  readonly rowCount: number;
  readonly sentCount: number;
  /** Numbers of rows that failed, in the order in which they did. */
  readonly failed: readonly number[];
  /** Numbers of rows that are neither sent nor failed, in the order of sending. */
  readonly left: readonly NumberRange[];
  readonly remark: TextRef | null;
  readonly attachmentIds: readonly string[];
  /** Of these invitations; absent: that of the school. */
  readonly reminderPolicy?: ReminderPolicy;
}

/** One invitation to send. */
export interface BatchPlanRow {
  readonly examinerId: string;
  readonly assessmentIds: readonly string[];
}

export interface SentRow {
  readonly number: number;
  readonly invitationId: string;
  /** Assessments that could not be in it any more, and why; absent when it is for all. */
  readonly leftOut?: readonly { readonly assessmentId: string; readonly code: string }[];
}

/** Why a row was not sent, or not for all of its assessments: codes of the assessment, and of what else is looked at then. */
export const BATCH_ROW_PROBLEMS = [
  'EXAMINER_ALREADY_INVITED',
  'EXAMINER_WITHOUT_COMPONENTS',
  'EXAMINER_ARCHIVED',
  'EXAMINER_IS_STUDENT',
  'EXAMINER_IS_INITIATOR',
  'ASSESSMENT_CANCELLED',
  'ASSESSMENT_FINAL',
  'CONFLICT_BLOCKED',
  'ATTACHMENT_QUARANTINED',
  'ATTACHMENT_UNKNOWN',
  /** The program fell over it. */
  'UNEXPECTED',
] as const;

export interface FailedRow {
  readonly number: number;
  readonly code: string;
}

export type BatchEvent =
  | {
      readonly type: 'BatchPlanned';
      readonly initiatorId: string;
      readonly seriesId: string | null;
      /** In the order of sending; the first has number 1. */
      readonly rows: readonly BatchPlanRow[];
      /** Null: at once. */
      readonly sendAt: string | null;
      readonly remark: TextRef | null;
      readonly attachmentIds: readonly string[];
      readonly reminderPolicy?: ReminderPolicy;
    }
  | { readonly type: 'BatchRowsSent'; readonly rows: readonly SentRow[] }
  | { readonly type: 'BatchRowsFailed'; readonly rows: readonly FailedRow[] }
  /** Null: at once. */
  | { readonly type: 'BatchRescheduled'; readonly sendAt: string | null }
  | { readonly type: 'BatchStopped' }
  /** What failed is tried again. */
  | { readonly type: 'BatchRetried'; readonly numbers: readonly number[] }
  | { readonly type: 'BatchFinished' };

export type BatchCommand =
  | ({ readonly type: 'plan' } & Omit<Extract<BatchEvent, { type: 'BatchPlanned' }>, 'type'>)
  | { readonly type: 'settleRows'; readonly sent: readonly SentRow[]; readonly failed: readonly FailedRow[] }
  | { readonly type: 'reschedule'; readonly sendAt: string | null }
  | { readonly type: 'stop' }
  | { readonly type: 'retry' };

export const BatchError = {
  NotFound: 'BATCH_NOT_FOUND',
  Exists: 'BATCH_EXISTS',
  Empty: 'BATCH_EMPTY',
  TooLarge: 'BATCH_TOO_LARGE',
  SendAtInPast: 'SEND_AT_IN_PAST',
  NotYet: 'BATCH_NOT_YET',
  /** Its moment can no longer be moved. */
  Begun: 'BATCH_BEGUN',
  Finished: 'BATCH_FINISHED',
  Stopped: 'BATCH_STOPPED',
  RowDone: 'BATCH_ROW_DONE',
  NothingFailed: 'BATCH_NOTHING_FAILED',
  AlreadyDone: 'ALREADY_DONE',
} as const;
export type BatchError = (typeof BatchError)[keyof typeof BatchError];

type Outcome = Decision<BatchEvent, BatchError>;

/**
 * Decides what a command does to a batch.
 * @param now ISO instant
 */
export function decideBatch(state: BatchState | null, command: BatchCommand, now: string): Outcome {
  if (command.type === 'plan') return decidePlan(state, command, now);
  if (state === null) return refuse(BatchError.NotFound);
  switch (command.type) {
    case 'settleRows':
      return decideSettle(state, command, now);
    case 'reschedule':
      if (state.status !== BatchStatus.Scheduled) return refuse(endReason(state) ?? BatchError.Begun);
      if (command.sendAt !== null && command.sendAt <= now) return refuse(BatchError.SendAtInPast);
      return command.sendAt === state.sendAt
        ? refuse(BatchError.AlreadyDone)
        : accept({ type: 'BatchRescheduled', sendAt: command.sendAt });
    case 'stop': {
      const ended = endReason(state);
      return ended === null ? accept({ type: 'BatchStopped' }) : refuse(ended);
    }
    case 'retry':
      if (state.status === BatchStatus.Stopped) return refuse(BatchError.Stopped);
      return state.failed.length === 0
        ? refuse(BatchError.NothingFailed)
        : accept({ type: 'BatchRetried', numbers: state.failed });
    default:
      return unreachable(command);
  }
}

function decidePlan(state: BatchState | null, command: Extract<BatchCommand, { type: 'plan' }>, now: string): Outcome {
  if (state !== null) return refuse(BatchError.Exists);
  if (command.rows.length === 0) return refuse(BatchError.Empty);
  if (command.rows.length > MAX_BATCH_ROWS) return refuse(BatchError.TooLarge, { max: MAX_BATCH_ROWS });
  if (command.sendAt !== null && command.sendAt <= now) return refuse(BatchError.SendAtInPast);
  return accept({ ...command, type: 'BatchPlanned' });
}

/**
 * Why no row can be worked off now, or null when rows can.
 * @param now ISO instant
 */
export function sendingRefusal(state: BatchState, now: string): BatchError | null {
  const ended = endReason(state);
  if (ended !== null) return ended;
  return state.status === BatchStatus.Scheduled && now < state.sendAt ? BatchError.NotYet : null;
}

function decideSettle(
  state: BatchState,
  { sent, failed }: Extract<BatchCommand, { type: 'settleRows' }>,
  now: string,
): Outcome {
  const refusal = sendingRefusal(state, now);
  if (refusal !== null) return refuse(refusal);
  const numbers = [...sent, ...failed].map(({ number }) => number);
  if (numbers.length === 0) return refuse(BatchError.AlreadyDone);
  const isOnce = new Set(numbers).size === numbers.length;
  if (!isOnce || !numbers.every((number) => isLeft(state, number))) return refuse(BatchError.RowDone);
  const events: BatchEvent[] = [];
  if (sent.length > 0) events.push({ type: 'BatchRowsSent', rows: sent });
  if (failed.length > 0) events.push({ type: 'BatchRowsFailed', rows: failed });
  if (numbers.length === leftCount(state)) events.push({ type: 'BatchFinished' });
  return accept(...events);
}

function endReason({ status }: BatchState): BatchError | null {
  if (status === BatchStatus.Finished) return BatchError.Finished;
  return status === BatchStatus.Stopped ? BatchError.Stopped : null;
}

/** Whether this row is neither sent nor failed. */
export function isLeft({ left }: BatchState, number: number): boolean {
  return left.some(([first, last]) => first <= number && number <= last);
}

/** How many rows are neither sent nor failed. */
export function leftCount({ left }: Pick<BatchState, 'left'>): number {
  return left.reduce((sum, [first, last]) => sum + last - first + 1, 0);
}

/** Folds one stored event. Total: an event that does not fit leaves the state as it is. */
export function evolveBatch(state: BatchState | null, event: BatchEvent, at: string): BatchState | null {
  if (event.type === 'BatchPlanned') return initialState(event, at);
  if (state === null) return null;
  switch (event.type) {
    case 'BatchRowsSent': {
      const next = withoutRows(state, event.rows, at);
      return { ...next, sentCount: next.sentCount + event.rows.length };
    }
    case 'BatchRowsFailed': {
      const next = withoutRows(state, event.rows, at);
      return { ...next, failed: [...next.failed, ...event.rows.map(({ number }) => number)] };
    }
    case 'BatchRescheduled':
      return event.sendAt === null
        ? { ...withStatus(state, BatchStatus.Sending, at), sendAt: at, isScheduled: false }
        : { ...state, sendAt: event.sendAt };
    case 'BatchStopped':
      return withStatus(state, BatchStatus.Stopped, at);
    case 'BatchRetried':
      return {
        ...withStatus(state, BatchStatus.Sending, at),
        failed: state.failed.filter((number) => !event.numbers.includes(number)),
        left: rangesOf([...numbersIn(state.left), ...event.numbers]),
      };
    case 'BatchFinished':
      return withStatus(state, BatchStatus.Finished, at);
    default:
      return unreachable(event);
  }
}

function initialState(event: Extract<BatchEvent, { type: 'BatchPlanned' }>, at: string): BatchState {
  return {
    v: 1,
    status: event.sendAt === null ? BatchStatus.Sending : BatchStatus.Scheduled,
    statusSince: at,
    initiatorId: event.initiatorId,
    sendAt: event.sendAt ?? at,
    isScheduled: event.sendAt !== null,
    rowCount: event.rows.length,
    sentCount: 0,
    failed: [],
    left: event.rows.length === 0 ? [] : [[1, event.rows.length]],
    remark: event.remark,
    attachmentIds: event.attachmentIds,
    ...(event.reminderPolicy ? { reminderPolicy: event.reminderPolicy } : {}),
  };
}

/** Rows that were worked off; the first of them end the waiting for a moment. */
function withoutRows(state: BatchState, rows: readonly { readonly number: number }[], at: string): BatchState {
  const done = new Set(rows.map(({ number }) => number));
  const left = rangesOf(numbersIn(state.left).filter((number) => !done.has(number)));
  return { ...(state.status === BatchStatus.Scheduled ? withStatus(state, BatchStatus.Sending, at) : state), left };
}

function withStatus(state: BatchState, status: BatchStatus, at: string): BatchState {
  return status === state.status ? state : { ...state, status, statusSince: at };
}

function numbersIn(ranges: readonly NumberRange[]): number[] {
  return ranges.flatMap(([first, last]) => Array.from({ length: last - first + 1 }, (_, index) => first + index));
}

function rangesOf(numbers: readonly number[]): NumberRange[] {
  const ranges: [number, number][] = [];
  for (const number of [...new Set(numbers)].sort((a, b) => a - b)) {
    const last = ranges.at(-1);
    if (last && last[1] + 1 === number) last[1] = number;
    else ranges.push([number, number]);
  }
  return ranges;
}

/** The first numbers that are left, in the order of sending. */
export function nextNumbers({ left }: Pick<BatchState, 'left'>, most: number): number[] {
  const numbers: number[] = [];
  for (const [first, last] of left) {
    for (let number = first; number <= last; number += 1) {
      if (numbers.length === most) return numbers;
      numbers.push(number);
    }
  }
  return numbers;
}
