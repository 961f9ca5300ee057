/** Pages and scripts as they go over the wire: small, and never a help to who listens. */
import { request } from 'node:http';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { stripScript } from '../../web/assets/strip-script.ts';
import { startTestApp, type TestApp } from '../support/app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.stop());

/** Without fetch, which unpacks what it gets. */
function get(headers: Record<string, string>) {
  return new Promise<{ encoding: string | undefined; vary: string | undefined; length: number; body: Buffer }>(
    (resolve, reject) => {
      request(new URL('/privacy', app.url), { headers }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => {
          const { vary } = response.headers;
          const length = Number(response.headers['content-length']);
          resolve({ encoding: response.headers['content-encoding'], vary, length, body: Buffer.concat(chunks) });
        });
      })
        .on('error', reject)
        .end();
    },
  );
}

/** What a browser says it can unpack, in its order. */
const ENCODINGS = { 'accept-encoding': 'gzip, deflate, br, zstd' };

describe('a page', () => {
  it('goes compressed to who can unpack it', async () => {
    const page = await get({ ...ENCODINGS, 'sec-fetch-site': 'same-origin' });
    expect(page).toMatchObject({ encoding: 'br', vary: 'Accept-Encoding' });
    expect(page.length).toBe(page.body.length);
    expect(brotliDecompressSync(page.body).toString()).toContain('</html>');
    const older = await get({ 'accept-encoding': 'gzip' });
    expect(older.encoding).toBe('gzip');
    expect(gunzipSync(older.body).toString()).toContain('</html>');
  });

  it('goes as it is to who cannot, or will not', async () => {
    for (const headers of [{}, { 'accept-encoding': 'br;q=0, gzip;q=0' }, { 'accept-encoding': 'identity' }]) {
      const page = await get(headers as Record<string, string>);
      expect(page.encoding).toBeUndefined();
      expect(page.body.toString()).toContain('</html>');
    }
  });

  it.each(['cross-site', 'same-site'])(
    'that another site asked for (%s) goes as it is: its length tells nothing about its words',
    async (site) => {
      expect((await get({ ...ENCODINGS, 'sec-fetch-site': site })).encoding).toBeUndefined();
    },
  );

  it('that a person asked for, from a mail or by typing, goes compressed', async () => {
    expect((await get({ ...ENCODINGS, 'sec-fetch-site': 'none' })).encoding).toBe('br');
  });
});

describe('stripScript', () => {
  it('takes out comments of their own and indentation, and nothing within a line', () => {
    const source = [
      '// Saves.',
      "import { a } from './a.js';",
      '',
      '/**',
      ' * Told // twice.',
      ' */',
      'export function b() {',
      "  const address = 'https://school.example/*'; // stays",
      '  /* one line */',
      '  return `a // b`;',
      '}',
    ].join('\n');
    expect(stripScript(source)).toBe(
      [
        "import { a } from './a.js';",
        'export function b() {',
        "const address = 'https://school.example/*'; // stays",
        'return `a // b`;',
        '}',
        '',
      ].join('\n'),
    );
  });

  it.each(['const text = `\n  // no comment\n`;\n', '/* before */ start();\n'])(
    'leaves a module as it is when its lines may only look like comments: %j',
    (source) => {
      expect(stripScript(source)).toBe(source);
    },
  );
});
