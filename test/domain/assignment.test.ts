import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  type Assignment,
  componentsOf,
  idleExaminers,
  isSameChoice,
  resolveAssignments,
  type Scope,
  scopeKey,
  uncoveredComponents,
  validateAssignments,
} from '../../domain/assignment.ts';
import { COMPONENT_REFS } from './exam-fixture.ts';

const exam: Scope = { level: 'exam' };
const workProcess = (code: string): Scope => ({ level: 'workProcess', code });
const component = (ref: string): Scope => ({ level: 'component', ref });
const assign = (examinerId: string, scope: Scope): Assignment => ({ examinerId, scope });

const anyScope = fc.oneof(
  fc.constant(exam),
  fc.constantFrom('B1-K1-W1', 'B1-K1-W2', 'B1-K2-W1').map(workProcess),
  fc.constantFrom(...COMPONENT_REFS).map(component),
);
const anyAssignments = fc.array(fc.record({ examinerId: fc.constantFrom('a', 'b', 'c'), scope: anyScope }));

describe('resolveAssignments', () => {
  it('gives the whole exam to who is chosen for it', () => {
    expect(resolveAssignments(COMPONENT_REFS, [assign('a', exam)])).toEqual({
      'B1-K1-W1/behaviour': ['a'],
      'B1-K1-W1/product': ['a'],
      'B1-K1-W2/behaviour': ['a'],
      'B1-K2-W1/product': ['a'],
    });
  });

  it('lets a lower level replace what is inherited, for that part only', () => {
    const assignments = [
      assign('c', component('B1-K1-W1/product')),
      assign('a', exam),
      assign('b', workProcess('B1-K1-W1')),
    ];
    expect(resolveAssignments(COMPONENT_REFS, assignments)).toEqual({
      'B1-K1-W1/behaviour': ['b'],
      'B1-K1-W1/product': ['c'],
      'B1-K1-W2/behaviour': ['a'],
      'B1-K2-W1/product': ['a'],
    });
  });

  it('lets several in one cell all score it, each once, in the order chosen', () => {
    const assignments = [assign('b', exam), assign('a', exam), assign('b', exam)];
    expect(resolveAssignments(['B1-K1-W1/product'], assignments)).toEqual({ 'B1-K1-W1/product': ['b', 'a'] });
  });

  it('does not take a work process for another that begins the same', () => {
    const assignments = [assign('a', workProcess('B1-K1-W1'))];
    expect(resolveAssignments(['B1-K1-W10/product'], assignments)).toEqual({ 'B1-K1-W10/product': [] });
  });

  it('gives every component the examiners of its nearest level, whatever is chosen', () => {
    fc.assert(
      fc.property(anyAssignments, (assignments) => {
        const resolved = resolveAssignments(COMPONENT_REFS, assignments);
        expect(Object.keys(resolved)).toEqual([...COMPONENT_REFS]);
        for (const ref of COMPONENT_REFS) {
          const levels = [component(ref), workProcess(ref.slice(0, 8)), exam].map((scope) =>
            assignments
              .filter((choice) => scopeKey(choice.scope) === scopeKey(scope))
              .map((choice) => choice.examinerId),
          );
          const nearest = levels.find((examiners) => examiners.length > 0) ?? [];
          expect(new Set(resolved[ref])).toEqual(new Set(nearest));
          expect(resolved[ref]).toHaveLength(new Set(nearest).size);
        }
      }),
    );
  });
});

describe('uncoveredComponents', () => {
  it('names the components nobody scores', () => {
    const assignments = [assign('a', workProcess('B1-K1-W1')), assign('b', component('B1-K2-W1/product'))];
    expect(uncoveredComponents(COMPONENT_REFS, assignments)).toEqual(['B1-K1-W2/behaviour']);
  });

  it('names all without assignments, none with one for the exam', () => {
    expect(uncoveredComponents(COMPONENT_REFS, [])).toEqual([...COMPONENT_REFS]);
    expect(uncoveredComponents(COMPONENT_REFS, [assign('a', exam)])).toEqual([]);
  });
});

