import {
  type Component,
  ComponentKind,
  type CoreTask,
  type Criterion,
  type ExamDefinition,
  ExamKind,
  type ExamUnit,
  type WorkProcess,
} from './exam.ts';
import { cleanLine, cleanText, findForbiddenCharacter, isPresent, textLength } from './text.ts';

export { type ComponentContext, findUnit, listComponents } from './exam-structure.ts';

export const ExamErrorCode = {
  NotAnObject: 'NOT_AN_OBJECT',
  NotAList: 'NOT_A_LIST',
  ListEmpty: 'LIST_EMPTY',
  /** params `max`, `length`. */
  ListTooLong: 'LIST_TOO_LONG',
  TextMissing: 'TEXT_MISSING',
  /** params `max`, `length` in code points. */
  TextTooLong: 'TEXT_TOO_LONG',
  /** params `code` (e.g. `U+0007`), `position`. */
  TextForbiddenCharacter: 'TEXT_FORBIDDEN_CHARACTER',
  /** params `value`. */
  CodeInvalid: 'CODE_INVALID',
  /** A core task whose letter does not go with the kind of exam; params `value`, `allowed`. */
  CodeNotOfKind: 'CODE_NOT_OF_KIND',
  /** A work process that does not belong to its core task; params `value`, `parent`. */
  CodeNotInParent: 'CODE_NOT_IN_PARENT',
  /** params `value`. */
  CodeDuplicate: 'CODE_DUPLICATE',
  /** The same core task in another unit has another title; params `value`. */
  TitleDiffers: 'TITLE_DIFFERS',
  CreboInvalid: 'CREBO_INVALID',
  KindInvalid: 'KIND_INVALID',
  LevelInvalid: 'LEVEL_INVALID',
  /** params `expected`. */
  RefInvalid: 'REF_INVALID',
  /** params `value`. */
  RefDuplicate: 'REF_DUPLICATE',
} as const;
export type ExamErrorCode = (typeof ExamErrorCode)[keyof typeof ExamErrorCode];

export interface ExamError {
  /** e.g. `units[0].coreTasks[1].title`; empty for the whole. */
  readonly path: string;
  readonly code: ExamErrorCode;
  readonly params?: Readonly<Record<string, string | number>>;
}

export type ExamValidation =
  | { readonly ok: true; readonly exam: ExamDefinition }
  | { readonly ok: false; readonly errors: readonly ExamError[] };

/** Longest texts in code points, longest lists in elements. */
export const EXAM_LIMITS = {
  title: 200,
  criterion: 1000,
  explanation: 4000,
  units: 30,
  coreTasks: 30,
  workProcesses: 30,
  criteria: 100,
} as const;

/**
 * Letters of core task codes by kind of exam. B and P come from the qualification file (basisdeel, profieldeel; a profile
 * exam may hold both); a keuzedeel numbers its core tasks with D in its own document and with K in many schools.
 */
const CODE_LETTERS: Readonly<Record<ExamKind, string>> = { basis: 'B', profiel: 'BP', keuzedeel: 'KD' };
const CORE_TASK_CODE = /^([BPKD])\d+-K\d+$/;
const WORK_PROCESS_CODE = /^([BPKD]\d+-K\d+)-W\d+$/;
const SCHOOL_CODE = /^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$/;
const CREBO = /^\d{5}$/;
const CRITERION_NUMBER = /^[1-9]\d{0,3}$/;

type JsonObject = Readonly<Record<string, unknown>>;

/** What one validation gathers: the errors, and the codes and refs seen so far. */
interface Findings {
  readonly errors: ExamError[];
  readonly seen: Set<string>;
  readonly coreTaskTitles: Map<string, string>;
}

/**
 * Reads an exam from any parsed JSON, and reports all errors at once, in the order of the exam.
 *
 * - Fields it does not know are left out; texts are cleaned ({@link cleanText}); `ref` of a component or criterion may be
 *   absent and is then made from its place.
 * - Unit and work process codes and all refs are unique within the exam, core task codes within a unit: two units may each
 *   take some work processes of the same core task, which then has the same title in both.
 *
 * Never throws.
 */
export function validateExamDefinition(input: unknown): ExamValidation {
  const findings: Findings = { errors: [], seen: new Set(), coreTaskTitles: new Map() };
  const exam = readExam(findings, readObject(findings, input, ''));
  return findings.errors.length === 0 ? { ok: true, exam } : { ok: false, errors: findings.errors };
}

