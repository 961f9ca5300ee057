/** A database with one school, for activities that read and write the record. */
import { type Database, openDatabase } from '../../prisma/client.ts';
import { createTestDatabase } from '../support/database.ts';
import { type SeededSchool, seedSchool } from '../support/factories.ts';
import { type Play, playOn } from './play.ts';

export interface ActivityRoom {
  readonly url: string;
  readonly database: Database;
  readonly school: SeededSchool;
  readonly play: Play;
  close(): Promise<void>;
}

/** @param poolSize connections; one for each thing that happens at once */
export async function openActivityRoom(poolSize = 3): Promise<ActivityRoom> {
  const { url, drop } = await createTestDatabase();
  const database = openDatabase({ url, poolSize });
  const school = await seedSchool(database);
  return {
    url,
    database,
    school,
    play: playOn(database, school),
    async close() {
      await database.$disconnect();
      await drop();
    },
  };
}
