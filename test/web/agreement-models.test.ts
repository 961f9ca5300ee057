import { describe, expect, it } from '@jest/globals';
import { AgreementPolicy, DifferenceKind } from '../../domain/agreement.ts';
import type { AssessmentState } from '../../domain/assessment.ts';
import { defineForm, FormErrorCode } from '../../domain/form.ts';
import { createI18n } from '../../platform/i18n/index.ts';
import {
  type AgreementComponent,
  agreementTurn,
  type OpenAgreement,
  searchTurn,
} from '../../prisma/repositories/examiner-agreement.ts';
import { agreementModel, agreementNote } from '../../web/pages/examiner/agreement/agreement.model.ts';
import type { AgreementPage } from '../../web/pages/examiner/agreement/component.model.ts';
import { nextWork } from '../../web/pages/examiner/work-order.ts';
import type { Wording } from '../../web/wording.ts';
import { SMALL_COMPONENTS, SMALL_CRITERIA, smallExam } from '../support/small-exam.ts';

const [A, B] = SMALL_CRITERIA;
const [SHARED] = SMALL_COMPONENTS;
const nl: Wording = { translator: createI18n().forLanguage('nl'), timeZone: 'Europe/Amsterdam' };
const form = { formId: 'form-1', contactId: 'bo', studentName: 'Noor de Vries' };
const FRESH: AgreementPage = { typed: null, reason: null, notice: '', problem: '', nonce: 'n' };
const AT = '2026-11-24T13:02:00.000Z';

function component(changes: Partial<AgreementComponent> = {}): AgreementComponent {
  return {
    ref: SHARED,
    deciders: ['bo', 'sam'],
    sets: [
      { contactId: 'bo', scores: { [A]: 'V', [B]: 'V' }, justification: 'Bo zag dit.' },
      { contactId: 'sam', scores: { [A]: 'V', [B]: 'O' }, justification: '' },
    ],
    kinds: [DifferenceKind.Pass, DifferenceKind.Result],
    criteria: { [B]: [DifferenceKind.Pass] },
    proposal: null,
    agreed: null,
    ...changes,
  };
}

function open(changes: Partial<OpenAgreement> = {}, found: Partial<AgreementComponent> = {}): OpenAgreement {
  const party = { jobTitle: 'Docent', organisation: 'ROC', kind: 'school' } as const;
  return {
    kind: 'running',
    policy: AgreementPolicy.Together,
    since: AT,
    definition: defineForm(smallExam(), [SHARED], 'og'),
    parties: [
      { contactId: 'bo', name: 'Bo', ...party },
      { contactId: 'sam', name: 'Sam', ...party },
    ],
    components: [component(found)],
    end: null,
    ...changes,
  };
}

const proposalOf = (by: string, confirmedBy = [by]) => ({
  proposalId: 'p1',
  by,
  at: AT,
  scores: { [A]: 'V', [B]: 'G' } as const,
  justification: 'Samen.',
  confirmedBy,
});

function first(agreement: OpenAgreement, page: AgreementPage = FRESH) {
  const [model] = agreementModel(nl, form, agreement, page).components;
  if (!model) throw new Error('no component');
  return model;
}

