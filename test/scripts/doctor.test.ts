import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { v7 as uuidv7 } from 'uuid';
import { createRelay } from '../../activities/relay.ts';
import { systemClock } from '../../platform/clock.ts';
import { withClient } from '../../platform/services/postgres-roles.ts';
import { type Database, openDatabase } from '../../prisma/client.ts';
import { COUNT_MOST } from '../../prisma/repositories/health.ts';
import { type DoctorReport, describeReport, examine, mendSafely } from '../../scripts/lib/doctor.ts';
import { fakeConductor, silentLogger } from '../activities/fakes.ts';
import { type Play, playOn } from '../activities/play.ts';
import { type SeededSchool, seedSchool } from '../support/factories.ts';
import { createTestDatabase, type TestDatabase } from '../support/services.ts';

let testDatabase: TestDatabase;
let database: Database;
let school: SeededSchool;
let play: Play;

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  database = openDatabase({ url: testDatabase.url, poolSize: 3 });
  school = await seedSchool(database);
  play = playOn(database, school);
});
afterAll(async () => {
  await database?.$disconnect();
  await testDatabase?.drop();
});

const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000);

/** As after a minute in which everything worked. */
beforeEach(async () => {
  const beat = { kind: 'worker', temporalOk: true, smtpOk: true, detail: {}, seenAt: new Date() };
  await database.heartbeat.upsert({ where: { id: 'worker' }, create: { id: 'worker', ...beat }, update: beat });
  const told = { conductor: fakeConductor(), listenUrl: '', logger: silentLogger, clock: systemClock };
  while ((await createRelay({ database, ...told }).relayOnce()).told > 0);
  await database.$executeRaw`UPDATE workflow_view SET seen_seq = told_seq, next_at = NULL, nudged_at = NULL`;
  await database.mail.updateMany({ data: { state: 'accepted' } });
});

async function addMail(template: string): Promise<string> {
  const id = uuidv7();
  const times = { queuedAt: minutesAgo(20), nextTryAt: minutesAgo(-5) };
  const to = { toAddress: 'iemand@examinator.example', toName: 'Iemand Anders', lang: 'nl' };
  const rest = { reference: {}, priority: 5, state: 'unknown', tries: 1 };
  await database.mail.create({ data: { id, schoolId: school.schoolId, template, ...to, ...times, ...rest } });
  return id;
}

describe('examine', () => {
  it('calls an installation healthy in which nothing is stuck', async () => {
    await play.invite(await play.create());
    await database.mail.updateMany({ data: { state: 'accepted' } });
    const report = await examine(database, true);
    expect(report).toMatchObject({ isHealthy: true, partsDown: [], chains: { findings: [] } });
    expect(report.chains.streamCount).toBeGreaterThan(1);
    expect(describeReport(report).at(-1)).toBe('Healthy: nothing is stuck.');
  });

  it('names what does not run', async () => {
    await database.heartbeat.updateMany({ data: { smtpOk: false } });
    expect(await examine(database, false)).toMatchObject({ isHealthy: false, partsDown: ['mail server'] });
    await database.heartbeat.updateMany({ data: { smtpOk: true, detail: { bounces: false } } });
    expect(await examine(database, false)).toMatchObject({ partsDown: ['mailbox or port for bounces'] });
    await database.heartbeat.deleteMany();
    expect(await examine(database, false)).toMatchObject({ isHealthy: false, partsDown: ['worker'] });
  });

  it('lists ids and codes, and no name or address', async () => {
    const id = await play.create(minutesAgo(-60).toISOString());
    const invitationId = await play.invite(id);
    await database.assessment.update({ where: { id }, data: { dueAt: minutesAgo(60) } });
    await database.invitation.update({ where: { id: invitationId }, data: { delivery: 'bounced' } });
    const mailId = await addMail('reminder');
    const report = await examine(database, false);
    const text = [...describeReport(report), JSON.stringify(report)].join('\n');
    for (const named of [id, invitationId, mailId, 'assessmentLate: 1', 'mailUnknown: 1'])
      expect(text).toContain(named);
    expect(text).not.toMatch(/Noor|Vries|100001|Praktijk|Iemand|@/);
    await database.assessment.update({ where: { id }, data: { dueAt: null } });
    await database.invitation.update({ where: { id: invitationId }, data: { delivery: 'accepted' } });
  });

  it('finds an event that was changed behind our back, and says which', async () => {
    const id = await play.create();
    const changeBody = (from: string, to: string) =>
      withClient(testDatabase.ownerUrl, async (client) => {
        await client.query('ALTER TABLE event DISABLE TRIGGER event_append_only');
        await client.query('UPDATE event SET body = replace(body, $2, $3) WHERE stream_id = $1', [id, from, to]);
        await client.query('ALTER TABLE event ENABLE TRIGGER event_append_only');
      });
    await changeBody('["EX1"]', '["EX2"]');
    const report = await examine(database, true);
    expect(report.chains.findings).toEqual([
      { streamId: id, schoolId: school.schoolId, problem: 'HASH_DIFFERS', seq: 1 },
    ]);
    expect(report.isHealthy).toBe(false);
    await changeBody('["EX2"]', '["EX1"]');

    const { state, headHash } = await database.stream.findUniqueOrThrow({ where: { id } });
    await database.stream.update({ where: { id }, data: { headHash: 'f'.repeat(64) } });
    expect((await examine(database, true)).chains.findings).toMatchObject([{ problem: 'HEAD_DIFFERS' }]);
    const other = { ...(state as object), attempt: 9 };
    await database.stream.update({ where: { id }, data: { headHash, state: other } });
    expect((await examine(database, true)).chains.findings).toMatchObject([{ problem: 'STATE_DIFFERS' }]);
    await database.stream.update({ where: { id }, data: { state: state as object } });
    expect((await examine(database, true)).chains.findings).toEqual([]);
  });
});

