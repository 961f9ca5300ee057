/** A member of the committee corrects a form, by keyboard; the pages of it on a phone and a desk, light and dark. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, Page } from 'puppeteer-core';
import { justificationFieldName } from '../../domain/form.ts';
import { DEFAULT_SCHOOL_SETTINGS } from '../../domain/school.ts';
import { correctForm } from '../../prisma/commands/editing.ts';
import { startTestApp, type TestApp } from '../support/app.ts';
import { SMALL_COMPONENTS, smallForm } from '../support/factories.ts';
import { lookAt } from '../support/looking.ts';
import { sessionCookies } from '../support/session-cookies.ts';
import { launchBrowser } from '../views/support/browser.ts';
import { committeeClient, differing, type TwoExaminers } from './committee-support.ts';

const TIMEOUT = 60_000;
const [FIRST] = SMALL_COMPONENTS;
const WORDS = `#${justificationFieldName(FIRST)}`;

let app: TestApp;
let browser: Browser;
let page: Page;
let two: TwoExaminers;

beforeAll(async () => {
  const deciding = { committeeEdits: 'scores' } as const;
  app = await startTestApp({ isLenient: true, seed: { settings: { ...DEFAULT_SCHOOL_SETTINGS, deciding } } });
  two = await differing(app);
  browser = await launchBrowser();
  page = await browser.newPage();
  await page.setViewport({ width: 1280, height: 800 });
  await page.setCookie(...sessionCookies(app.url, await committeeClient(app)));
  page.on('dialog', (dialog) => void dialog.accept());
}, TIMEOUT);
afterAll(async () => {
  await browser.close();
  await app.stop();
});

const settled = { waitUntil: 'networkidle0' } as const;
const show = (path: string) => page.goto(`${app.url}/commissie/${two.assessmentId}${path}`, settled);
const textOf = (): Promise<string> => page.evaluate('document.querySelector("main").innerText') as Promise<string>;

async function press(selector: string, key: 'Space' | 'Enter'): Promise<void> {
  await page.focus(selector);
  await Promise.all([page.waitForNavigation(settled), page.keyboard.press(key)]);
}

describe('correcting a form', () => {
  it(
    'goes by keyboard from the switch to the history',
    async () => {
      await show('');
      await press('[role="switch"]', 'Space');
      expect(await textOf()).toContain('U bewerkt dit dossier');
      expect(await lookAt(page, [360, 1280])).toEqual([]);
      await press(`a[href*="/bewerken/${two.first.contactId}"]`, 'Enter');
      expect(await lookAt(page, [360, 1280])).toEqual([]);
      await page.$eval(WORDS, (field) => (field as { select(): void } & typeof field).select());
      await page.type(WORDS, 'Gezien bij de wondzorg op kamer 5.');
      // Meanwhile somebody else is first.
      const content = smallForm('V');
      const justifications = { ...content.justifications, [FIRST]: 'Gezien op kamer 6.' };
      const { membershipId } = app.seed.committee;
      const { assessmentId, first } = two;
      const correction = { content: { ...content, justifications }, reason: 'Andere kamer.', formVersion: 1 };
      await app.apply(correctForm, { assessmentId, contactId: first.contactId, membershipId, ...correction });
      await page.type('#reden', 'De kamer klopte niet.');
      await press('form.proeve-form button[type="submit"]', 'Enter');
      expect(await textOf()).toContain('Intussen gewijzigd door Cor van Proef.');
      expect(await page.evaluate('document.activeElement.hasAttribute("data-error-summary")')).toBe(true);
      expect(await lookAt(page, [360, 1280])).toEqual([]);
      await press('form.proeve-form button[type="submit"]', 'Enter');
      await press('a[href$="/bewerkhistorie"]', 'Enter');
      expect(await textOf()).toContain('De kamer klopte niet.');
      expect(await lookAt(page, [360, 1280])).toEqual([]);
    },
    TIMEOUT,
  );

  it(
    'sends back with a field for the reason of each component that is ticked',
    async () => {
      await show(`/terug/${two.second.contactId}`);
      const own = `#reason-${FIRST.replaceAll('/', '-')}`;
      expect(await page.$eval(own, (field) => field.checkVisibility())).toBe(false);
      await page.focus('#onderdelen');
      await page.keyboard.press('Space');
      expect(await page.$eval(own, (field) => field.checkVisibility())).toBe(true);
      expect(await lookAt(page, [360, 1280])).toEqual([]);
    },
    TIMEOUT,
  );
});
