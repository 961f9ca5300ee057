/** The examiner asks to have a finished form back, sees that it waits for an answer, and may take the question back. */
import type { Request, Response } from 'express';
import { AskKind, FormStatus } from '../../../../domain/assessment.ts';
import { takeBackAsk } from '../../../../prisma/commands/asks.ts';
import { askReturn, askReturnProblems } from '../../../../prisma/commands/returning.ts';
import { contextOf, type PageKit } from '../../../context.ts';
import { paths } from '../../../paths.ts';
import { listOf } from '../../../posted.ts';
import { actorOf, type Granted, pageOf, wordingOf } from '../access.ts';
import { needsTickToTakeBack } from '../linkcare/finish-proof.ts';
import { withForm } from '../with-form.ts';
import {
  type MistakeFields,
  type MistakeProblem,
  mistakeError,
  mistakeModel,
  mistakeWaitModel,
} from './mistake.model.ts';

export function createMistakePages(kit: PageKit) {
  return {
    show: withForm(kit, (_req, res, granted) => {
      if (isAskable(kit, res, granted)) sendQuestion(kit, res, granted, firstFields(granted));
    }),
    send: withForm(kit, (req, res, granted) =>
      req.body?.actie === 'terug' ? takeBack(kit, req, res, granted) : send(kit, req, res, granted),
    ),
  };
}

/** One component needs no choosing. */
function firstFields({ form }: Granted): MistakeFields {
  const refs = form.definition.components.map(({ ref }) => ref);
  return { components: refs.length === 1 ? refs : [], reason: '' };
}

/** @returns false when the answer has been sent: it is asked already, or there is nothing to ask */
function isAskable(kit: PageKit, res: Response, granted: Granted): boolean {
  const { form } = granted;
  // What is cancelled or was withdrawn the page of the form says.
  if (form.status !== FormStatus.Finished) res.redirect(303, paths.form(form.formId));
  else if (form.ask?.kind === AskKind.Return) sendWait(kit, res, granted);
  else if (form.isFinal) sendFinal(kit, res, form);
  else return true;
  return false;
}

function sendWait(kit: PageKit, res: Response, granted: Granted, isUnticked = false): void {
  const { form } = granted;
  const wording = wordingOf(res, form);
  const { t } = wording.translator;
  const model = mistakeWaitModel(wording, form);
  if (model === null) return;
  const tick = {
    hasTick: needsTickToTakeBack(granted),
    errors: isUnticked ? [{ field: 'zelf', message: t('linkcare.confirm.keepError') }] : [],
  };
  const options = { helpKey: 'formMistake', hasErrors: isUnticked, status: isUnticked ? 422 : 200 };
  kit.sendPage(res, 'examiner-mistake-sent', { ...model, ...tick }, pageOf(res, form, model.title, options));
}

/** The result stands: whom to tell. */
function sendFinal(kit: PageKit, res: Response, form: Granted['form'], status = 200): void {
  const { t } = contextOf(res).translator;
  kit.sendMessage(res, {
    status,
    kind: 'info',
    title: t('returning.mistake.finalTitle'),
    text: t('returning.mistake.finalText', { name: form.initiatorName, email: form.initiatorEmail }),
    action: { href: paths.form(form.formId), text: t('returning.wait.toForm') },
    school: form.school,
  });
}

function sendQuestion(
  kit: PageKit,
  res: Response,
  { form }: Granted,
  fields: MistakeFields,
  problems: readonly MistakeProblem[] = [],
): void {
  const wording = wordingOf(res, form);
  const errors = problems.flatMap((problem) => mistakeError(wording, problem) ?? []);
  const hasErrors = problems.length > 0;
  kit.sendPage(
    res,
    'examiner-mistake',
    mistakeModel(wording, form, fields, errors),
    pageOf(res, form, wording.translator.t('returning.mistake.title'), {
      helpKey: 'formMistake',
      hasErrors,
      status: hasErrors ? 422 : 200,
    }),
  );
}

async function send(kit: PageKit, req: Request, res: Response, granted: Granted): Promise<void> {
  if (!isAskable(kit, res, granted)) return;
  const { form } = granted;
  const fields = readFields(req, granted);
  const problems = askReturnProblems(fields);
  if (problems.length > 0) return sendQuestion(kit, res, granted, fields, problems);
  // It can be taken back and asked again; nobody need read that without end.
  const seconds = await kit.limits.take('ask', form.invitationId);
  if (seconds !== null) {
    const minutes = Math.ceil(seconds / 60);
    return sendQuestion(kit, res, granted, fields, [{ code: 'TOO_OFTEN', params: { minutes } }]);
  }
  const { assessmentId, contactId, formId } = form;
  const outcome = await kit.command(askReturn, { assessmentId, contactId, ...fields }, actorOf(granted));
  if (outcome.ok) {
    kit.setFlash(res, { kind: 'ok', text: contextOf(res).translator.t('returning.mistake.sent') });
    return res.redirect(303, paths.formMistake(formId));
  }
  const problem = { code: outcome.code, params: outcome.params };
  if (mistakeError(wordingOf(res, form), problem) !== null) return sendQuestion(kit, res, granted, fields, [problem]);
  // What no field mends (decided, cancelled, asked in another tab) the page itself says.
  res.redirect(303, paths.formMistake(formId));
}

function readFields(req: Request, { form }: Granted): MistakeFields {
  const chosen = listOf(req.body, 'onderdelen');
  const reason = req.body?.reden;
  return {
    components: form.definition.components.map(({ ref }) => ref).filter((ref) => chosen.includes(ref)),
    reason: typeof reason === 'string' ? reason : '',
  };
}

async function takeBack(kit: PageKit, req: Request, res: Response, granted: Granted): Promise<void> {
  if (needsTickToTakeBack(granted) && req.body?.zelf !== 'on') return sendWait(kit, res, granted, true);
  const { assessmentId, contactId, formId } = granted.form;
  const outcome = await kit.command(takeBackAsk, { assessmentIds: [assessmentId], contactId }, actorOf(granted));
  const { t } = contextOf(res).translator;
  if (outcome.ok) kit.setFlash(res, { kind: 'ok', text: t('returning.wait.takenBack') });
  else kit.setFlash(res, { kind: 'info', text: t('examiner.ask.nothing') });
  res.redirect(303, paths.form(formId));
}
