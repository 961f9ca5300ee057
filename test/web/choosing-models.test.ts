import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Assignment, resolveAssignments, type Scope, scopeKey } from '../../domain/assignment.ts';
import { createI18n } from '../../platform/i18n/index.ts';
import type { ContactRow, OwnAssessment } from '../../prisma/repositories/initiator.ts';
import {
  addExaminer,
  choiceMark,
  common,
  copyChoice,
  keepInvited,
  removeExaminer,
  union,
  without,
} from '../../web/pages/initiator/examiners/choice.ts';
import { addForAll, addForOne, type Desk, parseStep, takeStep } from '../../web/pages/initiator/examiners/desk.ts';
import {
  addToPool,
  allScopeRows,
  matrixModel,
  partsText,
  quickScopes,
  readTicks,
  scopeRows,
} from '../../web/pages/initiator/examiners/matrix.model.ts';
import {
  changedOf,
  choiceOnPage,
  commonOf,
  hiddenChoice,
  readPostedChoice,
  rebase,
} from '../../web/pages/initiator/examiners/posted-choice.ts';
import type { Wording } from '../../web/wording.ts';
import { ALL_UNITS, COMPONENT_REFS, exampleExam } from '../domain/exam-fixture.ts';

const dutch: Wording = { translator: createI18n().forLanguage('nl'), timeZone: 'Europe/Amsterdam' };
const scope = { exam: exampleExam(), unitCodes: ALL_UNITS };

const A = '0198c7a2-0000-7000-8000-00000000000a';
const B = '0198c7a2-0000-7000-8000-00000000000b';
const C = '0198c7a2-0000-7000-8000-00000000000c';
const PEOPLE = [A, B, C];
const STUDENTS = [1, 2, 3].map((number) => `0198c7a2-0000-7000-8000-10000000000${number}`);
const [NOOR = '', ZOE = '', FINN = ''] = STUDENTS;

const whole: Scope = { level: 'exam' };
const process: Scope = { level: 'workProcess', code: 'B1-K1-W1' };
const behaviour: Scope = { level: 'component', ref: 'B1-K1-W1/behaviour' };
const by = (examinerId: string, at: Scope = whole): Assignment => ({ examinerId, scope: at });

interface Given {
  readonly assignments?: readonly Assignment[];
  readonly invited?: readonly string[];
  readonly status?: string;
  readonly version?: number;
}

function assessment(id: string, given: Given = {}): OwnAssessment {
  const examiners = Object.fromEntries((given.invited ?? []).map((each) => [each, { form: 'open' }]));
  const state = { status: given.status ?? 'draft', assignments: given.assignments ?? [], examiners, dueAt: null };
  return {
    id,
    examVersionId: 'exam',
    ...scope,
    attempt: 1,
    student: { id: `student-${id}`, name: `Student ${id.slice(-1)}`, number: null },
    state: state as unknown as OwnAssessment['state'],
    version: given.version ?? 1,
  };
}

function deskOf(assessments: readonly OwnAssessment[], more: Partial<Desk> = {}): Desk {
  return { ...choiceOnPage(assessments), pool: [], open: null, openPool: [], notices: [], ...more };
}

const someScope = fc.constantFrom(...allScopeRows(scope).map((row) => row.scope));
const someAssignments = fc
  .array(fc.record({ examinerId: fc.constantFrom(...PEOPLE), scope: someScope }), { maxLength: 12 })
  .map((list) => union(list, []));
const resolved = (list: readonly Assignment[]) => {
  const found = resolveAssignments([...COMPONENT_REFS], list);
  return COMPONENT_REFS.map((ref) => [...(found[ref] ?? [])].sort());
};

describe('a lower level', () => {
  it('replaces what comes from above, and nothing else', () => {
    fc.assert(
      fc.property(someAssignments, fc.constantFrom(...COMPONENT_REFS), fc.constantFrom(...PEOPLE), (list, ref, who) => {
        const own: Scope = { level: 'component', ref };
        const others = list.filter((each) => scopeKey(each.scope) !== scopeKey(own));
        const before = resolveAssignments([...COMPONENT_REFS], others);
        const after = resolveAssignments([...COMPONENT_REFS], addExaminer(others, who, [own]));
        expect(after[ref]).toEqual([who]);
        for (const other of COMPONENT_REFS.filter((each) => each !== ref)) expect(after[other]).toEqual(before[other]);
      }),
    );
  });
});

