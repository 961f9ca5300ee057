/** The end of a fault: waits until all work is done, and judges everything that was done. */
import { setTimeout as delay } from 'node:timers/promises';
import {
  check,
  checkBrowsers,
  checkChains,
  checkDocuments,
  checkErrors,
  checkPlayed,
  checkSubmissions,
  countArchived,
  countOpenMails,
  judgeMails,
} from '../checks.ts';
import type { ChaosContext, Check } from '../contract.ts';
import type { Played } from '../play.ts';
import type { Rig } from '../rig.ts';
import { skipMailWaits } from '../waits.ts';

const LOOK_EVERY_MS = 500;
/** Younger ones may be in the hands of a worker that has not written its first heartbeat. */
const SKIP_AFTER_MS = 10_000;

export interface Settled {
  readonly played: Played;
  /** Milliseconds, skipped waits counted in; null when something was not done in time. */
  readonly recoveredMs: number | null;
  readonly isDone: Check;
}

/**
 * Called when the fault is over: waits until everything was played, every assessment is archived and every mail is out.
 * @param isFinalised whether the play goes on until the document
 */
export async function settle(
  rig: Rig,
  context: ChaosContext,
  playing: Promise<Played>,
  { withinMs, isFinalised = true }: { readonly withinMs: number; readonly isFinalised?: boolean },
): Promise<Settled> {
  const since = performance.now();
  let played: Played | undefined;
  const ended = playing.then((all) => {
    played = all;
  });
  let skippedMs = 0;
  for (;;) {
    context.signal.throwIfAborted();
    const open = await countOpenMails(rig);
    const ids = played?.assessments.map(({ assessmentId }) => assessmentId) ?? [];
    const wanted = isFinalised ? ids.length : 0;
    const archived = isFinalised ? await countArchived(rig, ids) : 0;
    const ms = performance.now() - since;
    const isAll = played !== undefined && archived === wanted && open === 0;
    if (isAll || (ms > withinMs && played !== undefined)) {
      const seen = `${isFinalised ? `${archived} of ${wanted} archived, ` : ''}${open} mails open`;
      return {
        played: played ?? { assessments: [], finishes: [], problems: [], errors: 0, ms },
        recoveredMs: isAll ? Math.round(ms + skippedMs) : null,
        isDone: check(isFinalised ? DONE : ALL_OUT, isAll, seen),
      };
    }
    if (ms > SKIP_AFTER_MS) skippedMs += await skipMailWaits(rig);
    await Promise.race([delay(LOOK_EVERY_MS), played === undefined ? ended : delay(LOOK_EVERY_MS)]);
  }
}

const DONE = 'every assessment is archived and every mail is out';
const ALL_OUT = 'every mail is out';

export interface Verdict {
  readonly lost: number;
  readonly doubled: number;
  readonly checks: readonly Check[];
}

export interface Expected {
  /** Assessments that were to be played. */
  readonly wanted: number;
  /** Mails that a worker held when it was killed. */
  readonly inFlight: ReadonlySet<string>;
  readonly isFinalised?: boolean;
}

/** Everything that must hold at the end of any fault that left the whole process to be played. */
export async function judge(rig: Rig, played: Played, expected: Expected): Promise<Verdict> {
  const mails = await judgeMails(rig, played, expected.inFlight);
  const checks = [
    checkPlayed(played, expected.wanted),
    checkErrors(played),
    await checkSubmissions(rig, played),
    ...mails.checks,
    ...(expected.isFinalised === false ? [] : await checkDocuments(rig, played)),
    await checkChains(rig),
    await checkBrowsers(rig),
  ];
  const unfinished = expected.wanted - played.assessments.length;
  return { lost: mails.lost + unfinished, doubled: mails.doubled, checks };
}
