/** The database goes away while people work: stopped for a while, and killed in the middle of commits. */
import { setTimeout as delay } from 'node:timers/promises';
import { openDatabase } from '../../../prisma/client.ts';
import { check, waitUntil } from '../checks.ts';
import type { ChaosContext, Check, FaultReport, Scenario } from '../contract.ts';
import { checkTimes, equal } from './checks.ts';
import { checkForms, checkMails, countOf, withEvidence } from './evidence.ts';
import { type Examiners, startExaminers } from './examiners.ts';
import { ANSWER_LIMIT_MS, watchSlack } from './http.ts';
import { type OwnPostgres, preparePrograms, startOwnPostgres } from './installation.ts';
import { seedChaosSchool } from './school.ts';
import { startSink } from './sink.ts';

const AT_ONCE = 10;
const SETTLE_LIMIT_MS = 60_000;
const MAILS_LIMIT_MS = 90_000;

interface Load {
  readonly examiners: Examiners;
  readonly total: number;
  readonly postgres: OwnPostgres;
  /** Mails the server of the receivers has. */
  mailCount(): number;
}

/** What a fault was and when it ended. */
interface FaultEnd {
  readonly done: string;
  /** `performance.now()` when the database took connections again. */
  readonly endedAt: number;
  readonly mailsThen: number;
}

/** Runs a fault under a load of saving and finishing, and grades what is left afterwards. */
async function underLoad(
  context: ChaosContext,
  total: number,
  fault: (load: Load) => Promise<FaultEnd>,
): Promise<FaultReport> {
  const postgres = await startOwnPostgres(context);
  const sink = await startSink();
  const programs = await preparePrograms(context, { databaseUrl: postgres.url, smtpUrl: sink.url });
  const database = openDatabase({ url: postgres.url, poolSize: 4 });
  try {
    const school = await seedChaosSchool(database, programs.keyring.current);
    const forms = await school.invite(total);
    const [web, worker] = await Promise.all([programs.startWeb(), programs.startWorker()]);
    const examiners = await startExaminers(context, school, forms, { origins: [web.url], atOnce: AT_ONCE });
    const load = { examiners, total, postgres, mailCount: () => sink.mails.length };
    const slack = watchSlack(web.url);
    const { done, endedAt, mailsThen } = await fault(load);
    const recoveredMs = await recovery(load, endedAt, mailsThen);
    await Promise.race([examiners.done, delay(SETTLE_LIMIT_MS, undefined, { ref: false })]);
    slack.stop();
    const ended = [web, worker].filter((program) => !program.isRunning()).length;
    return await withEvidence(postgres.url, async (ask) => {
      await waitUntil(
        async () =>
          (await countOf(ask, "SELECT count(*) FROM mail WHERE state IN ('queued', 'claimed', 'unknown')")) === 0,
        MAILS_LIMIT_MS,
        250,
      );
      const records = await checkForms(ask, examiners.finished, examiners.saved);
      const mails = await checkMails(ask, sink);
      return {
        done,
        lost: records.lost + mails.lost,
        doubled: records.doubled + mails.doubled,
        recoveredMs,
        checks: [
          ...answerChecks(examiners, slack.ms),
          equal('everybody finished in the end', examiners.finished.size, total),
          ...records.checks,
          ...mails.checks,
          equal('processes of ours that ended', ended, 0),
          check('work went on by itself', recoveredMs !== null, `${recoveredMs ?? 'no'} ms`),
        ],
      };
    });
  } finally {
    await programs.stop();
    await database.$disconnect();
    await sink.close();
    await postgres.stop();
  }
}

function answerChecks({ attempts }: Examiners, slackMs: number): Check[] {
  const times = attempts.map(({ answer }) => answer.ms);
  const unanswered = attempts.filter(({ answer }) => answer.status === 0).length;
  const refused = attempts.filter(({ keptWords }) => keptWords !== null);
  const kept = refused.filter(({ keptWords }) => keptWords === true).length;
  const odd = attempts.filter(({ answer }) => ![200, 303, 422, 503].includes(answer.status));
  return [
    checkTimes(times, ANSWER_LIMIT_MS, slackMs),
    equal('requests without an answer', unanswered, 0),
    equal('refused saves that came back with the words', kept, refused.length),
    check(
      'what could not be done was answered with 503',
      odd.length === 0,
      `${attempts.filter(({ answer }) => answer.status === 503).length} × 503, others: ${[...new Set(odd.map(({ answer }) => answer.status))].join(', ') || 'none'}`,
    ),
  ];
}

/** Until a save or finish is acknowledged and a mail arrives again. */
async function recovery(load: Load, endedAt: number, mailsThen: number): Promise<number | null> {
  const isBack = () =>
    load.examiners.attempts.some(({ kind, answer, at }) => kind !== 'read' && answer.status === 303 && at > endedAt) &&
    load.mailCount() > mailsThen;
  const waited = await waitUntil(isBack, SETTLE_LIMIT_MS, 20);
  return waited === null ? null : Math.round(performance.now() - endedAt);
}

async function untilFinished({ examiners }: Load, count: number): Promise<void> {
  await waitUntil(() => examiners.finished.size >= count, SETTLE_LIMIT_MS);
}

const stopped: Scenario = {
  id: 'postgres-stopped',
  title: 'PostgreSQL is stopped while forms are saved and finished',
  isInShort: true,
  run(context) {
    const total = context.isShort ? 40 : 200;
    const awayMs = context.isShort ? 4_000 : 60_000;
    return underLoad(context, total, async (load) => {
      await untilFinished(load, Math.floor(total / 4));
      context.say(`stopping PostgreSQL for ${awayMs / 1000} s`);
      await load.postgres.stop();
      await delay(awayMs);
      const mailsThen = load.mailCount();
      await load.postgres.start();
      const done = `PostgreSQL was stopped for ${awayMs / 1000} s while ${AT_ONCE} examiners worked on ${total} forms.`;
      return { done, endedAt: performance.now(), mailsThen };
    });
  },
};

const killed: Scenario = {
  id: 'postgres-killed',
  title: 'PostgreSQL is killed in the middle of commits',
  isInShort: true,
  run(context) {
    const total = context.isShort ? 40 : 300;
    const times = context.isShort ? 2 : 10;
    return underLoad(context, total, async (load) => {
      let endedAt = 0;
      let mailsThen = 0;
      for (let time = 1; time <= times; time += 1) {
        await untilFinished(load, Math.floor((total * time) / (times + 2)));
        await delay(Math.round(context.random() * 300));
        context.say(`killing PostgreSQL (${time} of ${times})`);
        await load.postgres.kill();
        mailsThen = load.mailCount();
        await load.postgres.start();
        endedAt = performance.now();
      }
      const done = `All processes of PostgreSQL were killed (SIGKILL) ${times} times while ${AT_ONCE} examiners worked on ${total} forms.`;
      return { done, endedAt, mailsThen };
    });
  },
};

export const postgresScenarios: readonly Scenario[] = [stopped, killed];
