/**
 * Lists of results for other systems: which columns there are, how a school wants them, and which rows a decided result gives.
 *
 * Contract
 * 1. A row says what the document of the decision says, never what somebody changed since.
 * 2. Points, score and maximum belong to the part that a row is about; grade and passed always to the whole assessment.
 */
import { toLocalDate } from './calendar.ts';
import type { AssessmentResult, PartResult } from './result.ts';
import type { Score } from './score.ts';
import { cleanLine, isPresent, textLength } from './text.ts';

/** What one row is about. */
export const ExportGrain = { WorkProcess: 'workProcess', CoreTask: 'coreTask', Assessment: 'assessment' } as const;
export type ExportGrain = (typeof ExportGrain)[keyof typeof ExportGrain];
export const EXPORT_GRAINS: readonly ExportGrain[] = Object.values(ExportGrain);

/** All columns, in the order of the documentation; the key is also the name that a column begins with. */
export const EXPORT_COLUMNS = [
  'studentnummer',
  'naam',
  'crebo',
  'examencode',
  'kerntaak',
  'werkproces',
  'poging',
  'ovg',
  'cijfer',
  'punten',
  'max_punten',
  'geslaagd',
  'datum_afname',
  'datum_vaststelling',
  'beoordelaars',
  'document_id',
  'sha256',
  'examen',
  'examenversie',
  'onderdelen',
  'ovg_examen',
  'punten_examen',
  'max_punten_examen',
  'documentversie',
] as const;
export type ExportColumn = (typeof EXPORT_COLUMNS)[number];

/** Those that a list begins with; the others are there to be added. */
export const USUAL_COLUMNS: readonly ExportColumn[] = EXPORT_COLUMNS.slice(0, 17);

export const ExportSeparator = { Semicolon: ';', Comma: ',', Tab: '\t' } as const;
export type ExportSeparator = (typeof ExportSeparator)[keyof typeof ExportSeparator];
export const ExportDecimal = { Comma: ',', Point: '.' } as const;
export type ExportDecimal = (typeof ExportDecimal)[keyof typeof ExportDecimal];
export const ExportDate = {
  DayFirst: 'dd-mm-yyyy',
  DaySlash: 'dd/mm/yyyy',
  YearFirst: 'yyyy-mm-dd',
  Digits: 'yyyymmdd',
} as const;
export type ExportDate = (typeof ExportDate)[keyof typeof ExportDate];
export const ExportYesNo = { Words: 'words', Digits: 'digits', English: 'english' } as const;
export type ExportYesNo = (typeof ExportYesNo)[keyof typeof ExportYesNo];

/** A chosen column under its own name. */
export interface ChosenColumn {
  readonly column: ExportColumn;
  readonly header: string;
}

/** How a list is written. Always UTF-8, lines end as on Windows (RFC 4180). */
export interface ExportFormat {
  readonly grain: ExportGrain;
  /** In their order. */
  readonly columns: readonly ChosenColumn[];
  readonly separator: ExportSeparator;
  readonly decimal: ExportDecimal;
  readonly dates: ExportDate;
  readonly yesNo: ExportYesNo;
  /** Three bytes in front by which Excel knows that it is UTF-8. */
  readonly hasBom: boolean;
  readonly hasHeader: boolean;
  /** Writes what a spreadsheet would change (0123 into 123, 1-2 into a day) as ="0123". */
  readonly keepsDigits: boolean;
}

export interface ExportProfile {
  readonly id: string;
  readonly name: string;
  readonly format: ExportFormat;
}

const USUAL = USUAL_COLUMNS.map((column) => ({ column, header: column }));

/** Profiles that every school has; they are copied, never changed. Their ids are those of no row. */
export const SHIPPED_PROFILES = {
  excel: {
    id: '5c1f3c2e-0000-4000-8000-000000000001',
    format: {
      grain: ExportGrain.WorkProcess,
      columns: USUAL,
      separator: ExportSeparator.Semicolon,
      decimal: ExportDecimal.Comma,
      dates: ExportDate.DayFirst,
      yesNo: ExportYesNo.Words,
      hasBom: true,
      hasHeader: true,
      keepsDigits: true,
    },
  },
  system: {
    id: '5c1f3c2e-0000-4000-8000-000000000002',
    format: {
      grain: ExportGrain.WorkProcess,
      columns: USUAL,
      separator: ExportSeparator.Comma,
      decimal: ExportDecimal.Point,
      dates: ExportDate.YearFirst,
      yesNo: ExportYesNo.Words,
      hasBom: false,
      hasHeader: true,
      keepsDigits: false,
    },
  },
} as const satisfies Record<string, { readonly id: string; readonly format: ExportFormat }>;
export type ShippedProfile = keyof typeof SHIPPED_PROFILES;

/** The name of the shipped profile with this id; undefined when it is none. */
export function shippedProfileOf(id: string): ShippedProfile | undefined {
  return (Object.keys(SHIPPED_PROFILES) as ShippedProfile[]).find((key) => SHIPPED_PROFILES[key].id === id);
}

export const EXPORT_LIMITS = { name: 60, header: 60 } as const;

