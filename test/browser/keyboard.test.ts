/** The whole path of a teacher with the keys of a keyboard alone: no mouse, no script that focuses for them. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, Page } from 'puppeteer-core';
import { axeFindings } from '../../scripts/lib/browser.ts';
import { startTestApp, type TestApp } from '../support/app.ts';
import { launchBrowser } from '../views/support/browser.ts';
import { addStudent, signedInTeacher } from '../web/initiator-support.ts';

const TIMEOUT = 180_000;
/** More stops than any page has. */
const MOST_STOPS = 120;
const STUDENTS = [
  ['Anna', 'Aalders', '200001'],
  ['Bas', 'Bakker', '200002'],
] as const;

let app: TestApp;
let browser: Browser;
let page: Page;

beforeAll(async () => {
  app = await startTestApp({ isLenient: true });
  browser = await launchBrowser();
  for (const [givenName, familyName, number] of STUDENTS) await addStudent(app, givenName, familyName, number);
  const teacher = await signedInTeacher(app);
  page = await browser.newPage();
  await page.setViewport({ width: 1280, height: 900 });
  for (const [name, value] of teacher.cookies) await page.setCookie({ name, value, url: app.url, secure: true });
}, TIMEOUT);

afterAll(async () => {
  await browser.close();
  await app.stop();
}, TIMEOUT);

const place = () => new URL(page.url()).pathname;
const text = () => page.evaluate('document.querySelector("main").innerText') as Promise<string>;

/** What a screen reader would say of what has the focus, roughly: its name, or that of its label. */
function focusedName(): Promise<string> {
  return page.evaluate(`(() => {
    const element = document.activeElement;
    const label = element.labels?.[0]?.textContent ?? '';
    return [element.getAttribute('aria-label') ?? '', label, element.textContent].join(' ').replace(/\\s+/g, ' ').trim();
  })()`) as Promise<string>;
}

/** Whether what has the focus can be seen, and something marks it: itself, its label, or the card whose whole surface it is. */
function isFocusSeen(): Promise<boolean> {
  return page.evaluate(`(() => {
    const element = document.activeElement;
    const label = element.labels?.[0];
    const box = (label ?? element).getBoundingClientRect();
    const near = [element, label, element.parentElement, element.parentElement?.parentElement].filter(Boolean);
    const isMarked = near.some((each) => ['', '::before', '::after'].some((part) => {
      const style = getComputedStyle(each, part || null);
      return (style.outlineStyle !== 'none' && style.outlineWidth !== '0px') || style.boxShadow !== 'none';
    }));
    return box.width > 0 && box.height > 0 && isMarked;
  })()`) as Promise<boolean>;
}

/** Presses Tab until what is named has the focus. @throws when it is never reached */
async function tabTo(name: RegExp): Promise<void> {
  const passed: string[] = [];
  for (let stop = 0; stop < MOST_STOPS; stop += 1) {
    await page.keyboard.press('Tab');
    const here = await focusedName();
    passed.push(here.slice(0, 40));
    if (name.test(here)) {
      if (!(await isFocusSeen())) throw new Error(`${place()}: the focus on "${here.slice(0, 60)}" cannot be seen`);
      return;
    }
  }
  throw new Error(`${place()}: ${name} is never reached; passed ${[...new Set(passed)].join(' | ')}`);
}

/** Presses a key that leads to another page, and looks at that page. */
async function go(key: 'Enter' | 'Space'): Promise<void> {
  // Not until nothing is fetched any more: a page that follows live never gets there.
  await Promise.all([page.waitForNavigation({ waitUntil: 'load' }), page.keyboard.press(key)]);
  expect({ place: place(), findings: await axeFindings(page) }).toEqual({ place: place(), findings: [] });
}

async function settle(): Promise<void> {
  await page.waitForNetworkIdle({ idleTime: 400 });
}

describe('a teacher without a mouse', () => {
  it(
    'starts for two students, chooses in the matrix, invites, looks at the deadline, withdraws and takes that back',
    async () => {
      await page.goto(`${app.url}/examens`, { waitUntil: 'networkidle0' });
      await tabTo(/^Zorgen in de wijk/);
      await go('Enter');
      await tabTo(/^Start een beoordeling/);
      await go('Enter');

      for (const [, familyName] of STUDENTS) {
        await tabTo(/^Deel van naam/);
        await page.keyboard.type(familyName);
        await settle();
        await page.keyboard.press('ArrowDown');
        await page.keyboard.press('Enter');
        await settle();
        await page.evaluate('document.activeElement.blur()');
      }
      expect(await text()).toContain('2 studenten gekozen');
      await tabTo(/^Verder naar examinatoren/);
      await go('Enter');

      for (const name of [/^Bo Praktijk/, /^Sam Docent/]) {
        await tabTo(name);
        await page.keyboard.press('Space');
        await settle();
        await page.evaluate('document.activeElement.blur()');
      }
      // The first has everything; the arrow leads to the second in the same row.
      await tabTo(/^Bo Praktijk beoordeelt: Hele examen/);
      await page.keyboard.press('ArrowRight');
      expect(await focusedName()).toContain('Sam Docent beoordeelt: Hele examen');
      await page.keyboard.press('Space');
      await settle();
      await page.evaluate('document.activeElement.blur()');
      await tabTo(/^Opslaan en verder/);
      await go('Enter');

      await tabTo(/^Opmerking/);
      await page.keyboard.type('Fijn dat u meedoet.');
      await tabTo(/uitnodiging(en)? versturen$/);
      await go('Enter');
      expect(place()).toMatch(/^\/series\//);
      const invited = await app.database.invitation.count();
      expect(invited).toBeGreaterThan(0);

      await tabTo(/^Anna Aalders$/);
      await go('Enter');
      expect(await text()).toContain('Volgt vanzelf');
      await tabTo(/^Inleverdatum verplaatsen/);
      await go('Enter');
      await page.goBack({ waitUntil: 'load' });

      await tabTo(/^Intrekken/);
      await go('Enter');
      await tabTo(/^Waarom trekt u/);
      await page.keyboard.type('Verkeerde collega gekozen.');
      await tabTo(/^Uitnodiging intrekken/);
      await go('Enter');
      expect(await text()).toMatch(/ongedaan/i);
      await tabTo(/ongedaan maken/i);
      await go('Enter');
      expect(await app.database.assessmentExaminer.count({ where: { formStatus: 'withdrawn' } })).toBe(0);
    },
    TIMEOUT,
  );
});
