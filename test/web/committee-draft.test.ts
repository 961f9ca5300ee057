/** What a replaced examiner had written: the committee sees it, the new examiner does not. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { correctAddress } from '../../prisma/commands/delivery.ts';
import { replaceExaminer } from '../../prisma/commands/replacing.ts';
import { startTestApp, type TestApp } from '../support/app.ts';
import { fields, type Sitting, sitDown, WORDS } from './examiner-support.ts';

let app: TestApp;
let at: Sitting;
beforeAll(async () => {
  app = await startTestApp({ isLenient: true });
  at = await sitDown(app);
  await at.save(fields(['O', '', '', ''], [WORDS, '']));
});
afterAll(() => app.stop());

const dossier = async () => {
  const committee = app.client();
  await app.signInAs(committee, app.seed.committee.membershipId);
  return (await committee.get(`/commissie/${at.started.assessmentId}`)).text;
};

describe('a draft in the dossier', () => {
  it('is nobody’s business while the examiner is at work', async () => {
    expect(await dossier()).not.toContain(WORDS);
  });

  it('is shown when the examiner was replaced, with who and when, and is not handed over', async () => {
    const { assessmentId, contactId } = at.started;
    const { invitationIds } = await app.apply(replaceExaminer, {
      assessmentIds: [assessmentId],
      fromContactId: contactId,
      toContactId: app.seed.contacts[1].id,
      reason: 'Is met verlof.',
      remark: '',
      initiatorId: app.seed.teacher.membershipId,
      kid: '1',
    });
    const text = await dossier();
    expect(text).toContain('Concept van Bo Praktijk, ingetrokken op');
    expect(text).toContain(WORDS);
    expect(text).toContain('Luistert');
    expect(text).toContain('Bo Praktijk vervangen door Sam Docent');
    const invitation = await app.database.invitation.findUniqueOrThrow({ where: { id: invitationIds[0] ?? '' } });
    const second = app.client();
    await app.openLink(second, invitation.linkId);
    const pair = await app.database.assessmentExaminer.findFirstOrThrow({ where: { invitationId: invitation.id } });
    const form = await second.get(`/beoordeling/${pair.formId}?weergave=alles`);
    expect(form.status).toBe(200);
    expect(form.text).not.toContain(WORDS);
  });

  it('stands beside the mark that an address was changed', async () => {
    const { invitationId } = await app.database.assessmentExaminer.findFirstOrThrow({
      where: { assessmentId: at.started.assessmentId, contactId: app.seed.contacts[1].id },
    });
    expect(await dossier()).not.toContain('Het adres van Sam Docent is');
    await app.apply(correctAddress, { invitationId: invitationId ?? '', email: 'sam@elders.example', kid: '1' });
    const text = await dossier();
    expect(text).toContain('Het adres van Sam Docent is tijdens de afname gewijzigd');
    expect(text).toContain('sam@elders.example');
  });
});
