/** What the pages of profiles show. Pure. */
import {
  type ChosenColumn,
  EXPORT_COLUMNS,
  EXPORT_GRAINS,
  EXPORT_LIMITS,
  ExportDate,
  type ExportFormat,
  type ExportProfile,
  ExportYesNo,
  type ProfileError,
  ProfileErrorCode,
} from '../../../../domain/exporting.ts';
import { paths } from '../../../paths.ts';
import type { Wording } from '../../../wording.ts';
import type { FieldError } from './asked.ts';
import { crumbsOf } from './choose.model.ts';
import { DECIMAL_SLUGS, SEPARATOR_SLUGS } from './posted-format.ts';

export interface ProfileInput {
  readonly name: string;
  readonly format: ExportFormat;
  readonly revision: number;
}

/** What stands in the way, at the field that it is about. */
export function refusalErrors(
  { translator: { t } }: Wording,
  code: string,
  params: Readonly<Record<string, unknown>>,
): FieldError[] {
  switch (code) {
    case 'PROFILE_INVALID':
      return (params.errors as readonly ProfileError[]).map((error) => ({
        field: error.column
          ? `kop-${error.column}`
          : error.code === ProfileErrorCode.ColumnRequired
            ? 'kolommen'
            : 'naam',
        message: t(`exporting.error.${error.code}`, { column: error.column ?? '', max: EXPORT_LIMITS.header }),
      }));
    case 'PROFILE_NAME_TAKEN':
      return [{ field: 'naam', message: t('exporting.error.PROFILE_NAME_TAKEN') }];
    case 'PROFILE_TOO_MANY':
      return [{ field: 'naam', message: t('exporting.error.PROFILE_TOO_MANY', { max: Number(params.max) }) }];
    case 'PROFILE_CHANGED':
      return [{ field: 'naam', message: t('exporting.error.PROFILE_CHANGED') }];
    default:
      return [{ field: 'naam', message: t('exporting.error.profileGone') }];
  }
}

export interface ProfilesFacts {
  readonly shipped: readonly ExportProfile[];
  readonly own: readonly ExportProfile[];
  /** Of the new one, as typed. */
  readonly name: string;
  readonly from: string;
  readonly formId: string;
  readonly errors: readonly FieldError[];
}

export function profilesModel(wording: Wording, { shipped, own, name, from, formId, errors }: ProfilesFacts) {
  const { t } = wording.translator;
  const title = t('exporting.profiles.title');
  const option = (each: ExportProfile) => ({ value: each.id, label: each.name, isSelected: each.id === from });
  return {
    title,
    crumbs: crumbsOf(wording, { href: paths.exportResults(), label: t('exporting.choose.title') }, { label: title }),
    errors,
    rows: [
      ...own.map((each) => ({
        ...describeProfile(wording, each),
        editHref: paths.exportProfile(each.id),
        deleteHref: paths.exportProfileDelete(each.id),
      })),
      ...shipped.map((each) => ({ ...describeProfile(wording, each), editHref: '', deleteHref: '' })),
    ],
    columns: [
      { label: t('exporting.profiles.name') },
      { label: t('exporting.profiles.content') },
      { label: t('common.table.actions'), isHidden: true },
    ],
    action: paths.exportProfiles(),
    formId,
    name,
    sources: [
      ...(own.length > 0 ? [{ label: t('exporting.profiles.own'), options: own.map(option) }] : []),
      { label: t('exporting.profiles.shipped'), options: shipped.map(option) },
    ],
  };
}

function describeProfile({ translator: { t } }: Wording, { id, name, format }: ExportProfile) {
  return {
    name,
    content: t(`exporting.grainLong.${format.grain}`),
    detail: [
      t('exporting.profiles.columnCount', { count: format.columns.length }),
      t('exporting.profiles.separatorIs', {
        separator: t(`exporting.separator.${slugOf(SEPARATOR_SLUGS, format.separator)}`),
      }),
      t('exporting.profiles.decimalIs', { decimal: t(`exporting.decimal.${slugOf(DECIMAL_SLUGS, format.decimal)}`) }),
      t(`exporting.date.${format.dates}`),
    ].join(' · '),
    copyHref: `${paths.exportProfiles()}?van=${id}#naam`,
  };
}

