import { readFileSync } from 'node:fs';
import type { Server } from 'node:http';
import { createRequire } from 'node:module';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, Page } from 'puppeteer-core';
import { createAssets } from '../../web/assets.ts';
import { launchBrowser, servePages } from './support/browser.ts';
import { anEngine, styleguidePages } from './support/styleguide.ts';

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const pages = styleguidePages(anEngine());

describe('style guide in a browser', () => {
  let browser: Browser;
  let server: Server;
  let url: string;
  let page: Page;
  let messages: string[] = [];

  beforeAll(async () => {
    ({ url, server } = await servePages(pages, createAssets()));
    browser = await launchBrowser();
    page = await browser.newPage();
    page.on('console', (message) => messages.push(message.text()));
    // Leaving a form that was typed in asks first; that it does is the guard at work.
    page.on('dialog', (dialog) => dialog.accept());
    page.on('pageerror', (error) => messages.push(String(error)));
  });
  afterAll(async () => {
    await browser.close();
    server.close();
  });

  async function open(pathname: string, width: number, theme: 'light' | 'dark' = 'light'): Promise<void> {
    messages = [];
    await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: theme }]);
    await page.setViewport({ width, height: 800 });
    await page.goto(url + pathname, { waitUntil: 'load' });
  }

  const cases = [...pages.keys()].flatMap((pathname) =>
    (['light', 'dark'] as const).flatMap((theme) => [320, 1280].map((width) => ({ pathname, theme, width }))),
  );

  it.each(cases)('axe finds nothing on $pathname, $theme, $width px', async ({ pathname, theme, width }) => {
    await open(pathname, width, theme);
    await page.evaluate(axeSource);
    const findings = await page.evaluate(
      `axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] })
        .then((r) => r.violations.map((v) => v.id + ': ' + v.nodes.map((n) => n.html.slice(0, 160) + ' ' + n.failureSummary).join(' | ')))`,
    );
    expect(findings).toEqual([]);
  });

  it.each([...pages.keys()])(
    '%s does not scroll sideways at 320 px and runs under the strict CSP',
    async (pathname) => {
      await open(pathname, 320);
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(320);
      expect(messages.filter((message) => /Content Security Policy|Error/i.test(message))).toEqual([]);
    },
  );

  it('gives focus to the error summary, and from its link to the field', async () => {
    await open('/bouwstenen', 360);
    await page.waitForFunction("document.activeElement?.hasAttribute('data-error-summary')");
    await page.click('[data-error-summary] li:nth-child(2) a');
    expect(await page.evaluate('document.activeElement.id')).toBe('criterion-3');
  });

  it('counts characters and progress along', async () => {
    await open('/licht', 360);
    await page.focus('#criterion-3');
    await page.keyboard.press('Space');
    expect(await page.$eval('[data-progress-text]', (text) => text.textContent)).toBe('4 of 4 filled in');
    await page.$eval('#justification', (area) => {
      area.value = '';
    });
    await page.type('#justification', ' abc ');
    expect(await page.$eval('#justification-counter', (text) => text.textContent)).toBe('3 of 2,000 characters');
  });

  it('has no button or field lower than 44 px', async () => {
    await open('/bouwstenen', 360);
    const low = await page.evaluate(
      `[...document.querySelectorAll('.utrecht-button, .utrecht-textbox, .utrecht-select, .proeve-ovg__label, .proeve-pills__item, .proeve-menu__button, .proeve-quiet-button')]
        .filter((e) => e.offsetHeight > 0 && e.offsetHeight < 44).map((e) => e.className + ' ' + e.offsetHeight)`,
    );
    expect(low).toEqual([]);
  });
});
