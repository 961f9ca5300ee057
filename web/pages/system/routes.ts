import { Router } from 'express';
import { contextOf, type PageKit } from '../../context.ts';
import { paths } from '../../paths.ts';
import { styleguideModel } from '../styleguide/styleguide.model.ts';
import { showHelp, showTextPage } from './about.ts';
import { showHome } from './home.ts';
import { chooseLanguage } from './language.ts';

export { assetRoutes } from './assets.ts';
export { livenessRoutes } from './liveness.ts';
export { metricsRoutes } from './metrics.ts';

/** Home, language, and the pages about the product itself. */
export function systemRoutes(kit: PageKit, isProduction: boolean): Router {
  const router = Router();
  router.get(paths.home(), showHome(kit));
  router.post(paths.language(), chooseLanguage(kit));
  router.get(paths.privacy(), showTextPage(kit, 'privacy'));
  router.get(paths.accessibility(), showTextPage(kit, 'accessibility'));
  router.get(paths.helpIndex(), showHelp(kit));
  if (!isProduction) {
    router.get(paths.styleguide(), (_req, res) => {
      const title = contextOf(res).translator.t('styleguide.title');
      kit.sendPage(res, 'styleguide', styleguideModel(), { title, width: 'wide' });
    });
  }
  return router;
}
