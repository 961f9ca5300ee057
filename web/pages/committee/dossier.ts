/** The dossier of one assessment. */
import type { PageKit } from '../../context.ts';
import { dossierModel, dossierPageTitle } from './dossier.model.ts';
import { withDossier, wordingOf } from './support.ts';

export function createDossierPage(kit: PageKit) {
  return withDossier(kit, (_req, res, dossier) => {
    const wording = wordingOf(res);
    const model = dossierModel(wording, dossier);
    kit.sendPage(res, 'committee-dossier', model, {
      title: dossierPageTitle(wording, dossier),
      width: 'wide',
      helpKey: 'dossier',
      ...(model.isPending ? { scripts: ['dossier.js'] } : {}),
    });
  });
}
