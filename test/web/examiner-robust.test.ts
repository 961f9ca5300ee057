/** The form when things go wrong at the worst moment: a web process that dies, two people at once, a script that runs wild, no database. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { AssessmentError } from '../../domain/assessment.ts';
import { justificationFieldName } from '../../domain/form.ts';
import { processEnvironment, projectRoot } from '../../platform/config.ts';
import { parseKeyring } from '../../platform/keys.ts';
import { anyFreePort } from '../../platform/services/ports.ts';
import { returnForm } from '../../prisma/commands/forms.ts';
import { startTestApp, type TestApp, type TestClient } from '../support/app.ts';
import { createTestClient } from '../support/client.ts';
import { COMPLETE, type Draft, FIRST, fields, SECOND, type Sitting, sitDown, WORDS } from './examiner-support.ts';

const KEYS = `1:${Buffer.alloc(32, 'robust').toString('base64')}`;
const TEXT = justificationFieldName(FIRST);
const WRITER = '0123456789ab';

let app: TestApp;
let at: Sitting;

beforeAll(async () => {
  app = await startTestApp({ keyring: parseKeyring(KEYS) });
});
afterAll(() => app.stop());

function autosave(client: TestClient, posted: Record<string, string>, basedOn: number, writer = WRITER) {
  return client.postJson(`${at.formPath}/concept`, { revisie: String(basedOn), schrijver: writer, ...posted });
}

async function revisions() {
  return app.database.formRevision.findMany({
    where: { formId: at.started.formId },
    orderBy: { revision: 'asc' },
  });
}

describe('a web process that is killed in mid-save', () => {
  let web: ChildProcess | undefined;
  afterEach(async () => {
    if (web && web.exitCode === null && web.signalCode === null) {
      web.kill('SIGKILL');
      await once(web, 'exit');
    }
  });

  /** The real program on the database of the test, on a port that stays the same when it comes back. */
  async function startWeb(port: number): Promise<ChildProcess> {
    const { PATH, HOME } = processEnvironment();
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', 'server.ts'], {
      cwd: projectRoot,
      stdio: 'ignore',
      env: {
        ...(PATH === undefined ? {} : { PATH }),
        ...(HOME === undefined ? {} : { HOME }),
        NODE_ENV: 'production',
        PUBLIC_URL: `http://127.0.0.1:${port}`,
        PORT: String(port),
        DATABASE_URL: app.databaseUrl,
        TEMPORAL_ADDRESS: '127.0.0.1:9',
        TEMPORAL_NAMESPACE: 'default',
        SMTP_URL: 'smtp://127.0.0.1:9',
        MAIL_FROM: 'Examens <examens@school.example>',
        PROEVE_KEYS: KEYS,
        DOCUMENTS_DIR: '.',
        CHROMIUM_PATH: process.execPath,
      },
    });
    for (let tries = 0; tries < 200; tries += 1) {
      const answers = await fetch(`http://127.0.0.1:${port}/health`).then(
        ({ ok }) => ok,
        () => false,
      );
      if (answers) return child;
      if (child.exitCode !== null) throw new Error(`the web process ended with ${child.exitCode}`);
      await delay(100);
    }
    throw new Error('the web process does not answer');
  }

  async function kill(child: ChildProcess): Promise<void> {
    child.kill('SIGKILL');
    await once(child, 'exit');
  }

  it('has the save once, whether it was written or not, when the page sends it again', async () => {
    at = await sitDown(app);
    const port = await anyFreePort();
    web = await startWeb(port);
    const phone = createTestClient(`http://127.0.0.1:${port}`);
    for (const [name, value] of at.client.cookies) phone.cookies.set(name, value);
    await phone.get(at.formPath);
    const first = await autosave(phone, fields(['V', '', '', '']), 0);
    expect(JSON.parse(first.text)).toMatchObject({ revision: 1 });

    // Another connection holds the row, so that the process dies while its save is under way.
    const holder = new pg.Client({ connectionString: app.databaseUrl });
    await holder.connect();
    await holder.query('BEGIN');
    await holder.query('SELECT id FROM form WHERE id = $1 FOR UPDATE', [at.started.formId]);
    const words = fields(['V', '', '', ''], [WORDS, '']);
    const lost = autosave(phone, words, 1).then(
      () => 'answered',
      () => 'no answer',
    );
    await waitForBlocked();
    await kill(web);
    expect(await lost).toBe('no answer');
    await holder.query('COMMIT');
    await holder.end();

    web = await startWeb(port);
    const again = await autosave(phone, words, 1);
    expect(again.status).toBe(200);
    expect(JSON.parse(again.text)).toMatchObject({ revision: 2, conflict: null });
    expect(await at.draft()).toMatchObject({ justifications: { [FIRST]: WORDS } });
    expect((await revisions()).map(({ revision }) => revision)).toEqual([1, 2]);
  }, 60_000);

  /** Until a connection waits for a lock in this database. */
  async function waitForBlocked(): Promise<void> {
    for (let tries = 0; tries < 100; tries += 1) {
      const [row] = await app.database.$queryRaw<{ count: number }[]>`
        SELECT count(*)::int AS count FROM pg_stat_activity
        WHERE datname = current_database() AND wait_event_type = 'Lock'`;
      if ((row?.count ?? 0) > 0) return;
      await delay(50);
    }
    throw new Error('no save waits');
  }
});

