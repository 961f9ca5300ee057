/** Changing the address of an examiner. */
import type { Response } from 'express';
import { correctAddress } from '../../../../prisma/commands/delivery.ts';
import { type PageHandler, type PageKit, wordingOf } from '../../../context.ts';
import { paths } from '../../../paths.ts';
import { sendNotFound, textOf } from '../requests.ts';
import { refusalText } from '../words.ts';
import { addressModel } from './delivery.model.ts';
import { by, findSubject, isBusy, type Subject } from './subject.ts';

/** Refusals that are about what was typed: they stand at the field. */
const FIELD_CODES: ReadonlySet<string> = new Set([
  'ADDRESS_INVALID',
  'ADDRESS_TAKEN',
  'ADDRESS_OF_ACCOUNT',
  'ADDRESS_YOURS',
  'ADDRESS_OF_STAFF',
  'ADDRESS_OF_STUDENT',
]);

/** Asks for the right address, at any time while there is work left. */
export function showAddress(kit: PageKit): PageHandler {
  return async (req, res) => {
    const subject = await findSubject(kit, req, res);
    if (!subject) return sendNotFound(kit, req, res);
    if (!isBusy(subject.examiner)) return res.redirect(303, paths.assessment(subject.page.id));
    sendAddress(kit, res, subject, subject.examiner.email, '');
  };
}

/** Takes the address and sends the invitation there. Pressed twice, the second finds the mail under way. */
export function postAddress(kit: PageKit): PageHandler {
  return async (req, res) => {
    const subject = await findSubject(kit, req, res);
    if (!subject) return sendNotFound(kit, req, res);
    const { page, examiner } = subject;
    const invitationId = examiner.invitation.id;
    const wording = wordingOf(res);
    const { t } = wording.translator;
    const { name } = examiner;
    const typed = examiner.hasAccount ? examiner.email : textOf(req.body, 'email');
    const outcome = await kit.command(
      correctAddress,
      { invitationId, email: typed, kid: kit.keyring.current },
      by(res),
    );
    if (outcome.ok) {
      const { sentCount } = outcome.value;
      kit.setFlash(res, { kind: 'ok', text: t('initiator.address.sent', { name, count: sentCount }) });
      return res.redirect(303, paths.assessment(page.id));
    }
    const other = typeof outcome.params.name === 'string' ? outcome.params.name : name;
    // The page offered no second try; what comes after a change that went through is a second click.
    const isSame = outcome.code === 'MAIL_NOT_LOST' && textOf(req.body, 'was') === typed.trim();
    const message = isSame ? t('mending.address.same') : refusalText(wording, outcome.code, other);
    if ((isSame || FIELD_CODES.has(outcome.code)) && !examiner.hasAccount)
      return sendAddress(kit, res, subject, typed, message);
    kit.setFlash(res, { kind: 'warning', text: message });
    res.redirect(303, paths.assessment(page.id));
  };
}

function sendAddress(kit: PageKit, res: Response, { page, examiner }: Subject, email: string, error: string): void {
  const hasErrors = error !== '';
  const errors = hasErrors ? [{ field: 'email', message: error }] : [];
  const model = addressModel(wordingOf(res), page, examiner, { email, errors });
  kit.sendPage(res, 'correct-address', model, {
    title: model.title,
    hasErrors,
    status: hasErrors ? 422 : 200,
    helpKey: 'mending',
  });
}
