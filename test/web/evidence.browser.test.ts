/** Evidence in a real browser on a phone: sending, taking away, a lost connection, and what axe finds. */
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Browser, Page } from 'puppeteer-core';
import { EvidencePolicy } from '../../domain/evidence.ts';
import { evidenceFieldName } from '../../domain/form.ts';
import { startTestApp, type TestApp } from '../support/app.ts';
import { photoFile } from '../support/evidence-files.ts';
import { sessionCookies } from '../support/session-cookies.ts';
import { launchBrowser } from '../views/support/browser.ts';
import { COMPLETE, FIRST, SECOND, type Sitting, sitDown } from './examiner-support.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const TIMEOUT = 60_000;
const ROW = `[data-evidence="${FIRST}"]`;

let app: TestApp;
let at: Sitting;
let browser: Browser;
let page: Page;
let folder: string;
let photo: string;

beforeAll(async () => {
  app = await startTestApp({ isLenient: true, seed: { settings: { evidence: EvidencePolicy.Required } } });
  browser = await launchBrowser();
  folder = await mkdtemp(path.join(tmpdir(), 'proeve-evidence-'));
  photo = path.join(folder, 'IMG_2041.jpg');
  await writeFile(photo, await photoFile({ width: 1600, height: 1200 }));
}, TIMEOUT);
beforeEach(async () => {
  at = await sitDown(app);
  page = await browser.newPage();
  await page.setViewport({ width: 360, height: 780, isMobile: true, hasTouch: true });
  await page.setCookie(...sessionCookies(app.url, at.client));
  page.on('dialog', (dialog) => void dialog.accept());
  await page.goto(`${app.url}${at.formPath}?weergave=alles`, { waitUntil: 'load' });
});
afterEach(async () => {
  await page.close({ runBeforeUnload: false });
});
afterAll(async () => {
  await browser.close();
  await app.stop();
  await rm(folder, { recursive: true, force: true });
});

/** Presses the button and chooses a file in the dialog that opens. */
async function choose(file: string, selector = `${ROW} [data-evidence-add]`): Promise<void> {
  const [dialog] = await Promise.all([page.waitForFileChooser(), page.click(selector)]);
  await dialog.accept([file]);
}

async function waitForPiece(): Promise<void> {
  await page.waitForSelector(`${ROW} [data-evidence-id] [data-evidence-remove]`, { timeout: 20_000 });
}

async function waitForStatus(words: string): Promise<void> {
  const condition = `document.querySelector(${JSON.stringify(`${ROW} [data-evidence-status]`)}).textContent.includes(${JSON.stringify(words)})`;
  await page.waitForFunction(condition, { timeout: 10_000, polling: 50 });
}

const openItem = () =>
  page.$eval(`[data-open-item="${evidenceFieldName(FIRST)}"]`, (item) => item.hasAttribute('hidden'));

