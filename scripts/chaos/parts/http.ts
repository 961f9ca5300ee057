/** A browser without a screen: cookies, the CSRF token of the last page, and how long every answer took. */
import { setTimeout as delay } from 'node:timers/promises';
import { CSRF_COOKIE, SESSION_COOKIE } from '../../../web/middleware/cookies.ts';

/** No answer of ours may take this long, whatever is down. */
export const ANSWER_LIMIT_MS = 4_000;
/** When the visitor stops waiting. */
const PATIENCE_MS = 20_000;
const SLACK_EVERY_MS = 100;

export interface Answer {
  /** 0: no answer at all. */
  readonly status: number;
  /** Path and query of a redirect; empty when there is none. */
  readonly location: string;
  readonly text: string;
  readonly ms: number;
}

export interface Visitor {
  get(path: string): Promise<Answer>;
  /** @throws when no page was read yet: there is no CSRF token */
  post(path: string, fields: Readonly<Record<string, string>>): Promise<Answer>;
}

/**
 * @param origin where the web process listens
 * @param cookie of a session that exists
 */
export function createVisitor(origin: string, cookie: string): Visitor {
  const cookies = new Map([[SESSION_COOKIE, cookie]]);
  let token = '';

  async function send(path: string, init: RequestInit): Promise<Answer> {
    const startedAt = performance.now();
    const took = () => Math.round(performance.now() - startedAt);
    try {
      const response = await fetch(new URL(path, origin), {
        ...init,
        redirect: 'manual',
        headers: { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') },
        signal: AbortSignal.timeout(PATIENCE_MS),
      });
      const text = await response.text();
      keepCsrf(response, text);
      const target = response.headers.get('location');
      const location = target === null ? '' : new URL(target, origin).href.slice(new URL(origin).origin.length);
      return { status: response.status, location, text, ms: took() };
    } catch (error) {
      return { status: 0, location: '', text: error instanceof Error ? error.message : '', ms: took() };
    }
  }

  function keepCsrf(response: Response, text: string): void {
    for (const line of response.headers.getSetCookie()) {
      const [, value] = new RegExp(`^${CSRF_COOKIE}=([^;]+)`).exec(line) ?? [];
      if (value !== undefined) cookies.set(CSRF_COOKIE, value);
    }
    token = /name="_csrf" value="([^"]+)"/.exec(text)?.[1] ?? token;
  }

  return {
    get: (path) => send(path, {}),
    post(path, fields) {
      if (token === '') throw new Error('Read a page first: a post needs its token.');
      return send(path, { method: 'POST', body: new URLSearchParams({ ...fields, _csrf: token }) });
    },
  };
}

/** How slow the machine itself is, whatever our code does. */
export interface Slack {
  /** The slowest answer so far of an address that needs nothing, in milliseconds. */
  readonly ms: number;
  stop(): void;
}

/**
 * Asks all the time for the one answer that needs neither database nor page: what this takes on a busy machine is not to be
 * held against the answers that are measured meanwhile.
 */
export function watchSlack(origin: string): Slack {
  let slowest = 0;
  let isStopped = false;
  const ask = async () => {
    while (!isStopped) {
      const startedAt = performance.now();
      await fetch(`${origin}/health`, { signal: AbortSignal.timeout(PATIENCE_MS) }).then(
        (response) => response.text(),
        // It went away; then there are other failures to look at.
        () => '',
      );
      slowest = Math.max(slowest, performance.now() - startedAt);
      await delay(SLACK_EVERY_MS, undefined, { ref: false });
    }
  };
  void ask();
  return {
    get ms() {
      return Math.round(slowest);
    },
    stop() {
      isStopped = true;
    },
  };
}

/** The value of a hidden field of a page; empty when it is not there. */
export function hiddenField(page: string, name: string): string {
  return new RegExp(`name="${name}" value="([^"]*)"`).exec(page)?.[1] ?? '';
}
