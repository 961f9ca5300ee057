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
import { emailAddressKey, normaliseEmailAddress } from '../../platform/email-address.ts';
import type { Tx } from '../client.ts';
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
  const contact = await tx.contact.findFirst({ where: { id: contactId, schoolId } });
  if (!contact) throw new CommandRefused('EXAMINER_UNKNOWN');
  if (contact.email === email) return false;
  if (contact.accountId !== null) throw new CommandRefused('ADDRESS_OF_ACCOUNT', { name: contact.name });
  await refuseSchoolMailbox(unit, email, contact);
  const other = await findOtherWithAddress(tx, schoolId, contactId, email);
  if (other) throw new CommandRefused('ADDRESS_TAKEN', { name: other.name });
  await tx.contact.update({ where: { id: contactId }, data: { email } });
  return true;
}

async function refuseSchoolMailbox(
  unit: UnitOfWork,
  email: string,
  contact: { readonly id: string; readonly kind: string; readonly name: string },
): Promise<void> {
  const mailbox = mailboxOf(email);
  const staff = await findStaff(unit.tx, unit.schoolId, mailbox);
  if (staff.some(({ membershipId }) => membershipId === unit.actor.id)) throw new CommandRefused('ADDRESS_YOURS');
  const initiators = staff.length === 0 ? [] : await findInitiators(unit, contact.id);
  const colleague = staff.find((each) => initiators.includes(each.membershipId) || !isSamePerson(contact, each));
  if (colleague) throw new CommandRefused('ADDRESS_OF_STAFF', { name: fullName(colleague) });
  if (await isOfStudent(unit.tx, unit.schoolId, mailbox)) throw new CommandRefused('ADDRESS_OF_STUDENT');
}

/** `jan+examen@school.example` comes to the mailbox of `jan@school.example` (RFC 5233). */
function mailboxOf(email: string): string {
  return emailAddressKey(email).replace(/\+[^@]*@/, '@');
}

interface StaffRow {
  readonly membershipId: string;
  readonly givenName: string;
  readonly infix: string;
  readonly familyName: string;
}

/** Also who has left: a mailbox may live on. */
function findStaff(tx: Tx, schoolId: string, mailbox: string): Promise<StaffRow[]> {
  return tx.$queryRaw<StaffRow[]>`
    SELECT membership.id AS "membershipId", account.given_name AS "givenName", account.infix,
      account.family_name AS "familyName"
    FROM membership JOIN account ON account.id = membership.account_id
    WHERE membership.school_id = ${schoolId}::uuid
      AND regexp_replace(lower(account.email), '\\+[^@]*@', '@') = ${mailbox}`;
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

async function isOfStudent(tx: Tx, schoolId: string, mailbox: string): Promise<boolean> {
  const rows = await tx.$queryRaw<unknown[]>`
    SELECT 1 FROM student
    WHERE school_id = ${schoolId}::uuid AND regexp_replace(lower(email), '\\+[^@]*@', '@') = ${mailbox} LIMIT 1`;
  return rows.length > 0;
}

/** Not Prisma's insensitive mode: that is ILIKE, for which `_` in an address stands for any character. */
async function findOtherWithAddress(tx: Tx, schoolId: string, contactId: string, email: string) {
  const rows = await tx.$queryRaw<{ name: string }[]>`
    SELECT name FROM contact
    WHERE school_id = ${schoolId}::uuid AND lower(email) = ${emailAddressKey(email)} AND id <> ${contactId}::uuid
    LIMIT 1`;
  return rows[0];
}
