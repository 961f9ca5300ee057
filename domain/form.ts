import { type CaptionedEvidence, EvidencePolicy } from './evidence.ts';
import type { ComponentKind, Criterion, ExamDefinition } from './exam.ts';
import { listComponents, listUnitCodes } from './exam-structure.ts';
import { type JustificationPolicy, justificationReason, requiresJustification } from './justification.ts';
import { isScore, type Score } from './score.ts';
import { cleanText, findForbiddenCharacter, isPresent, MAX_JUSTIFICATION, normalizeText, textLength } from './text.ts';

/**
 * The form of one examiner: which components are scored, what was filled in, and what is still to be done.
 *
 * 1. A definition is a snapshot: it carries the texts that were scored, so a later exam version changes no finished form.
 * 2. Content holds own properties only; a missing key means "not filled in".
 * 3. Nothing typed is thrown away: what cannot be accepted stays in the content, with an error beside it. Content with a
 *    TEXT_FORBIDDEN_CHARACTER is shown again but not stored (PostgreSQL takes no U+0000).
 */

/** A code with the title a person reads. */
export interface Titled {
  readonly code: string;
  readonly title: string;
}

export interface FormComponent {
  /** Component ref. */
  readonly ref: string;
  readonly kind: ComponentKind;
  readonly unit: Titled;
  readonly coreTask: Titled;
  readonly workProcess: Titled;
  readonly criteria: readonly Criterion[];
}

export interface FormDefinition {
  /** In the order of the exam. */
  readonly components: readonly FormComponent[];
  readonly policy: JustificationPolicy;
  /** Absent: off, as in forms from before there was evidence. */
  readonly evidence?: EvidencePolicy;
}

export interface FormContent {
  /** By criterion ref. */
  readonly scores: Readonly<Record<string, Score>>;
  /** By component ref. */
  readonly justifications: Readonly<Record<string, string>>;
}

export const FormErrorCode = {
  /** A posted value is no O, V or G. `ref`: criterion. */
  ScoreInvalid: 'SCORE_INVALID',
  /** `ref`: criterion. */
  ScoreMissing: 'SCORE_MISSING',
  /** `ref`: component; params `O` and `G`: how often those scores were given. */
  JustificationRequired: 'JUSTIFICATION_REQUIRED',
  /** `ref`: component; params `length` and `max` in code points. */
  JustificationTooLong: 'JUSTIFICATION_TOO_LONG',
  /** `ref`: component; params `code` (e.g. `U+0007`) and `position`. */
  TextForbiddenCharacter: 'TEXT_FORBIDDEN_CHARACTER',
  /** `ref`: component without a photo or PDF, where the school asks for one. */
  EvidenceRequired: 'EVIDENCE_REQUIRED',
} as const;
export type FormErrorCode = (typeof FormErrorCode)[keyof typeof FormErrorCode];

export interface FormError {
  readonly code: FormErrorCode;
  /** Ref of the criterion or the component where it must be mended. */
  readonly ref: string;
  readonly params?: Readonly<Record<string, string | number>>;
}

export interface FormProgress {
  /** Criteria with a score. */
  readonly done: number;
  /** All criteria. */
  readonly total: number;
  /** Criteria without a score and components whose required justification is absent, in form order. */
  readonly open: readonly string[];
}

/**
 * The definition for these components, in the order of the exam.
 *
 * @param componentRefs refs the exam does not have are left out
 * @param evidence whether evidence can or must be put with a component
 */
export function defineForm(
  exam: ExamDefinition,
  componentRefs: readonly string[],
  policy: JustificationPolicy,
  evidence: EvidencePolicy = EvidencePolicy.Off,
): FormDefinition {
  const components = listComponents(exam, listUnitCodes(exam))
    .filter(({ component }) => componentRefs.includes(component.ref))
    .map(({ component, unit, coreTask, workProcess }) => ({
      ref: component.ref,
      kind: component.kind,
      unit: titled(unit),
      coreTask: titled(coreTask),
      workProcess: titled(workProcess),
      criteria: component.criteria,
    }));
  return evidence === EvidencePolicy.Off ? { components, policy } : { components, policy, evidence };
}

/** Whether a piece of evidence can be put with the components of this form. */
export function takesEvidence({ evidence }: Pick<FormDefinition, 'evidence'>): boolean {
  return evidence === EvidencePolicy.On || evidence === EvidencePolicy.Required;
}

function titled({ code, title }: Titled): Titled {
  return { code, title };
}

