/** Reads for workflows, and what workflows write down of themselves. */
import type { AssessmentState } from '../domain/assessment.ts';
import type { BatchState } from '../domain/batch.ts';
import type { InvitationState } from '../domain/invitation.ts';
import type { SchoolSettings } from '../domain/school.ts';
import { Prisma } from '../generated/prisma/client.ts';
import { hasInitiatorLeft } from '../prisma/commands/batch-held.ts';
import { type StreamInput, StreamKind } from '../workflows/messages.ts';
import type { AssessmentView, BatchView, InvitationProgress, InvitationView, Progress } from '../workflows/views.ts';
import type { ActivityDeps } from './deps.ts';
import { toAssessmentView, toBatchView, toInvitationView } from './view-of.ts';

export function createViewActivities({ database }: Pick<ActivityDeps, 'database'>) {
  return {
    /** @returns null when there is no such stream */
    async loadAssessmentView({ streamId, schoolId }: StreamInput): Promise<AssessmentView | null> {
      const stream = await database.stream.findFirst({
        where: { id: streamId, schoolId, kind: StreamKind.Assessment },
        select: { version: true, state: true },
      });
      return stream ? toAssessmentView(stream.version, stream.state as unknown as AssessmentState) : null;
    },

    /** @returns null when there is no such stream */
    async loadInvitationView({ streamId, schoolId }: StreamInput): Promise<InvitationView | null> {
      const rows = await database.$queryRaw<{ version: number; state: InvitationState; settings: SchoolSettings }[]>`
        SELECT stream.version, stream.state, school.settings
        FROM stream JOIN school ON school.id = stream.school_id
        WHERE stream.id = ${streamId}::uuid AND stream.school_id = ${schoolId}::uuid
          AND stream.kind = ${StreamKind.Invitation}`;
      const [found] = rows;
      return found ? toInvitationView(found.version, found.state, found.settings) : null;
    },

    /** @returns null when there is no such stream */
    async loadBatchView({ streamId, schoolId }: StreamInput): Promise<BatchView | null> {
      const stream = await database.stream.findFirst({
        where: { id: streamId, schoolId, kind: StreamKind.Batch },
        select: { version: true, state: true },
      });
      if (!stream) return null;
      const state = stream.state as unknown as BatchState;
      return toBatchView(stream.version, state, await hasInitiatorLeft({ tx: database, schoolId }, state));
    },

    async saveBatchProgress(progress: Progress): Promise<void> {
      await database.$executeRaw(progressRow(progress));
    },

    async saveAssessmentProgress(progress: Progress): Promise<void> {
      await database.$executeRaw(progressRow(progress));
    },

    /** One statement, and so one commit. */
    async saveInvitationProgress(progress: InvitationProgress): Promise<void> {
      const { streamId, schoolId, nextReminderAt } = progress;
      const next = nextReminderAt === null ? null : new Date(nextReminderAt);
      // The command that ends an invitation clears the moment; a late write must not bring it back.
      await database.$executeRaw`
        WITH planned AS (
          UPDATE invitation SET next_reminder_at = ${next}::timestamptz
          WHERE id = ${streamId}::uuid AND school_id = ${schoolId}::uuid AND status = 'active'
            AND next_reminder_at IS DISTINCT FROM ${next}::timestamptz)
        ${progressRow(progress)}`;
    },
  };
}

/** Never replaces what was seen later. */
function progressRow(progress: Progress): Prisma.Sql {
  const since = new Date(progress.since);
  const nextAt = progress.nextAt === null ? null : new Date(progress.nextAt);
  return Prisma.sql`
    INSERT INTO workflow_view
      (stream_id, school_id, seen_seq, waits_for, since, next_at, is_closed, last_error, updated_at)
    VALUES
      (${progress.streamId}::uuid, ${progress.schoolId}::uuid, ${progress.seenSeq}::int, ${progress.waitsFor}, ${since}::timestamptz,
       ${nextAt}::timestamptz, ${progress.isClosed}, ${progress.lastError}, clock_timestamp())
    ON CONFLICT (stream_id) DO UPDATE SET
      seen_seq = EXCLUDED.seen_seq, waits_for = EXCLUDED.waits_for, since = EXCLUDED.since, next_at = EXCLUDED.next_at,
      is_closed = EXCLUDED.is_closed, last_error = EXCLUDED.last_error, updated_at = EXCLUDED.updated_at
    WHERE workflow_view.seen_seq <= EXCLUDED.seen_seq`;
}