/** Readers give a usable value even after an error, so that the rest is checked too; only `errors` decides. */
function readExam(findings: Findings, raw: JsonObject): ExamDefinition {
  const kind = readKind(findings, raw);
  return {
    code: readCode(findings, raw.code, 'code', SCHOOL_CODE),
    crebo: readCrebo(findings, raw.crebo),
    title: readTitle(findings, raw, ''),
    kind: kind ?? ExamKind.Basis,
    level: readLevel(findings, raw.level),
    version: readCode(findings, raw.version, 'version', SCHOOL_CODE),
    units: readList(findings, raw, '', 'units', EXAM_LIMITS.units, (unit, path) =>
      readUnit(findings, unit, path, kind),
    ),
  };
}

function readUnit(findings: Findings, raw: JsonObject, path: string, kind: ExamKind | undefined): ExamUnit {
  const code = readCode(findings, raw.code, `${path}.code`, SCHOOL_CODE);
  requireUnique(findings, `unit ${code}`, code, `${path}.code`, ExamErrorCode.CodeDuplicate);
  return {
    code,
    title: readTitle(findings, raw, path),
    coreTasks: readList(findings, raw, path, 'coreTasks', EXAM_LIMITS.coreTasks, (coreTask, at) =>
      readCoreTask(findings, coreTask, at, kind, code),
    ),
  };
}

function readCoreTask(
  findings: Findings,
  raw: JsonObject,
  path: string,
  kind: ExamKind | undefined,
  unitCode: string,
): CoreTask {
  const codePath = `${path}.code`;
  const code = readCode(findings, raw.code, codePath, CORE_TASK_CODE);
  const letters = kind === undefined ? '' : CODE_LETTERS[kind];
  if (letters !== '' && code !== '' && !letters.includes(code.charAt(0)))
    report(findings, codePath, ExamErrorCode.CodeNotOfKind, { value: code, allowed: [...letters].join(', ') });
  requireUnique(findings, `core task ${unitCode} ${code}`, code, codePath, ExamErrorCode.CodeDuplicate);
  const title = readTitle(findings, raw, path);
  const otherTitle = findings.coreTaskTitles.get(code);
  if (code !== '' && otherTitle !== undefined && otherTitle !== title)
    report(findings, `${path}.title`, ExamErrorCode.TitleDiffers, { value: code });
  findings.coreTaskTitles.set(code, otherTitle ?? title);
  return {
    code,
    title,
    workProcesses: readList(findings, raw, path, 'workProcesses', EXAM_LIMITS.workProcesses, (workProcess, at) =>
      readWorkProcess(findings, workProcess, at, code),
    ),
  };
}

function readWorkProcess(findings: Findings, raw: JsonObject, path: string, coreTaskCode: string): WorkProcess {
  const codePath = `${path}.code`;
  const code = readCode(findings, raw.code, codePath, WORK_PROCESS_CODE);
  const parent = WORK_PROCESS_CODE.exec(code)?.[1];
  if (parent !== undefined && coreTaskCode !== '' && parent !== coreTaskCode)
    report(findings, codePath, ExamErrorCode.CodeNotInParent, { value: code, parent: coreTaskCode });
  requireUnique(findings, `work process ${code}`, code, codePath, ExamErrorCode.CodeDuplicate);
  const kinds = Object.values(ComponentKind).length;
  return {
    code,
    title: readTitle(findings, raw, path),
    components: readList(findings, raw, path, 'components', kinds, (component, at) =>
      readComponent(findings, component, at, code),
    ),
  };
}

function readComponent(findings: Findings, raw: JsonObject, path: string, workProcessCode: string): Component {
  const kind = Object.values(ComponentKind).find((known) => known === raw.kind);
  if (kind === undefined) report(findings, `${path}.kind`, ExamErrorCode.KindInvalid);
  const isPlaced = kind !== undefined && workProcessCode !== '';
  const ref = isPlaced ? `${workProcessCode}/${kind}` : '';
  if (isPlaced && raw.ref !== undefined && raw.ref !== ref)
    report(findings, `${path}.ref`, ExamErrorCode.RefInvalid, { expected: ref });
  requireUnique(findings, `component ${ref}`, ref, `${path}.kind`, ExamErrorCode.RefDuplicate);
  return {
    ref,
    kind: kind ?? ComponentKind.Behaviour,
    criteria: readList(findings, raw, path, 'criteria', EXAM_LIMITS.criteria, (criterion, at, index) =>
      readCriterion(findings, criterion, at, ref, index + 1),
    ),
  };
}

function readCriterion(
  findings: Findings,
  raw: JsonObject,
  path: string,
  componentRef: string,
  number: number,
): Criterion {
  const ref = readCriterionRef(findings, raw.ref, `${path}.ref`, componentRef, number);
  const text = readText(findings, raw.text, `${path}.text`, EXAM_LIMITS.criterion, cleanLine);
  const isExplained = raw.explanation !== undefined && raw.explanation !== null && raw.explanation !== '';
  if (!isExplained) return { ref, text };
  const explanation = readText(findings, raw.explanation, `${path}.explanation`, EXAM_LIMITS.explanation, cleanText);
  return { ref, text, explanation };
}

