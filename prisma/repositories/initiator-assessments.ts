/** The assessments that an initiator started: to work on several at once. */
import type { AssessmentState } from '../../domain/assessment.ts';
import type { ExamDefinition } from '../../domain/exam.ts';
import { fullName } from '../../domain/school.ts';
import type { SchoolScope } from './index.ts';

/** An assessment as the steps of inviting need it. */
export interface OwnAssessment {
  readonly id: string;
  readonly examVersionId: string;
  readonly exam: ExamDefinition;
  readonly unitCodes: readonly string[];
  readonly attempt: number;
  readonly student: { readonly id: string; readonly name: string; readonly number: string | null };
  readonly state: AssessmentState;
  /** Of its stream: what a change is based on. */
  readonly version: number;
}

/** Where a page of a list begins: after or before this row, newest first. */
export interface ListCursor {
  readonly since: Date;
  readonly id: string;
}

export function createAssessmentReads({ database, schoolId }: SchoolScope) {
  async function readStates(
    ids: readonly string[],
  ): Promise<(id: string) => { state: AssessmentState; version: number }> {
    const streams = await database.stream.findMany({
      where: { schoolId, id: { in: [...ids] } },
      select: { id: true, state: true, version: true },
    });
    const found = new Map(
      streams.map(({ id, state, version }) => [id, { state: state as unknown as AssessmentState, version }]),
    );
    return (id) => {
      const stream = found.get(id);
      if (!stream) throw new Error(`assessment ${id} has no stream`);
      return stream;
    };
  }

  return {
    /** The named assessments, in that order; null when one of them is not this initiator's. */
    async findOwn(membershipId: string, ids: readonly string[]): Promise<OwnAssessment[] | null> {
      const wanted = [...new Set(ids)];
      const rows = await database.assessment.findMany({
        where: { schoolId, initiatorId: membershipId, id: { in: wanted } },
        include: { student: true, examVersion: { select: { definition: true } } },
      });
      if (wanted.length === 0 || rows.length !== wanted.length) return null;
      const stateOf = await readStates(wanted);
      const found = new Map<string, OwnAssessment>();
      for (const row of rows) {
        found.set(row.id, {
          id: row.id,
          examVersionId: row.examVersionId,
          exam: row.examVersion.definition as unknown as ExamDefinition,
          unitCodes: row.unitCodes,
          attempt: row.attempt,
          student: { id: row.studentId, name: fullName(row.student), number: row.student.number },
          ...stateOf(row.id),
        });
      }
      return wanted.flatMap((id) => found.get(id) ?? []);
    },

    /** All assessments of a series that are not cancelled, by name of the student; null when it is not this initiator's. */
    async findSeries(membershipId: string, seriesId: string): Promise<OwnAssessment[] | null> {
      const rows = await database.assessment.findMany({
        where: { schoolId, seriesId, initiatorId: membershipId, status: { not: 'cancelled' } },
        orderBy: [{ student: { familyName: 'asc' } }, { student: { givenName: 'asc' } }, { id: 'asc' }],
        select: { id: true },
      });
      return this.findOwn(
        membershipId,
        rows.map(({ id }) => id),
      );
    },
  };
}
