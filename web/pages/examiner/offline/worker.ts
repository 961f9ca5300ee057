/** The service worker: its script, with the pages it shows when a form is not on the device. No session, no cookie. */
import { Router } from 'express';
import { type I18n, LANGUAGES, type Language } from '../../../../platform/i18n/index.ts';
import type { Assets } from '../../../assets.ts';
import { paths } from '../../../paths.ts';
import type { ViewEngine } from '../../../render.ts';

/** Made once; always asked for again, so that a new version reaches every device at its next visit. */
export function workerRoutes({ assets, views, i18n }: { assets: Assets; views: ViewEngine; i18n: I18n }): Router {
  const router = Router();
  const pages = Object.fromEntries(LANGUAGES.map((lang) => [lang, offlinePage(views, i18n, lang)]));
  let script: ReturnType<Assets['worker']> | null = null;
  router.get(paths.serviceWorker(), (_req, res) => {
    // The pages it shows hold to the same policy as all others.
    script ??= assets.worker({ pages, policy: String(res.get('Content-Security-Policy') ?? '') });
    res.set({ 'Cache-Control': 'no-cache', 'Content-Type': script.type, ETag: script.etag });
    res.end(script.body);
  });
  return router;
}

/** The markers `%TEXT%` and `%FORMS%` are filled in on the device. */
function offlinePage(views: ViewEngine, i18n: I18n, lang: Language) {
  const { t } = i18n.forLanguage(lang);
  const title = t('offline.page.title');
  const links = { home: '', language: '', signOut: '', account: '', current: '' };
  const frame = views.renderFragment(
    'examiner-offline',
    { title },
    { lang, title, nav: [], csrfToken: '', paths: links },
  );
  return {
    frame,
    texts: {
      missing: t('offline.page.missing'),
      needs: t('offline.page.needs'),
      notFinished: t('offline.page.notFinished'),
      list: t('offline.page.list'),
      empty: t('offline.page.empty'),
      forms: t('offline.page.forms'),
      hasWords: t('offline.page.hasWords'),
    },
  };
}
