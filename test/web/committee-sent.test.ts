import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp, type TestClient } from '../support/app.ts';
import { seedSchool } from '../support/factories.ts';
import { committeeClient, hiddenFields } from './committee-support.ts';
import { type DecidedDocument, mailWith, settleMail, stored, supersede } from './office-support.ts';

const LIST = '/commissie/verzonden';

let app: TestApp;
let client: TestClient;

beforeAll(async () => {
  app = await startTestApp({ isLenient: true, seed: { settings: { examOfficeDomains: ['voorbeeld.example'] } } });
  client = await committeeClient(app);
});
afterAll(() => app.stop());

/** Text of the row of a document. */
async function rowOf({ number }: DecidedDocument, path = LIST): Promise<string | undefined> {
  const { text } = await client.get(path);
  const rows = text.match(/<tr>[\s\S]*?<\/tr>/g) ?? [];
  return rows
    .find((row) => row.includes(number))
    ?.replace(/<[^>]+>/g, ' ')
    .replace(/\s+/g, ' ');
}

function hrefOf(html: string, rel: 'next' | 'prev'): string | undefined {
  const href = new RegExp(`rel="${rel}" href="([^"]+)"`).exec(html)?.[1];
  return href?.replaceAll('&amp;', '&').replaceAll('&#x3D;', '=');
}

const resendPath = (document: DecidedDocument) =>
  `/commissie/${document.assessmentId}/opnieuw-versturen/${document.documentId}`;

/** Posts the page as it stands, with the address that is chosen on it unless told otherwise. */
async function resend(document: DecidedDocument, fields: Record<string, string> = {}) {
  const page = await client.get(`${resendPath(document)}?terug=verzonden`);
  const { besluit = '', terug = '' } = hiddenFields(page.text);
  return client.post(resendPath(document), { besluit, terug, examenbureau: app.seed.officeAddressId, ...fields });
}

const mailsOf = ({ assessmentId }: DecidedDocument) =>
  app.database.mail.findMany({
    where: { streamId: assessmentId, template: 'resultToOffice' },
    orderBy: [{ queuedAt: 'asc' }, { id: 'asc' }],
  });

