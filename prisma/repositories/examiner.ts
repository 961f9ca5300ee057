/** What an examiner may read: the forms of the invitations that their links grant. Every read is bound to school and contact. */
import type { AssessmentState } from '../../domain/assessment.ts';
import type { ExamDefinition } from '../../domain/exam.ts';
import { findUnit } from '../../domain/exam-structure.ts';
import { emptyForm, type FormContent, type FormDefinition } from '../../domain/form.ts';
import { fullName } from '../../domain/school.ts';
import type { Prisma } from '../../generated/prisma/client.ts';
import { type SaveDraft, type SaveOutcome, saveDraft } from '../commands/drafts.ts';
import type { SchoolScope } from './index.ts';

/** One form in a work list. */
export interface FormSummary {
  readonly formId: string;
  readonly invitationId: string;
  readonly assessmentId: string;
  readonly assessmentStatus: string;
  readonly formStatus: string;
  readonly studentName: string;
  readonly examTitle: string;
  readonly unitTitles: readonly string[];
  readonly attempt: number;
  readonly dueAt: string | null;
  readonly doneCount: number;
  readonly totalCount: number;
  readonly finishedAt: string | null;
}

export interface FormAttachment {
  readonly id: string;
  readonly name: string;
  readonly mediaType: string;
  readonly size: number;
  readonly sha256: string;
}

/** All that the form page shows. */
export interface FormDossier extends FormSummary {
  readonly contactId: string;
  readonly contactName: string;
  readonly definition: FormDefinition;
  readonly content: FormContent;
  readonly revision: number;
  readonly savedAt: string | null;
  /** Components that were reopened; empty unless the form was returned. */
  readonly reopened: readonly string[];
  readonly returnReason: string | null;
  readonly closesAt: string | null;
  readonly remark: string | null;
  readonly initiatorName: string;
  readonly initiatorEmail: string;
  readonly attachments: readonly FormAttachment[];
  readonly submission: { readonly finishedAt: string; readonly contentDigest: string; readonly formVersion: number } | null;
  readonly isDisputed: boolean;
}

export interface RevisionContent {
  readonly revision: number;
  readonly savedAt: string;
  readonly content: FormContent;
}

const PAIR = {
  assessment: { include: { student: true, examVersion: true } },
} satisfies Prisma.AssessmentExaminerInclude;

type Pair = Prisma.AssessmentExaminerGetPayload<{ include: typeof PAIR }>;

export type ExaminerRepository = ReturnType<typeof createExaminerRepository>;

