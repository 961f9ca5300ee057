import { isLanguage, type Language } from '../../../platform/i18n/index.ts';
import { contextOf, type PageHandler, type PageKit } from '../../context.ts';
import { LANGUAGE_COOKIE, setCookie } from '../../middleware/cookies.ts';
import { paths } from '../../paths.ts';

const YEAR_SECONDS = 365 * 86_400;

/**
 * A path of our own, or the home page: whatever a browser could read as another site does not pass.
 * @param value what a form posted
 * @param publicUrl our own address
 */
export function ownPath(value: unknown, publicUrl: string): string {
  // The backslash and control characters: browsers read `/\evil.example` and `/<tab>/evil.example` as another host.
  if (typeof value !== 'string' || !/^\/(?![/\\])[^\\\p{Cc}]*$/u.test(value)) return paths.home();
  if (!URL.canParse(value, publicUrl)) return paths.home();
  const target = new URL(value, publicUrl);
  // `/..//evil.example` is ours until its dots are taken out; what is left then names another host.
  const isOurs = target.origin === new URL(publicUrl).origin && !target.pathname.startsWith('//');
  return isOurs ? `${target.pathname}${target.search}` : paths.home();
}

/** Remembers the language: in the browser, and for a known person also for mail. */
export function chooseLanguage(kit: PageKit): PageHandler {
  return async (req, res) => {
    const lang: unknown = req.body?.lang;
    if (isLanguage(lang)) {
      setCookie(res, LANGUAGE_COOKIE, lang, YEAR_SECONDS);
      const { sessionId } = contextOf(res);
      if (sessionId !== null) await kit.repositories.access.rememberLanguage(sessionId, lang);
    }
    const target = ownPath(req.body?.returnTo, kit.publicUrl);
    res.redirect(303, isLanguage(lang) ? withSwitch(target, lang) : target);
  };
}

/** The page of a link speaks the language of its examiner, whatever this browser has; so it is told of the switch. */
function withSwitch(path: string, lang: Language): string {
  if (!path.startsWith(paths.link(''))) return path;
  const [place = '', query = ''] = path.split('?');
  const search = new URLSearchParams(query);
  search.set('taal', lang);
  return `${place}?${search.toString()}`;
}
