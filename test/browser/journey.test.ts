/** The whole process in a real browser, on real parts: PostgreSQL, Temporal, SMTP, Chromium. The same play as `npm run demo`. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser } from 'puppeteer-core';
import { loadStartSettings } from '../../platform/config.ts';
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

const START_MS = 120_000;
const PLAY_MS = 240_000;
const STOP_MS = 60_000;

describe('the whole process on a phone', () => {
  const homeDir = join(testHomeDir(), `journey-${process.pid}`);
  let stack: Stack;
  let browser: Browser;

  beforeAll(async () => {
    stack = await startSeparateStack(loadStartSettings(), homeDir, () => undefined);
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
      };
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
});
