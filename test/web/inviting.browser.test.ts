/** Inviting in a real browser: files that are dropped, stopped and tried again, sentences that follow, and what axe finds. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Browser, ElementHandle, HTTPRequest, Page } from 'puppeteer-core';
import { startTestApp, type TestApp } from '../support/app.ts';
import { pdfFile } from '../support/files.ts';
import { launchBrowser } from '../views/support/browser.ts';
import { addStudent, signedInTeacher } from './initiator-support.ts';
import { addContact, makeDrafts, postForm, SATURDAY, WORKDAY, wordScanner } from './inviting-support.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const TIMEOUT = 120_000;

let app: TestApp;
let browser: Browser;
let page: Page;
let dir: string;
let students: string[];
let bo: string;
let petra: string;
let seriesId: string;

beforeAll(async () => {
  app = await startTestApp({ isLenient: true, scanner: wordScanner });
  browser = await launchBrowser();
  dir = mkdtempSync(path.join(tmpdir(), 'proeve-files-'));
  bo = app.seed.contacts[0].id;
  petra = await addContact(app, 'Petra Praktijk');
  students = [await addStudent(app, 'Amira', 'Testers', '1'), await addStudent(app, 'Bram', 'Testers', '2')];
}, TIMEOUT);
afterAll(async () => {
  await browser?.close();
  await app?.stop();
  rmSync(dir, { recursive: true, force: true });
});
beforeEach(async () => {
  await page?.close();
  page = await browser.newPage();
  await page.setViewport({ width: 1280, height: 900 });
  const client = await signedInTeacher(app);
  await page.setCookie(
    ...[...client.cookies].map(([name, value]) => ({
      name,
      value: decodeURIComponent(value),
      url: app.url,
      path: '/',
      secure: true,
      httpOnly: true,
    })),
  );
  ({ seriesId } = await makeDrafts(app, students, [bo, petra]));
}, TIMEOUT);

function open(address: string) {
  return page.goto(app.url + address, { waitUntil: 'networkidle0' });
}

function fileNamed(name: string, bytes: Uint8Array): string {
  const file = path.join(dir, name);
  writeFileSync(file, bytes);
  return file;
}

async function choose(...files: string[]): Promise<void> {
  const input = (await page.$('input[type="file"]')) as ElementHandle<HTMLInputElement>;
  await input.uploadFile(...files);
}

function untilSaid(text: string) {
  return page.waitForFunction(
    (wanted) => document.querySelector('[data-upload-status]')?.textContent?.includes(wanted) === true,
    {},
    text,
  );
}

const rowTexts = () => page.$$eval('.inviting-upload', (rows) => rows.map((row) => row.textContent ?? ''));
const held = () =>
  page.$$eval('input[type="hidden"][name="bijlage"]', (fields) =>
    fields.map((field) => (field as HTMLInputElement).value),
  );

async function submit(): Promise<void> {
  await Promise.all([page.waitForNavigation(), page.click('#uitnodigen button:not([name])[type="submit"]')]);
}

/** Answers requests for a file as told; everything else goes on. */
async function onUpload(answer: (request: HTTPRequest) => void): Promise<void> {
  await page.setRequestInterception(true);
  page.on('request', (request) => {
    if (request.url().endsWith('/bijlagen')) answer(request);
    else void request.continue();
  });
}

