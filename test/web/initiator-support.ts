/** What the tests of the initiator's pages share: more students, and the steps of starting. */
import { v7 as uuidv7 } from 'uuid';
import { searchable } from '../../domain/school.ts';
import type { TestApp, TestClient, TestResponse } from '../support/app.ts';

/** A student of the seeded school; the same address twice is refused by the database. */
export async function addStudent(
  app: TestApp,
  givenName: string,
  familyName: string,
  number: string | null,
): Promise<string> {
  const id = uuidv7();
  const email = `${searchable(givenName, familyName).replace(/\W/g, '.')}@student.example`;
  await app.database.student.create({
    data: {
      id,
      schoolId: app.seed.schoolId,
      number,
      email,
      givenName,
      infix: '',
      familyName,
      searchText: searchable(givenName, familyName, number, email),
    },
  });
  return id;
}

export async function signedInTeacher(app: TestApp): Promise<TestClient> {
  const client = app.client();
  await app.signInAs(client, app.seed.teacher.membershipId);
  return client;
}

/** Value of a hidden field or input of a page. */
export function fieldOf(page: TestResponse, name: string): string {
  const found = new RegExp(`name="${name}"[^>]*value="([^"]*)"`).exec(page.text);
  if (!found) throw new Error(`the page has no field ${name}`);
  return found[1] ?? '';
}

/** The series that an answer leads to, with the ids of its assessments in the order of the students' names. */
export async function seriesIn(app: TestApp, location: string | null): Promise<{ seriesId: string; ids: string[] }> {
  const seriesId = /\/series\/([0-9a-f-]{36})/.exec(location ?? '')?.[1];
  if (seriesId === undefined) throw new Error(`no series in ${location}`);
  const rows = await app.database.assessment.findMany({
    where: { seriesId },
    orderBy: [{ student: { familyName: 'asc' } }, { student: { givenName: 'asc' } }],
    select: { id: true },
  });
  return { seriesId, ids: rows.map(({ id }) => id) };
}

export interface StartFields {
  readonly studentIds: readonly string[];
  readonly due?: string;
  readonly formId?: string;
  readonly unit?: string;
  /** Who is started for although an assessment is running; default all. */
  readonly confirmedIds?: readonly string[];
}

/** First step: posts the students; the answer leads to the examiners when all is well. */
export async function postStudents(app: TestApp, client: TestClient, fields: StartFields): Promise<TestResponse> {
  const page = await client.get(`/afnames/nieuw?examen=${app.seed.examVersionId}`);
  return client.post('/afnames/nieuw', {
    examen: app.seed.examVersionId,
    eenheid: fields.unit ?? '',
    formulier: fields.formId ?? fieldOf(page, 'formulier'),
    student: fields.studentIds,
    toch: fields.confirmedIds ?? fields.studentIds,
    inleveren: fields.due ?? /id="inleveren"[^>]*value="([^"]+)"/.exec(page.text)?.[1] ?? '',
    stap: 'verder',
  });
}

/** A draft of the seeded exam for each student, with the first contact for all of it. */
export async function createDrafts(app: TestApp, client: TestClient, studentIds: readonly string[]): Promise<string[]> {
  const started = await postStudents(app, client, { studentIds });
  const { seriesId, ids } = await seriesIn(app, started.location);
  const contactId = app.seed.contacts[0].id;
  const saved = await client.post(`/series/${seriesId}/examinatoren`, {
    keuze: contactId,
    deel: `exam|${contactId}`,
    stap: 'opslaan',
  });
  if (saved.status !== 303) throw new Error(`the examiners were not saved: ${saved.status}`);
  return ids;
}

export interface InviteFields {
  readonly contactIds?: readonly string[];
  readonly remark?: string;
  readonly formId?: string;
  readonly attachmentIds?: readonly string[];
  readonly files?: readonly { readonly name: string; readonly bytes: Uint8Array }[];
}

/** Third step, as a browser posts it: multipart. */
export async function postInvite(
  app: TestApp,
  client: TestClient,
  /** An assessment, or the address of a series: `series/<id>`. */
  place: string,
  fields: InviteFields = {},
): Promise<TestResponse> {
  const form = new FormData();
  // As on the page: the token stands first.
  form.set('_csrf', await client.csrfToken());
  form.set('formulier', fields.formId ?? uuidv7());
  for (const id of fields.contactIds ?? [app.seed.contacts[0].id]) form.append('wie', id);
  form.set('remark', fields.remark ?? '');
  for (const id of fields.attachmentIds ?? []) form.append('bijlage', id);
  for (const { name, bytes } of fields.files ?? []) form.append('bijlagen', new Blob([Uint8Array.from(bytes)]), name);
  return client.post(`/${place.includes('/') ? place : `afnames/${place}`}/uitnodigen`, form);
}
