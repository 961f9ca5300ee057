/** Errors of a file and plans for it, in words. */

import { formatBytes, formatNumber } from '../../../platform/i18n/index.ts';
import type { PlannedChange, PlannedField } from '../../../platform/import/contact-plan.ts';
import {
  ImportErrorCode,
  MAX_IMPORT_BYTES,
  MAX_IMPORT_COLUMNS,
  MAX_IMPORT_ROWS,
  type RowError,
} from '../../../platform/import/import-error.ts';
import type { Wording } from '../../wording.ts';

/** What is wrong, and how to mend it; row and column are said beside it. */
export function errorText(
  { translator }: Wording,
  { code, params, column }: Pick<RowError, 'code' | 'params'> & { column?: string | null },
): string {
  const key = `addressbook.importError.${code}`;
  return translator.t(translator.has(key) ? key : 'addressbook.importError.UNEXPECTED', {
    text: '',
    choices: '',
    column: column ?? '',
    ...params,
    maxRows: formatNumber(MAX_IMPORT_ROWS, translator.lang),
    maxColumns: MAX_IMPORT_COLUMNS,
    maxBytes: formatBytes(MAX_IMPORT_BYTES, translator.lang),
  });
}

/** Whether a code is about the file, so that there is no row to look at. */
export function isAboutFile({ row, code }: RowError): boolean {
  return row === null && code !== ImportErrorCode.TooManyErrors;
}

/** `functie: van Verpleegkundige naar Praktijkopleider`. */
export function changeText(wording: Wording, { field, from, to }: PlannedChange): string {
  const { t } = wording.translator;
  const name = t(`addressbook.fieldName.${field}`);
  const params = { field: name, from: valueText(wording, field, from), to: valueText(wording, field, to) };
  return from === '' ? t('addressbook.import.filled', params) : t('addressbook.import.changedFrom', params);
}

function valueText({ translator }: Wording, field: PlannedField, value: string): string {
  if (field === 'kind')
    return translator.t(value === 'school' ? 'common.contactKind.school' : 'common.contactKind.practice');
  if (field === 'lang') return translator.t(value === 'en' ? 'addressbook.lang.en' : 'addressbook.lang.nl');
  return value;
}
