import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { correctAddress } from '../../prisma/commands/delivery.ts';
import { reissueLink, withdrawExaminer } from '../../prisma/commands/inviting.ts';
import { SESSION_COOKIE } from '../../web/middleware/cookies.ts';
import { type StartedAssessment, startTestApp, type TestApp, type TestClient } from '../support/app.ts';
import { fingerprintDatabase } from '../support/fingerprint.ts';
import { COMPLETE, sitDown, WORDS } from './examiner-support.ts';

const NOT_YOURS = 'Deze beoordeling is niet van u';

let app: TestApp;
let started: StartedAssessment;
let path: string;
const log: string[] = [];

beforeAll(async () => {
  app = await startTestApp({ isLenient: true, onLog: (line) => log.push(line) });
});
beforeEach(async () => {
  started = await app.startAssessment();
  path = await app.linkPath(started.linkId);
});
afterAll(() => app.stop());

async function staff(member: 'teacher' | 'committee'): Promise<TestClient> {
  const client = app.client();
  await app.signInAs(client, app.seed[member].membershipId);
  return client;
}

async function openedBy(client: TestClient) {
  await app.openLink(client, started.linkId);
  return client;
}

describe('from mail to form', () => {
  it('takes two taps the first time, and none but the mail’s afterwards', async () => {
    const client = app.client();
    expect((await client.get(path)).text).toContain('Beoordeling openen');
    const opened = await client.post('/b/openen', { token: path.slice(3) });
    expect(opened).toMatchObject({ status: 303, location: `/beoordeling/${started.formId}` });
    const before = await fingerprintDatabase(app.databaseUrl);
    for (const each of [await client.get(path), await client.head(path)]) {
      expect(each).toMatchObject({ status: 303, location: `/beoordeling/${started.formId}` });
      expect(each.text).not.toContain('Noor');
    }
    expect(await fingerprintDatabase(app.databaseUrl)).toEqual(before);
  });

  it('leads straight to "this was not me" where the browser knows the link', async () => {
    const client = await openedBy(app.client());
    const { location } = await client.get(`${path}?niet-ik=${started.formId}`);
    expect(location).toBe(`/beoordeling/${started.formId}/niet-ik`);
  });

  it('works for a class of thirty behind one address, and ends somewhere', async () => {
    const strict = await startTestApp();
    const one = await strict.startAssessment();
    const link = await strict.linkPath(one.linkId);
    const client = strict.client();
    const token = await client.csrfToken();
    const statuses: number[] = [];
    for (let count = 0; count < 60; count += 1) {
      statuses.push((await client.head(link)).status);
      const posted = await client.post('/b/openen', { token: link.slice(3) }, { csrfToken: token });
      statuses.push(posted.status);
    }
    expect(statuses.every((status) => status < 400)).toBe(true);
    for (let count = 0; count < 61; count += 1)
      statuses.push((await client.post('/b/openen', { token: link.slice(3) }, { csrfToken: token })).status);
    await strict.stop();
    expect(statuses.at(-1)).toBe(429);
  });
});

describe('the curious initiator', () => {
  it.each(['teacher', 'committee'] as const)('is refused as %s, told why, and noted without a name', async (member) => {
    const client = await staff(member);
    log.length = 0;
    for (const page of [await client.get(path), await client.post('/b/openen', { token: path.slice(3) })]) {
      expect(page.status).toBe(403);
      expect(page.text).toContain(NOT_YOURS);
      expect(page.text).toContain('Uitloggen');
      expect(page.text).not.toContain('Noor');
    }
    const { openedAt } = await app.database.invitation.findUniqueOrThrow({ where: { id: started.invitationId } });
    expect(openedAt).toBeNull();
    const lines = log.filter((line) => line.includes('EXAMINER_LINK_REFUSED'));
    expect(lines).toHaveLength(2);
    for (const personal of ['@', 'Toos', 'Cor', 'Praktijk', 'Noor']) expect(lines.join()).not.toContain(personal);
  });

  it('gets nothing of what the browser opened before signing in', async () => {
    const client = await openedBy(app.client());
    expect((await client.get(`/beoordeling/${started.formId}`)).status).toBe(200);
    const { accountId, schoolId } = await app.database.membership.findUniqueOrThrow({
      where: { id: app.seed.teacher.membershipId },
    });
    const sessions = await app.database.sessionGrant.findMany({ where: { linkId: started.linkId } });
    await app.database.session.update({
      where: { id: sessions[0]?.sessionId ?? '' },
      data: { accountId, schoolId, kind: 'member' },
    });
    for (const place of [
      `/beoordeling/${started.formId}`,
      `/beoordeling/${started.formId}/controle`,
      '/beoordelingen',
    ]) {
      const page = await client.get(place);
      expect([place, page.status]).toEqual([place, 403]);
      expect(page.text).toContain(NOT_YOURS);
    }
    const posted = await client.post(`/beoordeling/${started.formId}`, { revisie: '0', ...COMPLETE });
    expect(posted.status).toBe(403);
    expect(await app.database.formRevision.count({ where: { formId: started.formId } })).toBe(0);
  });

  it('may be the examiner: who is both opens the own link', async () => {
    const { accountId } = app.seed.teacher;
    await app.database.contact.update({ where: { id: started.contactId }, data: { accountId } });
    const client = await openedBy(await staff('teacher'));
    expect((await client.get(`/beoordeling/${started.formId}`)).status).toBe(200);
    const other = await staff('committee');
    expect((await other.get(path)).status).toBe(403);
    await app.database.contact.update({ where: { id: started.contactId }, data: { accountId: null } });
  });
});

