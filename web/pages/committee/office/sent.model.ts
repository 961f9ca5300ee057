/** What the list of sent documents shows. Pure. */
import { formatNumber } from '../../../../platform/i18n/index.ts';
import {
  MOST_SENT_COUNTED,
  SENT_VIEWS,
  type SentCursor,
  type SentPage,
  type SentRow,
  SentView,
} from '../../../../prisma/repositories/sent-documents.ts';
import { formatCursor } from '../../../cursor.ts';
import { paths } from '../../../paths.ts';
import { moment, type Wording } from '../../../wording.ts';
import type { FieldError } from '../export/asked.ts';

export const SENT_PAGE_SIZE = 50;
/** Value of `terug`: from the page on which a document is sent again, back to this list. */
export const BACK_TO_SENT = 'verzonden';

const VIEW_SLUGS: Readonly<Record<SentView, string>> = { all: 'alle', problem: 'problemen', underWay: 'onderweg' };

/** The list that a URL names; all for anything else. */
export function sentViewOf(slug: string | undefined): SentView {
  return SENT_VIEWS.find((view) => VIEW_SLUGS[view] === slug) ?? SentView.All;
}

/** What a URL of the list says. */
export interface SentAddress {
  readonly view: SentView;
  /** `YYYY-MM-DD` at school; empty: from the beginning. */
  readonly from: string;
  /** `YYYY-MM-DD`, that day included; empty: until now. */
  readonly until: string;
}

export function sentHref(address: SentAddress, place: { after?: SentCursor; before?: SentCursor } = {}): string {
  return paths.sentDocuments({
    welke: address.view === SentView.All ? undefined : VIEW_SLUGS[address.view],
    van: address.from || undefined,
    tot: address.until || undefined,
    na: place.after && formatCursor(place.after),
    voor: place.before && formatCursor(place.before),
  });
}

export interface SentModelInput {
  readonly wording: Wording;
  readonly address: SentAddress;
  readonly page: SentPage;
  readonly errors: readonly FieldError[];
}

export function sentModel({ wording, address, page, errors }: SentModelInput) {
  const { t } = wording.translator;
  const [first] = page.rows;
  const last = page.rows.at(-1);
  const isFiltered = address.from !== '' || address.until !== '';
  return {
    title: t('office.sent.title'),
    lead: t('office.sent.lead'),
    crumbs: [{ href: paths.backToQueue(), label: t('committee.title') }, { label: t('office.sent.title') }],
    pills: SENT_VIEWS.map((view) => ({
      href: sentHref({ ...address, view }),
      label: t(`office.sent.view.${view}`),
      count: Math.min(page.counts[view], MOST_SENT_COUNTED),
      isMore: page.counts[view] > MOST_SENT_COUNTED,
      isCurrent: view === address.view,
      icon: view === SentView.Problem ? 'mail-x' : '',
    })),
    action: paths.sentDocuments(),
    slug: VIEW_SLUGS[address.view],
    from: address.from,
    until: address.until,
    clearHref: isFiltered ? sentHref({ ...address, from: '', until: '' }) : '',
    errors,
    columns: ['document', 'student', 'to', 'state'].map((column) => ({
      label: t(`office.sent.columns.${column as 'document' | 'student' | 'to' | 'state'}`),
    })),
    rows: page.rows.map((row) => rowModel(wording, row)),
    foot: t('office.sent.shown', { count: page.rows.length }),
    previousHref: page.hasPrevious && first ? sentHref(address, { before: placeOf(first) }) : '',
    nextHref: page.hasNext && last ? sentHref(address, { after: placeOf(last) }) : '',
    empty: page.rows.length > 0 ? null : emptyModel(wording, address, isFiltered),
  };
}

function placeOf({ queuedAt, id }: SentRow): SentCursor {
  return { since: queuedAt, id };
}

function emptyModel({ translator: { t } }: Wording, { view }: SentAddress, isFiltered: boolean) {
  if (isFiltered)
    return { title: t('office.sent.empty.period'), text: t('office.sent.empty.periodText'), icon: 'search-x' };
  return {
    title: t(`office.sent.empty.${view}`),
    text: t(`office.sent.empty.${view}Text`),
    icon: view === SentView.Problem ? 'badge-check' : 'inbox',
  };
}

