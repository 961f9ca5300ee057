/** Why an examiner declined or asked something, as everybody reads it. Pure. */
import { DeclineReason } from '../domain/assessment.ts';
import type { Translator } from '../platform/i18n/index.ts';

/**
 * `Ik heb geen tijd. Ik ben in mei met verlof.`
 * @param words as typed; empty for none
 */
export function whyInWords(
  { t }: Pick<Translator, 't'>,
  declineReason: DeclineReason | undefined,
  words: string,
): string {
  const isSaid = declineReason === undefined || declineReason === DeclineReason.Other;
  const sentence = isSaid ? '' : t(`returning.declineReason.${declineReason}`);
  if (sentence === '' || words === '') return sentence || words;
  return `${sentence}. ${words}`;
}
