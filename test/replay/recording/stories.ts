/** What happens on each recorded path. */
import type { AgreementPolicy } from '../../../domain/agreement.ts';
import { WorkflowType, workflowIdOf } from '../../../workflows/messages.ts';
import type { HistoryPath } from '../history-files.ts';
import type { Scene } from './scene.ts';

type Story = (scene: Scene) => Promise<void>;
export type ShortRunPath = 'continue-as-new' | 'batch-continue-as-new';

const keepAssessment = (scene: Scene, id: string, part = 'assessment') =>
  scene.keep(part, workflowIdOf('assessment', id));
const keepInvitation = (scene: Scene, id: string, part = 'invitation') =>
  scene.keep(part, workflowIdOf('invitation', id));

/** An assessment with one examiner whose mail has left. @returns ids of assessment and invitation */
async function begin(scene: Scene, dueInDays: number | null = null): Promise<readonly [string, string]> {
  const id = await scene.create(dueInDays === null ? null : await scene.inDays(dueInDays));
  const invitationId = await inviteOne(scene, [id]);
  await scene.delivered(invitationId);
  return [id, invitationId];
}

async function inviteOne(scene: Scene, ids: readonly string[], number = 0): Promise<string> {
  const [invitationId] = await scene.invite(ids, [number]);
  if (invitationId === undefined) throw new Error('nobody was invited');
  return invitationId;
}

/** Two examiners who finished and scored differently. @returns ids of assessment and invitations */
async function differ(scene: Scene, policy: AgreementPolicy): Promise<readonly [string, string, string]> {
  await scene.decideBy(policy);
  const id = await scene.create();
  await scene.assign(id, [0, 1]);
  const first = await inviteOne(scene, [id], 0);
  const second = await inviteOne(scene, [id], 1);
  await scene.delivered(first);
  await scene.delivered(second);
  await scene.pass(1);
  await scene.finish(id, first, 0);
  await scene.finish(id, second, 1, 'O');
  return [id, first, second];
}

/** From the finished form to the archive. */
async function decide(scene: Scene, id: string): Promise<void> {
  await scene.finalise(id);
  await scene.pass(1);
  await scene.mailed(id);
}

