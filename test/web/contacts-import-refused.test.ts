/** Files of contacts that nothing can be done with: each has its own sentence, and nothing is done. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp, type TestClient } from '../support/app.ts';
import { part, SHELL, sheetOf, zipOf } from '../support/odd-zip.ts';
import { HEADER, mainOf, uploadBook, utf8, workbook } from './contacts-import-support.ts';
import { signedInTeacher } from './initiator-support.ts';

const MILLION = 1024 * 1024;

let app: TestApp;
let teacher: TestClient;

beforeAll(async () => {
  app = await startTestApp({ isLenient: true });
  teacher = await signedInTeacher(app);
});
afterAll(() => app.stop());

const upload = (bytes: Uint8Array, name?: string, client = teacher) => uploadBook(client, bytes, name);
const contactBy = (email: string) => app.database.contact.findFirst({ where: { schoolId: app.seed.schoolId, email } });
const countContacts = () => app.database.contact.count({ where: { schoolId: app.seed.schoolId } });

describe('a bad file', () => {
  const many = (count: number) =>
    Array.from({ length: count }, (_, index) => `N ${index};n${index}@x.example;;;school`);

  it.each<[string, () => Promise<Buffer> | Buffer, string]>([
    ['empty', () => Buffer.alloc(0), 'Dit bestand is leeg.'],
    ['without a header', () => Buffer.from('Jan Eik;jan@x.example;Kok;De Eik;praktijk'), 'geen rij met kolomnamen'],
    ['a header alone', () => utf8(), 'maar geen contacten'],
    ['a column missing', () => Buffer.from('naam;soort\nA;school'), 'De kolom “email” ontbreekt.'],
    ['a column twice', () => Buffer.from('naam;email;email;soort\nA;a@x.example;;school'), 'meer dan één keer'],
    [
      'two headers in another order',
      () => utf8('A;a@x.example;;;school', 'email;naam;functie;organisatie;soort', 'b@x.example;B;;;school'),
      'maar in een andere volgorde',
    ],
    [
      '150 columns',
      () => Buffer.from(`${HEADER};${Array.from({ length: 145 }, (_, n) => `k${n}`).join(';')}\nA`),
      '150 kolommen',
    ],
    ['20,001 rows', () => utf8(...many(20_001)), 'meer dan 20.000 contacten'],
    ['200,000 rows', () => Buffer.from(`${HEADER}\n${many(200_000).join('\n')}`), 'te groot'],
    [
      'the same address twice',
      () => utf8('A;a@x.example;;;school', 'B;A@X.example;;;school'),
      '“A@x.example” staat ook op rij 2.',
    ],
    ['a PDF', () => Buffer.from('%PDF-1.7\n'), 'geen Excel- of CSV-bestand'],
    ['an old workbook', () => Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1]), 'oud Excel-bestand'],
    ['half a workbook', async () => (await workbook([['naam', 'email']])).subarray(0, 900), 'beschadigd'],
    ['another kind of zip', () => zipOf([part('word/document.xml', '<a/>')]), 'geen Excel-bestand'],
    ['a bomb', () => zipOf([...SHELL, part('xl/worksheets/sheet1.xml', Buffer.alloc(61 * MILLION))]), 'te ingewikkeld'],
    [
      'a bomb that lies about its size',
      () => zipOf([...SHELL, part('xl/worksheets/sheet1.xml', Buffer.alloc(80 * MILLION), 1_000)]),
      'te ingewikkeld',
    ],
    [
      'a thousand times smaller inside than out',
      () => zipOf([...SHELL, part('xl/a.xml', Buffer.alloc(5 * MILLION))]),
      'te ingewikkeld',
    ],
    ['a path that leads out', () => zipOf([...SHELL, part('../../../etc/passwd', 'x')]), 'te ingewikkeld'],
    [
      'too many parts',
      () => zipOf([...SHELL, ...Array.from({ length: 2_000 }, (_, n) => part(`xl/${n}.xml`, ''))]),
      'te ingewikkeld',
    ],
    [
      'a cell that is very far away',
      () => sheetOf('<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>ver</t></is></c></row>'),
      'te ingewikkeld',
    ],
    ['a workbook of nothing', () => sheetOf(''), 'leeg'],
  ])('is refused with a sentence of its own: %s', async (_what, make, sentence) => {
    const before = await countContacts();
    const page = await upload(await make(), 'lijst.xlsx');
    expect(mainOf(page)).toContain(sentence);
    expect(page.text).not.toContain('name="plan"');
    expect(await countContacts()).toBe(before);
  });

  it('is told of by row and column, all at once, and nothing is done', async () => {
    const page = await upload(
      utf8('Goed;goed@x.example;;;school', ';geen adres;;;thuis', `${'x'.repeat(201)};b@x.example;;;school`),
    );
    const words = mainOf(page);
    expect(words).toContain('Deze cel is leeg. Vul “naam” in.');
    expect(words).toContain('“geen adres” is geen e-mailadres.');
    expect(words).toContain('“thuis” kennen wij hier niet. U kunt kiezen uit: school, praktijk.');
    expect(words).toContain('201 tekens, en er passen er 200 in');
    expect(await contactBy('goed@x.example')).toBeNull();
  });

  it.each([
    ['the own address', () => app.seed.teacher.email.replace('@', '+x@'), 'Dit is uw eigen adres.'],
    ['a colleague', () => app.seed.committee.email, 'Dit is het adres van Cor van Proef'],
    ['a student', () => app.seed.studentEmail, 'Dit is het adres van een student.'],
  ])('is one with the address of %s', async (_what, email, sentence) => {
    const page = await upload(utf8('Goed;goed2@x.example;;;school', `Fout;${email()};;;school`));
    expect(mainOf(page)).toContain(sentence);
    expect(page.text).not.toContain('name="plan"');
  });
});

describe('files without end', () => {
  it('are refused after a while, because they wait in memory until they are read', async () => {
    expect((await upload(Buffer.alloc(0))).status).toBe(200);
    // As it stands after twenty files; the limits of this application are a thousand times as wide.
    const where = { key: `importFile:${app.seed.teacher.membershipId}` };
    expect((await app.database.rateLimit.updateMany({ where, data: { points: 20_000 } })).count).toBe(1);
    const before = await app.database.contactImport.count();
    expect((await upload(utf8('A;a@x.example;;;school'))).status).toBe(429);
    expect(await app.database.contactImport.count()).toBe(before);
  });
});
