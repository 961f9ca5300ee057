import { describe, expect, it } from '@jest/globals';
import { parseKeyring } from '../../platform/keys.ts';
import {
  createCheckCode,
  createLinkToken,
  isSignInCode,
  LINK_TOKEN_LENGTH,
  LinkPurpose,
  readCheckCode,
  signInCode,
  verifyLinkToken,
} from '../../platform/tokens.ts';

const OLD = `1:${Buffer.alloc(32, 7).toString('base64')}`;
const NEW = `2:${Buffer.alloc(32, 9).toString('base64')}`;
const keyring = parseKeyring(OLD);
const linkId = '0198c7a2-1b2c-7d3e-8f40-123456789abc';
const token = createLinkToken(keyring, { kid: '1', linkId, purpose: 'fill' });
const ALL = Object.values(LinkPurpose);
const CHARACTERS = '0123456789abcdefghijklmnopqrstuvwxyzABZ-_.';

describe('createLinkToken', () => {
  it('gives 67 letters and digits that begin with version and key id', () => {
    expect(token).toHaveLength(LINK_TOKEN_LENGTH);
    expect(token).toMatch(/^b11[0-9abcdefghjkmnpqrstvwxyz]{64}$/);
  });

  it('gives the same token every time, and another one for another link', () => {
    expect(createLinkToken(keyring, { kid: '1', linkId, purpose: 'fill' })).toBe(token);
    const other = createLinkToken(keyring, { kid: '1', linkId: linkId.replace('0198', '0199'), purpose: 'fill' });
    expect(other).not.toBe(token);
  });

  it('refuses an id that is no UUID and a key that is not there', () => {
    expect(() => createLinkToken(keyring, { kid: '1', linkId: 'x', purpose: 'fill' })).toThrow(TypeError);
    expect(() => createLinkToken(keyring, { kid: '9', linkId, purpose: 'fill' })).toThrow('no key');
  });
});

describe('verifyLinkToken', () => {
  it('gives back link, key and purpose', () => {
    expect(verifyLinkToken(keyring, token, ALL)).toEqual({ linkId, kid: '1', purpose: 'fill' });
  });

  it('rejects every change of a single character', () => {
    for (let position = 0; position < token.length; position += 1) {
      for (const character of CHARACTERS) {
        if (character === token[position]) continue;
        const changed = token.slice(0, position) + character + token.slice(position + 1);
        if (verifyLinkToken(keyring, changed, ALL) !== null) throw new Error(`accepted at ${position}: ${character}`);
      }
    }
  });

  it('rejects upper case, cut and lengthened tokens', () => {
    const changed = [
      '',
      token.toUpperCase(),
      token.slice(0, -1),
      `${token}0`,
      ` ${token}`,
      `${token}\n`,
      '0'.repeat(1e6),
    ];
    expect(changed.map((each) => verifyLinkToken(keyring, each, ALL))).toEqual(changed.map(() => null));
  });

  it('rejects a token for another purpose', () => {
    const signIn = createLinkToken(keyring, { kid: '1', linkId, purpose: 'signin' });
    expect(verifyLinkToken(keyring, signIn, ['fill'])).toBeNull();
    expect(verifyLinkToken(keyring, token, ['signin'])).toBeNull();
    expect(verifyLinkToken(keyring, token, [])).toBeNull();
    expect(verifyLinkToken(keyring, signIn, ALL)?.purpose).toBe('signin');
  });

  it('verifies with a key that no longer signs, until the key is taken away', () => {
    expect(verifyLinkToken(parseKeyring(`${NEW},${OLD}`), token, ALL)?.linkId).toBe(linkId);
    expect(verifyLinkToken(parseKeyring(NEW), token, ALL)).toBeNull();
  });

  it('rejects a token whose key id is exchanged for another known one', () => {
    expect(verifyLinkToken(parseKeyring(`${NEW},${OLD}`), `b12${token.slice(3)}`, ALL)).toBeNull();
  });
});

describe('signInCode', () => {
  it('gives six digits, the same every time, and others for another request or key', () => {
    const both = parseKeyring(`${NEW},${OLD}`);
    const code = signInCode(both, '1', linkId);
    expect(code).toMatch(/^\d{6}$/);
    expect(signInCode(both, '1', linkId)).toBe(code);
    expect(signInCode(both, '2', linkId)).not.toBe(code);
    expect(signInCode(both, '1', linkId.replace('0198', '0199'))).not.toBe(code);
  });

  it('spreads evenly over the first digit', () => {
    const counts = new Map<string, number>();
    for (let index = 0; index < 2000; index += 1) {
      const digit = signInCode(keyring, '1', `request ${index}`).charAt(0);
      counts.set(digit, (counts.get(digit) ?? 0) + 1);
    }
    expect([...counts.values()].every((count) => count > 140 && count < 260)).toBe(true);
    expect(counts.size).toBe(10);
  });
});

describe('isSignInCode', () => {
  const code = signInCode(keyring, '1', linkId);

  it('accepts the code, with or without the space that the mail shows', () => {
    expect(isSignInCode(keyring, '1', linkId, code)).toBe(true);
    expect(isSignInCode(keyring, '1', linkId, ` ${code.slice(0, 3)} ${code.slice(3)} `)).toBe(true);
  });

  it('rejects another code, another length and a key that is gone', () => {
    const other = `${(Number(code.charAt(0)) + 1) % 10}${code.slice(1)}`;
    expect(
      [other, '', code.slice(1), `${code}0`, 'é'].map((each) => isSignInCode(keyring, '1', linkId, each)),
    ).not.toContain(true);
    expect(isSignInCode(keyring, '9', linkId, code)).toBe(false);
  });
});

describe('code on a document', () => {
  it('is 26 letters and digits, and never twice the same', () => {
    const codes = Array.from({ length: 200 }, createCheckCode);
    for (const code of codes) expect(code).toMatch(/^[0-9a-hjkmnp-tv-z]{26}$/);
    expect(new Set(codes).size).toBe(200);
  });

  it('is read back as somebody types it from paper', () => {
    expect(readCheckCode('01234-56789 ABCDE fghjk mnpqrs')).toBe('0123456789abcdefghjkmnpqrs');
    expect(readCheckCode('OI23456789abcdefghjkmnpqrs')).toBe('0123456789abcdefghjkmnpqrs');
  });

  it.each([
    '',
    '0123456789abcdefghjkmnpqr',
    '0123456789abcdefghjkmnpqrst',
    'u'.repeat(26),
    "' OR 1=1",
    '0'.repeat(10_000),
  ])('is nothing when %j is typed', (typed) => {
    expect(readCheckCode(typed)).toBeNull();
  });
});
