/** Exams and grading schemes of assessments, for the commands that need them. */
import type { ExamDefinition } from '../domain/exam.ts';
import type { GradingScheme } from '../domain/result.ts';
import type { Tx } from './client.ts';

export interface ExamAndScheme {
  readonly exam: ExamDefinition;
  readonly scheme: GradingScheme;
}

/** Each definition once, however many assessments have it. */
interface ExamRows {
  readonly named: readonly { readonly id: string; readonly examId: string; readonly schemeId: string }[] | null;
  readonly exams: Readonly<Record<string, ExamDefinition>> | null;
  readonly schemes: Readonly<Record<string, GradingScheme>> | null;
}

/** @returns by the id of the assessment; what is not of this school is left out */
export async function readExams(tx: Tx, schoolId: string, ids: readonly string[]): Promise<Map<string, ExamAndScheme>> {
  const rows = await tx.$queryRaw<ExamRows[]>`
    WITH named AS (
      SELECT id, exam_version_id, grading_scheme_id FROM assessment
      WHERE school_id = ${schoolId}::uuid AND id = ANY(${[...ids]}::uuid[]))
    SELECT
      (SELECT json_agg(json_build_object('id', id, 'examId', exam_version_id, 'schemeId', grading_scheme_id)) FROM named) AS named,
      (SELECT json_object_agg(id, definition) FROM exam_version WHERE id IN (SELECT exam_version_id FROM named)) AS exams,
      (SELECT json_object_agg(id, definition) FROM grading_scheme WHERE id IN (SELECT grading_scheme_id FROM named)) AS schemes`;
  const [found] = rows;
  return new Map(
    (found?.named ?? []).flatMap(({ id, examId, schemeId }): [string, ExamAndScheme][] => {
      const [exam, scheme] = [found?.exams?.[examId], found?.schemes?.[schemeId]];
      return exam && scheme ? [[id, { exam, scheme }]] : [];
    }),
  );
}

/** For commands that grade nothing. */
export const NO_EXAM: ExamAndScheme = {
  exam: { code: '', crebo: '', title: '', kind: 'basis', level: 1, version: '', units: [] },
  scheme: { code: '', version: 0, label: '', points: { O: 0, V: 0, G: 0 }, goodFrom: 1, passTable: [], failTable: [] },
};
