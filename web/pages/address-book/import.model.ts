/** The pages of a file of contacts. Pure. */

import { formatBytes, formatNumber } from '../../../platform/i18n/index.ts';
import {
  type ContactPlan,
  deedCount,
  type PlanCounts,
  type PlannedOutcome,
  type PlannedRow,
} from '../../../platform/import/contact-plan.ts';
import { MAX_IMPORT_BYTES, MAX_IMPORT_ROWS, type RowError } from '../../../platform/import/import-error.ts';
import type { KeptImport } from '../../../prisma/repositories/contacts.ts';
import { paths } from '../../paths.ts';
import { timeOfDay, type Wording } from '../../wording.ts';
import { changeText, errorText, isAboutFile } from './import-words.ts';
import { refusalText } from './words.ts';

/** Nobody reads on beyond this; the numbers tell the rest. */
const MAX_SHOWN = 100;

type WaitingImport = Pick<KeptImport, 'id' | 'fileName' | 'createdAt'>;

function crumbsOf({ translator }: Wording, ...labels: string[]) {
  const { t } = translator;
  const steps = [{ href: paths.addressBook(), label: t('addressbook.list.title') }];
  if (labels.length > 1) steps.push({ href: paths.contactsImport(), label: t('addressbook.import.crumb') });
  return [...steps, { label: labels.at(-1) ?? '' }];
}

const STEPS = ['choose', 'check', 'add'] as const;

/** Where in the three steps a page stands; after the last all are done. */
function stepsOf({ translator }: Wording, current: number) {
  return {
    stepsLabel: translator.t('addressbook.import.steps.label'),
    steps: STEPS.map((step, index) => ({
      label: translator.t(`addressbook.import.steps.${step}`),
      isCurrent: index === current,
      isDone: index < current,
      ...(index === 0 && current > 0 ? { href: paths.contactsImport() } : {}),
    })),
  };
}

/** @param waiting a file that was uploaded before and not done anything with */
export function uploadModel(wording: Wording, waiting: WaitingImport | null, error: string) {
  const { t, lang } = wording.translator;
  const title = t('addressbook.import.title');
  return {
    title,
    crumbs: crumbsOf(wording, t('addressbook.import.crumb')),
    ...stepsOf(wording, 0),
    action: paths.contactsImport(),
    errors: error === '' ? [] : [{ field: 'bestand', message: error }],
    xlsxHref: paths.contactsTemplate('xlsx'),
    csvHref: paths.contactsTemplate('csv'),
    hint: t('addressbook.import.fileHint', {
      maxRows: formatNumber(MAX_IMPORT_ROWS, lang),
      maxBytes: formatBytes(MAX_IMPORT_BYTES, lang),
    }),
    backHref: paths.addressBook(),
    waiting: waiting && {
      text: t('addressbook.import.waiting', { file: waiting.fileName, time: timeOfDay(wording, waiting.createdAt) }),
      href: paths.contactsImportCheck(waiting.id),
    },
    columns: (['naam', 'email', 'soort', 'functie', 'organisatie', 'taal'] as const).map((name) => ({
      name,
      text: t(`addressbook.import.columns.${name}`),
    })),
  };
}

/** What is waited for; `lost`: nobody is reading the file any more. */
export type BusyWith = 'reading' | 'applying' | 'lost';

export function busyModel(wording: Wording, { fileName }: KeptImport, busyWith: BusyWith) {
  const { t } = wording.translator;
  const title = t(`addressbook.import.${busyWith}.title`);
  return {
    title,
    crumbs: crumbsOf(wording, '', title),
    ...stepsOf(wording, busyWith === 'applying' ? 2 : 1),
    isLost: busyWith === 'lost',
    text: t(`addressbook.import.${busyWith}.text`, { file: fileName }),
    againHref: paths.contactsImport(),
  };
}

/** @param plan given when not the file is wrong but what it would do */
export function wrongModel(wording: Wording, { fileName, content }: KeptImport, plan?: ContactPlan) {
  const { t } = wording.translator;
  const title = t('addressbook.import.wrongTitle');
  const refused = plan?.rows.filter(({ outcome }) => outcome === 'refused') ?? [];
  const ofRows = content.errors.filter((error) => !isAboutFile(error) && error.row !== null);
  const total = refused.length + ofRows.length;
  return {
    title,
    crumbs: crumbsOf(wording, '', title),
    ...stepsOf(wording, 1),
    lead: t('addressbook.import.wrongLead', { file: fileName }),
    ofFile: content.errors.filter(isAboutFile).map((error) => errorText(wording, error)),
    columns: [
      { label: t('addressbook.import.row'), isNumber: true },
      { label: t('addressbook.import.column') },
      { label: t('addressbook.import.what') },
    ],
    rows: [
      ...ofRows.slice(0, MAX_SHOWN).map((error) => errorRow(wording, error)),
      ...refused.slice(0, MAX_SHOWN).map((row) => ({
        row: String(row.row),
        column: 'email',
        text: `${row.email}: ${refusalText(wording, row.reason ?? '', row.params)}`,
      })),
    ],
    more: total > MAX_SHOWN ? t('addressbook.import.moreErrors', { shown: MAX_SHOWN, count: total }) : '',
    againHref: paths.contactsImport(),
    backHref: paths.addressBook(),
  };
}

