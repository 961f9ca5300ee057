/** One path being played: a school of its own, the moves of people, and which runs are recorded. */
import { setTimeout as delay } from 'node:timers/promises';
import type { History } from '@temporalio/common/lib/proto-utils.js';
import { v7 as uuidv7 } from 'uuid';
import { createConductor } from '../../../activities/conductor.ts';
import { NUDGE_SEQ } from '../../../activities/nudges.ts';
import { createRelay } from '../../../activities/relay.ts';
import type { AgreementPolicy } from '../../../domain/agreement.ts';
import { DeclineReason } from '../../../domain/assessment.ts';
import type { Assignment } from '../../../domain/assignment.ts';
import type { DecidingPolicy } from '../../../domain/deciding.ts';
import type { DeliveryProblem } from '../../../domain/delivery.ts';
import type { DeliveryStatus } from '../../../domain/invitation.ts';
import { DEFAULT_SCHOOL_SETTINGS, type SchoolSettings } from '../../../domain/school.ts';
import type { Score } from '../../../domain/score.ts';
import type { Prisma } from '../../../generated/prisma/client.ts';
import { systemClock } from '../../../platform/clock.ts';
import { type CommandHandler, createCommandDoor } from '../../../prisma/apply-command.ts';
import { abandonAgreement, confirmAgreement, proposeAgreement } from '../../../prisma/commands/agreement.ts';
import { type AskInitiator, answerAsk, askInitiator, takeBackAsk } from '../../../prisma/commands/asks.ts';
import { createAssessments, finaliseAssessment } from '../../../prisma/commands/assessments.ts';
import { assignExaminers } from '../../../prisma/commands/assigning.ts';
import { rescheduleBatch, retryBatch, startBatch, stopBatch } from '../../../prisma/commands/batches.ts';
import { moveDeadline } from '../../../prisma/commands/deadlines.ts';
import { endReopening, publishResult, reopenResult } from '../../../prisma/commands/deciding.ts';
import { correctAddress } from '../../../prisma/commands/delivery.ts';
import { recordDocumentMailed } from '../../../prisma/commands/documents.ts';
import { finishForm, returnForm } from '../../../prisma/commands/forms.ts';
import { reportDelivery, resendInvitation, withdrawExaminer } from '../../../prisma/commands/inviting.ts';
import { replaceExaminer } from '../../../prisma/commands/replacing.ts';
import { undoCancel, undoWithdraw } from '../../../prisma/commands/undo.ts';
import { type Actor, SYSTEM_ACTOR } from '../../../prisma/unit-of-work.ts';
import { inviteNow } from '../../../scripts/lib/invite-now.ts';
import { type StreamKind, TASK_QUEUE, type WorkflowType, workflowIdOf } from '../../../workflows/messages.ts';
import { silentLogger } from '../../activities/fakes.ts';
import { type Play, playOn } from '../../activities/play.ts';
import {
  type SeededSchool,
  SMALL_COMPONENTS,
  SMALL_CRITERIA,
  seedMember,
  seedSchool,
  smallForm,
} from '../../support/factories.ts';
import type { Faults, Ground } from './ground.ts';

const PATIENCE_MS = 30_000;
const LOOK_EVERY_MS = 20;
const DAY_MS = 86_400_000;
const NO_WISHES = { seriesId: null, remark: '', attachmentIds: [], reminderPolicy: null, overrides: [] };

export interface Kept {
  readonly part: string;
  readonly history: History;
}

export type Scene = Awaited<ReturnType<typeof openScene>>;

/**
 * @param slug names the school of this path
 * @param databaseUrl for the relay
 */
