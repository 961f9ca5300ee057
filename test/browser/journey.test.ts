/** The whole process in a real browser, on real parts: PostgreSQL, Temporal, SMTP, Chromium. The same play as `npm run demo`. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser } from 'puppeteer-core';
import { loadStartSettings } from '../../platform/config.ts';
import { openDatabase } from '../../prisma/client.ts';
import {
  axeFindings,
  launchBrowser,
  openVisitor,
  Screen,
  sidewaysOverflow,
  type Visitor,
} from '../../scripts/lib/browser.ts';
import { playJourney } from '../../scripts/lib/journey.ts';
import { startSeparateStack } from '../../scripts/lib/separate-home.ts';
import type { Stack } from '../../scripts/lib/stack.ts';
import { testHomeDir } from '../../scripts/lib/throwaway-postgres.ts';
import { paths } from '../../web/paths.ts';
import { findPrivate, type PrivateKind, privateWordsOf, readFiles, secretsOfMails } from '../support/private-words.ts';

const START_MS = 120_000;
const PLAY_MS = 240_000;
const STOP_MS = 60_000;

describe('the whole process on a phone', () => {
  const homeDir = join(testHomeDir(), `journey-${process.pid}`);
  const said: string[] = [];
  const secrets = new Map<string, PrivateKind>();
  let stack: Stack | undefined;
  let browser: Browser;
  /** Cookies of the visitor who was seen last. */
  let cookieHeader = '';

  beforeAll(async () => {
    stack = await startSeparateStack(loadStartSettings(), homeDir, (line) => said.push(line));
    browser = await launchBrowser(stack.config.chromium);
  }, START_MS);

  afterAll(async () => {
    await browser?.close();
    await stack?.stop();
    rmSync(homeDir, { recursive: true, force: true });
  }, STOP_MS);

  it('would notice a page that is too wide or that axe refuses', async () => {
    const { page, close } = await openVisitor(browser, Screen.phone);
    await page.setContent('<!doctype html><title>x</title><img src="data:,"><p style="width:900px">te breed</p>');
    expect(await sidewaysOverflow(page)).toBeGreaterThan(500);
    expect((await axeFindings(page)).join(' ')).toContain('image-alt');
    await close();
  });

  it(
    'leads from starting an assessment to the PDF in the exam office’s mail, on pages in which axe finds nothing',
    async () => {
      const steps: string[] = [];
      const findings: string[] = [];
      const look = async ({ page }: Visitor, name: string) => {
        for (const finding of await axeFindings(page)) findings.push(`${name}: ${finding}`);
        const sideways = await sidewaysOverflow(page);
        if (sideways > 0) findings.push(`${name}: scrolls ${sideways} px sideways`);
        const cookies = (await page.browserContext().cookies()).filter((cookie) => cookie.value.length >= 32);
        for (const { value } of cookies) secrets.set(value, 'cookie');
        cookieHeader = cookies.map((cookie) => `${cookie.name}=${cookie.value}`).join('; ');
      };
      if (!stack) throw new Error('nothing runs');
      const outcome = await playJourney({
        browser,
        config: stack.config,
        mailboxUrl: stack.mailboxUrl ?? '',
        examinerScreen: Screen.phone,
        staffScreen: Screen.phone,
        look,
        onStep: (name) => steps.push(name),
      });
      expect(findings).toEqual([]);
      expect(steps).toContain('finishing is refused, and it says why');
      expect(steps.at(-1)).toBe('its PDF is whole, titled, about this student, and the stored one');
      expect(outcome.title).toMatch(/^Vastgestelde beoordeling \d{4}-[0-9A-F]{8}$/);
      expect(outcome.pages).toBeGreaterThanOrEqual(3);
    },
    PLAY_MS,
  );

  it(
    'leaves no name, address, number, typed word, token, code or cookie in any log, nor in the files of Temporal',
    async () => {
      if (!stack) throw new Error('nothing runs');
      const { home, config } = stack;
      const database = openDatabase({ ...config.database, poolSize: 1 });
      const words = await privateWordsOf(database);
      const document = await database.document.findFirstOrThrow({ where: { sha256: { not: null } } });
      await database.$disconnect();
      for (const [secret, kind] of [...secrets, ...secretsOfMails(await mailedTexts(stack.mailboxUrl ?? ''))])
        words.set(secret, kind);
      const kinds: PrivateKind[] = ['address', 'name', 'number', 'text', 'token', 'code', 'cookie'];
      expect([...words.values()]).toEqual(expect.arrayContaining(kinds));

      // What goes wrong is logged most: a page that is not there with a token in its address, and a document that is gone.
      const token = [...words].find(([, kind]) => kind === 'token')?.[0] ?? '';
      expect((await fetch(`${config.publicUrl}/oud/${token}`)).status).toBe(404);
      rmSync(config.documentsDir, { recursive: true, force: true });
      const gone = await fetch(config.publicUrl + paths.document(document.id), { headers: { cookie: cookieHeader } });
      expect(gone.status).toBe(500);

      await stack.stop();
      stack = undefined;
      const logs = readFiles(home.logDir);
      expect(logs.map(({ file }) => file).sort()).toEqual(['postgres.log', 'temporal.log', 'web.log', 'worker.log']);
      expect(logs.find(({ file }) => file === 'web.log')?.text).toContain('ERROR web: a stored document is missing');
      for (const { file, text } of [...logs, { file: 'terminal', text: said.join('\n') }])
        expect({ file, found: findPrivate(text, words) }).toEqual({ file, found: [] });
      for (const { file, text } of readFiles(home.temporalDir))
        expect({ file, found: findPrivate(text, words) }).toEqual({ file, found: [] });
    },
    STOP_MS,
  );
});

/** Every mail that was sent, as plain text. */
async function mailedTexts(mailboxUrl: string): Promise<string[]> {
  const read = async (path: string): Promise<unknown> => (await fetch(mailboxUrl + path)).json();
  const { messages } = (await read('/api/messages')) as { messages: { id: string }[] };
  const mails = await Promise.all(messages.map(({ id }) => read(`/api/messages/${id}`)));
  return mails.map((mail) => (mail as { text: string }).text);
}
