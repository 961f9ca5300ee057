import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { v7 as uuidv7 } from 'uuid';
import type { StreamNews } from '../../activities/conductor.ts';
import { createRelay } from '../../activities/relay.ts';
import type { BounceReason } from '../../domain/delivery.ts';
import { systemClock } from '../../platform/clock.ts';
import { type CommandHandler, createCommandDoor } from '../../prisma/apply-command.ts';
import { type Database, openDatabase } from '../../prisma/client.ts';
import { storeDocument } from '../../prisma/commands/documents.ts';
import { reportDelivery } from '../../prisma/commands/inviting.ts';
import { dismissMail, mendDocument, mendInvitation, nudgeStream, resendMail } from '../../prisma/commands/mending.ts';
import { createHealthRepository, FINDING_KINDS, FindingKind } from '../../prisma/repositories/health.ts';
import { type Actor, SYSTEM_ACTOR } from '../../prisma/unit-of-work.ts';
import { fakeConductor, silentLogger } from '../activities/fakes.ts';
import { type Play, playOn } from '../activities/play.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { type SeededSchool, seedSchool } from '../support/factories.ts';

let testDatabase: TestDatabase;
let database: Database;
let school: SeededSchool;
let play: Play;
let administrator: Actor;
let count = 0;

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  database = openDatabase({ url: testDatabase.url, poolSize: 3 });
});
afterAll(async () => {
  await database?.$disconnect();
  await testDatabase?.drop();
});
beforeEach(async () => {
  count += 1;
  school = await seedSchool(database, { slug: `toestand${count}` });
  administrator = { kind: 'member', id: school.administrator.membershipId };
  play = playOn(database, school);
});

const MINUTE_MS = 60_000;
const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * MINUTE_MS);
const health = (schoolId: string | null = school.schoolId) => createHealthRepository(database, schoolId);
const found = async (kind: FindingKind) => (await health().readPage(kind, null, 50)).rows;
const idsOf = async (kind: FindingKind) => (await found(kind)).map(({ id }) => id);

function apply<Command, Value>(handler: CommandHandler<Command, Value>, command: Command) {
  const context = { schoolId: school.schoolId, actor: administrator, commandId: uuidv7() };
  return createCommandDoor(database).apply(handler, command, context);
}

/** @returns what Temporal was told */
async function relayAll(): Promise<readonly StreamNews[]> {
  const conductor = fakeConductor();
  const relay = createRelay({
    database,
    conductor,
    listenUrl: testDatabase.url,
    logger: silentLogger,
    clock: systemClock,
  });
  while ((await relay.relayOnce()).told > 0);
  return conductor.told;
}

/** As a workflow that looked writes it down. */
async function seen(streamId: string, more: { nextAt?: Date | null; updatedAt?: Date; isClosed?: boolean } = {}) {
  await relayAll();
  const seenSeq = await play.version(streamId);
  const { nextAt = null, updatedAt = new Date(), isClosed = false } = more;
  await database.workflowView.update({
    where: { streamId },
    data: { seenSeq, waitsFor: 'examiner', nextAt, updatedAt, isClosed },
  });
}

async function finalised() {
  const assessmentId = await play.create();
  const invitationId = await play.invite(assessmentId);
  await play.finish(assessmentId, invitationId);
  const documentId = await play.finalise(assessmentId);
  await database.assessment.update({ where: { id: assessmentId }, data: { statusSince: minutesAgo(11) } });
  return { assessmentId, documentId };
}

async function stored() {
  const { assessmentId, documentId } = await finalised();
  const door = createCommandDoor(database);
  const context = { schoolId: school.schoolId, actor: SYSTEM_ACTOR, commandId: uuidv7() };
  await door.apply(storeDocument, { assessmentId, version: 1, sha256: 'a'.repeat(64), size: 10 }, context);
  await database.document.update({ where: { id: documentId }, data: { storedAt: minutesAgo(11) } });
  const mail = await database.mail.findFirstOrThrow({
    where: { streamId: assessmentId, template: 'resultToOffice' },
  });
  return { assessmentId, documentId, mailId: mail.id };
}

async function addMail(data: {
  state: string;
  template?: string;
  queuedAt?: Date;
  lastError?: string;
  claimedAt?: Date;
  nextTryAt?: Date;
  tries?: number;
  toAddress?: string;
  reference?: { invitationId?: string };
}) {
  const id = uuidv7();
  await database.mail.create({
    data: {
      id,
      schoolId: school.schoolId,
      template: 'reminder',
      lang: 'nl',
      toAddress: 'iemand@examinator.example',
      reference: {},
      priority: 5,
      queuedAt: minutesAgo(20),
      nextTryAt: minutesAgo(-5),
      ...data,
    },
  });
  return id;
}

