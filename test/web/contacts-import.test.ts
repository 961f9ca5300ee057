/** A file of contacts on the real application: what people upload, and what comes of it. */

import { deflateRawSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { v7 as uuidv7 } from 'uuid';
import writeWorkbook, { type SheetData } from 'write-excel-file/node';
import { readContactFile } from '../../platform/import/contacts.ts';
import { startTestApp, type TestApp, type TestClient, type TestResponse } from '../support/app.ts';
import { seedMember, seedSchool } from '../support/factories.ts';
import { signedInTeacher } from './initiator-support.ts';

let app: TestApp;
let teacher: TestClient;

beforeAll(async () => {
  app = await startTestApp({ isLenient: true });
  teacher = await signedInTeacher(app);
});
afterAll(() => app.stop());

const HEADER = 'naam;email;functie;organisatie;soort';
const utf8 = (...lines: string[]) => Buffer.from([HEADER, ...lines].join('\r\n'));
const workbook = (rows: SheetData) => writeWorkbook(rows).toBuffer();

/** Uploads a file, and waits until it was read. */
async function upload(bytes: Uint8Array, name = 'lijst.csv', client = teacher): Promise<TestResponse> {
  const form = new FormData();
  form.set('_csrf', await client.csrfToken());
  form.append('bestand', new Blob([Uint8Array.from(bytes)]), name);
  const answer = await client.post('/adresboek/importeren', form);
  if (answer.status !== 303) return answer;
  let page = await client.get(answer.location ?? '');
  for (let tries = 0; page.headers.get('refresh') !== null && tries < 50; tries += 1) {
    await new Promise((resolve) => setTimeout(resolve, 200));
    page = await client.get(answer.location ?? '');
  }
  return page;
}

/** Presses the button of a preview. */
function apply(preview: TestResponse, client = teacher): Promise<TestResponse> {
  const plan = /name="plan" value="([^"]+)"/.exec(preview.text)?.[1];
  if (plan === undefined) throw new Error(`there is nothing to apply on ${preview.path}: ${mainOf(preview)}`);
  return client.post(preview.path, { plan }, { follows: true });
}

/** The words of a page. */
function mainOf({ text }: TestResponse): string {
  const main = /<main[^>]*>([\s\S]*)<\/main>/.exec(text)?.[1] ?? '';
  return main
    .replace(/<[^>]+>/g, ' ')
    .replaceAll('&#x3D;', '=')
    .replaceAll('&#x27;', "'")
    .replaceAll('&quot;', '"')
    .replace(/\s+/g, ' ');
}

const contactBy = (email: string) => app.database.contact.findFirst({ where: { schoolId: app.seed.schoolId, email } });
const countContacts = () => app.database.contact.count({ where: { schoolId: app.seed.schoolId } });

describe('the page of importing', () => {
  it('offers both templates, and takes a file that was dropped', async () => {
    const page = await teacher.get('/adresboek/importeren');
    expect(page.text).toContain('/adresboek/sjabloon.xlsx');
    expect(page.text).toContain('/adresboek/sjabloon.csv');
    expect(page.text).toContain('data-drop-zone');
  });

  it.each(['xlsx', 'csv'])('gives a template (%s) that is read back as no contact at all', async (kind) => {
    const template = await teacher.get(`/adresboek/sjabloon.${kind}`);
    expect(template.headers.get('content-disposition')).toContain(`adresboek-sjabloon.${kind}`);
    expect(mainOf(await upload(template.body, `sjabloon.${kind}`))).toContain('maar geen contacten');
  });

  it('says that a file is to be chosen', async () => {
    const form = new FormData();
    form.set('_csrf', await teacher.csrfToken());
    const answer = await teacher.post('/adresboek/importeren', form);
    expect(answer.status).toBe(422);
    expect(answer.text).toContain('Kies een bestand.');
  });

  it('refuses a file without the token of a page', async () => {
    const form = new FormData();
    form.append('bestand', new Blob([Uint8Array.from(utf8('A;a@x.example;;;school'))]), 'x.csv');
    expect((await teacher.post('/adresboek/importeren', form, { csrfToken: null })).status).toBe(403);
  });
});

