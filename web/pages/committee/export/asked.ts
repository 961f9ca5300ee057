/** What somebody asks for: read from an address or a form, checked against the school. */
import { addDays, isLocalDate, type LocalDate, zonedInstant } from '../../../../domain/calendar.ts';
import {
  type ExportProfile,
  SHIPPED_PROFILES,
  type ShippedProfile,
  shippedProfileOf,
} from '../../../../domain/exporting.ts';
import type { ExportExam, ExportingRepository, ResultChoice } from '../../../../prisma/repositories/exporting.ts';
import { paths } from '../../../paths.ts';
import { isId, singleOf } from '../../../posted.ts';
import type { Wording } from '../../../wording.ts';

/** As it was asked: nothing in it says anything about a person. */
export interface Asked {
  readonly versionId: string | null;
  readonly unitCode: string | null;
  /** As typed. */
  readonly from: string;
  readonly to: string;
  readonly isNewOnly: boolean;
  readonly profileId: string;
}

export interface FieldError {
  readonly field: string;
  readonly message: string;
}

/** @returns what the page asks when nothing is said: all that is new, in the way of Excel */
export function readAsked(source: unknown, exam: ExportExam): Asked {
  const versionId = singleOf(source, 'versie') ?? '';
  const unitCode = singleOf(source, 'onderdeel') ?? '';
  const profileId = singleOf(source, 'profiel');
  return {
    versionId: exam.versions.some(({ id }) => id === versionId) ? versionId : null,
    unitCode: exam.units.some(({ code }) => code === unitCode) ? unitCode : null,
    from: (singleOf(source, 'van') ?? '').trim(),
    to: (singleOf(source, 'tot') ?? '').trim(),
    isNewOnly: singleOf(source, 'welke') !== 'alles',
    profileId: isId(profileId) ? profileId : SHIPPED_PROFILES.excel.id,
  };
}

/** What an address or a form says again. */
export function askedFields(examId: string, asked: Asked): Record<string, string> {
  return {
    examen: examId,
    versie: asked.versionId ?? '',
    onderdeel: asked.unitCode ?? '',
    van: asked.from,
    tot: asked.to,
    welke: asked.isNewOnly ? '' : 'alles',
    profiel: asked.profileId,
  };
}

export function chooseHref(examId: string, asked: Asked): string {
  return paths.exportResults(askedFields(examId, asked));
}

/** A period in days of the school; either end may be open. */
export interface Period {
  readonly from: LocalDate | null;
  readonly to: LocalDate | null;
}

/** @returns what is wrong with it, by the names of the fields `van` and `tot` */
export function checkPeriod({ translator: { t } }: Wording, typed: { from: string; to: string }): FieldError[] {
  const errors: FieldError[] = [];
  for (const [field, text] of [
    ['van', typed.from],
    ['tot', typed.to],
  ] as const)
    if (text !== '' && !isDay(text)) errors.push({ field, message: t('exporting.error.date') });
  if (errors.length === 0 && typed.from !== '' && typed.to !== '' && typed.to < typed.from)
    errors.push({ field: 'tot', message: t('exporting.error.order') });
  return errors;
}

/** Years that a calendar and the database both know. */
function isDay(text: string): boolean {
  return isLocalDate(text) && text >= '1900-01-01' && text <= '2999-12-31';
}

/** The instants of a period: from the first second of its first day to that of the day after its last. */
export function instantsOf({ timeZone }: Wording, { from, to }: { from: string; to: string }) {
  return {
    from: from === '' ? null : new Date(zonedInstant(from, '00:00', timeZone)),
    before: to === '' ? null : new Date(zonedInstant(addDays(to, 1), '00:00', timeZone)),
  };
}

/** @param asked whose period was checked */
export function choiceOf(wording: Wording, exam: ExportExam, asked: Asked): ResultChoice {
  return { examId: exam.id, versionId: asked.versionId, unitCode: asked.unitCode, ...instantsOf(wording, asked) };
}

/** The shipped profiles under their names, and those of the school. */
export async function findProfiles(
  { translator: { t } }: Wording,
  exporting: ExportingRepository,
): Promise<{ shipped: readonly ExportProfile[]; own: readonly ExportProfile[] }> {
  const shipped = (Object.keys(SHIPPED_PROFILES) as ShippedProfile[]).map((key) => ({
    ...SHIPPED_PROFILES[key],
    name: t(`exporting.shipped.${key}`),
  }));
  return { shipped, own: await exporting.listProfiles() };
}

/** Null: deleted meanwhile, or of another school. */
export async function findProfile(
  { translator: { t } }: Wording,
  exporting: ExportingRepository,
  id: string,
): Promise<ExportProfile | null> {
  const key = shippedProfileOf(id);
  return key ? { ...SHIPPED_PROFILES[key], name: t(`exporting.shipped.${key}`) } : exporting.findProfile(id);
}
