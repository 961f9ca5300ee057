/** The page of everything that was edited in the forms of an assessment. */
import { type PageKit, wordingOf } from '../../../context.ts';
import { withDossier } from '../support.ts';
import { historyModel } from './history.model.ts';

export function createHistoryPage(kit: PageKit) {
  return withDossier(kit, (_req, res, dossier) => {
    const wording = wordingOf(res);
    kit.sendPage(res, 'committee-edit-history', historyModel(wording, dossier), {
      title: wording.translator.t('editing.history.title'),
      width: 'wide',
      helpKey: 'editing',
    });
  });
}
