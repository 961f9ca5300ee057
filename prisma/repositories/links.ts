/** Links of examiners: what one stands for now, what it grants a browser, and which ones somebody has lost. */
import { randomBytes } from 'node:crypto';
import { FormStatus } from '../../domain/assessment.ts';
import type { Lang, SchoolBranding, SchoolLogo, SchoolSettings } from '../../domain/school.ts';
import { Prisma } from '../../generated/prisma/client.ts';
import { type Database, databaseClock } from '../client.ts';
import { isAlive, SESSION_MAX_MS, sessionIdOf } from './session-rows.ts';

export interface SchoolInfo {
  readonly id: string;
  readonly name: string;
  readonly primaryColor: string;
  readonly timeZone: string;
  /** Absent: none. */
  readonly logo?: SchoolLogo;
}

export interface LinkInfo {
  readonly id: string;
  readonly kid: string;
  readonly invitationId: string;
  readonly contactId: string;
  readonly school: SchoolInfo;
  /** Of the examiner. */
  readonly lang: Lang;
  /** For the page of a link that no longer opens: `e***@domein.nl`. */
  readonly maskedAddress: string;
  readonly state: 'open' | 'expired' | 'replaced' | 'withdrawn';
  /** Nothing behind it is left to do. */
  readonly isFinished: boolean;
  /** The account that asks works at the school of this link, and is not the examiner. */
  readonly isForeign: boolean;
}

/** An examiner at a school who has lost the links of invitations with open work. */
export interface LostLinks {
  readonly schoolId: string;
  readonly contactId: string;
  /** The newest first. */
  readonly invitationIds: readonly string[];
}

/** Far more than anybody works on; a bound on what one question sets going. */
const MOST_LOST = 10;
const OPEN_FORMS: readonly string[] = [FormStatus.Open, FormStatus.Started, FormStatus.Returned];

/** The row `invitation` around it has work that can be done: a form, or a word about what examiners scored differently. */
const HAS_OPEN_WORK = Prisma.sql`EXISTS (
  SELECT 1 FROM assessment_examiner pair JOIN assessment ON assessment.id = pair.assessment_id
  WHERE pair.invitation_id = invitation.id AND pair.school_id = invitation.school_id
    AND assessment.status NOT IN ('cancelled', 'final')
    AND (pair.form_status = ANY(${[...OPEN_FORMS]})
      OR (pair.form_status = 'finished' AND assessment.agreement_since IS NOT NULL AND EXISTS (
        SELECT FROM stream WHERE stream.id = invitation.id AND stream.school_id = invitation.school_id
          AND stream.state->'pairs'->>pair.assessment_id::text = 'open'))))`;

