import type { CookieParam } from 'puppeteer-core';
import type { TestClient } from './client.ts';

/** What a client without a browser has in its jar, for a page of a real browser: it goes on in the same session. */
export function sessionCookies(url: string, { cookies }: Pick<TestClient, 'cookies'>): CookieParam[] {
  return [...cookies].map(([name, value]) => ({
    name,
    value: decodeURIComponent(value),
    url,
    path: '/',
    secure: true,
    httpOnly: true,
  }));
}
