/** The state of the decision, for the pages that show it. */
import type { Response } from 'express';
import type { Dossier } from '../../../../prisma/repositories/committee-dossier.ts';
import type { DecisionFacts } from '../../../../prisma/repositories/deciding.ts';
import { memberOf, type PageKit, repositoriesOf, wordingOf } from '../../../context.ts';
import { type DecisionModel, decisionModel } from './decision.model.ts';

/** Who this member is to the decision. @throws Error when the assessment is gone, which a dossier that was read cannot be */
export async function decisionFactsOf(kit: PageKit, res: Response, { id, state }: Dossier): Promise<DecisionFacts> {
  const facts = await repositoriesOf(kit, res).deciding.readDecision(id, state, memberOf(res).membershipId);
  if (facts === null) throw new Error('a dossier without an assessment');
  return facts;
}

/** The model of the partial `dossier-decision`. */
export async function decisionOf(kit: PageKit, res: Response, dossier: Dossier): Promise<DecisionModel> {
  return decisionModel(wordingOf(res), dossier, await decisionFactsOf(kit, res, dossier));
}
