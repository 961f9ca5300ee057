import { describe, expect, it } from '@jest/globals';
import {
  emailAddressKey,
  isEmailAddress,
  normaliseDomain,
  normaliseEmailAddress,
} from '../../platform/email-address.ts';

describe('isEmailAddress', () => {
  it.each([
    'a.vanderklok@deoudelinde.example',
    'o+examens@roc-voorbeeld.example',
    "d'artagnan@student.roc-voorbeeld.example",
    'JAN@ROC-Voorbeeld.EXAMPLE',
    'info@bakkerij-münster.example',
    `${'a'.repeat(64)}@roc.example`,
  ])('accepts %s', (address) => {
    expect(isEmailAddress(address)).toBe(true);
  });

  it.each([
    ['nothing', ''],
    ['no @', 'jan.roc.example'],
    ['no local part', '@roc.example'],
    ['no domain', 'jan@'],
    ['a domain of one label', 'jan@localhost'],
    ['two @', 'jan@school@roc.example'],
    ['a space inside', 'jan wilg@roc.example'],
    ['a space at the end', 'jan@roc.example '],
    ['a line feed at the end', 'jan@roc.example\n'],
    ['a header behind a line break', 'jan@roc.example\r\nBcc: piet@roc.example'],
    ['a comment', 'jan(docent)@roc.example'],
    ['a quoted local part', '"jan wilg"@roc.example'],
    ['a display name', 'Jan <jan@roc.example>'],
    ['a group', 'docenten: jan@roc.example;'],
    ['two addresses', 'jan@roc.example,piet@roc.example'],
    ['a domain literal', 'jan@[127.0.0.1]'],
    ['an IP address', 'jan@127.0.0.1'],
    ['two dots in a row', 'jan..wilg@roc.example'],
    ['a dot in front', '.jan@roc.example'],
    ['an empty label', 'jan@roc..example'],
    ['a label that starts with a hyphen', 'jan@-roc.example'],
    ['a percent-encoded dot', 'jan@roc%2eexample'],
    ['a zero-width space', 'jan@roc\u200b.example'],
    ['a right-to-left override', 'jan\u202e@roc.example'],
    ['a NUL', 'jan\u0000@roc.example'],
    ['a local part of 65 characters', `${'a'.repeat(65)}@roc.example`],
    ['255 characters', `jan@${'a'.repeat(60)}.${'b'.repeat(60)}.${'c'.repeat(60)}.${'d'.repeat(60)}.example`],
  ])('rejects %s', (_what, address) => {
    expect(isEmailAddress(address)).toBe(false);
  });

  it.each([undefined, null, 7, {}, ['jan@roc.example']])('rejects %p, which is no text', (value) => {
    expect(isEmailAddress(value)).toBe(false);
  });
});

describe('normaliseEmailAddress', () => {
  it('lower-cases the domain and leaves the local part', () => {
    expect(normaliseEmailAddress('Jan.Wilg@ROC-Voorbeeld.Example')).toBe('Jan.Wilg@roc-voorbeeld.example');
  });

  it('drops spaces around the address', () => {
    expect(normaliseEmailAddress('  jan@roc.example ')).toBe('jan@roc.example');
  });

  it('writes an international domain in ASCII', () => {
    expect(normaliseEmailAddress('info@münster.example')).toBe('info@xn--mnster-3ya.example');
  });
});

describe('emailAddressKey', () => {
  it('is the same however the address is capitalised', () => {
    expect(emailAddressKey('Jan@Roc.Example')).toBe(emailAddressKey('jan@roc.example'));
  });
});

describe('normaliseDomain', () => {
  it.each(['', 'example', 'roc voorbeeld.example', 'roc.example/pad', 'roc.example:25'])('rejects "%s"', (domain) => {
    expect(normaliseDomain(domain)).toBeUndefined();
  });
});
