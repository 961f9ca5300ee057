import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { listCriteria } from '../../domain/exam-structure.ts';
import { findUnit, listComponents, validateExamDefinition } from '../../domain/exam-validation.ts';
import { ALL_UNITS, COMPONENT_REFS, exampleExam, rawExam } from './exam-fixture.ts';

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** The example exam with the value at a path (`units.0.code`) replaced, or removed when undefined. */
function examWith(path: string, value: Json | undefined): Json {
  const exam: Json = JSON.parse(JSON.stringify(rawExam()));
  const keys = path.split('.');
  const last = keys.pop() ?? '';
  let place: Json = exam;
  for (const key of keys) place = step(place, key);
  if (Array.isArray(place)) place[Number(last)] = value ?? null;
  else if (place !== null && typeof place === 'object') {
    if (value === undefined) delete place[last];
    else place[last] = value;
  }
  return exam;
}

function step(place: Json, key: string): Json {
  if (Array.isArray(place)) return place[Number(key)] ?? null;
  return place !== null && typeof place === 'object' ? (place[key] ?? null) : null;
}

function errorsOf(input: unknown) {
  const outcome = validateExamDefinition(input);
  return outcome.ok ? [] : outcome.errors;
}

const TASK = 'units.0.coreTasks.0';
const TASK_AT = 'units[0].coreTasks[0]';
const W1 = `${TASK}.workProcesses.0`;
const W1_AT = `${TASK_AT}.workProcesses[0]`;

