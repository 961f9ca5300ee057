/** Rules about who may examine whom, as far as these invitations break them. Pure. */
import { CONFLICT_RULES, type Conflict, type ConflictRule, isBlocking } from '../../../../domain/conflicts.ts';
import { cleanText, isPresent } from '../../../../domain/text.ts';
import { listNames, type Wording } from '../../../wording.ts';
import { type FieldError, readReason } from '../words.ts';

/** Field for the reason to go on all the same. */
export function reasonField(rule: string): string {
  return `waarom-${rule}`;
}

/** Names by id. */
export type NameOf = (id: string) => string;

export interface ConflictNames {
  readonly student: NameOf;
  readonly examiner: NameOf;
}

/** Those of the assessments and examiners that are chosen now. */
export function chosenConflicts(
  conflicts: readonly Conflict[],
  assessmentIds: readonly string[],
  contactIds: readonly string[],
): Conflict[] {
  return conflicts.filter(
    ({ assessmentId, examinerIds }) =>
      assessmentIds.includes(assessmentId) &&
      (examinerIds.length === 0 || examinerIds.some((id) => contactIds.includes(id))),
  );
}

export interface ConflictModel {
  readonly rule: string;
  /** One sentence for each group of the same people. */
  readonly sentences: readonly string[];
}

/** Broken rules that stop the invitations, or that ask for a reason; each rule once. */
export function conflictModels(
  wording: Wording,
  conflicts: readonly Conflict[],
  names: ConflictNames,
): { readonly blocked: ConflictModel[]; readonly warned: (ConflictModel & { readonly rule: ConflictRule })[] } {
  const blocking = conflicts.filter(isBlocking);
  const blocked = [...new Set(blocking.map(({ rule }) => rule))].map((rule) => ({
    rule,
    sentences: sentencesOf(
      wording,
      blocking.filter((conflict) => conflict.rule === rule),
      names,
    ),
  }));
  const warned = CONFLICT_RULES.flatMap((rule) => {
    const found = conflicts.filter((conflict) => conflict.rule === rule && !isBlocking(conflict));
    return found.length === 0 ? [] : [{ rule, sentences: sentencesOf(wording, found, names) }];
  });
  return { blocked, warned };
}

/** Students of the same examiners in one sentence. */
function sentencesOf(wording: Wording, conflicts: readonly Conflict[], names: ConflictNames): string[] {
  const groups = Map.groupBy(conflicts, ({ rule, examinerIds }) => [rule, ...examinerIds].join('|'));
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (!first) return [];
    const params = {
      examiners: listNames(wording, first.examinerIds.map(names.examiner)),
      students: listNames(
        wording,
        group.map(({ studentId }) => names.student(studentId)),
      ),
      count: first.examinerIds.length,
    };
    return [wording.translator.t(`inviting.conflict.${first.rule}`, params)];
  });
}

export interface ReadOverrides {
  readonly overrides: readonly { readonly rule: ConflictRule; readonly reason: string }[];
  readonly errors: readonly FieldError[];
}

/** Reads the reasons for going on. @param reasonOf what was typed */
export function readOverrides(
  wording: Wording,
  rules: readonly ConflictRule[],
  reasonOf: (rule: ConflictRule) => string,
): ReadOverrides {
  const read = rules.map((rule) => ({ rule, outcome: readReason(wording, reasonOf(rule)) }));
  const messageOf = (rule: ConflictRule, message: string) =>
    isPresent(cleanText(reasonOf(rule))) ? message : wording.translator.t('inviting.conflict.errorReason');
  return {
    overrides: read.flatMap(({ rule, outcome }) => (outcome.ok ? [{ rule, reason: outcome.reason }] : [])),
    errors: read.flatMap(({ rule, outcome }) =>
      outcome.ok ? [] : [{ field: reasonField(rule), message: messageOf(rule, outcome.message) }],
    ),
  };
}
