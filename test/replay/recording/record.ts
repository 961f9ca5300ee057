/** Plays the paths and writes their histories down. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import type { WorkflowBundle } from '@temporalio/worker';
import { bundleWorkflows } from '../../../activities/temporal-worker.ts';
import { createPayloadCodec } from '../../../platform/temporal-codec.ts';
import { installTemporalRuntime } from '../../../platform/temporal-runtime.ts';
import { type Database, openDatabase } from '../../../prisma/client.ts';
import { silentLogger } from '../../activities/fakes.ts';
import { createTestDatabase } from '../../support/services.ts';
import { HISTORIES_DIR, type HistoryPath, historyKeyring, REQUIRED_HISTORIES } from '../history-files.ts';
import { type Ground, openGround, openServerOfShortRuns, openSkippingServer } from './ground.ts';
import { type Kept, openScene } from './scene.ts';
import { SHORT_RUN_STORIES, type ShortRunPath, STORIES } from './stories.ts';
import { tidyHistory } from './tidy.ts';

/** A Monday, before noon in Amsterdam in every season, and later than any recording. */
const FIRST_MONDAY = Date.parse('2030-03-04T10:00:00.000Z');
/** Each path has a Monday of its own, so that weekends and holidays fall alike whichever paths are recorded; none takes longer. */
const APART_MS = 8 * 7 * 86_400_000;
/** How late a path may begin and still count as on its Monday. */
const LATE_MS = 60_000;
/** Few enough for two wake-ups. */
const SHORT_RUN_EVENTS = 24;
const ALL_PATHS = Object.keys(REQUIRED_HISTORIES) as HistoryPath[];
const codec = createPayloadCodec(historyKeyring);

export interface RecordOptions {
  readonly paths: readonly HistoryPath[];
  /** Stands after the part in the name of the file, for a history that is kept beside an older one. */
  readonly label: string | null;
  readonly say: (line: string) => void;
}

/** @returns names of the files written */
export async function recordHistories({ paths: asked, label, say }: RecordOptions): Promise<string[]> {
  const paths = ALL_PATHS.filter((path) => asked.includes(path));
  installTemporalRuntime(silentLogger);
  const written: string[] = [];
  const testDatabase = await createTestDatabase();
  const database = openDatabase({ url: testDatabase.url, poolSize: 12 });
  const bundle = await bundleWorkflows();
  const record = async (ground: Ground, path: HistoryPath) => {
    const kept = await play(ground, path, testDatabase.url);
    written.push(...(await write(path, kept, label)));
    say(`${path}: ${kept.map(({ part, history }) => `${part} (${history.events?.length ?? 0} events)`).join(', ')}`);
  };
  try {
    await onServer(openSkippingServer, { database, bundle, isSkipping: true }, paths.filter(isSkippingPath), record);
    await onServer(
      () => openServerOfShortRuns(SHORT_RUN_EVENTS),
      { database, bundle, isSkipping: false },
      paths.filter((path) => !isSkippingPath(path)),
      record,
    );
  } finally {
    await database.$disconnect();
    await testDatabase.drop();
  }
  return written;
}

function isShortRuns(path: HistoryPath): path is ShortRunPath {
  return Object.keys(SHORT_RUN_STORIES).includes(path);
}

function isSkippingPath(path: HistoryPath): boolean {
  return !isShortRuns(path);
}

interface Shared {
  readonly database: Database;
  readonly bundle: WorkflowBundle;
  readonly isSkipping: boolean;
}

async function onServer(
  open: () => Promise<TestWorkflowEnvironment>,
  { database, bundle, isSkipping }: Shared,
  paths: readonly HistoryPath[],
  record: (ground: Ground, path: HistoryPath) => Promise<void>,
): Promise<void> {
  const [first] = paths;
  if (first === undefined) return;
  const env = await open();
  if (isSkipping) await toMondayOf(first, env);
  const ground = await openGround(env, database, bundle);
  try {
    for (const path of paths) {
      if (isSkipping) await toMondayOf(path, env);
      await record(ground, path);
    }
  } finally {
    await ground.close();
  }
}

async function toMondayOf(path: HistoryPath, env: TestWorkflowEnvironment): Promise<void> {
  const wait = FIRST_MONDAY + ALL_PATHS.indexOf(path) * APART_MS - (await env.currentTimeMs());
  if (wait < -LATE_MS)
    throw new Error(`the day of ${path} is over: paths take too long, or the first Monday lies in the past`);
  await env.sleep(Math.max(0, wait));
}

async function play(ground: Ground, path: HistoryPath, databaseUrl: string): Promise<Kept[]> {
  const scene = await openScene(ground, path, databaseUrl);
  const story = isShortRuns(path) ? SHORT_RUN_STORIES[path] : STORIES[path];
  await story(scene);
  const kept = await scene.recorded();
  const parts = kept.map(({ part }) => part).sort();
  const wanted = [...REQUIRED_HISTORIES[path]].sort();
  if (String(parts) !== String(wanted)) throw new Error(`${path}: recorded ${parts}, wanted ${wanted}`);
  Object.assign(ground.faults, { lagMs: 0, reads: 0, sends: 0, sweeps: 0, beforeClosing: async () => undefined });
  ground.faults.renders.splice(0);
  ground.faults.archiving.splice(0);
  return kept;
}

async function write(path: HistoryPath, kept: readonly Kept[], label: string | null): Promise<string[]> {
  const names: string[] = [];
  for (const { part, history } of kept) {
    const name = [path, part, ...(label === null ? [] : [label])].join('.');
    writeFileSync(join(HISTORIES_DIR, `${name}.json`), await tidyHistory(history, codec));
    names.push(name);
  }
  return names;
}
