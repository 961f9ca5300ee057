/** The address book on the real application: by hand, searching, merging. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { v7 as uuidv7 } from 'uuid';
import { startTestApp, type TestApp, type TestClient, type TestResponse } from '../support/app.ts';
import { seedMember, seedSchool } from '../support/factories.ts';
import { fieldOf, signedInTeacher } from './initiator-support.ts';

let app: TestApp;
let teacher: TestClient;

beforeAll(async () => {
  app = await startTestApp({ isLenient: true });
  teacher = await signedInTeacher(app);
});
afterAll(() => app.stop());

const ANNA = {
  naam: 'Anna Berkenbos',
  email: 'anna@zorghuis.example',
  soort: 'practice',
  functie: 'Verpleegkundige',
  organisatie: 'Zorghuis Noord',
  taal: 'nl',
};

async function add(fields: Partial<typeof ANNA>, client = teacher): Promise<TestResponse> {
  const page = await client.get('/adresboek/nieuw');
  return client.post('/adresboek/nieuw', { formulier: fieldOf(page, 'formulier'), ...ANNA, ...fields });
}

async function added(fields: Partial<typeof ANNA>): Promise<string> {
  const answer = await add(fields);
  const id = /\/adresboek\/([0-9a-f-]{36})$/.exec(answer.location ?? '')?.[1];
  if (answer.status !== 303 || id === undefined) throw new Error(`not added: ${answer.status} ${answer.text}`);
  return id;
}

const contactOf = (id: string) => app.database.contact.findUniqueOrThrow({ where: { id } });
const trailOf = (contactId: string) =>
  app.database.contactChange.findMany({ where: { contactId }, orderBy: [{ at: 'asc' }, { id: 'asc' }] });

async function giveAccount(contactId: string): Promise<void> {
  const { accountId } = await seedMember(app.database, app.seed.schoolId, uuidv7().slice(-6), 'supervisor');
  await app.database.contact.update({ where: { id: contactId }, data: { accountId } });
}

/** Text of a page as a browser reads it, as far as addresses go. */
const plain = (text: string) => text.replaceAll('&amp;', '&').replaceAll('&#x3D;', '=');

describe('the address book', () => {
  it('shows who is in it, with kind, account and use in words', async () => {
    const id = await added({ naam: 'Zita Zwaluw', email: 'zita@zorghuis.example' });
    await giveAccount(id);
    const page = await teacher.get('/adresboek');
    expect(page.status).toBe(200);
    expect(page.text).toContain('Zita Zwaluw');
    expect(page.text).toContain('Heeft een account');
    expect(page.text).toContain('Praktijk');
    expect(page.text).toContain('Bo Praktijk');
  });

  it('says what to do when it is empty', async () => {
    const other = await seedSchool(app.database, { slug: 'leegboek' });
    await app.database.contact.deleteMany({ where: { schoolId: other.schoolId } });
    const client = app.client();
    await app.signInAs(client, other.teacher.membershipId);
    expect((await client.get('/adresboek')).text).toContain('Het adresboek is nog leeg');
  });

  it('is not for the committee', async () => {
    const client = app.client();
    await app.signInAs(client, app.seed.committee.membershipId);
    expect((await client.get('/adresboek')).status).toBe(403);
  });

  it('shows nothing of another school', async () => {
    const other = await seedSchool(app.database, { slug: 'duinrand' });
    const client = app.client();
    await app.signInAs(client, other.teacher.membershipId);
    const id = await added({ naam: 'Van Ons', email: 'vanons@zorghuis.example' });
    expect((await client.get('/adresboek')).text).not.toContain('Van Ons');
    for (const path of [`/adresboek/${id}`, `/adresboek/${id}/verwijderen`, `/adresboek/${id}/samenvoegen`]) {
      expect((await client.get(path)).status).toBe(404);
    }
    expect((await client.post(`/adresboek/${id}/verwijderen`, {})).status).toBe(404);
    expect((await contactOf(id)).archivedAt).toBeNull();
  });
});

