/** Asking for a mail to get in with. The answer never tells whether somebody is known. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Request, Response } from 'express';
import { emailAddressKey, normaliseEmailAddress } from '../../../platform/email-address.ts';
import { contextOf, type PageHandler, type PageKit } from '../../context.ts';
import { setCookie } from '../../middleware/cookies.ts';
import { mailboxKey, visitorKey } from '../../middleware/limits.ts';
import { sendTooMany } from '../../page-kit.ts';
import { paths } from '../../paths.ts';
import { singleOf } from '../../posted.ts';
import { type Entrance, REQUEST_COOKIE } from './entrance.ts';

/** Longer than writing a request and a mail takes, so that the time tells nothing either. */
const ANSWER_MS = 250;

export function showAsking(kit: PageKit, entrance: Entrance): PageHandler {
  return (_req, res) => {
    if (contextOf(res).account !== null) return res.redirect(303, paths.home());
    sendAsking(kit, res, entrance, { email: '', error: null });
  };
}

export function askMail(kit: PageKit, entrance: Entrance): PageHandler {
  return async (req, res) => {
    const typed = singleOf(req.body, 'email') ?? '';
    const email = normaliseEmailAddress(typed);
    if (email === undefined) {
      const error = contextOf(res).translator.t('common.errors.invalidEmail');
      return sendAsking(kit, res, entrance, { email: typed, error });
    }
    const seconds = await takeLimits(kit, req, email);
    if (seconds !== null) return sendTooMany(kit, res, seconds);
    const [id] = await Promise.all([entrance.request(kit, emailAddressKey(email)), delay(ANSWER_MS)]);
    setCookie(res, REQUEST_COOKIE, id, entrance.minutes * 60);
    res.redirect(303, entrance.paths.code);
  };
}

/** Per address that asks and per address that is asked for. */
async function takeLimits(kit: PageKit, req: Request, email: string): Promise<number | null> {
  const { limits } = kit;
  const mailbox = mailboxKey(emailAddressKey(email));
  return (await limits.take('signInAddress', visitorKey(req.ip))) ?? (await limits.take('signInMail', mailbox));
}

function sendAsking(
  kit: PageKit,
  res: Response,
  entrance: Entrance,
  { email, error }: { readonly email: string; readonly error: string | null },
): void {
  const errors = error === null ? [] : [{ field: 'email', message: error }];
  kit.sendPage(
    res,
    entrance.templates.ask,
    { ...entrance.askModel(kit), action: entrance.paths.ask, email, errors },
    {
      title: contextOf(res).translator.t(entrance.words.title),
      hasErrors: error !== null,
      status: error === null ? 200 : 422,
      helpKey: entrance.helpKey,
    },
  );
}