describe('a good file', () => {
  it('is shown first, then done, and done again changes nothing', async () => {
    const file = utf8('Jan Eik;jan@eik.example;Kok;De Eik;praktijk', 'Piet Es;piet@es.example;;;school');
    const preview = await upload(file);
    expect(mainOf(preview)).toContain('2 toevoegen');
    expect(await contactBy('jan@eik.example')).toBeNull();
    expect(mainOf(await apply(preview))).toContain('2 toegevoegd');
    expect(await contactBy('jan@eik.example')).toMatchObject({
      name: 'Jan Eik',
      jobTitle: 'Kok',
      organisation: 'De Eik',
      kind: 'practice',
      searchText: 'jan eik jan@eik.example kok de eik',
    });
    expect(mainOf(await upload(file))).toContain('Niets te wijzigen');
  });

  it('tells what changes from what to what, and leaves what a cell does not say', async () => {
    await apply(await upload(utf8('Wim Wilg;wim@wilg.example;Kok;De Wilg;praktijk')));
    const preview = await upload(utf8('Wim de Wilg;WIM@wilg.example;;De Wilg;school'));
    expect(mainOf(preview)).toContain('naam: van “Wim Wilg” naar “Wim de Wilg”');
    expect(mainOf(preview)).toContain('soort: van “Praktijk” naar “School”');
    expect(mainOf(await apply(preview))).toContain('1 gewijzigd');
    const contact = await contactBy('wim@wilg.example');
    expect(contact).toMatchObject({ name: 'Wim de Wilg', jobTitle: 'Kok', kind: 'school' });
    const trail = await app.database.contactChange.findMany({ where: { contactId: contact?.id ?? '' } });
    expect(trail.map(({ action, fields }) => [action, fields])).toContainEqual(['changed', ['name', 'kind']]);
    expect(trail.every(({ importId }) => importId !== null)).toBe(true);
  });

  it('brings back who was deleted, and skips who was merged or has an account', async () => {
    const rows = [
      'Al Weg;al@weg.example;;;school',
      'Sa Men;sa@men.example;;;school',
      'Ac Count;ac@count.example;;;school',
    ];
    await apply(await upload(utf8(...rows)));
    const ids = await Promise.all(['al@weg.example', 'sa@men.example', 'ac@count.example'].map(contactBy));
    const [weg, samen, account] = ids.map((each) => each?.id ?? '');
    await teacher.post(`/adresboek/${weg}/verwijderen`, {});
    const keep = app.seed.contacts[1].id;
    await teacher.post(`/adresboek/${samen}/samenvoegen`, { met: keep, behoud: keep });
    const { accountId } = await seedMember(app.database, app.seed.schoolId, 'importaccount', 'supervisor');
    await app.database.contact.update({ where: { id: account ?? '' }, data: { accountId } });
    const preview = await upload(utf8(...rows.map((row) => row.replace(';;;', ';Nieuw;;'))));
    const words = mainOf(preview);
    expect(words).toContain('1 terugzetten');
    expect(words).toContain('Heeft een account');
    expect(words).toContain('Dit contact is samengevoegd met Sam Docent.');
    await apply(preview);
    expect(await contactBy('al@weg.example')).toMatchObject({ archivedAt: null, jobTitle: 'Nieuw' });
    expect(await contactBy('ac@count.example')).toMatchObject({ jobTitle: '' });
  });

  it('accepts an address with an account at another school, and shows nothing of that account', async () => {
    const other = await seedSchool(app.database, { slug: 'importschool' });
    const preview = await upload(utf8(`Iemand;${other.teacher.email};;;praktijk`));
    expect(mainOf(preview)).toContain('1 toevoegen');
    expect(mainOf(preview)).not.toContain('account');
    await apply(preview);
    expect(await contactBy(other.teacher.email)).toMatchObject({ accountId: null, name: 'Iemand' });
  });

  it('is nobody else’s', async () => {
    const preview = await upload(utf8('Van Mij;van@mij.example;;;school'));
    const colleague = await seedMember(app.database, app.seed.schoolId, 'importcollega', 'teacher');
    const client = app.client();
    await app.signInAs(client, colleague.membershipId);
    expect((await client.get(preview.path)).status).toBe(404);
    expect((await client.post(preview.path, { plan: 'x' })).status).toBe(404);
  });

  it('is found again on the page of importing', async () => {
    const preview = await upload(utf8('Later;later@x.example;;;school'), 'voor-later.csv');
    const page = await teacher.get('/adresboek/importeren');
    expect(mainOf(page)).toContain('voor-later.csv');
    expect(page.text).toContain(preview.path);
  });

  it('leaves no rows behind when it is done', async () => {
    const done = await apply(await upload(utf8('Ruim Op;ruim@op.example;;;school')));
    const id = done.path.split('/').at(-1) ?? '';
    const { content } = await app.database.contactImport.findUniqueOrThrow({ where: { id } });
    expect(JSON.stringify(content)).not.toContain('ruim@op.example');
    expect((await teacher.get(done.path)).text).toContain('1 toegevoegd');
  });

  it('is looked at again when the address book changed in a way that matters', async () => {
    const preview = await upload(utf8('Haast Ig;haast@ig.example;;;school'));
    await app.database.contact.create({
      data: { id: uuidv7(), schoolId: app.seed.schoolId, name: 'Haast', email: 'haast@ig.example', kind: 'practice' },
    });
    const answer = await apply(preview);
    expect(mainOf(answer)).toContain('Het adresboek is intussen veranderd');
    expect(mainOf(answer)).toContain('1 wijzigen');
    expect(await contactBy('haast@ig.example')).toMatchObject({ name: 'Haast' });
    expect(mainOf(await apply(answer))).toContain('1 gewijzigd');
  });

  it('uploaded by two at once is done once', async () => {
    const colleague = await seedMember(app.database, app.seed.schoolId, 'importtwee', 'teacher');
    const client = app.client();
    await app.signInAs(client, colleague.membershipId);
    const file = utf8(
      ...Array.from({ length: 30 }, (_, index) => `Tegelijk ${index};t${index}@gelijk.example;;;school`),
    );
    const [mine, theirs] = [await upload(file), await upload(file, 'lijst.csv', client)];
    const answers = await Promise.all([apply(mine), apply(theirs, client)]);
    const words = answers.map(mainOf).join(' ');
    expect(words).toContain('30 toegevoegd');
    expect(words).toContain('Het adresboek is intussen veranderd');
    const count = await app.database.contact.count({
      where: { schoolId: app.seed.schoolId, email: { endsWith: '@gelijk.example' } },
    });
    expect(count).toBe(30);
  });

  it('posted twice is done once', async () => {
    const preview = await upload(utf8('Dub Bel;dub@bel.example;;;school'));
    const answers = await Promise.all([apply(preview), apply(preview)]);
    for (const answer of answers) expect(mainOf(answer)).toContain('1 toegevoegd');
  });
});