describe('adding a contact', () => {
  it('keeps what was typed, can be found by it, and leaves a trail', async () => {
    const id = await added({ naam: '  Zoë   de Wilg ', email: 'Zoe@Wilg.example ' });
    expect(await contactOf(id)).toMatchObject({
      name: 'Zoë de Wilg',
      email: 'Zoe@wilg.example',
      searchText: 'zoe de wilg zoe@wilg.example verpleegkundige zorghuis noord',
      kind: 'practice',
    });
    expect(await trailOf(id)).toMatchObject([{ action: 'added', actorId: app.seed.teacher.membershipId }]);
  });

  it('pressed twice adds one', async () => {
    const page = await teacher.get('/adresboek/nieuw');
    const fields = { formulier: fieldOf(page, 'formulier'), ...ANNA, email: 'twee@keer.example' };
    const [first, second] = [
      await teacher.post('/adresboek/nieuw', fields),
      await teacher.post('/adresboek/nieuw', fields),
    ];
    expect(second.location).toBe(first.location);
  });

  it('is another command in the hands of a colleague, who is told that the person is known', async () => {
    const page = await teacher.get('/adresboek/nieuw');
    const fields = { formulier: fieldOf(page, 'formulier'), ...ANNA, email: 'van@hand.example' };
    const first = await teacher.post('/adresboek/nieuw', fields);
    const { membershipId } = await seedMember(app.database, app.seed.schoolId, uuidv7().slice(-6), 'teacher');
    const colleague = app.client();
    await app.signInAs(colleague, membershipId);
    const second = await colleague.post('/adresboek/nieuw', fields);
    expect([first.status, second.status]).toEqual([303, 422]);
  });

  it('is another command at another school, which gets the person as well', async () => {
    const page = await teacher.get('/adresboek/nieuw');
    const fields = { formulier: fieldOf(page, 'formulier'), ...ANNA, email: 'naar@hand.example' };
    const first = await teacher.post('/adresboek/nieuw', fields);
    const other = await seedSchool(app.database, { slug: 'overkant' });
    const client = app.client();
    await app.signInAs(client, other.teacher.membershipId);
    const second = await client.post('/adresboek/nieuw', fields);
    expect([first.status, second.status]).toEqual([303, 303]);
    const contacts = await app.database.contact.findMany({ where: { email: 'naar@hand.example' } });
    expect(contacts.map(({ schoolId }) => schoolId).sort()).toEqual([app.seed.schoolId, other.schoolId].sort());
  });

  it.each([
    ['no name', { naam: '  ' }, 'Vul een naam in.'],
    ['a name of invisible characters', { naam: '\u200b' }, 'Vul een naam in.'],
    ['a long name', { naam: 'x'.repeat(201) }, 'Maak de naam korter. Er passen 200 tekens in.'],
    ['no address', { email: 'anna' }, 'Vul een e-mailadres in, zoals naam@organisatie.nl.'],
    ['two addresses', { email: 'a@x.example,b@x.example' }, 'Vul een e-mailadres in'],
    ['no kind', { soort: '' }, 'Kies of deze persoon in de praktijk of op school werkt.'],
    ['a kind that there is not', { soort: 'thuis' }, 'Kies of deze persoon'],
  ])('refuses %s and keeps the rest', async (_what, fields, message) => {
    const answer = await add({ functie: 'Chef-kok', email: 'fout@x.example', ...fields });
    expect(answer.status).toBe(422);
    expect(answer.text).toContain(message);
    expect(answer.text).toContain('value="Chef-kok"');
    expect(answer.text).toContain('Fout:');
  });

  it('refuses an address that is there already, also in other capitals, and leads to who has it', async () => {
    const id = await added({ email: 'bezet@zorghuis.example' });
    const answer = await add({ naam: 'Ander', email: 'BEZET@Zorghuis.example' });
    expect(answer.status).toBe(422);
    expect(answer.text).toContain('Dit adres is al van Anna Berkenbos.');
    expect(answer.text).toContain(`/adresboek/${id}`);
  });

  it.each([
    ['the own mailbox', () => app.seed.teacher.email.replace('@', '+x@'), 'Dit is uw eigen adres.'],
    ['a colleague', () => app.seed.committee.email, 'Dit is het adres van'],
    ['a student', () => app.seed.studentEmail, 'Dit is het adres van een student.'],
  ])('refuses the address of %s', async (_what, email, message) => {
    const answer = await add({ email: email() });
    expect(answer.status).toBe(422);
    expect(answer.text).toContain(message);
  });

  it('accepts an address that has an account at another school, and tells nothing of that account', async () => {
    const other = await seedSchool(app.database, { slug: 'heuvelland' });
    const id = await added({ naam: 'Iemand Anders', email: other.teacher.email });
    const { accountId } = await contactOf(id);
    expect(accountId).toBeNull();
    expect((await teacher.get(`/adresboek/${id}`)).text).not.toContain('Heeft een account');
  });

  it('shows what looks like code as text', async () => {
    const id = await added({ naam: '<script>alert(1)</script>', email: 'code@x.example' });
    expect((await teacher.get(`/adresboek/${id}`)).text).not.toContain('<script>alert');
  });
});

