import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { officeLinkExpiry, officeLinkState, officeSubject } from '../../domain/office-delivery.ts';

const FACTS = { nummer: '2026-0A1B2C3D', versie: 2, examencode: 'VIG-B1', crebo: '25655', datum: '2026-11-26' };
const QUEUED = new Date('2026-11-26T10:00:00Z');

describe('officeSubject', () => {
  it('fills what the school names', () => {
    const pattern = '{crebo}/{examencode} {nummer} v{versie} ({datum})';
    expect(officeSubject(pattern, FACTS)).toBe('25655/VIG-B1 2026-0A1B2C3D v2 (2026-11-26)');
  });

  it.each([['{naam}'], ['{constructor}'], ['{__proto__}'], ['{toString}']])('leaves %s as it was typed', (pattern) => {
    expect(officeSubject(pattern, FACTS)).toBe(pattern);
  });

  it.each([[''], ['   '], ['\r\n']])('is undefined for %j: then the usual subject goes', (pattern) => {
    expect(officeSubject(pattern, FACTS)).toBeUndefined();
  });

  it('does not fill in what a value brings', () => {
    expect(officeSubject('{examencode}', { ...FACTS, examencode: '{crebo}' })).toBe('{crebo}');
  });

  it('is one line of at most 200 characters that ends no header, whatever is in it', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 300 }),
        fc.string({ unit: 'binary' }),
        (pattern, examencode) => {
          const subject = officeSubject(`${pattern}{examencode}\r\nBcc: x`, { ...FACTS, examencode }) ?? '';
          expect(subject).not.toMatch(/[\p{Cc}\u2028\u2029\u202A-\u202E]/u);
          expect([...subject].length).toBeLessThanOrEqual(200);
        },
      ),
    );
  });
});

describe('officeLinkState', () => {
  const link = { queuedAt: QUEUED, isSuperseded: false, isMoved: false };

  it('opens to the last moment of its life', () => {
    const end = officeLinkExpiry(QUEUED);
    expect(officeLinkState(link, new Date(end.getTime() - 1))).toBe('open');
    expect(officeLinkState(link, end)).toBe('expired');
  });

  it('says the gravest first', () => {
    const late = new Date('2027-06-01T00:00:00Z');
    expect(officeLinkState({ ...link, isMoved: true }, late)).toBe('moved');
    expect(officeLinkState({ ...link, isMoved: true, isSuperseded: true }, late)).toBe('superseded');
  });
});