/** A zip file whose table of contents says what it likes. */
function zipOf(parts: readonly { name: string; bytes: Buffer; says?: number }[]): Buffer {
  const locals: Buffer[] = [];
  const centrals: Buffer[] = [];
  let offset = 0;
  for (const { name, bytes, says } of parts) {
    const packed = deflateRawSync(bytes);
    const size = says ?? bytes.length;
    const head = Buffer.alloc(26);
    head.writeUInt16LE(20, 0);
    head.writeUInt16LE(8, 4);
    head.writeUInt32LE(packed.length, 14);
    head.writeUInt32LE(size, 18);
    head.writeUInt16LE(name.length, 22);
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), head, Buffer.from(name), packed]);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(offset, 10);
    centrals.push(Buffer.concat([Buffer.from('PK\x01\x02'), Buffer.from([20, 0]), head, rest, Buffer.from(name)]));
    locals.push(local);
    offset += local.length;
  }
  const central = Buffer.concat(centrals);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(parts.length, 8);
  end.writeUInt16LE(parts.length, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...locals, central, end]);
}

const part = (name: string, bytes: Buffer | string, says?: number) => ({
  name,
  bytes: Buffer.from(bytes),
  ...(says === undefined ? {} : { says }),
});
const SHELL = [part('[Content_Types].xml', '<Types/>'), part('xl/workbook.xml', '<workbook/>')];
const MILLION = 1024 * 1024;

