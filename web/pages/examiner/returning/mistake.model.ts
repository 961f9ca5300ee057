/** "I made a mistake": the question to have a finished form back, and the wait for its answer. Pure. */
import { MAX_REASON } from '../../../../domain/text.ts';
import type { ExaminerForm } from '../../../../prisma/repositories/examiner.ts';
import { paths } from '../../../paths.ts';
import { moment, type Wording } from '../../../wording.ts';
import { type FieldMessage, kindName, processTitle } from '../words.ts';

export interface MistakeFields {
  readonly components: readonly string[];
  /** As typed. */
  readonly reason: string;
}

export interface MistakeProblem {
  readonly code: string;
  readonly params: Readonly<Record<string, unknown>>;
}

/** Where each refusal is mended. */
const FIELD_OF = {
  COMPONENTS_REQUIRED: 'onderdelen',
  NOTHING_TO_RETURN: 'onderdelen',
  REASON_REQUIRED: 'reden',
  REASON_TOO_LONG: 'reden',
  TEXT_FORBIDDEN_CHARACTER: 'reden',
  TOO_OFTEN: 'reden',
} as const;

function isKnown(code: string): code is keyof typeof FIELD_OF {
  return Object.hasOwn(FIELD_OF, code);
}

/** The sentence at the field where it is mended; null for what no field mends. */
export function mistakeError({ translator: { t } }: Wording, { code, params }: MistakeProblem): FieldMessage | null {
  if (!isKnown(code)) return null;
  const { length = 0, max = MAX_REASON, minutes = 0 } = params;
  const numbers = { length: Number(length), max: Number(max), minutes: Number(minutes) };
  return { field: FIELD_OF[code], message: t(`returning.mistake.errors.${code}`, numbers) };
}

export function mistakeModel(
  wording: Wording,
  form: ExaminerForm,
  fields: MistakeFields,
  errors: readonly FieldMessage[],
) {
  const { t } = wording.translator;
  return {
    errors,
    crumb: form.studentName,
    action: paths.formMistake(form.formId),
    cancelHref: paths.form(form.formId),
    components: form.definition.components.map(({ ref, kind, workProcess }) => ({
      value: ref,
      label: `${processTitle(wording, workProcess)}: ${kindName(wording, kind)}`,
      isChecked: fields.components.includes(ref),
    })),
    reason: fields.reason,
    reasonHint: t('returning.mistake.reasonHint', { name: form.initiatorName }),
    maxReason: MAX_REASON,
  };
}

/** The page that shows the question without an answer; null when nothing is asked. */
export function mistakeWaitModel(wording: Wording, form: ExaminerForm) {
  const { t } = wording.translator;
  const { ask, studentName: student } = form;
  if (ask === null) return null;
  const wrong = form.definition.components.filter(({ ref }) => ask.components.includes(ref));
  const where = wrong.map(({ kind, workProcess }) => `${workProcess.code} ${kindName(wording, kind)}`).join(', ');
  return {
    title: t('returning.wait.title'),
    lead: t('returning.wait.lead', { moment: moment(wording, ask.askedAt), student }),
    facts: [
      { label: t('returning.wait.where'), value: where },
      { label: t('returning.wait.reason'), value: ask.reason },
    ].filter(({ value }) => value !== ''),
    action: paths.formMistake(form.formId),
    formHref: paths.form(form.formId),
  };
}
