/** A form and all around it, as one statement reads it: this is the page that examiners open, and every save begins with it. */
import type { AssessmentState } from '../../domain/assessment.ts';
import type { FormContent } from '../../domain/form.ts';
import { Prisma } from '../../generated/prisma/client.ts';
import { MAY_BE_SIDE_VERSION } from '../commands/draft-versions.ts';
import type { AttachmentInfo, FormSubmissionInfo, FormViewChoice } from './examiner.ts';
import { EVIDENCE_OF_FORM, type ExaminerEvidence } from './examiner-evidence.ts';
import { NOTE_COUNT } from './examiner-notes.ts';
import {
  itemsOfInvitation,
  JOIN_INITIATOR,
  NAME_OF_INITIATOR,
  NAME_OF_STUDENT,
  type PersonName,
  type WorkRow,
} from './examiner-work.ts';
import type { SchoolScope } from './index.ts';
import type { describeSchool } from './links.ts';

/** What a save needs to know of a form. */
export interface DraftRow {
  readonly assessmentId: string;
  readonly contactId: string;
  readonly invitationId: string;
  readonly school: Parameters<typeof describeSchool>[0];
  /** JSON. */
  readonly definition: string;
  readonly revision: number;
  readonly savedAt: Date | null;
  readonly content: FormContent | null;
  readonly state: AssessmentState;
  readonly streamVersion: number;
  readonly now: Date;
}

export interface FormRow extends Omit<WorkRow, 'invitedAt'>, DraftRow {
  readonly initiatorEmail: string;
  readonly draftOf: string | null;
  readonly attempt: number;
  readonly dueAt: Date | null;
  readonly examTitle: string;
  readonly remark: string | null;
  readonly student: PersonName;
  readonly hasSideVersions: boolean;
  readonly submission: SubmissionRow | null;
  readonly attachments: readonly AttachmentInfo[] | null;
  readonly evidence: readonly ExaminerEvidence[] | null;
  readonly formView: FormViewChoice | '';
  readonly noteCount: number;
}

/** As it comes inside JSON. */
export interface SubmissionRow extends Omit<FormSubmissionInfo, 'finishedAt' | 'correction'> {
  readonly finishedAt: string;
  readonly isEdited: boolean;
  readonly reason: string | null;
}

/** The draft of a form, for `DraftRow`. */
const DRAFT_COLUMNS = Prisma.sql`pair.assessment_id AS "assessmentId", pair.contact_id AS "contactId",
  pair.invitation_id AS "invitationId",
  json_build_object('id', school.id, 'name', school.name, 'branding', school.branding, 'settings', school.settings) AS school,
  form.definition::text AS definition, form.revision, form.saved_at AS "savedAt", stream.state,
  stream.version AS "streamVersion", clock_timestamp() AS now,
  (SELECT content FROM form_revision WHERE form_id = form.id AND revision = form.revision) AS content`;

const DRAFT_TABLES = Prisma.sql`assessment_examiner pair
  JOIN form ON form.id = pair.form_id AND form.contact_id = pair.contact_id
  JOIN school ON school.id = pair.school_id
  JOIN stream ON stream.id = pair.assessment_id`;

/** The form `formId`, behind one of these invitations. */
function isGranted({ schoolId }: SchoolScope, formId: string, invitationIds: readonly string[]): Prisma.Sql {
  return Prisma.sql`pair.school_id = ${schoolId}::uuid AND pair.form_id = ${formId}::uuid
    AND pair.invitation_id = ANY(${[...invitationIds]}::uuid[])`;
}

export async function findDraftRow(
  scope: SchoolScope,
  formId: string,
  invitationIds: readonly string[],
): Promise<DraftRow | undefined> {
  const [row] = await scope.database.$queryRaw<DraftRow[]>`
    SELECT ${DRAFT_COLUMNS} FROM ${DRAFT_TABLES} WHERE ${isGranted(scope, formId, invitationIds)}`;
  return row;
}

export async function findFormRow(
  scope: SchoolScope,
  formId: string,
  invitationIds: readonly string[],
): Promise<FormRow | undefined> {
  const [row] = await scope.database.$queryRaw<FormRow[]>`
    SELECT ${DRAFT_COLUMNS},
      assessment.attempt, assessment.due_at AS "dueAt", exam.title AS "examTitle", note.body AS remark,
      ${NAME_OF_STUDENT} AS student, ${NAME_OF_INITIATOR} AS initiator, initiator.email AS "initiatorEmail",
      (SELECT contact.name FROM form former JOIN contact ON contact.id = former.contact_id
        WHERE former.id = form.handed_from_id) AS "draftOf",
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
      ${itemsOfInvitation(scope.schoolId)} AS items
    FROM ${DRAFT_TABLES}
      JOIN invitation ON invitation.id = pair.invitation_id ${JOIN_INITIATOR}
      JOIN assessment ON assessment.id = pair.assessment_id
      JOIN student ON student.id = assessment.student_id
      JOIN exam_version ON exam_version.id = assessment.exam_version_id JOIN exam ON exam.id = exam_version.exam_id
      LEFT JOIN text_note note ON note.id = invitation.remark_text_id
    WHERE ${isGranted(scope, formId, invitationIds)}`;
  return row;
}
