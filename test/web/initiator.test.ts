import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { finishForm, startForm } from '../../prisma/commands/forms.ts';
import { openInvitation, reportDelivery } from '../../prisma/commands/inviting.ts';
import { SYSTEM_ACTOR } from '../../prisma/unit-of-work.ts';
import { startTestApp, type TestApp, type TestClient } from '../support/app.ts';
import { SMALL_COMPONENTS, smallForm } from '../support/factories.ts';
import { pdfFile } from '../support/files.ts';
import { addStudent, createDrafts, postInvite, postStudents, seriesIn, signedInTeacher } from './initiator-support.ts';

let app: TestApp;
let teacher: TestClient;
let zoe: string;
let noor: string;

beforeAll(async () => {
  app = await startTestApp({ isLenient: true });
  noor = app.seed.studentId;
  zoe = await addStudent(app, 'Zoë', 'Çelik', '100002');
  await addStudent(app, 'Jan', 'Procent%_', null);
});
afterAll(() => app.stop());
beforeEach(async () => {
  teacher = await signedInTeacher(app);
});

describe('the whole path of an initiator without scripts', () => {
  it('leads from the catalogue to an invited examiner and a page that follows', async () => {
    const catalogue = await teacher.get('/examens');
    expect(catalogue.text).toContain('Zorgen in de wijk');
    expect(catalogue.text).toContain(`/examens/${app.seed.examVersionId}`);

    const exam = await teacher.get(`/examens/${app.seed.examVersionId}`);
    expect(exam.text).toContain('Stelt een plan op');
    expect(exam.text).toContain(`/afnames/nieuw?examen&#x3D;${app.seed.examVersionId}`);

    const started = await postStudents(app, teacher, { studentIds: [noor, zoe] });
    expect(started.status).toBe(303);
    const { seriesId, ids } = await seriesIn(app, started.location);
    const [first = ''] = ids;
    const examiners = await teacher.get(started.location ?? '');
    expect(examiners.text).toContain('Noor de Vries en Zoë Çelik');

    const [practice, school] = app.seed.contacts;
    const added = await teacher.post(`/series/${seriesId}/examinatoren`, {
      erbij: practice.id,
      stap: 'bijwerken',
    });
    expect(added.text).toMatch(new RegExp(`value="exam\\|${practice.id}"[^>]*checked`));

    const saved = await teacher.post(`/series/${seriesId}/examinatoren`, {
      keuze: [practice.id, school.id],
      deel: [`exam|${practice.id}`, `workProcess:B1-K1-W2|${school.id}`],
      stap: 'opslaan',
    });
    expect(saved.location).toBe(`/series/${seriesId}/uitnodigen`);

    const invite = await teacher.get(saved.location ?? '');
    expect(invite.text).toContain('2 studenten · 1 van 2 onderdelen');
    const sent = await postInvite(app, teacher, `series/${seriesId}`, {
      contactIds: [practice.id, school.id],
      remark: 'Fijn dat u meedoet.',
      files: [{ name: 'toelichting.pdf', bytes: pdfFile() }],
    });
    expect([sent.status, sent.location]).toEqual([303, `/series/${seriesId}`]);

    const mails = await app.database.mail.findMany({
      where: { template: 'invitation' },
      orderBy: { toAddress: 'asc' },
    });
    expect(mails.map(({ toAddress }) => toAddress)).toEqual([practice.email, school.email]);
    const invitations = await app.database.invitation.findMany({
      include: { pairs: true, attachments: { include: { attachment: true } } },
    });
    expect(invitations.map(({ pairs }) => pairs.length)).toEqual([2, 2]);
    expect(invitations.flatMap(({ attachments }) => attachments.map(({ attachment }) => attachment.name))).toEqual([
      'toelichting.pdf',
      'toelichting.pdf',
    ]);
    const attachment = await app.database.attachment.findFirstOrThrow();
    expect(await app.documents.get(attachment.sha256)).toEqual(new Uint8Array(pdfFile()));

    const list = await teacher.get('/afnames?status=uitgenodigd');
    expect(list.text).toContain('2 uitnodigingen worden nu verstuurd');
    expect(list.text).toContain('Bo Praktijk en Sam Docent');
    const page = await teacher.get(`/afnames/${first}`);
    expect(page.text).toContain('Wacht op Bo Praktijk en Sam Docent sinds ');
    expect(page.text).toContain('0 van 2 ingevuld');
    expect(page.text).toContain('ook voor 1 andere student');
  });
});

