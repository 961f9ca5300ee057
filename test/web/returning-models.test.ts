import { describe, expect, it } from '@jest/globals';
import type { CaptionedEvidence } from '../../domain/evidence.ts';
import { defineForm } from '../../domain/form.ts';
import { createI18n } from '../../platform/i18n/index.ts';
import { whyInWords } from '../../web/asked-words.ts';
import {
  changeLines,
  changeMarks,
  evidenceLines,
  versionsModel,
} from '../../web/pages/examiner/returning/changes.model.ts';
import { versionsPageModel } from '../../web/pages/examiner/returning/versions.ts';
import { checkReturnAnswer, readReturnAnswer } from '../../web/pages/initiator/mending/return.model.ts';
import { SMALL_COMPONENTS, SMALL_CRITERIA, smallExam, smallForm } from '../support/factories.ts';

const dutch = { translator: createI18n().forLanguage('nl'), timeZone: 'Europe/Amsterdam' };
const [FIRST] = SMALL_COMPONENTS;
const [CRITERION] = SMALL_CRITERIA;
const definition = defineForm(smallExam(), SMALL_COMPONENTS, 'og');
const before = { ...smallForm(), justifications: { [FIRST]: 'Eerst dit.' } };
const after = { scores: { ...before.scores, [CRITERION]: 'O' as const }, justifications: { [FIRST]: 'Daarna dat.' } };

const version = (formVersion: number, content: typeof before, evidence: CaptionedEvidence[] = []) => ({
  formVersion,
  finishedAt: new Date(`2026-11-2${formVersion}T09:00:00Z`),
  correction: null,
  content,
  definition,
  evidence,
});
const form = { formId: 'form-1', studentName: 'Noor de Vries' };

describe('whyInWords', () => {
  it.each([
    ['noTime', 'Ik ben met verlof.', 'Ik heb geen tijd. Ik ben met verlof.'],
    ['noTime', '', 'Ik heb geen tijd'],
    ['other', 'Ik ben verhuisd.', 'Ik ben verhuisd.'],
    [undefined, 'Zonder keuze.', 'Zonder keuze.'],
  ] as const)('of %s and "%s" is "%s"', (reason, words, text) => {
    expect(whyInWords(dutch.translator, reason, words)).toBe(text);
  });
});

describe('what was changed since a form was finished', () => {
  it('stands beside the control', () => {
    expect([...changeMarks(dutch, definition, before, after)]).toEqual([
      ['score-B1-K1-W1-behaviour-1', 'Gewijzigd: was V, nu O'],
      ['justification-B1-K1-W1-behaviour', 'Onderbouwing gewijzigd'],
    ]);
  });

  it('is one line each before finishing again', () => {
    expect(changeLines(dutch, definition, before, after)).toEqual([
      'B1-K1-W1 · Gedragsobservatie, criterium 1: was V, wordt O',
      'B1-K1-W1 · Gedragsobservatie: onderbouwing gewijzigd',
    ]);
  });

  it('is nothing where nothing was finished yet', () => {
    expect(changeMarks(dutch, definition, null, after).size).toBe(0);
    expect(changeLines(dutch, definition, null, after)).toEqual([]);
  });
});

describe('versions side by side', () => {
  it('shows only what differs, as it was and as it is', () => {
    expect(versionsModel(dutch, definition, before, after)).toMatchObject([
      { scores: [{ from: 'V', to: 'O' }], words: { from: 'Eerst dit.', to: 'Daarna dat.' } },
    ]);
  });

  it('compares the newest with the one before, or the one that is asked for', () => {
    const versions = [version(1, before), version(2, after), version(3, after)];
    expect(versionsPageModel(dutch, form, versions, 0).count).toBe('Deze versies zijn gelijk.');
    const earlier = versionsPageModel(dutch, form, versions, 2);
    expect(earlier.count).toBe('1 onderdeel gewijzigd');
    expect(earlier.others.map(({ label, isCurrent }) => [label, isCurrent])).toEqual([
      ['Versie 1 en 2', true],
      ['Versie 2 en 3', false],
    ]);
    expect(versionsPageModel(dutch, form, versions, 99).before).toContain('Versie 2');
  });
});

describe('evidence of two versions', () => {
  const piece = (evidenceId: string, caption?: string, component: string = FIRST): CaptionedEvidence => ({
    evidenceId,
    component,
    sha256: 'a'.repeat(64),
    mediaType: 'image/jpeg',
    size: 1,
    ...(caption === undefined ? {} : { caption }),
  });
  const [, SECOND] = SMALL_COMPONENTS;

  it('is told per component: what came, what went, which words are other ones', () => {
    const [former, now] = [
      [piece('a', 'Kamer 4'), piece('b', ''), piece('c', '')],
      [piece('a', 'Kamer 5'), piece('d'), piece('e', ''), piece('f', '', SECOND)],
    ];
    expect(evidenceLines(dutch, definition, former, now)).toEqual([
      'Bewijs bij B1-K1-W1 · Gedragsobservatie: 2 bestanden erbij, 2 bestanden weg en 1 bijschrift anders',
      'Bewijs bij B1-K1-W2 · Productbeoordeling: 1 bestand erbij',
    ]);
    expect(evidenceLines(dutch, definition, now, now)).toEqual([]);
  });

  it('says nothing of words that were not kept with a version yet', () => {
    expect(evidenceLines(dutch, definition, [piece('a')], [piece('a', 'Kamer 4')])).toEqual([]);
  });

  it('makes versions differ in which nothing else does', () => {
    const versions = [version(1, before), version(2, before, [piece('a', '')])];
    const page = versionsPageModel(dutch, form, versions, 0);
    expect(page).toMatchObject({
      count: '',
      changes: [],
      evidence: ['Bewijs bij B1-K1-W1 · Gedragsobservatie: 1 bestand erbij'],
    });
  });
});

describe('checkReturnAnswer', () => {
  const check = (fields: Record<string, string>, components: string[] = []) =>
    checkReturnAnswer(
      dutch,
      readReturnAnswer(
        (name) => fields[name] ?? '',
        () => components,
      ),
    ).map(({ field }) => field);

  it('wants a choice, parts with a yes, and a reason with a no', () => {
    expect(check({})).toEqual(['antwoord']);
    expect(check({ antwoord: 'ja' })).toEqual(['onderdelen']);
    expect(check({ antwoord: 'ja' }, [FIRST])).toEqual([]);
    expect(check({ antwoord: 'nee' })).toEqual(['reason']);
    expect(check({ antwoord: 'nee', reason: 'De scores kloppen.' })).toEqual([]);
    expect(check({ antwoord: 'ja', reason: 'x'.repeat(1001) }, [FIRST])).toEqual(['reason']);
  });
});
