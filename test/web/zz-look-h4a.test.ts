import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Browser } from 'puppeteer-core';
import { startTestApp, type TestApp, type TestClient } from '../support/app.ts';
import { launchBrowser } from '../views/support/browser.ts';
import { setDesk, type Desk } from './following-support.ts';
import { signedInTeacher } from './initiator-support.ts';
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
let app: TestApp; let browser: Browser; let teacher: TestClient; let desk: Desk;
beforeAll(async () => {
  app = await startTestApp({ isLenient: true });
  browser = await launchBrowser();
  teacher = await signedInTeacher(app);
  desk = await setDesk(app);
}, 120000);
afterAll(async () => { await browser.close(); await app.stop(); });
it('looks', async () => {
  const pages: Record<string,string> = { attention: '/aandacht', list: '/afnames', listmore: '/afnames?vanaf=2026-11-01&volgorde=naam&reeks='+desk.series.seriesId, series: '/series/'+desk.series.seriesId, asked: '/afnames/'+desk.asked.assessmentId, bounced: '/afnames/'+desk.bounced.assessmentId, busy: '/afnames/'+desk.busy.assessmentId, remind: '/afnames/herinneren?afname='+desk.series.ids.join('&afname=') };
  const problems: unknown[] = [];
  for (const [name, path] of Object.entries(pages)) for (const width of [360, 768, 1280]) {
    const page = await browser.newPage();
    page.on('console', (m) => { if (m.type() === 'error') problems.push([name, m.text()]); });
    page.on('pageerror', (m) => problems.push([name, String(m)]));
    await page.setViewport({ width, height: 900, isMobile: width < 600, hasTouch: width < 600 });
    if (process.env.DARK) await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: 'dark' }]);
    await page.setCookie(...[...teacher.cookies].map(([cookie, value]) => ({ name: cookie, value: decodeURIComponent(value), url: app.url, path: '/', secure: true, httpOnly: true })));
    const answer = await page.goto(app.url + path, { waitUntil: 'load' });
    if (answer?.status() !== 200) problems.push([name, answer?.status()]);
    const sw = await page.evaluate('document.documentElement.scrollWidth');
    if (Number(sw) > width) problems.push([name, width, 'scrollWidth', sw]);
    await page.evaluate(axe);
    const found = await page.evaluate('axe.run().then((r) => r.violations.map((v) => v.id + ": " + v.nodes[0].html))') as string[];
    if (found.length) problems.push([name, width, found]);
    await new Promise((r) => setTimeout(r, 150));
    await page.screenshot({ path: `/tmp/h4a/${name}-${width}.png`, fullPage: true });
    await page.close();
  }
  expect(problems).toEqual([]);
}, 240000);
