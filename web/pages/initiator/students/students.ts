import type { Request, Response } from 'express';
import { addDays, addWorkingDays, toLocalDate, zonedInstant } from '../../../../domain/calendar.ts';
import { DUE_TIME, defaultDueAt } from '../../../../domain/reminders.ts';
import { createAssessments } from '../../../../prisma/commands/assessments.ts';
import type { ExamDetails } from '../../../../prisma/repositories/initiator.ts';
import { memberActor, memberOf, type PageHandler, type PageKit, wordingOf } from '../../../context.ts';
import { paths } from '../../../paths.ts';
import { isId } from '../../../posted.ts';
import { commandIdFor, idsOf, initiatorOf, newFormId, sendNotFound, textOf } from '../requests.ts';
import { type FieldError, refusalText } from '../words.ts';
import { checkChosen, readDue, type StudentsInput, studentsModel, trimQuery, unitCodesOf } from './students.model.ts';

/** Students shown for a search; a group is shown whole up to this many. */
const MAX_RESULTS = 60;

interface Choice {
  readonly details: ExamDetails;
  readonly unitCodes: readonly string[];
}

/** The exam and units that a request names, or null when there are none such. */
async function findChoice(kit: PageKit, res: Response, source: unknown): Promise<Choice | null> {
  const examVersionId = textOf(source, 'examen');
  if (!isId(examVersionId)) return null;
  const details = await initiatorOf(kit, res).findExam(examVersionId);
  const unitCodes = details && unitCodesOf(details, textOf(source, 'eenheid'));
  return details && unitCodes ? { details, unitCodes } : null;
}

/** First step: whom for. */
export function showStudents(kit: PageKit): PageHandler {
  return async (req, res) => {
    const choice = await findChoice(kit, res, req.query);
    if (!choice) return sendNotFound(kit, req, res);
    const initiator = initiatorOf(kit, res);
    const [settings, now] = await Promise.all([initiator.settings(), initiator.now()]);
    const { timeZone } = wordingOf(res);
    const input: StudentsInput = {
      formId: newFormId(),
      unit: textOf(req.query, 'eenheid'),
      query: '',
      groupId: '',
      due: toLocalDate(defaultDueAt(now.toISOString(), settings.dueWorkingDays, timeZone), timeZone),
      hasSearched: false,
    };
    await sendStudents(kit, res, choice, input, []);
  };
}

/** Searching, adding and going on are all posts of the same form, which keeps what was chosen. */
export function postStudents(kit: PageKit): PageHandler {
  return async (req, res) => {
    const choice = await findChoice(kit, res, req.body);
    if (!choice) return sendNotFound(kit, req, res);
    const step = textOf(req.body, 'stap');
    const formId = textOf(req.body, 'formulier');
    const groupId = textOf(req.body, 'groep');
    const input: StudentsInput = {
      formId: isId(formId) ? formId : newFormId(),
      unit: textOf(req.body, 'eenheid'),
      query: trimQuery(textOf(req.body, 'zoek')),
      groupId: isId(groupId) ? groupId : '',
      due: textOf(req.body, 'inleveren'),
      hasSearched: true,
    };
    const chosen = await chosenIds(kit, req, res, input, step);
    if (step !== 'verder') return sendStudents(kit, res, choice, input, chosen);
    await create(kit, res, choice, input, chosen);
  };
}

/** Who was ticked before and now, and whom the pressed button adds. */
async function chosenIds(
  kit: PageKit,
  req: Request,
  res: Response,
  input: StudentsInput,
  step: string,
): Promise<string[]> {
  const initiator = initiatorOf(kit, res);
  const ticked = idsOf(req.body, 'student');
  if (step === 'groep' && input.groupId !== '') {
    return [...new Set([...ticked, ...(await initiator.listGroupStudentIds(input.groupId))])];
  }
  if (step === 'allen') {
    const { query, groupId } = input;
    const { rows } = await initiator.searchStudents({
      query,
      groupId: groupId === '' ? null : groupId,
      limit: MAX_RESULTS,
    });
    return [...new Set([...ticked, ...rows.map(({ id }) => id)])];
  }
  return ticked;
}

async function create(
  kit: PageKit,
  res: Response,
  choice: Choice,
  input: StudentsInput,
  studentIds: readonly string[],
): Promise<void> {
  const wording = wordingOf(res);
  const initiator = initiatorOf(kit, res);
  const member = memberOf(res);
  const [settings, now] = await Promise.all([initiator.settings(), initiator.now()]);
  const due = readDue(wording, input.due, now);
  const errors: FieldError[] = checkChosen(wording, studentIds.length);
  if (!due.ok) errors.push({ field: 'inleveren', message: due.message });
  if (!due.ok || errors.length > 0) return sendStudents(kit, res, choice, input, studentIds, errors);
  const { timeZone } = wording;
  const closesAfter = settings.closesAfterWorkingDays;
  const command = {
    examVersionId: choice.details.examVersionId,
    unitCodes: choice.unitCodes,
    studentIds,
    initiatorId: member.membershipId,
    assignments: [],
    dueAt: due.dueAt,
    closesAt: closesAfter === null ? null : zonedInstant(addWorkingDays(input.due, closesAfter), DUE_TIME, timeZone),
  };
  const outcome = await kit.command(createAssessments, command, {
    schoolId: member.schoolId,
    actor: memberActor(res),
    commandId: commandIdFor(input.formId, command),
  });
  if (!outcome.ok) {
    return sendStudents(kit, res, choice, input, studentIds, [
      { field: 'zoek', message: refusalText(wording, outcome.code) },
    ]);
  }
  const { seriesId, assessmentIds } = outcome.value;
  kit.setFlash(res, {
    kind: 'ok',
    text: wording.translator.t('initiator.batch.created', { count: assessmentIds.length }),
  });
  res.redirect(303, paths.seriesExaminers(seriesId));
}

async function sendStudents(
  kit: PageKit,
  res: Response,
  { details, unitCodes }: Choice,
  input: StudentsInput,
  studentIds: readonly string[],
  errors: readonly FieldError[] = [],
): Promise<void> {
  const wording = wordingOf(res);
  const initiator = initiatorOf(kit, res);
  const search = { query: input.query, groupId: input.groupId === '' ? null : input.groupId, limit: MAX_RESULTS };
  const isSearching = input.query !== '' || input.groupId !== '';
  const [found, chosen, groups, settings, now] = await Promise.all([
    initiator.searchStudents(search),
    initiator.findStudents(studentIds),
    initiator.listGroups(memberOf(res).membershipId),
    initiator.settings(),
    initiator.now(),
  ]);
  const shownIds = [...found.rows, ...chosen].map(({ id }) => id);
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
      errors,
      tomorrow: addDays(toLocalDate(now.toISOString(), wording.timeZone), 1),
    },
  );
  const hasErrors = errors.length > 0;
  kit.sendPage(res, 'choose-students', model, {
    title: model.title,
    width: 'wide',
    hasErrors,
    status: hasErrors ? 422 : 200,
    scripts: ['students.js'],
  });
}
