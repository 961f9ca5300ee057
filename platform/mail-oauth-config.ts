/** The MAIL_OAUTH_ settings, and whether they fit the addresses of the mail servers. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { z } from 'zod';
import { isLoopback } from './loopback.ts';
import { isTokenLogin, type MailOAuth } from './mail-oauth.ts';

/** Of all mailboxes of Exchange Online; also for SMTP. */
const EXCHANGE_ONLINE = 'https://outlook.office365.com/.default';

/** Part of the schema of all settings. */
export const mailOAuthSettings = {
  MAIL_OAUTH_TOKEN_URL: z
    .string()
    .refine(isTokenUrl, 'must be an https address (http only on this machine).')
    .optional(),
  MAIL_OAUTH_CLIENT_ID: z.string().optional(),
  MAIL_OAUTH_CLIENT_SECRET: z.string().optional(),
  MAIL_OAUTH_CLIENT_SECRET_FILE: z.string().optional(),
  MAIL_OAUTH_SCOPE: z.string().default(EXCHANGE_ONLINE),
};

export const MAIL_OAUTH_NAMES = Object.keys(mailOAuthSettings);

const schema = z.object(mailOAuthSettings);

interface MailAddresses {
  readonly SMTP_URL: string;
  readonly BOUNCE_IMAP_URL?: string | undefined;
}

export type MailOAuthReading =
  | { readonly ok: true; readonly oauth: MailOAuth | undefined }
  | { readonly ok: false; readonly problems: readonly string[] };

/**
 * @param root folder that a relative path of the secret's file starts from
 * @returns how tokens are had, undefined for passwords; or every problem, as sentences that begin with the name of a setting
 */
export function readMailOAuth(values: z.infer<typeof schema> & MailAddresses, root: string): MailOAuthReading {
  const { SMTP_URL, BOUNCE_IMAP_URL } = values;
  const byToken = Object.entries({ SMTP_URL, BOUNCE_IMAP_URL }).filter(
    ([, url]) => url !== undefined && isTokenLogin(url),
  );
  const { MAIL_OAUTH_TOKEN_URL: tokenUrl, MAIL_OAUTH_CLIENT_ID: clientId, MAIL_OAUTH_SCOPE: scope } = values;
  const { MAIL_OAUTH_CLIENT_SECRET: typed, MAIL_OAUTH_CLIENT_SECRET_FILE: file } = values;
  if ([tokenUrl, clientId, typed, file].every((value) => value === undefined)) {
    return byToken.length === 0
      ? { ok: true, oauth: undefined }
      : { ok: false, problems: byToken.map(withoutPassword) };
  }
  const secret = readSecret(typed, file, root);
  const problems = [
    ...(tokenUrl === undefined ? ['MAIL_OAUTH_TOKEN_URL is missing: where tokens for the mail server come from.'] : []),
    ...(clientId === undefined ? ['MAIL_OAUTH_CLIENT_ID is missing: who asks for tokens.'] : []),
    ...(secret.ok ? [] : [secret.problem]),
  ];
  if (problems.length > 0 || !secret.ok || tokenUrl === undefined || clientId === undefined)
    return { ok: false, problems };
  return { ok: true, oauth: { tokenUrl, clientId, clientSecret: secret.value, scope } };
}

function withoutPassword([name]: readonly [string, unknown]): string {
  return `${name} names a user without a password: add it, or set MAIL_OAUTH_TOKEN_URL to log in by a token.`;
}

function readSecret(
  typed: string | undefined,
  file: string | undefined,
  root: string,
): { readonly ok: true; readonly value: string } | { readonly ok: false; readonly problem: string } {
  const refuse = (problem: string) => ({ ok: false as const, problem });
  if (typed !== undefined && file !== undefined)
    return refuse('MAIL_OAUTH_CLIENT_SECRET_FILE must not be given beside MAIL_OAUTH_CLIENT_SECRET.');
  if (typed !== undefined) return { ok: true, value: typed };
  if (file === undefined)
    return refuse(
      'MAIL_OAUTH_CLIENT_SECRET is missing: or name a file that holds it in MAIL_OAUTH_CLIENT_SECRET_FILE.',
    );
  try {
    const value = readFileSync(resolve(root, file), 'utf8').trim();
    return value === '' ? refuse('MAIL_OAUTH_CLIENT_SECRET_FILE names an empty file.') : { ok: true, value };
  } catch {
    return refuse('MAIL_OAUTH_CLIENT_SECRET_FILE names a file that cannot be read.');
  }
}

function isTokenUrl(value: string): boolean {
  if (!URL.canParse(value)) return false;
  const { protocol, hostname } = new URL(value);
  return protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname));
}
