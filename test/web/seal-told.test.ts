import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { SealStatus } from '../../platform/seal/status.ts';
import { createStatusRepository } from '../../prisma/repositories/status.ts';
import { paths } from '../../web/paths.ts';
import { startTestApp, type TestApp, type TestClient } from '../support/app.ts';
import { assessed } from './committee-support.ts';

const EXPIRED: SealStatus = {
  problem: 'SEAL_EXPIRED',
  subject: 'ROC Voorbeeld',
  isSelfMade: false,
  notBefore: '2024-01-01T00:00:00.000Z',
  notAfter: '2026-01-01T00:00:00.000Z',
  hasTimestamp: false,
};

describe('state of the seal, as the worker tells it', () => {
  let app: TestApp;
  let committee: TestClient;
  beforeAll(async () => {
    app = await startTestApp();
    committee = app.client();
    await app.signInAs(committee, app.seed.committee.membershipId);
  });
  afterAll(() => app.stop());
  afterEach(async () => {
    await app.database.heartbeat.deleteMany();
  });

  const tell = (id: string, seal: SealStatus, age = 'now()') =>
    app.database.$executeRawUnsafe(
      `INSERT INTO heartbeat (id, kind, seen_at, temporal_ok, smtp_ok, detail) VALUES ($1, 'worker', ${age}, true, true, $2::jsonb)`,
      id,
      JSON.stringify({ seal }),
    );

  it('stands on the page of the decision, which can be taken all the same', async () => {
    const { assessmentId } = await assessed(app);
    const quiet = await committee.get(paths.finalise(assessmentId));
    expect(quiet.text).not.toContain('certificaat van het zegel');
    await tell('worker-1', EXPIRED);
    const page = await committee.get(paths.finalise(assessmentId));
    expect(page.status).toBe(200);
    expect(page.text).toContain('Het certificaat van het zegel is verlopen op');
    expect(page.text).toContain('name="besluit"');
  });

  it('is that of a worker that can seal, if there is one, and never of one that is gone', async () => {
    const { sealStatus } = createStatusRepository(app.database);
    await tell('worker-1', EXPIRED);
    expect(await sealStatus()).toEqual(EXPIRED);
    await tell('worker-2', { ...EXPIRED, problem: null });
    expect(await sealStatus()).toMatchObject({ problem: null });
    await app.database.heartbeat.deleteMany();
    await tell('worker-3', EXPIRED, "now() - interval '1 minute'");
    expect(await sealStatus()).toBeNull();
  });
});
