/** The form without a connection, in a real browser with its service worker: what is kept, what is sent later, what goes. */
import { setTimeout } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import type { Browser, Page } from 'puppeteer-core';
import { justificationFieldName, scoreFieldName } from '../../domain/form.ts';
import { reissueLink, withdrawExaminer } from '../../prisma/commands/inviting.ts';
import type { TestApp } from '../support/app.ts';
import { SMALL_CRITERIA } from '../support/factories.ts';
import { COMPLETE, FIRST, type Sitting, WORDS } from './examiner-support.ts';
import {
  BROWSER_TIMEOUT,
  type Device,
  openDevice,
  openKept,
  SIGN,
  seeSign,
  takeSeats,
  until,
} from './offline-support.ts';

const SCORE = scoreFieldName(SMALL_CRITERIA[0]);
const TEXT = justificationFieldName(FIRST);

let app: TestApp;
let at: Sitting;
let browser: Browser;
let device: Device;
let page: Page;

takeSeats((seat) => {
  ({ app, browser, at, device, page } = seat);
});

const showKept = (query = '') => openKept(page, `${app.url}${at.formPath}${query}`);
const waitForSign = (said: string, on: Page = page) => seeSign(on, said);
const text = async (on: Page = page) => on.$eval(`#${TEXT}`, (field) => (field as unknown as { value: string }).value);
const isSaved = (words: string) => until(async () => (await at.draft())?.justifications[FIRST] === words);

describe('the form without a connection', () => {
  it(
    'says so, keeps the words on the device, shows them after a reload, and sends them on return',
    async () => {
      await showKept();
      await page.type(`#${TEXT}`, 'Eerst met verbinding.');
      await isSaved('Eerst met verbinding.');
      await device.setOffline(true);
      await page.type(`#${TEXT}`, ' Daarna zonder.');
      await waitForSign('Niet verbonden, bewaard op dit toestel');
      await until(async () => (await device.stored()).words === 1);
      await page.reload({ waitUntil: 'load' });
      await waitForSign('Niet verbonden');
      expect(await text()).toBe('Eerst met verbinding. Daarna zonder.');
      await page.type(`#${TEXT}`, ' En nog meer.');
      await device.setOffline(false);
      await isSaved('Eerst met verbinding. Daarna zonder. En nog meer.');
      await until(async () => (await device.stored()).words === 0);
      expect(await page.$eval(SIGN, (sign) => sign.textContent)).not.toContain('Niet verbonden');
    },
    BROWSER_TIMEOUT,
  );

  it(
    'goes on from step to step in the copy, and says that finishing has to wait',
    async () => {
      await showKept('?stap=1');
      await device.setOffline(true);
      await page.type(`#${TEXT}`, 'Zonder verbinding.');
      await waitForSign('Niet verbonden');
      await Promise.all([page.waitForNavigation({ waitUntil: 'load' }), page.click('button[value="volgende"]')]);
      await waitForSign('Niet verbonden');
      expect(page.url()).toContain('weergave=alles#stap-2');
      expect(await text()).toBe('Zonder verbinding.');
      await page.click('button[value="controleren"]');
      await waitForSign('Controleren en afronden kan als u weer verbinding hebt');
      expect(page.url()).toContain(at.formPath);
      await device.setOffline(false);
      await isSaved('Zonder verbinding.');
    },
    BROWSER_TIMEOUT,
  );

  it(
    'comes back in the copy when a button finds no network that nobody knew to be gone',
    async () => {
      await page.evaluateOnNewDocument('addEventListener("offline", (event) => event.stopImmediatePropagation())');
      await showKept('?stap=1');
      await page.type(`#${TEXT}`, 'In de lift.');
      await device.setOffline(true);
      await Promise.all([page.waitForNavigation({ waitUntil: 'load' }), page.click('button[value="volgende"]')]);
      await page.waitForSelector('form[data-kept="true"]');
      await waitForSign('Niet verbonden');
      expect(await text()).toBe('In de lift.');
      await device.setOffline(false);
      await isSaved('In de lift.');
    },
    BROWSER_TIMEOUT,
  );

  it(
    'lists what is on the device, and says what to do about a form that is not',
    async () => {
      await showKept();
      await device.setOffline(true);
      await page.goto(`${app.url}/beoordelingen`, { waitUntil: 'load' });
      const list = String(await page.$eval('main', (main) => main.textContent));
      expect(list).toContain('Formulieren op dit toestel');
      await page.goto(`${app.url}/beoordeling/018f0000-0000-7000-8000-000000000000`, { waitUntil: 'load' });
      expect(await page.$eval('main', (main) => main.textContent)).toContain('Dit formulier staat niet op dit toestel');
      const retry = await page.$eval('main a', (link) => (link as unknown as { href: string }).href);
      expect(retry).toBe(page.url());
      await page.click(`a[href$="${at.formPath}"]`);
      await page.waitForSelector('form[data-kept="true"]');
    },
    BROWSER_TIMEOUT,
  );

  it(
    'keeps nothing on the device that can be read, and no key that can be taken along',
    async () => {
      await showKept();
      await device.setOffline(true);
      await page.type(`#${TEXT}`, 'Vertrouwelijk');
      await until(async () => (await device.stored()).words === 1);
      const { familyName } = await app.database.student.findUniqueOrThrow({ where: { id: app.seed.studentId } });
      const dump = await device.dump();
      expect(dump.text.includes(at.started.formId)).toBe(true);
      expect(['Vertrouwelijk', familyName, 'Zorgen in de wijk'].filter((words) => dump.text.includes(words))).toEqual(
        [],
      );
      expect(dump.isExtractable).toEqual([false]);
      expect(dump.caches.length).toBeGreaterThan(5);
      expect(dump.caches.every((path) => path.startsWith('/assets/'))).toBe(true);
      expect(dump.cacheNames).toEqual(['proeve-static']);
    },
    BROWSER_TIMEOUT,
  );

  it(
    'keeps when something was typed, also with a clock that is two hours wrong',
    async () => {
      await page.evaluateOnNewDocument(SHIFT_CLOCK);
      await showKept();
      await device.setOffline(true);
      await page.type(`#${TEXT}`, 'Om tien uur');
      const typedAt = Date.now();
      await waitForSign('bewaard op dit toestel');
      await setTimeout(3000);
      await device.setOffline(false);
      await isSaved('Om tien uur');
      const revision = await app.database.formRevision.findFirstOrThrow({
        where: { formId: at.started.formId },
        orderBy: { revision: 'desc' },
      });
      const offset = revision.clockOffset ?? 0;
      expect(Math.abs(offset - TWO_HOURS)).toBeLessThan(2000);
      expect(Math.abs((revision.deviceAt?.getTime() ?? 0) - offset - typedAt)).toBeLessThan(2500);
    },
    BROWSER_TIMEOUT,
  );
});

