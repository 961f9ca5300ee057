/**
 * Sessions of those who sign in, and the places where they work: a school and, if they like, one of their roles there.
 *
 * Contract
 * 1. A session works in one place, or in none until the person has chosen one. Nothing of a school is read without a place.
 * 2. A session that an identity provider opened works only at the schools that this provider is configured for.
 * 3. Who has one place is in it at once. Who has several is led to where they worked last, and chooses the first time.
 * 4. A person by issuer and subject is that account for ever; by address only when the provider vouches for it, and only while
 *    nobody of that provider is that account: a mailbox can be given to somebody else, a subject cannot.
 */
import { randomBytes } from 'node:crypto';
import { v7 as uuidv7 } from 'uuid';
import type { VouchedPerson } from '../../domain/identity.ts';
import { ROLES, type Role } from '../../domain/school.ts';
import { type Database, databaseClock, type Tx } from '../client.ts';
import { putMemberContact } from '../importer.ts';
import { moveGrants, SESSION_IDLE_MS, SESSION_MAX_MS, sessionIdOf } from './session-rows.ts';
import { bindStudents, findKnownStudent } from './student-entrance.ts';

export interface Place {
  readonly schoolId: string;
  readonly slug: string;
  readonly schoolName: string;
  /** In the order of {@link ROLES}. */
  readonly roles: readonly Role[];
}

export interface OwnSession {
  readonly id: string;
  readonly device: string | null;
  readonly provider: string | null;
  readonly schoolName: string | null;
  readonly createdAt: Date;
  readonly lastSeenAt: Date;
  readonly expiresAt: Date;
}

/** How somebody came in. */
export interface Entrance {
  readonly accountId: string;
  /** Browser and system in words. */
  readonly device: string | null;
  readonly provider: string | null;
  /** Slugs of the schools that this entrance counts for; null: all. */
  readonly schools: readonly string[] | null;
}

export const IdentityProblem = {
  /** Nobody here has this identity, and no address that the provider vouches for. */
  Unknown: 'UNKNOWN',
  /** The account is no member of a school that the provider is configured for. */
  NoPlace: 'NO_PLACE',
} as const;
export type IdentityProblem = (typeof IdentityProblem)[keyof typeof IdentityProblem];

export type IdentityOutcome =
  | { readonly ok: true; readonly cookie: string }
  | { readonly ok: false; readonly problem: IdentityProblem };

export type SessionsRepository = ReturnType<typeof createSessionsRepository>;

