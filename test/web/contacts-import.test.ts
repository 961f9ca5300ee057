/** A file of contacts on the real application: shown first, then done. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { v7 as uuidv7 } from 'uuid';
import { readContactFile } from '../../platform/import/contacts.ts';
import { startTestApp, type TestApp, type TestClient, type TestResponse } from '../support/app.ts';
import { seedMember, seedSchool } from '../support/factories.ts';
import { applyBook, HEADER, mainOf, uploadBook, utf8, workbook } from './contacts-import-support.ts';
import { signedInTeacher } from './initiator-support.ts';

let app: TestApp;
let teacher: TestClient;

beforeAll(async () => {
  app = await startTestApp({ isLenient: true });
  teacher = await signedInTeacher(app);
});
afterAll(() => app.stop());

const upload = (bytes: Uint8Array, name?: string, client = teacher) => uploadBook(client, bytes, name);
const apply = (preview: TestResponse, client = teacher) => applyBook(client, preview);
const contactBy = (email: string) => app.database.contact.findFirst({ where: { schoolId: app.seed.schoolId, email } });

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

describe('a file that is being read', () => {
  async function reading(since: number): Promise<TestResponse> {
    const id = uuidv7();
    await app.database.contactImport.create({
      data: {
        id,
        schoolId: app.seed.schoolId,
        membershipId: app.seed.teacher.membershipId,
        fileName: 'groot.xlsx',
        status: 'checking',
        content: {},
        createdAt: new Date(Date.now() - since),
      },
    });
    return teacher.get(`/adresboek/importeren/${id}`);
  }

  it('is waited for, also without scripts', async () => {
    const page = await reading(1_000);
    expect(page.headers.get('refresh')).toBe('2');
    expect(mainOf(page)).toContain('Wij lezen “groot.xlsx”.');
  });

  it('is no longer waited for when nobody reads it any more', async () => {
    const page = await reading(120_000);
    expect(page.headers.get('refresh')).toBeNull();
    expect(mainOf(page)).toContain('Er is niets veranderd. Kies het bestand opnieuw.');
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
    'are read, shown and added, from %s',
    async (kind) => {
      const rows = Array.from({ length: 5_000 }, (_, index) => [
        `Persoon ${kind} ${index}`,
        `p${index}@${kind}-veel.example`,
        'Werkbegeleider',
        `Organisatie ${index % 90}`,
        'praktijk',
      ]);
      const isCsv = kind === 'csv';
      const bytes = isCsv ? utf8(...rows.map((row) => row.join(';'))) : await workbook([HEADER.split(';'), ...rows]);
      const preview = await upload(bytes, `veel.${kind}`);
      expect(mainOf(preview)).toContain('5.000 toevoegen');
      // Only the first hundred are written out.
      expect(preview.text.length).toBeLessThan(200_000);
      expect(mainOf(await apply(preview))).toContain('5.000 toegevoegd');
    },
    60_000,
  );
});
