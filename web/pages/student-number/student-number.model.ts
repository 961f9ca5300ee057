/** What a student sees and fills in. Pure. */
import type { StudentNumberFormat } from '../../../domain/deciding.ts';
import { MAX_NAMES, type StudentField } from '../../../prisma/commands/student-rows.ts';
import type { StudentRequestInfo } from '../../../prisma/repositories/student-requests.ts';
import { paths } from '../../paths.ts';
import { singleOf } from '../../posted.ts';
import type { Wording } from '../../wording.ts';
import { numberFormatText } from './number-format.ts';

export type StudentInput = Readonly<Record<StudentField, string>>;

export const EMPTY_INPUT: StudentInput = { givenName: '', infix: '', familyName: '', number: '' };

/** Names of the fields on the page, in their order. */
const FIELDS: Readonly<Record<StudentField, string>> = {
  givenName: 'voornaam',
  infix: 'tussenvoegsel',
  familyName: 'achternaam',
  number: 'nummer',
};
const ORDER = Object.keys(FIELDS) as StudentField[];
/** More than anybody fills in; the rules themselves say what is too long. */
const MAX_TYPED = 400;

export function readStudentInput(body: unknown): StudentInput {
  const read = (field: StudentField) => (singleOf(body, FIELDS[field]) ?? '').slice(0, MAX_TYPED);
  return { givenName: read('givenName'), infix: read('infix'), familyName: read('familyName'), number: read('number') };
}

export interface OwnFieldError {
  readonly field: string;
  readonly message: string;
}

/** Why it was refused, at the field that it is about. */
export function fieldErrors(
  { translator }: Wording,
  refusal: { readonly code: string; readonly params: Readonly<Record<string, unknown>> },
  format: StudentNumberFormat,
): OwnFieldError[] {
  const { t, has } = translator;
  if (refusal.code === 'NUMBER_TAKEN') return [{ field: FIELDS.number, message: t('students.own.error.taken') }];
  const problems = (refusal.params.fields ?? {}) as Partial<Record<StudentField, string>>;
  const errors = ORDER.flatMap((field): OwnFieldError[] => {
    const problem = problems[field];
    if (problem === undefined) return [];
    const key = `students.own.error.${field}.${problem}`;
    const params = field === 'number' ? { format: numberFormatText(translator, format) } : { max: MAX_NAMES[field] };
    return [{ field: FIELDS[field], message: has(key, params) ? t(key, params) : t('students.own.error.other') }];
  });
  return errors.length > 0 ? errors : [{ field: FIELDS.number, message: t('students.own.error.other') }];
}

export function studentNumberModel(
  { translator: { t } }: Wording,
  request: StudentRequestInfo,
  form: { readonly token: string; readonly input: StudentInput; readonly errors: readonly OwnFieldError[] },
) {
  return {
    title: t('students.own.title'),
    lead: t('students.own.lead', { member: request.memberName, school: request.school.name }),
    action: paths.studentNumberSave(),
    isNumberOnly: request.isNumberOnly,
    school: request.school.name,
    ...form,
  };
}
