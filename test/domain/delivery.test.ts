import { describe, expect, it } from '@jest/globals';
import { type DeliveryReport, problemOf, reasonOfRefusedMessage, reasonOfStatus } from '../../domain/delivery.ts';

describe('reasonOfStatus', () => {
  it.each([
    ['5.1.1', 'addressUnknown'],
    ['5.1.0', 'addressUnknown'],
    ['5.1.10', 'addressUnknown'],
    ['5.1.2', 'domainUnknown'],
    ['5.4.4', 'domainUnknown'],
    ['4.4.4', 'unreachable'],
    ['5.1.6', 'mailboxDisabled'],
    ['5.2.1', 'mailboxDisabled'],
    ['5.2.2', 'mailboxFull'],
    ['4.2.2', 'mailboxFull'],
    ['5.3.4', 'tooLarge'],
    ['5.2.3', 'tooLarge'],
    ['5.7.1', 'refusedByPolicy'],
    ['5.7.26', 'refusedByPolicy'],
    ['5.7.606', 'refusedByPolicy'],
    ['4.4.7', 'unreachable'],
    ['5.4.7', 'unreachable'],
    ['4.4.1', 'unreachable'],
    ['5.0.0', 'other'],
    ['5.6.1', 'other'],
    ['550', 'addressUnknown'],
    ['552', 'mailboxFull'],
    ['556', 'domainUnknown'],
    ['554', 'other'],
    ['550 5.7.1', 'refusedByPolicy'],
    ['550 5.1.1', 'addressUnknown'],
    [' 5.1.1 ', 'addressUnknown'],
    ['5.1.1.1', 'other'],
    ['user unknown', 'other'],
    ['', 'other'],
    [null, 'other'],
  ])('%s is %s', (code, reason) => {
    expect(reasonOfStatus(code)).toBe(reason);
  });
});

describe('reasonOfRefusedMessage', () => {
  it.each([
    ['550', 'refusedByPolicy'],
    ['552', 'tooLarge'],
    [null, 'refusedByPolicy'],
    ['552 5.2.2', 'mailboxFull'],
    ['5.3.4', 'tooLarge'],
  ])('%s is %s', (code, reason) => {
    expect(reasonOfRefusedMessage(code)).toBe(reason);
  });
});

describe('problemOf', () => {
  const report = (more: Partial<DeliveryReport>): DeliveryReport => ({
    signal: 'bounced',
    reason: null,
    isPermanent: true,
    status: '5.2.2',
    ...more,
  });

  it('finds the reason in the code when the report gives none', () => {
    expect(problemOf(report({}))).toEqual({ reason: 'mailboxFull', isPermanent: true, status: '5.2.2' });
    expect(problemOf(report({ reason: 'other' }))?.reason).toBe('other');
  });

  it('is none for a mail that arrived', () => {
    expect(problemOf(report({ signal: 'delivered' }))).toBeNull();
    expect(problemOf(report({ signal: 'autoReply' }))).toBeNull();
  });

  it('is never final for a delay or a challenge', () => {
    expect(problemOf(report({ signal: 'delayed' }))?.isPermanent).toBe(false);
    expect(problemOf(report({ signal: 'challenge' }))).toMatchObject({ reason: 'challengeAsked', isPermanent: false });
  });
});
