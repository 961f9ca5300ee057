/**
 * Working off a batch: some rows to a transaction, by the web process for what is done while somebody waits, and by the conductor
 * for what is left.
 *
 * Contract
 * 1. Whoever works holds the stream of the batch; the rows that are left are read under that lock. So two who work at once share
 *    the rows, and a row whose answer got lost is found done.
 * 2. What cannot be sent is found before anything is decided, and fails alone, with its reason, beside those that are sent.
 * 3. When the rows of a transaction are refused or fall over all the same, each of them is tried by itself, and the one that is to
 *    blame fails alone.
 * 4. What was cancelled, decided or changed since the batch was planned is left out; the row fails only when nothing remains.
 * 5. Nothing is sent in the name of somebody who has left the school: the rows stay as they are, and the administrator sees them.
 */
import { v7 as uuidv7 } from 'uuid';
import {
  BatchError,
  type BatchState,
  BatchStatus,
  type FailedRow,
  isLeft,
  leftCount,
  nextNumbers,
  type SentRow,
  sendingRefusal,
} from '../../domain/batch.ts';
import { conflictPolicyOf, findConflicts, isBlocking } from '../../domain/conflicts.ts';
import { fullName, type Lang } from '../../domain/school.ts';
import type { CommandDoor, CommandHandler } from '../apply-command.ts';
import type { Tx } from '../client.ts';
import { conflictFactsOf } from '../conflict-facts.ts';
import { isDatabaseFault } from '../database-faults.ts';
import { MailTemplate } from '../mail-ledger.ts';
import { type Actor, CommandRefused, SYSTEM_ACTOR, type UnitOfWork } from '../unit-of-work.ts';
import { BATCH_INITIATOR_LEFT, hasInitiatorLeft } from './batch-held.ts';
import { codeOf, isAboutAny } from './conflict-reasons.ts';
import { attachmentProblem, invitationIdFor, inviteAll, type NewInvitation } from './invite.ts';
import { streamsOfAgreements } from './streams.ts';

/** Rows of one transaction: more of them make each wait longer for its locks and gain little. */
const ROWS_AT_ONCE = 20;
/** Assessments of one transaction, unless one row alone has more. */
const ASSESSMENTS_AT_ONCE = 60;
/** Others did what was read, again and again: they are at work, so they may as well go on alone. */
const MOST_IDLE = 3;
/** After this no more is begun while somebody waits; one row with hundreds of students takes about a second. */
const WATCHED_MS = 2_000;
/** The program fell over the row, twice. */
const UNEXPECTED = 'UNEXPECTED';

export interface WorkOff {
  readonly batchId: string;
  readonly schoolId: string;
  /** Key id with which the links are derived. */
  readonly kid: string;
  /** In whose name; absent: the program itself. */
  readonly actor?: Actor;
  /** Somebody waits for the answer, so that it comes within seconds, and sees what failed, so that no mail needs to tell it. */
  readonly isWatched?: boolean;
  /** Hears why the rows of a transaction, or a row alone, fell over. */
  readonly onError?: (error: unknown) => void;
}

export interface WorkedOff {
  /** Rows that are neither sent nor failed. */
  readonly left: number;
  /** Rows that were sent or failed by this call. */
  readonly done: number;
  /** Why none can be worked off now: `BATCH_NOT_YET`, `BATCH_FINISHED`, `BATCH_STOPPED`, `BATCH_NOT_FOUND`, `BATCH_INITIATOR_LEFT`. */
  readonly code?: string;
}

/**
 * Works off rows of a batch, as far as its moment has come. May be called by any number of processes, at any time, again and again.
 * @param most rows at most
 * @throws when the database is away
 */
export async function workOffBatch(door: Pick<CommandDoor, 'apply'>, work: WorkOff, most: number): Promise<WorkedOff> {
  let done = 0;
  let left = 0;
  let idle = 0;
  const end = work.isWatched === true ? performance.now() + WATCHED_MS : Number.POSITIVE_INFINITY;
  while (done < most && idle < MOST_IDLE && performance.now() < end) {
    const round = await workOffSome(door, work, Math.min(ROWS_AT_ONCE, most - done));
    if (round.code !== undefined) return { left: round.left, done, code: round.code };
    done += round.done;
    left = round.left;
    if (left === 0) break;
    idle = round.done === 0 ? idle + 1 : 0;
  }
  return { left, done };
}

async function workOffSome(door: Pick<CommandDoor, 'apply'>, work: WorkOff, most: number): Promise<WorkedOff> {
  const { batchId, kid } = work;
  const isWatched = work.isWatched === true;
  try {
    const outcome = await applyFor(door, work, sendRows, { batchId, kid, isWatched, most });
    if (outcome.ok) return outcome.value;
    const code = END_CODES.find((each) => each === outcome.code);
    if (code !== undefined) return { left: 0, done: 0, code };
  } catch (error) {
    // What fell over is found row by row. A database that is away is found by the next call as well, which throws.
    work.onError?.(error);
  }
  return workOffOneByOne(door, work, most);
}

