import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { EvidencePolicy } from '../../domain/evidence.ts';
import {
  canonicalForm,
  canonicalSubmission,
  checkForm,
  componentsWithoutEvidence,
  defineForm,
  emptyForm,
  type FormContent,
  formProgress,
  isSameContent,
  justificationFieldName,
  parseFormContent,
  scoreFieldName,
  takesEvidence,
} from '../../domain/form.ts';
import type { JustificationPolicy } from '../../domain/justification.ts';
import { SCORES } from '../../domain/score.ts';
import { COMPONENT_REFS, exampleExam } from './exam-fixture.ts';

const W2 = 'B1-K1-W2/behaviour';
const PRODUCT = 'B1-K1-W1/product';
/** One criterion in the product component, two in the behaviour component. */
const form = (policy: JustificationPolicy = 'og') => defineForm(exampleExam(), [W2, PRODUCT], policy);
const post = (fields: Record<string, unknown>) => parseFormContent(form(), fields);

const filled: FormContent = {
  scores: { [`${PRODUCT}/1`]: 'V', [`${W2}/1`]: 'O', [`${W2}/2`]: 'V' },
  justifications: { [W2]: 'De handschoenen ontbraken.' },
};

const anyContent: fc.Arbitrary<FormContent> = fc.record({
  scores: fc.dictionary(fc.constantFrom(`${PRODUCT}/1`, `${W2}/1`, `${W2}/2`), fc.constantFrom(...SCORES)),
  justifications: fc.dictionary(fc.constantFrom(PRODUCT, W2), fc.string({ unit: 'grapheme' })),
});

describe('defineForm', () => {
  it('keeps the order of the exam and the texts around each component', () => {
    expect(form().components.map(({ ref }) => ref)).toEqual([PRODUCT, W2]);
    expect(form().components[0]).toEqual({
      ref: PRODUCT,
      kind: 'product',
      unit: { code: 'EX1', title: 'Zorg verlenen' },
      coreTask: { code: 'B1-K1', title: 'Bieden van zorg' },
      workProcess: { code: 'B1-K1-W1', title: 'Stelt een plan op' },
      criteria: [{ ref: `${PRODUCT}/1`, text: 'Het plan is volledig', explanation: 'Let op\nde doelen' }],
    });
  });

  it('gives every field of the exam a name of its own that is a plain id', () => {
    const { components } = defineForm(exampleExam(), COMPONENT_REFS, 'og');
    const names = components.flatMap((component) => [
      justificationFieldName(component.ref),
      ...component.criteria.map(({ ref }) => scoreFieldName(ref)),
    ]);
    expect(new Set(names).size).toBe(4 + 9);
    for (const name of names) expect(name).toMatch(/^[a-z][A-Za-z0-9-]*$/);
    expect(names).toContain('score-B1-K1-W2-behaviour-1');
  });
});

describe('parseFormContent', () => {
  it('reads scores and cleaned texts, and ignores fields it does not know', () => {
    const fields = {
      [scoreFieldName(`${W2}/1`)]: 'O',
      [scoreFieldName(`${W2}/2`)]: '',
      [justificationFieldName(W2)]: ' Niet\r\n\u202Eveilig ',
      [scoreFieldName('B9-K9-W9/product/1')]: 'G',
      csrf: 'x',
    };
    expect(post(fields)).toEqual({
      content: { scores: { [`${W2}/1`]: 'O' }, justifications: { [W2]: 'Niet\nveilig' } },
      errors: [],
    });
  });

  it.each([['o'], ['VG'], [' V'], [1], [['V', 'G']], [{}], [true]])(
    'keeps %j out of the scores, with an error',
    (value) => {
      expect(post({ [scoreFieldName(`${W2}/1`)]: value })).toEqual({
        content: emptyForm(),
        errors: [{ code: 'SCORE_INVALID', ref: `${W2}/1` }],
      });
    },
  );

  it('keeps a text of 2,001 characters, with an error', () => {
    const text = 'é'.repeat(2001);
    expect(post({ [justificationFieldName(W2)]: text })).toEqual({
      content: { scores: {}, justifications: { [W2]: text } },
      errors: [{ code: 'JUSTIFICATION_TOO_LONG', ref: W2, params: { length: 2001, max: 2000 } }],
    });
  });

  it('counts 2,000 emoji and 2,000 line breaks as 2,000', () => {
    expect(post({ [justificationFieldName(W2)]: '👍'.repeat(2000) }).errors).toEqual([]);
    expect(post({ [justificationFieldName(W2)]: `a${'\r\n'.repeat(1998)}b` }).errors).toEqual([]);
  });

  it('keeps a control character, with an error', () => {
    expect(post({ [justificationFieldName(PRODUCT)]: 'a\u0007b' })).toEqual({
      content: { scores: {}, justifications: { [PRODUCT]: 'a\u0007b' } },
      errors: [{ code: 'TEXT_FORBIDDEN_CHARACTER', ref: PRODUCT, params: { code: 'U+0007', position: 1 } }],
    });
  });

  it('keeps HTML as the text it is', () => {
    const text = '<script>alert("1")</script> {{x}}';
    expect(post({ [justificationFieldName(W2)]: text }).content.justifications).toEqual({ [W2]: text });
  });

  it('joins a text that was posted twice', () => {
    expect(post({ [justificationFieldName(W2)]: ['een', 'twee'] }).content.justifications).toEqual({
      [W2]: 'een\ntwee',
    });
  });

  it('reads own fields only', () => {
    const inherited: Record<string, unknown> = Object.create({ [scoreFieldName(`${W2}/1`)]: 'O' });
    expect(post(inherited)).toEqual({ content: emptyForm(), errors: [] });
  });

  it('takes any body, and gives content that it reads back as the same', () => {
    const names = [scoreFieldName(`${W2}/1`), justificationFieldName(W2), justificationFieldName(PRODUCT), '__proto__'];
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...names), fc.anything()), (raw) => {
        const { content } = post(raw);
        const again = post({
          ...Object.fromEntries(Object.entries(content.scores).map(([ref, score]) => [scoreFieldName(ref), score])),
          ...Object.fromEntries(
            Object.entries(content.justifications).map(([ref, text]) => [justificationFieldName(ref), text]),
          ),
        });
        expect(again.content).toEqual(content);
      }),
    );
  });
});

