import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { createLinkToken, LinkPurpose } from '../../platform/tokens.ts';
import { startTestApp, type TestApp, type TestClient } from '../support/app.ts';
import { seedSchool } from '../support/factories.ts';
import { fingerprintDatabase } from '../support/fingerprint.ts';
import { committeeClient } from './committee-support.ts';
import {
  type DecidedDocument,
  mailWith,
  newestCode,
  officeToken,
  settleMail,
  stored,
  supersede,
} from './office-support.ts';

const DAY_MS = 86_400_000;

let app: TestApp;
let committee: TestClient;
let document: DecidedDocument;
let token: string;

beforeAll(async () => {
  app = await startTestApp({ seed: { settings: { deciding: { officeDelivery: 'link' } } } });
  committee = await committeeClient(app);
});
beforeEach(async () => {
  await app.database.rateLimit.deleteMany();
  document = await stored(app, committee);
  token = await officeToken(app, document.documentId);
});
afterAll(() => app.stop());

const codePage = () => `/examenbureau/code?document=${document.documentId}`;
const pdfPath = () => `/examenbureau/document/${document.documentId}.pdf`;
const press = (client: TestClient, of = token) => client.post('/examenbureau/openen', { token: of });
const type = (client: TestClient, code: string) =>
  client.post('/examenbureau/code', { document: document.documentId, code });
const codeMails = () => app.database.mail.count({ where: { template: 'officeCode' } });

/** Presses the button and types the code of the mail. */
async function opened(): Promise<TestClient> {
  const client = app.client();
  await press(client);
  await type(client, await newestCode(app, document.documentId));
  return client;
}

describe('a document behind a link', () => {
  it('opens with the code of the mail, byte for byte', async () => {
    const client = app.client();
    const landing = await client.get(`/examenbureau/${token}`);
    expect(landing.text).toContain(document.number);
    expect(landing.headers.get('x-frame-options')).toBe('DENY');
    expect((await press(client)).location).toBe(codePage());
    expect((await client.get(codePage())).text).toContain('Vul de code in');
    const code = await newestCode(app, document.documentId);
    expect((await type(client, `${code.slice(0, 3)} ${code.slice(3)}`)).location).toBe(codePage());
    expect((await client.get(codePage())).text).toContain('Het document staat klaar');
    const file = await client.get(pdfPath());
    expect(file.headers.get('content-type')).toBe('application/pdf');
    expect(file.body.equals(document.bytes)).toBe(true);
  });

  it('mails the code to the address that the link went to, and to no other', async () => {
    const { toAddress } = await mailWith(app, document.documentId);
    await press(app.client());
    const mail = await app.database.mail.findFirstOrThrow({
      where: { template: 'officeCode' },
      orderBy: { queuedAt: 'desc' },
    });
    expect(mail.toAddress).toBe(toAddress);
    expect(JSON.stringify(mail.reference)).not.toContain(await newestCode(app, document.documentId));
  });

  it('is left alone by a scanner that opens everything: no code mailed, none used, nothing opened', async () => {
    const before = await fingerprintDatabase(app.databaseUrl);
    const scanner = app.client();
    for (const path of [`/examenbureau/${token}`, codePage(), pdfPath()]) {
      await scanner.get(path, { follows: true });
      await scanner.head(path);
    }
    expect(await fingerprintDatabase(app.databaseUrl)).toEqual(before);
    expect((await scanner.get(pdfPath())).status).toBe(404);
  });

  it('shows nothing before the code, in another browser, or for another document', async () => {
    const client = app.client();
    await press(client);
    expect((await client.get(pdfPath())).status).toBe(404);
    await type(client, await newestCode(app, document.documentId));
    expect((await app.client().get(pdfPath())).status).toBe(404);
    const other = await stored(app, committee);
    expect((await client.get(`/examenbureau/document/${other.documentId}.pdf`)).status).toBe(404);
  });

  it('does not take a code in another browser than the one that asked', async () => {
    await press(app.client());
    const code = await newestCode(app, document.documentId);
    const thief = app.client();
    expect((await type(thief, code)).status).toBe(404);
  });

  it('takes five tries, counted also when they come at once', async () => {
    const client = app.client();
    await press(client);
    const code = await newestCode(app, document.documentId);
    const wrong = code === '000000' ? '000001' : '000000';
    const answers = await Promise.all(Array.from({ length: 8 }, () => type(client, wrong)));
    expect(answers.every(({ status }) => status === 422)).toBe(true);
    expect((await app.database.examinerCode.findFirstOrThrow({ where: { subject: document.documentId } })).tries).toBe(
      5,
    );
    expect((await type(client, code)).text).toContain('Deze code werkt niet meer');
    expect((await client.get(pdfPath())).status).toBe(404);
  });

  it('takes a code for ten minutes, then another one on asking', async () => {
    const client = app.client();
    await press(client);
    const old = await newestCode(app, document.documentId);
    await app.database.examinerCode.updateMany({
      where: { subject: document.documentId },
      data: { expiresAt: new Date(Date.now() - 1_000) },
    });
    expect((await client.get(codePage())).text).toContain('De code is verlopen');
    expect((await type(client, old)).status).toBe(422);
    const again = { document: document.documentId, actie: 'opnieuw' };
    expect((await client.post('/examenbureau/code', again)).location).toBe(codePage());
    await type(client, await newestCode(app, document.documentId));
    expect((await client.get(pdfPath())).status).toBe(200);
  });

  it('makes one code of two presses at once, and opens in both tabs', async () => {
    const client = app.client();
    await press(client);
    const before = await codeMails();
    await Promise.all([press(client), press(client)]);
    expect(await codeMails()).toBe(before);
    const code = await newestCode(app, document.documentId);
    const answers = await Promise.all([type(client, code), type(client, code)]);
    expect(answers.map(({ status, location }) => [status, location])).toEqual([
      [303, codePage()],
      [303, codePage()],
    ]);
  });

  it('limits the codes for one document in an hour', async () => {
    for (let count = 0; count < 6; count += 1) expect((await press(app.client())).status).toBe(303);
    const before = await codeMails();
    expect((await press(app.client())).status).toBe(429);
    expect(await codeMails()).toBe(before);
  });

  it('is read for half an hour', async () => {
    const client = await opened();
    await app.database.examinerCode.updateMany({
      where: { subject: document.documentId },
      data: { usedAt: new Date(Date.now() - 31 * 60_000) },
    });
    expect((await client.get(pdfPath())).status).toBe(404);
  });
});

