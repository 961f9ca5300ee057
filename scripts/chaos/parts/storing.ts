/** The disk is full, or the process is killed, while a document is stored. */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readdirSync, readFileSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { openDatabase } from '../../../prisma/client.ts';
import { createTestDatabase } from '../../lib/throwaway-postgres.ts';
import { check } from '../checks.ts';
import type { ChaosContext, Check, FaultReport, Scenario } from '../contract.ts';
import { equal } from './checks.ts';
import { type Ask, countOf, withEvidence } from './evidence.ts';
import { type ChaosSchool, type OpenForm, seedChaosSchool } from './school.ts';
import type { StoreOrder } from './store-child.ts';

const CHILD = join(import.meta.dirname, 'store-child.ts');
const QUIET = ['--disable-warning=ExperimentalWarning', '--disable-warning=DeprecationWarning'];
const DOCUMENT_BYTES = 300_000;
const LARGE_BYTES = 32 * 1024 * 1024;
/** In units of 512 bytes, as the shell counts. */
const FILE_LIMIT_BLOCKS = 64;
const CHILD_LIMIT_MS = 60_000;
const TWO_DAYS_S = 2 * 86_400;

export interface StoredEvidence {
  /** Documents in the record. */
  readonly recorded: number;
  /** Of these, how many have a file with other bytes, or none. */
  readonly damaged: number;
  /** Files without a row: never shown, as nothing names them. */
  readonly unnamed: number;
  readonly temporary: number;
}

/** Compares the rows with the files, byte by byte, without the product's own reader. */
export async function gradeStore(ask: Ask, documentsDir: string): Promise<StoredEvidence> {
  const rows = await ask<{ sha256: string; size: number }>(
    'SELECT sha256, size FROM document WHERE stored_at IS NOT NULL',
  );
  const files = listFiles(documentsDir);
  const whole = new Map(
    files
      .filter(({ name }) => !name.endsWith('.tmp'))
      .map(({ file }) => {
        const bytes = readFileSync(file);
        return [createHash('sha256').update(bytes).digest('hex'), bytes.length];
      }),
  );
  return {
    recorded: rows.length,
    damaged: rows.filter(({ sha256, size }) => whole.get(sha256) !== size).length,
    unnamed: [...whole.keys()].filter((sha256) => rows.every((row) => row.sha256 !== sha256)).length,
    temporary: files.filter(({ name }) => name.endsWith('.tmp')).length,
  };
}

function listFiles(dir: string): { name: string; file: string }[] {
  try {
    return readdirSync(dir, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => ({ name, file: join(parentPath, name) }));
  } catch {
    // Nothing was ever stored, or a temporary folder went while it was read.
    return [];
  }
}

export function storeChecks(evidence: StoredEvidence, wanted: number): Check[] {
  return [
    equal('documents in the record', evidence.recorded, wanted),
    check('every recorded document has its very bytes', evidence.damaged === 0, `${evidence.damaged} damaged`),
    check('nothing half is left', evidence.temporary === 0, `${evidence.temporary} temporary files`),
  ];
}

interface Bench {
  readonly school: ChaosSchool;
  readonly ask: Ask;
  readonly documentsDir: string;
  order(form: OpenForm, more?: Partial<StoreOrder>): StoreOrder;
}

async function onBench(context: ChaosContext, play: (bench: Bench) => Promise<FaultReport>): Promise<FaultReport> {
  const testDatabase = await createTestDatabase();
  const database = openDatabase({ url: testDatabase.url, poolSize: 2 });
  const documentsDir = join(context.dir, 'documents');
  try {
    const school = await seedChaosSchool(database, '1');
    const order = (form: OpenForm, more: Partial<StoreOrder> = {}): StoreOrder => ({
      databaseUrl: testDatabase.url,
      documentsDir,
      schoolId: school.schoolId,
      assessmentId: form.assessmentId,
      bytes: DOCUMENT_BYTES,
      waitsBeforeRecord: false,
      ...more,
    });
    return await withEvidence(testDatabase.url, (ask) => play({ school, ask, documentsDir, order }));
  } finally {
    await database.$disconnect();
    await testDatabase.drop();
  }
}

async function decide(school: ChaosSchool, count: number): Promise<OpenForm[]> {
  const forms = await school.invite(count);
  for (const form of forms) {
    await school.finish(form);
    await school.finalise(form);
  }
  return forms;
}

/**
 * Runs the child to its end.
 * @param fileLimit largest file it may write, in blocks of 512 bytes
 * @returns the line it printed last
 */
async function store(order: StoreOrder, fileLimit?: number): Promise<string> {
  const child =
    fileLimit === undefined
      ? spawn(process.execPath, [...QUIET, CHILD, JSON.stringify(order)])
      : spawn('sh', [
          '-c',
          `ulimit -f ${fileLimit}; exec "$0" "$@"`,
          process.execPath,
          ...QUIET,
          CHILD,
          JSON.stringify(order),
        ]);
  let out = '';
  child.stdout.on('data', (chunk: Buffer) => {
    out += chunk.toString();
  });
  const timer = setTimeout(() => child.kill('SIGKILL'), CHILD_LIMIT_MS);
  const [code, signal] = await once(child, 'close');
  clearTimeout(timer);
  return out.trim().split('\n').at(-1) || `ended by ${signal ?? code}`;
}

