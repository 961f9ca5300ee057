import { AssessmentStatus } from '../../../../domain/assessment.ts';
import { memberOf, type PageHandler, type PageKit, wordingOf } from '../../../context.ts';
import { isId } from '../../../posted.ts';
import { initiatorOf, sendNotFound, textOf } from '../requests.ts';
import { catalogueModel, examModel, kindOf } from './catalogue.model.ts';

/** All exams of the school as tiles. */
export function showCatalogue(kit: PageKit): PageHandler {
  return async (req, res) => {
    const wording = wordingOf(res);
    const exams = await initiatorOf(kit, res).listExams();
    const filter = { kind: kindOf(textOf(req.query, 'soort')), query: textOf(req.query, 'zoek').slice(0, 100) };
    kit.sendPage(res, 'exam-catalogue', catalogueModel(wording, exams, filter), {
      title: wording.translator.t('initiator.catalogue.title'),
      width: 'wide',
    });
  };
}

const SHOWN_RUNNING = 8;
const RUNNING: ReadonlySet<AssessmentStatus> = new Set([
  AssessmentStatus.Draft,
  AssessmentStatus.Invited,
  AssessmentStatus.InProgress,
  AssessmentStatus.Assessed,
  AssessmentStatus.Returned,
]);

/** One exam with its parts and the initiator's running assessments of it. */
export function showExam(kit: PageKit): PageHandler {
  return async (req, res) => {
    const { examVersionId } = req.params;
    const initiator = initiatorOf(kit, res);
    const details = isId(examVersionId) ? await initiator.findExam(examVersionId) : null;
    if (!details) return sendNotFound(kit, req, res);
    const wording = wordingOf(res);
    const filter = { membershipId: memberOf(res).membershipId, examVersionId: details.examVersionId, query: '' };
    const { rows } = await initiator.list(filter, {}, 50);
    const running = rows.filter((row) => RUNNING.has(row.status)).slice(0, SHOWN_RUNNING);
    const model = examModel(wording, details, running);
    kit.sendPage(res, 'exam', model, { title: model.title, width: 'wide' });
  };
}
