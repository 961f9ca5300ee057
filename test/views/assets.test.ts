import { readFileSync } from 'node:fs';
import path from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { contrastRatio } from '../../domain/colour.ts';
import { iconSvg } from '../../web/assets/icons.ts';
import {
  schoolPreviewCss,
  schoolPreviewPath,
  schoolTheme,
  schoolThemeCss,
  schoolThemePath,
} from '../../web/assets/school-theme.ts';
import { createAssets } from '../../web/assets.ts';

const cssDir = path.join(import.meta.dirname, '../../web/assets/css');

describe('createAssets', () => {
  const assets = createAssets();
  const css = assets.get(assets.url('app.css'));

  it('serves the stylesheet at a fingerprinted address, to keep for ever', () => {
    expect(assets.url('app.css')).toMatch(/^\/assets\/app\.[0-9a-f]{12}\.css$/);
    expect(css).toMatchObject({ type: 'text/css; charset=utf-8', isImmutable: true });
  });

  it('keeps all CSS under 20 kB by brotli', () => {
    expect(css?.encoded.br?.length).toBeLessThan(20_000);
  });

  it('compresses to the same bytes', () => {
    expect(brotliDecompressSync(css?.encoded.br ?? Buffer.alloc(0))).toEqual(css?.body);
    expect(gunzipSync(css?.encoded.gzip ?? Buffer.alloc(0))).toEqual(css?.body);
  });

  it('names only files of our own origin in the CSS, and they exist', () => {
    const addresses = [...(css?.body.toString() ?? '').matchAll(/url\("([^"]+)"\)/g)].map((match) => match[1] ?? '');
    expect(addresses.length).toBeGreaterThan(0);
    expect(addresses.filter((address) => !assets.get(address))).toEqual([]);
  });

  it('serves the font as it is, already compressed', () => {
    const font = assets.get(assets.url('font.woff2'));
    expect(font).toMatchObject({ type: 'font/woff2', encoded: {} });
    expect(font?.body.length).toBeLessThan(40_000);
  });

  it('keeps the base script under 5 kB on the wire', () => {
    expect(assets.get(assets.url('app.js'))?.encoded.gzip?.length).toBeLessThan(5_000);
  });

  it('knows no other address', () => {
    expect(
      ['/assets/app.css', '/assets/../package.json', '/assets/school/zzzzzz.css', '/assets/school/0A5A56.css', ''].map(
        assets.get,
      ),
    ).toEqual(Array(5).fill(undefined));
    expect(() => assets.url('nope.css')).toThrow('nope.css');
  });

  it('serves the colour of a school, to ask again by etag', () => {
    expect(assets.get('/assets/school/0a5a56.css')).toMatchObject({
      type: 'text/css; charset=utf-8',
      isImmutable: false,
    });
  });
});

describe('schoolTheme', () => {
  const colors = [
    '#0a5a56',
    '#ffffff',
    '#000000',
    '#f2a900',
    '#ffff00',
    '#e2001a',
    '#00a3e0',
    '#6a3fa0',
    '#777777',
    '#00ff00',
    '#0000ff',
  ];

  it.each(colors)('keeps text readable (4.5 : 1) in both themes for %s', (color) => {
    const { light, dark } = schoolTheme(color);
    const pairs = [
      [light.primary, '#ffffff'],
      [light.primary, '#f6f4f0'],
      [light.primary, light.primarySoft],
      [light.primaryInk, light.primary],
      [light.primaryInk, light.primaryStrong],
      ['#1d1b26', light.primarySoft],
      ['#57546a', light.primarySoft],
      [dark.primary, '#211f29'],
      [dark.primary, dark.primarySoft],
      [dark.primaryInk, dark.primary],
      [dark.primaryInk, dark.primaryStrong],
      ['#f2f0f7', dark.primarySoft],
      ['#bcb8cb', dark.primarySoft],
    ] as const;
    const unreadable = pairs.filter(([ink, paper]) => contrastRatio(ink, paper) < 4.5);
    expect(unreadable).toEqual([]);
  });

  it('leaves a colour that is dark enough as the school chose it', () => {
    expect(schoolTheme('#0a5a56').light.primary).toBe('#0a5a56');
  });

  it('writes colours and nothing else', () => {
    expect(schoolThemeCss('F2A900')).toMatch(
      /^:root\{(--proeve-primary[a-z-]*:#[0-9a-f]{6};?)+\}\n@media \(prefers-color-scheme:dark\)\{:root\{(--proeve-primary[a-z-]*:#[0-9a-f]{6};?)+\}\}\n$/,
    );
  });

  it('shows both themes at once in samples, with the colours that pages have', () => {
    const tokens = readFileSync(path.join(cssDir, '00-tokens.css'), 'utf8');
    const [light = '', dark = ''] = tokens.split('@media (prefers-color-scheme: dark)');
    const samples = readFileSync(path.join(cssDir, 'branding.css'), 'utf8');
    for (const [theme, own] of [
      ['light', light],
      ['dark', dark],
    ] as const) {
      const rule = new RegExp(`--${theme} \\{([^}]*)\\}`).exec(samples)?.[1] ?? '';
      const lines = rule.split('\n').map((line) => line.trim());
      expect(lines.filter((line) => line !== '')).toHaveLength(5);
      expect(lines.filter((line) => !own.includes(line))).toEqual([]);
      const { primary } = schoolTheme('#b45309')[theme];
      expect(schoolPreviewCss('#b45309')).toContain(`.branding-sample--${theme}{--proeve-primary:${primary};`);
    }
    expect(createAssets().get(schoolPreviewPath('#b45309'))?.body.toString()).toBe(schoolPreviewCss('#b45309'));
  });

  it.each(['red', '#fff', '#0a5a56;}', ''])('refuses %p', (color) => {
    expect(() => schoolThemeCss(color)).toThrow(RangeError);
    expect(() => schoolPreviewCss(color)).toThrow(RangeError);
    expect(() => schoolThemePath(color)).toThrow(RangeError);
  });
});

describe('iconSvg', () => {
  it('hides the drawing from assistive technology', () => {
    expect(iconSvg('eye')).toContain('aria-hidden="true"');
    expect(iconSvg('eye')).not.toContain('<!--');
  });

  it.each(['../package', 'Eye', 'no-such-icon', ''])('refuses %p', (name) => {
    expect(() => iconSvg(name)).toThrow();
  });
});
