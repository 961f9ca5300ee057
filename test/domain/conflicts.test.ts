import { describe, expect, it } from '@jest/globals';
import {
  type ConflictFacts,
  type ConflictPolicy,
  companyKey,
  conflictPolicyOf,
  DEFAULT_CONFLICT_POLICY,
  type ExaminerFacts,
  findConflicts,
  isBlocking,
  isSameCompany,
} from '../../domain/conflicts.ts';

const ALL_WARN: ConflictPolicy = { ownCoach: 'warn', noneIndependent: 'warn', noneFromPractice: 'warn' };
const OFF: ConflictPolicy = { ownCoach: 'off', noneIndependent: 'off', noneFromPractice: 'off' };

const practice: ExaminerFacts = {
  contactId: 'bo',
  name: 'Bo Praktijk',
  membershipId: null,
  mailbox: 'bo@hof.example',
  organisation: 'De Hof',
  kind: 'practice',
};
const school: ExaminerFacts = {
  contactId: 'sam',
  name: 'Sam Docent',
  membershipId: 'member-sam',
  mailbox: 'sam@roc.example',
  organisation: 'ROC Zandkamp',
  kind: 'school',
};

function facts(examiners: readonly ExaminerFacts[], student: Partial<ConflictFacts['student']> = {}): ConflictFacts {
  return {
    assessmentId: 'assessment',
    student: {
      id: 'noor',
      name: 'Noor de Vries',
      mailbox: 'noor@student.example',
      coach: null,
      trainingCompany: '',
      ...student,
    },
    initiator: { membershipId: 'member-toos', mailbox: 'toos@roc.example' },
    examiners,
  };
}

function rulesOf(policy: ConflictPolicy, given: ConflictFacts) {
  return findConflicts(policy, [given]).map(({ rule, level, examinerIds }) => ({ rule, level, examinerIds }));
}

describe('the own coach', () => {
  it.each([
    ['the same membership', { ...school, mailbox: 'other@roc.example' }],
    ['the same mailbox', { ...school, membershipId: null }],
  ])('is found by %s', (_what, examiner) => {
    const coach = { membershipId: 'member-sam', mailbox: 'sam@roc.example' };
    expect(rulesOf(ALL_WARN, facts([practice, examiner], { coach }))).toEqual([
      { rule: 'ownCoach', level: 'warn', examinerIds: ['sam'] },
    ]);
  });

  it('is nobody else', () => {
    const coach = { membershipId: 'member-other', mailbox: 'other@roc.example' };
    expect(rulesOf(ALL_WARN, facts([practice, school], { coach }))).toEqual([]);
  });

  it('is no conflict when the student has none, also for examiners without membership', () => {
    expect(rulesOf(ALL_WARN, facts([practice, school]))).toEqual([]);
  });
});

describe('somebody independent of the training company', () => {
  it.each([
    ['the same words', 'De Hof'],
    ['capitals and spaces', ' DE  HOF '],
    ['diacritics', 'Dé Hóf'],
    ['B.V.', 'De Hof B.V.'],
    ['BV', 'De Hof BV'],
    ['B. V.', 'De Hof B. V.'],
    ['a foundation', 'Stichting De Hof'],
    ['punctuation', 'De Hof,'],
  ])('is missing when everybody works there: %s', (_what, trainingCompany) => {
    expect(rulesOf(ALL_WARN, facts([practice], { trainingCompany }))).toEqual([
      { rule: 'noneIndependent', level: 'warn', examinerIds: ['bo'] },
    ]);
  });

  it('is there as soon as one works elsewhere', () => {
    expect(rulesOf(ALL_WARN, facts([practice, school], { trainingCompany: 'De Hof' }))).toEqual([]);
  });

  it.each([
    ['no company is known', [practice], ''],
    ['the company has no name that can be read', [{ ...practice, organisation: '--' }], '...'],
    ['nobody is chosen', [], 'De Hof'],
    ['an examiner has no organisation', [{ ...practice, organisation: '' }], 'De Hof'],
  ])('is not missed when %s', (_what, examiners, trainingCompany) => {
    expect(rulesOf(ALL_WARN, facts(examiners, { trainingCompany }))).toEqual([]);
  });
});

describe('somebody from practice', () => {
  it('is missing when all are of the school, and then nobody is to blame', () => {
    expect(rulesOf(ALL_WARN, facts([school]))).toEqual([{ rule: 'noneFromPractice', level: 'warn', examinerIds: [] }]);
  });

  it.each([
    ['one is', [school, practice]],
    ['nobody is chosen yet', []],
  ])('is not missed when %s', (_what, examiners) => {
    expect(rulesOf(ALL_WARN, facts(examiners))).toEqual([]);
  });
});

describe('what no school can choose', () => {
  it('is that a student examines themself', () => {
    const own = { ...practice, mailbox: 'noor@student.example' };
    expect(rulesOf(OFF, facts([own]))).toEqual([{ rule: 'isStudent', level: 'block', examinerIds: ['bo'] }]);
  });

  it.each([
    ['by membership', { ...school, membershipId: 'member-toos' }],
    ['by mailbox', { ...school, membershipId: null, mailbox: 'toos@roc.example' }],
  ])('is that who starts it examines, found %s', (_what, examiner) => {
    expect(rulesOf(OFF, facts([examiner]))).toEqual([{ rule: 'isInitiator', level: 'block', examinerIds: ['sam'] }]);
  });
});

describe('the policy of a school', () => {
  it.each([
    ['off', []],
    ['warn', [false]],
    ['block', [true]],
  ] as const)('decides what happens: %s', (level, blocking) => {
    const found = findConflicts({ ...OFF, noneFromPractice: level }, [facts([school])]);
    expect(found.map(isBlocking)).toEqual(blocking);
  });

  it('is the default where the settings say nothing', () => {
    expect(conflictPolicyOf({})).toEqual(DEFAULT_CONFLICT_POLICY);
    expect(conflictPolicyOf({ conflicts: { noneFromPractice: 'block' } })).toEqual({
      ...DEFAULT_CONFLICT_POLICY,
      noneFromPractice: 'block',
    });
  });

  it('names every broken rule of every assessment, in order', () => {
    const coach = { membershipId: 'member-sam', mailbox: 'sam@roc.example' };
    const found = findConflicts(ALL_WARN, [
      facts([school], { coach, trainingCompany: 'ROC Zandkamp' }),
      facts([practice]),
    ]);
    expect(found.map(({ rule }) => rule)).toEqual(['ownCoach', 'noneIndependent', 'noneFromPractice']);
  });
});

describe('the name of a company', () => {
  it.each([
    ['Zorggroep De Linde B.V.', 'zorggroep de linde'],
    ['Coöperatie Thuis U.A.', 'thuis'],
    ['Bakker & Zonen v.o.f.', 'bakker zonen'],
    ["'t Hofje", 't hofje'],
    ['Stichting', 'stichting'],
    ['NV', 'nv'],
    ['Bové', 'bove'],
    ['', ''],
  ])('%s is compared as %s', (name, key) => {
    expect(companyKey(name)).toBe(key);
  });

  it('is another one when a word differs', () => {
    expect(isSameCompany('De Linde Noord', 'De Linde Zuid')).toBe(false);
  });
});
