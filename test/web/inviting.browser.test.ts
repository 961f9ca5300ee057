/** Inviting in a real browser: files that are dropped, stopped and tried again, sentences that follow, and what axe finds. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Browser, ElementHandle, HTTPRequest, Page } from 'puppeteer-core';
import { workOffBatch } from '../../prisma/commands/batches.ts';
import { startTestApp, type TestApp } from '../support/app.ts';
import { pdfFile } from '../support/files.ts';
import { lookAt } from '../support/looking.ts';
import { sessionCookies } from '../support/session-cookies.ts';
import { launchBrowser } from '../views/support/browser.ts';
import { addStudent, signedInTeacher } from './initiator-support.ts';
import { addContact, makeDrafts, postForm, SATURDAY, WORKDAY, wordScanner } from './inviting-support.ts';

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
  await page.setCookie(...sessionCookies(app.url, client));
  ({ seriesId } = await makeDrafts(app, students, [bo, petra]));
}, TIMEOUT);

function open(address: string) {
  return page.goto(app.url + address, { waitUntil: 'load' });
}

function fileNamed(name: string, bytes: Uint8Array): string {
  const file = path.join(dir, name);
  writeFileSync(file, bytes);
  return file;
}

async function choose(...files: string[]): Promise<void> {
  const input = await page.$('input[type="file"]');
  await (input as ElementHandle<never>).uploadFile(...files);
}

// In words of the browser: the types of its own world are not known here.
function untilSaid(text: string) {
  return until(`document.querySelector('[data-upload-status]').textContent.includes(${JSON.stringify(text)})`);
}

async function until(condition: string): Promise<void> {
  await page.waitForFunction(condition);
}

async function ask<Answer>(expression: string): Promise<Answer> {
  return (await page.evaluate(expression)) as Answer;
}

const rowTexts = () =>
  ask<string[]>("[...document.querySelectorAll('.inviting-upload')].map((row) => row.textContent)");
const held = () =>
  ask<string[]>(`[...document.querySelectorAll('input[type="hidden"][name="bijlage"]')].map((field) => field.value)`);

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
      await ask(`(() => {
        const transfer = new DataTransfer();
        transfer.items.add(new File([${JSON.stringify(pdfFile().toString('latin1'))}], 'plan.pdf'));
        transfer.items.add(new File(['MZ'], 'spel.exe'));
        const drop = new DragEvent('drop', { dataTransfer: transfer, bubbles: true, cancelable: true });
        document.querySelector('[data-drop-zone]').dispatchEvent(drop);
      })()`);
      await untilSaid('spel.exe: ');
      const [good, bad] = await rowTexts();
      expect(good).toContain('Klaar. Dit bestand gaat mee.');
      expect(bad).toContain('heeft een soort die niet mag');
      expect(await held()).toHaveLength(1);
      expect(await ask(`document.querySelector('input[type="file"]').value`)).toBe('');

      // What could not be sent is not left out in silence.
      await page.click('#uitnodigen button:not([name])[type="submit"]');
      await untilSaid('Niet alle bestanden zijn aangekomen.');
      expect(await ask("document.activeElement.getAttribute('aria-label')")).toBe('Weghalen: spel.exe');
      await page.keyboard.press('Enter');
      await submit();
      await page.waitForSelector('.is-live');
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
      await page.waitForSelector('.is-live');
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
      const sent = () => ask<string>(`document.querySelector('[data-say="send"]').textContent`);
      expect(await sent()).toBe('2 uitnodigingen versturen');
      await page.click('#wie');
      await until(`document.querySelector('[data-say="send"]').textContent.startsWith('1 ')`);
      await page.click('#wanneer-later');
      await ask(`(() => {
        const field = document.querySelector('#verzenddag');
        field.value = '${SATURDAY}';
        field.dispatchEvent(new Event('input', { bubbles: true }));
      })()`);
      await page.waitForSelector('[data-moment-warning]:not([hidden])');
      expect(await sent()).toMatch(/^1 uitnodiging inplannen voor za /);
    },
    TIMEOUT,
  );
});

describe('a batch that takes longer', () => {
  it(
    'shows how far it is while it goes on, and when it is found again',
    async () => {
      const examiners: string[] = [];
      for (let index = 0; index < 44; index += 1) examiners.push(await addContact(app, `Examinator ${index}`));
      const drafts = await makeDrafts(app, students, examiners);
      const client = await signedInTeacher(app);
      await client.get('/verzendingen');
      const sent = await postForm(client, `/series/${drafts.seriesId}/uitnodigen`, { wie: examiners });
      const batch = sent.location ?? '';
      await open(batch);
      expect(await ask('document.querySelector("progress").value')).toBeLessThan(44);
      await until("document.querySelector('[data-live]').classList.contains('is-live')");
      // As the conductor does.
      const work = { batchId: batch.split('/').at(-1) ?? '', schoolId: app.seed.schoolId, kid: app.keyring.current };
      await workOffBatch(app.door, work, 100);
      await until("document.querySelector('progress').value === 44");
      expect(await ask("document.querySelector('[data-live-text]').textContent")).toBe(
        'Alle uitnodigingen zijn verstuurd.',
      );
      expect(await ask('document.querySelector("[data-live-announce]").textContent')).toContain('verstuurd');
      await open(batch);
      expect(await ask('document.body.textContent')).toContain('44 van 44 verstuurd');
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
        expect((await open(address))?.status()).toBe(200);
        await ask("document.querySelectorAll('details').forEach((details) => { details.open = true; })");
        expect([address, await lookAt(page)]).toEqual([address, []]);
      }
    },
    TIMEOUT,
  );
});
