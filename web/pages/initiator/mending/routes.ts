import { type RequestHandler, Router } from 'express';
import { memberOf, type PageKit } from '../../../context.ts';
import { postAddress, showAddress } from './address.ts';
import { postAnswer, showAnswer } from './answer.ts';
import { postCancel, showCancel } from './cancel.ts';
import { postDue, showDue } from './due.ts';
import { postRemind } from './remind.ts';
import { postReplace, showReplace } from './replace.ts';
import { postResend, showResend } from './resend.ts';
import { postReturn, showReturn } from './return.ts';
import { postUndo } from './undo.ts';
import { postWithdraw, showWithdraw } from './withdraw.ts';

/** Changing what was started. What is for several assessments stands before what begins with an id. */
export function mendingRoutes(kit: PageKit): Router {
  const router = Router();
  const inMeasure = limitMending(kit);
  router.get('/afnames/inleverdatum', showDue(kit));
  router.post('/afnames/inleverdatum', inMeasure, postDue(kit));
  router.get('/afnames/annuleren', showCancel(kit));
  router.post('/afnames/annuleren', postCancel(kit));
  router.post('/afnames/ongedaan-maken', postUndo(kit));
  router.get('/afnames/:id/inleverdatum', showDue(kit));
  router.post('/afnames/:id/inleverdatum', inMeasure, postDue(kit));
  router.get('/afnames/:id/annuleren', showCancel(kit));
  router.post('/afnames/:id/annuleren', postCancel(kit));
  router.post('/afnames/:id/herinneren/:contactId', postRemind(kit));
  router.get('/afnames/:id/opnieuw-sturen/:contactId', showResend(kit));
  router.post('/afnames/:id/opnieuw-sturen/:contactId', postResend(kit));
  router.get('/afnames/:id/adres/:contactId', showAddress(kit));
  router.post('/afnames/:id/adres/:contactId', inMeasure, postAddress(kit));
  router.get('/afnames/:id/intrekken/:contactId', showWithdraw(kit));
  router.post('/afnames/:id/intrekken/:contactId', postWithdraw(kit));
  router.get('/afnames/:id/vervangen/:contactId', showReplace(kit));
  router.post('/afnames/:id/vervangen/:contactId', inMeasure, postReplace(kit));
  router.get('/afnames/:id/terug/:contactId', showReturn(kit));
  router.post('/afnames/:id/terug/:contactId', inMeasure, postReturn(kit));
  router.get('/afnames/:id/verzoek/:contactId', showAnswer(kit));
  router.post('/afnames/:id/verzoek/:contactId', inMeasure, postAnswer(kit));
  return router;
}

/** These mail at once and can be done again and again, also to somebody who has nothing to do with it. */
function limitMending(kit: PageKit): RequestHandler {
  return async (req, res, next) => {
    const seconds = await kit.limits.take('mend', memberOf(res).membershipId);
    if (seconds === null) return next();
    res.set('Retry-After', String(seconds));
    kit.lostWords(429)(req, res, next);
  };
}
