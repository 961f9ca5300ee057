/** Who may do what: accounts, sessions, links and requests to sign in. Asked before a school is known. */
import { v7 as uuidv7 } from 'uuid';
import { fullName, type Lang, type Role } from '../../domain/school.ts';
import { type Database, databaseClock, type Tx, WAKE_CHANNEL } from '../client.ts';
import { queueMails } from '../mail-ledger.ts';
import { createLinkReads, describeSchool, type SchoolInfo } from './links.ts';
import { isAlive, sessionIdOf } from './session-rows.ts';
import { enter } from './sessions.ts';
import { admitStudent, findKnownStudent, listSchoolsOfDomain } from './student-entrance.ts';

export { describeSchool, type LinkInfo, maskAddress, type SchoolInfo } from './links.ts';
export { sessionIdOf } from './session-rows.ts';

/** A last-seen time is written at most this often. */
const LAST_SEEN_STEP_MS = 60_000;
export const SIGN_IN_MINUTES = 15;
/** A first account takes longer than coming back: a mailbox of the school must be opened first. */
export const REGISTRATION_MINUTES = 60;
export const CODE_TRIES = 5;

export interface GrantInfo {
  readonly linkId: string;
  readonly invitationId: string;
  readonly contactId: string;
  readonly schoolId: string;
  /** When this browser opened the link. */
  readonly grantedAt: Date;
  /** When the life of the link ends. */
  readonly expiresAt: Date;
}

export interface SessionInfo {
  readonly id: string;
  readonly lang: Lang | null;
  readonly member: {
    readonly accountId: string;
    readonly membershipId: string;
    readonly schoolId: string;
    readonly name: string;
    readonly email: string;
    readonly lang: Lang;
    /** Those that count now: all, or the one that was chosen. */
    readonly roles: readonly Role[];
    /** There is more than one place to work in. */
    readonly hasPlaces: boolean;
  } | null;
  /** Who is signed in, whether or not a place was chosen. */
  readonly account: {
    readonly id: string;
    readonly provider: string | null;
    readonly schools: readonly string[] | null;
  } | null;
  readonly school: SchoolInfo | null;
  readonly grants: readonly GrantInfo[];
  /** Of links that were withdrawn: they open nothing, but tell whoever is still typing why. */
  readonly withdrawnGrants: readonly GrantInfo[];
  /** Of links of somebody else, while a member of their school is signed in: they open nothing. */
  readonly foreignGrants: readonly GrantInfo[];
  /** Of the examiner whose link was opened last; null without any. */
  readonly examinerLang: Lang | null;
}

export interface SignInInfo {
  readonly id: string;
  readonly kid: string;
  /** Null: of a student who gets an account by using it. */
  readonly accountId: string | null;
  readonly isRegistration: boolean;
  readonly isUsable: boolean;
  readonly triesLeft: number;
}

export type AccessRepository = ReturnType<typeof createAccessRepository>;

