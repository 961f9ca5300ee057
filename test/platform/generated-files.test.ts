import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { asciiOnly } from '../../platform/ascii-source.ts';
import { generatedFile } from '../../platform/generated-files.ts';

/** A folder of this run alone. */
const folder = `test-${process.pid}`;
const generated = new URL(`../../generated/${folder}/`, import.meta.url);
let dir = '';
let made = 0;

const recipe = () => ({
  folder,
  extension: '.js',
  sources: [pathToFileURL(`${dir}/`)],
  packages: ['handlebars'],
  async make() {
    made += 1;
    return `made ${made} times`;
  },
});

async function textNow(): Promise<string> {
  const kept = await generatedFile(recipe());
  return 'file' in kept ? readFile(kept.file, 'utf8') : kept.text;
}

beforeEach(async () => {
  made = 0;
  dir = await mkdtemp(join(tmpdir(), 'sources-'));
  await writeFile(join(dir, 'a.ts'), 'one');
});
afterEach(async () => {
  await rm(dir, { recursive: true });
  await rm(generated, { recursive: true, force: true });
});

describe('generatedFile', () => {
  it('makes a file once', async () => {
    expect([await textNow(), await textNow()]).toEqual(['made 1 times', 'made 1 times']);
  });

  it('makes it anew when a source changed, and drops the older one', async () => {
    await textNow();
    await writeFile(join(dir, 'a.ts'), 'two');
    expect(await textNow()).toBe('made 2 times');
    expect(await readdir(generated)).toHaveLength(1);
  });

  it('makes it anew when a source is added', async () => {
    await textNow();
    await writeFile(join(dir, 'b.ts'), '');
    expect(await textNow()).toBe('made 2 times');
  });

  it('leaves a whole file when two make it at once', async () => {
    const texts = await Promise.all([textNow(), textNow()]);
    expect(texts.every((text) => /^made [12] times$/.test(text))).toBe(true);
    expect(await readdir(generated)).toHaveLength(1);
  });
});

describe('asciiOnly', () => {
  it.each([
    ["'é – 😀'", 'é – 😀'],
    ["'\\\\é'", '\\é'],
    ["'\\é'", 'é'],
    ['`–`', '–'],
    ['/^[à-ü]$/u.test("é")', true],
  ])('changes nothing in what %s gives', (source, expected) => {
    const ascii = asciiOnly(source);
    expect(ascii).toMatch(/^[\x20-\x7e]*$/);
    expect(new Function(`return ${ascii}`)()).toBe(expected);
  });
});
