/**
 * The one door for every change of state.
 *
 * Contract
 * 1. One transaction: lock the streams in id order, read the database's clock, decide, write content, events, projections
 *    and mails, remember the outcome under the command id.
 * 2. The same command id again answers with the remembered outcome and changes nothing.
 * 3. A refusal is an answer, not an exception: `{ ok: false, code, params }`. Anything else that goes wrong is thrown.
 * 4. After the commit the worker is woken (NOTIFY is part of the transaction).
 */
import type { SchoolSettings } from '../domain/school.ts';
import { Prisma } from '../generated/prisma/client.ts';
import { type Database, type DatabaseClock, databaseClock, type Tx, WAKE_CHANNEL } from './client.ts';
import type { NamedExam } from './exam-reader.ts';
import type { StreamRow } from './stream-writes.ts';
import { type Actor, CommandRefused, UnitOfWork } from './unit-of-work.ts';
import type { WritePart } from './write-together.ts';

export type CommandOutcome<Value> =
  | { readonly ok: true; readonly value: Value; readonly isRepeat: boolean }
  | { readonly ok: false; readonly code: string; readonly params: Readonly<Record<string, unknown>> };

export interface CommandContext {
  readonly schoolId: string;
  readonly actor: Actor;
  /** UUID; the same id again is the same command. */
  readonly commandId: string;
}

/**
 * How a command is carried out.
 * `streams` names the existing streams it decides on; `run` decides. The value must be plain JSON with ids and codes only.
 */
export interface CommandHandler<Command, Value> {
  readonly type: string;
  streams(
    tx: Tx,
    command: Command,
    context: CommandContext,
  ): Promise<readonly string[]> | readonly string[] | NamedStreams;
  run(unit: UnitOfWork, command: Command): Promise<Value>;
}

/** Streams of which some are found by a statement, which is carried out with the locking instead of before it. */
export interface NamedStreams {
  readonly ids: readonly string[];
  /** Selects one column: the ids of more streams. */
  readonly more: Prisma.Sql;
}

export interface CommandDoor {
  apply<Command, Value>(
    handler: CommandHandler<Command, Value>,
    command: Command,
    context: CommandContext,
  ): Promise<CommandOutcome<Value>>;
}

/** @param clock replaced only to play the past (demo) or to test deadlines */
export function createCommandDoor(database: Database, clock: DatabaseClock = databaseClock): CommandDoor {
  return {
    async apply(handler, command, context) {
      try {
        return await applyOnce(database, clock, handler, command, context);
      } catch (error) {
        if (!(error instanceof CommandRefused) && !isUniqueViolation(error)) throw error;
        // Two first tries of one command id at once: while this one waited for the locks, the other one committed. What it
        // changed may be why this one was refused, or could not be written; its outcome is ours.
        const known = await findOutcome(database, context, handler.type);
        if (known) return { ok: true, value: known.value as never, isRepeat: true };
        if (error instanceof CommandRefused) return { ok: false, code: error.code, params: error.params };
        throw error;
      }
    },
  };
}

async function applyOnce<Command, Value>(
  database: Database,
  clock: DatabaseClock,
  handler: CommandHandler<Command, Value>,
  command: Command,
  context: CommandContext,
): Promise<CommandOutcome<Value>> {
  return database.$transaction(async (tx) => {
    const named = await handler.streams(tx, command, context);
    const held = await lockStreams(tx, context, handler.type, named);
    if (held.outcome) return { ok: true, value: held.outcome.value as Value, isRepeat: true };
    const now = clock === databaseClock ? held.now : await clock.now(tx);
    const unit = new UnitOfWork({ tx, ...context, now, settings: held.settings, exams: held.exams ?? [] });
    unit.adopt(held.streams);
    const value = await handler.run(unit, command);
    await unit.flush(outcomePart(context, handler.type, value ?? null, unit.now));
    return { ok: true, value, isRepeat: false };
  });
}