export function createAccessRepository(database: Database) {
  return {
    /** The session behind a cookie, or null when it is unknown or over. Notes that it was seen. */
    async findSession(cookie: string): Promise<SessionInfo | null> {
      const id = sessionIdOf(cookie);
      const row = await findSessionRow(database, id);
      if (!row || !isAlive(row, row.now)) return null;
      const { now, account, membership } = row;
      if (now.getTime() - row.lastSeenAt.getTime() > LAST_SEEN_STEP_MS) {
        await database.session.updateMany({ where: { id }, data: { lastSeenAt: now } });
      }
      const grants = row.grants ?? [];
      const running = grants.filter((grant) => new Date(grant.expiresAt) > now);
      return {
        id,
        lang: row.lang,
        member:
          account && membership
            ? {
                accountId: account.id,
                membershipId: membership.id,
                schoolId: membership.school.id,
                name: fullName(account),
                email: account.email,
                lang: account.lang,
                roles: rolesNow(row.activeRole, membership.roles),
                hasPlaces: row.placeCount > 1 || membership.roles.length > 1,
              }
            : null,
        account: account && {
          id: account.id,
          provider: row.provider,
          schools: row.provider === null ? null : row.schools,
        },
        school: membership ? describeSchool(membership.school) : null,
        grants: running.filter((grant) => isLive(grant) && !grant.isForeign).map(toGrant),
        withdrawnGrants: running.filter(({ revokeReason }) => revokeReason === 'withdrawn').map(toGrant),
        foreignGrants: running.filter((grant) => isLive(grant) && grant.isForeign).map(toGrant),
        examinerLang: grants.at(-1)?.lang ?? null,
      };
    },

    ...createLinkReads(database),

    /**
     * Asks for a sign-in mail: for who has an account, or stands in the school's file as a student. For an unknown address nothing
     * is written, and the caller answers the same.
     * @param email lower case
     * @returns the id of the request; for an unknown address one that exists nowhere
     */
    async requestSignIn(email: string, kid: string): Promise<string> {
      const id = uuidv7();
      await database.$transaction(async (tx) => {
        const account = await tx.account.findUnique({
          where: { email: email.toLowerCase() },
          include: { memberships: { where: { endedAt: null, school: { isActive: true } } } },
        });
        const membership = account?.memberships[0];
        if (account && membership) return askAccount(tx, { id, kid, account, schoolId: membership.schoolId });
        const student = await findKnownStudent(tx, email);
        if (student === null) return;
        const accountId = account?.id ?? null;
        await ask(tx, { id, kid, accountId, email, template: 'signIn', isRegistration: false, ...student });
      });
      return id;
    },

    /**
     * A student asks for an account by a school address. Who has one that works here gets the mail to sign in; for an address of
     * no school nothing is written. The caller answers the same each time.
     * @param email lower case
     * @returns the id of the request; for an address of no school one that exists nowhere
     */
    async requestRegistration(email: string, kid: string): Promise<string> {
      const id = uuidv7();
      await database.$transaction(async (tx) => {
        const account = await tx.account.findUnique({
          where: { email },
          include: { memberships: { where: { endedAt: null, school: { isActive: true } } } },
        });
        const schools = await listSchoolsOfDomain(tx, email, account?.id ?? null);
        const school = schools.find(({ isMember }) => !isMember);
        const [membership] = account?.memberships ?? [];
        if (account && membership && !school)
          return askAccount(tx, { id, kid, account, schoolId: membership.schoolId });
        const known = await findKnownStudent(tx, email);
        const at = known ?? (school && { schoolId: school.id, name: '', lang: school.settings.defaultLang });
        if (!at) return;
        const accountId = account?.id ?? null;
        await ask(tx, { id, kid, accountId, email, template: 'registration', isRegistration: true, ...at });
      });
      return id;
    },

    /** A request to sign in, or null when it never existed. */
    async findSignIn(id: string): Promise<SignInInfo | null> {
      const row = await database.signIn.findUnique({ where: { id } });
      if (!row) return null;
      const now = await databaseClock.now(database);
      const triesLeft = Math.max(0, CODE_TRIES - row.codeTries);
      return {
        id,
        kid: row.kid,
        accountId: row.accountId,
        isRegistration: row.isRegistration,
        isUsable: row.usedAt === null && row.expiresAt > now,
        triesLeft,
      };
    },

    /**
     * Counts a try of the code before it is compared, so that two at once cannot share one.
     * @returns whether the try may be made
     */
    async takeCodeTry(id: string): Promise<boolean> {
      const count = await database.$executeRaw`
        UPDATE sign_in SET code_tries = code_tries + 1
        WHERE id = ${id}::uuid AND used_at IS NULL AND expires_at > clock_timestamp() AND code_tries < ${CODE_TRIES}`;
      return count === 1;
    },

    /**
     * Uses up a request and opens a session; a request works once. See `enter`.
     * @param currentCookie the cookie of the browser's present session, if any
     * @param device browser and system in words
     * @returns the cookie, or null when it was used or is too old
     */
    async completeSignIn(id: string, currentCookie: string | null, device: string | null): Promise<string | null> {
      return database.$transaction(async (tx) => {
        const used = await tx.$executeRaw`
          UPDATE sign_in SET used_at = clock_timestamp()
          WHERE id = ${id}::uuid AND used_at IS NULL AND expires_at > clock_timestamp()`;
        if (used !== 1) return null;
        const accountId = await admit(tx, id);
        if (accountId === null) return null;
        return enter(tx, { accountId, device, provider: null, schools: null }, currentCookie);
      });
    },

    async endSession(cookie: string): Promise<void> {
      await database.session.deleteMany({ where: { id: sessionIdOf(cookie) } });
    },

    /** The language a person chose is remembered, and used in mail too. */
    async rememberLanguage(sessionId: string, lang: Lang): Promise<void> {
      await database.$transaction(async (tx) => {
        const session = await tx.session.findUnique({
          where: { id: sessionId },
          include: { grants: { include: { link: true } } },
        });
        if (!session) return;
        await tx.session.update({ where: { id: sessionId }, data: { lang } });
        if (session.accountId !== null) await tx.account.update({ where: { id: session.accountId }, data: { lang } });
        // Who is signed in speaks for themselves only, whatever links this browser opened.
        const own = session.accountId === null ? {} : { accountId: session.accountId };
        for (const { link } of session.grants) {
          await tx.contact.updateMany({
            where: { id: link.contactId, schoolId: link.schoolId, ...own },
            data: { lang },
          });
        }
      });
    },
  };
}

