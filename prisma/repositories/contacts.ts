/** The address book, for its pages. */

import { searchable } from '../../domain/school.ts';
import { Prisma } from '../../generated/prisma/client.ts';
import { mailboxOf } from '../../platform/email-address.ts';
import { type ContactPlan, nameKey } from '../../platform/import/contact-plan.ts';
import { type ContactImportContent, type ContactImportStatus, planImport } from '../commands/contact-import.ts';
import { ContactAction } from '../contact-rows.ts';
import type { SchoolScope } from './index.ts';

export type ContactsRepository = ReturnType<typeof createContactsRepository>;

export type ContactTab = 'all' | 'school' | 'practice' | 'archived';

export interface ContactFilter {
  readonly tab: ContactTab;
  /** As typed. */
  readonly query: string;
  /** Also what is written nearly so. */
  readonly isLoose: boolean;
}

export interface BookContact {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly jobTitle: string;
  readonly organisation: string;
  readonly kind: 'school' | 'practice';
  readonly lang: 'nl' | 'en';
  readonly hasAccount: boolean;
  readonly archivedAt: Date | null;
  readonly mergedIntoId: string | null;
  readonly mergedIntoName: string | null;
  /** Assessments under way for which this contact was chosen. */
  readonly runningCount: number;
}

export interface BookPage {
  readonly rows: readonly BookContact[];
  readonly hasPrevious: boolean;
  readonly hasNext: boolean;
}

export interface ContactHistoryEntry {
  readonly action: ContactAction;
  readonly fields: readonly string[];
  readonly at: Date;
  /** Null: not by a member. */
  readonly actorName: string | null;
  readonly isFromFile: boolean;
}

export interface KeptImport {
  readonly id: string;
  readonly fileName: string;
  readonly status: ContactImportStatus;
  readonly content: ContactImportContent;
  readonly createdAt: Date;
}

/** Words that are looked for at once. */
const MAX_WORDS = 6;
/** Shorter words are too like others to be mistyped. */
const FUZZY_FROM = 4;
/** How much of the trigrams of a word must be there: one wrong letter in a word of six leaves about half. */
const FUZZY_LIKENESS = 0.45;