describe('checkForm', () => {
  it('accepts a form that is complete', () => {
    expect(checkForm(form(), filled)).toEqual([]);
  });

  it('names every missing score in form order', () => {
    expect(checkForm(form(), emptyForm())).toEqual([
      { code: 'SCORE_MISSING', ref: `${PRODUCT}/1` },
      { code: 'SCORE_MISSING', ref: `${W2}/1` },
      { code: 'SCORE_MISSING', ref: `${W2}/2` },
    ]);
  });

  it.each([[''], ['   \n'], ['\u200b\u2060'], ['\u202e']])('rejects O when the justification is only %j', (text) => {
    expect(checkForm(form(), { ...filled, justifications: { [W2]: text } })).toEqual([
      { code: 'JUSTIFICATION_REQUIRED', ref: W2, params: { O: 1, G: 0 } },
    ]);
  });

  it('asks for a justification in the component with the O, not in another', () => {
    const content = { ...filled, justifications: { [PRODUCT]: 'Volledig.' } };
    expect(checkForm(form(), content).map(({ ref }) => ref)).toEqual([W2]);
  });

  it('follows the policy', () => {
    const bare = { ...filled, justifications: {} };
    expect(checkForm(form('none'), bare)).toEqual([]);
    expect(checkForm(form('all'), bare)).toEqual([
      { code: 'JUSTIFICATION_REQUIRED', ref: PRODUCT, params: { O: 0, G: 0 } },
      { code: 'JUSTIFICATION_REQUIRED', ref: W2, params: { O: 1, G: 0 } },
    ]);
  });

  it('repeats the errors of the texts', () => {
    const content = { ...filled, justifications: { [W2]: `${'x'.repeat(3000)}\u0000` } };
    expect(checkForm(form(), content).map(({ code }) => code)).toEqual([
      'JUSTIFICATION_TOO_LONG',
      'TEXT_FORBIDDEN_CHARACTER',
    ]);
  });

  it('takes a stored value that is no score for missing', () => {
    const stored: FormContent = JSON.parse(
      JSON.stringify({ ...filled, scores: { ...filled.scores, [`${W2}/2`]: 'X' } }),
    );
    expect(checkForm(form(), stored)).toEqual([{ code: 'SCORE_MISSING', ref: `${W2}/2` }]);
  });
});

describe('formProgress', () => {
  it('counts criteria and lists what is open, required justifications too', () => {
    const content: FormContent = { scores: { [`${W2}/1`]: 'G' }, justifications: {} };
    expect(formProgress(form(), content)).toEqual({ done: 1, total: 3, open: [`${PRODUCT}/1`, `${W2}/2`, W2] });
    expect(formProgress(form(), filled)).toEqual({ done: 3, total: 3, open: [] });
  });

  it('has nothing open exactly when no score and no justification is missing', () => {
    fc.assert(
      fc.property(anyContent, fc.constantFrom('og', 'all', 'none'), (content, policy) => {
        const missing = checkForm(form(policy), content).filter(({ code }) =>
          ['SCORE_MISSING', 'JUSTIFICATION_REQUIRED'].includes(code),
        );
        expect([...formProgress(form(policy), content).open].sort()).toEqual(missing.map(({ ref }) => ref).sort());
      }),
    );
  });
});

