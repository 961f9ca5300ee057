/** The queue in a real browser: by keyboard only, and what axe finds. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, Page } from 'puppeteer-core';
import { startTestApp, type TestApp, type TestClient } from '../support/app.ts';
import { lookAt } from '../support/looking.ts';
import { sessionCookies } from '../support/session-cookies.ts';
import { launchBrowser } from '../views/support/browser.ts';
import { assessed, committeeClient } from './committee-support.ts';

const TIMEOUT = 120_000;

let app: TestApp;
let browser: Browser;
let client: TestClient;
const ids: string[] = [];

beforeAll(async () => {
  app = await startTestApp({ isLenient: true });
  browser = await launchBrowser();
  client = await committeeClient(app);
  for (let row = 0; row < 3; row += 1) ids.push((await assessed(app)).assessmentId);
  await client.post('/commissie/filters', { status: 'alle', opmerking: 'alle', naam: 'Wat opvalt' });
}, TIMEOUT);
afterAll(async () => {
  await browser.close();
  await app.stop();
});

async function open(path: string): Promise<Page> {
  const page = await browser.newPage();
  await page.setViewport({ width: 1280, height: 800 });
  await page.setCookie(...sessionCookies(app.url, client));
  await page.goto(app.url + path, { waitUntil: 'load' });
  return page;
}

/** The row that has focus, and the rows that are ticked. */
const stateOf = (page: Page) =>
  page.evaluate(`({
    row: [...document.querySelectorAll('[data-queue-row]')].findIndex((row) => row.contains(document.activeElement)),
    ticked: [...document.querySelectorAll('[name="afname"]')].map((box) => box.checked),
    text: document.querySelector('[data-queue-action-text]').textContent,
    focused: document.activeElement.id,
    isHelpOpen: document.querySelector('[data-queue-help]').open,
  })`);

async function press(page: Page, ...keys: string[]): Promise<void> {
  for (const key of keys) await page.keyboard.press(key as 'j');
}

describe('the queue by keyboard', () => {
  it(
    'moves, ticks, searches and opens without a mouse',
    async () => {
      const page = await open('/commissie?status=beoordeeld');
      await press(page, 'j', 'j', 'x', 'k', 'x');
      expect(await stateOf(page)).toMatchObject({
        row: 0,
        ticked: [true, true, false],
        text: '2 beoordelingen vaststellen',
      });
      await press(page, 'f');
      await page.keyboard.type('jxk?');
      expect(await stateOf(page)).toMatchObject({ focused: 'zoek', ticked: [true, true, false], isHelpOpen: false });
      await page.evaluate('document.activeElement.blur()');
      // The place in the list is where it was.
      await press(page, 'j', 'j', 'j', 'j');
      expect(await stateOf(page)).toMatchObject({ row: 2 });
      await Promise.all([page.waitForNavigation(), press(page, 'Enter')]);
      expect(ids.map((id) => `/commissie/${id}`)).toContain(new URL(page.url()).pathname);
      await page.close();
    },
    TIMEOUT,
  );

  it(
    'shows the keys, and leaves every key alone once they are turned off',
    async () => {
      const page = await open('/commissie?status=beoordeeld');
      await press(page, '?');
      expect(await stateOf(page)).toMatchObject({ isHelpOpen: true });
      await page.click('label[for="sneltoetsen"]');
      await press(page, 'Escape', 'j', 'x');
      expect(await stateOf(page)).toMatchObject({ row: -1, ticked: [false, false, false], isHelpOpen: false });
      await page.reload();
      await press(page, 'j');
      expect(await stateOf(page)).toMatchObject({ row: -1 });
      await page.evaluate('localStorage.clear()');
      await page.close();
    },
    TIMEOUT,
  );

  it(
    'one box ticks the whole page',
    async () => {
      const page = await open('/commissie?status=beoordeeld');
      await page.click('.queue-all');
      expect(await stateOf(page)).toMatchObject({ ticked: [true, true, true] });
      await Promise.all([page.waitForNavigation(), page.click('[data-queue-action]')]);
      expect(new URL(page.url()).searchParams.getAll('afname')).toHaveLength(3);
      await page.close();
    },
    TIMEOUT,
  );
});

describe('from dossier to dossier by keyboard', () => {
  it(
    'goes on with j and back with k, unless the keys are off',
    async () => {
      const page = await open('/commissie?status=beoordeeld');
      const at = () => new URL(page.url()).pathname;
      const go = (key: string) => Promise.all([page.waitForNavigation(), press(page, key)]);
      await press(page, 'j');
      await go('Enter');
      expect(at()).toBe(`/commissie/${ids[0]}`);
      await go('j');
      expect(at()).toBe(`/commissie/${ids[1]}`);
      await go('k');
      expect(at()).toBe(`/commissie/${ids[0]}`);
      expect(await lookAt(page)).toEqual([]);
      await page.evaluate("localStorage.setItem('proeve-sneltoetsen-uit', '1')");
      await page.reload();
      await press(page, 'j');
      expect(at()).toBe(`/commissie/${ids[0]}`);
      expect(
        await page.$eval('[data-neighbour="j"] kbd', (hint) => (hint as unknown as { hidden: boolean }).hidden),
      ).toBe(true);
      await page.evaluate('localStorage.clear()');
      await page.close();
    },
    TIMEOUT,
  );
});

describe('pages of the queue', () => {
  it.each([
    ['filtered', '/commissie?status=alle&opmerking=alle&vanaf=2026-01-01'],
    ['own filters', '/commissie/filters'],
  ])(
    '%s: axe finds nothing, and nothing sticks out',
    async (_name, path) => {
      const page = await open(path);
      expect(await lookAt(page)).toEqual([]);
      await page.close();
    },
    TIMEOUT,
  );
});
