import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { askInitiator } from '../../prisma/commands/asks.ts';
import { returnForm } from '../../prisma/commands/forms.ts';
import { startTestApp, type TestApp } from '../support/app.ts';
import { fingerprintDatabase } from '../support/fingerprint.ts';
import { differ, proposal, proposedId, SHARED, setPolicy, sitDownTogether, stateOf } from './agreement-support.ts';
import { COMPLETE, SECOND, sitDown, WORDS } from './examiner-support.ts';
import { scan, standing } from './scanner-support.ts';

const TIMEOUT = 60_000;

let app: TestApp;

beforeAll(async () => {
  app = await startTestApp({ isLenient: true });
});
afterEach(() => finishCode('off'));
afterAll(() => app.stop());

async function finishCode(policy: 'off' | 'always'): Promise<void> {
  const { settings } = await app.database.school.findUniqueOrThrow({ where: { id: app.seed.schoolId } });
  const data = { settings: { ...(settings as object), finishCode: policy } };
  await app.database.school.update({ where: { id: app.seed.schoolId }, data });
}

/** A person fills in and finishes, after whatever the scanner did. */
async function humanFinishes(linkId: string, formId: string): Promise<void> {
  const human = app.client();
  await app.openLink(human, linkId);
  const { revision } = await app.database.form.findUniqueOrThrow({ where: { id: formId } });
  const form = `/beoordeling/${formId}`;
  const save = { revisie: String(revision), weergave: 'alles', actie: 'opslaan', ...COMPLETE };
  await human.post(form, save);
  const page = await human.get(`${form}/controle`);
  const field = (name: string) => new RegExp(`name="${name}" value="([^"]*)"`).exec(page.text)?.[1] ?? '';
  const post = { revisie: field('revisie'), opdracht: field('opdracht'), zelf: 'on' };
  expect(await human.post(`${form}/controle`, post)).toMatchObject({ status: 303, location: `${form}/klaar` });
}

describe('a mail scanner', () => {
  it('that looks, also five times at once, changes nothing at all', async () => {
    const started = await app.startAssessment();
    const link = await app.linkPath(started.linkId);
    const before = await fingerprintDatabase(app.databaseUrl);
    const clients = Array.from({ length: 5 }, () => app.client());
    const pages = await Promise.all([clients[0]?.head(link), ...clients.map((client) => client.get(link))]);
    expect(pages.map((page) => page?.status)).toEqual([200, 200, 200, 200, 200, 200]);
    expect(await fingerprintDatabase(app.databaseUrl)).toEqual(before);
  });

  it(
    'that presses every button of a fresh mail finishes, declines and begins nothing',
    async () => {
      const started = await app.startAssessment();
      const before = await standing(app, started);
      const { seen } = await scan(app.client(), await app.linkPath(started.linkId));
      expect(seen.join('\n')).toMatch(/POST \/b\/openen 303/);
      expect(seen.filter((line) => line.startsWith(`POST /beoordeling/${started.formId}`)).length).toBeGreaterThan(5);
      expect(seen.filter((line) => / 5\d\d$/.test(line))).toEqual([]);
      expect(await standing(app, started)).toEqual(before);
      await humanFinishes(started.linkId, started.formId);
    },
    TIMEOUT,
  );

  it(
    'does not finish what a person filled in, when a reminder comes',
    async () => {
      const at = await sitDown(app);
      await at.save(COMPLETE);
      const before = await standing(app, at.started);
      const { seen } = await scan(app.client(), await app.linkPath(at.started.linkId));
      expect(seen.join('\n')).toContain(`POST ${at.formPath}/controle 422`);
      expect(await standing(app, at.started)).toEqual(before);
      expect(before.contents).toHaveLength(1);
      await at.finish();
      expect(await at.submissions()).toBe(1);
    },
    TIMEOUT,
  );

  it(
    'does not finish once more what was returned',
    async () => {
      const at = await sitDown(app);
      await at.save(COMPLETE);
      await at.finish();
      await app.apply(returnForm, { ...at.started, components: [SECOND], reason: 'Kijk nog eens.' });
      const before = await standing(app, at.started);
      await scan(app.client(), await app.linkPath(at.started.linkId));
      expect(await standing(app, at.started)).toEqual(before);
    },
    TIMEOUT,
  );

  it(
    'does not say "this was not me" with the link of a confirmation',
    async () => {
      const at = await sitDown(app);
      await at.save(COMPLETE);
      await at.finish();
      const before = await standing(app, at.started);
      const link = await app.linkPath(at.started.linkId);
      const { seen } = await scan(app.client(), `${link}?niet-ik=${at.started.formId}`);
      expect(seen.join('\n')).toContain(`POST ${at.formPath}/niet-ik 422`);
      expect(await standing(app, at.started)).toEqual(before);
      expect(await app.database.mail.count({ where: { template: 'finishDisputed' } })).toBe(0);
    },
    TIMEOUT,
  );

  it(
    'sets few codes going where the school wants one, and finishes nothing',
    async () => {
      const at = await sitDown(app);
      await at.save(COMPLETE);
      await finishCode('always');
      const before = await standing(app, at.started);
      await scan(app.client(), await app.linkPath(at.started.linkId));
      expect(await standing(app, at.started)).toEqual(before);
      const codes = await app.database.examinerCode.count({ where: { purpose: 'finish' } });
      expect(codes).toBeGreaterThan(0);
      expect(codes).toBeLessThanOrEqual(3);
      expect((await at.client.get(at.formPath)).text).toContain(WORDS);
    },
    TIMEOUT,
  );
});

