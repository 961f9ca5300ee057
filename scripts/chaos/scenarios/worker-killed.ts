import { setTimeout as delay } from 'node:timers/promises';
import { check, waitUntil } from '../checks.ts';
import type { ChaosContext, FaultReport, Scenario } from '../contract.ts';
import { play } from '../play.ts';
import type { Program } from '../programs.ts';
import { between, pick, seededRandom } from '../random.ts';
import { type Rig, withRig } from '../rig.ts';
import { mailsInHand } from '../waits.ts';
import { judge, settle } from './settle.ts';

interface Size {
  readonly assessments: number;
  readonly workers: number;
  readonly kills: number;
  readonly perSecond: number;
  readonly settleMs: number;
  /** How long somebody waits for a mail. */
  readonly mailWithinMs: number;
  /** A kill waits at most so long for a mail to be in flight. */
  readonly aimMs: number;
}

/** With two, one lives long enough to be at work on documents when it is its turn. */
const FULL: Size = {
  assessments: 200,
  workers: 2,
  kills: 60,
  perSecond: 5,
  settleMs: 420_000,
  mailWithinMs: 240_000,
  aimMs: 500,
};
const SHORT: Size = {
  assessments: 12,
  workers: 1,
  kills: 5,
  perSecond: 3,
  settleMs: 90_000,
  mailWithinMs: 80_000,
  aimMs: 4_000,
};

const ANSWER_MS = 150;

/** The worker is killed again and again while everything goes on. */
export const workerKilled: Scenario = {
  id: 'worker-killed',
  title: 'Workers are killed every one to three seconds',
  isInShort: true,
  run(context) {
    const size = context.isShort ? SHORT : FULL;
    const options = { webs: 1, workers: size.workers, students: size.assessments };
    return withRig(context, options, (rig) => run(rig, context, size));
  },
};

async function run(rig: Rig, context: ChaosContext, size: Size): Promise<FaultReport> {
  // Quick enough for the rate, slow enough that a kill meets mails in flight.
  rig.sink.answerAfter(ANSWER_MS);
  const playing = play(rig, context, {
    count: size.assessments,
    perSecond: size.perSecond,
    mailWithinMs: size.mailWithinMs,
  });
  const inFlight = await killAgainAndAgain(rig, context, rig.workers, { kills: size.kills, aimMs: size.aimMs });
  rig.sink.answerAfter(0);
  const settled = await settle(rig, context, playing, { withinMs: size.settleMs });
  const verdict = await judge(rig, settled.played, { wanted: size.assessments, inFlight });
  return {
    done:
      `SIGKILL to one of ${size.workers} worker processes every one to three seconds, ${size.kills} times, each started ` +
      `again at once, while ${size.assessments} assessments began at ${size.perSecond} a second.`,
    recoveredMs: settled.recoveredMs,
    ...verdict,
    checks: [checkAimed(inFlight), settled.isDone, ...verdict.checks],
  };
}

/** A run in which no kill met a mail proves nothing about mails. */
function checkAimed(inFlight: ReadonlySet<string>) {
  return check('kills met mails in hand', inFlight.size > 0, `${inFlight.size} mails`);
}

export interface Killing {
  readonly kills: number;
  /** Between two kills, at least and at most. */
  readonly pauseMs?: readonly [number, number];
  readonly aimMs?: number;
}

/**
 * Kills one of these processes at a time.
 * @returns ids of the mails that were in hand when one was killed
 */
export async function killAgainAndAgain(
  rig: Rig,
  context: ChaosContext,
  programs: readonly Program[],
  { kills, aimMs = 0, pauseMs: [shortest, longest] = [1_000, 3_000] }: Killing,
): Promise<Set<string>> {
  const random = seededRandom(context.seed);
  const inFlight = new Set<string>();
  const starting: Promise<void>[] = [];
  for (let kill = 0; kill < kills; kill += 1) {
    await delay(between(random, shortest, longest), undefined, { signal: context.signal });
    await waitUntil(() => rig.sink.inHand() > 0, aimMs, 5);
    const victim = pick(random, programs);
    await victim.kill();
    if (victim.kind === 'worker') for (const id of await mailsInHand(rig)) inFlight.add(id);
    starting.push(victim.start());
  }
  await Promise.all(starting);
  return inFlight;
}
