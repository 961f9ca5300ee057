/** All forms behind the links that this browser opened. */
import type { RequestHandler } from 'express';
import type { WorkInvitation, WorkItem } from '../../../prisma/repositories/examiner.ts';
import { contextOf, type PageKit } from '../../context.ts';
import { paths } from '../../paths.ts';
import { moment, shortDay, type Wording } from '../../wording.ts';
import { sendLinkNeeded } from './with-form.ts';

/** Link states whose form still asks for work. */
const OPEN: readonly string[] = ['open', 'started', 'returned'];
/** Also after scoring has closed an examiner may ask. */
const ASKABLE: readonly string[] = [...OPEN, 'closed'];

export function createWorkListPage(kit: PageKit): RequestHandler {
  return async (_req, res) => {
    const { grants, translator } = contextOf(res);
    if (grants.length === 0) return sendLinkNeeded(kit, res);
    const schools = await Promise.all(
      [...new Set(grants.map((grant) => grant.schoolId))].map(async (schoolId) => {
        const { examiner } = kit.repositories.forSchool(schoolId);
        const ids = grants.filter((grant) => grant.schoolId === schoolId).map((grant) => grant.invitationId);
        return { school: await examiner.school(), invitations: await examiner.listWork(ids) };
      }),
    );
    const sections = schools.map(({ school, invitations }) => ({
      school: school.name,
      invitations: invitations.map((each) => invitationModel({ translator, timeZone: school.timeZone }, each)),
    }));
    const items = schools.flatMap(({ invitations }) => invitations.flatMap((each) => each.items));
    const [first] = schools;
    kit.sendPage(
      res,
      'examiner-work-list',
      workListModel({ translator, timeZone: first?.school.timeZone ?? '' }, items, sections),
      {
        title: translator.t('examiner.workList.title'),
        place: translator.t('examiner.place'),
        helpKey: 'worklist',
        ...(schools.length === 1 && first ? { school: first.school } : {}),
      },
    );
  };
}

type Section = { readonly school: string; readonly invitations: readonly ReturnType<typeof invitationModel>[] };

/** @param items of all sections, in the order shown */
export function workListModel(
  { translator: { t } }: Wording,
  items: readonly WorkItem[],
  sections: readonly Section[],
) {
  const open = items.filter((item) => OPEN.includes(item.status) && !item.isAsked);
  const next = open.find((item) => item.status !== 'open') ?? open[0];
  return {
    lead: leadOf(t, open.length, items.some(isWaiting)),
    isEmpty: items.length === 0,
    hasSchools: sections.length > 1,
    sections,
    next: next
      ? {
          href: paths.form(next.formId),
          label: t(next.status === 'open' ? 'examiner.workList.start' : 'examiner.workList.next', {
            name: next.studentName,
          }),
        }
      : null,
  };
}

function leadOf(t: Wording['translator']['t'], count: number, isAnyWaiting: boolean): string {
  if (count > 0) return t('examiner.workList.lead', { count });
  return t(isAnyWaiting ? 'examiner.workList.leadAsked' : 'examiner.workList.leadDone');
}

const LOOKS = {
  open: { tone: 'neutral', icon: 'circle-dashed' },
  started: { tone: 'info', icon: 'pencil-line' },
  returned: { tone: 'attention', icon: 'undo-2' },
  finished: { tone: 'ok', icon: 'circle-check-big' },
  closed: { tone: 'neutral', icon: 'lock' },
  ended: { tone: 'neutral', icon: 'ban' },
} as const;

export function invitationModel(wording: Wording, invitation: WorkInvitation) {
  const { t } = wording.translator;
  const askable = invitation.items.filter((item) => !item.isAsked && ASKABLE.includes(item.status));
  return {
    askHref: askable[0] ? paths.formDecline(askable[0].formId) : '',
    askLabel: t('examiner.ask.linkMany', { count: askable.length }),
    title: t('examiner.workList.from', { name: invitation.initiatorName }),
    items: invitation.items.map((item) => ({
      href: paths.form(item.formId),
      title: item.studentName,
      text: [item.examTitle, t('examiner.workList.attempt', { attempt: item.attempt })].join(' · '),
      meta: metaOf(wording, item),
      pill: isWaiting(item)
        ? { text: t('examiner.workList.asked'), tone: 'info', icon: 'hourglass' }
        : { text: t(`examiner.workList.status.${item.status}`), ...LOOKS[item.status] },
    })),
  };
}

function isWaiting({ isAsked, status }: WorkItem): boolean {
  return isAsked && ASKABLE.includes(status);
}

function metaOf(wording: Wording, item: WorkItem): string {
  const { t } = wording.translator;
  if (item.status === 'finished') {
    return item.finishedAt === null
      ? ''
      : t('examiner.workList.finishedAt', { moment: moment(wording, item.finishedAt) });
  }
  if (!OPEN.includes(item.status)) return '';
  const progress = t('examiner.workList.progress', { done: item.done, total: item.total });
  if (item.dueAt === null) return progress;
  const due = t(item.isLate ? 'examiner.workList.late' : 'examiner.workList.due', {
    day: shortDay(wording, item.dueAt),
  });
  return `${progress} · ${due}`;
}