describe('choosing students', () => {
  async function search(zoek: string, more: Record<string, string> = {}) {
    return teacher.post('/afnames/nieuw', {
      examen: app.seed.examVersionId,
      eenheid: '',
      zoek,
      stap: 'zoeken',
      ...more,
    });
  }

  it.each([
    ['part of a name', 'oor'],
    ['several words in any order', 'vries noor'],
    ['capitals', 'NOOR'],
    ['part of the number', '00001'],
    ['part of the address', 'student@student'],
  ])('finds by %s', async (_what, query) => {
    expect((await search(query)).text).toContain('Noor de Vries');
  });

  it('ignores diacritics both ways', async () => {
    expect((await search('zoe celik')).text).toContain('Zoë Çelik');
    expect((await search('nóór')).text).toContain('Noor de Vries');
  });

  it('takes % and _ as letters', async () => {
    expect((await search('t%_')).text).toContain('Procent%_');
    expect((await search('n%r')).text).not.toContain('Noor de Vries');
  });

  it('says that the number is probably missing when nobody is found', async () => {
    const page = await search('qqqq');
    expect(page.text).toContain('Niemand gevonden voor “qqqq”');
    expect(page.text).toContain('studentnummer waarschijnlijk nog niet ingevuld');
  });

  it('keeps who was chosen while searching on, and adds a whole group', async () => {
    const page = await teacher.post('/afnames/nieuw', {
      examen: app.seed.examVersionId,
      eenheid: '',
      zoek: '',
      student: zoe,
      groep: app.seed.groupId,
      stap: 'groep',
    });
    expect(page.text).toContain('2 studenten gekozen');
  });

  it('warns of a running assessment of the same exam and says which attempt comes', async () => {
    await postStudents(app, teacher, { studentIds: [noor] });
    expect((await search('noor')).text).toMatch(
      /lopende afname van dit examen: concept, door u gestart op \w\w \d+ \w+ \d+\./,
    );
  });

  it('shows English texts to who chose English', async () => {
    teacher.cookies.set('__Host-proeve-lang', 'en');
    expect((await search('qqqq')).text).toContain('Nobody found for “qqqq”');
  });
});

describe('the preview', () => {
  it('is the real mail with a link that leads nowhere, in a document that runs nothing', async () => {
    const [id = ''] = await createDrafts(app, teacher, [zoe]);
    const remark = 'Let op: <script>alert(1)</script> & <b>vet</b>';
    const page = await teacher.post(`/afnames/${id}/voorbeeld`, {
      voor: app.seed.contacts[0].id,
      remark,
      bijlagen: 'C:\\map\\plan.pdf',
      vorm: 'html',
    });
    expect(page.status).toBe(200);
    expect(page.headers.get('content-security-policy')).toMatch(/default-src 'none'.*sandbox$/);
    expect(page.text).toContain('&lt;script&gt;alert(1)&lt;/script&gt; &amp; &lt;b&gt;vet&lt;/b&gt;');
    expect(page.text).not.toContain('<script');
    expect(page.text).toContain(`${app.url}/b/voorbeeld`);
    expect(page.text).toContain('plan.pdf');
    expect(page.text).not.toContain('map');
    expect(page.text).toContain('Bo Praktijk &lt;practice@examinator-zandkamp.example&gt;');
  });

  it('comes as text too, in the language of the examiner', async () => {
    const {
      ids: [id = ''],
    } = await seriesIn(app, (await postStudents(app, teacher, { studentIds: [zoe] })).location);
    const english = app.seed.contacts[1].id;
    await teacher.post(`/afnames/${id}/examinatoren`, { keuze: english, deel: `exam|${english}`, stap: 'opslaan' });
    const page = await teacher.post(`/afnames/${id}/voorbeeld`, {
      voor: english,
      remark: 'Regel 1\nRegel 2',
      vorm: 'tekst',
    });
    expect(page.headers.get('content-type')).toContain('text/plain');
    expect(page.text).toContain('> Regel 1\n> Regel 2');
    expect(page.text).toContain('Would you assess a student?');
  });

  it('queues nothing and keeps nothing', async () => {
    const [id = ''] = await createDrafts(app, teacher, [zoe]);
    const before = await app.database.mail.count();
    await teacher.post(`/afnames/${id}/voorbeeld`, { voor: app.seed.contacts[0].id, remark: 'x', vorm: 'html' });
    expect(await app.database.mail.count()).toBe(before);
  });
});

