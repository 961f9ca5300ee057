/** A student's own exams: the list, one of them, and what was added to it. */
import type { RequestHandler, Response } from 'express';
import { toLocalDate } from '../../../domain/calendar.ts';
import { addOwnExam, removeOwnExam } from '../../../prisma/commands/own-details.ts';
import {
  contextOf,
  memberActor,
  memberOf,
  type PageHandler,
  type PageKit,
  repositoriesOf,
  wordingOf,
} from '../../context.ts';
import { paths } from '../../paths.ts';
import { isId, singleOf } from '../../posted.ts';
import { addExamModel } from './add-exam.model.ts';
import { myExamModel } from './my-exam.model.ts';
import { myExamsModel } from './my-exams.model.ts';
import { ownOf } from './own.ts';

/** Longer than any title. */
const MAX_QUERY = 100;

export function showMyExams(kit: PageKit): PageHandler {
  return async (_req, res) => {
    const exams = await repositoriesOf(kit, res).mine.listExams(ownOf(res).student.id);
    const model = myExamsModel(wordingOf(res), exams);
    kit.sendPage(res, 'my-exams', model, { title: model.title, helpKey: 'myExams' });
  };
}

export function showMyExam(kit: PageKit): RequestHandler {
  return async (req, res, next) => {
    const { id } = req.params;
    const { student, policy, contactEmail, now } = ownOf(res);
    const found = isId(id) ? await repositoriesOf(kit, res).mine.findExam(student.id, id) : null;
    if (found === null) return kit.notFound(req, res, next);
    const wording = wordingOf(res);
    const model = myExamModel(wording, found, {
      school: contextOf(res).school?.name ?? '',
      remedies: policy.remedies,
      contactEmail,
      today: toLocalDate(now.toISOString(), wording.timeZone),
    });
    kit.sendPage(res, 'my-exam', model, { title: model.title, helpKey: 'myExam' });
  };
}

export function showAddExam(kit: PageKit): PageHandler {
  return async (req, res) => {
    const query = (singleOf(req.query, 'zoek') ?? '').trim().slice(0, MAX_QUERY);
    const found = await repositoriesOf(kit, res).mine.searchExams(ownOf(res).student.id, query);
    const model = addExamModel(wordingOf(res), query, found);
    kit.sendPage(res, 'my-exam-add', model, { title: model.title, helpKey: 'myExams' });
  };
}

export function addExam(kit: PageKit): PageHandler {
  return async (req, res) => {
    const exam = await readExam(kit, res, req.body);
    const { t } = contextOf(res).translator;
    if (exam === null) {
      kit.setFlash(res, { kind: 'warning', text: t('mine.add.gone') });
      return res.redirect(303, paths.myExamAdd());
    }
    const { accountId, schoolId } = memberOf(res);
    const outcome = await kit.command(
      addOwnExam,
      { accountId, examId: exam.examId },
      { schoolId, actor: memberActor(res) },
    );
    const text = t(outcome.ok ? 'mine.exams.added' : 'mine.add.gone', { title: exam.title });
    kit.setFlash(res, { kind: outcome.ok ? 'ok' : 'warning', text });
    res.redirect(303, outcome.ok ? paths.myExams() : paths.myExamAdd());
  };
}

export function removeExam(kit: PageKit): PageHandler {
  return async (req, res) => {
    const exam = await readExam(kit, res, req.body);
    if (exam !== null) {
      const { accountId, schoolId } = memberOf(res);
      const by = { schoolId, actor: memberActor(res) };
      await kit.command(removeOwnExam, { accountId, examId: exam.examId }, by);
      // Taken out twice, or in another window: it is gone, which is what was asked.
      const text = contextOf(res).translator.t('mine.exams.removed', { title: exam.title });
      kit.setFlash(res, { kind: 'ok', text });
    }
    res.redirect(303, paths.myExams());
  };
}

/** The exam that was posted, when the school has it. */
async function readExam(kit: PageKit, res: Response, body: unknown) {
  const examId = singleOf(body, 'examen');
  if (!isId(examId)) return null;
  const found = await repositoriesOf(kit, res).mine.findExamTitle(examId);
  return found && { examId, title: found.title };
}
