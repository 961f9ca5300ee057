import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Claims, type ProviderMapping, vouchFor } from '../../domain/identity.ts';

const mapping: ProviderMapping = {
  emailDomains: ['school.example'],
  needsVerifiedEmail: true,
  schools: [
    {
      school: 'one',
      when: { claim: 'organisation', anyOf: ['school.example'] },
      roles: [
        { role: 'teacher', when: { claim: 'affiliation', anyOf: ['employee'] } },
        { role: 'committee', when: { claim: 'groups', anyOf: ['exams'] } },
      ],
      isOpen: true,
    },
    { school: 'two', roles: [], isOpen: false },
  ],
};

describe('vouchFor', () => {
  it('reads name, address and places', () => {
    const person = vouchFor(mapping, {
      email: 'Tess@School.example',
      email_verified: true,
      given_name: 'Tess',
      family_name: 'Proef',
      organisation: 'school.example',
      affiliation: ['member', 'employee'],
      groups: 'exams',
    });
    expect(person).toEqual({
      email: 'tess@school.example',
      givenName: 'Tess',
      familyName: 'Proef',
      places: [
        { school: 'one', roles: ['teacher', 'committee'], isOpen: true },
        { school: 'two', roles: [], isOpen: false },
      ],
    });
  });

  it.each<[Claims, string]>([
    [{ email: 'tess@school.example' }, 'not verified'],
    [{ email: 'tess@school.example', email_verified: 'true' }, 'verified in words'],
    [{ email: 'tess@elsewhere.example', email_verified: true }, 'of another domain'],
    [{ email: 'tess@sub.school.example', email_verified: true }, 'of a domain below it'],
    [{ email: 'tess@elsewhere.example@school.example', email_verified: true }, 'two addresses in one'],
    [{ email: ['tess@school.example'], email_verified: true }, 'a list'],
    [{ email_verified: true }, 'none'],
  ])('takes no address from %j: %s', (claims) => {
    expect(vouchFor(mapping, claims).email).toBeNull();
  });

  it('takes an address without email_verified where the configuration says that none is given', () => {
    expect(vouchFor({ ...mapping, needsVerifiedEmail: false }, { email: 'tess@school.example' }).email).toBe(
      'tess@school.example',
    );
  });

  it('gives no place where the condition does not hold, and no role for a word that only resembles', () => {
    expect(vouchFor(mapping, { organisation: 'SCHOOL.example' }).places.map(({ school }) => school)).toEqual(['two']);
    const claims = { organisation: 'school.example', affiliation: 'employees' };
    expect(vouchFor(mapping, claims).places[0]?.roles).toEqual([]);
  });

  it('takes line breaks and overrides out of names', () => {
    const { givenName } = vouchFor(mapping, { given_name: ' Te\u202ess\r\nBcc: x ' });
    expect(givenName).toBe('Tess Bcc: x');
  });

  it('is total', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.constantFrom('email', 'email_verified', 'given_name', 'organisation'), fc.anything()),
        (claims) => {
          const { email } = vouchFor(mapping, claims);
          return email === null || email.endsWith('@school.example');
        },
      ),
    );
  });
});
