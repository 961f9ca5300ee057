import { Router } from 'express';
import type { PageKit } from '../../../context.ts';
import { paths } from '../../../paths.ts';
import { createProposalPages } from './proposal.ts';
import { createPublishPages } from './publish.ts';
import { createReopeningPages } from './reopening.ts';

/** Two members, reopening, publishing. */
export function decidingRoutes(kit: PageKit): Router {
  const router = Router();
  const publish = createPublishPages(kit);
  const proposal = createProposalPages(kit);
  const { reopen, end } = createReopeningPages(kit);

  router.get(paths.publishResults(), publish.show);
  router.post(paths.publishResults(), publish.post);
  router.get('/commissie/:id/voorstel-intrekken', proposal.show);
  router.post('/commissie/:id/voorstel-intrekken', proposal.post);
  router.get('/commissie/:id/heropenen', reopen.show);
  router.post('/commissie/:id/heropenen', reopen.post);
  router.get('/commissie/:id/heropenen/beeindigen', end.show);
  router.post('/commissie/:id/heropenen/beeindigen', end.post);
  return router;
}
