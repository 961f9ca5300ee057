/**
 * Pages as they go over the wire. A form of a whole exam is 180 kB of text that compresses to 12: on a phone in a hallway that is
 * the difference between waiting and not.
 *
 * Contract
 * 1. Compressed as it is sent, at a level that costs less than half a millisecond for the page of one work process.
 * 2. A page that another site made the browser ask for goes as it is: its length would tell about what stands in it, next to what
 *    that site put in the address (BREACH). Requests from elsewhere carry no session either, except for a page that is opened.
 */
import { brotliCompressSync, gzipSync, constants as zlib } from 'node:zlib';
import type { Request, Response } from 'express';

/** Less fits in the first packets anyway. */
const WORTH_BYTES = 1_000;
/** Best first: browsers name them in another order. */
const ENCODINGS = ['br', 'gzip'] as const;
const BROTLI_QUALITY = 2;
const GZIP_LEVEL = 1;

/** Sends a page with the status and headers that `res` has. */
export function sendHtml(res: Response, html: string): void {
  res.type('html').vary('Accept-Encoding');
  const encoding = encodingFor(res.req);
  const body = Buffer.from(html);
  if (encoding === null || body.length < WORTH_BYTES) {
    res.send(body);
    return;
  }
  res.set('Content-Encoding', encoding).send(encoding === 'br' ? brotli(body) : gzipSync(body, { level: GZIP_LEVEL }));
}

function encodingFor(req: Request): 'br' | 'gzip' | null {
  const from = req.get('Sec-Fetch-Site');
  if (from === 'cross-site' || from === 'same-site') return null;
  return ENCODINGS.find((each) => req.acceptsEncodings(each) === each) ?? null;
}

function brotli(body: Buffer): Buffer {
  return brotliCompressSync(body, {
    params: {
      [zlib.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY,
      [zlib.BROTLI_PARAM_MODE]: zlib.BROTLI_MODE_TEXT,
      [zlib.BROTLI_PARAM_SIZE_HINT]: body.length,
    },
  });
}
