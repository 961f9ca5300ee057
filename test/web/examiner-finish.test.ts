import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { justificationFieldName, scoreFieldName } from '../../domain/form.ts';
import { cancelAssessment } from '../../prisma/commands/assessments.ts';
import { returnForm } from '../../prisma/commands/forms.ts';
import { withdrawExaminer } from '../../prisma/commands/inviting.ts';
import { startTestApp, type TestApp } from '../support/app.ts';
import { SMALL_CRITERIA } from '../support/factories.ts';
import { COMPLETE, FIRST, fields, SECOND, type Sitting, sitDown, WORDS } from './examiner-support.ts';

let app: TestApp;
let at: Sitting;

beforeAll(async () => {
  app = await startTestApp({ isLenient: true });
});
beforeEach(async () => {
  at = await sitDown(app);
});
afterAll(() => app.stop());

describe('finishing', () => {
  it('is not offered while something is open, and links to the very control', async () => {
    await at.save(fields(['O', 'V', '', ''], ['   ', '']));
    const page = await at.client.get(`${at.formPath}/controle`);
    expect(page.status).toBe(200);
    expect(page.text).toContain('U kunt nog niet afronden');
    expect(page.text).not.toContain('name="opdracht"');
    expect(page.text).not.toContain('#afronden');
    const links = [...page.text.matchAll(/href="([^"]*fouten[^"]*)"/g)].map((match) =>
      (match[1] ?? '').replaceAll('&amp;', '&').replaceAll('&#x3D;', '='),
    );
    expect(links).toContain(`${at.formPath}?stap=1&fouten=1#${justificationFieldName(FIRST)}`);
    for (const link of links) {
      const [path = '', id = ''] = link.split('#');
      const target = await at.client.get(path);
      expect(target.text).toContain(`id="${id}"`);
      expect(target.text).toContain('aria-invalid="true"');
    }
  });

  it('is one tap away on top of the page when nothing is missing', async () => {
    await at.save(COMPLETE);
    const { text } = await at.client.get(`${at.formPath}/controle`);
    const [link, target] = [text.indexOf('href="#afronden"'), text.indexOf('id="afronden" tabindex="-1"')];
    expect(link).toBeGreaterThan(0);
    expect(target).toBeGreaterThan(text.indexOf('proeve-answers'));
    expect(link).toBeLessThan(text.indexOf('proeve-answers'));
  });

  it('is refused for an O without justification or with only spaces, then accepted with words', async () => {
    for (const text of ['', '   \n\t', '\u200b']) {
      await at.save(fields(['O', 'V', 'V', 'V'], [text, '']));
      const page = await at.client.post(`${at.formPath}/controle`, { revisie: String(await at.revision()) });
      expect(page.status).toBe(422);
      expect(page.text).toContain('Vul een onderbouwing in bij Gedragsobservatie (B1-K1-W1). U gaf 1× O.');
      expect(await at.submissions()).toBe(0);
    }
    await at.save(fields(['O', 'V', 'V', 'V'], [WORDS, '']));
    expect(await at.finish()).toMatchObject({ status: 303, location: `${at.formPath}/klaar` });
    expect(await at.submissions()).toBe(1);
  });

  it('shows date, time, the fingerprint of the mail and a way to read it again', async () => {
    await at.save(COMPLETE);
    await at.finish();
    const { contentDigest } = await app.database.formSubmission.findFirstOrThrow({
      where: { formId: at.started.formId },
    });
    const page = await at.client.get(`${at.formPath}/klaar`);
    const shown = contentDigest.slice(0, 16).replace(/(.{4})(?=.)/g, '$1 ');
    expect(page.text).toContain(shown);
    expect(page.text).toContain('Uw antwoorden bekijken');
    const view = await at.client.get(at.formPath);
    expect(view.text).toContain('U kunt dit formulier alleen nog bekijken.');
    expect(view.text).toContain(WORDS);
    expect(view.text).not.toContain('<textarea');
  });

  it('happens once, however often it is posted', async () => {
    await at.save(COMPLETE);
    const page = await at.client.get(`${at.formPath}/controle`);
    const field = (name: string) => new RegExp(`name="${name}" value="([^"]*)"`).exec(page.text)?.[1] ?? '';
    const post = () =>
      at.client.post(`${at.formPath}/controle`, { revisie: field('revisie'), opdracht: field('opdracht') });
    const answers = await Promise.all([post(), post(), post()]);
    answers.push(await post(), await at.client.post(`${at.formPath}/controle`, { revisie: field('revisie') }));
    for (const answer of answers) expect(answer).toMatchObject({ status: 303, location: `${at.formPath}/klaar` });
    expect(await at.submissions()).toBe(1);
  });

  it('finishes only what was on the screen', async () => {
    await at.save(COMPLETE);
    const seen = await at.revision();
    await at.save({ ...COMPLETE, [scoreFieldName(SMALL_CRITERIA[0])]: 'O' });
    const page = await at.client.post(`${at.formPath}/controle`, { revisie: String(seen) });
    expect(page.status).toBe(422);
    expect(page.text).toContain('intussen op een andere plek gewijzigd');
    expect(await at.submissions()).toBe(0);
  });

  it('offers the next form of the same invitation', async () => {
    const next = await app.startAssessment();
    await app.openLink(at.client, next.linkId);
    const { invitationIds } = { invitationIds: [at.started.invitationId] };
    await app.database.assessmentExaminer.updateMany({
      where: { formId: next.formId },
      data: { invitationId: invitationIds[0] ?? '' },
    });
    await at.save(COMPLETE);
    await at.finish();
    expect((await at.client.get(`${at.formPath}/klaar`)).text).toContain(`/beoordeling/${next.formId}`);
  });
});

