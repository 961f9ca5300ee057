/** Changing what was started: replacing, answering, deadlines, cancelling and taking back, on the real application. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { v7 as uuidv7 } from 'uuid';
import { ScopeLevel } from '../../domain/assignment.ts';
import { askInitiator } from '../../prisma/commands/asks.ts';
import { createAssessments } from '../../prisma/commands/assessments.ts';
import { finishForm, startForm } from '../../prisma/commands/forms.ts';
import { openInvitation } from '../../prisma/commands/inviting.ts';
import {
  type StartedAssessment,
  startTestApp,
  type TestApp,
  type TestClient,
  type TestResponse,
} from '../support/app.ts';
import { seedMember, smallForm } from '../support/factories.ts';
import { addStudent, fieldOf, signedInTeacher } from './initiator-support.ts';

let app: TestApp;
let teacher: TestClient;
let students: string[];
let other: string;

beforeAll(async () => {
  app = await startTestApp({ isLenient: true });
  students = [
    app.seed.studentId,
    await addStudent(app, 'Zoë', 'Çelik', '100002'),
    await addStudent(app, 'Daan', 'de Wit', '100003'),
  ];
  other = app.seed.contacts[1].id;
});
afterAll(() => app.stop());
beforeEach(async () => {
  teacher = await signedInTeacher(app);
});

interface Series {
  readonly ids: readonly [string, ...string[]];
  readonly contactId: string;
  readonly invitationId: string;
}

/** One examiner for the whole exam of several students, invited. */
async function series(count = 3, dueAt: string | null = null): Promise<Series> {
  const contactId = app.seed.contacts[0].id;
  const { assessmentIds } = await app.apply(createAssessments, {
    examVersionId: app.seed.examVersionId,
    unitCodes: ['EX1'],
    studentIds: students.slice(0, count),
    initiatorId: app.seed.teacher.membershipId,
    assignments: [{ examinerId: contactId, scope: { level: ScopeLevel.Exam } }],
    dueAt,
    closesAt: null,
  });
  const { invitationIds } = await app.invite({ assessmentIds, contactIds: [contactId] });
  const [first = '', ...rest] = assessmentIds;
  return { ids: [first, ...rest], contactId, invitationId: invitationIds[0] ?? '' };
}

const mails = (template: string, since: Date) =>
  app.database.mail.findMany({ where: { template, queuedAt: { gte: since } }, orderBy: { toAddress: 'asc' } });

const statesOf = async (ids: readonly string[]) => {
  const rows = await app.database.assessment.findMany({ where: { id: { in: [...ids] } }, select: { status: true } });
  return rows.map(({ status }) => status);
};

/** Posts a form with the fields that its page has hidden. */
async function press(path: string, fields: Record<string, string | string[]>): Promise<TestResponse> {
  const page = await teacher.get(path);
  const hidden = Object.fromEntries(
    [
      ...page.text
        .slice(page.text.indexOf('<main'))
        .matchAll(/<input type="hidden" name="(formulier|stand|versie|was)" value="([^"]*)"/g),
    ].map((found) => [found[1] ?? '', found[2] ?? '']),
  );
  return teacher.post(path, { ...hidden, ...fields });
}

const asExaminer = (contactId: string) => ({ kind: 'examiner' as const, id: contactId });

