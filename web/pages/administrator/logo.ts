/**
 * The bytes of a school's logo, for every page that shows it.
 *
 * Contract
 * 1. No session and no cookie: a page before signing in shows it too, and it is of nobody in particular.
 * 2. Only the logo that the school has now. Its address holds its hash, so browsers keep it for ever.
 * 3. It is a picture and nothing else, also when it is opened by itself.
 */
import { type RequestHandler, Router } from 'express';
import type { LogoRepository } from '../../../prisma/repositories/branding.ts';
import { paths } from '../../paths.ts';
import { isId } from '../../posted.ts';

const SHA256_PNG = /^([0-9a-f]{64})\.png$/;

export function logoRoutes(logos: LogoRepository): Router {
  const router = Router();
  router.get(`${paths.logos()}/:schoolId/:file`, sendLogo(logos));
  return router;
}

function sendLogo(logos: LogoRepository): RequestHandler {
  return async (req, res) => {
    const { schoolId, file } = req.params;
    const sha256 = SHA256_PNG.exec(String(file))?.[1];
    const png = isId(schoolId) && sha256 ? await logos.findLogo(schoolId, sha256) : null;
    if (png === null) {
      res.status(404).set('Cache-Control', 'no-store').type('text').send('Not found\n');
      return;
    }
    res.set({
      'Content-Type': 'image/png',
      'Cache-Control': 'public, max-age=31536000, immutable',
      'Content-Security-Policy': "default-src 'none'; sandbox",
    });
    res.send(png);
  };
}