describe('copying one choice', () => {
  it('gives all others the same examiners for every component', () => {
    fc.assert(
      fc.property(someAssignments, someAssignments, someAssignments, (one, two, three) => {
        const all = [one, two, three].map((assignments, index) => assessment(STUDENTS[index] ?? '', { assignments }));
        const { choice, skipped } = copyChoice(choiceOnPage(all).choice, NOOR, STUDENTS, all);
        expect(skipped).toEqual([]);
        for (const id of STUDENTS) expect(resolved(choice.get(id) ?? [])).toEqual(resolved(one));
      }),
    );
  });

  it('leaves alone where somebody was invited, or nobody can be chosen any more, and says so', () => {
    const all = [
      assessment(NOOR, { assignments: [by(A)] }),
      assessment(ZOE, { assignments: [by(B)], invited: [B] }),
      assessment(FINN, { assignments: [by(C)], status: 'final' }),
    ];
    const { choice, skipped } = copyChoice(choiceOnPage(all).choice, NOOR, STUDENTS, all);
    expect([choice.get(ZOE), choice.get(FINN), skipped]).toEqual([[by(B)], [by(C)], [ZOE, FINN]]);
  });
});

describe('what all have in common', () => {
  it('is what stands in every list, and the rest is of each', () => {
    fc.assert(
      fc.property(someAssignments, someAssignments, (one, two) => {
        const shared = common([one, two]);
        for (const list of [one, two]) expect(choiceMark(union(shared, without(list, shared)))).toBe(choiceMark(list));
      }),
    );
  });

  it('does not look at an assessment that is closed, unless all are', () => {
    const open = assessment(NOOR, { assignments: [by(A)] });
    const closed = assessment(ZOE, { assignments: [by(B)], status: 'final' });
    expect(commonOf(choiceOnPage([open, closed]).choice, [open, closed])).toEqual([by(A)]);
    expect(commonOf(choiceOnPage([closed]).choice, [closed])).toEqual([by(B)]);
  });
});

describe('the form', () => {
  function post(assessments: readonly OwnAssessment[], more: Record<string, unknown> = {}) {
    const page = choiceOnPage(assessments);
    const hidden = hiddenChoice(page, assessments);
    const shared = commonOf(page.choice, assessments);
    return {
      personen: hidden.people,
      eigen: [...hidden.rows],
      keuze: PEOPLE,
      deel: shared.map(({ examinerId, scope: at }) => `${scopeKey(at)}|${examinerId}`),
      was: hidden.shared,
      ...more,
    };
  }

  it('carries any choice and gives it back as it was', () => {
    fc.assert(
      fc.property(someAssignments, someAssignments, someAssignments, (one, two, three) => {
        const all = [one, two, three].map((assignments, index) => assessment(STUDENTS[index] ?? '', { assignments }));
        const { choice } = readPostedChoice(post(all), all);
        expect(all.map(({ id }) => choiceMark(choice.get(id) ?? []))).toEqual(
          all.map(({ state }) => choiceMark(state.assignments)),
        );
        expect(changedOf(choice, all)).toEqual([]);
      }),
    );
  });

  it('gives a tick for all to each student, beside what is their own', () => {
    const all = [assessment(NOOR, { assignments: [by(A)] }), assessment(ZOE, { assignments: [by(B)] })];
    const { choice } = readPostedChoice(post(all, { deel: [`exam|${C}`] }), all);
    expect([choice.get(NOOR), choice.get(ZOE)]).toEqual([
      [by(C), by(A)],
      [by(C), by(B)],
    ]);
  });

  it('takes the ticks of the open student, with what was ticked or cleared for all in the same post', () => {
    const all = [assessment(NOOR, { assignments: [by(A)] }), assessment(ZOE, { assignments: [by(A), by(B)] })];
    const open = { open: NOOR, 'van-keuze': [A, B], van: [`exam|${A}`, `workProcess:B1-K1-W1|${B}`] };
    const { choice } = readPostedChoice(post(all, { deel: [`exam|${C}`], ...open }), all);
    expect(choice.get(NOOR)).toEqual([by(B, process), by(C)]);
    expect(choice.get(ZOE)).toEqual([by(C), by(B)]);
  });

  it('never gives up what an invited examiner was asked, whatever was posted', () => {
    const all = [assessment(NOOR, { assignments: [by(A), by(B)], invited: [A] }), assessment(ZOE)];
    const { choice } = readPostedChoice({ keuze: [A], deel: [`workProcess:B1-K1-W1|${A}`] }, all);
    expect(choice.get(NOOR)).toEqual([by(A)]);
    expect(choice.get(ZOE)).toEqual([by(A, process)]);
  });

  it.each([
    ['nonsense', 'x'],
    ['another series', `${C}~1~aa~0.0`],
    ['a row that is not there', `${NOOR}~1~aa~99.0 0.99 x.y . 0`],
    ['an injected version', `${NOOR}~1;2~aa~0.0`],
  ])('reads %s as an empty own part', (_what, field) => {
    const { choice } = readPostedChoice({ personen: A, eigen: field }, [assessment(NOOR), assessment(ZOE)]);
    expect([choice.get(NOOR), choice.get(ZOE), choice.size]).toEqual([[], [], 2]);
  });
});

