/** What the tests of the student's rooms need: mails as they would be opened, and students who checked their data. */
import { v7 as uuidv7 } from 'uuid';
import { createLinkToken, LinkPurpose, signInCode } from '../../platform/tokens.ts';
import type { TestApp, TestClient, TestResponse } from '../support/app.ts';

export const DOMAIN = 'student.example';

/** Asks for an account; gives the answer of the page. */
export function register(client: TestClient, email: string): Promise<TestResponse> {
  return client.post('/registreren', { email });
}

/** The newest mail to an address, or null. */
export async function newestMail(app: TestApp, toAddress: string) {
  return app.database.mail.findFirst({ where: { toAddress }, orderBy: { queuedAt: 'desc' } });
}

/** What the newest mail to an address would hold. */
export async function mailed(app: TestApp, toAddress: string) {
  const mail = await newestMail(app, toAddress);
  const { signInId = '' } = (mail?.reference ?? {}) as { signInId?: string };
  const { kid, isRegistration } = await app.database.signIn.findUniqueOrThrow({ where: { id: signInId } });
  const purpose = isRegistration ? LinkPurpose.Register : LinkPurpose.SignIn;
  const token = createLinkToken(app.keyring, { linkId: signInId, kid, purpose });
  return {
    signInId,
    token,
    template: mail?.template,
    path: isRegistration ? `/registreren/${token}` : `/inloggen/${token}`,
    openPath: isRegistration ? '/registreren/openen' : '/inloggen/openen',
    code: signInCode(app.keyring, kid, signInId),
  };
}

/** Registers and presses the button of the mail, in the same browser. */
export async function registered(app: TestApp, email: string): Promise<TestClient> {
  const client = app.client();
  await register(client, email);
  const { token, openPath } = await mailed(app, email);
  const answer = await client.post(openPath, { token });
  if (answer.status !== 303) throw new Error(`not registered: ${answer.status}`);
  return client;
}

/** Signs in by the mail of the ordinary page. */
export async function signedIn(app: TestApp, email: string): Promise<TestClient> {
  const client = app.client();
  await client.post('/inloggen', { email });
  const { token, openPath } = await mailed(app, email);
  await client.post(openPath, { token });
  return client;
}

export const DETAILS = {
  voornaam: 'Sjöfn',
  tussenvoegsel: 'van der',
  achternaam: 'Wilg',
  nummer: '400001',
  taal: 'nl',
};

export function save(client: TestClient, more: Record<string, string> = {}): Promise<TestResponse> {
  return client.post('/mijn-gegevens', { ...DETAILS, ...more });
}

/** A student as the school's file has them, without an account. */
export async function importedStudent(app: TestApp, schoolId: string, email: string, number: string | null) {
  const id = uuidv7();
  const data = {
    id,
    schoolId,
    email,
    number,
    givenName: 'Roos',
    infix: 'de',
    familyName: 'Wit',
    searchText: 'roos de wit',
  };
  await app.database.student.create({ data });
  return id;
}
