/** What the queue shows. Pure. */

import { toLocalDate, workingDaysBetween } from '../../../domain/calendar.ts';
import { formatDay, formatNumber, formatTime } from '../../../platform/i18n/index.ts';
import type { QueuePage, QueueRow } from '../../../prisma/repositories/committee.ts';
import { QUEUE_VIEWS, QueueStage, QueueView } from '../../../prisma/repositories/queue-filter.ts';
import { QUEUE_LIMITS } from '../../../prisma/repositories/queue-pages.ts';
import { paths } from '../../paths.ts';
import { longDay, shortDay, type Wording } from '../../wording.ts';
import { versionFieldOf } from './deciding/decision.model.ts';
import { type QueueAddress, queueHref } from './queue-address.ts';
import { type FiltersInput, filtersModel } from './queue-filters.model.ts';
import { type FlagModel, flagsOf, studentMeta } from './words.ts';

export const QUEUE_PAGE_SIZE = 50;

export interface QueueModelInput extends FiltersInput {
  readonly page: QueuePage;
  readonly isFirstPage: boolean;
  /** Makes a repeated press of the same button one command. */
  readonly nonce: string;
}

/** What can be done with the rows that are ticked; null where nothing can. */
type Ticking = 'finalise' | 'publish';

function tickingOf({ view, stage }: QueueAddress): Ticking | null {
  if (view === QueueView.Assessed) return 'finalise';
  return view === QueueView.Final && stage === QueueStage.Unpublished ? 'publish' : null;
}

export function queueModel(input: QueueModelInput) {
  const { wording, address, page } = input;
  const { t } = wording.translator;
  const { view } = address;
  const filters = filtersModel(input);
  const ticking = page.rows.length > 0 ? tickingOf(address) : null;
  const [first] = page.rows;
  const last = page.cutAt ?? page.rows.at(-1);
  return {
    title: t(`committee.queue.title.${view}`),
    pills: pillsOf(input),
    filters,
    searchedFor: filters.search === '' ? '' : t('committee.queue.searching', { words: filters.search }),
    ticking: ticking === null ? NO_TICKING : tickingModel(input, ticking),
    columns: [
      ...(ticking === null ? [] : [{ label: t('committee.queue.columns.choose'), isHidden: true }]),
      { label: t('committee.queue.columns.student') },
      { label: t('committee.queue.columns.exam') },
      { label: t('committee.queue.columns.result') },
      { label: sinceLabel(wording, view) },
    ],
    sinceLabel: sinceLabel(wording, view),
    rows: page.rows.map((row) => rowModel(wording, view, row, page.asOf)),
    unsorted: page.isUnsorted
      ? t('committee.queue.unsorted', { max: formatNumber(QUEUE_LIMITS.few, wording.translator.lang) })
      : '',
    cut: page.cutAt === null ? '' : t('committee.queue.cut', { day: longDay(wording, page.cutAt.since) }),
    foot: `${rangeText(input)} · ${t('committee.queue.updated', { time: timeOf(wording, page.asOf) })}`,
    previousHref: page.hasPrevious && first ? queueHref(address, { before: first }) : '',
    nextHref: page.hasNext && last ? queueHref(address, { after: last }) : '',
    empty: page.rows.length > 0 ? null : emptyModel(input, filters.isFiltered),
  };
}

const NO_TICKING = { isOn: false, isPost: false, action: '', nonce: '', plain: '', one: '', many: '', all: '' };

function tickingModel({ wording, nonce }: QueueModelInput, ticking: Ticking) {
  const { t } = wording.translator;
  const isPublish = ticking === 'publish';
  return {
    isOn: true,
    isPost: isPublish,
    action: isPublish ? paths.publishResults() : paths.finaliseMany(),
    nonce,
    plain: t(`committee.queue.${ticking}.chosen`),
    one: t(`committee.queue.${ticking}.one`),
    many: t(`committee.queue.${ticking}.many`, { number: '{number}' }),
    all: t('committee.queue.chooseAll'),
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
  if (page.cutAt !== null) {
    const text = t('committee.queue.nothing.soFar', { day: longDay(wording, page.cutAt.since) });
    return { title: t('committee.queue.nothing.title'), text, icon: 'search-x', actionHref: '', actionLabel: '' };
  }
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
  /** Of the decision on the screen, for publishing it; empty where there is nothing to publish. */
  readonly versionField: string;
  readonly version: string;
}

function rowModel(wording: Wording, view: QueueView, row: QueueRow, asOf: Date): QueueRowModel {
  const { t } = wording.translator;
  const flags = [...flagsOf(wording, row), ...stageFlagsOf(wording, row)];
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
    versionField: row.decisionVersion === null ? '' : versionFieldOf(row.id),
    version: row.decisionVersion === null ? '' : String(row.decisionVersion),
  };
}

/** What the committee itself did, or has yet to do. */
function stageFlagsOf(wording: Wording, row: QueueRow): FlagModel[] {
  const { t } = wording.translator;
  const flags: FlagModel[] = [];
  if (row.isReopened) flags.push({ text: t('committee.queue.stage.reopened'), icon: 'rotate-ccw' });
  if (row.proposedById !== null) flags.push({ text: t('committee.queue.stage.secondMember'), icon: 'users' });
  if (row.isUnpublished) flags.push({ text: t('committee.queue.stage.unpublished'), icon: 'eye-off' });
  if (row.editCount > 0) flags.push({ text: t('committee.queue.corrected'), icon: 'pencil' });
  if (row.overrideCount > 0) flags.push({ text: t('committee.queue.mark.override'), icon: 'triangle-alert' });
  return flags;
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