describe('validateExamDefinition', () => {
  it('accepts a good exam and makes the refs', () => {
    expect(validateExamDefinition(rawExam())).toEqual({ ok: true, exam: exampleExam() });
  });

  it('gives a validated exam back unchanged', () => {
    expect(validateExamDefinition(JSON.parse(JSON.stringify(exampleExam())))).toEqual({
      ok: true,
      exam: exampleExam(),
    });
  });

  it('cleans texts, and leaves out fields it does not know and empty explanations', () => {
    const input = examWith(`${W1}.components.0.criteria.0`, {
      text: ' Luistert\r\n \u202Egoed ',
      explanation: '',
      note: 1,
    });
    const outcome = validateExamDefinition(input);
    expect(outcome.ok && listCriteria(outcome.exam, ['EX1'])[0]).toEqual({
      ref: 'B1-K1-W1/behaviour/1',
      text: 'Luistert goed',
    });
  });

  it('takes a crebo that a spreadsheet made a number', () => {
    expect(validateExamDefinition(examWith('crebo', 25656))).toEqual({ ok: true, exam: exampleExam() });
  });

  const wrong: [string, Json | undefined, string, string][] = [
    ['code', '', 'code', 'TEXT_MISSING'],
    ['code', 'a b', 'code', 'CODE_INVALID'],
    ['crebo', '2565', 'crebo', 'CREBO_INVALID'],
    ['crebo', '25656a', 'crebo', 'CREBO_INVALID'],
    ['title', undefined, 'title', 'TEXT_MISSING'],
    ['title', ' \u200b', 'title', 'TEXT_MISSING'],
    ['title', 'x'.repeat(201), 'title', 'TEXT_TOO_LONG'],
    ['title', 'a\u0000b', 'title', 'TEXT_FORBIDDEN_CHARACTER'],
    ['title', 12, 'title', 'TEXT_MISSING'],
    ['kind', 'Basis', 'kind', 'KIND_INVALID'],
    ['kind', 'constructor', 'kind', 'KIND_INVALID'],
    ['level', 5, 'level', 'LEVEL_INVALID'],
    ['level', '3', 'level', 'LEVEL_INVALID'],
    ['version', undefined, 'version', 'TEXT_MISSING'],
    ['units', [], 'units', 'LIST_EMPTY'],
    ['units', undefined, 'units', 'NOT_A_LIST'],
    ['units', { 0: {} }, 'units', 'NOT_A_LIST'],
    ['units.1', 'EX2', 'units[1]', 'NOT_AN_OBJECT'],
    ['units.1.code', 'EX1', 'units[1].code', 'CODE_DUPLICATE'],
    [`${TASK}.code`, 'B1K1', `${TASK_AT}.code`, 'CODE_INVALID'],
    [`${TASK}.workProcesses`, [], `${TASK_AT}.workProcesses`, 'LIST_EMPTY'],
    [`${TASK}.workProcesses.1.code`, 'B1-K1-W1', `${TASK_AT}.workProcesses[1].code`, 'CODE_DUPLICATE'],
    [`${W1}.code`, 'B1-K2-W9', `${W1_AT}.code`, 'CODE_NOT_IN_PARENT'],
    [`${W1}.code`, 'B1-K1', `${W1_AT}.code`, 'CODE_INVALID'],
    [`${W1}.components`, [], `${W1_AT}.components`, 'LIST_EMPTY'],
    [`${W1}.components.1.kind`, 'behaviour', `${W1_AT}.components[1].kind`, 'REF_DUPLICATE'],
    [`${W1}.components.1.kind`, 'gedrag', `${W1_AT}.components[1].kind`, 'KIND_INVALID'],
    [`${W1}.components.1.ref`, 'B1-K1-W1/behaviour', `${W1_AT}.components[1].ref`, 'REF_INVALID'],
    [`${W1}.components.1.criteria`, [], `${W1_AT}.components[1].criteria`, 'LIST_EMPTY'],
    [`${W1}.components.1.criteria.0.text`, '', `${W1_AT}.components[1].criteria[0].text`, 'TEXT_MISSING'],
    [
      `${W1}.components.1.criteria.0.ref`,
      'B1-K1-W1/product/0',
      `${W1_AT}.components[1].criteria[0].ref`,
      'REF_INVALID',
    ],
    [
      `${W1}.components.1.criteria.0.ref`,
      'B1-K1-W2/product/1',
      `${W1_AT}.components[1].criteria[0].ref`,
      'REF_INVALID',
    ],
    [
      `${W1}.components.0.criteria.1.ref`,
      'B1-K1-W1/behaviour/1',
      `${W1_AT}.components[0].criteria[1].ref`,
      'REF_DUPLICATE',
    ],
    [`${W1}.components.0.criteria.1.explanation`, 7, `${W1_AT}.components[0].criteria[1].explanation`, 'TEXT_MISSING'],
  ];
  it.each(wrong)('refuses %s = %j', (path, value, at, code) => {
    expect(errorsOf(examWith(path, value)).map((error) => [error.path, error.code])).toContainEqual([at, code]);
  });

  it('reports all errors at once, in the order of the exam', () => {
    expect(
      errorsOf({ code: 'X', kind: 'basis', level: 1, version: '1', units: [{ code: 'EX1', coreTasks: 1 }] }),
    ).toEqual([
      { path: 'crebo', code: 'CREBO_INVALID' },
      { path: 'title', code: 'TEXT_MISSING' },
      { path: 'units[0].title', code: 'TEXT_MISSING' },
      { path: 'units[0].coreTasks', code: 'NOT_A_LIST' },
    ]);
  });

  it.each([
    ['basis', 'B1', true],
    ['basis', 'P1', false],
    ['basis', 'K1', false],
    ['profiel', 'P1', true],
    ['profiel', 'B1', true],
    ['keuzedeel', 'K1', true],
    ['keuzedeel', 'D1', true],
    ['keuzedeel', 'B1', false],
  ])('of kind %s with core tasks of %s is right: %s', (kind, prefix, isRight) => {
    const input: unknown = JSON.parse(JSON.stringify({ ...rawExam(), kind }).replaceAll('"B1-', `"${prefix}-`));
    expect(errorsOf(input).some(({ code }) => code === 'CODE_NOT_OF_KIND')).toBe(!isRight);
    expect(validateExamDefinition(input).ok).toBe(isRight);
  });

  it('lets two units share a core task under one title only', () => {
    const shared = JSON.stringify(rawExam()).replaceAll('B1-K2-W1', 'B1-K1-W3').replace('"B1-K2"', '"B1-K1"');
    expect(errorsOf(JSON.parse(shared))).toEqual([
      { path: 'units[1].coreTasks[0].title', code: 'TITLE_DIFFERS', params: { value: 'B1-K1' } },
    ]);
    expect(errorsOf(JSON.parse(shared.replace('Werken in een team', 'Bieden van zorg')))).toEqual([]);
  });

  it('lets numbers of criteria have gaps', () => {
    expect(errorsOf(examWith(`${W1}.components.1.criteria.0.ref`, 'B1-K1-W1/product/7'))).toEqual([]);
  });

  it('reads nothing more of a list that is far too long', () => {
    expect(
      errorsOf(
        examWith(
          `${W1}.components.1.criteria`,
          Array.from({ length: 101 }, () => 0),
        ),
      ),
    ).toEqual([{ path: `${W1_AT}.components[1].criteria`, code: 'LIST_TOO_LONG', params: { max: 100, length: 101 } }]);
  });

  it.each([[null], [undefined], ['x'], [[]], [3]])('refuses %j as a whole', (input) => {
    expect(errorsOf(input)[0]).toEqual({ path: '', code: 'NOT_AN_OBJECT' });
  });

  it('answers any JSON without throwing', () => {
    fc.assert(fc.property(fc.jsonValue(), (input) => !validateExamDefinition(input).ok));
  });

  it('answers the exam with anything in any place, and accepts its own outcome', () => {
    const paths = ['kind', 'units.0', `${TASK}.code`, TASK, W1, `${W1}.components.0`, `${W1}.components.0.criteria.0`];
    fc.assert(
      fc.property(fc.constantFrom(...paths), fc.jsonValue(), (path, value) => {
        const outcome = validateExamDefinition(examWith(path, JSON.parse(JSON.stringify(value))));
        if (outcome.ok) expect(validateExamDefinition(outcome.exam)).toEqual(outcome);
        else expect(outcome.errors.length).toBeGreaterThan(0);
      }),
    );
  });
});

describe('listComponents', () => {
  it('lists the components of the units in the order of the exam, each once', () => {
    const list = listComponents(exampleExam(), ['EX2', 'EX1', 'EX2']);
    expect(list.map(({ component }) => component.ref)).toEqual([...COMPONENT_REFS]);
    expect(list.map(({ unit, coreTask, workProcess }) => `${unit.code} ${coreTask.code} ${workProcess.code}`)).toEqual([
      'EX1 B1-K1 B1-K1-W1',
      'EX1 B1-K1 B1-K1-W1',
      'EX1 B1-K1 B1-K1-W2',
      'EX2 B1-K2 B1-K2-W1',
    ]);
  });

  it('adds nothing for an unknown unit', () => {
    expect(listComponents(exampleExam(), ['EX9'])).toEqual([]);
    expect(listComponents(exampleExam(), ALL_UNITS)).toHaveLength(4);
  });
});

describe('findUnit', () => {
  it('finds by code', () => {
    expect(findUnit(exampleExam(), 'EX2')?.title).toBe('Samenwerken');
    expect(findUnit(exampleExam(), 'ex2')).toBeUndefined();
  });
});
