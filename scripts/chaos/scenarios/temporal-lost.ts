import { setTimeout as delay } from 'node:timers/promises';
import { openTemporalClient } from '../../../platform/temporal-connection.ts';
import { StreamKind, workflowIdOf } from '../../../workflows/messages.ts';
import { type Invited, invite } from '../cast.ts';
import { check, countArchived, countOpenMails, waitUntil } from '../checks.ts';
import type { ChaosContext, Check, FaultReport, Scenario } from '../contract.ts';
import { type Played, play } from '../play.ts';
import { type Rig, withRig } from '../rig.ts';
import { judge, settle } from './settle.ts';

interface Size {
  /** Work that is open when Temporal goes, and stays open. */
  readonly open: number;
  /** Assessments that are played while it is away. */
  readonly finishes: number;
  readonly perSecond: number;
  readonly awayMs: number;
}

const FULL: Size = { open: 20, finishes: 200, perSecond: 5, awayMs: 10 * 60_000 };
const SHORT: Size = { open: 4, finishes: 10, perSecond: 3, awayMs: 6_000 };
const BACK_WITHIN_MS = 5 * 60_000;
const OPEN_WITHIN_MS = 30_000;
/** Share of the wanted rate that counts as full: the last one begins before the others have ended. */
const FULL_RATE = 0.8;

/** Temporal goes away, and comes back without any memory. */
export const temporalLost: Scenario = {
  id: 'temporal-lost',
  title: 'Temporal is stopped, and its store is lost',
  isInShort: true,
  run(context) {
    const size = context.isShort ? SHORT : FULL;
    return withRig(context, { webs: 1, workers: 1, students: size.open + size.finishes }, (rig) =>
      run(rig, context, size),
    );
  },
};

async function run(rig: Rig, context: ChaosContext, size: Size): Promise<FaultReport> {
  const open: Invited[] = [];
  for (let index = 0; index < size.open; index += 1) open.push(await invite(rig, index));
  // Each workflow has looked at its stream and written down what it waits for.
  const isOpen = await waitUntil(async () => (await countSeen(rig, open)) === open.length * 2, OPEN_WITHIN_MS);
  await waitUntil(async () => (await countOpenMails(rig)) === 0, OPEN_WITHIN_MS);

  await rig.temporal.stop();
  const stoppedAt = performance.now();
  const { first, count, perSecond } = { first: size.open, count: size.finishes, perSecond: size.perSecond };
  const played = await play(rig, context, { first, count, perSecond });
  const left = stoppedAt + size.awayMs - performance.now();
  if (left > 0) await delay(left, undefined, { signal: context.signal });
  const awayMs = Math.round(performance.now() - stoppedAt);
  const madeWithout = await countArchived(
    rig,
    played.assessments.map(({ assessmentId }) => assessmentId),
  );
  rig.temporal.wipe();
  const since = performance.now();
  await rig.temporal.start();
  const [settled, backMs] = await Promise.all([
    settle(rig, context, Promise.resolve(played), { withinMs: BACK_WITHIN_MS }),
    waitUntil(async () => (await countRunning(rig, open)) === open.length * 2, BACK_WITHIN_MS, 1_000),
  ]);
  const recoveredMs = settled.recoveredMs === null || backMs === null ? null : Math.round(performance.now() - since);
  const verdict = await judge(rig, played, { wanted: size.finishes, inFlight: new Set() });
  const checks: Check[] = [
    check(
      'the open work was known to Temporal before',
      isOpen !== null,
      `${size.open} assessments with their invitations`,
    ),
    checkRate(played, size, stoppedAt),
    check('what needs Temporal waits for it', madeWithout === 0, `${madeWithout} documents made meanwhile`),
    check(
      'all open work is back within five minutes',
      backMs !== null,
      backMs === null
        ? `${await countRunning(rig, open)} of ${open.length * 2} workflows run`
        : `${Math.round(backMs)} ms`,
    ),
    checkOneMailEach(rig, open),
    settled.isDone,
    ...verdict.checks,
  ];
  return {
    done:
      `Temporal stopped for ${Math.round(awayMs / 1000)} s while ${size.finishes} assessments were played at ${perSecond} a ` +
      `second; then its store was removed and it was started again, with ${size.open} assessments open and ` +
      `${size.finishes} documents to make.`,
    ...verdict,
    recoveredMs,
    checks,
  };
}

function countSeen(rig: Rig, open: readonly Invited[]): Promise<number> {
  const streamIds = open.flatMap(({ assessmentId, invitationId }) => [assessmentId, invitationId]);
  return rig.database.workflowView.count({ where: { streamId: { in: streamIds }, seenSeq: { gt: 0 } } });
}

/** How many workflows of this open work run: one of the assessment, one of the invitation. */
async function countRunning(rig: Rig, open: readonly Invited[]): Promise<number> {
  const client = openTemporalClient(rig.config.temporal, rig.config.keys);
  const ids = open.flatMap(({ assessmentId, invitationId }) => [
    workflowIdOf(StreamKind.Assessment, assessmentId),
    workflowIdOf(StreamKind.Invitation, invitationId),
  ]);
  const isRunning = async (id: string) => {
    const description = await client.workflow
      .getHandle(id)
      .describe()
      .catch(() => null);
    return description?.status.name === 'RUNNING';
  };
  const running = await Promise.all(ids.map(isRunning));
  await client.connection.close();
  return running.filter(Boolean).length;
}

function checkRate({ assessments }: Played, size: Size, since: number): Check {
  const last = Math.max(...assessments.map(({ finish }) => finish.at), since + 1);
  const rate = (assessments.length * 1_000) / (last - since);
  const seen = `${rate.toFixed(1)} a second of ${size.perSecond} wanted`;
  return check('finishing goes on at full rate meanwhile', rate >= size.perSecond * FULL_RATE, seen);
}

function checkOneMailEach(rig: Rig, open: readonly Invited[]): Check {
  const counts = open.map(({ examinerEmail }) => rig.sink.mails.filter(({ to }) => to === examinerEmail).length);
  const seen = `${counts.filter((count) => count === 1).length} of ${open.length} examiners have one mail`;
  return check(
    'nobody whose work was brought back gets a second mail',
    counts.every((count) => count === 1),
    seen,
  );
}
