/** What an examiner sees and saves. Every read names the invitations that the visitor's links grant. */

import type { AgreementState } from '../../domain/agreement.ts';
import {
  AskKind,
  type AskState,
  type AssessmentState,
  AssessmentStatus,
  type DeclineReason,
  FormStatus,
} from '../../domain/assessment.ts';
import type { SubmittedEvidence } from '../../domain/evidence.ts';
import { emptyForm, type FormContent, type FormDefinition } from '../../domain/form.ts';
import {
  examiningPolicy,
  type FinishCodePolicy,
  fullName,
  type SchoolBranding,
  type SchoolSettings,
} from '../../domain/school.ts';
import { Prisma } from '../../generated/prisma/client.ts';
import { isSendable } from '../../platform/attachments.ts';
import {
  type DraftRefusal,
  editableComponents,
  findSideVersions,
  MAY_BE_SIDE_VERSION,
  type OpenForm,
  type ResolveDraft,
  refusalOf,
  resolveDraft,
  type SaveDraft,
  type SaveDraftResult,
  type SideVersion,
  saveDraft,
  saveReadDraft,
} from '../commands/drafts.ts';
import type { SchoolInfo } from './access.ts';
import { type AgreementTurn, agreementTurn, searchTurn } from './examiner-agreement.ts';
import { createEvidenceReads, EVIDENCE_OF_FORM, type ExaminerEvidence } from './examiner-evidence.ts';
import { NOTE_COUNT } from './examiner-notes.ts';
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
  /** Of what is finished: whether one judgement is sought, and waits for this examiner or for somebody else. */
  readonly agreement: 'yours' | 'waiting' | null;
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
  /** When the examiner finished it. */
  readonly finishedAt: Date;
  /** When the committee made this version of it, and why; null: the examiner did. */
  readonly correction: FormCorrection | null;
  /** SHA-256, hex. */
  readonly contentDigest: string;
  readonly content: FormContent;
  /** The criteria as they were scored. */
  readonly definition: FormDefinition;
  readonly evidence: readonly SubmittedEvidence[];
}

export interface FormCorrection {
  readonly at: Date;
  readonly reason: string;
}

/** `finishedAt`: when this version was made. */
export type FinishedVersion = Pick<
  FormSubmissionInfo,
  'formVersion' | 'finishedAt' | 'content' | 'definition' | 'correction'
>;

export interface AttachmentInfo {
  readonly id: string;
  readonly name: string;
  readonly mediaType: string;
  /** Bytes. */
  readonly size: number;
  readonly sha256: string;
}

/** One work process at a time, or all of them. */
export type FormViewChoice = 'step' | 'all';

export interface ExaminerAsk {
  readonly kind: AskKind;
  readonly askedAt: Date;
  /** In words; empty where a chosen reason says it all. */
  readonly reason: string;
  readonly declineReason?: DeclineReason;
  readonly isDraftShared: boolean;
  /** Of a finished form that is asked back; empty for another question. */
  readonly components: readonly string[];
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
  /** Put with its components by this examiner, oldest first. */
  readonly evidence: readonly ExaminerEvidence[];
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
  /** The record knows of first words. */
  readonly isStarted: boolean;
  /** Version of the assessment's stream, and the database's clock, when all of this was read. */
  readonly streamVersion: number;
  readonly readAt: Date;
  /** Whether the school wants a mailed code for finishing. */
  readonly finishCode: FinishCodePolicy;
  /** Why the form came back, and what the examiner had asked; null unless it did. `asked`: empty, the school took the step. */
  readonly returned: {
    readonly at: Date;
    /** For all that came back. */
    readonly reason: string;
    /** By component ref, where they have their own. */
    readonly reasons: Readonly<Record<string, string>>;
    readonly asked: string;
  } | null;
  readonly initiatorEmail: string;
  /** The result is decided. */
  readonly isFinal: boolean;
  /** Who handed this work over with what was filled in; empty when it began empty. */
  readonly draftOf: string;
  /** The newest finished form. */
  readonly submission: FormSubmissionInfo | null;
  readonly sideVersions: readonly SideVersion[];
  /** What the examiner asked instead of scoring and has no answer to; null for nothing. */
  readonly ask: ExaminerAsk | null;
  /** Whether examiners look for one judgement, and whose turn it is. */
  readonly agreement: AgreementTurn;
  /** How this examiner wants to see forms; empty: never said. */
  readonly formView: FormViewChoice | '';
  /** Notes that the examiner made while observing. */
  readonly noteCount: number;
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

