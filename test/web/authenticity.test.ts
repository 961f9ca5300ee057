import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp, type TestClient } from '../support/app.ts';
import { fingerprintDatabase } from '../support/fingerprint.ts';
import { committeeClient } from './committee-support.ts';
import { type DecidedDocument, decided, stored, supersede } from './office-support.ts';

const GENUINE = 'Dit document is echt';
const NEWER = 'Er is een nieuwere versie';
const UNKNOWN = 'Dit document kennen we niet';

let app: TestApp;
let committee: TestClient;
let document: DecidedDocument;

beforeAll(async () => {
  app = await startTestApp();
  committee = await committeeClient(app);
  document = await stored(app, committee);
});
beforeEach(async () => {
  await app.database.rateLimit.deleteMany();
});
afterAll(() => app.stop());

const titleOf = (html: string) => /<h1[^>]*>([^<]*)<\/h1>/.exec(html)?.[1];
const plainText = (html: string) => html.replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ');

function upload(client: TestClient, bytes: Buffer, name = 'resultaat.pdf') {
  return (async () => {
    const form = new FormData();
    form.set('_csrf', await client.csrfToken());
    form.set('bestand', new Blob([new Uint8Array(bytes)], { type: 'application/pdf' }), name);
    return client.post('/echtheid/bestand', form, { csrfToken: null, follows: true });
  })();
}

describe('checking by the code', () => {
  it('says that a document is genuine, its version, day, school and seal, and names nobody', async () => {
    await app.database.document.update({
      where: { id: document.documentId },
      data: { sealSubject: 'ROC Voorbeeld (zegel)' },
    });
    const page = await app.client().get(`/echtheid/${document.checkCode}`);
    expect(page.status).toBe(200);
    expect(titleOf(page.text)).toBe(GENUINE);
    const school = await app.database.school.findUniqueOrThrow({ where: { id: app.seed.schoolId } });
    const text = plainText(page.text);
    expect(text).toContain(school.name);
    expect(text).toContain('1 van 1');
    expect(text).toContain('ROC Voorbeeld (zegel)');
    expect(page.headers.get('x-robots-tag')).toContain('noindex');
    const student = await app.database.student.findUniqueOrThrow({ where: { id: app.seed.studentId } });
    const exam = await app.database.exam.findFirstOrThrow({ where: { schoolId: app.seed.schoolId } });
    for (const secret of [student.familyName, student.number ?? '', document.number, exam.title, exam.code])
      expect(text).not.toContain(secret);
  });

  it('reads a typed code in any case, with spaces and dashes, and O for 0', async () => {
    const code = document.checkCode.toUpperCase().replaceAll('0', 'O').replaceAll('1', 'l');
    const typed = ` ${code.slice(0, 5)} ${code.slice(5, 10)}–${code.slice(10)} `;
    const answer = await app.client().post('/echtheid', { code: typed });
    expect(answer).toMatchObject({ status: 303, location: `/echtheid/${document.checkCode}` });
  });

  it('reads the whole address that stands by the QR code', async () => {
    const answer = await app.client().post('/echtheid', { code: `${app.url}/echtheid/${document.checkCode}?x=1` });
    expect(answer.location).toBe(`/echtheid/${document.checkCode}`);
  });

  it.each([
    ['', 'Vul de code van het document in.'],
    ['12345', 'Dit is geen volledige code.'],
    ['<script>alert(1)</script>', 'Dit is geen volledige code.'],
  ])('keeps %j in its field and says what is wrong with it', async (code, message) => {
    const answer = await app.client().post('/echtheid', { code });
    expect(answer.status).toBe(422);
    expect(answer.text).toContain(message);
    expect(answer.text).not.toContain('<script>alert');
  });

  it('answers the same page for a code that nearly exists as for any other', async () => {
    const last = document.checkCode.at(-1) === '0' ? '4' : '0';
    const near = await app.client().get(`/echtheid/${document.checkCode.slice(0, -1)}${last}`);
    const far = await app.client().get(`/echtheid/${'z'.repeat(26)}`);
    const nonsense = await app.client().get('/echtheid/iets');
    const withoutTokens = (html: string) =>
      html.replace(/value="[^"]*"|\/echtheid\/[a-z0-9]+|%2Fechtheid%2F[a-z0-9]+/g, '');
    expect(titleOf(near.text)).toBe(UNKNOWN);
    for (const other of [far, nonsense]) {
      expect(other.status).toBe(near.status);
      expect(withoutTokens(other.text)).toBe(withoutTokens(near.text));
    }
  });

  it('does not know a document that is not stored yet', async () => {
    const { checkCode } = await decided(app, committee);
    expect(titleOf((await app.client().get(`/echtheid/${checkCode}`)).text)).toBe(UNKNOWN);
  });

  it('says that a newer decision was taken, also while its document is being made', async () => {
    const older = await stored(app, committee);
    await supersede(app, older, false);
    const page = await app.client().get(`/echtheid/${older.checkCode}`);
    expect(titleOf(page.text)).toBe(NEWER);
    expect(plainText(page.text)).toContain('1 van 2');
  });

  it('says that a result is being decided about anew', async () => {
    const { assessmentId, checkCode } = await stored(app, committee);
    await app.database.assessment.update({ where: { id: assessmentId }, data: { reopenedAt: new Date() } });
    expect(titleOf((await app.client().get(`/echtheid/${checkCode}`)).text)).toContain('opnieuw beslist');
  });

  it('speaks English', async () => {
    const page = await app.client().get(`/echtheid/${document.checkCode}`, { headers: { 'accept-language': 'en' } });
    expect(titleOf(page.text)).toBe('This document is genuine');
  });

  it('changes nothing', async () => {
    const before = await fingerprintDatabase(app.databaseUrl);
    const client = app.client();
    await client.get('/echtheid');
    await client.get(`/echtheid/${document.checkCode}`);
    await client.head(`/echtheid/${document.checkCode}`);
    await client.get(`/echtheid/bestand/${document.sha256}`);
    expect(await fingerprintDatabase(app.databaseUrl)).toEqual(before);
  });
});

