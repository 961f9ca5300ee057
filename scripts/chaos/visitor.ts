/**
 * A person with a browser, as far as forms go: cookies, the token of the last page, and the patience to press again when no
 * answer came.
 *
 * Contract
 * 1. What had no answer is sent again as it was: the same form with the same hidden fields, as a browser does at "try again".
 * 2. Each visitor has a network address of their own (X-Forwarded-For), so that rate limits stay as they are in production.
 * 3. A visitor goes to any web process that answers, as behind a load balancer.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { parseSetCookie } from 'cookie';
import type { Program } from './programs.ts';

export interface Answer {
  readonly status: number;
  /** Path and query of a redirect; empty when there is none. */
  readonly location: string;
  readonly path: string;
  readonly text: string;
  /** How often it was sent and broke off before this answer. A process that takes no connections got nothing, so counts not. */
  readonly unanswered: number;
  /** Milliseconds from the first try until the answer. */
  readonly ms: number;
}

export type Fields = Readonly<Record<string, string>>;

export interface Visitor {
  get(path: string): Promise<Answer>;
  /** A form, with the token of the last page. */
  post(path: string, fields: Fields): Promise<Answer>;
}

export interface VisitorOptions {
  /** Who may answer. */
  readonly webs: readonly Pick<Program, 'url'>[];
  readonly random: () => number;
  /** Tells visitors apart. */
  readonly number: number;
  readonly signal: AbortSignal;
  /** Told of each answer that something broke (500); it is tried again all the same. */
  readonly onError?: () => void;
  /** How long they go on trying. */
  readonly patienceMs?: number;
}

/** No answer, or one that asks to come back, for longer than anybody would wait. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
}

const DEFAULT_PATIENCE_MS = 180_000;
const ANSWER_WITHIN_MS = 15_000;
const PAUSE_MS = 300;
const PAUSE_MAX_MS = 8_000;
const ANY_PAGE = '/privacy';

export function createVisitor(options: VisitorOptions): Visitor {
  const { random, signal, patienceMs = DEFAULT_PATIENCE_MS } = options;
  const cookies = new Map<string, string>();
  const address = `10.${(options.number >> 16) & 255}.${(options.number >> 8) & 255}.${options.number & 255}`;
  let token: string | undefined;

  async function once(method: string, path: string, body?: URLSearchParams): Promise<Response & { page: string }> {
    const web = options.webs[Math.floor(random() * options.webs.length)];
    const response = await fetch(new URL(path, web?.url), {
      method,
      redirect: 'manual',
      headers: {
        'x-forwarded-for': address,
        ...(cookies.size > 0 ? { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') } : {}),
      },
      signal: AbortSignal.any([signal, AbortSignal.timeout(ANSWER_WITHIN_MS)]),
      ...(body ? { body } : {}),
    });
    // An answer that breaks off half-way is none.
    return Object.assign(response, { page: await response.text() });
  }

  async function send(method: string, path: string, body?: URLSearchParams): Promise<Answer> {
    const started = performance.now();
    let unanswered = 0;
    let busy = 0;
    for (;;) {
      signal.throwIfAborted();
      const response = await once(method, path, body).catch((error: unknown) => {
        if (!wasRefused(error)) unanswered += 1;
        return null;
      });
      if (response?.status === 500) options.onError?.();
      if (response !== null && response.status < 500) {
        keep(response);
        const { status, page: text } = response;
        return { status, location: locationOf(response), path, text, unanswered, ms: performance.now() - started };
      }
      if (performance.now() - started > patienceMs) throw new NoAnswer(`${method} ${maskPath(path)} had no answer`);
      // "Too busy, come back": whoever comes back at once makes it worse.
      if (response !== null) busy += 1;
      await delay(Math.min(PAUSE_MS * 2 ** busy, PAUSE_MAX_MS) * (0.5 + random()));
    }
  }

  function keep(response: Response & { page: string }): void {
    for (const line of response.headers.getSetCookie()) {
      const { name, value, maxAge } = parseSetCookie(line);
      if (maxAge === 0 || value === undefined) cookies.delete(name);
      else cookies.set(name, encodeURIComponent(value));
    }
    token = /name="_csrf" value="([^"]+)"/.exec(response.page)?.[1] ?? token;
  }

  return {
    get: (path) => send('GET', path),
    async post(path, fields) {
      if (token === undefined) await send('GET', ANY_PAGE);
      return send('POST', path, new URLSearchParams({ ...fields, _csrf: token ?? '' }));
    },
  };
}

/** Nobody listened, so nothing was sent. */
function wasRefused(error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error && 'code' in cause && cause.code === 'ECONNREFUSED';
}

function locationOf(response: Response): string {
  const location = response.headers.get('location');
  if (location === null) return '';
  const { pathname, search } = new URL(location, 'http://localhost');
  return `${pathname}${search}`;
}

/** A path without the secret of a link. */
function maskPath(path: string): string {
  return path.replace(/\/b1[a-z0-9]{20,}/, '/…');
}

/** Values of the hidden fields of a page, by name. */
export function hiddenFields(html: string): Record<string, string> {
  const found = html.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g);
  return Object.fromEntries([...found].map(([, name = '', value = '']) => [name, value]));
}

/** Names of the groups of radio buttons whose names begin like this. */
export function radioNames(html: string, start: string): string[] {
  const found = html.matchAll(/<input[^>]*\btype="radio"[^>]*>/g);
  const names = [...found].map(([tag]) => /\bname="([^"]+)"/.exec(tag)?.[1] ?? '');
  return [...new Set(names)].filter((name) => name.startsWith(start));
}