describe('the page on which examiners agree', () => {
  it('puts what differs first, with why it matters, and folds what is the same', () => {
    const model = first(open());
    expect(model.differing.map(({ number }) => number)).toEqual([2]);
    expect(model.same.map(({ number }) => number)).toEqual([1]);
    expect(model.differing[0]?.flags.map(({ text }) => text)).toEqual(['Onvoldoende tegenover voldoende of goed']);
    expect(model.differing[0]?.sides).toEqual([
      { name: 'U', score: 'V', isYou: true },
      { name: 'Sam', score: 'O', isYou: false },
    ]);
    expect(model.flags.map(({ text }) => text)).toEqual(['De uitslag van het examen hangt hiervan af']);
    expect(first(open({}, { criteria: { [B]: [] }, kinds: [] })).differing[0]).toMatchObject({
      flags: [],
      small: 'Klein verschil',
    });
  });

  it('fills in what is the same, and never chooses where they differ', () => {
    const { differing, same } = first(open());
    expect([differing[0]?.value, same[0]?.value]).toEqual(['', 'V']);
  });

  it.each([
    ['nobody proposed', null, 'Wacht op u', { isInline: true, confirm: null }],
    ['a colleague did', proposalOf('sam'), 'Wacht op u', { isInline: false, confirm: { proposalId: 'p1' } }],
    ['I did', proposalOf('bo'), 'Wacht op Sam', { isInline: false, confirm: null }],
  ])('knows what to ask when %s', (_when, proposal, pill, expected) => {
    const model = first(open({}, { proposal }));
    expect(model).toMatchObject(expected);
    expect(model.pill.text).toBe(pill);
    expect(model.form?.proposalId).toBe(proposal?.proposalId ?? '');
  });

  it('begins another proposal with the one that is there', () => {
    const model = first(open({}, { proposal: proposalOf('sam') }));
    expect(model.differing[0]).toMatchObject({ value: 'G', decided: 'G' });
    expect(model.form?.justification.value).toBe('Samen.');
    expect(model.proposal?.words.map(({ text }) => text)).toEqual(['U bent nog niet akkoord', 'Sam is akkoord']);
  });

  it('shows what was typed with what is wrong with it', () => {
    const typed = {
      component: SHARED,
      content: { scores: { [A]: 'G' }, justifications: { [SHARED]: 'Half.' } } as const,
      errors: [{ code: FormErrorCode.ScoreMissing, ref: B }],
    };
    const page = agreementModel(nl, form, open({}, { proposal: proposalOf('sam') }), { ...FRESH, typed });
    expect(page.errors).toEqual([{ field: 'score-B1-K1-W1-behaviour-2', message: expect.any(String) }]);
    expect(page.components[0]?.form).toMatchObject({ isOpen: true, justification: { value: 'Half.' } });
    expect(page.components[0]?.same[0]?.value).toBe('G');
    expect(page.typed).toBeNull();
  });

  it('keeps what was typed beside a component that is settled', () => {
    const agreed = {
      how: 'together',
      by: ['bo', 'sam'],
      scores: { [A]: 'V', [B]: 'V' },
      justification: 'Klaar.',
    } as const;
    const typed = { component: SHARED, content: { scores: { [B]: 'G' }, justifications: {} } as const, errors: [] };
    const page = agreementModel(nl, form, open({}, { agreed }), { ...FRESH, typed });
    expect(page.typed?.answers.map(({ score }) => score)).toEqual(['', 'G']);
    expect(page.components[0]).toMatchObject({ form: null, agreed: { title: 'Afgesproken door u en Sam' } });
  });

  it('asks nothing of whoever looks on while the lead decides', () => {
    const page = agreementModel(nl, form, open({ policy: AgreementPolicy.Lead }, { deciders: ['sam'] }), FRESH);
    expect(page.lead).toContain('Sam is hoofdexaminator en beslist');
    expect(page.abandon).toBeNull();
    expect(page.components[0]).toMatchObject({ form: null, confirm: null, pill: { text: 'Wacht op Sam' } });
  });

  it('says who gave it to the committee, and why', () => {
    const end = { by: 'sam', at: new Date(AT), reason: 'Wij zagen iets anders.' };
    const page = agreementModel(nl, form, open({ kind: 'abandoned', end }), FRESH);
    expect(page.end?.text).toContain('Sam vroeg de examencommissie om te beslissen.');
    expect(page.end?.reason).toBe('Wij zagen iets anders.');
    expect(page.components[0]).toMatchObject({ form: null, pill: { text: 'Naar de commissie' } });
    expect(page.abandon).toBeNull();
  });
});

describe('whose turn it is', () => {
  const agreement = (changes = {}) => ({
    policy: AgreementPolicy.Together,
    since: AT,
    components: { [SHARED]: ['bo', 'sam'] },
    proposals: {},
    agreed: {},
    ...changes,
  });

  it('is everybody’s before a proposal, and then that of who did not say yes', () => {
    expect(searchTurn(agreement(), 'bo')).toBe('yours');
    const proposed = agreement({ proposals: { [SHARED]: { ...proposalOf('bo'), justification: null } } });
    expect([searchTurn(proposed, 'bo'), searchTurn(proposed, 'sam')]).toEqual(['waiting', 'yours']);
    expect(searchTurn(agreement(), 'kim')).toBeNull();
  });

  it.each([
    ['the lead decides', agreement({ policy: 'lead', components: { [SHARED]: ['sam'] } }), 'watching'],
    ['a third scores', agreement({ policy: 'third', components: { [SHARED]: [] } }), 'third'],
    ['it is about what they did not score', agreement({ components: { 'B1-K1-W2/product': ['sam'] } }), null],
  ])('of an examiner without a word: %s', (_when, search, turn) => {
    const examiner = { form: 'finished', components: [SHARED] };
    const state = {
      status: 'inProgress',
      examiners: { bo: examiner },
      agreement: search,
    } as unknown as AssessmentState;
    expect(agreementTurn(state, 'bo')).toBe(turn);
    expect(agreementNote(nl, { formId: 'form-1', agreement: turn as never }) === null).toBe(turn === null);
  });

  it('is nobody’s while the form is open, or when it was cancelled', () => {
    const state = (form: string, status: string) =>
      ({
        status,
        examiners: { bo: { form, components: [SHARED] } },
        agreement: agreement(),
      }) as unknown as AssessmentState;
    expect(agreementTurn(state('returned', 'returned'), 'bo')).toBeNull();
    expect(agreementTurn(state('withdrawn', 'inProgress'), 'bo')).toBeNull();
    expect(agreementTurn(state('finished', 'cancelled'), 'bo')).toBeNull();
  });

  it('comes after work that is not finished', () => {
    const work = (status: 'open' | 'finished', agreed: 'yours' | null) =>
      ({ status, isAsked: false, dueAt: null, agreement: agreed }) as const;
    expect(nextWork([work('finished', 'yours'), work('open', null)])?.status).toBe('open');
    expect(nextWork([work('finished', 'yours')])?.agreement).toBe('yours');
  });
});
