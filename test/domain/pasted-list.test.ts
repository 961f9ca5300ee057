import { describe, expect, it } from '@jest/globals';
import { answerPasted, readPastedList } from '../../domain/pasted-list.ts';

const read = (text: string) => readPastedList(text).map(({ line, kind, key }) => `${line} ${kind} ${key}`);

describe('readPastedList', () => {
  it.each<[string, string, string[]]>([
    ['one on each line', '100001\n100002', ['1 number 100001', '2 number 100002']],
    [
      'line breaks of Windows and old Mac',
      '100001\r\n100002\r100003',
      ['1 number 100001', '2 number 100002', '3 number 100003'],
    ],
    [
      'commas, semicolons and tabs',
      '100001,100002;100003\t100004',
      ['1 number 100001', '1 number 100002', '1 number 100003', '1 number 100004'],
    ],
    ['spaces between numbers', '100001 100002', ['1 number 100001', '1 number 100002']],
    ['empty lines and cells', '\n\n ,;\t\n100001\n\n', ['4 number 100001']],
    ['addresses in any case', 'Noor@Student.Example', ['1 email noor@student.example']],
    ['an address with its name', 'Noor de Vries <noor@student.example>', ['1 email noor@student.example']],
    ['a link to an address', 'mailto:noor@student.example', ['1 email noor@student.example']],
    [
      'a row of a class list: the names do not count',
      'Vries, Noor de\t100001\tVIG-3A',
      ['1 number 100001', '1 number vig-3a'],
    ],
    ['quotes and apostrophes of a spreadsheet', '"100001"\n\'100002', ['1 number 100001', '2 number 100002']],
    ['what nobody sees', '\uFEFF100001\u200B\u00A0\n\u202E100002\u202C', ['1 number 100001', '2 number 100002']],
    [
      'a NUL and other control characters',
      '100\u0000001\n100002\u0007',
      ['1 number 100', '1 number 001', '2 number 100002'],
    ],
    ['a name alone', 'Noor de Vries', ['1 unreadable noor de vries']],
    ['half a surrogate', '\uD83D100001', ['1 unreadable \uFFFD100001']],
    ['right-to-left letters', 'נור 100001', ['1 unreadable נור 100001']],
    ['wildcards', '100%\n1000__', ['1 unreadable 100%', '2 unreadable 1000__']],
    ['a number that is too long', '123456789012345678901', ['1 unreadable 123456789012345678901']],
  ])('%s', (_what, text, expected) => {
    expect(read(text)).toEqual(expected);
  });
});

describe('answerPasted', () => {
  const noor = { id: 'noor', number: '100001', email: 'Noor@student.example' };
  const zoe = { id: 'zoe', number: '100002', email: 'zoe@student.example' };
  const [lower, upper] = [
    { id: 'lower', number: 'a1b', email: 'a@student.example' },
    { id: 'upper', number: 'A1B', email: 'b@student.example' },
  ];
  const answer = (text: string, chosen: readonly string[] = [], running: readonly string[] = []) =>
    answerPasted(readPastedList(text), [noor, zoe, lower, upper], new Set(chosen), new Set(running)).map(
      (each) => `${each.entry.line} ${each.answer} ${each.studentId ?? '-'}`,
    );

  it.each<[string, string, string[]]>([
    ['a number and an address', '100001\nZOE@student.example', ['1 found noor', '2 found zoe']],
    ['number and address of one student in one row', 'de Vries\t100001\tnoor@student.example', ['1 found noor']],
    ['the same student on two lines', '100001\n\nnoor@student.example', ['1 found noor', '3 twice noor']],
    ['a number of nobody', '999999', ['1 notFound -']],
    ['two numbers in a row of which one is of nobody', '100001,999999', ['1 found noor', '1 notFound -']],
    ['a row of a class list', '100001;VIG-3A;31-03-2008', ['1 found noor']],
    ['a group alone', 'VIG-3A', ['1 notFound -']],
    ['numbers that differ in case alone', 'A1b', ['1 ambiguous -']],
    ['words', 'Noor', ['1 unreadable -']],
  ])('%s', (_what, text, expected) => {
    expect(answer(text)).toEqual(expected);
  });

  it('tells who was chosen already and who has a running assessment', () => {
    expect(answer('100001\n100002', ['noor'], ['zoe'])).toEqual(['1 chosen noor', '2 running zoe']);
  });
});
