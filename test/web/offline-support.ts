/** A browser that can be taken off the network, with what the device keeps, and an examiner who sits at it. */
import { setTimeout } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, expect } from '@jest/globals';
import type { Browser, BrowserContext, CDPSession, Page, Target } from 'puppeteer-core';
import { startTestApp, type TestApp } from '../support/app.ts';
import type { TestClient } from '../support/client.ts';
import { sessionCookies } from '../support/session-cookies.ts';
import { launchBrowser } from '../views/support/browser.ts';
import { type Sitting, sitDown } from './examiner-support.ts';

/** What one test in a browser may take, in milliseconds. */
export const BROWSER_TIMEOUT = 60_000;

export interface Stored {
  readonly keys: number;
  readonly pages: number;
  readonly known: number;
  readonly words: number;
}

export interface Dump {
  /** Everything that is no number and no key, bytes as Latin-1. */
  readonly text: string;
  readonly links: readonly string[];
  readonly isExtractable: readonly boolean[];
  readonly cacheNames: readonly string[];
  /** Paths of what is in Cache Storage. */
  readonly caches: readonly string[];
}

export interface Device {
  readonly context: BrowserContext;
  readonly page: Page;
  /** The page and the service worker, which has a line of its own. */
  setOffline(isOffline: boolean): Promise<void>;
  /** How much is on the device. */
  stored(on?: Page): Promise<Stored>;
  /** All that is on the device, as anyone who reads its files would find it. */
  dump(on?: Page): Promise<Dump>;
  /** Lets days pass for what is kept. */
  age(days: number): Promise<void>;
  /** What is left after somebody looked. */
  wiped(): Promise<Stored>;
  newPage(): Promise<Page>;
}

const OFFLINE = { latency: 0, downloadThroughput: -1, uploadThroughput: -1 };

/** A phone of its own: cookies, store and service worker are not shared with other devices. */
export async function openDevice(browser: Browser, url: string, client: TestClient): Promise<Device> {
  const context = await browser.createBrowserContext();
  const domain = new URL(url).hostname;
  await context.setCookie(...sessionCookies(url, client).map(({ url: _url, ...cookie }) => ({ ...cookie, domain })));
  const pages: Page[] = [];
  const workers = new Map<Target, CDPSession>();
  let isOffline = false;

  async function newPage(): Promise<Page> {
    const page = await context.newPage();
    await page.setViewport({ width: 360, height: 780, isMobile: true, hasTouch: true });
    page.on('dialog', (dialog) => void dialog.accept());
    await page.setOfflineMode(isOffline);
    pages.push(page);
    return page;
  }

  async function switchWorker(target: Target): Promise<void> {
    const session = workers.get(target) ?? (await target.createCDPSession());
    workers.set(target, session);
    await session.send('Network.enable');
    await session.send('Network.emulateNetworkConditions', { offline: isOffline, ...OFFLINE });
  }

  async function switchWorkers(): Promise<void> {
    const isOurs = (target: Target) => target.type() === 'service_worker' && target.browserContext() === context;
    await Promise.all(browser.targets().filter(isOurs).map(switchWorker));
  }

  const page = await newPage();
  return {
    context,
    page,
    newPage,
    async setOffline(offline) {
      isOffline = offline;
      await switchWorkers();
      await Promise.all(pages.filter((each) => !each.isClosed()).map((each) => each.setOfflineMode(offline)));
    },
    stored: (on = page) => on.evaluate(COUNT) as Promise<Stored>,
    dump: (on = page) => on.evaluate(DUMP) as Promise<Dump>,
    async age(days) {
      await page.evaluate(`(${AGE})(${days * 86_400_000})`);
    },
    async wiped() {
      await page.evaluate(WIPE);
      return (await page.evaluate(COUNT)) as Stored;
    },
  };
}

/** The application and the browser, which a file starts once; and an examiner with a device of their own, anew for every test. */
export interface Seat {
  readonly app: TestApp;
  readonly browser: Browser;
  readonly at: Sitting;
  readonly device: Device;
  readonly page: Page;
}

/**
 * Starts and stops all that a {@link Seat} has, around the tests of a file.
 * @param take is handed the seat before every test
 */
