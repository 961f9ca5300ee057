/** Who a member is to a decision, for the pages that ask. */
import type { Response } from 'express';
import type { Dossier } from '../../../../prisma/repositories/committee-dossier.ts';
import type { DecisionFacts } from '../../../../prisma/repositories/deciding.ts';
import { memberOf, type PageKit, repositoriesOf } from '../../../context.ts';

/** Who this member is to the decision. @throws Error when the assessment is gone, which a dossier that was read cannot be */
export async function decisionFactsOf(kit: PageKit, res: Response, { id, state }: Dossier): Promise<DecisionFacts> {
  const facts = await repositoriesOf(kit, res).deciding.readDecision(id, state, memberOf(res).membershipId);
  if (facts === null) throw new Error('a dossier without an assessment');
  return facts;
}