export function createContactsRepository({ database, schoolId }: SchoolScope) {
  /** A contact with how it is used. Everything after `WHERE` is given. */
  const select = Prisma.sql`
    SELECT contact.id, contact.name, contact.email, contact.job_title AS "jobTitle", contact.organisation, contact.kind,
      contact.lang, contact.account_id IS NOT NULL AS "hasAccount", contact.archived_at AS "archivedAt",
      contact.merged_into_id AS "mergedIntoId",
      (SELECT name FROM contact AS other WHERE other.id = contact.merged_into_id AND other.school_id = contact.school_id)
        AS "mergedIntoName",
      (SELECT count(*)::int FROM assessment_examiner AS pair JOIN assessment ON assessment.id = pair.assessment_id
        WHERE pair.contact_id = contact.id AND pair.school_id = contact.school_id AND pair.form_status <> 'withdrawn'
          AND assessment.status NOT IN ('final', 'cancelled')) AS "runningCount"
    FROM contact WHERE contact.school_id = ${schoolId}::uuid`;

  return {
    /**
     * One page in the order of names. The place in the list is told by the id of a contact, so that no name comes in an address.
     */
    async list(
      filter: ContactFilter,
      place: { readonly after?: string; readonly before?: string },
      size: number,
    ): Promise<BookPage> {
      const from = place.after ?? place.before;
      const isBack = place.after === undefined && place.before !== undefined;
      const beyond =
        from === undefined
          ? Prisma.empty
          : Prisma.sql`AND (contact.search_text COLLATE "C", contact.id) ${isBack ? Prisma.sql`<` : Prisma.sql`>`}
              (SELECT search_text COLLATE "C", id FROM contact WHERE id = ${from}::uuid AND school_id = ${schoolId}::uuid)`;
      const direction = isBack ? Prisma.sql`DESC` : Prisma.sql`ASC`;
      const found = await database.$queryRaw<BookContact[]>`
        ${select} AND ${tabIs(filter.tab)} AND ${isFound(filter)} ${beyond}
        ORDER BY contact.search_text COLLATE "C" ${direction}, contact.id ${direction} LIMIT ${size + 1}`;
      const rows = found.slice(0, size);
      const isMore = found.length > size;
      return isBack
        ? { rows: rows.reverse(), hasPrevious: isMore, hasNext: true }
        : { rows, hasPrevious: place.after !== undefined, hasNext: isMore };
    },

    /** How many there are of each kind among those that are found. */
    async count(filter: Pick<ContactFilter, 'query' | 'isLoose'>): Promise<Readonly<Record<ContactTab, number>>> {
      const [row] = await database.$queryRaw<Record<ContactTab, number>[]>`
        SELECT count(*) FILTER (WHERE archived_at IS NULL)::int AS "all",
          count(*) FILTER (WHERE archived_at IS NULL AND kind = 'school')::int AS school,
          count(*) FILTER (WHERE archived_at IS NULL AND kind = 'practice')::int AS practice,
          count(*) FILTER (WHERE archived_at IS NOT NULL)::int AS archived
        FROM contact WHERE school_id = ${schoolId}::uuid AND ${isFound(filter)}`;
      return row ?? { all: 0, school: 0, practice: 0, archived: 0 };
    },

    /** All that are found, for a file. */
    async listAll(filter: ContactFilter): Promise<BookContact[]> {
      return database.$queryRaw<BookContact[]>`
        ${select} AND ${tabIs(filter.tab)} AND ${isFound(filter)} ORDER BY contact.search_text COLLATE "C", contact.id`;
    },

    async find(id: string): Promise<BookContact | null> {
      const rows = await database.$queryRaw<BookContact[]>`${select} AND contact.id = ${id}::uuid`;
      return rows[0] ?? null;
    },

    /** How many invitations of a contact are open, and an assessment of this member where its address is mended. */
    async findOpenInvitations(
      contactId: string,
      membershipId: string,
    ): Promise<{ readonly count: number; readonly ownAssessmentId: string | null }> {
      const where = { schoolId, contactId, status: 'active' };
      const [count, own] = await Promise.all([
        database.invitation.count({ where }),
        database.invitation.findFirst({
          where: { ...where, initiatorId: membershipId },
          orderBy: { invitedAt: 'desc' },
          select: { pairs: { select: { assessmentId: true }, orderBy: { assessmentId: 'asc' }, take: 1 } },
        }),
      ]);
      return { count, ownAssessmentId: own?.pairs[0]?.assessmentId ?? null };
    },

    /**
     * Pairs that are probably one person: the same name and organisation, or addresses of one mailbox. Left out are those of whom
     * somebody said that they are two, and two accounts, of which neither could go.
     */
    async findDoubles(limit: number): Promise<(readonly [BookContact, BookContact])[]> {
      const rows = await database.contact.findMany({
        where: { schoolId, archivedAt: null },
        select: { id: true, name: true, email: true, organisation: true, accountId: true },
        orderBy: { id: 'asc' },
      });
      const apart = await database.contactChange.findMany({
        where: { schoolId, action: ContactAction.KeptApart },
        select: { contactId: true, otherId: true },
      });
      const known = new Set(apart.map(({ contactId, otherId }) => pairKey(contactId, otherId ?? '')));
      const pairs = pairUp(rows)
        .filter(([first, second]) => !known.has(pairKey(first, second)))
        .slice(0, limit);
      const ids = pairs.flat();
      if (ids.length === 0) return [];
      const found = await database.$queryRaw<BookContact[]>`${select} AND contact.id = ANY(${ids}::uuid[])`;
      const byId = new Map(found.map((each) => [each.id, each]));
      return pairs.flatMap(([a, b]) => {
        const [first, second] = [byId.get(a), byId.get(b)];
        return first && second ? [[first, second] as const] : [];
      });
    },

    /** Contacts to choose from for a merge: alike ones first, or those that are found. */
    async findOthers(contact: BookContact, query: string, limit: number): Promise<BookContact[]> {
      const wanted = query === '' ? contact.name : query;
      return database.$queryRaw<BookContact[]>`
        ${select} AND contact.archived_at IS NULL AND contact.id <> ${contact.id}::uuid AND ${
          query === ''
            ? Prisma.sql`word_similarity(${searchable(wanted)}, contact.search_text) >= 0.5`
            : isFound({ query, isLoose: true })
        }
        ORDER BY word_similarity(${searchable(wanted)}, contact.search_text) DESC, contact.id LIMIT ${limit}`;
    },

    /** What was done to a contact, the newest first. */
    async readHistory(contactId: string, limit: number): Promise<ContactHistoryEntry[]> {
      return database.$queryRaw<ContactHistoryEntry[]>`
        SELECT change.action, change.fields, change.at, change.import_id IS NOT NULL AS "isFromFile",
          NULLIF(concat_ws(' ', account.given_name, NULLIF(account.infix, ''), account.family_name), '') AS "actorName"
        FROM contact_change AS change
        LEFT JOIN membership ON membership.id = change.actor_id AND membership.school_id = change.school_id
        LEFT JOIN account ON account.id = membership.account_id
        WHERE change.school_id = ${schoolId}::uuid AND change.contact_id = ${contactId}::uuid
        ORDER BY change.at DESC, change.id DESC LIMIT ${limit}`;
    },

    /** A file that this member uploaded. */
    async findImport(membershipId: string, id: string): Promise<KeptImport | null> {
      const row = await database.contactImport.findFirst({ where: { id, schoolId, membershipId } });
      if (!row) return null;
      return {
        id: row.id,
        fileName: row.fileName,
        status: row.status as ContactImportStatus,
        content: row.content as unknown as ContactImportContent,
        createdAt: row.createdAt,
      };
    },

    /** The file that this member uploaded last and did nothing with yet. */
    findWaitingImport(membershipId: string): Promise<Pick<KeptImport, 'id' | 'fileName' | 'createdAt'> | null> {
      return database.contactImport.findFirst({
        where: { schoolId, membershipId, status: { in: ['checking', 'checked'] } },
        orderBy: { createdAt: 'desc' },
        select: { id: true, fileName: true, createdAt: true },
      });
    },

    /** What the file would do now. */
    planImport(membershipId: string, content: ContactImportContent): Promise<ContactPlan> {
      return planImport(database, schoolId, content.rows, membershipId);
    },
  };
}

