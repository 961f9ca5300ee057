/**
 * The code with which a form is finished, where the school wants one.
 *
 * Contract
 * 1. The check page asks for the code; its mail goes to the address on file and warns whoever did not ask.
 * 2. The right code finishes exactly the revision and the evidence that were checked. Changed meanwhile: shown again, and another code is needed.
 * 3. A wrong code leaves the page as it is, with the tries that are left and a button for another code.
 */
import type { Request, Response } from 'express';
import { FormStatus } from '../../../../domain/assessment.ts';
import type { ExaminerForm } from '../../../../prisma/repositories/examiner.ts';
import { contextOf, type PageKit } from '../../../context.ts';
import { visitorKey } from '../../../middleware/limits.ts';
import { sendTooMany } from '../../../page-kit.ts';
import { paths } from '../../../paths.ts';
import { type Granted, pageOf, wordingOf } from '../access.ts';
import { finishGranted, sendCheck } from '../check.ts';
import { lead } from '../form.model.ts';
import { bodyOf, textOf } from '../posted-form.ts';
import { sendRefused } from '../refused.ts';
import { withForm } from '../with-form.ts';
import { codeFieldModel, readCode, wrongText } from './codes.ts';
import { addressOf, findFinishCode, finishUse, requestFinishCode } from './finish-proof.ts';

export function createFinishCodePages(kit: PageKit) {
  return {
    show: withForm(kit, async (_req, res, granted) => {
      const pending = await findFinishCode(kit, res, granted.form);
      if (pending === null) return res.redirect(303, paths.formCheck(granted.form.formId));
      await sendCode(kit, res, granted.form, null);
    }),
    submit: withForm(kit, (req, res, granted) => submit(kit, req, res, granted)),
  };
}

async function submit(kit: PageKit, req: Request, res: Response, granted: Granted): Promise<void> {
  const { form } = granted;
  if (form.status === FormStatus.Finished) return res.redirect(303, paths.formDone(form.formId));
  if (form.refusal !== null) return sendRefused(kit, res, form, { code: form.refusal });
  const { translator } = contextOf(res);
  const body = bodyOf(req);
  if (textOf(body.actie) === 'opnieuw') return sendAgain(kit, res, granted);
  const pending = await findFinishCode(kit, res, form);
  // Asked for another revision: what is finished is always what was seen.
  if (pending === null) return sendCheck(kit, res, granted, { isChanged: true });
  const code = readCode(textOf(body.code));
  if (code === null) return sendCode(kit, res, form, translator.t('linkcare.code.empty'));
  const seconds = await kit.limits.take('examinerCode', visitorKey(req.ip));
  if (seconds !== null) return sendTooMany(kit, res, seconds);
  const { codes } = kit.repositories.forSchool(form.school.id);
  const { isRight, triesLeft } = await codes.tryCode(kit.keyring, finishUse(res, form), pending.id, code);
  if (!isRight) return sendCode(kit, res, form, wrongText(translator, triesLeft));
  await finishGranted(kit, res, granted, { nonce: pending.id, codeId: pending.id });
}

async function sendAgain(kit: PageKit, res: Response, granted: Granted): Promise<void> {
  const { form } = granted;
  const problem = await requestFinishCode(kit, res, granted, true);
  if (problem !== null) return sendCode(kit, res, form, problem);
  const text = contextOf(res).translator.t('linkcare.code.sent', { address: await addressOf(kit, form) });
  kit.setFlash(res, { kind: 'ok', text });
  res.redirect(303, paths.formFinishCode(form.formId));
}

async function sendCode(kit: PageKit, res: Response, form: ExaminerForm, error: string | null): Promise<void> {
  const { translator } = contextOf(res);
  const model = {
    action: paths.formFinishCode(form.formId),
    backHref: paths.formCheck(form.formId),
    crumb: `${form.studentName} · ${lead(wordingOf(res, form), form)}`,
    lead: translator.t('linkcare.finish.lead', { address: await addressOf(kit, form) }),
    ...codeFieldModel(translator, error),
  };
  const options = pageOf(res, form, translator.t('linkcare.finish.title'), {
    status: error === null ? 200 : 422,
    hasErrors: error !== null,
    helpKey: 'formCode',
  });
  kit.sendPage(res, 'examiner-finish-code', model, options);
}
