/** Notes beside the form on a phone: one tap, no words lost, and into the justification. */
import { setTimeout } from 'node:timers/promises';
import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Page } from 'puppeteer-core';
import { justificationFieldName } from '../../domain/form.ts';
import type { TestApp } from '../support/app.ts';
import { lookAt } from '../support/looking.ts';
import { FIRST, fields, type Sitting, WORDS } from './examiner-support.ts';
import { BROWSER_TIMEOUT, type Device, takeSeats } from './offline-support.ts';

const NOTE = 'Zij waste eerst haar handen.';
const TEXT = justificationFieldName(FIRST);

let app: TestApp;
let at: Sitting;
let device: Device;
let page: Page;

takeSeats((seat) => {
  ({ app, at, device, page } = seat);
});
beforeEach(async () => {
  await page.goto(`${app.url}${at.formPath}?stap=1`, { waitUntil: 'load' });
});

const rows = () => app.database.examinerNote.findMany({ where: { formId: at.started.formId } });

async function openPanel(): Promise<void> {
  await page.tap('[data-notes-open]');
  await page.waitForSelector('[data-notes][open] .proeve-note-own');
}

async function note(text: string): Promise<void> {
  await page.type('#notitie', text);
  await page.tap('[data-note-new] button[type="submit"]');
}

function status(text: string) {
  const condition = `document.querySelector('[data-note-status]').textContent.includes(${JSON.stringify(text)})`;
  return page.waitForFunction(condition, { timeout: 15_000, polling: 50 });
}

async function waitForRows(count: number): Promise<void> {
  for (let tries = 0; tries < 100 && (await rows()).length < count; tries += 1) await setTimeout(100);
}

const typedIn = (selector: string) => page.$eval(selector, (field) => (field as unknown as { value: string }).value);

