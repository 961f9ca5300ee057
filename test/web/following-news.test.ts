import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { quietBefore } from '../../web/pages/initiator/following/quiet.ts';
import { startTestApp, type TestApp, type TestClient } from '../support/app.ts';
import { seedMember } from '../support/factories.ts';
import {
  addContact,
  type Desk,
  finishPair,
  inDays,
  invitedPair,
  openPair,
  passDue,
  reportMail,
  setDesk,
  startPair,
  startSeries,
} from './following-support.ts';
import { addStudent, signedInTeacher } from './initiator-support.ts';

let app: TestApp;
let teacher: TestClient;
let colleague: TestClient;
let desk: Desk;

beforeAll(async () => {
  app = await startTestApp({ isLenient: true });
  desk = await setDesk(app);
  const other = await seedMember(app.database, app.seed.schoolId, app.seed.slug, 'teacher', 'collega');
  colleague = app.client();
  await app.signInAs(colleague, other.membershipId);
});
afterAll(() => app.stop());
beforeEach(async () => {
  teacher = await signedInTeacher(app);
});

describe('reminding several at once', () => {
  it('asks first, says who gets no mail, and sends one mail for each invitation', async () => {
    const contact = await addContact(app, 'Her Innerd');
    const students = [await addStudent(app, 'Rood', 'Herinner', null), await addStudent(app, 'Geel', 'Herinner', null)];
    const { ids } = await startSeries(app, students, [contact]);
    const { invitationIds } = await app.invite({ assessmentIds: ids, contactIds: [contact] });
    const chosen = [...ids, desk.bounced.assessmentId, desk.asked.assessmentId];
    const page = await teacher.get(`/afnames/herinneren?${chosen.map((id) => `afname=${id}`).join('&')}`);
    expect(page.text).toContain('1 herinnering versturen?');
    expect(page.text).toContain('M. de Wit: de mail komt niet aan');
    expect(page.text).toContain('M. de Wit: wacht op uw antwoord');
    const mails = () => app.database.mail.count({ where: { template: 'reminder', streamId: { in: invitationIds } } });
    expect((await teacher.post('/afnames/herinneren', { afname: chosen })).status).toBe(303);
    expect(await mails()).toBe(1);
    await teacher.post('/afnames/herinneren', { afname: chosen });
    expect(await mails()).toBe(1);
    expect((await teacher.get(`/afnames/herinneren?afname=${ids[0]}`)).text).toContain('minder dan een uur geleden');
  });

  it('does nothing to what belongs to another', async () => {
    const page = await colleague.get(`/afnames/herinneren?afname=${desk.busy.assessmentId}`);
    expect(page.text).toContain('Er is niemand om te herinneren');
    expect((await teacher.get('/afnames/herinneren')).location).toBe('/afnames');
  });
});

describe('open pages', () => {
  const scope = () => ({
    membershipId: app.seed.teacher.membershipId,
    quietBefore: quietBefore(new Date(), 'Europe/Amsterdam'),
  });
  const initiator = () => app.repositories.forSchool(app.seed.schoolId).initiator;
  const attention = () => initiator().attentionStamp(scope());
  const rowsStamp = () => initiator().listStamp({ membershipId: scope().membershipId, query: 'volgend' }, {}, 25);

  it('are told of each kind of news, and of nothing else', async () => {
    const contact = await addContact(app, 'Nieuws Brenger');
    const { ids, seriesId } = await startSeries(app, [await addStudent(app, 'Volgend', 'Persoon', null)], [contact]);
    const [id = ''] = ids;
    let list = await rowsStamp();
    let desk1 = await attention();
    expect(await rowsStamp()).toEqual(list);
    expect(await attention()).toBe(desk1);
    const expectRowChanged = async (what: string) => {
      const now = await rowsStamp();
      expect([what, now.get(id) === list.get(id)]).toEqual([what, false]);
      const { membershipId } = scope();
      expect((await initiator().seriesStamp(membershipId, seriesId))?.get(id)).toBe(now.get(id));
      list = now;
    };
    const pair = await invitedPair(app, id, contact);
    await expectRowChanged('invited');
    expect(await attention()).not.toBe(desk1);
    await reportMail(app, pair, 'accepted');
    await expectRowChanged('accepted');
    desk1 = await attention();
    await reportMail(app, pair, 'bounced');
    await expectRowChanged('bounced');
    expect(await attention()).not.toBe(desk1);
    await openPair(app, pair);
    await expectRowChanged('opened');
    await startPair(app, pair);
    await expectRowChanged('started');
    await app.database.form.updateMany({ where: { assessmentId: id }, data: { revision: 1, doneCount: 2 } });
    await expectRowChanged('saved');
    await app.database.invitation.update({
      where: { id: pair.invitationId },
      data: { nextReminderAt: new Date(inDays(2)) },
    });
    await expectRowChanged('reminder planned');
    desk1 = await attention();
    await passDue(app, id, 1);
    await expectRowChanged('deadline passed');
    expect(await attention()).not.toBe(desk1);
    await finishPair(app, pair);
    await expectRowChanged('finished');
  });

  it('says nothing of what belongs to another', async () => {
    const { initiator: others } = app.repositories.forSchool(app.seed.schoolId);
    const stamps = await others.stampRows('00000000-0000-4000-8000-000000000000', desk.series.ids);
    expect(stamps.size).toBe(0);
    expect(await others.seriesStamp('00000000-0000-4000-8000-000000000000', desk.series.seriesId)).toBeNull();
  });

  it.each(['/aandacht', '/afnames', '/afnames?let-op=stil&volgorde=naam'])('follow %s', async (path) => {
    const page = await teacher.get(path);
    const url = /data-url="([^"]+)"/.exec(page.text)?.[1]?.replaceAll('&amp;', '&').replaceAll('&#x3D;', '=') ?? '';
    const mark = /data-mark="([^"]+)"/.exec(page.text)?.[1] ?? '';
    expect(await firstEvent(`${url}${url.includes('?') ? '&' : '?'}van=${mark}`)).toContain(': ok');
    expect(await firstEvent(`${url}${url.includes('?') ? '&' : '?'}van=older`)).toContain('event: changed');
  });

  async function firstEvent(path: string): Promise<string> {
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