describe('a school where nothing is stuck', () => {
  it('has no findings, also with work under way', async () => {
    const id = await play.create();
    const invitationId = await play.invite(id);
    await play.delivered(invitationId);
    await seen(id);
    await seen(invitationId, { nextAt: minutesAgo(-60) });
    await database.mail.updateMany({ where: { schoolId: school.schoolId }, data: { state: 'accepted' } });
    const report = await health().readReport();
    expect(report.sections.map(({ kind }) => kind)).toEqual(FINDING_KINDS);
    expect(report.sections.filter((section) => section.count > 0)).toEqual([]);
  });
});

describe('streams', () => {
  it('lists what is not told for a minute, until it is told', async () => {
    const id = await play.create();
    expect(await idsOf(FindingKind.Unrelayed)).toEqual([]);
    await database.stream.update({ where: { id }, data: { changedAt: minutesAgo(2) } });
    expect(await found(FindingKind.Unrelayed)).toEqual([
      expect.objectContaining({ id, assessmentId: id, invitationId: null, since: expect.any(Date) }),
    ]);
    await relayAll();
    expect(await idsOf(FindingKind.Unrelayed)).toEqual([]);
  });

  it('lists what was told two minutes ago and not seen, until it is seen', async () => {
    const id = await play.create();
    await relayAll();
    expect(await idsOf(FindingKind.Unseen)).toEqual([]);
    await database.workflowView.update({ where: { streamId: id }, data: { toldAt: minutesAgo(3) } });
    expect(await idsOf(FindingKind.Unseen)).toEqual([id]);
    await seen(id);
    expect(await idsOf(FindingKind.Unseen)).toEqual([]);
  });

  it('lists what should have happened five minutes ago, but not what is being tried', async () => {
    const id = await play.create();
    await seen(id, { nextAt: minutesAgo(6), updatedAt: minutesAgo(30) });
    expect(await found(FindingKind.Overdue)).toEqual([expect.objectContaining({ id, code: 'examiner' })]);
    await seen(id, { nextAt: minutesAgo(6), updatedAt: minutesAgo(1) });
    expect(await idsOf(FindingKind.Overdue)).toEqual([]);
    await seen(id, { nextAt: minutesAgo(6), updatedAt: minutesAgo(30), isClosed: true });
    expect(await idsOf(FindingKind.Overdue)).toEqual([]);
  });

  it('has one told of again when a person asks, and keeps who asked', async () => {
    const id = await play.create();
    await seen(id, { nextAt: minutesAgo(6), updatedAt: minutesAgo(30) });
    expect(await apply(nudgeStream, { streamId: id })).toMatchObject({ ok: true });
    const told = (await relayAll()).filter(({ streamId }) => streamId === id);
    expect(told).toEqual([expect.objectContaining({ seq: 0 })]);
    expect(await health().readMendings(5)).toEqual([
      expect.objectContaining({ action: 'nudge', targetId: id, actorName: 'Ada van Proef' }),
    ]);
    expect((await health().readMendedAt([id])).get(id)).toBeInstanceOf(Date);
  });

  it('can be asked for a stream that nobody was told of', async () => {
    const id = await play.create();
    expect(await apply(nudgeStream, { streamId: id })).toMatchObject({ ok: true });
    expect(await database.workflowView.findUnique({ where: { streamId: id } })).toMatchObject({ seenSeq: 0 });
  });
});

