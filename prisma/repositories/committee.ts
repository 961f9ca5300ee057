/**
 * What the committee reads of its school: the queue, the choices of its filters, the dossier, the exam offices.
 * How pages of the queue are found: queue-pages.ts. Drafts are the initiator's own and are not in the queue.
 */
import { AskKind, type AssessmentState, AssessmentStatus, standingScores } from '../../domain/assessment.ts';
import type { ExamDefinition } from '../../domain/exam.ts';
import { componentOf } from '../../domain/exam-structure.ts';
import type { SchoolSettings } from '../../domain/school.ts';
import { Score } from '../../domain/score.ts';
import { databaseClock } from '../client.ts';
import { createDossierReader, describeUnits, type StudentName, studentName } from './committee-dossier.ts';
import type { SchoolScope } from './index.ts';
import { createQueuePages, type FoundPage, type QueueRequest } from './queue-pages.ts';
import { createQueuePeople } from './queue-people.ts';
import { createSavedFilters } from './saved-filters.ts';

export interface QueueRow {
  readonly id: string;
  readonly status: AssessmentStatus;
  readonly since: Date;
  readonly student: StudentName;
  /** Titles of the units, or of the exam when all of it is assessed. */
  readonly examTitle: string;
  readonly examCode: string;
  readonly attempt: number;
  readonly examinerCount: number;
  readonly finishedCount: number;
  readonly score: Score | null;
  readonly gradeTenths: number | null;
  readonly insufficientCount: number;
  /** Component refs with the number of O's that count; only where there is an O. */
  readonly insufficientAt: readonly { readonly ref: string; readonly count: number }[];
  readonly disagreementCount: number;
  readonly returnCount: number;
  readonly isLate: boolean;
  readonly isDisputed: boolean;
  /** An examiner asks to have a finished form back, and has no answer. */
  readonly isReturnAsked: boolean;
  /** How often the committee corrected a form of it. */
  readonly editCount: number;
  /** How often somebody went on although a rule about examiners warned. */
  readonly overrideCount: number;
  /** The member whose proposal waits for another one. */
  readonly proposedById: string | null;
  readonly isReopened: boolean;
  /** Final, and the student does not see it yet. */
  readonly isUnpublished: boolean;
  /** Of the decision that the student does not see yet; null for any other. */
  readonly decisionVersion: number | null;
}

export interface QueuePage extends Omit<FoundPage, 'ids'> {
  readonly rows: readonly QueueRow[];
  readonly asOf: Date;
}

export type CommitteeRepository = ReturnType<typeof createCommitteeRepository>;

