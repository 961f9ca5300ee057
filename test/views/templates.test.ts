import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { createI18n } from '../../platform/i18n/index.ts';

const webDir = path.join(import.meta.dirname, '..', '..', 'web');
const partialsDir = path.join(webDir, 'views', 'partials');

const templates = readdirSync(webDir, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.hbs'))
  .map((file) => ({ file, source: readFileSync(path.join(webDir, file), 'utf8') }));
const partials = new Set(readdirSync(partialsDir).map((file) => path.basename(file, '.hbs')));

/** Files in which a pattern is found, with what was found. */
function findAll(pattern: RegExp): string[] {
  return templates.flatMap(({ file, source }) =>
    [...source.replace(/{{!--[\s\S]*?--}}/g, '').matchAll(pattern)].map((match) => `${file}: ${match[0]}`),
  );
}

describe('every template', () => {
  it('escapes everything it prints', () => {
    expect(findAll(/{{{|{{~?&/g)).toEqual([]);
  });

  it('quotes every attribute', () => {
    expect(findAll(/<[a-z][^<>]*?\s[a-z-]+=(?!["{])[^\s>]*/g).filter((found) => /=[^"'\s]*{{/.test(found))).toEqual([]);
    expect(
      findAll(/\s[a-z-]+={{/g)
        .filter((found) => !found.includes('('))
        .filter((found) => !/{{#wrap|{{>/.test(found)),
    ).toEqual([]);
  });

  it('has no script or style in the page, which the CSP would block', () => {
    expect(findAll(/<style|<script(?![^>]*src=)|\sstyle=|\son[a-z]+=/g)).toEqual([]);
  });

  it('prints addresses through attrs, which refuses javascript:', () => {
    expect(findAll(/\s(href|action|formaction)="{{(?!asset|schoolTheme)/g)).toEqual([]);
  });

  it('uses only partials that exist', () => {
    const used = findAll(/{{#?>\s*[\w-]+|{{#wrap "[\w-]+"/g).map(
      (found) =>
        found
          .split(/[\s"]+/)
          .filter(Boolean)
          .at(-1) ?? '',
    );
    expect(used.filter((name) => !partials.has(name))).toEqual([]);
  });

  it('uses only texts that exist', () => {
    const { has } = createI18n().forLanguage('nl');
    const keys = findAll(/\bt "[^"]+"/g).map((found) => found.slice(found.indexOf('"') + 1, -1));
    expect(keys.filter((key) => !has(key) && !has(key, { count: 1 }))).toEqual([]);
  });

  it('sends its CSRF token with each POST form', () => {
    const without = templates.filter(
      ({ source }) =>
        (source.match(/<form[^>]*method="post"/g) ?? []).length > (source.match(/{{> csrf}}/g) ?? []).length,
    );
    expect(without.map(({ file }) => file)).toEqual([]);
  });
});

describe('every partial', () => {
  it('says at its top what it is and takes', () => {
    const silent = [...partials].filter(
      (name) => !readFileSync(path.join(partialsDir, `${name}.hbs`), 'utf8').startsWith('{{!-- '),
    );
    expect(silent).toEqual([]);
  });

  it('is shown by the style guide or used by another template', () => {
    const used = new Set(
      findAll(/{{#?>\s*[\w-]+|{{#wrap "[\w-]+"/g).map((found) =>
        found
          .split(/[\s"]+/)
          .filter(Boolean)
          .at(-1),
      ),
    );
    expect([...partials].filter((name) => !used.has(name))).toEqual([]);
  });
});
