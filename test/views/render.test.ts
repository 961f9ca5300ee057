import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createI18n } from '../../platform/i18n/index.ts';
import { createAssets } from '../../web/assets.ts';
import { createViewEngine, type ViewEngine } from '../../web/render.ts';
import { anEngine, aPage, styleguidePages } from './support/styleguide.ts';

const TEMPLATES = {
  plain: '<p title="{{title}}">{{title}}</p>',
  optional: '{{#if note}}{{note}}{{/if}}.',
  texts: '{{t "common.table.selectRow" name=name}} {{t (concat "common.status." status)}}',
  unknown: '{{t "common.nope"}}',
  formats: '{{date at}}|{{day at}}|{{shortDay at}}|{{time at}}|{{grade tenths}}|{{number count}}|{{bytes size}}',
  attributes: '<a {{attrs href=href aria-current=(and isCurrent "page") hidden=isHidden data-x=note}}>x</a>',
  handler: '<a {{attrs onclick="x()"}}>x</a>',
  area: '<div>\n    {{> field-textarea id="words" label="Woorden" value=words maxlength=20}}\n</div>',
  wrapped: '{{#each rows}}{{#wrap "card" title=this}}{{this}} van {{../total}}{{/wrap}}{{/each}}',
  isolated: '{{> field-text id="a" label="A"}}',
  errors: '{{> error-summary errors=errors}}{{> field-text id="email" label="E-mail" error=(errorFor errors "email")}}',
  scores: '{{> radios-ovg id="c1" legend="Criterium" value=value}}{{> score-badge score="O"}}',
};

describe('createViewEngine', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'views-'));
  let engine: ViewEngine;
  const fragment = (name: keyof typeof TEMPLATES, model: object, locals = aPage()) =>
    engine.renderFragment(name, model, locals);

  beforeAll(() => {
    for (const [name, source] of Object.entries(TEMPLATES)) {
      writeFileSync(path.join(folder, `${name}.hbs`), source);
    }
    engine = createViewEngine({ viewsDirs: [folder], i18n: createI18n(), assets: createAssets(), isProduction: false });
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('escapes text and attributes', () => {
    expect(fragment('plain', { title: `"><script>'` })).toBe(
      '<p title="&quot;&gt;&lt;script&gt;&#x27;">&quot;&gt;&lt;script&gt;&#x27;</p>',
    );
  });

  it('throws on a printed field that the model lacks, and not on one it only tests', () => {
    expect(() => fragment('plain', {})).toThrow('title');
    expect(fragment('optional', {})).toBe('.');
  });

  it('throws on an unknown template and an unknown text', () => {
    expect(() => engine.render('nope', {}, aPage())).toThrow('nope');
    expect(() => fragment('unknown', {})).toThrow('common.nope');
  });

  it('translates and escapes the values in a text', () => {
    expect(fragment('texts', { name: '<b>', status: 'final' }, aPage({ lang: 'en' }))).toBe('Select &lt;b&gt; Final');
    expect(() => fragment('texts', { status: 'final' })).toThrow('name');
  });

  it('formats in the language of the page', () => {
    const model = { at: '2026-11-24T13:02:00Z', tenths: 74, count: 2000, size: 12_345 };
    expect(fragment('formats', model)).toBe(
      'di 24 november 2026, 14:02|di 24 november 2026|di 24 nov|14:02|7,4|2.000|12,3 kB',
    );
    expect(fragment('formats', model, aPage({ timeZone: 'America/Curacao' }))).toContain('09:02');
  });

  it('leaves out attributes that are false or empty and escapes the others', () => {
    expect(fragment('attributes', { href: '/a?b=1&c="', isCurrent: true, isHidden: false })).toBe(
      '<a href="/a?b&#x3D;1&amp;c&#x3D;&quot;" aria-current="page">x</a>',
    );
    expect(fragment('attributes', { href: '#x', isCurrent: false, isHidden: true, note: '' })).toBe(
      '<a href="#x" hidden>x</a>',
    );
  });

  it.each(['javascript:alert(1)', '//other.example', '/\\other.example', 'data:text/html,x', ' javascript:x'])(
    'refuses the address %s',
    (href) => {
      expect(() => fragment('attributes', { href })).toThrow('href');
    },
  );

  it('refuses event handlers', () => {
    expect(() => fragment('handler', {})).toThrow('onclick');
  });

  it('keeps the words of a textarea as typed, first empty line and all', () => {
    const html = fragment('area', { words: '\nregel 1\nregel 2 </textarea>' });
    expect(html).toContain('>\n\nregel 1\nregel 2 &lt;/textarea&gt;</textarea>');
    expect(html).toContain('27 van 20 tekens');
  });

  it('lets the wrapped piece see the page and not the partial', () => {
    const html = fragment('wrapped', { rows: ['a<', 'b'], total: 2 });
    expect(html).toContain('a&lt; van 2');
    expect(html).toContain('b van 2');
  });

  it('hands a partial only what it is given', () => {
    expect(fragment('isolated', { value: 'secret', hint: 'secret', error: 'secret' })).not.toContain('secret');
  });

  it('ties an error to its field and to the summary', () => {
    const html = fragment('errors', { errors: [{ field: 'email', message: 'Vul een adres in.' }] });
    expect(html).toContain('href="#email"');
    expect(html).toContain('aria-invalid="true"');
    expect(html).toContain('aria-describedby="email-error"');
    expect(fragment('errors', { errors: [] })).not.toContain('utrecht-alert');
  });

  it('says each score by letter and word and checks the chosen one', () => {
    const html = fragment('scores', { value: 'V' });
    expect(html).toMatch(/id="c1" name="c1" value="O" >/);
    expect(html).toMatch(/id="c1-V" name="c1" value="V" checked>/);
    expect(html).toContain('onvoldoende');
  });

  it('refuses two pages of one name', () => {
    expect(() =>
      createViewEngine({
        viewsDirs: [folder, folder],
        i18n: createI18n(),
        assets: createAssets(),
        isProduction: false,
      }),
    ).toThrow('Two templates');
  });

  it('compiles everything at once in production', () => {
    writeFileSync(path.join(folder, 'broken.hbs'), '{{#if}}');
    expect(() =>
      createViewEngine({ viewsDirs: [folder], i18n: createI18n(), assets: createAssets(), isProduction: true }),
    ).toThrow();
    rmSync(path.join(folder, 'broken.hbs'));
  });
});