describe('two who choose at once', () => {
  const began = [assessment(NOOR, { assignments: [by(A)], version: 3 }), assessment(ZOE, { version: 3 })];
  const page = choiceOnPage(began);
  const withMine = { ...page, choice: new Map([...page.choice, [NOOR, [by(B)]]]) };
  const later = (assignments: readonly Assignment[]) => [
    assessment(NOOR, { assignments, version: 4 }),
    began[1] as OwnAssessment,
  ];

  it('do not meet when something else happened to the assessment', () => {
    const { overtaken, seen, choice } = rebase(withMine, later([by(A)]));
    expect([overtaken, seen.get(NOOR)?.version, choice.get(NOOR)]).toEqual([[], 4, [by(B)]]);
  });

  it('do not meet when only the other changed this student', () => {
    const { overtaken, choice } = rebase(page, later([by(C)]));
    expect([overtaken, choice.get(NOOR)]).toEqual([[], [by(C)]]);
  });

  it('do not meet when both chose the same', () => {
    expect(rebase(withMine, later([by(B)])).overtaken).toEqual([]);
  });

  it('are both shown when they chose differently, and the one that stays is chosen by hand', () => {
    const now = later([by(C)]);
    const { overtaken, seen, choice } = rebase(withMine, now);
    expect(overtaken).toEqual([{ assessmentId: NOOR, theirs: [by(C)] }]);
    expect([seen.get(NOOR)?.version, choice.get(NOOR)]).toEqual([3, [by(B)]]);
    const desk = deskOf(began, { choice, seen });
    const fields = { ticked: [], source: '' };
    const mine = takeStep(desk, parseStep(`mijn:${NOOR}`), fields, now);
    expect([mine.choice.get(NOOR), rebase(mine, now).overtaken]).toEqual([[by(B)], []]);
    const theirs = takeStep(desk, parseStep(`hun:${NOOR}`), fields, now);
    expect([theirs.choice.get(NOOR), rebase(theirs, now).overtaken]).toEqual([[by(C)], []]);
  });
});

describe('the steps of the page', () => {
  const all = [
    assessment(NOOR, { assignments: [by(A), by(B)] }),
    assessment(ZOE, { assignments: [by(A)], invited: [A] }),
    assessment(FINN, { assignments: [by(A)], status: 'final' }),
  ];
  const none = { ticked: [], source: '' };

  it('takes somebody away from all but where they were invited or it is closed', () => {
    const { choice, pool } = takeStep(deskOf(all, { pool: [A] }), parseStep(`weg:${A}`), none, all);
    expect([choice.get(NOOR), choice.get(ZOE), choice.get(FINN), pool]).toEqual([[by(B)], [by(A)], [by(A)], [A]]);
  });

  it('takes somebody away from one student', () => {
    const { choice } = takeStep(deskOf(all), parseStep(`uit:${NOOR}:${B}`), none, all);
    expect(choice.get(NOOR)).toEqual([by(A)]);
  });

  it('takes over from another student', () => {
    const others = [assessment(NOOR), assessment(ZOE, { assignments: [by(C)] })];
    const { choice } = takeStep(deskOf(others), parseStep(`over:${NOOR}`), { ticked: [], source: ZOE }, others);
    expect(choice.get(NOOR)).toEqual([by(C)]);
  });

  it('says when nobody is ticked to copy to', () => {
    const { choice, notices } = takeStep(deskOf(all), parseStep(`aangevinkt:${NOOR}`), none, all);
    expect([choice.get(NOOR), notices]).toEqual([[by(A), by(B)], [{ kind: 'nobodyTicked' }]]);
  });

  it.each(['', 'weg', 'weg:x', `uit:${C}:${A}`, `allen:${C}`, 'onbekend:1:2'])('changes nothing by %j', (text) => {
    const { choice } = takeStep(deskOf(all), parseStep(text), none, all);
    expect(changedOf(choice, all)).toEqual([]);
  });

  it('gives the first one for all everything, also beside what students have of their own', () => {
    const own = [assessment(NOOR, { assignments: [by(B)] }), assessment(ZOE)];
    const first = addForAll(deskOf(own), [A], own);
    expect([first.choice.get(NOOR), first.choice.get(ZOE), first.pool]).toEqual([[by(B), by(A)], [by(A)], [A]]);
    expect(addForAll(first, [C], own).choice.get(ZOE)).toEqual([by(A)]);
  });

  it('adds nobody twice to a student', () => {
    const desk = addForOne(deskOf(all), NOOR, B, [process]);
    expect(desk.choice.get(NOOR)).toEqual([by(A), by(B)]);
  });
});

