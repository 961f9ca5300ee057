/** `/metrics` of the web process and of the worker. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createMetricsServer, type MetricsServer } from '../../activities/metrics-server.ts';
import { createLogger } from '../../platform/logger.ts';
import { checkMetricsToken, createMetrics, type Metrics, measureDoor } from '../../platform/metrics.ts';
import { anyFreePort } from '../../platform/services/ports.ts';
import { createAssessments } from '../../prisma/commands/assessments.ts';
import { startBatch } from '../../prisma/commands/batches.ts';
import { startTestApp, type TestApp } from '../support/app.ts';
import { COMPLETE, sitDown } from './examiner-support.ts';

const TOKEN = 'a-token-of-the-operator';
const bearer = { headers: { authorization: `Bearer ${TOKEN}` } };

let app: TestApp;

beforeAll(async () => {
  app = await startTestApp({ isLenient: true, metricsToken: TOKEN });
});
afterAll(() => app.stop());

/** Every sample as `name{labels}` with its value. */
function samplesOf(text: string): Map<string, number> {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ')))]),
  );
}

async function read(): Promise<Map<string, number>> {
  return samplesOf((await app.client().get('/metrics', bearer)).text);
}

/** A click of which nothing was sent yet. */
async function leaveBatch({ apply, seed }: TestApp): Promise<void> {
  const initiatorId = seed.teacher.membershipId;
  const examinerId = seed.contacts[0].id;
  const { assessmentIds } = await apply(createAssessments, {
    examVersionId: seed.examVersionId,
    unitCodes: ['EX1'],
    studentIds: [seed.studentId],
    initiatorId,
    assignments: [{ examinerId, scope: { level: 'exam' } }],
    dueAt: null,
    closesAt: null,
  });
  const wishes = { seriesId: null, remark: '', attachmentIds: [], sendAt: null, reminderPolicy: null, overrides: [] };
  await apply(startBatch, { assessmentIds, contactIds: [examinerId], initiatorId, ...wishes });
}

describe('/metrics', () => {
  it('is refused without, and with a wrong token, and sets no cookie', async () => {
    for (const authorization of ['', 'Bearer', 'Bearer wrong', `Basic ${TOKEN}`, `Bearer ${TOKEN}x`]) {
      const answer = await app.client().get('/metrics', { headers: { authorization } });
      expect(answer.status).toBe(401);
      expect(answer.headers.get('www-authenticate')).toBe('Bearer realm="metrics"');
      expect(answer.headers.getSetCookie()).toEqual([]);
    }
  });

  it('is not there without a token in the settings', async () => {
    const other = await startTestApp({ metricsToken: null });
    const answer = await other.client().get('/metrics', bearer);
    await other.stop();
    expect(answer.status).toBe(404);
    expect(answer.headers.getSetCookie()).toEqual([]);
  });

  it('is text for Prometheus, for no cache, without a cookie', async () => {
    const answer = await app.client().get('/metrics', bearer);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.headers.getSetCookie()).toEqual([]);
  });

  it('counts requests by pattern and class, and commands by outcome; no label holds an id, a token or an address', async () => {
    const at = await sitDown(app);
    await at.save(COMPLETE);
    await at.finish();
    await at.finish();
    await app.client().get(`/weg/${at.started.formId}/b1geheim`);
    const samples = await read();
    const count = (name: string, ...labels: string[]) =>
      [...samples]
        .filter(([key]) => key.startsWith(`${name}_count{`) && labels.every((label) => key.includes(label)))
        .reduce((sum, [, value]) => sum + value, 0);
    const requests = 'proeve_http_request_duration_seconds';
    expect(count(requests, 'method="POST"', 'route="/beoordeling/:formId/controle"', 'status="3xx"')).toBe(2);
    expect(count(requests, 'route="none"', 'status="4xx"')).toBeGreaterThanOrEqual(1);
    expect(count('proeve_command_duration_seconds', 'type="finishForm"', 'outcome="ok"')).toBe(1);
    const keys = [...samples.keys()].join('\n');
    expect(keys).not.toMatch(/[0-9a-f]{8}-[0-9a-f]{4}|b1geheim|weg|@/);
    expect(keys).toContain('process="web"');
  });

  it('tells what waits', async () => {
    await app.startAssessment({ contact: 1 });
    const other = await startTestApp({ metricsToken: TOKEN });
    try {
      await other.startAssessment();
      await leaveBatch(other);
      await other.database.mail.updateMany({ data: { nextTryAt: new Date(Date.now() - 60_000) } });
      const samples = samplesOf((await other.client().get('/metrics', bearer)).text);
      expect(samples.get('proeve_source_up{source="queues",process="web"}')).toBe(1);
      // Two assessments, two batches, and the invitation of the one that was sent.
      expect(samples.get('proeve_relay_streams_waiting{process="web"}')).toBe(5);
      expect(samples.get('proeve_batches_open{state="sending",process="web"}')).toBe(1);
      expect(samples.get('proeve_batches_open{state="scheduled",process="web"}')).toBe(0);
      expect(samples.get('proeve_batch_rows_waiting{process="web"}')).toBe(1);
      expect(samples.get('proeve_batch_oldest_due_seconds{process="web"}')).toBeGreaterThanOrEqual(0);
      expect(samples.get('proeve_mails_waiting{state="queued",process="web"}')).toBe(1);
      expect(samples.get('proeve_mails_waiting{state="unknown",process="web"}')).toBe(0);
      expect(samples.get('proeve_mail_oldest_due_seconds{process="web"}')).toBeGreaterThan(59);
      expect(samples.get('proeve_workflows_open{process="web"}')).toBe(0);
      expect(samples.get('proeve_documents_waiting{state="making",process="web"}')).toBe(0);
      expect(samples.get('proeve_pool_connections{pool="main",state="most",process="web"}')).toBe(5);
      expect(samples.get('proeve_pool_connections{pool="limits",state="waiting",process="web"}')).toBe(0);
    } finally {
      await other.stop();
    }
  });

  it('serves the rest while the database is away, and says that it is', async () => {
    const other = await startTestApp({ metricsToken: TOKEN });
    try {
      await other.loseDatabase();
      const samples = samplesOf((await other.client().get('/metrics', bearer)).text);
      expect(samples.get('proeve_source_up{source="queues",process="web"}')).toBe(0);
      expect(samples.has('proeve_relay_streams_waiting{process="web"}')).toBe(false);
      expect([...samples.keys()].some((key) => key.startsWith('proeve_mails_waiting'))).toBe(false);
      expect(samples.get('proeve_source_up{source="pools",process="web"}')).toBe(1);
      await other.restoreDatabase();
    } finally {
      await other.stop();
    }
  });
});

