/** The examiner asks to be excused or that somebody else does it, sees that it waits for an answer, and may take it back. */
import type { Request, Response } from 'express';
import { AskKind, DeclineReason, FormStatus } from '../../../domain/assessment.ts';
import { type AskInitiator, askInitiator, askProblems, takeBackAsk } from '../../../prisma/commands/asks.ts';
import { contextOf, type PageKit } from '../../context.ts';
import { paths } from '../../paths.ts';
import { actorOf, type Granted, pageOf, wordingOf } from './access.ts';
import { type AskFields, type AskProblem, askableOf, askError, askModel, waitModel } from './ask.model.ts';
import { needsTickToTakeBack } from './linkcare/finish-proof.ts';
import { bodyOf, textOf } from './posted-form.ts';
import { sendRefused } from './refused.ts';
import { withForm } from './with-form.ts';

export function createAskPages(kit: PageKit) {
  const show = (kind: Kind) => withForm(kit, (_req, res, granted) => sendPage(kit, res, granted, kind));
  return {
    decline: show(AskKind.Decline),
    handOver: show(AskKind.HandOver),
    send: withForm(kit, (req, res, granted) =>
      req.body?.actie === 'terug' ? takeBack(kit, req, res, granted) : send(kit, req, res, granted),
    ),
  };
}

type Kind = AskInitiator['kind'];
const KINDS: readonly Kind[] = [AskKind.Decline, AskKind.HandOver];

/** The question, the wait for its answer, or why nothing can be asked. */
function sendPage(kit: PageKit, res: Response, granted: Granted, kind: Kind): void {
  const { form } = granted;
  if (form.ask?.kind === AskKind.Return) res.redirect(303, paths.formMistake(form.formId));
  else if (form.ask !== null) sendWait(kit, res, granted);
  else if (!canAsk(granted)) sendEnd(kit, res, granted);
  else sendQuestion(kit, res, granted, { ...NOTHING_TYPED, kind });
}

const NOTHING_TYPED = {
  name: '',
  email: '',
  declineReason: '',
  reason: '',
  isAll: false,
  isDraftShared: false,
} as const;

function canAsk({ form }: Granted): boolean {
  return askableOf(form).some(({ formId }) => formId === form.formId);
}

/** Finished, or over: the page of the form says which. */
function sendEnd(kit: PageKit, res: Response, { form }: Granted): void {
  if (form.status === FormStatus.Finished || form.refusal === null) {
    res.redirect(303, paths.form(form.formId));
    return;
  }
  sendRefused(kit, res, form, { code: form.refusal });
}

function sendQuestion(
  kit: PageKit,
  res: Response,
  { form }: Granted,
  fields: AskFields,
  problems: readonly AskProblem[] = [],
): void {
  const wording = wordingOf(res, form);
  const { t } = wording.translator;
  const errors = problems.flatMap((problem) => askError(wording, form, problem) ?? []);
  const hasErrors = problems.length > 0;
  kit.sendPage(
    res,
    'examiner-ask',
    askModel(wording, form, fields, errors),
    pageOf(res, form, t('examiner.ask.title'), { helpKey: 'formAsk', hasErrors, status: hasErrors ? 422 : 200 }),
  );
}

function sendWait(kit: PageKit, res: Response, granted: Granted, isUnticked = false): void {
  const { form } = granted;
  const wording = wordingOf(res, form);
  const { t } = wording.translator;
  const model = waitModel(wording, form);
  if (model === null) return;
  const tick = {
    hasTick: needsTickToTakeBack(granted),
    errors: isUnticked ? [{ field: 'zelf', message: t('linkcare.confirm.takeBackError') }] : [],
  };
  const options = { helpKey: 'formAsk', hasErrors: isUnticked, status: isUnticked ? 422 : 200 };
  kit.sendPage(res, 'examiner-ask-sent', { ...model, ...tick }, pageOf(res, form, model.title, options));
}

async function send(kit: PageKit, req: Request, res: Response, granted: Granted): Promise<void> {
  const { form } = granted;
  if (form.ask !== null) return res.redirect(303, paths.formDecline(form.formId));
  const fields = readFields(req);
  const kind = KINDS.find((each) => each === fields.kind);
  if (kind === undefined) return sendQuestion(kit, res, granted, fields, [{ code: 'KIND_REQUIRED', params: {} }]);
  const asking = askOf(kind, fields);
  const problems = askProblems(asking);
  if (problems.length > 0) return sendQuestion(kit, res, granted, fields, problems);
  const { contactId, invitationId, assessmentId } = form;
  // It can be taken back and asked again; the initiator need not read that without end.
  const seconds = await kit.limits.take('ask', invitationId);
  if (seconds !== null) {
    const minutes = Math.ceil(seconds / 60);
    return sendQuestion(kit, res, granted, fields, [{ code: 'TOO_OFTEN', params: { minutes } }]);
  }
  const others = fields.isAll ? await assessmentsOf(granted) : [];
  const outcome = await kit.command(
    askInitiator,
    {
      assessmentIds: [assessmentId, ...others],
      contactId,
      invitationId,
      ...asking,
    },
    actorOf(granted),
  );
  if (outcome.ok) {
    const { t } = contextOf(res).translator;
    kit.setFlash(res, { kind: 'ok', text: t('examiner.ask.sent', { name: form.initiatorName }) });
    return res.redirect(303, paths.formDecline(form.formId));
  }
  const problem = { code: outcome.code, params: outcome.params };
  // What no field mends (finished, withdrawn, asked in another tab) the page itself says.
  if (askError(wordingOf(res, form), form, problem) === null) return res.redirect(303, paths.formDecline(form.formId));
  sendQuestion(kit, res, granted, fields, [problem]);
}

/** What is asked, of the fields that belong to its kind. */
function askOf(kind: Kind, { name, email, declineReason, reason, isDraftShared }: AskFields) {
  const isHandOver = kind === AskKind.HandOver;
  const why = Object.values(DeclineReason).find((each) => each === declineReason) ?? null;
  return {
    kind,
    declineReason: isHandOver ? null : why,
    reason,
    proposal: isHandOver ? { name, email } : null,
    isDraftShared: isHandOver && isDraftShared,
  };
}

/** Of the other forms about which a question can be asked. */
function assessmentsOf({ form, repository }: Granted): Promise<string[]> {
  return repository.findAssessments(askableOf(form).map(({ formId }) => formId));
}

function readFields({ body }: Request): AskFields {
  const read = (name: string) => (typeof body?.[name] === 'string' ? (body[name] as string) : '');
  return {
    kind: read('soort'),
    name: read('naam'),
    email: read('email'),
    declineReason: read('waarom'),
    reason: read('reden'),
    isDraftShared: read('concept') !== '',
    isAll: read('voor') === 'alle',
  };
}

async function takeBack(kit: PageKit, req: Request, res: Response, granted: Granted): Promise<void> {
  if (needsTickToTakeBack(granted) && textOf(bodyOf(req).zelf) !== 'on') return sendWait(kit, res, granted, true);
  const { assessmentId, contactId, formId, initiatorName } = granted.form;
  const outcome = await kit.command(takeBackAsk, { assessmentIds: [assessmentId], contactId }, actorOf(granted));
  const { t } = contextOf(res).translator;
  if (outcome.ok) kit.setFlash(res, { kind: 'ok', text: t('examiner.ask.takenBack', { name: initiatorName }) });
  else kit.setFlash(res, { kind: 'info', text: t('examiner.ask.nothing') });
  res.redirect(303, paths.form(formId));
}
