/** What the queue shows. Pure. */

import { toLocalDate, workingDaysBetween } from '../../../domain/calendar.ts';
import { formatDay, formatNumber, formatTime } from '../../../platform/i18n/index.ts';
import {
  QUEUE_VIEWS,
  type QueueCursor,
  type QueueFilter,
  type QueuePage,
  type QueueRow,
  QueueView,
} from '../../../prisma/repositories/committee.ts';
import { formatCursor } from '../../cursor.ts';
import { paths } from '../../paths.ts';
import { shortDay, type Wording } from '../../wording.ts';
import { type FlagModel, flagsOf, studentMeta } from './words.ts';

export const QUEUE_PAGE_SIZE = 50;

/** Names of the lists in URLs. */
const VIEW_SLUGS: Readonly<Record<QueueView, string>> = {
  assessed: 'beoordeeld',
  inProgress: 'voorlopig',
  invited: 'uitgenodigd',
  returned: 'terug',
  remarked: 'opmerking',
  final: 'definitief',
  cancelled: 'geannuleerd',
  all: 'alle',
};

/** The list that a URL names; the default list for anything else. */
export function viewOf(slug: string | undefined): QueueView {
  return QUEUE_VIEWS.find((view) => VIEW_SLUGS[view] === slug) ?? QueueView.Assessed;
}

/** What a URL of the queue says. The search words are not among it: they are personal data. */
export interface QueueAddress {
  readonly view: QueueView;
  readonly examId: string | null;
  readonly groupId: string | null;
}

export function queueHref(address: QueueAddress, place: { after?: QueueCursor; before?: QueueCursor } = {}): string {
  return paths.queue({
    status: address.view === QueueView.Assessed ? undefined : VIEW_SLUGS[address.view],
    examen: address.examId ?? undefined,
    groep: address.groupId ?? undefined,
    na: place.after && formatCursor(place.after),
    voor: place.before && formatCursor(place.before),
  });
}

export interface QueueModelInput {
  readonly wording: Wording;
  readonly address: QueueAddress;
  readonly search: QueueFilter['search'];
  readonly page: QueuePage;
  readonly isFirstPage: boolean;
  readonly options: {
    readonly exams: readonly { readonly id: string; readonly code: string; readonly title: string }[];
    readonly groups: readonly { readonly id: string; readonly name: string; readonly schoolYear: string }[];
  };
}

export function queueModel(input: QueueModelInput) {
  const { wording, address, page, search, options } = input;
  const { t } = wording.translator;
  const { view } = address;
  const isFiltered = search !== '' || address.examId !== null || address.groupId !== null;
  const [first] = page.rows;
  const last = page.rows.at(-1);
  return {
    title: t(`committee.queue.title.${view}`),
    pills: pillsOf(input),
    search,
    searchPath: paths.queueSearch(),
    status: VIEW_SLUGS[view],
    searchedFor: search === '' ? '' : t('committee.queue.searching', { words: search }),
    isFiltered,
    examId: address.examId ?? '',
    groupId: address.groupId ?? '',
    exams: options.exams.map(({ id, code, title }) => ({ value: id, label: `${title} (${code})` })),
    groups: options.groups.map(({ id, name, schoolYear }) => ({ value: id, label: `${name} (${schoolYear})` })),
    canChoose: view === QueueView.Assessed && page.rows.length > 0,
    finaliseManyPath: paths.finaliseMany(),
    finaliseOneLabel: t('committee.queue.finaliseOne'),
    finaliseManyLabel: t('committee.queue.finaliseMany', { number: '{number}' }),
    columns: [
      ...(view === QueueView.Assessed ? [{ label: t('committee.queue.columns.choose'), isHidden: true }] : []),
      { label: t('committee.queue.columns.student') },
      { label: t('committee.queue.columns.exam') },
      { label: t('committee.queue.columns.result') },
      { label: sinceLabel(wording, view) },
    ],
    sinceLabel: sinceLabel(wording, view),
    rows: page.rows.map((row) => rowModel(wording, view, row, page.asOf)),
    foot: `${rangeText(input)} · ${t('committee.queue.updated', { time: timeOf(wording, page.asOf) })}`,
    previousHref: page.hasPrevious && first ? queueHref(address, { before: first }) : '',
    nextHref: page.hasNext && last ? queueHref(address, { after: last }) : '',
    empty: page.rows.length > 0 ? null : emptyModel(input, isFiltered),
  };
}

function pillsOf({ wording, address, page }: QueueModelInput) {
  return QUEUE_VIEWS.map((view) => ({
    href: queueHref({ ...address, view }),
    label: wording.translator.t(`committee.queue.view.${view}`),
    count: page.counts[view],
    isMore: page.more.includes(view),
    isCurrent: view === address.view,
    icon: view === QueueView.Remarked ? 'flag' : '',
  }));
}

