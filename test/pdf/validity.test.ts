import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createResultDocumentRenderer, type ResultDocumentRenderer } from '../../activities/pdf/index.ts';
import type { ResultDocumentData } from '../../domain/result-document.ts';
import { loadStartSettings } from '../../platform/config.ts';
import { createSeal } from '../../platform/seal/index.ts';
import { validatePdf, verapdfMissing } from '../../scripts/lib/verapdf.ts';
import { sampleDocument, sampleSecondVersion } from './sample-document.ts';
import { rendererOptions } from './support.ts';

const { home } = loadStartSettings();
const missing = verapdfMissing(home);
const MINUTES = 180_000;
/** The reference validator is many times as slow as what it judges: all of them in one go. */
const DOCUMENTS: Readonly<Record<string, () => ResultDocumentData>> = {
  short: () => withLogo(sampleSecondVersion(), true),
  english: () => withLogo(sampleSecondVersion({ lang: 'en' }), false),
  old: () => sampleDocument(),
  twentyThousandCharacters: () =>
    sampleSecondVersion({ text: 'Zij legde rustig uit wat er die ochtend was gebeurd. '.repeat(380) }),
  emoji: () => sampleSecondVersion({ text: '👍🏽 😀🎉 👩🏽‍⚕️ 🇳🇱 '.repeat(50), studentName: '😀' }),
  rightToLeft: () => {
    const data = sampleSecondVersion({ text: 'שלום עולם 123 abc\nمرحبا بكم، السَّلَامُ', studentName: 'שלום כהן' });
    return { ...data, school: { ...data.school, name: 'ROC فاطمة' } };
  },
  letters: () =>
    sampleSecondVersion({
      text: '漢字 नमस्ते क्षत्रिय z\u0338 \uE000',
      studentName: 'Ǻ Č Ḍ Ệ Ğ Ḥ İ Ķ Ł Ñ Ø Ř Ș Ţ Ű Ẃ Ÿ Ž Ə Ɓ Ḫ',
    }),
};

/** Half transparent, as logos are. */
const LOGO = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAYAAABytg0kAAAAEUlEQVR4nGPgigprAGEGGAMAKX4E6dDPrLAAAAAASUVORK5CYII=',
  'base64',
);

function withLogo(data: ResultDocumentData, hasName: boolean): ResultDocumentData {
  return { ...data, school: { ...data.school, logo: { sha256: 'ab'.repeat(32), width: 2, height: 2, hasName } } };
}

if (missing !== null) process.stderr.write(`\nNot validated with veraPDF: ${missing}.\n`);

describe('sealed document, judged by veraPDF', () => {
  let folder: string;
  let renderer: ResultDocumentRenderer;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'proeve-validity-'));
    const selfMadeFile = join(folder, 'seal.pem');
    const seal = createSeal({ pkcs12: null, selfMadeFile, host: 'examens.school.example', timestamp: null });
    const publicUrl = 'https://examens.school.example';
    renderer = createResultDocumentRenderer({ ...(await rendererOptions()), seal, publicUrl });
  });
  afterAll(async () => {
    await renderer.close();
    rmSync(folder, { recursive: true, force: true });
  });

  (missing === null ? it : it.skip)(
    'is PDF/A-3a and PDF/UA-1, whatever was written',
    async () => {
      const files: string[] = [];
      for (const [name, data] of Object.entries(DOCUMENTS)) {
        const file = join(folder, `${name}.pdf`);
        writeFileSync(file, (await renderer.render(data(), LOGO)).bytes);
        files.push(file);
      }
      const expected = files.flatMap((file) => ['3a', 'ua1'].map((flavour) => `${file} ${flavour} compliant=true`));
      expect(validatePdf(home, ['3a', 'ua1'], files)).toEqual(expected);
    },
    MINUTES,
  );
});
