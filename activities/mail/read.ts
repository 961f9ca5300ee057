/** What composers read. Every query names the school. A row that is gone means that there is nothing to send. */
import type { AssessmentState } from '../../domain/assessment.ts';
import type { InvitationState } from '../../domain/invitation.ts';
import type { SchoolBranding, SchoolSettings } from '../../domain/school.ts';
import type { MailSchoolInput } from '../../emails/invitation-data.ts';
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

/** An invitation with its examiner, for a mail to staff. */
export async function readInvitation(database: Database, schoolId: string, id: string | undefined) {
  const row = await database.invitation.findFirst({
    where: { id: present(id, 'the id of the invitation'), schoolId },
    include: { contact: true },
  });
  return present(row, 'the invitation');
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
