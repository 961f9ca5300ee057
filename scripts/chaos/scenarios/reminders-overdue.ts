import { isWorkingDay, toLocalDate } from '../../../domain/calendar.ts';
import { createCommandDoor } from '../../../prisma/apply-command.ts';
import { reportDelivery } from '../../../prisma/commands/inviting.ts';
import { SYSTEM_ACTOR } from '../../../prisma/unit-of-work.ts';
import { applyAs, type Invited, invite } from '../cast.ts';
import { check, checkChains, countOpenMails, waitUntil } from '../checks.ts';
import type { ChaosContext, FaultReport, Scenario } from '../contract.ts';
import { type Rig, withRig } from '../rig.ts';

const FULL = 40;
const SHORT = 8;
const WORKERS = 3;
const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
/** Long enough ago that several reminders were missed, short enough that every link still opens. */
const INVITED_AGO_MS = 7 * DAY_MS;
const WITHIN_MS = 120_000;
/** A second one would come by then. */
const AFTERWARDS_MS = 10_000;

/** Work falls due while nobody is there to do it; then three come at once. */
export const remindersOverdue: Scenario = {
  id: 'reminders-overdue',
  title: 'Reminders and deadlines fall due while no worker runs; then three start at once',
  isInShort: false,
  run(context) {
    const students = context.isShort ? SHORT : FULL;
    const timeZone = zoneAtWork(new Date().toISOString());
    const reminders = { firstAfterWorkingDays: 1, everyWorkingDays: 5, max: 4, sendAt: '00:00' };
    const settings = { reminders, ...(timeZone === null ? {} : { timeZone }) };
    return withRig(context, { webs: 0, workers: WORKERS, students, startsWorkers: false, settings }, (rig) =>
      run(rig, context, students, timeZone !== null),
    );
  },
};

async function run(rig: Rig, context: ChaosContext, count: number, isWorkday: boolean): Promise<FaultReport> {
  const invited = await inviteInThePast(rig, count);
  const since = performance.now();
  await Promise.all(rig.workers.map((worker) => worker.start()));
  const reminders = isWorkday ? count : 0;
  const doneMs = await waitUntil(async () => {
    context.signal.throwIfAborted();
    const hasAll = rig.sink.mails.length >= reminders && (await countOpenMails(rig)) === 0;
    return hasAll && (await countLate(rig)) >= count;
  }, WITHIN_MS);
  const recoveredMs = doneMs === null ? null : Math.round(performance.now() - since);
  await waitUntil(() => rig.sink.mails.length > reminders, AFTERWARDS_MS);
  const counts = invited.map(({ examinerEmail }) => rig.sink.mails.filter(({ to }) => to === examinerEmail).length);
  const wanted = isWorkday ? 1 : 0;
  const missing = counts.filter((each) => each < wanted).length;
  const doubled = counts.filter((each) => each > wanted).length;
  const passed = await rig.database.event.groupBy({
    by: ['streamId'],
    where: { type: 'DeadlinePassed' },
    _count: true,
  });
  const repeated = passed.filter(({ _count }) => _count !== 1).length;
  return {
    done:
      `${count} examiners invited seven days ago, more than one reminder and the deadline missed while no worker ran; then ` +
      `${WORKERS} workers started at the same moment${isWorkday ? '' : ' on a day on which nobody is reminded'}.`,
    lost: missing + (count - passed.length),
    doubled: doubled + repeated,
    recoveredMs,
    checks: [
      check('all of it is done', doneMs !== null, doneMs === null ? 'not in time' : `${recoveredMs} ms`),
      check(
        isWorkday ? 'each examiner is reminded once, however many were missed' : 'nobody is reminded on a day off',
        missing === 0 && doubled === 0,
        `${rig.sink.mails.length} mails for ${count} examiners; ${missing} without, ${doubled} with more`,
      ),
      check(
        'each deadline passes once',
        passed.length === count && repeated === 0,
        `${passed.length} of ${count} passed, ${repeated} more than once`,
      ),
      await checkChains(rig),
    ],
  };
}

/** Invitations of seven days ago that a mail server took then, with a deadline of an hour ago. */
async function inviteInThePast(rig: Rig, count: number): Promise<Invited[]> {
  const at = new Date(Date.now() - INVITED_AGO_MS);
  const past = { ...rig, door: createCommandDoor(rig.database, { now: async () => at }) };
  const invited: Invited[] = [];
  const dueAt = new Date(Date.now() - HOUR_MS).toISOString();
  for (let index = 0; index < count; index += 1) invited.push(await invite(past, index, { dueAt }));
  for (const { invitationId } of invited) {
    const { mailId } = await rig.database.invitation.findUniqueOrThrow({ where: { id: invitationId } });
    const news = { invitationId, mailId, delivery: 'accepted', smtpCode: '250' } as const;
    await applyAs(past, reportDelivery, news, SYSTEM_ACTOR);
  }
  await rig.database.$executeRaw`
    UPDATE mail SET state = 'accepted', accepted_at = queued_at, tries = 1, smtp_code = '250' WHERE state = 'queued'`;
  return invited;
}

function countLate(rig: Rig): Promise<number> {
  return rig.database.assessment.count({ where: { isLate: true } });
}

/** From a day behind to a day ahead of us: nearly always one of them has a working day, on which reminders are sent. */
const ZONES = ['Europe/Amsterdam', 'Etc/GMT-14', 'Etc/GMT+12'];

/** @returns null when it is a day off everywhere */
function zoneAtWork(now: string): string | null {
  return ZONES.find((zone) => isWorkingDay(toLocalDate(now, zone))) ?? null;
}