describe('lists', () => {
  it('keep their order and hold everything once', () => {
    expect(union([by(A), by(B)], [by(B), by(C)])).toEqual([by(A), by(B), by(C)]);
    expect(removeExaminer([by(A), by(A, process), by(B)], A)).toEqual([by(B)]);
    expect(keepInvited([by(B)], assessment(NOOR, { assignments: [by(A)], invited: [A] }))).toEqual([by(A), by(B)]);
  });

  it('have the same mark in any order', () => {
    expect(choiceMark([by(A), by(B, process)])).toBe(choiceMark([by(B, process), by(A)]));
    expect(choiceMark([by(A)])).not.toBe(choiceMark([by(A, process)]));
  });
});

describe('the matrix', () => {
  const contact = (id: string): ContactRow => ({
    id,
    name: `Persoon ${id.slice(-1)}`,
    email: '',
    jobTitle: '',
    organisation: '',
    kind: 'school',
    lang: 'nl',
  });

  function matrix(assignments: readonly Assignment[], locked: readonly string[] = []) {
    return matrixModel(dutch, {
      assessment: scope,
      pool: [contact(A), contact(B)],
      assignments,
      locked: new Set(locked),
      prefix: 'deel',
      field: 'deel',
      caption: '',
      errors: [],
      partly: () => '',
      removeStep: (id) => id,
    });
  }

  it('has a row for the exam and each work process, and for components only where there are several or one is used', () => {
    expect(scopeRows(scope, []).map(({ key }) => key)).toEqual([
      'exam',
      'workProcess:B1-K1-W1',
      'component:B1-K1-W1/behaviour',
      'component:B1-K1-W1/product',
      'workProcess:B1-K1-W2',
      'workProcess:B1-K2-W1',
    ]);
    const used = by(A, { level: 'component', ref: 'B1-K1-W2/behaviour' });
    expect(scopeRows(scope, [used]).map(({ key }) => key)).toContain('component:B1-K1-W2/behaviour');
  });

  it('reads ticks once, of known rows and people only', () => {
    const ticks = [`exam|${A}`, `exam|${A}`, 'exam|x', `workProcess:B9-K9-W9|${A}`, 'exam', '', `|${A}`];
    expect(readTicks(ticks, scopeRows(scope, []), PEOPLE)).toEqual([by(A)]);
  });

  it('gives the first one everything and the next ones nothing by itself', () => {
    expect(addToPool([], [A])).toEqual([by(A)]);
    expect(addToPool([by(A)], [B])).toEqual([by(A)]);
  });

  it('says where an inherited part comes from, and not where somebody else replaces it', () => {
    const { rows } = matrix([by(A), by(B, process)]);
    expect(rows.map((row) => row.cells.map(({ isChecked, via }) => (isChecked ? 'x' : via)))).toEqual([
      ['x', ''],
      ['', 'x'],
      ['', 'via werkproces'],
      ['', 'via werkproces'],
      ['via hele examen', ''],
      ['via hele examen', ''],
    ]);
  });

  it('marks the parts that nobody scores', () => {
    const { rows } = matrix([by(B, behaviour)]);
    expect(rows.filter(({ isNobody }) => isNobody).map(({ name }) => name)).toEqual([
      'Productbeoordeling',
      'Voert het plan uit',
      'Stemt af',
    ]);
  });

  it('locks every box of who was invited', () => {
    const cells = matrix([by(A)], [A]).rows.flatMap((row) => row.cells);
    expect(new Set(cells.filter(({ isLocked }) => isLocked).map(({ person }) => person))).toEqual(
      new Set(['Persoon a']),
    );
  });
});

describe('what somebody scores, in words', () => {
  it.each([
    ['everything', [by(A)], 'alles'],
    ['one kind', quickScopes(scope, 'behaviour').map((at) => by(A, at)), 'alle gedragsobservaties'],
    [
      'a work process and a component',
      [by(A, process), by(A, { level: 'component', ref: 'B1-K2-W1/product' })],
      'B1-K1-W1, B1-K2-W1',
    ],
    ['one of two components', [by(A, behaviour)], 'B1-K1-W1 Gedragsobservatie'],
    [
      'nothing any more',
      [by(A, process), by(B, behaviour), by(B, { level: 'component', ref: 'B1-K1-W1/product' })],
      '',
    ],
  ])('%s', (_what, assignments, text) => {
    expect(partsText(dutch, scope, A, assignments)).toBe(text);
  });

  it.each(['', 'nonsense', 'component:B1-K1-W1/behaviour'])('is the whole exam for an unknown part %j', (wanted) => {
    expect(quickScopes(scope, wanted)).toEqual([whole]);
  });
});