/** One sheet that holds what it is told, in the words of the format. */
function sheetOf(rows: string): Buffer {
  const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
  const rel = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
  const relation = 'http://schemas.openxmlformats.org/package/2006/relationships';
  return zipOf([
    part('[Content_Types].xml', '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'),
    part(
      'xl/workbook.xml',
      `<workbook xmlns="${main}" xmlns:r="${rel}"><sheets><sheet name="A" sheetId="1" r:id="rId1"/></sheets></workbook>`,
    ),
    part(
      'xl/_rels/workbook.xml.rels',
      `<Relationships xmlns="${relation}"><Relationship Id="rId1" Type="${rel}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`,
    ),
    part('xl/worksheets/sheet1.xml', `<worksheet xmlns="${main}"><sheetData>${rows}</sheetData></worksheet>`),
  ]);
}

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
    expect(words).toContain('“thuis” kennen wij hier niet. U kunt kiezen uit: school, praktijk, practice.');
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

describe('a file that is odd but clear', () => {
  const ODD = 'Zoë Ĳsbrand';

  it.each<[string, () => Promise<Buffer> | Buffer]>([
    ['UTF-8 with a mark', () => Buffer.from(`\ufeff${HEADER}\r\nZoë Kröger;KEY;;;school`)],
    ['UTF-16', () => Buffer.from(`\ufeff${HEADER.replaceAll(';', '\t')}\r\nZoë Kröger\tKEY\t\t\tschool`, 'utf16le')],
    ['latin-1', () => Buffer.from(`${HEADER}\r\nZoë Kröger;KEY;;;school`, 'latin1')],
    ['commas', () => Buffer.from('naam,email,soort\n"Zoë Kröger",KEY,school')],
    ['tabs', () => Buffer.from('naam\temail\tsoort\nZoë Kröger\tKEY\tschool')],
    ['a line that names the separator', () => Buffer.from('sep=,\nnaam,email,soort\nZoë Kröger,KEY,school')],
    [
      'a title and an empty line above the header',
      () => Buffer.from(`Praktijkopleiders 2026\n\n${HEADER}\nZoë Kröger;KEY;;;school`),
    ],
    ['two headers', () => Buffer.from(`${HEADER}\nname;email;function;organisation;kind\nZoë Kröger;KEY;;;school`)],
    [
      '50 columns',
      () =>
        Buffer.from(
          `${Array.from({ length: 45 }, (_, n) => `kolom ${n}`).join(';')};${HEADER}\n${';'.repeat(45)}Zoë Kröger;KEY;;;school`,
        ),
    ],
    ['a thousand empty rows below', () => Buffer.from(`${HEADER}\nZoë Kröger;KEY;;;school\n${';;;;\n'.repeat(1_000)}`)],
    ['English words', () => Buffer.from('Name;E-mail;Kind;Language\nZoë Kröger;KEY;practice;en')],
    [
      'Excel',
      () =>
        workbook([
          ['naam', 'email', 'soort'],
          ['Zoë Kröger', 'KEY', 'school'],
        ]),
    ],
    [
      'Excel with a title',
      () => workbook([['Lijst'], [], ['Soort', 'E-mail', 'Naam'], ['school', 'KEY', 'Zoë Kröger']]),
    ],
    [
      'Excel with a number and a day for a function',
      () =>
        workbook([
          ['naam', 'email', 'soort', 'functie'],
          ['Zoë Kröger', 'KEY', 'school', 12],
        ]),
    ],
  ])('is read: %s', async (what, make) => {
    const email = `${what.replace(/\W/g, '').toLowerCase()}@odd.example`;
    const text = await make();
    // The address is put in where the text stands for it, in the encoding of the file; in a workbook it comes below.
    const bytes = replaceKey(text, email);
    const preview = bytes === null ? await upload(await rewritten(text, email)) : await upload(bytes);
    expect(mainOf(preview)).toContain('1 toevoegen');
    await apply(preview);
    expect(await contactBy(email)).toMatchObject({ name: 'Zoë Kröger' });
  });

  it('tells of columns that it does not look at', async () => {
    const page = await upload(Buffer.from('naam;email;soort;geheim\nA;kolom@x.example;school;x'));
    expect(mainOf(page)).toContain('Wij kijken niet naar deze kolom: geheim.');
  });

  it('keeps letters that few fonts have', async () => {
    await apply(await upload(utf8(`${ODD};ij@x.example;;;school`)));
    expect(await contactBy('ij@x.example')).toMatchObject({ name: ODD });
  });
});

