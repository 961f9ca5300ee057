/** Filters of the queue that a member keeps under a name. Nothing here is a decision, so nothing of it stands in the record. */
import { v7 as uuidv7 } from 'uuid';
import { Prisma } from '../../generated/prisma/client.ts';
import type { SchoolScope } from './index.ts';

export interface SavedFilter {
  readonly id: string;
  readonly name: string;
  /** As in the address of the queue. */
  readonly query: Readonly<Record<string, string>>;
  /** Where the queue begins. */
  readonly isStart: boolean;
}

/** More names than anybody finds a filter among. */
export const MOST_FILTERS = 30;

export type FilterOutcome = 'added' | 'replaced' | 'tooMany';
export type RenameOutcome = 'renamed' | 'taken' | 'unknown';

const UNIQUE_VIOLATION = '23505';

/** Every function takes the member whose filters they are; nobody reaches those of another. */
export function createSavedFilters({ database, schoolId }: SchoolScope) {
  const own = (membershipId: string) => ({ schoolId, membershipId, removedAt: null });

  async function clearStart(tx: Prisma.TransactionClient, membershipId: string): Promise<void> {
    await tx.savedFilter.updateMany({ where: { ...own(membershipId), isStart: true }, data: { isStart: false } });
  }

  return {
    /** By name. */
    async listFilters(membershipId: string): Promise<SavedFilter[]> {
      const rows = await database.savedFilter.findMany({ where: own(membershipId) });
      return rows
        .map(({ id, name, query, isStart }) => ({ id, name, query: readQuery(query), isStart }))
        .sort((a, b) => a.name.localeCompare(b.name, 'nl', { numeric: true, sensitivity: 'base' }));
    },

    /** What was taken away and can still be put back, the last one first. */
    async listRemoved(membershipId: string, now: Date): Promise<Pick<SavedFilter, 'id' | 'name'>[]> {
      return database.savedFilter.findMany({
        where: { schoolId, membershipId, removedAt: { gte: new Date(now.getTime() - DAY_MS) } },
        orderBy: { removedAt: 'desc' },
        select: { id: true, name: true },
        take: 5,
      });
    },

    /** What the queue begins with; null for the usual list. */
    async findStart(membershipId: string): Promise<SavedFilter['query'] | null> {
      const row = await database.savedFilter.findFirst({ where: { ...own(membershipId), isStart: true } });
      return row ? readQuery(row.query) : null;
    },

    /** Keeps a filter; one of the same name, case aside, is replaced. What was taken away over a day ago is removed for good. */
    async saveFilter(
      membershipId: string,
      { name, query, isStart }: Omit<SavedFilter, 'id'>,
      now: Date,
    ): Promise<FilterOutcome> {
      return database.$transaction(async (tx) => {
        // One after the other, so that two windows neither pass the limit nor meet at a name.
        await tx.$executeRaw`SELECT 1 FROM membership WHERE id = ${membershipId}::uuid AND school_id = ${schoolId}::uuid FOR UPDATE`;
        await tx.savedFilter.deleteMany({
          where: { schoolId, membershipId, removedAt: { lt: new Date(now.getTime() - DAY_MS) } },
        });
        const kept = await tx.savedFilter.findMany({ where: own(membershipId), select: { id: true, name: true } });
        const same = kept.find((each) => isSameName(each.name, name));
        if (!same && kept.length >= MOST_FILTERS) return 'tooMany';
        if (isStart) await clearStart(tx, membershipId);
        if (same) {
          await tx.savedFilter.update({ where: { id: same.id }, data: { name, query, isStart } });
          return 'replaced';
        }
        const id = uuidv7();
        await tx.savedFilter.create({ data: { id, schoolId, membershipId, name, query, isStart, createdAt: now } });
        return 'added';
      });
    },

    async renameFilter(membershipId: string, id: string, name: string): Promise<RenameOutcome> {
      try {
        const { count } = await database.savedFilter.updateMany({
          where: { ...own(membershipId), id },
          data: { name },
        });
        return count === 1 ? 'renamed' : 'unknown';
      } catch (error) {
        if (isUniqueViolation(error)) return 'taken';
        throw error;
      }
    },

    /** @param id null: the queue begins as usual again @returns false when there is no such filter */
    async setStart(membershipId: string, id: string | null): Promise<boolean> {
      return database.$transaction(async (tx) => {
        await tx.$executeRaw`SELECT 1 FROM membership WHERE id = ${membershipId}::uuid AND school_id = ${schoolId}::uuid FOR UPDATE`;
        await clearStart(tx, membershipId);
        if (id === null) return true;
        const { count } = await tx.savedFilter.updateMany({
          where: { ...own(membershipId), id },
          data: { isStart: true },
        });
        return count === 1;
      });
    },

    /** @returns its name, or null when there is no such filter (any more) */
    async removeFilter(membershipId: string, id: string, now: Date): Promise<string | null> {
      const where = { ...own(membershipId), id };
      const row = await database.savedFilter.findFirst({ where, select: { name: true } });
      const { count } = await database.savedFilter.updateMany({ where, data: { removedAt: now, isStart: false } });
      return row && count === 1 ? row.name : null;
    },

    /** Puts back what was taken away. */
    async restoreFilter(membershipId: string, id: string): Promise<RenameOutcome> {
      try {
        const { count } = await database.savedFilter.updateMany({
          where: { schoolId, membershipId, id, removedAt: { not: null } },
          data: { removedAt: null },
        });
        return count === 1 ? 'renamed' : 'unknown';
      } catch (error) {
        if (isUniqueViolation(error)) return 'taken';
        throw error;
      }
    },
  };
}

const DAY_MS = 86_400_000;

function isSameName(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

/** Takes texts and drops everything else, so that a mangled row never breaks a page. */
function readQuery(stored: unknown): Record<string, string> {
  if (typeof stored !== 'object' || stored === null) return {};
  return Object.fromEntries(
    Object.entries(stored).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}

/** Another row of this member has the name, or is the start. */
function isUniqueViolation(error: unknown): boolean {
  if (!(error instanceof Prisma.PrismaClientKnownRequestError)) return false;
  return error.code === 'P2002' || JSON.stringify(error.meta ?? {}).includes(UNIQUE_VIOLATION);
}