describe('replacing an examiner', () => {
  it('invites the second with an empty form, tells the first, and keeps the draft of the first in the record', async () => {
    const since = new Date();
    const { ids, contactId } = await series(1);
    const { formId } = await app.database.assessmentExaminer.findFirstOrThrow({ where: { assessmentId: ids[0] } });
    await app.apply(startForm, { assessmentId: ids[0], contactId }, asExaminer(contactId));
    const path = `/afnames/${ids[0]}/vervangen/${contactId}`;
    expect((await teacher.get(path)).text).toContain('blijft in het dossier voor de examencommissie');
    const done = await press(path, {
      wie: other,
      reden: 'Bo is met verlof.',
      remark: 'Fijn dat u invalt.',
      stap: 'vervangen',
    });
    expect([done.status, done.location]).toEqual([303, `/afnames/${ids[0]}`]);
    const pairs = await app.database.assessmentExaminer.findMany({ where: { assessmentId: ids[0] } });
    expect(pairs.map((pair) => [pair.contactId, pair.formStatus]).sort()).toEqual(
      [
        [contactId, 'withdrawn'],
        [other, 'open'],
      ].sort(),
    );
    expect(await app.database.form.count({ where: { id: formId ?? '' } })).toBe(1);
    expect(await mails('withdrawn', since)).toHaveLength(1);
    expect((await mails('invitation', since)).map(({ toAddress }) => toAddress)).toContain(app.seed.contacts[1].email);
  });

  it('does it for all students of the series at once, with one mail to each of the two', async () => {
    const { ids, contactId } = await series(3);
    const since = new Date();
    const path = `/afnames/${ids[0]}/vervangen/${contactId}`;
    expect((await teacher.get(path)).text).toContain('Ook voor 2 andere studenten: Daan de Wit en Zoë Çelik');
    const done = await teacher.post(
      path,
      { formulier: uuidv7(), wie: other, ook: '1', stap: 'vervangen' },
      { follows: true },
    );
    expect(done.text).toContain('voor 3 studenten');
    expect(await mails('withdrawn', since)).toHaveLength(1);
    expect(await mails('invitation', since)).toHaveLength(1);
    const open = { assessmentId: { in: [...ids] }, contactId: other, formStatus: 'open' };
    expect(await app.database.assessmentExaminer.count({ where: open })).toBe(3);
  });

  it('keeps what was typed while searching, and does nothing yet', async () => {
    const { ids, contactId } = await series(1);
    const path = `/afnames/${ids[0]}/vervangen/${contactId}`;
    const found = await press(path, { zoek: 'sam doc', reden: 'Bo is met verlof.', naam: 'Kim Nieuw', stap: 'zoeken' });
    expect(found.status).toBe(200);
    expect(found.text).toContain('Sam Docent');
    expect(found.text).toContain('Bo is met verlof.');
    expect(found.text).toContain('value="Kim Nieuw"');
    const nobody = await press(path, { zoek: 'qqqq', stap: 'zoeken' });
    expect(nobody.text).toContain('Niemand gevonden voor “qqqq”');
    expect((await press(path, { zoek: 'sam\0', stap: 'zoeken' })).text).toContain('Sam Docent');
    expect(await app.database.assessmentExaminer.count({ where: { assessmentId: ids[0] } })).toBe(1);
  });

  it('adds a new person to the address book and invites them, or does neither', async () => {
    const { ids, contactId } = await series(1);
    const path = `/afnames/${ids[0]}/vervangen/${contactId}`;
    const email = `kim-${uuidv7()}@bedrijf.example`;
    const person = { wie: 'nieuw', naam: 'Kim Nieuw', email: 'geen adres', soort: 'practice', stap: 'vervangen' };
    const wrong = await press(path, person);
    expect([wrong.status, wrong.text.includes('value="geen adres"')]).toEqual([422, true]);
    expect(await app.database.contact.count({ where: { name: 'Kim Nieuw' } })).toBe(0);
    const missing = await press(path, { wie: 'nieuw', stap: 'vervangen' });
    expect(missing.text).toContain('Vul de naam in.');
    const nobody = await press(path, { stap: 'vervangen' });
    expect(nobody.text).toContain('Kies iemand uit de lijst, of vul een nieuwe persoon in.');

    const done = await press(path, { ...person, email });
    expect(done.status).toBe(303);
    const contact = await app.database.contact.findFirstOrThrow({ where: { email } });
    expect(await app.database.mail.count({ where: { toAddress: email, template: 'invitation' } })).toBe(1);
    expect(contact).toMatchObject({ name: 'Kim Nieuw', kind: 'practice', archivedAt: null });
  });

  it('says so, and keeps the words, when the first finished meanwhile', async () => {
    const { ids, contactId, invitationId } = await series(1);
    const path = `/afnames/${ids[0]}/vervangen/${contactId}`;
    await app.apply(
      finishForm,
      { assessmentId: ids[0], contactId, invitationId, content: smallForm() },
      asExaminer(contactId),
    );
    const late = await teacher.post(path, { formulier: uuidv7(), wie: other, reden: 'Bo is ziek.', stap: 'vervangen' });
    expect(late.status).toBe(422);
    expect(late.text).toContain('Bo Praktijk heeft de beoordeling intussen afgerond. Er is niets veranderd.');
    expect(late.text).toContain('Bo is ziek.');
  });

  it('asks for a reason where a rule warns, and keeps it in the record', async () => {
    const { ids, contactId } = await series(1);
    const coach = await seedMember(app.database, app.seed.schoolId, app.seed.slug, 'teacher', `coach-${uuidv7()}`);
    const { accountId } = await app.database.membership.findUniqueOrThrow({ where: { id: coach.membershipId } });
    await app.database.contact.update({ where: { id: other }, data: { accountId } });
    await app.database.student.update({ where: { id: app.seed.studentId }, data: { coachId: coach.membershipId } });
    const path = `/afnames/${ids[0]}/vervangen/${contactId}`;
    const asked = await press(path, { wie: other, stap: 'vervangen' });
    expect(asked.status).toBe(422);
    expect(asked.text).toContain('De nieuwe examinator is de eigen coach van de student.');
    const done = await press(path, { wie: other, 'waarom-ownCoach': 'Niemand anders kan.', stap: 'vervangen' });
    expect(done.status).toBe(303);
    const { overrideCount } = await app.database.assessment.findUniqueOrThrow({ where: { id: ids[0] } });
    expect(overrideCount).toBe(1);
    await app.database.student.update({ where: { id: app.seed.studentId }, data: { coachId: null } });
    await app.database.contact.update({ where: { id: other }, data: { accountId: null } });
  });
});

