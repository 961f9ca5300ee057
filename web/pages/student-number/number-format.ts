/** How a student number of a school is written, in a sentence. Pure. */
import type { StudentNumberFormat } from '../../../domain/deciding.ts';
import type { Translator } from '../../../platform/i18n/index.ts';

/** `Een studentnummer heeft hier 4 tot 12 cijfers.` */
export function numberFormatText(
  { t }: Translator,
  { minLength, maxLength, isDigitsOnly }: StudentNumberFormat,
): string {
  const length =
    minLength === maxLength ? `${minLength}` : t('mine.numberFormat.range', { min: minLength, max: maxLength });
  return t(isDigitsOnly ? 'mine.numberFormat.digits' : 'mine.numberFormat.letters', { length });
}