describe('a link that no longer opens', () => {
  it('says which document replaced it, also where it was open', async () => {
    const client = await opened();
    const newer = await supersede(app, document);
    const page = await app.client().get(`/examenbureau/${token}`);
    expect(page.status).toBe(410);
    expect(page.text).toContain(newer);
    expect((await client.get(pdfPath())).status).toBe(410);
    expect((await press(app.client())).status).toBe(410);
  });

  it('stays while the newer document is being made', async () => {
    await supersede(app, document, false);
    expect((await app.client().get(`/examenbureau/${token}`)).status).toBe(200);
  });

  it('ends when the document was sent to another address', async () => {
    const mailId = await settleMail(app, document.documentId, { state: 'bounced' });
    const { id, reference, ...rest } = await app.database.mail.findUniqueOrThrow({ where: { id: mailId } });
    const later = { queuedAt: new Date(rest.queuedAt.getTime() + 1_000), toAddress: 'elders@voorbeeld.example' };
    await app.database.mail.create({
      data: { ...rest, ...later, id: crypto.randomUUID(), reference: reference as object },
    });
    const page = await app.client().get(`/examenbureau/${token}`);
    expect(page.status).toBe(410);
    expect(page.text).toContain('ander adres');
    expect(page.text).not.toContain('elders@');
  });

  it('sends a new one after its time, once for many presses, to the same address', async () => {
    const old = await settleMail(app, document.documentId, {
      state: 'delivered',
      queuedAt: new Date(Date.now() - 31 * DAY_MS),
    });
    const client = app.client();
    const page = await client.get(`/examenbureau/${token}`);
    expect(page.status).toBe(410);
    expect(page.text).toContain('De link is verlopen');
    const { toAddress } = await app.database.mail.findUniqueOrThrow({ where: { id: old } });
    await client.post('/examenbureau/nieuwe-link', { token });
    await client.post('/examenbureau/nieuwe-link', { token });
    const mails = await app.database.mail.findMany({
      where: { template: 'resultToOffice', streamId: document.assessmentId },
    });
    expect(mails).toHaveLength(2);
    expect(mails.every((mail) => mail.toAddress === toAddress)).toBe(true);
    const dossier = await committee.get(`/commissie/${document.assessmentId}`);
    expect(dossier.status).toBe(200);
    expect(dossier.text).toContain('Pdf nog een keer verstuurd naar het examenbureau');
    expect((await app.client().get(`/examenbureau/${await officeToken(app, document.documentId)}`)).status).toBe(200);
  });

  it('answers the same for a token of another kind, a changed one and one of a mail that is gone', async () => {
    const { id } = await mailWith(app, document.documentId);
    const kid = app.keyring.current;
    const other = createLinkToken(app.keyring, { linkId: id, kid, purpose: LinkPurpose.Fill });
    const gone = createLinkToken(app.keyring, { linkId: crypto.randomUUID(), kid, purpose: LinkPurpose.Office });
    const changed = `${token.slice(0, -1)}${token.endsWith('0') ? '1' : '0'}`;
    for (const wrong of [other, gone, changed, 'iets']) {
      const page = await app.client().get(`/examenbureau/${wrong}`);
      expect(page.status).toBe(404);
      expect(page.text).toContain('Deze link kennen we niet');
    }
  });

  it('opens nothing of a school that has stopped, and nothing through another school', async () => {
    const other = await seedSchool(app.database, { slug: `elders-${document.documentId.slice(-6)}` });
    expect((await (await committeeClient(app, other.committee.membershipId)).get(pdfPath())).status).toBe(404);
    await app.database.school.update({ where: { id: app.seed.schoolId }, data: { isActive: false } });
    try {
      expect((await app.client().get(`/examenbureau/${token}`)).status).toBe(404);
    } finally {
      await app.database.school.update({ where: { id: app.seed.schoolId }, data: { isActive: true } });
    }
  });

  it('says so when the file is damaged', async () => {
    const client = await opened();
    const spy = jest.spyOn(app.documents, 'get').mockRejectedValue(new Error('damaged'));
    const answer = await client.get(pdfPath());
    spy.mockRestore();
    expect(answer.status).toBe(500);
    expect(answer.headers.get('content-type')).toContain('text/html');
  });
});
