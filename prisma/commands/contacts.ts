/**
 * Changes of the address book by hand.
 *
 * Contract
 * 1. The address is whom a contact is: one contact per address in a school, in whatever case it is written.
 * 2. Who has an account is known from there: only function and organisation are ours to change.
 * 3. While an invitation is open, the address does not change here: that is done where the old link ends with it
 *    (delivery.ts). Links never go to a mailbox of the school itself (examiner-address.ts).
 * 4. Nothing is removed: what the record points at stays. Deleted is archived, and can be put back.
 * 5. Each change leaves a row that never changes: who, when, which fields.
 */
import { v7 as uuidv7 } from 'uuid';
import { Lang } from '../../domain/school.ts';
import { cleanLine, isPresent, textLength } from '../../domain/text.ts';
import type { Contact } from '../../generated/prisma/client.ts';
import { emailAddressKey, normaliseEmailAddress } from '../../platform/email-address.ts';
import { CONTACT_LIMITS, type ContactFields, ContactKind } from '../../platform/import/contacts.ts';
import type { CommandHandler } from '../apply-command.ts';
import { ContactAction, contactSearchText, leaveContactTrail, lockAddressBook } from '../contact-rows.ts';
import { CommandRefused, type UnitOfWork } from '../unit-of-work.ts';
import { findOtherWithAddress, refuseSchoolMailbox } from './examiner-address.ts';

export interface SaveContact {
  /** Null: a new one. */
  readonly id: string | null;
  readonly name: string;
  readonly email: string;
  readonly jobTitle: string;
  readonly organisation: string;
  readonly kind: string;
  /** Of mails; absent: as it is, or Dutch. */
  readonly lang?: Lang;
}

const FIELDS = ['name', 'email', 'jobTitle', 'organisation', 'kind', 'lang'] as const;
/** Known from the account. */
const FIXED_BY_ACCOUNT = ['name', 'email', 'kind', 'lang'] as const;

/**
 * Adds a contact or changes one.
 * @throws CommandRefused `NAME_REQUIRED`, `NAME_TOO_LONG`, `JOB_TITLE_TOO_LONG`, `ORGANISATION_TOO_LONG` (params `max`),
 *   `KIND_REQUIRED`, `ADDRESS_INVALID`, `ADDRESS_TAKEN` (params `contactId`, `name`, `isArchived`), `ADDRESS_IN_USE` (params
 *   `count`), `ACCOUNT_FIXED`, `CONTACT_UNKNOWN`, `CONTACT_ARCHIVED`, `ADDRESS_YOURS`, `ADDRESS_OF_STAFF` (params `name`),
 *   `ADDRESS_OF_STUDENT`
 */
export const saveContact: CommandHandler<SaveContact, { contactId: string }> = {
  type: 'saveContact',
  streams: () => [],
  async run(unit, command) {
    await lockAddressBook(unit.tx, unit.schoolId);
    if (command.id === null) return addContact(unit, readFields(command, null));
    const contact = await findContact(unit, command.id);
    if (contact.archivedAt !== null) throw new CommandRefused('CONTACT_ARCHIVED');
    const fields = readFields(command, contact);
    const changed = FIELDS.filter((field) => contact[field] !== fields[field]);
    if (changed.length === 0) return { contactId: contact.id };
    if (contact.accountId !== null && FIXED_BY_ACCOUNT.some((field) => changed.includes(field))) {
      throw new CommandRefused('ACCOUNT_FIXED');
    }
    if (changed.includes('email')) await refuseAddress(unit, contact.id, fields, contact.email);
    const { tx } = unit;
    await tx.contact.update({ where: { id: contact.id }, data: { ...fields, searchText: contactSearchText(fields) } });
    await leaveContactTrail(unit, [{ contactId: contact.id, action: ContactAction.Changed, fields: changed }]);
    return { contactId: contact.id };
  },
};

async function addContact(unit: UnitOfWork, fields: ContactFields): Promise<{ contactId: string }> {
  const id = uuidv7();
  await refuseAddress(unit, id, fields, null);
  const { tx, schoolId } = unit;
  await tx.contact.create({ data: { id, schoolId, ...fields, searchText: contactSearchText(fields) } });
  await leaveContactTrail(unit, [{ contactId: id, action: ContactAction.Added, fields: [...FIELDS] }]);
  return { contactId: id };
}

