import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, createServer as createSocketServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { createPdfRenderer, type PdfRenderer, type PdfRendererOptions } from '../../activities/pdf/renderer.ts';
import { pdfText } from '../../scripts/lib/pdf-text.ts';
import { aPage, browserProcesses, EMPTY_MARGINS, rendererOptions, sha256 } from './support.ts';

/** Takes Chromium well over the time-out of these tests to lay out. */
const HEAVY = aPage('<table><tr><td>x</td></tr></table>'.repeat(120_000));
const SHORT_MS = 2_000;

const renderers: PdfRenderer[] = [];

async function aRenderer(more: Partial<PdfRendererOptions> = {}): Promise<PdfRenderer> {
  const renderer = createPdfRenderer(await rendererOptions(more));
  renderers.push(renderer);
  return renderer;
}

afterEach(async () => {
  for (const renderer of renderers.splice(0)) await renderer.close();
});

describe('PDF renderer', () => {
  describe('keeps inside what it prints', () => {
    let server: Server;
    let url: string;
    let requests: string[] = [];
    let folder: string;

    beforeAll(async () => {
      server = createServer((request, response) => {
        requests.push(request.url ?? '');
        response.end('GEHEIM');
      });
      await new Promise<void>((resolve) => {
        server.listen(0, '127.0.0.1', resolve);
      });
      url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      folder = mkdtempSync(join(tmpdir(), 'proeve-pdf-'));
      writeFileSync(join(folder, 'secret.html'), '<p>GEHEIM</p>');
    });
    afterAll(() => {
      server.close();
      rmSync(folder, { recursive: true, force: true });
    });
    afterEach(() => {
      requests = [];
    });

    const leaks: readonly [string, (address: string, file: string) => string][] = [
      ['a picture', (address) => `<img src="${address}/picture.png">`],
      ['a stylesheet', (address) => `<link rel="stylesheet" href="${address}/style.css">`],
      ['an imported stylesheet', (address) => `<style>@import "${address}/import.css";</style>`],
      ['a font', (address) => `<style>@font-face{font-family:x;src:url(${address}/x.woff2)}p{font-family:x}</style>`],
      ['a frame', (address) => `<iframe src="${address}/frame"></iframe>`],
      ['an object', (address) => `<object data="${address}/object"></object><embed src="${address}/embed">`],
      ['a local file in a frame', (_address, file) => `<iframe src="${file}" width="500" height="200"></iframe>`],
      ['a local file as an object', (_address, file) => `<object data="${file}" width="500" height="200"></object>`],
      [
        'a page that sends itself elsewhere',
        (address) => `<meta http-equiv="refresh" content="0;url=${address}/away">`,
      ],
      [
        'a look-up ahead of time',
        (address) => `<link rel="prefetch" href="${address}/p"><link rel="preconnect" href="${address}">`,
      ],
      ['a script', (address) => `<script>fetch("${address}/script");document.body.textContent="GEHEIM"</script>`],
      ['a host name', () => '<img src="http://localhost/picture.png"><iframe src="http://example.test/"></iframe>'],
    ];

    it.each(leaks)('%s reaches nothing', async (_name, leak) => {
      const renderer = await aRenderer();
      const file = pathToFileURL(join(folder, 'secret.html')).href;
      const bytes = await renderer.render(aPage(leak(url, file)), EMPTY_MARGINS);
      expect(requests).toEqual([]);
      expect((await pdfText(bytes)).join('')).toBe('Tekst.');
    });
  });

  it('refuses a document without text', async () => {
    const renderer = await aRenderer();
    await expect(renderer.render('<!doctype html><title>x</title><hr>', EMPTY_MARGINS)).rejects.toMatchObject({
      code: 'PDF_BLANK',
    });
    expect(await pdfText(await renderer.render(aPage(''), EMPTY_MARGINS))).toEqual(['Tekst.']);
  });

  it('prints nothing that does not call itself what was asked for', async () => {
    const renderer = await aRenderer();
    const html = '<!doctype html><title>Van Ada &amp; Bo</title><p>Tekst.';
    const wrong = renderer.render(html, { ...EMPTY_MARGINS, title: 'Van Cor' });
    await expect(wrong).rejects.toMatchObject({ code: 'PDF_BROWSER_FAILED' });
    expect(await pdfText(await renderer.render(html, { ...EMPTY_MARGINS, title: 'Van Ada & Bo' }))).toEqual(['Tekst.']);
  });

  it('ends the browser of a document that takes too long, and makes the next one', async () => {
    const renderer = await aRenderer({ timeoutMs: SHORT_MS });
    await renderer.render(aPage(''), EMPTY_MARGINS);
    const [first] = browserProcesses();
    await expect(renderer.render(HEAVY, EMPTY_MARGINS)).rejects.toMatchObject({ code: 'PDF_TIMEOUT' });
    expect(browserProcesses()).not.toContain(first);
    expect(await pdfText(await renderer.render(aPage(''), EMPTY_MARGINS))).toEqual(['Tekst.']);
  });

  it('says that the browser failed when it does not start, and again at the next document', async () => {
    const renderer = await aRenderer({ executablePath: '/nonexistent/chromium' });
    for (let time = 0; time < 2; time++)
      await expect(renderer.render(aPage(''), EMPTY_MARGINS)).rejects.toMatchObject({ code: 'PDF_BROWSER_FAILED' });
  });

  it('gives up a browser that hangs before its first answer, and makes room for the next document', async () => {
    // It says where it listens, takes the connection and never speaks.
    const silent = createSocketServer();
    await new Promise<void>((resolve) => {
      silent.listen(0, '127.0.0.1', resolve);
    });
    const { port } = silent.address() as AddressInfo;
    const folder = mkdtempSync(join(tmpdir(), 'proeve-pdf-'));
    const program = join(folder, 'browser');
    const words = `DevTools listening on ws://127.0.0.1:${port}/devtools/browser/1`;
    writeFileSync(program, `#!/bin/sh\necho '${words}' >&2\nexec sleep 60\n`, { mode: 0o700 });
    const renderer = await aRenderer({ executablePath: program, timeoutMs: SHORT_MS });
    const both = [1, 2, 3].map(() => renderer.render(aPage(''), EMPTY_MARGINS));
    const codes = (await Promise.allSettled(both)).map((each) => each.status === 'rejected' && each.reason.code);
    expect(codes).toEqual(['PDF_TIMEOUT', 'PDF_TIMEOUT', 'PDF_TIMEOUT']);
    silent.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('gets over a browser that was killed between two documents', async () => {
    const renderer = await aRenderer();
    await renderer.render(aPage(''), EMPTY_MARGINS);
    for (const pid of browserProcesses()) process.kill(pid, 'SIGKILL');
    const second = await renderer.render(aPage(''), EMPTY_MARGINS).catch((error: unknown) => error);
    // The one that meets the dead browser may fail; it is tried again by who asked. The next has a new browser.
    if (second instanceof Error) expect(second).toMatchObject({ code: 'PDF_BROWSER_FAILED' });
    expect(await pdfText(await renderer.render(aPage(''), EMPTY_MARGINS))).toEqual(['Tekst.']);
  });

  it('makes several at once, each its own, with one browser after the other', async () => {
    const renderer = await aRenderer({ documentsPerBrowser: 2 });
    const numbers = [1, 2, 3, 4, 5];
    const made = await Promise.all(numbers.map((n) => renderer.render(aPage(`<b>nummer${n}</b>`), EMPTY_MARGINS)));
    const texts = await Promise.all(made.map(pdfText));
    expect(texts).toEqual(numbers.map((n) => [`Tekst.nummer${n}`]));
    // Five documents at two a browser: the third browser still has one to go.
    expect(browserProcesses()).toHaveLength(1);
  });

  it('leaves no process when it is closed, also with documents under way and waiting', async () => {
    const before = browserProcesses();
    const renderer = await aRenderer();
    await renderer.render(aPage(''), EMPTY_MARGINS);
    const open = Promise.allSettled([1, 2, 3, 4].map(() => renderer.render(aPage(''), EMPTY_MARGINS)));
    await renderer.close();
    await open;
    expect(browserProcesses()).toEqual(before);
    await expect(renderer.render(aPage(''), EMPTY_MARGINS)).rejects.toMatchObject({ code: 'PDF_BROWSER_FAILED' });
    expect(browserProcesses()).toEqual(before);
  });

  it('keeps nothing of one document for the next', async () => {
    const renderer = await aRenderer();
    const [first, second] = [
      await renderer.render(aPage('<b>een</b>'), EMPTY_MARGINS),
      await renderer.render(aPage('<b>twee</b>'), EMPTY_MARGINS),
    ];
    expect(await pdfText(second)).toEqual(['Tekst.twee']);
    expect(sha256(first)).not.toBe(sha256(second));
  });
});