/** Numbers may have gaps (a later version drops a criterion without renaming the others), but each occurs once. */
function readCriterionRef(
  findings: Findings,
  raw: unknown,
  path: string,
  componentRef: string,
  number: number,
): string {
  if (componentRef === '') return '';
  const ref = raw === undefined ? `${componentRef}/${number}` : raw;
  const prefix = `${componentRef}/`;
  if (typeof ref !== 'string' || !ref.startsWith(prefix) || !CRITERION_NUMBER.test(ref.slice(prefix.length))) {
    report(findings, path, ExamErrorCode.RefInvalid, { expected: `${componentRef}/${number}` });
    return '';
  }
  requireUnique(findings, `criterion ${ref}`, ref, path, ExamErrorCode.RefDuplicate);
  return ref;
}

function readKind(findings: Findings, raw: JsonObject): ExamKind | undefined {
  const kind = Object.values(ExamKind).find((known) => known === raw.kind);
  if (kind === undefined) report(findings, 'kind', ExamErrorCode.KindInvalid);
  return kind;
}

/** A crebo number in a spreadsheet or JSON may be a number. */
function readCrebo(findings: Findings, raw: unknown): string {
  const crebo = typeof raw === 'number' ? String(raw) : raw;
  if (typeof crebo === 'string' && CREBO.test(crebo.trim())) return crebo.trim();
  report(findings, 'crebo', ExamErrorCode.CreboInvalid);
  return '';
}

function readLevel(findings: Findings, raw: unknown): number {
  if (typeof raw === 'number' && Number.isInteger(raw) && raw >= 1 && raw <= 4) return raw;
  report(findings, 'level', ExamErrorCode.LevelInvalid);
  return 0;
}

function readCode(findings: Findings, raw: unknown, path: string, pattern: RegExp): string {
  if (typeof raw === 'string' && pattern.test(raw.trim())) return raw.trim();
  if (typeof raw === 'string' && isPresent(raw))
    report(findings, path, ExamErrorCode.CodeInvalid, { value: [...cleanLine(raw)].slice(0, 40).join('') });
  else report(findings, path, ExamErrorCode.TextMissing);
  return '';
}

function readTitle(findings: Findings, raw: JsonObject, path: string): string {
  return readText(findings, raw.title, join(path, 'title'), EXAM_LIMITS.title, cleanLine);
}

function readText(
  findings: Findings,
  raw: unknown,
  path: string,
  max: number,
  clean: (text: string) => string,
): string {
  const text = typeof raw === 'string' ? clean(raw) : '';
  if (!isPresent(text)) report(findings, path, ExamErrorCode.TextMissing);
  const length = textLength(text);
  if (length > max) report(findings, path, ExamErrorCode.TextTooLong, { max, length });
  const forbidden = findForbiddenCharacter(text);
  if (forbidden) report(findings, path, ExamErrorCode.TextForbiddenCharacter, { ...forbidden });
  return text;
}

function readObject(findings: Findings, raw: unknown, path: string): JsonObject {
  if (isObject(raw)) return raw;
  report(findings, path, ExamErrorCode.NotAnObject);
  return {};
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Reads `raw[name]` as a list of 1 to `max` objects; of a list that is too long nothing more is read. */
function readList<Item>(
  findings: Findings,
  raw: JsonObject,
  path: string,
  name: string,
  max: number,
  readItem: (item: JsonObject, path: string, index: number) => Item,
): Item[] {
  const at = join(path, name);
  const list: unknown = raw[name];
  if (!Array.isArray(list)) {
    report(findings, at, ExamErrorCode.NotAList);
    return [];
  }
  if (list.length === 0) report(findings, at, ExamErrorCode.ListEmpty);
  if (list.length > max) {
    report(findings, at, ExamErrorCode.ListTooLong, { max, length: list.length });
    return [];
  }
  return list.flatMap((item: unknown, index) => {
    const itemPath = `${at}[${index}]`;
    if (isObject(item)) return [readItem(item, itemPath, index)];
    report(findings, itemPath, ExamErrorCode.NotAnObject);
    return [];
  });
}

/** An empty value has its own error already. */
function requireUnique(findings: Findings, key: string, value: string, path: string, code: ExamErrorCode): void {
  if (value === '') return;
  if (findings.seen.has(key)) report(findings, path, code, { value });
  findings.seen.add(key);
}

function report(findings: Findings, path: string, code: ExamErrorCode, params?: ExamError['params']): void {
  findings.errors.push(params === undefined ? { path, code } : { path, code, params });
}

function join(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}
