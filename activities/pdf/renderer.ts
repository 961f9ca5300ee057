/**
 * HTML to PDF with a warm headless shell.
 *
 * Contract
 * 1. Nothing leaves the process and nothing local is read: scripts off, requests refused, names do not resolve, CSP in the page.
 * 2. A page holds one document at a time, at most two pages at once. It is used again, because a new one costs twice what
 *    printing does: with scripts off and nothing fetched a document leaves nothing behind but the numbers of its nodes, which
 *    finish-pdf.ts begins anew. A page and its context are replaced after some tens, the browser after some hundreds. What is
 *    printed must call itself by the title of the document that was given: never is one person's page printed for another's.
 * 3. A document that takes too long kills the browser with all its processes; a browser that died is noticed before it is used
 *    again. The next document gets a new one.
 * 4. The browser gets none of our environment, and our signals stay ours: it ends when `close` says so.
 * 5. A PDF without text (a machine without fonts) is an error, never a document.
 */
import type { ChildProcess } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import puppeteer, {
  type Browser,
  type BrowserContext,
  type HTTPRequest,
  type Page,
  type PDFOptions,
} from 'puppeteer-core';
import type { Logger } from '../../platform/logger.ts';

export class PdfError extends Error {
  readonly code: 'PDF_TIMEOUT' | 'PDF_BLANK' | 'PDF_BROWSER_FAILED';
  constructor(code: PdfError['code'], options?: ErrorOptions) {
    super(code, options);
    this.name = 'PdfError';
    this.code = code;
  }
}

export interface PdfRendererOptions {
  readonly executablePath: string;
  readonly noSandbox: boolean;
  readonly logger: Logger;
  readonly timeoutMs?: number;
  readonly documentsPerBrowser?: number;
}

export interface PrintOptions {
  /** What the page calls itself, different for each document. A page that calls itself otherwise is not printed. */
  readonly title?: string;
  /** HTML of the running header and footer, with Chromium's `pageNumber` and `totalPages` classes. */
  readonly headerHtml: string;
  readonly footerHtml: string;
}

export interface PdfRenderer {
  /** @throws PdfError; also when it is closed meanwhile */
  render(html: string, options: PrintOptions): Promise<Uint8Array>;
  close(): Promise<void>;
}

interface WarmBrowser {
  readonly browser: Promise<Browser>;
  /** Kills it with all its processes, also while it starts. */
  readonly force: AbortController;
  /** Documents given to it so far. */
  made: number;
  /** Documents it works on now. */
  busy: number;
  /** Pages that hold no document now. */
  readonly idle: WarmPage[];
}

interface WarmPage {
  readonly context: BrowserContext;
  readonly page: Page;
  /** Documents given to it so far. */
  made: number;
}

const DEFAULT_TIMEOUT_MS = 15_000;
const DEFAULT_DOCUMENTS_PER_BROWSER = 500;
const DOCUMENTS_PER_PAGE = 25;
const AT_ONCE = 2;
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

/** The browser starts with the first document. */
export function createPdfRenderer(options: PdfRendererOptions): PdfRenderer {
  const { logger, timeoutMs = DEFAULT_TIMEOUT_MS, documentsPerBrowser = DEFAULT_DOCUMENTS_PER_BROWSER } = options;
  /** Also those that finish their last document. */
  const living = new Set<WarmBrowser>();
  let current: WarmBrowser | null = null;
  let isClosed = false;
  let running = 0;
  const waiting: (() => void)[] = [];

  function launch(): WarmBrowser {
    const force = new AbortController();
    const browser = puppeteer.launch({
      signal: force.signal,
      executablePath: options.executablePath,
      headless: 'shell',
      // It ends when the pipe closes, also when we are killed; a socket it would outlive.
      pipe: true,
      args: options.noSandbox ? [...ARGUMENTS, '--no-sandbox'] : ARGUMENTS,
      env: ENVIRONMENT,
      // The worker decides when it ends; puppeteer's own handlers would exit the process.
      handleSIGINT: false,
      handleSIGTERM: false,
      handleSIGHUP: false,
      timeout: timeoutMs,
      protocolTimeout: timeoutMs * 2,
    });
    const warm: WarmBrowser = { browser, force, made: 0, busy: 0, idle: [] };
    living.add(warm);
    const forget = () => {
      retire(warm);
      living.delete(warm);
    };
    browser.then((started) => started.once('disconnected', forget), forget);
    return warm;
  }

  /** No further document goes to it. */
  function retire(warm: WarmBrowser): void {
    if (current === warm) current = null;
  }

  async function end(warm: WarmBrowser): Promise<void> {
    retire(warm);
    await kill(warm, logger);
    living.delete(warm);
  }

  async function takeTurn(): Promise<void> {
    if (running < AT_ONCE) {
      running += 1;
      return;
    }
    await new Promise<void>((resolve) => waiting.push(resolve));
  }

  function passTurn(): void {
    const next = waiting.shift();
    if (next) next();
    else running -= 1;
  }

  function takeBrowser(): WarmBrowser {
    current ??= launch();
    const warm = current;
    warm.busy += 1;
    warm.made += 1;
    if (warm.made >= documentsPerBrowser) retire(warm);
    return warm;
  }

  async function render(html: string, print: PrintOptions): Promise<Uint8Array> {
    await takeTurn();
    try {
      if (isClosed) throw new PdfError('PDF_BROWSER_FAILED');
      return await renderWith(takeBrowser(), html, print);
    } finally {
      passTurn();
    }
  }

  async function renderWith(warm: WarmBrowser, html: string, print: PrintOptions): Promise<Uint8Array> {
    let bytes: Uint8Array;
    try {
      const work = printWith(warm, html, print, logger);
      bytes = await withTimeout(work, timeoutMs);
    } catch (error) {
      // Whatever hangs or broke is not to be trusted with another document; its neighbour is made again.
      await end(warm);
      throw error instanceof PdfError ? error : new PdfError('PDF_BROWSER_FAILED', { cause: error });
    } finally {
      warm.busy -= 1;
      if (warm !== current && warm.busy === 0) await end(warm);
    }
    if (!hasText(bytes)) throw new PdfError('PDF_BLANK');
    return bytes;
  }

  async function close(): Promise<void> {
    isClosed = true;
    await Promise.all([...living].map(end));
  }

  return { render, close };
}

