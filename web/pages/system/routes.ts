import { Router } from 'express';
import type { Assets } from '../../assets.ts';
import type { PageKit } from '../../context.ts';

/** Fingerprinted files, compressed once, kept for ever by browsers. */
export function assetRoutes(_assets: Assets): Router {
  return Router();
}

/** /health and /ready: no session, no cookie. */
export function livenessRoutes(_kit: PageKit): Router {
  return Router();
}

export function systemRoutes(_kit: PageKit): Router {
  return Router();
}
