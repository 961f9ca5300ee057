import type { Request, Response } from 'express';
import { memberOf, type PageHandler, type PageKit, wordingOf } from '../../../context.ts';
import { type Followed, liveOf } from '../../../live.ts';
import { paths } from '../../../paths.ts';
import { isId } from '../../../posted.ts';
import { initiatorOf, sendNotFound } from '../requests.ts';
import { seriesModel } from './series.model.ts';

const LOOK_EVERY_MS = 4_000;

function followedSeries(kit: PageKit, res: Response, id: string): Followed {
  const initiator = initiatorOf(kit, res);
  const { membershipId } = memberOf(res);
  return {
    key: `series:${membershipId}:${id}`,
    everyMs: LOOK_EVERY_MS,
    stamp: () => initiator.seriesStamp(membershipId, id),
  };
}

/** What was started together; a series of one is that one. */
export function showSeries(kit: PageKit): PageHandler {
  return async (req: Request, res) => {
    const { id } = req.params;
    const mark = isId(id) ? await liveOf(kit).mark(followedSeries(kit, res, id)) : null;
    const page =
      isId(id) && mark !== null ? await initiatorOf(kit, res).findSeriesPage(memberOf(res).membershipId, id) : null;
    if (page === null || mark === null) return sendNotFound(kit, req, res);
    const [only, another] = page.assessments;
    if (only && !another) return res.redirect(303, paths.assessment(only.id));
    const batches = await initiatorOf(kit, res).listBatches(memberOf(res).membershipId, { seriesId: page.id });
    const model = seriesModel(wordingOf(res), { page, batches, mark, now: new Date() });
    kit.sendPage(res, 'series', model, {
      title: model.title,
      width: 'wide',
      scripts: ['live.js', 'ticks.js'],
      helpKey: 'series',
    });
  };
}

export function followSeries(kit: PageKit): PageHandler {
  return async (req, res) => {
    const { id } = req.params;
    if (!isId(id) || !(await liveOf(kit).follow(followedSeries(kit, res, id), req, res))) sendNotFound(kit, req, res);
  };
}
