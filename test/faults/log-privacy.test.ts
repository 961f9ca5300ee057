/**
 * What the logs say when things go wrong, and what they may not: names, addresses, numbers, typed words, tokens, codes, cookies.
 * A whole run of the real programs is searched in the same way in test/browser/journey.test.ts.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createLogger } from '../../platform/logger.ts';
import { testHomeDir } from '../../scripts/lib/throwaway-postgres.ts';
import { CSRF_COOKIE, SESSION_COOKIE } from '../../web/middleware/cookies.ts';
import { shownPath } from '../../web/middleware/request-log.ts';
import { openMailRoom } from '../activities/mail/mail-room.ts';
import { startTestApp, type TestApp } from '../support/app.ts';
import { findPrivate, type PrivateKind, privateWordsOf, secretsOfMails } from '../support/private-words.ts';
import { COMPLETE, FIRST, fields, sitDown, WORDS } from '../web/examiner-support.ts';

const REMARK = 'Let u bij deze kandidaat vooral op de overdracht van de nachtdienst?';

describe('findPrivate', () => {
  const words = new Map<string, PrivateKind>([
    ['noor@school.example', 'address'],
    ['Eikelboom', 'name'],
    ['260500', 'number'],
    ['Bij de wondzorg op kamer', 'text'],
  ]);

  it.each([
    ['to Noor@School.example', ['address noor@school.example']],
    ['to noor%40school.example', ['address noor@school.example']],
    ['of Eikelboom.', ['name Eikelboom']],
    ['of Eikelbooms', []],
    ['nr=260500', ['number 260500']],
    ['id 2605001', []],
    ['"x":"Bij de wondzorg op kamer 4"', ['text Bij de wondzorg op kamer']],
  ])('in %j finds %j', (text, found) => {
    expect(findPrivate(text, words)).toEqual(found);
  });

  it('knows tokens and codes of mails', () => {
    const mail = `Open https://x.example/b/b11${'a'.repeat(64)} of gebruik code 123456.`;
    expect([...secretsOfMails([mail])]).toEqual([
      [`b11${'a'.repeat(64)}`, 'token'],
      ['123456', 'code'],
    ]);
  });
});

describe('the log of the web process', () => {
  const lines: string[] = [];
  let app: TestApp;
  let words: Map<string, PrivateKind>;

  beforeAll(async () => {
    app = await startTestApp({ isLenient: true, onLog: (line) => lines.push(line) });
    words = await privateWordsOf(app.database);
  });
  afterAll(() => app.stop());
  beforeEach(() => {
    lines.length = 0;
  });

  const found = () => findPrivate(lines.join(''), words);
  const requests = () => lines.map((line) => JSON.parse(line)).filter(({ msg }) => msg === 'request');

  it('says which page and which records, and nothing of a person, from the mail to the finished form', async () => {
    const at = await sitDown(app);
    const token = (await app.linkPath(at.started.linkId)).slice('/b/'.length);
    await at.save(fields(['O', 'V', 'V', 'V'], [WORDS, REMARK]));
    await at.finish();
    for (const [word, kind] of await privateWordsOf(app.database)) words.set(word, kind);
    words.set(token, 'token').set(at.client.cookies.get(SESSION_COOKIE) ?? '', 'cookie');
    words.set(at.client.cookies.get(CSRF_COOKIE)?.slice(0, 40) ?? '', 'cookie');
    expect([...words.values()]).toEqual(expect.arrayContaining(['address', 'name', 'text', 'token', 'cookie']));
    expect(found()).toEqual([]);
    expect(requests().map(({ path }) => path)).toContain(`/beoordeling/${at.started.formId}/controle`);
  });

  it('says nothing of a page that is not there, whatever stands in its address', async () => {
    const { linkId } = await app.startAssessment();
    const token = (await app.linkPath(linkId)).slice('/b/'.length);
    words.set(token, 'token').set(token.slice(0, 50), 'token');
    for (const path of [
      `/${token}`,
      `/oud/${token.slice(0, 50)}?t=${token}`,
      `/b/${token.slice(0, 50)}/${app.seed.studentId}`,
      '/zoek/teacher%40zandkamp.example/260500',
    ])
      expect((await app.client().get(path)).status).toBe(404);
    expect(found()).toEqual([]);
    expect(lines.join('')).not.toMatch(/zandkamp|260500/);
    expect(requests().map(({ path }) => path)).toContain('/…/…');
  });

  it('says what failed, and no word of it', async () => {
    const at = await sitDown(app);
    const failing = app.repositories.access as { findSession: unknown };
    const before = failing.findSession;
    failing.findSession = async () => {
      throw Object.assign(new Error(`invalid input syntax for type uuid: "${WORDS}"`), {
        detail: `Key (email)=(${app.seed.teacher.email}) of ${REMARK}`,
        code: '22P02',
      });
    };
    const page = await at.client.post(at.formPath, { ...COMPLETE, [`justification-${FIRST}`]: WORDS });
    failing.findSession = before;
    words.set(WORDS, 'text').set(REMARK, 'text');
    expect(page.status).toBe(503);
    expect(found()).toEqual([]);
    const failures = lines.map((line) => JSON.parse(line)).filter(({ msg }) => msg === 'request failed');
    expect(failures).toMatchObject([{ err: { code: '22P02', message: 'invalid input syntax for type uuid: "…"' } }]);
  });

  it('gives all lines of a request one id, which the answer tells', async () => {
    const at = await sitDown(app);
    await at.save(COMPLETE);
    lines.length = 0;
    const answer = await at.finish();
    const id = answer.headers.get('x-request-id');
    expect(requests().at(-1)).toMatchObject({ requestId: id, method: 'POST', status: 303 });
  });
});

describe('X-Request-Id', () => {
  it.each([
    [1, 'abc-123', true],
    [1, 'x'.repeat(64), true],
    [1, 'x'.repeat(65), false],
    [1, 'Noor de Vries', false],
    [1, 'a@b.example', false],
    [false, 'abc-123', false],
  ] as const)('with proxies %j is taken over from %j: %j', async (trustProxy, given, isTaken) => {
    const app = await startTestApp({ trustProxy });
    const answer = await app.client().get('/health', { headers: { 'x-request-id': given } });
    await app.stop();
    expect(answer.headers.get('x-request-id') === given).toBe(isTaken);
  });
});

describe('shownPath', () => {
  const id = '0198c0de-0000-7000-8000-000000000001';

  it.each([
    [`/beoordeling/${id}/controle`, `/beoordeling/${id}/controle`],
    [`/documenten/${id}.pdf`, `/documenten/${id}.pdf`],
    [`/beoordeling/${id}/vergelijken/12`, `/beoordeling/${id}/vergelijken/12`],
    ['/', '/'],
    ['/b/b1abc', '/b/[link]'],
    ['/b/openen', '/b/openen'],
    ['/examens/Noor', '/examens/…'],
    ['/260500', '/…'],
    [`/${id}.Noor`, '/…'],
    ['/assets/app.abc.css', '/assets/…'],
  ])('of %s is %s', (path, shown) => {
    expect(shownPath(path)).toBe(shown);
  });
});

describe('the log of the mail pump', () => {
  it('says that a mail was refused and why, by id and code, and not to whom', async () => {
    const room = await openMailRoom();
    const lines: string[] = [];
    try {
      const { contactId } = await room.invite(0, { remark: REMARK });
      room.server.misbehave.push(
        { at: 'RCPT', code: 550 },
        { at: 'DATA', code: 552 },
        { at: 'MAIL', code: 451 },
        'drop',
      );
      const logger = createLogger({
        name: 'worker',
        level: 'trace',
        format: 'json',
        write: (line) => lines.push(line),
      });
      const pump = room.pump({ logger });
      for (let round = 0; round < 4; round++) {
        await pump.pumpOnce();
        room.advance(3_600_000);
        await room.database.mail.updateMany({ data: { state: 'queued', nextTryAt: room.now.at } });
      }
      const { email, name } = await room.database.contact.findUniqueOrThrow({ where: { id: contactId } });
      const words = await privateWordsOf(room.database);
      words.set(email, 'address').set(name, 'name');
      expect(findPrivate(lines.join(''), words)).toEqual([]);
      expect(lines.map((line) => JSON.parse(line))).toContainEqual(
        expect.objectContaining({ mailId: expect.any(String), smtpCode: expect.stringContaining('550') }),
      );
    } finally {
      await room.close();
    }
  });
});

describe('the log of PostgreSQL', () => {
  it('holds no value of a statement that failed', async () => {
    const app = await startTestApp();
    const log = join(testHomeDir(), 'logs', 'postgres.log');
    const before = readFileSync(log, 'utf8').length;
    const { accountId, email } = app.seed.teacher;
    const other = await app.database.account.findFirstOrThrow({ where: { email: { not: email } } });
    await expect(app.database.account.update({ where: { id: other.id }, data: { email } })).rejects.toThrow();
    await expect(
      app.database.$executeRawUnsafe(`UPDATE account SET email = '${email}' WHERE id <> '${accountId}'::uuid`),
    ).rejects.toThrow();
    await app.stop();
    const text = readFileSync(log, 'utf8').slice(before);
    expect(text).toContain('duplicate key value violates unique constraint "account_email_key"');
    expect(text).not.toContain(email);
  });
});
