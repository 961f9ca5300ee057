import { describe, expect, it } from '@jest/globals';
import { contrastWithWhite } from '../../domain/colour.ts';
import { parseExamImport } from '../../platform/import/exam.ts';
import { parseSchoolImport } from '../../platform/import/school.ts';

const utf8 = (text: string) => new TextEncoder().encode(text);
const json = (value: unknown) => utf8(JSON.stringify(value));

const settings = {
  justificationPolicy: 'og',
  dueWorkingDays: 10,
  closesAfterWorkingDays: null,
  reminders: { firstAfterWorkingDays: 3, everyWorkingDays: 3, max: 3, sendAt: '09:00' },
  timeZone: 'Europe/Amsterdam',
  examOfficeDomains: ['ROC.example'],
  defaultLang: 'nl',
  schemeCode: 'voorbeeld',
};
const school = {
  slug: 'roc-wilg',
  name: ' ROC Wilg ',
  branding: { primaryColor: '#0A5A56', shortName: 'Wilg' },
  languages: ['nl'],
  settings,
  examOffices: [{ label: 'Examenbureau', email: 'examens@roc.example' }],
};
const read = (change: object) => parseSchoolImport(json({ ...school, ...change }));

describe('parseSchoolImport', () => {
  it('reads a school, trimmed and normalised', () => {
    expect(read({})).toEqual({
      ok: true,
      value: {
        ...school,
        name: 'ROC Wilg',
        branding: { primaryColor: '#0a5a56', shortName: 'Wilg' },
        settings: { ...settings, examOfficeDomains: ['roc.example'] },
      },
    });
  });

  it('names a logo beside the file, and keeps it out of how the school looks', () => {
    expect(read({ branding: { ...school.branding, logo: { file: 'logo.svg' } } })).toMatchObject({
      ok: true,
      value: {
        branding: { primaryColor: '#0a5a56', shortName: 'Wilg' },
        namedLogo: { file: 'logo.svg', hasName: false },
      },
    });
  });

  it.each([
    ['a missing name', { name: undefined }, 'name', 'REQUIRED'],
    ['a name of spaces', { name: '   ' }, 'name', 'REQUIRED'],
    ['a misspelt field', { nmae: 'x' }, 'nmae', 'FIELD_UNKNOWN'],
    ['a misspelt setting', { settings: { ...settings, dueDays: 3 } }, 'settings.dueDays', 'FIELD_UNKNOWN'],
    ['a slug with capitals', { slug: 'ROC' }, 'slug', 'FIELD_INVALID'],
    [
      'an unknown policy',
      { settings: { ...settings, justificationPolicy: 'soms' } },
      'settings.justificationPolicy',
      'CHOICE_UNKNOWN',
    ],
    [
      'half a working day',
      { settings: { ...settings, dueWorkingDays: 1.5 } },
      'settings.dueWorkingDays',
      'FIELD_INVALID',
    ],
    ['no working days', { settings: { ...settings, dueWorkingDays: 0 } }, 'settings.dueWorkingDays', 'FIELD_INVALID'],
    [
      'an unknown time zone',
      { settings: { ...settings, timeZone: 'Europe/Utrecht' } },
      'settings.timeZone',
      'FIELD_INVALID',
    ],
    [
      'a default language not offered',
      { settings: { ...settings, defaultLang: 'en' } },
      'settings.defaultLang',
      'CHOICE_UNKNOWN',
    ],
    [
      'a light colour',
      { branding: { ...school.branding, primaryColor: '#ffd700' } },
      'branding.primaryColor',
      'COLOUR_CONTRAST',
    ],
    [
      'a colour by name',
      { branding: { ...school.branding, primaryColor: 'red' } },
      'branding.primaryColor',
      'FIELD_INVALID',
    ],
    ...['../geheim.svg', '/etc/logo.png', 'logo.gif', '.svg', 'a/b.svg'].map(
      (file): [string, object, string, string] => [
        `a logo ${file}`,
        { branding: { ...school.branding, logo: { file } } },
        'branding.logo.file',
        'FIELD_INVALID',
      ],
    ),
    ['no exam office', { examOffices: [] }, 'examOffices', 'REQUIRED'],
    ['the same language twice', { languages: ['nl', 'nl'] }, 'languages', 'DUPLICATE'],
  ])('rejects %s', (_what, change, path, code) => {
    expect(read(change)).toMatchObject({ ok: false, errors: [{ path, code }] });
  });

  it('leaves the reminder policy to the domain', () => {
    const reminders = { ...settings.reminders, everyWorkingDays: 0, sendAt: '25:00' };
    expect(read({ settings: { ...settings, reminders } })).toEqual({
      ok: false,
      errors: [
        { path: 'settings.reminders.everyWorkingDays', code: 'WAIT_INVALID' },
        { path: 'settings.reminders.sendAt', code: 'TIME_INVALID' },
      ],
    });
  });

  it.each([
    ['an address with a line break', 'examens@roc.example\nBcc: x@roc.example', 'EMAIL_INVALID'],
    ['an address at another domain', 'examens@elders.example', 'CHOICE_UNKNOWN'],
    ['the same address again', 'Examens@ROC.example', 'DUPLICATE'],
  ])('rejects an exam office with %s', (_what, email, code) => {
    const examOffices = [...school.examOffices, { label: 'Tweede', email }];
    expect(read({ examOffices })).toMatchObject({ ok: false, errors: [{ path: 'examOffices[1].email', code }] });
  });

  it.each([
    ['an empty file', utf8(''), 'FILE_EMPTY'],
    ['half a file', utf8('{"slug": "roc'), 'FILE_NOT_JSON'],
    ['windows-1252', new Uint8Array(Buffer.from('{"name":"Zo\xeb"}', 'latin1')), 'FILE_ENCODING_UNKNOWN'],
    ['a workbook', new Uint8Array([0x50, 0x4b, 3, 4]), 'FILE_IS_SPREADSHEET'],
    ['a list', utf8('[]'), 'FIELD_INVALID'],
  ])('rejects %s', (_what, bytes, code) => {
    expect(parseSchoolImport(bytes)).toMatchObject({ ok: false, errors: [{ path: '', code }] });
  });
});

describe('parseExamImport', () => {
  it('reports what the domain finds, with the path', () => {
    expect(parseExamImport(json({ code: 'VZ', crebo: '123', units: [] }))).toMatchObject({
      ok: false,
      errors: expect.arrayContaining([expect.objectContaining({ path: 'crebo', code: 'CREBO_INVALID' })]),
    });
  });

  it('reports a file that is no JSON', () => {
    expect(parseExamImport(utf8('code;crebo\nVZ;12345'))).toMatchObject({
      ok: false,
      errors: [{ code: 'FILE_NOT_JSON' }],
    });
  });
});

describe('contrastWithWhite', () => {
  it.each([
    ['#ffffff', 1],
    ['#000000', 21],
    ['#767676', 4.54],
  ])('of %s is %d', (hex, contrast) => {
    expect(contrastWithWhite(hex)).toBeCloseTo(contrast, 2);
  });
});