describe('two people at one form', () => {
  it('lose no word when both save the same field at the same moment', async () => {
    at = await sitDown(app);
    const other = app.client();
    await app.openLink(other, at.started.linkId);
    const [a, b] = await Promise.all([
      autosave(at.client, { [TEXT]: 'Zo zag ik het.' }, 0, 'aaaaaaaaaaaa'),
      autosave(other, { [TEXT]: 'Ik zag het anders.' }, 0, 'bbbbbbbbbbbb'),
    ]);
    expect([a.status, b.status]).toEqual([200, 200]);
    const conflicts = [a, b].map(({ text }) => JSON.parse(text).conflict).filter((place) => place !== null);
    expect(conflicts).toHaveLength(1);
    const kept = (await revisions()).map(({ content }) => (content as unknown as Draft).justifications[FIRST]);
    expect(kept).toEqual(expect.arrayContaining(['Zo zag ik het.', 'Ik zag het anders.']));
    const page = await at.client.get(String(conflicts[0]));
    expect(page.text).toContain('Zo zag ik het.');
    expect(page.text).toContain('Ik zag het anders.');
  });

  it('need not choose when each wrote at another component, twenty times over', async () => {
    at = await sitDown(app);
    const other = app.client();
    await app.openLink(other, at.started.linkId);
    for (let round = 1; round <= 20; round += 1) {
      const basedOn = await at.revision();
      const answers = await Promise.all([
        autosave(at.client, { [TEXT]: `Links ${round}` }, basedOn, 'aaaaaaaaaaaa'),
        autosave(other, { [justificationFieldName(SECOND)]: `Rechts ${round}` }, basedOn, 'bbbbbbbbbbbb'),
      ]);
      expect(answers.map(({ text }) => JSON.parse(text).conflict)).toEqual([null, null]);
    }
    expect((await at.draft())?.justifications).toEqual({ [FIRST]: 'Links 20', [SECOND]: 'Rechts 20' });
    const numbers = (await revisions()).map(({ revision }) => revision);
    expect(numbers).toEqual(numbers.map((_number, index) => index + 1));
  }, 30_000);
});

describe('a script that saves far too often', () => {
  it('is stopped, loses nothing that it was told is saved, and can send its newest words later', async () => {
    at = await sitDown(app);
    const count = 260;
    const answers: { index: number; status: number; wait: number }[] = [];
    for (let start = 0; start < count; start += 20) {
      const burst = Array.from({ length: 20 }, (_each, offset) => start + offset);
      const found = await Promise.all(
        burst.map(async (index) => {
          const posted = { [TEXT]: `Woord ${index}`, toestel: new Date(1_780_000_000_000 + index).toISOString() };
          const answer = await autosave(at.client, posted, 0);
          return { index, status: answer.status, wait: Number(answer.headers.get('retry-after')) };
        }),
      );
      answers.push(...found);
    }
    const saved = answers.filter(({ status }) => status === 200);
    const refused = answers.filter(({ status }) => status === 429);
    expect(saved.length + refused.length).toBe(count);
    expect(refused.length).toBeGreaterThan(0);
    expect(refused.every(({ wait }) => wait > 0)).toBe(true);
    const newest = Math.max(...saved.map(({ index }) => index));
    expect((await at.draft())?.justifications[FIRST]).toBe(`Woord ${newest}`);
    expect((await revisions()).length).toBeLessThanOrEqual(saved.length);
    // The button is no script: it still saves.
    const page = await at.save({ [TEXT]: 'Woord 259' });
    expect(page.status).toBe(303);
    expect((await at.draft())?.justifications[FIRST]).toBe('Woord 259');
  }, 60_000);
});

