/** The form with its device when something else goes wrong: a network that hangs, a page that is gone, several tabs, an old tab. */
import { setTimeout } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import type { Page } from 'puppeteer-core';
import { justificationFieldName } from '../../domain/form.ts';
import { returnForm } from '../../prisma/commands/forms.ts';
import type { TestApp } from '../support/app.ts';
import { COMPLETE, FIRST, SECOND, type Sitting, WORDS } from './examiner-support.ts';
import { BROWSER_TIMEOUT, type Device, openKept, SIGN, seeSign, takeSeats, until } from './offline-support.ts';

const TEXT = justificationFieldName(FIRST);

let app: TestApp;
let at: Sitting;
let device: Device;
let page: Page;

takeSeats((seat) => {
  ({ app, at, device, page } = seat);
});

const showKept = (on: Page = page, query = '') => openKept(on, `${app.url}${at.formPath}${query}`);
const waitForSign = (said: string, on: Page = page) => seeSign(on, said);
const text = (on: Page = page) => on.$eval(`#${TEXT}`, (field) => (field as unknown as { value: string }).value);
const isSaved = (words: string) => until(async () => (await at.draft())?.justifications[FIRST] === words);

describe('a network that hangs', () => {
  it(
    'shows the copy within seconds, and sends what was typed there when it moves again',
    async () => {
      await showKept();
      app.silenceDatabase();
      try {
        await page.goto(`${app.url}${at.formPath}`, { waitUntil: 'load' });
        await waitForSign('Dit is de versie op dit toestel');
        await page.type(`#${TEXT}`, 'Terwijl het hing.');
        await until(async () => (await device.stored()).words === 1);
      } finally {
        app.wakeDatabase();
      }
      await isSaved('Terwijl het hing.');
    },
    BROWSER_TIMEOUT,
  );

  it(
    'loses nothing when the database goes away in the middle of a save',
    async () => {
      await showKept();
      await page.type(`#${TEXT}`, 'Voor en ');
      await app.loseDatabase();
      try {
        await page.type(`#${TEXT}`, 'tijdens de storing.');
        await until(async () => (await device.stored()).words === 1);
        expect(await page.$eval(SIGN, (sign) => sign.textContent)).not.toContain('fout');
      } finally {
        await app.restoreDatabase();
      }
      await isSaved('Voor en tijdens de storing.');
    },
    BROWSER_TIMEOUT,
  );
});

describe('finishing', () => {
  it(
    'that gets no answer says so, and leads back to what is true',
    async () => {
      await showKept();
      await at.save(COMPLETE);
      await page.goto(`${app.url}${at.formPath}/controle`, { waitUntil: 'load' });
      await device.setOffline(true);
      await Promise.all([
        page.waitForNavigation({ waitUntil: 'load' }),
        page.click('form[action$="/controle"] button[type="submit"]'),
      ]);
      expect(await page.$eval('main', (main) => main.textContent)).toContain('Wij kregen geen antwoord');
      expect(await at.submissions()).toBe(0);
      await device.setOffline(false);
      await Promise.all([page.waitForNavigation({ waitUntil: 'load' }), page.click('main a')]);
      expect(page.url()).toBe(`${app.url}${at.formPath}/controle`);
      expect(await page.$('form[action$="/controle"] button[type="submit"]')).not.toBeNull();
    },
    BROWSER_TIMEOUT,
  );
});

describe('a page that is gone', () => {
  it(
    'leaves its words to the service worker, which sends them when there is a connection',
    async () => {
      await showKept();
      const registrationId = await registrationOf(page);
      await device.setOffline(true);
      await page.type(`#${TEXT}`, 'Daarna dichtgeklapt');
      await until(async () => (await device.stored()).words === 1);
      const other = await device.newPage();
      await other.goto(`${app.url}/beoordelingen`, { waitUntil: 'load' });
      await page.close();
      await device.setOffline(false);
      const session = await other.createCDPSession();
      await session.send('ServiceWorker.enable');
      await session.send('ServiceWorker.dispatchSyncEvent', {
        origin: app.url,
        registrationId,
        tag: 'proeve-words',
        lastChance: false,
      });
      await isSaved('Daarna dichtgeklapt');
      await until(async () => (await device.stored(other)).words === 0);
    },
    BROWSER_TIMEOUT,
  );
});

async function registrationOf(on: Page): Promise<string> {
  const session = await on.createCDPSession();
  const found = new Promise<string>((resolve) => {
    session.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => {
      const ours = registrations.find(({ scopeURL }) => scopeURL === `${app.url}/beoordeling`);
      if (ours) resolve(ours.registrationId);
    });
  });
  await session.send('ServiceWorker.enable');
  return found;
}

describe('several tabs', () => {
  it(
    'on one form keep both versions, and then come to rest',
    async () => {
      const other = await device.newPage();
      await showKept();
      await showKept(other);
      await page.type(`#${TEXT}`, 'In het ene tabblad');
      await isSaved('In het ene tabblad');
      await other.type(`#${TEXT}`, 'In het andere tabblad');
      await waitForSign('Beide versies zijn bewaard', other);
      const revision = await at.revision();
      await page.type(`#${TEXT}`, ' verder');
      await isSaved('In het ene tabblad verder');
      await setTimeout(3000);
      expect((await at.revision()) - revision).toBeLessThanOrEqual(2);
      expect(await text(other)).toBe('In het andere tabblad');
    },
    BROWSER_TIMEOUT,
  );

  it(
    'that were open before the form came back say so, and keep what was typed in view',
    async () => {
      await showKept(page, '?weergave=alles');
      await at.save(COMPLETE);
      await at.finish();
      await app.apply(returnForm, { ...at.started, components: [SECOND], reason: 'Kijk nog eens.' });
      await page.type(`#${TEXT}`, 'Uit een oud tabblad');
      await waitForSign('Dit formulier is intussen teruggestuurd');
      expect(await text()).toBe('Uit een oud tabblad');
      expect((await at.draft())?.justifications[FIRST]).toBe(WORDS);
    },
    BROWSER_TIMEOUT,
  );
});

describe('progress', () => {
  it(
    'is said after a pause and never at each key',
    async () => {
      await showKept();
      await page.evaluate(`window.said = []; new MutationObserver(() => said.push(document.querySelector('[data-progress-said]').textContent))
        .observe(document.querySelector('[data-progress-said]'), { childList: true })`);
      await page.type(`#${TEXT}`, 'Veel toetsen na elkaar');
      await page.$$eval('input[value="V"]', (radios) => {
        for (const radio of radios) (radio as unknown as { click(): void }).click();
      });
      await page.waitForFunction('said.length > 0', { polling: 100 });
      expect(await page.evaluate('said')).toEqual(['2 van 4 ingevuld']);
    },
    BROWSER_TIMEOUT,
  );
});
