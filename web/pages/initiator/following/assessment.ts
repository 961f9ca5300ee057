import type { Request, Response } from 'express';
import type { AssessmentStatusPage } from '../../../../prisma/repositories/initiator.ts';
import { conductorLine } from '../../../conductor.ts';
import { contextOf, memberOf, type PageHandler, type PageKit, repositoriesOf, wordingOf } from '../../../context.ts';
import { type Followed, liveOf } from '../../../live.ts';
import { isId } from '../../../posted.ts';
import { initiatorOf, sendNotFound } from '../requests.ts';
import { assessmentModel } from './assessment.model.ts';

/** The assessment in the path, or null when it is not this initiator's. */
export async function findPage(kit: PageKit, req: Request, res: Response): Promise<AssessmentStatusPage | null> {
  const { id } = req.params;
  return isId(id) ? initiatorOf(kit, res).findStatus(memberOf(res).membershipId, id) : null;
}

function followedAssessment(kit: PageKit, res: Response, id: string): Followed {
  const initiator = initiatorOf(kit, res);
  const { membershipId } = memberOf(res);
  return {
    key: `assessment:${membershipId}:${id}`,
    stamp: async () => (await initiator.stampRows(membershipId, [id])).get(id) ?? null,
  };
}

/** How far one assessment is; a script keeps the page up to date. */
export function showAssessment(kit: PageKit): PageHandler {
  return async (req, res) => {
    const { id } = req.params;
    // Before the page is read: a change in between is then seen by the script, and not missed.
    const mark = isId(id) ? await liveOf(kit).mark(followedAssessment(kit, res, id)) : null;
    const page = mark === null ? null : await findPage(kit, req, res);
    if (mark === null || page === null) return sendNotFound(kit, req, res);
    const conducting = await repositoriesOf(kit, res).health.readConducting(page.id);
    const model = {
      ...assessmentModel(wordingOf(res), page, { mark, now: new Date() }),
      conductor: conductorLine(contextOf(res).translator, conducting),
    };
    kit.sendPage(res, 'assessment', model, {
      title: page.student.name,
      width: 'wide',
      scripts: ['live.js'],
      helpKey: 'assessment',
    });
  };
}

/** Tells an open page that something changed. */
export function followAssessment(kit: PageKit): PageHandler {
  return async (req, res) => {
    const { id } = req.params;
    const isTold = isId(id) && (await liveOf(kit).follow(followedAssessment(kit, res, id), req, res));
    if (!isTold) sendNotFound(kit, req, res);
  };
}