describe('saving in two tabs', () => {
  async function conflict() {
    await at.client.post(at.formPath, {
      revisie: '0',
      weergave: 'alles',
      actie: 'opslaan',
      ...fields(['V', 'V', 'V', 'V'], ['In het eerste tabblad', '']),
    });
    return at.client.post(at.formPath, {
      revisie: '0',
      weergave: 'alles',
      actie: 'volgende',
      ...fields(['V', 'O', 'V', 'V'], ['In het tweede tabblad', '']),
    });
  }

  it('shows both side by side, and nothing else until someone chooses', async () => {
    const { location } = await conflict();
    expect(location).toMatch(/\/vergelijken\/2$/);
    for (const path of [location ?? '', at.formPath, `${at.formPath}/controle`]) {
      const page = await at.client.get(path, { follows: true });
      expect(page.path).toBe(location);
      expect(page.text).toContain('In het eerste tabblad');
      expect(page.text).toContain('In het tweede tabblad');
    }
  });

  it('cannot finish before someone chose', async () => {
    const { location } = await conflict();
    const posted = await at.client.post(`${at.formPath}/controle`, { revisie: String(await at.revision()) });
    expect(posted).toMatchObject({ status: 303, location });
    expect(await at.submissions()).toBe(0);
  });

  it('asks again when nothing was chosen, and then takes the choice', async () => {
    const { location } = await conflict();
    const asked = await at.client.post(location ?? '', {});
    expect(asked.status).toBe(422);
    expect(asked.text).toContain('Kies welke versie u wilt houden van Gedragsobservatie (B1-K1-W1).');
    await at.client.post(location ?? '', { 'keuze-B1-K1-W1-behaviour': 'andere' });
    expect(await at.draft()).toMatchObject({
      scores: { [SMALL_CRITERIA[1]]: 'O' },
      justifications: { [FIRST]: 'In het tweede tabblad' },
    });
    expect((await at.client.get(`${at.formPath}?stap=1`)).status).toBe(200);
  });
});

