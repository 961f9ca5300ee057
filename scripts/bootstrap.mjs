// Runs on Node 20 without any dependency: installs what the lockfile names, generates the database client, and hands over to
// the project's own Node 24, which runs TypeScript as it is. Usage: node scripts/bootstrap.mjs COMMAND [ARGUMENT…]
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const modules = join(root, 'node_modules');
/** Type stripping is announced as experimental; pg warns of something Prisma does inside. Neither is news to who runs this. */
const QUIET = ['--disable-warning=ExperimentalWarning', '--disable-warning=DeprecationWarning'];
const node24 = join(modules, 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');

/** Each command with the file that does it; those that supervise others are told when this process is gone. */
const COMMANDS = {
  start: { file: 'scripts/start.ts', supervises: true },
  demo: { file: 'scripts/demo.ts', supervises: true },
  screenshots: { file: 'scripts/screenshots.ts', supervises: true },
  chaos: { file: 'scripts/chaos.ts', supervises: true },
  bench: { file: 'scripts/bench.ts', supervises: true },
  histories: { file: 'scripts/histories.ts', supervises: true },
  test: { file: 'scripts/test.ts' },
  check: { file: 'scripts/check.ts' },
  format: { file: 'scripts/format.ts' },
  migration: { file: 'scripts/migration.ts' },
  migrate: { file: 'scripts/migrate.ts' },
  doctor: { file: 'scripts/doctor.ts' },
  'audit:verify': { file: 'scripts/audit.ts' },
  backup: { file: 'scripts/backup.ts' },
  restore: { file: 'scripts/restore.ts' },
  verapdf: { file: 'scripts/verapdf.ts' },
  web: { file: 'server.ts' },
  worker: { file: 'worker.ts' },
  prepare: { file: 'scripts/prepare.ts' },
};

const PROGRESS_EVERY_MS = 10_000;
const ABANDONED_POLL_MS = 1_000;
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/** A sentence for a person; shown without a stack. */
class Problem extends Error {}

async function main([name, ...args]) {
  const command = Object.hasOwn(COMMANDS, name ?? '') ? COMMANDS[name] : undefined;
  if (!command) throw new Problem(`Usage: node scripts/bootstrap.mjs ${Object.keys(COMMANDS).join('|')}`);
  await installDependencies();
  await generateClient();
  return handOver(command, args);
}

// --- dependencies

async function installDependencies() {
  const lockText = read(join(root, 'package-lock.json'));
  const wanted = sha256(`${process.platform} ${process.arch}\n${lockText}`);
  const stamp = join(modules, '.proeve-lock');
  const hidden = join(modules, '.package-lock.json');
  if (existsSync(hidden) && read(stamp) === wanted && existsSync(node24)) return;
  if (!existsSync(node24) || !matchesInstalled(lockText, read(hidden))) await npmCi(lockText);
  writeFileSync(stamp, wanted);
}

/**
 * Whether what somebody installed by hand is what the lockfile asks for. npm leaves out what another platform or an unused
 * peer needs, so a package that is absent counts only when the project itself depends on it.
 */
function matchesInstalled(lockText, hiddenText) {
  if (hiddenText === '') return false;
  const installed = packagesOf(hiddenText);
  const locked = packagesOf(lockText);
  const wanted = Object.keys({ ...locked['']?.dependencies, ...locked['']?.devDependencies });
  const hasDirect = wanted.every((name) => installed[`node_modules/${name}`]);
  return hasDirect && Object.entries(installed).every(([path, { version }]) => locked[path]?.version === version);
}

function packagesOf(text) {
  return JSON.parse(text).packages ?? {};
}

async function npmCi(lockText) {
  const total = Object.entries(packagesOf(lockText)).filter(isTopLevel).length;
  say(`Installing about ${total} locked packages. The first time this takes one or two minutes.`);
  const started = Date.now();
  const progress = setInterval(() => {
    const seconds = Math.round((Date.now() - started) / 1000);
    say(`  … ${seconds} s, ${Math.min(countInstalled(modules), total)} of about ${total} packages so far`);
  }, PROGRESS_EVERY_MS);
  // Not on the project's own Node: installing removes that first.
  const [npm, npmArgs] = npmCommand();
  const result = await run(npm, [...npmArgs, 'ci', '--no-audit', '--no-fund', '--loglevel=error'], process.env).finally(
    () => clearInterval(progress),
  );
  if (result.code !== 0) throw new Problem(explainNpm(result));
  say(`Packages installed in ${Math.round((Date.now() - started) / 1000)} s.`);
}

/** Packages inside packages and those of other platforms are not counted: it is only to show how far it is. */
function isTopLevel([path, { optional }]) {
  return path.lastIndexOf('node_modules/') === 0 && !optional;
}

/** The npm that called us when there is one, so that a machine with several uses one. */
function npmCommand() {
  const path = process.env.npm_execpath;
  if (path?.endsWith('.js') && existsSync(path)) return [process.execPath, [path]];
  return ['npm', []];
}

/** Packages that are really there: npm makes their folders early and fills them later. */
function countInstalled(folder) {
  if (!existsSync(folder)) return 0;
  let count = 0;
  for (const { name } of readdirSync(folder, { withFileTypes: true })) {
    if (name.startsWith('@')) count += countInstalled(join(folder, name));
    else if (!name.startsWith('.') && existsSync(join(folder, name, 'package.json'))) count += 1;
  }
  return count;
}

function explainNpm({ code, output }) {
  if (/ENOSPC|no space left/i.test(output))
    return `The disk that holds ${root} is full. Free about 2 GB and start again.`;
  if (/EACCES|EPERM|EROFS/.test(output))
    return `This user may not write in ${modules}. Make the folder yours (chown) and start again.`;
  if (code === 'ENOENT') return 'npm was not found. Install Node.js 20 or later together with npm.';
  if (/ENOTFOUND|ECONNREFUSED|ETIMEDOUT|EAI_AGAIN|ECONNRESET/.test(output)) {
    return `npm cannot reach the package registry. Check the network and start again.\n${lastLines(output)}`;
  }
  return `npm could not install the packages (exit code ${code}).\n${lastLines(output)}`;
}

function lastLines(text) {
  return text.trim().split('\n').slice(-6).join('\n');
}

// --- database client

async function generateClient() {
  const schema = join(root, 'prisma', 'schema.prisma');
  if (!existsSync(schema)) return;
  const prismaVersion = packagesOf(read(join(root, 'package-lock.json')))['node_modules/prisma']?.version ?? '';
  const wanted = sha256(`${prismaVersion}\n${read(schema)}`);
  const stamp = join(root, 'generated', '.schema-hash');
  if (read(stamp) === wanted && existsSync(join(root, 'generated', 'prisma', 'client.ts'))) return;
  say('Generating the database client.');
  const result = await run(node24, [join(modules, 'prisma', 'build', 'index.js'), 'generate']);
  if (result.code !== 0) throw new Problem(`The database client could not be generated.\n${lastLines(result.output)}`);
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, wanted);
}

