import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { guardFormula, unguardFormula } from '../../platform/import/formula.ts';

describe('guardFormula', () => {
  it.each(['=1+1', '+31', '-2', '@SUM(A1)', '\t=1', '\r=1', '  =1', '＝1', '＠x', "'=1"])(
    'puts a quote before %j',
    (text) => {
      expect(guardFormula(text)).toBe(`'${text}`);
    },
  );

  it.each(['Anna', "'t Hart", "'s-Hertogenbosch", 'a=b', '', 'jan@x.example'])('leaves %j', (text) => {
    expect(guardFormula(text)).toBe(text);
    expect(unguardFormula(text)).toBe(text);
  });

  it('is undone by reading, for every text', () => {
    const text = fc.string({ unit: fc.constantFrom('=', '+', '-', '@', "'", ' ', '\t', 'a', '＝') });
    fc.assert(
      fc.property(text, (each) => {
        expect(unguardFormula(guardFormula(each))).toBe(each);
      }),
    );
  });
});