describe('componentsOf', () => {
  it('lists what one examiner scores, in the order of the exam', () => {
    const assignments = [
      assign('b', component('B1-K2-W1/product')),
      assign('a', exam),
      assign('b', workProcess('B1-K1-W1')),
    ];
    expect(componentsOf('b', COMPONENT_REFS, assignments)).toEqual([
      'B1-K1-W1/behaviour',
      'B1-K1-W1/product',
      'B1-K2-W1/product',
    ]);
    expect(componentsOf('x', COMPONENT_REFS, assignments)).toEqual([]);
  });
});

describe('idleExaminers', () => {
  it('names who is replaced everywhere', () => {
    const assignments = [assign('a', workProcess('B1-K1-W2')), assign('b', component('B1-K1-W2/behaviour'))];
    expect(idleExaminers(COMPONENT_REFS, assignments)).toEqual(['a']);
  });

  it('names exactly those without components', () => {
    fc.assert(
      fc.property(anyAssignments, (assignments) => {
        const idle = idleExaminers(COMPONENT_REFS, assignments);
        for (const { examinerId } of assignments)
          expect(idle.includes(examinerId)).toBe(componentsOf(examinerId, COMPONENT_REFS, assignments).length === 0);
      }),
    );
  });
});

describe('validateAssignments', () => {
  it('accepts each level, and one examiner at several levels', () => {
    const assignments = [
      assign('a', exam),
      assign('a', workProcess('B1-K1-W1')),
      assign('a', component('B1-K1-W1/product')),
      assign('b', exam),
    ];
    expect(validateAssignments(COMPONENT_REFS, assignments)).toEqual([]);
  });

  it('reports unknown scopes and repetitions with their place', () => {
    const assignments = [
      assign('a', workProcess('B1-K9-W1')),
      assign('a', exam),
      assign('b', component('B1-K1-W2/product')),
      assign('a', exam),
    ];
    expect(validateAssignments(COMPONENT_REFS, assignments)).toEqual([
      { code: 'SCOPE_UNKNOWN', index: 0, examinerId: 'a', scope: 'workProcess:B1-K9-W1' },
      { code: 'SCOPE_UNKNOWN', index: 2, examinerId: 'b', scope: 'component:B1-K1-W2/product' },
      { code: 'ASSIGNMENT_DUPLICATE', index: 3, examinerId: 'a', scope: 'exam' },
    ]);
  });
});

describe('isSameChoice', () => {
  it.each<[string, Assignment[], Assignment[], boolean]>([
    ['nothing and nothing', [], [], true],
    ['another order', [assign('a', exam), assign('b', exam)], [assign('b', exam), assign('a', exam)], true],
    ['one twice', [assign('a', exam), assign('a', exam)], [assign('a', exam)], true],
    ['another level', [assign('a', exam)], [assign('a', workProcess('B1-K1-W1'))], false],
    ['another examiner', [assign('a', exam)], [assign('b', exam)], false],
    ['one more', [assign('a', exam)], [assign('a', exam), assign('b', exam)], false],
  ])('compares %s', (_what, one, other, isSame) => {
    expect([isSameChoice(one, other), isSameChoice(other, one)]).toEqual([isSame, isSame]);
  });

  it('never calls choices the same that give a component to others', () => {
    const sameInAnotherOrder = anyAssignments.chain((one) => {
      const { length } = one;
      const shuffled = fc.shuffledSubarray(one, { minLength: length, maxLength: length });
      return fc.tuple(fc.constant(one), fc.oneof(shuffled, anyAssignments));
    });
    const people = (list: Assignment[]) =>
      COMPONENT_REFS.map((ref) => [...(resolveAssignments(COMPONENT_REFS, list)[ref] ?? [])].sort());
    let same = 0;
    fc.assert(
      fc.property(sameInAnotherOrder, ([one, other]) => {
        if (!isSameChoice(one, other)) return;
        same += 1;
        expect(people(one)).toEqual(people(other));
      }),
    );
    expect(same).toBeGreaterThan(20);
  });
});
