import { describe, expect, it } from '@jest/globals';
import {
  createI18n,
  dictionaries,
  formatBytes,
  formatDate,
  formatDay,
  formatGrade,
  formatNumber,
  formatShortDay,
  formatTime,
  isLanguage,
  type TranslationKey,
} from '../../platform/i18n/index.ts';

/** Every text of a dictionary by its dotted key. */
function textsOf(group: object, prefix = ''): Map<string, string> {
  return new Map(
    Object.entries(group).flatMap(([name, value]): [string, string][] =>
      typeof value === 'string' ? [[prefix + name, value]] : [...textsOf(value, `${prefix}${name}.`)],
    ),
  );
}

const placeholdersOf = (text: string): string[] => [...new Set(text.match(/{{\s*\w+\s*}}/g) ?? [])].sort();

describe('dictionaries', () => {
  const nl = textsOf(dictionaries.nl);
  const en = textsOf(dictionaries.en);

  it('have the same keys in Dutch and English', () => {
    expect([...en.keys()].sort()).toEqual([...nl.keys()].sort());
  });

  it('ask for the same values in Dutch and English', () => {
    const differing = [...nl].filter(
      ([key, text]) => placeholdersOf(text).join() !== placeholdersOf(en.get(key) ?? '').join(),
    );
    expect(differing.map(([key]) => key)).toEqual([]);
  });

  it('hold no empty text and no HTML', () => {
    const wrong = [...nl, ...en].filter(([, text]) => text.trim() === '' || /<\/?[a-z]/i.test(text));
    expect(wrong).toEqual([]);
  });

  it('have both forms of every plural', () => {
    const lonely = [...nl.keys()].filter((key) => key.endsWith('_one') && !nl.has(key.replace(/_one$/, '_other')));
    expect(lonely).toEqual([]);
  });
});

describe('createI18n', () => {
  const { t, has } = createI18n().forLanguage('nl');

  it('gives the text of a language', () => {
    expect(t('common.status.inProgress')).toBe('Voorlopig');
    expect(createI18n().forLanguage('en').t('common.status.inProgress')).toBe('Provisional');
  });

  it('chooses singular and plural by count', () => {
    expect(t('common.errors.summaryTitle', { count: 1 })).toBe('Er klopt nog iets niet');
    expect(t('common.errors.summaryTitle', { count: 3 })).toBe('Er kloppen nog 3 dingen niet');
  });

  it('leaves what a user typed as it is, also when it looks like a placeholder', () => {
    expect(t('common.table.selectRow', { name: '$t(common.app.name) {{x}} <b>' })).toBe(
      '$t(common.app.name) {{x}} <b> kiezen',
    );
  });

  it.each(['common.nope', 'nope', 'nope.title', 'common.status'])('throws on the key %s', (key) => {
    expect(() => t(key as TranslationKey)).toThrow(key);
  });

  it('throws when a value is missing', () => {
    expect(() => t('common.table.selectRow')).toThrow('{{name}}');
  });

  it('shows the key and reports it when not strict', () => {
    const missing: string[] = [];
    const lenient = createI18n({ isStrict: false, onMissing: (what) => missing.push(what) }).forLanguage('nl');
    expect(lenient.t('common.nope' as TranslationKey)).toBe('common.nope');
    expect(missing).toHaveLength(1);
  });

  it('knows which keys exist', () => {
    expect(has('common.status.draft')).toBe(true);
    expect(has('common.status.nope')).toBe(false);
  });
});

describe('formats', () => {
  const moment = '2026-11-24T13:02:00Z';

  it('writes a moment in words on the clock of Amsterdam', () => {
    expect(formatDate(moment, { lang: 'nl' })).toBe('di 24 november 2026, 14:02');
    expect(formatDate(moment, { lang: 'en' })).toBe('Tue 24 November 2026, 14:02');
  });

  it('follows the time zone of the school', () => {
    expect(formatTime(moment, { lang: 'nl', timeZone: 'America/Curacao' })).toBe('09:02');
  });

  it('keeps summer time apart from winter time', () => {
    expect(formatTime('2026-07-01T12:00:00Z', { lang: 'nl' })).toBe('14:00');
  });

  it('keeps a calendar day the same day in every time zone', () => {
    expect(formatDay('2026-11-24', { lang: 'nl', timeZone: 'America/Curacao' })).toBe('di 24 november 2026');
  });

  it('shortens a day for tables, maart to mrt', () => {
    expect(formatShortDay('2026-03-24', { lang: 'nl' })).toBe('di 24 mrt');
    expect(formatShortDay('2026-03-24', { lang: 'en' })).toBe('Tue 24 Mar');
  });

  it('refuses what is no date', () => {
    expect(() => formatDate('gisteren', { lang: 'nl' })).toThrow(RangeError);
  });

  it('writes a grade with one decimal and the comma of the language', () => {
    expect([formatGrade(74, 'nl'), formatGrade(100, 'nl'), formatGrade(74, 'en')]).toEqual(['7,4', '10,0', '7.4']);
  });

  it('separates thousands and names sizes', () => {
    expect(formatNumber(2000, 'nl')).toBe('2.000');
    expect([formatBytes(0, 'nl'), formatBytes(12_345, 'nl'), formatBytes(2_411_724, 'nl')]).toEqual([
      '0 bytes',
      '12,3 kB',
      '2,4 MB',
    ]);
  });
});

describe('isLanguage', () => {
  it('accepts only the languages we speak', () => {
    expect(['nl', 'en', 'de', undefined, ['nl']].map(isLanguage)).toEqual([true, true, false, false, false]);
  });
});
