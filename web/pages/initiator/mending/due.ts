import type { Request, Response } from 'express';
import { moveDeadline } from '../../../../prisma/commands/deadlines.ts';
import { commandIdFor, newFormId } from '../../../command-id.ts';
import { memberOf, type PageHandler, type PageKit, wordingOf } from '../../../context.ts';
import { paths } from '../../../paths.ts';
import { longDay } from '../../../wording.ts';
import { initiatorOf, sendNotFound, textOf } from '../requests.ts';
import type { FieldError } from '../words.ts';
import { tellNothingLeft, tellNothingTicked } from './cancel.ts';
import { closingOf, type DueInput, dueModel, dueNow, duesOf, isDueAlready, readDueDate } from './due.model.ts';
import { by, findMany, type Many, markOf, sayRefused, skippedText, versionsOf, wayBack } from './subject.ts';

/** Asks for another deadline, for one assessment or for all that are ticked. */
export function showDue(kit: PageKit): PageHandler {
  return async (req, res) => {
    const many = await findOpen(kit, req, res);
    if (!many) return;
    await sendDue(kit, res, many, { formId: newFormId(), choice: '', date: '', confirmed: '' });
  };
}

export function postDue(kit: PageKit): PageHandler {
  return async (req, res) => {
    const many = await findOpen(kit, req, res);
    if (!many) return;
    const wording = wordingOf(res);
    const { t } = wording.translator;
    const { open } = many;
    const input = {
      formId: textOf(req.body, 'formulier'),
      choice: textOf(req.body, 'keuze'),
      date: textOf(req.body, 'inleveren').trim(),
      confirmed: textOf(req.body, 'toch'),
    };
    const initiator = initiatorOf(kit, res);
    const [settings, now] = await Promise.all([initiator.settings(), initiator.now()]);
    const read = readDueDate(wording, input, now);
    if (!read.ok) return sendDue(kit, res, many, { ...input, confirmed: read.confirmed }, read.errors);
    const { date, dueAt } = read;
    const ids = open.map(({ id }) => id);
    const day = longDay(wording, dueAt);
    const isStale = textOf(req.body, 'stand') !== markOf(duesOf(open));
    if (isDueAlready(open, dueAt)) {
      if (!isStale) return sendDue(kit, res, many, input, [{ field: 'keuze', message: t('mending.due.errorSame') }]);
      // A second click finds its own day there already.
      kit.setFlash(res, { kind: 'ok', text: t('mending.due.doneNobody', { day }) });
      return res.redirect(303, await wayBack(kit, res, ids));
    }
    if (isStale) {
      const message = t('mending.due.stale', { now: dueNow(wording, open) });
      return sendDue(kit, res, many, input, [{ field: 'keuze', message }]);
    }
    const closesAt = closingOf(wording, date, settings.closesAfterWorkingDays);
    const command = { assessmentIds: ids, dueAt, closesAt };
    const commandId = commandIdFor(input.formId, { ...command, versions: versionsOf(open) });
    const outcome = await kit.command(moveDeadline, command, by(res, commandId));
    if (!outcome.ok) {
      return sendDue(kit, res, many, input, [{ field: 'keuze', message: sayRefused(wording, outcome, '') }]);
    }
    const count = outcome.value.toldCount;
    const text = count === 0 ? t('mending.due.doneNobody', { day }) : t('mending.due.done', { day, count });
    kit.setFlash(res, { kind: 'ok', text });
    res.redirect(303, await wayBack(kit, res, ids));
  };
}

/** What takes another deadline; answers by itself, and with null, when there is no such thing. */
async function findOpen(kit: PageKit, req: Request, res: Response): Promise<Many | null> {
  const many = await findMany(kit, req, res);
  if (many && many.open.length > 0) return many;
  if (many) await tellNothingLeft(kit, res, many);
  else if (req.params.id === undefined) tellNothingTicked(kit, res);
  else sendNotFound(kit, req, res);
  return null;
}

async function sendDue(
  kit: PageKit,
  res: Response,
  many: Many,
  input: DueInput,
  errors: readonly FieldError[] = [],
): Promise<void> {
  const initiator = initiatorOf(kit, res);
  const wording = wordingOf(res);
  const { open } = many;
  const ids = open.map(({ id }) => id);
  const [busy, now] = await Promise.all([
    initiator.findBusyExaminers(memberOf(res).membershipId, ids),
    initiator.now(),
  ]);
  const [first = ''] = ids;
  const model = dueModel(wording, input, {
    open,
    busy,
    skipped: skippedText(wording, many),
    now,
    action: ids.length === 1 && many.over.length === 0 ? paths.assessmentDue(first) : paths.dueMany(),
    backHref: await wayBack(kit, res, ids),
    mark: markOf(duesOf(open)),
    errors,
  });
  const hasErrors = errors.length > 0;
  kit.sendPage(res, 'move-due', model, {
    title: model.title,
    hasErrors,
    status: hasErrors ? 422 : 200,
    helpKey: 'mending',
  });
}