export const ProfileErrorCode = {
  NameRequired: 'PROFILE_NAME_REQUIRED',
  NameTooLong: 'PROFILE_NAME_TOO_LONG',
  ColumnRequired: 'PROFILE_COLUMN_REQUIRED',
  HeaderRequired: 'PROFILE_HEADER_REQUIRED',
  HeaderTooLong: 'PROFILE_HEADER_TOO_LONG',
  HeaderTwice: 'PROFILE_HEADER_TWICE',
} as const;
export type ProfileErrorCode = (typeof ProfileErrorCode)[keyof typeof ProfileErrorCode];

export interface ProfileError {
  readonly code: ProfileErrorCode;
  /** The column whose header it is about. */
  readonly column?: ExportColumn;
}

/** All that is wrong with a profile; empty when it may be used. */
export function validateProfile(name: string, format: ExportFormat): ProfileError[] {
  const errors: ProfileError[] = [];
  if (!isPresent(name)) errors.push({ code: ProfileErrorCode.NameRequired });
  else if (textLength(name) > EXPORT_LIMITS.name) errors.push({ code: ProfileErrorCode.NameTooLong });
  if (format.columns.length === 0) errors.push({ code: ProfileErrorCode.ColumnRequired });
  const seen = new Set<string>();
  for (const { column, header } of format.columns) {
    const key = cleanLine(header).toLowerCase();
    if (!isPresent(header)) errors.push({ code: ProfileErrorCode.HeaderRequired, column });
    else if (textLength(header) > EXPORT_LIMITS.header) errors.push({ code: ProfileErrorCode.HeaderTooLong, column });
    else if (seen.has(key)) errors.push({ code: ProfileErrorCode.HeaderTwice, column });
    seen.add(key);
  }
  return errors;
}

/** A column one place up or down; the same list when it stands at that end, or is not chosen. */
export function moveColumn(columns: readonly ChosenColumn[], column: string, by: -1 | 1): readonly ChosenColumn[] {
  const from = columns.findIndex((each) => each.column === column);
  const moved = columns[from];
  const to = from + by;
  if (!moved || to < 0 || to >= columns.length) return columns;
  const others = columns.toSpliced(from, 1);
  return others.toSpliced(to, 0, moved);
}

/** A decided result as its document says it. */
export interface DecidedResult {
  readonly documentId: string;
  readonly documentNumber: string;
  readonly documentVersion: number;
  readonly sha256: string;
  readonly timeZone: string;
  readonly student: { readonly name: string; readonly number: string | null };
  readonly exam: {
    readonly code: string;
    readonly crebo: string;
    readonly title: string;
    readonly version: string;
  };
  readonly unitCodes: readonly string[];
  readonly attempt: number;
  readonly result: AssessmentResult;
  /** In the order of the exam; ids of those who scored it. */
  readonly parts: readonly {
    readonly code: string;
    readonly coreTask: string;
    readonly examinerIds: readonly string[];
  }[];
  readonly examiners: readonly { readonly id: string; readonly name: string; readonly finishedAt: string }[];
  /** ISO 8601. */
  readonly decidedAt: string;
}

/** One row, before it is written in the way of a profile. Days are local ones of the school. */
export interface ResultRow {
  readonly source: DecidedResult;
  readonly coreTask: string;
  readonly workProcess: string;
  readonly score: Score;
  readonly points: number;
  readonly maxPoints: number;
  /** The last of those who scored this part finished on it; null when none is known. */
  readonly assessedOn: string | null;
  readonly decidedOn: string;
  readonly examiners: readonly string[];
}

/** The rows of one result: one for each work process or core task, or one for the whole. */
export function rowsOf(source: DecidedResult, grain: ExportGrain): ResultRow[] {
  const { result, timeZone } = source;
  const decidedOn = toLocalDate(source.decidedAt, timeZone);
  // Asking the calendar is dear, and the parts of a result were mostly finished at the same few moments.
  const days = new Map(source.examiners.map(({ finishedAt }) => [finishedAt, toLocalDate(finishedAt, timeZone)]));
  const rowOf = (
    part: Omit<PartResult, 'insufficientCount'>,
    isMine: (part: DecidedResult['parts'][number]) => boolean,
  ) => {
    const parts = source.parts.filter(isMine);
    const ids = new Set(parts.flatMap(({ examinerIds }) => examinerIds));
    const examiners = source.examiners.filter(({ id }) => ids.has(id));
    const finished = examiners.map(({ finishedAt }) => finishedAt).sort();
    const last = finished.at(-1);
    const { score, points, maxPoints } = part;
    return {
      source,
      coreTask: [...new Set(parts.map(({ coreTask }) => coreTask))].join(' '),
      workProcess: [...new Set(parts.map(({ code }) => code))].join(' '),
      score,
      points,
      maxPoints,
      assessedOn: (last === undefined ? undefined : days.get(last)) ?? null,
      decidedOn,
      examiners: examiners.map(({ name }) => name),
    };
  };
  switch (grain) {
    case ExportGrain.WorkProcess:
      return result.workProcesses.map((part) => rowOf(part, ({ code }) => code === part.code));
    case ExportGrain.CoreTask:
      return result.coreTasks.map((part) => rowOf(part, ({ coreTask }) => coreTask === part.code));
    case ExportGrain.Assessment:
      return [rowOf({ ...result, code: source.exam.code }, () => true)];
  }
}
