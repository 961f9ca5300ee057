import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { v7 as uuidv7 } from 'uuid';
import { DEFAULT_SCHOOL_SETTINGS } from '../../domain/school.ts';
import { startTestApp, type TestApp, type TestClient } from '../support/app.ts';
import { addStudent, signedInTeacher } from './initiator-support.ts';
import {
  AFTER_DUE,
  addContact,
  type Drafts,
  DUE_DAY,
  dayText,
  MONDAY,
  makeDrafts,
  postForm,
  SATURDAY,
  shortDayText,
  WORKDAY,
  wordScanner,
} from './inviting-support.ts';

/** A year and more ahead. */
const FAR = `${new Date().getFullYear() + 2}-01-02`;

let app: TestApp;
let teacher: TestClient;
let students: string[];
let bo: string;
let petra: string;
let drafts: Drafts;
let page: string;

beforeAll(async () => {
  app = await startTestApp({ isLenient: true, scanner: wordScanner });
  bo = app.seed.contacts[0].id;
  petra = await addContact(app, 'Petra Praktijk');
  students = [];
  for (const name of ['Amira', 'Bram', 'Cas'])
    students.push(await addStudent(app, name, 'Testers', `77${students.length}`));
});
afterAll(() => app.stop());
beforeEach(async () => {
  teacher = await signedInTeacher(app);
  drafts = await makeDrafts(app, students, [bo, petra]);
  page = `/series/${drafts.seriesId}/uitnodigen`;
});

const invitationsOf = (ids: readonly string[]) =>
  app.database.invitation.findMany({
    where: { pairs: { some: { assessmentId: { in: [...ids] } } } },
    include: { pairs: true, attachments: true },
    orderBy: { id: 'asc' },
  });

async function setSettings(settings: object): Promise<void> {
  await app.database.school.update({
    where: { id: app.seed.schoolId },
    data: { settings: { ...DEFAULT_SCHOOL_SETTINGS, ...settings } as object },
  });
}

describe('the page of an invitation', () => {
  it('offers everybody for all students, now, with the reminders of the school', async () => {
    const { text } = await teacher.get(page);
    expect(text).toContain('2 uitnodigingen versturen');
    expect(text).toContain('3 studenten · alle onderdelen');
    expect(text).toContain('Nu voor 3 van de 3');
    expect(text).toContain(`Inleveren uiterlijk ${dayText(DUE_DAY)}`);
    expect(text).toContain('nog 40 werkdagen');
    expect(text).toContain(
      'de eerste herinnering na 3 werkdagen, daarna om de 3 werkdagen, ten hoogste 4 keer, om 09:00.',
    );
    expect(text).toMatch(/De eerste herinnering gaat op \w\w \d+ \w+ \d{4}, 09:00/);
  });

  it('says of a deadline on a day off that it is one', async () => {
    const { ids } = await makeDrafts(app, students.slice(0, 1), [bo], `${SATURDAY}T21:00:00.000Z`);
    const { text } = await teacher.get(`/afnames/${ids[0]}/uitnodigen`);
    expect(text).toContain('Deze dag is geen werkdag.');
  });

  it('says in sentences what a changed form comes to, for the script', async () => {
    await teacher.get(page);
    const answer = await teacher.post(`/series/${drafts.seriesId}/voorbeeld`, {
      vorm: 'zinnen',
      studenten: 'gekozen',
      student: drafts.ids[0] ?? '',
      wie: [bo, petra],
      wanneer: 'later',
      verzenddag: SATURDAY,
      verzendtijd: '08:00',
      'herinner-eerste': '1',
      'herinner-elke': '1',
      'herinner-vooraf': '',
      'herinner-maximaal': '1',
      'herinner-tijd': '10:30',
    });
    expect(JSON.parse(answer.text)).toEqual({
      say: {
        send: `2 uitnodigingen inplannen voor ${shortDayText(SATURDAY)} 08:00`,
        students: 'Voor welke studenten? Nu voor 1 van de 3',
        moment: `${dayText(SATURDAY)} is geen werkdag.`,
        policy: 'Alleen voor deze uitnodigingen: één herinnering na 1 werkdag, om 10:30.',
        first: `De eerste herinnering gaat op ${dayText(MONDAY)}, 10:30, als er dan nog werk openstaat.`,
      },
      people: { [bo]: '1 student · alle onderdelen', [petra]: '1 student · alle onderdelen' },
      files: [],
    });
  });

  it('previews the mail for the students that are ticked, as it will be when it leaves', async () => {
    await teacher.get(page);
    const preview = (more: Record<string, string | string[]>) =>
      teacher.post(`/series/${drafts.seriesId}/voorbeeld`, { voor: bo, vorm: 'tekst', remark: 'Tot snel', ...more });
    const all = await preview({});
    expect(all.text).toContain('Cas Testers');
    expect(all.text.indexOf('Tot snel')).toBeGreaterThan(0);
    const one = await preview({ studenten: 'gekozen', student: drafts.ids[0] ?? '' });
    expect(one.text).not.toContain('Cas Testers');
    const none = await preview({ studenten: 'gekozen' });
    expect([none.status, none.text]).toEqual([404, expect.stringContaining('geen student aangevinkt')]);
  });
});

