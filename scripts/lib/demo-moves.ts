/** What an examiner does on a page before it is pictured. Each looks first whether it was done: every page is pictured several times. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Visitor } from './browser.ts';

const NOTE = 'Begroet mevrouw bij haar naam, legt uit wat zij gaat doen en wacht op een knik voordat zij begint.';

/** On the page of the notes. */
export async function writeNote(visitor: Visitor): Promise<void> {
  if (await visitor.has('.proeve-note')) return;
  await visitor.type('notitie', NOTE);
  await chooseSecond(visitor, 'over');
  await visitor.press('Notitie bewaren');
}

/** On the form: the panel over it. */
export async function openNotes(visitor: Visitor): Promise<void> {
  await (await visitor.page.$('[data-notes-open]'))?.click();
  await visitor.page.waitForSelector('dialog[open]');
  await visitor.settle();
}

/** On the page of the evidence. */
export async function addEvidence(visitor: Visitor): Promise<void> {
  if (await visitor.has('.proeve-evidence__item')) return;
  const folder = mkdtempSync(join(tmpdir(), 'proeve-bewijs-'));
  try {
    const file = join(folder, 'zorgplan.png') as `${string}.png`;
    await drawSheet(visitor, file);
    await chooseSecond(visitor, 'onderdeel');
    await visitor.type('bijschrift', 'Het zorgplan dat de student maakte');
    const field = await visitor.page.$('input[type="file"][name="bestand"]');
    await (field as unknown as { uploadFile(path: string): Promise<void> } | null)?.uploadFile(file);
    await visitor.press('Bewijs toevoegen');
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The first choice that is not the empty one. */
async function chooseSecond({ page }: Visitor, name: string): Promise<void> {
  const value = (await page.evaluate(
    `[...document.querySelector('[name="${name}"]').options].find((option) => option.value !== '').value`,
  )) as string;
  await page.select(`[name="${name}"]`, value);
}

const SHEET = `<body style="margin:0;background:#8a9a94"><div style="margin:24px;padding:24px;background:#fffdf5;font:20px sans-serif">
<h1>Zorgplan</h1><p>Week 46</p><ul><li>Ochtend: wassen aan de wastafel, zelf het gezicht</li><li>Middag: wandelen met de rollator</li>
<li>Avond: kiest zelf wat zij morgen draagt</li></ul></div></body>`;

/** A sheet of paper that names nobody, as a picture. */
async function drawSheet({ page }: Visitor, file: `${string}.png`): Promise<void> {
  const desk = await page.browserContext().newPage();
  try {
    await desk.setViewport({ width: 640, height: 480 });
    await desk.setContent(SHEET);
    await desk.screenshot({ path: file });
  } finally {
    await desk.close();
  }
}
