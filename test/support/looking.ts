/** What is wrong with how a page looks, for axe and for a ruler. */
import type { Page } from 'puppeteer-core';
import { axeFindings, sidewaysOverflow } from '../../scripts/lib/browser.ts';

/** A phone, a tablet, a desk. */
const WIDTHS = [360, 768, 1280] as const;
const HEIGHT = 800;

/** In one theme, at the width that it has; without motion, or a colour is measured half-way between two themes. */
export async function findingsIn(page: Page, theme: 'light' | 'dark'): Promise<string[]> {
  await page.emulateMediaFeatures([
    { name: 'prefers-color-scheme', value: theme },
    { name: 'prefers-reduced-motion', value: 'reduce' },
  ]);
  return (await axeFindings(page)).map((finding) => `${theme}, ${page.viewport()?.width}: ${finding}`);
}

/** What makes a page of this width scroll sideways, as a finding. */
export async function tooWide(page: Page): Promise<string[]> {
  const sideways = await sidewaysOverflow(page);
  return sideways === 0 ? [] : [`${page.viewport()?.width}: scrolls ${sideways} px sideways`];
}

/**
 * Looks at a page that stands open, without loading it again: axe in both themes at the smallest width and in one at the
 * largest, the ruler at every width. Leaves the page as wide as a desk, in the light theme.
 * @returns one line for each thing that is wrong
 */
export async function lookAt(page: Page, widths: readonly number[] = WIDTHS): Promise<string[]> {
  const found: string[] = [];
  const [smallest] = widths;
  const screen = page.viewport();
  for (const width of widths) {
    await page.setViewport({ ...screen, width, height: HEIGHT });
    found.push(...(await tooWide(page)));
    if (width === smallest) found.push(...(await findingsIn(page, 'dark')));
    if (width === smallest || width === widths.at(-1)) found.push(...(await findingsIn(page, 'light')));
  }
  return found;
}
