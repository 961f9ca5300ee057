/** A mail scanner with a real browser: scripts run, every button is pressed, every form is sent as it is found. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, Page } from 'puppeteer-core';
import { startTestApp, type TestApp } from '../support/app.ts';
import { launchBrowser } from '../views/support/browser.ts';
import { COMPLETE, sitDown } from './examiner-support.ts';
import { standing } from './scanner-support.ts';

const SCAN_MS = 12_000;
/** A slow machine gets longer, until the scanner has come as far as the form. */
const SCAN_MAX_MS = 60_000;
const TIMEOUT = 150_000;

let app: TestApp;
let browser: Browser;

beforeAll(async () => {
  app = await startTestApp({ isLenient: true });
  browser = await launchBrowser();
}, TIMEOUT);
afterAll(async () => {
  await browser.close();
  await app.stop();
});

/** Counts what can be pressed or sent on a page: its buttons, then its forms. */
const COUNT = `document.querySelectorAll('button, [role="button"], summary').length + document.forms.length`;

function press(index: number): string {
  return `(() => {
    const buttons = [...document.querySelectorAll('button, [role="button"], summary')];
    if (${index} < buttons.length) buttons[${index}].click();
    else document.forms[${index} - buttons.length]?.submit();
  })()`;
}

/** Presses and sends for a while, from the link on, and on every page that comes up. @returns the pages it saw */
async function scanWithBrowser(link: string, formId: string): Promise<string[]> {
  const context = await browser.createBrowserContext();
  const page = await context.newPage();
  page.on('dialog', (dialog) => void dialog.accept());
  const begun = performance.now();
  const seen: string[] = [];
  const queue = [`${app.url}${link}`];
  const goesOn = () => {
    const hasSeenForm = seen.some((url) => url.includes(formId));
    return performance.now() - begun < (hasSeenForm ? SCAN_MS : SCAN_MAX_MS);
  };
  while (queue.length > 0 && goesOn()) {
    const url = queue.shift() ?? '';
    if (seen.includes(url)) continue;
    seen.push(url);
    await show(page, url);
    const count = Number(await page.evaluate(COUNT));
    for (let index = 0; index < count && goesOn(); index += 1) {
      // The first page is the one that must be passed, however slow the machine is.
      const isGone = page.waitForNavigation({ timeout: seen.length === 1 ? 4_000 : 250 }).catch(() => null);
      await page.evaluate(press(index)).catch(() => undefined);
      await isGone;
      queue.push(page.url());
      await show(page, url);
    }
    const links = await page.$$eval('a[href]', (found) => found.map((each) => String(Reflect.get(each, 'href'))));
    queue.push(...links.filter((href) => href.startsWith(app.url)).map((href) => href.split('#')[0] ?? href));
  }
  await context.close();
  return seen;
}

/** A press may still be on its way to another page. */
async function show(page: Page, url: string): Promise<void> {
  await page.goto(url, { waitUntil: 'load' }).catch(() => page.goto(url, { waitUntil: 'load' }));
}

describe('a mail scanner with a browser', () => {
  it(
    'finishes, declines and begins nothing of a fresh mail, and the examiner gets through afterwards',
    async () => {
      const started = await app.startAssessment();
      const before = await standing(app, started);
      const seen = await scanWithBrowser(await app.linkPath(started.linkId), started.formId);
      expect(seen.some((url) => url.includes(started.formId))).toBe(true);
      expect(await standing(app, started)).toEqual(before);
      const human = app.client();
      const opened = await app.openLink(human, started.linkId);
      const save = { revisie: '0', weergave: 'alles', actie: 'controleren', ...COMPLETE };
      const check = await human.post(opened.location ?? '', save, { follows: true });
      const field = (name: string) => new RegExp(`name="${name}" value="([^"]*)"`).exec(check.text)?.[1] ?? '';
      const finish = { revisie: field('revisie'), opdracht: field('opdracht') };
      expect((await human.post(`/beoordeling/${started.formId}/controle`, finish)).status).toBe(303);
      expect((await standing(app, started)).submissions).toBe(1);
    },
    TIMEOUT,
  );

  it(
    'leaves a form that a person filled in as it is',
    async () => {
      const at = await sitDown(app);
      await at.save(COMPLETE);
      const before = await standing(app, at.started);
      await scanWithBrowser(await app.linkPath(at.started.linkId), at.started.formId);
      expect(await standing(app, at.started)).toEqual(before);
      expect(await at.submissions()).toBe(0);
    },
    TIMEOUT,
  );
});