describe('what was sent to the exam office', () => {
  it('tells document, version, address, moment, server, its reply, and that it arrived', async () => {
    const document = await stored(app, client);
    const { toAddress } = await mailWith(app, document.documentId);
    expect(await rowOf(document)).toContain('Onderweg');
    const acceptedAt = new Date('2026-11-26T10:15:00Z');
    const taken = { acceptedAt, smtpServer: 'mail.voorbeeld.example', smtpReply: '250 2.0.0 Ok: queued as 4F2' };
    await settleMail(app, document.documentId, { state: 'accepted', ...taken });
    const row = await rowOf(document);
    for (const part of [toAddress, 'versie 1', 'Aangenomen op', '11:15', 'mail.voorbeeld.example', '4F2'])
      expect(row).toContain(part);
    await settleMail(app, document.documentId, { state: 'delivered', deliveryAt: acceptedAt });
    expect(await rowOf(document)).toContain('Aankomst gemeld op');
  });

  it('lists what came back apart, with the reason, until it was sent again', async () => {
    const document = await stored(app, client);
    await settleMail(app, document.documentId, {
      state: 'bounced',
      deliverySignal: 'bounced',
      deliveryReason: 'addressUnknown',
      deliveryStatus: '5.1.1',
    });
    const row = await rowOf(document, `${LIST}?welke=problemen`);
    expect(row).toContain('Teruggekomen');
    expect(row).toContain('5.1.1');
    const answer = await resend(document);
    expect(answer).toMatchObject({ status: 303, location: LIST });
    expect(await rowOf(document, `${LIST}?welke=problemen`)).toBeUndefined();
    expect(await rowOf(document, `${LIST}?welke=onderweg`)).toContain('Onderweg');
    expect((await client.get(LIST)).text).toContain('Opnieuw verstuurd');
  });

  it('sends again what arrived and got lost, and says that it is a repeat', async () => {
    const document = await stored(app, client);
    const offered = async () =>
      (await client.get(`/commissie/${document.assessmentId}`)).text.includes(resendPath(document));
    expect(await offered()).toBe(false);
    await settleMail(app, document.documentId, { state: 'delivered' });
    expect(await offered()).toBe(true);
    await resend(document);
    expect(await offered()).toBe(false);
    const mails = await mailsOf(document);
    expect(mails.map(({ state, isRepeat }) => [state, isRepeat])).toEqual([
      ['delivered', false],
      ['queued', true],
    ]);
  });

  it('sends once when the button is pressed twice, by two members, or while it is on its way', async () => {
    const document = await stored(app, client);
    await settleMail(app, document.documentId, { state: 'failed' });
    const page = await client.get(resendPath(document));
    const { besluit = '' } = hiddenFields(page.text);
    const fields = { besluit, examenbureau: app.seed.officeAddressId };
    await Promise.all([client.post(resendPath(document), fields), client.post(resendPath(document), fields)]);
    expect(await mailsOf(document)).toHaveLength(2);
    const answer = await client.post(
      resendPath(document),
      { ...fields, besluit: crypto.randomUUID() },
      { follows: true },
    );
    expect(answer.text).toContain('al onderweg');
    expect(await mailsOf(document)).toHaveLength(2);
    expect((await client.get(resendPath(document))).status).toBe(303);
  });

  it('offers no resending of a document that was replaced, and refuses it', async () => {
    const document = await stored(app, client);
    await settleMail(app, document.documentId, { state: 'bounced' });
    const page = await client.get(resendPath(document));
    const { besluit = '' } = hiddenFields(page.text);
    await supersede(app, document);
    const row = await rowOf(document);
    expect(row).toContain('vervangen');
    expect(row).not.toContain('Opnieuw versturen');
    expect((await client.get(resendPath(document))).status).toBe(404);
    const fields = { besluit, examenbureau: app.seed.officeAddressId };
    expect((await client.post(resendPath(document), fields)).status).toBe(404);
    expect(await mailsOf(document)).toHaveLength(1);
  });

  it.each([
    ['bureau@elders.example', '@voorbeeld.example'],
    ['bureau@voorbeeld.example.evil.example', '@voorbeeld.example'],
    ['bureau@voorbeeld.example\r\nBcc: dief@elders.example', 'e-mailadres'],
  ])('refuses the typed address %j, keeps it, and says why', async (typed, why) => {
    const document = await stored(app, client);
    await settleMail(app, document.documentId, { state: 'bounced' });
    const answer = await resend(document, { examenbureau: 'anders', 'ander-adres': typed });
    expect(answer.status).toBe(422);
    expect(answer.text).toContain(why);
    expect(await mailsOf(document)).toHaveLength(1);
  });

  it('takes a typed address of an allowed domain in any case', async () => {
    const document = await stored(app, client);
    await settleMail(app, document.documentId, { state: 'bounced' });
    await resend(document, { examenbureau: 'anders', 'ander-adres': 'Bureau2@Voorbeeld.Example' });
    expect((await mailsOf(document)).at(-1)?.toAddress.toLowerCase()).toBe('bureau2@voorbeeld.example');
  });

  it('shows a period of days at school, and says what is wrong with one', async () => {
    const document = await stored(app, client);
    // Half past eleven in the evening in UTC is the next day in Amsterdam.
    await settleMail(app, document.documentId, { queuedAt: new Date('2026-03-09T23:30:00Z') });
    expect(await rowOf(document, `${LIST}?van=2026-03-10&tot=2026-03-10`)).toBeDefined();
    expect((await client.get(`${LIST}?van=2026-03-09&tot=2026-03-09`)).text).toContain('Geen mails in deze periode');
    const wrong = await client.get(`${LIST}?van=2026-03-10&tot=2026-03-09`);
    expect(wrong.status).toBe(422);
    expect(wrong.text).toContain('value="2026-03-10"');
    expect((await client.get(`${LIST}?van=gisteren`)).status).toBe(422);
  });

  it('goes on page by page, and none comes twice', async () => {
    const document = await stored(app, client);
    const { id: _id, reference, ...mail } = await mailWith(app, document.documentId);
    const at = (index: number) => new Date(Date.UTC(2020, 0, 1) + Math.floor(index / 3) * 1_000);
    await app.database.mail.createMany({
      data: Array.from({ length: 120 }, (_each, index) => ({
        ...mail,
        id: crypto.randomUUID(),
        reference: reference as object,
        queuedAt: at(index),
        toAddress: `nr${index}@voorbeeld.example`,
      })),
    });
    const seen: string[] = [];
    let path: string | undefined = `${LIST}?van=2020-01-01&tot=2020-01-02`;
    let last = '';
    while (path !== undefined && seen.length < 200) {
      const { text } = await client.get(path);
      seen.push(...[...text.matchAll(/nr\d+@/g)].map(([found]) => found));
      last = text;
      path = hrefOf(text, 'next');
    }
    expect(seen).toHaveLength(120);
    expect(new Set(seen).size).toBe(120);
    expect([...(await client.get(hrefOf(last, 'prev') ?? '')).text.matchAll(/nr\d+@/g)]).toHaveLength(50);
    await app.database.mail.deleteMany({ where: { toAddress: { startsWith: 'nr' } } });
  });

  it('is for the committee of the school alone', async () => {
    const document = await stored(app, client);
    const other = await seedSchool(app.database, { slug: 'elders' });
    const foreign = await committeeClient(app, other.committee.membershipId);
    const { text } = await foreign.get(LIST);
    expect(text).not.toContain(document.number);
    expect(text).toContain('Er is nog niets verstuurd');
    expect((await foreign.get(resendPath(document))).status).toBe(404);
    const teacher = await committeeClient(app, app.seed.teacher.membershipId);
    expect((await teacher.get(LIST)).status).toBe(403);
    expect((await app.client().get(LIST)).location).toBe('/inloggen');
  });
});
