/** The dossier of one assessment. */
import { conductorLine } from '../../conductor.ts';
import { type PageKit, repositoriesOf, wordingOf } from '../../context.ts';
import { dossierModel, dossierPageTitle } from './dossier.model.ts';
import { withDossier } from './support.ts';

export function createDossierPage(kit: PageKit) {
  return withDossier(kit, async (_req, res, dossier) => {
    const wording = wordingOf(res);
    const conducting = await repositoriesOf(kit, res).health.readConducting(dossier.id);
    const model = { ...dossierModel(wording, dossier), conductor: conductorLine(wording.translator, conducting) };
    kit.sendPage(res, 'committee-dossier', model, {
      title: dossierPageTitle(wording, dossier),
      width: 'wide',
      helpKey: 'dossier',
      ...(model.isPending ? { scripts: ['dossier.js'] } : {}),
    });
  });
}
