/** What the server does for a device: the copy of a form, the service worker, and saves that come late or too often. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { justificationFieldName, scoreFieldName } from '../../domain/form.ts';
import { returnForm } from '../../prisma/commands/forms.ts';
import { withdrawExaminer } from '../../prisma/commands/inviting.ts';
import { createAssets } from '../../web/assets.ts';
import { startTestApp, type TestApp } from '../support/app.ts';
import { SMALL_CRITERIA } from '../support/factories.ts';
import { COMPLETE, FIRST, fields, SECOND, type Sitting, sitDown, WORDS } from './examiner-support.ts';

let app: TestApp;
let at: Sitting;

beforeAll(async () => {
  app = await startTestApp();
});
beforeEach(async () => {
  at = await sitDown(app);
});
afterAll(() => app.stop());

/** As the script posts. */
async function autosave(posted: Readonly<Record<string, string>>) {
  const response = await at.client.post(`${at.formPath}/concept`, posted);
  return { status: response.status, headers: response.headers, body: readJson(response.text) };
}

function readJson(text: string): Record<string, unknown> {
  return text.startsWith('{') ? JSON.parse(text) : {};
}

const copy = () => at.client.get(`${at.formPath}/offline`);

describe('the copy of a form for the device', () => {
  it('is the whole form, says so, and may be kept by nobody else', async () => {
    await at.save(fields(['V', '', '', ''], ['', 'Voor later']));
    const { status, text, headers } = await copy();
    expect(status).toBe(200);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(text).toContain('data-kept="true"');
    for (const ref of SMALL_CRITERIA) expect(text).toContain(`name="${scoreFieldName(ref)}"`);
    expect(text).toContain('Voor later');
  });

  it('names the newest link of this browser and when its life ends', async () => {
    const { text } = await copy();
    const json = /data-offline="([^"]*)"/.exec(text)?.[1]?.replaceAll('&quot;', '"') ?? '';
    const { expiresAt } = await app.database.link.findUniqueOrThrow({ where: { id: at.started.linkId } });
    expect(JSON.parse(json)).toMatchObject({ link: at.started.linkId, until: expiresAt.getTime(), worker: '/sw.js' });
  });

  it('is not a page to visit', async () => {
    const response = await at.client.get(`${at.formPath}/offline`, { headers: { 'Sec-Fetch-Dest': 'document' } });
    expect([response.status, response.location]).toEqual([303, at.formPath]);
  });

  it('is refused without the link, without a word about the form', async () => {
    const response = await app.client().get(`${at.formPath}/offline`);
    expect([response.status, readJson(response.text)]).toEqual([401, { code: 'LINK_NEEDED' }]);
  });

  it('is gone after a withdrawal, and after finishing', async () => {
    await at.save(COMPLETE);
    await at.finish();
    const finished = await copy();
    expect([finished.status, readJson(finished.text).isOver]).toEqual([409, false]);
    const other = await sitDown(app);
    await app.apply(withdrawExaminer, { ...other.started, reason: 'Dubbel gevraagd' });
    const withdrawn = await other.client.get(`${other.formPath}/offline`);
    expect([withdrawn.status, readJson(withdrawn.text).isOver]).toEqual([410, true]);
  });
});

describe('the service worker', () => {
  it('is asked for anew each time, and holds no personal data and no address that is unknown', async () => {
    const { status, headers, text } = await app.client().get('/sw.js');
    expect(status).toBe(200);
    expect(headers.get('cache-control')).toBe('no-cache');
    expect(headers.get('content-type')).toContain('text/javascript');
    expect(headers.get('set-cookie')).toBeNull();
    const assets = createAssets();
    const named = [...text.matchAll(/\/assets\/[\w-]+\.[0-9a-f]{12}\.\w+/g)].map(([address]) => address);
    expect(named.length).toBeGreaterThan(10);
    expect(named.filter((address) => assets.get(address) === undefined)).toEqual([]);
  });
});

describe('a save that comes late', () => {
  it('keeps when it was typed, and takes the error of the clock from when it was sent', async () => {
    const now = Date.now();
    const wrong = 7_200_000;
    const typed = new Date(now + wrong - 3 * 3_600_000);
    await autosave({
      ...fields(['V', '', '', '']),
      revisie: '0',
      schrijver: 'abc',
      toestel: typed.toISOString(),
      verzonden: new Date(now + wrong).toISOString(),
    });
    const row = await app.database.formRevision.findFirstOrThrow({ where: { formId: at.started.formId } });
    expect(row.deviceAt).toEqual(typed);
    expect(Math.abs((row.clockOffset ?? 0) - wrong)).toBeLessThan(5000);
    expect(Math.abs(row.savedAt.getTime() - now)).toBeLessThan(5000);
  });

  it('is told what somebody else wrote meanwhile in the same part', async () => {
    await at.save(fields(['O', '', '', '']));
    const { body } = await autosave({
      revisie: '0',
      schrijver: 'abc',
      [justificationFieldName(FIRST)]: 'Alleen woorden',
    });
    expect(body).toMatchObject({
      conflict: null,
      fields: { [scoreFieldName(SMALL_CRITERIA[0])]: 'O' },
      notTaken: false,
    });
  });

  it('is told when a part is not open any more, and changes nothing there', async () => {
    await at.save(COMPLETE);
    await at.finish();
    await app.apply(returnForm, { ...at.started, components: [SECOND], reason: 'Kijk nog eens.' });
    const revision = String(await at.revision());
    const { status, body } = await autosave({
      revisie: revision,
      [justificationFieldName(FIRST)]: 'Uit een oud tabblad',
    });
    expect([status, body.notTaken, body.fields]).toEqual([200, true, {}]);
    expect((await at.draft())?.justifications[FIRST]).toBe(WORDS);
  });
});

describe('a script that runs wild', () => {
  it('is answered with 429 and when to come back, and holds up no other form', async () => {
    const answers: Awaited<ReturnType<typeof autosave>>[] = [];
    for (let round = 0; round < 11; round += 1) {
      const burst = Array.from({ length: 20 }, (_, index) => wildSave(round * 20 + index));
      answers.push(...(await Promise.all(burst)));
    }
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused.length).toBeGreaterThan(30);
    expect(answers.filter(({ status }) => status !== 429 && status !== 200)).toEqual([]);
    expect(Number(refused[0]?.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(refused[0]?.body).toEqual({ code: 'TOO_OFTEN' });
    const other = await sitDown(app);
    await other.client.post(`${other.formPath}/concept`, { revisie: '0', [justificationFieldName(FIRST)]: 'Rustig' });
    expect((await other.draft())?.justifications[FIRST]).toBe('Rustig');
  }, 60_000);
});

function wildSave(index: number) {
  return autosave({
    revisie: '0',
    schrijver: 'wild',
    toestel: new Date(Date.UTC(2020, 0, 1) + index).toISOString(),
    [justificationFieldName(FIRST)]: `Woord ${index}`,
  });
}
