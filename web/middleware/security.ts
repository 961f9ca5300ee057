import type { Request, RequestHandler } from 'express';
import helmet from 'helmet';

/**
 * Headers of every answer: strict CSP without inline script or style, no third party, no framing, no sniffing.
 * Referrer `same-origin`: with `no-referrer` browsers send `Origin: null` with a POST and the origin check would fail.
 * @param isHttps whether the public address is https; on loopback HSTS would lock out other programs there
 */
export function securityHeaders(isHttps: boolean): RequestHandler {
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'", 'data:'],
        fontSrc: ["'self'"],
        connectSrc: ["'self'"],
        manifestSrc: ["'self'"],
        workerSrc: ["'self'"],
        formAction: ["'self'"],
        frameSrc: ["'self'"],
        frameAncestors: ["'self'"],
        baseUri: ["'none'"],
      },
    },
    crossOriginOpenerPolicy: { policy: 'same-origin' },
    crossOriginResourcePolicy: { policy: 'same-origin' },
    referrerPolicy: { policy: 'same-origin' },
    strictTransportSecurity: isHttps ? { maxAge: 63_072_000, includeSubDomains: false } : false,
    xFrameOptions: { action: 'sameorigin' },
  });
}

/** Pages with a button that lets somebody in: never inside a frame, not even one of ours. After `securityHeaders`. */
export function denyFraming(): RequestHandler {
  return (_req, res, next) => {
    res.set('X-Frame-Options', 'DENY');
    const policy = String(res.get('Content-Security-Policy') ?? '');
    res.set('Content-Security-Policy', policy.replace("frame-ancestors 'self'", "frame-ancestors 'none'"));
    next();
  };
}

/** Pages hold personal data: nothing keeps a copy. Assets set their own caching. */
export function noStore(): RequestHandler {
  return (_req, res, next) => {
    res.set('Cache-Control', 'no-store');
    res.set('X-Robots-Tag', 'noindex, nofollow, noarchive');
    next();
  };
}

/**
 * Whether another site caused a request that is no mere reading. Browsers say so in Sec-Fetch-Site, older ones in Origin; a client
 * that sends neither is no browser, and still needs the CSRF token.
 * @param origin our own
 */
export function isForeignPost(req: Request, origin: string): boolean {
  if (req.method === 'GET' || req.method === 'HEAD' || req.method === 'OPTIONS') return false;
  const site = req.get('Sec-Fetch-Site');
  const from = req.get('Origin');
  return site !== undefined ? site !== 'same-origin' && site !== 'none' : from !== undefined && from !== origin;
}

/** Refuses a POST that another site caused. */
export function sameOriginPosts(publicUrl: string, onRefused: RequestHandler): RequestHandler {
  const origin = new URL(publicUrl).origin;
  return (req, res, next) => (isForeignPost(req, origin) ? onRefused(req, res, next) : next());
}
