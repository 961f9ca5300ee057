/**
 * Writes every mail in every language, as HTML and as text, with invented data: to look at them in a browser.
 * Use: node scripts/preview-emails.ts <folder>
 */
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { createMailRenderer, MAIL_LANGUAGES, MAIL_TEMPLATES } from '../emails/index.ts';
import { mailSamples } from '../emails/samples.ts';

const folder = process.argv[2];
if (!folder) throw new Error('Name the folder in which the mails must be written');
await mkdir(folder, { recursive: true });

const renderer = await createMailRenderer();
for (const template of MAIL_TEMPLATES) {
  for (const language of MAIL_LANGUAGES) {
    const { subject, html, text } = renderer.render(template, language, mailSamples[template]);
    const file = path.join(folder, `${template}.${language}`);
    await writeFile(`${file}.html`, html);
    await writeFile(`${file}.txt`, `${subject}\n\n${text}`);
    process.stdout.write(`${template} ${language}: ${subject}\n`);
  }
}
