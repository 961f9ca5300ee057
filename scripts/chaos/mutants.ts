/**
 * Breaks the program itself, in a copy, one place at a time, and does faults to the copy: they must notice.
 *
 * Contract
 * 1. The working tree is never changed. The copy shares packages and the generated client, and is removed afterwards.
 * 2. A place that cannot be found exactly once is an error: a mutant that changes nothing would pass for a good test.
 * 3. A mutant is caught when a check fails. One with which the fault cannot even begin is not caught by that.
 */
import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { loadStartSettings, processEnvironment, projectRoot } from '../../platform/config.ts';
import { ensureChromium } from '../../platform/services/chromium.ts';
import { readJson } from '../../platform/services/home.ts';
import { findTemporalTool } from '../../platform/services/temporal-tools.ts';
import { BROKEN_OFF } from './runner.ts';

export interface Mutant {
  readonly id: string;
  /** What is broken, in words. */
  readonly title: string;
  /** Below the root of the project. */
  readonly file: string;
  /** Stands in the file exactly once … */
  readonly from: string;
  /** … and becomes this. */
  readonly to: string;
  /** The faults that are done to it. */
  readonly scenarios: readonly string[];
}

export interface MutantRun {
  readonly mutant: Pick<Mutant, 'id' | 'title'>;
  readonly isCaught: boolean;
  /** The first check that failed, or why none did. */
  readonly by: string;
}

export const mutants: readonly Mutant[] = [
  {
    id: 'skip-claim',
    title: 'The mail pump claims a mail without locking its row',
    file: 'activities/mail/ledger.ts',
    from: `        ORDER BY priority, next_try_at, id
        LIMIT \${limit}
        FOR UPDATE SKIP LOCKED`,
    to: `        ORDER BY priority, next_try_at, id
        LIMIT \${limit}`,
    scenarios: ['claims-at-once'],
  },
  {
    id: 'drop-lock',
    title: 'A command decides without locking its streams',
    file: 'prisma/apply-command.ts',
    from: `      ORDER BY id
      FOR NO KEY UPDATE)`,
    to: '      ORDER BY id)',
    scenarios: ['finish-twice', 'finalise-twice'],
  },
  {
    id: 'forget-seq',
    title: 'The relay takes all news of a stream as told, also what came while it told',
    file: 'activities/relay.ts',
    from: 'UPDATE stream SET relayed_seq = GREATEST(relayed_seq, told.seq)',
    to: 'UPDATE stream SET relayed_seq = stream.version',
    scenarios: ['news-while-told'],
  },
  {
    id: 'forget-lease',
    title: 'The mails that a killed worker held are never taken up again',
    file: 'activities/mail/ledger.ts',
    from: `WHERE state = 'claimed' AND accepted_at IS NULL AND claimed_at <= \${leaseEnd(now)}`,
    to: `WHERE state = 'claimed' AND accepted_at IS NULL AND false AND claimed_at <= \${leaseEnd(now)}`,
    scenarios: ['worker-killed'],
  },
];

const LEFT_OUT = ['node_modules', 'generated', '.git', '.proeve', 'docs', 'test'];
const SHARED = ['node_modules', 'generated'];
const QUIET = ['--disable-warning=ExperimentalWarning', '--disable-warning=DeprecationWarning'];

const outcomeSchema = z.array(
  z.object({
    id: z.string(),
    checks: z.array(z.object({ what: z.string(), ok: z.boolean(), seen: z.string() })),
  }),
);

export interface MutantOptions {
  readonly seed: number;
  /** Folder of the copies. */
  readonly dir: string;
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}

/** Tries each in turn. @throws when a place to break is no longer there */
export async function runMutants(chosen: readonly Mutant[], options: MutantOptions): Promise<MutantRun[]> {
  // Before any time is spent.
  for (const mutant of chosen) mutate(mutant, readFileSync(join(projectRoot, mutant.file), 'utf8'));
  const runs: MutantRun[] = [];
  for (const mutant of chosen) {
    options.signal.throwIfAborted();
    options.say(`${mutant.id}: ${mutant.title}`);
    const run = await runMutant(mutant, options);
    options.say(`  ${run.isCaught ? 'caught' : 'NOT CAUGHT'}: ${run.by}`);
    runs.push(run);
  }
  return runs;
}

/** @throws when the place is not there exactly once */
export function mutate({ id, file, from, to }: Mutant, source: string): string {
  const parts = source.split(from);
  if (parts.length !== 2) throw new Error(`mutant ${id}: its place stands ${parts.length - 1} times in ${file}`);
  return parts.join(to);
}

async function runMutant(mutant: Mutant, options: MutantOptions): Promise<MutantRun> {
  const copy = join(options.dir, mutant.id);
  rmSync(copy, { recursive: true, force: true });
  try {
    copyProject(copy);
    const file = join(copy, mutant.file);
    writeFileSync(file, mutate(mutant, readFileSync(file, 'utf8')));
    // One after the other: the first that notices is enough.
    for (const scenario of mutant.scenarios) {
      const by = await findFailure(copy, scenario, options);
      if (by !== null) return { mutant, isCaught: true, by };
    }
    return { mutant, isCaught: false, by: `${mutant.scenarios.join(', ')} noticed nothing` };
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

function copyProject(copy: string): void {
  mkdirSync(copy, { recursive: true });
  for (const name of readdirSync(projectRoot).filter((each) => !LEFT_OUT.includes(each))) {
    cpSync(join(projectRoot, name), join(copy, name), { recursive: true });
  }
  for (const name of SHARED) symlinkSync(join(projectRoot, name), join(copy, name), 'dir');
}

/** @returns the first check that failed, null when all held */
async function findFailure(copy: string, scenario: string, options: MutantOptions): Promise<string | null> {
  const settings = loadStartSettings();
  const toolsDir = join(settings.home, 'tools');
  const say = () => undefined;
  const tool = { toolsDir, named: settings.temporalCli, path: settings.path, say };
  const environment = {
    ...processEnvironment(),
    PROEVE_HOME: join(copy, '.proeve'),
    TEMPORAL_CLI_PATH: await findTemporalTool('cli', tool),
    CHROMIUM_PATH: settings.chromiumPath ?? (await ensureChromium(toolsDir, say)),
  };
  const outcomeFile = join(copy, 'outcome.json');
  const args = ['--short', '--seed', String(options.seed), '--outcome', outcomeFile, scenario];
  await runToEnd([...QUIET, join(copy, 'scripts', 'chaos.ts'), ...args], copy, environment, options.signal);
  const outcome = outcomeSchema.safeParse(readJson(outcomeFile));
  options.signal.throwIfAborted();
  if (!outcome.success) throw new Error(`the fault ${scenario} did not get to an outcome`);
  const failed = outcome.data.flatMap(({ checks }) => checks).filter(({ ok }) => !ok);
  const brokenOff = failed.find(({ what }) => what === BROKEN_OFF);
  if (brokenOff) throw new Error(`the fault ${scenario} broke off: ${brokenOff.seen}`);
  const [first] = failed;
  return first ? `${scenario}: ${first.what} (${first.seen})` : null;
}

function runToEnd(
  args: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string | undefined>>,
  signal: AbortSignal,
): Promise<void> {
  return new Promise((resolve, reject) => {
    // The channel tells it to stop when this process is gone.
    const child = spawn(process.execPath, [...args], { cwd, env, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    const stop = () => child.kill('SIGTERM');
    signal.addEventListener('abort', stop, { once: true });
    child.once('error', reject);
    child.once('exit', () => {
      signal.removeEventListener('abort', stop);
      resolve();
    });
  });
}
