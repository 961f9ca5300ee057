import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createCommandDoor } from '../../../prisma/apply-command.ts';
import { paths } from '../../../web/paths.ts';
import { codeIn, fillIn, finish, invite, openLink, PageRefused } from '../cast.ts';
import { check, waitUntil } from '../checks.ts';
import type { ChaosContext, Check, FaultReport, Scenario } from '../contract.ts';
import { play } from '../play.ts';
import type { Program } from '../programs.ts';
import { type Rig, withRig } from '../rig.ts';
import { createVisitor, type Visitor } from '../visitor.ts';
import { judge, settle } from './settle.ts';

const FULL = { assessments: 20, dueInMs: 40_000 };
const SHORT = { assessments: 6, dueInMs: 25_000 };
const MINUTE_MS = 60_000;
const WRONG_MINUTES = 10;
/** Half of how wrong they are: judged by their own clock, one of the two would be wrong about each. */
const MARGIN_MS = (WRONG_MINUTES / 2) * MINUTE_MS;
const HOUR_MS = 60 * MINUTE_MS;
const MAIL_WITHIN_MS = 30_000;
/** Timers of Temporal are coarse, and a refusal of "not yet" waits fifteen seconds. */
const LATE_WITHIN_MS = 60_000;
const CASES_PER_WEB = 4;

/** The machines do not agree on what time it is. */
export const clocksWrong: Scenario = {
  id: 'clocks-wrong',
  title: 'The clocks of web processes and workers are ten minutes off, either way',
  isInShort: false,
  run(context) {
    const size = context.isShort ? SHORT : FULL;
    const students = size.assessments + 2 * CASES_PER_WEB + 1;
    const nodeArguments = {
      'web-1': shiftedBy(WRONG_MINUTES),
      'web-2': shiftedBy(-WRONG_MINUTES),
      'worker-1': shiftedBy(-WRONG_MINUTES),
      'worker-2': shiftedBy(WRONG_MINUTES),
    };
    return withRig(context, { webs: 2, workers: 2, students, nodeArguments }, (rig) => run(rig, context, size));
  },
};

function shiftedBy(minutes: number): string[] {
  return ['--import', new URL(`../shifted-clock.ts?minutes=${minutes}`, import.meta.url).href];
}

async function run(rig: Rig, context: ChaosContext, size: typeof FULL): Promise<FaultReport> {
  const first = size.assessments;
  const deadline = watchDeadline(rig, first, size.dueInMs);
  deadline.catch(() => undefined);
  const played = await play(rig, context, { count: size.assessments, perSecond: 2 });
  const settled = await settle(rig, context, Promise.resolve(played), { withinMs: LATE_WITHIN_MS });
  const verdict = await judge(rig, played, { wanted: size.assessments, inFlight: new Set() });
  const decisions: Check[] = [];
  for (const [index, web] of rig.webs.entries()) {
    const from = first + 1 + index * CASES_PER_WEB;
    decisions.push(...(await judgeByWeb(rig, context, web, from)));
  }
  const reminders = await rig.database.mail.count({ where: { template: 'reminder' } });
  return {
    done:
      `One web process and one worker ${WRONG_MINUTES} minutes ahead, the others ${WRONG_MINUTES} minutes behind; ` +
      `${size.assessments} assessments played over all of them, and deadlines, links and codes ` +
      `${MARGIN_MS / MINUTE_MS} minutes before and after their end shown to each web process.`,
    ...verdict,
    recoveredMs: null,
    checks: [
      settled.isDone,
      ...verdict.checks,
      checkWrong(rig),
      ...decisions,
      ...(await deadline),
      check('nobody is reminded before the time', reminders === 0, `${reminders} reminders`),
    ],
  };
}

/** A fault that did not happen proves nothing: the first line of each log has the time of its process. */
function checkWrong(rig: Rig): Check {
  const now = new Date();
  const shifts = [...rig.webs, ...rig.workers].map(({ name }) => {
    const [, hours = '', minutes = ''] = /^(\d\d):(\d\d)/.exec(readFileSync(logFileOf(rig, name), 'utf8')) ?? [];
    const shift = Number(hours) * 60 + Number(minutes) - (now.getHours() * 60 + now.getMinutes());
    return ((shift + 2_160) % 1_440) - 720;
  });
  // The programs began some minutes ago at most.
  const isWrong = shifts.every((shift) => Math.abs(shift) >= WRONG_MINUTES / 2);
  return check('the clocks are wrong', isWrong, `${shifts.join(', ')} minutes by the logs, which began minutes ago`);
}

function logFileOf(rig: Rig, name: string): string {
  return join(rig.home.logDir, `${name}.log`);
}

