/** Sending components back to an examiner, with a reason. */

import type { Request, Response } from 'express';
import { AssessmentStatus, FormStatus } from '../../../domain/assessment.ts';
import { listComponents, workProcessOf } from '../../../domain/exam-structure.ts';
import { Score } from '../../../domain/score.ts';
import { cleanText, findForbiddenCharacter, isPresent, MAX_REASON, textLength } from '../../../domain/text.ts';
import { returnForm } from '../../../prisma/commands/forms.ts';
import type { Dossier, DossierExaminer } from '../../../prisma/repositories/committee-dossier.ts';
import { memberActor, memberOf, type PageKit, wordingOf } from '../../context.ts';
import { paths } from '../../paths.ts';
import { listOf } from '../../posted.ts';
import type { Wording } from '../../wording.ts';
import { checkReturnAnswer, firstReturnAnswer, type ReturnAnswerPage } from '../initiator/mending/return.model.ts';
import {
  answerReturn,
  type ReturnAnswerOf,
  readInput,
  returnAskOf,
  sendReturnAnswer,
  tellAnswered,
} from '../initiator/mending/return.ts';
import { dossierLead } from './dossier.model.ts';
import { fieldOf, withExaminer } from './support.ts';
import { componentLabel } from './words.ts';

const COMPONENTS = 'onderdelen';
const REASON = 'reason';

export interface SendBackInput {
  readonly components: readonly string[];
  /** For everything that goes back; empty when every component has one of its own. */
  readonly reason: string;
  /** By component ref; empty for none. */
  readonly reasons: Readonly<Record<string, string>>;
}

export interface FieldError {
  readonly field: string;
  readonly message: string;
}

export function createSendBackPages(kit: PageKit) {
  const show = withReturnable((req, res, dossier, examiner) => {
    const page = askedPage(res, dossier, examiner);
    if (page !== null) return sendReturnAnswer(kit, res, page, firstReturnAnswer(page), []);
    send(res, dossier, examiner, { components: firstChoice(req, examiner), reason: '', reasons: {} }, []);
  });

  const post = withReturnable(async (req, res, dossier, examiner) => {
    const wording = wordingOf(res);
    const page = askedPage(res, dossier, examiner);
    if (page !== null) return answer(req, res, page, { assessmentId: dossier.id, contactId: examiner.contactId });
    const components = listOf(req.body, COMPONENTS).filter((ref) => examiner.components.includes(ref));
    const reasons = Object.fromEntries(components.map((ref) => [ref, cleanText(fieldOf(req, reasonField(ref)))]));
    const input = { components, reason: cleanText(fieldOf(req, REASON)), reasons };
    const errors = checkSendBack(wording, input);
    if (errors.length > 0) return send(res, dossier, examiner, input, errors);
    const { contactId, name } = examiner;
    const outcome = await kit.command(
      returnForm,
      { assessmentId: dossier.id, contactId, ...input },
      { schoolId: memberOf(res).schoolId, actor: memberActor(res) },
    );
    const { t } = wording.translator;
    kit.setFlash(
      res,
      outcome.ok
        ? { kind: 'ok', text: t('committee.sendBack.done', { name }) }
        : { kind: 'warning', text: t('committee.sendBack.notFinished', { name }) },
    );
    res.redirect(303, paths.dossier(dossier.id));
  });

  /** The answer to an examiner who wants the form back. */
  async function answer(req: Request, res: Response, page: ReturnAnswerPage, of: ReturnAnswerOf): Promise<void> {
    const input = readInput(req);
    const errors = checkReturnAnswer(wordingOf(res), input);
    if (errors.length > 0) return sendReturnAnswer(kit, res, page, input, errors);
    const outcome = await answerReturn(kit, res, of, input);
    const text = wordingOf(res).translator.t('returning.answer.gone', { name: page.name });
    if (outcome.ok) tellAnswered(kit, res, page.name, input);
    else kit.setFlash(res, { kind: 'warning', text });
    res.redirect(303, paths.dossier(of.assessmentId));
  }

  function withReturnable(handler: Parameters<typeof withExaminer>[1]) {
    return withExaminer(kit, async (req, res, dossier, examiner) => {
      if (!isReturnable(dossier, examiner)) {
        const { translator } = wordingOf(res);
        const text = translator.t('committee.sendBack.notFinished', { name: examiner.name });
        kit.setFlash(res, { kind: 'warning', text });
        return res.redirect(303, paths.dossier(dossier.id));
      }
      await handler(req, res, dossier, examiner);
    });
  }

  function send(
    res: Response,
    dossier: Dossier,
    examiner: DossierExaminer,
    input: SendBackInput,
    errors: readonly FieldError[],
  ): void {
    const wording = wordingOf(res);
    const hasErrors = errors.length > 0;
    const model = sendBackModel(wording, dossier, examiner, input, errors);
    const status = hasErrors ? 422 : 200;
    const title = wording.translator.t('committee.sendBack.submit');
    kit.sendPage(res, 'committee-send-back', model, { title, hasErrors, status, helpKey: 'dossier' });
  }

  return { show, post };
}

function isReturnable({ state }: Dossier, examiner: DossierExaminer): boolean {
  const isOver = state.status === AssessmentStatus.Final || state.status === AssessmentStatus.Cancelled;
  return !isOver && examiner.state?.form === FormStatus.Finished;
}

