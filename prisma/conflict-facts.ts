/** What the rules of domain/conflicts.ts look at, as it stands in the database. */
import type { AssessmentState } from '../domain/assessment.ts';
import { resolveAssignments } from '../domain/assignment.ts';
import type { ConflictFacts, ExaminerFacts, StaffFacts } from '../domain/conflicts.ts';
import { fullName } from '../domain/school.ts';
import { mailboxOf } from '../platform/email-address.ts';
import type { Tx } from './client.ts';

/** Who would score something of an assessment, each once. */
export interface ChosenExaminers {
  readonly assessmentId: string;
  readonly examinerIds: readonly string[];
}

type Door = Pick<Tx, 'assessment' | 'stream' | 'contact' | 'membership'>;

/**
 * The facts of these assessments with the examiners who score something according to the kept choice.
 *
 * @param initiatorId membership of who starts them; absent: of who created each of them
 * @returns in the order of the ids; what is not of this school is left out
 */
export async function readConflictFacts(
  tx: Door,
  schoolId: string,
  assessmentIds: readonly string[],
  initiatorId?: string,
): Promise<ConflictFacts[]> {
  const streams = await tx.stream.findMany({
    where: { schoolId, kind: 'assessment', id: { in: [...assessmentIds] } },
    select: { id: true, state: true },
  });
  const states = new Map(streams.map(({ id, state }) => [id, state as unknown as AssessmentState]));
  const chosen = assessmentIds.flatMap((assessmentId) => {
    const state = states.get(assessmentId);
    return state ? [{ assessmentId, examinerIds: scoringExaminers(state) }] : [];
  });
  return conflictFactsOf(tx, schoolId, chosen, initiatorId);
}

function scoringExaminers({ components, assignments }: AssessmentState): string[] {
  const refs = components.map(({ ref }) => ref);
  return [...new Set(Object.values(resolveAssignments(refs, assignments)).flat())];
}

/** {@link readConflictFacts} for a choice that is not kept yet. Takes two rounds of queries, however many assessments there are. */
export async function conflictFactsOf(
  tx: Door,
  schoolId: string,
  chosen: readonly ChosenExaminers[],
  initiatorId?: string,
): Promise<ConflictFacts[]> {
  if (chosen.length === 0) return [];
  // One after the other: inside a transaction there is one connection.
  const assessments = await tx.assessment.findMany({
    where: { schoolId, id: { in: chosen.map(({ assessmentId }) => assessmentId) } },
    select: { id: true, initiatorId: true, student: { include: { coach: STAFF } }, initiator: STAFF },
  });
  const examinerOf = await readExaminers(tx, schoolId, [...new Set(chosen.flatMap(({ examinerIds }) => examinerIds))]);
  const startedBy = initiatorId === undefined ? null : await readStaff(tx, schoolId, initiatorId);
  const byId = new Map(assessments.map((assessment) => [assessment.id, assessment]));
  return chosen.flatMap(({ assessmentId, examinerIds }): ConflictFacts[] => {
    const assessment = byId.get(assessmentId);
    if (!assessment) return [];
    const { student } = assessment;
    return [
      {
        assessmentId,
        student: {
          id: student.id,
          name: fullName(student),
          mailbox: mailboxOf(student.email),
          coach: student.coach && staffFacts(student.coach),
          trainingCompany: student.trainingCompany,
        },
        initiator: startedBy ?? staffFacts(assessment.initiator),
        examiners: examinerIds.flatMap((id) => examinerOf.get(id) ?? []),
      },
    ];
  });
}

const STAFF = { select: { id: true, account: { select: { email: true } } } } as const;

function staffFacts(member: { readonly id: string; readonly account: { readonly email: string } }): StaffFacts {
  return { membershipId: member.id, mailbox: mailboxOf(member.account.email) };
}

async function readStaff(tx: Door, schoolId: string, membershipId: string): Promise<StaffFacts | null> {
  const member = await tx.membership.findFirst({ where: { schoolId, id: membershipId }, ...STAFF });
  return member && staffFacts(member);
}

async function readExaminers(
  tx: Door,
  schoolId: string,
  contactIds: readonly string[],
): Promise<ReadonlyMap<string, ExaminerFacts>> {
  const contacts = await tx.contact.findMany({ where: { schoolId, id: { in: [...contactIds] } } });
  const accountIds = contacts.flatMap(({ accountId }) => accountId ?? []);
  const members =
    accountIds.length === 0
      ? []
      : await tx.membership.findMany({
          where: { schoolId, accountId: { in: accountIds } },
          select: { id: true, accountId: true },
        });
  const membershipOf = new Map(members.map(({ id, accountId }) => [accountId, id]));
  return new Map(
    contacts.map(({ id, name, email, organisation, kind, accountId }) => [
      id,
      {
        contactId: id,
        name,
        membershipId: accountId === null ? null : (membershipOf.get(accountId) ?? null),
        mailbox: mailboxOf(email),
        organisation,
        kind: kind === 'school' ? 'school' : 'practice',
      },
    ]),
  );
}
