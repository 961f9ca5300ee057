/** Rules about who may examine whom, when somebody is invited: what blocks refuses, what warns needs a reason. */
import { type Conflict, type ConflictRule, FixedConflictRule, isBlocking } from '../../domain/conflicts.ts';
import { CommandRefused, type UnitOfWork } from '../unit-of-work.ts';
import { optionalReason } from './reasons.ts';

/** Why somebody goes on where a rule warns. */
export interface ConflictOverride {
  readonly rule: ConflictRule;
  /** As typed. */
  readonly reason: string;
}

const FIXED_RULE_CODES: Readonly<Record<FixedConflictRule, 'EXAMINER_IS_STUDENT' | 'EXAMINER_IS_INITIATOR'>> = {
  [FixedConflictRule.IsStudent]: 'EXAMINER_IS_STUDENT',
  [FixedConflictRule.IsInitiator]: 'EXAMINER_IS_INITIATOR',
};

/** Whether it is about one of these examiners; who is missing is missing whoever is invited. */
export function isAboutAny({ examinerIds }: Conflict, contactIds: ReadonlySet<string>): boolean {
  return examinerIds.length === 0 || examinerIds.some((id) => contactIds.has(id));
}

/**
 * Writes the reasons for going on to the record of the assessments; their streams must be held.
 * @throws CommandRefused `EXAMINER_IS_STUDENT`, `EXAMINER_IS_INITIATOR`, `CONFLICT_BLOCKED`, `CONFLICT_REASON_REQUIRED` (params
 *   `rule`, `examinerIds`, `studentId`, `assessmentId`), and for a reason what `optionalReason` refuses
 */
export async function settleConflicts(
  unit: UnitOfWork,
  conflicts: readonly Conflict[],
  overrides: readonly ConflictOverride[],
): Promise<void> {
  // First what blocks: nobody types reasons for nothing.
  for (const conflict of conflicts.filter(isBlocking)) throw new CommandRefused(codeOf(conflict), paramsOf(conflict));
  for (const conflict of conflicts) {
    const { assessmentId, rule, examinerIds } = conflict;
    if (rule === FixedConflictRule.IsStudent || rule === FixedConflictRule.IsInitiator) continue;
    const reason = optionalReason(overrides.find((each) => each.rule === rule)?.reason ?? '');
    if (reason === '') throw new CommandRefused('CONFLICT_REASON_REQUIRED', paramsOf(conflict));
    const text = await unit.keepText(assessmentId, 'conflictReason', reason);
    await unit.onAssessment(assessmentId, { type: 'overrideConflict', rule, examinerIds, reason: text });
  }
}

/** What a conflict that blocks is refused with. */
export function codeOf({ rule }: Conflict): string {
  return rule === FixedConflictRule.IsStudent || rule === FixedConflictRule.IsInitiator
    ? FIXED_RULE_CODES[rule]
    : 'CONFLICT_BLOCKED';
}

function paramsOf({ rule, examinerIds, studentId, assessmentId }: Conflict) {
  return { rule, examinerIds, studentId, assessmentId };
}
