import type { ChaosContext, FaultReport, Scenario } from '../contract.ts';
import { play } from '../play.ts';
import { type Rig, withRig } from '../rig.ts';
import { judge, settle } from './settle.ts';
import { killAgainAndAgain } from './worker-killed.ts';

interface Size {
  readonly assessments: number;
  readonly kills: number;
  readonly perSecond: number;
}

const FULL: Size = { assessments: 80, kills: 16, perSecond: 4 };
const SHORT: Size = { assessments: 10, kills: 4, perSecond: 3 };
const WEBS = 2;
const WORKERS = 3;
const SETTLE_MS = 420_000;
const PAUSE_MS = [2_000, 5_000] as const;

/** Several of everything, and any one of them may go at any time. */
export const twoOfEach: Scenario = {
  id: 'two-of-each',
  title: 'Two web processes and three workers, any of them killed',
  isInShort: false,
  run(context) {
    const size = context.isShort ? SHORT : FULL;
    const options = { webs: WEBS, workers: WORKERS, students: size.assessments };
    return withRig(context, options, (rig) => run(rig, context, size));
  },
};

async function run(rig: Rig, context: ChaosContext, size: Size): Promise<FaultReport> {
  const playing = play(rig, context, { count: size.assessments, perSecond: size.perSecond });
  const inFlight = await killAgainAndAgain(rig, context, [...rig.webs, ...rig.workers], {
    kills: size.kills,
    pauseMs: PAUSE_MS,
  });
  const settled = await settle(rig, context, playing, { withinMs: SETTLE_MS });
  const verdict = await judge(rig, settled.played, { wanted: size.assessments, inFlight });
  return {
    done:
      `SIGKILL to any of ${WEBS} web processes and ${WORKERS} workers every two to five seconds, ${size.kills} times, while ` +
      `${size.assessments} assessments began at ${size.perSecond} a second.`,
    recoveredMs: settled.recoveredMs,
    ...verdict,
    checks: [settled.isDone, ...verdict.checks],
  };
}