describe('changing a contact', () => {
  it('changes it and says which fields, not what they held', async () => {
    const id = await added({ email: 'wijzig@x.example' });
    const answer = await teacher.post(`/adresboek/${id}`, { ...ANNA, email: 'nieuw@x.example', functie: 'Teamleider' });
    expect(answer.status).toBe(303);
    expect(await contactOf(id)).toMatchObject({ email: 'nieuw@x.example', jobTitle: 'Teamleider' });
    const trail = await trailOf(id);
    expect(trail[1]).toMatchObject({ action: 'changed', fields: ['email', 'jobTitle'] });
    const page = await teacher.get(`/adresboek/${id}`);
    expect(page.text).toContain('e-mailadres en functie');
    expect(JSON.stringify(trail)).not.toContain('wijzig@x.example');
  });

  it('lets only function and organisation of somebody with an account be changed', async () => {
    const id = await added({ email: 'account@x.example' });
    await giveAccount(id);
    expect((await teacher.get(`/adresboek/${id}`)).text).not.toContain('name="naam"');
    const refused = await teacher.post(`/adresboek/${id}`, {
      naam: 'Een Ander',
      functie: 'Kok',
      organisatie: 'Het Hof',
    });
    expect(refused.status).toBe(422);
    const answer = await teacher.post(`/adresboek/${id}`, { functie: 'Kok', organisatie: 'Het Hof' });
    expect(answer.status).toBe(303);
    expect(await contactOf(id)).toMatchObject({ name: ANNA.naam, jobTitle: 'Kok', organisation: 'Het Hof' });
  });

  it('does not change an address to which an invitation is open', async () => {
    const started = await app.startAssessment();
    const { name, email } = app.seed.contacts[0];
    const page = await teacher.get(`/adresboek/${started.contactId}`);
    expect(page.text).toMatch(/id="email"[^>]*readonly/);
    expect(page.text).toContain(`/afnames/${started.assessmentId}`);
    const fields = { naam: name, soort: 'practice', functie: '', organisatie: '', taal: 'nl' };
    const refused = await teacher.post(`/adresboek/${started.contactId}`, { ...fields, email: 'elders@x.example' });
    expect(refused.status).toBe(422);
    expect(refused.text).toContain('Er is een uitnodiging onderweg naar dit adres.');
    expect((await contactOf(started.contactId)).email).toBe(email);
    expect((await teacher.get('/adresboek')).text).toContain('lopende afname');
  });

  it('answers an unknown contact with a page that says so', async () => {
    expect((await teacher.get(`/adresboek/${uuidv7()}`)).status).toBe(404);
    expect((await teacher.get('/adresboek/geen-id')).status).toBe(404);
  });
});

describe('deleting a contact', () => {
  it('takes it out of the list, keeps it, and can be undone', async () => {
    const id = await added({ naam: 'Weg Ermee', email: 'weg@x.example' });
    expect((await teacher.get(`/adresboek/${id}/verwijderen`)).text).toContain(
      'Weg Ermee verwijderen uit het adresboek?',
    );
    const answer = await teacher.post(`/adresboek/${id}/verwijderen`, {}, { follows: true });
    expect(answer.text).toContain('Ongedaan maken');
    expect((await teacher.get('/adresboek')).text).not.toContain('Weg Ermee');
    expect((await teacher.get('/adresboek?soort=verwijderd')).text).toContain('Weg Ermee');
    const taken = await add({ naam: 'Ander', email: 'weg@x.example' });
    expect(taken.text).toContain('Open het verwijderde contact van Weg Ermee');
    expect((await teacher.post(`/adresboek/${id}/terugzetten`, {})).status).toBe(303);
    expect((await teacher.get('/adresboek')).text).toContain('Weg Ermee');
    expect((await trailOf(id)).map(({ action }) => action)).toEqual(['added', 'archived', 'restored']);
  });

  it('does not delete who has an account', async () => {
    const id = await added({ email: 'blijft@x.example' });
    await giveAccount(id);
    await teacher.post(`/adresboek/${id}/verwijderen`, {});
    expect((await contactOf(id)).archivedAt).toBeNull();
  });

  it('changes the trail never', async () => {
    await expect(app.database.contactChange.updateMany({ data: { action: 'added' } })).rejects.toThrow();
  });
});

describe('searching the address book', () => {
  async function search(words: string): Promise<string> {
    const answer = await teacher.post('/adresboek/zoeken', { zoek: words, soort: '' }, { follows: true });
    expect(answer.path).toBe('/adresboek');
    return answer.text;
  }

  beforeAll(async () => {
    await added({ naam: 'Şule Notenboom', email: 's.notenboom@noord.example', organisatie: 'Zorg aan Huis' });
  });
  afterAll(() => search(''));

  it.each(['sule', 'NOTENBOOM', 'boom noord', 'zorg aan huis not', 'notenbom', 'notenbooom'])(
    'finds her by %s',
    async (words) => {
      expect(await search(words)).toContain('Şule Notenboom');
    },
  );

  it.each(['%', '_', 'notenboom%', 'xyzzy'])('takes %s for letters', async (words) => {
    expect(await search(words)).toContain('Niets gevonden');
  });
});

