/** Whether the conductor is where the record is: for one assessment and its invitations, or for a batch. */
import type { AssessmentState } from '../../domain/assessment.ts';
import type { BatchState } from '../../domain/batch.ts';
import type { InvitationState } from '../../domain/invitation.ts';
import {
  assessmentFacts,
  batchFacts,
  Conducting,
  compareWithConductor,
  invitationFacts,
  type WaitsFor,
  waitingOfAssessment,
  waitingOfBatch,
  waitingOfInvitation,
} from '../../domain/waiting.ts';
import { type Database, databaseClock } from '../client.ts';

interface StreamWithView {
  readonly kind: string;
  readonly version: number;
  readonly changedAt: Date;
  readonly state: unknown;
  readonly view: {
    readonly seenSeq: number;
    readonly waitsFor: string;
    readonly nextAt: Date | null;
    readonly isClosed: boolean;
    readonly updatedAt: Date;
  } | null;
}

/** Worst first: what is said when the streams of one assessment differ. */
const WORST_FIRST: readonly Conducting[] = [
  Conducting.Contradicts,
  Conducting.Overdue,
  Conducting.Unseen,
  Conducting.Behind,
  Conducting.Agrees,
];

/** What a stream waits for by the record alone. */
function waitsForOf(kind: string, state: unknown): WaitsFor {
  if (kind === 'assessment') return waitingOfAssessment(assessmentFacts(state as AssessmentState)).waitsFor;
  if (kind === 'batch') return waitingOfBatch(batchFacts(state as BatchState)).waitsFor;
  return waitingOfInvitation(invitationFacts(state as InvitationState)).waitsFor;
}

function conductingOf({ kind, version, changedAt, state, view }: StreamWithView, now: Date): Conducting {
  return compareWithConductor(
    { version, changedAt: changedAt.toISOString(), waitsFor: waitsForOf(kind, state) },
    view && { ...view, nextAt: view.nextAt?.toISOString() ?? null, updatedAt: view.updatedAt.toISOString() },
    now.toISOString(),
  );
}

/** How the conductor stands to an assessment of this school and to its invitations: the worst of them. */
export async function readConducting(database: Database, schoolId: string, assessmentId: string): Promise<Conducting> {
  const pairs = await database.assessmentExaminer.findMany({
    where: { schoolId, assessmentId, invitationId: { not: null } },
    select: { invitationId: true },
  });
  const ids = [assessmentId, ...pairs.flatMap(({ invitationId }) => invitationId ?? [])];
  return readWorst(database, schoolId, ids);
}

/** How the conductor stands to a batch of this school. */
export function readBatchConducting(database: Database, schoolId: string, batchId: string): Promise<Conducting> {
  return readWorst(database, schoolId, [batchId]);
}

async function readWorst(database: Database, schoolId: string, ids: readonly string[]): Promise<Conducting> {
  const [streams, now] = await Promise.all([
    database.stream.findMany({
      where: { schoolId, id: { in: [...ids] } },
      select: { kind: true, version: true, changedAt: true, state: true, view: true },
    }),
    databaseClock.now(database),
  ]);
  const found = streams.map((stream) => conductingOf(stream, now));
  return WORST_FIRST.find((conducting) => found.includes(conducting)) ?? Conducting.Agrees;
}