describe('without its database', () => {
  /** Posts while nothing can be read, and what comes back. */
  async function post(path: string, posted: Record<string, string> | FormData) {
    await at.client.get(at.formPath);
    await at.client.csrfToken();
    await app.loseDatabase();
    const page = await at.client.post(path, posted);
    await app.restoreDatabase();
    return page;
  }

  it('the form gives back every word, with a button to send it again', async () => {
    at = await sitDown(app);
    const page = await post(at.formPath, { revisie: '0', weergave: 'alles', actie: 'opslaan', ...COMPLETE });
    expect([page.status, page.headers.get('retry-after')]).toEqual([503, '10']);
    expect(page.text).toContain(WORDS);
    expect(page.text).toContain(`action="${at.formPath}"`);
    expect((await at.save(COMPLETE)).status).toBe(303);
  });

  it('the notes give back what was just typed', async () => {
    at = await sitDown(app);
    const page = await post(`${at.formPath}/notities`, { notitie: 'Klopt aan en stelt zich voor.' });
    expect(page.status).toBe(503);
    expect(page.text).toContain('Klopt aan en stelt zich voor.');
  });

  it('the evidence gives back the words about a file that cannot be taken now', async () => {
    at = await sitDown(app);
    const posted = new FormData();
    posted.set('onderdeel', FIRST);
    posted.set('bijschrift', 'De tekening bij de overdracht.');
    posted.set('_csrf', await at.client.csrfToken());
    const page = await post(`${at.formPath}/bewijs`, posted);
    expect(page.status).toBe(503);
    expect(page.text).toContain('De tekening bij de overdracht.');
  });

  it('the save of the script is told to come back, as data', async () => {
    at = await sitDown(app);
    await at.client.get(at.formPath);
    await at.client.csrfToken();
    await app.loseDatabase();
    const answer = await autosave(at.client, { [TEXT]: WORDS }, 0);
    await app.restoreDatabase();
    expect(answer.status).toBe(503);
    expect((await autosave(at.client, { [TEXT]: WORDS }, 0)).status).toBe(200);
    expect((await at.draft())?.justifications[FIRST]).toBe(WORDS);
  });
});

describe('a page that is older than what happened', () => {
  it('after finishing: going back shows what was finished, and sending the old page changes nothing', async () => {
    at = await sitDown(app);
    await at.save(COMPLETE);
    await at.finish();
    const before = await at.revision();
    const back = await at.client.get(`${at.formPath}?weergave=alles`);
    expect(back.headers.get('cache-control')).toBe('no-store');
    expect(back.text).not.toContain('data-autosave');
    const checked = await at.client.get(`${at.formPath}/controle`);
    expect([checked.status, checked.location]).toEqual([303, `${at.formPath}/klaar`]);
    const old = await at.save(fields(['O', 'O', 'O', 'O'], ['Later bedacht.', '']));
    expect(old.text).toContain('Later bedacht.');
    const script = await autosave(at.client, { [TEXT]: 'Later bedacht.' }, before);
    expect(script.status).toBe(409);
    expect(JSON.parse(script.text).code).toBe(AssessmentError.FormFinished);
    expect(await at.revision()).toBe(before);
    expect(await at.submissions()).toBe(1);
  });

  it('after a return: an old tab changes only what came back', async () => {
    at = await sitDown(app);
    await at.save(COMPLETE);
    await at.finish();
    await app.apply(returnForm, { ...at.started, components: [SECOND], reason: 'Kijk nog eens.' });
    const old = await autosave(at.client, fields(['O', 'O', 'O', 'O'], ['Oud', 'Ook oud']), 1);
    expect(old.status).toBe(200);
    const stored = (await revisions()).map(({ content }) => content as unknown as Draft);
    expect(stored.every(({ justifications }) => justifications[FIRST] === WORDS)).toBe(true);
    expect(stored.some(({ justifications }) => justifications[SECOND] === 'Ook oud')).toBe(true);
  });
});