describe('answering an examiner', () => {
  async function asks(kind: 'decline' | 'handOver', count = 2): Promise<Series> {
    const started = await series(count);
    const proposal = kind === 'handOver' ? { name: 'Eva Vervanger', email: `eva-${uuidv7()}@bedrijf.example` } : null;
    const { ids, contactId, invitationId } = started;
    await app.apply(
      askInitiator,
      { assessmentIds: ids, contactId, invitationId, kind, reason: 'Ik ben er die week niet.', proposal },
      asExaminer(contactId),
    );
    return started;
  }

  it('shows the reason and lets go without a replacement, for all that was asked at once', async () => {
    const { ids, contactId } = await asks('decline');
    const path = `/afnames/${ids[0]}/verzoek/${contactId}`;
    const page = await teacher.get(path);
    expect(page.text).toContain('Bo Praktijk kan niet beoordelen');
    expect(page.text).toContain('Ik ben er die week niet.');
    expect(page.text).toContain('Daarna beoordeelt niemand');
    const since = new Date();
    const none = await press(path, { stap: 'antwoorden' });
    expect([none.status, none.text.includes('Kies wat u antwoordt.')]).toEqual([422, true]);
    const done = await press(path, { antwoord: 'niemand', ook: '1', stap: 'antwoorden' });
    expect(done.status).toBe(303);
    const left = { assessmentId: { in: [...ids] }, formStatus: 'withdrawn' };
    expect(await app.database.assessmentExaminer.count({ where: left })).toBe(2);
    expect(await mails('askAnswered', since)).toHaveLength(1);
    const again = await teacher.get(path);
    expect(again.location).toBe(`/afnames/${ids[0]}`);
  });

  it('lets whoever no longer works there leave the address book in the same step', async () => {
    const { ids, invitationId } = await series(1);
    const contactId = app.seed.contacts[0].id;
    const asking = { assessmentIds: ids, contactId, invitationId, reason: '', proposal: null } as const;
    await app.apply(askInitiator, { ...asking, kind: 'decline', declineReason: 'leftEmployer' }, asExaminer(contactId));
    const path = `/afnames/${ids[0]}/verzoek/${contactId}`;
    const page = await teacher.get(path);
    expect(page.text).toContain('Ik werk hier niet meer');
    expect(page.text).toContain(`href="/adresboek/${contactId}"`);
    expect(page.text).not.toMatch(/name="opruimen"[^>]*checked/);
    const done = await press(path, { antwoord: 'niemand', opruimen: '1', stap: 'antwoorden' });
    expect(done.status).toBe(303);
    const contact = await app.database.contact.findUniqueOrThrow({ where: { id: contactId } });
    expect(contact.archivedAt).not.toBeNull();
    await app.database.contact.update({ where: { id: contactId }, data: { archivedAt: null } });
  });

  it('needs a reason for a no, after which the examiner goes on', async () => {
    const { ids, contactId } = await asks('decline', 1);
    const path = `/afnames/${ids[0]}/verzoek/${contactId}`;
    const empty = await press(path, { antwoord: 'nee', reason: ' ', stap: 'antwoorden' });
    expect([empty.status, empty.text.includes('Schrijf kort waarom u niet akkoord gaat.')]).toEqual([422, true]);
    expect((await press(path, { antwoord: 'nee', reason: 'Het kan ook later.', stap: 'antwoorden' })).status).toBe(303);
    const pair = await app.database.assessmentExaminer.findFirstOrThrow({ where: { assessmentId: ids[0] } });
    expect([pair.formStatus, pair.ask]).toEqual(['open', null]);
  });

  it('invites whom the examiner proposed, only after a yes', async () => {
    const { ids, contactId } = await asks('handOver', 1);
    const path = `/afnames/${ids[0]}/verzoek/${contactId}`;
    const page = await teacher.get(path);
    expect(page.text).toContain('Akkoord, Eva Vervanger neemt het over');
    expect(page.text).not.toContain('value="niemand"');
    expect(await app.database.contact.count({ where: { name: 'Eva Vervanger' } })).toBe(0);
    const done = await press(path, { antwoord: 'voorstel', stap: 'antwoorden' });
    expect(done.status).toBe(303);
    const { id } = await app.database.contact.findFirstOrThrow({ where: { name: 'Eva Vervanger' } });
    const pair = { assessmentId: ids[0], contactId: id, formStatus: 'open' };
    expect(await app.database.assessmentExaminer.count({ where: pair })).toBe(1);
  });

  it('takes somebody else than was proposed', async () => {
    const { ids, contactId } = await asks('handOver', 1);
    const done = await press(`/afnames/${ids[0]}/verzoek/${contactId}`, {
      antwoord: 'ander',
      wie: other,
      stap: 'antwoorden',
    });
    expect(done.status).toBe(303);
    const pair = { assessmentId: ids[0], contactId: other, formStatus: 'open' };
    expect(await app.database.assessmentExaminer.count({ where: pair })).toBe(1);
  });
});