/** Null for a workbook: its text is packed. */
function replaceKey(bytes: Buffer, email: string): Buffer | null {
  if (bytes[0] === 0x50 && bytes[1] === 0x4b) return null;
  for (const encoding of ['latin1', 'utf16le'] as const) {
    const text = bytes.toString(encoding);
    if (text.includes('KEY')) return Buffer.from(text.replace('KEY', email), encoding);
  }
  throw new Error('no place for the address');
}

async function rewritten(bytes: Buffer, email: string): Promise<Buffer> {
  const { readSheet } = await import('read-excel-file/node');
  const rows = await readSheet(bytes);
  return workbook(rows.map((row) => row.map((cell) => (cell === 'KEY' ? email : (cell as string | number | null)))));
}

describe('cells that look like formulas', () => {
  const FORMULAS = [
    "=cmd|' /C calc'!A0",
    '+31 6 12345678',
    '-2+3',
    '@SUM(A1)',
    "'=al gequote",
    '＝1+1',
    "'t Hart",
    '=HYPERLINK("x")',
  ];

  it.each(['csv', 'xlsx'] as const)('are only text, and come back as they went (%s)', async (kind) => {
    const other = await seedSchool(app.database, { slug: `formule${kind}` });
    const client = app.client();
    await app.signInAs(client, other.teacher.membershipId);
    await app.database.contact.createMany({
      data: FORMULAS.map((name, index) => ({
        id: uuidv7(),
        schoolId: other.schoolId,
        name,
        jobTitle: name,
        organisation: name,
        email: `f${index}@formule.example`,
        kind: 'practice',
        searchText: `formule ${index}`,
      })),
    });
    const file = await client.get(`/adresboek/adresboek.${kind}`);
    if (kind === 'csv') {
      for (const cell of file.text.split(/[;\r\n]+/)) expect(cell.replace(/^"/, '')).not.toMatch(/^[=+\-@＝\t]/);
    }
    const read = await readContactFile(file.body);
    if (!read.ok) throw new Error(JSON.stringify(read.errors));
    const names = read.value.filter(({ email }) => email.endsWith('@formule.example')).map(({ name }) => name);
    expect(names.sort()).toEqual([...FORMULAS].sort());
    expect(mainOf(await upload(file.body, `adresboek.${kind}`, client))).toContain('Niets te wijzigen');
  });
});

describe('5,000 contacts', () => {
  it.each(['csv', 'xlsx'] as const)(
    'are read, shown and added within ten seconds, from %s',
    async (kind) => {
      const rows = Array.from({ length: 5_000 }, (_, index) => [
        `Persoon ${kind} ${index}`,
        `p${index}@${kind}-veel.example`,
        'Werkbegeleider',
        `Organisatie ${index % 90}`,
        'praktijk',
      ]);
      const bytes =
        kind === 'csv' ? utf8(...rows.map((row) => row.join(';'))) : await workbook([HEADER.split(';'), ...rows]);
      const startedAt = performance.now();
      const preview = await upload(bytes, `veel.${kind}`);
      const shownAt = performance.now();
      expect(mainOf(preview)).toContain('5.000 toevoegen');
      expect(preview.text.length).toBeLessThan(200_000);
      expect(mainOf(await apply(preview))).toContain('5.000 toegevoegd');
      const endedAt = performance.now();
      process.stdout.write(
        `5,000 rows ${kind}: shown ${Math.round(shownAt - startedAt)} ms, done ${Math.round(endedAt - shownAt)} ms\n`,
      );
      expect(endedAt - startedAt).toBeLessThan(10_000);
    },
    30_000,
  );
});
