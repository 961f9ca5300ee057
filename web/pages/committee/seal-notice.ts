/** Said before somebody decides: that the document of the decision will have to wait, or soon would. */
import { formatDate } from '../../../platform/i18n/index.ts';
import { isEndingSoon, SealProblem, type SealStatus } from '../../../platform/seal/status.ts';
import type { PageKit } from '../../context.ts';
import type { Wording } from '../../wording.ts';

export interface SealNotice {
  readonly kind: 'warning' | 'info';
  readonly text: string;
}

/** @returns null when there is nothing to say; also when no worker tells, which other pages say */
export async function readSealNotice(kit: PageKit, wording: Wording, now: Date): Promise<SealNotice | null> {
  const status = await kit.repositories.status.sealStatus();
  return status === null ? null : sealNotice(wording, status, now);
}

/** A self-made one is made anew by itself: nobody needs to hear that it ends. */
export function sealNotice({ translator, timeZone }: Wording, status: SealStatus, now: Date): SealNotice | null {
  const { problem, isSelfMade, notBefore, notAfter } = status;
  const { t, lang } = translator;
  const dayOf = (instant: string | null) => (instant === null ? '' : formatDate(instant, { lang, timeZone }));
  if (problem !== null) {
    const day = dayOf(problem === SealProblem.NotYetValid ? notBefore : notAfter);
    return { kind: 'warning', text: `${t(`sealing.waits.${problem}`, { day })} ${t('sealing.meanwhile')}` };
  }
  const isEnding = !isSelfMade && notAfter !== null && isEndingSoon(new Date(notAfter), now);
  return isEnding ? { kind: 'info', text: t('sealing.endsSoon', { day: dayOf(notAfter) }) } : null;
}