describe('another deadline', () => {
  const DUE = '2027-02-05T22:59:00.000Z';

  it('moves all that are ticked, with one mail to the examiner, and proposes working days', async () => {
    const { ids, invitationId } = await series(3, DUE);
    const since = new Date();
    const query = ids.map((id) => `afname=${id}`).join('&');
    const page = await teacher.get(`/afnames/inleverdatum?${query}`);
    expect(page.text).toContain('Inleverdatum van 3 beoordelingen wijzigen');
    expect(page.text).toContain('1 week later: vr 12 februari 2027');
    const done = await teacher.post(
      '/afnames/inleverdatum',
      { afname: [...ids], formulier: uuidv7(), stand: fieldOf(page, 'stand'), keuze: '2027-02-12' },
      { follows: true },
    );
    expect(done.text).toContain('De inleverdatum is nu vr 12 februari 2027. 1 examinator krijgt bericht.');
    expect(await mails('dueMoved', since)).toHaveLength(1);
    const { dueAt } = await app.database.invitation.findUniqueOrThrow({ where: { id: invitationId } });
    expect(dueAt?.toISOString()).toBe('2027-02-12T22:59:00.000Z');
  });

  it.each([
    ['nothing', { keuze: '' }, 'Kies een nieuwe inleverdatum.'],
    ['no day', { keuze: 'anders', inleveren: 'morgen' }, 'Vul een dag in, zoals 24-11-2026.'],
    ['the past', { keuze: 'anders', inleveren: '2026-01-05' }, 'Kies een dag vanaf morgen.'],
    ['years ahead', { keuze: 'anders', inleveren: '2036-01-07' }, 'Kies een dag binnen een jaar.'],
  ])('refuses %s', async (_what, fields, message) => {
    const { ids } = await series(1, DUE);
    const refused = await press(`/afnames/${ids[0]}/inleverdatum`, fields);
    expect([refused.status, refused.text.includes(message)]).toEqual([422, true]);
  });

  it('warns of a day off, and takes it when it is chosen again', async () => {
    const { ids } = await series(1, DUE);
    const path = `/afnames/${ids[0]}/inleverdatum`;
    const fields = { keuze: 'anders', inleveren: '2027-02-13' };
    const warned = await press(path, fields);
    expect([warned.status, warned.text.includes('za 13 februari 2027 is geen werkdag.')]).toEqual([422, true]);
    expect((await press(path, { ...fields, toch: fieldOf(warned, 'toch') })).status).toBe(303);
  });

  it('says when somebody moved it meanwhile, and takes a second click as one', async () => {
    const { ids } = await series(1, DUE);
    const path = `/afnames/${ids[0]}/inleverdatum`;
    const old = await teacher.get(path);
    const fields = { formulier: fieldOf(old, 'formulier'), stand: fieldOf(old, 'stand'), keuze: '2027-02-12' };
    expect((await teacher.post(path, fields)).status).toBe(303);
    expect((await teacher.post(path, fields)).status).toBe(303);
    const stale = await teacher.post(path, { ...fields, keuze: '2027-02-19' });
    expect(stale.status).toBe(422);
    expect(stale.text).toContain('De inleverdatum is intussen gewijzigd, nu: vr 12 februari 2027.');
  });

  it('leads back with a word when nothing is ticked, or nothing takes changes', async () => {
    expect((await teacher.get('/afnames/inleverdatum', { follows: true })).text).toContain('Vink eerst');
    expect((await teacher.get(`/afnames/inleverdatum?afname=${uuidv7()}`)).status).toBe(303);
  });
});

