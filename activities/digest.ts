/** Tells the committee of each school what waits for it. */
import { isWorkingDay, type LocalDate, toLocalDate } from '../domain/calendar.ts';
import type { Lang, SchoolSettings } from '../domain/school.ts';
import { fullName, Role } from '../domain/school.ts';
import { databaseClock, WAKE_CHANNEL } from '../prisma/client.ts';
import { MailTemplate, type QueuedMail, queueMails } from '../prisma/mail-ledger.ts';
import type { ActivityDeps } from './deps.ts';

export function createDigestActivities({ database, clock }: Pick<ActivityDeps, 'database' | 'clock'>) {
  return {
    /**
     * One mail for each member of a committee for whom something waits, on the school's working days. The day is the cause
     * of the mail, so that it is queued once a day however often this runs.
     * @returns number of mails for today, those that were known included
     */
    async queueCommitteeDigests(): Promise<number> {
      const now = clock.now().toISOString();
      const waiting = await database.assessment.groupBy({
        by: ['schoolId'],
        where: { status: 'assessed', school: { isActive: true } },
        _count: { _all: true },
      });
      let total = 0;
      for (const { schoolId, _count } of waiting) {
        total += await queueForSchool(schoolId, now, _count._all);
      }
      return total;
    },
  };

  async function queueForSchool(schoolId: string, now: string, count: number): Promise<number> {
    const school = await database.school.findUniqueOrThrow({ where: { id: schoolId }, select: { settings: true } });
    const day = toLocalDate(now, (school.settings as unknown as SchoolSettings).timeZone);
    if (!isWorkingDay(day)) return 0;
    const members = await database.membership.findMany({
      where: { schoolId, endedAt: null, roles: { has: Role.Committee } },
      include: { account: true },
      orderBy: { id: 'asc' },
    });
    const mails = members.map((member) => toMail(schoolId, member, day, count));
    await database.$transaction(async (tx) => {
      await queueMails(tx, mails, await databaseClock.now(tx));
      await tx.$executeRaw`SELECT pg_notify(${WAKE_CHANNEL}, '')`;
    });
    return mails.length;
  }
}

interface Member {
  readonly id: string;
  readonly account: {
    readonly email: string;
    readonly lang: string;
    readonly givenName: string;
    readonly infix: string;
    readonly familyName: string;
  };
}

function toMail(schoolId: string, { id, account }: Member, day: LocalDate, number: number): QueuedMail {
  return {
    schoolId,
    streamId: null,
    template: MailTemplate.CommitteeDigest,
    lang: account.lang as Lang,
    toAddress: account.email,
    toName: fullName(account),
    reference: { membershipId: id, day, number },
    cause: day,
    recipientId: id,
  };
}
