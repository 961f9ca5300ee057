import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { AssessmentStatus } from '../../domain/assessment.ts';
import type { PublicationPolicy } from '../../domain/deciding.ts';
import { SMALL_COMPONENTS, SMALL_CRITERIA, smallForm } from '../support/factories.ts';
import { openStage, type Stage } from './stage.ts';

const EXAMINER = '0190dddd-0000-7000-8000-000000000001';
const INVITATION = '0190dddd-0000-7000-8000-000000000002';
const DAY_MS = 86_400_000;
const REASON = { textId: '0190dddd-0000-7000-8000-000000000003', digest: 'd'.repeat(64) };
let counter = 0;

describe('assessmentWorkflow', () => {
  let stage: Stage;
  let id = '';

  beforeAll(async () => {
    stage = await openStage();
  }, 60_000);
  afterAll(() => stage?.close());
  afterEach(() => {
    stage.record.lagMs = 0;
    stage.record.publication = undefined;
  });

  async function inDays(days: number): Promise<string> {
    return new Date(Date.parse(await stage.now()) + days * DAY_MS).toISOString();
  }

  async function create(dueAt: string | null): Promise<void> {
    counter += 1;
    id = `0190eeee-0000-7000-8000-${String(counter).padStart(12, '0')}`;
    await stage.record.onAssessment(id, {
      type: 'create',
      examVersionId: 'version',
      unitCodes: ['EX1'],
      studentId: 'student',
      initiatorId: 'initiator',
      attempt: 1,
      components: SMALL_COMPONENTS.map((ref) => ({
        ref,
        criteria: SMALL_CRITERIA.filter((each) => each.startsWith(ref)),
      })),
      justificationPolicy: 'og',
      dueAt,
      closesAt: null,
    });
    await stage.tell('assessment', id);
  }

  async function invite(): Promise<void> {
    const assignments = [{ examinerId: EXAMINER, scope: { level: 'exam' } }] as const;
    await stage.record.onAssessment(id, { type: 'assign', assignments });
    const command = { type: 'invite', examinerId: EXAMINER, invitationId: INVITATION, formId: 'form' } as const;
    await stage.record.onAssessment(id, command);
    await stage.tell('assessment', id);
  }

  async function finish(): Promise<void> {
    const { scores } = smallForm('V');
    const rest = { contentDigest: 'c'.repeat(64), submissionId: 'submission' };
    await stage.record.onAssessment(id, { type: 'finishForm', examinerId: EXAMINER, scores, ...rest });
    await stage.tell('assessment', id);
  }

  async function finalise(): Promise<void> {
    const command = { type: 'finalise', decisionId: 'decision', decidedBy: 'member', standing: {} } as const;
    await stage.record.onAssessment(id, { ...command, officeAddressId: 'office' });
    await stage.tell('assessment', id);
  }

  async function mailed(): Promise<void> {
    const command = { type: 'recordDocumentMailed', version: 1, mailId: 'mail', isRepeat: false } as const;
    await stage.record.onAssessment(id, command);
    await stage.tell('assessment', id);
  }

  async function cancel(): Promise<void> {
    await stage.record.onAssessment(id, { type: 'cancel', reason: REASON });
    await stage.tell('assessment', id);
    await stage.ended('assessment', id);
  }

  const pass = async (days: number) => stage.passUntil(await inDays(days));
  const waits = () => [...new Set(stage.record.progress.get(id)?.map(({ waitsFor }) => waitsFor))];
  const lastProgress = () => stage.record.progress.get(id)?.at(-1);

  it('goes from creation to archive and says at each step what it waits for', async () => {
    await create(null);
    await pass(1);
    await invite();
    await pass(1);
    await finish();
    await pass(1);
    await finalise();
    await pass(1);
    await mailed();
    await stage.ended('assessment', id);
    expect(stage.record.assessment(id).state.archivedAt).not.toBeNull();
    expect(waits()).toEqual(['assignment', 'examiners', 'committee', 'document', 'officeMail', 'archive', 'nothing']);
    expect(lastProgress()).toMatchObject({ isClosed: true, seenSeq: stage.record.assessment(id).seq });
  });

  it('marks an assessment late when its deadline passes, once', async () => {
    await create(await inDays(10));
    await invite();
    await pass(9);
    expect(stage.record.happened(id, 'DeadlinePassed')).toEqual([]);
    await pass(20);
    expect(stage.record.happened(id, 'DeadlinePassed')).toHaveLength(1);
    await cancel();
  });

  it('waits on when the record says that the deadline is not yet there', async () => {
    stage.record.lagMs = 40_000;
    const dueAt = await inDays(3);
    await create(dueAt);
    await pass(4);
    expect(stage.record.happened(id, 'DeadlinePassed')).toHaveLength(1);
    expect(stage.record.happened(id, 'DeadlinePassed').every((at) => at >= dueAt)).toBe(true);
    await cancel();
  });

  it('keeps to a deadline that was moved', async () => {
    await create(await inDays(3));
    await pass(1);
    const dueAt = await inDays(10);
    await stage.record.onAssessment(id, { type: 'moveDeadline', dueAt, closesAt: null });
    await stage.tell('assessment', id);
    await pass(8);
    expect(stage.record.happened(id, 'DeadlinePassed')).toEqual([]);
    expect(lastProgress()).toMatchObject({ nextAt: dueAt });
    await pass(4);
    expect(stage.record.happened(id, 'DeadlinePassed')).toHaveLength(1);
    await cancel();
  });

  it('does not mark an assessment late that is with the committee', async () => {
    await create(await inDays(3));
    await invite();
    await finish();
    await pass(10);
    expect(stage.record.assessment(id).state.isLate).toBe(false);
    await cancel();
  });

  it('makes a document that fails visible, tries again slowly, and ends well', async () => {
    stage.record.renderFailures.push(...Array<string>(7).fill('PDF_BROWSER_FAILED'));
    const before = stage.record.renders.length;
    await create(null);
    await invite();
    await finish();
    await pass(1);
    await finalise();
    await stage.passUntil(new Date(Date.parse(await stage.now()) + 300_000).toISOString());
    expect(lastProgress()).toMatchObject({ waitsFor: 'document', lastError: 'PDF_BROWSER_FAILED', isClosed: false });
    expect(lastProgress()?.nextAt).not.toBeNull();
    expect(stage.record.renders.length - before).toBe(5);
    await pass(1);
    expect(stage.record.assessment(id).state.documents[0]?.storedAt).not.toBeNull();
    expect(lastProgress()).toMatchObject({ waitsFor: 'officeMail', lastError: null });
    await mailed();
    await stage.ended('assessment', id);
  });

  it('takes repeated, late and skipped signals as they come', async () => {
    await create(null);
    for (const seq of [1, 1, 7, 2, 1]) await stage.tell('assessment', id, seq);
    await invite();
    await finish();
    for (const seq of [99, 1, 1]) await stage.tell('assessment', id, seq);
    await finalise();
    await pass(1);
    expect(stage.record.happened(id, 'DocumentStored')).toHaveLength(1);
    await mailed();
    await stage.ended('assessment', id);
    expect(stage.record.happened(id, 'AssessmentArchived')).toHaveLength(1);
  });

  it('looks again when it is told by a number that no event has', async () => {
    await create(null);
    await pass(0);
    const looks = stage.record.progress.get(id)?.length ?? 0;
    await stage.tell('assessment', id, 0);
    await pass(0);
    expect(stage.record.progress.get(id)).toHaveLength(looks + 1);
    await cancel();
  });

  it('ends when the assessment is cancelled, and lets go of its deadline', async () => {
    await create(await inDays(3));
    await invite();
    await cancel();
    expect(lastProgress()).toMatchObject({ waitsFor: 'nothing', isClosed: true, nextAt: null });
    expect(await stage.isOpen('assessment', id)).toBe(false);
    expect(stage.record.assessment(id).state.status).toBe(AssessmentStatus.Cancelled);
  });

  async function decide(publication: PublicationPolicy): Promise<void> {
    stage.record.publication = publication;
    await create(null);
    await invite();
    await finish();
    await pass(0);
    await finalise();
    await pass(0);
  }

  const published = () => stage.record.happened(id, 'ResultPublished');

  it('stays after the archive until the student may see the result, and publishes it then, once', async () => {
    await decide({ when: 'afterWorkingDays', workingDays: 5, at: '10:00' });
    await mailed();
    await pass(1);
    const { state } = stage.record.assessment(id);
    expect(state.archivedAt).not.toBeNull();
    expect(published()).toEqual([]);
    expect(lastProgress()).toMatchObject({ waitsFor: 'publication', nextAt: state.publishAt, isClosed: false });
    await pass(12);
    await stage.ended('assessment', id);
    expect(published()).toHaveLength(1);
    expect((published()[0] ?? '') >= (state.publishAt ?? '')).toBe(true);
    expect(lastProgress()).toMatchObject({ waitsFor: 'nothing', isClosed: true });
  });

  it('asks again when the record says that the moment of publication is not there yet', async () => {
    stage.record.lagMs = 40_000;
    await decide({ when: 'afterWorkingDays', workingDays: 1, at: '10:00' });
    const { publishAt } = stage.record.assessment(id).state;
    await pass(6);
    expect(published()).toHaveLength(1);
    expect((published()[0] ?? '') >= (publishAt ?? '')).toBe(true);
    await mailed();
    await stage.ended('assessment', id);
  });

  it('keeps no result from a student because its document cannot be made', async () => {
    stage.record.renderFailures.push(...Array<string>(400).fill('PDF_BROWSER_FAILED'));
    await decide({ when: 'afterWorkingDays', workingDays: 2, at: '10:00' });
    const { publishAt } = stage.record.assessment(id).state;
    await pass(7);
    expect(published()).toHaveLength(1);
    const lateBy = Date.parse(published()[0] ?? '') - Date.parse(publishAt ?? '');
    expect(lateBy).toBeLessThan(10 * 60_000);
    stage.record.renderFailures.splice(0);
    await pass(1);
    await mailed();
    await stage.ended('assessment', id);
  });

  it('ends when a person is to say that the student may see it, and ends again after they did', async () => {
    await decide({ when: 'byHand' });
    await mailed();
    await stage.ended('assessment', id);
    expect(lastProgress()).toMatchObject({ waitsFor: 'publication', isClosed: true, nextAt: null });
    await stage.record.onAssessment(id, { type: 'publish', version: 1, publishedBy: 'member' });
    await stage.tell('assessment', id);
    await stage.ended('assessment', id);
    expect(lastProgress()).toMatchObject({ waitsFor: 'nothing', isClosed: true });
  });

  it('archives a result again that was reopened and stands after all', async () => {
    await decide({ when: 'atOnce' });
    await mailed();
    await stage.ended('assessment', id);
    await stage.record.onAssessment(id, { type: 'reopen', reopenedBy: 'member', reason: REASON });
    await stage.tell('assessment', id);
    await pass(1);
    expect(lastProgress()).toMatchObject({ waitsFor: 'committee', isClosed: false });
    await stage.record.onAssessment(id, { type: 'endReopening', endedBy: 'member', reason: REASON });
    await stage.tell('assessment', id);
    await stage.ended('assessment', id);
    expect(stage.record.assessment(id).state).toMatchObject({ status: 'final', published: { version: 1 } });
    expect(stage.record.assessment(id).state.archivedAt).not.toBeNull();
    expect(stage.record.renders.length).toBeGreaterThan(0);
    expect(stage.record.happened(id, 'AssessmentArchived')).toHaveLength(2);
  });

  it('publishes late when Temporal had lost it at the moment', async () => {
    await decide({ when: 'afterWorkingDays', workingDays: 1, at: '10:00' });
    await mailed();
    await pass(0);
    await stage.env.client.workflow.getHandle(`assessment-${id}`).terminate();
    await pass(6);
    expect(published()).toEqual([]);
    await stage.tell('assessment', id);
    await stage.ended('assessment', id);
    expect(published()).toHaveLength(1);
  });

  it('begins again from the record when Temporal has lost it', async () => {
    await create(null);
    await invite();
    await finish();
    await pass(1);
    await stage.env.client.workflow.getHandle(`assessment-${id}`).terminate();
    await finalise();
    await pass(1);
    expect(lastProgress()).toMatchObject({ waitsFor: 'officeMail' });
    await mailed();
    await stage.ended('assessment', id);
  });
});