describe('cancelling and taking back', () => {
  it('cancels all that are ticked, tells nobody for a minute, and takes it back by the button below the message', async () => {
    const { ids } = await series(3);
    const since = new Date();
    const query = ids.map((id) => `afname=${id}`).join('&');
    const page = await teacher.get(`/afnames/annuleren?${query}`);
    expect(page.text).toContain('3 afnames annuleren?');
    expect(page.text).toContain(`Bo Praktijk, ${app.seed.contacts[0].email} · 3 studenten`);
    const fields = {
      afname: [...ids],
      formulier: fieldOf(page, 'formulier'),
      stand: fieldOf(page, 'stand'),
      versie: fieldOf(page, 'versie'),
      reason: 'De opdracht vervalt.',
    };
    expect((await teacher.post('/afnames/annuleren', fields)).status).toBe(303);
    const again = await teacher.post('/afnames/annuleren', fields, { follows: true });
    expect(again.text).toContain('3 afnames zijn geannuleerd.');
    expect(await statesOf(ids)).toEqual(['cancelled', 'cancelled', 'cancelled']);
    const [told, ...more] = await mails('cancelled', since);
    expect(more).toEqual([]);
    expect((told?.nextTryAt?.getTime() ?? 0) - since.getTime()).toBeGreaterThan(50_000);

    const undone = await teacher.post(
      '/afnames/ongedaan-maken',
      { opdracht: fieldOf(again, 'opdracht') },
      { follows: true },
    );
    expect(undone.text).toContain('De 3 beoordelingen lopen weer. Er is geen mail verstuurd.');
    expect(await statesOf(ids)).toEqual(['invited', 'invited', 'invited']);
    // Gone back to with the browser: that is another wish, not a repeat.
    expect((await teacher.post('/afnames/annuleren', fields)).status).toBe(303);
    expect(await statesOf(ids)).toEqual(['cancelled', 'cancelled', 'cancelled']);
  });

  it('leaves out what is over, by name', async () => {
    const { ids } = await series(2);
    await press(`/afnames/${ids[1]}/annuleren`, { reason: 'Gestopt.' });
    const page = await teacher.get(`/afnames/annuleren?afname=${ids[0]}&afname=${ids[1]}`);
    expect(page.text).toContain('Zoë Çelik doet niet mee');
    expect((await teacher.get(`/afnames/annuleren?afname=${ids[1]}`)).location).toBe(`/afnames/${ids[1]}`);
  });

  it('asks again when an examiner went on meanwhile, with the reason kept', async () => {
    const { ids, contactId } = await series(1);
    const path = `/afnames/${ids[0]}/annuleren`;
    const page = await teacher.get(path);
    await app.apply(startForm, { assessmentId: ids[0], contactId }, asExaminer(contactId));
    const fields = {
      formulier: fieldOf(page, 'formulier'),
      stand: fieldOf(page, 'stand'),
      reason: 'De opdracht vervalt.',
    };
    const stale = await teacher.post(path, fields);
    expect([stale.status, stale.text.includes('Er is intussen iets veranderd.')]).toEqual([422, true]);
    expect(stale.text).toContain('De opdracht vervalt.');
    expect((await teacher.post(path, { ...fields, stand: fieldOf(stale, 'stand') })).status).toBe(303);
  });

  it('takes a withdrawal back within the minute, and the link works as before', async () => {
    const started = await app.startAssessment();
    const { assessmentId, contactId, linkId, formId } = started;
    await press(`/afnames/${assessmentId}/intrekken/${contactId}`, { reason: 'Vergissing.' });
    const gone = app.client();
    await app.openLink(gone, linkId);
    expect((await gone.get(`/beoordeling/${formId}`)).status).not.toBe(200);
    const undone = await teacher.post(
      '/afnames/ongedaan-maken',
      { afname: assessmentId, examinator: contactId },
      { follows: true },
    );
    expect(undone.text).toContain('Bo Praktijk kan weer beoordelen. Er is geen mail verstuurd.');
    const examiner = app.client();
    await app.openLink(examiner, linkId);
    expect((await examiner.get(`/beoordeling/${formId}`)).status).toBe(200);
  });

  it('says that it is too late once the mail went', async () => {
    const { assessmentId, contactId, invitationId } = await app.startAssessment();
    await press(`/afnames/${assessmentId}/intrekken/${contactId}`, { reason: 'Vergissing.' });
    await app.database.mail.updateMany({
      where: { streamId: invitationId, template: 'withdrawn' },
      data: { state: 'accepted' },
    });
    const late = await teacher.post(
      '/afnames/ongedaan-maken',
      { afname: assessmentId, examinator: contactId },
      { follows: true },
    );
    expect(late.text).toContain('Ongedaan maken kan niet meer. U kunt Bo Praktijk wel opnieuw uitnodigen.');
  });
});