// --- running

/** Prisma asks for an engine to download, which generating never runs: any program will do, so nothing is downloaded. */
function childEnvironment() {
  return {
    ...process.env,
    PRISMA_SCHEMA_ENGINE_BINARY: node24,
    PRISMA_HIDE_UPDATE_MESSAGE: '1',
    CHECKPOINT_DISABLE: '1',
    PATH: [join(modules, '.bin'), process.env.PATH].join(delimiter),
  };
}

/** Runs a program to its end, keeps what it says; a signal to us is one to it. */
function run(program, args, env = childEnvironment()) {
  return new Promise((resolve) => {
    const child = spawn(program, args, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text) => (output += text));
    const stopForwarding = forwardSignals(child, () => process.exit(130));
    child.once('error', (error) => resolve({ code: error.code ?? 1, output: error.message }));
    child.once('close', (code) => {
      stopForwarding();
      resolve({ code: code ?? 1, output });
    });
  });
}

/** Gives the terminal to the command and ends as it ends. */
function handOver(command, args) {
  if (!existsSync(join(root, command.file))) throw new Problem(`This version has no ${command.file} yet.`);
  const stdio = command.supervises ? ['inherit', 'inherit', 'inherit', 'ipc'] : 'inherit';
  const child = spawn(node24, [...QUIET, join(root, command.file), ...args], {
    cwd: root,
    env: childEnvironment(),
    stdio,
  });
  forwardSignals(child);
  if (command.supervises && process.env.npm_lifecycle_event) stopWhenAbandoned(child);
  return new Promise((resolve, reject) => {
    child.once('error', (error) => reject(new Problem(`Node 24 could not be started: ${error.message}`)));
    child.once('exit', (code, signal) => resolve(signal ? 128 + signalNumber(signal) : (code ?? 1)));
  });
}

/** Who ends npm alone ends the shell between npm and us as well, and we would never hear of it. */
function stopWhenAbandoned(child) {
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    child.kill('SIGTERM');
  }, ABANDONED_POLL_MS);
  watch.unref();
}

function signalNumber(signal) {
  return { SIGHUP: 1, SIGINT: 2, SIGKILL: 9, SIGSEGV: 11, SIGABRT: 6, SIGTERM: 15 }[signal] ?? 1;
}

/** @param afterwards called once the child has ended by a signal we passed on */
function forwardSignals(child, afterwards) {
  const listeners = SIGNALS.map((signal) => {
    const listener = () => {
      child.kill(signal);
      if (afterwards) child.once('close', afterwards);
    };
    process.on(signal, listener);
    return () => process.off(signal, listener);
  });
  return () => {
    for (const stop of listeners) stop();
  };
}

function read(file) {
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}

function sha256(text) {
  return createHash('sha256').update(text).digest('hex');
}

function say(line) {
  process.stderr.write(`${line}\n`);
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof Problem)) throw error;
  say(error.message);
  process.exitCode = 1;
}
