/** A browser's memory without a browser: keeps cookies, carries the CSRF token of the last page, follows nothing unless asked. */
import { parseSetCookie } from 'cookie';

/** A page that every visitor may see: where a client without a page gets its CSRF token. */
const ANY_PAGE = '/privacy';
const MAX_REDIRECTS = 5;

export interface TestResponse {
  readonly status: number;
  readonly headers: Headers;
  /** Where a redirect leads, path and query only; null when there is none. */
  readonly location: string | null;
  /** Path and query that gave this answer, after redirects that were followed. */
  readonly path: string;
  readonly text: string;
  /** The bytes, for what is no text. */
  readonly body: Buffer;
}

export type FormFields = Readonly<Record<string, string | readonly string[]>>;

export interface RequestOptions {
  readonly headers?: Readonly<Record<string, string>>;
  /** Follows redirects, as a browser does. */
  readonly follows?: boolean;
}

export interface PostOptions extends RequestOptions {
  /** Another CSRF token than that of the last page; null sends none. */
  readonly csrfToken?: string | null;
}

export interface TestClient {
  /** By name; change it to lose or forge a cookie. */
  readonly cookies: Map<string, string>;
  get(path: string, options?: RequestOptions): Promise<TestResponse>;
  head(path: string, options?: RequestOptions): Promise<TestResponse>;
  /** Posts a form with the CSRF token; FormData goes as multipart, an object as a normal form. */
  post(path: string, fields?: FormFields | FormData, options?: PostOptions): Promise<TestResponse>;
  /** Posts JSON with the CSRF token in its header, as our scripts do. */
  postJson(path: string, body: unknown, options?: PostOptions): Promise<TestResponse>;
  /** The CSRF token of the last page; fetches a page when there was none. */
  csrfToken(): Promise<string>;
}

/** @param url where the application listens */
export function createTestClient(url: string): TestClient {
  const cookies = new Map<string, string>();
  let lastToken: string | null = null;

  async function send(
    method: string,
    path: string,
    init: { headers?: Record<string, string>; body?: string | URLSearchParams | FormData },
  ): Promise<TestResponse> {
    const jar = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(new URL(path, url), {
      method,
      redirect: 'manual',
      headers: { ...(jar === '' ? {} : { cookie: jar }), ...init.headers },
      ...(init.body === undefined ? {} : { body: init.body }),
    });
    keepCookies(response);
    const body = Buffer.from(await response.arrayBuffer());
    const text = body.toString('utf8');
    lastToken = /name="_csrf" value="([^"]+)"/.exec(text)?.[1] ?? lastToken;
    return { status: response.status, headers: response.headers, location: locationOf(response), path, text, body };
  }

  function keepCookies(response: Response): void {
    for (const line of response.headers.getSetCookie()) {
      const { name, value, maxAge } = parseSetCookie(line);
      if (maxAge === 0 || value === undefined) cookies.delete(name);
      else cookies.set(name, encodeURIComponent(value));
    }
  }

  function locationOf(response: Response): string | null {
    const location = response.headers.get('location');
    if (location === null) return null;
    const target = new URL(location, url);
    return target.origin === new URL(url).origin ? `${target.pathname}${target.search}` : target.href;
  }

  async function follow(response: TestResponse, options: RequestOptions | undefined): Promise<TestResponse> {
    let current = response;
    for (let count = 0; options?.follows && current.location !== null; count += 1) {
      if (count === MAX_REDIRECTS) throw new Error(`Redirected more than ${MAX_REDIRECTS} times`);
      current = await send('GET', current.location, {});
    }
    return current;
  }

  async function csrfToken(): Promise<string> {
    if (lastToken === null) await send('GET', ANY_PAGE, {});
    if (lastToken === null) throw new Error(`No CSRF token on ${ANY_PAGE}`);
    return lastToken;
  }

  async function tokenFor(options: PostOptions | undefined): Promise<string | null> {
    return options?.csrfToken === undefined ? csrfToken() : options.csrfToken;
  }

  return {
    cookies,
    csrfToken,
    async get(path, options) {
      return follow(await send('GET', path, { headers: { ...options?.headers } }), options);
    },
    head(path, options) {
      return send('HEAD', path, { headers: { ...options?.headers } });
    },
    async post(path, fields = {}, options) {
      const token = await tokenFor(options);
      const body = fields instanceof FormData ? fields : toSearchParams(fields);
      if (token !== null) body.set('_csrf', token);
      return follow(await send('POST', path, { headers: { ...options?.headers }, body }), options);
    },
    async postJson(path, value, options) {
      const token = await tokenFor(options);
      const headers = {
        'content-type': 'application/json',
        ...(token === null ? {} : { 'x-csrf-token': token }),
        ...options?.headers,
      };
      return follow(await send('POST', path, { headers, body: JSON.stringify(value) }), options);
    },
  };
}

function toSearchParams(fields: FormFields): URLSearchParams {
  const entries = Object.entries(fields).flatMap(([name, value]) =>
    (typeof value === 'string' ? [value] : value).map((each): [string, string] => [name, each]),
  );
  return new URLSearchParams(entries);
}