function errorRow(wording: Wording, error: RowError) {
  return {
    row: error.row === null ? '' : String(error.row),
    column: error.column ?? '–',
    text: errorText(wording, error),
  };
}

const SHOWN_OUTCOMES = ['added', 'changed', 'restored', 'skipped'] as const satisfies readonly PlannedOutcome[];
const OUTCOME_ICONS: Readonly<Record<(typeof SHOWN_OUTCOMES)[number], string>> = {
  added: 'user-plus',
  changed: 'pencil',
  restored: 'archive-restore',
  skipped: 'skip-forward',
};

export function previewModel(wording: Wording, { id, fileName, content }: KeptImport, plan: ContactPlan) {
  const { t } = wording.translator;
  const { counts } = plan;
  const isNothing = deedCount(counts) === 0;
  const title = t(isNothing ? 'addressbook.import.nothingTitle' : 'addressbook.import.previewTitle');
  return {
    title,
    crumbs: crumbsOf(wording, '', title),
    ...stepsOf(wording, 1),
    lead: t(isNothing ? 'addressbook.import.nothingText' : 'addressbook.import.previewLead', { file: fileName }),
    action: paths.contactsImportCheck(id),
    digest: plan.digest,
    isNothing,
    submitLabel: deedText(wording, counts, 'do'),
    counts: countCards(wording, counts),
    ignored:
      content.ignoredColumns.length > 0
        ? t('addressbook.import.ignored', {
            count: content.ignoredColumns.length,
            names: new Intl.ListFormat(wording.translator.lang).format(content.ignoredColumns.slice(0, 12)),
          })
        : '',
    leftOut: content.leftOut
      .slice(0, MAX_SHOWN)
      .map(({ row, reason }) => t(`addressbook.import.leftOut.${reason}`, { row })),
    sections: SHOWN_OUTCOMES.flatMap((outcome) => sectionOf(wording, plan, outcome)),
    againHref: paths.contactsImport(),
    backHref: paths.addressBook(),
  };
}

function countCards({ translator }: Wording, counts: PlanCounts) {
  const shown = ['added', 'changed', 'restored', 'same', 'skipped'] as const;
  return shown
    .filter((outcome) => counts[outcome] > 0 || outcome === 'added' || outcome === 'changed')
    .map((outcome) => ({
      count: formatNumber(counts[outcome], translator.lang),
      label: translator.t(`addressbook.import.count.${outcome}`, { count: counts[outcome] }),
    }));
}

function sectionOf(wording: Wording, plan: ContactPlan, outcome: (typeof SHOWN_OUTCOMES)[number]) {
  const { t } = wording.translator;
  const rows = plan.rows.filter((row) => row.outcome === outcome);
  if (rows.length === 0) return [];
  const title = t(`addressbook.import.section.${outcome}`, { count: rows.length });
  return [
    {
      id: `deel-${outcome}`,
      title,
      icon: OUTCOME_ICONS[outcome],
      isOpen: outcome !== 'added' || rows.length <= 20,
      columns: [
        { label: t('addressbook.import.row'), isNumber: true },
        { label: t('addressbook.column.name') },
        { label: t('addressbook.column.email') },
        { label: t(`addressbook.import.detail.${outcome}`) },
      ],
      rows: rows
        .slice(0, MAX_SHOWN)
        .map((row) => ({ ...plannedRow(wording, row), detailLabel: t(`addressbook.import.detail.${outcome}`) })),
      more: rows.length > MAX_SHOWN ? t('addressbook.import.more', { count: rows.length - MAX_SHOWN }) : '',
    },
  ];
}

function plannedRow(wording: Wording, row: PlannedRow) {
  const { t } = wording.translator;
  const details = row.changes.map((change) => changeText(wording, change));
  if (row.reason !== null) details.push(t(`addressbook.import.skipped.${row.reason as 'ACCOUNT'}`, { ...row.params }));
  if (row.resembles) details.push(t('addressbook.import.resembles', { email: row.resembles.email }));
  return {
    row: String(row.row),
    name: row.name,
    email: row.email,
    details: details.length > 0 ? details : ['–'],
    hasDetails: details.length > 0,
  };
}

/** `34 toevoegen, 2 wijzigen`, or what was done. */
function deedText({ translator }: Wording, counts: PlanCounts, tense: 'do' | 'done'): string {
  const parts = (['added', 'changed', 'restored'] as const)
    .filter((outcome) => counts[outcome] > 0)
    .map((outcome) =>
      translator.t(`addressbook.import.${tense}.${outcome}`, { count: formatNumber(counts[outcome], translator.lang) }),
    );
  return parts.join(', ');
}

export function appliedModel(wording: Wording, { fileName, content }: KeptImport) {
  const { t } = wording.translator;
  const title = t('addressbook.import.doneTitle');
  const done = content.result === null ? '' : deedText(wording, content.result, 'done');
  return {
    title,
    crumbs: crumbsOf(wording, '', title),
    ...stepsOf(wording, 3),
    text: t('addressbook.import.doneText', { file: fileName, done: done || t('addressbook.import.doneNothing') }),
    counts: content.result === null ? [] : countCards(wording, content.result),
    bookHref: paths.addressBook(),
    againHref: paths.contactsImport(),
  };
}
