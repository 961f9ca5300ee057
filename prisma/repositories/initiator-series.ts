/** Assessments that were started together, and finished forms to read afterwards. */
import type { ExamDefinition } from '../../domain/exam.ts';
import type { FormContent, FormDefinition } from '../../domain/form.ts';
import { fullName } from '../../domain/school.ts';
import type { SchoolScope } from './index.ts';
import { createListReads, type ListedAssessment } from './initiator-list.ts';

export interface SeriesPage {
  readonly id: string;
  readonly createdAt: Date;
  readonly examVersionId: string;
  readonly examTitle: string;
  readonly unitTitles: readonly string[];
  readonly isWholeExam: boolean;
  /** By name of the student; cancelled ones too. */
  readonly assessments: readonly ListedAssessment[];
}

/** A form as its examiner finished it. */
export interface FinishedFormPage {
  readonly assessmentId: string;
  readonly student: { readonly name: string; readonly number: string | null };
  readonly exam: ExamDefinition;
  readonly unitCodes: readonly string[];
  readonly attempt: number;
  readonly examiner: { readonly name: string; readonly jobTitle: string; readonly organisation: string };
  readonly formVersion: number;
  /** When the examiner finished it. */
  readonly finishedAt: Date;
  /** When the committee made this version of it; null: the examiner did. */
  readonly correctedAt: Date | null;
  readonly content: FormContent;
  /** The criteria as they were scored. */
  readonly definition: FormDefinition;
  readonly contentDigest: string;
}

export function createSeriesReads(scope: SchoolScope) {
  const { database, schoolId } = scope;
  const list = createListReads(scope);

  async function idsOf(membershipId: string, seriesId: string): Promise<string[]> {
    const rows = await database.assessment.findMany({
      where: { schoolId, seriesId, initiatorId: membershipId },
      orderBy: [{ student: { familyName: 'asc' } }, { student: { givenName: 'asc' } }, { id: 'asc' }],
      select: { id: true },
    });
    return rows.map(({ id }) => id);
  }

  /** How far what was sent of it is. */
  async function batchesOf(initiatorId: string, seriesId: string) {
    return database.batch.findMany({
      where: { schoolId, initiatorId, seriesId },
      select: { id: true, status: true, doneCount: true, failedCount: true, sendAt: true },
      orderBy: { id: 'asc' },
    });
  }

  return {
    /** The series as its initiator follows it; null when it is not theirs. */
    async findSeriesPage(membershipId: string, id: string): Promise<SeriesPage | null> {
      const series = await database.assessmentSeries.findFirst({ where: { id, schoolId, initiatorId: membershipId } });
      if (!series) return null;
      const assessments = await list.readListed(membershipId, await idsOf(membershipId, id));
      const [first] = assessments;
      if (!first) return null;
      const { examVersionId, examTitle, unitTitles, isWholeExam } = first;
      const { createdAt } = series;
      return { id, createdAt, examVersionId, examTitle, unitTitles, isWholeExam, assessments };
    },

    /** For each assessment of it a text that changes with what the page shows; null when the series is not theirs. */
    async seriesStamp(membershipId: string, id: string): Promise<Map<string, string> | null> {
      const ids = await idsOf(membershipId, id);
      if (ids.length === 0) return null;
      const [stamps, batches] = await Promise.all([list.stampRows(membershipId, ids), batchesOf(membershipId, id)]);
      return stamps.set('batches', JSON.stringify(batches));
    },

    /** The newest finished form of an examiner, once the result is final; null before that, and for who is not the initiator. */
    async findFinishedForm(membershipId: string, id: string, contactId: string): Promise<FinishedFormPage | null> {
      const pair = await database.assessmentExaminer.findFirst({
        where: {
          schoolId,
          assessmentId: id,
          contactId,
          formStatus: 'finished',
          assessment: { initiatorId: membershipId, status: 'final' },
        },
        include: {
          contact: true,
          assessment: { include: { student: true, examVersion: { select: { definition: true } } } },
        },
      });
      if (!pair?.formId) return null;
      const submission = await database.formSubmission.findFirst({
        where: { schoolId, formId: pair.formId },
        orderBy: { formVersion: 'desc' },
      });
      if (!submission) return null;
      const { assessment, contact } = pair;
      return {
        assessmentId: id,
        student: { name: fullName(assessment.student), number: assessment.student.number },
        exam: assessment.examVersion.definition as unknown as ExamDefinition,
        unitCodes: assessment.unitCodes,
        attempt: assessment.attempt,
        examiner: { name: contact.name, jobTitle: contact.jobTitle, organisation: contact.organisation },
        formVersion: submission.formVersion,
        finishedAt: pair.finishedAt ?? submission.finishedAt,
        correctedAt: submission.editedById === null ? null : submission.finishedAt,
        content: submission.content as unknown as FormContent,
        definition: submission.definition as unknown as FormDefinition,
        contentDigest: submission.contentDigest,
      };
    },
  };
}
