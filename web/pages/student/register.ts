import { LinkPurpose } from '../../../platform/tokens.ts';
import { REGISTRATION_MINUTES } from '../../../prisma/repositories/access.ts';
import { paths } from '../../paths.ts';
import type { Entrance } from '../sign-in/entrance.ts';

/**
 * A student asks for an account with an address of the school. The domain of the address says at which school; the answer is the
 * same for every address.
 */
export const REGISTRATION: Entrance = {
  purpose: LinkPurpose.Register,
  isRegistration: true,
  minutes: REGISTRATION_MINUTES,
  templates: { ask: 'register', code: 'register-code', link: 'register-link' },
  words: { title: 'mine.register.title', code: 'mine.code', mailed: 'mine.mailed' },
  helpKey: 'register',
  paths: { ask: paths.register(), code: paths.registerCode(), open: paths.registerOpen() },
  wayOn: {
    gone: { href: paths.signIn(), words: 'mine.mailed.signIn' },
    unknown: { href: paths.register(), words: 'mine.mailed.again' },
  },
  askModel: () => ({ signInHref: paths.signIn() }),
  request: ({ repositories, keyring }, email) => repositories.access.requestRegistration(email, keyring.current),
};