/** @param contact null: a new one */
function readFields(command: SaveContact, contact: Contact | null): ContactFields {
  const name = readText(command.name, CONTACT_LIMITS.name, 'NAME_TOO_LONG');
  if (!isPresent(name)) throw new CommandRefused('NAME_REQUIRED');
  const jobTitle = readText(command.jobTitle, CONTACT_LIMITS.jobTitle, 'JOB_TITLE_TOO_LONG');
  const organisation = readText(command.organisation, CONTACT_LIMITS.organisation, 'ORGANISATION_TOO_LONG');
  const kind = Object.values(ContactKind).find((each) => each === command.kind);
  if (kind === undefined) throw new CommandRefused('KIND_REQUIRED');
  const email = normaliseEmailAddress(command.email);
  if (email === undefined) throw new CommandRefused('ADDRESS_INVALID');
  // Only written in other capitals: the address as it stood is the address.
  const isSame = contact !== null && emailAddressKey(contact.email) === emailAddressKey(email);
  const lang = command.lang ?? contact?.lang ?? Lang.Dutch;
  return { name, email: isSame ? contact.email : email, jobTitle, organisation, kind, lang };
}

function readText(typed: string, max: number, code: string): string {
  // Control characters have no place in a line; pasted ones go unseen.
  const text = cleanLine(typed.replace(/[^\P{Cc}\s]/gu, ''));
  if (textLength(text) > max) throw new CommandRefused(code, { max });
  return text;
}

/** @param before null: a new contact */
async function refuseAddress(
  unit: UnitOfWork,
  id: string,
  fields: ContactFields,
  before: string | null,
): Promise<void> {
  const count = before === null ? 0 : await countOpenInvitations(unit, id);
  if (count > 0) throw new CommandRefused('ADDRESS_IN_USE', { count });
  const other = await findOtherWithAddress(unit.tx, unit.schoolId, id, fields.email);
  if (other) {
    throw new CommandRefused('ADDRESS_TAKEN', { contactId: other.id, name: other.name, isArchived: other.isArchived });
  }
  await refuseSchoolMailbox(unit, fields.email, { ...fields, id });
}

function countOpenInvitations({ tx, schoolId }: UnitOfWork, contactId: string): Promise<number> {
  return tx.invitation.count({ where: { schoolId, contactId, status: 'active' } });
}

/** Nobody can be invited or chosen under this contact while it is being changed: what that writes refers to the row. */
async function findContact({ tx, schoolId }: UnitOfWork, id: string): Promise<Contact> {
  await tx.$executeRaw`SELECT id FROM contact WHERE id = ${id}::uuid AND school_id = ${schoolId}::uuid FOR UPDATE`;
  const contact = await tx.contact.findFirst({ where: { id, schoolId } });
  if (!contact) throw new CommandRefused('CONTACT_UNKNOWN');
  return contact;
}

/**
 * Takes a contact out of the address book. What is under way goes on; the record keeps pointing at it.
 * @throws CommandRefused `CONTACT_UNKNOWN`, `ACCOUNT_FIXED`
 */
export const deleteContact: CommandHandler<{ readonly contactId: string }, null> = {
  type: 'deleteContact',
  streams: () => [],
  async run(unit, { contactId }) {
    await lockAddressBook(unit.tx, unit.schoolId);
    const contact = await findContact(unit, contactId);
    if (contact.accountId !== null) throw new CommandRefused('ACCOUNT_FIXED');
    if (contact.archivedAt !== null) return null;
    await unit.tx.contact.update({ where: { id: contactId }, data: { archivedAt: unit.now } });
    await leaveContactTrail(unit, [{ contactId, action: ContactAction.Archived }]);
    return null;
  },
};

/**
 * Puts a contact back: one that was deleted, or one that was merged and is a person of its own after all.
 * @throws CommandRefused `CONTACT_UNKNOWN`
 */