describe('a new link', () => {
  it('kills none of the words and leaves whoever is typing where they are', async () => {
    const at = await sitDown(app);
    await at.save(COMPLETE);
    await app.apply(reissueLink, { invitationId: at.started.invitationId, kid: app.keyring.current });
    expect((await at.client.get(at.formPath)).text).toContain(WORDS);
    expect((await at.save({ ...COMPLETE, 'score-B1-K1-W1-behaviour-1': 'G' })).status).toBe(303);
    const { linkId } = await app.database.invitation.findUniqueOrThrow({ where: { id: at.started.invitationId } });
    const phone = app.client();
    await app.openLink(phone, linkId);
    expect((await phone.get(at.formPath)).text).toContain(WORDS);
  });

  it('at another address ends what the former one opened', async () => {
    const client = await openedBy(app.client());
    const { email } = await app.database.contact.findUniqueOrThrow({ where: { id: started.contactId } });
    const { invitationId } = started;
    await app.apply(correctAddress, { invitationId, email: 'nieuw@examinator.example', kid: app.keyring.current });
    expect((await client.get(`/beoordeling/${started.formId}`)).status).toBe(403);
    await app.database.contact.update({ where: { id: started.contactId }, data: { email } });
  });

  it('is the same one while it lives, so that asking ends nobody’s work', async () => {
    const first = await app.startAssessment();
    const client = app.client();
    await app.openLink(client, first.linkId);
    await app.apply(reissueLink, { invitationId: first.invitationId, kid: app.keyring.current });
    const token = (await app.linkPath(first.linkId)).slice(3);
    const before = await app.database.invitation.findUniqueOrThrow({ where: { id: first.invitationId } });
    await app.client().post('/b/nieuwe-link', { token });
    const after = await app.database.invitation.findUniqueOrThrow({ where: { id: first.invitationId } });
    expect(after.linkId).toBe(before.linkId);
    const mails = await app.database.mail.findMany({ where: { streamId: first.invitationId, template: 'newLink' } });
    expect(mails.map(({ reference }) => (reference as { linkId: string }).linkId)).toEqual([
      before.linkId,
      before.linkId,
    ]);
  });
});

describe('a link of which everything is finished', () => {
  it('says so, and leads to the answers', async () => {
    const at = await sitDown(app);
    await at.save(COMPLETE);
    await at.finish();
    const link = await app.linkPath(at.started.linkId);
    const client = app.client();
    const page = await client.get(link);
    expect([page.status, page.text]).toMatchObject([200, expect.stringContaining('U hebt alles afgerond')]);
    expect(page.text).not.toContain('Noor');
    const opened = await client.post('/b/openen', { token: link.slice(3) }, { follows: true });
    expect(opened.text).toContain(WORDS);
    expect(opened.text).not.toContain('ander apparaat');
  });
});

describe('another device', () => {
  it('says that it was opened elsewhere and that the words are kept, and not on the same device', async () => {
    const client = await openedBy(app.client());
    const same = await client.post('/b/openen', { token: path.slice(3) }, { follows: true });
    expect(same.text).not.toContain('ander apparaat');
    const phone = await app.client().post('/b/openen', { token: path.slice(3) }, { follows: true });
    expect(phone.text).toContain('misschien op een ander apparaat');
  });

  it('is not the same browser whose session ended', async () => {
    const client = await openedBy(app.client());
    const [grant] = await app.database.sessionGrant.findMany({ where: { linkId: started.linkId } });
    const longAgo = new Date(Date.now() - 86_400_000);
    await app.database.session.update({ where: { id: grant?.sessionId ?? '' }, data: { lastSeenAt: longAgo } });
    const cookie = client.cookies.get(SESSION_COOKIE);
    const page = await client.post('/b/openen', { token: path.slice(3) }, { follows: true });
    expect(client.cookies.get(SESSION_COOKIE)).not.toBe(cookie);
    expect(page.text).not.toContain('ander apparaat');
  });
});

