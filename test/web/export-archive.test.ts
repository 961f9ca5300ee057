import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import yauzl from 'yauzl';
import { DocumentDamagedError } from '../../platform/documents.ts';
import { reopenResult } from '../../prisma/commands/deciding.ts';
import { startTestApp, type TestApp, type TestClient, type TestResponse } from '../support/app.ts';
import { seedSchool } from '../support/factories.ts';
import { committeeClient } from './committee-support.ts';
import { type Decided, decide, decided, endedRun, seedNamed } from './export-support.ts';

let app: TestApp;
let client: TestClient;
let first: Decided;
let second: Decided;

beforeAll(async () => {
  app = await startTestApp({ isLenient: true });
  client = await committeeClient(app);
  first = await decided(app);
  second = await decided(app, await seedNamed(app, '=Formule; Jan', '0123'));
});
afterAll(() => app.stop());

const WIDE = { van: '2020-01-01', tot: '2099-12-31' };
const fetchZip = (fields: Record<string, string> = WIDE, by = client) =>
  by.post('/commissie/archief/documenten.zip', { versies: 'nieuwste', ...fields });

/** Every file of the zip by its name, in their order. */
async function unzip({ status, body }: TestResponse): Promise<Map<string, Buffer>> {
  expect(status).toBe(200);
  const zip = await new Promise<yauzl.ZipFile>((resolve, reject) => {
    yauzl.fromBuffer(body, { lazyEntries: true, strictFileNames: true }, (error, found) =>
      error ? reject(error) : resolve(found),
    );
  });
  const files = new Map<string, Buffer>();
  await new Promise<void>((resolve, reject) => {
    zip.once('end', resolve);
    zip.once('error', reject);
    zip.on('entry', (entry: yauzl.Entry) => {
      expect(entry.compressionMethod).toBe(0);
      zip.openReadStream(entry, (error, stream) => {
        if (error) return reject(error);
        buffer(stream).then((bytes) => {
          files.set(entry.fileName, bytes);
          zip.readEntry();
        }, reject);
      });
    });
    zip.readEntry();
  });
  return files;
}

const textIn = (files: ReadonlyMap<string, Buffer>, name: string) => files.get(name)?.toString() ?? '';
const fileOf = ({ number }: Decided, version = 1) => `documenten/${number}-v${version}.pdf`;

