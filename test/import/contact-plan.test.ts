import { describe, expect, it } from '@jest/globals';
import {
  deedCount,
  type KnownContact,
  nameKey,
  type PlanFacts,
  planContacts,
} from '../../platform/import/contact-plan.ts';
import type { ImportedBookRow } from '../../platform/import/contacts.ts';

const ROW: ImportedBookRow = {
  row: 2,
  name: 'Anna Berk',
  email: 'anna@berk.example',
  jobTitle: 'Kok',
  organisation: 'De Berk',
  kind: 'practice',
  lang: 'nl',
};
const KNOWN: KnownContact = { ...ROW, lang: 'nl', id: 'a', hasAccount: false, isArchived: false, mergedInto: null };

function facts(known: readonly KnownContact[] = [], more: Partial<PlanFacts> = {}): PlanFacts {
  return {
    known: new Map(known.map((each) => [each.email.toLowerCase(), each])),
    alike: new Map(),
    judge: () => null,
    ...more,
  };
}

describe('planContacts', () => {
  it.each<[string, Partial<ImportedBookRow>, Partial<KnownContact> | null, object]>([
    ['adds who is not there', {}, null, { outcome: 'added', contactId: null }],
    ['leaves who is there just so', {}, {}, { outcome: 'same' }],
    ['leaves what a cell does not say', { jobTitle: '', organisation: '', lang: '' }, {}, { outcome: 'same' }],
    ['finds by the address in any capitals', { email: 'ANNA@berk.example' }, {}, { outcome: 'same' }],
    [
      'tells each change',
      { name: 'Anna Es', kind: 'school' },
      {},
      {
        outcome: 'changed',
        changes: [
          { field: 'name', from: 'Anna Berk', to: 'Anna Es' },
          { field: 'kind', from: 'practice', to: 'school' },
        ],
      },
    ],
    ['brings back who was deleted', {}, { isArchived: true }, { outcome: 'restored' }],
    [
      'skips who was merged',
      {},
      { isArchived: true, mergedInto: 'Bo' },
      { outcome: 'skipped', reason: 'MERGED', params: { name: 'Bo' } },
    ],
    ['skips who has an account', { jobTitle: 'Chef' }, { hasAccount: true }, { outcome: 'skipped', reason: 'ACCOUNT' }],
    ['says nothing of an account when there is nothing to change', {}, { hasAccount: true }, { outcome: 'same' }],
  ])('%s', (_what, row, known, expected) => {
    const plan = planContacts([{ ...ROW, ...row }], facts(known === null ? [] : [{ ...KNOWN, ...known }]));
    expect(plan.rows).toMatchObject([expected]);
  });

  it('refuses a new address that links may not go to, and not one that is there already', () => {
    const judge = () => ({ code: 'ADDRESS_YOURS', params: {} });
    expect(planContacts([ROW], facts([], { judge })).counts.refused).toBe(1);
    expect(planContacts([ROW], facts([KNOWN], { judge })).counts.refused).toBe(0);
  });

  it('points at who looks like a new contact', () => {
    const alike = new Map([[nameKey('ánna  BERK', 'de berk'), { id: 'b', email: 'b@x.example' }]]);
    expect(planContacts([ROW], facts([], { alike })).rows[0]?.resembles).toEqual({ id: 'b', email: 'b@x.example' });
  });

  it('has another digest when it would do something else, and the same when only what is left alone differs', () => {
    const plan = planContacts([ROW], facts());
    expect(planContacts([ROW], facts([KNOWN])).digest).not.toBe(plan.digest);
    const other = { ...ROW, row: 3, email: 'other@x.example' };
    const withSame = planContacts([ROW, other], facts([{ ...KNOWN, ...other, id: 'o', lang: 'nl' }]));
    expect(withSame.digest).toBe(plan.digest);
    expect(deedCount(withSame.counts)).toBe(1);
  });
});