  /** The reason of the newest return of this form, and what the examiner had asked just before it. */
  async function findReturn(assessmentId: string, formId: string): Promise<ExaminerForm['returned']> {
    const events = await database.event.findMany({
      where: { schoolId, streamId: assessmentId, type: { in: RETURN_EVENTS } },
      orderBy: { seq: 'desc' },
      select: { type: true, at: true, body: true },
    });
    const own = events
      .map(({ type, at, body }) => ({ type, at, ...(JSON.parse(body) as ReturnBody) }))
      .filter((event) => event.formId === formId);
    const index = own.findIndex(({ type }) => type === 'FormReturned');
    const returned = own[index];
    if (!returned) return null;
    const before = own[index + 1];
    const askedId = before?.kind === AskKind.Return ? before.reason?.textId : undefined;
    const ownIds = Object.entries(returned.reasons ?? {}).map(([ref, { textId }]): [string, string] => [ref, textId]);
    const ids = [returned.reason?.textId, askedId, ...ownIds.map(([, id]) => id)].flatMap((id) => id ?? []);
    const notes = await database.textNote.findMany({ where: { schoolId, id: { in: ids } } });
    const textOf = (id: string | undefined) => notes.find((note) => note.id === id)?.body ?? '';
    // Given back without another word, the reason is what was asked; with a reason for each component, the first of those.
    const isSaid = [askedId, ...ownIds.map(([, id]) => id)].includes(returned.reason?.textId);
    const reasons = Object.fromEntries(ownIds.map(([ref, id]) => [ref, textOf(id)]));
    return { at: returned.at, reason: isSaid ? '' : textOf(returned.reason?.textId), reasons, asked: textOf(askedId) };
  }

  async function describeAsk(ask: AskState): Promise<ExaminerAsk> {
    const { kind, askedAt, reason, proposal, declineReason, isDraftShared = false, components = [] } = ask;
    const ids = [reason, proposal].flatMap((text) => text?.textId ?? []);
    const notes = await database.textNote.findMany({ where: { schoolId, id: { in: ids } } });
    const textOf = (id: string | undefined) => notes.find((note) => note.id === id)?.body ?? '';
    const proposed = textOf(proposal?.textId);
    return {
      kind,
      askedAt: new Date(askedAt),
      reason: textOf(reason?.textId),
      ...(declineReason ? { declineReason } : {}),
      isDraftShared,
      components,
      proposal: proposed === '' ? null : JSON.parse(proposed),
    };
  }