function tabIs(tab: ContactTab): Prisma.Sql {
  if (tab === 'archived') return Prisma.sql`contact.archived_at IS NOT NULL`;
  if (tab === 'all') return Prisma.sql`contact.archived_at IS NULL`;
  return Prisma.sql`contact.archived_at IS NULL AND contact.kind = ${tab}`;
}

/** Every word is in it, or nearly. */
function isFound({ query, isLoose }: Pick<ContactFilter, 'query' | 'isLoose'>): Prisma.Sql {
  const words = searchable(query)
    .split(' ')
    .filter((word) => word !== '')
    .slice(0, MAX_WORDS);
  if (words.length === 0) return Prisma.sql`TRUE`;
  return Prisma.join(
    words.map((word) => wordIsFound(word, isLoose)),
    ' AND ',
  );
}

function wordIsFound(word: string, isLoose: boolean): Prisma.Sql {
  const pattern = `%${word.replace(/[\\%_]/g, '\\$&')}%`;
  const isExact = Prisma.sql`contact.search_text LIKE ${pattern}`;
  if (!isLoose || word.length < FUZZY_FROM) return isExact;
  return Prisma.sql`(${isExact} OR word_similarity(${word}, contact.search_text) >= ${FUZZY_LIKENESS})`;
}

interface Nameable {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly organisation: string;
  readonly accountId: string | null;
}

function pairKey(first: string, second: string): string {
  return [first, second].sort().join(' ');
}

/** Of each group of alike contacts the first with each of the others; no pair twice. */
function pairUp(rows: readonly Nameable[]): [string, string][] {
  const pairs = new Map<string, [string, string]>();
  const groups = [
    ...Map.groupBy(rows, ({ email }) => mailboxOf(email)).values(),
    ...Map.groupBy(rows, ({ name, organisation }) => nameKey(name, organisation)).values(),
  ];
  for (const [first, ...others] of groups) {
    for (const other of others) {
      const isOfAccounts = first?.accountId !== null && other.accountId !== null;
      if (first && !isOfAccounts) pairs.set(pairKey(first.id, other.id), [first.id, other.id]);
    }
  }
  return [...pairs.values()];
}
