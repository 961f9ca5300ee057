import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ApplicationFailure } from '@temporalio/common';
import { type Activities, createActivities } from '../../activities/index.ts';
import { createRelay } from '../../activities/relay.ts';
import { fixedClock, systemClock } from '../../platform/clock.ts';
import { createCommandDoor } from '../../prisma/apply-command.ts';
import { type Database, type DatabaseClock, openDatabase } from '../../prisma/client.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { type SeededSchool, seedMember, seedSchool } from '../support/factories.ts';
import { type FakeConductor, fakeConductor, silentLogger } from './fakes.ts';
import { type Play, playOn } from './play.ts';

const PDF = new TextEncoder().encode('%PDF-1.7 the document');
const MONDAY = '2026-03-02T07:00:00.000Z';

describe('activities', () => {
  let testDatabase: TestDatabase;
  let database: Database;
  let school: SeededSchool;
  let play: Play;
  let activities: Activities;
  let conductor: FakeConductor;
  let renders = 0;
  let renderError: Error | null = null;
  const clock = fixedClock(MONDAY);
  const databaseClock: DatabaseClock = { now: async () => clock.now() };

  beforeAll(async () => {
    testDatabase = await createTestDatabase();
    database = openDatabase({ url: testDatabase.url, poolSize: 4 });
  });
  afterAll(async () => {
    await database?.$disconnect();
    await testDatabase?.drop();
  });
  beforeEach(async () => {
    clock.set(MONDAY);
    await database.$executeRaw`UPDATE stream SET relayed_seq = version`;
    school = await seedSchool(database, { slug: `school-${Math.trunc(performance.now() * 1000)}` });
    play = playOn(database, school, databaseClock);
    conductor = fakeConductor();
    renders = 0;
    renderError = null;
    activities = createActivities({
      database,
      door: createCommandDoor(database, databaseClock),
      conductor,
      clock,
      logger: silentLogger,
      documents: {
        put: async (bytes) => ({ sha256: createHash('sha256').update(bytes).digest('hex'), size: bytes.length }),
        get: async () => undefined,
      },
      currentKeyId: '1',
      anchors: { address: undefined, dir: '' },
      renderDocument: async () => {
        renders += 1;
        if (renderError) throw renderError;
        return { bytes: PDF, seal: null };
      },
    });
  });

  const input = (streamId: string) => ({ streamId, schoolId: school.schoolId });
  const events = (streamId: string, type: string) => database.event.count({ where: { streamId, type } });
  const mails = (streamId: string, template: string) => database.mail.count({ where: { streamId, template } });

  async function decided() {
    const id = await play.create();
    const invitationId = await play.invite(id);
    await play.finish(id, invitationId);
    const documentId = await play.finalise(id);
    return { id, invitationId, documentId };
  }

  describe('loadAssessmentView', () => {
    it('tells where the assessment stands, in ids, codes, numbers and instants', async () => {
      const { id } = await decided();
      const view = await activities.loadAssessmentView(input(id));
      expect(view).toMatchObject({ seq: await play.version(id), status: 'final', openForms: 0, archivedAt: null });
      expect(view?.document).toEqual({ version: 1, decidedAt: MONDAY, storedAt: null, mailedAt: null });
      const text = JSON.stringify(view);
      for (const personal of ['Vries', 'Praktijk', 'wondzorg', 'example']) expect(text).not.toContain(personal);
    });

    it('gives nothing for a stream of another school, or of another kind', async () => {
      const { id, invitationId } = await decided();
      const other = await seedSchool(database, { slug: `${school.slug}-b` });
      expect(await activities.loadAssessmentView({ streamId: id, schoolId: other.schoolId })).toBeNull();
      expect(await activities.loadAssessmentView(input(invitationId))).toBeNull();
      expect(await activities.loadInvitationView(input(id))).toBeNull();
    });

    it('says whether somebody is left who can be invited', async () => {
      const id = await play.create();
      expect(await activities.loadAssessmentView(input(id))).toMatchObject({ lacksExaminer: false, openForms: 0 });
      await play.invite(id);
      expect(await activities.loadAssessmentView(input(id))).toMatchObject({ openForms: 1 });
    });
  });

  describe('loadInvitationView', () => {
    it('counts reminders from when the mail left', async () => {
      const invitationId = await play.invite(await play.create());
      expect(await activities.loadInvitationView(input(invitationId))).toMatchObject({ delivery: 'queued' });
      clock.advance(3_600_000);
      await play.delivered(invitationId);
      const view = await activities.loadInvitationView(input(invitationId));
      expect(view).toMatchObject({ delivery: 'accepted', remindFrom: '2026-03-02T08:00:00.000Z', remindedAt: [] });
    });
  });

  describe('saving progress', () => {
    const progress = { waitsFor: 'examiner', since: MONDAY, isClosed: false, lastError: null } as const;
    const nextAt = '2026-03-05T08:00:00.000Z';

    it('writes what the workflow waits for, and the next reminder, however often it is tried', async () => {
      const invitationId = await play.invite(await play.create());
      const mine = { ...input(invitationId), ...progress, seenSeq: 1, nextAt, nextReminderAt: nextAt };
      await activities.saveInvitationProgress(mine);
      await activities.saveInvitationProgress(mine);
      const view = await database.workflowView.findUniqueOrThrow({ where: { streamId: invitationId } });
      expect(view).toMatchObject({ waitsFor: 'examiner', seenSeq: 1, nextAt: new Date(nextAt), isClosed: false });
      const row = await database.invitation.findUniqueOrThrow({ where: { id: invitationId } });
      expect(row.nextReminderAt).toEqual(new Date(nextAt));
    });

    it('never goes back to something seen before', async () => {
      const id = await play.create();
      await activities.saveAssessmentProgress({ ...input(id), ...progress, nextAt: null, seenSeq: 5 });
      await activities.saveAssessmentProgress({ ...input(id), ...progress, nextAt, seenSeq: 4 });
      const view = await database.workflowView.findUniqueOrThrow({ where: { streamId: id } });
      expect(view).toMatchObject({ seenSeq: 5, nextAt: null });
    });

    it('brings no reminder back to an invitation that is over', async () => {
      const id = await play.create();
      const invitationId = await play.invite(id);
      await play.finish(id, invitationId);
      const mine = { ...input(invitationId), ...progress, seenSeq: 1, nextAt, nextReminderAt: nextAt };
      await activities.saveInvitationProgress(mine);
      const row = await database.invitation.findUniqueOrThrow({ where: { id: invitationId } });
      expect(row.nextReminderAt).toBeNull();
    });
  });

  describe('passDeadline', () => {
    const dueAt = '2026-03-09T22:59:00.000Z';

    it('is refused before the moment', async () => {
      const id = await play.create(dueAt);
      expect(await activities.passDeadline({ ...input(id), dueAt })).toEqual({
        applied: false,
        code: 'DEADLINE_NOT_YET',
      });
    });

    it('marks an assessment late once, also when it runs twice, and after it was refused', async () => {
      const id = await play.create(dueAt);
      await activities.passDeadline({ ...input(id), dueAt });
      clock.set(dueAt);
      expect(await activities.passDeadline({ ...input(id), dueAt })).toEqual({ applied: true });
      expect(await activities.passDeadline({ ...input(id), dueAt })).toEqual({ applied: false });
      expect(await events(id, 'DeadlinePassed')).toBe(1);
    });
  });

  describe('remindExaminer', () => {
    it('queues one mail for one planned moment, also when it runs twice', async () => {
      const invitationId = await play.invite(await play.create());
      const plannedAt = '2026-03-05T08:00:00.000Z';
      expect(await activities.remindExaminer({ ...input(invitationId), plannedAt })).toEqual({ applied: true });
      expect(await activities.remindExaminer({ ...input(invitationId), plannedAt })).toEqual({ applied: false });
      expect(await mails(invitationId, 'reminder')).toBe(1);
      expect(await events(invitationId, 'ReminderQueued')).toBe(1);
    });

    it('is refused when the examiner is ready', async () => {
      const { invitationId } = await decided();
      const plannedAt = '2026-03-05T08:00:00.000Z';
      const result = await activities.remindExaminer({ ...input(invitationId), plannedAt });
      expect(result).toEqual({ applied: false, code: 'INVITATION_COMPLETED' });
      expect(await mails(invitationId, 'reminder')).toBe(0);
    });
  });

  describe('expireInvitation', () => {
    it('ends an invitation once, and not before its link ends', async () => {
      const invitationId = await play.invite(await play.create());
      const early = await activities.expireInvitation(input(invitationId));
      expect(early).toEqual({ applied: false, code: 'INVITATION_NOT_YET_EXPIRED' });
      clock.advance(15 * 86_400_000);
      expect(await activities.expireInvitation(input(invitationId))).toEqual({ applied: true });
      expect((await activities.expireInvitation(input(invitationId))).applied).toBe(false);
      expect(await events(invitationId, 'InvitationExpired')).toBe(1);
    });
  });

  describe('makeDocument', () => {
    it('stores one document and queues one mail, also when it runs twice', async () => {
      const { id, documentId } = await decided();
      expect(await activities.makeDocument({ ...input(id), version: 1 })).toEqual({ applied: true });
      expect(await activities.makeDocument({ ...input(id), version: 1 })).toEqual({ applied: false });
      expect(renders).toBe(1);
      expect(await events(id, 'DocumentStored')).toBe(1);
      expect(await mails(id, 'resultToOffice')).toBe(1);
      const row = await database.document.findUniqueOrThrow({ where: { id: documentId } });
      expect(row).toMatchObject({ size: PDF.length, lastError: null });
    });

    it('keeps the first of two that are made at once', async () => {
      const { id } = await decided();
      const both = [1, 2].map(() => activities.makeDocument({ ...input(id), version: 1 }));
      const results = await Promise.all(both);
      expect(results.filter(({ applied }) => applied)).toHaveLength(1);
      expect(await mails(id, 'resultToOffice')).toBe(1);
    });

    it('fails with a code that a person may see, and never with what a library said', async () => {
      const { id } = await decided();
      renderError = Object.assign(new Error('Noor de Vries could not be printed'), { code: 'PDF_TIMEOUT' });
      const failure = await activities.makeDocument({ ...input(id), version: 1 }).catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(ApplicationFailure);
      expect(failure).toMatchObject({ type: 'PDF_TIMEOUT', nonRetryable: false });
      expect(JSON.stringify(failure) + String(failure)).not.toContain('Noor');
    });

    it.each([
      ['ENOSPC', 'STORE_FULL'],
      ['EFBIG', 'STORE_FULL'],
      ['EACCES', 'STORE_FAILED'],
      ['PDF_BROWSER_FAILED', 'PDF_BROWSER_FAILED'],
      ['NOOR_DE_VRIES', 'RENDER_FAILED'],
      [undefined, 'RENDER_FAILED'],
    ])('names the failure %s by a code of ours', async (code, shown) => {
      const { id } = await decided();
      renderError = Object.assign(new Error('something'), { code });
      const failure = await activities.makeDocument({ ...input(id), version: 1 }).catch((error: unknown) => error);
      expect(failure).toMatchObject({ type: shown, nonRetryable: false });
    });

    it('does not try again for a document that nobody decided on', async () => {
      const id = await play.create();
      const failure = activities.makeDocument({ ...input(id), version: 1 });
      await expect(failure).rejects.toMatchObject({ type: 'DOCUMENT_UNKNOWN', nonRetryable: true });
    });

    it('shows a failure on the document until it is stored', async () => {
      const { id, documentId } = await decided();
      await activities.recordRenderFailure({ ...input(id), version: 1, code: 'RENDER_TIMEOUT' });
      const shown = await database.document.findUniqueOrThrow({ where: { id: documentId } });
      expect(shown.lastError).toBe('RENDER_TIMEOUT');
      await activities.makeDocument({ ...input(id), version: 1 });
      await activities.recordRenderFailure({ ...input(id), version: 1, code: 'RENDER_TIMEOUT' });
      const stored = await database.document.findUniqueOrThrow({ where: { id: documentId } });
      expect(stored.lastError).toBeNull();
    });
  });

  describe('archiveAssessment', () => {
    it('archives once, and only what is stored', async () => {
      const { id } = await decided();
      const given = { ...input(id), version: 1, since: '2026-11-23T10:00:00.000Z' };
      const early = await activities.archiveAssessment(given);
      expect(early).toEqual({ applied: false, code: 'DOCUMENT_NOT_STORED' });
      await activities.makeDocument({ ...input(id), version: 1 });
      await play.mailed(id);
      expect(await activities.archiveAssessment(given)).toEqual({ applied: true });
      expect(await activities.archiveAssessment(given)).toEqual({ applied: false });
      expect(await events(id, 'AssessmentArchived')).toBe(1);
    });
  });

  describe('queueCommitteeDigests', () => {
    const digests = () => database.mail.count({ where: { schoolId: school.schoolId, template: 'committeeDigest' } });

    async function assessed() {
      const id = await play.create();
      await play.finish(id, await play.invite(id));
    }

    it('writes to each member of the committee once a day, however often it runs', async () => {
      await assessed();
      await seedMember(database, school.schoolId, school.slug, 'committee', 'second');
      await activities.queueCommitteeDigests();
      await activities.queueCommitteeDigests();
      expect(await digests()).toBe(2);
      clock.advance(86_400_000);
      await activities.queueCommitteeDigests();
      expect(await digests()).toBe(4);
    });

    it('is silent when nothing waits', async () => {
      await play.create();
      await activities.queueCommitteeDigests();
      expect(await digests()).toBe(0);
    });

    it.each([
      ['on a Saturday', '2026-03-07T07:00:00.000Z'],
      ["on King's Day", '2026-04-27T06:00:00.000Z'],
    ])('is silent %s', async (_, now) => {
      await assessed();
      clock.set(now);
      await activities.queueCommitteeDigests();
      expect(await digests()).toBe(0);
    });
  });

  describe('reconcileStreams', () => {
    const told = () => conductor.told.map(({ kind, streamId }) => `${kind}-${streamId}`);
    const open = { waitsFor: 'invitation', since: MONDAY, nextAt: null, isClosed: false, lastError: null } as const;

    /** As the relay marks it, so many minutes ago. */
    async function relayed(streamId: string, minutesAgo = 3) {
      const told = { conductor: fakeConductor(), listenUrl: '', logger: silentLogger, clock: systemClock };
      await createRelay({ database, ...told }).relayOnce();
      const toldAt = new Date(Date.now() - minutesAgo * 60_000);
      await database.workflowView.update({ where: { streamId }, data: { toldAt } });
    }

    it('tells of what was told and never seen', async () => {
      const id = await play.create();
      await relayed(id);
      await activities.reconcileStreams();
      expect(told()).toContain(`assessment-${id}`);
    });

    it('gives a workflow two minutes to look', async () => {
      const id = await play.create();
      await relayed(id, 1);
      await activities.reconcileStreams();
      expect(told()).not.toContain(`assessment-${id}`);
    });

    it('leaves to the relay what was not told yet', async () => {
      const id = await play.create();
      await activities.reconcileStreams();
      expect(told()).not.toContain(`assessment-${id}`);
    });

    it('starts what says that it is open and does not run', async () => {
      const id = await play.create();
      await relayed(id);
      const seenSeq = await play.version(id);
      await activities.saveAssessmentProgress({ ...input(id), ...open, seenSeq });
      conductor.runningIds.add(`assessment-${id}`);
      await activities.reconcileStreams();
      expect(told()).not.toContain(`assessment-${id}`);
      conductor.runningIds.clear();
      await activities.reconcileStreams();
      expect(told()).toContain(`assessment-${id}`);
    });

    it('leaves alone what is closed and has seen everything', async () => {
      const id = await play.create();
      await play.cancel(id);
      await relayed(id);
      const seenSeq = await play.version(id);
      await activities.saveAssessmentProgress({ ...input(id), ...open, seenSeq, isClosed: true });
      await activities.reconcileStreams();
      expect(told()).not.toContain(`assessment-${id}`);
    });
  });
});