export function createSessionsRepository(database: Database) {
  return {
    /** Where an account may work. @param schools slugs; null: all */
    listPlaces(accountId: string, schools: readonly string[] | null): Promise<Place[]> {
      return readPlaces(database, accountId, schools);
    },

    /**
     * Works in another place from now on, and after the next sign-in.
     * @param role null: all roles there
     * @returns false when there is no such place for this session
     */
    async choosePlace(
      session: { readonly id: string; readonly accountId: string; readonly schools: readonly string[] | null },
      schoolId: string,
      role: Role | null,
    ): Promise<boolean> {
      return database.$transaction(async (tx) => {
        const places = await readPlaces(tx, session.accountId, session.schools);
        const place = places.find((each) => each.schoolId === schoolId);
        if (!place || (role !== null && !place.roles.includes(role))) return false;
        const { count } = await tx.session.updateMany({
          where: { id: session.id, accountId: session.accountId },
          data: { schoolId, activeRole: role },
        });
        if (count === 0) return false;
        await tx.account.update({
          where: { id: session.accountId },
          data: { lastSchoolId: schoolId, lastRole: role },
        });
        return true;
      });
    },

    /** The sessions of an account that still live, the one seen last first. */
    async listSessions(accountId: string): Promise<OwnSession[]> {
      const now = await databaseClock.now(database);
      const rows = await database.session.findMany({
        where: { accountId, expiresAt: { gt: now }, lastSeenAt: { gt: new Date(now.getTime() - SESSION_IDLE_MS) } },
        orderBy: { lastSeenAt: 'desc' },
        take: 100,
      });
      const ids = rows.flatMap(({ schoolId }) => schoolId ?? []);
      const schools = await database.school.findMany({ where: { id: { in: ids } }, select: { id: true, name: true } });
      const nameOf = new Map(schools.map(({ id, name }) => [id, name]));
      return rows.map(({ id, device, provider, schoolId, createdAt, lastSeenAt, expiresAt }) => ({
        id,
        device,
        provider,
        schoolName: nameOf.get(schoolId ?? '') ?? null,
        createdAt,
        lastSeenAt,
        expiresAt,
      }));
    },

    /** Ends one session of an account. @returns false when it has no such session */
    async endOwnSession(accountId: string, id: string): Promise<boolean> {
      const { count } = await database.session.deleteMany({ where: { id, accountId } });
      return count > 0;
    },

    /** Ends all sessions of an account, this one too, and every mail to sign in that was not used. @returns how many sessions */
    async endAllSessions(accountId: string): Promise<number> {
      return database.$transaction(async (tx) => {
        await tx.$executeRaw`
          UPDATE sign_in SET used_at = clock_timestamp() WHERE account_id = ${accountId}::uuid AND used_at IS NULL`;
        const { count } = await tx.session.deleteMany({ where: { accountId } });
        return count;
      });
    },

    /**
     * Lets somebody in whom an identity provider vouches for. Who is not let in leaves nothing: an identity that was tied to an
     * account all the same would keep its owner out later.
     * @param identity issuer and subject of the verified ID token
     */
    async enterByProvider(
      identity: { readonly issuer: string; readonly subject: string },
      person: VouchedPerson,
      provider: string,
      device: string | null,
      currentCookie: string | null,
    ): Promise<IdentityOutcome> {
      const work = database.$transaction(async (tx): Promise<IdentityOutcome> => {
        // Two tabs that come back at once make one identity and one membership.
        await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`${identity.issuer}|${identity.subject}`}, 1))`;
        const accountId = await findOrMakeAccount(tx, identity, person);
        if (accountId === null) return { ok: false, problem: IdentityProblem.Unknown };
        if (person.email !== null) await bindStudents(tx, accountId, person.email, slugsOf(person));
        await addMemberships(tx, accountId, person);
        const schools = slugsOf(person);
        const cookie = await enter(tx, { accountId, device, provider, schools }, currentCookie);
        if (cookie === null) throw new NoPlace();
        return { ok: true, cookie };
      });
      return work.catch((error: unknown) => {
        if (error instanceof NoPlace) return { ok: false, problem: IdentityProblem.NoPlace };
        throw error;
      });
    },
  };
}

/** Takes back what was written for somebody who turns out to have no place. */
class NoPlace extends Error {}

/**
 * Opens a session under a new cookie. What this browser was granted as an examiner moves along, and its former session ends.
 * @returns the cookie, or null for somebody who has no place
 */
export async function enter(tx: Tx, entrance: Entrance, currentCookie: string | null): Promise<string | null> {
  const { accountId, device, provider, schools } = entrance;
  const places = await readPlaces(tx, accountId, schools);
  if (places.length === 0) return null;
  const now = await databaseClock.now(tx);
  const cookie = randomBytes(32).toString('base64url');
  const account = await tx.account.findUniqueOrThrow({ where: { id: accountId } });
  await tx.session.create({
    data: {
      id: sessionIdOf(cookie),
      kind: 'member',
      accountId,
      ...firstPlace(places, account),
      device,
      provider,
      schools: [...(schools ?? [])],
      createdAt: now,
      lastSeenAt: now,
      expiresAt: new Date(now.getTime() + SESSION_MAX_MS),
    },
  });
  if (currentCookie !== null) await moveGrants(tx, sessionIdOf(currentCookie), sessionIdOf(cookie), now);
  return cookie;
}

/** The only place; or the last one, when it is still there; or none yet. */
function firstPlace(
  places: readonly Place[],
  last: { readonly lastSchoolId: string | null; readonly lastRole: string | null },
): { schoolId: string | null; activeRole: string | null } {
  const [only, ...others] = places;
  if (only && others.length === 0 && only.roles.length === 1) return { schoolId: only.schoolId, activeRole: null };
  const found = places.find(({ schoolId }) => schoolId === last.lastSchoolId);
  if (!found) return { schoolId: null, activeRole: null };
  const { lastRole } = last;
  const hasRole = lastRole === null || found.roles.some((role) => role === lastRole);
  return hasRole ? { schoolId: found.schoolId, activeRole: lastRole } : { schoolId: null, activeRole: null };
}

async function readPlaces(
  tx: Pick<Tx, 'membership'>,
  accountId: string,
  schools: readonly string[] | null,
): Promise<Place[]> {
  const rows = await tx.membership.findMany({
    where: {
      accountId,
      endedAt: null,
      school: { isActive: true, ...(schools === null ? {} : { slug: { in: [...schools] } }) },
    },
    include: { school: { select: { id: true, slug: true, name: true } } },
  });
  return rows
    .map(({ school, roles }) => ({
      schoolId: school.id,
      slug: school.slug,
      schoolName: school.name,
      roles: ROLES.filter((role) => roles.includes(role)),
    }))
    .sort((a, b) => a.schoolName.localeCompare(b.schoolName, 'nl'));
}

/** Of the schools where the provider counts for this person. */
function slugsOf({ places }: VouchedPerson): string[] {
  return places.map(({ school }) => school);
}

/** @returns null when nobody here is this person, and the provider opens no school to them */
async function findOrMakeAccount(
  tx: Tx,
  { issuer, subject }: { readonly issuer: string; readonly subject: string },
  { email, givenName, familyName, places }: VouchedPerson,
): Promise<string | null> {
  const now = await databaseClock.now(tx);
  const known = await tx.identity.findUnique({ where: { issuer_subject: { issuer, subject } } });
  if (known) {
    await tx.identity.update({ where: { id: known.id }, data: { lastUsedAt: now } });
    return known.accountId;
  }
  if (email === null) return null;
  const account = await tx.account.findUnique({ where: { email }, include: { identities: { where: { issuer } } } });
  if (account && account.identities.length > 0) return null;
  const isWelcome = places.some(({ isOpen, roles }) => isOpen && roles.length > 0);
  const isKnown =
    account !== null ||
    (await findKnownStudent(
      tx,
      email,
      places.map(({ school }) => school),
    )) !== null;
  if (!isKnown && !isWelcome) return null;
  const accountId = account?.id ?? uuidv7();
  if (!account) {
    const name = { givenName: givenName || email.slice(0, email.indexOf('@')), familyName };
    await tx.account.create({ data: { id: accountId, email, ...name, createdAt: now } });
  }
  await tx.identity.create({ data: { id: uuidv7(), accountId, issuer, subject, createdAt: now, lastUsedAt: now } });
  return accountId;
}

/** Only where there is none: an administrator's choice of roles, or the end of a membership, stands. */
async function addMemberships(tx: Tx, accountId: string, { places }: VouchedPerson): Promise<void> {
  for (const { school: slug, roles, isOpen } of places) {
    if (!isOpen || roles.length === 0) continue;
    const school = await tx.school.findUnique({ where: { slug }, select: { id: true } });
    if (!school) continue;
    const { count } = await tx.membership.createMany({
      data: [{ id: uuidv7(), schoolId: school.id, accountId, roles: [...roles] }],
      skipDuplicates: true,
    });
    if (count === 0) continue;
    const account = await tx.account.findUniqueOrThrow({ where: { id: accountId } });
    await putMemberContact(tx, school.id, { ...account, accountId, roles, jobTitle: '', organisation: '' });
  }
}
