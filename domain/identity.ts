/**
 * What an identity provider (OpenID Connect) says of a person, and which places at which schools follow from it.
 *
 * Contract
 * 1. A provider vouches only for addresses in its own domains: it can never let somebody in as the member of another school.
 * 2. Who is known by issuer and subject is that account, whatever the address says now.
 * 3. Roles follow from claims only where the configuration says so; nothing is guessed from names or addresses.
 */
import type { Role } from './school.ts';

/** Holds when the claim, a text or a list of texts, has one of these values. Case counts, as in the standards. */
export interface ClaimCondition {
  readonly claim: string;
  readonly anyOf: readonly string[];
}

export interface SchoolMapping {
  /** Slug of the school. */
  readonly school: string;
  /** Absent: everybody of this provider. */
  readonly when?: ClaimCondition | undefined;
  /** Roles that claims give at this school. */
  readonly roles: readonly { readonly role: Role; readonly when?: ClaimCondition | undefined }[];
  /** Whether somebody with a role becomes a member by signing in; otherwise an administrator adds people first. */
  readonly isOpen: boolean;
}

export interface ProviderMapping {
  /** Domains of the addresses that this provider vouches for, in lower case. */
  readonly emailDomains: readonly string[];
  /** False for a provider that gives no `email_verified` and only has addresses that it manages itself (Entra ID). */
  readonly needsVerifiedEmail: boolean;
  readonly schools: readonly SchoolMapping[];
}

export type Claims = Readonly<Record<string, unknown>>;

/** A person as a provider vouches for them. */
export interface VouchedPerson {
  /** Lower case; null when the provider may not vouch for it, or gave none. */
  readonly email: string | null;
  readonly givenName: string;
  readonly familyName: string;
  /** Slugs of the schools where this provider counts for this person, with the roles that claims give there. */
  readonly places: readonly { readonly school: string; readonly roles: readonly Role[]; readonly isOpen: boolean }[];
}

/** Reads the claims of a person by the configuration of the provider. Total: claims of any shape. */
export function vouchFor(mapping: ProviderMapping, claims: Claims): VouchedPerson {
  return {
    email: vouchedEmail(mapping, claims),
    givenName: textOf(claims, 'given_name') || textOf(claims, 'name'),
    familyName: textOf(claims, 'family_name'),
    places: mapping.schools
      .filter(({ when }) => holds(when, claims))
      .map(({ school, roles, isOpen }) => ({
        school,
        roles: [...new Set(roles.filter(({ when }) => holds(when, claims)).map(({ role }) => role))],
        isOpen,
      })),
  };
}

function vouchedEmail({ emailDomains, needsVerifiedEmail }: ProviderMapping, claims: Claims): string | null {
  const email = textOf(claims, 'email').toLowerCase();
  const domain = email.slice(email.lastIndexOf('@') + 1);
  if (!/^[^\s@]+@[^\s@]+$/.test(email) || !emailDomains.includes(domain)) return null;
  return needsVerifiedEmail && claims.email_verified !== true ? null : email;
}

function holds(condition: ClaimCondition | undefined, claims: Claims): boolean {
  if (condition === undefined) return true;
  const value = claims[condition.claim];
  const values: readonly unknown[] = Array.isArray(value) ? value : [value];
  return values.some((each) => typeof each === 'string' && condition.anyOf.includes(each));
}

const MAX_NAME = 100;

function textOf(claims: Claims, name: string): string {
  const value = claims[name];
  if (typeof value !== 'string') return '';
  return value
    .normalize('NFC')
    .replace(/\s+/g, ' ')
    .replace(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu, '')
    .trim()
    .slice(0, MAX_NAME);
}