export function createCommitteeRepository(scope: SchoolScope) {
  const { database, schoolId } = scope;
  const dossiers = createDossierReader(scope);
  const pages = createQueuePages(scope);

  /** Rows with these ids, in their order. */
  async function readRows(ids: readonly string[]): Promise<QueueRow[]> {
    if (ids.length === 0) return [];
    const found = await database.assessment.findMany({
      where: { schoolId, id: { in: [...ids] } },
      include: {
        student: { include: { groups: { include: { group: true } } } },
        examiners: { select: { formStatus: true, ask: true } },
      },
    });
    const exams = await readExams(found.map((row) => row.examVersionId));
    const states = await readStates(
      found.filter((row) => row.insufficientCount > 0 || row.awaitsPublication).map((row) => row.id),
    );
    const byId = new Map(found.map((row) => [row.id, row]));
    return ids.flatMap((id) => {
      const row = byId.get(id);
      const exam = row && exams.get(row.examVersionId);
      if (!row || !exam) return [];
      const active = row.examiners.filter((examiner) => examiner.formStatus !== 'withdrawn');
      return {
        id,
        status: row.status as AssessmentStatus,
        since: row.statusSince,
        student: studentName(row.student),
        examTitle: describeUnits(exam, row.unitCodes),
        examCode: exam.code,
        attempt: row.attempt,
        examinerCount: active.length,
        finishedCount: active.filter((examiner) => examiner.formStatus === 'finished').length,
        score: row.score as Score | null,
        gradeTenths: row.gradeTenths,
        insufficientCount: row.insufficientCount,
        insufficientAt: row.insufficientCount > 0 ? insufficientComponents(states.get(id)) : [],
        disagreementCount: row.disagreementCount,
        returnCount: row.returnCount,
        isLate: row.isLate,
        isDisputed: row.isDisputed,
        isReturnAsked: row.examiners.some(({ ask }) => ask === AskKind.Return),
        editCount: row.editCount,
        overrideCount: row.overrideCount,
        proposedById: row.proposedById,
        isReopened: row.reopenedAt !== null,
        isUnpublished: row.awaitsPublication,
        decisionVersion: row.awaitsPublication ? (states.get(id)?.decision?.version ?? null) : null,
      };
    });
  }

  async function readExams(versionIds: readonly string[]): Promise<Map<string, ExamDefinition>> {
    const versions = await database.examVersion.findMany({
      where: { schoolId, id: { in: [...new Set(versionIds)] } },
      select: { id: true, definition: true },
    });
    return new Map(versions.map((version) => [version.id, version.definition as unknown as ExamDefinition]));
  }

  async function readStates(ids: readonly string[]): Promise<Map<string, AssessmentState>> {
    if (ids.length === 0) return new Map();
    const streams = await database.stream.findMany({
      where: { schoolId, id: { in: [...ids] } },
      select: { id: true, state: true },
    });
    return new Map(streams.map((stream) => [stream.id, stream.state as unknown as AssessmentState]));
  }

  return {
    ...dossiers,
    ...createQueuePeople(scope),
    ...createSavedFilters(scope),

    /** One page of the queue with the counts of all views. */
    async readQueue(request: QueueRequest): Promise<QueuePage> {
      const [{ ids, ...page }, asOf] = await Promise.all([pages.readPlaces(request), databaseClock.now(database)]);
      return { ...page, rows: await readRows(ids), asOf };
    },

    findNeighbours: pages.findNeighbours,

    /** These assessments with the version of their stream, oldest first; drafts and unknown ids are left out. */
    async readChosen(ids: readonly string[]): Promise<(QueueRow & { readonly version: number })[]> {
      const streams = await database.stream.findMany({
        where: { schoolId, id: { in: [...ids] } },
        select: { id: true, version: true },
      });
      const versions = new Map(streams.map((stream) => [stream.id, stream.version]));
      const rows = await readRows([...versions.keys()]);
      return rows
        .filter((row) => row.status !== AssessmentStatus.Draft)
        .sort((a, b) => a.since.getTime() - b.since.getTime())
        .map((row) => ({ ...row, version: versions.get(row.id) ?? 0 }));
    },

    /** What the filters offer. */
    async readFilterOptions() {
      const [exams, groups] = await Promise.all([
        database.exam.findMany({ where: { schoolId }, orderBy: [{ title: 'asc' }, { code: 'asc' }] }),
        database.group.findMany({ where: { schoolId }, orderBy: [{ schoolYear: 'desc' }, { name: 'asc' }] }),
      ]);
      return {
        exams: exams.map(({ id, code, title }) => ({ id, code, title })),
        groups: groups.map(({ id, name, schoolYear }) => ({ id, name, schoolYear })),
      };
    },

    /** Exam-office addresses to choose from, and the domains a typed one may have (empty: any). */
    async readOffices() {
      const [offices, school] = await Promise.all([
        database.officeAddress.findMany({ where: { schoolId, isListed: true }, orderBy: { label: 'asc' } }),
        database.school.findUniqueOrThrow({ where: { id: schoolId }, select: { settings: true } }),
      ]);
      return {
        offices: offices.map(({ id, label, email }) => ({ id, label, email })),
        domains: (school.settings as unknown as SchoolSettings).examOfficeDomains,
      };
    },

    /**
     * The document with this id when the member may see it: a member of the committee, or the initiator.
     * @returns null also for a document of another school
     */
    async findDocumentFor(
      documentId: string,
      reader: { readonly membershipId: string; readonly isCommittee: boolean },
    ) {
      return database.document.findFirst({
        where: {
          schoolId,
          id: documentId,
          ...(reader.isCommittee ? {} : { assessment: { initiatorId: reader.membershipId } }),
        },
        select: { id: true, number: true, version: true, sha256: true, size: true, assessmentId: true },
      });
    },
  };
}

/** Number of O's that count, by component, in the order of the exam. */
function insufficientComponents(state: AssessmentState | undefined): { ref: string; count: number }[] {
  if (!state) return [];
  const scores = standingScores(state, state.decision?.standing ?? {});
  const counts = new Map<string, number>();
  for (const [criterion, score] of Object.entries(scores)) {
    if (score !== Score.O) continue;
    const ref = componentOf(criterion);
    counts.set(ref, (counts.get(ref) ?? 0) + 1);
  }
  return [...counts].map(([ref, count]) => ({ ref, count }));
}
