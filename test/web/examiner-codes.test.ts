import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { EvidencePolicy } from '../../domain/evidence.ts';
import type { FinishCodePolicy } from '../../domain/school.ts';
import { examinerCode } from '../../platform/tokens.ts';
import { finishForm } from '../../prisma/commands/forms.ts';
import { startTestApp, type TestApp, type TestClient } from '../support/app.ts';
import { photoFile } from '../support/evidence-files.ts';
import { smallForm } from '../support/factories.ts';
import { COMPLETE, FIRST, fields, type Sitting, sitDown, WORDS } from './examiner-support.ts';

let app: TestApp;
let at: Sitting;

beforeAll(async () => {
  app = await startTestApp({ isLenient: true });
});
beforeEach(async () => {
  at = await sitDown(app);
});
afterEach(() => policy('off'));
afterAll(() => app.stop());

async function policy(finishCode: FinishCodePolicy, evidence: EvidencePolicy = 'off'): Promise<void> {
  const { settings } = await app.database.school.findUniqueOrThrow({ where: { id: app.seed.schoolId } });
  await app.database.school.update({
    where: { id: app.seed.schoolId },
    data: { settings: { ...(settings as object), finishCode, evidence } },
  });
  // Each test has its own hour.
  await app.database.examinerCode.updateMany({ data: { createdAt: new Date(Date.now() - 2 * 3_600_000) } });
}

/** The code of the newest mail. */
async function mailedCode(): Promise<string> {
  const row = await app.database.examinerCode.findFirstOrThrow({ orderBy: [{ createdAt: 'desc' }, { id: 'desc' }] });
  return examinerCode(app.keyring, row.kid, row.id);
}

function wrong(code: string): string {
  return code.startsWith('1') ? `2${code.slice(1)}` : `1${code.slice(1)}`;
}

const codePath = () => `${at.formPath}/code`;
const codes = () =>
  app.database.mail.count({
    where: {
      template: 'examinerCode',
      reference: { path: ['contactId'], equals: at.started.contactId },
      queuedAt: { gt: new Date(Date.now() - 3_600_000) },
    },
  });

