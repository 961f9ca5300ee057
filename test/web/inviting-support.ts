/** What the tests of inviting share: assessments made without the pages before it, and the form as a browser posts it. */
import { v7 as uuidv7 } from 'uuid';
import { ScopeLevel } from '../../domain/assignment.ts';
import { addDays, addWorkingDays, toLocalDate, zonedInstant } from '../../domain/calendar.ts';
import { formatDay, formatShortDay } from '../../platform/i18n/index.ts';
import type { ScanOutcome, VirusScanner } from '../../platform/virus-scanner.ts';
import { createAssessments } from '../../prisma/commands/assessments.ts';
import type { TestApp, TestClient, TestResponse } from '../support/app.ts';

const ZONE = 'Europe/Amsterdam';
const TODAY = toLocalDate(new Date().toISOString(), ZONE);
/** Days that lie ahead whenever this runs: two working weeks, the Saturday after that, and a deadline behind both. */
export const WORKDAY = addWorkingDays(TODAY, 10);
export const SATURDAY = saturdayAfter(WORKDAY);
export const MONDAY = addWorkingDays(SATURDAY, 1);
export const DUE_DAY = addWorkingDays(TODAY, 40);
export const DUE = zonedInstant(DUE_DAY, '23:59', ZONE);
export const AFTER_DUE = addWorkingDays(DUE_DAY, 1);

function saturdayAfter(day: string): string {
  return new Date(`${day}T00:00:00Z`).getUTCDay() === 6 ? day : saturdayAfter(addDays(day, 1));
}

/** `vr 4 juni 2027`. */
export function dayText(day: string): string {
  return formatDay(day, { lang: 'nl' });
}

/** `vr 4 jun`. */
export function shortDayText(day: string): string {
  return formatShortDay(day, { lang: 'nl' });
}

export interface Drafts {
  readonly seriesId: string;
  readonly ids: readonly string[];
}

/** A series of drafts, with these examiners for all of it. */
export async function makeDrafts(
  app: TestApp,
  studentIds: readonly string[],
  contactIds: readonly string[],
  dueAt: string | null = DUE,
): Promise<Drafts> {
  const { seriesId, assessmentIds } = await app.apply(createAssessments, {
    examVersionId: app.seed.examVersionId,
    unitCodes: ['EX1'],
    studentIds,
    initiatorId: app.seed.teacher.membershipId,
    assignments: contactIds.map((examinerId) => ({ examinerId, scope: { level: ScopeLevel.Exam } })),
    dueAt,
    closesAt: null,
  });
  return { seriesId, ids: assessmentIds };
}

export async function addContact(
  app: TestApp,
  name: string,
  more: { readonly email?: string; readonly kind?: 'school' | 'practice'; readonly organisation?: string } = {},
): Promise<string> {
  const id = uuidv7();
  await app.database.contact.create({
    data: {
      id,
      schoolId: app.seed.schoolId,
      name,
      email: more.email ?? `${id}@zorg.example`,
      jobTitle: '',
      organisation: more.organisation ?? 'Zorgcentrum De Linde',
      kind: more.kind ?? 'practice',
      lang: 'nl',
      searchText: name.toLowerCase(),
    },
  });
  return id;
}

export type Fields = Readonly<Record<string, string | readonly string[]>>;

/** A form of the page, as a browser posts it: multipart, the token first. */
export async function postForm(client: TestClient, path: string, fields: Fields): Promise<TestResponse> {
  const form = new FormData();
  form.set('_csrf', await client.csrfToken());
  form.set('formulier', uuidv7());
  for (const [name, value] of Object.entries(fields)) {
    form.delete(name);
    for (const each of typeof value === 'string' ? [value] : value) form.append(name, each);
  }
  return client.post(path, form);
}

export interface SentFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** One file, as the script sends it. */
export async function postFile(
  client: TestClient,
  file: SentFile,
  fields: Fields = {},
): Promise<{
  status: number;
  answer: { id?: string; label?: string; notice?: string; isWaiting?: boolean; error?: string };
}> {
  const form = new FormData();
  form.set('formulier', uuidv7());
  for (const [name, value] of Object.entries(fields)) {
    form.delete(name);
    for (const each of typeof value === 'string' ? [value] : value) form.append(name, each);
  }
  form.append('bijlagen', new Blob([Uint8Array.from(file.bytes)]), file.name);
  const response = await client.post('/bijlagen', form, { headers: { 'x-csrf-token': await client.csrfToken() } });
  return { status: response.status, answer: JSON.parse(response.text) };
}

/** Judges by a word in the file. */
export const wordScanner: VirusScanner = {
  async scan(bytes): Promise<ScanOutcome> {
    const text = Buffer.from(bytes).toString('latin1');
    if (text.includes('INFECTED')) return { verdict: 'infected', signature: 'Test' };
    return text.includes('UNSEEN') ? { verdict: 'unavailable', reason: 'test' } : { verdict: 'clean' };
  },
};
