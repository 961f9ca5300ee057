import { Router } from 'express';
import type { PageKit } from '../../../context.ts';
import { postCancel, postRemind, postWithdraw, showCancel, showWithdraw } from './actions.ts';
import { postAddress, showAddress } from './address.ts';

/** Changing what was started. */
export function mendingRoutes(kit: PageKit): Router {
  const router = Router();
  router.post('/afnames/:id/herinneren/:contactId', postRemind(kit));
  router.get('/afnames/:id/intrekken/:contactId', showWithdraw(kit));
  router.post('/afnames/:id/intrekken/:contactId', postWithdraw(kit));
  router.get('/afnames/:id/adres/:contactId', showAddress(kit));
  router.post('/afnames/:id/adres/:contactId', postAddress(kit));
  router.get('/afnames/:id/annuleren', showCancel(kit));
  router.post('/afnames/:id/annuleren', postCancel(kit));
  return router;
}
