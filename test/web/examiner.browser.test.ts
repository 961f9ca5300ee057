/** The form in a real browser: saving by itself, progress, keys, a lost connection, and what axe finds. */
import { setTimeout } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Browser, Page } from 'puppeteer-core';
import { justificationFieldName, scoreFieldName } from '../../domain/form.ts';
import { returnForm } from '../../prisma/commands/forms.ts';
import { startTestApp, type TestApp } from '../support/app.ts';
import { SMALL_CRITERIA } from '../support/factories.ts';
import { lookAt } from '../support/looking.ts';
import { sessionCookies } from '../support/session-cookies.ts';
import { launchBrowser } from '../views/support/browser.ts';
import { COMPLETE, FIRST, fields, SECOND, type Sitting, sitDown, WORDS } from './examiner-support.ts';

const SCORE = scoreFieldName(SMALL_CRITERIA[0]);
const TEXT = justificationFieldName(FIRST);
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
  page = await openPage(360);
});
afterEach(async () => {
  await page.close({ runBeforeUnload: false });
});
afterAll(async () => {
  await browser.close();
  await app.stop();
});

async function openPage(width: number): Promise<Page> {
  const opened = await browser.newPage();
  await opened.setViewport({ width, height: 780, isMobile: width < 600, hasTouch: width < 600 });
  await opened.setCookie(...sessionCookies(app.url, at.client));
  opened.on('dialog', (dialog) => void dialog.accept());
  return opened;
}

async function show(path = ''): Promise<void> {
  await page.goto(`${app.url}${at.formPath}${path}`, { waitUntil: 'load' });
}

/** The script answers to these; a person would look at them. */
async function waitForText(selector: string, text: string): Promise<void> {
  const condition = `document.querySelector(${JSON.stringify(selector)})?.textContent.includes(${JSON.stringify(text)})`;
  await page.waitForFunction(condition, { timeout: 10_000, polling: 50 });
}

function waitForSave() {
  return page.waitForResponse((response) => response.url().endsWith('/concept'), { timeout: 10_000 });
}

async function choose(id: string): Promise<void> {
  await page.click(`label[for="${id}"]`);
}