/** Shows one web process what is nearly over and what is just over, by the clock of the database. */
async function judgeByWeb(rig: Rig, context: ChaosContext, web: Program, from: number): Promise<Check[]> {
  const visit = (number: number) =>
    createVisitor({ webs: [web], random: context.random, number: from * 10 + number, signal: context.signal });
  const opens = async (index: number, leftMs: number) => {
    const { invitationId, examinerEmail } = await invite(rig, index);
    const mail = await rig.sink.waitFor(({ to }) => to === examinerEmail, MAIL_WITHIN_MS);
    // News of the mail writes the link's end anew.
    await waitUntil(async () => {
      const row = await rig.database.invitation.findUniqueOrThrow({ where: { id: invitationId } });
      return row.delivery === 'accepted';
    }, MAIL_WITHIN_MS);
    await rig.database.$executeRaw`
      UPDATE link SET issued_at = clock_timestamp() - interval '1 day',
        expires_at = clock_timestamp() + make_interval(secs => ${leftMs / 1000}::int)
      WHERE invitation_id = ${invitationId}::uuid`;
    return isTaken(openLink(visit(index), mail));
  };
  const finishes = async (index: number, leftMs: number) => {
    const past = { now: async () => new Date(Date.now() - HOUR_MS) };
    const closesAt = new Date(Date.now() + leftMs).toISOString();
    const teacher = { ...rig, door: createCommandDoor(rig.database, past) };
    const { examinerEmail } = await invite(teacher, index, { closesAt });
    const mail = await rig.sink.waitFor(({ to }) => to === examinerEmail, MAIL_WITHIN_MS);
    const sitting = await openLink(visit(index), mail);
    return isTaken(fillIn(sitting).then((fields) => finish(sitting, fields)));
  };
  const { name } = web;
  return [
    expectYes(`${name} opens a link that ends in five minutes`, await opens(from, MARGIN_MS)),
    expectNo(`${name} refuses a link that ended five minutes ago`, await opens(from + 1, -MARGIN_MS)),
    expectYes(`${name} takes a form that closes in five minutes`, await finishes(from + 2, MARGIN_MS)),
    expectNo(`${name} refuses a form that closed five minutes ago`, await finishes(from + 3, -MARGIN_MS)),
    expectYes(`${name} takes a code that ends in five minutes`, await takesCode(rig, visit(4), MARGIN_MS)),
    expectNo(`${name} refuses a code that ended five minutes ago`, await takesCode(rig, visit(5), -MARGIN_MS)),
  ];
}

async function takesCode(rig: Rig, visitor: Visitor, leftMs: number): Promise<boolean> {
  const { email } = rig.school.teacher;
  const before = performance.now();
  await visitor.get(paths.signIn());
  await visitor.post(paths.signIn(), { email });
  const isIt = ({ to, at, raw }: { to: string; at: number; raw: Buffer }) =>
    to === email && at > before && raw.includes('inloggen');
  const mail = await rig.sink.waitFor(isIt, MAIL_WITHIN_MS);
  await rig.database.$executeRaw`
    UPDATE sign_in SET created_at = clock_timestamp() - interval '10 minutes',
      expires_at = clock_timestamp() + make_interval(secs => ${leftMs / 1000}::int)
    WHERE used_at IS NULL`;
  await visitor.get(paths.signInCode());
  const answer = await visitor.post(paths.signInCode(), { code: await codeIn(mail) });
  return answer.status === 303;
}

/** An assessment becomes late when the database says so, not when a worker thinks so. */
async function watchDeadline(rig: Rig, index: number, dueInMs: number): Promise<Check[]> {
  const dueAt = new Date(Date.now() + dueInMs);
  const { assessmentId: streamId } = await invite(rig, index, { dueAt: dueAt.toISOString() });
  const find = () => rig.database.event.findFirst({ where: { streamId, type: 'DeadlinePassed' } });
  await waitUntil(async () => (await find()) !== null, dueInMs + LATE_WITHIN_MS, 500);
  const passed = await find();
  const lateMs = passed === null ? null : passed.at.getTime() - dueAt.getTime();
  const seen = lateMs === null ? 'it did not pass' : `${lateMs} ms after it`;
  return [check('a deadline passes after its moment, and soon', lateMs !== null && lateMs >= 0, seen)];
}

/** @returns false when a page refused @throws when there was no page */
async function isTaken(work: Promise<unknown>): Promise<boolean> {
  try {
    await work;
    return true;
  } catch (error) {
    if (error instanceof PageRefused) return false;
    throw error;
  }
}

function expectYes(what: string, isYes: boolean): Check {
  return check(what, isYes, isYes ? 'taken' : 'refused');
}

function expectNo(what: string, isYes: boolean): Check {
  return check(what, !isYes, isYes ? 'taken' : 'refused');
}
