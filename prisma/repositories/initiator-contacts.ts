/** The address book, for whoever chooses examiners from it, and what the rules about examiners find in a choice. */
import {
  type Conflict,
  type ConflictFacts,
  companyKey,
  conflictPolicyOf,
  findConflicts,
} from '../../domain/conflicts.ts';
import { type SchoolSettings, searchable } from '../../domain/school.ts';
import type { Prisma } from '../../generated/prisma/client.ts';
import { type ChosenExaminers, conflictFactsOf, readConflictFacts } from '../conflict-facts.ts';
import type { SchoolScope } from './index.ts';
import type { Found } from './initiator-catalogue.ts';

export type ContactKind = 'school' | 'practice';

export interface ContactRow {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly jobTitle: string;
  readonly organisation: string;
  readonly kind: ContactKind;
  readonly lang: 'nl' | 'en';
}

/** What the rules look at, and which of them are broken. */
export interface CheckedChoice {
  readonly facts: readonly ConflictFacts[];
  readonly conflicts: readonly Conflict[];
}

/** Rows looked at to put the best of them first. */
const SUGGESTION_ROWS = 40;
const NAME_ORDER = [{ name: 'asc' as const }, { id: 'asc' as const }];

/** Every word must occur; `%` and `_` are letters here, not wildcards. Answered by the trigram index of `search_text`. */
function holdsWords(query: string): Prisma.ContactWhereInput {
  const words = searchable(query).split(' ').filter(Boolean).slice(0, 8);
  return { AND: words.map((word) => ({ searchText: { contains: escaped(word) } })) };
}

function escaped(word: string): string {
  return word.replace(/[\\%_]/g, '\\$&');
}

export function createContactReads({ database, schoolId }: SchoolScope) {
  const present = { schoolId, archivedAt: null };

  return {
    /** The address book, all of it for an empty query; archived contacts are left out. */
    async searchContacts(query: string, limit: number): Promise<Found<ContactRow>> {
      const where = { ...present, ...holdsWords(query) };
      const [rows, total] = await Promise.all([
        database.contact.findMany({ where, orderBy: NAME_ORDER, take: limit }),
        database.contact.count({ where }),
      ]);
      return { rows: rows.map(toContactRow), total };
    },

    /** The first few who fit, the likeliest first: from practice before from school, a name that begins so before one that holds it. */
    async suggestContacts(query: string, limit: number): Promise<ContactRow[]> {
      const [first] = searchable(query).split(' ');
      if (!first) return [];
      const rows = await database.contact.findMany({
        where: { ...present, ...holdsWords(query) },
        orderBy: [{ kind: 'asc' }, ...NAME_ORDER],
        take: SUGGESTION_ROWS,
      });
      const place = ({ kind, name }: { kind: string; name: string }) =>
        (kind === 'practice' ? 0 : 2) + (searchable(name).startsWith(first) ? 0 : 1);
      return rows
        .sort((a, b) => place(a) - place(b))
        .slice(0, limit)
        .map(toContactRow);
    },

    /** Contacts with these ids, in the order asked for; archived ones too, because they may be chosen already. */
    async findContacts(ids: readonly string[]): Promise<ContactRow[]> {
      if (ids.length === 0) return [];
      const rows = await database.contact.findMany({ where: { schoolId, id: { in: [...ids] } } });
      const byId = new Map(rows.map((row) => [row.id, toContactRow(row)]));
      return ids.flatMap((id) => byId.get(id) ?? []);
    },

    /** Who of the address book works in practice at each company, by {@link companyKey}; companies without anybody are left out. */
    async findPracticeContacts(companies: readonly string[]): Promise<ReadonlyMap<string, readonly ContactRow[]>> {
      const words = [...new Set(companies.map(tellingWord))].filter((word) => word !== '');
      if (words.length === 0) return new Map();
      const rows = await database.contact.findMany({
        where: { ...present, kind: 'practice', OR: words.map((word) => ({ searchText: { contains: word } })) },
        orderBy: NAME_ORDER,
      });
      const keys = new Set(companies.map(companyKey));
      return Map.groupBy(
        rows.map(toContactRow).filter(({ organisation }) => keys.has(companyKey(organisation))),
        ({ organisation }) => companyKey(organisation),
      );
    },

    /** What the rules say of the choice as it is kept. */
    async checkKeptChoice(assessmentIds: readonly string[], membershipId: string): Promise<CheckedChoice> {
      return check(await readConflictFacts(database, schoolId, assessmentIds, membershipId));
    },

    /** What the rules say of a choice that is not kept yet. */
    async checkChoice(chosen: readonly ChosenExaminers[], membershipId: string): Promise<CheckedChoice> {
      return check(await conflictFactsOf(database, schoolId, chosen, membershipId));
    },
  };

  async function check(facts: readonly ConflictFacts[]): Promise<CheckedChoice> {
    const school = await database.school.findUniqueOrThrow({ where: { id: schoolId }, select: { settings: true } });
    const policy = conflictPolicyOf(school.settings as unknown as SchoolSettings);
    return { facts, conflicts: findConflicts(policy, facts) };
  }
}

/** The longest word of a company that is no legal form: whoever works there has it in the text that is searched. */
function tellingWord(company: string): string {
  const key = companyKey(company);
  const words = searchable(company)
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => key.includes(word));
  return words.reduce((longest, word) => (word.length > longest.length ? word : longest), '');
}

function toContactRow(row: Prisma.ContactGetPayload<object>): ContactRow {
  const { id, name, email, jobTitle, organisation } = row;
  return {
    id,
    name,
    email,
    jobTitle,
    organisation,
    kind: row.kind as ContactKind,
    lang: row.lang === 'en' ? 'en' : 'nl',
  };
}