describe('pages of a long list', () => {
  it('go on and back without a name in the address', async () => {
    const other = await seedSchool(app.database, { slug: 'langelijst' });
    await app.database.contact.createMany({
      data: Array.from({ length: 120 }, (_, index) => ({
        id: uuidv7(),
        schoolId: other.schoolId,
        name: `Persoon ${String(index).padStart(3, '0')}`,
        email: `p${index}@x.example`,
        kind: 'practice',
        searchText: `persoon ${String(index).padStart(3, '0')} p${index}@x.example`,
      })),
    });
    const client = app.client();
    await app.signInAs(client, other.teacher.membershipId);
    const first = await client.get('/adresboek?soort=praktijk');
    const next = /href="([^"]*na=[^"]*)"/.exec(plain(first.text))?.[1] ?? '';
    expect(next).not.toMatch(/persoon/i);
    const second = await client.get(next);
    expect(second.text).toContain('Persoon 098');
    expect(second.text).not.toContain('Persoon 001');
    const back = /href="([^"]*voor=[^"]*)"/.exec(plain(second.text))?.[1] ?? '';
    expect((await client.get(back)).text).toContain('Persoon 001');
  });
});

describe('merging two contacts', () => {
  async function pair(slug: string): Promise<[string, string]> {
    const name = `Dubbel ${slug}`;
    return [
      await added({ naam: name, email: `${slug}@x.example`, functie: '' }),
      await added({ naam: name.toUpperCase(), email: `${slug}2@x.example` }),
    ];
  }

  it('is suggested for the same name and organisation', async () => {
    const [a, b] = await pair('hint');
    expect((await teacher.get('/adresboek')).text).toContain('dubbel in het adresboek');
    const page = await teacher.get('/adresboek/dubbelen');
    expect(page.text).toContain('hint2@x.example');
    expect(plain((await teacher.get(`/adresboek/${a}/samenvoegen`)).text)).toContain(`met=${b}`);
  });

  it('is not suggested again for two of whom somebody said that they are two', async () => {
    const [a, b] = await pair('apart');
    const answer = await teacher.post(`/adresboek/${a}/samenvoegen`, { met: b, apart: '1' }, { follows: true });
    expect(answer.path).toBe('/adresboek/dubbelen');
    expect(answer.text).not.toContain('apart2@x.example');
    expect(await contactOf(b)).toMatchObject({ archivedAt: null });
  });

  it('keeps one, says of the other which it turned out to be, and fills what was empty', async () => {
    const [keep, gone] = await pair('samen');
    expect((await teacher.get(`/adresboek/${keep}/samenvoegen?met=${gone}`)).status).toBe(200);
    const answer = await teacher.post(`/adresboek/${keep}/samenvoegen`, { met: gone, behoud: keep });
    expect(answer.location).toBe(`/adresboek/${keep}`);
    expect(await contactOf(keep)).toMatchObject({ jobTitle: ANNA.functie, archivedAt: null });
    expect(await contactOf(gone)).toMatchObject({ mergedIntoId: keep });
    expect((await contactOf(gone)).archivedAt).not.toBeNull();
  });

  it('keeps who has an account', async () => {
    const [a, b] = await pair('rekening');
    await giveAccount(b);
    const refused = await teacher.post(`/adresboek/${a}/samenvoegen`, { met: b, behoud: a });
    expect(refused.status).toBe(422);
    expect(refused.text).toContain('heeft een account en moet daarom blijven');
    expect((await teacher.post(`/adresboek/${a}/samenvoegen`, { met: b, behoud: b })).status).toBe(303);
  });

  it('waits for what is under way', async () => {
    const { contactId } = await app.startAssessment({ contact: 1 });
    const id = await added({ naam: 'Nog een Sam', email: 'sam2@x.example' });
    const refused = await teacher.post(`/adresboek/${id}/samenvoegen`, { met: contactId, behoud: id });
    expect(refused.status).toBe(422);
    expect(refused.text).toContain('Dit kan nog niet');
    expect((await contactOf(contactId)).archivedAt).toBeNull();
  });

  it('asks which one stays', async () => {
    const [a, b] = await pair('keuze');
    expect((await teacher.post(`/adresboek/${a}/samenvoegen`, { met: b })).text).toContain('Kies welk contact blijft.');
  });

  it('can be undone', async () => {
    const [a, b] = await pair('terug');
    await teacher.post(`/adresboek/${a}/samenvoegen`, { met: b, behoud: a });
    await teacher.post(`/adresboek/${b}/terugzetten`, {});
    expect(await contactOf(b)).toMatchObject({ mergedIntoId: null, archivedAt: null });
  });
});
