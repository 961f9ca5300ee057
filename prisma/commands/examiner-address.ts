/**
 * The address to which the links of an examiner go, when it is corrected.
 *
 * Contract
 * 1. Whoever starts an assessment can never use a link of its examiners, so a link is not sent to a mailbox of the school
 *    itself: not to the one who corrects, not to a colleague, not to a student.
 * 2. An address outside the school cannot be checked by us. Where links went stands in the record for the committee to see
 *    (see repositories/address-changes.ts).
 */
import { fullName, searchable } from '../../domain/school.ts';
import { emailAddressKey, mailboxOf, normaliseEmailAddress } from '../../platform/email-address.ts';
import type { Tx } from '../client.ts';
import { contactSearchText, lockAddressBook } from '../contact-rows.ts';
import { CommandRefused, type UnitOfWork } from '../unit-of-work.ts';

/**
 * Gives an examiner another address.
 * @returns whether it is another one than before
 * @throws CommandRefused `ADDRESS_INVALID`, `EXAMINER_UNKNOWN`, `ADDRESS_OF_ACCOUNT`, `ADDRESS_YOURS`, `ADDRESS_OF_STAFF`
 *   (params `name`), `ADDRESS_OF_STUDENT`, `ADDRESS_TAKEN` (params `name`)
 */
export async function changeAddress(unit: UnitOfWork, contactId: string, typed: string): Promise<boolean> {
  const { tx, schoolId } = unit;
  const email = normaliseEmailAddress(typed);
  if (email === undefined) throw new CommandRefused('ADDRESS_INVALID');
  await lockAddressBook(tx, schoolId);
  const contact = await tx.contact.findFirst({ where: { id: contactId, schoolId } });
  if (!contact) throw new CommandRefused('EXAMINER_UNKNOWN');
  if (contact.email === email) return false;
  if (contact.accountId !== null) throw new CommandRefused('ADDRESS_OF_ACCOUNT', { name: contact.name });
  await refuseSchoolMailbox(unit, email, contact);
  const other = await findOtherWithAddress(tx, schoolId, contactId, email);
  if (other) throw new CommandRefused('ADDRESS_TAKEN', { name: other.name });
  await tx.contact.update({
    where: { id: contactId },
    data: { email, searchText: contactSearchText({ ...contact, email }) },
  });
  return true;
}

/**
 * Contract 1, for a contact that is there or one that is being added.
 * @throws CommandRefused `ADDRESS_YOURS`, `ADDRESS_OF_STAFF` (params `name`), `ADDRESS_OF_STUDENT`
 */
export async function refuseSchoolMailbox(
  unit: UnitOfWork,
  email: string,
  contact: { readonly id: string; readonly kind: string; readonly name: string },
): Promise<void> {
  const mailboxes = await readSchoolMailboxes(unit.tx, unit.schoolId, [mailboxOf(email)]);
  const isStaff = mailboxes.staff.size > 0;
  const initiators = isStaff ? await findInitiators(unit, contact.id) : [];
  const refusal = judgeMailbox(mailboxes, { ...contact, email }, unit.actor.id, initiators);
  if (refusal) throw new CommandRefused(refusal.code, refusal.params);
}

/** Which of some mailboxes are of the school itself. */
export interface SchoolMailboxes {
  readonly staff: ReadonlyMap<string, readonly StaffRow[]>;
  readonly students: ReadonlySet<string>;
}

/** Why links are not sent to an address, or null when they may be. Pure. @param initiators memberships that invited this contact */
export function judgeMailbox(
  mailboxes: SchoolMailboxes,
  contact: { readonly email: string; readonly kind: string; readonly name: string },
  actorId: string | null,
  initiators: readonly string[],
): { readonly code: string; readonly params: Readonly<Record<string, string>> } | null {
  const mailbox = mailboxOf(contact.email);
  const staff = mailboxes.staff.get(mailbox) ?? [];
  if (staff.some(({ membershipId }) => membershipId === actorId)) return { code: 'ADDRESS_YOURS', params: {} };
  const colleague = staff.find((each) => initiators.includes(each.membershipId) || !isSamePerson(contact, each));
  if (colleague) return { code: 'ADDRESS_OF_STAFF', params: { name: fullName(colleague) } };
  return mailboxes.students.has(mailbox) ? { code: 'ADDRESS_OF_STUDENT', params: {} } : null;
}

interface StaffRow {
  readonly membershipId: string;
  readonly givenName: string;
  readonly infix: string;
  readonly familyName: string;
}

/** Of members also those who have left: a mailbox may live on. Of other schools nothing is looked at. */
export async function readSchoolMailboxes(
  tx: Pick<Tx, '$queryRaw'>,
  schoolId: string,
  mailboxes: readonly string[],
): Promise<SchoolMailboxes> {
  const staff = await tx.$queryRaw<(StaffRow & { mailbox: string })[]>`
    SELECT * FROM (
      SELECT membership.id AS "membershipId", account.given_name AS "givenName", account.infix,
        account.family_name AS "familyName", regexp_replace(lower(account.email), '\\+[^@]*@', '@') AS mailbox
      FROM membership JOIN account ON account.id = membership.account_id
      WHERE membership.school_id = ${schoolId}::uuid) AS member
    WHERE mailbox = ANY(${mailboxes}::text[])`;
  const students = await tx.$queryRaw<{ mailbox: string }[]>`
    SELECT mailbox FROM (
      SELECT regexp_replace(lower(email), '\\+[^@]*@', '@') AS mailbox FROM student
      WHERE school_id = ${schoolId}::uuid) AS each
    WHERE mailbox = ANY(${mailboxes}::text[])`;
  return {
    staff: Map.groupBy(staff, ({ mailbox }) => mailbox),
    students: new Set(students.map(({ mailbox }) => mailbox)),
  };
}

/** Who invited this examiner: reminders of all those invitations go to the new address as well. */
async function findInitiators({ tx, schoolId }: UnitOfWork, contactId: string): Promise<string[]> {
  const where = { schoolId, contactId };
  const rows = await tx.invitation.findMany({ where, distinct: ['initiatorId'], select: { initiatorId: true } });
  return rows.map(({ initiatorId }) => initiatorId);
}

/** An examiner of the school may turn out to have an account there. */
function isSamePerson(contact: { readonly kind: string; readonly name: string }, member: StaffRow): boolean {
  return contact.kind === 'school' && searchable(contact.name) === searchable(fullName(member));
}

/** Not Prisma's insensitive mode: that is ILIKE, for which `_` in an address stands for any character. */
export async function findOtherWithAddress(tx: Tx, schoolId: string, contactId: string, email: string) {
  const rows = await tx.$queryRaw<{ id: string; name: string; isArchived: boolean }[]>`
    SELECT id, name, archived_at IS NOT NULL AS "isArchived" FROM contact
    WHERE school_id = ${schoolId}::uuid AND lower(email) = ${emailAddressKey(email)} AND id <> ${contactId}::uuid
    LIMIT 1`;
  return rows[0];
}