describe('evidence with its script', () => {
  it(
    'sends a photo at once, shows it small, and knows that nothing is missing there any more',
    async () => {
      expect(await openItem()).toBe(false);
      await choose(photo);
      await waitForPiece();
      await waitForStatus('IMG_2041.jpg is toegevoegd.');
      expect(await openItem()).toBe(true);
      expect(await page.$eval(`${ROW} [data-evidence-notice]`, (notice) => notice.hasAttribute('hidden'))).toBe(true);
      await page.waitForFunction(`document.querySelector(${JSON.stringify(`${ROW} img`)})?.naturalWidth > 0`, {
        timeout: 10_000,
      });
      const wide = await page.evaluate('document.documentElement.scrollWidth');
      expect(wide).toBeLessThanOrEqual(360);
      await page.evaluate(axe);
      const found = await page.evaluate('axe.run().then(({ violations }) => violations.map(({ id }) => id))');
      expect(found).toEqual([]);
    },
    TIMEOUT,
  );

  it(
    'takes it away and brings it back, and keeps a caption without leaving the form',
    async () => {
      await choose(photo);
      await waitForPiece();
      await page.type(`${ROW} [data-evidence-caption-field]`, 'Kamer 4');
      await page.keyboard.press('Enter');
      await waitForStatus('Het bijschrift is bewaard.');
      await page.click(`${ROW} [data-evidence-remove]`);
      await page.waitForSelector(`${ROW} .proeve-evidence__undo button`);
      expect(await openItem()).toBe(false);
      await page.click(`${ROW} .proeve-evidence__undo button`);
      await waitForStatus('IMG_2041.jpg staat er weer.');
      expect(await openItem()).toBe(true);
      const row = await app.database.evidence.findFirstOrThrow({ where: { formId: at.started.formId } });
      expect(row).toMatchObject({ caption: 'Kamer 4', removedAt: null, componentRef: FIRST });
    },
    TIMEOUT,
  );

  it(
    'keeps the file without a connection, and sends it when there is one',
    async () => {
      await page.setOfflineMode(true);
      await choose(photo);
      await waitForStatus('Voor bewijs hebt u internet nodig.');
      await page.setOfflineMode(false);
      await waitForPiece();
      expect(await app.database.evidence.count({ where: { formId: at.started.formId } })).toBe(1);
    },
    TIMEOUT,
  );

  it(
    'says what is wrong with a file, and asks once before it is left behind',
    async () => {
      const wrong = path.join(folder, 'notities.pdf');
      await writeFile(wrong, 'geen pdf');
      await choose(wrong);
      await waitForStatus('geen foto en geen PDF');
      await page.click('button[value="opslaan"]:not([tabindex="-1"])');
      await waitForStatus('is nog niet verstuurd');
      await Promise.all([
        page.waitForNavigation({ waitUntil: 'load' }),
        page.click('button[value="opslaan"]:not([tabindex="-1"])'),
      ]);
      expect(await page.$$(`${ROW} [data-evidence-id]`)).toHaveLength(0);
    },
    TIMEOUT,
  );

  it(
    'leads from the check page to the component that lacks a piece, and then finishes',
    async () => {
      await at.save(COMPLETE);
      await page.reload({ waitUntil: 'load' });
      await choose(photo);
      await waitForPiece();
      await page.goto(`${app.url}${at.formPath}/controle`, { waitUntil: 'load' });
      await Promise.all([page.waitForNavigation({ waitUntil: 'load' }), page.click('.proeve-error-summary a')]);
      expect(await page.evaluate('document.activeElement.id')).toBe(evidenceFieldName(SECOND));
      await choose(photo, `[data-evidence="${SECOND}"] [data-evidence-add]`);
      await page.waitForSelector(`[data-evidence="${SECOND}"] [data-evidence-remove]`);
      await page.goto(`${app.url}${at.formPath}/controle`, { waitUntil: 'load' });
      await Promise.all([page.waitForNavigation({ waitUntil: 'load' }), page.click('.proeve-form-finish button')]);
      expect(new URL(page.url()).pathname).toBe(`${at.formPath}/klaar`);
    },
    TIMEOUT,
  );

  it(
    'has the same without script: a page that saves, adds and shows',
    async () => {
      await page.setJavaScriptEnabled(false);
      await page.goto(`${app.url}${at.formPath}?weergave=alles`, { waitUntil: 'load' });
      await Promise.all([page.waitForNavigation({ waitUntil: 'load' }), page.click(`${ROW} [data-evidence-add]`)]);
      expect(new URL(page.url()).pathname).toBe(`${at.formPath}/bewijs`);
      const input = await page.$('input[type="file"]');
      await (input as unknown as { uploadFile(file: string): Promise<void> }).uploadFile(photo);
      await Promise.all([page.waitForNavigation({ waitUntil: 'load' }), page.click('main form[enctype] button')]);
      expect(await page.$$('.proeve-evidence__item')).toHaveLength(1);
      const wide = await page.$eval('body', (body) => (body as unknown as { scrollWidth: number }).scrollWidth);
      expect(wide).toBeLessThanOrEqual(360);
    },
    TIMEOUT,
  );
});
