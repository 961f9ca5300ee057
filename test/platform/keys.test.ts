import { describe, expect, it } from '@jest/globals';
import { deriveKey, generateKeyringText, parseKeyring } from '../../platform/keys.ts';

const A = Buffer.alloc(32, 1).toString('base64');
const B = Buffer.alloc(32, 2).toString('base64');

describe('parseKeyring', () => {
  it('signs with the first key and keeps the others', () => {
    const keyring = parseKeyring(`2:${B}, 1:${A}`);
    expect(keyring.current).toBe('2');
    expect(keyring.kids).toEqual(['2', '1']);
    expect(keyring.get('1')).toEqual(Buffer.alloc(32, 1));
    expect(keyring.get('3')).toBeUndefined();
  });

  it.each([
    ['', /must begin with an id/],
    [A, /must begin with an id/],
    [`k1:${A}`, /one base32 character/],
    [`u:${A}`, /one base32 character/],
    [`A:${A}`, /one base32 character/],
    ['1:c2hvcnQ=', /shorter than 32 bytes/],
    ['1:not base64!', /not base64/],
    [`1:${A},1:${B}`, /two keys/],
    [`1:${A},`, /must begin with an id/],
  ])('refuses %j', (text, reason) => {
    expect(() => parseKeyring(text)).toThrow(reason);
  });

  it('reads what generateKeyringText makes, which differs each time', () => {
    const first = generateKeyringText();
    expect(parseKeyring(first).get('1')).toHaveLength(32);
    expect(generateKeyringText()).not.toBe(first);
  });
});

describe('deriveKey', () => {
  const keyring = parseKeyring(`1:${A},2:${B}`);

  it('gives the value RFC 5869 prescribes', () => {
    expect(deriveKey(keyring, '1', 'magic-link/v1/1').toString('hex')).toBe(
      '3603b0c9af6511ecce64b7e1027e9ebcfd9d9db28cbdc75c9c93991b1ed6585d',
    );
  });

  it('gives another key for another purpose and for another master key', () => {
    const one = deriveKey(keyring, '1', 'purpose');
    expect(one).toHaveLength(32);
    expect(deriveKey(keyring, '1', 'purpose')).toEqual(one);
    expect(deriveKey(keyring, '1', 'other')).not.toEqual(one);
    expect(deriveKey(keyring, '2', 'purpose')).not.toEqual(one);
  });

  it('refuses an unknown key', () => {
    expect(() => deriveKey(keyring, '9', 'purpose')).toThrow(/no key with the id "9"/);
  });
});
