/** What a browser really receives: bytes on the wire, headers included, by request. */
import type { CDPSession, Page } from 'puppeteer-core';

export interface WireRequest {
  readonly url: string;
  /** Document, Stylesheet, Script, Font, Image, Fetch … */
  readonly type: string;
  /** Compressed as they came, with headers; 0 from the cache. */
  readonly bytes: number;
}

export interface Wire {
  readonly session: CDPSession;
  /** What came since the last `clear`; a redirect counts with the page it led to. */
  requests(): readonly WireRequest[];
  clear(): void;
}

/** Begins to watch a page. */
export async function watchWire(page: Page): Promise<Wire> {
  const session = await page.createCDPSession();
  const types = new Map<string, { url: string; type: string }>();
  let found: WireRequest[] = [];
  await session.send('Network.enable');
  // What a service worker fetches for a page is told to nobody else: without it everything is seen, and it is the same.
  await session.send('Network.setBypassServiceWorker', { bypass: true });
  session.on('Network.requestWillBeSent', ({ requestId, request, type = 'Other', redirectResponse }) => {
    if (redirectResponse) found.push({ url: redirectResponse.url, type, bytes: redirectResponse.encodedDataLength });
    types.set(requestId, { url: request.url, type });
  });
  session.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    const known = types.get(requestId);
    if (known) found.push({ ...known, bytes: encodedDataLength });
  });
  return {
    session,
    requests: () => found,
    clear: () => {
      found = [];
    },
  };
}

/** @param type absent: all */
export function bytesOf(requests: readonly WireRequest[], type?: string): number {
  return requests.filter((each) => type === undefined || each.type === type).reduce((sum, { bytes }) => sum + bytes, 0);
}
