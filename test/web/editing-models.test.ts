import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { defineForm, type FormContent } from '../../domain/form.ts';
import { createI18n } from '../../platform/i18n/index.ts';
import type { DossierMailLine } from '../../prisma/repositories/committee-mails.ts';
import { readEdits } from '../../web/pages/committee/editing/edit.model.ts';
import { mailsModel } from '../../web/pages/committee/editing/mails.model.ts';
import { mergeEdits } from '../../web/pages/committee/editing/merge-edits.ts';
import { componentReturnWords, returnWords } from '../../web/pages/committee/return-words.ts';
import { wordDiff } from '../../web/word-diff.ts';
import type { Wording } from '../../web/wording.ts';
import { SMALL_COMPONENTS, SMALL_CRITERIA, smallExam, smallForm } from '../support/factories.ts';

const dutch: Wording = { translator: createI18n().forLanguage('nl'), timeZone: 'Europe/Amsterdam' };
const [FIRST, SECOND] = SMALL_COMPONENTS;
const [CRITERION] = SMALL_CRITERIA;
const definition = defineForm(smallExam(), SMALL_COMPONENTS, 'og');

describe('wordDiff', () => {
  it('marks whole words, and the words of one change together', () => {
    expect(wordDiff('Zij ging naar kamer 4.', 'Zij liep door kamer 5.')).toEqual([
      { kind: 'same', text: 'Zij ' },
      { kind: 'removed', text: 'ging naar' },
      { kind: 'added', text: 'liep door' },
      { kind: 'same', text: ' kamer ' },
      { kind: 'removed', text: '4' },
      { kind: 'added', text: '5' },
      { kind: 'same', text: '.' },
    ]);
  });

  it('says what was taken away and what is new', () => {
    expect(wordDiff('', 'Nieuw.')).toEqual([{ kind: 'added', text: 'Nieuw.' }]);
    expect(wordDiff('Weg.', '')).toEqual([{ kind: 'removed', text: 'Weg.' }]);
    expect(wordDiff('', '')).toEqual([]);
  });

  it('puts one text whole beside the other when they share nothing, however long', () => {
    const [a, b] = ['a', 'b'].map((letter) => Array.from({ length: 5_000 }, (_, n) => `${letter}${n}`).join(' '));
    expect(wordDiff(a ?? '', b ?? '').map(({ kind }) => kind)).toEqual(['removed', 'added']);
  });

  it('keeps both texts to the letter', () => {
    const text = fc.array(fc.constantFrom('zij', 'hij', ' ', '\n', 'kamer', '4', '.', '👍', 'é'), { maxLength: 30 });
    fc.assert(
      fc.property(text, text, (first, second) => {
        const [before, after] = [first.join(''), second.join('')];
        const parts = wordDiff(before, after);
        const side = (left: string) => parts.flatMap(({ kind, text: each }) => (kind === left ? [] : [each])).join('');
        expect(side('added')).toBe(before);
        expect(side('removed')).toBe(after);
      }),
    );
  });
});

describe('mergeEdits', () => {
  const base = smallForm('V');
  const withWords = (words: Record<string, string>): FormContent => ({
    ...base,
    justifications: { ...base.justifications, ...words },
  });

  it('takes what a colleague changed where this member changed nothing', () => {
    const merged = mergeEdits(definition, base, withWords({ [FIRST]: 'Mijn.' }), withWords({ [SECOND]: 'Hun.' }));
    expect(merged).toEqual({ content: withWords({ [FIRST]: 'Mijn.', [SECOND]: 'Hun.' }), conflicts: [] });
  });

  it('keeps what was typed, and points at what both changed', () => {
    const merged = mergeEdits(definition, base, withWords({ [FIRST]: 'Mijn.' }), withWords({ [FIRST]: 'Hun.' }));
    expect(merged).toEqual({ content: withWords({ [FIRST]: 'Mijn.' }), conflicts: [FIRST] });
  });

  it('finds no conflict where both changed the same', () => {
    const same = withWords({ [FIRST]: 'Zelfde.' });
    expect(mergeEdits(definition, base, same, same).conflicts).toEqual([]);
  });

  it('merges scores as it merges words', () => {
    const scored = (score: 'O' | 'G') => ({ ...base, scores: { ...base.scores, [CRITERION]: score } });
    expect(mergeEdits(definition, base, scored('O'), scored('G'))).toMatchObject({
      content: { scores: { [CRITERION]: 'O' } },
      conflicts: [CRITERION],
    });
    expect(mergeEdits(definition, base, base, scored('G')).content.scores[CRITERION]).toBe('G');
  });
});