describe('finishing where the school always wants a code', () => {
  beforeEach(() => policy('always'));

  it('asks for it, mails it to the address on file, and finishes with it', async () => {
    const before = await codes();
    await at.save(COMPLETE);
    expect((await at.client.get(`${at.formPath}/controle`)).text).toContain(
      'De school vraagt een code bij het afronden',
    );
    expect(await at.finish()).toMatchObject({ status: 303, location: codePath() });
    expect(await at.submissions()).toBe(0);
    const page = await at.client.get(codePath());
    expect(page.text).toContain('p•••@examinator-zandkamp.example');
    expect(await codes()).toBe(before + 1);
    const code = await mailedCode();
    expect(page.text).not.toContain(code);
    const done = await at.client.post(codePath(), { code: ` ${code.slice(0, 3)} ${code.slice(3)} ` });
    expect(done).toMatchObject({ status: 303, location: `${at.formPath}/klaar` });
    expect(await at.submissions()).toBe(1);
    expect(await at.client.post(codePath(), { code })).toMatchObject({ status: 303, location: `${at.formPath}/klaar` });
    expect(await at.submissions()).toBe(1);
  });

  it('tells the tries that are left, and is no dead end after the last', async () => {
    await at.save(COMPLETE);
    await at.finish();
    const code = await mailedCode();
    for (const left of ['nog 4 keer', 'nog 3 keer', 'nog 2 keer', 'nog 1 keer', 'werkt niet meer']) {
      const page = await at.client.post(codePath(), { code: wrong(code) });
      expect([page.status, page.text]).toMatchObject([422, expect.stringContaining(left)]);
    }
    expect((await at.client.post(codePath(), { code })).status).toBe(422);
    expect(await at.submissions()).toBe(0);
    expect(await at.client.post(codePath(), { actie: 'opnieuw' })).toMatchObject({ status: 303, location: codePath() });
    const fresh = await mailedCode();
    expect((await at.client.post(codePath(), { code: fresh })).location).toBe(`${at.formPath}/klaar`);
  });

  it('mails three codes an hour for a form, and says how long to wait', async () => {
    await at.save(COMPLETE);
    const before = await codes();
    await at.finish();
    // A second press of the button while a code is on its way mails nothing.
    await at.finish();
    for (let count = 0; count < 2; count += 1) await at.client.post(codePath(), { actie: 'opnieuw' });
    const page = await at.client.post(codePath(), { actie: 'opnieuw' });
    expect([page.status, page.text]).toMatchObject([422, expect.stringMatching(/Over \d+ minuten kunt u een nieuwe/)]);
    expect(await codes()).toBe(before + 3);
    // The last code still counts.
    expect((await at.client.post(codePath(), { code: await mailedCode() })).location).toBe(`${at.formPath}/klaar`);
  });

  it('finishes exactly the revision that was checked: changed meanwhile is shown again', async () => {
    await at.save(COMPLETE);
    await at.finish();
    const code = await mailedCode();
    await at.save(fields(['G', 'G', 'V', 'V'], [WORDS, '']));
    const page = await at.client.post(codePath(), { code });
    expect([page.status, page.text]).toMatchObject([
      422,
      expect.stringContaining('intussen op een andere plek gewijzigd'),
    ]);
    expect(await at.submissions()).toBe(0);
    expect(await at.client.get(codePath())).toMatchObject({ status: 303, location: `${at.formPath}/controle` });
  });

  it('finishes with exactly the evidence that was checked: what was added meanwhile is shown first', async () => {
    await policy('always', 'on');
    at = await sitDown(app);
    await at.save(COMPLETE);
    await at.finish();
    const code = await mailedCode();
    const file = new FormData();
    file.set('_csrf', await at.client.csrfToken());
    file.set('onderdeel', FIRST);
    file.set('bestand', new Blob([await photoFile()]), 'IMG_2041.JPG');
    expect((await at.client.post(`${at.formPath}/bewijs`, file)).status).toBe(303);
    const page = await at.client.post(codePath(), { code });
    expect([page.status, page.text]).toMatchObject([422, expect.stringContaining('gewijzigd')]);
    expect(await at.submissions()).toBe(0);
    expect((await at.finish()).location).toBe(codePath());
    expect((await at.client.post(codePath(), { code: await mailedCode() })).location).toBe(`${at.formPath}/klaar`);
    const { evidence } = await app.database.formSubmission.findFirstOrThrow({ where: { formId: at.started.formId } });
    expect(evidence).toHaveLength(1);
  });

  it('counts in the session that asked alone', async () => {
    await at.save(COMPLETE);
    await at.finish();
    const code = await mailedCode();
    const other = app.client();
    await app.openLink(other, at.started.linkId);
    expect((await other.post(codePath(), { code })).status).toBe(422);
    expect(await at.submissions()).toBe(0);
  });

  it('expires after ten minutes', async () => {
    await at.save(COMPLETE);
    await at.finish();
    const code = await mailedCode();
    const past = new Date(Date.now() - 1_000);
    await app.database.examinerCode.updateMany({
      where: { contactId: at.started.contactId },
      data: { expiresAt: past },
    });
    const page = await at.client.post(codePath(), { code });
    expect([page.status, page.text]).toMatchObject([422, expect.stringContaining('werkt niet meer')]);
    expect(await at.finish()).toMatchObject({ location: codePath() });
    expect((await at.client.post(codePath(), { code: await mailedCode() })).location).toBe(`${at.formPath}/klaar`);
  });

  it('is refused by the command itself without one', async () => {
    await at.save(COMPLETE);
    const { assessmentId, contactId, invitationId } = at.started;
    const command = { assessmentId, contactId, invitationId, content: smallForm('V') };
    await expect(app.apply(finishForm, command, { kind: 'examiner', id: contactId })).rejects.toThrow('CODE_NEEDED');
  });

  it('can still be disputed by whoever gets the confirmation', async () => {
    await at.save(COMPLETE);
    await at.finish();
    await at.client.post(codePath(), { code: await mailedCode() });
    await at.client.post(`${at.formPath}/niet-ik`, { niet: 'on' });
    const { isDisputed } = await app.database.assessment.findUniqueOrThrow({ where: { id: at.started.assessmentId } });
    expect(isDisputed).toBe(true);
    expect(
      await app.database.mail.count({ where: { streamId: at.started.assessmentId, template: 'finishDisputed' } }),
    ).toBe(1);
  });
});

