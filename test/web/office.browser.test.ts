/** Checking a document and opening one for the exam office, in a browser: the file stays there, and what axe finds. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, Page } from 'puppeteer-core';
import { startTestApp, type TestApp, type TestClient } from '../support/app.ts';
import { lookAt } from '../support/looking.ts';
import { sessionCookies } from '../support/session-cookies.ts';
import { launchBrowser } from '../views/support/browser.ts';
import { committeeClient } from './committee-support.ts';
import { type DecidedDocument, newestCode, officeToken, settleMail, stored } from './office-support.ts';

const TIMEOUT = 120_000;

let app: TestApp;
let browser: Browser;
let page: Page;
let committee: TestClient;
let document: DecidedDocument;
let dir: string;

beforeAll(async () => {
  app = await startTestApp({ isLenient: true });
  committee = await committeeClient(app);
  document = await stored(app, committee);
  dir = await mkdtemp(path.join(tmpdir(), 'proeve-test-'));
  browser = await launchBrowser();
  page = await browser.newPage();
}, TIMEOUT);
afterAll(async () => {
  await browser.close();
  await app.stop();
  await rm(dir, { recursive: true, force: true });
});

const go = (to: string) => page.goto(`${app.url}${to}`, { waitUntil: 'load' });
const title = () => page.$eval('h1', (element) => element.textContent);

async function press(selector: string): Promise<void> {
  await Promise.all([page.waitForNavigation({ waitUntil: 'load' }), page.click(selector)]);
}

async function check(bytes: Buffer): Promise<void> {
  const file = path.join(dir, 'resultaat.pdf');
  await writeFile(file, bytes);
  await go('/echtheid');
  const input = await page.waitForSelector('input[type="file"]');
  // The element is a file input, which the type of waitForSelector does not say.
  await (input as Awaited<ReturnType<typeof page.$<'input'>>>)?.uploadFile(file);
  await press('form[data-authenticity] button');
}

describe('in a browser', () => {
  it(
    'a document is checked without leaving it, and axe finds nothing',
    async () => {
      const posts: string[] = [];
      page.on('request', (request) => {
        if (request.method() === 'POST') posts.push(request.url());
      });
      await check(document.bytes);
      expect(await title()).toBe('Dit document is echt');
      expect(await lookAt(page)).toEqual([]);
      await check(Buffer.concat([document.bytes, Buffer.from(' ')]));
      expect(await title()).toBe('Dit document kennen we niet');
      expect(await lookAt(page)).toEqual([]);
      expect(posts).toEqual([]);
      await go('/echtheid');
      await press('form:not([data-authenticity]) button.utrecht-button--secondary-action');
      expect(await title()).toBe('Is dit document echt?');
      expect(await lookAt(page)).toEqual([]);
    },
    TIMEOUT,
  );

  it(
    'the exam office opens a document, and the committee sees it in its list',
    async () => {
      await go(`/examenbureau/${await officeToken(app, document.documentId)}`);
      expect(await lookAt(page)).toEqual([]);
      await press('main form button');
      expect(await lookAt(page)).toEqual([]);
      await page.type('#code', await newestCode(app, document.documentId));
      await press('main form button');
      expect(await title()).toBe('Het document staat klaar');
      expect(await lookAt(page)).toEqual([]);
      await settleMail(app, document.documentId, { state: 'bounced', deliveryReason: 'mailboxFull' });
      await page.setCookie(...sessionCookies(app.url, committee));
      await go('/commissie/verzonden');
      expect(await page.$eval('main', (element) => element.textContent)).toContain('Geopend op');
      expect(await lookAt(page)).toEqual([]);
      await go('/commissie');
      expect(await page.$eval('main', (element) => element.textContent)).toContain('niet aangekomen');
    },
    TIMEOUT,
  );
});
