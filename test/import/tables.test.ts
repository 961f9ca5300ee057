import { describe, expect, it } from '@jest/globals';
import { parseContacts } from '../../platform/import/contacts.ts';
import { parsePeople } from '../../platform/import/people.ts';
import { parseStudents } from '../../platform/import/students.ts';

const utf8 = (text: string) => new TextEncoder().encode(text);
const STUDENT_HEADER = 'studentnummer;voornaam;tussenvoegsel;achternaam;email;geboortedatum;groep;schooljaar';
const student = (change: Partial<Record<string, string>> = {}) =>
  Object.values({
    number: '260101',
    givenName: 'Zoë',
    infix: 'van der',
    familyName: 'Wilg',
    email: 'zoe.wilg@student.roc.example',
    birthDate: '31-03-2008',
    group: 'VZD3A',
    schoolYear: '2026-2027',
    ...change,
  }).join(';');
const readStudents = (...rows: string[]) => parseStudents(utf8([STUDENT_HEADER, ...rows].join('\n')));

describe('parseStudents', () => {
  it('reads a student', () => {
    expect(readStudents(student())).toEqual({
      ok: true,
      value: [
        {
          row: 2,
          number: '260101',
          givenName: 'Zoë',
          infix: 'van der',
          familyName: 'Wilg',
          email: 'zoe.wilg@student.roc.example',
          birthDate: '2008-03-31',
          group: 'VZD3A',
          schoolYear: '2026-2027',
          trainingCompany: '',
          coach: null,
        },
      ],
    });
  });

  it('reads the company and the coach, who may coach more than one', () => {
    const text = [
      'studentnummer;voornaam;achternaam;email;groep;schooljaar;leerbedrijf;coach',
      '1001;Zoë;Wilg;z@roc.example;A;2026-2027;Zorghuis De Wilg;coach@roc.example',
      '1002;Bo;Berk;b@roc.example;A;2026-2027;;coach@roc.example',
    ].join('\n');
    expect(parseStudents(utf8(text))).toMatchObject({
      ok: true,
      value: [
        { trainingCompany: 'Zorghuis De Wilg', coach: 'coach@roc.example' },
        { trainingCompany: '', coach: 'coach@roc.example' },
      ],
    });
  });

  it('reports a coach who is no address', () => {
    const text =
      'studentnummer;voornaam;achternaam;email;groep;schooljaar;coach\n1001;Zoë;Wilg;z@roc.example;A;2026-2027;Cor';
    expect(parseStudents(utf8(text))).toMatchObject({ ok: false, errors: [{ code: 'EMAIL_INVALID' }] });
  });

  it('does without tussenvoegsel and geboortedatum', () => {
    const text = 'studentnummer;voornaam;achternaam;email;groep;schooljaar\n0042;Zoë;Wilg;z@roc.example;A;2026/2027\n';
    expect(parseStudents(utf8(text))).toMatchObject({
      ok: true,
      value: [{ number: '0042', infix: '', birthDate: null, schoolYear: '2026-2027' }],
    });
  });

  it.each([
    ['2008-03-31', '2008-03-31'],
    ['31/3/2008', '2008-03-31'],
    ['29-02-2008', '2008-02-29'],
    ['', null],
  ])('reads the date "%s"', (text, birthDate) => {
    expect(readStudents(student({ birthDate: text }))).toMatchObject({ ok: true, value: [{ birthDate }] });
  });

  it.each([
    ['31-02-2026', 'DATE_DOES_NOT_EXIST'],
    ['29-02-2007', 'DATE_DOES_NOT_EXIST'],
    ['2026-13-01', 'DATE_DOES_NOT_EXIST'],
    ['00-01-2008', 'DATE_DOES_NOT_EXIST'],
    ['31 maart 2008', 'DATE_FORMAT'],
    ['31-03-08', 'DATE_FORMAT'],
    ['39538', 'DATE_FORMAT'],
    ['01-01-1208', 'DATE_OUT_OF_RANGE'],
  ])('rejects the date %s', (birthDate, code) => {
    expect(readStudents(student({ birthDate }))).toEqual({
      ok: false,
      errors: [{ row: 2, column: 'geboortedatum', code, params: { text: birthDate } }],
    });
  });

  it('rejects a number that occurs twice, whatever its capitals', () => {
    const rows = [student({ number: 'a12' }), student({ number: 'A12', email: 'other@roc.example' })];
    expect(readStudents(...rows)).toEqual({
      ok: false,
      errors: [{ row: 3, column: 'studentnummer', code: 'DUPLICATE', params: { firstRow: 2, text: 'A12' } }],
    });
  });

  it.each(['2,60E+05', '26 01 01', '=1+1', '12', 'a'.repeat(21)])('rejects the student number %s', (number) => {
    expect(readStudents(student({ number }))).toMatchObject({
      ok: false,
      errors: [{ row: 2, column: 'studentnummer', code: 'STUDENT_NUMBER_INVALID', params: { text: number } }],
    });
  });

  it.each(['2026', '2026-2028', '2027-2026', '26-27'])('rejects the school year %s', (schoolYear) => {
    expect(readStudents(student({ schoolYear }))).toMatchObject({
      ok: false,
      errors: [{ row: 2, column: 'schooljaar', code: 'SCHOOL_YEAR_INVALID' }],
    });
  });

  it('keeps a formula in a name as text', () => {
    expect(readStudents(student({ familyName: '=cmd|x!A1' }))).toMatchObject({
      ok: true,
      value: [{ familyName: '=cmd|x!A1' }],
    });
  });

  it('keeps __proto__ in a name as text', () => {
    expect(readStudents(student({ group: '__proto__' }))).toMatchObject({ ok: true, value: [{ group: '__proto__' }] });
  });
});