describe('sending again', () => {
  it('is refused within ten minutes with the time, and starts counting reminders anew after that', async () => {
    const { assessmentId, contactId, invitationId } = await app.startAssessment();
    const path = `/afnames/${assessmentId}/opnieuw-sturen/${contactId}`;
    expect((await teacher.get(path)).text).toContain('De herinneringen beginnen opnieuw te tellen.');
    const early = await press(path, {});
    expect((await teacher.get(early.location ?? '')).text).toMatch(/kreeg om \d\d:\d\d al een mail/);
    const hourAgo = new Date(Date.now() - 3_600_000);
    await app.database.mail.updateMany({ where: { streamId: invitationId }, data: { queuedAt: hourAgo } });
    const sent = await press(path, {});
    expect((await teacher.get(sent.location ?? '')).text).toContain('gaat opnieuw weg.');
    expect(await app.database.mail.count({ where: { streamId: invitationId, template: 'invitation' } })).toBe(2);
  });
});

describe('changing again and again', () => {
  it('mails nobody any more after a while, and gives back what was typed', async () => {
    const { ids, contactId } = await series(1);
    const path = `/afnames/${ids[0]}/adres/${contactId}`;
    expect((await press(path, { email: 'een@praktijk.example' })).status).toBe(303);
    // As it stands after an hour of this; the limits of this application are a thousand times as wide.
    const where = { key: `mend:${app.seed.teacher.membershipId}` };
    expect((await app.database.rateLimit.updateMany({ where, data: { points: 120_000 } })).count).toBe(1);
    const since = new Date();
    const refused = await press(path, { email: 'twee@praktijk.example' });
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(refused.text).toContain('value="twee@praktijk.example"');
    expect(await app.database.mail.count({ where: { queuedAt: { gte: since } } })).toBe(0);
    await app.database.rateLimit.deleteMany({ where });
    await press(path, { email: app.seed.contacts[0].email });
  });
});

describe('who may change it', () => {
  it('answers a colleague as if it did not exist, on every address', async () => {
    const started: StartedAssessment = await app.startAssessment();
    await app.apply(
      openInvitation,
      { invitationId: started.invitationId, linkId: started.linkId },
      asExaminer(started.contactId),
    );
    const { schoolId, slug } = app.seed;
    const colleague = app.client();
    const { membershipId } = await seedMember(app.database, schoolId, slug, 'teacher', `collega-${uuidv7()}`);
    await app.signInAs(colleague, membershipId);
    const { assessmentId, contactId } = started;
    for (const page of ['vervangen', 'verzoek', 'opnieuw-sturen', 'adres', 'intrekken']) {
      const path = `/afnames/${assessmentId}/${page}/${contactId}`;
      expect([page, (await colleague.get(path)).status]).toEqual([page, 404]);
      expect([page, (await colleague.post(path, { reason: 'x', wie: other })).status]).toEqual([page, 404]);
    }
    for (const page of ['inleverdatum', 'annuleren']) {
      const path = `/afnames/${assessmentId}/${page}`;
      expect([page, (await colleague.get(path)).status]).toEqual([page, 404]);
      expect([page, (await colleague.post(path, { reason: 'x' })).status]).toEqual([page, 404]);
      expect((await colleague.post(`/afnames/${page}`, { afname: assessmentId, reason: 'x' })).location).toBe(
        '/afnames',
      );
    }
    expect((await colleague.post('/afnames/ongedaan-maken', { afname: assessmentId })).status).toBe(404);
    expect(await statesOf([assessmentId])).toEqual(['invited']);
  });
});
