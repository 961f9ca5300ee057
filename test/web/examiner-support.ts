/** An examiner at the form of the small exam, link opened. */
import { justificationFieldName, scoreFieldName } from '../../domain/form.ts';
import type { StartedAssessment, TestApp, TestClient, TestResponse } from '../support/app.ts';
import type { FormFields } from '../support/client.ts';
import { SMALL_COMPONENTS, SMALL_CRITERIA } from '../support/factories.ts';

export const [FIRST, SECOND] = SMALL_COMPONENTS;
export const WORDS = 'Bij de wondzorg op kamer 4 vroeg zij steeds of het zo goed was.';

/** All fields of the small form with these scores and justifications, in the order of the exam. */
export function fields(scores: readonly string[], texts: readonly string[] = ['', '']): Record<string, string> {
  return Object.fromEntries([
    ...SMALL_CRITERIA.map((ref, index) => [scoreFieldName(ref), scores[index] ?? '']),
    ...SMALL_COMPONENTS.map((ref, index) => [justificationFieldName(ref), texts[index] ?? '']),
  ]);
}

export const COMPLETE = fields(['V', 'G', 'V', 'V'], [WORDS, '']);

export interface Draft {
  readonly scores: Readonly<Record<string, string>>;
  readonly justifications: Readonly<Record<string, string>>;
}

export interface Sitting {
  readonly started: StartedAssessment;
  readonly client: TestClient;
  readonly formPath: string;
  /** Posts the form as the page with everything on it would, based on the newest revision. */
  save(posted: FormFields, action?: string): Promise<TestResponse>;
  /** Opens the check page and presses its button. */
  finish(): Promise<TestResponse>;
  revision(): Promise<number>;
  draft(): Promise<Draft | undefined>;
  submissions(): Promise<number>;
}

export async function sitDown(app: TestApp): Promise<Sitting> {
  const started = await app.startAssessment({ remark: 'Let u op de overdracht?' });
  const client = app.client();
  await app.openLink(client, started.linkId);
  const { formId } = started;
  const formPath = `/beoordeling/${formId}`;

  async function revision(): Promise<number> {
    return (await app.database.form.findUniqueOrThrow({ where: { id: formId } })).revision;
  }

  return {
    started,
    client,
    formPath,
    revision,
    async save(posted, action = 'opslaan') {
      const basedOn = String(await revision());
      return client.post(formPath, { revisie: basedOn, weergave: 'alles', actie: action, ...posted });
    },
    async finish() {
      const page = await client.get(`${formPath}/controle`);
      const field = (name: string) => new RegExp(`name="${name}" value="([^"]*)"`).exec(page.text)?.[1] ?? '';
      return client.post(`${formPath}/controle`, {
        revisie: field('revisie'),
        opdracht: field('opdracht'),
        bewijs: field('bewijs'),
      });
    },
    async draft() {
      const row = await app.database.formRevision.findFirst({ where: { formId }, orderBy: { revision: 'desc' } });
      return row?.content as unknown as Draft | undefined;
    },
    submissions: () => app.database.formSubmission.count({ where: { formId } }),
  };
}