describe('the page of an assessment', () => {
  const examiner = (id: string) => ({ kind: 'examiner' as const, id });

  it('follows each step of the examiner in words, and hides the scores until the result is final', async () => {
    const started = await app.startAssessment({ studentId: zoe });
    const { assessmentId, invitationId, linkId, contactId } = started;
    const show = async () => (await teacher.get(`/afnames/${assessmentId}`)).text;
    expect(await show()).toContain('Wordt verstuurd');

    const { mailId } = await app.database.invitation.findUniqueOrThrow({ where: { id: invitationId } });
    await app.apply(reportDelivery, { invitationId, mailId, delivery: 'accepted', smtpCode: '250' }, SYSTEM_ACTOR);
    expect(await show()).toContain('Mail aan Bo Praktijk verstuurd');

    await app.apply(openInvitation, { invitationId, linkId }, examiner(contactId));
    expect(await show()).toContain('Bo Praktijk heeft de uitnodiging geopend');

    await app.apply(startForm, { assessmentId, contactId }, examiner(contactId));
    expect(await show()).toContain('Bo Praktijk is begonnen');

    await app.apply(
      finishForm,
      { assessmentId, contactId, invitationId, content: smallForm('G') },
      examiner(contactId),
    );
    const finished = await show();
    expect(finished).toContain('Wacht op de examencommissie sinds ');
    expect(finished).toContain('De scores ziet u als de examencommissie');
    expect(finished).not.toContain('proeve-score--G');
    expect(finished).not.toContain(smallForm().justifications[SMALL_COMPONENTS[0]] ?? '-');
  });

  it('says plainly that a mail came back, and that it is the initiator who must act', async () => {
    const { assessmentId, invitationId } = await app.startAssessment({ studentId: zoe });
    const { mailId } = await app.database.invitation.findUniqueOrThrow({ where: { id: invitationId } });
    await app.apply(reportDelivery, { invitationId, mailId, delivery: 'bounced', smtpCode: '550' }, SYSTEM_ACTOR);
    const page = await teacher.get(`/afnames/${assessmentId}`);
    expect(page.text).toContain('Wacht op u (de mail aan Bo Praktijk kwam niet aan) sinds ');
    expect(page.text).toContain('De mailserver van practice@examinator-zandkamp.example heeft de mail niet afgeleverd');
  });

  it('tells an open page that something changed, once', async () => {
    const { assessmentId, invitationId, linkId, contactId } = await app.startAssessment({ studentId: zoe });
    const page = await teacher.get(`/afnames/${assessmentId}`);
    const mark = /data-mark="([^"]+)"/.exec(page.text)?.[1] ?? '';
    await app.apply(openInvitation, { invitationId, linkId }, examiner(contactId));
    const events = await readEvents(`/afnames/${assessmentId}/live?van=${mark}`);
    expect(events).toMatch(/event: changed\ndata: \{"mark":"[0-9a-f]{16}"\}\n/);
    expect(events).not.toContain('Praktijk');
  });

  it('says nothing to an open page that is up to date', async () => {
    const { assessmentId } = await app.startAssessment({ studentId: zoe });
    const page = await teacher.get(`/afnames/${assessmentId}`);
    const mark = /data-mark="([^"]+)"/.exec(page.text)?.[1] ?? '';
    expect(await readEvents(`/afnames/${assessmentId}/live?van=${mark}`)).not.toContain('event: changed');
  });

  /** What the stream says at once; then the visitor leaves. */
  async function readEvents(path: string): Promise<string> {
    const controller = new AbortController();
    const cookie = [...teacher.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(app.url + path, { headers: { cookie }, signal: controller.signal });
    expect(response.headers.get('content-type')).toContain('text/event-stream');
    const reader = response.body?.getReader();
    let text = '';
    while (reader && !/data: |: ok/.test(text)) text += new TextDecoder().decode((await reader.read()).value);
    controller.abort();
    return text;
  }
});

describe('the list', () => {
  it('finds by name without putting the name in an address', async () => {
    await createDrafts(app, teacher, [zoe]);
    const answer = await teacher.post('/afnames/zoeken', { zoek: 'zoe çelik', status: 'concept' });
    expect(answer.location).toBe('/afnames?status=concept');
    const page = await teacher.get(answer.location ?? '');
    expect(page.text).toContain('Zoë Çelik');
    expect(page.text).not.toMatch(/<a class="initiator-row-link"[^>]*>Noor/);
    const cleared = await teacher.post('/afnames/zoeken', { wis: '1' });
    expect(cleared.location).toBe('/afnames');
  });

  it('gives every assessment exactly once over its pages, newest first, and the same going back', async () => {
    const names = Array.from({ length: 30 }, (_, index) => `Persoon${String(index).padStart(2, '0')}`);
    const ids: string[] = [];
    for (const [index, name] of names.entries())
      ids.push(await addStudent(app, name, 'Bladeren', String(200_000 + index)));
    await postStudents(app, teacher, { studentIds: ids });
    await teacher.post('/afnames/zoeken', { zoek: 'bladeren' });
    const namesOn = (text: string) =>
      [...text.matchAll(/initiator-row-link"[^>]*>(Persoon\d\d)/g)].map((match) => match[1]);
    const linkOn = (text: string, rel: string) =>
      new RegExp(`rel="${rel}" href="([^"]+)"`).exec(text)?.[1]?.replaceAll('&amp;', '&').replaceAll('&#x3D;', '=') ??
      '';
    const first = await teacher.get('/afnames');
    const second = await teacher.get(linkOn(first.text, 'next'));
    const shown = [...namesOn(first.text), ...namesOn(second.text)];
    expect(shown).toHaveLength(30);
    expect(new Set(shown).size).toBe(30);
    const back = await teacher.get(linkOn(second.text, 'prev'));
    expect(namesOn(back.text)).toEqual(namesOn(first.text));
  });
});
