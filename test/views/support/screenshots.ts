/** Run by hand: `node test/views/support/screenshots.ts <folder outside the repository>` makes pictures of the style guide. */
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { createAssets } from '../../../web/assets.ts';
import { launchBrowser, servePages } from './browser.ts';
import { anEngine, styleguidePages } from './styleguide.ts';

const [folder] = process.argv.slice(2);
if (folder === undefined) {
  throw new Error('Name a folder for the pictures');
}
await mkdir(folder, { recursive: true });
const { url, server } = await servePages(styleguidePages(anEngine()), createAssets());
const browser = await launchBrowser();
const page = await browser.newPage();
page.on('console', (message) => process.stdout.write(`${message.text()}\n`));
for (const theme of ['light', 'dark']) {
  await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: theme }]);
  for (const width of [320, 360, 768, 1280]) {
    await page.setViewport({ width, height: 800, deviceScaleFactor: 1 });
    for (const name of ['bouwstenen', 'licht', 'bevestigen']) {
      await page.goto(`${url}/${name}`, { waitUntil: 'networkidle0' });
      const scrollWidth = await page.evaluate('document.documentElement.scrollWidth');
      if (Number(scrollWidth) > width) {
        process.stdout.write(`${name} ${width}: scrolls sideways to ${scrollWidth}\n`);
      }
      const file = path.join(folder, `${name}-${theme}-${width}.png`) as `${string}.png`;
      await page.screenshot({ path: file, fullPage: true });
    }
  }
}
await browser.close();
server.close();
