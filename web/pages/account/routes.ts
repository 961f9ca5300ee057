import { type RequestHandler, Router } from 'express';
import { contextOf, type PageKit } from '../../context.ts';
import { denyFraming } from '../../middleware/security.ts';
import { paths } from '../../paths.ts';
import { endEverything, endOne, showAccount } from './account.ts';
import { choosePlace, showPlaces } from './place.ts';

/** Who is signed in where, and working in another role or school. For everybody with an account, also before a place was chosen. */
export function accountRoutes(kit: PageKit): Router {
  const router = Router();
  router.use(paths.account(), denyFraming(), requireAccount(kit));
  router.get(paths.account(), showAccount(kit));
  router.post(paths.sessionEnd(), endOne(kit));
  router.post(paths.signOutEverywhere(), endEverything(kit));
  router.get(paths.place(), showPlaces(kit));
  router.post(paths.place(), choosePlace(kit));
  return router;
}

function requireAccount(kit: PageKit): RequestHandler {
  return (req, res, next) => {
    if (contextOf(res).account !== null) return next();
    if (req.method === 'GET') return res.redirect(303, paths.signIn());
    kit.forbidden(req, res, next);
  };
}