describe('a source', () => {
  it('is asked once for many readers, and again when its answer is old', async () => {
    const metrics = createMetrics({ process: 'test' });
    let asked = 0;
    metrics.addSource({
      name: 'x',
      keepMs: 60_000,
      gauges: { things: { help: 'x' } },
      async read() {
        asked += 1;
        return { things: [{ value: asked }] };
      },
    });
    await Promise.all([metrics.read(), metrics.read()]);
    expect((await metrics.read()).body).toContain('proeve_things{process="test"} 1');
    expect(asked).toBe(1);
  });
});

describe('measureDoor', () => {
  it('counts ok, refused, repeat and error, and passes everything on', async () => {
    const seen: string[] = [];
    const outcomes = [
      { ok: true, isRepeat: false, value: 1 },
      { ok: true, isRepeat: true, value: 1 },
      { ok: false, code: 'NO', params: {} },
    ] as const;
    let turn = 0;
    const door = measureDoor(
      {
        async apply(_handler: { type: string }, _command: object, _context: object) {
          const outcome = outcomes[turn++];
          if (!outcome) throw new Error('away');
          return outcome;
        },
      },
      { observeCommand: (type, outcome) => seen.push(`${type} ${outcome}`) },
    );
    for (const outcome of outcomes) expect(await door.apply({ type: 't' }, {}, {})).toBe(outcome);
    await expect(door.apply({ type: 't' }, {}, {})).rejects.toThrow('away');
    expect(seen).toEqual(['t ok', 't repeat', 't refused', 't error']);
  });
});

describe('checkMetricsToken', () => {
  it.each([
    [undefined, 'Bearer x', 'hidden'],
    [TOKEN, undefined, 'refused'],
    [TOKEN, `bearer ${TOKEN}`, 'granted'],
    [TOKEN, `Bearer ${TOKEN}, x`, 'refused'],
    [TOKEN, `Bearer ${'x'.repeat(10_000)}`, 'refused'],
  ])('of %j with %j is %s', (token, header, access) => {
    expect(checkMetricsToken(token, header)).toBe(access);
  });
});

describe('the server of the worker', () => {
  const logger = createLogger({ name: 'worker', level: 'silent', format: 'json' });
  const metrics: Metrics = createMetrics({ process: 'worker', hasProcessMetrics: true });

  async function serve(token: string | undefined): Promise<{ server: MetricsServer; url: string }> {
    const workerPort = await anyFreePort();
    const server = createMetricsServer({ metrics, config: { token, workerPort }, host: '127.0.0.1', logger });
    await server.start();
    return { server, url: `http://127.0.0.1:${workerPort}` };
  }

  it('answers who has the token, with memory and event loop, and nothing else to anybody', async () => {
    const { server, url } = await serve(TOKEN);
    try {
      const answer = await fetch(`${url}/metrics`, bearer);
      const text = await answer.text();
      expect(answer.status).toBe(200);
      for (const name of ['process_resident_memory_bytes', 'nodejs_eventloop_lag_p99_seconds'])
        expect(text).toContain(name);
      expect((await fetch(`${url}/metrics`)).status).toBe(401);
      expect((await fetch(`${url}/`, bearer)).status).toBe(404);
      expect((await fetch(`${url}/metrics`, { method: 'POST', ...bearer })).status).toBe(404);
    } finally {
      await server.stop();
    }
    await expect(fetch(`${url}/metrics`, bearer)).rejects.toThrow('fetch failed');
  });

  it('does not listen without a token, and lets the worker live when its port is taken', async () => {
    const hidden = await serve(undefined);
    expect(hidden.server.port()).toBeNull();
    await hidden.server.stop();
    const first = await serve(TOKEN);
    const second = createMetricsServer({
      metrics,
      config: { token: TOKEN, workerPort: first.server.port() ?? 0 },
      host: '127.0.0.1',
      logger,
    });
    await second.start();
    expect(second.port()).toBeNull();
    await second.stop();
    await first.server.stop();
  });
});