describe('readEdits', () => {
  it('takes a field that is not there as unchanged, and an empty one as empty', () => {
    const { content } = readEdits(definition, smallForm('V'), { 'justification-B1-K1-W1-behaviour': '' });
    expect(content.justifications[FIRST]).toBeUndefined();
    expect(content.justifications[SECOND]).toBe(smallForm('V').justifications[SECOND]);
    expect(content.scores).toEqual(smallForm('V').scores);
  });
});

describe('why a form was sent back', () => {
  const texts = new Map([
    ['1', 'Kijk alles na.'],
    ['2', 'Welke kamer?'],
    ['3', 'Het plan ontbreekt.'],
  ]);
  const text = (textId: string) => ({ textId, digest: '' });

  it('names the component before a reason of its own', () => {
    const returned = { reason: text('1'), reasons: { [FIRST]: text('2') } };
    expect(returnWords(dutch, returned, texts)).toBe('Kijk alles na. · B1-K1-W1, gedragsobservatie: Welke kamer?');
    expect(componentReturnWords(returned, texts, FIRST)).toBe('Welke kamer?\nKijk alles na.');
    expect(componentReturnWords(returned, texts, SECOND)).toBe('Kijk alles na.');
  });

  it('says nothing twice when every component has its own', () => {
    const returned = { reason: text('2'), reasons: { [FIRST]: text('2'), [SECOND]: text('3') } };
    expect(componentReturnWords(returned, texts, SECOND)).toBe('Het plan ontbreekt.');
    expect(returnWords(dutch, returned, texts)).not.toMatch(/^Welke/);
  });

  it('reads returns from before components had reasons', () => {
    expect(returnWords(dutch, { reason: text('1') }, texts)).toBe('Kijk alles na.');
  });
});

describe('mailsModel', () => {
  const mail = (given: Partial<DossierMailLine>): DossierMailLine => ({
    id: '1',
    template: 'invitation',
    toName: 'Bo Praktijk',
    toAddress: 'bo@praktijk.example',
    state: 'queued',
    queuedAt: new Date('2026-11-24T13:00:00Z'),
    acceptedAt: null,
    deliverySignal: null,
    deliveryAt: null,
    ...given,
  });

  it.each([
    ['queued', null, 'Wacht op versturen'],
    ['claimed', null, 'Wacht op versturen'],
    ['unknown', null, 'Wacht op versturen'],
    ['accepted', null, 'Verstuurd'],
    ['accepted', 'delayed', 'Vertraagd'],
    ['delivered', 'delivered', 'Aangekomen'],
    ['bounced', 'bounced', 'Niet aangekomen'],
    ['failed', null, 'Kon niet worden verstuurd'],
    ['recalled', null, 'Niet verstuurd: teruggenomen'],
  ])('calls %s (%s) %s', (state, deliverySignal, words) => {
    expect(mailsModel(dutch, [mail({ state, deliverySignal })]).newest[0]?.state).toBe(words);
  });

  it('has a word for a mail that it does not know', () => {
    expect(mailsModel(dutch, [mail({ template: 'later' })]).newest[0]?.what).toBe('Bericht');
  });

  it('folds what is older than the five newest', () => {
    const { newest, older } = mailsModel(
      dutch,
      Array.from({ length: 7 }, () => mail({})),
    );
    expect([newest.length, older.length]).toEqual([5, 2]);
  });
});
