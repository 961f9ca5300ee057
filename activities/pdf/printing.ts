/** One page of the browser: how it is opened so that nothing leaves it, and how it prints. */
import type { Browser, BrowserContext, HTTPRequest, Page, PDFOptions } from 'puppeteer-core';
import type { Logger } from '../../platform/logger.ts';
import { PdfError } from './pdf-error.ts';

export interface PrintOptions {
  /** What the page calls itself, different for each document. A page that calls itself otherwise is not printed. */
  readonly title?: string;
  /** HTML of the running header and footer, with Chromium's `pageNumber` and `totalPages` classes. */
  readonly headerHtml: string;
  readonly footerHtml: string;
}

export interface WarmPage {
  readonly context: BrowserContext;
  readonly page: Page;
  /** Documents given to it so far. */
  made: number;
}

export async function openPage(browser: Browser, logger: Logger): Promise<WarmPage> {
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

export async function printPage(page: Page, html: string, print: PrintOptions): Promise<Uint8Array> {
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
