/**
 * How students come in.
 *
 * Contract
 * 1. A student record belongs to who proves its address: by a mailed code or link, or by a provider that vouches for it. From
 *    then on it is bound to the account, until the school's file gives the record another address.
 * 2. Whoever proves an address in a domain that a school names for its students may be a student there. A membership that is
 *    there already, or that was ended, stays as it is.
 * 3. Asking writes no account and no membership; using what was mailed does.
 */
import { v7 as uuidv7 } from 'uuid';
import { fullName, Lang, Role, type SchoolSettings } from '../../domain/school.ts';
import type { Database, Tx } from '../client.ts';

/** What a mail to somebody without an account is made with. */
export interface Applicant {
  readonly schoolId: string;
  readonly name: string;
  readonly lang: Lang;
}

type Reader = Pick<Database, '$queryRaw'> | Tx;

interface RecordRow {
  readonly id: string;
  readonly schoolId: string;
  readonly givenName: string;
  readonly infix: string;
  readonly familyName: string;
  readonly settings: SchoolSettings;
}

interface Proof {
  /** Lower case. */
  readonly email: string;
  /** Who proved it; null: nobody with an account yet. */
  readonly accountId: string | null;
  /** Slugs of those where it counts; null: all. */
  readonly schools: readonly string[] | null;
}

/** Records at schools that are active: of this account, and those with this address that are of nobody yet. */
async function listRecords(tx: Reader, { email, accountId, schools }: Proof): Promise<RecordRow[]> {
  return tx.$queryRaw<RecordRow[]>`
    SELECT student.id, student.school_id AS "schoolId", given_name AS "givenName", infix, family_name AS "familyName",
      school.settings
    FROM student JOIN school ON school.id = student.school_id
    WHERE ((lower(student.email) = ${email} AND student.account_id IS NULL) OR student.account_id = ${accountId}::uuid)
      AND school.is_active
      AND (${schools === null} OR school.slug = ANY(${[...(schools ?? [])]}))
    ORDER BY school.name, student.id`;
}

/** Who the school knows as a student by this address, and who has no account; null for nobody. */
export async function findKnownStudent(
  tx: Reader,
  email: string,
  schools: readonly string[] | null = null,
): Promise<Applicant | null> {
  const [record] = await listRecords(tx, { email, accountId: null, schools });
  return record
    ? { schoolId: record.schoolId, name: fullName(record), lang: record.settings.defaultLang ?? Lang.Dutch }
    : null;
}

interface SchoolRow {
  readonly id: string;
  readonly settings: SchoolSettings;
  /** Of this account: it is there, ended or not. */
  readonly isMember: boolean;
}

/** Active schools that name the domain of an address for their students. @param email lower case */
export async function listSchoolsOfDomain(tx: Reader, email: string, accountId: string | null): Promise<SchoolRow[]> {
  const domain = email.slice(email.lastIndexOf('@') + 1);
  return tx.$queryRaw<SchoolRow[]>`
    SELECT school.id, school.settings, EXISTS (
      SELECT 1 FROM membership WHERE membership.school_id = school.id AND membership.account_id = ${accountId}::uuid)
      AS "isMember"
    FROM school
    WHERE school.is_active AND EXISTS (
      SELECT 1 FROM jsonb_array_elements_text(CASE WHEN jsonb_typeof(school.settings -> 'studentDomains') = 'array'
        THEN school.settings -> 'studentDomains' ELSE '[]' END) AS named WHERE lower(named) = ${domain})
    ORDER BY school.name, school.id`;
}

/**
 * Makes what somebody who proved an address is entitled to: an account, and memberships as a student.
 * @param proven email: lower case; isRegistration: the domain counts too, not only what the school's file says
 * @returns the account; null when the address gives no place
 */
export async function admitStudent(
  tx: Tx,
  proven: { readonly accountId: string | null; readonly email: string; readonly isRegistration: boolean },
): Promise<string | null> {
  const { email } = proven;
  // Two mails that are used at once make one account.
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`admit|${email}`}, 2))`;
  const known = proven.accountId ?? (await tx.account.findUnique({ where: { email } }))?.id ?? null;
  const records = await listRecords(tx, { email, accountId: known, schools: null });
  const schools = proven.isRegistration ? await listSchoolsOfDomain(tx, email, known) : [];
  if (known === null && records.length === 0 && schools.length === 0) return null;
  const accountId = known ?? (await makeAccount(tx, email, records[0], schools[0]));
  await bindRecords(tx, accountId, records);
  await tx.membership.createMany({
    data: schools.map(({ id }) => ({ id: uuidv7(), schoolId: id, accountId, roles: [Role.Student] })),
    skipDuplicates: true,
  });
  return accountId;
}

async function makeAccount(
  tx: Tx,
  email: string,
  record: RecordRow | undefined,
  school: SchoolRow | undefined,
): Promise<string> {
  const id = uuidv7();
  const names = record
    ? { givenName: record.givenName, infix: record.infix, familyName: record.familyName }
    : { givenName: email.slice(0, email.indexOf('@')), infix: '', familyName: '' };
  const lang = (record ?? school)?.settings.defaultLang ?? Lang.Dutch;
  await tx.account.create({ data: { id, email, ...names, lang } });
  return id;
}

/**
 * Binds what schools have under a proven address to its account.
 * @param email lower case
 * @param schools slugs of those where the proof counts
 */
export async function bindStudents(
  tx: Tx,
  accountId: string,
  email: string,
  schools: readonly string[],
): Promise<void> {
  await bindRecords(tx, accountId, await listRecords(tx, { email, accountId, schools }));
}

async function bindRecords(tx: Tx, accountId: string, records: readonly RecordRow[]): Promise<void> {
  for (const { id, schoolId } of records) {
    // The same address twice, in another case, is for the school to clear up; so is a second record of one account.
    const bound = await tx.student.findFirst({ where: { schoolId, accountId }, select: { id: true } });
    if (bound !== null && bound.id !== id) continue;
    await tx.student.updateMany({ where: { id, schoolId, accountId: null }, data: { accountId } });
    // Again and again: an import of members may have put other roles in its place.
    await makeStudent(tx, schoolId, accountId);
  }
}

/** The role beside those that are there; an ended membership stays ended. */
async function makeStudent(tx: Tx, schoolId: string, accountId: string): Promise<void> {
  await tx.$executeRaw`
    INSERT INTO membership (id, school_id, account_id, roles)
    VALUES (${uuidv7()}::uuid, ${schoolId}::uuid, ${accountId}::uuid, ARRAY[${Role.Student}])
    ON CONFLICT (school_id, account_id) DO UPDATE SET roles = membership.roles || EXCLUDED.roles
      WHERE membership.ended_at IS NULL AND NOT membership.roles @> EXCLUDED.roles`;
}
