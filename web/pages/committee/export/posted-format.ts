/** The format that a form of a profile says. Pure. */
import {
  type ChosenColumn,
  EXPORT_COLUMNS,
  type ExportColumn,
  ExportDate,
  ExportDecimal,
  type ExportFormat,
  ExportGrain,
  ExportSeparator,
  ExportYesNo,
} from '../../../../domain/exporting.ts';
import { listOf, singleOf } from '../../../posted.ts';

/** Names of separators in the form: a tab is no value that a browser sends back as it was. */
export const SEPARATOR_SLUGS = {
  puntkomma: ExportSeparator.Semicolon,
  komma: ExportSeparator.Comma,
  tab: ExportSeparator.Tab,
};
export const DECIMAL_SLUGS = { komma: ExportDecimal.Comma, punt: ExportDecimal.Point };

/** @param known for what the form does not say */
export function readFormat(body: unknown, known: ExportFormat): ExportFormat {
  const one = <Value extends string>(name: string, values: readonly Value[], otherwise: Value): Value =>
    values.find((value) => value === singleOf(body, name)) ?? otherwise;
  const bySlug = <Value>(name: string, slugs: Readonly<Record<string, Value>>, otherwise: Value): Value => {
    const slug = singleOf(body, name) ?? '';
    return Object.hasOwn(slugs, slug) ? (slugs[slug] ?? otherwise) : otherwise;
  };
  const isTicked = (name: string) => singleOf(body, name) !== undefined;
  return {
    grain: one('rij', Object.values(ExportGrain), known.grain),
    columns: readColumns(body),
    separator: bySlug('scheiding', SEPARATOR_SLUGS, known.separator),
    decimal: bySlug('decimaal', DECIMAL_SLUGS, known.decimal),
    dates: one('datum', Object.values(ExportDate), known.dates),
    yesNo: one('janee', Object.values(ExportYesNo), known.yesNo),
    hasBom: isTicked('bom'),
    hasHeader: isTicked('kopregel'),
    keepsDigits: isTicked('cijfers'),
  };
}

/** Those that are ticked, in the order in which the form listed them; each once. */
function readColumns(body: unknown): ChosenColumn[] {
  const listed = listOf(body, 'kolom').filter(isColumn);
  const order = [...new Set([...listed, ...EXPORT_COLUMNS])];
  return order
    .filter((column) => singleOf(body, `mee-${column}`) !== undefined)
    .map((column) => ({ column, header: singleOf(body, `kop-${column}`) ?? column }));
}

function isColumn(value: string): value is ExportColumn {
  return (EXPORT_COLUMNS as readonly string[]).includes(value);
}
