import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SHIPPED_PROFILES, USUAL_COLUMNS } from '../../domain/exporting.ts';
import { startTestApp, type TestApp, type TestClient } from '../support/app.ts';
import type { FormFields } from '../support/client.ts';
import { seedSchool } from '../support/factories.ts';
import { committeeClient } from './committee-support.ts';

const LIST = '/commissie/export/profielen';
const { excel } = SHIPPED_PROFILES;

let app: TestApp;
let client: TestClient;
let names = 0;

beforeAll(async () => {
  app = await startTestApp({ isLenient: true });
  client = await committeeClient(app);
});
afterAll(() => app.stop());

async function create(name = `Systeem ${++names}`): Promise<{ id: string; name: string; path: string }> {
  const answer = await client.post(LIST, { naam: name, uitgaan: excel.id });
  expect(answer.status).toBe(303);
  const path = answer.location ?? '';
  return { id: path.split('/').at(-1) ?? '', name, path };
}

/** What the form of a profile sends as it stands. */
async function formOf(path: string): Promise<Record<string, string | string[]>> {
  const { text } = await client.get(path);
  const columns = [...text.matchAll(/name="kolom" value="([^"]+)"/g)].map(([, column = '']) => column);
  return {
    naam: /id="naam" name="naam"[^>]*value="([^"]*)"/.exec(text)?.[1] ?? '',
    versie: /name="versie" value="(\d+)"/.exec(text)?.[1] ?? '',
    kolom: columns,
    ...Object.fromEntries(columns.map((column) => [`mee-${column}`, 'ja'])),
    ...Object.fromEntries(columns.map((column) => [`kop-${column}`, column])),
    rij: 'workProcess',
    scheiding: 'puntkomma',
    decimaal: 'komma',
    datum: 'dd-mm-yyyy',
    janee: 'words',
    kopregel: 'on',
    bom: 'on',
  };
}

const formatOf = async (id: string) => (await app.database.exportProfile.findUniqueOrThrow({ where: { id } })).format;
const columnsOf = async (id: string) =>
  ((await formatOf(id)) as { columns: { column: string }[] }).columns.map(({ column }) => column);

