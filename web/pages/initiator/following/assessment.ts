import { createHash } from 'node:crypto';
import type { Request, Response } from 'express';
import type { AssessmentStatusPage } from '../../../../prisma/repositories/initiator.ts';
import { conductorLine } from '../../../conductor.ts';
import { contextOf, memberOf, type PageHandler, type PageKit, repositoriesOf, wordingOf } from '../../../context.ts';
import { paths } from '../../../paths.ts';
import { isId } from '../../../posted.ts';
import { initiatorOf, sendNotFound, textOf } from '../requests.ts';
import { assessmentModel } from './assessment.model.ts';

/** The assessment in the path, or null when it is not this initiator's. */
export async function findPage(kit: PageKit, req: Request, res: Response): Promise<AssessmentStatusPage | null> {
  const { id } = req.params;
  return isId(id) ? initiatorOf(kit, res).findStatus(memberOf(res).membershipId, id) : null;
}

/** What an open page compares: says nothing itself. */
function mark(stamp: string): string {
  return createHash('sha256').update(stamp).digest('hex').slice(0, 16);
}

/** How far one assessment is; a script keeps the page up to date. */
export function showAssessment(kit: PageKit): PageHandler {
  return async (req, res) => {
    const { id } = req.params;
    // Before the page is read: a change in between is then seen by the script, and not missed.
    const stamp = isId(id) ? await initiatorOf(kit, res).statusStamp(memberOf(res).membershipId, id) : null;
    const page = stamp === null ? null : await findPage(kit, req, res);
    if (stamp === null || page === null) return sendNotFound(kit, req, res);
    const model = {
      ...assessmentModel(wordingOf(res), page),
      liveHref: paths.assessmentLive(page.id),
      mark: mark(stamp),
      conductor: conductorLine(
        contextOf(res).translator,
        await repositoriesOf(kit, res).health.readConducting(page.id),
      ),
    };
    kit.sendPage(res, 'assessment', model, { title: page.student.name, width: 'wide', scripts: ['live.js'] });
  };
}

const POLL_MS = 2_000;
/** After this the browser connects again, and its session is looked at again. */
const MAX_FOLLOW_MS = 5 * 60_000;
const RETRY_MS = 4_000;
/** Open pages that one process follows; one more asks again later. */
const MAX_FOLLOWERS = 400;

/**
 * Server-sent events: says that something changed, never what. Asks the record every two seconds, ends after five minutes
 * or when the page is left.
 */
export function followAssessment(kit: PageKit): PageHandler {
  let followers = 0;
  return async (req, res) => {
    const { id } = req.params;
    const { membershipId } = memberOf(res);
    const initiator = initiatorOf(kit, res);
    const first = isId(id) ? await initiator.statusStamp(membershipId, id) : null;
    if (!isId(id) || first === null) return sendNotFound(kit, req, res);
    if (followers >= MAX_FOLLOWERS) return void res.status(503).set('Retry-After', '30').end();

    const controller = new AbortController();
    const { signal } = controller;
    res.on('close', () => controller.abort());
    followers += 1;
    try {
      // no-transform: a compressing layer would hold the events back.
      res.set({
        'Content-Type': 'text/event-stream; charset=utf-8',
        'Cache-Control': 'no-store, no-transform',
        'X-Accel-Buffering': 'no',
      });
      res.flushHeaders();
      res.write(`retry: ${RETRY_MS}\n\n`);
      let seen = req.get('Last-Event-ID') ?? textOf(req.query, 'van');
      const endsAt = performance.now() + MAX_FOLLOW_MS;
      for (let stamp: string | null = first; stamp !== null && !signal.aborted; ) {
        const now = mark(stamp);
        res.write(now === seen ? ': ok\n\n' : `id: ${now}\nevent: changed\ndata: ${now}\n\n`);
        seen = now;
        if (performance.now() >= endsAt) break;
        await pause(POLL_MS, signal);
        stamp = signal.aborted ? null : await initiator.statusStamp(membershipId, id);
      }
    } catch (error) {
      // The headers are sent: ending is all that can be said, and the browser asks again by itself.
      kit.logger.warn({ err: error }, 'following an assessment failed');
    } finally {
      followers -= 1;
      res.end();
    }
  };
}

/** Waits, or less when the visitor leaves. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener(
      'abort',
      () => {
        clearTimeout(timer);
        resolve();
      },
      { once: true },
    );
  });
}
