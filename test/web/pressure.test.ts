/** The web process when its database is slow, silent, away, or short of connections: real PostgreSQL, over a line that can fall silent. */
import { EventEmitter } from 'node:events';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Request, Response } from 'express';
import pino from 'pino';
import { justificationFieldName } from '../../domain/form.ts';
import { poolsOfDatabase } from '../../prisma/client.ts';
import { poolState } from '../../prisma/pool.ts';
import { isModestWith, isOverloaded, shedLoad } from '../../web/middleware/pressure.ts';
import { startTestApp, type TestApp, type TestClient } from '../support/app.ts';
import { COMPLETE, FIRST, sitDown, WORDS } from './examiner-support.ts';

let app: TestApp;
const lines: string[] = [];

beforeAll(async () => {
  app = await startTestApp({ isLenient: true, poolSize: 2, onLog: (line) => lines.push(line) });
});
afterEach(() => app.wakeDatabase());
afterAll(() => app.stop());

async function readiness(): Promise<{ status: number; parts: Record<string, Record<string, unknown>> }> {
  const { status, text } = await app.client().get('/ready');
  return { status, parts: JSON.parse(text).parts };
}

/**
 * Takes every connection of the pages until the returned function is called. What is answered before that call did not wait
 * for a connection; how long it took is the benchmark's and the fault tests' to say.
 */
async function holdAll(): Promise<() => Promise<void>> {
  const { main } = poolsOfDatabase(app.appDatabase);
  const clients = await Promise.all(Array.from({ length: poolState(main).max }, () => main.connect()));
  const sleeping = clients.map((client) => client.query('SELECT pg_sleep(30)').catch(() => undefined));
  const pids = clients.map((client) => Reflect.get(client, 'processID') as number);
  return async () => {
    for (const pid of pids) await app.database.$queryRaw`SELECT pg_cancel_backend(${pid}::int)`;
    await Promise.all(sleeping);
    for (const client of clients) client.release();
  };
}

async function memberClient(): Promise<TestClient> {
  const client = app.client();
  await app.signInAs(client, app.seed.teacher.membershipId);
  return client;
}

describe('a pool without a free connection', () => {
  it('answers fifty requests while none comes free, says so on /ready, and heals itself', async () => {
    const client = await memberClient();
    expect((await client.get('/examens')).status).toBe(200);
    const release = await holdAll();
    const asked = Array.from({ length: 50 }, () => client.get('/examens'));
    const ready = await readiness();
    const answers = await Promise.all(asked);
    expect(answers.filter(({ status }) => status !== 503)).toEqual([]);
    expect(answers.every(({ headers }) => Number(headers.get('retry-after')) > 0)).toBe(true);
    expect(lines.filter((line) => line.includes('turning requests away'))).not.toEqual([]);
    expect(ready).toMatchObject({ status: 503, parts: { database: { ok: true }, pool: { ok: false } } });
    expect(ready.parts.pool?.waiting).toBeGreaterThan(0);
    expect((await app.client().get('/health')).status).toBe(200);
    await release();
    expect((await client.get('/examens')).status).toBe(200);
    expect((await readiness()).parts.pool).toEqual({ ok: true, waiting: 0 });
  }, 20_000);

  it('keeps what was typed, also of those that were turned away at once', async () => {
    const at = await sitDown(app);
    await at.client.get(at.formPath);
    const release = await holdAll();
    const crowd = Array.from({ length: 12 }, () => at.client.get(at.formPath));
    const posts = [at.save(COMPLETE), at.save(COMPLETE)];
    for (const page of await Promise.all(posts)) {
      expect(page.status).toBe(503);
      expect(page.text).toContain(WORDS);
    }
    await Promise.all(crowd);
    await release();
    expect((await at.save(COMPLETE)).status).toBe(303);
  }, 20_000);
});

