/** Reads for workflows, and what workflows write down of themselves. */
import type { AssessmentState } from '../domain/assessment.ts';
import type { InvitationState } from '../domain/invitation.ts';
import type { SchoolSettings } from '../domain/school.ts';
import type { Tx } from '../prisma/client.ts';
import { type StreamInput, StreamKind } from '../workflows/messages.ts';
import type { AssessmentView, InvitationProgress, InvitationView, Progress } from '../workflows/views.ts';
import type { ActivityDeps } from './deps.ts';
import { toAssessmentView, toInvitationView } from './view-of.ts';

export function createViewActivities({ database }: Pick<ActivityDeps, 'database'>) {
  return {
    /** @returns null when there is no such stream */
    async loadAssessmentView({ streamId, schoolId }: StreamInput): Promise<AssessmentView | null> {
      const stream = await database.stream.findFirst({
        where: { id: streamId, schoolId, kind: StreamKind.Assessment },
      });
      return stream ? toAssessmentView(stream.version, stream.state as unknown as AssessmentState) : null;
    },

    /** @returns null when there is no such stream */
    async loadInvitationView({ streamId, schoolId }: StreamInput): Promise<InvitationView | null> {
      const stream = await database.stream.findFirst({
        where: { id: streamId, schoolId, kind: StreamKind.Invitation },
      });
      if (!stream) return null;
      const school = await database.school.findUniqueOrThrow({ where: { id: schoolId }, select: { settings: true } });
      const settings = school.settings as unknown as SchoolSettings;
      return toInvitationView(stream.version, stream.state as unknown as InvitationState, settings);
    },

    async saveAssessmentProgress(progress: Progress): Promise<void> {
      await saveProgress(database, progress);
    },

    async saveInvitationProgress(progress: InvitationProgress): Promise<void> {
      const { streamId: id, schoolId, nextReminderAt } = progress;
      await database.$transaction(async (tx) => {
        await saveProgress(tx, progress);
        // The command that ends an invitation clears the moment; a late write must not bring it back.
        await tx.invitation.updateMany({
          where: { id, schoolId, status: 'active' },
          data: { nextReminderAt: nextReminderAt === null ? null : new Date(nextReminderAt) },
        });
      });
    },
  };
}

/** Never replaces what was seen later. */
async function saveProgress(tx: Pick<Tx, '$executeRaw'>, progress: Progress): Promise<void> {
  const since = new Date(progress.since);
  const nextAt = progress.nextAt === null ? null : new Date(progress.nextAt);
  await tx.$executeRaw`
    INSERT INTO workflow_view
      (stream_id, school_id, seen_seq, waits_for, since, next_at, is_closed, last_error, updated_at)
    VALUES
      (${progress.streamId}::uuid, ${progress.schoolId}::uuid, ${progress.seenSeq}, ${progress.waitsFor}, ${since},
       ${nextAt}, ${progress.isClosed}, ${progress.lastError}, clock_timestamp())
    ON CONFLICT (stream_id) DO UPDATE SET
      seen_seq = EXCLUDED.seen_seq, waits_for = EXCLUDED.waits_for, since = EXCLUDED.since, next_at = EXCLUDED.next_at,
      is_closed = EXCLUDED.is_closed, last_error = EXCLUDED.last_error, updated_at = EXCLUDED.updated_at
    WHERE workflow_view.seen_seq <= EXCLUDED.seen_seq`;
}