describe('documents', () => {
  it('lists what is not made ten minutes after the decision, with the code of the failure', async () => {
    const { assessmentId, documentId } = await finalised();
    await database.document.update({ where: { id: documentId }, data: { lastError: 'PDF_BROWSER_FAILED' } });
    expect(await found(FindingKind.DocumentNotMade)).toEqual([
      expect.objectContaining({ id: documentId, assessmentId, code: 'PDF_BROWSER_FAILED' }),
    ]);
    await database.assessment.update({ where: { id: assessmentId }, data: { statusSince: new Date() } });
    expect(await idsOf(FindingKind.DocumentNotMade)).toEqual([]);
  });

  it('lists what is made and not mailed, and mails it anew when it is lost', async () => {
    const { assessmentId, documentId, mailId } = await stored();
    await database.mail.update({ where: { id: mailId }, data: { state: 'failed', tries: 12, lastError: 'DEFERRED' } });
    await database.document.update({ where: { id: documentId }, data: { lastError: 'DEFERRED' } });
    expect(await found(FindingKind.DocumentNotMailed)).toEqual([
      expect.objectContaining({ id: documentId, mailId, code: 'DEFERRED', mailState: 'failed' }),
    ]);
    expect(await idsOf(FindingKind.MailNotArrived)).toEqual([]);
    expect(await apply(resendMail, { mailId })).toMatchObject({ ok: false, code: 'MAIL_MOVED_ON' });
    expect(await apply(mendDocument, { assessmentId, documentId })).toMatchObject({ ok: true });
    const mails = await database.mail.findMany({
      where: { streamId: assessmentId, template: 'resultToOffice' },
      orderBy: { queuedAt: 'asc' },
    });
    expect(mails.map(({ state, isRepeat }) => [state, isRepeat])).toEqual([
      ['failed', false],
      ['queued', false],
    ]);
    expect(await apply(mendDocument, { assessmentId, documentId })).toMatchObject({ ok: false, code: 'MAIL_NOT_LOST' });
    expect(await health().readMendings(1)).toEqual([
      expect.objectContaining({ action: 'resendDocument', targetId: documentId }),
    ]);
    expect((await database.document.findUniqueOrThrow({ where: { id: documentId } })).lastError).toBeNull();
    await database.document.update({ where: { id: documentId }, data: { mailedAt: new Date() } });
    expect(await idsOf(FindingKind.DocumentNotMailed)).toEqual([]);
  });

  it('says that it is a repeat when nobody knows whether the lost one arrived', async () => {
    const { assessmentId, documentId, mailId } = await stored();
    await database.mail.update({ where: { id: mailId }, data: { state: 'failed', isRepeat: true } });
    await apply(mendDocument, { assessmentId, documentId });
    const where = { streamId: assessmentId, template: 'resultToOffice', state: 'queued' };
    expect(await database.mail.findFirstOrThrow({ where })).toMatchObject({ isRepeat: true });
  });

  it('hurries one whose outcome is unknown, marked as a repeat, and lists it as that alone', async () => {
    const { documentId, mailId } = await stored();
    const unknown = { state: 'unknown', tries: 12, nextTryAt: minutesAgo(-10), queuedAt: minutesAgo(20) };
    await database.mail.update({ where: { id: mailId }, data: unknown });
    expect(await idsOf(FindingKind.DocumentNotMailed)).toEqual([]);
    expect(await found(FindingKind.MailUnknown)).toEqual([expect.objectContaining({ id: mailId, documentId })]);
    expect(await apply(resendMail, { mailId })).toMatchObject({ ok: true });
    const mail = await database.mail.findUniqueOrThrow({ where: { id: mailId } });
    expect(mail).toMatchObject({ state: 'unknown', isRepeat: true, tries: 0 });
    expect(mail.nextTryAt.getTime()).toBeLessThanOrEqual(Date.now());
  });

  it('lists a mail that came back after a server took it, until a newer one leaves', async () => {
    const { assessmentId, documentId, mailId } = await stored();
    await database.document.update({ where: { id: documentId }, data: { mailedAt: minutesAgo(5), mailId } });
    const bounced = { state: 'bounced', deliveryReason: 'mailboxFull', isRepeat: true };
    await database.mail.update({ where: { id: mailId }, data: bounced });
    expect(await found(FindingKind.MailNotArrived)).toEqual([
      expect.objectContaining({ id: mailId, documentId, code: 'mailboxFull' }),
    ]);
    expect(await apply(mendDocument, { assessmentId, documentId })).toMatchObject({ ok: true });
    expect(await idsOf(FindingKind.MailNotArrived)).toEqual([]);
  });

  it('does not call a first try a repeat', async () => {
    const { mailId } = await stored();
    await database.mail.update({ where: { id: mailId }, data: { nextTryAt: minutesAgo(-10) } });
    await apply(resendMail, { mailId });
    expect(await database.mail.findUniqueOrThrow({ where: { id: mailId } })).toMatchObject({ isRepeat: false });
  });
});