describe('parsePeople', () => {
  const header = 'email;voornaam;tussenvoegsel;achternaam;rollen;functie;organisatie;taal';
  const readPerson = (roles: string, lang = 'nl') =>
    parsePeople(utf8(`${header}\nt@roc.example;Tjitske;de;Vink;${roles};Docent;ROC;${lang}\n`));

  it.each([
    ['docent', ['teacher']],
    ['Examencommissie, Docent', ['committee', 'teacher']],
    ['beheerder+docent', ['administrator', 'teacher']],
    ['praktijkopleider / docent / docent', ['supervisor', 'teacher']],
  ])('reads the roles "%s"', (cell, roles) => {
    expect(readPerson(cell)).toMatchObject({ ok: true, value: [{ roles, lang: 'nl', jobTitle: 'Docent' }] });
  });

  it.each(['directeur', 'docent, directeur', 'constructor', '__proto__'])('rejects the roles "%s"', (cell) => {
    expect(readPerson(cell)).toMatchObject({
      ok: false,
      errors: [{ row: 2, column: 'rollen', code: 'CHOICE_UNKNOWN' }],
    });
  });

  it('asks for at least one role', () => {
    expect(readPerson(' , ')).toMatchObject({ ok: false, errors: [{ row: 2, column: 'rollen', code: 'REQUIRED' }] });
  });

  it('takes Dutch when no language is given', () => {
    expect(readPerson('docent', '')).toMatchObject({ ok: true, value: [{ lang: 'nl' }] });
  });

  it('rejects a language that is not offered', () => {
    expect(readPerson('docent', 'fr')).toMatchObject({
      ok: false,
      errors: [{ column: 'taal', code: 'CHOICE_UNKNOWN' }],
    });
  });
});

describe('parseContacts', () => {
  const readContact = (kind: string) =>
    parseContacts(
      utf8(`naam;email;functie;organisatie;soort\nŞule Notenboom;S@Zorg.example;Verzorgende;Zorg;${kind}\n`),
    );

  it.each([
    ['praktijk', 'practice'],
    ['School', 'school'],
  ])('reads a contact of kind %s', (cell, kind) => {
    expect(readContact(cell)).toEqual({
      ok: true,
      value: [
        {
          row: 2,
          name: 'Şule Notenboom',
          email: 'S@zorg.example',
          jobTitle: 'Verzorgende',
          organisation: 'Zorg',
          kind,
        },
      ],
    });
  });

  it.each([
    ['', 'REQUIRED'],
    ['thuis', 'CHOICE_UNKNOWN'],
  ])('rejects the kind "%s"', (cell, code) => {
    expect(readContact(cell)).toMatchObject({ ok: false, errors: [{ row: 2, column: 'soort', code }] });
  });
});
