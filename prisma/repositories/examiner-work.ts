/** The work of an examiner: what each invitation asks for, and how far it is. */
import type { AgreementState } from '../../domain/agreement.ts';
import { AssessmentStatus, FormStatus } from '../../domain/assessment.ts';
import { fullName } from '../../domain/school.ts';
import { Prisma } from '../../generated/prisma/client.ts';
import { searchTurn } from './examiner-agreement.ts';
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

/** Work behind these invitations, without what was never asked. */
export async function listWork(
  { database, schoolId }: SchoolScope,
  invitationIds: readonly string[],
): Promise<WorkInvitation[]> {
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

export type PersonName = Parameters<typeof fullName>[0];

export interface WorkRow {
  readonly invitationId: string;
  readonly invitedAt: Date;
  readonly now: Date;
  readonly initiator: PersonName;
  readonly items: readonly ItemRow[] | null;
}

/** As it comes inside JSON: instants are texts. */
export interface ItemRow extends Omit<WorkItem, 'studentName' | 'dueAt' | 'finishedAt' | 'status' | 'agreement'> {
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

export const NAME_OF_STUDENT = Prisma.sql`json_build_object('givenName', student.given_name, 'infix', student.infix,
  'familyName', student.family_name)`;
export const NAME_OF_INITIATOR = Prisma.sql`json_build_object('givenName', initiator.given_name, 'infix', initiator.infix,
  'familyName', initiator.family_name)`;
export const JOIN_INITIATOR = Prisma.sql`JOIN membership ON membership.id = invitation.initiator_id
  JOIN account initiator ON initiator.id = membership.account_id`;

/** The forms of the row `invitation` around it, as one JSON value; null when there are none. */
export function itemsOfInvitation(schoolId: string): Prisma.Sql {
  return Prisma.sql`(
    SELECT json_agg(json_build_object('formId', form.id, 'invitationId', pair.invitation_id, 'assessmentId', assessment.id,
      'student', ${NAME_OF_STUDENT}, 'examTitle', exam.title, 'attempt', assessment.attempt, 'dueAt', assessment.due_at,
      'isLate', assessment.is_late, 'assessmentStatus', assessment.status, 'formStatus', pair.form_status,
      'closesAt', stream.state->>'closesAt', 'done', form.done_count, 'total', form.total_count,
      'finishedAt', pair.finished_at, 'isAsked', pair.ask IS NOT NULL, 'contactId', pair.contact_id,
      'agreement', CASE WHEN assessment.agreement_since IS NOT NULL THEN stream.state->'agreement' END))
    FROM assessment_examiner pair
      JOIN form ON form.id = pair.form_id
      JOIN assessment ON assessment.id = pair.assessment_id
      JOIN student ON student.id = assessment.student_id
      JOIN exam_version ON exam_version.id = assessment.exam_version_id JOIN exam ON exam.id = exam_version.exam_id
      JOIN stream ON stream.id = pair.assessment_id
    WHERE pair.invitation_id = invitation.id AND pair.school_id = ${schoolId}::uuid)`;
}

export function dateOf(text: string | null): Date | null {
  return text === null ? null : new Date(text);
}

export function toWorkItems(rows: readonly ItemRow[] | null, now: Date): WorkItem[] {
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
