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
import { Prisma } from '../generated/prisma/client.ts';
import { type Database, type DatabaseClock, databaseClock, type Tx, WAKE_CHANNEL } from './client.ts';
import { type Actor, CommandRefused, UnitOfWork } from './unit-of-work.ts';

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
  streams(tx: Tx, command: Command, context: CommandContext): Promise<readonly string[]> | readonly string[];
  run(unit: UnitOfWork, command: Command): Promise<Value>;
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
        if (error instanceof CommandRefused) return { ok: false, code: error.code, params: error.params };
        // Two first tries of one command id at once: the other one committed, so its outcome is ours.
        if (isUniqueViolation(error)) {
          const known = await findOutcome(database, context, handler.type);
          if (known) return { ok: true, value: known.value as never, isRepeat: true };
        }
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
    const ids = [...new Set(await handler.streams(tx, command, context))];
    const rows = await lockStreams(tx, context.schoolId, ids);
    const known = await findOutcome(tx, context, handler.type);
    if (known) return { ok: true, value: known.value as Value, isRepeat: true };
    const unit = new UnitOfWork({ tx, ...context, now: await clock.now(tx) });
    unit.adopt(rows);
    const value = await handler.run(unit, command);
    await unit.flush();
    await tx.command.create({
      data: {
        id: context.commandId,
        schoolId: context.schoolId,
        type: handler.type,
        outcome: { value: value ?? null } as Prisma.InputJsonObject,
        createdAt: unit.now,
      },
    });
    await tx.$executeRaw`SELECT pg_notify(${WAKE_CHANNEL}, '')`;
    return { ok: true, value, isRepeat: false };
  });
}

interface StreamRow {
  readonly id: string;
  readonly kind: string;
  readonly version: number;
  readonly headHash: string;
  readonly state: unknown;
}

async function lockStreams(tx: Tx, schoolId: string, ids: readonly string[]): Promise<StreamRow[]> {
  if (ids.length === 0) return [];
  return tx.$queryRaw<StreamRow[]>`
    SELECT id, kind, version, head_hash AS "headHash", state
    FROM stream
    WHERE school_id = ${schoolId}::uuid AND id IN (${Prisma.join(ids.map((id) => Prisma.sql`${id}::uuid`))})
    ORDER BY id
    FOR UPDATE`;
}

async function findOutcome(
  tx: Pick<Tx, 'command'>,
  context: CommandContext,
  type: string,
): Promise<{ value: unknown } | null> {
  const row = await tx.command.findFirst({ where: { id: context.commandId, schoolId: context.schoolId, type } });
  return row ? (row.outcome as { value: unknown }) : null;
}

function isUniqueViolation(error: unknown): boolean {
  return error instanceof Prisma.PrismaClientKnownRequestError && error.code === 'P2002';
}
