/** The database of an installation, found without starting or making anything. */
import { join } from 'node:path';
import { z } from 'zod';
import type { StartSettings } from '../../platform/config.ts';
import { readJson } from '../../platform/services/home.ts';
import { connectionUrl } from '../../platform/services/postgres.ts';
import { APP_ROLE, withClient } from '../../platform/services/postgres-roles.ts';
import { errorCode, errorMessage, ServiceProblem } from '../../platform/services/problem.ts';
import { DATABASE_NAME } from './stack-parts.ts';

const ports = z.object({ postgres: z.number().int() });
const secrets = z.object({ appPassword: z.string().min(1) });

/**
 * Connection of the application's role: the one the operator named, or that of the database in the home.
 * @throws ServiceProblem when there is neither
 */
export function installedDatabaseUrl({ databaseUrl, home }: StartSettings): string {
  if (databaseUrl !== undefined) return databaseUrl;
  const recordedPorts = ports.safeParse(readJson(join(home, 'ports.json'))).data;
  const recordedSecrets = secrets.safeParse(readJson(join(home, 'secrets.json'))).data;
  if (recordedPorts === undefined || recordedSecrets === undefined) {
    throw new ServiceProblem('BAD_HOME', `DATABASE_URL is not set, and ${home} holds no installation.`);
  }
  const { appPassword: password } = recordedSecrets;
  return connectionUrl({ role: APP_ROLE, password, port: recordedPorts.postgres, database: DATABASE_NAME });
}

/**
 * Asks for the newest table, so that a database that is away or behind is told apart from one that is ill.
 * @throws ServiceProblem with a sentence for the operator
 */
export async function requireReadable(url: string): Promise<void> {
  try {
    await withClient(url, (client) => client.query('SELECT FROM anchor LIMIT 0'));
  } catch (error) {
    const reason = errorMessage(error) || errorCode(error);
    const message = `The database at ${new URL(url).host} cannot be read: ${reason}. Does it run, and are its migrations applied?`;
    throw new ServiceProblem('START_FAILED', message, { cause: error });
  }
}
