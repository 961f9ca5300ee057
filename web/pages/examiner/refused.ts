/** A form that takes nothing any more: why, and what was typed, so that no word is lost. */
import type { Response } from 'express';
import { AssessmentError } from '../../../domain/assessment.ts';
import type { FormContent } from '../../../domain/form.ts';
import type { DraftRefusal } from '../../../prisma/commands/drafts.ts';
import type { ExaminerForm } from '../../../prisma/repositories/examiner.ts';
import type { PageKit } from '../../context.ts';
import { paths } from '../../paths.ts';
import type { Wording } from '../../wording.ts';
import { pageOf, wordingOf } from './access.ts';
import { answerGroups, hasAnswers } from './answers.model.ts';
import { unsentModel } from './offline/offline.model.ts';

/** The refusals that have words of their own. */
const KNOWN = [
  AssessmentError.FormFinished,
  AssessmentError.FormWithdrawn,
  AssessmentError.Cancelled,
  AssessmentError.Final,
  AssessmentError.ScoringClosed,
] as const;

/** What to say about a code of the domain. */
export function refusalTexts(
  { translator: { t } }: Wording,
  form: ExaminerForm,
  code: string,
): { title: string; text: string } {
  const known = KNOWN.find((each) => each === code) ?? 'other';
  return {
    title: t(`examiner.refused.${known}.title`),
    text: t(`examiner.refused.${known}.text`, { name: form.initiatorName }),
  };
}

export interface Refusal {
  readonly code: DraftRefusal | string;
  /** What was just posted. */
  readonly typed?: FormContent;
  readonly isKept?: boolean;
}

/** @param refusal without `typed` the draft is shown */
export function refusedModel(wording: Wording, form: ExaminerForm, refusal: Refusal) {
  const { t } = wording.translator;
  const isPosted = refusal.typed !== undefined && hasAnswers(refusal.typed);
  const shown = isPosted ? refusal.typed : isOver(refusal.code) ? { scores: {}, justifications: {} } : form.content;
  const groups = hasAnswers(shown)
    ? answerGroups(form.definition, shown)
        .map((group) => ({ ...group, cards: group.cards.filter((card) => isTouched(card)) }))
        .filter((group) => group.cards.length > 0)
    : [];
  return {
    ...refusalTexts(wording, form, refusal.code),
    fate: !isPosted ? '' : t(refusal.isKept === true ? 'examiner.refused.kept' : 'examiner.refused.notKept'),
    heading: groups.length === 0 ? '' : t(isPosted ? 'examiner.refused.typed' : 'examiner.refused.draft'),
    groups,
    viewHref: form.submission === null ? '' : paths.form(form.formId),
    listHref: form.siblings.length > 1 ? paths.workList() : '',
    // Also when time is up whoever cannot do it may say so, and whoever did sees that it waits.
    askHref: refusal.code === AssessmentError.ScoringClosed ? paths.formDecline(form.formId) : '',
    askLabel: t(form.ask === null ? 'examiner.ask.link' : 'examiner.workList.asked'),
  };
}

function isTouched(card: { answers: readonly { score: string }[]; justification: string }): boolean {
  return card.justification !== '' || card.answers.some((answer) => answer.score !== '');
}

/** The school no longer asks for this: a draft of it is nobody's business. */
export function isOver(code: string): boolean {
  return code === AssessmentError.FormWithdrawn || code === AssessmentError.Cancelled;
}

export function sendRefused(kit: PageKit, res: Response, form: ExaminerForm, refusal: Refusal): void {
  const wording = wordingOf(res, form);
  const model = refusedModel(wording, form, refusal);
  const isReading = refusal.typed === undefined;
  const status = isReading ? (isOver(refusal.code) ? 410 : 200) : 409;
  kit.sendPage(
    res,
    'examiner-refused',
    { ...model, ...unsentModel(form, isOver(refusal.code)) },
    pageOf(res, form, model.title, { status, hasErrors: !isReading, helpKey: 'form', scripts: ['form-unsent.js'] }),
  );
}
