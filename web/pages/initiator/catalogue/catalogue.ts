import type { Request } from 'express';
import { EXAM_VIEWS, type ExamView } from '../../../../prisma/repositories/preferences.ts';
import { memberOf, type PageHandler, type PageKit, wordingOf } from '../../../context.ts';
import { paths } from '../../../paths.ts';
import { isId } from '../../../posted.ts';
import { initiatorOf, sendNotFound, textOf } from '../requests.ts';
import { catalogueHref, catalogueModel, readFilter } from './catalogue.model.ts';

/** All exams of the school, shown as this member likes it. */
export function showCatalogue(kit: PageKit): PageHandler {
  return async (req, res) => {
    const wording = wordingOf(res);
    const initiator = initiatorOf(kit, res);
    const { membershipId } = memberOf(res);
    const [exams, preferences] = await Promise.all([
      initiator.listExams(membershipId),
      initiator.findPreferences(membershipId),
    ]);
    const filter = readFilter((name) => textOf(req.query, name));
    const view = preferences.examView ?? 'tiles';
    const model = catalogueModel(wording, { exams, filter, view, page: pageOf(req) });
    kit.sendPage(res, 'exam-catalogue', model, {
      title: wording.translator.t('catalogue.title'),
      width: 'wide',
      helpKey: 'exams',
    });
  };
}

/** From 1; what is no number is the first page. */
function pageOf(req: Request): number {
  const typed = textOf(req.query, 'pagina');
  return /^[1-9]\d{0,3}$/.test(typed) ? Number(typed) : 1;
}

/** Names of the views as the switch posts them. */
const VIEW_NAMES: Readonly<Record<ExamView, string>> = { tiles: 'tegels', list: 'lijst' };

/** Keeps whether the member wants tiles or a list. */
export function saveView(kit: PageKit): PageHandler {
  return async (req, res) => {
    const wanted = EXAM_VIEWS.find((view) => VIEW_NAMES[view] === textOf(req.body, 'weergave'));
    if (wanted) await initiatorOf(kit, res).savePreferences(memberOf(res).membershipId, { examView: wanted });
    res.redirect(303, catalogueHref(readFilter((name) => textOf(req.body, name))));
  };
}

/** Puts an exam at the top or takes it from there, and leads back to its star. */
export function saveFavourite(kit: PageKit): PageHandler {
  return async (req, res) => {
    const { examVersionId } = req.params;
    const initiator = initiatorOf(kit, res);
    const details = isId(examVersionId) ? await initiator.findExam(examVersionId) : null;
    if (!details) return sendNotFound(kit, req, res);
    const wanted = textOf(req.body, 'favoriet');
    if (wanted === '1' || wanted === '0')
      await initiator.saveFavourite(memberOf(res).membershipId, details.examId, wanted === '1');
    if (textOf(req.body, 'terug') === 'examen') return res.redirect(303, paths.exam(details.examVersionId));
    const list = catalogueHref(readFilter((name) => textOf(req.body, name)));
    res.redirect(303, `${list}#ster-${details.examVersionId}`);
  };
}
