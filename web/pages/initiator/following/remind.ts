import type { Request, Response } from 'express';
import { memberOf, type PageHandler, type PageKit, wordingOf } from '../../../context.ts';
import { paths } from '../../../paths.ts';
import { remindByHand } from '../by-hand.ts';
import { wayBack } from '../mending/subject.ts';
import { idsOf, initiatorOf } from '../requests.ts';
import { planReminders, type RemindPlan, remindModel } from './remind.model.ts';

const MOST_AT_ONCE = 200;

async function readPlan(kit: PageKit, res: Response, ids: readonly string[]): Promise<RemindPlan> {
  const initiator = initiatorOf(kit, res);
  const { membershipId } = memberOf(res);
  const [assessments, invitations, now] = await Promise.all([
    initiator.readListed(membershipId, ids),
    initiator.findRemindable(membershipId, ids),
    initiator.now(),
  ]);
  return planReminders(assessments, invitations, now);
}

function chosenIds(source: unknown): string[] {
  return idsOf(source, 'afname').slice(0, MOST_AT_ONCE);
}

/** Shows who gets a reminder for the assessments that were ticked. */
export function showRemind(kit: PageKit): PageHandler {
  return async (req: Request, res) => {
    const wording = wordingOf(res);
    const ids = chosenIds(req.query);
    if (ids.length === 0) {
      kit.setFlash(res, { kind: 'info', text: wording.translator.t('following.remind.nothingChosen') });
      return res.redirect(303, paths.assessments());
    }
    const backHref = await wayBack(kit, res, ids);
    const model = remindModel(wording, { ids, backHref, plan: await readPlan(kit, res, ids) });
    kit.sendPage(res, 'remind-many', model, { title: model.title, helpKey: 'mending' });
  };
}

/** Sends them. Twice the same post is once. */
export function postRemind(kit: PageKit): PageHandler {
  return async (req: Request, res) => {
    const { t } = wordingOf(res).translator;
    const ids = chosenIds(req.body);
    const { due } = await readPlan(kit, res, ids);
    let sent = 0;
    for (const { invitation } of due) {
      const outcome = await remindByHand(kit, res, invitation);
      if (outcome.ok) sent += 1;
    }
    kit.setFlash(
      res,
      sent > 0
        ? { kind: 'ok', text: t('following.remind.sent', { count: sent }) }
        : { kind: 'warning', text: t('following.remind.failed') },
    );
    res.redirect(303, await wayBack(kit, res, ids));
  };
}
