/** Choosing students in a real browser: the keyboard, what is read out, three presses for a whole group, what axe finds. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Browser, Page } from 'puppeteer-core';
import { startTestApp, type TestApp, type TestClient } from '../support/app.ts';
import { sessionCookies } from '../support/session-cookies.ts';
import { launchBrowser } from '../views/support/browser.ts';
import { addStudent, postStudents, signedInTeacher } from './initiator-support.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const TIMEOUT = 120_000;
const GIVEN_NAMES = ['Anna', 'Bo', 'Cas', 'Daan', 'Elif', 'Finn', 'Guus', 'Hanna', 'Ilse', 'Jip'];
const FAMILY_NAMES = ['Berk', 'Linde', 'Wilg'];

let app: TestApp;
let browser: Browser;
let teacher: TestClient;
let page: Page;

beforeAll(async () => {
  app = await startTestApp({ isLenient: true, seed: { settings: { studentDomains: ['student.example'] } } });
  browser = await launchBrowser();
  const { schoolId, groupId, teacher: member } = app.seed;
  await app.database.groupStudent.deleteMany({ where: { groupId } });
  await app.database.groupTeacher.create({ data: { schoolId, groupId, membershipId: member.membershipId } });
  for (const [index, familyName] of FAMILY_NAMES.entries()) {
    for (const [place, givenName] of GIVEN_NAMES.entries()) {
      const studentId = await addStudent(app, givenName, familyName, String(300_000 + index * 10 + place));
      await app.database.groupStudent.create({ data: { schoolId, groupId, studentId } });
    }
  }
}, TIMEOUT);
afterAll(async () => {
  await browser.close();
  await app.stop();
});
beforeEach(async () => {
  teacher = await signedInTeacher(app);
  page = await browser.newPage();
});
afterEach(() => page.close());

async function open(path: string, width = 1280): Promise<void> {
  await page.setViewport({ width, height: 800, isMobile: width < 600, hasTouch: width < 600 });
  await page.setCookie(...sessionCookies(app.url, teacher));
  await page.goto(app.url + path, { waitUntil: 'load' });
}

const startPath = () => `/afnames/nieuw?examen=${app.seed.examVersionId}`;
/** Waits until something in the page is so. */
const until = (expression: string) => page.waitForFunction(expression, { timeout: 20_000 });
const chosen = () => page.$$eval('input[type="hidden"][name="student"]', (fields) => fields.length);
const said = () => page.$eval('[data-announce]', (place) => place.textContent);

async function typeSearch(text: string): Promise<void> {
  await page.click('#zoek', { count: 3 });
  await page.type('#zoek', text);
}

describe('choosing students by keyboard', () => {
  it(
    'finds while typing, says how many, and adds with the arrow keys and Enter',
    async () => {
      await open(startPath());
      await typeSearch('berk');
      await until('document.querySelectorAll("[data-pick-list] li").length === 10');
      expect(await said()).toBe('10 studenten gevonden');
      for (const key of ['ArrowDown', 'ArrowDown', 'Enter'] as const) await page.keyboard.press(key);
      await until('document.querySelectorAll(\'input[type="hidden"][name="student"]\').length === 1');
      expect(await page.$eval('.students-chosen .students-one__name', (name) => name.textContent)).toBe('Bo Berk');
      expect(await page.evaluate('document.activeElement.id')).toBe('zoek');
      expect(await said()).toContain('1 student gekozen');
    },
    TIMEOUT,
  );
});

describe('a series for a whole group', () => {
  it(
    'takes three presses from the page of the exam to that of the examiners',
    async () => {
      await open(`/examens/${app.seed.examVersionId}`);
      await Promise.all([page.waitForNavigation(), page.click('a[href^="/afnames/nieuw?examen="]')]);
      await page.click('.students-groups button');
      await until('document.querySelectorAll(\'input[type="hidden"][name="student"]\').length === 30');
      expect(await chosen()).toBe(30);
      await Promise.all([page.waitForNavigation(), page.click('button[value="verder"]')]);
      expect(new URL(page.url()).pathname).toMatch(/^\/series\/[0-9a-f-]{36}\/examinatoren$/);
      expect(await app.database.assessment.count()).toBe(30);
    },
    TIMEOUT,
  );
});

describe('the page', () => {
  it(
    'gives axe nothing to find and fits a phone: warnings, a list, nobody found, errors',
    async () => {
      const ids = (await app.database.student.findMany({ take: 3, orderBy: { number: 'asc' } })).map(({ id }) => id);
      if ((await app.database.assessment.count()) === 0) await postStudents(app, teacher, { studentIds: ids });
      for (const width of [360, 768, 1280]) {
        await open(`${startPath()}&student=${ids.join('&student=')}`, width);
        await page.$eval('.students-paste', (details) => details.setAttribute('open', ''));
        await page.type('#plak', '300001\n999999\niets anders\n');
        await page.click('button[value="plakken"]');
        await until('document.querySelectorAll(".students-line").length === 3');
        await typeSearch('iemand.met.een.heel.lang.adres@student.example');
        await until('document.querySelector("#vraagmail") !== null');
        await Promise.all([page.waitForNavigation(), page.click('button[value="verder"]')]);
        expect(await page.$('[data-error-summary]')).not.toBeNull();
        expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
        await page.evaluate(axe);
        expect(
          await page.evaluate('axe.run().then((r) => r.violations.map((v) => v.id + ": " + v.nodes[0].html))'),
        ).toEqual([]);
      }
    },
    TIMEOUT,
  );
});
