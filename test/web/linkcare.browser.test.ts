/** The pages of links and codes as a phone shows them: what axe finds, in both themes, and that nothing scrolls sideways. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, Page } from 'puppeteer-core';
import { reissueLink, withdrawExaminer } from '../../prisma/commands/inviting.ts';
import { startTestApp, type TestApp, type TestClient } from '../support/app.ts';
import { lookAt } from '../support/looking.ts';
import { sessionCookies } from '../support/session-cookies.ts';
import { launchBrowser } from '../views/support/browser.ts';
import { COMPLETE, sitDown } from './examiner-support.ts';

const TIMEOUT = 120_000;

let app: TestApp;
let browser: Browser;
let page: Page;

beforeAll(async () => {
  app = await startTestApp({ isLenient: true });
  browser = await launchBrowser();
  page = await browser.newPage();
}, TIMEOUT);
afterAll(async () => {
  await browser.close();
  await app.stop();
});

/** Looks at a page in the session of a client, as a phone, a tablet and a desk do. */
async function look(client: TestClient, path: string, before: () => Promise<unknown> = async () => undefined) {
  await browser.deleteCookie(...(await browser.cookies()));
  const cookies = sessionCookies(app.url, client);
  if (cookies.length > 0) await page.setCookie(...cookies);
  await page.goto(`${app.url}${path}`, { waitUntil: 'load' });
  await before();
  expect([path, await lookAt(page)]).toEqual([path, []]);
}

async function press(selector: string): Promise<void> {
  await Promise.all([page.waitForNavigation({ waitUntil: 'load' }), page.click(selector)]);
}

async function wantCode(): Promise<void> {
  const { settings } = await app.database.school.findUniqueOrThrow({ where: { id: app.seed.schoolId } });
  const data = { settings: { ...(settings as object), finishCode: 'always' } };
  await app.database.school.update({ where: { id: app.seed.schoolId }, data });
}

describe('the pages of links and codes', () => {
  it(
    'have nothing that axe finds',
    async () => {
      const nobody = app.client();
      const fresh = await app.startAssessment();
      const link = await app.linkPath(fresh.linkId);
      await look(nobody, link);
      await look(nobody, '/b/onzin');
      await look(nobody, '/b/kwijt');
      await look(nobody, '/b/kwijt', () => press('main form button'));
      await look(nobody, '/inloggen');

      const staff = app.client();
      await app.signInAs(staff, app.seed.teacher.membershipId);
      await look(staff, link);

      const expired = await app.startAssessment();
      await app.expireLink(expired.linkId);
      await look(nobody, await app.linkPath(expired.linkId));
      const replaced = await app.startAssessment();
      await app.apply(reissueLink, { invitationId: replaced.invitationId, kid: app.keyring.current });
      await look(nobody, await app.linkPath(replaced.linkId));
      await app.apply(withdrawExaminer, { ...replaced, reason: '' });
      const { linkId } = await app.database.invitation.findUniqueOrThrow({ where: { id: replaced.invitationId } });
      await look(nobody, await app.linkPath(linkId));

      const at = await sitDown(app);
      await look(at.client, '/beoordelingen');
      await look(at.client, `/beoordelingen/meer/${app.seed.schoolId}`);
      await at.client.post(`/beoordelingen/meer/${app.seed.schoolId}`, { actie: 'stuur' });
      await look(at.client, `/beoordelingen/meer/${app.seed.schoolId}`);
      await at.save(COMPLETE);
      const phone = app.client();
      await app.openLink(phone, at.started.linkId);
      await look(phone, at.formPath);
      await look(phone, `${at.formPath}/controle`);
      await look(phone, `${at.formPath}/controle`, () => press('.proeve-form-finish button[type="submit"]'));
      await wantCode();
      await look(phone, `${at.formPath}/controle`);
      await at.finish();
      await look(at.client, `${at.formPath}/code`);
      await look(at.client, `${at.formPath}/code`, () => press('main form button'));
    },
    TIMEOUT,
  );

  it(
    'say that all is finished, and ask before "this was not me"',
    async () => {
      const { settings } = await app.database.school.findUniqueOrThrow({ where: { id: app.seed.schoolId } });
      const data = { settings: { ...(settings as object), finishCode: 'off' } };
      await app.database.school.update({ where: { id: app.seed.schoolId }, data });
      const at = await sitDown(app);
      await at.save(COMPLETE);
      await at.finish();
      await look(app.client(), await app.linkPath(at.started.linkId));
      await look(at.client, `${at.formPath}/klaar`);
      await look(at.client, `${at.formPath}/niet-ik`, () => press('main form button'));
    },
    TIMEOUT,
  );
});
