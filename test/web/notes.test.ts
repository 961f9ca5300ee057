/** Notes of an examiner on the real application, without script: theirs alone, and no part of the result. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { v7 as uuidv7 } from 'uuid';
import { cancelAssessment } from '../../prisma/commands/assessments.ts';
import { withdrawExaminer } from '../../prisma/commands/inviting.ts';
import { startTestApp, type TestApp } from '../support/app.ts';
import { SMALL_CRITERIA } from '../support/factories.ts';
import { COMPLETE, FIRST, fields, type Sitting, sitDown, WORDS } from './examiner-support.ts';

const NOTE = 'Zij waste eerst haar handen en stelde zich voor.';
const TIMEOUT = 60_000;

let app: TestApp;
let at: Sitting;
let lines: string[];

beforeAll(async () => {
  lines = [];
  app = await startTestApp({ isLenient: true, onLog: (line) => void lines.push(line) });
}, TIMEOUT);
beforeEach(async () => {
  at = await sitDown(app);
});
afterAll(async () => {
  await app.stop();
});

const page = (sitting = at) => `${sitting.formPath}/notities`;
const rows = (formId = at.started.formId) =>
  app.database.examinerNote.findMany({ where: { formId }, orderBy: { createdAt: 'asc' } });

function write(body: string, more: Record<string, string> = {}) {
  return at.client.post(page(), { notitie: body, ...more });
}

async function written(body = NOTE, more: Record<string, string> = {}): Promise<string> {
  const id = uuidv7();
  expect((await write(body, { nummer: id, ...more })).status).toBe(303);
  return id;
}

const act = (id: string, actie: string, more: Record<string, string> = {}) =>
  at.client.post(`${page()}/${id}`, { actie, ...more });

describe('a note', () => {
  it('is kept with its place, and shown the newest first', async () => {
    await written('Eerste', { over: FIRST });
    await written('Tweede', { over: SMALL_CRITERIA[0] });
    const { text, status } = await at.client.get(page());
    expect(status).toBe(200);
    expect(text.indexOf('Tweede')).toBeLessThan(text.indexOf('Eerste'));
    expect(text).toContain('B1-K1-W1 · Gedragsobservatie, criterium 1');
    expect(text).toContain('Alleen u ziet uw notities.');
    expect((await at.client.get(at.formPath)).text).toContain('Notities (2)');
  });

  it('sent twice is one note, with the words of the last time', async () => {
    const id = await written('Zij waste');
    await written('Ander');
    await write(NOTE, { nummer: id });
    expect((await rows()).map(({ body }) => body)).toEqual([NOTE, 'Ander']);
  });

  it('keeps its newest words when an older state of it arrives later', async () => {
    const id = await written('Zij wast haar handen', { beurt: '20' });
    await write('Zij w', { nummer: id, beurt: '5' });
    expect((await rows()).map(({ body }) => body)).toEqual(['Zij wast haar handen']);
    await write('Zij wast haar handen twee keer', { nummer: id, beurt: '31' });
    expect((await rows()).map(({ body }) => body)).toEqual(['Zij wast haar handen twee keer']);
  });

  it('was written when the device says it was, measured by its own clock', async () => {
    await written(NOTE, { geschreven: '2001-01-01T10:00:00Z', toestel: '2001-01-01T12:00:00Z' });
    const [row] = await rows();
    expect((row?.createdAt.getTime() ?? 0) - (row?.writtenAt.getTime() ?? 0)).toBe(7_200_000);
  });

  it('in any script, with emoji, is kept and shown as it was typed', async () => {
    const text = `${'مرحبا 🙂 “ja” '.repeat(142)}é`;
    await written(text);
    expect((await rows())[0]?.body).toBe(text);
    expect((await at.client.get(page())).text).toContain(`dir="auto">${text}</p>`);
  });

  it.each([
    ['', 'Schrijf op wat u ziet of hoort.'],
    ['a'.repeat(2001), 'De notitie is te lang: 2001 tekens. Gebruik er ten hoogste 2000'],
    ['a\u0000b', 'Haal het weg.'],
  ])('that cannot be kept comes back with what was typed', async (text, message) => {
    const answer = await write(text, { over: FIRST });
    expect(answer.status).toBe(422);
    expect(answer.text).toContain(message);
    expect(answer.text).toContain(text.slice(0, 2001).replace('\u0000', '\ufffd').slice(0, 1));
    expect(answer.text).toMatch(new RegExp(`value="${FIRST}"[^>]* selected`));
    expect(await rows()).toEqual([]);
  });

  it('is changed and classified, and a wrong change comes back', async () => {
    const id = await written();
    expect((await at.client.get(`${page()}?wijzig=${id}`)).text).toContain('Wijziging bewaren');
    expect((await act(id, 'wijzigen', { notitie: 'Anders', over: FIRST })).status).toBe(303);
    expect((await rows())[0]).toMatchObject({ body: 'Anders', componentRef: FIRST, criterionRef: null });
    const refused = await act(id, 'wijzigen', { notitie: 'x'.repeat(2001) });
    expect(refused.status).toBe(422);
    expect(refused.text).toContain('x'.repeat(2001));
    expect((await rows())[0]?.body).toBe('Anders');
  });

  it('is deleted, and put back', async () => {
    const id = await written();
    const { location } = await act(id, 'verwijderen');
    const shown = (await at.client.get(location ?? '')).text;
    expect(shown).toContain('De notitie is verwijderd.');
    expect(shown).not.toContain(NOTE);
    await act(id, 'terugzetten');
    expect((await at.client.get(page())).text).toContain(NOTE);
  });

  it('goes into the justification with its time, once, and saves the draft', async () => {
    await at.save(fields(['V', '', '', ''], [WORDS, '']));
    const id = await written(NOTE, { over: FIRST });
    const { location } = await act(id, 'overnemen');
    expect(location).toBe(`${at.formPath}?stap=1`);
    await act(id, 'overnemen');
    const draft = await at.draft();
    const [first, second, third] = (draft?.justifications[FIRST] ?? '').split('\n');
    expect([first, third]).toEqual([WORDS, undefined]);
    expect(second).toMatch(new RegExp(`^\\w\\w \\d+ \\w+ \\d\\d:\\d\\d: ${NOTE}$`));
    expect(draft?.scores[SMALL_CRITERIA[0]]).toBe('V');
  });

  it('is one of 200 at most', async () => {
    const [first] = [await written()];
    const row = await app.database.examinerNote.findUniqueOrThrow({ where: { id: first } });
    await app.database.examinerNote.createMany({
      data: Array.from({ length: 199 }, () => ({ ...row, id: uuidv7() })),
    });
    const answer = await write('Nog een');
    expect(answer.status).toBe(422);
    expect(answer.text).toContain('U hebt al 200 notities');
    expect(answer.text).toContain('Nog een');
    // What is there can still be changed.
    expect((await act(first, 'wijzigen', { notitie: 'Anders' })).status).toBe(303);
    await act(first, 'verwijderen');
    expect((await write('Nog een')).status).toBe(303);
  });

  it('that was typed while the link was lost comes back to be sent again', async () => {
    const { text, status } = await app.client().post(page(), { notitie: NOTE });
    expect(status).toBe(403);
    expect(text).toContain(NOTE);
  });
});

describe('the button of the form', () => {
  it('saves first, and leads to the notes of what is on the screen', async () => {
    const answer = await at.client.post(at.formPath, {
      revisie: '0',
      weergave: 'stap',
      stap: '1',
      actie: 'notities',
      ...fields(['V', '', '', ''], [WORDS, '']),
    });
    expect(answer.location).toBe(`${page()}?over=${encodeURIComponent(FIRST)}`);
    expect((await at.draft())?.justifications[FIRST]).toBe(WORDS);
    expect((await at.client.get(answer.location ?? '')).text).toMatch(new RegExp(`value="${FIRST}"[^>]* selected`));
  });
});

describe('notes', () => {
  it('are read by nobody but the examiner at that form', async () => {
    const id = await written(NOTE, { over: FIRST });
    const other = await sitDown(app);
    const stranger = app.client();
    const teacher = app.client();
    await app.signInAs(teacher, app.seed.teacher.membershipId);
    const committee = app.client();
    await app.signInAs(committee, app.seed.committee.membershipId);
    for (const client of [stranger, teacher, committee, other.client]) {
      const read = await client.get(page());
      expect(read.status).toBe(403);
      expect(read.text).not.toContain(NOTE);
      await client.post(`${page()}/${id}`, { actie: 'verwijderen' });
      await client.post(`${page()}/${id}`, { actie: 'wijzigen', notitie: 'Overschreven' });
    }
    // Nor by way of a form of one's own, nor by its number.
    await other.client.post(`${page(other)}/${id}`, { actie: 'verwijderen' });
    await other.client.post(page(other), { notitie: 'Overschreven', nummer: id });
    expect((await other.client.get(page(other))).text).not.toContain(NOTE);
    expect(await rows()).toMatchObject([{ id, body: NOTE, deletedAt: null }]);
    expect((await rows(other.started.formId)).map(({ body }) => body)).toEqual(['Overschreven']);
  });

  it('are not found by a repository of another school or examiner', async () => {
    const id = await written();
    const { formId, contactId } = at.started;
    const elsewhere = app.repositories.forSchool(uuidv7()).examinerNotes;
    const ours = app.repositories.forSchool(app.seed.schoolId).examinerNotes;
    const draft = { id, body: 'x', componentRef: null, criterionRef: null };
    const contacts = [
      [elsewhere, contactId],
      [ours, app.seed.contacts[1].id],
    ] as const;
    for (const [repository, contact] of contacts) {
      const of = { formId, contactId: contact };
      expect(await repository.change(of, draft)).toBe(false);
      expect(await repository.remove(of, id)).toBe(false);
      expect(await repository.restore(of, id)).toBe(false);
    }
    expect((await ours.list({ formId, contactId: app.seed.contacts[1].id })).notes).toEqual([]);
    expect((await rows())[0]).toMatchObject({ body: NOTE, deletedAt: null });
  });

  it('are no part of what was finished, of what others read, nor of the log', async () => {
    await written(NOTE, { over: FIRST });
    await at.save(COMPLETE);
    await at.finish();
    const { assessmentId, contactId } = at.started;
    for (const [member, path] of [
      [app.seed.teacher, `/afnames/${assessmentId}`],
      [app.seed.committee, `/commissie/${assessmentId}`],
      [app.seed.committee, `/afnames/${assessmentId}/formulier/${contactId}`],
    ] as const) {
      const client = app.client();
      await app.signInAs(client, member.membershipId);
      expect((await client.get(path)).text).not.toContain(NOTE);
    }
    const told = await app.database.event.findMany({ where: { streamId: assessmentId } });
    const submission = await app.database.formSubmission.findFirstOrThrow({
      where: { formId: at.started.formId },
    });
    expect(JSON.stringify([told.map(({ body }) => body), submission])).not.toContain(NOTE);
    expect(lines.join('')).not.toContain(NOTE);
    expect(lines.join('')).toContain('/notities');
  });

  it('are read, not made, after finishing', async () => {
    const id = await written();
    await at.save(COMPLETE);
    await at.finish();
    expect((await at.client.get(at.formPath)).text).toContain(`href="${page()}"`);
    const shown = (await at.client.get(page())).text;
    expect(shown).toContain(NOTE);
    expect(shown).not.toContain('Notitie bewaren');
    const late = await write('Te laat');
    expect([late.status, late.text.includes('Te laat')]).toEqual([409, true]);
    expect((await act(id, 'wijzigen', { notitie: 'Te laat' })).status).toBe(409);
    expect((await act(id, 'overnemen')).location).toBe(page());
    expect((await rows()).map(({ body }) => body)).toEqual([NOTE]);
  });

  it.each(['withdrawn', 'cancelled'])('are shown no more once it is %s', async (end) => {
    await written();
    const { assessmentId, contactId } = at.started;
    const reason = 'De student is ziek.';
    if (end === 'cancelled') await app.apply(cancelAssessment, { assessmentId, reason });
    else await app.apply(withdrawExaminer, { assessmentId, contactId, reason });
    const shown = await at.client.get(page());
    expect([shown.status, shown.text.includes(NOTE)]).toEqual([410, false]);
    expect((await write('Te laat')).status).toBeGreaterThanOrEqual(400);
    expect((await rows()).map(({ body }) => body)).toEqual([NOTE]);
  });
});

describe('a justification in any script', () => {
  it.each([
    ['Arabic', 'مرحبا بالعالم '.repeat(142)],
    ['emoji', '👩‍⚕️'.repeat(400)],
    ['smart quotes', '“Ja,” zei zij – ‘goed’… '.repeat(80)],
  ])('of %s is kept, shown and finished as it was typed', async (_name, typed) => {
    const text = typed.trim();
    await at.save(fields(['V', 'G', 'V', 'V'], [text, '']));
    expect((await at.draft())?.justifications[FIRST]).toBe(text);
    const { text: shown } = await at.client.get(`${at.formPath}?weergave=alles`);
    expect(shown).toContain(`>\n${text}</textarea>`);
    expect(shown).toMatch(/<textarea[^>]* dir="auto"/);
    expect((await at.finish()).location).toBe(`${at.formPath}/klaar`);
    expect((await at.client.get(at.formPath)).text).toContain(`dir="auto">${text}</p>`);
  });
});

describe('how the form is shown', () => {
  it('is remembered for the examiner, on any device, and never changed by looking', async () => {
    const save = (actie: string) =>
      at.client.post(at.formPath, { revisie: '0', weergave: 'stap', stap: '1', actie, ...fields(['', '', '', '']) });
    const isAll = async (client = at.client, query = '') =>
      /name="weergave" value="alles"/.test((await client.get(`${at.formPath}${query}`)).text);
    expect(await isAll()).toBe(false);
    expect(await isAll(at.client, '?weergave=alles')).toBe(true);
    expect(await isAll()).toBe(false);
    await save('alles');
    const phone = app.client();
    await app.openLink(phone, at.started.linkId);
    expect([await isAll(phone), await isAll(phone, '?stap=2'), await isAll(phone, '?weergave=stap')]).toEqual([
      true,
      true,
      false,
    ]);
    // A page that shows one work process goes on with one.
    expect((await save('volgende')).location).toBe(`${at.formPath}?weergave=stap&stap=2`);
    await save('stap');
    expect(await isAll(phone)).toBe(false);
  });
});