/** What an examiner asks who wants the form back; null when nothing is asked. */
function askedPage(res: Response, dossier: Dossier, { contactId, name, components, state }: DossierExaminer) {
  const ask = returnAskOf(state);
  if (ask === null) return null;
  const wording = wordingOf(res);
  const { t } = wording.translator;
  return {
    crumbs: [
      { href: paths.backToQueue(), label: t('committee.title') },
      { href: paths.dossier(dossier.id), label: dossier.student.name },
      { label: t('returning.answer.crumb') },
    ],
    crumb: dossierLead(wording, dossier),
    name,
    ask,
    words: dossier.texts.get(ask.reason?.textId ?? '') ?? '',
    components,
    action: paths.returnForm(dossier.id, contactId),
    backHref: paths.dossier(dossier.id),
  };
}

/** Name and id of the field for the reason of one component. */
function reasonField(ref: string): string {
  return `${REASON}-${ref.replaceAll('/', '-')}`;
}

/** The component from which the member came, or what needs no choosing. */
function firstChoice(req: Request, examiner: DossierExaminer): readonly string[] {
  const asked = listOf(req.query, 'onderdeel').filter((ref) => examiner.components.includes(ref));
  return asked.length > 0 ? asked : defaultChoice(examiner);
}

/** One component needs no choosing. A finish that was not the examiner's own is sent back whole. */
function defaultChoice({ components, state }: DossierExaminer): readonly string[] {
  return components.length === 1 || (state !== null && state.disputedAt !== null) ? components : [];
}

/** What is wrong with a return, in the order of the page. */
export function checkSendBack(wording: Wording, { components, reason, reasons }: SendBackInput): FieldError[] {
  const { translator } = wording;
  const errors: FieldError[] = [];
  if (components.length === 0)
    errors.push({ field: COMPONENTS, message: translator.t('committee.sendBack.chooseOne') });
  const bare = components.filter((ref) => !isPresent(reasons[ref]));
  errors.push(...components.flatMap((ref) => checkOwnReason(wording, ref, reasons[ref] ?? '')));
  // A reason for some but not for all: said where it is missing.
  if (!isPresent(reason) && bare.length < components.length) {
    const { t } = translator;
    const missing = bare.map((ref) => ({
      field: reasonField(ref),
      message: t('editing.sendBack.ownRequired', { component: componentLabel(wording, ref) }),
    }));
    return [...errors, ...missing];
  }
  const length = textLength(reason);
  const forbidden = findForbiddenCharacter(reason);
  if (!isPresent(reason)) errors.push({ field: REASON, message: translator.t('committee.sendBack.reasonRequired') });
  else if (length > MAX_REASON) {
    const message = translator.t('committee.sendBack.reasonTooLong', { max: MAX_REASON, used: length });
    errors.push({ field: REASON, message });
  } else if (forbidden) {
    errors.push({ field: REASON, message: translator.t('committee.sendBack.reasonForbidden', { ...forbidden }) });
  }
  return errors;
}

function checkOwnReason(wording: Wording, ref: string, reason: string): FieldError[] {
  const { t } = wording.translator;
  const field = reasonField(ref);
  const component = componentLabel(wording, ref);
  const used = textLength(reason);
  const forbidden = findForbiddenCharacter(reason);
  if (used > MAX_REASON)
    return [{ field, message: t('editing.sendBack.ownTooLong', { component, max: MAX_REASON, used }) }];
  return forbidden ? [{ field, message: t('editing.sendBack.ownForbidden', { component, ...forbidden }) }] : [];
}

function sendBackModel(
  wording: Wording,
  dossier: Dossier,
  examiner: DossierExaminer,
  input: SendBackInput,
  errors: readonly FieldError[],
) {
  const { t } = wording.translator;
  return {
    crumbs: [
      { href: paths.backToQueue(), label: t('committee.title') },
      { href: paths.dossier(dossier.id), label: dossier.student.name },
      { label: t('committee.sendBack.submit') },
    ],
    crumb: dossierLead(wording, dossier),
    title: t('committee.sendBack.title', { name: examiner.name }),
    action: paths.returnForm(dossier.id, examiner.contactId),
    backHref: paths.dossier(dossier.id),
    components: examiner.components.map((ref) => ({
      value: ref,
      label: componentLabel(wording, ref),
      hint: [titleOfWorkProcess(dossier, ref), t('committee.sendBack.scores', countScores(dossier, examiner, ref))]
        .filter(Boolean)
        .join(' · '),
      isChecked: input.components.includes(ref),
      reasonId: reasonField(ref),
      reasonLabel: t('editing.sendBack.own', { component: componentLabel(wording, ref) }),
      reason: input.reasons[ref] ?? '',
      error: errors.find(({ field }) => field === reasonField(ref))?.message,
    })),
    hasOwnReasons: examiner.components.length > 1,
    reason: input.reason,
    maxReason: MAX_REASON,
    errors,
  };
}

function titleOfWorkProcess({ exam, state }: Dossier, ref: string): string {
  const code = workProcessOf(ref);
  return (
    listComponents(exam, state.unitCodes).find(({ workProcess }) => workProcess.code === code)?.workProcess.title ?? ''
  );
}

/** How often an examiner gave each score at a component. */
export function countScores({ state }: Pick<Dossier, 'state'>, examiner: DossierExaminer, ref: string) {
  const criteria = state.components.find((component) => component.ref === ref)?.criteria ?? [];
  const given = criteria.map((criterion) => examiner.state?.scores[criterion]);
  const count = (score: Score) => given.filter((each) => each === score).length;
  return { o: count(Score.O), v: count(Score.V), g: count(Score.G) };
}