export function takeSeats(take: (seat: Seat) => void): void {
  let app: TestApp;
  let browser: Browser;
  let device: Device | null = null;

  beforeAll(async () => {
    app = await startTestApp({ isLenient: true });
    browser = await launchBrowser();
  }, BROWSER_TIMEOUT);
  beforeEach(async () => {
    const at = await sitDown(app);
    device = await openDevice(browser, app.url, at.client);
    take({ app, browser, at, device, page: device.page });
  });
  afterEach(async () => {
    await device?.context.close();
  });
  afterAll(async () => {
    await browser?.close();
    await app?.stop();
  });
}

/** Opens a form and waits until the device has its copy and the service worker answers. */
export async function openKept(page: Page, address: string): Promise<void> {
  await page.goto(address, { waitUntil: 'load' });
  await page.waitForFunction('!document.querySelector("[data-device]").hidden && navigator.serviceWorker.controller', {
    timeout: 20_000,
    polling: 100,
  });
}

/** Where the form says that something is wrong with saving. */
export const SIGN = '[data-save-problem]';

/** Waits until it says so. */
export async function seeSign(page: Page, text: string): Promise<void> {
  const condition = `!document.querySelector('${SIGN}')?.hidden && document.querySelector('${SIGN}')?.textContent.includes(${JSON.stringify(text)})`;
  await page.waitForFunction(condition, { timeout: 20_000, polling: 50 });
}

/** Waits for what the page or the database will say. A page that is just going answers nothing. */
export async function until(isTrue: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 200; tries += 1) {
    if (await isTrue().catch(() => false)) return;
    await setTimeout(100);
  }
  expect(await isTrue()).toBe(true);
}

/** Only looks: opening a store that is not there would make one. */
const COUNT = `indexedDB.databases().then((found) => new Promise((resolve, reject) => {
  if (!found.some(({ name }) => name === 'proeve-device')) return resolve({ keys: 0, pages: 0, known: 0, words: 0 });
  const request = indexedDB.open('proeve-device');
  request.onerror = () => reject(request.error);
  request.onsuccess = () => {
    const names = ['keys', 'pages', 'known', 'words'];
    const counts = {};
    const transaction = request.result.transaction(names);
    for (const name of names) transaction.objectStore(name).count().onsuccess = (event) => { counts[name] = event.target.result; };
    transaction.oncomplete = () => { request.result.close(); resolve(counts); };
  };
}))`;

/** In a page: opens the store and hands it to `work(database)`. */
const WITH_STORE = `const withStore = (work) => new Promise((resolve, reject) => {
  const request = indexedDB.open('proeve-device');
  request.onerror = () => reject(request.error);
  request.onsuccess = () => work(request.result).then((value) => { request.result.close(); resolve(value); }, reject);
});
const all = (database, name) => new Promise((resolve) => {
  database.transaction(name).objectStore(name).getAll().onsuccess = (event) => resolve(event.target.result);
});`;

const DUMP = `(async () => {
  ${WITH_STORE}
  const read = (value) => value instanceof ArrayBuffer ? new TextDecoder('latin1').decode(value)
    : ArrayBuffer.isView(value) ? '' : value instanceof CryptoKey ? ''
    : value && typeof value === 'object' ? Object.values(value).map(read).join(' ') : String(value);
  const rows = await withStore(async (database) => {
    const found = {};
    for (const name of database.objectStoreNames) found[name] = await all(database, name);
    return found;
  });
  const cacheNames = await caches.keys();
  const requests = (await Promise.all(cacheNames.map(async (name) => (await caches.open(name)).keys()))).flat();
  return {
    text: read(rows) + ' ' + JSON.stringify({ ...sessionStorage, ...localStorage }),
    links: rows.keys.map(({ link }) => link),
    isExtractable: rows.keys.map(({ key }) => key.extractable),
    cacheNames,
    caches: requests.map(({ url }) => new URL(url).pathname),
  };
})()`;

/** Moves the end of everything that is kept into the past. */
const AGE = `(ms) => {
  ${WITH_STORE}
  return withStore(async (database) => {
    for (const name of ['pages', 'known', 'words']) {
      for (const row of await all(database, name)) {
        const transaction = database.transaction(name, 'readwrite');
        transaction.objectStore(name).put({ ...row, until: row.until - ms });
        await new Promise((resolve) => { transaction.oncomplete = resolve; });
      }
    }
  });
}`;

/** Looks as our own script does. */
const WIPE = `(async () => {
  const worker = await (await fetch('/sw.js')).text();
  const { openStore } = await import(/'([^',]*device-store[^',]*)'/.exec(worker)[1]);
  const store = await openStore();
  await store.wipe();
  store.close();
})()`;
