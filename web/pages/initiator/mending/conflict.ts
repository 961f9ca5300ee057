/** Rules about examiners that a choice breaks, as far as a command said so: what warns asks for a reason. */
import type { Request } from 'express';
import { CONFLICT_RULES, type ConflictRule } from '../../../../domain/conflicts.ts';
import type { ConflictOverride } from '../../../../prisma/commands/replacing.ts';
import type { Wording } from '../../../wording.ts';
import { textOf } from '../requests.ts';
import type { FieldError } from '../words.ts';

function fieldOf(rule: ConflictRule): string {
  return `waarom-${rule}`;
}

/** Rules that were asked about, with what was typed. */
export function readOverrides(req: Request): ConflictOverride[] {
  return CONFLICT_RULES.filter((rule) => Object.hasOwn(Object(req.body), fieldOf(rule))).map((rule) => ({
    rule,
    reason: textOf(req.body, fieldOf(rule)),
  }));
}

export interface AskedOverrides {
  readonly overrides: readonly ConflictOverride[];
  readonly errors: readonly FieldError[];
}

/** Adds the rule that a refusal asks a reason for; null when the refusal is about something else. */
export function askForReason(
  { translator: { t } }: Wording,
  overrides: readonly ConflictOverride[],
  { code, params }: { readonly code: string; readonly params: Readonly<Record<string, unknown>> },
): AskedOverrides | null {
  const rule = CONFLICT_RULES.find((each) => each === params.rule);
  if (code !== 'CONFLICT_REASON_REQUIRED' || rule === undefined) return null;
  const isKnown = overrides.some((each) => each.rule === rule);
  return {
    overrides: isKnown ? overrides : [...overrides, { rule, reason: '' }],
    errors: [{ field: fieldOf(rule), message: t('mending.replace.conflictMissing') }],
  };
}

/** What a rule that blocks says; empty for another refusal. */
export function blockedText(
  { translator: { t } }: Wording,
  { code, params }: { readonly code: string; readonly params: Readonly<Record<string, unknown>> },
): string {
  const rule = CONFLICT_RULES.find((each) => each === params.rule);
  if (code !== 'CONFLICT_BLOCKED' || rule === undefined) return '';
  return `${t(`mending.replace.conflict.${rule}`)} ${t('mending.replace.conflictBlocked')}`;
}

export function conflictsModel({ translator: { t } }: Wording, overrides: readonly ConflictOverride[]) {
  return overrides.map(({ rule, reason }) => ({
    id: fieldOf(rule),
    text: t(`mending.replace.conflict.${rule}`),
    label: t('mending.replace.conflictReason'),
    hint: t('mending.replace.conflictHint'),
    reason,
  }));
}