describe('checking by the file', () => {
  it('knows the very bytes, and keeps none', async () => {
    const client = app.client();
    const page = await upload(client, document.bytes);
    expect(page.path).toBe(`/echtheid/bestand/${document.sha256}`);
    expect(titleOf(page.text)).toBe(GENUINE);
    expect(page.text).not.toContain('Iedereen kan een code overnemen');
    expect(await app.database.attachment.count({ where: { sha256: document.sha256 } })).toBe(0);
  });

  it('does not know it with one byte changed, anywhere', async () => {
    for (const at of [0, 1_500, document.bytes.length - 1]) {
      const changed = Buffer.from(document.bytes);
      changed.writeUInt8((changed.readUInt8(at) + 1) % 256, at);
      expect(titleOf((await upload(app.client(), changed)).text)).toBe(UNKNOWN);
    }
    expect(titleOf((await upload(app.client(), Buffer.concat([document.bytes, Buffer.from('\n')]))).text)).toBe(
      UNKNOWN,
    );
  });

  it('takes the hash that the browser made, and nothing that is none', async () => {
    const sha256 = createHash('sha256').update(document.bytes).digest('hex');
    const client = app.client();
    expect(titleOf((await client.get(`/echtheid/bestand/${sha256.toUpperCase()}`)).text)).toBe(GENUINE);
    for (const wrong of ['abc', `${sha256}0`, "' OR 1=1", sha256.replace(/^./, 'g')])
      expect(titleOf((await client.get(`/echtheid/bestand/${encodeURIComponent(wrong)}`)).text)).toBe(UNKNOWN);
  });

  it('asks for a file when there is none', async () => {
    const answer = await upload(app.client(), Buffer.alloc(0), '');
    expect(answer.status).toBe(422);
    expect(answer.text).toContain('Kies eerst een bestand.');
  });

  it('reads 25 MiB as it comes, and refuses more', async () => {
    const most = 25 * 1024 * 1024;
    expect(titleOf((await upload(app.client(), Buffer.alloc(most, 1))).text)).toBe(UNKNOWN);
    const answer = await upload(app.client(), Buffer.alloc(most + 1, 1));
    expect(answer.status).toBe(422);
    expect(answer.text).toContain('groter dan 25 MB');
  });

  it('takes no file that another site made somebody send', async () => {
    const client = app.client();
    const form = new FormData();
    form.set('bestand', new Blob([new Uint8Array(document.bytes)]), 'a.pdf');
    expect((await client.post('/echtheid/bestand', form, { csrfToken: 'false' })).status).toBe(403);
    const headers = { 'sec-fetch-site': 'cross-site' };
    expect((await client.post('/echtheid', { code: document.checkCode }, { headers })).status).toBe(403);
  });
});

/** Last: what GETs count stays in the memory of this process. */
describe('trying many', () => {
  it('ends after 120 answers in ten minutes from one address, whether they exist or not', async () => {
    const client = app.client();
    const statuses: number[] = [];
    while (statuses.at(-1) !== 429 && statuses.length < 130)
      statuses.push((await client.get(`/echtheid/${String(statuses.length).padStart(26, '0')}`)).status);
    expect(statuses.at(-1)).toBe(429);
    expect(statuses.slice(0, -1).every((status) => status === 200)).toBe(true);
    expect((await client.get(`/echtheid/${document.checkCode}`)).status).toBe(429);
    expect((await client.get('/echtheid')).status).toBe(200);
  });

  it('ends sooner for files, before they are read', async () => {
    const client = app.client();
    const statuses: number[] = [];
    while (statuses.at(-1) !== 429 && statuses.length < 40) {
      const form = new FormData();
      form.set('_csrf', await client.csrfToken());
      form.set('bestand', new Blob(['x']), 'a.pdf');
      statuses.push((await client.post('/echtheid/bestand', form, { csrfToken: null })).status);
    }
    expect(statuses).toHaveLength(31);
  });
});
