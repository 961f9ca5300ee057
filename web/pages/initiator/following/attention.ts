import type { Response } from 'express';
import { memberOf, type PageHandler, type PageKit, wordingOf } from '../../../context.ts';
import { type Followed, liveOf } from '../../../live.ts';
import { initiatorOf, sendNotFound } from '../requests.ts';
import { attentionModel } from './attention.model.ts';
import { quietBefore } from './quiet.ts';

const LOOK_EVERY_MS = 5_000;

function scopeOf(res: Response, now: Date) {
  return { membershipId: memberOf(res).membershipId, quietBefore: quietBefore(now, wordingOf(res).timeZone) };
}

function followedAttention(kit: PageKit, res: Response): Followed {
  const initiator = initiatorOf(kit, res);
  return {
    key: `attention:${memberOf(res).membershipId}`,
    everyMs: LOOK_EVERY_MS,
    stamp: () => initiator.attentionStamp(scopeOf(res, new Date())),
  };
}

/** What needs this initiator now. */
export function showAttention(kit: PageKit): PageHandler {
  return async (_req, res) => {
    const wording = wordingOf(res);
    const initiator = initiatorOf(kit, res);
    const now = new Date();
    const scope = scopeOf(res, now);
    const mark = (await liveOf(kit).mark(followedAttention(kit, res))) ?? '';
    const [groups, summary, hasStarted] = await Promise.all([
      initiator.readAttention(scope),
      initiator.readSummary(scope.membershipId),
      initiator.hasStarted(scope.membershipId),
    ]);
    kit.sendPage(res, 'attention', attentionModel(wording, { groups, summary, hasStarted, mark, now }), {
      title: wording.translator.t('following.attention.title'),
      width: 'wide',
      scripts: ['live.js'],
      helpKey: 'attention',
    });
  };
}

export function followAttention(kit: PageKit): PageHandler {
  return async (req, res) => {
    if (!(await liveOf(kit).follow(followedAttention(kit, res), req, res))) sendNotFound(kit, req, res);
  };
}
