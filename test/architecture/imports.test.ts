/** Who may import whom (see CONTRIBUTING). Read from the sources, so that a slip fails here and not in a bundle or a review. */
import { readdirSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parseSync } from '@swc/core';

const root = path.join(import.meta.dirname, '../..');
const ROOMS = ['domain', 'workflows', 'activities', 'emails', 'prisma', 'platform', 'web', 'demo'] as const;
type Room = (typeof ROOMS)[number];

interface Import {
  readonly file: string;
  /** A room, `node:…`, or the name of a package. */
  readonly target: string;
  /** Path below the root for our own files, otherwise the same as target. */
  readonly source: string;
  readonly isType: boolean;
}

const NODE = new Set(builtinModules);

/** Allowed beside the room itself; `*` is any package, `type:` allows types only. */
const RULES: Record<Room, readonly string[]> = {
  domain: [],
  workflows: ['domain', 'type:activities', '@temporalio/workflow', '@temporalio/common'],
  activities: ['domain', 'workflows', 'emails', 'prisma', 'platform', 'generated', '*'],
  emails: ['domain', 'platform', '*'],
  prisma: ['domain', 'platform', 'generated', '*'],
  platform: ['domain', '*'],
  web: ['domain', 'platform', 'prisma', 'emails', '*'],
  demo: ['domain'],
};

const FORBIDDEN_PACKAGES: Partial<Record<Room, readonly RegExp[]>> = {
  activities: [/^express$/],
  platform: [/^express$/, /^prisma$/, /^@prisma\//],
  web: [/^@temporalio\//, /^@prisma\//, /^nodemailer$/, /^puppeteer-core$/],
  emails: [/^express$/, /^@prisma\//, /^nodemailer$/],
  prisma: [/^express$/, /^@temporalio\//, /^nodemailer$/],
};

function filesOf(room: string): string[] {
  return readdirSync(path.join(root, room), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => path.relative(root, path.join(entry.parentPath, entry.name)));
}

interface Statement {
  readonly type: string;
  readonly source?: { readonly value: string } | null;
  readonly typeOnly?: boolean;
  readonly specifiers?: readonly { readonly isTypeOnly?: boolean }[];
}

function importsOf(file: string): Import[] {
  const module = parseSync(readFileSync(path.join(root, file), 'utf8'), { syntax: 'typescript', target: 'es2024' });
  return (module.body as unknown as Statement[]).flatMap((statement) => {
    if (!statement.source) return [];
    const specifiers = statement.specifiers ?? [];
    const isType =
      statement.typeOnly === true || (specifiers.length > 0 && specifiers.every((each) => each.isTypeOnly === true));
    return { file, isType, ...resolveTarget(file, statement.source.value) };
  });
}

function resolveTarget(file: string, specifier: string): { target: string; source: string } {
  if (specifier.startsWith('.')) {
    const source = path.join(path.dirname(file), specifier);
    return { target: source.split(path.sep)[0] ?? '', source };
  }
  if (specifier.startsWith('node:') || NODE.has(specifier)) return { target: 'node:', source: specifier };
  const parts = specifier.split('/');
  const name = specifier.startsWith('@') ? parts.slice(0, 2).join('/') : (parts[0] ?? '');
  return { target: name, source: specifier };
}

function isAllowed(room: Room, { target, isType }: Import): boolean {
  if (target === room) return true;
  const rules = RULES[room];
  if (rules.includes(target) || (isType && rules.includes(`type:${target}`))) return true;
  const isOwn = (ROOMS as readonly string[]).includes(target) || target === 'generated';
  if (isOwn || !rules.includes('*')) return false;
  return !(FORBIDDEN_PACKAGES[room] ?? []).some((pattern) => pattern.test(target));
}

describe('imports', () => {
  for (const room of ROOMS) {
    it(`of ${room} stay within its rules`, () => {
      const wrong = filesOf(room)
        .flatMap(importsOf)
        .filter((each) => !isAllowed(room, each))
        .map((each) => `${each.file} → ${each.source}`);
      expect(wrong).toEqual([]);
    });
  }

  it('notice a forbidden one', () => {
    const make = (target: string, isType = false): Import => ({ file: 'x.ts', target, source: target, isType });
    expect(isAllowed('domain', make('node:'))).toBe(false);
    expect(isAllowed('workflows', make('activities'))).toBe(false);
    expect(isAllowed('workflows', make('activities', true))).toBe(true);
    expect(isAllowed('web', make('@temporalio/client'))).toBe(false);
    expect(isAllowed('web', make('activities', true))).toBe(false);
  });

  it('of pages never reach the database itself', () => {
    const wrong = filesOf('web/pages')
      .flatMap(importsOf)
      .filter((each) => !each.isType && (each.source === 'prisma/client.ts' || each.source.startsWith('generated/')))
      .map((each) => `${each.file} → ${each.source}`);
    expect(wrong).toEqual([]);
  });
});
