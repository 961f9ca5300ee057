/** What composers read. Every query names the school. A row that is gone means that there is nothing to send. */
import type { AssessmentState } from '../../domain/assessment.ts';
import type { ExamDefinition } from '../../domain/exam.ts';
import type { InvitationState } from '../../domain/invitation.ts';
import { fullName, type SchoolBranding, type SchoolSettings } from '../../domain/school.ts';
import type { AssessmentForMail, MailPerson, MailSchoolInput } from '../../emails/invitation-data.ts';
import type { Database } from '../../prisma/client.ts';
import type { ContentStore } from './compose.ts';
import { MailNotSendable } from './types.ts';

export interface SchoolFacts extends MailSchoolInput {
  /** The first listed address of the exam office, where questions of staff go; undefined when there is none. */
  readonly officeEmail: string | undefined;
}

/** @throws MailNotSendable when the row is gone or the id is missing */
export function present<Value>(value: Value | null | undefined, name: string): Value {
  if (value === null || value === undefined) throw new MailNotSendable(`${name} is gone`);
  return value;
}

export async function readSchool(database: Database, schoolId: string): Promise<SchoolFacts> {
  const found = await database.school.findUnique({
    where: { id: schoolId },
    include: { officeAddresses: { where: { isListed: true }, orderBy: { label: 'asc' }, take: 1 } },
  });
  const school = present(found, 'the school');
  return {
    name: school.name,
    primaryColor: (school.branding as unknown as SchoolBranding).primaryColor,
    timeZone: (school.settings as unknown as SchoolSettings).timeZone,
    officeEmail: school.officeAddresses[0]?.email,
  };
}

/** The invitation with everybody in it, its link now, and how each of its assessments stands. */
export async function readInvitation(database: Database, schoolId: string, id: string | undefined) {
  const row = await database.invitation.findFirst({
    where: { id: present(id, 'the id of the invitation'), schoolId },
    include: {
      contact: true,
      initiator: { include: { account: true } },
      pairs: { select: { assessmentId: true, contactId: true, formStatus: true, formId: true } },
      attachments: { include: { attachment: true } },
    },
  });
  const invitation = present(row, 'the invitation');
  const link = await database.link.findFirst({ where: { id: invitation.linkId, schoolId } });
  return { ...invitation, link: present(link, 'the link') };
}
export type InvitationFacts = Awaited<ReturnType<typeof readInvitation>>;

export function personOf(account: { email: string; givenName: string; infix: string; familyName: string }): MailPerson {
  return { name: fullName(account), email: account.email };
}

/**
 * Assessments as one examiner sees them, in the order of the ids; those that are gone are left out. Each exam version is
 * read once, however many students have it.
 */
export async function readAssessments(
  database: Database,
  schoolId: string,
  contactId: string,
  ids: readonly string[],
): Promise<(AssessmentForMail & { readonly id: string })[]> {
  const rows = await database.assessment.findMany({
    where: { schoolId, id: { in: [...ids] } },
    select: {
      id: true,
      unitCodes: true,
      examVersionId: true,
      student: { select: { givenName: true, infix: true, familyName: true } },
      examiners: { where: { contactId }, select: { components: true } },
    },
  });
  const versions = await database.examVersion.findMany({
    where: { schoolId, id: { in: [...new Set(rows.map((row) => row.examVersionId))] } },
    select: { id: true, definition: true },
  });
  const exams = new Map(versions.map((version) => [version.id, version.definition as unknown as ExamDefinition]));
  const byId = new Map(rows.map((row) => [row.id, row]));
  return ids.flatMap((id) => {
    const row = byId.get(id);
    const exam = row && exams.get(row.examVersionId);
    if (!row || !exam) return [];
    return {
      id,
      studentName: fullName(row.student),
      exam,
      unitCodes: row.unitCodes,
      componentRefs: row.examiners[0]?.components ?? [],
    };
  });
}

/** One assessment for a mail to staff. */
export async function readAssessment(database: Database, schoolId: string, id: string | undefined) {
  const row = await database.assessment.findFirst({
    where: { id: present(id, 'the id of the assessment'), schoolId },
    include: {
      student: true,
      initiator: { include: { account: true } },
      examVersion: { select: { exam: { select: { title: true } } } },
      examiners: { where: { formStatus: 'finished' }, include: { contact: { select: { name: true } } } },
    },
  });
  return present(row, 'the assessment');
}

/** The folded state of an assessment, for what no table shows. */
export async function readAssessmentState(database: Database, schoolId: string, id: string): Promise<AssessmentState> {
  const stream = await database.stream.findFirst({
    where: { id, schoolId, kind: 'assessment' },
    select: { state: true },
  });
  return present(stream, 'the assessment').state as unknown as AssessmentState;
}

/** The folded state of an invitation. */
export async function readInvitationState(database: Database, schoolId: string, id: string): Promise<InvitationState> {
  const stream = await database.stream.findFirst({
    where: { id, schoolId, kind: 'invitation' },
    select: { state: true },
  });
  return present(stream, 'the invitation').state as unknown as InvitationState;
}

/** A reason or remark; empty when there is none or it was erased. */
export async function readText(
  database: Database,
  schoolId: string,
  textId: string | null | undefined,
): Promise<string> {
  if (!textId) return '';
  const note = await database.textNote.findFirst({ where: { id: textId, schoolId }, select: { body: true } });
  return note?.body ?? '';
}

/**
 * Stored bytes. That they are missing is our fault, not a reason to drop the mail: somebody may put them back.
 * @throws Error when there is nothing under this hash
 */
export async function readContent(store: ContentStore, sha256: string): Promise<Buffer> {
  const bytes = await store.get(sha256);
  if (!bytes) throw new Error(`nothing is stored under ${sha256}`);
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
