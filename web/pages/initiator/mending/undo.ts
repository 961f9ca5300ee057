/** Taking back a withdrawal or a cancellation, as long as nobody was told. */
import type { Response } from 'express';
import { undoCancel, undoWithdraw } from '../../../../prisma/commands/undo.ts';
import { memberOf, type PageHandler, type PageKit, wordingOf } from '../../../context.ts';
import { paths } from '../../../paths.ts';
import { isId } from '../../../posted.ts';
import { initiatorOf, sendNotFound, textOf } from '../requests.ts';
import { by, sayRefused, wayBack } from './subject.ts';

/** The button below the message of what was just done. */
export function postUndo(kit: PageKit): PageHandler {
  return async (req, res) => {
    const assessmentId = textOf(req.body, 'afname');
    const contactId = textOf(req.body, 'examinator');
    const commandId = textOf(req.body, 'opdracht');
    const { membershipId } = memberOf(res);
    const initiator = initiatorOf(kit, res);
    if (isId(commandId)) {
      const ids = await initiator.findCancelledBy(membershipId, commandId);
      // A second click finds nothing cancelled any more, and neither does who comes much too late.
      if (ids.length === 0) return tellTooLate(kit, res);
      return takeBackCancel(kit, res, ids);
    }
    const own = isId(assessmentId) ? await initiator.findOwn(membershipId, [assessmentId]) : null;
    if (!own) return sendNotFound(kit, req, res);
    if (contactId === '') return takeBackCancel(kit, res, [assessmentId]);
    const [contact] = isId(contactId) ? await initiator.findContacts([contactId]) : [];
    if (!contact) return sendNotFound(kit, req, res);
    await takeBackWithdraw(kit, res, assessmentId, contact);
  };
}

async function takeBackWithdraw(
  kit: PageKit,
  res: Response,
  assessmentId: string,
  { id: contactId, name }: { readonly id: string; readonly name: string },
): Promise<void> {
  const wording = wordingOf(res);
  const { t } = wording.translator;
  const outcome = await kit.command(undoWithdraw, { assessmentId, contactId }, by(res));
  const tooLate = () => [t('mending.undo.tooLate'), t('mending.undo.tooLateDo', { name })].join(' ');
  if (outcome.ok) kit.setFlash(res, { kind: 'ok', text: t('mending.undo.withdrawn', { name }) });
  else {
    const text = outcome.code === 'TOO_LATE' ? tooLate() : sayRefused(wording, outcome, name);
    kit.setFlash(res, { kind: 'warning', text });
  }
  res.redirect(303, paths.assessment(assessmentId));
}

async function takeBackCancel(kit: PageKit, res: Response, assessmentIds: readonly string[]): Promise<void> {
  const wording = wordingOf(res);
  const { t } = wording.translator;
  const outcome = await kit.command(undoCancel, { assessmentIds }, by(res));
  const tooLate = () => [t('mending.undo.tooLate'), t('mending.undo.tooLateStart')].join(' ');
  if (outcome.ok) kit.setFlash(res, { kind: 'ok', text: t('mending.undo.cancelled', { count: assessmentIds.length }) });
  else {
    const text = outcome.code === 'TOO_LATE' ? tooLate() : sayRefused(wording, outcome, '');
    kit.setFlash(res, { kind: 'warning', text });
  }
  res.redirect(303, await wayBack(kit, res, assessmentIds));
}

function tellTooLate(kit: PageKit, res: Response): void {
  kit.setFlash(res, { kind: 'warning', text: wordingOf(res).translator.t('mending.undo.tooLate') });
  res.redirect(303, paths.assessments());
}
