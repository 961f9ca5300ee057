import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import puppeteer, { type Browser } from 'puppeteer-core';
import type { Assets } from '../../../web/assets.ts';
import { chromiumPath } from '../../support/services.ts';

const CSP =
  "default-src 'none'; style-src 'self'; script-src 'self'; font-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'";

/** Pages and assets on a loopback port, with the strict content security policy of the application. */
export async function servePages(
  pages: ReadonlyMap<string, string>,
  assets: Assets,
): Promise<{ url: string; server: Server }> {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    const page = pages.get(pathname);
    if (page !== undefined) {
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': CSP }).end(page);
      return;
    }
    const asset = assets.get(pathname);
    if (asset) {
      response.writeHead(200, { 'content-type': asset.type }).end(asset.body);
      return;
    }
    response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server };
}

/** The headless shell of the PDF renderer; without its sandbox only where it runs as root, which the sandbox refuses. */
export async function launchBrowser(): Promise<Browser> {
  const args = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  return puppeteer.launch({ executablePath: await chromiumPath(), headless: 'shell', args });
}
