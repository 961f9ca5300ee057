import path from 'node:path';
import { createI18n } from '../../../platform/i18n/index.ts';
import { createAssets } from '../../../web/assets.ts';
import { styleguideModel } from '../../../web/pages/styleguide/styleguide.model.ts';
import { createViewEngine, type PageLocals, type ViewEngine } from '../../../web/render.ts';

export const pagesDir = path.join(import.meta.dirname, '..', '..', '..', 'web', 'pages');

/** What the web application would know of a signed-in committee member. */
export function aPage(changes: Partial<PageLocals> = {}): PageLocals {
  return {
    lang: 'nl',
    title: 'Bouwstenen',
    school: { name: 'ROC Voorbeeld', initial: 'P', primaryColor: '#0a5a56' },
    place: 'Examencommissie Zorg',
    user: { name: 'Commissielid A', roles: ['Examencommissie'] },
    nav: [
      { href: '/wachtrij', key: 'common.nav.queue', isCurrent: true },
      { href: '/vastgesteld', key: 'common.nav.finalised', isCurrent: false },
      { href: '/inzage', key: 'common.nav.review', isCurrent: false },
      { href: '/rapporten', key: 'common.nav.reports', isCurrent: false },
    ],
    csrfToken: 'token-of-the-test',
    paths: { home: '/', language: '/taal', signOut: '/uitloggen', account: '/account', current: '/bouwstenen' },
    helpHref: '/hulp',
    privacyHref: '/privacy',
    accessibilityHref: '/toegankelijkheid',
    ...changes,
  };
}

export function anEngine(isProduction = false): ViewEngine {
  return createViewEngine({ viewsDirs: [pagesDir], i18n: createI18n(), assets: createAssets(), isProduction });
}

/** The pages that together show every building block, by the path they are served at. */
export function styleguidePages(engine: ViewEngine): ReadonlyMap<string, string> {
  const model = styleguideModel();
  const examiner: Partial<PageLocals> = {
    nav: [],
    place: 'Beoordeling door examinator',
    saveState: { text: '14:02', isOffline: false },
  };
  const { user: _user, ...anonymous } = aPage(examiner);
  return new Map([
    [
      '/bouwstenen',
      engine.render(
        'styleguide',
        model,
        aPage({ width: 'wide', hasErrors: true, flash: { kind: 'ok', text: 'Opgeslagen.' } }),
      ),
    ],
    ['/licht', engine.render('styleguide', { ...model, errors: [] }, { ...anonymous, lang: 'en' })],
    [
      '/bevestigen',
      engine.render(
        'confirm-example',
        { facts: model.facts },
        aPage({ school: { name: 'Vakschool Voorbeeld', initial: 'V', primaryColor: '#f2a900' } }),
      ),
    ],
  ]);
}
