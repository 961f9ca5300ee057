/** What people write down with a change: cleaned here, so that no page can forget it. */
import { cleanText, findForbiddenCharacter, isPresent, MAX_REASON, textLength } from '../../domain/text.ts';
import { CommandRefused } from '../unit-of-work.ts';

/**
 * @param typed as it came
 * @returns the text as it is kept
 * @throws CommandRefused `REASON_REQUIRED`, `REASON_TOO_LONG` (params `max`, `length`), `TEXT_FORBIDDEN_CHARACTER` (params `code`, `position`)
 */
export function requireReason(typed: string): string {
  const reason = optionalReason(typed);
  if (reason === '') throw new CommandRefused('REASON_REQUIRED');
  return reason;
}

/**
 * @returns the text as it is kept; empty when there is nothing to read in it
 * @throws CommandRefused as {@link requireReason}, except that it is required
 */
export function optionalReason(typed: string): string {
  const text = cleanText(typed).trim();
  if (!isPresent(text)) return '';
  const length = textLength(text);
  if (length > MAX_REASON) throw new CommandRefused('REASON_TOO_LONG', { max: MAX_REASON, length });
  const forbidden = findForbiddenCharacter(text);
  if (forbidden) throw new CommandRefused('TEXT_FORBIDDEN_CHARACTER', { ...forbidden });
  return text;
}