function rowModel(wording: Wording, row: SentRow) {
  const { t } = wording.translator;
  const { document } = row;
  return {
    id: row.id,
    href: paths.dossier(document.assessmentId),
    number: document.number,
    version: document.isNewest
      ? t('office.sent.version', { version: formatNumber(document.version, wording.translator.lang) })
      : t('office.sent.versionReplaced', { version: formatNumber(document.version, wording.translator.lang) }),
    student: row.studentName,
    exam: `${row.examTitle} (${row.examCode})`,
    address: row.toAddress,
    queued: t('office.sent.queued', { at: moment(wording, row.queuedAt) }),
    ...stateModel(wording, row),
    resendHref: mayResend(row) ? paths.resendDocument(document.assessmentId, document.id, { terug: BACK_TO_SENT }) : '',
    resendName: t('office.sent.resendName', { number: document.number }),
  };
}

/** The newest mail with the newest document, unless it is on its way. */
function mayResend({ isNewest, document, state }: SentRow): boolean {
  return isNewest && document.isNewest && !['queued', 'claimed', 'unknown'].includes(state);
}

interface StateModel {
  readonly state: string;
  readonly tone: 'ok' | 'info' | 'attention' | 'error' | 'neutral';
  readonly icon: string;
  readonly lines: readonly string[];
}

/** Where a mail is, and what is known of it. */
function stateModel(wording: Wording, row: SentRow): StateModel {
  const { t } = wording.translator;
  const isLost = row.state === 'failed' || row.state === 'bounced';
  const opened = row.openedAt ? [t('office.sent.opened', { at: moment(wording, row.openedAt) })] : [];
  if (isLost) {
    const lines = [...reasonLines(wording, row), ...serverLines(wording, row), ...opened];
    if (!row.isNewest) return { state: t('office.sent.state.resent'), tone: 'neutral', icon: 'send', lines };
    return { state: t(`office.sent.state.${row.state as 'failed' | 'bounced'}`), tone: 'error', icon: 'mail-x', lines };
  }
  if (row.state === 'delivered') {
    const at = row.deliveredAt ? [t('office.sent.deliveredAt', { at: moment(wording, row.deliveredAt) })] : [];
    const lines = [...at, ...serverLines(wording, row), ...opened];
    return { state: t('office.sent.state.delivered'), tone: 'ok', icon: 'mail-check', lines };
  }
  if (row.state === 'accepted') {
    const lines = [...serverLines(wording, row), ...opened];
    if (row.isLate) return { state: t('office.sent.state.late'), tone: 'attention', icon: 'hourglass', lines };
    return { state: t('office.sent.state.accepted'), tone: 'ok', icon: 'mail-check', lines };
  }
  const waits = row.lastError === null ? [] : [t('office.sent.nextTry', { at: moment(wording, row.nextTryAt) })];
  return {
    state: t('office.sent.state.underWay'),
    tone: row.lastError === null ? 'info' : 'attention',
    icon: 'hourglass',
    lines: waits,
  };
}

function reasonLines({ translator: { t } }: Wording, row: SentRow): string[] {
  const why = row.reason === null ? [] : [t(`common.bounce.what.${row.reason}`, { email: row.toAddress })];
  const code = row.code ?? row.lastError;
  return [...why, ...(code === null ? [] : [t('committee.dossier.document.code', { code })])];
}

/** Which server took it, when, and in its own words. */
function serverLines(wording: Wording, row: SentRow): string[] {
  const { t } = wording.translator;
  if (row.acceptedAt === null) return [];
  const at = moment(wording, row.acceptedAt);
  const line =
    row.smtpServer === null ? t('office.sent.taken', { at }) : t('office.sent.takenBy', { at, server: row.smtpServer });
  return row.smtpReply === null ? [line] : [line, t('office.sent.reply', { reply: row.smtpReply })];
}
