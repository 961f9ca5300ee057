import { sendSignal } from '../../../platform/services/process.ts';
import { openTemporalClient } from '../../../platform/temporal-connection.ts';
import { StreamKind, workflowIdOf } from '../../../workflows/messages.ts';
import { decide, invite, readDecision } from '../cast.ts';
import { check, checkBrowsers, waitUntil } from '../checks.ts';
import type { ChaosContext, Check, FaultReport, Scenario } from '../contract.ts';
import { play, signInCommittee } from '../play.ts';
import { type Rig, withRig } from '../rig.ts';
import { judge, settle } from './settle.ts';

const PDFS = 4;
const MAILS = 10;
const LIMIT_MS = 45_000;
/** How long the mail server takes for each mail while they are in flight. */
const SLOW_MS = 8_000;
const IN_FLIGHT_WITHIN_MS = 8_000;

/** A polite stop in the middle of work. */
export const workerStopped: Scenario = {
  id: 'worker-stopped',
  title: 'The worker is told to stop with documents and mails in hand',
  isInShort: false,
  run(context) {
    const environment = { SMTP_POOL_SIZE: String(MAILS) };
    const options = { webs: 1, workers: 1, students: PDFS + MAILS, environment };
    return withRig(context, options, (rig) => run(rig, context));
  },
};

async function run(rig: Rig, context: ChaosContext): Promise<FaultReport> {
  const [worker] = rig.workers;
  if (!worker) throw new Error('the rig has no worker');
  const played = await play(rig, context, { count: PDFS, perSecond: 4, isFinalised: false });
  await waitUntil(async () => (await rig.database.mail.count({ where: { state: { not: 'accepted' } } })) === 0, 10_000);
  const [member] = await signInCommittee(rig, context);
  if (!member) throw new Error('the school has no committee');
  const ids = played.assessments.map(({ assessmentId }) => assessmentId);
  const decisions = await Promise.all(ids.map(async (id) => ({ id, fields: await readDecision(member, rig, id) })));
  rig.sink.answerAfter(SLOW_MS);
  for (let index = PDFS; index < PDFS + MAILS; index += 1) await invite(rig, index);
  await waitUntil(() => rig.sink.inHand() === MAILS, IN_FLIGHT_WITHIN_MS, 20);
  await Promise.all(decisions.map(({ id, fields }) => decide(member, id, fields)));
  const inHand = await waitForFlight(rig, ids);
  const took = await worker.terminate(LIMIT_MS);
  const left = await rig.database.mail.count({ where: { state: { in: ['claimed', 'unknown'] } } });
  const stopped: Check[] = [
    check(
      'documents and mails were in hand at the signal',
      inHand.documents === PDFS && inHand.mails === MAILS,
      `${inHand.documents} documents, ${inHand.mails} mails`,
    ),
    check(
      'the worker ends by itself within 45 s',
      took !== null,
      took === null ? 'it had to be killed' : `${Math.round(took)} ms`,
    ),
    check('what was in hand is written down', left === 0, `${left} mails left in doubt`),
    await checkBrowsers(rig),
  ];
  rig.sink.answerAfter(0);
  await worker.start();
  const settled = await settle(rig, context, Promise.resolve(played), { withinMs: 60_000 });
  const verdict = await judge(rig, played, { wanted: PDFS, inFlight: new Set() });
  return {
    done: `SIGTERM to the worker with ${inHand.documents} documents and ${inHand.mails} mails in hand; started again afterwards.`,
    ...verdict,
    recoveredMs: settled.recoveredMs,
    checks: [...stopped, settled.isDone, ...verdict.checks],
  };
}

interface InHand {
  readonly documents: number;
  readonly mails: number;
}

/**
 * Waits until all of it is in hand at the same moment. The browser is held still until then, or the first document would be
 * ready before the last one is begun.
 * @returns what was seen last when that does not happen
 */
async function waitForFlight(rig: Rig, assessmentIds: readonly string[]): Promise<InHand> {
  const client = openTemporalClient(rig.config.temporal, rig.config.keys);
  const isBegun = async (assessmentId: string) => {
    const handle = client.workflow.getHandle(workflowIdOf(StreamKind.Assessment, assessmentId));
    const { raw } = await handle.describe();
    return (raw.pendingActivities ?? []).length > 0;
  };
  const held = new Set<number>();
  let seen: InHand = { documents: 0, mails: 0 };
  try {
    await waitUntil(
      async () => {
        for (const pid of rig.browsers()) if (!held.has(pid)) sendSignal(pid, 'SIGSTOP');
        for (const pid of rig.browsers()) held.add(pid);
        const documents = (await Promise.all(assessmentIds.map(isBegun))).filter(Boolean).length;
        seen = { documents, mails: rig.sink.inHand() };
        return seen.documents === PDFS && seen.mails === MAILS;
      },
      IN_FLIGHT_WITHIN_MS,
      20,
    );
    return seen;
  } finally {
    for (const pid of held) sendSignal(pid, 'SIGCONT');
    await client.connection.close();
  }
}