describe('files', () => {
  it(
    'are sent as they are dropped, each by itself, and go along',
    async () => {
      await open(`/series/${seriesId}/uitnodigen`);
      await page.evaluate((pdf) => {
        const transfer = new DataTransfer();
        transfer.items.add(new File([pdf], 'plan.pdf', { type: 'application/pdf' }));
        transfer.items.add(new File(['MZ'], 'spel.exe'));
        const zone = document.querySelector('[data-drop-zone]');
        zone?.dispatchEvent(new DragEvent('drop', { dataTransfer: transfer, bubbles: true, cancelable: true }));
      }, pdfFile().toString('latin1'));
      await untilSaid('spel.exe: ');
      const [good, bad] = await rowTexts();
      expect(good).toContain('Klaar. Dit bestand gaat mee.');
      expect(bad).toContain('heeft een soort die niet mag');
      expect(await held()).toHaveLength(1);
      expect(await page.$eval('input[type="file"]', (input) => (input as HTMLInputElement).value)).toBe('');

      // What could not be sent is not left out in silence.
      await page.click('#uitnodigen button:not([name])[type="submit"]');
      await untilSaid('Niet alle bestanden zijn aangekomen.');
      expect(await page.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toBe('Weghalen: spel.exe');
      await page.keyboard.press('Enter');
      await submit();
      const attached = await app.database.invitationAttachment.findMany({
        where: { invitation: { pairs: { some: { assessment: { seriesId } } } } },
        include: { attachment: true },
      });
      expect(attached.map(({ attachment }) => attachment.name)).toEqual(['plan.pdf', 'plan.pdf']);
    },
    TIMEOUT,
  );

  it(
    'can be tried again after the connection was lost, and stopped on the way',
    async () => {
      let isCut = true;
      await onUpload((request) => {
        if (isCut) return void request.abort('connectionfailed');
        void request.continue();
      });
      await open(`/series/${seriesId}/uitnodigen`);
      await choose(fileNamed('brief.pdf', pdfFile()));
      await untilSaid('Het versturen lukte niet.');
      isCut = false;
      await page.click('[aria-label="Opnieuw proberen: brief.pdf"]');
      await untilSaid('brief.pdf: Klaar.');
      expect(await held()).toHaveLength(1);
    },
    TIMEOUT,
  );

  it(
    'on their way hold the invitations back; stopping one lets them go',
    async () => {
      // Never answered.
      await onUpload(() => undefined);
      await open(`/series/${seriesId}/uitnodigen`);
      await choose(fileNamed('groot.pdf', pdfFile()));
      await page.waitForSelector('.inviting-upload progress');
      await page.click('#uitnodigen button:not([name])[type="submit"]');
      await untilSaid('De bestanden worden nog verstuurd.');
      await Promise.all([page.waitForNavigation(), page.click('[aria-label="Stoppen: groot.pdf"]')]);
      expect(new URL(page.url()).pathname).toBe(`/series/${seriesId}`);
    },
    TIMEOUT,
  );

  it(
    'that wait for the scanner say so, and that they may go when they may',
    async () => {
      await open(`/series/${seriesId}/uitnodigen`);
      await choose(fileNamed('wacht.pdf', Buffer.concat([pdfFile(), Buffer.from('UNSEEN')])));
      await untilSaid('Gaat pas mee als dat gelukt is.');
      const [id = ''] = await held();
      await app.database.attachment.update({ where: { id }, data: { scan: 'clean' } });
      await page.type('#remark', 'Hallo');
      await untilSaid('wacht.pdf: Klaar.');
    },
    TIMEOUT,
  );
});

describe('sentences', () => {
  it(
    'follow what is ticked and typed',
    async () => {
      await open(`/series/${seriesId}/uitnodigen`);
      const sent = () => page.$eval('[data-say="send"]', (element) => element.textContent);
      expect(await sent()).toBe('2 uitnodigingen versturen');
      await page.click('#wie');
      await page.waitForFunction(() => document.querySelector('[data-say="send"]')?.textContent?.startsWith('1 '));
      await page.click('#wanneer-later');
      await page.$eval(
        '#verzenddag',
        (field, day) => {
          (field as HTMLInputElement).value = day;
          field.dispatchEvent(new Event('input', { bubbles: true }));
        },
        SATURDAY,
      );
      await page.waitForSelector('[data-moment-warning]:not([hidden])');
      expect(await sent()).toMatch(/^1 uitnodiging inplannen voor za /);
    },
    TIMEOUT,
  );
});

describe('the pages', () => {
  it(
    'have nothing that axe finds, and nothing that sticks out',
    async () => {
      const client = await signedInTeacher(app);
      await client.get('/verzendingen');
      const fields = { wie: [bo, petra], wanneer: 'later', verzenddag: WORKDAY, verzendtijd: '08:00' };
      const planned = await postForm(client, `/series/${seriesId}/uitnodigen`, fields);
      const batch = planned.location ?? '';
      const addresses = [`/series/${seriesId}/uitnodigen`, batch, `${batch}/stoppen`, '/verzendingen'];
      for (const address of addresses) {
        for (const width of [360, 1280]) {
          await page.setViewport({ width, height: 800, isMobile: width < 600, hasTouch: width < 600 });
          expect((await open(address))?.status()).toBe(200);
          await page.$$eval('details', (all) => {
            for (const details of all) details.open = true;
          });
          expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
          await page.evaluate(axe);
          const found = await page.evaluate(
            'axe.run({ iframes: false }).then((r) => r.violations.map((v) => v.id + ": " + v.nodes[0].html))',
          );
          expect([address, found]).toEqual([address, []]);
        }
      }
    },
    TIMEOUT,
  );
});
