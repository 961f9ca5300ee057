/** Examiners who scored the same component differently, each in a browser of their own. */
import { v7 as uuidv7 } from 'uuid';
import type { AgreementPolicy } from '../../domain/agreement.ts';
import type { AssessmentState } from '../../domain/assessment.ts';
import { type FormContent, justificationFieldName, scoreFieldName } from '../../domain/form.ts';
import type { TestApp, TestClient } from '../support/app.ts';
import { SMALL_COMPONENTS, SMALL_CRITERIA } from '../support/factories.ts';
import { finish, startWithTwo, type TwoExaminers } from './committee-support.ts';

export const FIRST_WORDS = 'Zij vroeg op kamer 4 steeds door.';
export const SECOND_WORDS = 'Hij zag het plan pas na afloop.';
/** The first component of the small exam: two criteria. */
export const [SHARED, OTHER] = SMALL_COMPONENTS;

/** A form with these scores in the order of the exam, and the same words at both components. */
export function formOf(scores: readonly ('O' | 'V' | 'G')[], words: string): FormContent {
  return {
    scores: Object.fromEntries(SMALL_CRITERIA.map((ref, index) => [ref, scores[index] ?? 'V'])),
    justifications: Object.fromEntries(SMALL_COMPONENTS.map((ref) => [ref, words])),
  };
}

export interface Table extends TwoExaminers {
  /** Browsers of the two, links opened. */
  readonly clients: readonly [TestClient, TestClient];
  /** Addresses of the page of each. */
  readonly pages: readonly [string, string];
}

export async function sitDownTogether(app: TestApp): Promise<Table> {
  const two = await startWithTwo(app);
  const clients = [app.client(), app.client()] as const;
  await app.openLink(clients[0], two.first.linkId);
  await app.openLink(clients[1], two.second.linkId);
  return { ...two, clients, pages: [pageOf(two.first.formId), pageOf(two.second.formId)] };
}

function pageOf(formId: string): string {
  return `/beoordeling/${formId}/overleg`;
}

/** Both finished: an O against a V at the first criterion, the rest the same. */
export async function differ(app: TestApp, table: Table): Promise<void> {
  await finish(app, table.first, formOf(['V', 'V', 'V', 'V'], FIRST_WORDS));
  await finish(app, table.second, formOf(['O', 'V', 'V', 'V'], SECOND_WORDS));
}

export async function stateOf(app: TestApp, assessmentId: string): Promise<AssessmentState> {
  const row = await app.database.stream.findUniqueOrThrow({ where: { id: assessmentId } });
  return row.state as unknown as AssessmentState;
}

/** What the page would post. */
export function proposal(
  scores: readonly string[],
  words: string,
  { on = '', component = SHARED }: { on?: string; component?: string } = {},
): Record<string, string> {
  const criteria = SMALL_CRITERIA.filter((ref) => ref.startsWith(`${component}/`));
  return {
    actie: 'voorstel',
    onderdeel: component,
    voorstel: on,
    opdracht: uuidv7(),
    ...Object.fromEntries(criteria.map((ref, index) => [scoreFieldName(ref), scores[index] ?? ''])),
    [justificationFieldName(component)]: words,
  };
}

/** Id of what is proposed for the shared component. */
export async function proposedId(app: TestApp, assessmentId: string): Promise<string> {
  return (await stateOf(app, assessmentId)).agreement?.proposals[SHARED]?.proposalId ?? '';
}

/** The school's policy for assessments that start from now on. */
export async function setPolicy(app: TestApp, agreement: AgreementPolicy): Promise<void> {
  const { schoolId } = app.seed;
  const { settings } = await app.database.school.findUniqueOrThrow({ where: { id: schoolId } });
  await app.database.school.update({
    where: { id: schoolId },
    data: { settings: { ...(settings as Record<string, string>), agreement } },
  });
}

/** Both score in Dutch, so that pages can be read by their words. */
export async function readDutch(app: TestApp): Promise<void> {
  await app.database.contact.updateMany({ data: { lang: 'nl' } });
}
