/**
 * What a phone must fetch before an examiner can begin, and what the form waits for. Never how long it takes: bytes, and an order.
 */
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Browser, BrowserContext, HTTPRequest, Page } from 'puppeteer-core';
import { ScopeLevel } from '../../domain/assignment.ts';
import type { ExamDefinition } from '../../domain/exam.ts';
import { listComponents } from '../../domain/exam-structure.ts';
import { scoreFieldName } from '../../domain/form.ts';
import { projectRoot } from '../../platform/config.ts';
import { loadDemoSchool } from '../../platform/import/demo-school.ts';
import { createAssessments } from '../../prisma/commands/assessments.ts';
import { importExam } from '../../prisma/importer.ts';
import { bytesOf, type Wire, type WireRequest, watchWire } from '../../scripts/lib/wire.ts';
import { createAssets } from '../../web/assets.ts';
import { startTestApp, type TestApp } from '../support/app.ts';
import { launchBrowser } from '../views/support/browser.ts';

const TIMEOUT = 60_000;
/** Landing page and form with their styles and scripts, headers included. */
const FIRST_VISIT_BYTES = 60_000;
/** Of these, what the form waits for: pages and styles. */
const USABLE_BYTES = 40_000;
/** Scripts as files, which is what crosses the air where a proxy speaks HTTP/2; the letters come last and hide nothing. */
const SCRIPT_BYTES = 20_000;
const FONT_BYTES = 36_000;
/** Coming back: the page itself, and nothing that was fetched before. */
const LATER_VISIT_BYTES = 15_000;
const PHONE = { width: 360, height: 740, isMobile: true, hasTouch: true };
const OPEN = 'form[action$="/openen"] button[type="submit"]';

let app: TestApp;
let browser: Browser;
let exam: ExamDefinition;
let link: string;
let field: string;
let formId: string;
/** Like a phone of its own: no cookie, no cache. */
let phone: BrowserContext;
let page: Page;
let wire: Wire;

beforeAll(async () => {
  app = await startTestApp({ isLenient: true, isProduction: true });
  browser = await launchBrowser();
  const { exams } = await loadDemoSchool(path.join(projectRoot, 'demo'));
  exam = exams.reduce((largest, each) => (sizeOf(each) > sizeOf(largest) ? each : largest));
}, TIMEOUT);

beforeEach(async () => {
  ({ link, field, formId } = await inviteForLargest());
  phone = await browser.createBrowserContext();
  page = await phone.newPage();
  await page.setViewport(PHONE);
  wire = await watchWire(page);
});
afterEach(() => phone.close());
afterAll(async () => {
  await browser.close();
  await app.stop();
});

function sizeOf(definition: ExamDefinition): number {
  return JSON.stringify(definition).length;
}

/** An examiner invited for the largest exam of the demo, as most will be for something like it. */
async function inviteForLargest() {
  const { schoolId, teacher, contacts, studentId } = app.seed;
  const examVersionId = await app.database.$transaction((tx) => importExam(tx, schoolId, exam));
  const unitCodes = exam.units.map(({ code }) => code);
  const { assessmentIds } = await app.apply(createAssessments, {
    examVersionId,
    unitCodes,
    studentIds: [studentId],
    initiatorId: teacher.membershipId,
    assignments: [{ examinerId: contacts[0].id, scope: { level: ScopeLevel.Exam } }],
    dueAt: null,
    closesAt: null,
  });
  await app.invite({ assessmentIds, contactIds: [contacts[0].id], remark: 'Let u op de overdracht?' });
  const pair = await app.database.assessmentExaminer.findFirstOrThrow({
    where: { assessmentId: { in: assessmentIds } },
    include: { invitation: true },
  });
  const [first] = listComponents(exam, unitCodes);
  return {
    link: `${app.url}${await app.linkPath(pair.invitation?.linkId ?? '')}`,
    formId: pair.formId ?? '',
    field: scoreFieldName(first?.component.criteria[0]?.ref ?? ''),
  };
}

/** Compressed, without headers. */
function sizeOfScripts(requests: readonly WireRequest[]): number {
  const assets = createAssets();
  const paths = requests
    .filter(({ type, bytes }) => type === 'Script' && bytes > 0)
    .map(({ url }) => new URL(url).pathname);
  return paths.reduce((sum, each) => sum + (assets.get(each)?.encoded.br?.length ?? 0), 0);
}

