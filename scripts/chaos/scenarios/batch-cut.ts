import { ScopeLevel } from '../../../domain/assignment.ts';
import { createAssessments, MAX_STUDENTS_AT_ONCE } from '../../../prisma/commands/assessments.ts';
import { assignExaminers } from '../../../prisma/commands/assigning.ts';
import { startBatch, workOffBatch } from '../../../prisma/commands/batches.ts';
import type { Actor } from '../../../prisma/unit-of-work.ts';
import { applyAs } from '../cast.ts';
import { check, checkChains, judgeMails, waitUntil } from '../checks.ts';
import type { ChaosContext, Check, FaultReport, Scenario } from '../contract.ts';
import type { Played } from '../play.ts';
import { type Rig, withRig } from '../rig.ts';
import { settle } from './settle.ts';
import { killAgainAndAgain } from './worker-killed.ts';

interface Size {
  readonly examiners: number;
  readonly kills: number;
  readonly settleMs: number;
}

const FULL: Size = { examiners: 600, kills: 12, settleMs: 300_000 };
const SHORT: Size = { examiners: 60, kills: 3, settleMs: 90_000 };

const ANSWER_MS = 100;
/** Rows that the pages send before they answer the click. */
const ROWS_WHILE_WAITING = 20;
const NOBODY_PLAYED: Played = { assessments: [], finishes: [], problems: [], errors: 0, ms: 0 };

/** One click invites hundreds; the workers that send the invitations are killed meanwhile. */
export const batchCut: Scenario = {
  id: 'batch-cut',
  title: 'Workers are killed while they send what one click asked for',
  isInShort: true,
  run(context) {
    const size = context.isShort ? SHORT : FULL;
    return withRig(context, { webs: 1, workers: 2, students: size.examiners }, (rig) => run(rig, context, size));
  },
};

async function run(rig: Rig, context: ChaosContext, size: Size): Promise<FaultReport> {
  rig.sink.answerAfter(ANSWER_MS);
  const batchId = await click(rig);
  const pauseMs = [400, 1_500] as const;
  const inFlight = await killAgainAndAgain(rig, context, rig.workers, { kills: size.kills, pauseMs, aimMs: 4_000 });
  rig.sink.answerAfter(0);
  const left = () => rig.database.batchRow.count({ where: { batchId, status: 'waiting' } });
  const sentAfter = await waitUntil(async () => (await left()) === 0, size.settleMs);
  const settled = await settle(rig, context, Promise.resolve(NOBODY_PLAYED), {
    withinMs: size.settleMs,
    isFinalised: false,
  });
  const mails = await judgeMails(rig, NOBODY_PLAYED, inFlight);
  return {
    done:
      `One click invited ${size.examiners} examiners, each for a student; SIGKILL to one of 2 worker processes every ` +
      `second or so, ${size.kills} times, each started again at once.`,
    lost: mails.lost + (await left()),
    doubled: mails.doubled,
    recoveredMs:
      sentAfter === null || settled.recoveredMs === null ? null : Math.round(sentAfter) + settled.recoveredMs,
    checks: [
      ...(await checkRows(rig, batchId, size.examiners)),
      settled.isDone,
      ...mails.checks,
      await checkChains(rig),
    ],
  };
}

/** What the web process does with it. */
async function click(rig: Rig): Promise<string> {
  const { school, door, config } = rig;
  const { schoolId, examVersionId, unitCodes, pairs } = school;
  const initiatorId = school.teacher.membershipId;
  const actor: Actor = { kind: 'member', id: initiatorId };
  const assessmentIds: string[] = [];
  for (let start = 0; start < pairs.length; start += MAX_STUDENTS_AT_ONCE) {
    const some = pairs.slice(start, start + MAX_STUDENTS_AT_ONCE);
    const students = { studentIds: some.map(({ studentId }) => studentId), initiatorId, assignments: [] };
    const creation = { examVersionId, unitCodes, ...students, dueAt: null, closesAt: null };
    const { assessmentIds: ids } = await applyAs(rig, createAssessments, creation, actor);
    const assignments = ids.map((assessmentId, index) => ({
      assessmentId,
      assignments: [{ examinerId: some[index]?.contactId ?? '', scope: { level: ScopeLevel.Exam } }],
    }));
    await applyAs(rig, assignExaminers, { assignments }, actor);
    assessmentIds.push(...ids);
  }
  const contactIds = pairs.map(({ contactId }) => contactId);
  const wishes = { seriesId: null, remark: '', attachmentIds: [], sendAt: null, reminderPolicy: null, overrides: [] };
  const { batchId } = await applyAs(rig, startBatch, { assessmentIds, contactIds, initiatorId, ...wishes }, actor);
  const work = { batchId, schoolId, kid: config.keys.current, actor, isWatched: true };
  await workOffBatch(door, work, ROWS_WHILE_WAITING);
  return batchId;
}

async function checkRows(rig: Rig, batchId: string, wanted: number): Promise<Check[]> {
  const sent = await rig.database.batchRow.count({ where: { batchId, status: 'sent' } });
  const invitations = await rig.database.invitation.count();
  const messages = Map.groupBy(rig.sink.mails, ({ to }) => to);
  const counts = rig.school.pairs.map(
    ({ examinerEmail }) => new Set(messages.get(examinerEmail)?.map(({ messageId }) => messageId)).size,
  );
  const wrong = counts.filter((count) => count !== 1).length;
  return [
    check('every examiner of the click is invited', sent === wanted, `${sent} of ${wanted}`),
    check('nobody is invited twice', invitations === wanted, `${invitations} invitations`),
    check(
      'each examiner has one mail, by Message-ID',
      wrong === 0,
      `${wanted - wrong} with one, ${wrong} with another number`,
    ),
  ];
}
