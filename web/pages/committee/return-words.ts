import type { DossierEventContent } from '../../../prisma/repositories/committee-dossier.ts';
import type { Wording } from '../../wording.ts';
import { componentLabel } from './words.ts';

type ReturnedContent = Extract<DossierEventContent, { type: 'FormReturned' }>;

/** Why a form was sent back: what holds for all of it, and then what was written at each component. */
export function returnWords(
  wording: Wording,
  returned: Pick<ReturnedContent, 'reason' | 'reasons'>,
  texts: ReadonlyMap<string, string>,
): string {
  const own = Object.entries(returned.reasons ?? {});
  const lines = own.map(([ref, { textId }]) => `${componentLabel(wording, ref)}: ${texts.get(textId) ?? ''}`);
  return [generalReason(returned, texts), ...lines].filter((line) => line !== '').join(' · ');
}

/** Why one component came back: what was written at it, and what holds for all. */
export function componentReturnWords(
  { reason, reasons = {} }: Pick<ReturnedContent, 'reason' | 'reasons'>,
  texts: ReadonlyMap<string, string>,
  ref: string,
): string {
  return [texts.get(reasons[ref]?.textId ?? '') ?? '', generalReason({ reason, reasons }, texts)]
    .filter((text) => text !== '')
    .join('\n');
}

/** Where every component has its own reason, the first of them stands for the whole as well, and nothing holds for all. */
function generalReason(
  { reason, reasons = {} }: Pick<ReturnedContent, 'reason' | 'reasons'>,
  texts: ReadonlyMap<string, string>,
): string {
  const isOwn = Object.values(reasons).some(({ textId }) => textId === reason.textId);
  return isOwn ? '' : (texts.get(reason.textId) ?? '');
}