describe('profiles', () => {
  it('come with two that are there to be copied, and cannot be changed', async () => {
    const page = (await client.get(LIST)).text;
    expect(page).toContain('Excel (Nederlands)');
    expect(page).toContain('Ander systeem');
    const shown = await client.get(`${LIST}/${excel.id}`);
    expect(shown.location).toBe(`${LIST}?van=${excel.id}`);
    expect((await client.post(`${LIST}/${excel.id}`, { naam: 'Anders' })).status).toBe(404);
    expect((await client.post(`${LIST}/${excel.id}/verwijderen`)).status).toBe(404);
  });

  it('begin as a copy under a name of their own', async () => {
    const { id, name } = await create();
    expect(await formatOf(id)).toEqual(excel.format);
    const again = await client.post(LIST, { naam: name.toUpperCase(), uitgaan: excel.id });
    expect(again.status).toBe(422);
    expect(again.text).toContain('Uw school heeft al een profiel met deze naam.');
    expect(again.text).toContain(`value="${name.toUpperCase()}"`);
    expect((await client.post(LIST, { naam: '  ', uitgaan: excel.id })).text).toContain('Geef het profiel een naam.');
    expect((await client.post(LIST, { naam: 'X', uitgaan: crypto.randomUUID() })).status).toBe(422);
  });

  it('are one when the same form is sent twice', async () => {
    const formulier = crypto.randomUUID();
    const fields = { naam: 'Tweemaal', uitgaan: excel.id, formulier };
    const first = await client.post(LIST, fields);
    const second = await client.post(LIST, fields);
    expect([first.status, second.status]).toEqual([303, 303]);
    expect(second.location).toBe(first.location);
  });

  it('keep columns, names and the way of writing', async () => {
    const { id, path } = await create();
    const { 'mee-sha256': _gone, ...form } = await formOf(path);
    const answer = await client.post(path, {
      ...form,
      'kop-studentnummer': 'Leerlingnr',
      'mee-examen': 'ja',
      'kop-examen': 'Opleiding',
      rij: 'assessment',
      scheiding: 'tab',
      decimaal: 'punt',
      datum: 'yyyymmdd',
      janee: 'digits',
    });
    expect(answer.location).toBe(LIST);
    expect(await formatOf(id)).toMatchObject({
      grain: 'assessment',
      separator: '\t',
      decimal: '.',
      dates: 'yyyymmdd',
      yesNo: 'digits',
      hasHeader: true,
      hasBom: true,
      keepsDigits: false,
    });
    const columns = await columnsOf(id);
    expect(columns).toEqual([...USUAL_COLUMNS.filter((column) => column !== 'sha256'), 'examen']);
    expect((await client.get(path)).text).toContain('value="Leerlingnr"');
  });

  it('move a column by a button, without a script, and save what else was typed', async () => {
    const { id, path } = await create();
    const form = await formOf(path);
    const up = await client.post(path, { ...form, 'kop-crebo': 'Crebonummer', omhoog: 'crebo' });
    expect(up.location).toBe(`${path}?omhoog=crebo`);
    expect((await columnsOf(id)).slice(0, 3)).toEqual(['studentnummer', 'crebo', 'naam']);
    const page = (await client.get(`${path}?omhoog=crebo`)).text;
    expect(page).toContain('value="Crebonummer"');
    expect(page).toMatch(/name="omhoog" value="crebo" autofocus/);
    // The first column has nowhere to go.
    await client.post(path, { ...(await formOf(path)), omhoog: 'studentnummer' });
    expect((await columnsOf(id))[0]).toBe('studentnummer');
    await client.post(path, { ...(await formOf(path)), omlaag: 'studentnummer' });
    expect((await columnsOf(id)).slice(0, 2)).toEqual(['crebo', 'studentnummer']);
  });

  it.each<[string, FormFields, string, string]>([
    ['no name', { naam: '' }, 'naam', 'Geef het profiel een naam.'],
    ['a long name', { naam: 'x'.repeat(61) }, 'naam', 'ten hoogste 60 tekens'],
    ['a column without a name', { 'kop-naam': ' ' }, 'kop-naam', 'Geef de kolom naam een naam.'],
    ['a name twice', { 'kop-naam': 'CREBO' }, 'kop-crebo', 'De naam van de kolom crebo komt al voor.'],
  ])('refuse %s, and keep what was typed', async (_what, change, field, message) => {
    const { id, path } = await create();
    const answer = await client.post(path, { ...(await formOf(path)), 'kop-ovg': 'Oordeel', ...change });
    expect(answer.status).toBe(422);
    expect(answer.text).toContain(`href="#${field}"`);
    expect(answer.text).toContain(message);
    expect(answer.text).toContain('value="Oordeel"');
    expect(await formatOf(id)).toEqual(excel.format);
  });

  it('refuse to have no columns at all', async () => {
    const { path } = await create();
    const answer = await client.post(path, { naam: 'Leeg', versie: '1' });
    expect(answer.status).toBe(422);
    expect(answer.text).toContain('href="#kolommen"');
  });

  it('do not overwrite what a colleague changed meanwhile', async () => {
    const { path } = await create();
    const stale = await formOf(path);
    await client.post(path, { ...stale, 'kop-naam': 'Student' });
    const answer = await client.post(path, { ...stale, 'kop-naam': 'Leerling' });
    expect(answer.status).toBe(422);
    expect(answer.text).toContain('Een collega heeft dit profiel intussen gewijzigd');
    expect(answer.text).toContain('value="Leerling"');
    expect((await client.get(path)).text).toContain('value="Student"');
  });

  it('are deleted after a question, and the name is free again', async () => {
    const { name, path } = await create();
    const question = await client.get(`${path}/verwijderen`);
    expect(question.text).toContain(`Profiel ${name} verwijderen?`);
    expect((await client.post(`${path}/verwijderen`)).location).toBe(LIST);
    expect((await client.post(`${path}/verwijderen`)).location).toBe(LIST);
    expect((await client.get(path)).status).toBe(404);
    expect((await client.get(LIST)).text).not.toContain(`>${name}<`);
    await create(name);
  });

  it('of another school do not exist', async () => {
    const { id, path } = await create();
    const other = await seedSchool(app.database, { slug: 'elders' });
    const stranger = await committeeClient(app, other.committee.membershipId);
    expect((await stranger.get(path)).status).toBe(404);
    expect((await stranger.post(path, { naam: 'Van ons', versie: '1' })).status).toBe(404);
    expect((await stranger.post(`${path}/verwijderen`)).status).toBe(404);
    expect((await stranger.post(LIST, { naam: 'Kopie', uitgaan: id })).status).toBe(422);
    expect((await client.get(path)).status).toBe(200);
  });
});
