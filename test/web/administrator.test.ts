import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { v7 as uuidv7 } from 'uuid';
import type { BounceReason } from '../../domain/delivery.ts';
import { databaseClock } from '../../prisma/client.ts';
import { finaliseAssessment } from '../../prisma/commands/assessments.ts';
import { storeDocument } from '../../prisma/commands/documents.ts';
import { reportDelivery } from '../../prisma/commands/inviting.ts';
import { SYSTEM_ACTOR } from '../../prisma/unit-of-work.ts';
import { startTestApp, type TestApp, type TestClient } from '../support/app.ts';
import { openBatchRoom } from '../support/batch-room.ts';
import { seedSchool } from '../support/factories.ts';
import { finish } from './committee-support.ts';

let app: TestApp;
let client: TestClient;

beforeAll(async () => {
  app = await startTestApp({ isLenient: true });
  client = await signedIn(app.seed.administrator.membershipId);
});
afterAll(() => app.stop());

const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000);

async function signedIn(membershipId: string): Promise<TestClient> {
  const browser = app.client();
  await app.signInAs(browser, membershipId);
  return browser;
}

async function addMail(state: string, more: Record<string, unknown> = {}): Promise<string> {
  const id = uuidv7();
  await app.database.mail.create({
    data: {
      id,
      schoolId: app.seed.schoolId,
      template: 'reminder',
      lang: 'nl',
      toAddress: 'iemand@examinator.example',
      reference: {},
      priority: 5,
      state,
      queuedAt: minutesAgo(20),
      nextTryAt: minutesAgo(-5),
      ...more,
    },
  });
  return id;
}

/** The fields of the form whose button mends this, as the page shows them. */
function formFor(html: string, id: string, action: string): Record<string, string> | null {
  const forms = html.match(/<form method="post"[^>]*action="\/beheer\/herstel".*?<\/form>/gs) ?? [];
  for (const form of forms) {
    const fields = Object.fromEntries(
      [...form.matchAll(/name="(\w+)" value="([^"]*)"/g)].map(([, name = '', value = '']) => [name, value]),
    );
    if (fields.id === id && fields.actie === action) return fields;
  }
  return null;
}

async function press(id: string, action: string, page = '/beheer') {
  const fields = formFor((await client.get(page)).text, id, action);
  if (fields === null) throw new Error(`no button ${action} for this`);
  return { fields, answer: await client.post('/beheer/herstel', fields) };
}

describe('who may see the condition of a school', () => {
  it('is the first page of an administrator, and in their menu', async () => {
    expect((await client.get('/')).location).toBe('/beheer');
    expect((await client.get('/beheer')).text).toMatch(
      /href="\/beheer"[^>]*aria-current="page"|aria-current="page"[^>]*href="\/beheer"/,
    );
  });

  it.each(['teacher', 'committee'] as const)('refuses a %s, for reading and for mending', async (role) => {
    const mailId = await addMail('failed');
    const other = await signedIn(app.seed[role].membershipId);
    expect((await other.get('/beheer')).status).toBe(403);
    expect((await other.get('/beheer/toestand/te-laat')).status).toBe(403);
    expect((await other.post('/beheer/herstel', { actie: 'resendMail', id: mailId })).status).toBe(403);
    expect((await app.database.mail.findUniqueOrThrow({ where: { id: mailId } })).state).toBe('failed');
    expect((await other.get('/')).text).not.toContain('href="/beheer"');
    await app.database.mail.delete({ where: { id: mailId } });
  });

  it('sends a visitor to sign-in', async () => {
    expect((await app.client().get('/beheer')).location).toBe('/inloggen');
  });

  it('tells another school nothing, and answers 404 to its buttons', async () => {
    const mailId = await addMail('failed');
    const { assessmentId, invitationId } = await app.startAssessment();
    await app.database.assessment.update({ where: { id: assessmentId }, data: { dueAt: minutesAgo(60) } });
    const other = await seedSchool(app.database, { slug: 'verderop' });
    const stranger = await signedIn(other.administrator.membershipId);
    const page = await stranger.get('/beheer');
    expect(page.text).not.toContain('Noor de Vries');
    expect(page.text).not.toContain(mailId.slice(-8));
    for (const [actie, id] of [
      ['resendMail', mailId],
      ['nudge', assessmentId],
      ['resendInvitation', invitationId],
    ] as const) {
      expect((await stranger.post('/beheer/herstel', { actie, id })).status).toBe(404);
    }
    expect(await app.database.mending.count()).toBe(0);
    await app.database.mail.delete({ where: { id: mailId } });
    await app.database.assessment.update({ where: { id: assessmentId }, data: { dueAt: null } });
  });

  it.each([
    ['an unknown action', { actie: 'DROP', id: uuidv7() }],
    ['no id', { actie: 'nudge', id: "'; --" }],
    ['an id that is nowhere', { actie: 'resendMail', id: uuidv7() }],
  ])('answers 404 to %s', async (_, fields) => {
    expect((await client.post('/beheer/herstel', fields)).status).toBe(404);
  });

  it('answers 404 to a list that is not there', async () => {
    expect((await client.get('/beheer/toestand/alles')).status).toBe(404);
  });

  it('mends nothing without the CSRF token of the page', async () => {
    const mailId = await addMail('failed');
    const answer = await client.post('/beheer/herstel', { actie: 'resendMail', id: mailId }, { csrfToken: null });
    expect(answer.status).toBe(403);
    expect((await app.database.mail.findUniqueOrThrow({ where: { id: mailId } })).state).toBe('failed');
    await app.database.mail.delete({ where: { id: mailId } });
  });
});

