/**
 * A way in by mail: an address is asked for, and the mail to it has a code and a link. One is for who has an account, another for
 * the student who asks for one (student/register.ts). The steps are the same; the words and the time to do it are not.
 */
import type { Request, Response } from 'express';
import type { TranslationKey } from '../../../platform/i18n/index.ts';
import { LinkPurpose } from '../../../platform/tokens.ts';
import { SIGN_IN_MINUTES } from '../../../prisma/repositories/access.ts';
import type { PageKit } from '../../context.ts';
import { cookieOf, SESSION_COOKIE, setCookie } from '../../middleware/cookies.ts';
import { paths } from '../../paths.ts';
import { deviceOf } from './device.ts';

/** Holds the id of the request, so that a code counts only in the browser that asked for it. */
export const REQUEST_COOKIE = '__Host-proeve-signin';

export interface Entrance {
  /** Of the link in the mail. */
  readonly purpose: LinkPurpose;
  /** Of the requests that its links are for. */
  readonly isRegistration: boolean;
  /** How long code and link work. */
  readonly minutes: number;
  readonly templates: { readonly ask: string; readonly code: string; readonly link: string };
  /** Where its words are: `title` of the first page, `code` and `mailed` of the others. */
  readonly words: {
    readonly title: 'signin.title' | 'mine.register.title';
    readonly code: 'signin.code' | 'mine.code';
    readonly mailed: 'signin.mailed' | 'mine.mailed';
  };
  readonly helpKey: string;
  readonly paths: { readonly ask: string; readonly code: string; readonly open: string };
  /** From a link that was used or is too old, and from one that nobody knows. */
  readonly wayOn: Readonly<Record<'gone' | 'unknown', { readonly href: string; readonly words: TranslationKey }>>;
  /** What the first page shows beside the field for the address. */
  askModel(kit: PageKit): object;
  /** Queues the mail where this address may have one. @returns the id of the request, also where there is none */
  request(kit: PageKit, email: string): Promise<string>;
}

const SIGN_IN_AGAIN = { href: paths.signIn(), words: 'signin.mailed.again' } as const;

/** For who has an account, or is known to the school as a student. */
export const SIGN_IN: Entrance = {
  purpose: LinkPurpose.SignIn,
  isRegistration: false,
  minutes: SIGN_IN_MINUTES,
  templates: { ask: 'sign-in', code: 'sign-in-code', link: 'sign-in-link' },
  words: { title: 'signin.title', code: 'signin.code', mailed: 'signin.mailed' },
  helpKey: 'signIn',
  paths: { ask: paths.signIn(), code: paths.signInCode(), open: paths.signInOpen() },
  wayOn: { gone: SIGN_IN_AGAIN, unknown: SIGN_IN_AGAIN },
  askModel: (kit) => ({
    lostHref: paths.linkLost(),
    registerHref: paths.register(),
    providers: kit.oidc.providers.map(({ id, label }) => ({ href: paths.signInVia(id), label })),
  }),
  request: ({ repositories, keyring }, email) => repositories.access.requestSignIn(email, keyring.current),
};

/**
 * Signs in by a request whose code or link was right, and leads home.
 * @returns false when the request was used before or is too old; then nothing was sent
 */
export async function letIn(kit: PageKit, req: Request, res: Response, requestId: string): Promise<boolean> {
  const { access } = kit.repositories;
  const cookie = await access.completeSignIn(requestId, cookieOf(req, SESSION_COOKIE), deviceOf(req));
  if (cookie === null) return false;
  setCookie(res, SESSION_COOKIE, cookie);
  setCookie(res, REQUEST_COOKIE, '', 0);
  res.redirect(303, paths.home());
  return true;
}