describe('a record that is not anchored', () => {
  it('is told of after two days, until it is anchored again', async () => {
    await play.create();
    const anchorsOf = (report: DoctorReport) => report.sections.find(({ kind }) => kind === 'anchorFailed')?.rows ?? [];
    expect(anchorsOf(await examine(database, false))).toEqual([]);
    await database.$executeRaw`UPDATE school SET created_at = now() - interval '3 days'`;
    await database.$executeRaw`UPDATE stream SET changed_at = now() - interval '3 days'`;
    const report = await examine(database, false);
    expect(report.isHealthy).toBe(false);
    expect(describeReport(report).join('\n')).toMatch(/anchorFailed: 1 .*\n.*school +ANCHOR_OVERDUE/);
    const summary = { streamCount: 1, eventCount: 1, root: '0'.repeat(64) };
    const when = { day: '2026-11-24', asOf: new Date(), madeAt: new Date() };
    await database.anchor.create({ data: { id: uuidv7(), schoolId: school.schoolId, ...when, ...summary } });
    expect(anchorsOf(await examine(database, false))).toEqual([]);
    const trouble = {
      schoolId: school.schoolId,
      code: 'ANCHOR_FILE_REFUSED',
      since: minutesAgo(9),
      lastAt: minutesAgo(1),
    };
    await database.anchorTrouble.create({ data: trouble });
    expect(anchorsOf(await examine(database, false))).toMatchObject([{ code: trouble.code, since: trouble.since }]);
    await database.anchorTrouble.deleteMany();
  });
});

describe('mendSafely', () => {
  it('tells Temporal again and tries waiting mails, but mails no exam office again', async () => {
    const id = await play.create();
    const told = { conductor: fakeConductor(), listenUrl: '', logger: silentLogger, clock: systemClock };
    await createRelay({ database, ...told }).relayOnce();
    await database.workflowView.update({ where: { streamId: id }, data: { toldAt: minutesAgo(3) } });
    const reminder = await addMail('reminder');
    const result = await addMail('resultToOffice');
    expect(await mendSafely(database)).toBe(2);
    const view = await database.workflowView.findUniqueOrThrow({ where: { streamId: id } });
    expect(view.nudgedAt).toBeInstanceOf(Date);
    const nextTry = async (mailId: string) =>
      (await database.mail.findUniqueOrThrow({ where: { id: mailId } })).nextTryAt.getTime();
    expect(await nextTry(reminder)).toBeLessThanOrEqual(Date.now());
    expect(await nextTry(result)).toBeGreaterThan(Date.now());
    const trail = await database.mending.findMany({ where: { targetId: { in: [id, reminder, result] } } });
    expect(trail.map(({ action, actorKind, actorId }) => [action, actorKind, actorId]).sort()).toEqual([
      ['nudge', 'system', null],
      ['resendMail', 'system', null],
    ]);
  });
});

describe('describeReport', () => {
  it('says how many more there are', async () => {
    const report = await examine(database, false);
    const row = { id: uuidv7(), schoolId: uuidv7(), since: new Date(0), template: null, code: null, nextAt: null };
    const about = {
      assessmentId: null,
      invitationId: null,
      batchId: null,
      mailId: null,
      mailState: null,
      documentId: null,
    };
    const rows = [{ kind: 'mailHeld', ...row, ...about }] as const;
    const lines = (count: number) =>
      describeReport({ ...report, sections: [{ kind: 'mailHeld', rows, next: null, count }] }).join('\n');
    expect(lines(3)).toContain('… and 2 more');
    expect(lines(COUNT_MOST)).toContain(`${COUNT_MOST} or more`);
  });
});