function emptyModel({ wording, address, page }: QueueModelInput, isFiltered: boolean) {
  const { t } = wording.translator;
  if (isFiltered) {
    const elsewhere = page.counts.all;
    return {
      title: t('committee.queue.nothing.title'),
      text:
        elsewhere > 0
          ? t('committee.queue.nothing.elsewhere', { count: elsewhere })
          : t('committee.queue.nothing.text'),
      icon: 'search-x',
      actionHref: elsewhere > 0 ? queueHref({ ...address, view: QueueView.All }) : '',
      actionLabel: t('committee.queue.nothing.showAll'),
    };
  }
  const isDone = address.view === QueueView.Assessed;
  return {
    title: t(isDone ? 'committee.queue.empty.assessedTitle' : 'committee.queue.empty.title'),
    text: t(isDone ? 'committee.queue.empty.assessedText' : 'committee.queue.empty.text'),
    icon: isDone ? 'badge-check' : 'inbox',
    actionHref: '',
    actionLabel: '',
  };
}

function rangeText({ wording, address, page, isFirstPage }: QueueModelInput): string {
  const { t } = wording.translator;
  const counted = page.counts[address.view];
  const total = page.more.includes(address.view) ? `${formatNumber(counted, wording.translator.lang)}+` : counted;
  const shown = page.rows.length;
  return isFirstPage && shown > 0
    ? t('committee.queue.range', { from: 1, to: shown, total })
    : t('committee.queue.rangeLater', { shown, total });
}

function timeOf({ translator, timeZone }: Wording, at: Date): string {
  return formatTime(at, { lang: translator.lang, timeZone });
}

function sinceLabel({ translator }: Wording, view: QueueView): string {
  if (view === QueueView.Assessed) return translator.t('committee.queue.columns.readySince');
  if (view === QueueView.Final) return translator.t('committee.queue.columns.finalSince');
  if (view === QueueView.Cancelled) return translator.t('committee.queue.columns.cancelledSince');
  return translator.t('committee.queue.columns.since');
}

/** Views whose rows all have the same status, so that the row need not say it. */
const HIDES_STATUS: readonly QueueView[] = [
  QueueView.Assessed,
  QueueView.Final,
  QueueView.Cancelled,
  QueueView.Returned,
];

export interface QueueRowModel {
  readonly id: string;
  readonly href: string;
  readonly name: string;
  readonly meta: string;
  readonly exam: string;
  readonly examMeta: string;
  readonly hasResult: boolean;
  readonly score: string;
  readonly gradeTenths: number | null;
  readonly status: string;
  readonly progress: string;
  readonly flags: readonly FlagModel[];
  readonly noFlags: string;
  readonly since: string;
  readonly waited: string;
}

function rowModel(wording: Wording, view: QueueView, row: QueueRow, asOf: Date): QueueRowModel {
  const { t } = wording.translator;
  const flags = flagsOf(wording, row);
  const isDecided = row.status === 'assessed' || row.status === 'final';
  const isOver = row.status === 'final' || row.status === 'cancelled';
  return {
    id: row.id,
    href: paths.dossier(row.id),
    name: row.student.name,
    meta: studentMeta(wording, row.student),
    exam: row.examTitle,
    examMeta: t('committee.queue.examiners', { count: row.examinerCount, attempt: row.attempt }),
    hasResult: isDecided,
    score: row.score ?? '',
    gradeTenths: row.gradeTenths,
    status: HIDES_STATUS.includes(view) ? '' : row.status,
    progress:
      isDecided || row.status === 'cancelled'
        ? ''
        : t('committee.queue.finished', { finished: row.finishedCount, total: row.examinerCount }),
    flags,
    noFlags: flags.length === 0 && isDecided ? t('committee.queue.noFlags') : '',
    since: isOver
      ? formatDay(row.since, { lang: wording.translator.lang, timeZone: wording.timeZone })
      : shortDay(wording, row.since),
    waited: isOver ? '' : waitedText(wording, row.since, asOf),
  };
}

function waitedText({ translator, timeZone }: Wording, since: Date, asOf: Date): string {
  const from = toLocalDate(since.toISOString(), timeZone);
  const to = toLocalDate(asOf.toISOString(), timeZone);
  if (from === to) return translator.t('committee.queue.today');
  const count = workingDaysBetween(from, to);
  return count < 1
    ? translator.t('committee.queue.noWorkingDay')
    : translator.t('committee.queue.workingDays', { count });
}
