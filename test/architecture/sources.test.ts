/** Rules about the text of the sources that no linter knows. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';

const root = path.join(import.meta.dirname, '../..');

function tracked(...patterns: string[]): string[] {
  const list = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '--', ...patterns], {
    cwd: root,
    encoding: 'utf8',
  });
  return list.split('\n').filter((file) => file !== '' && !file.startsWith('docs/screenshots/'));
}

function linesWith(files: readonly string[], pattern: RegExp): string[] {
  return files.flatMap((file) =>
    readFileSync(path.join(root, file), 'utf8')
      .split('\n')
      .flatMap((line, index) => (pattern.test(line) ? [`${file}:${index + 1}`] : [])),
  );
}

describe('sources', () => {
  const code = tracked('*.ts').filter((file) => !file.startsWith('test/'));

  it('read the environment in one place only', () => {
    expect(linesWith(code, /process\.env\b/).filter((place) => !place.startsWith('platform/config.ts'))).toEqual([]);
  });

  it('take no time zone or locale from the machine', () => {
    expect(linesWith(code, /toLocale(?:Date|Time)?String\(\)/)).toEqual([]);
  });

  it('switch no check off', () => {
    expect(
      linesWith(
        tracked('*.ts', '*.js', '*.mjs').filter((file) => file !== 'test/architecture/sources.test.ts'),
        /@ts-(?:ignore|nocheck)|biome-ignore|eslint-disable/,
      ),
    ).toEqual([]);
  });

  it('run every test', () => {
    expect(
      linesWith(tracked('test/*.ts'), /\b(?:it|test|describe)\.(?:only|skip|todo)\(/).filter(
        (place) => !place.startsWith('test/architecture/'),
      ),
    ).toEqual([]);
  });

  it('name no folder of a machine and no registry', () => {
    const files = tracked('*.ts', '*.js', '*.mjs', '*.json', '*.md', '*.hbs', '*.mjml', '.npmrc', '.ci/run');
    expect(
      linesWith(files, /(?:^|[\s"'(=])\/(?:root|home|work)\/|registry\.npmjs|pypi\.org|"resolved":/).filter(
        (place) => !place.startsWith('test/architecture/'),
      ),
    ).toEqual([]);
  });
});

describe('workflows and domain', () => {
  const code = tracked('workflows/*.ts', 'domain/*.ts');

  it('hold nothing that changes, because all workflows of a worker share them', () => {
    const changing = /^(?:export )?(?:let|var)\s|^(?:export )?const [^=]*=\s*(?:\[\]|\{\}|new \w+(?:<[^>]*>+)?\(\))/;
    // A cache of what is the same for every workflow.
    expect(linesWith(code, changing).map((place) => place.replace(/:\d+$/, ''))).toEqual(['domain/calendar.ts']);
  });
});

describe('templates', () => {
  const templates = tracked('*.hbs', '*.mjml');

  it('escape everything', () => {
    expect(linesWith(templates, /\{\{\{|\{\{&/)).toEqual([]);
  });

  it('quote every attribute that holds data', () => {
    expect(linesWith(templates, /\s[\w-]+=\{\{/).filter((place) => !/\.hbs/.test(place) || isUnquoted(place))).toEqual(
      [],
    );
  });

  it('have no inline script or style in pages', () => {
    expect(linesWith(tracked('web/*.hbs'), /<script(?![^>]*\bsrc=)|<style|\sstyle="|\son[a-z]+="/)).toEqual([]);
  });
});

/** `{{> partial name=value}}` holds no attribute; a tag does. */
function isUnquoted(place: string): boolean {
  const [file = '', line = '1'] = place.split(':');
  const text = readFileSync(path.join(root, file), 'utf8').split('\n')[Number(line) - 1] ?? '';
  return /<[a-z][^>]*\s[\w-]+=\{\{/.test(text.replace(/\{\{[^}]*\}\}/g, (part) => (part.includes('=') ? '' : part)));
}
