/**
 * What a screen reader is given, from the mail's link to the last page, in both languages: names, groups, reasons, errors, languages
 * of parts, and what is said aloud while somebody works.
 */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Browser, BrowserContext, CDPSession, Page } from 'puppeteer-core';
import { EvidencePolicy } from '../../domain/evidence.ts';
import { justificationFieldName, scoreFieldName } from '../../domain/form.ts';
import { returnForm } from '../../prisma/commands/forms.ts';
import { LANGUAGE_COOKIE } from '../../web/middleware/cookies.ts';
import { type StartedAssessment, startTestApp, type TestApp } from '../support/app.ts';
import { SMALL_CRITERIA } from '../support/factories.ts';
import { findingsIn, tooWide } from '../support/looking.ts';
import { launchBrowser } from '../views/support/browser.ts';
import { FIRST, SECOND, WORDS } from './examiner-support.ts';

const TIMEOUT = 90_000;
const SCORES = SMALL_CRITERIA.map(scoreFieldName);
const TEXT = justificationFieldName(FIRST);
const OPEN = 'form[action$="/openen"] button[type="submit"]';

let app: TestApp;
let browser: Browser;
let context: BrowserContext;
let page: Page;
let started: StartedAssessment;

beforeAll(async () => {
  app = await startTestApp({ isLenient: true });
  const { settings } = await app.database.school.findUniqueOrThrow({ where: { id: app.seed.schoolId } });
  await app.database.school.update({
    where: { id: app.seed.schoolId },
    data: { settings: { ...(settings as object), evidence: EvidencePolicy.On } },
  });
  browser = await launchBrowser();
}, TIMEOUT);
beforeEach(async () => {
  started = await app.startAssessment({ remark: 'Let u op de overdracht?' });
  context = await browser.createBrowserContext();
  page = await context.newPage();
  page.on('dialog', (dialog) => void dialog.accept());
  await page.setViewport({ width: 360, height: 780, isMobile: true, hasTouch: true });
});
afterEach(() => context.close());
afterAll(async () => {
  await browser.close();
  await app.stop();
});

/** A node as assistive technology gets it. */
interface Spoken {
  readonly role: string;
  readonly name: string;
  readonly description: string;
  readonly children: readonly string[];
  readonly id: string;
  readonly ignored: boolean;
  readonly properties: Readonly<Record<string, unknown>>;
}

/** The whole accessibility tree of the page as Chromium hands it on. */
async function readTree(): Promise<Spoken[]> {
  const session: CDPSession = await page.createCDPSession();
  const { nodes } = await session.send('Accessibility.getFullAXTree');
  await session.detach();
  return nodes.map((node) => ({
    id: node.nodeId,
    role: String(node.role?.value ?? ''),
    name: String(node.name?.value ?? '').trim(),
    description: String(node.description?.value ?? '').trim(),
    children: node.childIds ?? [],
    ignored: node.ignored,
    properties: Object.fromEntries((node.properties ?? []).map(({ name, value }) => [name, value.value])),
  }));
}

function below(tree: readonly Spoken[], node: Spoken): Spoken[] {
  const byId = new Map(tree.map((each) => [each.id, each]));
  const walk = (ids: readonly string[]): Spoken[] =>
    ids.flatMap((id) => {
      const found = byId.get(id);
      return found ? [found, ...walk(found.children)] : [];
    });
  return walk(node.children).filter(({ ignored }) => !ignored);
}

/** From the link in the mail; the page speaks the examiner's own language. */
async function open(lang: 'nl' | 'en', path = ''): Promise<void> {
  await arrive(lang);
  await Promise.all([page.waitForNavigation({ waitUntil: 'load' }), page.tap(OPEN)]);
  if (path !== '') await goTo(path);
}

async function arrive(lang: 'nl' | 'en'): Promise<void> {
  await app.database.contact.update({ where: { id: started.contactId }, data: { lang } });
  await page.setExtraHTTPHeaders({ 'accept-language': lang });
  await page.goto(`${app.url}${await app.linkPath(started.linkId)}`, { waitUntil: 'load' });
}

function goTo(path: string) {
  return page.goto(`${app.url}/beoordeling/${started.formId}${path}`, { waitUntil: 'load' });
}

/** A thumb brings what it wants out from under the bar first. */
async function choose(index: number, score: 'O' | 'V' | 'G'): Promise<void> {
  const label = `label[for="${SCORES[index]}${score === 'O' ? '' : `-${score}`}"]`;
  await page.$eval(label, (each) =>
    (each as unknown as { scrollIntoView(how: object): void }).scrollIntoView({ block: 'center' }),
  );
  await page.tap(label);
}

async function press(value: string): Promise<void> {
  await Promise.all([page.waitForNavigation({ waitUntil: 'load' }), page.click(`button[value="${value}"]`)]);
}

