/**
 * Commands on batches: sending invitations to many examiners with one click, now or at a set moment.
 *
 * A batch is planned without a lock on its assessments, however many they are: what may be sent is decided when it is, row by row.
 */
import { v5 as uuidv5 } from 'uuid';
import { AssessmentStatus, type ComponentScope, FormStatus } from '../../domain/assessment.ts';
import { type Assignment, resolveAssignments } from '../../domain/assignment.ts';
import { type BatchPlanRow, BatchRowStatus, type BatchState, BatchStatus } from '../../domain/batch.ts';
import { CONFLICT_RULES, type Conflict, conflictPolicyOf, findConflicts } from '../../domain/conflicts.ts';
import { type ReminderPolicy, validateReminderPolicy } from '../../domain/reminders.ts';
import type { Prisma } from '../../generated/prisma/client.ts';
import type { CommandHandler } from '../apply-command.ts';
import { conflictFactsOf } from '../conflict-facts.ts';
import { CommandRefused, type UnitOfWork } from '../unit-of-work.ts';
import { type ConflictOverride, isAboutAny, settleConflicts } from './conflict-reasons.ts';
import { attachmentProblem } from './invite.ts';

export { type WorkedOff, type WorkOff, workOffBatch } from './batch-rows.ts';

const ID_NAMESPACE = '3c6f2d0e-52c4-5b0f-9a55-0d8a0c1f7b21';
/** Most assessments that one batch invites for. */
export const MAX_BATCH_ASSESSMENTS = 5_000;
/** A moment further away is a mistake in typing. */
const MOST_DAYS_AHEAD = 365;
const DAY_MS = 86_400_000;

export interface StartBatch {
  readonly seriesId: string | null;
  readonly assessmentIds: readonly string[];
  /** Whom to invite, in the order of sending. */
  readonly contactIds: readonly string[];
  readonly initiatorId: string;
  /** Already cleaned and checked; empty for none. */
  readonly remark: string;
  readonly attachmentIds: readonly string[];
  /** ISO instant; null: now. */
  readonly sendAt: string | null;
  /** For these invitations; null: that of the school. */
  readonly reminderPolicy: ReminderPolicy | null;
  /** Why to go on although a rule warns; one reason holds for all students of the batch. */
  readonly overrides: readonly ConflictOverride[];
}

/**
 * Plans invitations: one row, so one invitation and one mail, for each examiner with all named assessments in which that examiner
 * scores something and is not invited yet. Nothing is sent by it: see {@link workOffBatch}, which the conductor calls as well.
 *
 * Refuses `EXAMINERS_REQUIRED`, `ASSESSMENTS_REQUIRED`, `TOO_MANY_ASSESSMENTS`, `ASSESSMENT_NOT_FOUND`, `EXAMINER_UNKNOWN`,
 * `EXAMINER_WITHOUT_COMPONENTS` (params `examinerId`), `SERIES_UNKNOWN`, `SEND_AT_INVALID`, `SEND_AT_IN_PAST`, `SEND_AT_TOO_LATE`,
 * `REMINDERS_INVALID`, `CONFLICT_BLOCKED` and `CONFLICT_REASON_REQUIRED` (params `rule`, `examinerIds`, `studentId`,
 * `assessmentId`), `ATTACHMENT_UNKNOWN`, `ATTACHMENT_QUARANTINED`.
 */
export const startBatch: CommandHandler<StartBatch, { batchId: string }> = {
  type: 'startBatch',
  // Only reasons are written to the assessments.
  streams: (_tx, command) => (command.overrides.length > 0 ? command.assessmentIds : []),
  async run(unit, command) {
    checkWishes(unit, command);
    await checkReferences(unit, command);
    const plans = await readPlans(unit, command.assessmentIds);
    const rows = command.contactIds.map((examinerId) => planRow(plans, examinerId));
    await settleConflictsOf(unit, command, plans);
    const batchId = uuidv5(unit.commandId, ID_NAMESPACE);
    const remark = command.remark === '' ? null : await unit.keepText(batchId, 'remark', command.remark);
    const { seriesId, initiatorId, attachmentIds, reminderPolicy } = command;
    const { after } = unit.onBatch(batchId, {
      type: 'plan',
      initiatorId,
      seriesId,
      rows,
      sendAt: command.sendAt === null ? null : new Date(command.sendAt).toISOString(),
      remark,
      attachmentIds,
      ...(reminderPolicy ? { reminderPolicy } : {}),
    });
    await createRows(unit, { batchId, seriesId, rows, state: after });
    return { batchId };
  },
};

