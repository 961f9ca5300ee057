/** What an initiator's pages know of the school itself. */
import type { SchoolSettings } from '../../domain/school.ts';
import { databaseClock } from '../client.ts';
import type { SchoolScope } from './index.ts';

/** What a search found. */
export interface Found<Row> {
  readonly rows: readonly Row[];
  /** How many there are in all; more than `rows` when the list was cut. */
  readonly total: number;
}

export function createCatalogueReads({ database, schoolId }: SchoolScope) {
  return {
    async settings(): Promise<SchoolSettings> {
      const school = await database.school.findUniqueOrThrow({ where: { id: schoolId }, select: { settings: true } });
      return school.settings as unknown as SchoolSettings;
    },

    /** The database's clock: the one clock for deadlines. */
    async now(): Promise<Date> {
      return databaseClock.now(database);
    },
  };
}
