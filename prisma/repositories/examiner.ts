/** What an examiner sees and saves. Every read names the invitations that the visitor's links grant. */
import { type AssessmentState, AssessmentStatus, FormStatus } from '../../domain/assessment.ts';
import type { FormContent, FormDefinition } from '../../domain/form.ts';
import { fullName, type SchoolBranding, type SchoolSettings } from '../../domain/school.ts';
import { databaseClock } from '../client.ts';
import {
  contentAt,
  type DraftRefusal,
  editableComponents,
  findSideVersions,
  type ResolveDraft,
  refusalOf,
  resolveDraft,
  type SaveDraft,
  type SaveDraftResult,
  type SideVersion,
  saveDraft,
} from '../commands/drafts.ts';
import type { SchoolInfo } from './access.ts';
import type { SchoolScope } from './index.ts';

export interface WorkItem {
  readonly formId: string;
  readonly invitationId: string;
  readonly studentName: string;
  readonly examTitle: string;
  readonly attempt: number;
  readonly dueAt: Date | null;
  readonly isLate: boolean;
  readonly status: WorkStatus;
  /** Criteria with a score, of all criteria. */
  readonly done: number;
  readonly total: number;
  readonly finishedAt: Date | null;
}

/** `closed`: scoring is over; `ended`: withdrawn or cancelled. */
export type WorkStatus = 'open' | 'started' | 'returned' | 'finished' | 'closed' | 'ended';

/** The work behind one link. */
export interface WorkInvitation {
  readonly invitationId: string;
  readonly initiatorName: string;
  readonly invitedAt: Date;
  /** By name of the student. */
  readonly items: readonly WorkItem[];
}

export interface FormSubmissionInfo {
  readonly formVersion: number;
  readonly finishedAt: Date;
  /** SHA-256, hex. */
  readonly contentDigest: string;
  readonly content: FormContent;
  /** The criteria as they were scored. */
  readonly definition: FormDefinition;
}

export interface AttachmentInfo {
  readonly id: string;
  readonly name: string;
  readonly mediaType: string;
  /** Bytes. */
  readonly size: number;
  readonly sha256: string;
}

export interface ExaminerForm {
  readonly formId: string;
  readonly assessmentId: string;
  readonly contactId: string;
  readonly invitationId: string;
  readonly school: SchoolInfo;
  readonly studentName: string;
  readonly examTitle: string;
  readonly attempt: number;
  readonly dueAt: Date | null;
  /** From then on no scores are taken. */
  readonly closesAt: Date | null;
  readonly initiatorName: string;
  /** Of the initiator, in the mail; empty when there was none. */
  readonly remark: string;
  readonly attachments: readonly AttachmentInfo[];
  readonly definition: FormDefinition;
  readonly revision: number;
  readonly savedAt: Date | null;
  /** The draft as it stands. */
  readonly content: FormContent;
  readonly status: FormStatus;
  readonly isDisputed: boolean;
  /** Why nothing can be filled in; null when it can. */
  readonly refusal: DraftRefusal | null;
  /** Components that can be filled in. */
  readonly editable: readonly string[];
  /** Why the form came back; null unless it did. */
  readonly returned: { readonly at: Date; readonly reason: string } | null;
  /** The newest finished form. */
  readonly submission: FormSubmissionInfo | null;
  readonly sideVersions: readonly SideVersion[];
  /** All forms of the same invitation, this one included, in the order of the work list. */
  readonly siblings: readonly WorkItem[];
}

export type ExaminerRepository = ReturnType<typeof createExaminerRepository>;