describe('a form that takes nothing any more', () => {
  /** A second student in the same invitation, so that the link goes on living. */
  async function keepLinkAlive() {
    const second = await app.startAssessment();
    await app.openLink(at.client, second.linkId);
    await app.database.link.updateMany({ where: { id: at.started.linkId }, data: { revokedAt: null } });
  }

  it.each([
    [
      'withdrawn',
      () => app.apply(withdrawExaminer, { ...at.started, reason: 'Dubbel gevraagd' }),
      'Deze beoordeling is niet meer nodig',
    ],
    ['cancelled', () => app.apply(cancelAssessment, { ...at.started, reason: 'Ziek' }), 'Deze afname gaat niet door'],
  ] as const)('shows what was typed after it was %s', async (_state, end, title) => {
    await end();
    await keepLinkAlive();
    const posted = await at.client.post(at.formPath, { revisie: '0', ...COMPLETE });
    expect(posted.status).toBe(409);
    expect(posted.text).toContain(title);
    expect(posted.text).toContain(WORDS);
    expect(posted.text).toContain('is niet opgeslagen');
    expect((await at.client.get(at.formPath)).status).toBe(410);
  });

  it('gives the words back when the link itself was withdrawn', async () => {
    await app.apply(withdrawExaminer, { ...at.started, reason: '' });
    const posted = await at.client.post(at.formPath, { revisie: '0', ...COMPLETE });
    expect(posted.status).toBe(409);
    expect(posted.text).toContain('ingetrokken');
    expect(posted.text).toContain(WORDS);
    expect((await at.client.get(at.formPath)).status).toBe(410);
    expect(await at.draft()).toBeUndefined();
  });

  it('finishes or is shown again, never fails, while a draft is being saved', async () => {
    await at.save(COMPLETE);
    const form = await app.database.form.findFirstOrThrow({ where: { id: at.started.formId } });
    const race = () =>
      Promise.all([
        app.repositories.forSchool(app.seed.schoolId).examiner.saveDraft({
          formId: at.started.formId,
          contactId: at.started.contactId,
          basedOn: form.revision,
          patch: { scores: {}, justifications: { [FIRST]: `${WORDS} En nog iets.` } },
        }),
        at.finish(),
      ]);
    const [, finished] = await race();
    expect([303, 422]).toContain(finished.status);
    expect(await app.database.formSubmission.count({ where: { formId: at.started.formId } })).toBe(
      finished.status === 303 ? 1 : 0,
    );
  });

  it('keeps the words after scoring closed', async () => {
    await app.database.$executeRaw`
      UPDATE stream SET state = jsonb_set(state, '{closesAt}', '"2026-01-01T00:00:00.000Z"') WHERE id = ${at.started.assessmentId}::uuid`;
    const posted = await at.save(COMPLETE);
    expect(posted.status).toBe(409);
    expect(posted.text).toContain('De tijd om te beoordelen is voorbij');
    expect(posted.text).toContain('is bewaard, maar telt niet mee');
    expect(posted.text).toContain(WORDS);
    expect((await at.draft())?.justifications[FIRST]).toBe(WORDS);
    const page = await at.client.get(at.formPath);
    expect(page.text).toContain(WORDS);
  });

  it('shows what an old tab still sends after finishing', async () => {
    await at.save(COMPLETE);
    await at.finish();
    const posted = await at.client.post(at.formPath, {
      revisie: '1',
      weergave: 'alles',
      ...COMPLETE,
      [justificationFieldName(SECOND)]: 'Nog iets',
    });
    expect(posted.status).toBe(409);
    expect(posted.text).toContain('Deze beoordeling is al afgerond');
    expect(posted.text).toContain('Nog iets');
    expect((await at.client.get(at.formPath)).text).not.toContain('Nog iets');
  });
});

describe('a returned form', () => {
  beforeEach(async () => {
    await at.save(COMPLETE);
    await at.finish();
    await app.apply(returnForm, { ...at.started, components: [SECOND], reason: 'Kijk nog eens naar het plan.' });
  });

  it('says why on top, opens what came back and locks the rest', async () => {
    const page = await at.client.get(`${at.formPath}?weergave=alles`);
    expect(page.text).toContain('Kijk nog eens naar het plan.');
    expect(page.text).toContain(`name="${justificationFieldName(SECOND)}"`);
    expect(page.text).not.toContain(`name="${justificationFieldName(FIRST)}"`);
    expect(page.text).toContain(WORDS);
  });

  it('is finished again as the next version, with the locked part as it was', async () => {
    await at.save(fields(['O', 'O', 'O', 'O'], ['Anders', 'Nu staat er een fout in.']));
    expect(await at.finish()).toMatchObject({ status: 303, location: `${at.formPath}/klaar` });
    const latest = await app.database.formSubmission.findFirstOrThrow({
      where: { formId: at.started.formId },
      orderBy: { formVersion: 'desc' },
    });
    expect(latest.formVersion).toBe(2);
    expect(latest.content).toEqual({
      scores: {
        [SMALL_CRITERIA[0]]: 'V',
        [SMALL_CRITERIA[1]]: 'G',
        [SMALL_CRITERIA[2]]: 'O',
        [SMALL_CRITERIA[3]]: 'O',
      },
      justifications: { [FIRST]: WORDS, [SECOND]: 'Nu staat er een fout in.' },
    });
  });
});