/** Everything that runs on the server where time is skipped. */
export const STORIES: Readonly<Record<Exclude<HistoryPath, ShortRunPath>, Story>> = {
  async plain(scene) {
    const [id, invitationId] = await begin(scene, 10);
    await scene.pass(1);
    await scene.finish(id, invitationId);
    await scene.pass(1);
    await decide(scene, id);
    await keepAssessment(scene, id);
    await keepInvitation(scene, invitationId);
  },

  async 'several-examiners'(scene) {
    const id = await scene.create(await scene.inDays(10));
    await scene.assign(id, [0, 1]);
    const [first = '', second = ''] = await scene.invite([id], [0, 1]);
    await scene.delivered(first);
    await scene.delivered(second);
    await scene.finish(id, first, 0);
    await scene.pass(4);
    await scene.finish(id, second, 1);
    await decide(scene, id);
    await keepAssessment(scene, id);
    await keepInvitation(scene, first, 'invitation-1');
    await keepInvitation(scene, second, 'invitation-2');
  },

  async agreement(scene) {
    const [id, first, second] = await differ(scene, 'together');
    await scene.pass(5);
    const proposalId = await scene.propose(id, 0);
    await scene.pass(5);
    await scene.confirm(id, 1, proposalId);
    await decide(scene, id);
    await keepAssessment(scene, id);
    await keepInvitation(scene, first, 'invitation-1');
    await keepInvitation(scene, second, 'invitation-2');
  },

  async 'third-examiner'(scene) {
    const [id, first, second] = await differ(scene, 'third');
    await scene.pass(1);
    await scene.takeOver(id);
    await scene.cancel(id);
    await keepAssessment(scene, id);
    await keepInvitation(scene, first, 'invitation-1');
    await keepInvitation(scene, second, 'invitation-2');
  },

  async batch(scene) {
    const ids = await scene.createMany(5);
    const invitationId = await inviteOne(scene, ids);
    await scene.delivered(invitationId);
    for (const id of ids) {
      await scene.pass(1);
      await scene.finish(id, invitationId);
    }
    for (const id of ids) await decide(scene, id);
    await keepAssessment(scene, ids[0] ?? '');
    await keepInvitation(scene, invitationId);
  },

  async reminders(scene) {
    const [id, invitationId] = await begin(scene);
    await scene.pass(8);
    await scene.finish(id, invitationId);
    await keepInvitation(scene, invitationId);
    await scene.cancel(id);
  },

  async expiry(scene) {
    const [id, invitationId] = await begin(scene, 20);
    await scene.pass(40);
    await keepInvitation(scene, invitationId);
    await scene.cancel(id);
    await keepAssessment(scene, id);
  },

  async bounce(scene) {
    const [id, invitationId] = await begin(scene, 30);
    await scene.report(invitationId, 'bounced', { reason: 'addressUnknown', isPermanent: true, status: '5.1.1' });
    await scene.pass(10);
    await scene.correctAddress(invitationId, 'nieuw@examinator.example');
    await scene.delivered(invitationId);
    await scene.pass(5);
    await scene.finish(id, invitationId);
    await decide(scene, id);
    await keepAssessment(scene, id);
    await keepInvitation(scene, invitationId);
  },

  async 'bounce-without-answer'(scene) {
    const [id, invitationId] = await begin(scene);
    await scene.report(invitationId, 'bounced', { reason: 'mailboxFull', isPermanent: false, status: '4.2.2' });
    // Nobody mends the address, and the link ends without a reminder.
    await scene.pass(20);
    await keepInvitation(scene, invitationId);
    await scene.cancel(id);
  },

  async delayed(scene) {
    const [id, invitationId] = await begin(scene, 30);
    await scene.report(invitationId, 'delayed', { reason: 'unreachable', isPermanent: false, status: '4.4.1' });
    await scene.pass(4);
    await scene.report(invitationId, 'delivered', null);
    await scene.pass(4);
    await scene.finish(id, invitationId);
    await keepInvitation(scene, invitationId);
    await scene.cancel(id);
  },

  async 'mail-not-left'(scene) {
    const id = await scene.create();
    const invitationId = await inviteOne(scene, [id]);
    await scene.pass(8);
    await scene.delivered(invitationId);
    await scene.pass(4);
    await scene.cancel(id);
    await keepInvitation(scene, invitationId);
  },

  async withdrawal(scene) {
    const [id, first] = await begin(scene, 20);
    await scene.pass(1);
    await scene.withdraw(id, 0);
    await scene.pass(1);
    await scene.assign(id, [1]);
    const second = await inviteOne(scene, [id], 1);
    await scene.delivered(second);
    await scene.pass(1);
    await scene.finish(id, second, 1);
    await decide(scene, id);
    await keepAssessment(scene, id);
    await keepInvitation(scene, first, 'invitation-1');
    await keepInvitation(scene, second, 'invitation-2');
  },

  async decline(scene) {
    const [id, first] = await begin(scene, 30);
    await scene.ask(id, first, 'decline');
    // Nobody is reminded while the question waits.
    await scene.pass(8);
    await scene.answer(id, 0, { isAgreed: false });
    await scene.pass(8);
    await scene.ask(id, first, 'decline');
    await scene.takeBack(id, 0);
    await scene.ask(id, first, 'decline');
    await scene.answer(id, 0, { isAgreed: true });
    await scene.assign(id, [1]);
    const second = await inviteOne(scene, [id], 1);
    await scene.delivered(second);
    await scene.finish(id, second, 1);
    await decide(scene, id);
    await keepAssessment(scene, id);
    await keepInvitation(scene, first, 'invitation-1');
    await keepInvitation(scene, second, 'invitation-2');
  },

  async 'hand-over'(scene) {
    const [id, first] = await begin(scene, 20);
    await scene.pass(1);
    await scene.ask(id, first, 'handOver');
    await scene.pass(1);
    const second = await scene.answer(id, 0, { isAgreed: true, by: 1 });
    await scene.delivered(second);
    await scene.pass(4);
    await scene.finish(id, second, 1);
    await decide(scene, id);
    await keepAssessment(scene, id);
    await keepInvitation(scene, first, 'invitation-1');
    await keepInvitation(scene, second, 'invitation-2');
  },

  async replaced(scene) {
    const [id, first] = await begin(scene, 20);
    await scene.pass(4);
    const second = await scene.replace(id, 0, 1);
    await scene.delivered(second);
    await scene.pass(4);
    await scene.finish(id, second, 1);
    await decide(scene, id);
    await keepAssessment(scene, id);
    await keepInvitation(scene, first, 'invitation-1');
    await keepInvitation(scene, second, 'invitation-2');
  },

  async resent(scene) {
    const [id, invitationId] = await begin(scene, 30);
    // Just before the first reminder, which is counted anew from here.
    await scene.pass(2);
    await scene.resend(invitationId);
    await scene.delivered(invitationId);
    await scene.pass(8);
    await scene.finish(id, invitationId);
    await keepInvitation(scene, invitationId);
    await scene.cancel(id);
  },

  async undone(scene) {
    const [id, invitationId] = await begin(scene, 20);
    await scene.cancel(id);
    await keepAssessment(scene, id, 'assessment-1');
    await keepInvitation(scene, invitationId, 'invitation-1');
    await scene.undoCancel(id);
    await scene.pass(1);
    await scene.withdraw(id, 0);
    await keepInvitation(scene, invitationId, 'invitation-2');
    await scene.undoWithdraw(id, 0);
    await scene.pass(4);
    await scene.finish(id, invitationId);
    await decide(scene, id);
    await keepAssessment(scene, id, 'assessment-2');
    await keepInvitation(scene, invitationId, 'invitation-3');
  },

  async 'deadline-moved'(scene) {
    const [id, invitationId] = await begin(scene, 5);
    await scene.pass(2);
    await scene.moveDeadline(id, await scene.inDays(4));
    await scene.pass(6);
    // It is late, and is not any more.
    await scene.moveDeadline(id, await scene.inDays(10));
    await scene.pass(3);
    await scene.finish(id, invitationId);
    await decide(scene, id);
    await keepAssessment(scene, id);
    await keepInvitation(scene, invitationId);
  },

  async return(scene) {
    const [id, invitationId] = await begin(scene);
    await scene.finish(id, invitationId);
    await keepInvitation(scene, invitationId, 'invitation-1');
    await scene.pass(1);
    await scene.giveBack(id);
    await keepInvitation(scene, invitationId, 'invitation-2');
    await scene.pass(5);
    await scene.finish(id, invitationId);
    await decide(scene, id);
    await keepAssessment(scene, id);
  },

  async cancel(scene) {
    const [id, invitationId] = await begin(scene, 10);
    await scene.pass(1);
    await scene.cancel(id);
    await keepAssessment(scene, id);
    await keepInvitation(scene, invitationId);
  },

  async 'two-members'(scene) {
    await scene.decideAs({ fourEyes: { initiator: true, examiner: true, members: 2 } });
    const [id, invitationId] = await begin(scene);
    await scene.finish(id, invitationId);
    await scene.finalise(id);
    await scene.pass(1);
    await scene.takeProposal(id);
    await scene.pass(1);
    await scene.mailed(id);
    await keepAssessment(scene, id);
  },

  async 'publication-later'(scene) {
    await scene.decideAs({ publication: { when: 'afterWorkingDays', workingDays: 5, at: '10:00' } });
    const [id, invitationId] = await begin(scene);
    await scene.finish(id, invitationId);
    await decide(scene, id);
    await scene.pass(10);
    await keepAssessment(scene, id);
  },

  async 'publication-early-timer'(scene) {
    scene.faults.lagMs = 40_000;
    await scene.decideAs({ publication: { when: 'afterWorkingDays', workingDays: 1, at: '10:00' } });
    const [id, invitationId] = await begin(scene);
    await scene.finish(id, invitationId);
    await scene.finalise(id);
    await scene.pass(3);
    await scene.mailed(id);
    await keepAssessment(scene, id);
  },

  async 'publication-without-document'(scene) {
    // Until the student has the result no document can be made.
    scene.faults.renders.push(...Array<string>(45).fill('BROWSER_MISSING'));
    await scene.decideAs({ publication: { when: 'afterWorkingDays', workingDays: 1, at: '10:00' } });
    const [id, invitationId] = await begin(scene);
    await scene.finish(id, invitationId);
    await scene.play.finalise(id);
    await scene.relayAll();
    await scene.passOnly(3 * 24 * 60 * 60_000);
    await scene.pass(1);
    await scene.mailed(id);
    await keepAssessment(scene, id);
  },

  async 'publication-by-hand'(scene) {
    await scene.decideAs({ publication: { when: 'byHand' } });
    const [id, invitationId] = await begin(scene);
    await scene.finish(id, invitationId);
    await decide(scene, id);
    await keepAssessment(scene, id, 'assessment-1');
    await scene.pass(3);
    await scene.publish(id);
    await keepAssessment(scene, id, 'assessment-2');
  },

  async reopened(scene) {
    const [id, invitationId] = await begin(scene);
    await scene.finish(id, invitationId);
    await decide(scene, id);
    await keepAssessment(scene, id, 'assessment-1');
    await scene.pass(20);
    await scene.reopen(id);
    await scene.giveBack(id);
    await scene.pass(1);
    await scene.finish(id, invitationId);
    await scene.finalise(id);
    await scene.pass(1);
    await scene.mailedAgain(id, 2);
    await keepAssessment(scene, id, 'assessment-2');
  },

  async 'reopening-ended'(scene) {
    const [id, invitationId] = await begin(scene);
    await scene.finish(id, invitationId);
    await decide(scene, id);
    await keepAssessment(scene, id, 'assessment-1');
    await scene.pass(1);
    await scene.reopen(id);
    await scene.pass(1);
    await scene.endReopening(id);
    await keepAssessment(scene, id, 'assessment-2');
  },

  async late(scene) {
    const [id, invitationId] = await begin(scene, 3);
    await scene.pass(7);
    await scene.finish(id, invitationId);
    await decide(scene, id);
    await keepAssessment(scene, id);
    await keepInvitation(scene, invitationId);
  },

  async 'early-timer'(scene) {
    scene.faults.lagMs = 40_000;
    const [id, invitationId] = await begin(scene, 3);
    await scene.pass(4);
    await keepAssessment(scene, id);
    await scene.pass(20);
    await keepInvitation(scene, invitationId);
    await scene.cancel(id);
  },

  async 'render-failure'(scene) {
    // Two rounds of five tries each, with and without a code; the third round works at its second try.
    scene.faults.renders.push(...Array<string>(5).fill('BROWSER_MISSING'), ...Array<string>(6).fill(''));
    const [id, invitationId] = await begin(scene);
    await scene.finish(id, invitationId);
    await scene.play.finalise(id);
    await scene.relayAll();
    await scene.passOnly(5 * 60_000);
    await scene.pass(1);
    await scene.mailed(id);
    await keepAssessment(scene, id);
  },

  async 'archive-refused'(scene) {
    const [id, invitationId] = await begin(scene);
    scene.faults.archiving.push('DOCUMENT_NOT_MAILED');
    await scene.finish(id, invitationId);
    await decide(scene, id);
    await scene.pass(1);
    await keepAssessment(scene, id);
  },

  async outage(scene) {
    const [id, invitationId] = await begin(scene, 10);
    // Long enough that the wait becomes a timer in the history.
    scene.faults.reads = 12;
    await scene.play.finish(id, invitationId);
    await scene.relayAll();
    await scene.passOnly(10 * 60_000);
    await scene.settle();
    await scene.cancel(id);
    await keepAssessment(scene, id);
    await keepInvitation(scene, invitationId);
  },

  async signals(scene) {
    const [id, invitationId] = await begin(scene, 10);
    for (const seq of [1, 1, 70, 2, 1]) await scene.tell('assessment', id, seq);
    for (const seq of [2, 2, 1, 90, 1, 2]) await scene.tell('invitation', invitationId, seq);
    await scene.pass(5);
    for (const seq of [3, 3, 40, 2]) await scene.tell('invitation', invitationId, seq);
    await scene.finish(id, invitationId);
    for (const seq of [99, 1, 1]) await scene.tell('assessment', id, seq);
    await decide(scene, id);
    await keepAssessment(scene, id);
    await keepInvitation(scene, invitationId);
  },

  async 'news-at-the-end'(scene) {
    const [id, invitationId] = await begin(scene, 10);
    const told = new Set<string>();
    scene.faults.beforeClosing = async ({ streamId }) => {
      if (told.has(streamId)) return;
      told.add(streamId);
      await scene.tell(streamId === id ? 'assessment' : 'invitation', streamId, 99);
    };
    await scene.cancel(id);
    await keepAssessment(scene, id);
    await keepInvitation(scene, invitationId);
  },

  async 'news-after-the-end'(scene) {
    const [id, invitationId] = await begin(scene, 10);
    await scene.cancel(id);
    await scene.nudge('assessment', id);
    await scene.nudge('invitation', invitationId);
    await keepAssessment(scene, id);
    await keepInvitation(scene, invitationId);
  },

  async nudge(scene) {
    const [id, invitationId] = await begin(scene, 10);
    await scene.nudge('assessment', id);
    await scene.nudge('invitation', invitationId);
    await scene.pass(1);
    await scene.cancel(id);
    await keepAssessment(scene, id);
    await keepInvitation(scene, invitationId);
  },

  async 'started-anew'(scene) {
    const [id, invitationId] = await begin(scene, 10);
    await scene.pass(4);
    await scene.lose('assessment', id);
    await scene.lose('invitation', invitationId);
    await scene.tell('assessment', id, await scene.play.version(id));
    await scene.tell('invitation', invitationId, await scene.play.version(invitationId));
    await scene.pass(3);
    await scene.finish(id, invitationId);
    await decide(scene, id);
    await keepAssessment(scene, id);
    await keepInvitation(scene, invitationId);
  },

  async 'unknown-stream'(scene) {
    const nobody = scene.school.schoolId;
    for (const kind of ['assessment', 'invitation'] as const) {
      await scene.tell(kind, nobody, 1);
      await scene.ended(workflowIdOf(kind, nobody));
      await scene.keep(kind, workflowIdOf(kind, nobody));
    }
  },

  async digest(scene) {
    const [id, invitationId] = await begin(scene);
    await scene.finish(id, invitationId);
    await runSweep(scene, WorkflowType.CommitteeDigest, 'digest');
    await scene.cancel(id);
  },

  async reconcile(scene) {
    const [id] = await begin(scene);
    await runSweep(scene, WorkflowType.Reconcile, 'reconcile');
    await scene.cancel(id);
  },

  async 'sweep-retried'(scene) {
    scene.faults.sweeps = 2;
    await runSweep(scene, WorkflowType.Reconcile, 'reconcile-retried');
  },

  async 'batch-plain'(scene) {
    const [id, batchId] = await planTwo(scene, null);
    await keepBatch(scene, batchId);
    await scene.cancel(id);
  },

  async 'batch-done-at-once'(scene) {
    const id = await scene.create();
    await scene.invite([id]);
    await keepBatch(scene, await scene.newestBatch());
    await scene.cancel(id);
  },

  async 'batch-scheduled'(scene) {
    // Temporal's clock is ahead, so that the first try is too early.
    scene.faults.lagMs = 40_000;
    const [id, batchId] = await planTwo(scene, 2);
    await scene.reschedule(batchId, await scene.inDays(4));
    await scene.pass(3);
    await scene.pass(2);
    await keepBatch(scene, batchId);
    await scene.cancel(id);
  },

  async 'batch-sent-earlier'(scene) {
    const [id, batchId] = await planTwo(scene, 4);
    await scene.pass(1);
    await scene.reschedule(batchId, null);
    await keepBatch(scene, batchId);
    await scene.cancel(id);
  },

  async 'batch-stopped'(scene) {
    const [id, batchId] = await planTwo(scene, 3);
    await scene.pass(1);
    await scene.stopBatch(batchId);
    await keepBatch(scene, batchId);
    await scene.cancel(id);
  },

  async 'batch-failed-row'(scene) {
    const [id, batchId] = await planTwo(scene, 1);
    await scene.archive(1);
    await scene.pass(2);
    await keepBatch(scene, batchId);
    await scene.cancel(id);
  },

  async 'batch-retried'(scene) {
    const [id, batchId] = await planTwo(scene, 1);
    await scene.archive(1);
    await scene.pass(2);
    await keepBatch(scene, batchId, 'batch-1');
    await scene.restore(1);
    await scene.retryBatch(batchId);
    await keepBatch(scene, batchId, 'batch-2');
    await scene.cancel(id);
  },

  async 'batch-held'(scene) {
    const [id, batchId] = await planTwo(scene, 2);
    await scene.leave(new Date());
    // Past its moment by some hours, each with a look.
    await scene.pass(2.1);
    await scene.leave(null);
    await scene.pass(0.1);
    await keepBatch(scene, batchId);
    await scene.cancel(id);
  },

  async 'batch-outage'(scene) {
    const id = await scene.create();
    await scene.assign(id, [0, 1]);
    // Long enough that the wait becomes a timer in the history; and then sending fails too.
    scene.faults.reads = 12;
    scene.faults.sends = 2;
    const batchId = await scene.plan([id], [0, 1], null);
    await scene.relayAll();
    await scene.passOnly(10 * 60_000);
    await scene.settle();
    await keepBatch(scene, batchId);
    await scene.cancel(id);
  },

  async 'batch-signals'(scene) {
    const [id, batchId] = await planTwo(scene, 2);
    for (const seq of [1, 1, 70, 0, 1]) await scene.tell('batch', batchId, seq);
    await scene.pass(3);
    for (const seq of [99, 1]) await scene.tell('batch', batchId, seq);
    await scene.settle();
    await keepBatch(scene, batchId);
    await scene.cancel(id);
  },

  async 'batch-news-at-the-end'(scene) {
    const told = new Set<string>();
    scene.faults.beforeClosing = async ({ streamId }) => {
      if (told.size > 0) return;
      told.add(streamId);
      await scene.tell('batch', streamId, 99);
    };
    const [id, batchId] = await planTwo(scene, null);
    await keepBatch(scene, batchId);
    await scene.cancel(id);
  },

  async 'batch-started-anew'(scene) {
    const [id, batchId] = await planTwo(scene, 2);
    await scene.lose('batch', batchId);
    await scene.tell('batch', batchId, await scene.play.version(batchId));
    await scene.pass(3);
    await keepBatch(scene, batchId);
    await scene.cancel(id);
  },

  async 'batch-unknown-stream'(scene) {
    const nobody = scene.school.schoolId;
    await scene.tell('batch', nobody, 1);
    await scene.ended(workflowIdOf('batch', nobody));
    await keepBatch(scene, nobody);
  },
};

