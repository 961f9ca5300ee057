/** What the pages of codes have in common: reading one, asking for one, and what to say when it is not right. */

import type { Translator } from '../../../../platform/i18n/index.ts';
import type { CommandOutcome } from '../../../../prisma/apply-command.ts';
import { EXAMINER_CODE_MINUTES } from '../../../../prisma/commands/examiner-codes.ts';

/** The digits as typed, or null when they are not six. */
export function readCode(typed: string): string | null {
  const code = typed.replace(/\s/g, '');
  return /^\d{6}$/.test(code) ? code : null;
}

/** A code was not right: how often it may be tried still. */
export function wrongText({ t }: Translator, triesLeft: number): string {
  return triesLeft === 0 ? t('linkcare.code.usedUp') : t('linkcare.code.wrong', { count: triesLeft });
}

/** Why no code was sent, or null when one was. */
export function refusedText({ t }: Translator, outcome: CommandOutcome<unknown>): string | null {
  if (outcome.ok) return null;
  const { minutes } = outcome.params;
  return t('linkcare.code.limit', { count: typeof minutes === 'number' ? minutes : 60 });
}

/** The field of the code with what stands around it. */
export function codeFieldModel({ t }: Translator, error: string | null) {
  return {
    hint: t('linkcare.code.hint', { minutes: EXAMINER_CODE_MINUTES }),
    errors: error === null ? [] : [{ field: 'code', message: error }],
  };
}