export interface ProfileFacts {
  readonly id: string;
  readonly input: ProfileInput;
  readonly errors: readonly FieldError[];
  /** The column that was moved just now, to go on from there. */
  readonly moved: { readonly up: string; readonly down: string };
}

export function profileModel(wording: Wording, { id, input, errors, moved }: ProfileFacts) {
  const { t } = wording.translator;
  const { format } = input;
  const title = t('exporting.profile.title', { name: input.name });
  const chosen = new Set(format.columns.map(({ column }) => column));
  const others = EXPORT_COLUMNS.filter((column) => !chosen.has(column)).map((column) => ({ column, header: column }));
  const last = format.columns.length - 1;
  const columnModel = ({ column, header }: ChosenColumn, index: number, isChosen: boolean) => ({
    column,
    header,
    isChosen,
    about: t(`exporting.column.${column}`),
    headerLabel: t('exporting.profile.headerOf', { column }),
    tickLabel: t('exporting.profile.include', { column }),
    upLabel: t('exporting.profile.up', { column }),
    downLabel: t('exporting.profile.down', { column }),
    isFirst: index === 0,
    isLast: index === last,
    // At the end of the list the button that was pressed is not there any more; the other one of the pair is.
    isUpFocused: (moved.up === column && index > 0) || (moved.down === column && index === last),
    isDownFocused: (moved.down === column && index < last) || (moved.up === column && index === 0),
    error: errors.find(({ field }) => field === `kop-${column}`)?.message ?? '',
  });
  const isStale = errors.some(({ message }) => message === t('exporting.error.PROFILE_CHANGED'));
  return {
    title,
    crumbs: crumbsOf(
      wording,
      { href: paths.exportResults(), label: t('exporting.choose.title') },
      { href: paths.exportProfiles(), label: t('exporting.profiles.title') },
      { label: input.name },
    ),
    errors,
    action: paths.exportProfile(id),
    reloadHref: isStale ? paths.exportProfile(id) : '',
    cancelHref: paths.exportProfiles(),
    deleteHref: paths.exportProfileDelete(id),
    name: input.name,
    revision: String(input.revision),
    chosen: format.columns.map((each, index) => columnModel(each, index, true)),
    others: others.map((each) => columnModel(each, -1, false)),
    columnsError: errors.find(({ field }) => field === 'kolommen')?.message ?? '',
    grains: EXPORT_GRAINS.map((value) => ({
      value,
      label: t(`exporting.grain.${value}`),
      hint: t(`exporting.grainHint.${value}`),
    })),
    grain: format.grain,
    separators: slugOptions(SEPARATOR_SLUGS, (slug) => t(`exporting.separator.${slug}`)),
    separator: slugOf(SEPARATOR_SLUGS, format.separator),
    decimals: slugOptions(DECIMAL_SLUGS, (slug) => t(`exporting.decimal.${slug}`)),
    decimal: slugOf(DECIMAL_SLUGS, format.decimal),
    dates: Object.values(ExportDate).map((value) => ({ value, label: t(`exporting.date.${value}`) })),
    date: format.dates,
    yesNos: Object.values(ExportYesNo).map((value) => ({ value, label: t(`exporting.yesNo.${value}`) })),
    yesNo: format.yesNo,
    hasBom: format.hasBom,
    hasHeader: format.hasHeader,
    keepsDigits: format.keepsDigits,
  };
}

function slugOf<Slug extends string>(slugs: Readonly<Record<Slug, string>>, value: string): Slug {
  const all = Object.keys(slugs) as Slug[];
  const found = all.find((slug) => slugs[slug] === value) ?? all[0];
  if (found === undefined) throw new Error('no names at all');
  return found;
}

function slugOptions<Slug extends string>(slugs: Readonly<Record<Slug, string>>, label: (slug: Slug) => string) {
  return (Object.keys(slugs) as Slug[]).map((value) => ({ value, label: label(value) }));
}