interface Asked {
  readonly id: string;
  readonly kid: string;
  readonly accountId: string | null;
  readonly email: string;
  readonly template: 'signIn' | 'registration';
  readonly isRegistration: boolean;
  readonly schoolId: string;
  readonly name: string;
  readonly lang: Lang;
}

interface AskedAccount extends Pick<Asked, 'id' | 'kid' | 'schoolId'> {
  readonly account: Parameters<typeof fullName>[0] & {
    readonly id: string;
    readonly email: string;
    readonly lang: string;
  };
}

/** To the address of the account, wherever it was typed. */
async function askAccount(tx: Tx, { account, ...asked }: AskedAccount): Promise<void> {
  const { id: accountId, email } = account;
  const lang = account.lang as Lang;
  await ask(tx, {
    ...asked,
    accountId,
    email,
    template: 'signIn',
    isRegistration: false,
    name: fullName(account),
    lang,
  });
}

/** Writes a request with its mail. */
async function ask(tx: Tx, { template, schoolId, name, lang, ...request }: Asked): Promise<void> {
  const createdAt = await databaseClock.now(tx);
  const minutes = request.isRegistration ? REGISTRATION_MINUTES : SIGN_IN_MINUTES;
  const expiresAt = new Date(createdAt.getTime() + minutes * 60_000);
  await tx.signIn.create({ data: { ...request, createdAt, expiresAt } });
  const { id, accountId, email } = request;
  await queueMails(
    tx,
    [
      {
        schoolId,
        streamId: null,
        template,
        lang,
        toAddress: email,
        toName: name,
        reference: { signInId: id, ...(accountId === null ? {} : { accountId }) },
        cause: id,
        recipientId: accountId ?? id,
        notAfter: expiresAt,
      },
    ],
    createdAt,
  );
  await tx.$executeRaw`SELECT pg_notify(${WAKE_CHANNEL}, '')`;
}

/** The account that a request opens, made now for a student who had none. Whoever has one may be a student besides. */
async function admit(tx: Tx, id: string): Promise<string | null> {
  const { accountId, email, isRegistration, account } = await tx.signIn.findUniqueOrThrow({
    where: { id },
    include: { account: { select: { email: true } } },
  });
  // What was mailed to an address proves that address, and none that the account got since.
  const proven = { accountId, email: email || (account?.email ?? ''), isRegistration };
  const admitted = await admitStudent(tx, proven);
  if (accountId === null && admitted !== null) await tx.signIn.update({ where: { id }, data: { accountId: admitted } });
  return admitted;
}

