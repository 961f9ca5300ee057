/** Answering an examiner who wants a finished form back. */
import type { Request, Response } from 'express';
import { AskKind, type AskState } from '../../../../domain/assessment.ts';
import { answerAsk } from '../../../../prisma/commands/asks.ts';
import { returnForm } from '../../../../prisma/commands/forms.ts';
import { memberOf, type PageHandler, type PageKit, wordingOf } from '../../../context.ts';
import { paths } from '../../../paths.ts';
import { listOf } from '../../../posted.ts';
import { sendNotFound, textOf } from '../requests.ts';
import type { FieldError } from '../words.ts';
import {
  checkReturnAnswer,
  firstReturnAnswer,
  type ReturnAnswerInput,
  type ReturnAnswerPage,
  readReturnAnswer,
  returnAnswerModel,
} from './return.model.ts';
import { by, findSubject, type Subject, sayRefused } from './subject.ts';

export function showReturn(kit: PageKit): PageHandler {
  return async (req, res) => {
    const subject = await findSubject(kit, req, res);
    if (!subject) return sendNotFound(kit, req, res);
    const page = pageOf(res, subject);
    if (page === null) return tellGone(kit, res, subject);
    sendReturnAnswer(kit, res, page, firstReturnAnswer(page), []);
  };
}

export function postReturn(kit: PageKit): PageHandler {
  return async (req, res) => {
    const subject = await findSubject(kit, req, res);
    if (!subject) return sendNotFound(kit, req, res);
    const page = pageOf(res, subject);
    // A second click finds nothing asked any more; what was answered stands on the page of the assessment.
    if (page === null) return tellGone(kit, res, subject);
    const input = readInput(req);
    const errors = checkReturnAnswer(wordingOf(res), input);
    if (errors.length > 0) return sendReturnAnswer(kit, res, page, input, errors);
    const { contactId, name } = subject.examiner;
    const assessmentId = subject.page.id;
    const outcome = await answerReturn(kit, res, { assessmentId, contactId, isByInitiator: true }, input);
    if (!outcome.ok) {
      const message = sayRefused(wordingOf(res), outcome, name);
      return sendReturnAnswer(kit, res, page, input, [{ field: 'antwoord', message }]);
    }
    tellAnswered(kit, res, name, input);
    res.redirect(303, paths.assessment(assessmentId));
  };
}

/** Null: nothing is asked any more. */
function pageOf(res: Response, { page, examiner }: Subject): ReturnAnswerPage | null {
  const { t } = wordingOf(res).translator;
  const { contactId, name, components } = examiner;
  const ask = returnAskOf(page.state.examiners[contactId]);
  if (ask === null) return null;
  return {
    crumbs: [
      { href: paths.assessments(), label: t('initiator.list.title') },
      { href: paths.assessment(page.id), label: page.student.name },
      { label: t('returning.answer.crumb') },
    ],
    crumb: '',
    name,
    ask,
    words: page.texts.get(ask.reason?.textId ?? '') ?? '',
    // Only the committee opens what was not asked for.
    components: ask.components ?? components,
    action: paths.assessmentReturn(page.id, contactId),
    backHref: paths.assessment(page.id),
  };
}

/** What an examiner asked who wants a finished form back; null for another question, or none. */
export function returnAskOf(examiner: { readonly ask?: AskState } | null | undefined): AskState | null {
  const ask = examiner?.ask;
  return ask?.kind === AskKind.Return ? ask : null;
}

function tellGone(kit: PageKit, res: Response, { page, examiner }: Subject): void {
  const text = wordingOf(res).translator.t('returning.answer.gone', { name: examiner.name });
  kit.setFlash(res, { kind: 'info', text });
  res.redirect(303, paths.assessment(page.id));
}

export function readInput(req: Request): ReturnAnswerInput {
  return readReturnAnswer(
    (name) => textOf(req.body, name),
    (name) => listOf(req.body, name),
  );
}

export interface ReturnAnswerOf {
  readonly assessmentId: string;
  readonly contactId: string;
  /** Absent: by the committee. */
  readonly isByInitiator?: true;
}

/** Gives the form back, or says no. @param input without errors */
export function answerReturn(
  kit: PageKit,
  res: Response,
  of: ReturnAnswerOf,
  { isGiven, components, reason }: ReturnAnswerInput,
) {
  const { assessmentId, contactId } = of;
  if (isGiven) return kit.command(returnForm, { ...of, components, reason }, by(res));
  const command = {
    assessmentIds: [assessmentId],
    contactId,
    isAgreed: false,
    reason,
    replacement: null,
    createContact: null,
    remark: '',
    initiatorId: memberOf(res).membershipId,
    kid: kit.keyring.current,
  };
  return kit.command(answerAsk, command, by(res));
}

/** Says what was done, on the next page. */
export function tellAnswered(kit: PageKit, res: Response, name: string, { isGiven }: ReturnAnswerInput): void {
  const { t } = wordingOf(res).translator;
  kit.setFlash(res, { kind: 'ok', text: t(isGiven ? 'returning.answer.gave' : 'returning.answer.refused', { name }) });
}

export function sendReturnAnswer(
  kit: PageKit,
  res: Response,
  page: ReturnAnswerPage,
  input: ReturnAnswerInput,
  errors: readonly FieldError[],
): void {
  const model = returnAnswerModel(wordingOf(res), page, input, errors);
  const hasErrors = errors.length > 0;
  const status = hasErrors ? 422 : 200;
  kit.sendPage(res, 'answer-return', model, { title: model.title, hasErrors, status, helpKey: 'mendingReturn' });
}
