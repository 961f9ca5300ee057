/** A real token endpoint on loopback (OAuth 2.0 client credentials), as a mail server of the same house sees it. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Provider } from 'oidc-provider';
import type { MailOAuth } from '../../platform/mail-oauth.ts';

export interface TokenEndpoint {
  readonly oauth: MailOAuth;
  /** Whether this token was given here, and for mail. */
  isOurs(token: string): Promise<boolean>;
  /** How many tokens were asked for. */
  asked(): number;
  stop(): Promise<void>;
}

export async function startTokenEndpoint(): Promise<TokenEndpoint> {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const oauth = {
    tokenUrl: `${issuer}/token`,
    clientId: 'proeve-mail',
    clientSecret: 'a-secret-of-a-test-that-is-long-enough',
    scope: 'https://mail.school.example/.default',
  };
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: oauth.clientId,
        client_secret: oauth.clientSecret,
        grant_types: ['client_credentials'],
        response_types: [],
        redirect_uris: [],
        token_endpoint_auth_method: 'client_secret_post',
        scope: oauth.scope,
      },
    ],
    scopes: [oauth.scope],
    cookies: { keys: ['a key of a test'] },
    ttl: { ClientCredentials: 3600 },
    features: { devInteractions: { enabled: false }, clientCredentials: { enabled: true } },
  });
  let asked = 0;
  const handle = provider.callback();
  server.on('request', (req, res) => {
    asked += 1;
    void handle(req, res);
  });
  return {
    oauth,
    isOurs: async (token) => (await provider.ClientCredentials.find(token))?.scope === oauth.scope,
    asked: () => asked,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
}
