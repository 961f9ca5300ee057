/** What an examiner sees and saves. Every read names the invitations that the visitor's links grant. */
import {
  type AskKind,
  type AskState,
  type AssessmentState,
  AssessmentStatus,
  FormStatus,
} from '../../domain/assessment.ts';
import { emptyForm, type FormContent, type FormDefinition } from '../../domain/form.ts';
import { fullName, type SchoolBranding, type SchoolSettings } from '../../domain/school.ts';
import { Prisma } from '../../generated/prisma/client.ts';
import { isSendable } from '../../platform/attachments.ts';
import {
  type DraftRefusal,
  editableComponents,
  findSideVersions,
  MAY_BE_SIDE_VERSION,
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
  /** The examiner asked something of it and waits for an answer. */
  readonly isAsked: boolean;
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

export interface ExaminerAsk {
  readonly kind: AskKind;
  readonly askedAt: Date;
  readonly reason: string;
  /** Null when nobody is proposed, or it was erased. */
  readonly proposal: { readonly name: string; readonly email: string } | null;
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
  /** What the examiner asked instead of scoring and has no answer to; null for nothing. */
  readonly ask: ExaminerAsk | null;
  /** All forms of the same invitation, this one included, in the order of the work list. */
  readonly siblings: readonly WorkItem[];
}

export type ExaminerRepository = ReturnType<typeof createExaminerRepository>;

export function createExaminerRepository({ database, schoolId }: SchoolScope) {
  /** Work behind these invitations, without what was never asked. */
  async function listWork(invitationIds: readonly string[]): Promise<WorkInvitation[]> {
    const rows = await database.$queryRaw<WorkRow[]>`
      SELECT invitation.id AS "invitationId", invitation.invited_at AS "invitedAt", clock_timestamp() AS now,
        ${NAME_OF_INITIATOR} AS initiator, ${itemsOfInvitation(schoolId)} AS items
      FROM invitation ${JOIN_INITIATOR}
      WHERE invitation.school_id = ${schoolId}::uuid AND invitation.id = ANY(${[...invitationIds]}::uuid[])
      ORDER BY invitation.invited_at DESC, invitation.id`;
    return rows.map(({ invitationId, invitedAt, now, initiator, items }) => ({
      invitationId,
      initiatorName: fullName(initiator),
      invitedAt,
      items: toWorkItems(items, now),
    }));
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

  async function describeAsk({ kind, askedAt, reason, proposal }: AskState): Promise<ExaminerAsk> {
    const ids = [reason.textId, ...(proposal ? [proposal.textId] : [])];
    const notes = await database.textNote.findMany({ where: { schoolId, id: { in: ids } } });
    const textOf = (id: string | undefined) => notes.find((note) => note.id === id)?.body ?? '';
    const proposed = textOf(proposal?.textId);
    return {
      kind,
      askedAt: new Date(askedAt),
      reason: textOf(reason.textId),
      proposal: proposed === '' ? null : JSON.parse(proposed),
    };
  }

  /** Everything in one round trip: this is the page that examiners open, and every save begins with it. */
  async function findFormRow(formId: string, invitationIds: readonly string[]): Promise<FormRow | undefined> {
    const rows = await database.$queryRaw<FormRow[]>`
      SELECT pair.assessment_id AS "assessmentId", pair.contact_id AS "contactId", invitation.id AS "invitationId",
        assessment.attempt, assessment.due_at AS "dueAt", exam.title AS "examTitle", note.body AS remark,
        json_build_object('id', school.id, 'name', school.name, 'branding', school.branding, 'settings', school.settings) AS school,
        ${NAME_OF_STUDENT} AS student, ${NAME_OF_INITIATOR} AS initiator,
        form.definition, form.revision, form.saved_at AS "savedAt", stream.state, clock_timestamp() AS now,
        (SELECT content FROM form_revision WHERE form_id = form.id AND revision = form.revision) AS content,
        EXISTS (SELECT 1 FROM form_revision side WHERE side.form_id = form.id AND ${MAY_BE_SIDE_VERSION}) AS "hasSideVersions",
        (SELECT json_build_object('formVersion', form_version, 'finishedAt', finished_at, 'contentDigest', content_digest,
            'content', content, 'definition', definition)
          FROM form_submission WHERE form_id = form.id ORDER BY form_version DESC LIMIT 1) AS submission,
        (SELECT json_agg(json_build_object('id', file.id, 'name', file.name, 'mediaType', file.media_type, 'size', file.size,
            'sha256', file.sha256) ORDER BY file.id)
          FROM invitation_attachment JOIN attachment file ON file.id = attachment_id
          WHERE invitation_id = invitation.id) AS attachments,
        ${itemsOfInvitation(schoolId)} AS items
      FROM assessment_examiner pair
        JOIN invitation ON invitation.id = pair.invitation_id ${JOIN_INITIATOR}
        JOIN form ON form.id = pair.form_id AND form.contact_id = pair.contact_id
        JOIN assessment ON assessment.id = pair.assessment_id
        JOIN student ON student.id = assessment.student_id
        JOIN school ON school.id = pair.school_id
        JOIN exam_version ON exam_version.id = assessment.exam_version_id JOIN exam ON exam.id = exam_version.exam_id
        JOIN stream ON stream.id = pair.assessment_id
        LEFT JOIN text_note note ON note.id = invitation.remark_text_id
      WHERE pair.school_id = ${schoolId}::uuid AND pair.form_id = ${formId}::uuid
        AND pair.invitation_id = ANY(${[...invitationIds]}::uuid[])`;
    return rows[0];
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
      const row = await findFormRow(formId, invitationIds);
      if (!row) return null;
      const { assessmentId, contactId, state, definition, now } = row;
      const examiner = state.examiners[contactId];
      // After a withdrawal and a new invitation the examiner has another form.
      if (examiner?.formId !== formId) return null;
      const content = row.content ?? emptyForm();
      const refusal = refusalOf({ state }, contactId, now);
      const mustChoose = refusal === null && row.hasSideVersions;
      return {
        formId,
        assessmentId,
        contactId,
        invitationId: row.invitationId,
        school: describeSchool(row.school),
        studentName: fullName(row.student),
        examTitle: row.examTitle,
        attempt: row.attempt,
        dueAt: row.dueAt,
        closesAt: dateOf(state.closesAt),
        initiatorName: fullName(row.initiator),
        remark: row.remark ?? '',
        attachments: row.attachments ?? [],
        definition,
        revision: row.revision,
        savedAt: row.savedAt,
        content,
        status: examiner.form,
        isDisputed: examiner.disputedAt !== null,
        refusal,
        editable: editableComponents(definition, examiner),
        returned: examiner.form === FormStatus.Returned ? await findReturn(assessmentId, formId) : null,
        submission: row.submission && { ...row.submission, finishedAt: new Date(row.submission.finishedAt) },
        sideVersions: mustChoose ? await findSideVersions(database, { schoolId, formId, definition }, content) : [],
        ask: examiner.ask && isAskOpen(state) ? await describeAsk(examiner.ask) : null,
        siblings: toWorkItems(row.items, now),
      };
    },

    /** The assessments of these forms, in no order. */
    async findAssessments(formIds: readonly string[]): Promise<string[]> {
      const rows = await database.form.findMany({
        where: { schoolId, id: { in: [...formIds] } },
        select: { assessmentId: true },
      });
      return rows.map(({ assessmentId }) => assessmentId);
    },

    /** A file of one of these invitations, or null; what the virus scanner refused or has not seen yet is not there. */
    async findAttachment(attachmentId: string, invitationIds: readonly string[]): Promise<AttachmentInfo | null> {
      const row = await database.invitationAttachment.findFirst({
        where: { schoolId, attachmentId, invitationId: { in: [...invitationIds] } },
        include: { attachment: true },
      });
      return row === null || !isSendable(row.attachment.scan) ? null : describeAttachment(row.attachment);
    },

    /** See {@link saveDraft}; the school is that of the repository. */
    saveDraft: (save: Omit<SaveDraft, 'schoolId'>): Promise<SaveDraftResult> =>
      saveDraft(database, { ...save, schoolId }),

    /** See {@link resolveDraft}; the school is that of the repository. */
    resolveDraft: (choice: Omit<ResolveDraft, 'schoolId'>) => resolveDraft(database, { ...choice, schoolId }),
  };
}

type PersonName = Parameters<typeof fullName>[0];

interface WorkRow {
  readonly invitationId: string;
  readonly invitedAt: Date;
  readonly now: Date;
  readonly initiator: PersonName;
  readonly items: readonly ItemRow[] | null;
}

/** As it comes inside JSON: instants are texts. */
interface ItemRow extends Omit<WorkItem, 'studentName' | 'dueAt' | 'finishedAt' | 'status'> {
  readonly assessmentId: string;
  readonly student: PersonName;
  readonly dueAt: string | null;
  readonly finishedAt: string | null;
  readonly closesAt: string | null;
  readonly formStatus: string;
  readonly assessmentStatus: string;
}

interface FormRow extends Omit<WorkRow, 'invitedAt'> {
  readonly assessmentId: string;
  readonly contactId: string;
  readonly attempt: number;
  readonly dueAt: Date | null;
  readonly examTitle: string;
  readonly remark: string | null;
  readonly school: Parameters<typeof describeSchool>[0];
  readonly student: PersonName;
  readonly definition: FormDefinition;
  readonly revision: number;
  readonly savedAt: Date | null;
  readonly content: FormContent | null;
  readonly state: AssessmentState;
  readonly hasSideVersions: boolean;
  readonly submission: (Omit<FormSubmissionInfo, 'finishedAt'> & { readonly finishedAt: string }) | null;
  readonly attachments: readonly AttachmentInfo[] | null;
}

const NAME_OF_STUDENT = Prisma.sql`json_build_object('givenName', student.given_name, 'infix', student.infix,
  'familyName', student.family_name)`;
const NAME_OF_INITIATOR = Prisma.sql`json_build_object('givenName', initiator.given_name, 'infix', initiator.infix,
  'familyName', initiator.family_name)`;
const JOIN_INITIATOR = Prisma.sql`JOIN membership ON membership.id = invitation.initiator_id
  JOIN account initiator ON initiator.id = membership.account_id`;

/** The forms of the row `invitation` around it, as one JSON value; null when there are none. */
function itemsOfInvitation(schoolId: string): Prisma.Sql {
  return Prisma.sql`(
    SELECT json_agg(json_build_object('formId', form.id, 'invitationId', pair.invitation_id, 'assessmentId', assessment.id,
      'student', ${NAME_OF_STUDENT}, 'examTitle', exam.title, 'attempt', assessment.attempt, 'dueAt', assessment.due_at,
      'isLate', assessment.is_late, 'assessmentStatus', assessment.status, 'formStatus', pair.form_status,
      'closesAt', stream.state->>'closesAt', 'done', form.done_count, 'total', form.total_count,
      'finishedAt', pair.finished_at, 'isAsked', pair.ask IS NOT NULL))
    FROM assessment_examiner pair
      JOIN form ON form.id = pair.form_id
      JOIN assessment ON assessment.id = pair.assessment_id
      JOIN student ON student.id = assessment.student_id
      JOIN exam_version ON exam_version.id = assessment.exam_version_id JOIN exam ON exam.id = exam_version.exam_id
      JOIN stream ON stream.id = pair.assessment_id
    WHERE pair.invitation_id = invitation.id AND pair.school_id = ${schoolId}::uuid)`;
}

function dateOf(text: string | null): Date | null {
  return text === null ? null : new Date(text);
}

function toWorkItems(rows: readonly ItemRow[] | null, now: Date): WorkItem[] {
  return [...(rows ?? [])].sort(byStudent).map((row) => {
    const closesAt = dateOf(row.closesAt);
    return {
      formId: row.formId,
      invitationId: row.invitationId,
      studentName: fullName(row.student),
      examTitle: row.examTitle,
      attempt: row.attempt,
      dueAt: dateOf(row.dueAt),
      isLate: row.isLate,
      status: workStatus(row.formStatus, row.assessmentStatus, closesAt !== null && closesAt <= now),
      done: row.done,
      total: row.total,
      finishedAt: dateOf(row.finishedAt),
      isAsked: row.isAsked,
    };
  });
}

function byStudent(a: ItemRow, b: ItemRow): number {
  return (
    a.student.familyName.localeCompare(b.student.familyName, 'nl') ||
    a.student.givenName.localeCompare(b.student.givenName, 'nl') ||
    a.assessmentId.localeCompare(b.assessmentId)
  );
}

/** Of what is cancelled or decided nothing is left to answer. */
function isAskOpen({ status }: AssessmentState): boolean {
  return status !== AssessmentStatus.Cancelled && status !== AssessmentStatus.Final;
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
