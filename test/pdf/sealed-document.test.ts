import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createResultDocumentRenderer, type ResultDocumentRenderer } from '../../activities/pdf/index.ts';
import { machineData } from '../../activities/pdf/machine-data.ts';
import type { ResultDocumentData } from '../../domain/result-document.ts';
import { createSeal, type Seal } from '../../platform/seal/index.ts';
import { pdfText } from '../../scripts/lib/pdf-text.ts';
import { paths } from '../../web/paths.ts';
import { makeIdentity } from '../support/certificates.ts';
import { startTimestampAuthority, type TimestampAuthority } from '../support/timestamp-authority.ts';
import { sampleDocument, sampleSecondVersion } from './sample-document.ts';
import { findEnclosed, findSeal } from './sealed-pdf.ts';
import { browserProcesses, rendererOptions, sha256 } from './support.ts';

const PUBLIC_URL = 'https://examens.school.example';
const NOW = new Date('2026-11-23T10:00:00Z');

describe('sealed result document', () => {
  let folder: string;
  let renderer: ResultDocumentRenderer;
  let bytes: Uint8Array;
  const data = sampleSecondVersion();
  const checkUrl = `${PUBLIC_URL}${paths.authenticityCode(data.document.checkCode ?? '')}`;

  const sealWith = (more: Partial<Parameters<typeof createSeal>[0]> = {}): Seal =>
    createSeal(
      {
        pkcs12: null,
        selfMadeFile: join(folder, 'seal.pem'),
        host: 'examens.school.example',
        timestamp: null,
        ...more,
      },
      () => NOW,
    );
  const rendererWith = async (seal: Seal) =>
    createResultDocumentRenderer({ ...(await rendererOptions()), seal, publicUrl: PUBLIC_URL, now: () => NOW });

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'proeve-sealed-'));
    renderer = await rendererWith(sealWith());
    const made = await renderer.render(data);
    bytes = made.bytes;
    expect(made.seal).toEqual({
      subject: 'Proeve-zegel van examens.school.example',
      sealedAt: NOW,
      timestampedAt: null,
    });
  });
  afterAll(async () => {
    await renderer.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('has one seal over all of it, as PAdES wants it', async () => {
    expect(await findSeal(bytes)).toEqual({
      name: 'Proeve-zegel van examens.school.example',
      subFilter: '/ETSI.CAdES.detached',
      claimedAt: NOW.toISOString(),
      isWhole: true,
      isValid: true,
    });
  });

  it.each([0.1, 0.5, 0.9])('is no longer valid when one byte is changed (at %d)', async (place) => {
    const changed = Uint8Array.from(bytes);
    // In the text of a stream or a table: the file can still be read.
    const index = Buffer.from(changed).indexOf('\nendstream', Math.floor(changed.length * place)) - 3;
    changed[index] = (changed[index] ?? 0) ^ 1;
    expect(await findSeal(changed)).toMatchObject({ isWhole: true, isValid: false });
  });

  it('is no longer whole when something is added', async () => {
    const longer = Buffer.concat([bytes, Buffer.from('\n% something else\n')]);
    expect(await findSeal(longer)).toMatchObject({ isWhole: false });
  });

  it('encloses the same content for machines', async () => {
    const [file, ...others] = await findEnclosed(bytes);
    expect(others).toEqual([]);
    expect(file).toMatchObject({ name: 'beoordeling.json', relationship: '/Data', mediaType: 'application/json' });
    expect(file?.text).toBe(Buffer.from(machineData(data, checkUrl)).toString('utf8'));
    expect(JSON.parse(file?.text ?? '')).toMatchObject({ format: 'proeve-result', version: 1, document: { checkUrl } });
  });

  it('says where to check it, what was changed and why, how to appeal, and who sealed it', async () => {
    const text = (await pdfText(bytes)).join('');
    const says = (words: string) => expect(text).toContain(words.replace(/\s+/g, ''));
    says(`examens.school.example/echtheid/${data.document.checkCode}`);
    says('Dit is versie 2. Deze versie vervangt versie 1 (document 2026-00AA11BB) van 20 november 2026.');
    says('Artikel 7.4.5a van de Wet educatie en beroepsonderwijs; normering voorbeeld, versie 1');
    says('Doe dit binnen 14 dagen nadat je de uitslag kreeg.');
    says('Henriëtte Eikelboom verbeterde het formulier van Joke van den Kers');
    says('Reden: Tikfout in de naam van de afdeling.');
    says('Henriëtte Eikelboom heropende versie 1');
    says('Joke van den Kers, overgenomen van Marijke Lindeboom');
    says('20 nov 2026, 16:30 CET, versie 2');
    says('Tijden in de tijdzone Europe/Amsterdam.');
    says(`Laatste gebeurtenis vóór dit besluit: nummer 12, kenmerk (SHA-256) ${'ab'.repeat(32)}`);
    says('een certificaat dat deze installatie zelf heeft gemaakt (Proeve-zegel van examens.school.example)');
  });

  it('is the same each time in all but the moment of the seal', async () => {
    expect(sha256((await renderer.render(data)).bytes)).toBe(sha256(bytes));
  });

  it('is not made at all when nothing can be sealed, and no browser starts for it', async () => {
    const file = join(folder, 'nothing.p12');
    const waiting = await rendererWith(sealWith({ pkcs12: { file, password: '' } }));
    const before = browserProcesses();
    await expect(waiting.render(data)).rejects.toMatchObject({ code: 'SEAL_MISSING' });
    expect(browserProcesses()).toEqual(before);
    await waiting.close();
  });

  describe('with a timestamp', () => {
    let authority: TimestampAuthority;
    beforeAll(async () => {
      const identity = await makeIdentity({ name: 'TSA', isForTimestamps: true });
      authority = await startTimestampAuthority(identity, () => NOW);
    });
    afterAll(() => authority.close());

    it('is valid and says when; without an answer there is no document', async () => {
      const stamped = await rendererWith(sealWith({ timestamp: { url: authority.url, authorities: [] } }));
      const made = await stamped.render(data);
      expect(made.seal?.timestampedAt).toEqual(NOW);
      expect(await findSeal(made.bytes)).toMatchObject({ isWhole: true, isValid: true });
      authority.misbehave('error');
      await expect(stamped.render(data)).rejects.toMatchObject({ code: 'SEAL_TIMESTAMP_FAILED' });
      await stamped.close();
    });
  });

  it('can be made from the data of a document of long ago', async () => {
    const old: ResultDocumentData = sampleDocument();
    const made = await renderer.render(old);
    const text = (await pdfText(made.bytes)).join('');
    expect(text).not.toContain('echtheid/');
    expect(text).not.toContain('Nieteensmetdeuitslag');
    expect(await findSeal(made.bytes)).toMatchObject({ isValid: true });
  });
});
