/** The page of the administrator: everything that is stuck, or that nothing is. Pure. */
import { isMendingAction } from '../../../prisma/commands/mending.ts';
import {
  COUNT_MOST,
  FINDING_KINDS,
  type FindingKind,
  type FindingPage,
  type FindingSection,
  type HealthReport,
  type MendingEntry,
} from '../../../prisma/repositories/health.ts';
import { formatCursor } from '../../cursor.ts';
import { paths } from '../../paths.ts';
import { timeOfDay, type Wording } from '../../wording.ts';
import { type FindingRowModel, findingRow, type RowFacts } from './finding.model.ts';
import { hasPartDown, partsModel } from './parts.model.ts';
import { roomTabs } from './rooms.model.ts';

/** Names of the kinds in URLs. */
const SLUGS: Readonly<Record<FindingKind, string>> = {
  unrelayed: 'niet-doorgegeven',
  unseen: 'niet-opgepakt',
  overdue: 'over-tijd',
  documentNotMade: 'pdf-niet-gemaakt',
  documentNotMailed: 'pdf-niet-gemaild',
  mailNotArrived: 'mail-niet-aangekomen',
  mailUnknown: 'mail-onzeker',
  mailWaiting: 'mail-wacht',
  mailHeld: 'mail-hangt',
  invitationUndelivered: 'uitnodiging-niet-aangekomen',
  batchHeld: 'verzending-staat-stil',
  fileDamaged: 'bestand-beschadigd',
  anchorFailed: 'controlegetal-niet-bewaard',
  assessmentLate: 'te-laat',
};

const ICONS: Readonly<Record<FindingKind, string>> = {
  unrelayed: 'cloud-off',
  unseen: 'hourglass',
  overdue: 'clock-alert',
  documentNotMade: 'file-x',
  documentNotMailed: 'file-clock',
  mailNotArrived: 'mail-x',
  mailUnknown: 'mail-question-mark',
  mailWaiting: 'hourglass',
  mailHeld: 'mail-warning',
  invitationUndelivered: 'mail-x',
  batchHeld: 'calendar-off',
  fileDamaged: 'file-warning',
  anchorFailed: 'shield-alert',
  assessmentLate: 'calendar-clock',
};

/** The kind that a URL names, or null. */
export function kindOf(slug: unknown): FindingKind | null {
  return FINDING_KINDS.find((kind) => SLUGS[kind] === slug) ?? null;
}

export function conditionModel(
  wording: Wording,
  report: HealthReport,
  facts: RowFacts,
  mendings: readonly MendingEntry[],
) {
  const { t } = wording.translator;
  const time = timeOfDay(wording, report.asOf);
  const troubled = report.sections.filter(({ count }) => count > 0);
  const isDown = hasPartDown(report.parts);
  const count = troubled.length + (isDown ? 1 : 0);
  return {
    title: t('administrator.condition.title'),
    tabs: roomTabs(wording, 'condition'),
    isWell: count === 0,
    verdict:
      count === 0 ? t('administrator.condition.wellTitle') : t('administrator.condition.troubleTitle', { count }),
    verdictText: t(count === 0 ? 'administrator.condition.wellText' : 'administrator.condition.troubleText', { time }),
    refreshHref: paths.condition(),
    parts: partsModel(wording, report.parts, report.asOf),
    askOperator: isDown ? t('administrator.parts.askOperator') : '',
    sections: troubled.map((section) => sectionModel(wording, section, facts)),
    history: mendings.map((entry) => historyModel(wording, entry)),
  };
}

function sectionModel(wording: Wording, section: FindingSection, facts: RowFacts) {
  const { t } = wording.translator;
  const title = t(`administrator.kind.${section.kind}.title`);
  const count = countText(wording, section.count);
  return {
    ...headOf(wording, section.kind, count),
    ...tableOf(
      wording,
      section.rows.map((row) => findingRow(wording, row, facts, '')),
    ),
    allHref: section.next === null ? '' : paths.findings(SLUGS[section.kind]),
    allText: t('administrator.condition.showAll', { count }),
    allFullText: t('administrator.condition.showAllOf', { title, count }),
  };
}

function headOf(wording: Wording, kind: FindingKind, count: string) {
  const { t } = wording.translator;
  return {
    key: SLUGS[kind],
    title: t(`administrator.kind.${kind}.title`),
    text: t(`administrator.kind.${kind}.text`),
    icon: ICONS[kind],
    count,
  };
}

/** Columns that say nothing in any row are left out. */
function tableOf({ translator }: Wording, rows: readonly FindingRowModel[]) {
  const hasMending = rows.some(({ actions, asked }) => actions.length > 0 || asked !== '');
  const hasTrouble = rows.some(({ problem, retry, help }) => problem !== '' || retry !== '' || help !== '');
  const columns = ['subject', 'since', ...(hasTrouble ? ['trouble'] : []), ...(hasMending ? ['mend'] : [])] as const;
  return {
    columns: columns.map((column) => ({ label: translator.t(`administrator.columns.${column as Column}`) })),
    rows: rows.map((row) => ({ ...row, hasTrouble, hasMending })),
  };
}

type Column = 'subject' | 'since' | 'trouble' | 'mend';

function countText({ translator }: Wording, count: number): string {
  return count < COUNT_MOST ? String(count) : translator.t('administrator.condition.many', { count: COUNT_MOST - 1 });
}

/** One page of one kind. */
export function kindModel(wording: Wording, kind: FindingKind, page: FindingPage, facts: RowFacts, count: number) {
  const head = headOf(wording, kind, countText(wording, count));
  const slug = SLUGS[kind];
  return {
    ...head,
    crumbs: [
      { href: paths.condition(), label: wording.translator.t('administrator.condition.title') },
      { label: head.title },
    ],
    isEmpty: page.rows.length === 0,
    ...tableOf(
      wording,
      page.rows.map((row) => findingRow(wording, row, facts, slug)),
    ),
    backHref: paths.condition(),
    nextHref: page.next === null ? '' : paths.findings(slug, { na: formatCursor(page.next) }),
  };
}

function historyModel(wording: Wording, { action, actorName, at, targetId }: MendingEntry) {
  const { t } = wording.translator;
  return {
    at: at.toISOString(),
    text: isMendingAction(action) ? t(`administrator.history.${action}`) : action,
    detail: t('administrator.subject.reference', { id: targetId.slice(-8) }),
    who: actorName ?? t('administrator.history.system'),
    icon: 'wrench',
  };
}
