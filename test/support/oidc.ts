/** A real OpenID provider on loopback, with people whose claims a test chooses. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Provider } from 'oidc-provider';

export interface TestProvider {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Who signs in there next, with the claims of the ID token and of UserInfo. */
  person: { readonly sub: string; readonly claims: Readonly<Record<string, unknown>> };
  stop(): Promise<void>;
}

/** The subject of somebody who presses cancel. */
export const CANCELS = 'cancels';

const CLIENT = { id: 'proeve', secret: 'a-secret-of-a-test-that-is-long-enough' };

/** @param redirectUris where the provider may send a browser back to */
export async function startTestProvider(redirectUris: readonly string[]): Promise<TestProvider> {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const state: Pick<TestProvider, 'person'> = { person: { sub: 'nobody', claims: {} } };
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: CLIENT.id,
        client_secret: CLIENT.secret,
        redirect_uris: [...redirectUris],
        response_types: ['code'],
        grant_types: ['authorization_code'],
      },
    ],
    claims: {
      openid: ['sub'],
      email: ['email', 'email_verified'],
      profile: ['name', 'given_name', 'family_name', 'affiliation'],
    },
    cookies: { keys: ['a key of a test'] },
    features: { devInteractions: { enabled: false } },
    pkce: { required: () => true },
    interactions: { url: (_context, interaction) => `/interaction/${interaction.uid}` },
    findAccount: (_context, sub) => ({ accountId: sub, claims: () => ({ sub, ...state.person.claims }) }),
    loadExistingGrant: async (context) => {
      const { Grant } = context.oidc.provider;
      const { session, client } = context.oidc;
      if (session?.accountId === undefined || client === undefined) return undefined;
      const grant = new Grant({ accountId: session.accountId, clientId: client.clientId });
      grant.addOIDCScope('openid email profile');
      await grant.save();
      return grant;
    },
  });
  const handle = provider.callback();
  server.on('request', (req, res) => {
    if (!req.url?.startsWith('/interaction/')) return void handle(req, res);
    const { sub } = state.person;
    const result = sub === CANCELS ? { error: 'access_denied' } : { login: { accountId: sub } };
    void provider.interactionFinished(req, res, result, { mergeWithLastSubmission: false });
  });
  return {
    issuer,
    clientId: CLIENT.id,
    clientSecret: CLIENT.secret,
    get person() {
      return state.person;
    },
    set person(person) {
      state.person = person;
    },
    stop: () => stopServer(server),
  };
}

async function stopServer(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => {
    server.close(resolve);
  });
}