describe('canonicalForm', () => {
  it('is this string, on which stored digests depend', () => {
    expect(canonicalForm(filled)).toBe(
      '{"justifications":{"B1-K1-W2/behaviour":"De handschoenen ontbraken."},' +
        '"scores":{"B1-K1-W1/product/1":"V","B1-K1-W2/behaviour/1":"O","B1-K1-W2/behaviour/2":"V"}}',
    );
    expect(canonicalForm(emptyForm())).toBe('{"justifications":{},"scores":{}}');
  });

  it('does not depend on order, Unicode form, line breaks or empty texts', () => {
    const a: FormContent = { scores: { '10': 'V', '9': 'O' }, justifications: { x: 'caf\u00e9\nb', y: ' ' } };
    const b: FormContent = { justifications: { x: 'cafe\u0301\r\nb ' }, scores: { '9': 'O', '10': 'V' } };
    expect(canonicalForm(a)).toBe(canonicalForm(b));
    expect(isSameContent(a, b)).toBe(true);
  });

  it('is JSON that says the same, and the same again', () => {
    fc.assert(
      fc.property(anyContent, (content) => {
        const text = canonicalForm(content);
        const back: FormContent = JSON.parse(text);
        expect(canonicalForm(back)).toBe(text);
        expect(back.scores).toEqual({ ...content.scores });
      }),
    );
  });
});

describe('canonicalSubmission', () => {
  const piece = (evidenceId: string) => ({
    evidenceId,
    component: W2,
    sha256: 'ab',
    mediaType: 'image/jpeg',
    size: 12,
  });

  it('is the canonical form when there is no evidence, so that digests stay what they were', () => {
    expect(canonicalSubmission(filled, [])).toBe(canonicalForm(filled));
  });

  it('is this string with evidence, in whatever order it came', () => {
    const text =
      '{"content":{"justifications":{},"scores":{}},"evidence":[' +
      '{"component":"B1-K1-W2/behaviour","evidenceId":"a","mediaType":"image/jpeg","sha256":"ab","size":12},' +
      '{"component":"B1-K1-W2/behaviour","evidenceId":"b","mediaType":"image/jpeg","sha256":"ab","size":12}]}';
    expect(canonicalSubmission(emptyForm(), [piece('b'), piece('a')])).toBe(text);
    expect(canonicalSubmission(emptyForm(), [piece('a'), piece('b')])).toBe(text);
    // No words are as none were, when there was no place for them yet.
    expect(canonicalSubmission(emptyForm(), [{ ...piece('a'), caption: '' }, piece('b')])).toBe(text);
  });

  it('covers the words under a piece, however they were typed', () => {
    const text =
      '{"content":{"justifications":{},"scores":{}},"evidence":[' +
      '{"caption":"Caf\u00e9","component":"B1-K1-W2/behaviour","evidenceId":"a","mediaType":"image/jpeg","sha256":"ab","size":12}]}';
    for (const caption of ['Caf\u00e9', 'Cafe\u0301'])
      expect(canonicalSubmission(emptyForm(), [{ ...piece('a'), caption }])).toBe(text);
  });
});

describe('evidence of a form', () => {
  const required = defineForm(exampleExam(), [W2, PRODUCT], 'og', EvidencePolicy.Required);

  it('leaves a definition without evidence as it was before there was any', () => {
    expect(form()).not.toHaveProperty('evidence');
    expect(takesEvidence(form())).toBe(false);
    expect(takesEvidence(required)).toBe(true);
  });

  it('is missing from each component without a piece, where the school asks for it', () => {
    expect(checkForm(required, filled, [W2])).toEqual([{ code: 'EVIDENCE_REQUIRED', ref: PRODUCT }]);
    expect(checkForm(required, filled, [W2, PRODUCT])).toEqual([]);
    expect(componentsWithoutEvidence(required, [])).toEqual([PRODUCT, W2]);
  });

  it('is not looked at when nobody says what there is, nor asked where it is optional', () => {
    expect(checkForm(required, filled)).toEqual([]);
    expect(checkForm(defineForm(exampleExam(), [W2, PRODUCT], 'og', EvidencePolicy.On), filled, [])).toEqual([]);
  });
});

describe('isSameContent', () => {
  it('sees a changed score and a changed word', () => {
    expect(isSameContent(filled, { ...filled, scores: { ...filled.scores, [`${W2}/1`]: 'V' } })).toBe(false);
    expect(isSameContent(filled, { ...filled, justifications: { [W2]: 'De handschoenen waren er.' } })).toBe(false);
    expect(isSameContent(emptyForm(), { scores: {}, justifications: { [W2]: '' } })).toBe(true);
  });
});
