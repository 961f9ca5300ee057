/** Sends the page of choosing students, as it stands after what was done. */
import type { Response } from 'express';
import { addDays, toLocalDate } from '../../../../domain/calendar.ts';
import type { ExamDetails, FoundStudents } from '../../../../prisma/repositories/initiator.ts';
import { memberOf, type PageKit, wordingOf } from '../../../context.ts';
import { isId } from '../../../posted.ts';
import { initiatorOf, textOf } from '../requests.ts';
import type { FieldError } from '../words.ts';
import type { answersModel } from './paste.model.ts';
import { type Notice, type StudentsInput, studentsModel, unitCodesOf } from './students.model.ts';

/** Students shown for a search; a group is shown whole up to this many. */
export const MAX_RESULTS = 60;

/** The exam and the units that are started. */
export interface Choice {
  readonly details: ExamDetails;
  readonly unitCodes: readonly string[];
}

/** What stands on the page beside what was filled in. */
export interface Chosen {
  readonly studentIds: readonly string[];
  readonly errors?: readonly FieldError[];
  readonly notice?: Notice | null;
  readonly askedEmail?: string;
  readonly pasteAnswer?: ReturnType<typeof answersModel> | null;
}

const NOBODY: FoundStudents = { rows: [], total: 0, near: [] };

/** The exam and units that a request names, or null when there are none such. */
export async function findChoice(kit: PageKit, res: Response, source: unknown): Promise<Choice | null> {
  const examVersionId = textOf(source, 'examen');
  if (!isId(examVersionId)) return null;
  const details = await initiatorOf(kit, res).findExam(examVersionId);
  const unitCodes = details && unitCodesOf(details, textOf(source, 'eenheid'));
  return details && unitCodes ? { details, unitCodes } : null;
}

export async function sendStudents(
  kit: PageKit,
  res: Response,
  { details, unitCodes }: Choice,
  input: StudentsInput,
  { studentIds, errors = [], notice = null, askedEmail = '', pasteAnswer = null }: Chosen,
): Promise<void> {
  const wording = wordingOf(res);
  const initiator = initiatorOf(kit, res);
  const { membershipId } = memberOf(res);
  const isSearching = input.query !== '' || input.groupId !== '';
  const groupId = input.groupId === '' ? null : input.groupId;
  const [found, chosen, groups, settings, now] = await Promise.all([
    isSearching ? initiator.searchStudents({ query: input.query, groupId, limit: MAX_RESULTS }) : NOBODY,
    initiator.findStudents(studentIds),
    initiator.listGroups(membershipId),
    initiator.settings(),
    initiator.now(),
  ]);
  const shownIds = [...found.rows, ...found.near, ...chosen].map(({ id }) => id);
  const attempts = await initiator.findAttempts(details.examId, unitCodes, shownIds);
  const model = studentsModel(
    wording,
    { ...input, hasSearched: input.hasSearched && isSearching },
    {
      details,
      unitCodes,
      chosen,
      found,
      attempts,
      groups,
      dueWorkingDays: settings.dueWorkingDays,
      studentDomains: settings.studentDomains ?? [],
      errors,
      tomorrow: addDays(toLocalDate(now.toISOString(), wording.timeZone), 1),
      now,
      membershipId,
      pasteAnswer,
      notice,
      askedEmail,
    },
  );
  const hasErrors = errors.length > 0;
  kit.sendPage(res, 'choose-students', model, {
    title: model.title,
    width: 'wide',
    hasErrors,
    status: hasErrors ? 422 : 200,
    scripts: ['students.js'],
    helpKey: 'newAssessment',
  });
}
