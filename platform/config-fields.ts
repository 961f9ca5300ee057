/** The kinds of settings: how each is read, and what is said of one that is wrong. */
import type { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { resolve } from 'node:path';
import { z } from 'zod';
import { type Keyring, KeyringError, parseKeyring } from './keys.ts';
import { type OidcProvider, readOidcConfig } from './oidc-config.ts';
import { projectRoot } from './project-root.ts';
import { readAuthorities } from './seal/authorities.ts';
import { parseClamdAddress } from './virus-scanner.ts';

/** For Express: no proxy, a number of hops, or a list of networks. */
export type TrustProxy = false | number | readonly string[];

const LOOPBACK_HOSTS = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;
const PROXY_NAMES = ['loopback', 'linklocal', 'uniquelocal'];

/** @param meaning what the setting is, and how it looks */
export function required(meaning: string) {
  return z.string({ error: `is missing: ${meaning}.` });
}

export function port() {
  return z
    .string()
    .regex(/^\d{1,5}$/, 'must be a port number from 1 to 65535.')
    .transform(Number)
    .refine((value) => value >= 1 && value <= 65_535, 'must be a port number from 1 to 65535.');
}

/** @param fallback how many when the setting is absent */
export function poolSize(fallback: number) {
  return z
    .string()
    .regex(/^[1-9]\d{0,2}$/, 'must be a whole number from 1 to 999.')
    .transform(Number)
    .default(fallback);
}

/** `true`, `1`, `yes` or `on`, and their opposites; absent is off. */
export function flag() {
  return z
    .string()
    .regex(/^(1|0|true|false|yes|no|on|off)$/i, 'must be true or false.')
    .transform((value) => /^(1|true|yes|on)$/i.test(value))
    .default(false);
}

export function databaseUrl() {
  return required('the PostgreSQL connection, such as postgresql://role:password@host:5432/database').refine(
    (value) => isUrl(value, ['postgresql:', 'postgres:']),
    'must be a connection such as postgresql://role:password@host:5432/database.',
  );
}

export function smtpUrl() {
  return required('the mail server, such as smtps://user:password@mail.school.example:465').refine(
    (value) => isUrl(value, ['smtp:', 'smtps:']),
    'must be a mail server such as smtps://user:password@mail.school.example:465.',
  );
}

export function imapUrl() {
  return z
    .string()
    .refine(
      (value) => isUrl(value, ['imap:', 'imaps:']),
      'must be a mailbox such as imaps://user:password@mail.school.example:993/INBOX.',
    );
}

export function clamdAddress() {
  return z.string().transform((value, context) => {
    const address = parseClamdAddress(value);
    if (address) return address;
    context.addIssue({ code: 'custom', message: 'must be tcp://host:port or unix:/path of a clamd.' });
    return z.NEVER;
  });
}

export function domainName() {
  return z
    .string()
    .regex(/^(?=.{1,253}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+$/i, 'must be a domain name.')
    .toLowerCase();
}

export function mailFrom() {
  return required('the sender of all mail, such as "Examens <examens@school.example>"').regex(
    /^(?:[^<>@\r\n]{0,200}<[^\s<>@]{1,64}@[^\s<>@]{1,253}>|[^\s<>@]{1,64}@[^\s<>@]{1,253})$/,
    'must be one address, such as "Examens <examens@school.example>".',
  );
}

export function publicUrl() {
  return required('the address people use, such as https://examens.school.example').transform((value, context) => {
    const problem = publicUrlProblem(value);
    if (!problem) return new URL(value).origin;
    context.addIssue({ code: 'custom', message: problem });
    return z.NEVER;
  });
}

function publicUrlProblem(value: string): string | undefined {
  if (!isUrl(value, ['http:', 'https:'])) return 'must be an address such as https://examens.school.example.';
  const url = new URL(value);
  if (url.pathname !== '/' || url.search || url.hash || url.username) {
    return 'must be only scheme, host and port, without a path.';
  }
  // The __Host- cookie and the service worker work over https only; browsers make an exception for loopback.
  if (url.protocol === 'http:' && !LOOPBACK_HOSTS.test(url.hostname))
    return 'must begin with https:// beyond this machine.';
  return undefined;
}

export function parseKeysSetting(value: string, context: z.RefinementCtx<string>): Keyring {
  try {
    return parseKeyring(value);
  } catch (error) {
    if (!(error instanceof KeyringError)) throw error;
    context.addIssue({ code: 'custom', message: `${error.message}.` });
    return z.NEVER;
  }
}

export function parseOidcSetting(value: string, context: z.RefinementCtx<string>): readonly OidcProvider[] {
  if (value === '') return [];
  const read = readOidcConfig(resolve(projectRoot, value));
  if (read.ok) return read.providers;
  for (const message of read.problems) context.addIssue({ code: 'custom', message });
  return z.NEVER;
}

export function parseAuthorities(file: string, context: z.RefinementCtx<string>): readonly X509Certificate[] {
  if (file === '') return [];
  const found = readAuthorities(resolve(projectRoot, file));
  if (found) return found;
  context.addIssue({ code: 'custom', message: 'must be a file with certificates (PEM).' });
  return z.NEVER;
}

/** `true` is refused on purpose: then anybody could choose the address that rate limits count by. */
export function parseTrustProxy(value: string, context: z.RefinementCtx<string>): TrustProxy {
  if (value === '' || value === 'false' || value === '0') return false;
  if (/^[1-9]$/.test(value)) return Number(value);
  const networks = value.split(',').map((part) => part.trim());
  if (networks.every(isNetwork)) return networks;
  context.addIssue({
    code: 'custom',
    message: 'must be a number of proxies (1 to 9) or networks, such as 10.0.0.0/8,loopback.',
  });
  return z.NEVER;
}

function isNetwork(text: string): boolean {
  const [address = '', bits] = text.split('/');
  return PROXY_NAMES.includes(text) || (isIP(address) > 0 && (bits === undefined || /^\d{1,3}$/.test(bits)));
}

/** @param protocols with their colon */
export function isUrl(value: string, protocols: readonly string[]): boolean {
  return URL.canParse(value) && protocols.includes(new URL(value).protocol);
}

export function isTimeZone(value: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: value }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