function checkWishes(unit: UnitOfWork, command: StartBatch): void {
  if (command.contactIds.length === 0) throw new CommandRefused('EXAMINERS_REQUIRED');
  if (command.assessmentIds.length === 0) throw new CommandRefused('ASSESSMENTS_REQUIRED');
  if (command.assessmentIds.length > MAX_BATCH_ASSESSMENTS)
    throw new CommandRefused('TOO_MANY_ASSESSMENTS', { max: MAX_BATCH_ASSESSMENTS });
  if (command.sendAt !== null) checkMoment(unit, command.sendAt);
  if (command.reminderPolicy !== null && validateReminderPolicy(command.reminderPolicy).length > 0)
    throw new CommandRefused('REMINDERS_INVALID');
}

/** @throws CommandRefused when a batch cannot be left to go at that moment */
function checkMoment(unit: UnitOfWork, sendAt: string): void {
  const moment = Date.parse(sendAt);
  if (Number.isNaN(moment)) throw new CommandRefused('SEND_AT_INVALID');
  if (moment <= unit.now.getTime()) throw new CommandRefused('SEND_AT_IN_PAST');
  if (moment > unit.now.getTime() + MOST_DAYS_AHEAD * DAY_MS)
    throw new CommandRefused('SEND_AT_TOO_LATE', { max: MOST_DAYS_AHEAD });
}

async function checkReferences(unit: UnitOfWork, command: StartBatch): Promise<void> {
  const { tx, schoolId } = unit;
  const contactIds = [...new Set(command.contactIds)];
  if (contactIds.length !== command.contactIds.length) throw new CommandRefused('EXAMINER_TWICE');
  const known = await tx.contact.count({ where: { schoolId, id: { in: contactIds } } });
  if (known !== contactIds.length) throw new CommandRefused('EXAMINER_UNKNOWN');
  const { seriesId } = command;
  if (seriesId !== null && !(await tx.assessmentSeries.findFirst({ where: { schoolId, id: seriesId } })))
    throw new CommandRefused('SERIES_UNKNOWN');
  const problem = await attachmentProblem(unit, command.attachmentIds);
  if (problem !== null) throw new CommandRefused(problem);
}

/** What of an assessment decides who can be invited. */
interface AssessmentPlan {
  readonly id: string;
  readonly isOpen: boolean;
  /** Everybody who scores something. */
  readonly scoring: ReadonlySet<string>;
  /** Those who are invited and not withdrawn. */
  readonly atWork: ReadonlySet<string>;
}

interface PlanRow {
  readonly id: string;
  readonly status: AssessmentStatus;
  readonly components: readonly ComponentScope[];
  readonly assignments: readonly Assignment[];
  readonly forms: Readonly<Record<string, FormStatus>> | null;
}

/** In the order of the ids; as much of each state as is needed, because there may be thousands. */
async function readPlans({ tx, schoolId }: UnitOfWork, ids: readonly string[]): Promise<AssessmentPlan[]> {
  const rows = await tx.$queryRaw<PlanRow[]>`
    SELECT id, state ->> 'status' AS status, state -> 'components' AS components, state -> 'assignments' AS assignments,
      (SELECT jsonb_object_agg(key, value -> 'form') FROM jsonb_each(state -> 'examiners')) AS forms
    FROM stream WHERE school_id = ${schoolId}::uuid AND kind = 'assessment' AND id = ANY(${[...ids]}::uuid[])`;
  const byId = new Map(rows.map((row) => [row.id, row]));
  return [...new Set(ids)].map((id) => {
    const row = byId.get(id);
    if (!row) throw new CommandRefused('ASSESSMENT_NOT_FOUND');
    const refs = row.components.map(({ ref }) => ref);
    const forms = Object.entries(row.forms ?? {});
    return {
      id,
      isOpen: row.status !== AssessmentStatus.Final && row.status !== AssessmentStatus.Cancelled,
      scoring: new Set(Object.values(resolveAssignments(refs, row.assignments)).flat()),
      atWork: new Set(forms.filter(([, form]) => form !== FormStatus.Withdrawn).map(([contactId]) => contactId)),
    };
  });
}

function planRow(plans: readonly AssessmentPlan[], examinerId: string): BatchPlanRow {
  const asked = plans.filter(
    ({ isOpen, scoring, atWork }) => isOpen && scoring.has(examinerId) && !atWork.has(examinerId),
  );
  if (asked.length === 0) throw new CommandRefused('EXAMINER_WITHOUT_COMPONENTS', { examinerId });
  return { examinerId, assessmentIds: asked.map(({ id }) => id) };
}

/**
 * Refuses what a rule of the school blocks, and writes the reasons for going on where one warns to the assessments. Who may never
 * examine a student (domain/conflicts.ts) is left out when the row is sent: the others are invited all the same.
 */
