/**
 * Two people, two devices or two tabs write on one draft: what can stand side by side, and what a person must choose.
 *
 * Contract
 * 1. Pure. A field is the score of a criterion or the justification of a component.
 * 2. Three-way by field: what only one of the two changed since `base` is taken over; what both changed to different
 *    things is a conflict, and the draft keeps `theirs` there until a person chooses.
 * 3. Texts are compared as they are stored (Unicode form, line breaks and spaces at the ends make no difference).
 */
import type { FormContent, FormDefinition } from '../../domain/form.ts';
import { isScore, type Score } from '../../domain/score.ts';
import { cleanText, normalizeText } from '../../domain/text.ts';

/** The fields that somebody filled in or emptied; a field that is not named stays as it was. */
export interface DraftPatch {
  /** By criterion ref; null empties it. */
  readonly scores: Readonly<Record<string, Score | null>>;
  /** By component ref; an empty text empties it. */
  readonly justifications: Readonly<Record<string, string>>;
}

/** Where two versions of one component differ. */
export interface ComponentConflict {
  readonly ref: string;
  /** Criteria that both scored differently. */
  readonly criteria: readonly string[];
  readonly hasJustification: boolean;
}

export interface DraftMerge {
  readonly content: FormContent;
  /** In the order of the form; empty when everything could be taken over. */
  readonly conflicts: readonly ComponentConflict[];
}

/**
 * The content with the patch in place.
 * @param editable refs of the components that may change; fields of others are left as they are
 */
export function applyPatch(
  definition: FormDefinition,
  content: FormContent,
  patch: DraftPatch,
  editable: readonly string[],
): FormContent {
  const scores: Record<string, Score> = {};
  const justifications: Record<string, string> = {};
  for (const component of definition.components) {
    const isEditable = editable.includes(component.ref);
    for (const { ref } of component.criteria) {
      const score = isEditable && Object.hasOwn(patch.scores, ref) ? patch.scores[ref] : scoreIn(content, ref);
      if (isScore(score)) scores[ref] = score;
    }
    const isNamed = isEditable && Object.hasOwn(patch.justifications, component.ref);
    const text = cleanText((isNamed ? patch.justifications[component.ref] : textIn(content, component.ref)) ?? '');
    if (text !== '') justifications[component.ref] = text;
  }
  return { scores, justifications };
}

/** Brings `yours`, written on `base`, together with `theirs`, which was saved meanwhile. */
export function mergeDrafts(
  definition: FormDefinition,
  versions: { readonly base: FormContent; readonly theirs: FormContent; readonly yours: FormContent },
): DraftMerge {
  const { base, theirs, yours } = versions;
  const conflicts: ComponentConflict[] = [];
  const scores: Record<string, Score> = {};
  const justifications: Record<string, string> = {};
  for (const component of definition.components) {
    const criteria: string[] = [];
    for (const { ref } of component.criteria) {
      const merged = mergeField(scoreIn(base, ref), scoreIn(theirs, ref), scoreIn(yours, ref));
      if (merged.isConflict) criteria.push(ref);
      if (merged.value !== null) scores[ref] = merged.value;
    }
    const text = mergeField(textIn(base, component.ref), textIn(theirs, component.ref), textIn(yours, component.ref));
    if (text.value !== '') justifications[component.ref] = text.value;
    if (criteria.length > 0 || text.isConflict)
      conflicts.push({ ref: component.ref, criteria, hasJustification: text.isConflict });
  }
  return { content: { scores, justifications }, conflicts };
}

/** Takes the fields in conflict of the chosen components from `yours`; everything else stays as it is in `current`. */
export function chooseVersion(
  definition: FormDefinition,
  versions: { readonly current: FormContent; readonly yours: FormContent },
  conflicts: readonly ComponentConflict[],
  chosen: readonly string[],
): FormContent {
  const scores: Record<string, Score | null> = {};
  const justifications: Record<string, string> = {};
  for (const conflict of conflicts.filter(({ ref }) => chosen.includes(ref))) {
    for (const ref of conflict.criteria) scores[ref] = scoreIn(versions.yours, ref);
    if (conflict.hasJustification) justifications[conflict.ref] = textIn(versions.yours, conflict.ref);
  }
  return applyPatch(definition, versions.current, { scores, justifications }, chosen);
}

/** Without the fields about which `current` says what `yours` says by now. */
export function stillDiffering(
  conflicts: readonly ComponentConflict[],
  versions: { readonly current: FormContent; readonly yours: FormContent },
): ComponentConflict[] {
  const { current, yours } = versions;
  return conflicts
    .map((conflict) => ({
      ...conflict,
      criteria: conflict.criteria.filter((ref) => scoreIn(current, ref) !== scoreIn(yours, ref)),
      hasJustification: conflict.hasJustification && textIn(current, conflict.ref) !== textIn(yours, conflict.ref),
    }))
    .filter((conflict) => conflict.criteria.length > 0 || conflict.hasJustification);
}

function mergeField<Value>(base: Value, theirs: Value, yours: Value): { value: Value; isConflict: boolean } {
  if (yours === theirs || yours === base) return { value: theirs, isConflict: false };
  if (theirs === base) return { value: yours, isConflict: false };
  return { value: theirs, isConflict: true };
}

function scoreIn(content: FormContent, ref: string): Score | null {
  const score: unknown = Object.hasOwn(content.scores, ref) ? content.scores[ref] : null;
  return isScore(score) ? score : null;
}

function textIn(content: FormContent, ref: string): string {
  const text: unknown = Object.hasOwn(content.justifications, ref) ? content.justifications[ref] : '';
  return typeof text === 'string' ? normalizeText(text) : '';
}
