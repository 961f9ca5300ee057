/** A photo or PDF that an examiner finished a form with. */
import type { RequestHandler } from 'express';
import { type PageKit, repositoriesOf } from '../../context.ts';
import { isId } from '../../posted.ts';
import { sendEvidence } from '../examiner/evidence/file.ts';

export function createEvidencePage(kit: PageKit): RequestHandler {
  return async (req, res, next) => {
    const { id, evidenceId } = req.params;
    const found =
      isId(id) && isId(evidenceId)
        ? await repositoriesOf(kit, res).committee.findDossierEvidence(id, evidenceId)
        : null;
    await sendEvidence(kit, found, req, res, next);
  };
}