const keepBatch = (scene: Scene, id: string, part = 'batch') => scene.keep(part, workflowIdOf('batch', id));

/** Two examiners to invite for one student; nobody works the batch off but the conductor. @returns ids of assessment and batch */
async function planTwo(scene: Scene, inDays: number | null): Promise<readonly [string, string]> {
  const id = await scene.create();
  await scene.assign(id, [0, 1]);
  const sendAt = inDays === null ? null : await scene.inDays(inDays);
  const batchId = await scene.plan([id], [0, 1], sendAt);
  await scene.settle();
  return [id, batchId];
}

async function runSweep(scene: Scene, type: WorkflowType, workflowId: string): Promise<void> {
  await scene.sweep(type, workflowId);
  await scene.passOnly(60_000);
  await scene.ended(workflowId);
  await scene.keep('sweep', workflowId);
}

/** Runs on the development server, which asks for a new run after a few events. */
const batchContinueAsNewStory: Story = async (scene) => {
  const [id, batchId] = await planTwo(scene, 1);
  await keepBatch(scene, batchId, 'batch-1');
  for (const seq of [71, 72, 73, 74]) {
    await scene.tell('batch', batchId, seq);
    await scene.settle();
  }
  await scene.stopBatch(batchId);
  await keepBatch(scene, batchId, 'batch-2');
  await scene.cancel(id);
};

const continueAsNewStory: Story = async (scene) => {
  const [id, invitationId] = await begin(scene, 10);
  await keepAssessment(scene, id, 'assessment-1');
  await keepInvitation(scene, invitationId, 'invitation-1');
  for (const seq of [71, 72, 73, 74]) {
    await scene.tell('assessment', id, seq);
    await scene.tell('invitation', invitationId, seq);
    await scene.settle();
  }
  await scene.cancel(id);
  await keepAssessment(scene, id, 'assessment-2');
  await keepInvitation(scene, invitationId, 'invitation-2');
};

/** Everything that runs on the development server. */
export const SHORT_RUN_STORIES: Readonly<Record<ShortRunPath, Story>> = {
  'continue-as-new': continueAsNewStory,
  'batch-continue-as-new': batchContinueAsNewStory,
};