const END_CODES: readonly string[] = [
  BatchError.NotYet,
  BatchError.Finished,
  BatchError.Stopped,
  BatchError.NotFound,
  BATCH_INITIATOR_LEFT,
];

async function workOffOneByOne(door: Pick<CommandDoor, 'apply'>, work: WorkOff, most: number): Promise<WorkedOff> {
  const { batchId, kid } = work;
  const isWatched = work.isWatched === true;
  const next = await applyFor(door, work, nextRows, { batchId, most });
  if (!next.ok) return { left: 0, done: 0, code: next.code };
  let { left } = next.value;
  let done = 0;
  for (const number of next.value.numbers) {
    const code = await applyFor(door, work, sendRows, { batchId, kid, isWatched, most: 1, number }).then(
      (outcome) => (outcome.ok ? null : outcome.code),
      (error: unknown) => {
        // Not the row's fault: it stays as it is, for when there is a database again.
        if (isDatabaseFault(error)) throw error;
        work.onError?.(error);
        return UNEXPECTED;
      },
    );
    // Finished meanwhile: others did what was left.
    if (code === BatchError.Finished) return { left: 0, done, code };
    if (code !== null && END_CODES.includes(code)) return { left, done, code };
    if (code !== null) await applyFor(door, work, failRow, { batchId, isWatched, number, code });
    done += 1;
    left -= 1;
  }
  return { left, done };
}

function applyFor<Command, Value>(
  door: Pick<CommandDoor, 'apply'>,
  { schoolId, actor = SYSTEM_ACTOR }: WorkOff,
  handler: CommandHandler<Command, Value>,
  command: Command,
) {
  // An id of its own each time: that a row is done once follows from the state of the batch.
  return door.apply(handler, command, { schoolId, actor, commandId: uuidv7() });
}

interface SendRows {
  readonly batchId: string;
  readonly kid: string;
  readonly isWatched: boolean;
  readonly most: number;
  /** Only this one. */
  readonly number?: number;
}

interface RowToSend {
  readonly number: number;
  readonly contactId: string;
  readonly assessmentIds: readonly string[];
}

/** Sends the next rows. Value: what became of them, and how many are left. */
const sendRows: CommandHandler<SendRows, WorkedOff> = {
  type: 'sendBatchRows',
  async streams(tx, command, { schoolId }) {
    const rows = await readRows(tx, schoolId, command);
    const assessmentIds = rows.flatMap((row) => row.assessmentIds);
    // Another examiner ends a search for one judgement.
    const ofAgreements = await streamsOfAgreements(tx, schoolId, assessmentIds);
    return [...new Set([command.batchId, ...assessmentIds, ...ofAgreements])];
  },
  async run(unit, command) {
    const { batchId } = command;
    const state = unit.batch(batchId);
    await requireSending(unit, state);
    // Others may have done some while this waited for the locks; what is read now and not held is left for the next time.
    const found = await readRows(unit.tx, unit.schoolId, command);
    const rows = found.filter(
      ({ number, assessmentIds }) => isLeft(state, number) && assessmentIds.every((id) => unit.hasStream(id)),
    );
    if (rows.length === 0) return { left: leftCount(state), done: 0 };
    const { sent, failed, invitations } = await judgeRows(unit, command, state, rows);
    await inviteAll(unit, invitations);
    const after = await settle(unit, command, { sent, failed });
    return { left: leftCount(after), done: rows.length };
  },
};

/** @throws CommandRefused when no row can be worked off now */
async function requireSending(unit: UnitOfWork, state: BatchState): Promise<void> {
  const refusal = sendingRefusal(state, unit.nowIso);
  if (refusal !== null) throw new CommandRefused(refusal);
  if (await hasInitiatorLeft(unit, state)) throw new CommandRefused(BATCH_INITIATOR_LEFT);
}

/** As many as fit in one transaction, in the order of sending. */
async function readRows(tx: Tx, schoolId: string, { batchId, most, number }: SendRows): Promise<RowToSend[]> {
  const rows = await tx.batchRow.findMany({
    where: { schoolId, batchId, status: 'waiting', ...(number === undefined ? {} : { number }) },
    orderBy: { number: 'asc' },
    take: most,
    select: { number: true, contactId: true, assessmentIds: true },
  });
  let total = 0;
  return rows.filter(({ assessmentIds }, index) => {
    total += assessmentIds.length;
    return index === 0 || total <= ASSESSMENTS_AT_ONCE;
  });
}

interface Judged {
  readonly sent: SentRow[];
  readonly failed: FailedRow[];
  readonly invitations: NewInvitation[];
}

