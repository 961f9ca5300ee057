/** Chromium as a process of ours: how it starts, and that all of it ends. */
import type { ChildProcess } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import puppeteer, { type Browser } from 'puppeteer-core';
import type { Logger } from '../../platform/logger.ts';

const CLOSING_MS = 2_000;

/** Enough for a launcher script around Chromium; no secrets of ours. */
const ENVIRONMENT = { PATH: '/usr/local/bin:/usr/bin:/bin', LANG: 'C.UTF-8' };

/** Our own list: the package's defaults include switches that let a local file into a PDF. */
const ARGUMENTS = [
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-dev-shm-usage',
  '--disable-extensions',
  '--disable-gpu',
  '--disable-sync',
  '--font-render-hinting=none',
  '--force-color-profile=srgb',
  '--host-resolver-rules=MAP * ~NOTFOUND',
  '--no-default-browser-check',
  '--no-first-run',
  '--proxy-server=http://127.0.0.1:9',
  '--proxy-bypass-list=<-loopback>',
];

export interface LaunchOptions {
  readonly executablePath: string;
  readonly noSandbox: boolean;
  readonly timeoutMs: number;
}

export interface LaunchedBrowser {
  readonly browser: Promise<Browser>;
  /** Kills it with all its processes, also while it starts. */
  readonly force: AbortController;
}

export function launchChromium({ executablePath, noSandbox, timeoutMs }: LaunchOptions): LaunchedBrowser {
  const force = new AbortController();
  const browser = puppeteer.launch({
    signal: force.signal,
    executablePath,
    headless: 'shell',
    // It ends when the pipe closes, also when we are killed; a socket it would outlive.
    pipe: true,
    args: noSandbox ? [...ARGUMENTS, '--no-sandbox'] : ARGUMENTS,
    env: ENVIRONMENT,
    // The worker decides when it ends; puppeteer's own handlers would exit the process.
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
    timeout: timeoutMs,
    protocolTimeout: timeoutMs * 2,
  });
  return { browser, force };
}

/** Ends the browser in order, or by force. Harmless when it is gone. */
export async function endChromium({ browser: launching, force }: LaunchedBrowser, logger: Logger): Promise<void> {
  const browser = await Promise.race([
    launching.catch((error: unknown) => {
      logger.warn({ err: error }, 'Chromium did not start');
      return null;
    }),
    // One that hangs before its first word has neither started nor failed to, and never will.
    delay(CLOSING_MS, null, { ref: false }),
  ]);
  if (browser === null) {
    force.abort();
    return;
  }
  const child = browser.process();
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, CLOSING_MS);
  });
  const closing = browser.close().catch((error: unknown) => logger.debug({ err: error }, 'Chromium was gone already'));
  await Promise.race([closing, patience]);
  clearTimeout(timer);
  if (child) {
    killGroup(child, logger);
    await exitOf(child);
  }
}

/** Chromium leads a process group of its own: its helpers die with it, also those that no longer listen. */
function killGroup(child: ChildProcess, logger: Logger): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch (error) {
    logger.debug({ err: error }, 'no process of Chromium is left');
  }
}

/** Resolves when the process is gone; a forced end takes moments. */
async function exitOf(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, CLOSING_MS);
    child.once('exit', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
