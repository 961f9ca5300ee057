/** The dossier of one assessment. */
import { correctorRefusal } from '../../../domain/deciding-decide.ts';
import { conductorLine } from '../../conductor.ts';
import { type PageKit, repositoriesOf, wordingOf } from '../../context.ts';
import { decisionModel } from './deciding/decision.model.ts';
import { decisionFactsOf } from './deciding/decision.ts';
import { dossierModel, dossierPageTitle } from './dossier.model.ts';
import { neighboursOf } from './queue-place.ts';
import { queryOf, withDossier } from './support.ts';

export function createDossierPage(kit: PageKit) {
  return withDossier(kit, async (req, res, dossier) => {
    const wording = wordingOf(res);
    const [conducting, facts, neighbours] = await Promise.all([
      repositoriesOf(kit, res).health.readConducting(dossier.id),
      decisionFactsOf(kit, res, dossier),
      neighboursOf(kit, req, res, dossier.id),
    ]);
    const editing = {
      isOn: queryOf(req, 'bewerken') === 'aan',
      refusal: correctorRefusal(dossier.state, facts.memberId, facts.committee),
    };
    const model = {
      ...dossierModel(wording, dossier, editing),
      decision: decisionModel(wording, dossier, facts),
      conductor: conductorLine(wording.translator, conducting),
      neighbours,
      hasNeighbours: neighbours.previousHref !== '' || neighbours.nextHref !== '',
    };
    kit.sendPage(res, 'committee-dossier', model, {
      title: dossierPageTitle(wording, dossier),
      width: 'wide',
      helpKey: 'dossier',
      scripts: ['dossier-keys.js', ...(model.isPending ? ['dossier.js'] : [])],
    });
  });
}