export function createExaminerRepository({ database, schoolId }: SchoolScope) {
  /** Work behind these invitations, without what was never asked. */
  async function listWork(invitationIds: readonly string[]): Promise<WorkInvitation[]> {
    const [now, invitations] = await Promise.all([
      databaseClock.now(database),
      database.invitation.findMany({
        where: { schoolId, id: { in: [...invitationIds] } },
        include: {
          initiator: { include: { account: true } },
          pairs: {
            where: { schoolId, formId: { not: null } },
            include: { assessment: { include: { student: true, examVersion: { include: { exam: true } } } } },
          },
        },
        orderBy: [{ invitedAt: 'desc' }, { id: 'asc' }],
      }),
    ]);
    const pairs = invitations.flatMap((invitation) => invitation.pairs);
    const [forms, closing] = await Promise.all([
      database.form.findMany({
        where: { schoolId, id: { in: pairs.flatMap((pair) => pair.formId ?? []) } },
        select: { id: true, doneCount: true, totalCount: true },
      }),
      closingTimes(pairs.map((pair) => pair.assessmentId)),
    ]);
    const formById = new Map(forms.map((form) => [form.id, form]));
    return invitations.map((invitation) => ({
      invitationId: invitation.id,
      initiatorName: fullName(invitation.initiator.account),
      invitedAt: invitation.invitedAt,
      items: [...invitation.pairs].sort(byStudent).flatMap((pair): WorkItem[] => {
        const form = formById.get(pair.formId ?? '');
        if (!form) return [];
        const closesAt = closing.get(pair.assessmentId) ?? null;
        return [
          {
            formId: form.id,
            invitationId: invitation.id,
            studentName: fullName(pair.assessment.student),
            examTitle: pair.assessment.examVersion.exam.title,
            attempt: pair.assessment.attempt,
            dueAt: pair.assessment.dueAt,
            isLate: pair.assessment.isLate,
            status: workStatus(pair.formStatus, pair.assessment.status, closesAt !== null && closesAt <= now),
            done: form.doneCount,
            total: form.totalCount,
            finishedAt: pair.finishedAt,
          },
        ];
      }),
    }));
  }

  /** When scoring ends, by assessment; only the folded state knows it. */
  async function closingTimes(assessmentIds: readonly string[]): Promise<Map<string, Date>> {
    if (assessmentIds.length === 0) return new Map();
    const rows = await database.$queryRaw<{ id: string; closesAt: string | null }[]>`
      SELECT id, state->>'closesAt' AS "closesAt" FROM stream
      WHERE school_id = ${schoolId}::uuid AND id = ANY(${[...assessmentIds]}::uuid[])`;
    return new Map(rows.flatMap(({ id, closesAt }) => (closesAt === null ? [] : [[id, new Date(closesAt)] as const])));
  }

  /** The reason of the newest return of this form. */
  async function findReturn(assessmentId: string, formId: string): Promise<ExaminerForm['returned']> {
    const events = await database.event.findMany({
      where: { schoolId, streamId: assessmentId, type: 'FormReturned' },
      orderBy: { seq: 'desc' },
    });
    for (const event of events) {
      const body = JSON.parse(event.body) as { formId: string; reason: { textId: string } };
      if (body.formId !== formId) continue;
      const text = await database.textNote.findFirst({ where: { schoolId, id: body.reason.textId } });
      return { at: event.at, reason: text?.body ?? '' };
    }
    return null;
  }

  async function findPair(formId: string, invitationIds: readonly string[]) {
    return database.assessmentExaminer.findFirst({
      where: { schoolId, formId, invitationId: { in: [...invitationIds] } },
      include: {
        assessment: { include: { student: true, school: true, examVersion: { include: { exam: true } } } },
        invitation: {
          include: {
            initiator: { include: { account: true } },
            attachments: { include: { attachment: true }, orderBy: { attachmentId: 'asc' } },
          },
        },
      },
    });
  }

  return {
    listWork,

    async school(): Promise<SchoolInfo> {
      return describeSchool(await database.school.findUniqueOrThrow({ where: { id: schoolId } }));
    },

    /**
     * One form with all that its pages show.
     * @param invitationIds what the visitor's links grant
     * @returns null when there is no such form behind them
     */
    async findForm(formId: string, invitationIds: readonly string[]): Promise<ExaminerForm | null> {
      const pair = await findPair(formId, invitationIds);
      if (!pair?.invitation) return null;
      const { assessment, invitation, contactId, assessmentId } = pair;
      const [form, stream, submission, now, work, remark] = await Promise.all([
        database.form.findFirst({ where: { schoolId, id: formId, contactId } }),
        database.stream.findFirst({ where: { schoolId, id: assessmentId }, select: { state: true } }),
        database.formSubmission.findFirst({ where: { schoolId, formId }, orderBy: { formVersion: 'desc' } }),
        databaseClock.now(database),
        listWork([invitation.id]),
        invitation.remarkTextId === null
          ? null
          : database.textNote.findFirst({ where: { schoolId, id: invitation.remarkTextId } }),
      ]);
      const state = stream?.state as AssessmentState | undefined;
      const examiner = state?.examiners[contactId];
      if (!form || !state || examiner?.formId !== formId) return null;
      const definition = form.definition as unknown as FormDefinition;
      const content = await contentAt(database, { schoolId, formId }, form.revision);
      const refusal = refusalOf({ state }, contactId, now);
      return {
        formId,
        assessmentId,
        contactId,
        invitationId: invitation.id,
        school: describeSchool(assessment.school),
        studentName: fullName(assessment.student),
        examTitle: assessment.examVersion.exam.title,
        attempt: assessment.attempt,
        dueAt: assessment.dueAt,
        closesAt: state.closesAt === null ? null : new Date(state.closesAt),
        initiatorName: fullName(invitation.initiator.account),
        remark: remark?.body ?? '',
        attachments: invitation.attachments.map(({ attachment }) => describeAttachment(attachment)),
        definition,
        revision: form.revision,
        savedAt: form.savedAt,
        content,
        status: examiner.form,
        isDisputed: examiner.disputedAt !== null,
        refusal,
        editable: editableComponents(definition, examiner),
        returned: examiner.form === FormStatus.Returned ? await findReturn(assessmentId, formId) : null,
        submission: submission === null ? null : describeSubmission(submission),
        sideVersions:
          refusal === null ? await findSideVersions(database, { schoolId, formId, definition }, content) : [],
        siblings: work[0]?.items ?? [],
      };
    },

    /** A file of one of these invitations, or null. */
    async findAttachment(attachmentId: string, invitationIds: readonly string[]): Promise<AttachmentInfo | null> {
      const row = await database.invitationAttachment.findFirst({
        where: { schoolId, attachmentId, invitationId: { in: [...invitationIds] } },
        include: { attachment: true },
      });
      return row === null ? null : describeAttachment(row.attachment);
    },

    /** See {@link saveDraft}; the school is that of the repository. */
    saveDraft: (save: Omit<SaveDraft, 'schoolId'>): Promise<SaveDraftResult> =>
      saveDraft(database, { ...save, schoolId }),

    /** See {@link resolveDraft}; the school is that of the repository. */
    resolveDraft: (choice: Omit<ResolveDraft, 'schoolId'>) => resolveDraft(database, { ...choice, schoolId }),
  };
}

