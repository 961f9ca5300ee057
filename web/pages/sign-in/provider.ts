/** Signing in by an identity provider: going there, and coming back. */
import type { Request, Response } from 'express';
import { vouchFor } from '../../../domain/identity.ts';
import type { OidcProvider } from '../../../platform/oidc-config.ts';
import { contextOf, type PageHandler, type PageKit } from '../../context.ts';
import { cookieOf, SESSION_COOKIE, setCookie } from '../../middleware/cookies.ts';
import { visitorKey } from '../../middleware/limits.ts';
import { OIDC_COOKIE_SECONDS, OidcProblem, subjectMark } from '../../oidc.ts';
import { sendTooMany } from '../../page-kit.ts';
import { paths } from '../../paths.ts';
import { deviceOf } from './device.ts';

const OIDC_COOKIE = '__Host-proeve-oidc';

/** Leads to the provider. Changes nothing here: what must be remembered goes along in a sealed cookie. */
export function leaveForProvider(kit: PageKit): PageHandler {
  return async (req, res) => {
    const provider = await guard(kit, req, res);
    if (!provider) return;
    try {
      const { url, cookie } = await kit.oidc.begin(provider);
      setCookie(res, OIDC_COOKIE, cookie, OIDC_COOKIE_SECONDS);
      res.redirect(303, url);
    } catch (error) {
      kit.logger.warn({ err: error, provider: provider.id }, 'an identity provider does not answer');
      sendWayOn(kit, res, provider, 'unreachable');
    }
  };
}

/** The provider sent the browser back. The one GET that lets somebody in: only with the cookie of the way out, and once. */
export function returnFromProvider(kit: PageKit): PageHandler {
  return async (req, res) => {
    const provider = await guard(kit, req, res);
    if (!provider) return;
    const cookie = cookieOf(req, OIDC_COOKIE);
    setCookie(res, OIDC_COOKIE, '', 0);
    const query = new URL(req.originalUrl, kit.publicUrl).search;
    const answer = await kit.oidc.complete(provider, query, cookie);
    if (!answer.ok) {
      if (contextOf(res).account !== null && answer.problem === OidcProblem.Stale)
        return res.redirect(303, paths.home());
      kit.logger.info(
        { err: answer.cause, provider: provider.id, problem: answer.problem },
        'a sign-in was not completed',
      );
      return sendWayOn(kit, res, provider, WAY_ON[answer.problem]);
    }
    const entered = await kit.repositories.sessions.enterByProvider(
      answer,
      vouchFor(provider, answer.claims),
      provider.id,
      deviceOf(req),
      cookieOf(req, SESSION_COOKIE),
    );
    if (!entered.ok) {
      const subject = subjectMark(answer.issuer, answer.subject);
      kit.logger.info({ provider: provider.id, subject, problem: entered.problem }, 'a sign-in led nowhere');
      return sendWayOn(kit, res, provider, 'nobody');
    }
    setCookie(res, SESSION_COOKIE, entered.cookie);
    res.redirect(303, paths.home());
  };
}

/** The provider of the address, or undefined when the answer has been sent. */
async function guard(kit: PageKit, req: Request, res: Response): Promise<OidcProvider | undefined> {
  const provider = kit.oidc.find(String(req.params.provider ?? ''));
  if (!provider) {
    void kit.notFound(req, res, () => undefined);
    return undefined;
  }
  const seconds = await kit.limits.take('landing', visitorKey(req.ip));
  if (seconds === null) return provider;
  sendTooMany(kit, res, seconds);
  return undefined;
}

type WayOn = 'unreachable' | 'denied' | 'stale' | 'nobody';

const WAY_ON: Readonly<Record<OidcProblem, WayOn>> = {
  UNREACHABLE: 'unreachable',
  DENIED: 'denied',
  STALE: 'stale',
};

const STATUS: Readonly<Record<WayOn, number>> = { unreachable: 502, denied: 403, stale: 410, nobody: 403 };

function sendWayOn(kit: PageKit, res: Response, provider: OidcProvider, key: WayOn): void {
  const { translator } = contextOf(res);
  kit.sendMessage(res, {
    status: STATUS[key],
    title: translator.t(`account.provider.${key}Title`, { provider: provider.label }),
    text: translator.t(`account.provider.${key}Text`, { provider: provider.label }),
    kind: 'warning',
    action: { href: paths.signIn(), text: translator.t('account.provider.again') },
  });
}
