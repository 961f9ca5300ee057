/** The browser that makes the documents is killed, hangs, or is given more than it can carry. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { createResultDocumentRenderer } from '../../../activities/pdf/index.ts';
import { createPdfRenderer } from '../../../activities/pdf/renderer.ts';
import { createRenderActivities } from '../../../activities/render.ts';
import { systemClock } from '../../../platform/clock.ts';
import { createFileDocumentStore } from '../../../platform/documents.ts';
import { createLogger } from '../../../platform/logger.ts';
import { sendSignal } from '../../../platform/services/process.ts';
import { createCommandDoor } from '../../../prisma/apply-command.ts';
import { openDatabase } from '../../../prisma/client.ts';
import { createTestDatabase } from '../../lib/throwaway-postgres.ts';
import { check, waitUntil } from '../checks.ts';
import type { ChaosContext, FaultReport, Scenario } from '../contract.ts';
import { equal } from './checks.ts';
import { withEvidence } from './evidence.ts';
import { descendantsOf, findChromium, zombiesOf } from './installation.ts';
import { seedChaosSchool } from './school.ts';
import { gradeStore, storeChecks } from './storing.ts';

/** Instead of fifteen seconds; many times the slowest document. */
const RENDER_LIMIT_MS = 3_000;
const TRIES = 8;
const SOON_MS = 3_000;

const logger = createLogger({ name: 'worker', level: 'silent', format: 'json', write: () => undefined });

/** Processes of the browser that this process started. */
function browserProcesses(): number[] {
  return descendantsOf(process.pid).filter((pid) => commandOf(pid).includes('chrome-headless-shell'));
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    // It ended a moment ago.
    return '';
  }
}

/**
 * Makes documents through the activity, and tries again after a failure as the workflow would, while something is done to
 * the browser during each of the first tries.
 */
async function whileMaking(
  context: ChaosContext,
  count: number,
  what: string,
  harm: () => Promise<void>,
): Promise<FaultReport> {
  const testDatabase = await createTestDatabase();
  const database = openDatabase({ url: testDatabase.url, poolSize: 4 });
  const documentsDir = join(context.dir, 'documents');
  const executablePath = await findChromium();
  const pdf = createResultDocumentRenderer({ executablePath, noSandbox: true, logger, timeoutMs: RENDER_LIMIT_MS });
  const { makeDocument } = createRenderActivities({
    database,
    door: createCommandDoor(database),
    conductor: { tell: () => Promise.resolve(), running: () => emptyList() },
    documents: createFileDocumentStore(documentsDir),
    anchors: { address: undefined, dir: '' },
    currentKeyId: '1',
    renderDocument: (data) => pdf.render(data),
    clock: systemClock,
    logger,
  });
  try {
    const school = await seedChaosSchool(database, '1');
    const forms = await school.invite(count);
    const codes: string[] = [];
    let longestMs = 0;
    let recoveredMs = 0;
    for (const form of forms) {
      context.signal.throwIfAborted();
      await school.finish(form);
      await school.finalise(form);
      const input = { streamId: form.assessmentId, schoolId: school.schoolId, version: 1 };
      let harmedAt = 0;
      for (let attempt = 1; attempt <= TRIES; attempt += 1) {
        const startedAt = performance.now();
        const making = makeDocument(input).then(
          () => 'stored',
          (error: unknown) => (error instanceof Error && 'type' in error ? String(error.type) : 'UNKNOWN'),
        );
        if (attempt === 1) {
          await harm();
          harmedAt = performance.now();
        }
        const code = await making;
        longestMs = Math.max(longestMs, performance.now() - startedAt);
        if (code === 'stored') break;
        codes.push(code);
      }
      recoveredMs = Math.max(recoveredMs, performance.now() - harmedAt);
    }
    const zombies = zombiesOf(process.pid).length;
    await pdf.close();
    await waitUntil(() => browserProcesses().length === 0, SOON_MS, 50);
    const left = browserProcesses().length;
    return await withEvidence(testDatabase.url, async (ask) => {
      const evidence = await gradeStore(ask, documentsDir);
      const isKnown = codes.every((code) => code === 'PDF_BROWSER_FAILED' || code === 'PDF_TIMEOUT');
      return {
        done: `The browser was ${what} while it made a document, ${count} times.`,
        lost: count - evidence.recorded,
        doubled: 0,
        recoveredMs: Math.round(recoveredMs),
        checks: [
          check(
            'each failure had a code of ours',
            isKnown,
            `${codes.length} failures: ${[...new Set(codes)].join(', ') || 'none'}`,
          ),
          check('the fault was felt', codes.length > 0, `${codes.length} of ${count}`),
          check(
            'no try took longer than its limit',
            longestMs < RENDER_LIMIT_MS * 2,
            `${Math.round(longestMs)} ms with a limit of ${RENDER_LIMIT_MS} ms`,
          ),
          ...storeChecks(evidence, count),
          equal('dead processes that nobody buried', zombies, 0),
          equal('processes of the browser left after the end', left, 0),
        ],
      };
    });
  } finally {
    await pdf.close();
    await database.$disconnect();
    await testDatabase.drop();
  }
}

