/**
 * What is kept of files that leave the school.
 *
 * Contract
 * 1. A run is written before its first byte, the documents of a piece before that piece, the outcome after the last byte: what
 *    was sent is never unknown, whatever breaks in between.
 * 2. Nothing of it ever changes.
 * 3. A list of what is new is made once at a time for a profile: two at once would both hold the same results.
 */
import { v5 as uuidv5 } from 'uuid';
import type { ExportFormat } from '../../domain/exporting.ts';
import type { ExportRun, Prisma } from '../../generated/prisma/client.ts';
import type { CommandHandler } from '../apply-command.ts';
import { type ExportKind, ExportState, SILENT_MS } from '../repositories/exporting.ts';
import { CommandRefused, type UnitOfWork } from '../unit-of-work.ts';

const ID_NAMESPACE = '1f4c5a86-8f5c-5a3d-9d0b-9a3c1a1f6e21';

export interface StartExport {
  readonly kind: ExportKind;
  /** As it was asked: days and codes, nobody's name. */
  readonly filter: Readonly<Record<string, string | boolean | null>>;
  readonly examId: string | null;
  readonly profile: { readonly id: string; readonly name: string; readonly format: ExportFormat } | null;
  readonly startedById: string;
  /**
   * For a list of what is new: the run of the profile that had ended last when that was counted, null when none had. Absent for any
   * other list.
   */
  readonly newSince?: string | null;
}

/** @throws CommandRefused `EXPORT_RUNNING` (params `at`, ISO) */
export const startExport: CommandHandler<StartExport, { runId: string; startedAt: string }> = {
  type: 'startExport',
  streams: () => [],
  async run(unit, command) {
    const { tx, schoolId, now } = unit;
    const { kind, filter, examId, profile, startedById } = command;
    if (command.newSince !== undefined && profile !== null) await refuseSecond(unit, profile.id, command.newSince);
    const id = uuidv5(unit.commandId, ID_NAMESPACE);
    await tx.exportRun.create({
      data: {
        id,
        schoolId,
        kind,
        filter: filter as Prisma.InputJsonValue,
        examId,
        ...(profile
          ? {
              profileId: profile.id,
              profileName: profile.name,
              format: profile.format as unknown as Prisma.InputJsonValue,
            }
          : {}),
        startedById,
        startedAt: now,
      },
    });
    return { runId: id, startedAt: unit.nowIso };
  },
};

/** Another run may be at it, or have been at it since it was counted what is new. */
async function refuseSecond({ tx, schoolId, now }: UnitOfWork, profileId: string, newSince: string | null) {
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`export ${schoolId} ${profileId}`}, 0))`;
  const alive = new Date(now.getTime() - SILENT_MS);
  const [other] = await tx.$queryRaw<{ startedAt: Date }[]>`
    SELECT r.started_at AS "startedAt" FROM export_run r
    WHERE r.school_id = ${schoolId}::uuid AND r.profile_id = ${profileId}::uuid
      AND (EXISTS (SELECT 1 FROM export_outcome o WHERE o.run_id = r.id AND o.ended_at > COALESCE(
          (SELECT seen.ended_at FROM export_outcome seen WHERE seen.run_id = ${newSince}::uuid), '-infinity'))
        OR NOT EXISTS (SELECT 1 FROM export_outcome o WHERE o.run_id = r.id)
        AND GREATEST(r.started_at, (SELECT max(x.at) FROM export_row x WHERE x.run_id = r.id)) > ${alive}::timestamptz)
    ORDER BY r.started_at DESC LIMIT 1`;
  if (other) throw new CommandRefused('EXPORT_RUNNING', { at: other.startedAt.toISOString() });
}

export interface NoteExportRows {
  readonly runId: string;
  readonly documentIds: readonly string[];
}

/** The documents of the piece that is about to be sent. */
export const noteExportRows: CommandHandler<NoteExportRows, null> = {
  type: 'noteExportRows',
  streams: () => [],
  async run({ tx, schoolId, now }, { runId, documentIds }) {
    await tx.$executeRaw`
      INSERT INTO export_row (school_id, run_id, document_id, at)
      SELECT ${schoolId}::uuid, ${runId}::uuid, id, ${now}::timestamptz FROM unnest(${[...documentIds]}::uuid[]) id`;
    return null;
  },
};

export interface EndExport {
  readonly runId: string;
  readonly isComplete: boolean;
  readonly rowCount: number;
  readonly documentCount: number;
  readonly missingCount: number;
  readonly bytes: number;
  /** Of all bytes; null when not all were sent. */
  readonly sha256: string | null;
}

/** @throws CommandRefused `EXPORT_UNKNOWN` */
export const endExport: CommandHandler<EndExport, null> = {
  type: 'endExport',
  streams: () => [],
  async run({ tx, schoolId, now }, { isComplete, bytes, ...given }) {
    const run = await tx.exportRun.findFirst({ where: { id: given.runId, schoolId } });
    if (!run) throw new CommandRefused('EXPORT_UNKNOWN');
    const state = isComplete ? ExportState.Complete : ExportState.Broken;
    const againCount = await countAgain(tx, run);
    const outcome = { ...given, schoolId, state, bytes: BigInt(bytes), againCount, endedAt: now };
    await tx.exportOutcome.create({ data: outcome });
    return null;
  },
};

/** Documents of a run that another one of the same kind and profile had sent to its end before it began. */
async function countAgain(tx: UnitOfWork['tx'], { id, kind, profileId, startedAt }: ExportRun): Promise<number> {
  const [row] = await tx.$queryRaw<{ count: number }[]>`
    SELECT count(*)::int AS count FROM export_row mine WHERE mine.run_id = ${id}::uuid AND EXISTS (
      SELECT 1 FROM export_row theirs JOIN export_run earlier ON earlier.id = theirs.run_id AND earlier.kind = ${kind}
        AND earlier.profile_id IS NOT DISTINCT FROM ${profileId}::uuid AND earlier.started_at < ${startedAt}::timestamptz
      JOIN export_outcome ended ON ended.run_id = earlier.id AND ended.state = ${ExportState.Complete}
      WHERE theirs.document_id = mine.document_id AND theirs.run_id <> mine.run_id)`;
  return row?.count ?? 0;
}
