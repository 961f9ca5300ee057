/**
 * Plays the whole process by itself, on a fresh home of its own; the data of `npm start` are not touched. What it made stays
 * until the next demo.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { loadStartSettings } from '../platform/config.ts';
import { launchBrowser, savePicture, type Visitor } from './lib/browser.ts';
import { type JourneyOutcome, playJourney } from './lib/journey.ts';
import { startSeparateStack } from './lib/separate-home.ts';
import type { Stack } from './lib/stack.ts';
import { print, progressPrinter, runScript } from './lib/terminal.ts';

/** A demo that hangs is stopped. */
const LONGEST_MS = 5 * 60_000;

await runScript(async () => {
  const settings = loadStartSettings();
  const homeDir = join(settings.home, 'demo');
  const started = performance.now();
  const stack = await startSeparateStack(settings, homeDir, progressPrinter());
  print(`\nSet up in ${seconds(performance.now() - started)}. Now the process, from start to archive:\n`);
  const stopping = stopOnSignal();
  const limit = setTimeout(() => stopping.abort(new Error('The demo took too long.')), LONGEST_MS);
  try {
    const begun = performance.now();
    const outcome = await orAbort(play(stack, homeDir), stopping.signal);
    announce(outcome, homeDir, performance.now() - begun);
    return 0;
  } finally {
    clearTimeout(limit);
    print('\nStopping …');
    await stack.stop();
  }
}).finally(() => process.exit());

async function play(stack: Stack, homeDir: string): Promise<JourneyOutcome> {
  if (stack.mailboxUrl === undefined) throw new Error('The demo needs the local mailbox.');
  const browser = await launchBrowser(stack.config.chromium);
  let pictures = 0;
  const look = async (visitor: Visitor, name: string) => {
    pictures += 1;
    const file = `${String(pictures).padStart(2, '0')}-${name}.png` as const;
    await savePicture(visitor.page, join(homeDir, 'pictures', file) as `${string}.png`);
  };
  try {
    const onStep = (name: string, ms: number) => print(`  ${String(Math.round(ms)).padStart(6)} ms  ${name}`);
    return await playJourney({ browser, config: stack.config, mailboxUrl: stack.mailboxUrl, look, onStep });
  } finally {
    await browser.close();
  }
}

function announce(outcome: JourneyOutcome, homeDir: string, ms: number): void {
  const file = join(homeDir, 'result.pdf');
  mkdirSync(homeDir, { recursive: true });
  writeFileSync(file, outcome.pdf);
  print(`\nAll of it happened, in ${seconds(ms)}.`);
  print(`PDF       ${relative(process.cwd(), file)} ("${outcome.title}", ${outcome.pages} pages, as stored)`);
  print(`Pictures  ${relative(process.cwd(), join(homeDir, 'pictures'))}`);
}

function stopOnSignal(): AbortController {
  const controller = new AbortController();
  for (const event of ['SIGINT', 'SIGTERM', 'SIGHUP', 'disconnect'] as const)
    process.on(event, () => controller.abort(new Error('Stopped before the end.')));
  return controller;
}

function orAbort<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    work.then(resolve, reject);
  });
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
