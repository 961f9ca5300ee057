import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { contrast, deriveBrand } from '../../emails/brand.ts';
import { cleanLine, cleanLines, shorten } from '../../emails/clean.ts';
import { formatDay, formatInstant, groupCode, shortFingerprint } from '../../emails/format.ts';
import { MAIL_TEMPLATES, previewLinkUrl } from '../../emails/index.ts';
import { en } from '../../emails/words/en.ts';
import { nl } from '../../emails/words/nl.ts';

const TEMPLATES = new URL('../../emails/templates/', import.meta.url);
const AMSTERDAM = 'Europe/Amsterdam';

function templateFiles(): { name: string; source: string }[] {
  return ['', 'parts/'].flatMap((folder) =>
    readdirSync(new URL(folder, TEMPLATES), { withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => ({
        name: folder + entry.name,
        source: readFileSync(new URL(folder + entry.name, TEMPLATES), 'utf8'),
      })),
  );
}

/** Every key with the fields that its words name, sorted: `mails.signIn.asked: requestedAt requestedFrom`. */
function keysAndFields(words: object, path = ''): string[] {
  return Object.entries(words).flatMap(([key, value]) => {
    if (typeof value !== 'string') return keysAndFields(value as object, `${path}${key}.`);
    const fields = [...value.matchAll(/\{\{(?:#\w+ )?([\w.]+)\}\}/g)].map((match) => match[1]);
    const named = [...new Set(fields)].filter((field) => field !== 'else').sort();
    return `${path}${key}: ${named.join(' ')}`;
  });
}

describe('words', () => {
  it('have the same keys in Dutch and English, which name the same fields', () => {
    expect(keysAndFields(en)).toEqual(keysAndFields(nl));
  });

  it('are never empty and hold no markup', () => {
    const all = JSON.stringify([nl, en]);
    expect(all).not.toMatch(/:""/);
    expect(all).not.toMatch(/<\w/);
  });

  it('are all used', () => {
    const sources = templateFiles()
      .map(({ source }) => source)
      .join('\n');
    for (const key of Object.keys(nl.common)) expect(sources).toContain(`[[common.${key}]]`);
    const keys = Object.values(nl.mails).flatMap((words) => Object.keys(words));
    for (const key of keys.filter((name) => name !== 'subject')) expect(sources).toContain(`[[.${key}]]`);
  });
});

describe('templates', () => {
  it('exist as MJML and as plain text for every mail', () => {
    const names = templateFiles().map(({ name }) => name);
    for (const template of MAIL_TEMPLATES) {
      expect(names).toContain(`${template}.mjml`);
      expect(names).toContain(`${template}.txt.hbs`);
    }
  });

  it('have no unescaped expression, unquoted attribute, include or remote file', () => {
    for (const { name, source } of templateFiles()) {
      expect([name, /\{\{\{|\{\{&|=\{\{|mj-include|mj-image|mj-font|https?:/.exec(source)?.[0]]).toEqual([
        name,
        undefined,
      ]);
    }
  });
});

describe('cleanLine', () => {
  it.each([
    ['a\r\nBcc: b', 'a Bcc: b'],
    ['fdp\u202Egnp.exe', 'fdpgnp.exe'],
    ['\u2066x\u2069\u200F', 'x'],
    ['a\u2028b\u0085c\u0000d', 'a b c d'],
    ['e\u0301', 'é'],
    ['\uD800x', '\uFFFDx'],
    ['  two   spaces ', 'two spaces'],
  ])('turns %j into %j', (input, output) => {
    expect(cleanLine(input)).toBe(output);
  });
});

describe('cleanLines', () => {
  it('keeps lines, at most one empty one in a row', () => {
    expect(cleanLines('\n a \r\n\r\n\r\n\r\nb\rc\n')).toEqual(['a', '', 'b', 'c']);
  });

  it('gives no lines for spaces only', () => {
    expect(cleanLines(' \n\t ')).toEqual([]);
  });
});

describe('shorten', () => {
  it('keeps what fits, cuts at a word, and never splits a character', () => {
    expect(shorten('kort', 10)).toBe('kort');
    expect(shorten('verlenen van zorg', 14)).toBe('verlenen van…');
    expect(shorten('😀😀😀😀', 3)).toBe('😀😀…');
  });
});

describe('formatInstant', () => {
  it('follows the time zone through summer and winter time', () => {
    expect(formatInstant('2026-11-24T13:02:00Z', 'nl', AMSTERDAM)).toBe('di 24 november 2026, 14:02');
    expect(formatInstant('2026-07-01T22:30:00Z', 'nl', AMSTERDAM)).toBe('do 2 juli 2026, 00:30');
    expect(formatInstant('2026-11-24T13:02:00Z', 'en', AMSTERDAM)).toBe('Tue 24 November 2026, 14:02');
  });

  it.each(['24 november 2026', '2026-11-24T13:02:00', '2026-13-01T00:00:00Z', ''])('refuses %j', (text) => {
    expect(() => formatInstant(text, 'nl', AMSTERDAM)).toThrow(RangeError);
  });

  it('refuses an unknown time zone', () => {
    expect(() => formatInstant('2026-11-24T13:02:00Z', 'nl', 'Europe/Nergens')).toThrow(RangeError);
  });
});

describe('formatDay', () => {
  it('keeps a day the same in every time zone, and takes the local day of an instant', () => {
    expect(formatDay('2026-12-04', 'nl', AMSTERDAM)).toBe('vrijdag 4 december 2026');
    expect(formatDay('2026-12-04', 'nl', 'America/New_York')).toBe('vrijdag 4 december 2026');
    expect(formatDay('2026-12-04T22:59:59Z', 'en', AMSTERDAM)).toBe('Friday 4 December 2026');
  });
});

describe('groupCode', () => {
  it('groups six digits and refuses anything else', () => {
    expect(groupCode('012345')).toBe('012 345');
    for (const wrong of ['12345', '1234567', '12345a', '']) expect(() => groupCode(wrong)).toThrow(RangeError);
  });
});

describe('shortFingerprint', () => {
  it('shows sixteen digits of a SHA-256 and refuses anything else', () => {
    expect(shortFingerprint('AB'.repeat(32))).toBe('abab abab abab abab');
    expect(() => shortFingerprint('abab')).toThrow(RangeError);
  });
});

describe('deriveBrand', () => {
  it.each(['#0a5a56', '#ffffff', '#000000', '#f5b301', '#ff0000', '#777777', '#6a3fa0', '#b0d8ff'])(
    'keeps every text readable for %s',
    (colour) => {
      const brand = deriveBrand(colour);
      expect(brand.main).toBe(colour);
      expect(contrast(brand.ink, brand.main)).toBeGreaterThanOrEqual(4);
      expect(contrast(brand.link, '#ffffff')).toBeGreaterThanOrEqual(4.5);
      expect(contrast(brand.dark, '#211f28')).toBeGreaterThanOrEqual(4.5);
      expect(contrast(brand.darkInk, brand.dark)).toBeGreaterThanOrEqual(4.5);
    },
  );

  it.each([undefined, 'red', '#fff', '#0a5a56;background:url(x)', ''])('falls back to the default for %j', (colour) => {
    expect(deriveBrand(colour).main).toBe('#0a5a56');
  });
});

describe('previewLinkUrl', () => {
  it('looks like a link of ours and cannot be a token', () => {
    expect(previewLinkUrl('https://proeve.example/')).toBe('https://proeve.example/b/voorbeeld');
  });
});
