import type { Request, Response } from 'express';
import { addWorkingDays, toLocalDate, zonedInstant } from '../../../../domain/calendar.ts';
import { DUE_TIME, defaultDueAt } from '../../../../domain/reminders.ts';
import { createAssessments } from '../../../../prisma/commands/assessments.ts';
import { commandIdFor, newFormId } from '../../../command-id.ts';
import { memberActor, memberOf, type PageHandler, type PageKit, wordingOf } from '../../../context.ts';
import { paths } from '../../../paths.ts';
import { isId } from '../../../posted.ts';
import { idsOf, initiatorOf, sendNotFound, textOf } from '../requests.ts';
import { type FieldError, refusalText } from '../words.ts';
import { askNumber } from './ask-number.ts';
import { readDue, toWorkingDay } from './due.model.ts';
import { answerList } from './paste.ts';
import { type Choice, type Chosen, findChoice, MAX_RESULTS, sendStudents } from './send-students.ts';
import { checkChosen, checkRunning, type Notice, type StudentsInput, trimQuery } from './students.model.ts';

/** Longest list that is read back into the page, characters. */
const MAX_BOX = 200_000;

/** First step: whom for. `student` in the address: who is chosen already. */
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
      pasted: '',
      email: '',
      confirmedIds: [],
      hasSearched: false,
    };
    await sendStudents(kit, res, choice, input, { studentIds: idsOf(req.query, 'student') });
  };
}

/** The link in the mail that a student has filled in the number. */
export function resumeStart(kit: PageKit): PageHandler {
  return async (req, res) => {
    const { id } = req.params;
    const request = isId(id) ? await initiatorOf(kit, res).findAnsweredRequest(memberOf(res).membershipId, id) : null;
    if (!request) return sendNotFound(kit, req, res);
    const { examVersionId, unitCode, studentId } = request;
    if (examVersionId === null) return res.redirect(303, paths.exams());
    res.redirect(303, paths.newAssessment({ examen: examVersionId, eenheid: unitCode, student: studentId }));
  };
}

/**
 * Searching, adding, pasting, asking and going on are all posts of the same form, which keeps what was chosen. The pressed
 * button says what is done: `stap`, for one student or group followed by a colon and its id.
 */
export function postStudents(kit: PageKit): PageHandler {
  return async (req, res) => {
    const choice = await findChoice(kit, res, req.body);
    if (!choice) return sendNotFound(kit, req, res);
    const [step = '', id = ''] = textOf(req.body, 'stap').split(':', 2);
    const input = readInput(req);
    const studentIds = idsOf(req.body, 'student');
    if (step === 'verder') return create(kit, res, choice, input, studentIds);
    const done = await take(kit, res, choice, input, studentIds, step, isId(id) ? id : null);
    await sendStudents(kit, res, choice, done.input ?? input, done);
  };
}

function readInput(req: Request): StudentsInput {
  const { body } = req;
  const formId = textOf(body, 'formulier');
  const groupId = textOf(body, 'groep');
  return {
    formId: isId(formId) ? formId : newFormId(),
    unit: textOf(body, 'eenheid'),
    query: trimQuery(textOf(body, 'zoek')),
    groupId: isId(groupId) ? groupId : '',
    due: textOf(body, 'inleveren').slice(0, 40),
    pasted: textOf(body, 'plak').slice(0, MAX_BOX),
    email: textOf(body, 'vraagmail').slice(0, 320),
    confirmedIds: idsOf(body, 'toch'),
    hasSearched: true,
  };
}

type Done = Chosen & { readonly input?: StudentsInput };

/** Does what the pressed button says. @param id of the student or group that it is about */
async function take(
  kit: PageKit,
  res: Response,
  choice: Choice,
  input: StudentsInput,
  studentIds: readonly string[],
  step: string,
  id: string | null,
): Promise<Done> {
  const initiator = initiatorOf(kit, res);
  const { t } = wordingOf(res).translator;
  const withMore = (more: readonly string[]) => [...new Set([...studentIds, ...more])];
  switch (step) {
    case 'groep': {
      const groupId = id ?? input.groupId;
      if (groupId === '') return { studentIds };
      const members = await initiator.listGroupStudentIds(groupId);
      const notice: Notice | null = members.length > 0 ? { kind: 'ok', text: t('students.groups.added') } : null;
      return { studentIds: withMore(members), notice };
    }
    case 'allen': {
      const found = await initiator.searchStudents({
        query: input.query,
        groupId: input.groupId === '' ? null : input.groupId,
        limit: MAX_RESULTS,
      });
      return { studentIds: withMore(found.rows.map((row) => row.id)) };
    }
    case 'erbij':
      return { studentIds: id === null ? studentIds : withMore([id]) };
    case 'weg':
      return { studentIds: studentIds.filter((each) => each !== id) };
    case 'leeg':
      return { studentIds: [] };
    case 'zonder-lopende': {
      const attempts = await initiator.findAttempts(choice.details.examId, choice.unitCodes, studentIds);
      return {
        studentIds: studentIds.filter((each) => !attempts.get(each)?.running || input.confirmedIds.includes(each)),
      };
    }
    case 'werkdag':
      return { studentIds, input: { ...input, due: toWorkingDay(input.due) } };
    case 'plakken':
    case 'plak-erbij':
      return answerList(kit, res, choice, input, studentIds, step === 'plak-erbij');
    case 'vraag':
      return { studentIds, ...(await askNumber(kit, res, choice, input, id)) };
    default:
      return { studentIds };
  }
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
  const [settings, now, chosen, attempts] = await Promise.all([
    initiator.settings(),
    initiator.now(),
    initiator.findStudents(studentIds),
    initiator.findAttempts(choice.details.examId, choice.unitCodes, studentIds),
  ]);
  const due = readDue(wording, input.due, now);
  const errors: FieldError[] = [
    ...checkChosen(wording, studentIds.length),
    ...checkRunning(wording, chosen, attempts, input.confirmedIds),
  ];
  if (!due.ok) errors.push({ field: 'inleveren', message: due.message });
  if (!due.ok || errors.length > 0) return sendStudents(kit, res, choice, input, { studentIds, errors });
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
    const message = refusalText(wording, outcome.code);
    return sendStudents(kit, res, choice, input, { studentIds, errors: [{ field: 'zoek', message }] });
  }
  const { seriesId, assessmentIds } = outcome.value;
  const text = wording.translator.t('initiator.batch.created', { count: assessmentIds.length });
  kit.setFlash(res, { kind: 'ok', text });
  res.redirect(303, paths.seriesExaminers(seriesId));
}
