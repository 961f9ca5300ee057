import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { defineForm } from '../../domain/form.ts';
import { type FormToMark, findMarks } from '../../domain/marks.ts';
import type { Score } from '../../domain/score.ts';
import { SMALL_COMPONENTS, SMALL_CRITERIA, smallExam, smallForm } from '../support/factories.ts';

const [FIRST, SECOND] = SMALL_COMPONENTS;
const definition = defineForm(smallExam(), SMALL_COMPONENTS, 'og');

function form(words: readonly [string, string], given: Partial<FormToMark> = {}, scores = 'VVVV'): FormToMark {
  return {
    examinerId: 'examiner-1',
    definition,
    content: {
      scores: Object.fromEntries(SMALL_CRITERIA.map((ref, index) => [ref, scores[index] as Score])),
      justifications: { [FIRST]: words[0], [SECOND]: words[1] },
    },
    startedAt: '2026-11-24T09:00:00.000Z',
    finishedAt: '2026-11-24T09:40:00.000Z',
    ...given,
  };
}

const kindsOf = (each: FormToMark, min = 0) => findMarks([each], min).map(({ kind }) => kind);

describe('findMarks', () => {
  it('says nothing about a form in which nothing stands out', () => {
    expect(findMarks([form(['Zij vroeg door.', 'Het plan was af.'])], 10)).toEqual([]);
  });

  it('finds the same justification at every component, whatever capitals and spaces', () => {
    expect(kindsOf(form(['Ging goed.', ' ging  GOED. ']))).toEqual(['sameText']);
  });

  it.each([
    ['two empty justifications', form(['', ' \u200b '])],
    ['one that is empty', form(['Ging goed.', ''])],
    [
      'a form of one component',
      form(['Ging goed.', 'Ging goed.'], { definition: defineForm(smallExam(), [FIRST], 'og') }),
    ],
  ])('does not call %s the same', (_what, each) => {
    expect(kindsOf(each)).toEqual([]);
  });

  it('finds a G everywhere, and not when one is a V', () => {
    expect(kindsOf(form(['a', 'b'], {}, 'GGGG'))).toEqual(['allGood']);
    expect(kindsOf(form(['a', 'b'], {}, 'GGGV'))).toEqual([]);
  });

  it.each([
    ['2026-11-24T09:02:00.000Z', [{ kind: 'hasty', examinerId: 'examiner-1', seconds: 120 }]],
    ['2026-11-24T09:02:01.000Z', []],
    ['2026-11-24T09:00:00.000Z', [{ kind: 'hasty', examinerId: 'examiner-1', seconds: 0 }]],
    ['2026-11-24T08:59:00.000Z', []],
    [null, []],
  ])('measures from the start to %s', (finishedAt, marks) => {
    expect(findMarks([form(['a', 'b'], { finishedAt })], 0)).toEqual(marks);
  });

  it('finds a short justification only where one is required', () => {
    const marks = findMarks([form(['Kort.', 'Kort.'], {}, 'OVVV')], 10);
    expect(marks).toContainEqual({
      kind: 'shortJustification',
      examinerId: 'examiner-1',
      component: FIRST,
      length: 5,
      min: 10,
    });
    expect(marks.filter(({ kind }) => kind === 'shortJustification')).toHaveLength(1);
  });

  it('counts characters as a reader does', () => {
    expect(kindsOf(form(['👍👍👍👍', 'x'], {}, 'GVVV'), 4)).toEqual([]);
    expect(kindsOf(form(['👍👍👍', 'x'], {}, 'GVVV'), 4)).toEqual(['shortJustification']);
  });

  it('never throws, and names only forms that it was given', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.nat(3000), (first, second, min) => {
        const marks = findMarks([form([first, second], {}, 'OGVV')], min);
        return marks.every(({ examinerId }) => examinerId === 'examiner-1');
      }),
    );
  });

  it('keeps the marks of several examiners apart', () => {
    const marks = findMarks(
      [{ ...form(['a', 'b']), content: smallForm('G') }, form(['a', 'b'], { examinerId: 'two' }, 'GGGG')],
      0,
    );
    expect(marks.filter(({ kind }) => kind === 'allGood').map(({ examinerId }) => examinerId)).toEqual([
      'examiner-1',
      'two',
    ]);
  });
});