interface StudentOfPair {
  readonly assessmentId: string;
  readonly assessment: { readonly student: { readonly familyName: string; readonly givenName: string } };
}

function byStudent(a: StudentOfPair, b: StudentOfPair): number {
  const left = a.assessment.student;
  const right = b.assessment.student;
  return (
    left.familyName.localeCompare(right.familyName, 'nl') ||
    left.givenName.localeCompare(right.givenName, 'nl') ||
    a.assessmentId.localeCompare(b.assessmentId)
  );
}

function workStatus(form: string, assessment: string, isClosed: boolean): WorkStatus {
  if (form === FormStatus.Withdrawn) return 'ended';
  if (form === FormStatus.Finished) return 'finished';
  if (assessment === AssessmentStatus.Cancelled) return 'ended';
  if (isClosed || assessment === AssessmentStatus.Final) return 'closed';
  if (form === FormStatus.Returned) return 'returned';
  return form === FormStatus.Started ? 'started' : 'open';
}

function describeSchool(school: { id: string; name: string; branding: unknown; settings: unknown }): SchoolInfo {
  return {
    id: school.id,
    name: school.name,
    primaryColor: (school.branding as SchoolBranding).primaryColor,
    timeZone: (school.settings as SchoolSettings).timeZone,
  };
}

function describeAttachment(row: AttachmentInfo): AttachmentInfo {
  const { id, name, mediaType, size, sha256 } = row;
  return { id, name, mediaType, size, sha256 };
}

function describeSubmission(row: {
  formVersion: number;
  finishedAt: Date;
  contentDigest: string;
  content: unknown;
  definition: unknown;
}): FormSubmissionInfo {
  const { formVersion, finishedAt, contentDigest } = row;
  return {
    formVersion,
    finishedAt,
    contentDigest,
    content: row.content as FormContent,
    definition: row.definition as FormDefinition,
  };
}
