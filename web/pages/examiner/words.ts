/** What the models of the examiner's pages share: where a field stands in the form, and how it is named. */
import type { ComponentKind } from '../../../domain/exam.ts';
import {
  evidenceFieldName,
  type FormComponent,
  type FormDefinition,
  type FormError,
  FormErrorCode,
  justificationFieldName,
  scoreFieldName,
  type Titled,
} from '../../../domain/form.ts';
import { JustificationPolicy } from '../../../domain/justification.ts';
import { formatNumber } from '../../../platform/i18n/index.ts';
import { once } from '../../memo.ts';
import type { Wording } from '../../wording.ts';

export interface FieldMessage {
  /** Id of the control. */
  readonly field: string;
  readonly message: string;
}

/** Where a criterion or a justification stands. */
export interface Place {
  readonly field: string;
  readonly component: FormComponent;
  /** Of the criterion within its component, from 1; null for a justification. */
  readonly number: number | null;
}

/** Places of all criteria and components by ref. */
export const placesOf = once(
  (definition: FormDefinition): ReadonlyMap<string, Place> =>
    new Map(
      definition.components.flatMap((component): [string, Place][] => [
        ...component.criteria.map(({ ref }, index): [string, Place] => [
          ref,
          { field: scoreFieldName(ref), component, number: index + 1 },
        ]),
        [component.ref, { field: justificationFieldName(component.ref), component, number: null }],
      ]),
    ),
);

export function kindName({ translator }: Wording, kind: ComponentKind): string {
  return translator.t(`common.componentKind.${kind}`);
}

/** `B1-K1-W1 Stelt een plan op`. */
export function processTitle({ translator: { t } }: Wording, { code, title }: Titled): string {
  return t('examiner.form.stepTitle', { code, title });
}

/** `B1-K1-W1 · Gedragsobservatie, criterium 3`. */
export function placeLabel(wording: Wording, { component, number }: Place): string {
  const params = { process: component.workProcess.code, component: kindName(wording, component.kind) };
  const { t } = wording.translator;
  return number === null
    ? t('examiner.form.openJustification', params)
    : t('examiner.form.openScore', { ...params, number });
}

/** `B1-K1-W1 · Gedragsobservatie, bewijs`. */
export function evidenceLabel(wording: Wording, { component }: Pick<Place, 'component'>): string {
  const params = { process: component.workProcess.code, component: kindName(wording, component.kind) };
  return wording.translator.t('evidence.openItem', params);
}

/** Errors of the domain as sentences beside the control where each is mended. */
export function fieldMessages(
  wording: Wording,
  definition: FormDefinition,
  errors: readonly FormError[],
): FieldMessage[] {
  if (errors.length === 0) return [];
  const places = placesOf(definition);
  return errors.flatMap((error) => {
    const place = places.get(error.ref);
    if (!place) return [];
    const field = error.code === FormErrorCode.EvidenceRequired ? evidenceFieldName(error.ref) : place.field;
    return [{ field, message: sentence(wording, definition, error, place) }];
  });
}

function sentence(wording: Wording, definition: FormDefinition, error: FormError, place: Place): string {
  const { t, lang } = wording.translator;
  const where = { process: place.component.workProcess.code, component: kindName(wording, place.component.kind) };
  switch (error.code) {
    case FormErrorCode.ScoreInvalid:
    case FormErrorCode.ScoreMissing:
      return t(`examiner.errors.${error.code}`, { ...where, number: place.number ?? 0 });
    case FormErrorCode.JustificationRequired: {
      const reason = requiredReason(wording, count(error, 'O'), count(error, 'G'));
      return definition.policy === JustificationPolicy.All || reason === ''
        ? t('examiner.errors.JUSTIFICATION_REQUIRED_always', where)
        : t('examiner.errors.JUSTIFICATION_REQUIRED', { ...where, reason });
    }
    case FormErrorCode.JustificationTooLong: {
      const length = formatNumber(count(error, 'length'), lang);
      return t('examiner.errors.JUSTIFICATION_TOO_LONG', {
        ...where,
        length,
        max: formatNumber(count(error, 'max'), lang),
      });
    }
    case FormErrorCode.EvidenceRequired:
      return t('evidence.missing', where);
    case FormErrorCode.TextForbiddenCharacter:
      return t('examiner.errors.TEXT_FORBIDDEN_CHARACTER', {
        ...where,
        code: String(error.params?.code ?? ''),
        position: count(error, 'position') + 1,
      });
  }
}

function count(error: FormError, name: string): number {
  return Number(error.params?.[name] ?? 0);
}

/** `1× O en 1× G`; empty when neither was given. */
function requiredReason({ translator: { t } }: Wording, O: number, G: number): string {
  if (O > 0 && G > 0) return t('examiner.errors.reasonBoth', { O, G });
  if (O > 0) return t('examiner.errors.reasonO', { O });
  return G > 0 ? t('examiner.errors.reasonG', { G }) : '';
}

/** The first 16 digits in groups of four, as in the confirmation mail: enough to compare by eye. */
export function shortFingerprint(sha256: string): string {
  return [0, 4, 8, 12].map((start) => sha256.slice(start, start + 4)).join(' ');
}
