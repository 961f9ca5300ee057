/** Plays assessments from invitation to final document, so many a second, whatever happens meanwhile. */
import { setTimeout as delay } from 'node:timers/promises';
import { type Finish, fillIn, finalise, finish, type Invited, invite, openLink, signIn } from './cast.ts';
import type { ChaosContext } from './contract.ts';
import { seededRandom } from './random.ts';
import type { Rig } from './rig.ts';
import { createVisitor, type Visitor } from './visitor.ts';

export interface PlayOptions {
  /** Which pairs of the school: from this one … */
  readonly first?: number;
  /** … so many. */
  readonly count: number;
  /** Assessments that begin each second. */
  readonly perSecond: number;
  /** Whether the committee decides as well; otherwise it ends with the finished form. */
  readonly isFinalised?: boolean;
  /** Called right before an examiner presses the last button. */
  readonly onFinish?: () => void;
  /** How long somebody waits for a mail. A mail that was in a killed worker's hands waits for its lease. */
  readonly mailWithinMs?: number;
}

export interface PlayedAssessment extends Invited {
  readonly finish: Finish;
}

export interface Played {
  readonly assessments: readonly PlayedAssessment[];
  /** What kept an assessment from its end, in words without names. */
  readonly problems: readonly string[];
  /** Of every form whose last button was answered, also when what came after failed. */
  readonly finishes: readonly Finish[];
  /** Answers that something broke (500). */
  readonly errors: number;
  /** Milliseconds that all of it took. */
  readonly ms: number;
}

const MAIL_WITHIN_MS = 180_000;

/** Plays them all; one that fails is a problem in the outcome, not an exception. */
export function play(rig: Rig, context: ChaosContext, options: PlayOptions): Promise<Played> {
  const playing = playAll(rig, context, options);
  // Whoever goes on with something else first hears of a failure when it comes to wait for this.
  playing.catch(() => undefined);
  return playing;
}

async function playAll(rig: Rig, context: ChaosContext, options: PlayOptions): Promise<Played> {
  const { first = 0, count, perSecond } = options;
  const started = performance.now();
  const problems: string[] = [];
  const members = options.isFinalised === false ? [] : await signInCommittee(rig, context);
  const begun: Promise<PlayedAssessment | null>[] = [];
  const finishes: Finish[] = [];
  let errors = 0;
  const onError = () => {
    errors += 1;
  };
  for (let index = first; index < first + count; index += 1) {
    context.signal.throwIfAborted();
    const member = members[index % Math.max(members.length, 1)];
    begun.push(
      playOne(rig, context, { ...options, index, member, finishes, onError }).catch((error: unknown) => {
        problems.push(error instanceof Error ? error.message : String(error));
        return null;
      }),
    );
    const wait = started + ((index - first + 1) * 1000) / perSecond - performance.now();
    if (wait > 0) await delay(wait, undefined, { signal: context.signal });
  }
  const assessments = (await Promise.all(begun)).filter((each) => each !== null);
  context.signal.throwIfAborted();
  return { assessments, finishes, problems, errors, ms: performance.now() - started };
}

/** Every member of the committee, so that nobody decides more often than the limit on posts allows. */
export function signInCommittee(rig: Rig, { seed, signal }: ChaosContext): Promise<Visitor[]> {
  const random = seededRandom(seed);
  return Promise.all(
    rig.school.committee.map(({ email }, index) => signIn(rig, email, { random, number: 0xf00000 + index, signal })),
  );
}

interface Part extends PlayOptions {
  readonly index: number;
  /** Who decides, if anybody. */
  readonly member: Visitor | undefined;
  readonly finishes: Finish[];
  readonly onError: () => void;
}

async function playOne(rig: Rig, { seed, signal }: ChaosContext, part: Part): Promise<PlayedAssessment> {
  const { index, member, onError, onFinish, mailWithinMs = MAIL_WITHIN_MS } = part;
  const random = seededRandom(seed * 1_000 + index);
  const invited = await invite(rig, index);
  const mail = await rig.sink.waitFor(({ to }) => to === invited.examinerEmail, mailWithinMs);
  const visitor = createVisitor({ webs: rig.webs, random, number: index + 1, signal, onError });
  const sitting = await openLink(visitor, mail);
  const fields = await fillIn(sitting);
  onFinish?.();
  const finished = await finish(sitting, fields);
  part.finishes.push(finished);
  if (member) await finalise(member, rig, invited.assessmentId);
  return { ...invited, finish: finished };
}