const diskFull: Scenario = {
  id: 'disk-full',
  title: 'The disk is full while a document is stored',
  isInShort: true,
  run: (context) =>
    onBench(context, async ({ school, ask, documentsDir, order }) => {
      const forms = await decide(school, context.isShort ? 2 : 5);
      const refused: string[] = [];
      for (const form of forms) refused.push(await store(order(form), FILE_LIMIT_BLOCKS));
      const meanwhile = await gradeStore(ask, documentsDir);
      const stored: string[] = [];
      for (const form of forms) stored.push(await store(order(form)));
      const evidence = await gradeStore(ask, documentsDir);
      const mails = await countOf(ask, "SELECT count(*) FROM mail WHERE template = 'resultToOffice'");
      return {
        done: `${forms.length} documents of ${DOCUMENT_BYTES / 1000} kB were stored by a process that may write no more than ${(FILE_LIMIT_BLOCKS * 512) / 1024} kB into a file (RLIMIT_FSIZE; the write fails half-way as on a full disk).`,
        lost: forms.length - evidence.recorded,
        doubled: mails - forms.length,
        recoveredMs: null,
        checks: [
          check(
            'the failure has a code of ours',
            refused.every((code) => code === 'STORE_FULL'),
            [...new Set(refused)].join(', '),
          ),
          equal('documents in the record while there was no room', meanwhile.recorded, 0),
          equal('files while there was no room', meanwhile.temporary + meanwhile.unnamed, 0),
          equal('stored at the next try', stored.filter((result) => result === 'stored').length, forms.length),
          ...storeChecks(evidence, forms.length),
          equal('mails to the exam office', mails, forms.length),
        ],
      };
    }),
};

const killedStoring: Scenario = {
  id: 'killed-while-storing',
  title: 'The process is killed while it stores a document',
  isInShort: true,
  run: (context) =>
    onBench(context, async ({ school, ask, documentsDir, order }) => {
      const count = context.isShort ? 2 : 5;
      const forms = await decide(school, 2 * count);
      const [kept, cut] = [forms.slice(0, count), forms.slice(count)];
      for (const form of kept) await killBetween(order(form, { waitsBeforeRecord: true }));
      const between = await gradeStore(ask, documentsDir);
      let halves = 0;
      for (const form of cut) if (await killHalfway(order(form, { bytes: LARGE_BYTES }), documentsDir)) halves += 1;
      const halfway = await gradeStore(ask, documentsDir);
      // As if it had been two days ago.
      const past = Date.now() / 1000 - TWO_DAYS_S;
      for (const { name, file } of listFiles(documentsDir)) if (name.endsWith('.tmp')) utimesSync(file, past, past);
      const stored: string[] = [];
      for (const form of forms) stored.push(await store(order(form, { bytes: LARGE_BYTES })));
      const evidence = await gradeStore(ask, documentsDir);
      const asFirst = await countOf(ask, `SELECT count(*) FROM document WHERE size = ${DOCUMENT_BYTES}`);
      const mails = await countOf(ask, "SELECT count(*) FROM mail WHERE template = 'resultToOffice'");
      return {
        done: `${kept.length} times the process was killed between the bytes and the record, and ${halves} times half-way through the bytes.`,
        lost: forms.length - evidence.recorded,
        doubled: mails - forms.length,
        recoveredMs: null,
        checks: [
          equal('documents in the record after bytes alone', between.recorded + halfway.recorded, 0),
          equal('killed half-way through the bytes', halfway.temporary, cut.length),
          equal('stored at the next try', stored.filter((result) => result === 'stored').length, forms.length),
          ...storeChecks(evidence, forms.length),
          equal('recorded with the bytes that lay there already', asFirst, kept.length),
          equal('files that nothing names', evidence.unnamed, 0),
          equal('mails to the exam office', mails, forms.length),
        ],
      };
    }),
};

/** Kills the child when the bytes lie on disk and nothing else knows of them. */
async function killBetween(order: StoreOrder): Promise<void> {
  const child = spawn(process.execPath, [...QUIET, CHILD, JSON.stringify(order)]);
  const closed = once(child, 'close');
  const timer = setTimeout(() => child.kill('SIGKILL'), CHILD_LIMIT_MS);
  await Promise.race([once(child.stdout, 'data'), closed]);
  clearTimeout(timer);
  child.kill('SIGKILL');
  await closed;
}

/** Kills the child while a temporary file grows. @returns whether it was caught in time */
async function killHalfway(order: StoreOrder, documentsDir: string): Promise<boolean> {
  const known = new Set(listFiles(documentsDir).map(({ file }) => file));
  const child = spawn(process.execPath, [...QUIET, CHILD, JSON.stringify(order)]);
  const closed = once(child, 'close');
  const end = performance.now() + CHILD_LIMIT_MS;
  const isFresh = ({ name, file }: { name: string; file: string }) => name.endsWith('.tmp') && !known.has(file);
  while (child.exitCode === null && performance.now() < end && !listFiles(documentsDir).some(isFresh)) await delay(1);
  child.kill('SIGKILL');
  await closed;
  return listFiles(documentsDir).some(isFresh);
}

export const storingScenarios: readonly Scenario[] = [diskFull, killedStoring];
