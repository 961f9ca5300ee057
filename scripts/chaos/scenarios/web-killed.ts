import { EventEmitter, once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { check } from '../checks.ts';
import type { ChaosContext, FaultReport, Scenario } from '../contract.ts';
import { type Played, play } from '../play.ts';
import { between, pick, seededRandom } from '../random.ts';
import { type Rig, withRig } from '../rig.ts';
import { judge, settle } from './settle.ts';

interface Size {
  readonly finishes: number;
  readonly perSecond: number;
  readonly settleMs: number;
}

const FULL: Size = { finishes: 500, perSecond: 7, settleMs: 120_000 };
const SHORT: Size = { finishes: 24, perSecond: 3, settleMs: 60_000 };
/** Seconds between kills, and then so many milliseconds after somebody pressed the last button. */
const PAUSE_MS = [1_500, 4_000] as const;
const AIM_MS = [0, 30] as const;

/** Web processes die while examiners press the last button. */
export const webKilled: Scenario = {
  id: 'web-killed',
  title: 'Web processes are killed while examiners finish',
  isInShort: true,
  run(context) {
    const size = context.isShort ? SHORT : FULL;
    return withRig(context, { webs: 2, workers: 1, students: size.finishes }, (rig) => run(rig, context, size));
  },
};

async function run(rig: Rig, context: ChaosContext, size: Size): Promise<FaultReport> {
  const moments = new EventEmitter();
  let isPlaying = true;
  const playing = play(rig, context, {
    count: size.finishes,
    perSecond: size.perSecond,
    isFinalised: false,
    onFinish: () => moments.emit('finish'),
  }).finally(() => {
    isPlaying = false;
    moments.emit('finish');
  });
  const kills = await killWhile(rig, context, moments, () => isPlaying);
  const settled = await settle(rig, context, playing, { withinMs: size.settleMs, isFinalised: false });
  const verdict = await judge(rig, settled.played, { wanted: size.finishes, inFlight: new Set(), isFinalised: false });
  return {
    done:
      `SIGKILL to one of two web processes ${kills} times, aimed at the moment an examiner presses the last button, while ` +
      `${size.finishes} examiners went through their forms at ${size.perSecond} a second. Who got no answer pressed again.`,
    recoveredMs: settled.recoveredMs,
    ...verdict,
    checks: [checkAimed(settled.played), settled.isDone, ...verdict.checks],
  };
}

async function killWhile(
  rig: Rig,
  { seed, signal }: ChaosContext,
  moments: EventEmitter,
  goesOn: () => boolean,
): Promise<number> {
  const random = seededRandom(seed);
  for (let kills = 0; ; kills += 1) {
    await delay(between(random, ...PAUSE_MS), undefined, { signal });
    if (goesOn()) await once(moments, 'finish', { signal });
    if (!goesOn()) return kills;
    await delay(between(random, ...AIM_MS));
    const victim = pick(random, rig.webs);
    await victim.kill();
    await victim.start();
  }
}

/** A run in which no button was hit proves nothing. */
function checkAimed({ finishes }: Played) {
  const hit = finishes.filter(({ unanswered }) => unanswered > 0).length;
  const seen = `${hit} of ${finishes.length} last buttons had no answer at first`;
  return check('kills hit examiners at the last button', hit > 0, seen);
}