describe('mails', () => {
  it('lists what failed or came back, but not what had become pointless or was long ago', async () => {
    const failed = await addMail({ state: 'failed', lastError: 'RECIPIENT_REFUSED', queuedAt: minutesAgo(30) });
    const bounced = await addMail({ state: 'bounced', queuedAt: minutesAgo(10) });
    await addMail({ state: 'failed', lastError: 'OBSOLETE' });
    await addMail({ state: 'failed', lastError: 'TOO_LATE', template: 'signIn' });
    await addMail({ state: 'failed', lastError: 'DEFERRED', queuedAt: minutesAgo(31 * 24 * 60) });
    await addMail({ state: 'failed', lastError: 'DEFERRED', template: 'invitation' });
    expect(await idsOf(FindingKind.MailNotArrived)).toEqual([failed, bounced]);
    await apply(dismissMail, { mailId: failed });
    expect(await idsOf(FindingKind.MailNotArrived)).toEqual([bounced]);
    expect(await apply(dismissMail, { mailId: failed })).toMatchObject({ ok: false, code: 'MAIL_MOVED_ON' });
  });

  it('lists what is unknown, waits or is held', async () => {
    const unknown = await addMail({ state: 'unknown', lastError: 'OUTCOME_UNKNOWN' });
    const waiting = await addMail({ state: 'queued', lastError: 'SERVER_TROUBLE' });
    const held = await addMail({ state: 'claimed', claimedAt: minutesAgo(6) });
    await addMail({ state: 'queued', queuedAt: minutesAgo(5) });
    await addMail({ state: 'claimed', claimedAt: new Date() });
    expect(await idsOf(FindingKind.MailUnknown)).toEqual([unknown]);
    expect(await idsOf(FindingKind.MailWaiting)).toEqual([waiting]);
    expect(await idsOf(FindingKind.MailHeld)).toEqual([held]);
    expect(await apply(resendMail, { mailId: unknown })).toMatchObject({ ok: true });
    expect(await database.mail.findUniqueOrThrow({ where: { id: unknown } })).toMatchObject({ state: 'unknown' });
    // It is due now: pressing again has nothing to do.
    expect(await apply(resendMail, { mailId: unknown })).toMatchObject({ ok: false, code: 'MAIL_MOVED_ON' });
    expect(await apply(resendMail, { mailId: held })).toMatchObject({ ok: false, code: 'MAIL_MOVED_ON' });
  });

  it.each(['signIn', 'invitation', 'newLink'])('does not send a mail %s again as it was', async (template) => {
    const mailId = await addMail({ state: 'failed', template });
    expect(await apply(resendMail, { mailId })).toMatchObject({ ok: false, code: 'MAIL_NOT_FOR_RESEND' });
  });
});

describe('people', () => {
  const lose = async (invitationId: string, reason: BounceReason) => {
    const { mailId } = await database.invitation.findUniqueOrThrow({ where: { id: invitationId } });
    const problem = { reason, isPermanent: false, status: null };
    const command = { invitationId, mailId, delivery: 'bounced', smtpCode: null, problem } as const;
    expect(await apply(reportDelivery, command)).toMatchObject({ ok: true });
  };

  it('lists an invitation that did not arrive and why, until it is mailed again', async () => {
    const invitationId = await play.invite(await play.create());
    expect(await apply(mendInvitation, { invitationId, kid: '1' })).toMatchObject({ ok: false, code: 'MAIL_NOT_LOST' });
    await lose(invitationId, 'mailboxFull');
    expect(await found(FindingKind.InvitationUndelivered)).toEqual([
      expect.objectContaining({ id: invitationId, invitationId, code: 'mailboxFull' }),
    ]);
    expect(await apply(mendInvitation, { invitationId, kid: '1' })).toMatchObject({ ok: true });
    expect(await idsOf(FindingKind.InvitationUndelivered)).toEqual([]);
    expect(await health().readMendings(1)).toEqual([expect.objectContaining({ action: 'resendInvitation' })]);
    const mails = await database.mail.findMany({ where: { streamId: invitationId, template: 'invitation' } });
    expect(mails).toHaveLength(2);
  });

  it('lists a reminder that came back with its invitation, and not for an address that was corrected', async () => {
    const invitationId = await play.invite(await play.create());
    const { email } = await database.contact.findUniqueOrThrow({ where: { id: school.contacts[0].id } });
    const about = { state: 'bounced', reference: { invitationId } };
    const present = await addMail({ ...about, toAddress: email });
    await addMail({ ...about, toAddress: 'vroeger@examinator.example' });
    expect(await idsOf(FindingKind.MailNotArrived)).toEqual([present]);
    await lose(invitationId, 'addressUnknown');
    expect(await idsOf(FindingKind.MailNotArrived)).toEqual([]);
    expect(await idsOf(FindingKind.InvitationUndelivered)).toEqual([invitationId]);
  });

  it('lists what is past its deadline, until it is assessed', async () => {
    const id = await play.create(minutesAgo(-60).toISOString());
    const invitationId = await play.invite(id);
    expect(await idsOf(FindingKind.AssessmentLate)).toEqual([]);
    await database.assessment.update({ where: { id }, data: { dueAt: minutesAgo(60) } });
    expect(await found(FindingKind.AssessmentLate)).toEqual([expect.objectContaining({ id, code: 'invited' })]);
    await play.finish(id, invitationId);
    expect(await idsOf(FindingKind.AssessmentLate)).toEqual([]);
  });
});

