/** A real browser as people use it: visitors with a session and a screen of their own. */
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import puppeteer, { type Browser, type ElementHandle, type KeyInput, type Page, type Viewport } from 'puppeteer-core';

/** Sizes of the screens that are looked at. */
export const Screen = {
  phone: { width: 360, height: 740, deviceScaleFactor: 1, isMobile: true, hasTouch: true },
  desktop: { width: 1280, height: 900, deviceScaleFactor: 1 },
} as const satisfies Record<string, Viewport>;

const NAVIGATION_MS = 15_000;
const FIND_MS = 15_000;
/** Longer than a script waits for the next letter before it searches. */
const QUIET_MS = 400;
const AXE_TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** A page broke, or did not have what a person would look for. */
export class VisitError extends Error {
  override readonly name = 'VisitError';
}

export interface BrowserSettings {
  readonly path: string;
  readonly noSandbox: boolean;
}

/** Starts the headless shell in Dutch. The caller closes it. */
export function launchBrowser({ path, noSandbox }: BrowserSettings): Promise<Browser> {
  return puppeteer.launch({
    executablePath: path,
    headless: 'shell',
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
    args: [
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-dev-shm-usage',
      '--disable-gpu',
      '--no-first-run',
      ...(noSandbox ? ['--no-sandbox'] : []),
    ],
  });
}

/** One person with cookies and a screen of their own. */
export interface Visitor {
  readonly page: Page;
  /** What went wrong in pages so far: script errors, refused content, answers of 500 and up. */
  readonly troubles: readonly string[];
  /** Opens an address. @throws VisitError when it answers with an error */
  open(url: string): Promise<void>;
  /** Presses the button or link with this accessible name and waits for the page it leads to. */
  press(label: string | RegExp): Promise<void>;
  /** Presses what a selector finds and waits for the page it leads to. */
  pressAt(selector: string): Promise<void>;
  /** Replaces the text of a field. */
  type(field: string, text: string): Promise<void>;
  /** Ticks the box or radio with this name and value. */
  choose(field: string, value: string): Promise<void>;
  /** Ticks the box or radio whose label holds this text. */
  tick(label: string): Promise<void>;
  /** Presses a key. */
  key(name: KeyInput): Promise<void>;
  /** Waits until scripts have fetched what they fetch. */
  settle(): Promise<void>;
  /** Whether something a selector finds is there now. */
  has(selector: string): Promise<boolean>;
  /** Visible text of the page. */
  text(): Promise<string>;
  close(): Promise<void>;
}

/**
 * Opens a window without cookies.
 * @param theme what the system of the visitor prefers
 */
export async function openVisitor(
  browser: Browser,
  screen: Viewport,
  theme: 'light' | 'dark' = 'light',
): Promise<Visitor> {
  const context = await browser.createBrowserContext();
  const page = await context.newPage();
  await page.setViewport(screen);
  await page.setExtraHTTPHeaders({ 'accept-language': 'nl-NL,nl;q=0.9' });
  await page.emulateMediaFeatures([
    { name: 'prefers-color-scheme', value: theme },
    { name: 'prefers-reduced-motion', value: 'reduce' },
  ]);
  page.setDefaultTimeout(FIND_MS);
  page.setDefaultNavigationTimeout(NAVIGATION_MS);
  const troubles = listenForTroubles(page);

  async function pressElement(element: ElementHandle): Promise<void> {
    await reach(element);
    const arrived = page.waitForNavigation({ waitUntil: 'load' });
    arrived.catch(() => undefined);
    await (screen.hasTouch ? element.tap() : element.click());
    const status = (await arrived)?.status() ?? 0;
    if (status >= 500) throw new VisitError(`${placeOf(page.url())} answered ${status}`);
  }

  async function set(element: ElementHandle): Promise<void> {
    // The control itself may be drawn by its label.
    const label = (await page.$(`label[for="${await element.evaluate((node) => node.id)}"]`)) ?? element;
    await reach(label);
    await (screen.hasTouch ? label.tap() : label.click());
  }

  return {
    page,
    troubles,
    async open(url) {
      const response = await page.goto(url, { waitUntil: 'load' });
      const status = response?.status() ?? 0;
      if (status >= 400) throw new VisitError(`${placeOf(url)} answered ${status}`);
    },
    async press(label) {
      await pressElement(await findPressable(page, label));
    },
    async pressAt(selector) {
      await pressElement(await mustFind(page, selector));
    },
    async type(field, text) {
      const element = await mustFind(page, `[name="${field}"]`);
      await reach(element);
      await element.evaluate((node) => {
        (node as { value?: string }).value = '';
      });
      await element.type(text);
    },
    async choose(field, value) {
      await set(await mustFind(page, `[name="${field}"][value="${value}"]`));
    },
    async tick(label) {
      const element = await waitForElement(page, LABEL_WITH, label);
      if (!element) throw new VisitError(`There is nothing to tick for ${label}`);
      await reach(element);
      await (screen.hasTouch ? element.tap() : element.click());
    },
    key: (name) => page.keyboard.press(name),
    settle: async () => {
      await page.waitForNetworkIdle({ idleTime: QUIET_MS, concurrency: 1, timeout: NAVIGATION_MS });
    },
    has: async (selector) => (await page.$(selector)) !== null,
    text: () => page.evaluate('document.body.innerText') as Promise<string>,
    close: () => context.close(),
  };
}

