/** The parts of the installation, as the worker last saw them. Pure. */
import type { PartsStatus } from '../../../prisma/repositories/health.ts';
import type { Wording } from '../../wording.ts';
import { shortMoment } from './words.ts';

type PartName = 'database' | 'worker' | 'temporal' | 'mail' | 'bounces';

export interface PartModel {
  readonly name: string;
  readonly state: string;
  readonly tone: 'ok' | 'error' | 'neutral';
  readonly icon: string;
  readonly text: string;
}

/** The page itself proves that the database answers. Reports about mail are only there while they do not come in. */
export function partsModel(wording: Wording, parts: PartsStatus, now: Date): PartModel[] {
  const { t } = wording.translator;
  const isWorking = parts.workerCount > 0;
  const part = (name: PartName, isOk: boolean | null, words: [ok: string, down: string], text: string): PartModel => ({
    name: t(`administrator.parts.name.${name}`),
    state: isOk === null ? t('administrator.parts.unknown') : isOk ? words[0] : words[1],
    tone: isOk === null ? 'neutral' : isOk ? 'ok' : 'error',
    icon: isOk === null ? 'circle-help' : isOk ? 'circle-check' : 'circle-alert',
    text,
  });
  const reach: [string, string] = [t('administrator.parts.reachable'), t('administrator.parts.unreachable')];
  const seen = (isOk: boolean, text: string) => (isWorking ? (isOk ? '' : text) : t('administrator.parts.unknownText'));
  return [
    part('database', true, reach, ''),
    part('worker', isWorking, [t('administrator.parts.running'), t('administrator.parts.stopped')], workerText()),
    part(
      'temporal',
      isWorking ? parts.isTemporalOk : null,
      reach,
      seen(parts.isTemporalOk, t('administrator.parts.temporalDown')),
    ),
    part('mail', isWorking ? parts.isSmtpOk : null, reach, seen(parts.isSmtpOk, t('administrator.parts.mailDown'))),
    ...(parts.hasBounceTrouble ? [part('bounces', false, reach, t('administrator.parts.bouncesDown'))] : []),
  ];

  function workerText(): string {
    if (parts.workerAgeMs === null) return t('administrator.parts.workerNever');
    if (!isWorking) {
      const at = shortMoment(wording, new Date(now.getTime() - parts.workerAgeMs), now);
      return t('administrator.parts.workerGone', { at });
    }
    const seconds = Math.max(0, Math.round(parts.workerAgeMs / 1000));
    return t('administrator.parts.workerSeen', { count: parts.workerCount, seconds });
  }
}

/** Whether a part is known not to run. */
export function hasPartDown(parts: PartsStatus): boolean {
  return parts.workerCount === 0 || !parts.isTemporalOk || !parts.isSmtpOk || parts.hasBounceTrouble === true;
}
