/** How long it takes until one can begin. */
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Environment, loadStartSettings, processEnvironment, projectRoot } from '../../../platform/config.ts';
import { POLITE_STOP, spawnTracked, stopOrphans } from '../../../platform/services/process.ts';
import { findTemporalTool } from '../../../platform/services/temporal-tools.ts';
import { type BenchContext, type Figure, type Group, sized } from '../figure.ts';
import { summarise, waitUntil } from '../harness.ts';
import { chromiumProgram } from '../rig.ts';

const LIMIT_MS = 90_000;
const INSTALL_LIMIT_MS = 6 * 60_000;
const READY = 'Proeve runs at';
/** Settings of the operator that would not be those of a stranger. */
const OWN = /^(PORT|MAILBOX_PORT|DATABASE_|SMTP_|PUBLIC_URL|DOCUMENTS_DIR|PROEVE_|TEMPORAL_|npm_|NODE_)/;

export const start: Group = {
  id: 'start',
  title: 'From nothing to running',
  figures: ['start.cold', 'start.warm', 'start.clone'],
  async run(context) {
    const settings = loadStartSettings();
    const { say } = context;
    const toolsDir = join(settings.home, 'tools');
    const temporal = await findTemporalTool('cli', { toolsDir, named: settings.temporalCli, path: settings.path, say });
    const tools = { TEMPORAL_CLI_PATH: temporal, CHROMIUM_PATH: await chromiumProgram(say) };
    const home = join(context.dir, 'start');
    const cold = await startOnce(context, projectRoot, home, tools, LIMIT_MS);
    const warm: number[] = [];
    for (let done = 0; done < sized(context, 1, 3, 5); done += 1)
      warm.push(await startOnce(context, projectRoot, home, tools, LIMIT_MS));
    const found = summarise(warm);
    return [
      {
        name: 'start.cold',
        title: '`npm start` in an empty home, packages and tools installed',
        value: cold / 1000,
        unit: 's',
        explanation:
          'Until it says where it runs: a new PostgreSQL cluster, all migrations, the demo school, Temporal, worker and web.',
      },
      {
        name: 'start.warm',
        title: '`npm start` in a home that was used before',
        value: found.median / 1000,
        unit: 's',
        spread: { min: found.min / 1000, max: found.max / 1000, count: found.count },
        explanation: 'The same without making anything new.',
      },
      ...(context.isFull ? [await startClone(context)] : []),
    ];
  },
};

/** A copy of the sources without packages, as after `git clone`. */
async function startClone(context: BenchContext): Promise<Figure> {
  const root = join(context.dir, 'clone');
  const listed = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '-z'], {
    cwd: projectRoot,
    encoding: 'utf8',
  });
  for (const file of listed.split('\0').filter((name) => name !== '' && existsSync(join(projectRoot, name)))) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    cpSync(join(projectRoot, file), join(root, file));
  }
  const spent = await startOnce(context, root, join(root, '.proeve'), {}, INSTALL_LIMIT_MS);
  return {
    name: 'start.clone',
    title: '`npm start` after `git clone`, npm ci and tools included',
    value: spent / 1000,
    unit: 's',
    goal: { atMost: 150 },
    explanation:
      "With what npm and pip keep in their own caches on this machine, and this machine's network for the rest.",
  };
}

/** @returns milliseconds from the command until it says that it runs; it is stopped again */
async function startOnce(
  context: BenchContext,
  root: string,
  home: string,
  more: Environment,
  limitMs: number,
): Promise<number> {
  const runDir = join(context.dir, 'start-run');
  const logFile = join(context.dir, `start-${performance.now().toFixed(0)}.log`);
  const environment = Object.fromEntries(
    Object.entries({ ...processEnvironment(), ...more, PROEVE_HOME: home }).flatMap(([name, value]) =>
      value !== undefined && (!OWN.test(name) || name in more || name === 'PROEVE_HOME') ? [[name, value]] : [],
    ),
  );
  const started = performance.now();
  const child = await spawnTracked({
    name: 'start',
    command: process.execPath,
    args: [join(root, 'scripts', 'bootstrap.mjs'), 'start'],
    runDir,
    logFile,
    spawn: { cwd: root, env: environment },
  });
  let how: string | undefined;
  void child.ended.then((reason) => {
    how = reason;
  });
  const stop = async () => {
    await child.stop([['SIGTERM', 60_000], ...POLITE_STOP]);
    await stopOrphans(join(home, 'run'));
  };
  context.onEnd(stop);
  const isReady = () => {
    const log = readFileSync(logFile, 'utf8');
    if (how !== undefined) throw new Error(`npm start ended with ${how}: ${log.trim().split('\n').at(-1) ?? ''}`);
    return log.includes(READY);
  };
  await waitUntil('npm start', limitMs, isReady, context.signal, 20);
  const spent = performance.now() - started;
  await stop();
  return spent;
}