describe('a lost link', () => {
  const SENT = 'Is dit adres bekend en staat er werk voor u open?';
  const mails = (contactId: string) =>
    app.database.mail.findMany({
      where: { template: 'newLink', reference: { path: ['contactId'], equals: contactId } },
    });

  it('is asked for from the page of an unknown link and from signing in', async () => {
    for (const place of ['/b/onzin', '/inloggen']) expect((await app.client().get(place)).text).toContain('/b/kwijt');
  });

  it('goes to the address on file for all invitations with open work in one mail, and everybody gets one answer', async () => {
    const [, english] = app.seed.contacts;
    const one = await app.startAssessment({ contact: 1 });
    const two = await app.startAssessment({ contact: 1 });
    await app.expireLink(two.linkId);
    const answers = [];
    for (const email of [english.email.toUpperCase(), 'niemand@nergens.example']) {
      const begin = performance.now();
      const page = await app.client().post('/b/kwijt', { email }, { follows: true });
      answers.push(page.text.replace(/name="_csrf" value="[^"]*"/g, ''));
      expect(page.text).toContain(SENT);
      expect(performance.now() - begin).toBeGreaterThan(590);
    }
    expect(answers[0]).toBe(answers[1]);
    const [sent, ...more] = await mails(english.id);
    expect(more).toEqual([]);
    expect(sent).toMatchObject({
      toAddress: english.email,
      // First the one with a new link: whether it arrives is told there.
      streamId: two.invitationId,
      reference: { otherInvitationIds: [one.invitationId] },
    });
    // A link that lives is sent again; one that is over has a successor.
    const linkOf = async ({ invitationId }: StartedAssessment) =>
      (await app.database.invitation.findUniqueOrThrow({ where: { id: invitationId } })).linkId;
    expect([await linkOf(one), (await linkOf(two)) === two.linkId]).toEqual([one.linkId, false]);
    const { mailId } = await app.database.invitation.findUniqueOrThrow({ where: { id: two.invitationId } });
    expect(mailId).toBe(sent?.id);
  });

  it('refuses what is no address, and keeps what was typed', async () => {
    const page = await app.client().post('/b/kwijt', { email: 'geen adres' });
    expect([page.status, page.text]).toMatchObject([422, expect.stringContaining('value="geen adres"')]);
  });

  it('is mailed three times an hour at most, with the same answer after that', async () => {
    const strict = await startTestApp();
    await strict.startAssessment();
    const [{ email }] = strict.seed.contacts;
    for (let count = 0; count < 5; count += 1)
      expect((await strict.client().post('/b/kwijt', { email }, { follows: true })).text).toContain(SENT);
    const count = await strict.database.mail.count({ where: { template: 'newLink' } });
    await strict.stop();
    expect(count).toBe(3);
  });
});

describe('a link that was withdrawn', () => {
  it('shows one way on: the links of other work', async () => {
    await app.apply(withdrawExaminer, { ...started, reason: '' });
    const page = await app.client().get(path);
    expect(page.status).toBe(410);
    expect(page.text.match(/href="\/b\/kwijt"/g)).toHaveLength(1);
    expect(page.text).not.toContain('/b/nieuwe-link');
  });
});

describe('the language of the examiner', () => {
  it('is that of the address book, on the landing page and the form, whatever the browser prefers', async () => {
    const english = await app.startAssessment({ contact: 1 });
    const link = await app.linkPath(english.linkId);
    const client = app.client();
    expect((await client.get(link, { headers: { 'accept-language': 'nl' } })).text).toContain('Open assessment');
    await app.openLink(client, english.linkId);
    const page = await client.get(`/beoordeling/${english.formId}`, { headers: { 'accept-language': 'nl' } });
    expect(page.text).toContain('<html lang="en"');
  });

  it('is switched on the page of the link, and then everywhere: form, other devices, mail', async () => {
    const client = app.client();
    const switched = await client.post('/taal', { lang: 'en', returnTo: path }, { follows: true });
    expect(switched.text).toContain('<html lang="en"');
    const lang = () => app.database.contact.findUniqueOrThrow({ where: { id: started.contactId } });
    expect((await lang()).lang).toBe('nl');
    const opened = await client.post('/b/openen', { token: path.slice(3), taal: 'en' }, { follows: true });
    expect(opened.text).toContain('<html lang="en"');
    expect((await lang()).lang).toBe('en');
    expect((await app.client().get(path)).text).toContain('<html lang="en"');
    const phone = await openedBy(app.client());
    expect((await phone.get('/beoordelingen')).text).toContain('<html lang="en"');
    // Back again on the phone: the computer follows.
    await phone.post('/taal', { lang: 'nl', returnTo: '/beoordelingen' });
    expect((await client.get('/beoordelingen')).text).toContain('<html lang="nl"');
    expect((await lang()).lang).toBe('nl');
  });
});