export const restoreContact: CommandHandler<{ readonly contactId: string }, null> = {
  type: 'restoreContact',
  streams: () => [],
  async run(unit, { contactId }) {
    await lockAddressBook(unit.tx, unit.schoolId);
    const contact = await findContact(unit, contactId);
    if (contact.archivedAt === null) return null;
    await unit.tx.contact.update({ where: { id: contactId }, data: { archivedAt: null, mergedIntoId: null } });
    await leaveContactTrail(unit, [{ contactId, action: ContactAction.Restored }]);
    return null;
  },
};

export interface MergeContacts {
  readonly keepId: string;
  readonly mergedId: string;
}

/**
 * Makes one of two contacts that are the same person. The one that goes is archived and says which one it turned out to be;
 * what was done under it stays as it was. What the one that stays does not say of function and organisation, it gets.
 * @throws CommandRefused `CONTACT_UNKNOWN`, `MERGE_SAME`, `MERGE_ACCOUNT`, `MERGE_ARCHIVED`, `MERGE_OPEN` (params `count`)
 */
export const mergeContacts: CommandHandler<MergeContacts, null> = {
  type: 'mergeContacts',
  streams: () => [],
  async run(unit, { keepId, mergedId }) {
    const { tx, schoolId, now } = unit;
    if (keepId === mergedId) throw new CommandRefused('MERGE_SAME');
    await lockAddressBook(tx, schoolId);
    const keep = await findContact(unit, keepId);
    const merged = await findContact(unit, mergedId);
    if (merged.mergedIntoId === keepId) return null;
    if (keep.archivedAt !== null || merged.archivedAt !== null) throw new CommandRefused('MERGE_ARCHIVED');
    if (merged.accountId !== null) throw new CommandRefused('MERGE_ACCOUNT', { name: merged.name });
    const count = await countOpenAssignments(unit, mergedId);
    if (count > 0) throw new CommandRefused('MERGE_OPEN', { count });
    const filled = {
      jobTitle: keep.jobTitle === '' ? merged.jobTitle : keep.jobTitle,
      organisation: keep.organisation === '' ? merged.organisation : keep.organisation,
    };
    const fields = (['jobTitle', 'organisation'] as const).filter((field) => keep[field] !== filled[field]);
    if (fields.length > 0) {
      const searchText = contactSearchText({ ...keep, ...filled });
      await tx.contact.update({ where: { id: keepId }, data: { ...filled, searchText } });
    }
    // Whoever was merged into the one that goes now, turns out to be the one that stays.
    await tx.contact.updateMany({ where: { schoolId, mergedIntoId: mergedId }, data: { mergedIntoId: keepId } });
    await tx.contact.update({ where: { id: mergedId }, data: { archivedAt: now, mergedIntoId: keepId } });
    await leaveContactTrail(unit, [
      { contactId: mergedId, action: ContactAction.Merged, otherId: keepId },
      ...(fields.length > 0 ? [{ contactId: keepId, action: ContactAction.Changed, fields, otherId: mergedId }] : []),
    ]);
    return null;
  },
};

export interface KeepApart {
  readonly contactId: string;
  readonly otherId: string;
}

/**
 * Says that two contacts who look alike are two people, so that they are not pointed at any more.
 * @throws CommandRefused `CONTACT_UNKNOWN`, `MERGE_SAME`
 */
export const keepContactsApart: CommandHandler<KeepApart, null> = {
  type: 'keepContactsApart',
  streams: () => [],
  async run(unit, { contactId, otherId }) {
    if (contactId === otherId) throw new CommandRefused('MERGE_SAME');
    await findContact(unit, contactId);
    await findContact(unit, otherId);
    await leaveContactTrail(unit, [{ contactId, action: ContactAction.KeptApart, otherId }]);
    return null;
  },
};

/** Of assessments that are not over yet: those that this contact was chosen for and has not finished. */
async function countOpenAssignments({ tx, schoolId }: UnitOfWork, contactId: string): Promise<number> {
  const [row] = await tx.$queryRaw<{ count: number }[]>`
    SELECT count(*)::int AS count FROM assessment_examiner AS pair
    JOIN assessment ON assessment.id = pair.assessment_id
    WHERE pair.school_id = ${schoolId}::uuid AND pair.contact_id = ${contactId}::uuid
      AND pair.form_status NOT IN ('finished', 'withdrawn') AND assessment.status NOT IN ('final', 'cancelled')`;
  return row?.count ?? 0;
}
