/** The student's rooms in a real browser: on a phone, in dark, without scripts; what axe finds, and that nothing scrolls sideways. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, Page } from 'puppeteer-core';
import { publishResult, reopenResult } from '../../prisma/commands/deciding.ts';
import { storeDocument } from '../../prisma/commands/documents.ts';
import { SYSTEM_ACTOR } from '../../prisma/unit-of-work.ts';
import { startTestApp, type TestApp, type TestClient } from '../support/app.ts';
import { smallForm } from '../support/factories.ts';
import { sessionCookies } from '../support/session-cookies.ts';
import { launchBrowser } from '../views/support/browser.ts';
import { assessed, committeeClient, decisionForm } from './committee-support.ts';
import { DOMAIN, importedStudent, register, registered, save, signedIn } from './student-support.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const TIMEOUT = 120_000;

let app: TestApp;
let browser: Browser;
const pages: { readonly path: string; readonly client: TestClient }[] = [];

beforeAll(async () => {
  const settings = { studentDomains: [DOMAIN], deciding: { publication: { when: 'byHand' as const } } };
  app = await startTestApp({ isLenient: true, seed: { settings } });
  browser = await launchBrowser();
  const email = `scherm@${DOMAIN}`;
  const studentId = await importedStudent(app, app.seed.schoolId, email, '600123');
  const student = await signedIn(app, email);
  await save(student);
  await app.startAssessment({ studentId });
  const published = await decidedAndPublished(studentId, 'G');
  const reopened = await decidedAndPublished(studentId, 'O');
  const { membershipId } = app.seed.committee;
  const actor = { kind: 'member', id: membershipId } as const;
  await app.apply(reopenResult, { assessmentId: reopened, version: 1, membershipId, reason: 'Nieuw bewijs.' }, actor);
  const newcomer = await registered(app, `nieuw@${DOMAIN}`);
  const asking = app.client();
  await register(asking, `vraagt@${DOMAIN}`);
  pages.push(
    { path: '/registreren', client: app.client() },
    { path: '/registreren/code', client: asking },
    { path: '/mijn-gegevens', client: newcomer },
    { path: '/mijn-gegevens', client: student },
    { path: '/mijn-examens', client: student },
    { path: '/mijn-examens/toevoegen', client: student },
    { path: `/mijn-examens/${published}`, client: student },
    { path: `/mijn-examens/${reopened}`, client: student },
  );
}, TIMEOUT);
afterAll(async () => {
  await browser.close();
  await app.stop();
});

async function decidedAndPublished(studentId: string, score: 'V' | 'O' | 'G'): Promise<string> {
  const { assessmentId } = await assessed(app, smallForm(score), studentId);
  const committee = await committeeClient(app);
  const form = await decisionForm(app, committee, assessmentId);
  await committee.post(`/commissie/${assessmentId}/vaststellen`, form);
  const { sha256, size } = await app.documents.put(Buffer.from(`%PDF-1.7 ${assessmentId}`));
  await app.apply(storeDocument, { assessmentId, version: 1, sha256, size }, SYSTEM_ACTOR);
  const { membershipId } = app.seed.committee;
  const actor = { kind: 'member', id: membershipId } as const;
  await app.apply(publishResult, { assessmentId, version: 1, membershipId }, actor);
  return assessmentId;
}

/** A new browser with the session of a client. */
async function open(client: TestClient, path: string, width: number, scheme: 'light' | 'dark'): Promise<Page> {
  const context = await browser.createBrowserContext();
  const page = await context.newPage();
  await page.setViewport({ width, height: 800, isMobile: width < 600, hasTouch: width < 600 });
  await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
  await page.setCookie(...sessionCookies(app.url, client));
  await page.goto(app.url + path, { waitUntil: 'load' });
  return page;
}

describe('the rooms of the student', () => {
  it.each([
    [360, 'dark'],
    [1280, 'light'],
  ] as const)(
    'have no findings of axe and never scroll sideways at %i pixels in %s',
    async (width, scheme) => {
      for (const { path, client } of pages) {
        const page = await open(client, path, width, scheme);
        await page.evaluate(axe);
        const findings = await page.evaluate('axe.run().then(({ violations }) => violations.map(({ id }) => id))');
        const overflow = await page.evaluate(
          'document.documentElement.scrollWidth - document.documentElement.clientWidth',
        );
        expect([path, findings, overflow]).toEqual([path, [], 0]);
        await page.browserContext().close();
      }
    },
    TIMEOUT,
  );

  it(
    'work without scripts, by keyboard alone: an exam is added and taken out again',
    async () => {
      const other = await signedIn(app, app.seed.studentEmail);
      await save(other);
      const page = await open(other, '/mijn-examens', 360, 'light');
      await page.setJavaScriptEnabled(false);
      await page.reload();
      const press = async (selector: string) => {
        await page.focus(selector);
        await Promise.all([page.waitForNavigation(), page.keyboard.press('Enter')]);
      };
      await press('main a[href="/mijn-examens/toevoegen"]');
      await press('main form[action="/mijn-examens/toevoegen"][method="post"] button');
      expect(await page.$eval('.mine-exam', (card) => card.textContent)).toContain('Nog niet gestart');
      await press('.mine-exam__remove button');
      expect(await page.$('.mine-exam')).toBeNull();
      await page.browserContext().close();
    },
    TIMEOUT,
  );
});