const TWO_HOURS = 7_200_000;
const SHIFT_CLOCK = `{
  const real = Date;
  const now = () => real.now() + ${TWO_HOURS};
  globalThis.Date = class extends real {
    constructor(...values) { super(...(values.length === 0 ? [now()] : values)); }
    static now() { return now(); }
  };
  Object.defineProperty(performance, 'timeOrigin', { value: performance.timeOrigin + ${TWO_HOURS} });
}`;

describe('words that could not be sent', () => {
  it(
    'stay when the session is over in mid-sentence, and are sent when the link is opened again',
    async () => {
      await showKept();
      await app.database.session.deleteMany({});
      await page.type(`#${TEXT}`, 'Midden in een zin');
      await waitForSign('Open de link in de mail opnieuw; uw tekst staat hier nog.');
      await until(async () => (await device.stored()).words === 1);
      await page.close();
      page = await openByLink(at.started.linkId);
      await isSaved('Midden in een zin');
      await page.waitForFunction(`document.querySelector('#${TEXT}')?.value === 'Midden in een zin'`, { polling: 100 });
      await until(async () => (await device.stored(page)).words === 0);
    },
    BROWSER_TIMEOUT,
  );

  it(
    'live on under a new link, and the key of the old one goes',
    async () => {
      await showKept();
      await device.setOffline(true);
      await page.type(`#${TEXT}`, 'Onder de oude link');
      await until(async () => (await device.stored()).words === 1);
      await page.close();
      await app.database.session.deleteMany({});
      await app.apply(reissueLink, { invitationId: at.started.invitationId, kid: app.keyring.current });
      const { linkId } = await app.database.invitation.findUniqueOrThrow({ where: { id: at.started.invitationId } });
      expect(linkId).not.toBe(at.started.linkId);
      await device.setOffline(false);
      page = await openByLink(linkId ?? '');
      await isSaved('Onder de oude link');
      await until(async () => {
        const { keys, pages, words } = await device.stored(page);
        return keys === 1 && pages === 1 && words === 0;
      });
      expect((await device.dump(page)).links).toEqual([linkId]);
    },
    BROWSER_TIMEOUT,
  );

  it(
    'are shown beside those of another device, which went on meanwhile',
    async () => {
      const other = await openDevice(browser, app.url, at.client);
      await showKept();
      await device.setOffline(true);
      await page.type(`#${TEXT}`, 'Op de telefoon');
      await until(async () => (await device.stored()).words === 1);
      await other.page.goto(`${app.url}${at.formPath}`, { waitUntil: 'load' });
      await other.page.type(`#${TEXT}`, 'Op de computer');
      await isSaved('Op de computer');
      await device.setOffline(false);
      await waitForSign('Beide versies zijn bewaard.');
      await Promise.all([page.waitForNavigation({ waitUntil: 'load' }), page.click(`${SIGN} a`)]);
      const compare = String(await page.$eval('main', (main) => main.textContent));
      expect(compare).toContain('Op de computer');
      expect(compare).toContain('Op de telefoon');
      await other.context.close();
    },
    BROWSER_TIMEOUT,
  );

  it(
    'of two devices on different parts come together without a question',
    async () => {
      const other = await openDevice(browser, app.url, at.client);
      await showKept('?weergave=alles');
      await other.page.goto(`${app.url}${at.formPath}?weergave=alles`, { waitUntil: 'load' });
      await other.page.$eval(`#${SCORE}-V`, (radio) => (radio as unknown as { click(): void }).click());
      await until(async () => (await at.draft())?.scores[SMALL_CRITERIA[0]] === 'V');
      await page.type(`#${TEXT}`, 'Alleen woorden');
      await isSaved('Alleen woorden');
      await page.waitForFunction(`document.getElementById('${SCORE}-V').checked`, { timeout: 5000 });
      await page.type(`#${TEXT}`, '.');
      await isSaved('Alleen woorden.');
      expect((await at.draft())?.scores[SMALL_CRITERIA[0]]).toBe('V');
      await other.context.close();
    },
    BROWSER_TIMEOUT,
  );

  it(
    'stay in view in an old tab after the form was finished elsewhere, and can be read afterwards',
    async () => {
      await showKept();
      await at.save(COMPLETE);
      await at.finish();
      await page.$eval(`#${TEXT}`, (field) => {
        (field as unknown as { value: string }).value = '';
      });
      await page.type(`#${TEXT}`, 'Nog iets vergeten');
      await waitForSign('Deze beoordeling is al afgerond');
      expect(await text()).toBe('Nog iets vergeten');
      await page.reload({ waitUntil: 'load' });
      await page.waitForFunction('document.querySelector("[data-unsent]")?.hidden === false', { polling: 100 });
      expect(await page.$eval('[data-unsent]', (section) => section.textContent)).toContain('Nog iets vergeten');
      await page.click('[data-unsent-remove]');
      await until(async () => (await device.stored()).words === 0);
      expect(await device.stored()).toEqual(NOTHING);
    },
    BROWSER_TIMEOUT,
  );

  it(
    'wait without alarm while the server is busy',
    async () => {
      await page.evaluateOnNewDocument(BUSY_TWICE);
      await showKept();
      await page.type(`#${TEXT}`, WORDS);
      await page.waitForFunction(
        'document.querySelector("[data-save-state-text]").textContent === "Bewaard op dit toestel"',
        { polling: 50 },
      );
      expect(await page.$eval(SIGN, (sign) => (sign as unknown as { hidden: boolean }).hidden)).toBe(true);
      await isSaved(WORDS);
    },
    BROWSER_TIMEOUT,
  );
});

