/** What the tests of files of contacts share: making them, uploading them, reading what came of it. */
import writeWorkbook, { type SheetData } from 'write-excel-file/node';
import type { TestClient, TestResponse } from '../support/app.ts';

export const HEADER = 'naam;email;functie;organisatie;soort';
export const utf8 = (...lines: string[]) => Buffer.from([HEADER, ...lines].join('\r\n'));
/** A workbook of one sheet. */
export const workbook = (rows: SheetData) => writeWorkbook(rows).toBuffer();

/** Uploads a file, and waits until it was read. */
export async function uploadBook(client: TestClient, bytes: Uint8Array, name = 'lijst.csv'): Promise<TestResponse> {
  const form = new FormData();
  form.set('_csrf', await client.csrfToken());
  form.append('bestand', new Blob([Uint8Array.from(bytes)]), name);
  const answer = await client.post('/adresboek/importeren', form);
  return answer.status === 303 ? waitFor(client, answer.location ?? '') : answer;
}

/** The page, once it is no longer waited for. */
async function waitFor(client: TestClient, path: string): Promise<TestResponse> {
  let page = await client.get(path);
  for (let tries = 0; page.headers.get('refresh') !== null && tries < 150; tries += 1) {
    await new Promise((resolve) => setTimeout(resolve, 200));
    page = await client.get(path);
  }
  return page;
}

/** Presses the button of a preview. */
export async function applyBook(client: TestClient, preview: TestResponse): Promise<TestResponse> {
  const plan = /name="plan" value="([^"]+)"/.exec(preview.text)?.[1];
  if (plan === undefined) throw new Error(`there is nothing to apply on ${preview.path}: ${mainOf(preview)}`);
  const answer = await client.post(preview.path, { plan });
  return waitFor(client, answer.location ?? '');
}

/** The words of a page. */
export function mainOf({ text }: TestResponse): string {
  const main = /<main[^>]*>([\s\S]*)<\/main>/.exec(text)?.[1] ?? '';
  return main
    .replace(/<[^>]+>/g, ' ')
    .replaceAll('&#x3D;', '=')
    .replaceAll('&#x27;', "'")
    .replaceAll('&quot;', '"')
    .replace(/\s+/g, ' ');
}
