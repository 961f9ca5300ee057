import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { projectRoot } from '../../platform/config.ts';
import { readOidcConfig } from '../../platform/oidc-config.ts';

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'proeve-oidc-'));
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const EXAMPLE = join(projectRoot, 'deploy/oidc.example.json');

/** The example with its first provider changed. */
function problemsWith(change: Record<string, unknown>): string[] {
  const file = JSON.parse(readFileSync(EXAMPLE, 'utf8')) as { providers: Record<string, unknown>[] };
  Object.assign(file.providers[0] ?? {}, change);
  return problemsOf(JSON.stringify(file));
}

function problemsOf(text: string): string[] {
  const path = join(dir, 'providers.json');
  writeFileSync(path, text);
  const read = readOidcConfig(path);
  return read.ok ? [] : read.problems;
}

describe('the file of identity providers', () => {
  it('takes the example that comes with the product', () => {
    const read = readOidcConfig(EXAMPLE);
    expect(
      read.ok && read.providers.map(({ id, needsVerifiedEmail, scope }) => [id, needsVerifiedEmail, scope]),
    ).toEqual([
      ['surfconext', true, 'openid email profile'],
      ['entra', false, 'openid email profile'],
    ]);
  });

  it.each([
    ['an issuer without TLS', { issuer: 'http://provider.example' }, 'issuer'],
    ['an issuer that is no address', { issuer: 'provider' }, 'issuer'],
    ['no secret', { clientSecret: '' }, 'clientSecret'],
    ['no domain to vouch for', { emailDomains: [] }, 'emailDomains'],
    ['a domain with a trick', { emailDomains: ['@school.example'] }, 'emailDomains'],
    ['an id that is no part of an address', { id: 'Surf Conext' }, 'id'],
    ['a role that does not exist', { schools: [{ school: 'x', roles: [{ role: 'director' }] }] }, 'roles.0.role'],
    ['a field that nobody knows', { isOpenForAll: true }, 'isOpenForAll'],
    ['the same id twice', { id: 'entra' }, 'twice'],
  ])('refuses %s, and names the place', (_what, change, place) => {
    expect(problemsWith(change).join()).toContain(place);
  });

  it.each(['', '{', '[]', 'null'])('refuses %j without showing what is in it', (text) => {
    expect(problemsOf(text)).toHaveLength(1);
  });

  it('says when there is no such file', () => {
    expect(readOidcConfig(join(dir, 'absent.json'))).toEqual({
      ok: false,
      problems: ['names a file that cannot be read.'],
    });
  });
});
