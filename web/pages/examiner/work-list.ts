/** All forms behind the links that this browser opened. */
import type { RequestHandler } from 'express';
import type { WorkInvitation, WorkItem } from '../../../prisma/repositories/examiner.ts';
import { contextOf, type Grant, type PageKit } from '../../context.ts';
import { paths } from '../../paths.ts';
import { moment, shortDay, type Wording } from '../../wording.ts';
import { sendForeign } from './linkcare/foreign.ts';
import { sendLinkNeeded } from './with-form.ts';
import { isToDo, nextWork, sortWork } from './work-order.ts';

/** Link states whose form still asks for work. */
const OPEN: readonly string[] = ['open', 'started', 'returned'];
/** Also after scoring has closed an examiner may ask. */
const ASKABLE: readonly string[] = [...OPEN, 'closed'];

export function createWorkListPage(kit: PageKit): RequestHandler {
  return async (_req, res) => {
    const { grants, foreignGrants, translator } = contextOf(res);
    const [foreign] = foreignGrants;
    if (grants.length === 0 && foreign) return sendForeign(kit, res, foreign);
    if (grants.length === 0) return sendLinkNeeded(kit, res);
    const schools = await Promise.all(
      [...new Set(grants.map((grant) => grant.schoolId))].map((schoolId) => readSchool(kit, schoolId, grants)),
    );
    const sections = schools.map(({ school, invitations, moreCount }) => ({
      school: school.name,
      more:
        moreCount === 0
          ? null
          : { href: paths.workListMore(school.id), label: translator.t('linkcare.more.link', { school: school.name }) },
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

/** The work at one school, and how many other invitations the examiner of the newest link has there. */
async function readSchool(kit: PageKit, schoolId: string, grants: readonly Grant[]) {
  const { examiner } = kit.repositories.forSchool(schoolId);
  const own = grants.filter((grant) => grant.schoolId === schoolId);
  const ids = own.map((grant) => grant.invitationId);
  const contactId = own.at(-1)?.contactId ?? '';
  const [school, invitations, moreCount] = await Promise.all([
    examiner.school(),
    examiner.listWork(ids),
    kit.repositories.access.countMore(schoolId, contactId, ids),
  ]);
  return { school, invitations, moreCount };
}

interface Section {
  readonly school: string;
  /** Where other invitations at the school are asked for; null when there are none. */
  readonly more: { readonly href: string; readonly label: string } | null;
  readonly invitations: readonly ReturnType<typeof invitationModel>[];
}

/** @param items of all sections */
export function workListModel(
  { translator: { t } }: Wording,
  items: readonly WorkItem[],
  sections: readonly Section[],
) {
  const next = nextWork(items);
  return {
    lead: leadOf(t, items.filter(isToDo).length, items.some(isWaiting)),
    isEmpty: items.length === 0,
    hasSchools: sections.length > 1,
    sections,
    next: next
      ? {
          href: workHref(next),
          label: t(nextLabel(next), { name: next.studentName }),
        }
      : null,
  };
}

function nextLabel({ status, agreement }: WorkItem) {
  if (agreement === 'yours') return 'agreement.workList.next';
  return status === 'open' ? 'examiner.workList.start' : 'examiner.workList.next';
}

function leadOf(t: Wording['translator']['t'], count: number, isAnyWaiting: boolean): string {
  if (count > 0) return t('examiner.workList.lead', { count });
  return t(isAnyWaiting ? 'examiner.workList.leadAsked' : 'examiner.workList.leadDone');
}

/** Where somebody goes on with a piece of work. */
export function workHref({ formId, agreement }: Pick<WorkItem, 'formId' | 'agreement'>): string {
  return agreement === 'yours' ? paths.formAgreement(formId) : paths.form(formId);
}

const LOOKS = {
  open: { tone: 'neutral', icon: 'circle-dashed' },
  started: { tone: 'info', icon: 'pencil-line' },
  returned: { tone: 'attention', icon: 'undo-2' },
  finished: { tone: 'ok', icon: 'circle-check-big' },
  closed: { tone: 'neutral', icon: 'lock' },
  ended: { tone: 'neutral', icon: 'ban' },
} as const;

/** Of what is finished, while one judgement is sought. */
const AGREEMENT_LOOKS = {
  yours: { tone: 'attention', icon: 'git-compare-arrows' },
  waiting: { tone: 'info', icon: 'hourglass' },
} as const;

export function invitationModel(wording: Wording, invitation: WorkInvitation) {
  const { t } = wording.translator;
  const askable = invitation.items.filter((item) => !item.isAsked && ASKABLE.includes(item.status));
  return {
    askHref: askable[0] ? paths.formDecline(askable[0].formId) : '',
    askLabel: t('examiner.ask.linkMany', { count: askable.length }),
    title: t('examiner.workList.from', { name: invitation.initiatorName }),
    items: sortWork(invitation.items).map((item) => ({
      href: workHref(item),
      title: item.studentName,
      text: [item.examTitle, t('examiner.workList.attempt', { attempt: item.attempt })].join(' · '),
      meta: metaOf(wording, item),
      pill:
        isWaiting(item) || isAskedBack(item)
          ? { text: t('examiner.workList.asked'), tone: 'info', icon: 'hourglass' }
          : item.agreement === null
            ? { text: t(`examiner.workList.status.${item.status}`), ...LOOKS[item.status] }
            : { text: t(`agreement.workList.${item.agreement}`), ...AGREEMENT_LOOKS[item.agreement] },
    })),
  };
}

function isWaiting({ isAsked, status }: WorkItem): boolean {
  return isAsked && ASKABLE.includes(status);
}

/** A finished form whose examiner found a mistake in it. */
function isAskedBack({ isAsked, status }: WorkItem): boolean {
  return isAsked && status === 'finished';
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