describe('condition', () => {
  it('says that everything runs when nothing is stuck and all parts answer', async () => {
    const down = await client.get('/beheer');
    expect(down.text).toContain('1 onderwerp vraagt aandacht');
    expect(down.text).toContain('Nog nooit gezien');
    const beat = { kind: 'worker', temporalOk: true, smtpOk: true, detail: {}, seenAt: minutesAgo(-60) };
    await app.database.heartbeat.create({ data: { id: 'worker', ...beat } });
    await app.database.mail.updateMany({ data: { state: 'accepted' } });
    const well = await client.get('/beheer');
    expect(well.text).toContain('Alles loopt');
    expect(well.text).toMatch(/Laatst gekeken om \d\d:\d\d/);
    expect(well.text).not.toContain('Technisch');
  });

  it('shows what a mail is about and sends it again, once, however often the button is pressed', async () => {
    const { assessmentId, invitationId } = await app.startAssessment();
    const mailId = await addMail('failed', {
      reference: { invitationId, assessmentIds: [assessmentId] },
      lastError: 'MESSAGE_REFUSED',
      toAddress: app.seed.contacts[0].email,
    });
    const before = await client.get('/beheer');
    expect(before.text).toContain('Noor de Vries (100001)');
    expect(before.text).toContain('Het bericht wordt geweigerd');
    const { fields, answer } = await press(mailId, 'resendMail');
    expect(answer).toMatchObject({ status: 303, location: '/beheer' });
    expect((await client.get('/beheer')).text).toContain('De mail wordt nu opnieuw verstuurd');
    expect(await app.database.mail.findUniqueOrThrow({ where: { id: mailId } })).toMatchObject({ state: 'queued' });
    expect(formFor((await client.get('/beheer')).text, mailId, 'resendMail')).toBeNull();

    expect((await client.post('/beheer/herstel', fields)).status).toBe(303);
    expect(await app.database.mending.count({ where: { targetId: mailId } })).toBe(1);
    const history = (await client.get('/beheer')).text;
    expect(history).toContain('Mail opnieuw verstuurd');
    expect(history).toContain('Ada van Proef');
  });

  it('takes a mail off the list that somebody dealt with, and says so to who comes second', async () => {
    const mailId = await addMail('failed', { lastError: 'RECIPIENT_REFUSED' });
    const { fields } = await press(mailId, 'dismissMail', '/beheer/toestand/mail-niet-aangekomen');
    const list = await client.get('/beheer/toestand/mail-niet-aangekomen');
    expect(formFor(list.text, mailId, 'dismissMail')).toBeNull();
    const second = await client.post('/beheer/herstel', { ...fields, opdracht: uuidv7() });
    expect(second.location).toBe('/beheer/toestand/mail-niet-aangekomen');
    expect((await client.get(second.location ?? '')).text).toContain('Dit was al niet meer nodig');
  });

  it('offers to mail again where the address is not the trouble, and names who must act where it is', async () => {
    const lose = async (reason: BounceReason) => {
      const { invitationId } = await app.startAssessment();
      const { mailId } = await app.database.invitation.findUniqueOrThrow({ where: { id: invitationId } });
      const problem = { reason, isPermanent: true, status: null };
      await app.apply(reportDelivery, { invitationId, mailId, delivery: 'bounced', smtpCode: null, problem });
      return invitationId;
    };
    const gone = await lose('addressUnknown');
    const page = await client.get('/beheer');
    expect(page.text).toContain('Dit adres bestaat niet.');
    expect(page.text).toContain('Toos van Proef moet het adres verbeteren');
    expect(formFor(page.text, gone, 'resendInvitation')).toBeNull();
    await app.database.invitation.update({ where: { id: gone }, data: { status: 'withdrawn' } });
    const full = await lose('mailboxFull');
    const { answer } = await press(full, 'resendInvitation');
    expect(answer.status).toBe(303);
    expect((await client.get('/beheer')).text).not.toContain('uitnodiging-niet-aangekomen');
    expect(await app.database.mail.count({ where: { streamId: full, template: 'invitation' } })).toBe(2);
  });

  it('mails a document again that the exam office did not get', async () => {
    const { assessmentId, invitationId, contactId } = await app.startAssessment();
    await finish(app, { assessmentId, invitationId, contactId });
    const { version } = await app.database.stream.findUniqueOrThrow({ where: { id: assessmentId } });
    const { membershipId } = app.seed.committee;
    const decision = { assessmentId, expectedVersion: version, membershipId, standing: {} };
    const { documentId } = await app.apply(finaliseAssessment, {
      ...decision,
      officeAddressId: app.seed.officeAddressId,
    });
    await app.apply(storeDocument, { assessmentId, version: 1, sha256: 'a'.repeat(64), size: 1 }, SYSTEM_ACTOR);
    await app.database.document.update({ where: { id: documentId }, data: { storedAt: minutesAgo(20) } });
    const ofDocument = { streamId: assessmentId, template: 'resultToOffice' };
    await app.database.mail.updateMany({ where: ofDocument, data: { state: 'failed', lastError: 'MESSAGE_REFUSED' } });
    const { fields, answer } = await press(documentId, 'resendDocument');
    expect(answer.status).toBe(303);
    expect(await app.database.mail.count({ where: ofDocument })).toBe(2);
    const page = await client.get('/beheer');
    expect(page.text).toContain('Het document wordt opnieuw naar het examenbureau gemaild');
    expect(page.text).toMatch(/Gevraagd om \d\d:\d\d/);
    expect((await client.post('/beheer/herstel', { ...fields, afname: 'geen' })).status).toBe(404);
    const other = await seedSchool(app.database, { slug: 'elders' });
    const stranger = await signedIn(other.administrator.membershipId);
    expect((await stranger.post('/beheer/herstel', { ...fields, opdracht: uuidv7() })).status).toBe(404);
  });

  it('has a stuck step tried again, and says that it was asked for', async () => {
    const { assessmentId } = await app.startAssessment();
    const stuck = {
      seenSeq: 9,
      waitsFor: 'document',
      since: minutesAgo(30),
      nextAt: minutesAgo(10),
      updatedAt: minutesAgo(30),
    };
    await app.database.workflowView.create({ data: { streamId: assessmentId, schoolId: app.seed.schoolId, ...stuck } });
    await press(assessmentId, 'nudge', '/beheer/toestand/over-tijd');
    const page = await client.get('/beheer/toestand/over-tijd');
    expect(page.text).toMatch(/Gevraagd om \d\d:\d\d/);
    expect(formFor(page.text, assessmentId, 'nudge')).toBeNull();
    const view = await app.database.workflowView.findUniqueOrThrow({ where: { streamId: assessmentId } });
    expect(view.nudgedAt).toBeInstanceOf(Date);
    await app.database.workflowView.delete({ where: { streamId: assessmentId } });
    expect((await client.get('/beheer/toestand/over-tijd')).text).toContain('Hier zit niets meer vast');
  });

  it('shows five of a kind, and all of them page by page', async () => {
    const ids: string[] = [];
    for (let index = 0; index < 52; index += 1)
      ids.push(await addMail('unknown', { queuedAt: minutesAgo(100 - index) }));
    const overview = await client.get('/beheer');
    expect(overview.text).toContain('Alles bekijken (52)');
    const shown = (html: string) => ids.filter((id) => html.includes(`Kenmerk ${id.slice(-8)}`));
    expect(shown(overview.text)).toEqual(ids.slice(0, 5));
    const first = await client.get('/beheer/toestand/mail-onzeker');
    expect(shown(first.text)).toEqual(ids.slice(0, 50));
    const next = /href="(\/beheer\/toestand\/mail-onzeker\?na(?:=|&#x3D;)[^"]+)"/.exec(first.text)?.[1] ?? '';
    expect(shown((await client.get(next.replaceAll('&#x3D;', '='))).text)).toEqual(ids.slice(50));
    await app.database.mail.deleteMany({ where: { id: { in: ids } } });
  });

  it('shows what keeps the record from being anchored, and a mail with an anchor that was refused', async () => {
    const { schoolId } = app.seed;
    const trouble = { schoolId, code: 'ANCHOR_FILE_REFUSED', since: minutesAgo(90), lastAt: minutesAgo(1) };
    await app.database.anchorTrouble.create({ data: trouble });
    const mailId = await addMail('failed', { template: 'anchor', lastError: 'RECIPIENT_REFUSED' });
    const page = await client.get('/beheer');
    for (const text of [
      'Controlegetal niet bewaard',
      'Alles wat uw school vastlegde',
      'Proeve kan niet schrijven in de map voor controlegetallen.',
      'De beheerder van de server kan dit oplossen.',
      'Het adres wordt geweigerd.',
    ])
      expect(page.text).toContain(text);
    expect(formFor(page.text, mailId, 'dismissMail')).not.toBeNull();
    const other = await seedSchool(app.database, { slug: 'zonder-zorgen' });
    const stranger = await signedIn(other.administrator.membershipId);
    expect((await stranger.get('/beheer')).text).not.toContain('Controlegetal niet bewaard');
    await app.database.anchorTrouble.deleteMany();
    await app.database.mail.delete({ where: { id: mailId } });
    expect((await client.get('/beheer')).text).not.toContain('Controlegetal');
  });

  it('shows invitations that wait for somebody who has left, and stops them with a press', async () => {
    const room = await openBatchRoom({ database: app.database, clock: databaseClock, slug: 'vertrokken', count: 2 });
    const batchId = await room.start({ sendAt: minutesAgo(-24 * 60).toISOString() });
    const browser = await signedIn(room.school.administrator.membershipId);
    expect((await browser.get('/beheer')).text).not.toContain('Verzending staat stil');
    const { membershipId } = room.school.teacher;
    await app.database.membership.update({ where: { id: membershipId }, data: { endedAt: minutesAgo(5) } });
    const page = await browser.get('/beheer');
    expect(page.text).toContain('Verzending staat stil');
    expect(page.text).toContain('(2 uitnodigingen)');
    const fields = formFor(page.text, batchId, 'stopBatch');
    if (fields === null) throw new Error('no button to stop the sending');
    // Of another school it does not exist.
    expect((await client.post('/beheer/herstel', { ...fields, opdracht: uuidv7() })).status).toBe(404);
    expect((await browser.post('/beheer/herstel', fields)).location).toBe('/beheer');
    const after = await browser.get('/beheer');
    expect(after.text).toContain('Deze uitnodigingen worden niet meer verstuurd.');
    expect(after.text).toContain('Verzending gestopt');
    expect(after.text).not.toContain('Verzending staat stil');
    expect(await room.find(batchId)).toMatchObject({ status: 'stopped' });
  });

  it('speaks English too', async () => {
    await addMail('failed', { lastError: 'SOME_NEW_CODE' });
    await client.post('/taal', { lang: 'en', returnTo: '/beheer' });
    const page = await client.get('/beheer');
    expect(page.text).toContain('Mail did not arrive');
    expect(page.text).toContain('Code: SOME_NEW_CODE.');
    await client.post('/taal', { lang: 'nl', returnTo: '/beheer' });
  });
});

