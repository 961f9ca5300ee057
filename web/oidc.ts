/**
 * Signing in by an identity provider: OpenID Connect, authorization code flow with PKCE.
 *
 * Contract
 * 1. Between going and coming back the browser holds all there is to remember (state, nonce, verifier) in a sealed cookie of ten
 *    minutes; the server keeps nothing, so that a GET that only leads away changes nothing.
 * 2. Coming back counts once: the code works once at the provider, and the cookie is taken away.
 * 3. The ID token is verified (issuer, audience, signature, times, nonce) before a claim is looked at; what it lacks is read from
 *    the provider's UserInfo, for the same subject.
 * 4. A provider that does not answer costs its own button only: there always is the mailed link beside it.
 */
import { createHash } from 'node:crypto';
import { EncryptJWT, jwtDecrypt } from 'jose';
import * as oidc from 'openid-client';
import type { Claims } from '../domain/identity.ts';
import { deriveKey, type Keyring } from '../platform/keys.ts';
import type { OidcProvider } from '../platform/oidc-config.ts';
import { currentRequest } from '../platform/request-scope.ts';
import { paths } from './paths.ts';

/** Seconds that a person has to sign in at the provider. */
export const OIDC_COOKIE_SECONDS = 600;
/** Seconds for one answer of a provider. */
const TIMEOUT_SECONDS = 8;
const SEAL_INFO = 'oidc-request/v1';

export const OidcProblem = {
  /** No answer, or one that is no answer of a provider. */
  Unreachable: 'UNREACHABLE',
  /** The person pressed cancel there, or the provider lets nobody in here. */
  Denied: 'DENIED',
  /** The way back does not belong to a way out of this browser, or is too old. */
  Stale: 'STALE',
} as const;
export type OidcProblem = (typeof OidcProblem)[keyof typeof OidcProblem];

export type OidcReturn =
  | { readonly ok: true; readonly issuer: string; readonly subject: string; readonly claims: Claims }
  | { readonly ok: false; readonly problem: OidcProblem; readonly cause?: unknown };

export interface OidcGate {
  readonly providers: readonly OidcProvider[];
  find(id: string): OidcProvider | undefined;
  /** Where to send the browser, and the cookie that it must bring back. @throws when the provider does not answer */
  begin(provider: OidcProvider): Promise<{ readonly url: string; readonly cookie: string }>;
  /** @param query of the address that the provider sent the browser to, with its `?` */
  complete(provider: OidcProvider, query: string, cookie: string | null): Promise<OidcReturn>;
}

export interface OidcGateOptions {
  readonly providers: readonly OidcProvider[];
  readonly publicUrl: string;
  readonly keyring: Keyring;
}

export function createOidcGate({ providers, publicUrl, keyring }: OidcGateOptions): OidcGate {
  const known = new Map<string, Promise<oidc.Configuration>>();

  /** Asked once; a failure is asked again by the next visitor. */
  function discover(provider: OidcProvider): Promise<oidc.Configuration> {
    const found = known.get(provider.id);
    if (found) return found;
    const { issuer, clientId, clientSecret } = provider;
    const execute = issuer.startsWith('http:') ? [oidc.allowInsecureRequests] : [];
    const asked = oidc.discovery(new URL(issuer), clientId, clientSecret, undefined, {
      execute,
      timeout: TIMEOUT_SECONDS,
    });
    known.set(provider.id, asked);
    asked.catch(() => known.delete(provider.id));
    return asked;
  }

  const returnUrl = (provider: OidcProvider) => `${publicUrl}${paths.signInViaReturn(provider.id)}`;

  return {
    providers,
    find: (id) => providers.find((each) => each.id === id),

    async begin(provider) {
      const configuration = await patiently(discover(provider));
      const request = { state: oidc.randomState(), nonce: oidc.randomNonce(), verifier: oidc.randomPKCECodeVerifier() };
      const url = oidc.buildAuthorizationUrl(configuration, {
        redirect_uri: returnUrl(provider),
        scope: provider.scope,
        state: request.state,
        nonce: request.nonce,
        code_challenge: await oidc.calculatePKCECodeChallenge(request.verifier),
        code_challenge_method: 'S256',
      });
      return { url: url.href, cookie: await seal(keyring, provider.id, request) };
    },

    async complete(provider, query, cookie) {
      const request = cookie === null ? null : await unseal(keyring, provider.id, cookie);
      if (request === null) return { ok: false, problem: OidcProblem.Stale };
      try {
        const configuration = await patiently(discover(provider));
        const tokens = await patiently(
          oidc.authorizationCodeGrant(configuration, new URL(`${returnUrl(provider)}${query}`), {
            expectedState: request.state,
            expectedNonce: request.nonce,
            pkceCodeVerifier: request.verifier,
            idTokenExpected: true,
          }),
        );
        const claims = tokens.claims();
        if (!claims) return { ok: false, problem: OidcProblem.Unreachable };
        const more = await userInfo(configuration, tokens.access_token, claims.sub);
        // What was signed for us counts before what was only fetched.
        return { ok: true, issuer: claims.iss, subject: claims.sub, claims: { ...more, ...claims } };
      } catch (error) {
        return { ok: false, problem: problemOf(error), cause: error };
      }
    },
  };
}

