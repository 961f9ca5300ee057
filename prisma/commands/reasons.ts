/** What people write down with a change: cleaned here, so that no page can forget it. */
import { cleanText, findForbiddenCharacter, isPresent, MAX_REASON, textLength } from '../../domain/text.ts';
import { CommandRefused } from '../unit-of-work.ts';

/** Why something that was typed cannot be kept. */
export interface TextProblem {
  readonly code: string;
  readonly params: Readonly<Record<string, unknown>>;
}

/** The text as it is kept; empty when there is nothing to read in it. */
export function cleanReason(typed: string): string {
  const text = cleanText(typed).trim();
  return isPresent(text) ? text : '';
}

/**
 * What is wrong with a reason that must be given, or null: `REASON_REQUIRED`, `REASON_TOO_LONG` (params `max`, `length`),
 * `TEXT_FORBIDDEN_CHARACTER` (params `code`, `position`).
 */
export function reasonProblem(typed: string): TextProblem | null {
  const text = cleanReason(typed);
  if (text === '') return { code: 'REASON_REQUIRED', params: {} };
  const length = textLength(text);
  if (length > MAX_REASON) return { code: 'REASON_TOO_LONG', params: { max: MAX_REASON, length } };
  const forbidden = findForbiddenCharacter(text);
  return forbidden && { code: 'TEXT_FORBIDDEN_CHARACTER', params: { ...forbidden } };
}

/** What is wrong with a reason that may be left out, or null. */
export function optionalReasonProblem(typed: string): TextProblem | null {
  return cleanReason(typed) === '' ? null : reasonProblem(typed);
}

/**
 * @param typed as it came
 * @returns the text as it is kept
 * @throws CommandRefused as {@link reasonProblem} says
 */
export function requireReason(typed: string): string {
  const problem = reasonProblem(typed);
  if (problem) throw new CommandRefused(problem.code, problem.params);
  return cleanReason(typed);
}

/**
 * @returns the text as it is kept; empty when there is nothing to read in it
 * @throws CommandRefused as {@link reasonProblem} says, except that it is required
 */
export function optionalReason(typed: string): string {
  return cleanReason(typed) === '' ? '' : requireReason(typed);
}