describe('the page of an assessment', () => {
  const pages = async (assessmentId: string) => {
    const [teacher, committee] = await Promise.all([
      signedIn(app.seed.teacher.membershipId),
      signedIn(app.seed.committee.membershipId),
    ]);
    return Promise.all([teacher.get(`/afnames/${assessmentId}`), committee.get(`/commissie/${assessmentId}`)]);
  };
  const follow = async (streamId: string, waitsFor: string) => {
    const { version } = await app.database.stream.findUniqueOrThrow({ where: { id: streamId } });
    const view = { seenSeq: version, waitsFor, since: new Date(), nextAt: null, updatedAt: new Date() };
    const key = { streamId, schoolId: app.seed.schoolId };
    await app.database.workflowView.upsert({ where: { streamId }, create: { ...key, ...view }, update: view });
  };

  it('says nothing of the conductor while it follows, and that it falters when it does not', async () => {
    const { assessmentId, invitationId } = await app.startAssessment();
    for (const page of await pages(assessmentId)) expect(page.text).not.toMatch(/Hapert|Wordt bijgewerkt/);

    await app.database.stream.update({ where: { id: assessmentId }, data: { changedAt: minutesAgo(0.5) } });
    for (const page of await pages(assessmentId)) expect(page.text).toContain('Wordt bijgewerkt');

    await app.database.stream.update({ where: { id: assessmentId }, data: { changedAt: minutesAgo(3) } });
    for (const page of await pages(assessmentId)) expect(page.text).toContain('Hapert: de laatste wijziging');

    await follow(assessmentId, 'examiners');
    await follow(invitationId, 'mail');
    for (const page of await pages(assessmentId)) expect(page.text).not.toMatch(/Hapert|Wordt bijgewerkt/);

    // Its invitation is followed too.
    await follow(invitationId, 'examiner');
    for (const page of await pages(assessmentId)) expect(page.text).toContain('Hapert: de planning');
  });
});
