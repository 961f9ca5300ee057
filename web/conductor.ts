import { Conducting } from '../domain/waiting.ts';
import type { Translator } from '../platform/i18n/index.ts';

/**
 * The line below "waits for … since …" when the conductor is not where the record is; empty when it is.
 * Pages show it by the partial `conductor-line`.
 */
export function conductorLine({ t }: Translator, conducting: Conducting): string {
  return conducting === Conducting.Agrees ? '' : t(`administrator.conductor.${conducting}`);
}
