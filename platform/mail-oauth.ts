/**
 * Logging in at a mail server by a token instead of a password: OAuth 2.0 client credentials (RFC 6749 §4.4), then XOAUTH2 or
 * OAUTHBEARER. Exchange Online takes nothing else.
 *
 * Contract
 * 1. A token is asked for when it is needed, kept until a minute before it ends, and asked for once for all who wait for it.
 * 2. One that a mail server refused is replaced, but not within {@link AGAIN_MS}: a wrong setting must not become a flood.
 * 3. The library is loaded with the first token: most installations need none.
 * 4. What goes wrong is told by a sentence with the code of the token endpoint; never by its text, the secret or a token.
 */
import type { Logger } from './logger.ts';

/** Where tokens come from, and who asks. */
export interface MailOAuth {
  readonly tokenUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly scope: string;
}

export class MailTokenError extends Error {
  readonly code: 'MAIL_TOKEN_REFUSED' | 'MAIL_TOKEN_UNREACHABLE';

  constructor(code: MailTokenError['code'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

export interface MailTokens {
  /**
   * @param isRefused the mail server did not take the last one
   * @throws MailTokenError
   */
  token(isRefused?: boolean): Promise<string>;
  /** Asks for a token, so that a wrong setting is in the log from the start. Never throws. */
  check(): Promise<void>;
}

export interface MailTokensOptions {
  readonly oauth: MailOAuth;
  readonly logger: Logger;
  /** Addresses of the mail servers that may be logged in at. */
  readonly servers: readonly (string | undefined)[];
  /** Milliseconds; replaced in tests. */
  readonly now?: () => number;
}

const TIMEOUT_SECONDS = 10;
const BEFORE_END_MS = 60_000;
const AGAIN_MS = 10_000;
/** For an endpoint that does not say how long its tokens live. */
const DEFAULT_LIFE_SECONDS = 300;

interface Kept {
  readonly token: string;
  readonly from: number;
  readonly until: number;
}

/** Whether this address names a user without a password, who logs in by a token. */
export function isTokenLogin(url: string): boolean {
  const { username, password } = new URL(url);
  return username !== '' && password === '';
}

export function createMailTokens({ oauth: settings, logger, servers, now = Date.now }: MailTokensOptions): MailTokens {
  let kept: Kept | undefined;
  let asked: Promise<string> | undefined;
  let isFailing = false;

  async function ask(): Promise<string> {
    const oauth = await import('openid-client');
    try {
      const from = now();
      const answer = await oauth.clientCredentialsGrant(configurationFor(oauth, settings), { scope: settings.scope });
      kept = {
        token: answer.access_token,
        from,
        until: from + (answer.expires_in ?? DEFAULT_LIFE_SECONDS) * 1000 - BEFORE_END_MS,
      };
      if (isFailing) logger.info('A token for the mail server was given again.');
      isFailing = false;
      return answer.access_token;
    } catch (error) {
      const problem = problemOf(refusalOf(oauth, error), error);
      if (!isFailing) logger.error({ code: problem.code }, problem.message);
      isFailing = true;
      throw problem;
    }
  }

  function token(isRefused = false): Promise<string> {
    const isFresh = kept !== undefined && now() - kept.from < AGAIN_MS;
    if (kept && now() < kept.until && (!isRefused || isFresh)) return Promise.resolve(kept.token);
    asked ??= ask().finally(() => {
      asked = undefined;
    });
    return asked;
  }

  return {
    token,
    async check() {
      if (servers.some((server) => server !== undefined && isTokenLogin(server))) {
        // What is wrong is in the log by then.
        await token().catch(() => undefined);
      } else logger.warn('MAIL_OAUTH_TOKEN_URL is not used: no mail server is named by a user without a password.');
    },
  };
}

type OAuth = typeof import('openid-client');

function configurationFor(oauth: OAuth, { tokenUrl, clientId, clientSecret }: MailOAuth) {
  const url = new URL(tokenUrl);
  const server = { issuer: url.origin, token_endpoint: tokenUrl };
  const configuration = new oauth.Configuration(server, clientId, undefined, oauth.ClientSecretPost(clientSecret));
  configuration.timeout = TIMEOUT_SECONDS;
  // Only of this machine: the settings take nothing else that is not https.
  if (url.protocol === 'http:') oauth.allowInsecureRequests(configuration);
  return configuration;
}

/** @returns the code of the token endpoint; null when it did not answer as one */
function refusalOf(oauth: OAuth, error: unknown): string | null {
  if (error instanceof oauth.ResponseBodyError) return error.error;
  return error instanceof oauth.WWWAuthenticateChallengeError ? String(error.status) : null;
}

/** @param code of the token endpoint; null when it did not answer as one */
function problemOf(code: string | null, cause: unknown): MailTokenError {
  if (code !== null) {
    const setting = code === 'invalid_scope' ? 'MAIL_OAUTH_SCOPE' : 'MAIL_OAUTH_CLIENT_ID or its secret';
    const message = `Mail waits: the token endpoint does not accept ${setting} (${code}).`;
    return new MailTokenError('MAIL_TOKEN_REFUSED', message, { cause });
  }
  const message = 'Mail waits: the token endpoint (MAIL_OAUTH_TOKEN_URL) cannot be reached, or does not answer as one.';
  return new MailTokenError('MAIL_TOKEN_UNREACHABLE', message, { cause });
}
