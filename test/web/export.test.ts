import { createHash } from 'node:crypto';
import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SHIPPED_PROFILES } from '../../domain/exporting.ts';
import { reopenResult } from '../../prisma/commands/deciding.ts';
import { startTestApp, type TestApp, type TestClient } from '../support/app.ts';
import { seedMember, seedSchool } from '../support/factories.ts';
import { assessed, committeeClient } from './committee-support.ts';
import { decide, decided, endedRun, newestRun, seedNamed } from './export-support.ts';

const { excel, system } = SHIPPED_PROFILES;

let app: TestApp;
let client: TestClient;

beforeAll(async () => {
  app = await startTestApp({ isLenient: true });
  client = await committeeClient(app);
});
afterAll(() => app.stop());

const wish = (fields: Record<string, string> = {}) => ({
  examen: app.seed.examId,
  profiel: excel.id,
  welke: 'alles',
  ...fields,
});
const query = (fields: Record<string, string> = {}) => new URLSearchParams(wish(fields)).toString();
const fetchFile = (fields: Record<string, string> = {}, by = client) =>
  by.post('/commissie/export/resultaten.csv', wish(fields));
/** Lines of a list that name this student. */
const linesOf = (text: string, name: string) => text.split('\r\n').filter((line) => line.includes(name));

describe('who may export', () => {
  it.each(['/commissie/export', '/commissie/export/profielen', '/commissie/archief'])(
    'shows %s to the committee alone',
    async (path) => {
      expect((await app.client().get(path)).location).toBe('/inloggen');
      const teacher = await committeeClient(app, app.seed.teacher.membershipId);
      expect((await teacher.get(path)).status).toBe(403);
      expect((await client.get(path)).status).toBe(200);
    },
  );

  it('tells another school nothing, and gives it no file', async () => {
    await decided(app);
    const other = await seedSchool(app.database, { slug: 'elders' });
    const stranger = await committeeClient(app, other.committee.membershipId);
    const runs = await app.database.exportRun.count();
    expect((await stranger.get(`/commissie/export/voorbeeld?${query()}`)).status).toBe(404);
    expect((await fetchFile({}, stranger)).status).toBe(404);
    expect((await stranger.get(`/commissie/export?examen=${other.examId}`)).text).not.toContain('Noor de Vries');
    expect(await app.database.exportRun.count()).toBe(runs);
  });

  it('refuses a teacher the file', async () => {
    const teacher = await committeeClient(app, app.seed.teacher.membershipId);
    expect((await fetchFile({}, teacher)).status).toBe(403);
  });
});

