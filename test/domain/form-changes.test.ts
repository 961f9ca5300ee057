import { describe, expect, it } from '@jest/globals';
import { defineForm } from '../../domain/form.ts';
import { formChanges } from '../../domain/form-changes.ts';
import { SMALL_COMPONENTS, SMALL_CRITERIA, smallExam, smallForm } from '../support/factories.ts';

const [FIRST] = SMALL_COMPONENTS;
const [CRITERION] = SMALL_CRITERIA;
const definition = defineForm(smallExam(), SMALL_COMPONENTS, 'none');

describe('formChanges', () => {
  it('finds nothing between two contents that say the same', () => {
    const form = smallForm();
    const spaced = {
      ...form,
      justifications: { ...form.justifications, [FIRST]: `  ${form.justifications[FIRST] ?? ''}\n` },
    };
    expect(formChanges(definition, form, spaced)).toEqual([]);
  });

  it('names each criterion whose score differs, with what it was', () => {
    const form = smallForm();
    const from = form.scores[CRITERION] ?? null;
    const changed = { ...form, scores: { ...form.scores, [CRITERION]: 'O' as const } };
    expect(formChanges(definition, form, changed)).toMatchObject([
      { component: { ref: FIRST }, scores: [{ ref: CRITERION, number: 1, from, to: 'O' }], words: null },
    ]);
  });

  it('takes a score and words that are gone for a change', () => {
    const form = { ...smallForm(), justifications: { [FIRST]: 'Zij vroeg het na.' } };
    const { [CRITERION]: _gone, ...scores } = form.scores;
    expect(formChanges(definition, form, { scores, justifications: {} })).toMatchObject([
      { scores: [{ to: null }], words: { from: 'Zij vroeg het na.', to: '' } },
    ]);
  });
});
