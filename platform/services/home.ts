import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { generateKeyringText } from '../keys.ts';
import { explain, ServiceProblem } from './problem.ts';

/** Folders and files of one installation. */
export interface Home {
  readonly dir: string;
  readonly runDir: string;
  readonly logDir: string;
  readonly postgresDir: string;
  readonly temporalDir: string;
  readonly mailboxDir: string;
  readonly documentsDir: string;
  readonly lockFile: string;
}

/**
 * Makes the home folder and its sub folders.
 * As root the database runs as another user, which must be able to pass through the folder but not to list it.
 * @param dir path of the home
 * @throws ServiceProblem when the folder cannot be made or written
 */
export function openHome(dir: string): Home {
  const home: Home = {
    dir,
    runDir: join(dir, 'run'),
    logDir: join(dir, 'logs'),
    postgresDir: join(dir, 'postgres'),
    temporalDir: join(dir, 'temporal'),
    mailboxDir: join(dir, 'mailbox'),
    documentsDir: join(dir, 'documents'),
    lockFile: join(dir, 'lock.json'),
  };
  try {
    mkdirSync(dir, { recursive: true });
    chmodSync(dir, process.getuid?.() === 0 ? 0o711 : 0o700);
    for (const folder of [home.runDir, home.logDir, home.temporalDir, home.mailboxDir, home.documentsDir]) {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
    }
  } catch (error) {
    throw explain(error, dir);
  }
  return home;
}

const secretsSchema = z.object({
  postgresPassword: z.string().min(16),
  ownerPassword: z.string().min(16),
  appPassword: z.string().min(16),
  keys: z.string().min(1),
});

/** What was drawn at random at the first start. */
export type HomeSecrets = z.infer<typeof secretsSchema>;

/**
 * Reads the secrets of a home; draws them at the first start and keeps them readable for their owner only.
 * @throws ServiceProblem BAD_HOME when the file is damaged: new secrets would make the data unreadable
 */
export function readOrCreateSecrets(home: Home): HomeSecrets {
  const file = join(home.dir, 'secrets.json');
  if (!existsSync(file)) {
    const secrets: HomeSecrets = {
      postgresPassword: randomPassword(),
      ownerPassword: randomPassword(),
      appPassword: randomPassword(),
      keys: generateKeyringText(),
    };
    writeJson(file, secrets);
    return secrets;
  }
  chmodSync(file, 0o600);
  const parsed = secretsSchema.safeParse(readJson(file));
  if (parsed.success) return parsed.data;
  throw new ServiceProblem(
    'BAD_HOME',
    `The file ${file} is damaged. Put a copy of it back, or remove ${home.dir} to begin anew.`,
  );
}

/** Reads a JSON file; undefined when it is missing or damaged. */
export function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

/** Writes a JSON file at once and for its owner only: after a crash there is the old one or the new one, never half. */
export function writeJson(file: string, value: unknown): void {
  const temporary = `${file}.${process.pid}.new`;
  writeFileSync(temporary, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600, flush: true });
  renameSync(temporary, file);
}

function randomPassword(): string {
  return randomBytes(24).toString('base64url');
}
