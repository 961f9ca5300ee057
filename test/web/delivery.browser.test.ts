/** The pages about mail that does not arrive, in a real browser: what axe finds, and that nothing sticks out on a phone. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pino from 'pino';
import type { Browser } from 'puppeteer-core';
import { createDeliveryDesk } from '../../activities/mail/delivery-desk.ts';
import type { DeliveryReport } from '../../domain/delivery.ts';
import { storeDocument } from '../../prisma/commands/documents.ts';
import { SYSTEM_ACTOR } from '../../prisma/unit-of-work.ts';
import { startTestApp, type TestApp, type TestClient } from '../support/app.ts';
import { lookAt } from '../support/looking.ts';
import { sessionCookies } from '../support/session-cookies.ts';
import { launchBrowser } from '../views/support/browser.ts';
import { assessed, committeeClient, decisionForm } from './committee-support.ts';
import { signedInTeacher } from './initiator-support.ts';

const TIMEOUT = 120_000;

let app: TestApp;
let browser: Browser;
let teacher: TestClient;
let committee: TestClient;
/** Addresses of pages by what they show. */
const pages: Record<string, { path: string; client: TestClient }> = {};

beforeAll(async () => {
  app = await startTestApp({ isLenient: true });
  browser = await launchBrowser();
  teacher = await signedInTeacher(app);
  committee = await committeeClient(app);
  const desk = createDeliveryDesk({ database: app.database, logger: pino({ level: 'silent' }) });
  const report = (more: Partial<DeliveryReport>): DeliveryReport => ({
    signal: 'bounced',
    reason: null,
    isPermanent: false,
    status: null,
    ...more,
  });

  async function hear(name: string, told: DeliveryReport): Promise<void> {
    const { assessmentId, invitationId, contactId } = await app.startAssessment({});
    const { mailId } = await app.database.invitation.findUniqueOrThrow({ where: { id: invitationId } });
    await desk.tell(mailId, told);
    pages[name] = { path: `/afnames/${assessmentId}`, client: teacher };
    pages[`${name}-address`] = { path: `/afnames/${assessmentId}/adres/${contactId}`, client: teacher };
  }
  await hear('gone', report({ reason: 'addressUnknown', isPermanent: true, status: '5.1.1' }));
  await hear('late', report({ signal: 'delayed', reason: 'unreachable', status: '4.4.1' }));
  await hear('answered', report({ signal: 'autoReply' }));
  pages.list = { path: '/afnames', client: teacher };

  const { assessmentId } = await assessed(app);
  await committee.post(`/commissie/${assessmentId}/vaststellen`, await decisionForm(app, committee, assessmentId));
  const { sha256, size } = await app.documents.put(Buffer.from('%PDF-1.7'));
  await app.apply(storeDocument, { assessmentId, version: 1, sha256, size }, SYSTEM_ACTOR);
  const mail = await app.database.mail.findFirstOrThrow({ where: { template: 'resultToOffice' } });
  await desk.tell(mail.id, report({ reason: 'mailboxFull', status: '4.2.2' }));
  const document = await app.database.document.findFirstOrThrow({ where: { assessmentId } });
  pages.dossier = { path: `/commissie/${assessmentId}`, client: committee };
  pages.resend = { path: `/commissie/${assessmentId}/opnieuw-versturen/${document.id}`, client: committee };
}, TIMEOUT);

afterAll(async () => {
  await browser.close();
  await app.stop();
});

describe('pages about mail that does not arrive', () => {
  it.each(['gone', 'gone-address', 'late', 'late-address', 'answered', 'list', 'dossier', 'resend'])(
    '%s: axe finds nothing, and nothing sticks out',
    async (name) => {
      const { path, client } = pages[name] ?? { path: '/', client: teacher };
      const page = await browser.newPage();
      await page.setCookie(...sessionCookies(app.url, client));
      const answer = await page.goto(app.url + path, { waitUntil: 'load' });
      expect(answer?.status()).toBe(200);
      expect(await lookAt(page)).toEqual([]);
      await page.close();
    },
    TIMEOUT,
  );
});
