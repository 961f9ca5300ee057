import { Router } from 'express';
import { answerMetrics, type Metrics } from '../../../platform/metrics.ts';
import { paths } from '../../paths.ts';

/**
 * `/metrics`, for who carries the token of the settings. No session, no cookie; without a token there is no such page.
 * @param token of the settings
 */
export function metricsRoutes(metrics: Pick<Metrics, 'read'>, token: string | undefined): Router {
  const router = Router();
  router.get(paths.metrics(), async (req, res) => {
    const { status, headers, body } = await answerMetrics(metrics, token, req.get('Authorization'));
    res.status(status).set(headers).send(body);
  });
  return router;
}
