/** A finished form asked back on a phone, filled in again with its marks, and the back button after finishing. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Browser, Page } from 'puppeteer-core';
import { scoreFieldName } from '../../domain/form.ts';
import { returnForm } from '../../prisma/commands/forms.ts';
import { startTestApp, type TestApp } from '../support/app.ts';
import { SMALL_CRITERIA } from '../support/factories.ts';
import { sessionCookies } from '../support/session-cookies.ts';
import { launchBrowser } from '../views/support/browser.ts';
import { COMPLETE, FIRST, type Sitting, sitDown } from './examiner-support.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const SCORE = scoreFieldName(SMALL_CRITERIA[0]);
const TIMEOUT = 60_000;

let app: TestApp;
let at: Sitting;
let browser: Browser;
let page: Page;

beforeAll(async () => {
  app = await startTestApp({ isLenient: true });
  browser = await launchBrowser();
}, TIMEOUT);
beforeEach(async () => {
  at = await sitDown(app);
  await at.save(COMPLETE);
  await at.finish();
  page = await browser.newPage();
  await page.setViewport({ width: 360, height: 780, isMobile: true, hasTouch: true });
  await page.setCookie(...sessionCookies(app.url, at.client));
  page.on('dialog', (dialog) => void dialog.accept());
});
afterEach(() => page.close({ runBeforeUnload: false }));
afterAll(async () => {
  await browser.close();
  await app.stop();
});

const show = (path: string) => page.goto(`${app.url}${at.formPath}${path}`, { waitUntil: 'load' });
const textOf = (): Promise<string> => page.evaluate('document.querySelector("main").innerText') as Promise<string>;

async function press(selector: string): Promise<void> {
  await Promise.all([page.waitForNavigation({ waitUntil: 'load' }), page.tap(selector)]);
}

/** Nothing that axe finds, and nothing that makes a phone scroll sideways. */
async function expectSound(): Promise<void> {
  await page.evaluate(axe);
  const found = (await page.evaluate(
    'axe.run(document).then(({ violations }) => violations.map(({ id, nodes }) => id + " " + nodes[0].html))',
  )) as string[];
  expect(found).toEqual([]);
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(360);
}

describe('a mistake in a finished form', () => {
  it(
    'is asked back, mended with its marks in sight, and finished again',
    async () => {
      await show('/klaar');
      await press(`a[href="${at.formPath}/terugvragen"]`);
      await expectSound();
      await page.tap('label[for="onderdelen"]');
      await page.type('#reden', 'Ik verwisselde twee studenten.');
      await press('form.proeve-form button[type="submit"]');
      expect(await textOf()).toContain('U wacht op antwoord');
      await expectSound();

      const { assessmentId, contactId } = at.started;
      await app.apply(returnForm, { assessmentId, contactId, components: [FIRST], reason: '', isByInitiator: true });
      await show('');
      expect(await textOf()).toContain('U vroeg hierom');
      await page.tap(`label[for="${SCORE}"]`);
      await page.waitForFunction(
        '[...document.querySelectorAll(".proeve-criterion__note")].some(({ textContent }) => textContent === "Gewijzigd: was V, nu O")',
        { timeout: 10_000 },
      );
      await expectSound();
      await page.tap(`label[for="${SCORE}-V"]`);
      await page.waitForFunction(
        '[...document.querySelectorAll(".proeve-criterion__note")].every(({ textContent }) => textContent === "")',
        { timeout: 10_000 },
      );
      await page.tap(`label[for="${SCORE}"]`);
      await press('button[value="controleren"]');
      expect(await textOf()).toContain('was V, wordt O');
      await press('form[action$="/controle"] button[type="submit"]');
      expect(page.url()).toContain('/klaar');
      await press(`a[href="${at.formPath}/versies"]`);
      expect(await textOf()).toContain('1 onderdeel gewijzigd');
      await expectSound();
    },
    TIMEOUT,
  );

  it(
    'cannot be made by the back button: it shows that the form is finished',
    async () => {
      const { assessmentId, contactId } = at.started;
      await app.apply(returnForm, { assessmentId, contactId, components: [FIRST], reason: 'Kijk nog eens.' });
      await show('/controle');
      await press('form[action$="/controle"] button[type="submit"]');
      expect(page.url()).toContain('/klaar');
      await page.goBack({ waitUntil: 'load' });
      expect(page.url()).toContain('/klaar');
      expect(await textOf()).toContain('Beoordeling afgerond');
      expect(await at.submissions()).toBe(2);
    },
    TIMEOUT,
  );
});