/** Some providers put address and affiliation only here. */
async function userInfo(configuration: oidc.Configuration, accessToken: string, subject: string): Promise<Claims> {
  if (configuration.serverMetadata().userinfo_endpoint === undefined) return {};
  return { ...(await patiently(oidc.fetchUserInfo(configuration, accessToken, subject))) };
}

function problemOf(error: unknown): OidcProblem {
  if (error instanceof oidc.AuthorizationResponseError) {
    return error.error === 'server_error' || error.error === 'temporarily_unavailable'
      ? OidcProblem.Unreachable
      : OidcProblem.Denied;
  }
  // State or nonce is another one, or the code was used.
  if (error instanceof oidc.ResponseBodyError && error.error === 'invalid_grant') return OidcProblem.Stale;
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === 'OAUTH_INVALID_RESPONSE' || code === 'OAUTH_JWT_CLAIM_COMPARISON_FAILED'
    ? OidcProblem.Stale
    : OidcProblem.Unreachable;
}

/** The patience of an answer is for our own database; a provider may take longer, up to its own timeout. */
async function patiently<Value>(promise: Promise<Value>): Promise<Value> {
  const scope = currentRequest();
  const keepOn = setInterval(() => {
    if (scope) scope.progressAt = performance.now();
  }, 500);
  try {
    return await promise;
  } finally {
    clearInterval(keepOn);
  }
}

interface RequestSecrets {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
}

function sealKey(keyring: Keyring, kid: string): Uint8Array {
  return deriveKey(keyring, kid, `${SEAL_INFO}/${kid}`);
}

function seal(keyring: Keyring, providerId: string, request: RequestSecrets): Promise<string> {
  const kid = keyring.current;
  return new EncryptJWT({ ...request })
    .setProtectedHeader({ alg: 'dir', enc: 'A256GCM', kid })
    .setAudience(providerId)
    .setIssuedAt()
    .setExpirationTime(`${OIDC_COOKIE_SECONDS}s`)
    .encrypt(sealKey(keyring, kid));
}

/** @returns null for a cookie that is not ours, of another provider, or too old */
async function unseal(keyring: Keyring, providerId: string, cookie: string): Promise<RequestSecrets | null> {
  try {
    const { payload } = await jwtDecrypt(cookie, ({ kid }) => sealKey(keyring, String(kid)), {
      audience: providerId,
      keyManagementAlgorithms: ['dir'],
      contentEncryptionAlgorithms: ['A256GCM'],
    });
    const { state, nonce, verifier } = payload;
    if (typeof state !== 'string' || typeof nonce !== 'string' || typeof verifier !== 'string') return null;
    return { state, nonce, verifier };
  } catch {
    return null;
  }
}

/** What may stand in a log of somebody at a provider. */
export function subjectMark(issuer: string, subject: string): string {
  return createHash('sha256').update(`${issuer}|${subject}`).digest('hex').slice(0, 12);
}
