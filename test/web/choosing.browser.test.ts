/** Choosing examiners in a real browser, by keyboard alone; and what axe finds. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, Page } from 'puppeteer-core';
import { v7 as uuidv7 } from 'uuid';
import { searchable } from '../../domain/school.ts';
import { startTestApp, type TestApp } from '../support/app.ts';
import { launchBrowser } from '../views/support/browser.ts';
import { addStudent, postStudents, seriesIn, signedInTeacher } from './initiator-support.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const TIMEOUT = 120_000;

let app: TestApp;
let browser: Browser;
let page: Page;
let path: string;
/** Assessments by name of the student. */
let ids: readonly string[];

beforeAll(async () => {
  app = await startTestApp({ isLenient: true });
  browser = await launchBrowser();
  for (const [name, organisation] of [
    ['Yara Velde', 'De Linde'],
    ['Ziggy Velde', 'De Hof'],
  ] as const) {
    const email = `${searchable(name).replace(' ', '.')}@bedrijf.example`;
    const searchText = searchable(name, email, organisation);
    const { schoolId } = app.seed;
    await app.database.contact.create({
      data: { id: uuidv7(), schoolId, name, email, organisation, kind: 'practice', searchText },
    });
  }
  const students = [
    await addStudent(app, 'Anna', 'Aalders', '200001'),
    await addStudent(app, 'Bas', 'Bakker', '200002'),
    await addStudent(app, 'Cas', 'Coster', '200003'),
  ];
  const teacher = await signedInTeacher(app);
  const series = await seriesIn(app, (await postStudents(app, teacher, { studentIds: students })).location);
  ids = series.ids;
  path = `/series/${series.seriesId}/examinatoren`;
  page = await browser.newPage();
  for (const [name, value] of teacher.cookies) await page.setCookie({ name, value, url: app.url, secure: true });
}, TIMEOUT);

afterAll(async () => {
  await browser.close();
  await app.stop();
}, TIMEOUT);

/** Waits until the page has nothing more to fetch. */
async function settle(): Promise<void> {
  await page.waitForNetworkIdle({ idleTime: 300 });
}

const focused = () => page.evaluate('document.activeElement.id') as Promise<string>;
const rowText = (row: number) =>
  page.evaluate(`document.querySelectorAll('.choosing-student__who')[${row}].textContent`) as Promise<string>;

describe('a series of students without a mouse', () => {
  it(
    'gives each an examiner from practice: the first who fits by Enter, another one by the arrows',
    async () => {
      await page.goto(app.url + path, { waitUntil: 'load' });
      await page.focus('#wie-0');
      await page.keyboard.type('yara');
      await page.waitForSelector('#choosing-suggestions li');
      await page.keyboard.press('Enter');
      expect(await focused()).toBe('wie-1');
      await page.keyboard.type('velde');
      await page.waitForFunction(`document.querySelectorAll('#choosing-suggestions li').length === 2`);
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('Enter');
      expect(await focused()).toBe('wie-2');
      // Enter before the list is there: the server takes the first.
      await page.keyboard.type('ziggy');
      await page.keyboard.press('Enter');
      await settle();
      expect(
        [await rowText(0), await rowText(1), await rowText(2)].map((text) => /(\w+) Velde/.exec(text)?.[1]),
      ).toEqual(['Yara', 'Ziggy', 'Ziggy']);
    },
    TIMEOUT,
  );

  it(
    'walks through the matrix by arrows, ticks by Space, and keeps its place when the page shows the effect',
    async () => {
      await page.focus('.choosing-student__open');
      await page.keyboard.press('Enter');
      await page.waitForSelector('#van-0-0');
      await settle();
      expect(await focused()).toBe('van-0-0');
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('Space');
      await settle();
      expect(await focused()).toBe('van-1-0');
      expect(await page.$eval('#van-1-0', (box) => (box as unknown as { checked: boolean }).checked)).toBe(true);
      await page.keyboard.press('ArrowUp');
      expect(await focused()).toBe('van-0-0');
      const stops = await page.$$eval('.choosing-own [data-matrix] input', (boxes) =>
        boxes.map((box) => (box as unknown as { tabIndex: number }).tabIndex),
      );
      expect(stops.filter((stop) => stop === 0)).toHaveLength(1);
    },
    TIMEOUT,
  );

  it.each([360, 1280])(
    'has nothing for axe to say and nothing sticking out at %i pixels',
    async (width) => {
      await page.setViewport({ width, height: 800 });
      await page.evaluate(axe);
      expect(await page.evaluate('axe.run().then(({ violations }) => violations.map(({ id }) => id))')).toEqual([]);
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
    },
    TIMEOUT,
  );

  it(
    'keeps all of it by one save',
    async () => {
      await Promise.all([page.waitForNavigation(), page.click('button[value="opslaan"]')]);
      expect(page.url()).toBe(`${app.url}${path.replace('examinatoren', 'uitnodigen')}`);
      const kept = await app.database.assessmentExaminer.findMany({
        where: { assessmentId: { in: [...ids] } },
        include: { contact: true },
      });
      expect(ids.map((id) => kept.filter((row) => row.assessmentId === id).map(({ contact }) => contact.name))).toEqual(
        [['Yara Velde'], ['Ziggy Velde'], ['Ziggy Velde']],
      );
    },
    TIMEOUT,
  );
});
