/** A page on which a member says why: withdrawing a proposal, reopening a result, ending that. */
import { randomUUID } from 'node:crypto';
import type { Request, Response } from 'express';
import { MAX_REASON } from '../../../../domain/text.ts';
import { optionalReasonProblem, reasonProblem, type TextProblem } from '../../../../prisma/commands/reasons.ts';
import type { Dossier } from '../../../../prisma/repositories/committee-dossier.ts';
import { type PageKit, wordingOf } from '../../../context.ts';
import { paths } from '../../../paths.ts';
import type { Wording } from '../../../wording.ts';
import { dossierLead } from '../dossier.model.ts';
import type { FieldError } from '../send-back.ts';

export const REASON = 'reden';

/** What a page of this kind says; all in the words of the reader. */
export interface ReasonWords {
  readonly title: string;
  readonly lead: string;
  readonly reasonLabel: string;
  readonly reasonHint: string;
  readonly submit: string;
  readonly icon: string;
  readonly action: string;
  readonly isOptional: boolean;
  /** What happens, in order; empty for nothing to tell. */
  readonly steps: readonly string[];
  /** Absent: that of proposals and reopening. */
  readonly helpKey?: string;
  /** What is on the screen, so that a decision is about that. */
  readonly hidden: readonly { readonly name: string; readonly value: string }[];
}

export interface ReasonInput {
  readonly reason: string;
  readonly nonce: string;
  readonly errors: readonly FieldError[];
}

export function firstReasonInput(): ReasonInput {
  return { reason: '', nonce: randomUUID(), errors: [] };
}

/** What is wrong with the reason, in words at its field. */
export function reasonErrors(wording: Wording, reason: string, isOptional: boolean): FieldError[] {
  const problem = isOptional ? optionalReasonProblem(reason) : reasonProblem(reason);
  return problem === null ? [] : [{ field: REASON, message: problemText(wording, problem) }];
}

function problemText({ translator: { t } }: Wording, { code, params }: TextProblem): string {
  if (code === 'REASON_REQUIRED') return t('deciding.reasonError.REASON_REQUIRED');
  const { length = 0, code: character = '', position = 0 } = params;
  return code === 'REASON_TOO_LONG'
    ? t('deciding.reasonError.REASON_TOO_LONG', { max: MAX_REASON, length: Number(length) })
    : t('deciding.reasonError.TEXT_FORBIDDEN_CHARACTER', { code: String(character), position: Number(position) + 1 });
}

/** Sends the page: 422 when something is wrong with what was posted. */
export function sendReasonPage(
  kit: PageKit,
  res: Response,
  dossier: Dossier,
  words: ReasonWords,
  input: ReasonInput,
): void {
  const hasErrors = input.errors.length > 0;
  kit.sendPage(res, 'committee-decision-reason', reasonPageModel(wordingOf(res), dossier, words, input), {
    title: words.title,
    hasErrors,
    status: hasErrors ? 422 : 200,
    helpKey: words.helpKey ?? 'reopening',
  });
}

export function reasonPageModel(wording: Wording, dossier: Dossier, words: ReasonWords, input: ReasonInput) {
  return {
    crumbs: [
      { href: paths.backToQueue(), label: wording.translator.t('committee.title') },
      { href: paths.dossier(dossier.id), label: dossier.student.name },
      { label: words.title },
    ],
    crumb: dossierLead(wording, dossier),
    ...words,
    backHref: paths.dossier(dossier.id),
    reason: input.reason,
    nonce: input.nonce,
    max: MAX_REASON,
    errors: input.errors,
  };
}

/** Back to the dossier with what happened. */
export function backToDossier(
  kit: PageKit,
  res: Response,
  dossierId: string,
  flash: { readonly kind: 'ok' | 'warning'; readonly text: string },
): void {
  kit.setFlash(res, flash);
  res.redirect(303, paths.dossier(dossierId));
}

/** More digits than anything that is counted here would not fit an integer of the database. */
const COUNT_FORM = /^\d{1,9}$/;

/** A posted number; 0 when the field was tampered with. */
export function countOf(req: Request, read: (req: Request, name: string) => string, name: string): number {
  const value = read(req, name);
  return COUNT_FORM.test(value) ? Number(value) : 0;
}