async function* emptyList(): AsyncGenerator<string> {
  // Nothing runs in Temporal here.
}

/** Waits until the browser is at work, and a little longer. */
async function whenItWorks(context: ChaosContext): Promise<number[]> {
  await waitUntil(() => browserProcesses().length >= 3, SOON_MS, 5);
  await delay(Math.round(context.random() * 60));
  return browserProcesses();
}

const killed: Scenario = {
  id: 'chromium-killed',
  title: 'Chromium is killed while it makes a document',
  isInShort: true,
  run: (context) =>
    whileMaking(context, context.isShort ? 2 : 12, 'killed', async () => {
      for (const pid of await whenItWorks(context)) sendSignal(pid, 'SIGKILL');
    }),
};

const hung: Scenario = {
  id: 'chromium-hung',
  title: 'Chromium hangs while it makes a document',
  isInShort: false,
  run: (context) =>
    whileMaking(context, context.isShort ? 1 : 4, 'stopped (SIGSTOP)', async () => {
      for (const pid of await whenItWorks(context)) sendSignal(pid, 'SIGSTOP');
    }),
};

/** A page far beyond any form: hundreds of thousands of rows. */
function monstrousPage(rows: number): string {
  const row = '<tr><td>Handelen</td><td>Verantwoording van de examinator</td><td>V</td></tr>';
  return `<!doctype html><html lang="nl"><title>x</title><table>${row.repeat(rows)}</table></html>`;
}

const NORMAL_PAGE = '<!doctype html><html lang="nl"><title>x</title><p>Resultaat</p></html>';
const NO_MARGINS = { headerHtml: '<span></span>', footerHtml: '<span></span>' };

/** Kilobytes of memory of these processes together. */
function residentKb(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => sum + residentOf(pid), 0);
}

function residentOf(pid: number): number {
  try {
    return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);
  } catch {
    // It ended a moment ago.
    return 0;
  }
}

const eatsMemory: Scenario = {
  id: 'chromium-memory',
  title: 'A page makes Chromium eat memory',
  isInShort: false,
  async run(context) {
    const rows = 400_000;
    const executablePath = await findChromium();
    const renderer = createPdfRenderer({ executablePath, noSandbox: true, logger, timeoutMs: RENDER_LIMIT_MS });
    try {
      const before = await renderer.render(NORMAL_PAGE, NO_MARGINS).then((bytes) => bytes.length);
      let peakKb = 0;
      const watching = setInterval(() => {
        peakKb = Math.max(peakKb, residentKb(browserProcesses()));
      }, 50);
      context.say(`a page of ${rows} rows`);
      const startedAt = performance.now();
      const outcome = await renderer.render(monstrousPage(rows), NO_MARGINS).then(
        () => 'made',
        (error: unknown) => (error instanceof Error && 'code' in error ? String(error.code) : 'UNKNOWN'),
      );
      const tookMs = Math.round(performance.now() - startedAt);
      clearInterval(watching);
      const freed = await waitUntil(() => browserProcesses().length === 0, SOON_MS, 20);
      const again = performance.now();
      const after = await renderer.render(NORMAL_PAGE, NO_MARGINS).then((bytes) => bytes.length);
      const recoveredMs = Math.round(performance.now() - again);
      const nowKb = residentKb(browserProcesses());
      return {
        done: `The browser was given a page of ${rows} table rows, far more than any form has.`,
        lost: 0,
        doubled: 0,
        recoveredMs,
        checks: [
          check('it was cut off', outcome === 'PDF_TIMEOUT', `${outcome} after ${tookMs} ms`),
          check(
            'its memory was given back',
            freed !== null,
            `${Math.round(peakKb / 1024)} MB at most, ${Math.round(nowKb / 1024)} MB for the next document`,
          ),
          equal('bytes of a normal document before and after', after, before),
          equal('dead processes that nobody buried', zombiesOf(process.pid).length, 0),
        ],
      };
    } finally {
      await renderer.close();
    }
  },
};

export const chromiumScenarios: readonly Scenario[] = [killed, hung, eatsMemory];
