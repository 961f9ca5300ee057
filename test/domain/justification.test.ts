import { describe, expect, it } from '@jest/globals';
import { type JustificationPolicy, justificationReason, requiresJustification } from '../../domain/justification.ts';
import type { Score } from '../../domain/score.ts';

describe('requiresJustification', () => {
  const table: [JustificationPolicy, Score[], boolean][] = [
    ['og', [], false],
    ['og', ['V', 'V'], false],
    ['og', ['V', 'O'], true],
    ['og', ['G', 'V'], true],
    ['og', ['O', 'G'], true],
    ['all', [], true],
    ['all', ['V'], true],
    ['none', [], false],
    ['none', ['O', 'G'], false],
  ];
  it.each(table)('under policy %s with %j is %s', (policy, scores, expected) => {
    expect(requiresJustification(policy, scores)).toBe(expected);
  });
});

describe('justificationReason', () => {
  it('counts O and G', () => {
    expect(justificationReason(['O', 'V', 'G', 'O'])).toEqual({ O: 2, G: 1 });
  });

  it('is zero for V only', () => {
    expect(justificationReason(['V'])).toEqual({ O: 0, G: 0 });
  });
});