async function printWith(warm: WarmBrowser, html: string, print: PrintOptions, logger: Logger): Promise<Uint8Array> {
  const browser = await warm.browser;
  const held = warm.idle.pop() ?? (await openPage(browser, logger));
  held.made += 1;
  const bytes = await printPage(held.page, html, print);
  // The page of a document that went wrong is not given back; its browser ends.
  if (held.made < DOCUMENTS_PER_PAGE) warm.idle.push(held);
  else if (browser.connected) await held.context.close();
  return bytes;
}

async function openPage(browser: Browser, logger: Logger): Promise<WarmPage> {
  const context = await browser.createBrowserContext();
  const page = await context.newPage();
  await page.setJavaScriptEnabled(false);
  await page.setRequestInterception(true);
  page.on('request', (request) => {
    answer(request).catch((error: unknown) => logger.debug({ err: error }, 'a request ended with its page'));
  });
  return { context, page, made: 0 };
}

/** How Chromium is told to print; also for who measures it alone. */
export function pdfOptions({ headerHtml, footerHtml }: PrintOptions): PDFOptions {
  return {
    format: 'A4',
    tagged: true,
    outline: true,
    printBackground: true,
    preferCSSPageSize: true,
    displayHeaderFooter: true,
    headerTemplate: headerHtml,
    footerTemplate: footerHtml,
    waitForFonts: true,
  };
}

async function printPage(page: Page, html: string, print: PrintOptions): Promise<Uint8Array> {
  await page.setContent(html, { waitUntil: 'load' });
  if (print.title !== undefined && lettersOf(await page.title()) !== lettersOf(print.title)) {
    throw new PdfError('PDF_BROWSER_FAILED');
  }
  const bytes = await page.pdf(pdfOptions(print));
  // What it said does not stay in the browser's memory until the next one comes.
  await page.setContent('');
  return bytes;
}

/** A browser changes spaces and control characters of a title, never what names the document. */
function lettersOf(title: string): string {
  return title.replaceAll(/[^\p{L}\p{N}]/gu, '');
}

/** Nothing is fetched. A page that would go elsewhere hears "no content", which leaves it as it is. */
function answer(request: HTTPRequest): Promise<void> {
  if (request.url().startsWith('data:') || request.url() === 'about:blank') return request.continue();
  return request.isNavigationRequest() ? request.respond({ status: 204 }) : request.abort('blockedbyclient');
}

async function withTimeout<T>(work: Promise<T>, ms: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new PdfError('PDF_TIMEOUT')), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
    // After a timeout the work fails when its browser is killed; that is no news.
    work.catch(() => undefined);
  }
}

/** Ends the browser in order, or by force. Harmless when it is gone. */
async function kill({ browser: launching, force }: WarmBrowser, logger: Logger): Promise<void> {
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

/** Every text that Chromium draws has a font with a map to characters; without any font on the machine there is none. */
function hasText(bytes: Uint8Array): boolean {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).includes('/ToUnicode');
}
