/** A browser without a screen: cookies, the CSRF token of the last page, and how long every answer took. */
import { CSRF_COOKIE, SESSION_COOKIE } from '../../../web/middleware/cookies.ts';

/** No answer of ours may take this long, whatever is down. */
export const ANSWER_LIMIT_MS = 4_000;
/** When the visitor stops waiting. */
const PATIENCE_MS = 20_000;

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

/** The value of a hidden field of a page; empty when it is not there. */
export function hiddenField(page: string, name: string): string {
  return new RegExp(`name="${name}" value="([^"]*)"`).exec(page)?.[1] ?? '';
}