describe('the form with its script', () => {
  it(
    'saves by itself, and says when',
    async () => {
      await show();
      const saved = waitForSave();
      await choose(`${SCORE}-V`);
      await page.type(`#${TEXT}`, WORDS);
      expect((await saved).status()).toBe(200);
      await page.waitForFunction(
        '/^\\d\\d:\\d\\d$/.test(document.querySelector("[data-save-state-text]").textContent)',
      );
      await page.waitForFunction('document.querySelector("[name=revisie]").value !== "0"');
      if ((await at.draft())?.justifications[FIRST] !== WORDS) await waitForSave();
      expect(await at.draft()).toMatchObject({
        scores: { [SMALL_CRITERIA[0]]: 'V' },
        justifications: { [FIRST]: WORDS },
      });
    },
    TIMEOUT,
  );

  it(
    'counts along and says why a justification is needed',
    async () => {
      await show();
      await choose(`${SCORE}-G`);
      await waitForText('[data-progress-text]', '1 van 4 ingevuld');
      await waitForText(`[data-notice-for="${TEXT}"]`, 'Verplicht: u gaf 1× G.');
      await waitForText('[data-open-text]', 'Nog open (4)');
      await page.type(`#${TEXT}`, 'x');
      await waitForText('[data-open-text]', 'Nog open (3)');
    },
    TIMEOUT,
  );

  it(
    'goes to what is open on this page without a trip to the server',
    async () => {
      await show();
      await page.click('[data-open] summary');
      await page.click(`[data-jump="${scoreFieldName(SMALL_CRITERIA[1])}"]`);
      expect(await page.evaluate('document.activeElement.id')).toBe(scoreFieldName(SMALL_CRITERIA[1]));
      expect(await page.evaluate('document.querySelector("[data-open]").open')).toBe(false);
    },
    TIMEOUT,
  );

  it(
    'takes o, v, g and the arrows, and is finished by keyboard alone',
    async () => {
      await page.close();
      page = await openPage(1280);
      await show('?weergave=alles');
      await page.focus(`#${SCORE}`);
      for (const key of ['v', 'ArrowDown', 'g', 'ArrowDown', 'o', 'ArrowUp', 'ArrowDown', 'ArrowDown', 'v'])
        await page.keyboard.press(key as 'v');
      const chosen = await page.$$eval('input[type="radio"]:checked', (inputs) =>
        inputs.map((input) => (input as unknown as { value: string }).value),
      );
      expect(chosen).toEqual(['V', 'G', 'O', 'V']);
      await page.focus(`#${TEXT}`);
      await page.keyboard.type('vog'); // letters in a text stay letters
      await page.focus(`#${justificationFieldName(SECOND)}`);
      await page.keyboard.type('Er ontbreekt een stap.');
      await page.focus('button[value="controleren"]');
      await Promise.all([page.waitForNavigation({ waitUntil: 'load' }), page.keyboard.press('Enter')]);
      await page.focus('form[action$="/controle"] button[type="submit"]');
      await Promise.all([page.waitForNavigation({ waitUntil: 'load' }), page.keyboard.press('Enter')]);
      expect(page.url()).toBe(`${app.url}${at.formPath}/klaar`);
      expect(await at.submissions()).toBe(1);
    },
    TIMEOUT,
  );

  it(
    'says that it is not connected, keeps trying, and saves when it is again',
    async () => {
      await show();
      await page.setOfflineMode(true);
      // The first radio has the id of the group.
      await choose(SCORE);
      await waitForText('[data-save-problem]', 'Niet verbonden, bewaard op dit toestel.');
      await page.setOfflineMode(false);
      await page.waitForFunction('document.querySelector("[data-save-problem]").hidden', { timeout: 15_000 });
      expect(await at.draft()).toMatchObject({ scores: { [SMALL_CRITERIA[0]]: 'O' } });
    },
    TIMEOUT,
  );

  it(
    'saves what was typed just before leaving',
    async () => {
      await show();
      await page.type(`#${TEXT}`, 'Nog gauw');
      await page.evaluate(`location.assign('/privacy')`);
      await page.waitForFunction('location.pathname === "/privacy"');
      // The save outlives its page, so nobody there can say when it arrived.
      const isSaved = async () => (await at.draft())?.justifications[FIRST] === 'Nog gauw';
      for (let tries = 0; tries < 50 && !(await isSaved()); tries += 1) await setTimeout(100);
      expect(await isSaved()).toBe(true);
    },
    TIMEOUT,
  );

  it(
    'keeps what two tabs wrote and leads to the choice',
    async () => {
      await show();
      await at.save(fields(['V', '', '', ''], ['Op de computer', '']));
      await page.type(`#${TEXT}`, 'Op de telefoon');
      await waitForText('[data-save-problem]', 'Beide versies zijn bewaard.');
      await Promise.all([page.waitForNavigation({ waitUntil: 'load' }), page.click('[data-save-problem] a')]);
      const text = String(await page.evaluate('document.body.textContent'));
      expect(text).toContain('Op de computer');
      expect(text).toContain('Op de telefoon');
    },
    TIMEOUT,
  );
});

describe('the pages of the examiner', () => {
  it(
    'have nothing that axe finds, in either theme, and never scroll sideways',
    async () => {
      await at.save(fields(['O', 'V', '', '']));
      await look(['', '?weergave=alles', '?stap=1&fouten=1', '/controle', 'beoordelingen']);
      await at.client.post(at.formPath, {
        revisie: '0',
        weergave: 'alles',
        ...fields(['G', 'V', 'V', 'V'], ['Daar', '']),
      });
      await look(['']);
      const side = (await at.client.get(at.formPath)).location ?? '';
      await at.client.post(side, { 'keuze-B1-K1-W1-behaviour': 'nu' });
      await at.save(COMPLETE);
      await look(['/controle']);
      await at.finish();
      await look(['', '/klaar', '/niet-ik']);
      await app.apply(returnForm, { ...at.started, components: [SECOND], reason: 'Kijk nog eens.' });
      await look(['?weergave=alles']);
    },
    TIMEOUT * 3,
  );
});

/** Opens each page as a phone in both themes, and lets axe look. */
async function look(paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    await page.goto(path === 'beoordelingen' ? `${app.url}/beoordelingen` : `${app.url}${at.formPath}${path}`, {
      waitUntil: 'load',
    });
    expect([path, await lookAt(page, [360])]).toEqual([path, []]);
  }
}
