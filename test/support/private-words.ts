/** Every word about a person in a database, to look for where none may be: logs, and the files of Temporal. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Database } from '../../prisma/client.ts';

/** What a word is, such as `address`, by the word itself. */
export type PrivateWords = ReadonlyMap<string, PrivateKind>;

export type PrivateKind = 'address' | 'name' | 'number' | 'text' | 'token' | 'code' | 'cookie';

/** Of a text a part is as telling as the whole, and is found when the whole was cut off or escaped. */
const EXCERPT_LENGTH = 24;
/** Shorter ones ("Bo") are also parts of ids. */
const SHORTEST_NAME = 4;

/** Addresses, names, numbers and typed texts of all schools. */
export async function privateWordsOf(database: Database): Promise<Map<string, PrivateKind>> {
  const [accounts, students, contacts, offices, notes, submissions] = await Promise.all([
    database.account.findMany(),
    database.student.findMany(),
    database.contact.findMany(),
    database.officeAddress.findMany(),
    database.textNote.findMany(),
    database.formSubmission.findMany(),
  ]);
  const words = new Map<string, PrivateKind>();
  const add = (kind: PrivateKind, ...found: readonly string[]) => {
    for (const word of found) if (word !== '') words.set(word, kind);
  };
  for (const { email } of [...accounts, ...students, ...contacts, ...offices]) add('address', email);
  for (const person of [...accounts, ...students]) add('name', ...longNames([person.givenName, person.familyName]));
  for (const { name } of contacts) add('name', ...longNames(name.split(' ')));
  for (const { number } of students) add('number', number ?? '');
  for (const { body } of notes) add('text', ...excerptsOf(body));
  for (const { content } of submissions) {
    const { justifications } = content as unknown as { justifications: Record<string, string> };
    for (const text of Object.values(justifications)) add('text', ...excerptsOf(text));
  }
  return words;
}

function longNames(names: readonly string[]): string[] {
  return names.filter((name) => name.length >= SHORTEST_NAME && /^\p{Lu}/u.test(name));
}

/** Pieces of a text without what JSON or HTML would write otherwise. */
function excerptsOf(text: string): string[] {
  return text.split(/[^\p{L}\p{N} ,.]+/u).flatMap((line) => {
    const trimmed = line.trim();
    return trimmed.length < EXCERPT_LENGTH ? [] : [trimmed.slice(0, EXCERPT_LENGTH)];
  });
}

/** Tokens of links, and codes, in what was mailed. @param mails texts of mails */
export function secretsOfMails(mails: readonly string[]): Map<string, PrivateKind> {
  const secrets = new Map<string, PrivateKind>();
  for (const mail of mails) {
    for (const [, token = ''] of mail.matchAll(/\/(?:b|inloggen)\/([A-Za-z0-9]{40,})/g)) secrets.set(token, 'token');
    for (const [code = ''] of mail.matchAll(/(?<![\d.#:-])\d{6}(?![\d:-]|\.\d)/g)) secrets.set(code, 'code');
  }
  return secrets;
}

/**
 * Which private words a text holds. Names, numbers and codes count as whole words, all else wherever it stands.
 * @returns kind and word of each
 */
export function findPrivate(text: string, words: PrivateWords): string[] {
  const whole = new Set(text.split(/[^\p{L}\p{N}'-]+/u));
  const lower = text.toLowerCase();
  return [...words]
    .filter(([word, kind]) =>
      ['name', 'number', 'code'].includes(kind) && !word.includes(' ')
        ? whole.has(word)
        : lower.includes(word.toLowerCase()) || lower.includes(encodeURIComponent(word).toLowerCase()),
    )
    .map(([word, kind]) => `${kind} ${word}`);
}

/** Every file below a folder with its content; bytes that are no text stay apart, so that words in between are found. */
export function readFiles(dir: string): { readonly file: string; readonly text: string }[] {
  return readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => {
      const file = join(entry.parentPath, entry.name);
      return { file: entry.name, text: readFileSync(file).toString('utf8') };
    });
}