const focused = () => page.evaluate('document.activeElement?.id || document.activeElement?.className || ""');

describe('the form, spoken', () => {
  it(
    'groups the three scores under the text of their criterion, and each has its word',
    async () => {
      await open('nl', '?weergave=alles');
      const tree = await readTree();
      const groups = tree.filter(({ role, name }) => role === 'group' && /Luistert|Vraagt door|Het plan is/.test(name));
      expect(groups.map(({ name }) => name.replace(/^\d+ /, ''))).toEqual([
        'Luistert',
        'Vraagt door',
        'Het plan is volledig',
        'Het plan is leesbaar',
      ]);
      for (const group of groups) {
        const radios = below(tree, group).filter(({ role }) => role === 'radio');
        expect(radios.map(({ name }) => name)).toEqual(['O onvoldoende', 'V voldoende', 'G goed']);
      }
    },
    TIMEOUT,
  );

  it(
    'says with the justification why it is required, as soon as it is',
    async () => {
      await open('nl');
      const textbox = async () =>
        (await readTree()).find(({ role, properties }) => role === 'textbox' && properties.multiline);
      expect((await textbox())?.description).not.toContain('u gaf');
      await choose(0, 'O');
      await page.waitForFunction(`!document.querySelector('[data-notice-for="${TEXT}"]').hidden`);
      expect((await textbox())?.description).toContain('Verplicht: u gaf 1× O.');
    },
    TIMEOUT,
  );

  it(
    'takes focus to the summary of errors, and each error belongs to its control',
    async () => {
      await open('nl', '?weergave=alles');
      await page.$eval(`#${TEXT}`, (area) => {
        (area as unknown as { value: string }).value = 'x'.repeat(2_100);
      });
      await press('controleren');
      expect(await page.evaluate('document.activeElement.matches("[data-error-summary]")')).toBe(true);
      expect(await page.title()).toMatch(/^Fout:/);
      const tree = await readTree();
      expect(tree.some(({ role, ignored }) => role === 'alert' && !ignored)).toBe(true);
      const area = tree.find(
        ({ role, properties }) => role === 'textbox' && properties.multiline && properties.invalid === 'true',
      );
      expect(area?.description).toMatch(/Fout: .*ten hoogste 2\.000/);
      await page.tap('[data-error-summary] a');
      expect(await focused()).toBe(TEXT);
    },
    TIMEOUT,
  );

  it(
    'names missing scores at their group when the check page leads back',
    async () => {
      await open('nl', '/controle');
      await Promise.all([
        page.waitForNavigation({ waitUntil: 'load' }),
        page.click(`a[href*="fouten=1"][href*="#score"]`),
      ]);
      const group = (await readTree()).find(({ role, name }) => role === 'group' && name.endsWith('Luistert'));
      expect(group?.description).toMatch(/^Fout: /);
      expect(await focused()).toBe(SCORES[0]);
    },
    TIMEOUT,
  );

  it(
    'says progress once, after somebody has stopped, and nothing at each key',
    async () => {
      await open('nl', '?weergave=alles');
      await page.evaluate(LISTEN);
      for (const index of [0, 1, 2]) await choose(index, 'V');
      await page.type(`#${TEXT}`, WORDS);
      await page.waitForFunction("said.some((each) => each.text.includes('3 van 4'))", { timeout: 10_000 });
      await page.waitForFunction("document.querySelector('[name=revisie]').value !== '0'", { timeout: 10_000 });
      const said = (await page.evaluate('said')) as { text: string; politeness: string }[];
      expect(said.filter(({ text }) => /van 4/.test(text))).toEqual([
        { text: '3 van 4 ingevuld', politeness: 'polite' },
      ]);
      // The time of saving is said at most once a second, however many keys there were.
      expect(said.length).toBeLessThan(WORDS.length / 4);
      expect(said.filter(({ politeness }) => politeness === 'assertive')).toEqual([]);
    },
    TIMEOUT,
  );
});

/** Keeps every change in a live region, as a screen reader would say it. */
const LISTEN = `
  window.said = [];
  for (const region of document.querySelectorAll('[role=status], [role=alert], [aria-live]')) {
    const politeness = region.getAttribute('aria-live') ?? (region.getAttribute('role') === 'alert' ? 'assertive' : 'polite');
    if (politeness === 'off') continue;
    new MutationObserver(() => {
      const text = region.hidden ? '' : region.textContent.trim();
      if (text !== '') said.push({ text, politeness });
    }).observe(region, { childList: true, characterData: true, subtree: true });
  }`;

