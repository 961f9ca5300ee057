/**
 * HTML to PDF with a warm headless shell.
 *
 * Contract
 * 1. Nothing leaves the process and nothing local is read: scripts off, requests refused, names do not resolve, CSP in the page.
 * 2. A fresh browser context for each document; at most two at a time; the browser is replaced after some hundreds.
 * 3. A document that takes too long kills the browser; the next one gets a new one.
 * 4. A PDF without text (a machine without fonts) is an error, never a document.
 */
import puppeteer, { type Browser } from 'puppeteer-core';
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
  /** HTML of the running header and footer, with Chromium's `pageNumber` and `totalPages` classes. */
  readonly headerHtml: string;
  readonly footerHtml: string;
}

export interface PdfRenderer {
  /** @throws PdfError */
  render(html: string, options: PrintOptions): Promise<Uint8Array>;
  close(): Promise<void>;
}

const DEFAULT_TIMEOUT_MS = 15_000;
const DEFAULT_DOCUMENTS_PER_BROWSER = 500;
const AT_ONCE = 2;

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

export function createPdfRenderer(options: PdfRendererOptions): PdfRenderer {
  const { logger, timeoutMs = DEFAULT_TIMEOUT_MS, documentsPerBrowser = DEFAULT_DOCUMENTS_PER_BROWSER } = options;
  let current: { browser: Promise<Browser>; made: number; busy: number } | null = null;
  let running = 0;
  const waiting: (() => void)[] = [];

  function launch(): Promise<Browser> {
    return puppeteer.launch({
      executablePath: options.executablePath,
      headless: 'shell',
      args: options.noSandbox ? [...ARGUMENTS, '--no-sandbox'] : ARGUMENTS,
      protocolTimeout: timeoutMs * 2,
      // The worker decides when it ends; puppeteer's own handlers would exit the process.
      handleSIGINT: false,
      handleSIGTERM: false,
      handleSIGHUP: false,
    });
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

  async function render(html: string, print: PrintOptions): Promise<Uint8Array> {
    await takeTurn();
    current ??= { browser: launch(), made: 0, busy: 0 };
    const mine = current;
    mine.busy += 1;
    mine.made += 1;
    if (mine.made >= documentsPerBrowser) current = null;
    try {
      const browser = await mine.browser;
      const bytes = await withTimeout(printPage(browser, html, print), timeoutMs);
      if (!hasText(bytes)) throw new PdfError('PDF_BLANK');
      return bytes;
    } catch (error) {
      if (current === mine) current = null;
      await kill(mine.browser, logger);
      throw error instanceof PdfError ? error : new PdfError('PDF_BROWSER_FAILED', { cause: error });
    } finally {
      mine.busy -= 1;
      if (mine !== current && mine.busy === 0) await kill(mine.browser, logger);
      passTurn();
    }
  }

  async function close(): Promise<void> {
    const last = current;
    current = null;
    if (last) await kill(last.browser, logger);
  }

  return { render, close };
}

async function printPage(browser: Browser, html: string, print: PrintOptions): Promise<Uint8Array> {
  const context = await browser.createBrowserContext();
  try {
    const page = await context.newPage();
    await page.setJavaScriptEnabled(false);
    await page.setRequestInterception(true);
    page.on('request', (request) => {
      const isInside = request.url().startsWith('data:') || request.url() === 'about:blank';
      void (isInside ? request.continue() : request.abort('blockedbyclient'));
    });
    await page.setContent(html, { waitUntil: 'load' });
    return await page.pdf({
      format: 'A4',
      tagged: true,
      outline: true,
      printBackground: true,
      preferCSSPageSize: true,
      displayHeaderFooter: true,
      headerTemplate: print.headerHtml,
      footerTemplate: print.footerHtml,
      waitForFonts: true,
    });
  } finally {
    // A browser that was killed meanwhile has closed its contexts itself.
    if (browser.connected) await context.close();
  }
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

async function kill(launching: Promise<Browser>, logger: Logger): Promise<void> {
  const browser = await launching.catch((error: unknown) => {
    logger.warn({ err: error }, 'Chromium did not start');
    return null;
  });
  if (browser === null) return;
  const child = browser.process();
  await Promise.race([
    browser.close().catch((error: unknown) => logger.debug({ err: error }, 'Chromium was gone already')),
    new Promise((resolve) => setTimeout(resolve, 2_000).unref()),
  ]);
  if (child && child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
}

/** Every text that Chromium draws has a font with a map to characters; without any font on the machine there is none. */
function hasText(bytes: Uint8Array): boolean {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).includes('/ToUnicode');
}