/** The path, without the token of a link. */
function placeOf(url: string): string {
  return new URL(url).pathname.replace(/\/b1[a-z0-9]{20,}/, '/…');
}

/** Brings something to the middle of the screen, away from bars that stick to its edges. */
async function reach(element: ElementHandle): Promise<void> {
  await element.evaluate((node) => {
    (node as unknown as { scrollIntoView(how: object): void }).scrollIntoView({ block: 'center', behavior: 'instant' });
  });
}

async function mustFind(page: Page, selector: string): Promise<ElementHandle> {
  const element = await page.waitForSelector(selector).catch(() => null);
  if (!element) throw new VisitError(`${placeOf(page.url())} has no ${selector}`);
  return element;
}

/** A button or link by what a screen reader would call it; hidden ones do not count. */
async function findPressable(page: Page, label: string | RegExp): Promise<ElementHandle> {
  const pattern = typeof label === 'string' ? `^${label.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')}$` : label.source;
  const element = await waitForElement(page, PRESSABLE_NAMED, pattern);
  if (!element) throw new VisitError(`${placeOf(page.url())} has no button or link "${String(label)}"`);
  return element;
}

/** Runs in the page: the first label that holds the text `wanted`. */
const LABEL_WITH = `[...document.querySelectorAll('label')].find((node) => node.textContent.includes(wanted))`;

/** Runs in the page: the first visible button or link whose name matches the pattern `wanted`. */
const PRESSABLE_NAMED = `(() => {
  const nameOf = (node) => {
    const copy = node.cloneNode(true);
    for (const hidden of copy.querySelectorAll('[aria-hidden="true"], svg')) hidden.remove();
    return node.getAttribute('aria-label') ?? copy.textContent.replace(/\\s+/g, ' ').trim();
  };
  return [...document.querySelectorAll('button, a[href], summary')].find(
    (node) => node.getClientRects().length > 0 && new RegExp(wanted, 'u').test(nameOf(node)));
})()`;

/** @returns null when it does not come in time */
async function waitForElement(page: Page, script: string, wanted: string): Promise<ElementHandle | null> {
  const body = `((wanted) => ${script} ?? null)(${JSON.stringify(wanted)})`;
  const handle = await page.waitForFunction(body).catch(() => null);
  return (handle?.asElement() ?? null) as ElementHandle | null;
}

function listenForTroubles(page: Page): string[] {
  const troubles: string[] = [];
  page.on('pageerror', (error) => troubles.push(`script: ${String(error)}`));
  page.on('console', (message) => {
    // A page that answers 422 with its errors is logged so by the browser; that is no trouble.
    const isStatus = message.text().startsWith('Failed to load resource');
    if (message.type() === 'error' && !isStatus) troubles.push(`console: ${message.text()}`);
  });
  page.on('response', (response) => {
    if (response.status() >= 500) troubles.push(`${response.status()}: ${placeOf(response.url())}`);
  });
  // "Leave this page?" is answered with yes.
  page.on('dialog', (dialog) => {
    dialog.accept().catch((error: unknown) => troubles.push(`dialog: ${String(error)}`));
  });
  return troubles;
}

/** @returns what axe finds, one line each; nothing when the page is in order */
export async function axeFindings(page: Page): Promise<string[]> {
  await page.evaluate(axeSource);
  return (await page.evaluate(
    `axe.run(document, { runOnly: ${JSON.stringify(AXE_TAGS)}, resultTypes: ['violations'] }).then((result) =>
      result.violations.map((found) => found.id + ': ' + found.nodes.slice(0, 3).map((node) => node.html.slice(0, 160)).join(' | ')))`,
  )) as string[];
}

/** How many pixels the page is wider than its screen; 0 when nobody has to scroll sideways. */
export async function sidewaysOverflow(page: Page): Promise<number> {
  // Not innerWidth: a phone zooms out until what is too wide fits.
  const content = Number(await page.evaluate('document.documentElement.scrollWidth'));
  return Math.max(0, content - (page.viewport()?.width ?? content));
}

/** Saves a picture of the whole page, on a screen as high as the page, so that what sticks to the bottom is at the bottom. */
export async function savePicture(page: Page, file: `${string}.png`): Promise<void> {
  mkdirSync(dirname(file), { recursive: true });
  const screen = page.viewport();
  const height = Number(await page.evaluate('document.documentElement.scrollHeight'));
  if (screen && height > screen.height) await page.setViewport({ ...screen, height });
  await page.screenshot({ path: file, fullPage: true });
  if (screen && height > screen.height) await page.setViewport(screen);
}