/**
 * The named components from `changed`, all others from `base`.
 *
 * @param refs component refs; unknown ones are ignored
 */
export function mergeComponents(
  definition: FormDefinition,
  refs: readonly string[],
  base: FormContent,
  changed: FormContent,
): FormContent {
  const scores: Record<string, Score> = {};
  const justifications: Record<string, string> = {};
  for (const component of definition.components) {
    const source = refs.includes(component.ref) ? changed : base;
    const text = source.justifications[component.ref];
    if (text !== undefined) justifications[component.ref] = text;
    for (const { ref } of component.criteria) {
      const score = source.scores[ref];
      if (score !== undefined) scores[ref] = score;
    }
  }
  return { scores, justifications };
}

/** A form in which nothing is filled in. */
export function emptyForm(): FormContent {
  return { scores: {}, justifications: {} };
}

/** Field name (and control id) of a criterion: `B1-K1-W1/behaviour/1` gives `score-B1-K1-W1-behaviour-1`. */
export function scoreFieldName(criterionRef: string): string {
  return `score-${criterionRef.replaceAll('/', '-')}`;
}

/** Field name (and control id) of a justification: `B1-K1-W1/behaviour` gives `justification-B1-K1-W1-behaviour`. */
export function justificationFieldName(componentRef: string): string {
  return `justification-${componentRef.replaceAll('/', '-')}`;
}

/** Id of the control with which evidence is added to a component: `B1-K1-W1/behaviour` gives `evidence-B1-K1-W1-behaviour`. */
export function evidenceFieldName(componentRef: string): string {
  return `evidence-${componentRef.replaceAll('/', '-')}`;
}

/**
 * Reads a posted form. Fields of unknown names are ignored; an absent or empty field is "not filled in". A field posted
 * twice is no score; of a text the parts are joined, so that nothing typed is lost.
 *
 * @param raw the body by field name ({@link scoreFieldName}, {@link justificationFieldName}), any values
 * @returns content with texts through {@link cleanText}, and the errors in form order
 */
export function parseFormContent(
  definition: FormDefinition,
  raw: Readonly<Record<string, unknown>>,
): { content: FormContent; errors: FormError[] } {
  const scores: [string, Score][] = [];
  const justifications: [string, string][] = [];
  const errors: FormError[] = [];
  for (const component of definition.components) {
    for (const { ref } of component.criteria) {
      const value = readOwn(raw, scoreFieldName(ref));
      if (isScore(value)) scores.push([ref, value]);
      else if (value !== undefined && value !== null && value !== '')
        errors.push({ code: FormErrorCode.ScoreInvalid, ref });
    }
    const text = readText(readOwn(raw, justificationFieldName(component.ref)));
    if (text !== '') justifications.push([component.ref, text]);
    errors.push(...checkText(component.ref, text));
  }
  return {
    content: { scores: Object.fromEntries(scores), justifications: Object.fromEntries(justifications) },
    errors,
  };
}

function readOwn(record: Readonly<Record<string, unknown>>, key: string): unknown {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}

function readText(value: unknown): string {
  const parts = (Array.isArray(value) ? value : [value]).filter((part) => typeof part === 'string');
  return cleanText(parts.join('\n'));
}

function checkText(ref: string, text: string): FormError[] {
  const errors: FormError[] = [];
  const length = textLength(text);
  if (length > MAX_JUSTIFICATION)
    errors.push({ code: FormErrorCode.JustificationTooLong, ref, params: { length, max: MAX_JUSTIFICATION } });
  const forbidden = findForbiddenCharacter(text);
  if (forbidden) errors.push({ code: FormErrorCode.TextForbiddenCharacter, ref, params: { ...forbidden } });
  return errors;
}

/**
 * All that stands between this content and a finished form, in form order; empty when it may be finished. Total: content
 * from any source is checked anew, a value that is no score counts as missing.
 *
 * @param evidence refs of the components that have evidence; absent: whether there is any is not looked at
 */
export function checkForm(definition: FormDefinition, content: FormContent, evidence?: readonly string[]): FormError[] {
  const bare = evidence === undefined ? [] : componentsWithoutEvidence(definition, evidence);
  return definition.components.flatMap((component) => {
    const missing = component.criteria
      .filter(({ ref }) => scoreAt(content, ref) === undefined)
      .map(({ ref }): FormError => ({ code: FormErrorCode.ScoreMissing, ref }));
    const required = lacksJustification(definition, component, content)
      ? [justificationRequired(component, content)]
      : [];
    const bareHere = bare.includes(component.ref) ? [{ code: FormErrorCode.EvidenceRequired, ref: component.ref }] : [];
    return [...missing, ...required, ...checkText(component.ref, justificationAt(content, component.ref)), ...bareHere];
  });
}

