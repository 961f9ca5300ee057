import { type Request, type RequestHandler, type Response, Router } from 'express';
import type { Asset, AssetEncoding, Assets } from '../../assets.ts';

const FOREVER = 'public, max-age=31536000, immutable';
const A_DAY = 'public, max-age=86400';
/** Best first. */
const ENCODINGS: readonly AssetEncoding[] = ['br', 'gzip'];
/** Headers about what a page may do: a script, a style and a font have no use for them, and each costs a phone 700 bytes more. */
const OF_DOCUMENTS = [
  'Content-Security-Policy',
  'Cross-Origin-Opener-Policy',
  'Origin-Agent-Cluster',
  'X-DNS-Prefetch-Control',
  'X-Download-Options',
  'X-Frame-Options',
  'X-Permitted-Cross-Domain-Policies',
  'X-XSS-Protection',
];
/** Links in mails are for people; nothing here is to be found by a search. */
const ROBOTS = 'User-agent: *\nDisallow: /b/\nDisallow: /\n';

/** Fingerprinted files, compressed once, kept for ever by browsers. No session, no cookie. */
export function assetRoutes(assets: Assets): Router {
  const router = Router();
  router.get('/assets/*path', (req, res) => {
    const asset = assets.get(req.path);
    if (asset) sendAsset(req, res, asset);
    else res.status(404).type('text').send('Not found\n');
  });
  router.get('/favicon.ico', favicon(assets));
  router.get('/robots.txt', (_req, res) => {
    res.set('Cache-Control', A_DAY).type('text').send(ROBOTS);
  });
  return router;
}

function favicon(assets: Assets): RequestHandler {
  return (req, res) => {
    const icon = assets.get(assets.url('icon.svg'));
    // This address has no fingerprint, so it may not be kept for ever.
    if (icon) sendAsset(req, res, { ...icon, isImmutable: false });
    else res.sendStatus(404);
  };
}

function sendAsset(req: Request, res: Response, asset: Asset): void {
  const encoding = ENCODINGS.find((each) => asset.encoded[each] && accepts(req, each));
  const body = (encoding && asset.encoded[encoding]) ?? asset.body;
  // One file, several representations: each needs a tag of its own (RFC 9110 §8.8.3.3).
  const etag = encoding ? asset.etag.replace(/"$/, `-${encoding}"`) : asset.etag;
  if (!isDocument(asset)) for (const name of OF_DOCUMENTS) res.removeHeader(name);
  res.set({ 'Cache-Control': asset.isImmutable ? FOREVER : A_DAY, ETag: etag, Vary: 'Accept-Encoding' });
  if (matches(req.get('If-None-Match'), etag)) {
    res.status(304).end();
    return;
  }
  if (encoding) res.set('Content-Encoding', encoding);
  // Not send(): that would put a charset on what has none.
  res.set({ 'Content-Type': asset.type, 'Content-Length': String(body.length) });
  res.end(req.method === 'HEAD' ? undefined : body);
}

/** A picture can be opened as a page of its own. */
function isDocument({ type }: Asset): boolean {
  return type.startsWith('image/svg');
}

function accepts(req: Request, encoding: AssetEncoding): boolean {
  // Named explicitly: `*` from a client that does not say what it means gets the file as it is.
  return new RegExp(`(?:^|[,\\s])${encoding}(?!\\s*;\\s*q=0(?:\\.0*)?(?:,|$))`).test(req.get('Accept-Encoding') ?? '');
}

function matches(header: string | undefined, etag: string): boolean {
  return header?.split(',').some((each) => each.trim().replace(/^W\//, '') === etag) ?? false;
}
