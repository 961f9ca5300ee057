import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ASSESSMENT_STATUSES, AssessmentStatus } from '../../domain/assessment.ts';
import { isStudentNumber, lockOf, studentStage } from '../../domain/student.ts';

const facts = { status: AssessmentStatus.Final, publishedVersion: 0, newestVersion: 1, isReopened: false };

describe('the stage that a student sees', () => {
  it.each([
    ['draft', null],
    ['invited', 'started'],
    ['inProgress', 'beingAssessed'],
    ['returned', 'beingAssessed'],
    ['assessed', 'beingDecided'],
    ['final', 'decided'],
    ['cancelled', 'cancelled'],
  ] as const)('of what is %s and was never published is %s', (status, stage) => {
    expect(studentStage({ ...facts, status })).toBe(stage);
  });

  it('is published only when the newest decision is', () => {
    expect(studentStage({ ...facts, publishedVersion: 1 })).toBe('published');
    expect(studentStage({ ...facts, publishedVersion: 1, newestVersion: 2 })).toBe('reconsidered');
    expect(studentStage({ ...facts, publishedVersion: 1, isReopened: true })).toBe('reconsidered');
  });

  it('says nothing of a reopening to who never saw a result', () => {
    expect(studentStage({ ...facts, status: AssessmentStatus.Assessed, isReopened: true })).toBe('beingDecided');
  });

  it('is never a result without a published version, whatever the facts', () => {
    const any = fc.record({
      status: fc.constantFrom(...ASSESSMENT_STATUSES),
      publishedVersion: fc.constant(0),
      newestVersion: fc.nat(5),
      isReopened: fc.boolean(),
    });
    fc.assert(fc.property(any, (each) => !['published', 'reconsidered'].includes(studentStage(each) ?? '')));
  });
});

describe('a student number', () => {
  const digits = { minLength: 4, maxLength: 6, isDigitsOnly: true };
  it.each([
    ['1234', true],
    ['123456', true],
    ['123', false],
    ['1234567', false],
    ['12a4', false],
    ['１２３４', false],
    ['12 34', false],
  ])('%s of four to six digits: %s', (number, isRight) => {
    expect(isStudentNumber(number, digits)).toBe(isRight);
  });

  it.each([
    ['S1234', true],
    ['a-1b', true],
    ['-123', false],
    ['äbcd', false],
  ])('%s with letters: %s', (number, isRight) => {
    expect(isStudentNumber(number, { ...digits, isDigitsOnly: false })).toBe(isRight);
  });
});

describe('what a student may change', () => {
  const record = { number: '1234', isVerified: false, isAssessed: false };
  it('is everything while the school has no record, or has not checked it', () => {
    expect(lockOf(null)).toEqual({ names: null, number: null });
    expect(lockOf(record)).toEqual({ names: null, number: null });
  });
  it('is nothing of what the school checked, or of what was started with', () => {
    expect(lockOf({ ...record, isVerified: true, isAssessed: true })).toEqual({
      names: 'verified',
      number: 'verified',
    });
    expect(lockOf({ ...record, isAssessed: true })).toEqual({ names: 'assessed', number: 'assessed' });
  });
  it('is always a number that is missing', () => {
    expect(lockOf({ number: null, isVerified: true, isAssessed: true })).toEqual({ names: 'verified', number: null });
  });
});