export function createExaminerRepository(scope: SchoolScope) {
  const { database, schoolId } = scope;

  async function listForms(invitationIds: readonly string[]): Promise<FormSummary[]> {
    const pairs = await database.assessmentExaminer.findMany({
      where: { schoolId, invitationId: { in: [...invitationIds] }, formId: { not: null } },
      include: PAIR,
    });
    const forms = await database.form.findMany({
      where: { schoolId, id: { in: pairs.flatMap((pair) => pair.formId ?? []) } },
      select: { id: true, doneCount: true, totalCount: true },
    });
    const byId = new Map(forms.map((form) => [form.id, form]));
    return pairs
      .flatMap((pair) => {
        const form = byId.get(pair.formId ?? '');
        return form ? [summarise(pair, form)] : [];
      })
      .sort((a, b) => (a.dueAt ?? '9').localeCompare(b.dueAt ?? '9') || a.studentName.localeCompare(b.studentName, 'nl'));
  }

  return {
    listForms,

    /** The form, or null when none of the invitations holds it. */
    async findForm(formId: string, invitationIds: readonly string[]): Promise<FormDossier | null> {
      const pair = await database.assessmentExaminer.findFirst({
        where: { schoolId, formId, invitationId: { in: [...invitationIds] } },
        include: { ...PAIR, contact: true, invitation: { include: { initiator: { include: { account: true } }, attachments: { include: { attachment: true } } } } },
      });
      if (!pair?.invitation) return null;
      const [form, submission, stream, remark] = await Promise.all([
        database.form.findFirstOrThrow({ where: { id: formId, schoolId } }),
        database.formSubmission.findFirst({ where: { schoolId, formId }, orderBy: { formVersion: 'desc' } }),
        database.stream.findFirstOrThrow({ where: { id: pair.assessmentId, schoolId }, select: { state: true } }),
        pair.invitation.remarkTextId === null
          ? null
          : database.textNote.findFirst({ where: { id: pair.invitation.remarkTextId, schoolId }, select: { body: true } }),
      ]);
      const state = stream.state as unknown as AssessmentState;
      const examiner = state.examiners[pair.contactId];
      const isFinished = pair.formStatus === 'finished';
      const { account } = pair.invitation.initiator;
      return {
        ...summarise(pair, form),
        contactId: pair.contactId,
        contactName: pair.contact.name,
        definition: (isFinished && submission ? submission.definition : form.definition) as unknown as FormDefinition,
        content: isFinished && submission ? (submission.content as unknown as FormContent) : await contentAt(formId, form.revision),
        revision: form.revision,
        savedAt: form.savedAt?.toISOString() ?? null,
        reopened: examiner?.reopened ?? [],
        returnReason: pair.formStatus === 'returned' ? await findReturnReason(pair.assessmentId, formId) : null,
        closesAt: state.closesAt,
        remark: remark?.body ?? null,
        initiatorName: fullName(account),
        initiatorEmail: account.email,
        attachments: pair.invitation.attachments.map(({ attachment }) => attachment),
        submission: submission
          ? { finishedAt: submission.finishedAt.toISOString(), contentDigest: submission.contentDigest, formVersion: submission.formVersion }
          : null,
        isDisputed: examiner?.disputedAt != null,
      };
    },

    /** A saved revision, for the page that shows two side by side. */
    async findRevision(formId: string, revision: number): Promise<RevisionContent | null> {
      const row = await database.formRevision.findFirst({ where: { schoolId, formId, revision } });
      return row ? { revision, savedAt: row.savedAt.toISOString(), content: row.content as unknown as FormContent } : null;
    },

    saveDraft(save: Omit<SaveDraft, 'schoolId'>): Promise<SaveOutcome> {
      return saveDraft(database, { ...save, schoolId });
    },
  };

  async function contentAt(formId: string, revision: number): Promise<FormContent> {
    if (revision === 0) return emptyForm();
    const row = await database.formRevision.findFirst({ where: { schoolId, formId, revision }, select: { content: true } });
    return row ? (row.content as unknown as FormContent) : emptyForm();
  }

  async function findReturnReason(assessmentId: string, formId: string): Promise<string | null> {
    const event = await database.event.findFirst({
      where: { schoolId, streamId: assessmentId, type: 'FormReturned', body: { contains: formId } },
      orderBy: { seq: 'desc' },
    });
    if (!event) return null;
    const { reason } = JSON.parse(event.body) as { reason: { textId: string } };
    const note = await database.textNote.findFirst({ where: { id: reason.textId, schoolId }, select: { body: true } });
    return note?.body ?? null;
  }
}

function summarise(pair: Pair, form: { id: string; doneCount: number; totalCount: number }): FormSummary {
  const exam = pair.assessment.examVersion.definition as unknown as ExamDefinition;
  return {
    formId: form.id,
    invitationId: pair.invitationId ?? '',
    assessmentId: pair.assessmentId,
    assessmentStatus: pair.assessment.status,
    formStatus: pair.formStatus,
    studentName: fullName(pair.assessment.student),
    examTitle: exam.title,
    unitTitles: pair.assessment.unitCodes.flatMap((code) => findUnit(exam, code)?.title ?? []),
    attempt: pair.assessment.attempt,
    dueAt: pair.assessment.dueAt?.toISOString() ?? null,
    doneCount: form.doneCount,
    totalCount: form.totalCount,
    finishedAt: pair.finishedAt?.toISOString() ?? null,
  };
}
