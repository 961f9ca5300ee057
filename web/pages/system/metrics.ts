import { Router } from 'express';
import { checkMetricsToken, METRICS_CHALLENGE, type Metrics } from '../../../platform/metrics.ts';
import { paths } from '../../paths.ts';

/**
 * `/metrics`, for who carries the token of the settings. No session, no cookie; without a token there is no such page.
 * @param token of the settings
 */
export function metricsRoutes(metrics: Pick<Metrics, 'read'>, token: string | undefined): Router {
  const router = Router();
  router.get(paths.metrics(), async (req, res) => {
    res.set('Cache-Control', 'no-store');
    const access = checkMetricsToken(token, req.get('Authorization'));
    if (access === 'hidden') return void res.status(404).type('text').send('Not found\n');
    if (access === 'refused') {
      return void res.status(401).set('WWW-Authenticate', METRICS_CHALLENGE).type('text').send('Unauthorized\n');
    }
    const { contentType, body } = await metrics.read();
    res.set('Content-Type', contentType).send(body);
  });
  return router;
}