describe('sending now', () => {
  it('sends one mail to each examiner for all students, and leads to the overview', async () => {
    const sent = await postForm(teacher, page, { wie: [bo, petra] });
    expect([sent.status, sent.location]).toEqual([303, `/series/${drafts.seriesId}`]);
    expect((await invitationsOf(drafts.ids)).map(({ pairs }) => pairs.length)).toEqual([3, 3]);
  });

  it('invites for the students that are ticked alone, and the others later', async () => {
    const [first = '', ...others] = drafts.ids;
    const sent = await postForm(teacher, page, { studenten: 'gekozen', student: first, wie: [bo] });
    expect(sent.status).toBe(303);
    expect((await invitationsOf(drafts.ids)).map(({ pairs }) => pairs.map(({ assessmentId }) => assessmentId))).toEqual(
      [[first]],
    );
    const later = await postForm(teacher, page, { studenten: 'gekozen', student: drafts.ids, wie: [bo] });
    expect(later.status).toBe(303);
    expect((await invitationsOf(others)).map(({ pairs }) => pairs.length)).toEqual([2]);
  });

  it('keeps reminders of this batch alone', async () => {
    const sent = await postForm(teacher, page, {
      wie: [bo],
      'herinner-eerste': '2',
      'herinner-elke': '3',
      'herinner-vooraf': '1',
      'herinner-maximaal': '4',
      'herinner-tijd': '09:00',
    });
    expect(sent.status).toBe(303);
    const batch = await app.database.batch.findFirstOrThrow({ where: { seriesId: drafts.seriesId } });
    expect(batch.reminders).toMatchObject({ firstAfterWorkingDays: 2, max: 4 });
  });

  it('keeps none when the fields hold what the school has', async () => {
    await postForm(teacher, page, {
      wie: [bo],
      'herinner-eerste': '3',
      'herinner-elke': '3',
      'herinner-vooraf': '1',
      'herinner-maximaal': '4',
      'herinner-tijd': '09:00',
    });
    const batch = await app.database.batch.findFirstOrThrow({ where: { seriesId: drafts.seriesId } });
    expect(batch.reminders).toBeNull();
  });

  it('is done once for a form that is posted twice', async () => {
    const formulier = uuidv7();
    const answers = await Promise.all([
      postForm(teacher, page, { formulier, wie: [bo] }),
      postForm(await signedInTeacher(app), page, { formulier, wie: [bo] }),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([303, 303]);
    expect(await invitationsOf(drafts.ids)).toHaveLength(1);
    expect(await app.database.batch.count({ where: { seriesId: drafts.seriesId } })).toBe(1);
  });
});

describe('what is wrong with an invitation', () => {
  it.each<[string, () => Record<string, string | string[]>, string]>([
    ['nobody', () => ({ wie: [] }), 'Vink ten minste één examinator aan.'],
    ['no student', () => ({ wie: [bo], studenten: 'gekozen' }), 'Vink ten minste één student aan.'],
    [
      'a moment in the past',
      () => ({ wie: [bo], wanneer: 'later', verzenddag: '2020-01-01', verzendtijd: '08:00' }),
      'wo 1 jan 08:00 is al voorbij.',
    ],
    [
      'no day',
      () => ({ wie: [bo], wanneer: 'later', verzenddag: '31-12', verzendtijd: '8 uur' }),
      'Vul bij “Dag” een dag in',
    ],
    [
      'a day off that is not confirmed',
      () => ({ wie: [bo], wanneer: 'later', verzenddag: SATURDAY, verzendtijd: '08:00' }),
      `${dayText(SATURDAY)} is geen werkdag. Kies een ander moment`,
    ],
    [
      'a quiet hour that is not confirmed',
      () => ({ wie: [bo], wanneer: 'later', verzenddag: WORKDAY, verzendtijd: '23:30' }),
      'Om 23:30 leest bijna niemand zijn werkmail.',
    ],
    [
      'a moment after the deadline',
      () => ({ wie: [bo], wanneer: 'later', verzenddag: AFTER_DUE, verzendtijd: '08:00' }),
      `Dit is na de inleverdatum (${dayText(DUE_DAY)}).`,
    ],
    [
      'a moment years ahead',
      () => ({ wie: [bo], wanneer: 'later', verzenddag: FAR, verzendtijd: '08:00' }),
      'Kies een dag binnen een jaar.',
    ],
    [
      'reminders that are not possible',
      () => ({
        wie: [bo],
        'herinner-eerste': '0',
        'herinner-elke': 'twee',
        'herinner-vooraf': '',
        'herinner-maximaal': '99',
        'herinner-tijd': '9 uur',
      }),
      '“Eerste herinnering na (werkdagen)”: vul een getal van 1 tot 60 in.',
    ],
  ])('is said of %s, and everything stays', async (_what, fields, message) => {
    const answer = await postForm(teacher, page, { remark: 'Blijft staan', ...fields() });
    expect(answer.status).toBe(422);
    expect(answer.text).toContain(message);
    expect(answer.text).toContain('Blijft staan');
    const targets = [...answer.text.matchAll(/<li><a class="utrecht-link" href="#([^"]+)"/g)].map((match) => match[1]);
    expect(targets.length).toBeGreaterThan(0);
    for (const target of targets) expect(answer.text).toContain(`id="${target}"`);
    expect(await app.database.batch.count({ where: { seriesId: drafts.seriesId } })).toBe(0);
  });

  it('is said of a deadline that is over, with the way to another', async () => {
    const late = await makeDrafts(app, students.slice(0, 1), [bo], '2020-03-06T22:59:00.000Z');
    const answer = await postForm(teacher, `/afnames/${late.ids[0]}/uitnodigen`, { wie: [bo] });
    expect([answer.status, answer.text]).toEqual([
      422,
      expect.stringContaining('De inleverdatum (vr 6 maart 2020) is al voorbij. Kies eerst een nieuwe dag.'),
    ]);
    expect(answer.text).toMatch(/id="inleveren"[^>]*href="\/afnames\/[^"]+\/inleverdatum"/);
  });

  it('is said of an examiner with the address of the student', async () => {
    const { email } = await app.database.student.findUniqueOrThrow({ where: { id: students[0] ?? '' } });
    const same = await addContact(app, 'Zelf Student', { email: email.toUpperCase() });
    const own = await makeDrafts(app, students, [same, bo]);
    const answer = await postForm(teacher, `/series/${own.seriesId}/uitnodigen`, { wie: [same, bo] });
    expect([answer.status, answer.text]).toEqual([
      422,
      expect.stringContaining('Zelf Student heeft hetzelfde e-mailadres als de student: Amira Testers.'),
    ]);
    expect(answer.text).toContain('id="anderen-kiezen"');
    expect((await postForm(teacher, `/series/${own.seriesId}/uitnodigen`, { wie: [bo] })).status).toBe(303);
  });
});

describe('rules of the school', () => {
  afterAll(() => setSettings({}));

  it('ask for a reason where they warn, and write it down', async () => {
    await setSettings({ conflicts: { ownCoach: 'off', noneIndependent: 'off', noneFromPractice: 'warn' } });
    const sam = app.seed.contacts[1].id;
    const own = await makeDrafts(app, students.slice(0, 2), [sam]);
    const address = `/series/${own.seriesId}/uitnodigen`;
    expect((await teacher.get(address)).text).toContain(
      'Niemand uit de praktijk beoordeelt Amira Testers en Bram Testers.',
    );
    const without = await postForm(teacher, address, { wie: [sam], 'waarom-noneFromPractice': '  ' });
    expect([without.status, without.text]).toEqual([
      422,
      expect.stringContaining('Schrijf bij “Waarom toch?” waarom het hier toch kan.'),
    ]);
    const sent = await postForm(teacher, address, {
      wie: [sam],
      'waarom-noneFromPractice': 'De praktijk is gesloten.',
    });
    expect(sent.status).toBe(303);
    const rows = await app.database.assessment.findMany({ where: { id: { in: [...own.ids] } } });
    expect(rows.map(({ overrideCount }) => overrideCount)).toEqual([1, 1]);
  });

  it('stop where they block', async () => {
    await setSettings({ conflicts: { ownCoach: 'off', noneIndependent: 'off', noneFromPractice: 'block' } });
    const sam = app.seed.contacts[1].id;
    const own = await makeDrafts(app, students.slice(0, 1), [sam]);
    const answer = await postForm(teacher, `/afnames/${own.ids[0]}/uitnodigen`, { wie: [sam] });
    expect([answer.status, answer.text]).toEqual([422, expect.stringContaining('Niemand uit de praktijk beoordeelt')]);
    expect(answer.text).toContain('Andere examinatoren kiezen');
  });
});

describe('a set moment', () => {
  async function plan(): Promise<string> {
    const planned = await postForm(teacher, page, {
      wie: [bo, petra],
      remark: 'Fijn dat u meedoet',
      wanneer: 'later',
      verzenddag: WORKDAY,
      verzendtijd: '08:00',
    });
    expect(planned.status).toBe(303);
    return planned.location ?? '';
  }

  it('sends nothing until then, and shows it on a page of its own', async () => {
    const address = await plan();
    expect(address).toMatch(/^\/verzendingen\/[0-9a-f-]{36}$/);
    const { text } = await teacher.get(address);
    expect(text).toContain(`De uitnodigingen gaan weg op ${dayText(WORKDAY)}, 08:00.`);
    expect(text).toContain('0 van 2 verstuurd');
    expect(text).toContain('Amira Testers, Bram Testers en Cas Testers');
    expect(text).toContain('Fijn dat u meedoet');
    expect(await invitationsOf(drafts.ids)).toHaveLength(0);
    expect((await teacher.get('/verzendingen')).text).toContain(`href="${address}"`);
  });

  it('is taken on a day off when that is meant', async () => {
    const fields = { wie: [bo], wanneer: 'later', verzenddag: SATURDAY, verzendtijd: '08:00', toch: 'on' };
    expect((await postForm(teacher, page, fields)).location).toMatch(/^\/verzendingen\//);
  });

  it('can be moved, and refuses one that is over', async () => {
    const address = await plan();
    const wrong = await teacher.post(`${address}/moment`, { verzenddag: '2020-01-01', verzendtijd: '08:00' });
    expect([wrong.status, wrong.text]).toEqual([422, expect.stringContaining('is al voorbij')]);
    const moved = await teacher.post(
      `${address}/moment`,
      { verzenddag: MONDAY, verzendtijd: '09:15' },
      { follows: true },
    );
    expect(moved.text).toContain(`De uitnodigingen gaan weg op ${dayText(MONDAY)}, 09:15.`);
  });

  it('can become now', async () => {
    const address = await plan();
    const now = await teacher.post(`${address}/moment`, { wanneer: 'nu' }, { follows: true });
    expect(now.text).toContain('Alle uitnodigingen zijn verstuurd.');
    expect(await invitationsOf(drafts.ids)).toHaveLength(2);
    const again = await teacher.post(`${address}/moment`, { wanneer: 'nu' }, { follows: true });
    expect(again.text).toContain('Alles was al verstuurd. Er is niets veranderd.');
  });

  it('can be stopped, once', async () => {
    const address = await plan();
    expect((await teacher.get(`${address}/stoppen`)).text).toContain('2 uitnodigingen zijn nog niet weg');
    const stopped = await teacher.post(`${address}/stoppen`, {}, { follows: true });
    expect(stopped.text).toContain('U hebt het versturen gestopt.');
    const again = await teacher.post(`${address}/stoppen`, {}, { follows: true });
    expect([again.status, again.text]).toEqual([200, expect.stringContaining('Het versturen was al gestopt.')]);
    expect(await invitationsOf(drafts.ids)).toHaveLength(0);
  });

  it('shows each row that failed, why, and the way on; and tries again', async () => {
    const address = await plan();
    await app.database.contact.update({ where: { id: petra }, data: { archivedAt: new Date() } });
    try {
      const failed = await teacher.post(`${address}/moment`, { wanneer: 'nu' }, { follows: true });
      expect(failed.text).toContain('Klaar, maar 1 uitnodiging kon niet weg.');
      expect(failed.text).toContain('Deze persoon is uit het adresboek gehaald. Kies iemand anders.');
      expect(failed.text).toContain(`/series/${drafts.seriesId}/examinatoren`);
      expect(failed.text).toContain('1 van 2 verstuurd');
    } finally {
      await app.database.contact.update({ where: { id: petra }, data: { archivedAt: null } });
    }
    const again = await teacher.post(`${address}/opnieuw`, {}, { follows: true });
    expect(again.text).toContain('2 van 2 verstuurd');
    expect(again.text).toContain('Alle uitnodigingen zijn verstuurd.');
  });

  it('is nobody else’s', async () => {
    const address = await plan();
    const other = app.client();
    await app.signInAs(other, app.seed.committee.membershipId);
    expect((await other.get(address)).status).toBe(403);
    await app.database.batch.update({
      where: { id: address.split('/').at(-1) ?? '' },
      data: { initiatorId: app.seed.committee.membershipId },
    });
    for (const path of [address, `${address}/stoppen`, `${address}/live`])
      expect((await teacher.get(path)).status).toBe(404);
    for (const path of ['stoppen', 'opnieuw', 'moment'])
      expect((await teacher.post(`${address}/${path}`, {})).status).toBe(404);
  });
});

describe('a class of many', () => {
  it('is one click: 30 students, 24 examiners, what is left goes on by itself', async () => {
    const many: string[] = [];
    for (let index = 0; index < 30; index += 1)
      many.push(await addStudent(app, `Student${index}`, 'Klas', String(880_000 + index)));
    const examiners: string[] = [];
    for (let index = 0; index < 24; index += 1) examiners.push(await addContact(app, `Examinator ${index}`));
    const big = await makeDrafts(app, many, examiners);
    const sent = await postForm(teacher, `/series/${big.seriesId}/uitnodigen`, { wie: examiners });
    expect(sent.location).toMatch(/^\/verzendingen\//);
    const { text } = await teacher.get(sent.location ?? '');
    expect(text).toMatch(/\d+ van 24 verstuurd/);
    expect(text).toContain('De uitnodigingen worden nu verstuurd. U kunt deze pagina verlaten');
    const mails = await app.database.mail.count({
      where: { template: 'invitation', toName: { startsWith: 'Examinator ' } },
    });
    expect(mails).toBeGreaterThanOrEqual(1);
    expect(mails).toBeLessThanOrEqual(24);
  }, 60_000);
});