/** From the link in the mail to the form. */
async function openForm(): Promise<void> {
  await page.goto(link, { waitUntil: 'networkidle0' });
  await Promise.all([page.waitForNavigation({ waitUntil: 'networkidle0' }), page.tap(OPEN)]);
}

async function draft() {
  const row = await app.database.formRevision.findFirst({ where: { formId }, orderBy: { revision: 'desc' } });
  return row?.content as { scores: Record<string, string> } | undefined;
}

describe('the first visit', () => {
  it(
    'fits in 60 kB on the wire with all styles and scripts, and waits for far less',
    async () => {
      await openForm();
      const requests = wire.requests();
      const pages = requests.filter(({ type }) => type === 'Document');
      expect(pages.length).toBe(3); // landing page, redirect, form
      const usable = bytesOf(requests, 'Document') + bytesOf(requests, 'Stylesheet');
      expect(usable).toBeLessThan(USABLE_BYTES);
      expect(usable + bytesOf(requests, 'Script')).toBeLessThan(FIRST_VISIT_BYTES);
      expect(bytesOf(requests, 'Font')).toBeLessThan(FONT_BYTES);
      expect(sizeOfScripts(requests)).toBeLessThan(SCRIPT_BYTES);
    },
    TIMEOUT,
  );

  it(
    'leaves nothing to fetch the second time but the page itself',
    async () => {
      await openForm();
      wire.clear();
      await page.goto(link, { waitUntil: 'networkidle0' });
      expect(page.url()).toContain(`/beoordeling/${formId}`);
      const fetched = wire.requests().filter(({ bytes, type }) => bytes > 0 && type !== 'Document');
      expect(fetched).toEqual([]);
      expect(bytesOf(wire.requests())).toBeLessThan(LATER_VISIT_BYTES);
    },
    TIMEOUT,
  );
});

describe('the form', () => {
  it(
    'names no script that the page would wait for, and no font that hides words',
    async () => {
      await openForm();
      const waited = await page.$$eval('script', (scripts) =>
        scripts
          .map((script) => script as unknown as { src: string; type: string; defer: boolean; async: boolean })
          .filter(({ src, type, defer, async }) => src === '' || !(type === 'module' || defer || async))
          .map(({ src }) => src),
      );
      expect(waited).toEqual([]);
      const assets = createAssets();
      const css = assets.get(assets.url('app.css'))?.body.toString() ?? '';
      const faces = css.match(/@font-face\s*\{[^}]*\}/g) ?? [];
      expect(faces.length).toBeGreaterThan(0);
      for (const face of faces) expect(face).toMatch(/font-display:\s*(swap|optional|fallback)/);
    },
    TIMEOUT,
  );

  it(
    'is filled in and saved with scripts switched off',
    async () => {
      await page.setJavaScriptEnabled(false);
      await openForm();
      await fillAndSave();
    },
    TIMEOUT,
  );

  it(
    'is filled in and saved while no script and no font ever arrives',
    async () => {
      const stalled: HTTPRequest[] = [];
      await page.setRequestInterception(true);
      page.on('request', (request) => {
        if (['script', 'font'].includes(request.resourceType())) stalled.push(request);
        else void request.continue();
      });
      await page.goto(link, { waitUntil: 'domcontentloaded', timeout: 5_000 }).catch(waitedForScripts);
      await page.waitForSelector(OPEN);
      await page.tap(OPEN);
      await page.waitForSelector(`[id="${field}"]`);
      await fillAndSave();
      expect(stalled.some((request) => request.resourceType() === 'script')).toBe(true);
      await Promise.all(stalled.map((request) => request.abort().catch(() => undefined)));
    },
    TIMEOUT,
  );
});

/** Deferred scripts hold back the event of a document that is read, not the document: it is there, and can be used. */
function waitedForScripts(error: unknown): void {
  if (!(error instanceof Error) || error.name !== 'TimeoutError') throw error;
}

async function fillAndSave(): Promise<void> {
  await page.waitForSelector(`label[for="${field}"]`, { visible: true });
  // As a thumb does: what lies under the bar is scrolled into sight first.
  await page.$eval(`label[for="${field}"]`, (label) => label.scrollIntoView({ block: 'center' }));
  await page.tap(`label[for="${field}"]`);
  const answer = page.waitForResponse((response) => response.request().method() === 'POST');
  await page.tap('.proeve-form-more button[value="opslaan"]');
  expect((await answer).status()).toBe(303);
  expect(Object.values((await draft())?.scores ?? {})).toEqual(['O']);
}