/** Which rows can be sent, and for which assessments. */
async function judgeRows(
  unit: UnitOfWork,
  { batchId, kid }: SendRows,
  state: BatchState,
  rows: readonly RowToSend[],
): Promise<Judged> {
  await unit.readContacts(rows.map(({ contactId }) => contactId));
  const problem = await attachmentProblem(unit, state.attachmentIds);
  const blockedBy = await readBlocks(unit, rows);
  const remark = await readRemark(unit, state);
  const judged: Judged = { sent: [], failed: [], invitations: [] };
  for (const { number, contactId, assessmentIds } of rows) {
    const refusals = assessmentIds.map((assessmentId) => ({
      assessmentId,
      code: unit.inviteRefusal(assessmentId, contactId) ?? blockedBy(assessmentId, contactId),
    }));
    const leftOut = refusals.flatMap(({ assessmentId, code }) => (code === null ? [] : { assessmentId, code }));
    const possible = refusals.filter(({ code }) => code === null).map(({ assessmentId }) => assessmentId);
    const code =
      problem ?? (await contactProblem(unit, contactId)) ?? (possible.length === 0 ? leftOut[0]?.code : null);
    if (code) {
      judged.failed.push({ number, code });
      continue;
    }
    const invitationId = invitationIdFor(batchId, number);
    judged.sent.push({ number, invitationId, ...(leftOut.length > 0 ? { leftOut } : {}) });
    judged.invitations.push({
      invitationId,
      contactId,
      assessmentIds: possible,
      initiatorId: state.initiatorId,
      remark,
      attachmentIds: state.attachmentIds,
      kid,
      ...(state.reminderPolicy ? { reminderPolicy: state.reminderPolicy } : {}),
      batchId,
    });
  }
  return judged;
}

async function contactProblem(unit: UnitOfWork, contactId: string): Promise<'EXAMINER_ARCHIVED' | null> {
  return (await unit.contact(contactId)).isArchived ? 'EXAMINER_ARCHIVED' : null;
}

/** Rules as they hold now, which may not be as they did when the batch was planned. @returns the code for a pair, or null */
async function readBlocks(
  unit: UnitOfWork,
  rows: readonly RowToSend[],
): Promise<(assessmentId: string, contactId: string) => string | null> {
  const ids = [...new Set(rows.flatMap(({ assessmentIds }) => assessmentIds))];
  const chosen = ids.map((assessmentId) => ({ assessmentId, examinerIds: [...unit.scoringExaminers(assessmentId)] }));
  const facts = await conflictFactsOf(unit.tx, unit.schoolId, chosen);
  const conflicts = findConflicts(conflictPolicyOf(await unit.settings()), facts).filter(isBlocking);
  const byAssessment = Map.groupBy(conflicts, ({ assessmentId }) => assessmentId);
  return (assessmentId, contactId) => {
    const one = new Set([contactId]);
    const found = byAssessment.get(assessmentId)?.find((conflict) => isAboutAny(conflict, one));
    return found ? codeOf(found) : null;
  };
}

async function readRemark({ tx, schoolId }: UnitOfWork, { remark }: BatchState): Promise<string> {
  if (remark === null) return '';
  const note = await tx.textNote.findFirst({ where: { schoolId, id: remark.textId }, select: { body: true } });
  return note?.body ?? '';
}

interface NextRows {
  readonly batchId: string;
  readonly most: number;
}

/** Value: the numbers of the next rows; changes nothing. */
const nextRows: CommandHandler<NextRows, { numbers: number[]; left: number }> = {
  type: 'nextBatchRows',
  streams: (_tx, command) => [command.batchId],
  async run(unit, { batchId, most }) {
    const state = unit.batch(batchId);
    await requireSending(unit, state);
    return { numbers: nextNumbers(state, most), left: leftCount(state) };
  },
};

interface FailRow {
  readonly batchId: string;
  readonly isWatched: boolean;
  readonly number: number;
  readonly code: string;
}

const failRow: CommandHandler<FailRow, null> = {
  type: 'failBatchRow',
  streams: (_tx, command) => [command.batchId],
  async run(unit, { number, code, ...command }) {
    await settle(unit, command, { sent: [], failed: [{ number, code }] });
    return null;
  },
};

/** Writes down what became of rows; the initiator is told when the last of them was done and nobody was looking. */
async function settle(
  unit: UnitOfWork,
  { batchId, isWatched }: Pick<SendRows, 'batchId' | 'isWatched'>,
  rows: { readonly sent: readonly SentRow[]; readonly failed: readonly FailedRow[] },
): Promise<BatchState> {
  const { after } = unit.onBatch(batchId, { type: 'settleRows', ...rows });
  const isNews = after.isScheduled || after.failed.length > 0;
  if (after.status === BatchStatus.Finished && isNews && !isWatched) await queueReport(unit, batchId, after);
  return after;
}

async function queueReport(unit: UnitOfWork, batchId: string, { initiatorId }: BatchState): Promise<void> {
  const member = await unit.tx.membership.findFirst({
    where: { schoolId: unit.schoolId, id: initiatorId, endedAt: null },
    include: { account: true },
  });
  // Who has left the school has no use for it.
  if (!member) return;
  const { account } = member;
  unit.queueMail({
    streamId: batchId,
    template: MailTemplate.BatchReport,
    lang: account.lang as Lang,
    toAddress: account.email,
    toName: fullName(account),
    reference: { batchId, membershipId: initiatorId },
    cause: unit.commandId,
    recipientId: initiatorId,
    threadKey: batchId,
  });
}
