/**
 * The file that names identity providers (OIDC_CONFIG).
 *
 * It holds secrets, so it lies outside the program and only the web process reads it. All mistakes are told at once.
 */
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { ProviderMapping } from '../domain/identity.ts';
import { ROLES } from '../domain/school.ts';
import { isLoopback } from './loopback.ts';

export interface OidcProvider extends ProviderMapping {
  /** In addresses: small letters, digits, hyphens. */
  readonly id: string;
  /** Name on the button: `SURFconext`. */
  readonly label: string;
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly scope: string;
}

const condition = z.strictObject({
  claim: z.string().min(1),
  anyOf: z.array(z.string().min(1)).min(1),
});

const provider = z.strictObject({
  id: z.string().regex(/^[a-z0-9-]{1,40}$/, 'must be small letters, digits and hyphens'),
  label: z.string().min(1).max(60),
  issuer: z.string().refine(isIssuer, 'must be an https address (http only on this machine)'),
  clientId: z.string().min(1),
  clientSecret: z.string().min(1),
  scope: z.string().default('openid email profile'),
  emailDomains: z.array(z.string().regex(/^[a-z0-9.-]+\.[a-z0-9-]+$/, 'must be a domain in small letters')).min(1),
  needsVerifiedEmail: z.boolean().default(true),
  schools: z
    .array(
      z.strictObject({
        school: z.string().min(1),
        when: condition.optional(),
        roles: z.array(z.strictObject({ role: z.enum(ROLES), when: condition.optional() })).default([]),
        isOpen: z.boolean().default(false),
      }),
    )
    .min(1),
});

const file = z
  .strictObject({ providers: z.array(provider).max(20) })
  .refine(({ providers }) => new Set(providers.map(({ id }) => id)).size === providers.length, 'has an id twice');

/**
 * Reads the file.
 * @returns the providers, or everything that is wrong, each as the end of a sentence that begins with `OIDC_CONFIG`
 */
export function readOidcConfig(
  path: string,
):
  | { readonly ok: true; readonly providers: readonly OidcProvider[] }
  | { readonly ok: false; readonly problems: string[] } {
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    // The text of a JSON error quotes the file, and so a secret.
    const reason = error instanceof SyntaxError ? 'is no JSON' : 'cannot be read';
    return { ok: false, problems: [`names a file that ${reason}.`] };
  }
  const parsed = file.safeParse(json);
  if (parsed.success) return { ok: true, providers: parsed.data.providers };
  const problems = parsed.error.issues.map(
    ({ path: at, message }) => `has at ${at.join('.') || 'its top'}: ${message}.`,
  );
  return { ok: false, problems };
}

function isIssuer(value: string): boolean {
  if (!URL.canParse(value)) return false;
  const { protocol, hostname, search, hash } = new URL(value);
  if (search !== '' || hash !== '') return false;
  return protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname));
}
