/** Two examiners in real browsers: they come to one judgement with a thumb, without script, and axe finds nothing. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Browser, Page } from 'puppeteer-core';
import { justificationFieldName, scoreFieldName } from '../../domain/form.ts';
import { startTestApp, type TestApp, type TestClient } from '../support/app.ts';
import { SMALL_CRITERIA } from '../support/factories.ts';
import { sessionCookies } from '../support/session-cookies.ts';
import { launchBrowser } from '../views/support/browser.ts';
import {
  differ,
  proposal,
  proposedId,
  readDutch,
  SHARED,
  sitDownTogether,
  stateOf,
  type Table,
} from './agreement-support.ts';
import { committeeClient } from './committee-support.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const TIMEOUT = 60_000;

let app: TestApp;
let at: Table;
let browser: Browser;

beforeAll(async () => {
  app = await startTestApp({ isLenient: true, seed: { settings: { agreement: 'together' } } });
  await readDutch(app);
  browser = await launchBrowser();
}, TIMEOUT);
beforeEach(async () => {
  at = await sitDownTogether(app);
  await differ(app, at);
}, TIMEOUT);
afterAll(async () => {
  await browser.close();
  await app.stop();
});

async function open(client: TestClient, path: string, width = 360, hasScript = true): Promise<Page> {
  const page = await browser.newPage();
  await page.setViewport({ width, height: 780, isMobile: width < 600, hasTouch: width < 600 });
  await page.setJavaScriptEnabled(hasScript);
  await page.setCookie(...sessionCookies(app.url, client));
  await page.goto(app.url + path, { waitUntil: 'load' });
  return page;
}

async function problemsOf(page: Page): Promise<unknown> {
  await page.evaluate('document.querySelectorAll("details").forEach((each) => { each.open = true; })');
  await page.evaluate(axe);
  const found = (await page.evaluate(
    'axe.run().then((r) => r.violations.map((v) => v.id + ": " + v.nodes[0].html))',
  )) as string[];
  const sticksOut = await page.evaluate('document.documentElement.scrollWidth > document.documentElement.clientWidth');
  // Links in a sentence may be smaller; what is pressed with a thumb may not.
  const small = await page.evaluate(
    `[...document.querySelectorAll('main button, main summary, main .utrecht-button, main .proeve-ovg__label')]
      .filter((each) => each.getClientRects().length > 0 && each.getBoundingClientRect().height < 44)
      .map((each) => each.outerHTML.slice(0, 80))`,
  );
  return { found, sticksOut, small };
}

const CLEAN = { found: [], sticksOut: false, small: [] };

describe('one judgement of two examiners', () => {
  it(
    'is proposed and agreed with on a phone, without script',
    async () => {
      const first = await open(at.clients[0], at.pages[0], 360, false);
      await first.click(`label[for="${scoreFieldName(SMALL_CRITERIA[0])}-V"]`);
      await first.type(`#${justificationFieldName(SHARED)}`, 'Samen gezien: voldoende.');
      await Promise.all([first.waitForNavigation(), first.click('button[value="voorstel"]')]);
      expect(await first.$eval('main', (main) => main.textContent)).toContain('Wacht op Sam Docent');
      const second = await open(at.clients[1], at.pages[1], 360, false);
      await Promise.all([second.waitForNavigation(), second.click('button[value="akkoord"]')]);
      expect(await second.$eval('body', (body) => body.textContent)).toContain('U bent het eens.');
      expect((await stateOf(app, at.assessmentId)).status).toBe('assessed');
      await first.close();
      await second.close();
    },
    TIMEOUT,
  );

  it.each([360, 768, 1280])(
    'at %i px: axe finds nothing in any state, nothing sticks out, and a thumb hits what it must',
    async (width) => {
      const look = async (client: TestClient, path: string) => {
        const page = await open(client, path, width);
        const problems = await problemsOf(page);
        await page.close();
        return problems;
      };
      expect(await look(at.clients[0], at.pages[0])).toEqual(CLEAN);
      await at.clients[0].post(at.pages[0], proposal(['V', 'V'], 'Samen gezien: voldoende.'));
      expect(await look(at.clients[0], at.pages[0])).toEqual(CLEAN);
      expect(await look(at.clients[1], at.pages[1])).toEqual(CLEAN);
      const committee = await committeeClient(app);
      const teacher = await committeeClient(app, app.seed.teacher.membershipId);
      expect(await look(committee, `/commissie/${at.assessmentId}`)).toMatchObject({ found: [], sticksOut: false });
      expect(await look(committee, `/commissie/${at.assessmentId}/overnemen`)).toEqual(CLEAN);
      expect(await look(teacher, `/afnames/${at.assessmentId}`)).toMatchObject({ found: [], sticksOut: false });
      const voorstel = await proposedId(app, at.assessmentId);
      await at.clients[1].post(at.pages[1], { actie: 'akkoord', onderdeel: SHARED, voorstel });
      expect(await look(at.clients[0], at.pages[0])).toEqual(CLEAN);
      expect(await look(at.clients[0], `/beoordeling/${at.first.formId}`)).toEqual(CLEAN);
    },
    TIMEOUT,
  );
});