/**
 * Refs of the components that need evidence and have none, in form order.
 * @param evidence refs of the components that have some
 */
export function componentsWithoutEvidence(definition: FormDefinition, evidence: readonly string[]): string[] {
  if (definition.evidence !== EvidencePolicy.Required) return [];
  return definition.components.map(({ ref }) => ref).filter((ref) => !evidence.includes(ref));
}

function justificationRequired(component: FormComponent, content: FormContent): FormError {
  const reason = justificationReason(scoresOf(component, content));
  return { code: FormErrorCode.JustificationRequired, ref: component.ref, params: { ...reason } };
}

function lacksJustification(definition: FormDefinition, component: FormComponent, content: FormContent): boolean {
  const isRequired = requiresJustification(definition.policy, scoresOf(component, content));
  return isRequired && !isPresent(justificationAt(content, component.ref));
}

function scoresOf(component: FormComponent, content: FormContent): Score[] {
  return component.criteria.flatMap(({ ref }) => scoreAt(content, ref) ?? []);
}

function scoreAt(content: FormContent, ref: string): Score | undefined {
  const value = readOwn(content.scores, ref);
  return isScore(value) ? value : undefined;
}

function justificationAt(content: FormContent, ref: string): string {
  const value = readOwn(content.justifications, ref);
  return typeof value === 'string' ? value : '';
}

/** How far the form is. It may be finished when `open` is empty and no text has an error, see {@link checkForm}. */
export function formProgress(definition: FormDefinition, content: FormContent): FormProgress {
  const open = definition.components.flatMap((component) => [
    ...component.criteria.map(({ ref }) => ref).filter((ref) => scoreAt(content, ref) === undefined),
    ...(lacksJustification(definition, component, content) ? [component.ref] : []),
  ]);
  const criteria = definition.components.flatMap((component) => component.criteria);
  const done = criteria.filter(({ ref }) => scoreAt(content, ref) !== undefined).length;
  return { done, total: criteria.length, open };
}

/** Whether two contents say the same: order of keys, Unicode form, line breaks and empty texts make no difference. */
export function isSameContent(a: FormContent, b: FormContent): boolean {
  return canonicalForm(a) === canonicalForm(b);
}

/**
 * The content as one string to hash: JSON without white space, keys sorted by code unit, texts normalised, empty texts and
 * values that are no score left out. Stored digests depend on it: never change what it gives.
 */
export function canonicalForm(content: FormContent): string {
  const scores = Object.entries(content.scores).filter(([, score]) => isScore(score));
  const justifications = Object.entries(content.justifications)
    .filter(([, text]) => typeof text === 'string')
    .map(([ref, text]): [string, string] => [ref, normalizeText(text)])
    .filter(([, text]) => text !== '');
  return `{"justifications":${canonicalRecord(justifications)},"scores":${canonicalRecord(scores)}}`;
}

/**
 * What is finished as one string to hash. Without evidence it is {@link canonicalForm} of the content, as it always was. With evidence:
 * `{"content":<that>,"evidence":[…]}`, the pieces by id, each with its keys by code unit (`caption`, when there are words, `component`,
 * `evidenceId`, `mediaType`, `sha256`, `size`). Stored digests depend on it: never change what it gives.
 */
export function canonicalSubmission(content: FormContent, evidence: readonly CaptionedEvidence[]): string {
  if (evidence.length === 0) return canonicalForm(content);
  const pieces = [...evidence]
    .sort((a, b) => (a.evidenceId < b.evidenceId ? -1 : 1))
    .map(({ caption, component, evidenceId, mediaType, sha256, size }) => {
      const words = normalizeText(caption ?? '');
      return JSON.stringify({ ...(words && { caption: words }), component, evidenceId, mediaType, sha256, size });
    });
  return `{"content":${canonicalForm(content)},"evidence":[${pieces.join(',')}]}`;
}

/** Written out rather than through an object, which would move keys that look like numbers to the front. */
function canonicalRecord(entries: readonly (readonly [string, string])[]): string {
  const sorted = [...entries].sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${sorted.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`).join(',')}}`;
}
