import { execFileSync } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { ServiceProblem } from './problem.ts';

/** PostgreSQL refuses to run as root, so root starts it as this user. */
const ACCOUNT = 'postgres';

/** Who runs the database. */
export interface Account {
  readonly uid: number;
  readonly gid: number;
}

/**
 * The account the database must run as: undefined for an ordinary user (itself), else the user `postgres`, made when it is missing.
 * @param say tells a person that an account is made
 * @throws ServiceProblem when it cannot be made
 */
export function databaseAccount(say: (line: string) => void): Account | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const existing = lookUp();
  if (existing) return existing;
  say(`PostgreSQL does not run as root: making the system user "${ACCOUNT}" for it.`);
  try {
    execFileSync('useradd', ['--system', '--user-group', '--no-create-home', '--shell', '/usr/sbin/nologin', ACCOUNT], {
      stdio: 'pipe',
    });
  } catch (error) {
    throw cannotMakeAccount(error);
  }
  const made = lookUp();
  if (!made) throw cannotMakeAccount(undefined);
  return made;
}

function cannotMakeAccount(cause: unknown): ServiceProblem {
  return new ServiceProblem(
    'NO_PERMISSION',
    `PostgreSQL does not run as root and the user "${ACCOUNT}" cannot be made here. Start Proeve as an ordinary user, or set DATABASE_URL.`,
    { cause },
  );
}

function lookUp(): Account | undefined {
  try {
    const id = (flag: string) =>
      Number(execFileSync('id', [flag, ACCOUNT], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }));
    return { uid: id('-u'), gid: id('-g') };
  } catch {
    return undefined;
  }
}

/** How to start a program as the database's account. */
export interface Launch {
  readonly command: string;
  readonly args: readonly string[];
  readonly uid?: number;
  readonly gid?: number;
}

/**
 * Prepares the start of a database program. When a folder on the way is closed to the account (a clone below root's own
 * home folder), the program gets, by `setpriv`, the single capability to pass through and read such folders (it may read other
 * files too then, as root could; it may write none), else no capability at all.
 * @param account from databaseAccount
 * @param program path of the program
 * @param args its arguments
 * @param folders what the program must reach
 * @throws ServiceProblem UNREACHABLE_FOLDER when there is no way
 */
export function launchAs(
  account: Account | undefined,
  program: string,
  args: readonly string[],
  folders: readonly string[],
): Launch {
  if (!account) return { command: program, args };
  const closed = folders.map((folder) => firstClosed(folder, account)).find((folder) => folder !== undefined);
  if (!closed) return { command: program, args, ...account };
  const prefix = [
    `--reuid=${account.uid}`,
    `--regid=${account.gid}`,
    '--clear-groups',
    '--inh-caps=-all,+dac_read_search',
    '--ambient-caps=-all,+dac_read_search',
    '--bounding-set=-all,+dac_read_search',
    // Without it access(2) would ignore the capability. What root still had is dropped when the program is executed.
    '--securebits=+no_setuid_fixup',
    '--no-new-privs',
  ];
  if (!worksWith(prefix, program)) {
    throw new ServiceProblem(
      'UNREACHABLE_FOLDER',
      `PostgreSQL does not run as root, and its own user may not enter ${closed}. Put Proeve elsewhere, for example in /srv/proeve, or start it as an ordinary user.`,
    );
  }
  return { command: 'setpriv', args: [...prefix, program, ...args] };
}

function worksWith(prefix: readonly string[], program: string): boolean {
  try {
    execFileSync('setpriv', [...prefix, program, '--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** The nearest ancestor the account may not pass through, or undefined when all are open. */
function firstClosed(folder: string, account: Account): string | undefined {
  for (let current = dirname(folder); ; current = dirname(current)) {
    if (!mayPass(current, account)) return current;
    if (current === dirname(current)) return undefined;
  }
}

function mayPass(folder: string, account: Account): boolean {
  accessSync(folder, constants.X_OK);
  const { mode, uid, gid } = statSync(folder);
  if (uid === account.uid) return (mode & 0o100) !== 0;
  if (gid === account.gid) return (mode & 0o010) !== 0;
  return (mode & 0o001) !== 0;
}
