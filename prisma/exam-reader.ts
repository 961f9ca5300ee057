/**
 * Exams and grading schemes of assessments, for the commands that need them. A version of either never changes (the database sees
 * to that), so what a process read once it knows.
 */
import type { ExamDefinition } from '../domain/exam.ts';
import type { GradingScheme } from '../domain/result.ts';
import type { Tx } from './client.ts';
import { createUnchanging } from './unchanging.ts';

export interface ExamAndScheme {
  readonly exam: ExamDefinition;
  readonly scheme: GradingScheme;
}

/** Which exam and scheme an assessment has, by the ids of their versions. */
export interface NamedExam {
  readonly id: string;
  readonly examId: string;
  readonly schemeId: string;
}

/** Each definition once, however many assessments have it. */
interface ExamRows {
  readonly named: readonly NamedExam[] | null;
  readonly exams: Readonly<Record<string, ExamDefinition>> | null;
  readonly schemes: Readonly<Record<string, GradingScheme>> | null;
}

const MOST_KNOWN = 50;
const knownExams = createUnchanging<ExamDefinition>(MOST_KNOWN);
const knownSchemes = createUnchanging<GradingScheme>(MOST_KNOWN);

/** What this process read before; undefined when it did not. */
export function knownExam({ examId, schemeId }: NamedExam): ExamAndScheme | undefined {
  const [exam, scheme] = [knownExams.get(examId), knownSchemes.get(schemeId)];
  return exam && scheme ? { exam, scheme } : undefined;
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
      if (!exam || !scheme) return [];
      return [[id, { exam: knownExams.keep(examId, exam), scheme: knownSchemes.keep(schemeId, scheme) }]];
    }),
  );
}

/** For commands that grade nothing. */
export const NO_EXAM: ExamAndScheme = {
  exam: { code: '', crebo: '', title: '', kind: 'basis', level: 1, version: '', units: [] },
  scheme: { code: '', version: 0, label: '', points: { O: 0, V: 0, G: 0 }, goodFrom: 1, passTable: [], failTable: [] },
};