interface Held {
  readonly streams: readonly StreamRow[];
  /** Read after the last lock was had. */
  readonly now: Date;
  /** Of an earlier try, as it stood before the wait for the locks. */
  readonly outcome: { readonly value: unknown } | null;
  /** Of the school. */
  readonly settings: SchoolSettings | null;
  /** Of the assessments among the streams that were named by id. */
  readonly exams: readonly NamedExam[] | null;
}

/**
 * Everything a command begins with, in one statement. The rows are locked one by one in id order, so no two commands wait for each
 * other. Not FOR UPDATE: whoever only refers to a stream (what the conductor writes down) need not wait, and is not waited for.
 */
async function lockStreams(
  tx: Tx,
  { schoolId, commandId }: CommandContext,
  type: string,
  named: readonly string[] | NamedStreams,
): Promise<Held> {
  const ids = [...('ids' in named ? named.ids : named)];
  const isNamed =
    'ids' in named
      ? Prisma.sql`id IN (SELECT unnest(${ids}::uuid[]) UNION ${named.more})`
      : Prisma.sql`id = ANY(${ids}::uuid[])`;
  // The time is told of the one row that the aggregate gives, and that it gives when all rows are locked.
  const rows = await tx.$queryRaw<Held[]>`
    WITH locked AS MATERIALIZED (
      SELECT id, kind, version, head_hash, state FROM stream
      WHERE school_id = ${schoolId}::uuid AND ${isNamed}
      ORDER BY id
      FOR NO KEY UPDATE)
    SELECT held.streams, clock_timestamp() AS now,
      (SELECT outcome FROM command
        WHERE id = ${commandId}::uuid AND school_id = ${schoolId}::uuid AND type = ${type}) AS outcome,
      (SELECT settings FROM school WHERE id = ${schoolId}::uuid) AS settings,
      (SELECT json_agg(json_build_object('id', id, 'examId', exam_version_id, 'schemeId', grading_scheme_id))
        FROM assessment WHERE school_id = ${schoolId}::uuid AND id = ANY(${ids}::uuid[])) AS exams
    FROM (
      SELECT COALESCE(json_agg(json_build_object('id', id, 'kind', kind, 'version', version, 'headHash', head_hash,
        'state', state)), '[]') AS streams
      FROM locked) AS held`;
  const [held] = rows;
  if (!held) throw new Error('the database gave no answer');
  return held;
}

/** Keeps what the command came to, and wakes the worker when all of it is committed. */
function outcomePart({ schoolId, commandId }: CommandContext, type: string, value: unknown, at: Date): WritePart {
  const sql = Prisma.sql`
    INSERT INTO command (id, school_id, type, outcome, created_at)
    VALUES (${commandId}::uuid, ${schoolId}::uuid, ${type}, ${JSON.stringify({ value })}::jsonb, ${at}::timestamptz)
    RETURNING pg_notify(${WAKE_CHANNEL}, '')::text`;
  return { name: 'kept_outcome', sql };
}

async function findOutcome(
  tx: Pick<Tx, 'command'>,
  context: CommandContext,
  type: string,
): Promise<{ value: unknown } | null> {
  const row = await tx.command.findFirst({ where: { id: context.commandId, schoolId: context.schoolId, type } });
  return row ? (row.outcome as { value: unknown }) : null;
}

/** Also of a statement of our own, whose errors Prisma passes on as they are. */
function isUniqueViolation(error: unknown): boolean {
  if (!(error instanceof Prisma.PrismaClientKnownRequestError)) return false;
  return error.code === 'P2002' || (error.code === 'P2010' && databaseCodeOf(error.meta) === UNIQUE_VIOLATION);
}

const UNIQUE_VIOLATION = '23505';

function databaseCodeOf(meta: unknown): string | undefined {
  const found = meta as
    | { readonly driverAdapterError?: { readonly cause?: { readonly originalCode?: string } } }
    | undefined;
  return found?.driverAdapterError?.cause?.originalCode;
}