describe('a mail scanner where the examiner asked to be excused', () => {
  it(
    'does not take the question back; a person does, with a tick',
    async () => {
      const at = await sitDown(app);
      const { assessmentId, contactId, invitationId } = at.started;
      const ask = {
        assessmentIds: [assessmentId],
        contactId,
        invitationId,
        kind: 'decline',
        declineReason: 'noTime',
        isDraftShared: false,
        reason: 'Ik ben er dan niet.',
        proposal: null,
      } as const;
      await app.apply(askInitiator, ask, { kind: 'examiner', id: contactId });
      const before = await standing(app, at.started);
      expect(before.ask).toBe('decline');
      const { seen } = await scan(app.client(), await app.linkPath(at.started.linkId));
      expect(seen.join('\n')).toContain(`POST ${at.formPath}/afmelden 422`);
      expect(await standing(app, at.started)).toEqual(before);
      const human = app.client();
      await app.openLink(human, at.started.linkId);
      expect((await human.post(`${at.formPath}/afmelden`, { actie: 'terug', zelf: 'on' })).status).toBe(303);
      expect((await standing(app, at.started)).ask).toBeNull();
    },
    TIMEOUT,
  );
});

describe('a mail scanner where examiners look for one judgement', () => {
  it(
    'says no word about the scores: it neither agrees nor proposes',
    async () => {
      await setPolicy(app, 'together');
      const at = await sitDownTogether(app);
      await differ(app, at);
      const word = async () => {
        const { agreement, agreed, status } = await stateOf(app, at.assessmentId);
        return { agreement, agreed, status };
      };
      const before = await word();
      await scan(app.client(), await app.linkPath(at.first.linkId));
      expect(await word()).toEqual(before);
      await at.clients[0].post(at.pages[0], proposal(['V', 'V'], 'Samen gezien: voldoende.'));
      const proposed = await word();
      const { seen } = await scan(app.client(), await app.linkPath(at.second.linkId));
      expect(seen.join('\n')).toContain(`POST ${at.pages[1]} 422`);
      expect(await word()).toEqual(proposed);
      // A person ticks the box, and is taken at their word.
      const human = app.client();
      await app.openLink(human, at.second.linkId);
      const voorstel = await proposedId(app, at.assessmentId);
      const yes = { actie: 'akkoord', onderdeel: SHARED, voorstel };
      expect((await human.post(at.pages[1], yes)).status).toBe(422);
      expect((await human.post(at.pages[1], { ...yes, zelf: 'on' })).status).toBe(303);
      expect((await word()).status).toBe('assessed');
      await setPolicy(app, 'committee');
    },
    TIMEOUT,
  );
});

describe('a person whose answers were filled in elsewhere', () => {
  it('finishes with one tick more, and is told why', async () => {
    const at = await sitDown(app);
    await at.save(COMPLETE);
    const phone = app.client();
    await app.openLink(phone, at.started.linkId);
    const page = await phone.get(`${at.formPath}/controle`);
    expect(page.text).toContain('Ik heb deze antwoorden gecontroleerd en wil ze zelf afronden');
    const field = (name: string) => new RegExp(`name="${name}" value="([^"]*)"`).exec(page.text)?.[1] ?? '';
    const fields = { revisie: field('revisie'), opdracht: field('opdracht') };
    const refused = await phone.post(`${at.formPath}/controle`, fields);
    expect([refused.status, refused.text]).toMatchObject([
      422,
      expect.stringContaining('Vink aan dat u deze antwoorden'),
    ]);
    expect((await phone.post(`${at.formPath}/controle`, { ...fields, zelf: 'on' })).location).toBe(
      `${at.formPath}/klaar`,
    );
  });

  it('is not asked where they wrote something after opening the link', async () => {
    const at = await sitDown(app);
    await at.save(COMPLETE);
    expect((await at.client.get(`${at.formPath}/controle`)).text).not.toContain('name="zelf"');
  });
});
