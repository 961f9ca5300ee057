/** A pasted list and its answer, line by line. Pure. */
import {
  type AnsweredEntry,
  MAX_PASTED,
  MAX_PASTED_LENGTH,
  needsMending,
  PastedAnswer,
  type PastedEntry,
} from '../../../../domain/pasted-list.ts';
import type { Wording } from '../../../wording.ts';

export type CheckedList = { readonly ok: true } | { readonly ok: false; readonly message: string };

/** Whether a list can be looked up. */
export function checkList(
  { translator: { t } }: Wording,
  pasted: string,
  entries: readonly PastedEntry[],
): CheckedList {
  if (pasted.length > MAX_PASTED_LENGTH) return { ok: false, message: t('students.paste.errorTooLong') };
  if (entries.length === 0) return { ok: false, message: t('students.paste.errorEmpty') };
  const count = entries.length;
  if (count > MAX_PASTED) return { ok: false, message: t('students.paste.errorTooMany', { max: MAX_PASTED, count }) };
  return { ok: true };
}

/** Who is added by the one button. */
export function addableIds(answers: readonly AnsweredEntry[]): string[] {
  return answers.flatMap(({ answer, studentId }) =>
    studentId !== null && (answer === PastedAnswer.Found || answer === PastedAnswer.Running) ? [studentId] : [],
  );
}

/** What stays in the box for who has to mend it. */
export function restOf(answers: readonly AnsweredEntry[]): string {
  return answers
    .filter(({ answer }) => needsMending(answer))
    .map(({ entry }) => entry.text)
    .join('\n');
}

const LOOKS: Readonly<Record<PastedAnswer, { readonly icon: string; readonly tone: string }>> = {
  found: { icon: 'circle-check', tone: 'ok' },
  running: { icon: 'triangle-alert', tone: 'attention' },
  chosen: { icon: 'check', tone: 'neutral' },
  twice: { icon: 'copy', tone: 'neutral' },
  notFound: { icon: 'circle-alert', tone: 'error' },
  ambiguous: { icon: 'circle-alert', tone: 'error' },
  unreadable: { icon: 'circle-alert', tone: 'error' },
};

/** @param names of the students that answers stand for */
export function answersModel(
  { translator: { t } }: Wording,
  answers: readonly AnsweredEntry[],
  names: ReadonlyMap<string, string>,
) {
  const count = addableIds(answers).length;
  const good = answers.filter(({ answer }) => !needsMending(answer)).length;
  return {
    summary: t('students.paste.summary', { good, total: answers.length }),
    addLabel: count === 0 ? '' : t('students.paste.add', { count }),
    lines: answers.map(({ entry, answer, studentId }) => ({
      line: t('students.paste.line', { line: entry.line }),
      typed: entry.text,
      ...LOOKS[answer],
      text: t(`students.paste.answer.${answer}`, { name: (studentId && names.get(studentId)) ?? '' }),
    })),
  };
}