describe('layout', () => {
  const engine = anEngine();
  const render = (changes: Parameters<typeof aPage>[0] = {}) =>
    engine.render('confirm-example', { facts: [] }, aPage(changes));

  it('names page, school and product in the title, and begins with the error', () => {
    expect(render()).toContain('<title>Bouwstenen – ROC Voorbeeld – Proeve</title>');
    expect(render({ hasErrors: true })).toContain('<title>Fout: Bouwstenen – ');
  });

  it('begins with the doctype and the language', () => {
    expect(render({ lang: 'en' })).toMatch(/^<!doctype html>\n<html lang="en">/);
  });

  it('does without school, user and menu', () => {
    const { school: _school, user: _user, place: _place, ...rest } = aPage({ nav: [] });
    const html = engine.render('confirm-example', { facts: [] }, rest);
    expect(html).not.toContain('proeve-menu');
    expect(html).not.toContain('/assets/school/');
  });

  it('escapes names and messages', () => {
    const html = render({ flash: { kind: 'ok', text: '<i>' }, user: { name: '<b>', roles: [] } });
    expect(html).toContain('&lt;i&gt;');
    expect(html).not.toContain('<b>');
  });

  it.each([...styleguidePages(engine)])(
    'gives %s unique ids, and links of the error summary that lead somewhere',
    (_path, html) => {
      const ids = [...html.matchAll(/\sid="([^"]+)"/g)].map((match) => match[1]);
      expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
      const targets = [...html.matchAll(/href="#([^"]+)"/g)].map((match) => match[1]);
      expect(targets.filter((target) => !ids.includes(target))).toEqual([]);
      const named = [...html.matchAll(/(?:aria-describedby|aria-labelledby|for)="([^"]+)"/g)].flatMap((match) =>
        match[1]?.split(' '),
      );
      expect(named.filter((id) => !ids.includes(id))).toEqual([]);
    },
  );
});