describe('pages', () => {
  it('follow each other oldest first without a row twice, also within one millisecond', async () => {
    const at = minutesAgo(30);
    const ids: string[] = [];
    for (let index = 0; index < 5; index += 1) {
      ids.push(await addMail({ state: 'unknown', queuedAt: index < 3 ? at : minutesAgo(20 - index) }));
    }
    const first = await health().readPage(FindingKind.MailUnknown, null, 2);
    const second = await health().readPage(FindingKind.MailUnknown, first.next, 2);
    const third = await health().readPage(FindingKind.MailUnknown, second.next, 2);
    expect([...first.rows, ...second.rows, ...third.rows].map(({ id }) => id)).toEqual(ids);
    expect(third.next).toBeNull();
    expect(await health().count(FindingKind.MailUnknown)).toBe(5);
  });
});

describe('another school', () => {
  it('sees, mends and knows nothing of it', async () => {
    const mailId = await addMail({ state: 'failed', lastError: 'DEFERRED' });
    const id = await play.create();
    await database.stream.update({ where: { id }, data: { changedAt: minutesAgo(2) } });
    await apply(nudgeStream, { streamId: id });
    const mine = health();
    const mineRows = [...(await found(FindingKind.MailNotArrived)), ...(await found(FindingKind.Unrelayed))];
    expect(mineRows).toHaveLength(2);

    school = await seedSchool(database, { slug: `toestand${count}-ander` });
    administrator = { kind: 'member', id: school.administrator.membershipId };
    const report = await health().readReport();
    expect(report.sections.filter((section) => section.count > 0)).toEqual([]);
    expect(await health().readMendings(5)).toEqual([]);
    expect(await health().readMendedAt([id])).toEqual(new Map());
    expect([...(await health().describe(mineRows)).values()].every(({ assessment }) => assessment === null)).toBe(true);
    expect(await apply(nudgeStream, { streamId: id })).toMatchObject({ ok: false, code: 'STREAM_NOT_FOUND' });
    expect(await apply(resendMail, { mailId })).toMatchObject({ ok: false, code: 'MAIL_NOT_FOUND' });
    expect(await apply(dismissMail, { mailId })).toMatchObject({ ok: false, code: 'MAIL_MOVED_ON' });
    expect((await mine.readPage(FindingKind.MailNotArrived, null, 5)).rows).toHaveLength(1);
  });

  it('is seen by the whole installation', async () => {
    const mailId = await addMail({ state: 'failed', lastError: 'DEFERRED' });
    const rows = (await health(null).readPage(FindingKind.MailNotArrived, null, 50)).rows;
    expect(rows.map(({ id }) => id)).toContain(mailId);
    await expect(health(null).describe(rows)).rejects.toThrow('whole installation');
  });
});

describe('the trail', () => {
  it('never changes', async () => {
    await apply(dismissMail, { mailId: await addMail({ state: 'failed' }) });
    await expect(database.mending.updateMany({ data: { action: 'nothing' } })).rejects.toThrow();
    await expect(database.mending.deleteMany()).rejects.toThrow();
  });
});

describe('parts', () => {
  it('says what the newest worker saw, and since when none is there', async () => {
    await database.heartbeat.deleteMany();
    expect(await health().readParts()).toEqual({
      workerAgeMs: null,
      workerCount: 0,
      isTemporalOk: false,
      isSmtpOk: false,
    });
    const beat = { kind: 'worker', temporalOk: true, smtpOk: false, detail: {} };
    await database.heartbeat.create({ data: { id: 'gone', seenAt: minutesAgo(2), ...beat } });
    expect(await health().readParts()).toMatchObject({ workerCount: 0, isTemporalOk: false });
    await database.heartbeat.create({ data: { id: 'alive', seenAt: new Date(), ...beat } });
    expect(await health().readParts()).toMatchObject({ workerCount: 1, isTemporalOk: true, isSmtpOk: false });
  });
});