describe('list of results', () => {
  it('has a row for each work process, as Dutch Excel reads it', async () => {
    const { number, sha256 } = await decided(app, await seedNamed(app, 'Rijtest', '200001'));
    const answer = await fetchFile();
    expect(answer.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(answer.headers.get('content-disposition')).toMatch(
      /^attachment; filename="resultaten-VIG-2026-\d{4}-\d\d-\d\d\.csv"$/,
    );
    expect([...answer.body.subarray(0, 3)]).toEqual([0xef, 0xbb, 0xbf]);
    expect(answer.body.toString().slice(1).split('\r\n')[0]).toBe(
      'studentnummer;naam;crebo;examencode;kerntaak;werkproces;poging;ovg;cijfer;punten;max_punten;geslaagd;datum_afname;datum_vaststelling;beoordelaars;document_id;sha256',
    );
    const today = new Intl.DateTimeFormat('nl-NL', {
      timeZone: 'Europe/Amsterdam',
      day: '2-digit',
      month: '2-digit',
      year: 'numeric',
    }).format(new Date());
    const rest = `1;V;5,5;2;4;ja;${today};${today};Bo Praktijk;${number};${sha256}`;
    expect(linesOf(answer.text, 'Rijtest')).toEqual([
      `200001;Rijtest;25656;VIG-2026;B1-K1;B1-K1-W1;${rest}`,
      `200001;Rijtest;25656;VIG-2026;B1-K1;B1-K1-W2;${rest}`,
    ]);
  });

  it('is written for another system in the other way', async () => {
    const answer = await fetchFile({ profiel: system.id });
    expect(answer.body[0]).toBe('s'.charCodeAt(0));
    expect(linesOf(answer.text, 'Rijtest')[0]).toMatch(
      /^200001,Rijtest,25656,VIG-2026,.*,V,5\.5,2,4,ja,\d{4}-\d\d-\d\d,/,
    );
  });

  it('leaves out what is not final, and names what was reopened or has no document yet', async () => {
    await assessed(app, undefined, await seedNamed(app, 'Nogniet'));
    const waiting = await decided(app, await seedNamed(app, 'Zonderpdf'), { isStored: false });
    const again = await decided(app, await seedNamed(app, 'Heropendaal'));
    const { membershipId } = app.seed.committee;
    await app.apply(
      reopenResult,
      { assessmentId: again.assessmentId, membershipId, version: 1, reason: 'Bezwaar van de student.' },
      { kind: 'member', id: membershipId },
    );
    const text = (await fetchFile()).text;
    for (const name of ['Nogniet', 'Zonderpdf', 'Heropendaal']) expect(text).not.toContain(name);
    const page = (await client.get(`/commissie/export/voorbeeld?${query()}`)).text;
    expect(page).toContain('2 vastgestelde resultaten gaan niet mee');
    expect(page).toMatch(new RegExp(`${again.assessmentId}">Heropendaal</a>: het resultaat is heropend`));
    expect(page).toMatch(new RegExp(`${waiting.assessmentId}">Zonderpdf</a>: het document is nog niet klaar`));

    const second = await decide(app, again.assessmentId);
    const lines = linesOf((await fetchFile()).text, 'Heropendaal');
    expect(lines).toHaveLength(2);
    expect(lines[0]).toContain(second.sha256);
    expect(lines[0]).not.toContain(again.sha256);
  });

  it('makes no formula and moves no column, and keeps a number that begins with a zero', async () => {
    const names = ['=cmd|calc', '+31', '@SUM(A1)', '＝1+1', 'Puntkomma; "Jan", zoon'];
    for (const [index, name] of names.entries()) await decided(app, await seedNamed(app, name, `0${300 + index}`));
    const { text } = await fetchFile();
    for (const name of names.slice(0, 4)) expect(text).toContain(`;'${name};`);
    expect(text).toContain(';"Puntkomma; ""Jan"", zoon";25656;');
    expect(text).toContain('\r\n"=""0300""";');
    const plain = (await fetchFile({ profiel: system.id })).text;
    expect(plain).toContain("\r\n0300,'=cmd|calc,25656,");
    expect(plain).not.toMatch(/(^|,)[=+@＝]/m);
  });

  it('shows the very lines that the file will have', async () => {
    const page = (await client.get(`/commissie/export/voorbeeld?${query({ profiel: system.id })}`)).text;
    const { text } = await fetchFile({ profiel: system.id });
    const shown = /<pre[^>]*>([^<]*)<\/pre>/.exec(page)?.[1] ?? '';
    const plain = shown
      .replaceAll('&quot;', '"')
      .replaceAll('&#x27;', "'")
      .replaceAll('&#x3D;', '=')
      .replaceAll('\n', '\r\n');
    expect(plain.replaceAll('\r\r', '\r').length).toBeGreaterThan(200);
    expect(text.startsWith(plain.replaceAll('\r\r', '\r').trim().slice(0, 200))).toBe(true);
  });

  it('asks again for days that are none, and keeps what was chosen', async () => {
    const answer = await client.get(`/commissie/export/voorbeeld?${query({ van: '2026-02-31', tot: '2026-01-01' })}`);
    expect(answer.status).toBe(422);
    expect(answer.text).toContain('Vul een geldige datum in.');
    expect(answer.text).toContain('value="2026-01-01"');
    const turned = await fetchFile({ van: '2026-02-02', tot: '2026-02-01' });
    expect(turned.status).toBe(422);
    expect(turned.text).toContain('De laatste dag ligt vóór de eerste.');
  });

  it('makes no file of nothing', async () => {
    const runs = await app.database.exportRun.count();
    const answer = await fetchFile({ van: '2001-01-01', tot: '2001-01-02' });
    expect(answer.status).toBe(422);
    expect(answer.text).toContain('er is niets om te exporteren');
    expect(await app.database.exportRun.count()).toBe(runs);
  });
});

describe('what is kept of a download', () => {
  it('is who, when, how many, and the sum of the bytes', async () => {
    const answer = await fetchFile({ onderdeel: 'EX1' });
    const run = await endedRun(app);
    expect(run).toMatchObject({
      kind: 'results',
      examId: app.seed.examId,
      profileName: 'Excel (Nederlands)',
      startedById: app.seed.committee.membershipId,
      filter: { unit: 'EX1', isNewOnly: false },
    });
    expect(run.outcome).toMatchObject({
      state: 'complete',
      sha256: createHash('sha256').update(answer.body).digest('hex'),
      bytes: BigInt(answer.body.length),
      rowCount: answer.text.trim().split('\r\n').length - 1,
      documentCount: run.rows.length,
      againCount: run.rows.length,
    });
    const page = (await client.get(`/commissie/export?examen=${app.seed.examId}`)).text;
    expect(page).toContain(run.outcome?.sha256 ?? 'no sum');
    expect(page).toContain('Opnieuw: alle documenten erin haalde u eerder al op.');
  });

  it('makes the next list of what is new hold only what was decided since', async () => {
    await fetchFile({ profiel: system.id, welke: '' });
    await endedRun(app);
    const nothing = await fetchFile({ profiel: system.id, welke: '' });
    expect(nothing.status).toBe(422);
    expect(nothing.text).toContain('zijn al geëxporteerd met dit profiel');
    await decided(app, await seedNamed(app, 'Nieuwkomer'));
    const { text } = await fetchFile({ profiel: system.id, welke: '' });
    expect(text.trim().split('\r\n')).toHaveLength(3);
    expect(linesOf(text, 'Nieuwkomer')).toHaveLength(2);
  });

  it('can be changed by nobody', async () => {
    const { id, rows } = await endedRun(app);
    const where = { runId: id };
    await expect(app.appDatabase.exportRun.update({ where: { id }, data: { filter: {} } })).rejects.toThrow();
    await expect(app.appDatabase.exportOutcome.delete({ where })).rejects.toThrow();
    await expect(app.appDatabase.exportRow.deleteMany({ where })).rejects.toThrow();
    expect((await newestRun(app)).rows).toHaveLength(rows.length);
  });

  it('refuses a second list of what is new while the first is being made', async () => {
    await decided(app, await seedNamed(app, 'Dubbelganger'));
    const mine = committeeClient(app);
    const colleague = await seedMember(app.database, app.seed.schoolId, app.seed.slug, 'committee', 'lid');
    const theirs = committeeClient(app, colleague.membershipId);
    const [first, second] = await Promise.all([await mine, await theirs].map((each) => fetchFile({ welke: '' }, each)));
    const statuses = [first?.status, second?.status].sort();
    // Whoever comes second finds it running, or done: never the same results twice.
    expect(statuses).toEqual([200, 422]);
    const refused = [first, second].find((each) => each?.status === 422);
    expect(refused?.text).toMatch(/is net een download begonnen|er is niets om te exporteren/);
  });

  it('says that a download broke off, and counts nothing of it as exported', async () => {
    await decided(app, await seedNamed(app, 'Afbreker'));
    await manyDocuments(2_000);
    await breakOff(wish({ welke: '', profiel: system.id }));
    const run = await endedRun(app);
    expect(run.outcome).toMatchObject({ state: 'broken', sha256: null });
    expect(run.outcome?.documentCount).toBeLessThan(2_000);
    const page = (await client.get(`/commissie/export?examen=${app.seed.examId}`)).text;
    expect(page).toContain('De verbinding brak af.');
    const { text } = await fetchFile({ welke: '', profiel: system.id });
    expect(linesOf(text, 'Afbreker')).toHaveLength(2);
  });

  /** Copies of one decided result, far more than fit in the buffers of a connection. */
  async function manyDocuments(count: number): Promise<void> {
    const { assessmentId } = await decided(app);
    await app.database.$executeRaw`
      INSERT INTO assessment SELECT copy.* FROM assessment a, generate_series(1, ${count}::int) n,
        LATERAL jsonb_populate_record(a, jsonb_build_object('id', md5('copy' || n)::uuid)) copy
      WHERE a.id = ${assessmentId}::uuid`;
    await app.database.$executeRaw`
      INSERT INTO document SELECT copy.* FROM document d, generate_series(1, ${count}::int) n,
        LATERAL jsonb_populate_record(d, jsonb_build_object('id', md5('document' || n)::uuid,
          'assessment_id', md5('copy' || n)::uuid, 'number', 'K' || n, 'check_code', NULL)) copy
      WHERE d.assessment_id = ${assessmentId}::uuid`;
  }

  /** Reads the beginning of the file, and goes. */
  async function breakOff(fields: Record<string, string>): Promise<void> {
    const body = new URLSearchParams({ ...fields, _csrf: await client.csrfToken() }).toString();
    const cookie = [...client.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    await new Promise<void>((resolve, reject) => {
      const sent = request(
        `${app.url}/commissie/export/resultaten.csv`,
        { method: 'POST', headers: { cookie, 'content-type': 'application/x-www-form-urlencoded' } },
        (answer) => {
          expect(answer.statusCode).toBe(200);
          answer.once('data', () => {
            answer.destroy();
            resolve();
          });
          answer.once('error', () => resolve());
        },
      );
      sent.once('error', reject);
      sent.end(body);
    });
  }
});
