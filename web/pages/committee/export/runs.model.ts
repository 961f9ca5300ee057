/** What was fetched before, in words. Pure. */
import { formatBytes, formatNumber } from '../../../../platform/i18n/index.ts';
import { ExportState, type ListedRun } from '../../../../prisma/repositories/exporting.ts';
import { longDay, moment, type Wording } from '../../../wording.ts';

const LOOKS = {
  [ExportState.Complete]: { tone: 'ok', icon: 'circle-check' },
  [ExportState.Broken]: { tone: 'error', icon: 'circle-x' },
  [ExportState.Running]: { tone: 'info', icon: 'loader' },
  [ExportState.Silent]: { tone: 'attention', icon: 'circle-help' },
} as const;

export interface RunModel {
  readonly at: string;
  readonly by: string;
  readonly what: string;
  readonly detail: string;
  readonly state: { readonly text: string; readonly tone: string; readonly icon: string };
  readonly stateText: string;
  readonly size: string;
  /** Empty when the file is not whole. */
  readonly sha256: string;
  readonly missing: string;
}

/** @param isResults a list of results; else a file with documents */
export function runModels(wording: Wording, runs: readonly ListedRun[], isResults: boolean): RunModel[] {
  const { t, lang } = wording.translator;
  return runs.map((run) => {
    const { state } = run;
    const isWhole = state === ExportState.Complete;
    const rows = t('exporting.run.rows', { count: run.rowCount });
    const documents = t(isWhole ? 'exporting.run.documents' : 'exporting.run.documentsAtMost', {
      count: run.documentCount,
    });
    return {
      at: moment(wording, run.startedAt),
      by: run.byName,
      what: isResults ? [run.examCode, run.profileName].filter(Boolean).join(' · ') : periodOf(wording, run.filter),
      detail: isResults ? filterText(wording, run.filter) : versionsText(wording, run.filter),
      state: { text: t(`exporting.run.state.${state}`), ...LOOKS[state] },
      stateText: isWhole ? againText(wording, run) : t(`exporting.run.explain.${state}`),
      size: [
        ...(isResults && isWhole ? [rows] : []),
        documents,
        ...(isWhole ? [formatBytes(run.bytes, lang)] : []),
      ].join(' · '),
      sha256: run.sha256 ?? '',
      missing: run.missingCount > 0 ? t('exporting.run.missing', { count: run.missingCount }) : '',
    };
  });
}

function againText({ translator: { t } }: Wording, { againCount, documentCount }: ListedRun): string {
  if (againCount === 0) return t('exporting.run.firstTime');
  return againCount >= documentCount ? t('exporting.run.againAll') : t('exporting.run.again', { count: againCount });
}

function readValue(filter: unknown, name: string): unknown {
  return typeof filter === 'object' && filter !== null ? Reflect.get(filter, name) : undefined;
}

function textOf(filter: unknown, name: string): string {
  const value = readValue(filter, name);
  return typeof value === 'string' ? value : '';
}

/** The days between which something was decided; empty when there was no choice of days. */
export function periodText(wording: Wording, from: string, to: string): string {
  const { t } = wording.translator;
  if (from !== '' && to !== '')
    return t('exporting.period.both', { from: longDay(wording, from), to: longDay(wording, to) });
  if (from !== '') return t('exporting.period.from', { from: longDay(wording, from) });
  return to === '' ? '' : t('exporting.period.to', { to: longDay(wording, to) });
}

function periodOf(wording: Wording, filter: unknown): string {
  return periodText(wording, textOf(filter, 'from'), textOf(filter, 'to'));
}

function filterText(wording: Wording, filter: unknown): string {
  const { t } = wording.translator;
  const isNewOnly = readValue(filter, 'isNewOnly') === true;
  return [
    t(isNewOnly ? 'exporting.choose.newOnly' : 'exporting.choose.everything'),
    textOf(filter, 'unit'),
    periodOf(wording, filter),
  ]
    .filter(Boolean)
    .join(' · ');
}

function versionsText({ translator: { t } }: Wording, filter: unknown): string {
  return t(readValue(filter, 'isNewestOnly') === true ? 'exporting.archive.newest' : 'exporting.archive.all');
}

/** `1.200`. */
export function countText({ translator: { lang } }: Wording, count: number): string {
  return formatNumber(count, lang, 0);
}
