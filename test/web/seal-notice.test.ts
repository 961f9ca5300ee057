import { describe, expect, it } from '@jest/globals';
import { createI18n } from '../../platform/i18n/index.ts';
import { SealProblem, type SealStatus } from '../../platform/seal/status.ts';
import { sealNotice } from '../../web/pages/committee/seal-notice.ts';

const wording = { translator: createI18n().forLanguage('nl'), timeZone: 'Europe/Amsterdam' };
const NOW = new Date('2026-11-23T10:00:00Z');
const GOOD: SealStatus = {
  problem: null,
  subject: 'ROC Voorbeeld',
  isSelfMade: false,
  notBefore: '2026-01-01T00:00:00.000Z',
  notAfter: '2028-01-01T00:00:00.000Z',
  hasTimestamp: false,
};

describe('notice about the seal before a decision', () => {
  const notice = (more: Partial<SealStatus>) => sealNotice(wording, { ...GOOD, ...more }, NOW);

  it('is nothing while the seal is good', () => {
    expect(notice({})).toBeNull();
  });

  it.each(Object.values(SealProblem))('says for %s what is wrong, that documents wait, and who mends it', (problem) => {
    expect(notice({ problem })).toMatchObject({
      kind: 'warning',
      text: expect.stringMatching(/zegel.*pdf wordt pas gemaakt.*beheerder/),
    });
  });

  it('names the day on which a certificate ended, and begins', () => {
    expect(notice({ problem: 'SEAL_EXPIRED', notAfter: '2026-11-20T10:00:00.000Z' })?.text).toContain(
      '20 november 2026',
    );
    expect(notice({ problem: 'SEAL_NOT_YET_VALID', notBefore: '2026-12-01T10:00:00.000Z' })?.text).toContain(
      '1 december 2026',
    );
  });

  it('warns a month ahead, but not of one that is made anew by itself', () => {
    const notAfter = '2026-12-10T10:00:00.000Z';
    expect(notice({ notAfter })).toMatchObject({ kind: 'info', text: expect.stringContaining('10 december 2026') });
    expect(notice({ notAfter, isSelfMade: true })).toBeNull();
  });
});
