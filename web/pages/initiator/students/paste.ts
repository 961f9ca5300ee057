import type { Response } from 'express';
import { answerPasted, needsMending, readPastedList } from '../../../../domain/pasted-list.ts';
import type { StudentRow } from '../../../../prisma/repositories/initiator.ts';
import { type PageKit, wordingOf } from '../../../context.ts';
import { initiatorOf } from '../requests.ts';
import { addableIds, answersModel, checkList, restOf } from './paste.model.ts';
import type { Choice, Chosen } from './send-students.ts';
import type { StudentsInput } from './students.model.ts';

/**
 * Looks a pasted list up.
 * @param isAdding adds who was found; only what has to be mended stays in the box
 */
export async function answerList(
  kit: PageKit,
  res: Response,
  choice: Choice,
  input: StudentsInput,
  studentIds: readonly string[],
  isAdding: boolean,
): Promise<Chosen & { readonly input?: StudentsInput }> {
  const wording = wordingOf(res);
  const { t } = wording.translator;
  const entries = readPastedList(input.pasted);
  const checked = checkList(wording, input.pasted, entries);
  if (!checked.ok) return { studentIds, errors: [{ field: 'plak', message: checked.message }] };
  const initiator = initiatorOf(kit, res);
  const known = await initiator.findByNumberOrEmail([...new Set(entries.map(({ key }) => key))]);
  const ids = known.map(({ id }) => id);
  const attempts = await initiator.findAttempts(choice.details.examId, choice.unitCodes, ids);
  const runningIds = new Set(ids.filter((id) => attempts.get(id)?.running));
  const answers = answerPasted(entries, known, new Set(studentIds), runningIds);
  if (!isAdding) return { studentIds, pasteAnswer: answersModel(wording, answers, namesOf(known)) };
  const rest = restOf(answers);
  const left = rest === '' ? [] : answers.filter(({ answer }) => needsMending(answer));
  return {
    studentIds: [...new Set([...studentIds, ...addableIds(answers)])],
    input: { ...input, pasted: rest },
    notice:
      left.length === 0
        ? { kind: 'ok', text: t('students.paste.allAdded') }
        : { kind: 'info', text: t('students.paste.restStays', { count: left.length }) },
    pasteAnswer: left.length === 0 ? null : answersModel(wording, left, namesOf(known)),
  };
}

function namesOf(students: readonly StudentRow[]): ReadonlyMap<string, string> {
  return new Map(students.map(({ id, name }) => [id, name]));
}