describe('finishing where the school wants a code once in a session', () => {
  beforeEach(() => policy('session'));

  it('asks for the first form and not for the second, and again in another session', async () => {
    await at.save(COMPLETE);
    await at.finish();
    await at.client.post(codePath(), { code: await mailedCode() });
    expect(await at.submissions()).toBe(1);
    const second = await app.startAssessment();
    await app.openLink(at.client, second.linkId);
    const finishHere = async (client: TestClient) => {
      const form = `/beoordeling/${second.formId}`;
      const { revision } = await app.database.form.findUniqueOrThrow({ where: { id: second.formId } });
      return client.post(`${form}/controle`, { revisie: String(revision), opdracht: 'x' });
    };
    await at.client.post(`/beoordeling/${second.formId}`, {
      revisie: '0',
      weergave: 'alles',
      actie: 'opslaan',
      ...COMPLETE,
    });
    const elsewhere = app.client();
    await app.openLink(elsewhere, second.linkId);
    expect((await finishHere(elsewhere)).location).toBe(`/beoordeling/${second.formId}/code`);
    expect((await finishHere(at.client)).location).toBe(`/beoordeling/${second.formId}/klaar`);
  });
});

describe('the other invitations of an examiner', () => {
  const morePath = () => `/beoordelingen/meer/${app.seed.schoolId}`;

  it('are shown after a code to the address on file, and are not before', async () => {
    const other = await app.startAssessment();
    const list = await at.client.get('/beoordelingen');
    expect(list.text).toContain('Ook uw andere uitnodigingen van ROC zandkamp tonen');
    expect(list.text).not.toContain(other.formId);
    expect((await at.client.get(morePath())).text).toContain('p•••@examinator-zandkamp.example');
    expect(await at.client.post(morePath(), { actie: 'stuur' })).toMatchObject({ status: 303, location: morePath() });
    const code = await mailedCode();
    expect((await at.client.post(morePath(), { code: wrong(code) })).status).toBe(422);
    expect((await at.client.get(`/beoordeling/${other.formId}`)).status).toBe(403);
    expect(await at.client.post(morePath(), { code })).toMatchObject({ status: 303, location: '/beoordelingen' });
    expect((await at.client.get('/beoordelingen')).text).toContain(other.formId);
    expect((await at.client.get(`/beoordeling/${other.formId}`)).status).toBe(200);
    // A code counts once.
    expect(await at.client.post(morePath(), { code })).toMatchObject({ status: 303, location: morePath() });
  });

  it('are nobody’s who has no link of the school', async () => {
    expect((await app.client().get(morePath())).status).toBe(403);
    expect((await at.client.get('/beoordelingen/meer/onzin')).status).toBe(404);
  });

  it('never are those of another examiner', async () => {
    const stranger = await app.startAssessment({ contact: 1 });
    await policy('off');
    await at.client.post(morePath(), { actie: 'stuur' });
    await at.client.post(morePath(), { code: await mailedCode() });
    expect((await at.client.get(`/beoordeling/${stranger.formId}`)).status).toBe(403);
  });
});