describe('documents of a period', () => {
  it('are asked for by two days that exist, and counted first', async () => {
    expect((await client.get('/commissie/archief')).status).toBe(200);
    const half = await client.get('/commissie/archief?van=2026-01-01');
    expect(half.status).toBe(422);
    expect(half.text).toContain('href="#tot"');
    expect((await client.get('/commissie/archief?van=&tot=')).text).toContain('href="#van"');
    expect((await fetchZip({ van: '2026-13-01', tot: '2026-01-01' })).status).toBe(422);
    const page = await client.get(`/commissie/archief?${new URLSearchParams(WIDE)}`);
    expect(page.text).toMatch(/2 documenten, samen \d+ bytes/);
  });

  it('say that a period is empty, and make no file of it', async () => {
    const runs = await app.database.exportRun.count();
    const answer = await fetchZip({ van: '2001-01-01', tot: '2001-12-31' });
    expect(answer.status).toBe(422);
    expect(answer.text).toContain('Geen documenten in deze periode');
    expect(await app.database.exportRun.count()).toBe(runs);
  });

  it('come as one zip with an index, and with sums that the usual tool accepts', async () => {
    const answer = await fetchZip();
    expect(answer.headers.get('content-type')).toBe('application/zip');
    expect(answer.headers.get('content-disposition')).toBe(
      'attachment; filename="documenten-2020-01-01-2099-12-31.zip"',
    );
    const files = await unzip(answer);
    expect([...files.keys()]).toEqual([fileOf(first), fileOf(second), 'index.csv', 'LEESMIJ.txt', 'SHA256SUMS']);
    expect(files.get(fileOf(first))?.toString()).toBe(`%PDF-1.7 ${first.documentId}`);
    const index = textIn(files, 'index.csv').split('\r\n');
    expect(index[0]).toBe(
      '\ufeffdocumentnummer;versie;examencode;studentnummer;naam;datum_besluit;geldigheid;bestand;sha256;opmerking',
    );
    expect(index[1]).toMatch(
      new RegExp(
        `^${first.number};1;VIG-2026;100001;Noor de Vries;\\d{4}-\\d\\d-\\d\\d;geldig;${fileOf(first)};${first.sha256};$`,
      ),
    );
    expect(index[2]).toContain(';0123;"\'=Formule; Jan";');
    expect(await checkSums(files)).toMatch(/index\.csv: OK/);
  });

  async function checkSums(files: ReadonlyMap<string, Buffer>): Promise<string> {
    const folder = await mkdtemp(path.join(tmpdir(), 'proeve-zip-'));
    try {
      await mkdir(path.join(folder, 'documenten'));
      for (const [name, bytes] of files) await writeFile(path.join(folder, name), bytes);
      return execFileSync('sha256sum', ['-c', 'SHA256SUMS'], { cwd: folder, encoding: 'utf8' });
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  it('are written down: who, which days, which documents, and the sum of the file', async () => {
    const answer = await fetchZip();
    const run = await endedRun(app);
    expect(run).toMatchObject({ kind: 'documents', startedById: app.seed.committee.membershipId });
    expect(run.filter).toEqual({ from: WIDE.van, to: WIDE.tot, isNewestOnly: true });
    expect(run.outcome).toMatchObject({
      state: 'complete',
      documentCount: 2,
      missingCount: 0,
      sha256: createHash('sha256').update(answer.body).digest('hex'),
    });
    expect(run.rows.map(({ documentId }) => documentId).sort()).toEqual([first.documentId, second.documentId].sort());
    expect((await client.get('/commissie/archief')).text).toContain(run.outcome?.sha256 ?? 'no sum');
  });

  it.each([
    ['missing', () => Promise.resolve(undefined), 'niet gevonden'],
    ['damaged', () => Promise.reject(new DocumentDamagedError('x')), 'beschadigd'],
    ['changed', () => Promise.resolve(Buffer.from('%PDF-1.7 else')), 'beschadigd'],
    ['unreadable', () => Promise.reject(new Error('EIO')), 'niet te lezen'],
  ])('name a document that is %s, and bring the others', async (_what, read, words) => {
    const get = app.documents.get.bind(app.documents);
    const spy = jest
      .spyOn(app.documents, 'get')
      .mockImplementation((sha256) => (sha256 === first.sha256 ? read() : get(sha256)));
    const files = await unzip(await fetchZip());
    spy.mockRestore();
    expect(files.has(fileOf(first))).toBe(false);
    expect(files.has(fileOf(second))).toBe(true);
    const line = textIn(files, 'index.csv')
      .split('\r\n')
      .find((each) => each.includes(first.number));
    expect(line).toContain(words);
    expect(textIn(files, 'MISSING.txt')).toContain(`${first.number} v1: het opgeslagen document is ${words}`);
    expect(await checkSums(files)).not.toContain(fileOf(first));
    expect((await endedRun(app)).outcome).toMatchObject({ state: 'complete', documentCount: 1, missingCount: 1 });
  });

  it('name a document that is not made yet', async () => {
    const waiting = await decided(app, undefined, { isStored: false });
    const files = await unzip(await fetchZip());
    expect(textIn(files, 'MISSING.txt')).toContain(`${waiting.number} v1: het document is nog niet klaar`);
    expect((await client.get(`/commissie/archief?${new URLSearchParams(WIDE)}`)).text).toContain(
      '1 document is nog niet klaar',
    );
  });

  it('are the newest of each assessment, or all of them with what became of them', async () => {
    const { membershipId } = app.seed.committee;
    await app.apply(
      reopenResult,
      { assessmentId: first.assessmentId, membershipId, version: 1, reason: 'Bezwaar.' },
      { kind: 'member', id: membershipId },
    );
    expect(textIn(await unzip(await fetchZip()), 'index.csv')).toContain(`;heropend;${fileOf(first)}`);
    const again = await decide(app, first.assessmentId);
    const newest = await unzip(await fetchZip());
    expect(newest.has(fileOf(first))).toBe(false);
    expect(newest.has(fileOf(again, 2))).toBe(true);
    const all = await unzip(await fetchZip({ ...WIDE, versies: 'alle' }));
    expect(all.has(fileOf(first))).toBe(true);
    expect(all.has(fileOf(again, 2))).toBe(true);
    expect(textIn(all, 'index.csv')).toContain(`;vervangen door een latere versie;${fileOf(first)}`);
  });

  it('begin and end by the days of the school, not of the clock of a server', async () => {
    const late = await decided(app, await seedNamed(app, 'Nachtwerk'));
    await app.database.$executeRaw`
      UPDATE document SET data = jsonb_set(data, '{decision,at}', '"2025-06-30T22:30:00.000Z"') WHERE id = ${late.documentId}::uuid`;
    expect((await unzip(await fetchZip({ van: '2025-07-01', tot: '2025-07-01' }))).has(fileOf(late))).toBe(true);
    expect((await fetchZip({ van: '2025-06-30', tot: '2025-06-30' })).status).toBe(422);
  });

  it('are refused with a clear sentence when they are too many for one file', async () => {
    await app.database.document.updateMany({
      where: { id: { in: [first.documentId, second.documentId] } },
      data: { size: 2_100_000_000 },
    });
    const answer = await fetchZip({ ...WIDE, versies: 'alle' });
    expect(answer.status).toBe(422);
    expect(answer.text).toMatch(
      /vallen \d documenten, samen 4,2 GB. In één bestand passen er ten hoogste 10.000, samen niet meer dan 4 GB/,
    );
    expect(answer.text).toContain('Kies een kortere periode.');
  });

  it('of another school are not in it', async () => {
    const other = await seedSchool(app.database, { slug: 'elders' });
    const stranger = await committeeClient(app, other.committee.membershipId);
    expect((await fetchZip(WIDE, stranger)).status).toBe(422);
    const teacher = await committeeClient(app, app.seed.teacher.membershipId);
    expect((await fetchZip(WIDE, teacher)).status).toBe(403);
  });
});
