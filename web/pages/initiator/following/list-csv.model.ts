/** What stands in the file of a list. Pure. */
import { toLocalDate } from '../../../../domain/calendar.ts';
import { formatGrade } from '../../../../platform/i18n/index.ts';
import type { ListedAssessment } from '../../../../prisma/repositories/initiator.ts';
import type { Wording } from '../../../wording.ts';
import { stageModel } from './examiner-stage.ts';
import { waitingFor } from './waiting.ts';

/** Columns for so many examiners; whoever comes after them stands in the last. */
const EXAMINER_COLUMNS = 4;

export function csvColumns({ translator: { t } }: Wording): { key: string; header: string }[] {
  const plain = [
    'student',
    'number',
    'groups',
    'exam',
    'examCode',
    'part',
    'attempt',
    'startedOn',
    'status',
    'since',
    'waitsFor',
    'waitsSince',
    'due',
    'isLate',
    'score',
    'grade',
    'nextReminder',
  ] as const;
  const examiners = Array.from({ length: EXAMINER_COLUMNS }, (_, index) => index + 1);
  const headers = [
    ...plain.map((key) => t(`following.csv.${key}`)),
    ...examiners.flatMap((number) => [
      t('following.csv.examiner', { number }),
      t('following.csv.examinerState', { number }),
    ]),
  ];
  return headers.map((header, index) => ({ key: String(index), header }));
}

/** One row, in the order of {@link csvColumns}. Days are ISO, so that a spreadsheet sorts them. */
export function csvRow(wording: Wording, row: ListedAssessment): string[] {
  const { translator, timeZone } = wording;
  const { t } = translator;
  const day = (at: Date | null) => (at === null ? '' : toLocalDate(at.toISOString(), timeZone));
  const waiting = waitingFor(wording, row.state, row.examiners);
  const isFinal = row.status === 'final';
  const reminders = row.examiners.flatMap(({ invitation }) => invitation?.nextReminderAt ?? []);
  const next = reminders.sort((a, b) => a.getTime() - b.getTime())[0] ?? null;
  return [
    row.student.name,
    row.student.number ?? '',
    row.student.groups.join(', '),
    row.examTitle,
    row.examCode,
    row.isWholeExam ? t('initiator.exam.wholeExam') : row.unitTitles.join(', '),
    String(row.attempt),
    day(row.createdAt),
    t(`common.status.${row.status}`),
    day(row.statusSince),
    waiting?.what ?? '',
    waiting === null ? '' : toLocalDate(waiting.since, timeZone),
    day(row.dueAt),
    t(row.isLate ? 'following.csv.yes' : 'following.csv.no'),
    isFinal ? (row.score ?? '') : '',
    isFinal && row.gradeTenths !== null ? formatGrade(row.gradeTenths, translator.lang) : '',
    day(next),
    ...examinerCells(wording, row),
  ];
}

function examinerCells(wording: Wording, row: ListedAssessment): string[] {
  const cells = row.examiners.map((examiner) => ({
    name: examiner.name,
    word: stageModel(wording, examiner, row.status).word,
  }));
  const own = cells.slice(0, EXAMINER_COLUMNS - 1);
  const last = cells.slice(EXAMINER_COLUMNS - 1);
  const names = [...own.map(({ name }) => name), last.map(({ name }) => name).join(', ')];
  const words = [
    ...own.map(({ word }) => word),
    last.length > 1 ? last.map(({ name, word }) => `${name}: ${word}`).join(', ') : (last[0]?.word ?? ''),
  ];
  return Array.from({ length: EXAMINER_COLUMNS }, (_, index) => [names[index] ?? '', words[index] ?? '']).flat();
}

/** `afnames-2026-11-24.csv` */
export function csvFileName({ translator: { t }, timeZone }: Wording, now: Date): string {
  return `${t('following.csv.file')}-${toLocalDate(now.toISOString(), timeZone)}.csv`;
}