export async function openScene(ground: Ground, slug: string, databaseUrl: string) {
  const { env, client, database, clock } = ground;
  const faults: Faults = ground.faults;
  const school: SeededSchool = await seedSchool(database, { slug });
  const { schoolId } = school;
  const play: Play = playOn(database, school, clock);
  const door = createCommandDoor(database, clock);
  const conductor = createConductor(client);
  const relay = createRelay({ database, conductor, listenUrl: databaseUrl, logger: silentLogger, clock: systemClock });
  const runs: { readonly part: string; readonly workflowId: string; readonly runId: string }[] = [];
  const teacher: Actor = { kind: 'member', id: school.teacher.membershipId };
  const committee: Actor = { kind: 'member', id: school.committee.membershipId };

  async function apply<Command, Value>(handler: CommandHandler<Command, Value>, command: Command, actor: Actor) {
    const outcome = await door.apply(handler, command, { schoolId, actor, commandId: uuidv7() });
    if (!outcome.ok) throw new Error(`${handler.type} was refused: ${outcome.code}`);
    return outcome.value;
  }

  async function now(): Promise<number> {
    return env.currentTimeMs();
  }

  /** Brings the news to Temporal, as the relay of the worker does. */
  async function relayAll(): Promise<void> {
    for (;;) {
      const { told, failed } = await relay.relayOnce();
      if (failed > 0) throw new Error('Temporal took no news');
      if (told === 0) return;
    }
  }

  /** Waits until every workflow has seen everything and has nothing in hand. */
  async function settle(): Promise<void> {
    await relayAll();
    const end = performance.now() + PATIENCE_MS;
    while (!(await isSettled())) {
      if (performance.now() > end) throw new Error('the workflows did not come to rest');
      await delay(LOOK_EVERY_MS);
      // What workflows write down may be news for others.
      await relayAll();
    }
    await relayAll();
  }

  async function isSettled(): Promise<boolean> {
    const streams = await database.stream.findMany({ where: { schoolId }, include: { view: true } });
    for (const { id, kind, version, view } of streams) {
      if (!view || view.seenSeq < version) return false;
      const history = await client.workflow.getHandle(workflowIdOf(kind as StreamKind, id)).fetchHistory();
      if (!isAtRest(history, view.isClosed)) return false;
    }
    return true;
  }

  async function then<Value>(move: Promise<Value>): Promise<Value> {
    const value = await move;
    await settle();
    return value;
  }

  async function ended(workflowId: string): Promise<void> {
    const end = performance.now() + PATIENCE_MS;
    for (;;) {
      const { status } = await client.workflow.getHandle(workflowId).describe();
      if (status.name !== 'RUNNING') return;
      if (performance.now() > end) throw new Error(`${workflowId} did not end`);
      await delay(LOOK_EVERY_MS);
    }
  }

  const examiner = (contactId: string): Actor => ({ kind: 'examiner', id: contactId });
  const contactIds = school.contacts.map(({ id }) => id);
  const contactOf = (number: number): string => contactIds[number] ?? '';

  return {
    school,
    faults,
    play,
    /** Without waiting for the workflows. */
    relayAll,
    settle,
    ended,
    contactOf,
    inDays: async (days: number) => new Date((await now()) + days * DAY_MS).toISOString(),

    /** Lets time pass, then waits for rest. */
    async pass(days: number): Promise<void> {
      await env.sleep(Math.round(days * DAY_MS));
      await settle();
    },
    /** Lets time pass without waiting for rest. */
    passOnly: (milliseconds: number): Promise<void> => env.sleep(milliseconds),

    create: (dueAt: string | null = null) => then(play.create(dueAt)),
    /** One assessment for each of so many students, all for the first examiner. */
    createMany: (count: number) => then(createMany(count)),
    /** Everything to all named examiners. */
    assign: (assessmentId: string, numbers: readonly number[]) => then(assign(assessmentId, numbers)),
    invite: (assessmentIds: readonly string[], numbers: readonly number[] = [0]) =>
      then(invite(assessmentIds, numbers)),
    /** A batch that only the conductor works off; without waiting for it. @param sendAt ISO instant; null: at once */
    plan: async (assessmentIds: readonly string[], numbers: readonly number[], sendAt: string | null) =>
      (await apply(startBatch, { ...NO_WISHES, ...peopleOf(numbers), assessmentIds, sendAt }, teacher)).batchId,
    stopBatch: (batchId: string) => then(apply(stopBatch, { batchId }, teacher)),
    retryBatch: (batchId: string) => then(apply(retryBatch, { batchId }, teacher)),
    reschedule: (batchId: string, sendAt: string | null) => then(apply(rescheduleBatch, { batchId, sendAt }, teacher)),
    newestBatch: async () =>
      (await database.batch.findFirstOrThrow({ where: { schoolId }, orderBy: { createdAt: 'desc' } })).id,
    /** The teacher has left the school, or is back. */
    leave: async (endedAt: Date | null): Promise<void> => {
      await database.membership.update({ where: { id: school.teacher.membershipId }, data: { endedAt } });
    },
    /** Takes an examiner out of the address book. */
    archive: (number: number) => setArchived(number, new Date()),
    restore: (number: number) => setArchived(number, null),
    delivered: (invitationId: string) => then(play.delivered(invitationId)),
    report: (invitationId: string, delivery: DeliveryStatus, problem: DeliveryProblem | null) =>
      then(report(invitationId, delivery, problem)),
    /** The initiator mends the address; the invitation goes there with a new link. */
    correctAddress: (invitationId: string, email: string) =>
      then(apply(correctAddress, { invitationId, email, kid: '1' }, teacher)),
    finish: (assessmentId: string, invitationId: string, number = 0, score: Score = 'V') =>
      then(finish(assessmentId, invitationId, number, score)),
    /** Who decides where examiners differ, of assessments that are created from now on. */
    decideBy: (agreement: AgreementPolicy) => decideBy(agreement),
    /** @returns the proposal */
    propose: (assessmentId: string, number: number) => then(propose(assessmentId, number)),
    confirm: (assessmentId: string, number: number, proposalId: string) =>
      then(confirm(assessmentId, number, proposalId)),
    /** The committee decides after all. */
    takeOver: (assessmentId: string) =>
      then(apply(abandonAgreement, { assessmentId, contactId: null, reason: 'Het duurt te lang.' }, committee)),
    withdraw: (assessmentId: string, number: number) =>
      then(apply(withdrawExaminer, { assessmentId, contactId: contactOf(number), reason: 'Past niet.' }, teacher)),
    ask: (assessmentId: string, invitationId: string, kind: AskInitiator['kind']) =>
      then(ask(assessmentId, invitationId, kind)),
    takeBack: (assessmentId: string, number: number) =>
      then(
        apply(
          takeBackAsk,
          { assessmentIds: [assessmentId], contactId: contactOf(number) },
          examiner(contactOf(number)),
        ),
      ),
    /** @returns the invitation of whoever does it instead; empty when nobody does */
    answer: (assessmentId: string, number: number, given: { readonly isAgreed: boolean; readonly by?: number }) =>
      then(answer(assessmentId, number, given)),
    /** @returns the invitation of the second */
    replace: (assessmentId: string, from: number, to: number) => then(replace(assessmentId, from, to)),
    resend: (invitationId: string) => then(apply(resendInvitation, { invitationId }, teacher)),
    moveDeadline: (assessmentId: string, dueAt: string) =>
      then(apply(moveDeadline, { assessmentIds: [assessmentId], dueAt, closesAt: null }, teacher)),
    undoCancel: (assessmentId: string) => then(apply(undoCancel, { assessmentIds: [assessmentId] }, teacher)),
    undoWithdraw: (assessmentId: string, number: number) =>
      then(apply(undoWithdraw, { assessmentId, contactId: contactOf(number) }, teacher)),
    giveBack: (assessmentId: string) => then(giveBack(assessmentId)),
    finalise: (assessmentId: string) => then(play.finalise(assessmentId)),
    mailed: (assessmentId: string) => then(play.mailed(assessmentId)),
    mailedAgain: (assessmentId: string, version: number) =>
      then(apply(recordDocumentMailed, { assessmentId, version, mailId: uuidv7(), isRepeat: false }, SYSTEM_ACTOR)),
    /** Rules for deciding, from now on. */
    decideAs: (deciding: Partial<DecidingPolicy>) => setSettings({ deciding }),
    /** Another member takes what was proposed. */
    takeProposal: (assessmentId: string) => then(takeProposal(assessmentId)),
    publish: (assessmentId: string) =>
      then(apply(publishResult, { assessmentId, version: 1, membershipId: school.committee.membershipId }, committee)),
    reopen: (assessmentId: string) => then(apply(reopenResult, anew(assessmentId), committee)),
    endReopening: (assessmentId: string) => then(apply(endReopening, anew(assessmentId), committee)),
    cancel: (assessmentId: string) => then(play.cancel(assessmentId)),

    /** A signal of its own, whatever the relay says. */
    tell,
    /** Tells a workflow to look again, by a number that no event has, and waits until it did. */
    async nudge(kind: StreamKind, streamId: string): Promise<void> {
      await tell(kind, streamId, NUDGE_SEQ);
      await settle();
    },
    /** Ends a run as if Temporal had lost it. */
    lose: async (kind: StreamKind, streamId: string): Promise<void> => {
      await client.workflow.getHandle(workflowIdOf(kind, streamId)).terminate();
    },
    async sweep(type: WorkflowType, workflowId: string): Promise<void> {
      await client.workflow.start(type, { workflowId, taskQueue: TASK_QUEUE });
    },

    /** Takes the present run of a workflow into the recording, under the name of a part. */
    async keep(part: string, workflowId: string): Promise<void> {
      const { runId } = await client.workflow.getHandle(workflowId).describe();
      if (runs.every((run) => run.runId !== runId)) runs.push({ part, workflowId, runId });
    },
    /** What was kept, as it is now. */
    async recorded(): Promise<Kept[]> {
      return Promise.all(
        runs.map(async ({ part, workflowId, runId }) => ({
          part,
          history: await client.workflow.getHandle(workflowId, runId).fetchHistory(),
        })),
      );
    },
  };

  async function ask(assessmentId: string, invitationId: string, kind: AskInitiator['kind']): Promise<void> {
    const { contactId } = await database.invitation.findUniqueOrThrow({ where: { id: invitationId } });
    const proposal = kind === 'handOver' ? { name: 'Lin Linde', email: 'lin@examinator.example' } : null;
    const choices = { declineReason: kind === 'decline' ? DeclineReason.NoTime : null, isDraftShared: false };
    const words = { reason: 'Past niet.', proposal };
    const command = { assessmentIds: [assessmentId], contactId, invitationId, kind, ...choices, ...words };
    await apply(askInitiator, command, examiner(contactId));
  }

  async function answer(
    assessmentId: string,
    number: number,
    { isAgreed, by }: { readonly isAgreed: boolean; readonly by?: number },
  ): Promise<string> {
    const { invitationIds } = await apply(
      answerAsk,
      {
        assessmentIds: [assessmentId],
        contactId: contactOf(number),
        isAgreed,
        reason: 'Past niet.',
        replacement: by === undefined ? null : contactOf(by),
        createContact: null,
        remark: '',
        initiatorId: school.teacher.membershipId,
        kid: '1',
      },
      teacher,
    );
    return invitationIds[0] ?? '';
  }

  async function replace(assessmentId: string, from: number, to: number): Promise<string> {
    const { invitationIds } = await apply(
      replaceExaminer,
      {
        assessmentIds: [assessmentId],
        fromContactId: contactOf(from),
        toContactId: contactOf(to),
        reason: 'Past niet.',
        remark: '',
        initiatorId: school.teacher.membershipId,
        kid: '1',
      },
      teacher,
    );
    return invitationIds[0] ?? '';
  }

  async function tell(kind: StreamKind, streamId: string, seq: number): Promise<void> {
    await conductor.tell({ kind, streamId, schoolId, seq });
  }

  async function createMany(count: number): Promise<string[]> {
    const studentIds = Array.from({ length: count }, () => uuidv7());
    for (const [index, id] of studentIds.entries()) {
      const number = String(200_001 + index);
      const name = { givenName: 'Proef', infix: '', familyName: `Student ${index + 1}`, birthDate: '2006-04-01' };
      const email = `${number}@student-${slug}.example`;
      await database.student.create({ data: { id, schoolId, number, email, ...name, searchText: number } });
    }
    const assignments = [{ examinerId: contactOf(0), scope: { level: 'exam' } }] as const;
    const rest = { initiatorId: school.teacher.membershipId, dueAt: null, closesAt: null };
    const command = { examVersionId: school.examVersionId, unitCodes: ['EX1'], studentIds, assignments, ...rest };
    return (await apply(createAssessments, command, teacher)).assessmentIds;
  }

  async function assign(assessmentId: string, numbers: readonly number[]): Promise<void> {
    const assignments: Assignment[] = numbers.map((number) => ({
      examinerId: contactOf(number),
      scope: { level: 'exam' },
    }));
    await apply(assignExaminers, { assignments: [{ assessmentId, assignments }] }, teacher);
  }

  async function invite(assessmentIds: readonly string[], numbers: readonly number[]): Promise<string[]> {
    const command = { assessmentIds, ...peopleOf(numbers), kid: '1' };
    return (await inviteNow({ door, database, schoolId }, command)).invitationIds;
  }

  function peopleOf(numbers: readonly number[]) {
    return { contactIds: numbers.map(contactOf), initiatorId: school.teacher.membershipId };
  }

  async function setArchived(number: number, archivedAt: Date | null): Promise<void> {
    await database.contact.update({ where: { id: contactOf(number) }, data: { archivedAt } });
  }

  async function report(
    invitationId: string,
    delivery: DeliveryStatus,
    problem: DeliveryProblem | null,
  ): Promise<void> {
    const { mailId } = await database.invitation.findUniqueOrThrow({ where: { id: invitationId } });
    const news = { mailId, delivery, smtpCode: null, ...(problem === null ? {} : { problem }) };
    await apply(reportDelivery, { invitationId, ...news }, SYSTEM_ACTOR);
  }

  function decideBy(agreement: AgreementPolicy): Promise<void> {
    return setSettings({ agreement });
  }

  async function setSettings(changes: Partial<SchoolSettings>): Promise<void> {
    const settings = { ...DEFAULT_SCHOOL_SETTINGS, ...changes } as unknown as Prisma.InputJsonValue;
    await database.school.update({ where: { id: schoolId }, data: { settings } });
  }

  async function takeProposal(assessmentId: string): Promise<void> {
    const { membershipId } = await seedMember(database, schoolId, school.slug, 'committee', 'tweede');
    const { version } = await database.stream.findUniqueOrThrow({ where: { id: assessmentId } });
    const { officeAddressId } = school;
    const command = { assessmentId, expectedVersion: version, membershipId, officeAddressId, standing: {} };
    await apply(finaliseAssessment, command, { kind: 'member', id: membershipId });
  }

  function anew(assessmentId: string) {
    return { assessmentId, version: 1, membershipId: school.committee.membershipId, reason: 'Score klopt niet.' };
  }

  async function propose(assessmentId: string, number: number): Promise<string> {
    const contactId = contactOf(number);
    const command = { assessmentId, contactId, component: SMALL_COMPONENTS[0], scores: smallForm('V').scores };
    const given = { ...command, justification: 'Samen nagelopen.' };
    return (await apply(proposeAgreement, given, examiner(contactId))).proposalId;
  }

  async function confirm(assessmentId: string, number: number, proposalId: string): Promise<void> {
    const contactId = contactOf(number);
    const command = { assessmentId, contactId, component: SMALL_COMPONENTS[0], proposalId };
    await apply(confirmAgreement, command, examiner(contactId));
  }

  async function finish(assessmentId: string, invitationId: string, number: number, score: Score): Promise<void> {
    const contactId = contactOf(number);
    // They differ in the first component, if at all.
    const form = smallForm('V');
    const content = { ...form, scores: { ...form.scores, [SMALL_CRITERIA[0]]: score } };
    const command = { assessmentId, contactId, invitationId, content };
    await apply(finishForm, command, examiner(contactId));
  }

  async function giveBack(assessmentId: string): Promise<void> {
    const reason = 'Licht de score toe.';
    const command = { assessmentId, contactId: contactOf(0), components: [SMALL_COMPONENTS[0]], reason };
    await apply(returnForm, command, committee);
  }
}

/** No workflow task and no activity under way; and ended, when it says that it is at its end. */
function isAtRest({ events }: History, isClosed: boolean): boolean {
  const count = (attributes: readonly string[]) =>
    (events ?? []).filter((event) => attributes.some((name) => Object.hasOwn(event, `${name}EventAttributes`))).length;
  const isOver = count([
    'workflowExecutionCompleted',
    'workflowExecutionTerminated',
    'workflowExecutionContinuedAsNew',
  ]);
  if (isOver > 0) return true;
  const tasks = count(['workflowTaskScheduled']);
  const doneTasks = count(['workflowTaskCompleted', 'workflowTaskFailed', 'workflowTaskTimedOut']);
  const activities = count(['activityTaskScheduled']);
  const doneActivities = count(['activityTaskCompleted', 'activityTaskFailed', 'activityTaskTimedOut']);
  return !isClosed && tasks === doneTasks && activities === doneActivities;
}