const BUSY_TWICE = `{
  const real = fetch;
  let left = 2;
  globalThis.fetch = (address, options) =>
    String(address).endsWith('/concept') && left-- > 0
      ? Promise.resolve(new Response('', { status: 429, headers: { 'Retry-After': '1' } }))
      : real(address, options);
}`;

describe('what a device keeps', () => {
  it(
    'goes when the form is finished on it',
    async () => {
      await showKept();
      await at.save(COMPLETE);
      expect(await device.stored()).toMatchObject({ keys: 1, pages: 1 });
      await page.goto(`${app.url}${at.formPath}/controle`, { waitUntil: 'load' });
      await Promise.all([
        page.waitForNavigation({ waitUntil: 'load' }),
        page.click('form[action$="/controle"] button[type="submit"]'),
      ]);
      expect(page.url()).toBe(`${app.url}${at.formPath}/klaar`);
      await until(async () => (await device.stored()).keys === 0);
      expect(await device.stored()).toEqual(NOTHING);
    },
    BROWSER_TIMEOUT,
  );

  it(
    'goes when the form is withdrawn, also what was just typed',
    async () => {
      await showKept();
      await app.apply(withdrawExaminer, { ...at.started, reason: 'Dubbel gevraagd' });
      await page.type(`#${TEXT}`, 'Te laat');
      await waitForSign('Deze beoordeling is niet meer nodig');
      await until(async () => (await device.stored()).keys === 0);
      expect(await device.stored()).toEqual(NOTHING);
    },
    BROWSER_TIMEOUT,
  );

  it(
    'goes when somebody wants it to, and does not come back in the same visit',
    async () => {
      await showKept();
      await page.click('[data-device] summary');
      await page.click('[data-device-remove]');
      await until(async () => (await device.stored()).keys === 0);
      await page.reload({ waitUntil: 'networkidle0' });
      expect(await device.stored()).toEqual(NOTHING);
    },
    BROWSER_TIMEOUT,
  );

  it(
    'goes when the life of the link is over, unsent words some weeks later',
    async () => {
      await showKept();
      await device.setOffline(true);
      await page.type(`#${TEXT}`, 'Nog niet verstuurd');
      await until(async () => (await device.stored()).words === 1);
      // A page that is open keeps its words for as long as it is.
      await page.goto(`${app.url}/beoordelingen`, { waitUntil: 'load' });
      const link = await app.database.link.findUniqueOrThrow({ where: { id: at.started.linkId } });
      await device.age((link.expiresAt.getTime() - Date.now()) / 86_400_000 + 1);
      await page.goto(`${app.url}${at.formPath}`, { waitUntil: 'load' });
      expect(await page.$eval('main', (main) => main.textContent)).toContain('Dit formulier staat niet op dit toestel');
      await device.setOffline(false);
      await page.goto(`${app.url}/beoordelingen`, { waitUntil: 'load' });
      expect(await device.wiped()).toEqual({ pages: 0, known: 0, words: 1, keys: 1 });
      await device.age(14);
      expect(await device.wiped()).toEqual(NOTHING);
    },
    BROWSER_TIMEOUT,
  );

  it(
    'is missed plainly when the device is full; saving online goes on',
    async () => {
      await page.evaluateOnNewDocument(FULL);
      await page.goto(`${app.url}${at.formPath}`, { waitUntil: 'load' });
      await page.waitForFunction('document.querySelector("[data-device-text]").textContent.includes("is vol")', {
        polling: 100,
      });
      await page.type(`#${TEXT}`, WORDS);
      await isSaved(WORDS);
      await device.setOffline(true);
      await page.type(`#${TEXT}`, ' En meer.');
      await waitForSign('dit toestel is vol');
      await device.setOffline(false);
      await isSaved(`${WORDS} En meer.`);
    },
    BROWSER_TIMEOUT,
  );

  it(
    'is nothing in a window that keeps nothing; saving online goes on',
    async () => {
      await page.evaluateOnNewDocument(
        'IDBFactory.prototype.open = () => { throw new DOMException("no", "InvalidStateError"); }',
      );
      await page.goto(`${app.url}${at.formPath}`, { waitUntil: 'load' });
      await page.waitForFunction('document.querySelector("[data-device-text]").textContent.includes("bewaart niets")', {
        polling: 100,
      });
      await page.type(`#${TEXT}`, WORDS);
      await isSaved(WORDS);
      await device.setOffline(true);
      await page.type(`#${TEXT}`, ' En meer.');
      await waitForSign('dit toestel bewaart niets');
    },
    BROWSER_TIMEOUT,
  );

  it(
    'is nothing at all before the form is opened',
    async () => {
      const other = await openDevice(browser, app.url, app.client());
      await other.page.goto(`${app.url}${await app.linkPath(at.started.linkId)}`, { waitUntil: 'networkidle0' });
      expect(await other.page.evaluate('indexedDB.databases().then((all) => all.length)')).toBe(0);
      expect(await other.page.evaluate('navigator.serviceWorker.getRegistrations().then((all) => all.length)')).toBe(0);
      await other.context.close();
    },
    BROWSER_TIMEOUT,
  );
});

const NOTHING = { keys: 0, pages: 0, known: 0, words: 0 };
const FULL = `{
  const real = IDBObjectStore.prototype.put;
  IDBObjectStore.prototype.put = function (...values) {
    if (['words', 'pages', 'known'].includes(this.name)) throw new DOMException('full', 'QuotaExceededError');
    return real.apply(this, values);
  };
}`;

/** A new tab of the same browser, from the mail to the form. */
async function openByLink(linkId: string): Promise<Page> {
  const opened = await device.newPage();
  await opened.goto(`${app.url}${await app.linkPath(linkId)}`, { waitUntil: 'load' });
  await Promise.all([opened.waitForNavigation({ waitUntil: 'load' }), opened.click('form[action="/b/openen"] button')]);
  return opened;
}