/** A role that was taken away since it was chosen leaves all that are left. */
function rolesNow(active: string | null, roles: readonly Role[]): readonly Role[] {
  const chosen = roles.filter((role) => role === active);
  return chosen.length > 0 ? chosen : roles;
}

/** As it comes inside JSON: instants are texts. */
interface GrantRow extends Omit<GrantInfo, 'grantedAt' | 'expiresAt'> {
  readonly grantedAt: string;
  readonly lang: Lang;
  readonly isForeign: boolean;
  readonly revokeReason: string | null;
  readonly expiresAt: string;
}

interface SessionRow {
  readonly lang: Lang | null;
  readonly activeRole: string | null;
  readonly provider: string | null;
  readonly schools: readonly string[];
  readonly placeCount: number;
  readonly lastSeenAt: Date;
  readonly expiresAt: Date;
  readonly now: Date;
  readonly account:
    | (Parameters<typeof fullName>[0] & { readonly id: string; readonly email: string; readonly lang: Lang })
    | null;
  readonly membership: {
    readonly id: string;
    readonly roles: readonly Role[];
    readonly school: Parameters<typeof describeSchool>[0];
  } | null;
  readonly grants: readonly GrantRow[] | null;
}

/** In one round trip: every request begins with it. */
async function findSessionRow(database: Database, id: string): Promise<SessionRow | undefined> {
  const rows = await database.$queryRaw<SessionRow[]>`
    SELECT session.lang, session.active_role AS "activeRole", session.provider,
      session.schools,
      (SELECT count(*)::int FROM membership WHERE membership.account_id = session.account_id
        AND membership.ended_at IS NULL) AS "placeCount",
      session.last_seen_at AS "lastSeenAt", session.expires_at AS "expiresAt", clock_timestamp() AS now,
      (SELECT json_build_object('id', account.id, 'email', account.email, 'lang', account.lang,
          'givenName', account.given_name, 'infix', account.infix, 'familyName', account.family_name)
        FROM account WHERE account.id = session.account_id) AS account,
      (SELECT json_build_object('id', membership.id, 'roles', membership.roles, 'school', json_build_object(
          'id', school.id, 'name', school.name, 'branding', school.branding, 'settings', school.settings))
        FROM membership JOIN school ON school.id = membership.school_id
        WHERE membership.account_id = session.account_id AND membership.school_id = session.school_id
          AND membership.ended_at IS NULL AND school.is_active) AS membership,
      (SELECT json_agg(json_build_object('linkId', link.id, 'invitationId', link.invitation_id,
          'contactId', link.contact_id, 'schoolId', link.school_id, 'revokeReason', CASE WHEN link.revoked_at IS NOT NULL THEN COALESCE(link.revoke_reason, '') END,
          'expiresAt', link.expires_at, 'grantedAt', session_grant.granted_at, 'lang', contact.lang,
          'isForeign', session.account_id IS NOT NULL AND contact.account_id IS DISTINCT FROM session.account_id
            AND EXISTS (SELECT 1 FROM membership WHERE membership.account_id = session.account_id
              AND membership.school_id = link.school_id AND membership.ended_at IS NULL
              AND cardinality(membership.roles) > 0)) ORDER BY session_grant.granted_at, link.id)
        FROM session_grant JOIN link ON link.id = session_grant.link_id JOIN contact ON contact.id = link.contact_id
        WHERE session_grant.session_id = session.id) AS grants
    FROM session WHERE session.id = ${id}`;
  return rows[0];
}

/**
 * A withdrawn link ends what it granted at once, and so does one whose address was corrected: who opened it may be anybody.
 * A newer link to the same address leaves whoever is typing where they are.
 */
function isLive({ revokeReason }: GrantRow): boolean {
  return revokeReason === null || revokeReason === 'replaced';
}

function toGrant({ linkId, invitationId, contactId, schoolId, grantedAt, expiresAt }: GrantRow): GrantInfo {
  const [from, until] = [new Date(grantedAt), new Date(expiresAt)];
  return { linkId, invitationId, contactId, schoolId, grantedAt: from, expiresAt: until };
}
