/** A browser as far as the server can tell: a kept connection, its cookies, the token against forged posts. */
import { Agent, request } from 'node:http';
import type { Keyring } from '../../platform/keys.ts';
import { CSRF_COOKIE, SESSION_COOKIE } from '../../web/middleware/cookies.ts';
import { CSRF_FIELD, CSRF_HEADER, createCsrf } from '../../web/middleware/csrf.ts';

export interface Answer {
  readonly status: number;
  readonly location: string | undefined;
  readonly text: string;
}

export interface Visitor {
  /** @throws Error when the status is another one */
  get(path: string, status?: number): Promise<Answer>;
  /** Asks as a browser does, for a compressed page, and does not read it. @returns the status, whatever it is */
  look(path: string): Promise<number>;
  post(path: string, fields: Readonly<Record<string, string | readonly string[]>>, status?: number): Promise<Answer>;
  /** Posts JSON as the page's script does. */
  postJson(path: string, body: unknown, status?: number): Promise<Answer>;
}

interface Token {
  readonly cookie: string;
  readonly value: string;
}

const SEE_OTHER = 303;

/** Visitors of one server, which share its connections as those behind one proxy do. */
export function createVisitors(publicUrl: string, keyring: Keyring) {
  const agent = new Agent({ keepAlive: true });
  const token = makeToken(keyring);
  return {
    /** @param session cookie of a session */
    visitor(session: string): Visitor {
      const cookie = `${SESSION_COOKIE}=${session}; ${CSRF_COOKIE}=${encodeURIComponent(token.cookie)}`;
      const send = (
        method: string,
        path: string,
        status: number | null,
        type?: string,
        body?: string,
        encodings?: string,
      ) =>
        exchange(agent, new URL(path, publicUrl), {
          method,
          cookie,
          status,
          type,
          body,
          encodings,
          token: token.value,
        });
      return {
        get: (path, status = 200) => send('GET', path, status),
        look: async (path) => (await send('GET', path, null, undefined, undefined, 'br, gzip')).status,
        post: (path, fields, status = SEE_OTHER) =>
          send('POST', path, status, 'application/x-www-form-urlencoded', encodeFields(fields, token.value)),
        postJson: (path, body, status = 200) => send('POST', path, status, 'application/json', JSON.stringify(body)),
      };
    },
    close: () => agent.destroy(),
  };
}

/** What the first page of a browser would have brought. */
function makeToken(keyring: Keyring): Token {
  let cookie = '';
  const req = { cookies: {} };
  const res = {
    cookie: (_name: string, value: string) => {
      cookie = value;
    },
  };
  const value = createCsrf(keyring).tokenFor(req as never, res as never);
  return { cookie, value };
}

function encodeFields(fields: Readonly<Record<string, string | readonly string[]>>, token: string): string {
  const encoded = new URLSearchParams({ [CSRF_FIELD]: token });
  for (const [name, value] of Object.entries(fields))
    for (const each of typeof value === 'string' ? [value] : value) encoded.append(name, each);
  return encoded.toString();
}

interface Exchange {
  readonly method: string;
  readonly cookie: string;
  /** The one that is expected; null for any. */
  readonly status: number | null;
  readonly type: string | undefined;
  readonly body: string | undefined;
  /** Accept-Encoding; undefined: as it is. */
  readonly encodings: string | undefined;
  readonly token: string;
}

function exchange(
  agent: Agent,
  url: URL,
  { method, cookie, status, type, body, encodings, token }: Exchange,
): Promise<Answer> {
  const headers: Record<string, string> = { cookie, 'accept-language': 'nl' };
  if (encodings !== undefined) headers['accept-encoding'] = encodings;
  if (type !== undefined && body !== undefined) {
    headers['content-type'] = type;
    headers['content-length'] = String(Buffer.byteLength(body));
    headers[CSRF_HEADER] = token;
  }
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, agent, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString('utf8');
        const { statusCode = 0 } = response;
        if (status !== null && statusCode !== status)
          reject(new Error(`${method} ${url.pathname} answered ${statusCode}, not ${status}`));
        else resolve({ status: statusCode, location: response.headers.location, text });
      });
    });
    sent.on('error', reject);
    sent.end(body);
  });
}
