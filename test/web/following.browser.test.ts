/** Following in a real browser: what axe finds, that nothing sticks out, and that news does not take away what a person was doing. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, Page } from 'puppeteer-core';
import { startTestApp, type TestApp, type TestClient } from '../support/app.ts';
import { lookAt } from '../support/looking.ts';
import { sessionCookies } from '../support/session-cookies.ts';
import { launchBrowser } from '../views/support/browser.ts';
import { type Desk, finishPair, pairOf, passDue, setDesk, startPair } from './following-support.ts';
import { signedInTeacher } from './initiator-support.ts';

const TIMEOUT = 120_000;

let app: TestApp;
let browser: Browser;
let teacher: TestClient;
let desk: Desk;

beforeAll(async () => {
  app = await startTestApp({ isLenient: true });
  browser = await launchBrowser();
  teacher = await signedInTeacher(app);
  desk = await setDesk(app);
}, TIMEOUT);
afterAll(async () => {
  await browser.close();
  await app.stop();
});

async function open(path: string, width: number): Promise<Page> {
  const page = await browser.newPage();
  await page.setViewport({ width, height: 800, isMobile: width < 600, hasTouch: width < 600 });
  await page.setCookie(...sessionCookies(app.url, teacher));
  const answer = await page.goto(app.url + path, { waitUntil: 'load' });
  expect(answer?.status()).toBe(200);
  return page;
}

describe('pages of following', () => {
  it.each([
    ['attention', () => '/aandacht'],
    ['list', () => `/afnames?volgorde=naam&vanaf=2026-01-01&reeks=${desk.series.seriesId}`],
    ['series', () => `/series/${desk.series.seriesId}`],
    ['asked', () => `/afnames/${desk.asked.assessmentId}`],
    ['bounced', () => `/afnames/${desk.bounced.assessmentId}`],
    ['remind', () => `/afnames/herinneren?afname=${desk.silent.assessmentId}&afname=${desk.asked.assessmentId}`],
  ])(
    '%s: axe finds nothing, and nothing sticks out',
    async (_name, path) => {
      const page = await open(path(), 1280);
      expect(await lookAt(page)).toEqual([]);
      await page.close();
    },
    TIMEOUT,
  );

  it(
    'a list that is brought up to date keeps ticks, focus, open filters and the place on the page',
    async () => {
      const page = await open(`/afnames?reeks=${desk.series.seriesId}&volgorde=naam`, 1280);
      await page.setViewport({ width: 1280, height: 500 });
      await page.waitForSelector('.is-live');
      const box = `#kies-${desk.draftId}`;
      await page.click('.following-more summary');
      await page.type('#zoek', 'half getypt');
      await page.click(box);
      await page.focus(`#kies-${desk.lateId}`);
      await page.evaluate('window.scrollTo(0, 300)');
      const before = await page.evaluate('window.scrollY');
      const late = await pairOf(app, desk.lateId, desk.contacts.post);
      await startPair(app, late);
      await page.waitForFunction(
        `document.querySelector('tr[data-live-key="${desk.lateId}"]').textContent.includes('0 van 4')`,
      );
      const kept = await page.evaluate(`({
        isTicked: document.querySelector('${box}').checked,
        focused: document.activeElement.id,
        isOpen: document.querySelector('.following-more').open,
        typed: document.querySelector('#zoek').value,
        scroll: window.scrollY,
        said: document.querySelector('[data-ticks-count]').textContent,
        isDisabled: document.querySelector('[data-ticks-action]').disabled,
      })`);
      expect(kept).toEqual({
        isTicked: true,
        focused: `kies-${desk.lateId}`,
        isOpen: true,
        typed: 'half getypt',
        scroll: before,
        said: '1 afname aangevinkt',
        isDisabled: false,
      });
      await page.close();
    },
    TIMEOUT,
  );

  it(
    'one box ticks all rows, and the buttons wait until something is ticked',
    async () => {
      const page = await open(`/series/${desk.series.seriesId}`, 1280);
      await page.waitForSelector('.following-all');
      expect(await page.evaluate("document.querySelector('[data-ticks-action]').disabled")).toBe(true);
      await page.click('.following-all');
      const count = await page.evaluate("document.querySelectorAll('tbody :checked').length");
      expect(count).toBe(7);
      await Promise.all([page.waitForNavigation(), page.click('[data-ticks-action]')]);
      expect(new URL(page.url()).pathname).toBe('/afnames/herinneren');
      await page.close();
    },
    TIMEOUT,
  );

  it(
    'the page of what needs attention loses a row when it is dealt with elsewhere',
    async () => {
      await passDue(app, desk.lateId, 3);
      const page = await open('/aandacht', 1280);
      await page.waitForSelector('.is-live');
      expect(await page.evaluate("document.body.textContent.includes('Finn Groen')")).toBe(true);
      await finishPair(app, await pairOf(app, desk.lateId, desk.contacts.post));
      await page.waitForFunction("!document.body.textContent.includes('Finn Groen')", { timeout: 15_000 });
      expect(await page.evaluate("document.querySelector('[data-live-announce]').textContent")).toContain('4 dingen');
      await page.close();
    },
    TIMEOUT,
  );
});
