/**
 * Who somebody of the committee is to an assessment: what four eyes need to know.
 *
 * Contract: an examiner is the member
 * 1. by account;
 * 2. by mailbox: the address of the contact comes to that of the account, also with a tag behind `+`;
 * 3. by name, where the contact is of the school and has no account: two colleagues of one name are told apart by their accounts;
 * 4. by any of these of a contact that it was merged into.
 * Whoever scored for a company under another address, without an account, is nobody we know: that the contact and the member are one
 * is for a person to say, by merging them in the address book or by another address.
 */
import type { AssessmentCommand, CommitteeContext } from '../domain/assessment.ts';
import { publicationMoment } from '../domain/publication.ts';
import { decidingPolicy, fullName, type SchoolSettings, searchable } from '../domain/school.ts';
import { mailboxOf } from '../platform/email-address.ts';
import type { Tx } from './client.ts';

export interface DeciderFacts {
  readonly assessmentId: string;
  /** Membership that started it. */
  readonly initiatorId: string;
  /** Examiners of it who are this very member. */
  readonly ownExaminerIds: readonly string[];
  /** The student is this very member: by account, or by mailbox. */
  readonly isOwnResult: boolean;
}

type PersonName = Parameters<typeof fullName>[0];

/** Whoever has an account, an address and a name, as the decision knows them. */
interface Person {
  readonly accountId: string | null;
  readonly email: string;
}

interface NamedContact extends Person {
  /** The examiner whose contact this is, or was merged into it. */
  readonly examinerId: string;
  readonly name: string;
  readonly kind: string;
}

interface DeciderRow {
  readonly assessmentId: string;
  readonly initiatorId: string;
  readonly member: (Person & PersonName) | null;
  readonly student: Person;
  readonly contacts: readonly NamedContact[] | null;
}

/** For many assessments in one statement; unknown ones are left out. */
export async function readDeciderFacts(
  tx: Pick<Tx, '$queryRaw'>,
  schoolId: string,
  assessmentIds: readonly string[],
  membershipId: string,
): Promise<ReadonlyMap<string, DeciderFacts>> {
  if (assessmentIds.length === 0) return new Map();
  const rows = await tx.$queryRaw<DeciderRow[]>`
    WITH RECURSIVE named AS (
      SELECT pair.assessment_id, pair.contact_id AS examiner_id, contact.merged_into_id, contact.account_id, contact.email,
        contact.name, contact.kind
      FROM assessment_examiner pair
        JOIN contact ON contact.id = pair.contact_id AND contact.school_id = pair.school_id
      WHERE pair.school_id = ${schoolId}::uuid AND pair.assessment_id = ANY(${[...assessmentIds]}::uuid[])
      UNION
      SELECT named.assessment_id, named.examiner_id, contact.merged_into_id, contact.account_id, contact.email,
        contact.name, contact.kind
      FROM named JOIN contact ON contact.id = named.merged_into_id AND contact.school_id = ${schoolId}::uuid)
    SELECT assessment.id AS "assessmentId", assessment.initiator_id AS "initiatorId",
      (SELECT json_build_object('accountId', account.id, 'email', account.email, 'givenName', account.given_name,
          'infix', account.infix, 'familyName', account.family_name)
        FROM membership JOIN account ON account.id = membership.account_id
        WHERE membership.school_id = ${schoolId}::uuid AND membership.id = ${membershipId}::uuid) AS member,
      json_build_object('accountId', student.account_id, 'email', student.email) AS student,
      (SELECT json_agg(json_build_object('examinerId', named.examiner_id, 'accountId', named.account_id,
          'email', named.email, 'name', named.name, 'kind', named.kind))
        FROM named WHERE named.assessment_id = assessment.id) AS contacts
    FROM assessment JOIN student ON student.id = assessment.student_id AND student.school_id = assessment.school_id
    WHERE assessment.school_id = ${schoolId}::uuid AND assessment.id = ANY(${[...assessmentIds]}::uuid[])`;
  return new Map(
    rows.map(({ assessmentId, initiatorId, member, student, contacts }) => {
      const own = member === null ? [] : (contacts ?? []).filter((contact) => isExaminer(contact, member));
      const ownExaminerIds = [...new Set(own.map(({ examinerId }) => examinerId))];
      const isOwnResult = member !== null && isSamePerson(student, member);
      return [assessmentId, { assessmentId, initiatorId, ownExaminerIds, isOwnResult }];
    }),
  );
}

function isExaminer(contact: NamedContact, member: Person & PersonName): boolean {
  if (isSamePerson(contact, member)) return true;
  const isColleague = contact.accountId === null && contact.kind === 'school';
  return isColleague && searchable(contact.name) === searchable(fullName(member));
}

/** By account, or by mailbox. */
export function isSamePerson(one: Person, other: Person): boolean {
  const isOneAccount = one.accountId !== null && one.accountId === other.accountId;
  return isOneAccount || (one.email !== '' && mailboxOf(one.email) === mailboxOf(other.email));
}

/** The member who decides by this command; null when it is no decision of the committee. */
export function deciderOf(command: AssessmentCommand): string | null {
  switch (command.type) {
    case 'finalise':
      return command.decidedBy;
    case 'correctForm':
      return command.correctedBy;
    case 'reopen':
      return command.reopenedBy;
    case 'endReopening':
      return command.endedBy;
    case 'publish':
      return command.publishedBy;
    default:
      return null;
  }
}

/** What holds for every decision at the school that is taken now. */
export type DecidingRules = Pick<CommitteeContext, 'fourEyes' | 'edits' | 'publishAt'>;

export function decidingRules(settings: SchoolSettings, now: string): DecidingRules {
  const { fourEyes, committeeEdits, publication } = decidingPolicy(settings);
  return { fourEyes, edits: committeeEdits, publishAt: publicationMoment(publication, now, settings.timeZone) };
}

/** The same rules for one member and one assessment. */
export function contextOfDecider(
  rules: DecidingRules,
  { initiatorId, ownExaminerIds, isOwnResult }: Omit<DeciderFacts, 'assessmentId'>,
): CommitteeContext {
  return { ...rules, initiatorId, ownExaminerIds, isOwnResult };
}

/** The rules of the school for a member who decides now. */
export function committeeContext(
  settings: SchoolSettings,
  facts: Omit<DeciderFacts, 'assessmentId'>,
  now: string,
): CommitteeContext {
  return contextOfDecider(decidingRules(settings, now), facts);
}
