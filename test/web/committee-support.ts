/** What the tests of the committee need: assessments that examiners finished. */
import type { FormContent } from '../../domain/form.ts';
import { finishForm } from '../../prisma/commands/forms.ts';
import type { StartedAssessment, TestApp, TestClient } from '../support/app.ts';
import { smallForm } from '../support/factories.ts';

export const EXAM_LEVEL = { level: 'exam' } as const;

/** An examiner finishes the whole form. */
export async function finish(
  app: TestApp,
  started: Pick<StartedAssessment, 'assessmentId' | 'invitationId' | 'contactId'>,
  content: FormContent = smallForm('V'),
): Promise<void> {
  const { assessmentId, invitationId, contactId } = started;
  const actor = { kind: 'examiner', id: contactId } as const;
  await app.apply(finishForm, { assessmentId, invitationId, contactId, content }, actor);
}

/** One examiner, finished. */
export async function assessed(app: TestApp, content?: FormContent, studentId?: string): Promise<StartedAssessment> {
  const started = await app.startAssessment(studentId === undefined ? {} : { studentId });
  await finish(app, started, content);
  return started;
}

export interface TwoExaminers {
  readonly assessmentId: string;
  readonly first: StartedAssessment;
  readonly second: StartedAssessment;
}

/** Both contacts of the seed score everything; nobody finished yet. */
export async function startWithTwo(app: TestApp): Promise<TwoExaminers> {
  const [practice, school] = app.seed.contacts;
  const first = await app.startAssessment({
    assignments: [
      { examinerId: practice.id, scope: EXAM_LEVEL },
      { examinerId: school.id, scope: EXAM_LEVEL },
    ],
  });
  const { assessmentId } = first;
  await app.invite({ assessmentIds: [assessmentId], contactIds: [school.id] });
  const pair = await app.database.assessmentExaminer.findFirstOrThrow({
    where: { assessmentId, contactId: school.id },
    include: { invitation: true },
  });
  const second = {
    assessmentId,
    invitationId: pair.invitationId ?? '',
    linkId: pair.invitation?.linkId ?? '',
    formId: pair.formId ?? '',
    contactId: school.id,
  };
  return { assessmentId, first, second };
}

/** Two examiners who gave different scores at both components. */
export async function differing(app: TestApp): Promise<TwoExaminers> {
  const two = await startWithTwo(app);
  await finish(app, two.first, smallForm('V'));
  await finish(app, two.second, smallForm('O'));
  return two;
}

/** A browser in which a member of the committee is signed in. */
export async function committeeClient(
  app: TestApp,
  membershipId = app.seed.committee.membershipId,
): Promise<TestClient> {
  const client = app.client();
  await app.signInAs(client, membershipId);
  return client;
}

/** Values of the hidden fields of a page by name. */
export function hiddenFields(html: string): Record<string, string> {
  const found = [...html.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"[^>]*>/g)];
  return Object.fromEntries(found.map(([, name = '', value = '']) => [name, value]));
}

/** Opens the page of the decision and gives what its form would send, with the first office of the list. */
export async function decisionForm(
  app: TestApp,
  client: TestClient,
  assessmentId: string,
): Promise<Record<string, string>> {
  const page = await client.get(`/commissie/${assessmentId}/vaststellen`);
  const { versie = '', besluit = '' } = hiddenFields(page.text);
  return { versie, besluit, examenbureau: app.seed.officeAddressId };
}