export function createLinkReads(database: Database) {
  return {
    /**
     * The link with this id as it stands now, or null.
     * @param accountId who asks, when somebody is signed in
     */
    async findLink(linkId: string, accountId: string | null = null): Promise<LinkInfo | null> {
      const row = await database.link.findUnique({ where: { id: linkId } });
      if (!row) return null;
      const { schoolId, contactId, invitationId } = row;
      const [now, school, contact, pairs, hasWork, isStaff] = await Promise.all([
        databaseClock.now(database),
        database.school.findUniqueOrThrow({ where: { id: schoolId } }),
        database.contact.findFirstOrThrow({ where: { id: contactId, schoolId } }),
        database.assessmentExaminer.findMany({
          where: { schoolId, invitationId, formStatus: { not: FormStatus.Withdrawn } },
          select: { formStatus: true },
        }),
        hasOpenWork(database, schoolId, invitationId),
        accountId === null ? false : worksAt(database, accountId, schoolId),
      ]);
      return {
        id: row.id,
        kid: row.kid,
        invitationId,
        contactId,
        school: describeSchool(school),
        lang: contact.lang as Lang,
        maskedAddress: maskAddress(contact.email),
        state: stateOf(row, now),
        isFinished: pairs.length > 0 && !hasWork && pairs.every(({ formStatus }) => formStatus === FormStatus.Finished),
        isForeign: isStaff && contact.accountId !== accountId,
      };
    },

    /** The forms behind an invitation, those of withdrawn assessments left out. */
    async formsOfInvitation(schoolId: string, invitationId: string): Promise<string[]> {
      const pairs = await database.assessmentExaminer.findMany({
        where: { schoolId, invitationId, formStatus: { not: FormStatus.Withdrawn } },
        select: { formId: true },
        orderBy: { assessmentId: 'asc' },
      });
      return pairs.map((pair) => pair.formId).filter((formId) => formId !== null);
    },

    /**
     * Gives a browser what a link grants; keeps what it already had when its session still lives.
     * @returns the cookie of the session, and whether a session of this browser held the link before
     */
    async grantLink(
      linkId: string,
      currentCookie: string | null,
    ): Promise<{ cookie: string; isNew: boolean; isKnownHere: boolean }> {
      return database.$transaction(async (tx) => {
        const now = await databaseClock.now(tx);
        const former =
          currentCookie === null
            ? null
            : await tx.session.findUnique({
                where: { id: sessionIdOf(currentCookie) },
                include: { grants: { where: { linkId } } },
              });
        const isKept = former !== null && isAlive(former, now);
        const cookie = isKept && currentCookie !== null ? currentCookie : randomBytes(32).toString('base64url');
        const sessionId = sessionIdOf(cookie);
        if (!isKept) {
          await tx.session.create({
            data: {
              id: sessionId,
              kind: 'examiner',
              createdAt: now,
              lastSeenAt: now,
              expiresAt: new Date(now.getTime() + SESSION_MAX_MS),
            },
          });
        }
        await tx.sessionGrant.createMany({ data: [{ sessionId, linkId, grantedAt: now }], skipDuplicates: true });
        return { cookie, isNew: !isKept, isKnownHere: (former?.grants.length ?? 0) > 0 };
      });
    },

    /**
     * Invitations with open work of whoever has this address, at any school.
     * @param email as `emailAddressKey` gives it
     */
    async findLostLinks(email: string): Promise<LostLinks[]> {
      const rows = await database.$queryRaw<{ schoolId: string; contactId: string; invitationId: string }[]>`
        SELECT invitation.school_id AS "schoolId", invitation.id AS "invitationId", contact.id AS "contactId"
        FROM contact
          JOIN invitation ON invitation.contact_id = contact.id AND invitation.school_id = contact.school_id
          JOIN school ON school.id = contact.school_id AND school.is_active
        WHERE lower(contact.email) = ${email} AND invitation.status IN ('active', 'expired') AND ${HAS_OPEN_WORK}
        ORDER BY invitation.invited_at DESC, invitation.id
        LIMIT ${MOST_LOST}`;
      return [...Map.groupBy(rows, ({ contactId }) => contactId)].map(([contactId, ofExaminer]) => ({
        schoolId: ofExaminer[0]?.schoolId ?? '',
        contactId,
        invitationIds: ofExaminer.map(({ invitationId }) => invitationId),
      }));
    },

    /**
     * How many other invitations with open work an examiner has at a school.
     * @param invitationIds those that are known already
     */
    async countMore(schoolId: string, contactId: string, invitationIds: readonly string[]): Promise<number> {
      const rows = await database.$queryRaw<{ count: number }[]>`
        SELECT count(*)::int AS count ${othersOf(schoolId, contactId)}
          AND invitation.id <> ALL(${[...invitationIds]}::uuid[])`;
      return rows[0]?.count ?? 0;
    },

    /** Gives a session what the other open invitations of an examiner at a school grant. @returns how many */
    async grantMore(sessionId: string, schoolId: string, contactId: string): Promise<number> {
      return database.$executeRaw`
        INSERT INTO session_grant (session_id, link_id, granted_at)
        SELECT session.id, link.id, clock_timestamp()
        ${othersOf(schoolId, contactId, Prisma.sql`JOIN session ON session.id = ${sessionId}`)}
        ON CONFLICT DO NOTHING`;
    },

    /** Where a mail to this examiner goes, masked; null when there is no such examiner. */
    async maskedAddress(schoolId: string, contactId: string): Promise<string | null> {
      const row = await database.contact.findFirst({ where: { id: contactId, schoolId }, select: { email: true } });
      return row === null ? null : maskAddress(row.email);
    },
  };
}

function othersOf(schoolId: string, contactId: string, more: Prisma.Sql = Prisma.empty): Prisma.Sql {
  return Prisma.sql`FROM invitation JOIN link ON link.id = invitation.link_id ${more}
    WHERE invitation.school_id = ${schoolId}::uuid AND invitation.contact_id = ${contactId}::uuid
      AND link.school_id = invitation.school_id AND link.revoked_at IS NULL AND link.expires_at > clock_timestamp()
      AND ${HAS_OPEN_WORK}`;
}

async function hasOpenWork(database: Database, schoolId: string, invitationId: string): Promise<boolean> {
  const rows = await database.$queryRaw<{ isLeft: boolean }[]>`
    SELECT ${HAS_OPEN_WORK} AS "isLeft" FROM invitation
    WHERE invitation.id = ${invitationId}::uuid AND invitation.school_id = ${schoolId}::uuid`;
  return rows[0]?.isLeft ?? false;
}

async function worksAt(database: Database, accountId: string, schoolId: string): Promise<boolean> {
  const count = await database.membership.count({
    where: { accountId, schoolId, endedAt: null, roles: { isEmpty: false } },
  });
  return count > 0;
}

/** After a correction of the address too there is a newer link, at the new address. */
function stateOf(
  row: { readonly revokedAt: Date | null; readonly revokeReason: string | null; readonly expiresAt: Date },
  now: Date,
): LinkInfo['state'] {
  if (row.revokedAt !== null) return row.revokeReason === 'withdrawn' ? 'withdrawn' : 'replaced';
  return row.expiresAt <= now ? 'expired' : 'open';
}

/** `examinator@bedrijf.nl` → `e•••@bedrijf.nl`: enough to recognise, not to learn. */
export function maskAddress(address: string): string {
  const at = address.lastIndexOf('@');
  return `${address.slice(0, 1)}•••${address.slice(at)}`;
}

/** What a page shows of a school. */
export function describeSchool(school: { id: string; name: string; branding: unknown; settings: unknown }): SchoolInfo {
  const { primaryColor, logo } = school.branding as SchoolBranding;
  const { timeZone } = school.settings as SchoolSettings;
  return { id: school.id, name: school.name, primaryColor, timeZone, ...(logo ? { logo } : {}) };
}
