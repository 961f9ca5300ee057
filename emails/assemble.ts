/**
 * Puts the source of a mail together from our own files, before MJML sees it (MJML 5 ignores its own includes, for
 * safety). Three marks are filled in here:
 *
 * - `<use part="name" key="value" />`: the file parts/name, in which `[[@key]]` stands for the value;
 * - `<slot />` in the layout: the template;
 * - `[[common.key]]` and `[[.key]]`: words, shared or of this mail, in the language.
 *
 * What stays are Handlebars expressions. Nothing a person typed passes here.
 */
import { readFileSync } from 'node:fs';
import type { MailLanguage, MailTemplate } from './data.ts';
import { en } from './words/en.ts';
import { type MailWords, nl } from './words/nl.ts';

const FOLDER = new URL('./templates/', import.meta.url);
const WORDS: Record<MailLanguage, MailWords> = { nl, en };
const USE = /[ \t]*<use part="([\w-]+)"((?:\s+\w+="[^"]*")*)\s*\/>/g;
const MAX_DEPTH = 5;

export type MailFormat = 'mjml' | 'txt.hbs';

function readSource(name: string, format: MailFormat): string {
  return readFileSync(new URL(`${name}.${format}`, FOLDER), 'utf8').trimEnd();
}

function parseValues(attributes: string): Record<string, string> {
  return Object.fromEntries([...attributes.matchAll(/(\w+)="([^"]*)"/g)].map(([, key, value]) => [key, value]));
}

function insertParts(source: string, format: MailFormat, depth = 0): string {
  if (depth > MAX_DEPTH) throw new Error('Parts of a mail template use each other');
  return source.replace(USE, (_, name: string, attributes: string) => {
    const values = parseValues(attributes);
    const part = readSource(`parts/${name}`, format).replace(/\[\[@(\w+)\]\]/g, (_mark, key: string) => {
      const value = values[key];
      if (value === undefined) throw new Error(`Part ${name} of a mail template misses ${key}`);
      return value;
    });
    return insertParts(part, format, depth + 1);
  });
}

/** Words are plain text: what HTML would read as markup is escaped, Handlebars expressions stay. */
function escapeWords(words: string): string {
  return words
    .split(/(\{\{.*?\}\})/)
    .map((piece) =>
      piece.startsWith('{{') ? piece : piece.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;'),
    )
    .join('');
}

function findWords(template: MailTemplate, language: MailLanguage, key: string): string {
  const [group, name] = key.split('.') as [string, string];
  const words: Record<string, string> = group === 'common' ? WORDS[language].common : WORDS[language].mails[template];
  const found = words[name];
  if (found === undefined) throw new Error(`No words for ${key} in mail ${template}, language ${language}`);
  return found;
}

/** The source of one mail in one language: MJML or plain text, with Handlebars expressions only. */
export function assembleSource(template: MailTemplate, language: MailLanguage, format: MailFormat): string {
  const whole = readSource('layout', format).replace('<slot />', () => readSource(template, format));
  return insertParts(whole, format).replace(/\[\[((?:common)?\.\w+)\]\]/g, (_, key: string) => {
    const words = findWords(template, language, key);
    return format === 'mjml' ? escapeWords(words) : words;
  });
}

/** The subject of one mail in one language, as a Handlebars template. */
export function subjectSource(template: MailTemplate, language: MailLanguage): string {
  return findWords(template, language, '.subject');
}
