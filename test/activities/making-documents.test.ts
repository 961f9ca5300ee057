import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { RenderedDocument } from '../../activities/pdf/index.ts';
import { createRenderActivities } from '../../activities/render.ts';
import { fixedClock } from '../../platform/clock.ts';
import { createCommandDoor } from '../../prisma/apply-command.ts';
import { type Database, type DatabaseClock, openDatabase } from '../../prisma/client.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { seedSchool } from '../support/factories.ts';
import { fakeConductor, silentLogger } from './fakes.ts';
import { playOn } from './play.ts';

const MONDAY = '2026-03-02T07:00:00.000Z';
const hashOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

describe('making the document of a decision', () => {
  let testDatabase: TestDatabase;
  let database: Database;
  const clock = fixedClock(MONDAY);
  const databaseClock: DatabaseClock = { now: async () => clock.now() };
  /** Stored bytes by hash. */
  let store: Map<string, Uint8Array>;
  let renders: number;
  let isCutOff: boolean;
  let renderError: string | null;
  const seal: RenderedDocument['seal'] = {
    subject: 'ROC Voorbeeld',
    sealedAt: new Date('2026-03-02T07:00:01.000Z'),
    timestampedAt: new Date('2026-03-02T07:00:02.000Z'),
  };

  beforeAll(async () => {
    testDatabase = await createTestDatabase();
    database = openDatabase({ url: testDatabase.url, poolSize: 4 });
  });
  afterAll(async () => {
    await database?.$disconnect();
    await testDatabase?.drop();
  });
  beforeEach(() => {
    store = new Map();
    renders = 0;
    isCutOff = false;
    renderError = null;
  });

  /** Each document has other bytes than any before, as a seal with a moment gives. */
  async function render(): Promise<RenderedDocument> {
    renders += 1;
    if (renderError !== null) throw Object.assign(new Error('something'), { code: renderError });
    return { bytes: new TextEncoder().encode(`%PDF-1.7 render ${renders}`), seal };
  }

  async function decided() {
    const school = await seedSchool(database, { slug: `school-${Math.trunc(performance.now() * 1000)}` });
    const play = playOn(database, school, databaseClock);
    const id = await play.create();
    await play.finish(id, await play.invite(id));
    const documentId = await play.finalise(id);
    const { makeDocument } = createRenderActivities({
      database,
      door: createCommandDoor(database, databaseClock),
      conductor: fakeConductor(),
      clock,
      logger: silentLogger,
      anchors: { address: undefined, dir: '' },
      currentKeyId: '1',
      renderDocument: render,
      documents: {
        async put(bytes) {
          store.set(hashOf(bytes), bytes);
          if (isCutOff) throw new Error('the worker was killed');
          return { sha256: hashOf(bytes), size: bytes.length };
        },
        get: async (sha256) => store.get(sha256),
      },
    });
    const row = () => database.document.findUniqueOrThrow({ where: { id: documentId } });
    return { make: () => makeDocument({ streamId: id, schoolId: school.schoolId, version: 1 }), row };
  }

  it('writes down whose seal it has, and when', async () => {
    const { make, row } = await decided();
    await make();
    expect(await row()).toMatchObject({
      sealSubject: 'ROC Voorbeeld',
      sealedAt: seal?.sealedAt,
      timestampedAt: seal?.timestampedAt,
      checkCode: expect.stringMatching(/^[0-9a-hjkmnp-tv-z]{26}$/),
    });
  });

  it('records what an earlier try stored before it was cut off, and seals nothing a second time', async () => {
    const { make, row } = await decided();
    isCutOff = true;
    await expect(make()).rejects.toThrow();
    isCutOff = false;
    expect(await make()).toEqual({ applied: true });
    expect(renders).toBe(1);
    expect([...store.keys()]).toEqual([(await row()).sha256]);
  });

  it('makes it again when the earlier try stored nothing', async () => {
    const { make, row } = await decided();
    isCutOff = true;
    await expect(make()).rejects.toThrow();
    isCutOff = false;
    store.clear();
    expect(await make()).toEqual({ applied: true });
    expect((await row()).sha256).toBe(hashOf(new TextEncoder().encode('%PDF-1.7 render 2')));
  });

  it.each(['SEAL_MISSING', 'SEAL_WRONG_PASSWORD', 'SEAL_UNUSABLE', 'SEAL_EXPIRED', 'SEAL_NOT_YET_VALID'])(
    'shows %s at once, stores nothing, and goes on when it is mended',
    async (code) => {
      const { make } = await decided();
      renderError = code;
      await expect(make()).rejects.toMatchObject({ type: code, nonRetryable: true });
      expect(store.size).toBe(0);
      renderError = null;
      expect(await make()).toEqual({ applied: true });
    },
  );

  it('tries again for a while when only the timestamp is missing', async () => {
    const { make } = await decided();
    renderError = 'SEAL_TIMESTAMP_FAILED';
    await expect(make()).rejects.toMatchObject({ type: 'SEAL_TIMESTAMP_FAILED', nonRetryable: false });
    expect(store.size).toBe(0);
  });
});