describe('notes beside the form', () => {
  it(
    'are made with one tap, typing and one tap, and the form stays where it is',
    async () => {
      await openPanel();
      expect(await page.evaluate('document.activeElement.id')).toBe('notitie');
      await note(NOTE);
      await status('Bewaard.');
      expect(await typedIn('#notitie')).toBe('');
      expect(await page.$eval('.proeve-note__words', (words) => words.textContent)).toBe(NOTE);
      expect(await page.$eval('[data-notes-open-text]', (label) => label.textContent)).toBe('Notities (1)');
      await note('En daarna de wond.');
      await page.waitForFunction('document.querySelectorAll(".proeve-note").length === 2');
      expect((await rows()).map(({ body, componentRef }) => [body, componentRef]).sort()).toEqual([
        ['En daarna de wond.', FIRST],
        [NOTE, FIRST],
      ]);
      expect(new URL(page.url()).pathname).toBe(at.formPath);
    },
    BROWSER_TIMEOUT,
  );

  it(
    'go into the justification with a tap, which saves the form',
    async () => {
      await openPanel();
      await note(NOTE);
      await page.waitForSelector('[data-note-take]');
      const saved = page.waitForResponse((response) => response.url().endsWith('/concept'), { timeout: 10_000 });
      await page.tap('[data-note-take]');
      expect(await page.$eval('[data-notes]', (panel) => (panel as unknown as { open: boolean }).open)).toBe(false);
      expect(await page.evaluate('document.activeElement.id')).toBe(TEXT);
      expect(await typedIn(`[id="${TEXT}"]`)).toMatch(new RegExp(`: ${NOTE}$`));
      await saved;
      for (let tries = 0; tries < 50 && !(await at.draft())?.justifications[FIRST]; tries += 1) await setTimeout(100);
      expect((await at.draft())?.justifications[FIRST]).toContain(NOTE);
      await openPanel();
      expect(await page.$eval('.proeve-note__taken', (taken) => taken.textContent)).toContain(
        'Staat in de onderbouwing',
      );
    },
    BROWSER_TIMEOUT,
  );

  it(
    'of another work process go to it through the server',
    async () => {
      await at.client.post(`${at.formPath}/notities`, { notitie: NOTE, over: FIRST });
      await page.goto(`${app.url}${at.formPath}?stap=2`, { waitUntil: 'load' });
      await openPanel();
      await Promise.all([page.waitForNavigation({ waitUntil: 'load' }), page.tap('[data-note-take]')]);
      expect(page.url()).toContain('stap=1');
      expect(await typedIn(`[id="${TEXT}"]`)).toContain(NOTE);
    },
    BROWSER_TIMEOUT,
  );

  it(
    'wait on the device while there is no connection, say so, and are sent once by themselves',
    async () => {
      // What the page fetches for later is fetched.
      await page.waitForNetworkIdle();
      await openPanel();
      await device.setOffline(true);
      await note('Eerste');
      await status('Uw notitie is bewaard op dit toestel.');
      await note('Tweede');
      await page.waitForFunction('document.querySelectorAll("[data-note-waiting] li").length === 2');
      await page.tap('[data-notes-close]');
      expect(await page.$('.proeve-note-open--unsaved')).not.toBeNull();
      await device.setOffline(false);
      await page.waitForFunction('document.querySelector("[data-note-waiting]").hidden', { timeout: 15_000 });
      expect((await rows()).map(({ body }) => body).sort()).toEqual(['Eerste', 'Tweede']);
      expect(await page.$('.proeve-note-open--unsaved')).toBeNull();
    },
    BROWSER_TIMEOUT,
  );

  it(
    'that wait are unreadable on the device, and are sent by the next page that opens',
    async () => {
      // What the page fetches for later is fetched.
      await page.waitForNetworkIdle();
      await openPanel();
      await device.setOffline(true);
      await note(NOTE);
      await status('Uw notitie is bewaard op dit toestel.');
      expect((await device.dump()).text).not.toContain('handen');
      await page.close({ runBeforeUnload: false });
      await device.setOffline(false);
      page = await device.newPage();
      await page.goto(`${app.url}${at.formPath}?stap=1`, { waitUntil: 'load' });
      await waitForRows(1);
      expect((await rows()).map(({ body }) => body)).toEqual([NOTE]);
    },
    BROWSER_TIMEOUT,
  );

  it(
    'are made in the copy on the device too, each a note of its own',
    async () => {
      const isReady = '!document.querySelector("[data-device]").hidden && navigator.serviceWorker.controller';
      await page.waitForFunction(isReady, { timeout: 20_000, polling: 100 });
      await device.setOffline(true);
      for (const text of ['Eerste', 'Tweede']) {
        await page.reload({ waitUntil: 'load' });
        await page.tap('[data-notes-open]');
        await page.waitForSelector('[data-notes][open] [data-note-new] button[type="submit"]', { visible: true });
        await note(text);
        await status('Uw notitie is bewaard op dit toestel.');
      }
      await device.setOffline(false);
      await waitForRows(2);
      expect((await rows()).map(({ body }) => body).sort()).toEqual(['Eerste', 'Tweede']);
      expect((await device.dump()).text).not.toContain('Eerste');
    },
    BROWSER_TIMEOUT,
  );

  it(
    'are kept when the panel is closed, and when the page goes away',
    async () => {
      await openPanel();
      await page.type('#notitie', 'Eerste');
      await page.tap('[data-notes-close]');
      await page.waitForFunction('document.querySelector("[data-notes-open-text]").textContent === "Notities (1)"');
      await openPanel();
      await page.type('#notitie', 'Tweede');
      await page.goto(`${app.url}/privacy`, { waitUntil: 'load' });
      // The last words may not outrun the page that goes; then the next look at the form brings them.
      await page.goto(`${app.url}${at.formPath}?stap=1`, { waitUntil: 'load' });
      await waitForRows(2);
      expect((await rows()).map(({ body }) => body).sort()).toEqual(['Eerste', 'Tweede']);
    },
    BROWSER_TIMEOUT,
  );

  it(
    'are classified without the keyboard of the phone: the list of places has the focus',
    async () => {
      await at.client.post(`${at.formPath}/notities`, { notitie: NOTE });
      await openPanel();
      await page.tap('[data-note-link]');
      await page.waitForSelector('#notitie-wijzigen');
      expect(await page.evaluate('document.activeElement.id')).toBe('notitie-wijzigen-over');
    },
    BROWSER_TIMEOUT,
  );

  it(
    'are changed, deleted and put back in the panel',
    async () => {
      await at.client.post(`${at.formPath}/notities`, { notitie: NOTE });
      await openPanel();
      await page.tap('[data-note-link]');
      await page.waitForSelector('#notitie-wijzigen');
      await page.select('#notitie-wijzigen-over', FIRST);
      await page.tap('button[value="wijzigen"]');
      await page.waitForSelector('[data-note-take]');
      await page.tap('button[value="verwijderen"]');
      await page.waitForSelector('button[value="terugzetten"]');
      expect(await page.$('.proeve-note')).toBeNull();
      await page.tap('button[value="terugzetten"]');
      await page.waitForSelector('.proeve-note');
      expect(await rows()).toMatchObject([{ body: NOTE, componentRef: FIRST, deletedAt: null }]);
    },
    BROWSER_TIMEOUT,
  );

  it(
    'say what is wrong with a note, and keep its words',
    async () => {
      await openPanel();
      await page.$eval('#notitie', (box) => {
        (box as unknown as { value: string }).value = 'x'.repeat(2001);
      });
      await page.tap('[data-note-new] button[type="submit"]');
      await status('De notitie is te lang: 2001 tekens.');
      expect((await typedIn('#notitie')).length).toBe(2001);
    },
    BROWSER_TIMEOUT,
  );
});

describe('the pages of notes', () => {
  it(
    'have nothing that axe finds, in either theme, fit a phone, and leave room for a finger',
    async () => {
      await at.save(fields(['O', 'G', '', ''], [WORDS, '']));
      await at.client.post(`${at.formPath}/notities`, { notitie: NOTE, over: FIRST });
      await at.client.post(`${at.formPath}/notities`, { notitie: 'a'.repeat(300) });
      const [row] = await rows();
      for (const path of ['', '?panel', '/notities', `/notities?wijzig=${row?.id}`]) {
        await page.goto(`${app.url}${at.formPath}${path}`, { waitUntil: 'load' });
        if (path === '?panel') await openPanel();
        expect([path, await lookAt(page, [360])]).toEqual([path, []]);
        const small =
          await page.evaluate(`[...document.querySelectorAll('.proeve-notes button, .proeve-notes a, .proeve-note a, .proeve-note button')]
          .map((each) => [each.textContent.trim(), each.getBoundingClientRect()])
          .filter(([, box]) => box.width > 0 && (box.height < 44 || box.width < 44)).map(([text]) => text)`);
        expect(small).toEqual([]);
      }
    },
    BROWSER_TIMEOUT * 2,
  );
});
