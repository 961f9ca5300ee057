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
import type { Logger } from '../../platform/logger.ts';
import { endChromium, type LaunchedBrowser, launchChromium } from './browser-process.ts';
import { PdfError } from './pdf-error.ts';
import { openPage, type PrintOptions, printPage, type WarmPage } from './printing.ts';

export interface PdfRendererOptions {
  readonly executablePath: string;
  readonly noSandbox: boolean;
  readonly logger: Logger;
  readonly timeoutMs?: number;
  readonly documentsPerBrowser?: number;
}

export interface PdfRenderer {
  /** @throws PdfError; also when it is closed meanwhile */
  render(html: string, options: PrintOptions): Promise<Uint8Array>;
  close(): Promise<void>;
}

interface WarmBrowser extends LaunchedBrowser {
  /** Documents given to it so far. */
  made: number;
  /** Documents it works on now. */
  busy: number;
  /** Pages that hold no document now. */
  readonly idle: WarmPage[];
}

const DEFAULT_TIMEOUT_MS = 15_000;
const DEFAULT_DOCUMENTS_PER_BROWSER = 500;
const DOCUMENTS_PER_PAGE = 25;
const AT_ONCE = 2;

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
    const { executablePath, noSandbox } = options;
    const warm: WarmBrowser = {
      ...launchChromium({ executablePath, noSandbox, timeoutMs }),
      made: 0,
      busy: 0,
      idle: [],
    };
    living.add(warm);
    const forget = () => {
      retire(warm);
      living.delete(warm);
    };
    warm.browser.then((started) => started.once('disconnected', forget), forget);
    return warm;
  }

  /** No further document goes to it. */
  function retire(warm: WarmBrowser): void {
    if (current === warm) current = null;
  }

  async function end(warm: WarmBrowser): Promise<void> {
    retire(warm);
    await endChromium(warm, logger);
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

/** Every text that Chromium draws has a font with a map to characters; without any font on the machine there is none. */
function hasText(bytes: Uint8Array): boolean {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).includes('/ToUnicode');
}
