/** What people do on a page before it is pictured. Each looks first whether it was done: every page is pictured several times. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Visitor } from './browser.ts';

const OWN_PROFILE = 'Studentenadministratie';
const REOPEN_REASON = 'De student liet weten dat een bewijsstuk niet is meegewogen. Wij kijken opnieuw.';
const END_REOPENING = 'a[href$="/heropenen/beeindigen"]';

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

/** A student who never checked the own data is led to them first. @param path the page that was wanted */
export async function confirmDetails(visitor: Visitor, path: string): Promise<void> {
  if (!(await visitor.text()).includes('Dit klopt, verder')) return;
  await visitor.press('Dit klopt, verder');
  // Once more: what says that it was saved is gone then.
  await visitor.open(new URL(path, visitor.page.url()).href);
}

/** On the queue: all filters. */
export async function openFilters({ page }: Visitor): Promise<void> {
  await page.evaluate(`document.querySelector('.queue-more').open = true`);
}

/** On the list of profiles: one of the school's own, made when there is none. */
export async function openOwnProfile(visitor: Visitor): Promise<void> {
  if (await visitor.has(`a[href$="/verwijderen"]`)) return visitor.press(OWN_PROFILE);
  await visitor.type('naam', OWN_PROFILE);
  await visitor.press('Profiel maken');
}

/** On the dossier of a final result. */
export async function reopenResult(visitor: Visitor): Promise<void> {
  if (await visitor.has(END_REOPENING)) return;
  const dossier = visitor.page.url();
  await visitor.pressAt('a[href$="/heropenen"]');
  await visitor.type('reden', REOPEN_REASON);
  await visitor.press('Uitslag heropenen');
  // Once more: what says that it was done is gone then.
  await visitor.open(dossier);
}

/** On the dossier of a final result: up to the page that ends the reopening. */
export async function askToEndReopening(visitor: Visitor): Promise<void> {
  await reopenResult(visitor);
  await visitor.pressAt(END_REOPENING);
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
