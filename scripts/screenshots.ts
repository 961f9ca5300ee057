/** Pictures of every page on a phone and on a desk, and what axe finds on them. Usage: npm run screenshots [part of a page's name] */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Browser, Viewport } from 'puppeteer-core';
import { loadStartSettings, projectRoot } from '../platform/config.ts';
import { type Database, openDatabase } from '../prisma/client.ts';
import {
  axeFindings,
  launchBrowser,
  openVisitor,
  Screen,
  savePicture,
  sidewaysOverflow,
  type Visitor,
} from './lib/browser.ts';
import { invitationUrl, signInUrl } from './lib/demo-links.ts';
import { type DemoPage, demoPages } from './lib/demo-pages.ts';
import { DEMO_ADMINISTRATOR, DEMO_MEMBER, DEMO_NEW_STUDENT, DEMO_STUDENT, DEMO_TEACHER } from './lib/demo-people.ts';
import { startSeparateStack } from './lib/separate-home.ts';
import { shrinkPng } from './lib/small-png.ts';
import type { Stack } from './lib/stack.ts';
import { print, progressPrinter, runScript } from './lib/terminal.ts';

const SIZES = [Screen.phone, Screen.desktop];
const ADDRESSES = {
  teacher: DEMO_TEACHER,
  committee: DEMO_MEMBER,
  administrator: DEMO_ADMINISTRATOR,
  student: DEMO_STUDENT,
  newStudent: DEMO_NEW_STUDENT,
} as const;
const folder = join(projectRoot, 'docs', 'screenshots');

await runScript(async () => {
  const only = process.argv[2] ?? '';
  const settings = loadStartSettings();
  const homeDir = join(settings.home, 'screenshots');
  const stack = await startSeparateStack(settings, homeDir, progressPrinter());
  for (const event of ['SIGINT', 'SIGTERM', 'SIGHUP', 'disconnect'] as const)
    process.on(event, () => void stack.stop().finally(() => process.exit(130)));
  const database = openDatabase({ ...stack.config.database, poolSize: 2 });
  const browser = await launchBrowser(stack.config.chromium);
  try {
    const pages = (await demoPages(database, stack.config)).filter(({ name }) => name.includes(only));
    if (only === '') empty(folder);
    const findings = await lookAtAll(stack, database, browser, pages);
    for (const line of findings) print(line);
    print(`\n${pages.length} pages, pictures in ${relative(process.cwd(), folder)}, ${findings.length} findings`);
    return findings.length === 0 ? 0 : 1;
  } finally {
    await browser.close();
    await database.$disconnect();
    await stack.stop();
  }
}).finally(() => process.exit());

function empty(dir: string): void {
  mkdirSync(dir, { recursive: true });
  for (const name of readdirSync(dir)) if (name.endsWith('.png')) rmSync(join(dir, name));
}

async function lookAtAll(
  stack: Stack,
  database: Database,
  browser: Browser,
  pages: readonly DemoPage[],
): Promise<string[]> {
  const findings: string[] = [];
  for (const size of SIZES) {
    for (const theme of ['light', 'dark'] as const) {
      const visitors = new Map<string, Visitor>();
      for (const page of pages) {
        if (theme === 'dark' && !page.isAlsoDark) continue;
        const key = JSON.stringify(page.as);
        const visitor = visitors.get(key) ?? (await visitorFor(stack, database, browser, page, size, theme));
        visitors.set(key, visitor);
        const name = `${page.name}-${size.width}${theme === 'dark' ? '-dark' : ''}`;
        const found = await lookAt(stack, visitor, page, name).catch((error: unknown) => [String(error)]);
        findings.push(...found.map((line) => `${name}: ${line}`));
        print(`  ${found.length === 0 ? 'ok' : 'NO'}  ${name}`);
      }
      for (const visitor of visitors.values()) await visitor.close();
    }
  }
  return findings;
}

async function visitorFor(
  stack: Stack,
  database: Database,
  browser: Browser,
  { as }: DemoPage,
  size: Viewport,
  theme: 'light' | 'dark',
): Promise<Visitor> {
  const visitor = await openVisitor(browser, size, theme);
  if (as === 'visitor') return visitor;
  const url =
    typeof as === 'object'
      ? await invitationUrl(database, stack.config, as.linkId)
      : await signInUrl(database, stack.config, ADDRESSES[as]);
  await visitor.open(url);
  await visitor.pressAt('main form button[type="submit"]');
  return visitor;
}

async function lookAt(stack: Stack, visitor: Visitor, page: DemoPage, name: string): Promise<string[]> {
  const before = visitor.troubles.length;
  if (page.isProblem) await visitor.page.goto(stack.config.publicUrl + page.path);
  else await visitor.open(stack.config.publicUrl + page.path);
  await page.prepare?.(visitor);
  const file = join(folder, `${name}.png`) as `${string}.png`;
  await savePicture(visitor.page, file);
  writeFileSync(file, shrinkPng(readFileSync(file)));
  const sideways = await sidewaysOverflow(visitor.page);
  return [
    ...(await axeFindings(visitor.page)),
    ...(sideways > 0 ? [`scrolls ${sideways} px sideways`] : []),
    ...visitor.troubles.slice(before),
  ];
}