  /** Everything in one round trip: this is the page that examiners open, and every save begins with it. */
  async function findFormRow(formId: string, invitationIds: readonly string[]): Promise<FormRow | undefined> {
    const rows = await database.$queryRaw<FormRow[]>`
      SELECT pair.assessment_id AS "assessmentId", pair.contact_id AS "contactId", invitation.id AS "invitationId",
        assessment.attempt, assessment.due_at AS "dueAt", exam.title AS "examTitle", note.body AS remark,
        json_build_object('id', school.id, 'name', school.name, 'branding', school.branding, 'settings', school.settings) AS school,
        ${NAME_OF_STUDENT} AS student, ${NAME_OF_INITIATOR} AS initiator, initiator.email AS "initiatorEmail",
        (SELECT contact.name FROM form former JOIN contact ON contact.id = former.contact_id
          WHERE former.id = form.handed_from_id) AS "draftOf",
        form.definition, form.revision, form.saved_at AS "savedAt", stream.state, stream.version AS "streamVersion",
        clock_timestamp() AS now,
        (SELECT content FROM form_revision WHERE form_id = form.id AND revision = form.revision) AS content,
        EXISTS (SELECT 1 FROM form_revision side WHERE side.form_id = form.id AND ${MAY_BE_SIDE_VERSION}) AS "hasSideVersions",
        (SELECT json_build_object('formVersion', form_version, 'finishedAt', finished_at, 'contentDigest', content_digest,
            'content', content, 'definition', definition, 'evidence', evidence, 'isEdited', edited_by_id IS NOT NULL,
            'reason', (SELECT body FROM text_note WHERE text_note.id = edit_reason_id))
          FROM form_submission WHERE form_id = form.id ORDER BY form_version DESC LIMIT 1) AS submission,
        (SELECT json_agg(json_build_object('id', file.id, 'name', file.name, 'mediaType', file.media_type, 'size', file.size,
            'sha256', file.sha256) ORDER BY file.id)
          FROM invitation_attachment JOIN attachment file ON file.id = attachment_id
          WHERE invitation_id = invitation.id) AS attachments,
        (SELECT form_view FROM contact WHERE contact.id = pair.contact_id) AS "formView", ${NOTE_COUNT} AS "noteCount",
        ${EVIDENCE_OF_FORM} AS evidence,
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
    ...createEvidenceReads({ database, schoolId }),
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
        evidence: row.evidence ?? [],
        revision: row.revision,
        savedAt: row.savedAt,
        content,
        status: examiner.form,
        isDisputed: examiner.disputedAt !== null,
        refusal,
        editable: editableComponents(definition, examiner),
        isStarted: examiner.startedAt !== null,
        streamVersion: row.streamVersion,
        readAt: now,
        finishCode: examiningPolicy(row.school.settings as SchoolSettings).finishCode,
        returned: examiner.form === FormStatus.Returned ? await findReturn(assessmentId, formId) : null,
        submission: row.submission && toSubmissionInfo(row.submission, examiner.finishedAt),
        sideVersions: mustChoose ? await findSideVersions(database, { schoolId, formId, definition }, content) : [],
        ask: examiner.ask && isAskOpen(state) ? await describeAsk(examiner.ask) : null,
        agreement: agreementTurn(state, contactId),
        formView: row.formView,
        noteCount: row.noteCount,
        initiatorEmail: row.initiatorEmail,
        isFinal: state.status === AssessmentStatus.Final,
        draftOf: row.draftOf ?? '',
        siblings: toWorkItems(row.items, now),
      };
    },

    /** All that was finished of a form, oldest first. */
    async findVersions(formId: string): Promise<FinishedVersion[]> {
      const rows = await database.formSubmission.findMany({
        where: { schoolId, formId },
        orderBy: { formVersion: 'asc' },
        select: {
          formVersion: true,
          finishedAt: true,
          content: true,
          definition: true,
          editedById: true,
          editReasonId: true,
        },
      });
      const ids = rows.flatMap(({ editReasonId }) => editReasonId ?? []);
      const notes = ids.length === 0 ? [] : await database.textNote.findMany({ where: { schoolId, id: { in: ids } } });
      const reasonOf = (id: string | null) => notes.find((note) => note.id === id)?.body ?? '';
      return rows.map(({ editedById, editReasonId, ...row }) => ({
        ...(row as unknown as Omit<FinishedVersion, 'correction'>),
        correction: editedById === null ? null : { at: row.finishedAt, reason: reasonOf(editReasonId) },
      }));
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

    /** Keeps how this examiner wants to see forms, on every device. */
    async rememberView(contactId: string, view: FormViewChoice): Promise<void> {
      await database.contact.updateMany({
        where: { schoolId, id: contactId, formView: { not: view } },
        data: { formView: view },
      });
    },

    /**
     * See {@link saveDraft}; the school is that of the repository.
     * @param read the form as this request read it, when nothing refused it
     */
    saveDraft: (save: Omit<SaveDraft, 'schoolId'>, read?: OpenForm): Promise<SaveDraftResult> =>
      read ? saveReadDraft(database, { ...save, schoolId }, read) : saveDraft(database, { ...save, schoolId }),

    /** See {@link resolveDraft}; the school is that of the repository. */
    resolveDraft: (choice: Omit<ResolveDraft, 'schoolId'>) => resolveDraft(database, { ...choice, schoolId }),
  };
}

/** @param finishedAt when the examiner finished the form last, by the record */
function toSubmissionInfo(
  { isEdited, reason, finishedAt: at, ...row }: SubmissionRow,
  finishedAt: string | null,
): FormSubmissionInfo {
  return {
    ...row,
    finishedAt: new Date(isEdited ? (finishedAt ?? at) : at),
    correction: isEdited ? { at: new Date(at), reason: reason ?? '' } : null,
  };
}

/** As it comes inside JSON. */
interface SubmissionRow extends Omit<FormSubmissionInfo, 'finishedAt' | 'correction'> {
  readonly finishedAt: string;
  readonly isEdited: boolean;
  readonly reason: string | null;
}

type PersonName = Parameters<typeof fullName>[0];

/** What tells whether a return was asked for. */
const RETURN_EVENTS = ['FormReturned', 'FormFinished', 'ExaminerAsked', 'AskTakenBack', 'AskAnswered'];

interface ReturnBody {
  readonly formId: string;
  readonly kind?: AskKind;
  readonly reason?: { readonly textId: string } | null;
  readonly reasons?: Readonly<Record<string, { readonly textId: string }>>;
}

interface WorkRow {
  readonly invitationId: string;
  readonly invitedAt: Date;
  readonly now: Date;
  readonly initiator: PersonName;
  readonly items: readonly ItemRow[] | null;
}

/** As it comes inside JSON: instants are texts. */
interface ItemRow extends Omit<WorkItem, 'studentName' | 'dueAt' | 'finishedAt' | 'status' | 'agreement'> {
  readonly contactId: string;
  readonly agreement: AgreementState | null;
  readonly assessmentId: string;
  readonly student: PersonName;
  readonly dueAt: string | null;
  readonly finishedAt: string | null;
  readonly closesAt: string | null;
  readonly formStatus: string;
  readonly assessmentStatus: string;
}

interface FormRow extends Omit<WorkRow, 'invitedAt'> {
  readonly initiatorEmail: string;
  readonly draftOf: string | null;
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
  readonly streamVersion: number;
  readonly hasSideVersions: boolean;
  readonly submission: SubmissionRow | null;
  readonly attachments: readonly AttachmentInfo[] | null;
  readonly evidence: readonly ExaminerEvidence[] | null;
  readonly formView: FormViewChoice | '';
  readonly noteCount: number;
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
      'finishedAt', pair.finished_at, 'isAsked', pair.ask IS NOT NULL, 'contactId', pair.contact_id,
      'agreement', stream.state->'agreement'))
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
      agreement: row.agreement === null ? null : searchTurn(row.agreement, row.contactId),
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
  if (assessment === AssessmentStatus.Final) return 'closed';
  // What was given back can be filled in, whenever scoring closed.
  if (form === FormStatus.Returned) return 'returned';
  if (isClosed) return 'closed';
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