describe('a database that says nothing', () => {
  it('gets no reader to wait for it, and keeps what was typed', async () => {
    const at = await sitDown(app);
    await at.client.get(at.formPath);
    const basedOn = String(await at.revision());
    const csrfToken = await at.client.csrfToken();
    const visitor = app.client();
    await visitor.csrfToken();
    app.silenceDatabase();
    const post = { revisie: basedOn, weergave: 'alles', actie: 'opslaan', ...COMPLETE };
    const answers = await Promise.all([
      at.client.post(at.formPath, post, { csrfToken }),
      at.client.post(at.formPath, post, { csrfToken }),
      at.client.get(at.formPath),
      visitor.post('/inloggen', { email: 'teacher@zandkamp.example' }),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([503, 503, 503, 503]);
    expect(answers[0]?.text).toContain(WORDS);
    expect(answers[0]?.text).toContain(`name="${justificationFieldName(FIRST)}"`);
    expect(answers[0]?.text).toContain(`name="revisie" value="${basedOn}"`);
    const ready = await readiness();
    expect(ready).toMatchObject({ status: 503, parts: { database: { ok: false } } });
    app.wakeDatabase();
    const again = await at.client.post(at.formPath, post, { csrfToken });
    expect(again.status).toBe(303);
    expect((await at.draft())?.justifications[FIRST]).toBe(WORDS);
    expect((await readiness()).parts.database).toEqual({ ok: true });
  }, 20_000);

  it('hands nothing back that another site made somebody post', async () => {
    const at = await sitDown(app);
    await at.client.get(at.formPath);
    app.silenceDatabase();
    const headers = { 'sec-fetch-site': 'cross-site' };
    const page = await at.client.post(at.formPath, COMPLETE, { headers });
    expect(page.status).toBe(503);
    expect(page.text).not.toContain(WORDS);
  }, 20_000);

  it('loses no word of a form with files', async () => {
    const client = await memberClient();
    const { assessmentId } = await app.startAssessment();
    await client.get('/examens');
    const form = new FormData();
    form.set('remark', WORDS);
    form.append('bijlagen', new Blob(['x'.repeat(10_000)]), 'rooster.pdf');
    app.silenceDatabase();
    const page = await client.post(`/afnames/${assessmentId}/uitnodigen`, form);
    expect(page.status).toBe(503);
    expect(page.text).toContain(WORDS);
  }, 20_000);

  it('forgets connections that stay silent for good', async () => {
    const client = await memberClient();
    await client.get('/examens');
    app.silenceDatabase();
    await Promise.all([client.get('/examens'), client.get('/examens'), client.get('/examens')]);
    await app.loseDatabase();
    app.wakeDatabase();
    await app.restoreDatabase();
    expect((await client.get('/examens')).status).toBe(200);
  }, 20_000);

  it('may have finished the form: pressing again finds it finished, once', async () => {
    const at = await sitDown(app);
    await at.save(COMPLETE);
    const page = await at.client.get(`${at.formPath}/controle`);
    const field = (name: string) => new RegExp(`name="${name}" value="([^"]*)"`).exec(page.text)?.[1] ?? '';
    const finish = { revisie: field('revisie'), opdracht: field('opdracht') };
    // Silent from the moment that the command waits for the stream, which somebody else holds.
    const held = await holdStream(at.started.assessmentId);
    const asked = at.client.post(`${at.formPath}/controle`, finish);
    await held.isWaitedFor();
    app.silenceDatabase();
    await held.release();
    const answer = await asked;
    expect(answer.status).toBe(503);
    app.wakeDatabase();
    const again = await at.client.post(`${at.formPath}/controle`, finish);
    expect(again).toMatchObject({ status: 303, location: `${at.formPath}/klaar` });
    expect(await at.submissions()).toBe(1);
  }, 30_000);

  it('leaves nothing on the record of a request that was answered before its command began', async () => {
    const at = await sitDown(app);
    await at.save(COMPLETE);
    const page = await at.client.get(`${at.formPath}/controle`);
    const field = (name: string) => new RegExp(`name="${name}" value="([^"]*)"`).exec(page.text)?.[1] ?? '';
    app.silenceDatabase();
    const answer = await at.client.post(`${at.formPath}/controle`, {
      revisie: field('revisie'),
      opdracht: field('opdracht'),
    });
    expect(answer.status).toBe(503);
    app.wakeDatabase();
    expect((await at.client.get(at.formPath)).status).toBe(200);
    expect(await at.submissions()).toBe(0);
    expect(lines.filter((line) => line.includes('the error page failed'))).toEqual([]);
  }, 20_000);
});

/** Holds the lock of a stream from elsewhere. */
async function holdStream(streamId: string) {
  let release: () => void = () => undefined;
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  let locked: () => void = () => undefined;
  const isLocked = new Promise<void>((resolve) => {
    locked = resolve;
  });
  const holding = app.database.$transaction(
    async (tx) => {
      await tx.$queryRaw`SELECT id FROM stream WHERE id = ${streamId}::uuid FOR UPDATE`;
      locked();
      await released;
    },
    { timeout: 20_000 },
  );
  await isLocked;
  return {
    async isWaitedFor() {
      for (;;) {
        const rows = await app.database.$queryRaw<{ n: number }[]>`
          SELECT count(*)::int AS n FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()`;
        if (rows[0]?.n) return;
      }
    },
    async release() {
      release();
      await holding;
    },
  };
}

describe('isOverloaded', () => {
  it.each([
    [{ waiting: 0, max: 10, oldestWaitMs: 0 }, false],
    [{ waiting: 49, max: 10, oldestWaitMs: 900 }, false],
    [{ waiting: 50, max: 10, oldestWaitMs: 10 }, true],
    [{ waiting: 9, max: 10, oldestWaitMs: 2_900 }, false],
    [{ waiting: 10, max: 10, oldestWaitMs: 1_100 }, true],
  ])('of %j is %s', (state, expected) => {
    expect(isOverloaded(state)).toBe(expected);
  });

  it('leaves room behind the queue for who has little in hand', () => {
    const queue = { waiting: 50, max: 10, oldestWaitMs: 100 };
    expect(isOverloaded(queue, true)).toBe(false);
    expect(isOverloaded({ ...queue, waiting: 100 }, true)).toBe(true);
    expect(isOverloaded({ ...queue, oldestWaitMs: 1_100 }, true)).toBe(true);
    expect(isModestWith(24, queue)).toBe(true);
    expect(isModestWith(25, queue)).toBe(false);
  });
});

describe('shedLoad', () => {
  it('turns away who filled the queue, and serves another visitor', async () => {
    const pool = { max: 2, size: 2, idle: 0, waiting: 0, oldestWaitMs: 10 };
    const shed = shedLoad(
      pino({ level: 'silent' }),
      () => [pool],
      (_req, res) => void res.emit('turned-away'),
    );
    const ask = async (ip: string) => {
      const res = Object.assign(new EventEmitter(), { locals: {}, headersSent: false });
      let outcome = 'none';
      res.once('turned-away', () => {
        outcome = 'turned away';
      });
      await shed({ ip } as unknown as Request, res as unknown as Response, () => {
        outcome = 'served';
      });
      return { outcome, end: () => res.emit('close') };
    };
    const crowd: Awaited<ReturnType<typeof ask>>[] = [];
    for (let count = 1; count <= 10; count += 1) {
      pool.waiting = count;
      crowd.push(await ask('192.0.2.1'));
    }
    expect(crowd.map(({ outcome }) => outcome)).toEqual([...Array(9).fill('served'), 'turned away']);
    expect((await ask('::ffff:192.0.2.1')).outcome).toBe('turned away');
    expect((await ask('192.0.2.2')).outcome).toBe('served');
    for (const { end } of crowd) end();
    expect((await ask('192.0.2.1')).outcome).toBe('served');
  });
});