async function settleConflictsOf(
  unit: UnitOfWork,
  { contactIds, overrides }: StartBatch,
  plans: readonly AssessmentPlan[],
): Promise<void> {
  const open = plans.filter(({ isOpen }) => isOpen);
  const chosen = open.map(({ id, scoring }) => ({ assessmentId: id, examinerIds: [...scoring] }));
  const facts = await conflictFactsOf(unit.tx, unit.schoolId, chosen);
  const asked = new Set(contactIds);
  const conflicts = findConflicts(conflictPolicyOf(await unit.settings()), facts).filter(
    (conflict) => isOfSchool(conflict) && isAboutAny(conflict, asked),
  );
  await settleConflicts(unit, conflicts, overrides);
}

function isOfSchool({ rule }: Conflict): boolean {
  return CONFLICT_RULES.some((each) => each === rule);
}

interface NewBatch {
  readonly batchId: string;
  readonly seriesId: string | null;
  readonly rows: readonly BatchPlanRow[];
  readonly state: BatchState;
}

async function createRows(unit: UnitOfWork, { batchId, seriesId, rows, state }: NewBatch): Promise<void> {
  const { tx, schoolId } = unit;
  await tx.batch.create({
    data: {
      id: batchId,
      schoolId,
      initiatorId: state.initiatorId,
      seriesId,
      status: state.status,
      statusSince: unit.now,
      createdAt: unit.now,
      sendAt: new Date(state.sendAt),
      rowCount: state.rowCount,
      ...(state.reminderPolicy ? { reminders: state.reminderPolicy as unknown as Prisma.InputJsonValue } : {}),
      remarkTextId: state.remark?.textId ?? null,
      attachmentIds: [...state.attachmentIds],
    },
  });
  const numbered = rows.map((row, index) => ({ number: index + 1, ...row }));
  await tx.$executeRaw`
    INSERT INTO batch_row (school_id, batch_id, number, contact_id, assessment_ids, status)
    SELECT ${schoolId}::uuid, ${batchId}::uuid, number, "examinerId", "assessmentIds", ${BatchRowStatus.Waiting}
    FROM jsonb_to_recordset(${JSON.stringify(numbered)}::jsonb)
      AS given(number int, "examinerId" uuid, "assessmentIds" uuid[])`;
}

interface OfBatch {
  readonly batchId: string;
}

/** A member changes a batch of their own only; the same answer as for one that is not there. */
function ownBatch(unit: UnitOfWork, batchId: string): BatchState {
  const state = unit.batch(batchId);
  if (unit.actor.kind === 'member' && unit.actor.id !== state.initiatorId) throw new CommandRefused('BATCH_NOT_FOUND');
  return state;
}

/**
 * Sends nothing any more of a batch that was not done; what was sent stays sent.
 * Refuses `BATCH_NOT_FOUND`, `BATCH_FINISHED`, `BATCH_STOPPED`.
 */
export const stopBatch: CommandHandler<OfBatch, null> = {
  type: 'stopBatch',
  streams: (_tx, command) => [command.batchId],
  async run(unit, { batchId }) {
    ownBatch(unit, batchId);
    unit.onBatch(batchId, { type: 'stop' });
    return null;
  },
};

/**
 * Tries what failed once more. Value: how many rows.
 * Refuses `BATCH_NOT_FOUND`, `BATCH_STOPPED`, `BATCH_NOTHING_FAILED`.
 */
export const retryBatch: CommandHandler<OfBatch, { count: number }> = {
  type: 'retryBatch',
  streams: (_tx, command) => [command.batchId],
  async run(unit, { batchId }) {
    const count = ownBatch(unit, batchId).failed.length;
    unit.onBatch(batchId, { type: 'retry' });
    return { count };
  },
};

export interface RescheduleBatch extends OfBatch {
  /** ISO instant; null: now. */
  readonly sendAt: string | null;
}

/**
 * Sets another moment for a batch that waits for one.
 * Refuses `BATCH_NOT_FOUND`, `BATCH_BEGUN`, `BATCH_FINISHED`, `BATCH_STOPPED`, `ALREADY_DONE` and what a moment is refused for in
 * {@link startBatch}.
 */
export const rescheduleBatch: CommandHandler<RescheduleBatch, null> = {
  type: 'rescheduleBatch',
  streams: (_tx, command) => [command.batchId],
  async run(unit, { batchId, sendAt }) {
    const { status } = ownBatch(unit, batchId);
    if (sendAt !== null && status === BatchStatus.Scheduled) checkMoment(unit, sendAt);
    unit.onBatch(batchId, { type: 'reschedule', sendAt: sendAt === null ? null : new Date(sendAt).toISOString() });
    return null;
  },
};
