import type { Request, Response } from 'express';
import type { CommandHandler } from '../../../../prisma/apply-command.ts';
import { rescheduleBatch, retryBatch, stopBatch } from '../../../../prisma/commands/batches.ts';
import type { BatchView } from '../../../../prisma/repositories/initiator.ts';
import { conductorLine } from '../../../conductor.ts';
import { contextOf, memberActor, memberOf, type PageHandler, type PageKit, wordingOf } from '../../../context.ts';
import { type Followed, liveOf } from '../../../live.ts';
import { paths } from '../../../paths.ts';
import { isId } from '../../../posted.ts';
import { moment } from '../../../wording.ts';
import { initiatorOf, sendNotFound, textOf } from '../requests.ts';
import { batchListModel, batchModel, type TypedMoment } from './batch.model.ts';
import { MomentField, readMoment } from './moment.model.ts';
import { batchRefusalText } from './refusals.ts';
import { workOffWhileWaiting } from './work-off.ts';

/** The batch in the path, or null when it is not this initiator's. */
async function findBatch(kit: PageKit, req: Request, res: Response): Promise<BatchView | null> {
  const { id } = req.params;
  return isId(id) ? initiatorOf(kit, res).findBatch(memberOf(res).membershipId, id) : null;
}

function followedBatch(kit: PageKit, res: Response, id: string): Followed {
  const { membershipId } = memberOf(res);
  return { key: `batch|${membershipId}|${id}`, stamp: () => initiatorOf(kit, res).batchStamp(membershipId, id) };
}

/** What this initiator sent, or left to go. */
export function showBatches(kit: PageKit): PageHandler {
  return async (_req, res) => {
    const batches = await initiatorOf(kit, res).listBatches(memberOf(res).membershipId);
    const model = batchListModel(wordingOf(res), batches);
    kit.sendPage(res, 'batches', model, { title: model.title, width: 'wide', helpKey: 'batch' });
  };
}

/** How far a batch is; a script keeps the page up to date. */
export function showBatch(kit: PageKit): PageHandler {
  return async (req, res) => {
    const { id } = req.params;
    // Before the page is read: a change in between is then seen by the script, and not missed.
    const mark = isId(id) ? await liveOf(kit).mark(followedBatch(kit, res, id)) : null;
    const batch = mark === null ? null : await findBatch(kit, req, res);
    if (mark === null || batch === null) return sendNotFound(kit, req, res);
    sendBatch(kit, res, batch, mark);
  };
}

/** Tells an open page that something changed. */
export function followBatch(kit: PageKit): PageHandler {
  return async (req, res) => {
    const { id } = req.params;
    if (!isId(id) || !(await liveOf(kit).follow(followedBatch(kit, res, id), req, res))) sendNotFound(kit, req, res);
  };
}

type Options = Parameters<typeof batchModel>[2];

function sendBatch(kit: PageKit, res: Response, batch: BatchView, mark: string, options: Options = {}): void {
  const hasErrors = (options.errors ?? []).length > 0;
  const model = {
    ...batchModel(wordingOf(res), batch, options),
    mark,
    conductor: conductorLine(contextOf(res).translator, batch.conducting),
  };
  kit.sendPage(res, 'batch', model, {
    title: model.title,
    width: 'wide',
    hasErrors,
    status: hasErrors ? 422 : 200,
    scripts: ['live.js'],
    helpKey: 'batch',
  });
}

/** Asks before stopping. */
export function showStopBatch(kit: PageKit): PageHandler {
  return async (req, res) => {
    const batch = await findBatch(kit, req, res);
    if (batch === null) return sendNotFound(kit, req, res);
    const { t } = wordingOf(res).translator;
    const title = t('inviting.batch.stopTitle');
    const model = {
      title,
      text: t('inviting.batch.stopText', { count: batch.leftCount }),
      action: paths.batchStop(batch.id),
      confirmLabel: t('inviting.batch.stopConfirm'),
      cancelLabel: t('inviting.batch.stopKeep'),
      cancelHref: paths.batch(batch.id),
    };
    kit.sendPage(res, 'batch-stop', model, { title, helpKey: 'batch' });
  };
}

export function postStopBatch(kit: PageKit): PageHandler {
  return async (req, res) => {
    const batch = await findBatch(kit, req, res);
    if (batch === null) return sendNotFound(kit, req, res);
    await change(kit, res, batch, stopBatch, { batchId: batch.id }, () =>
      wordingOf(res).translator.t('inviting.batch.doneStopped'),
    );
  };
}

/** Tries what failed once more; the first rows at once. */
export function postRetryBatch(kit: PageKit): PageHandler {
  return async (req, res) => {
    const batch = await findBatch(kit, req, res);
    if (batch === null) return sendNotFound(kit, req, res);
    await change(kit, res, batch, retryBatch, { batchId: batch.id }, async ({ count }) => {
      await workOffWhileWaiting(kit, res, batch.id);
      return wordingOf(res).translator.t('inviting.batch.doneRetry', { count });
    });
  };
}

/** Another moment for a batch that waits for one, or now (`wanneer=nu`). */
export function postBatchMoment(kit: PageKit): PageHandler {
  return async (req, res) => {
    const batch = await findBatch(kit, req, res);
    if (batch === null) return sendNotFound(kit, req, res);
    const wording = wordingOf(res);
    const typed = {
      isLater: textOf(req.body, MomentField.When) !== 'nu',
      day: textOf(req.body, MomentField.Day),
      time: textOf(req.body, MomentField.Time),
      isAccepted: textOf(req.body, MomentField.Accepted) !== '',
    };
    const { sendAt, warning, errors } = readMoment(wording, typed, null, await initiatorOf(kit, res).now());
    if (errors.length > 0) return resend(kit, res, batch, { ...typed, warning }, errors);
    await change(kit, res, batch, rescheduleBatch, { batchId: batch.id, sendAt }, async () => {
      if (sendAt !== null) return wording.translator.t('inviting.batch.doneMoment', { when: moment(wording, sendAt) });
      await workOffWhileWaiting(kit, res, batch.id);
      return null;
    });
  };
}

async function resend(
  kit: PageKit,
  res: Response,
  batch: BatchView,
  typed: TypedMoment,
  errors: NonNullable<NonNullable<Options>['errors']>,
): Promise<void> {
  const mark = await liveOf(kit).mark(followedBatch(kit, res, batch.id));
  sendBatch(kit, res, batch, mark ?? '', { typed, errors });
}

/** Applies a change and goes back to the page, which shows what came of it; also when it could not be done any more. */
async function change<Command, Value>(
  kit: PageKit,
  res: Response,
  batch: BatchView,
  handler: CommandHandler<Command, Value>,
  command: Command,
  /** What to say; null when the page itself says all of it. */
  done: (value: Value) => Promise<string | null> | string | null,
): Promise<void> {
  const { schoolId } = memberOf(res);
  const outcome = await kit.command(handler, command, { schoolId, actor: memberActor(res) });
  const text = outcome.ok ? await done(outcome.value) : batchRefusalText(wordingOf(res), outcome.code);
  if (text !== null) kit.setFlash(res, { kind: outcome.ok ? 'ok' : 'warning', text });
  res.redirect(303, paths.batch(batch.id));
}