describe('the way from the mail to the last page', () => {
  it.each([
    ['nl', { open: 'Beoordeling openen', place: 'Beoordeling', O: 'Onvoldoende' }],
    ['en', { open: 'Open assessment', place: 'Assessment', O: 'Insufficient' }],
  ] as const)(
    'is all in one language (%s), with the words of the exam marked as Dutch where they stand between others',
    async (lang, words) => {
      await arrive(lang);
      await listenTo(lang, []);
      expect((await page.$eval(OPEN, (button) => button.textContent))?.trim()).toMatch(new RegExp(words.open, 'i'));
      await Promise.all([page.waitForNavigation({ waitUntil: 'load' }), page.tap(OPEN)]);
      await goTo('?weergave=alles');
      await listenTo(lang, ['Luistert', 'Het plan is leesbaar']);
      for (const index of [0, 1, 2, 3]) await choose(index, 'V');
      await press('controleren');
      await listenTo(lang, ['Luistert', 'Het plan is leesbaar']);
      await Promise.all([
        page.waitForNavigation({ waitUntil: 'load' }),
        page.click('form[action$="/controle"] button[type="submit"]'),
      ]);
      expect(page.url()).toMatch(/\/klaar$/);
      await listenTo(lang, []);
      await goTo('');
      await listenTo(lang, ['Luistert']);
    },
    TIMEOUT,
  );
});

/** The page is in this language, without a key that has no text, and these words of the exam carry theirs. */
async function listenTo(lang: 'nl' | 'en', dutch: readonly string[]): Promise<void> {
  expect(await page.evaluate('document.documentElement.lang')).toBe(lang);
  const text = String(await page.evaluate('document.body.innerText'));
  expect(
    text.match(/\b(examiner|common|notes|evidence|offline|linkcare|returning|agreement)\.[a-z]+\.[a-zA-Z.]+/),
  ).toBeNull();
  if (lang === 'en') {
    const ours = await page.evaluate(OUR_WORDS);
    expect(
      String(ours).match(
        /\b(beoordeling|ingevuld|onvoldoende|voldoende|verplicht|bewaard|opslaan|volgende|het|een|niet)\b/gi,
      ),
    ).toBeNull();
  }
  const marked = (await page.evaluate(
    `${JSON.stringify(dutch)}.map((words) => {
      const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
      while (walker.nextNode()) if (walker.currentNode.data.includes(words)) return walker.currentNode.parentElement.closest('[lang]').lang;
      return 'not there';
    })`,
  )) as string[];
  expect(marked).toEqual(dutch.map(() => 'nl'));
}

/** A row of a list to choose from has one language for all of it. Visible words without those that are marked as another language, typed by somebody, or names. */
const OUR_WORDS = `(() => {
  const copy = document.body.cloneNode(true);
  for (const other of copy.querySelectorAll('[lang]:not([lang=en]), script, .proeve-words, .proeve-header, footer, textarea, option')) other.remove();
  return copy.textContent.replaceAll('Zorgen in de wijk', '');
})()`;

describe('every page of the examiner', () => {
  it(
    'has nothing that axe finds, in either theme and language, nor scrolls sideways',
    async () => {
      await open('nl');
      await choose(0, 'O');
      const found: unknown[] = [];
      const before = [
        '',
        '?weergave=alles',
        '?stap=1&fouten=1',
        '/controle',
        '/notities',
        '/bewijs',
        '/afmelden',
        '/overdragen',
      ];
      for (const path of before) found.push(...(await look(path)));
      await goTo('?weergave=alles');
      for (const index of [0, 1, 2, 3]) await choose(index, 'V');
      await press('controleren');
      await Promise.all([
        page.waitForNavigation({ waitUntil: 'load' }),
        page.click('form[action$="/controle"] button[type="submit"]'),
      ]);
      for (const path of ['', '/klaar', '/niet-ik', '/terugvragen', '/notities']) found.push(...(await look(path)));
      await app.apply(returnForm, { ...started, components: [SECOND], reason: 'Kijk nog eens.' });
      for (const path of ['?weergave=alles', '/versies']) found.push(...(await look(path)));
      for (const path of ['/beoordelingen', '/b/kwijt', '/b/onbekend']) found.push(...(await look(path, app.url)));
      expect(found).toEqual([]);
    },
    TIMEOUT * 2,
  );
});

const LANGUAGE = { name: LANGUAGE_COOKIE, path: '/', secure: true, httpOnly: true };

async function look(path: string, base = `${app.url}/beoordeling/${started.formId}`): Promise<string[]> {
  const found: string[] = [];
  for (const theme of ['light', 'dark'] as const) {
    await page.setCookie({ ...LANGUAGE, value: theme === 'light' ? 'nl' : 'en', url: app.url });
    await page.goto(`${base}${path}`, { waitUntil: 'load' });
    const wrong = [...(await findingsIn(page, theme)), ...(await tooWide(page))];
    found.push(...wrong.map((finding) => `${path}: ${finding}`));
  }
  return found;
}
