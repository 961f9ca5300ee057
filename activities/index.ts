/** Everything that workflows may ask for. Each activity is idempotent: run twice, it has one effect. */
import { createAnchorActivities } from './anchors.ts';
import { createBatchActivities } from './batches.ts';
import type { ActivityDeps } from './deps.ts';
import { createDigestActivities } from './digest.ts';
import { createDocumentCareActivities } from './document-care.ts';
import { createReconcileActivities } from './reconcile.ts';
import { createRecordActivities } from './record.ts';
import { createRenderActivities } from './render.ts';
import { createRetentionActivities } from './retention.ts';
import { createViewActivities } from './views.ts';

/** @param deps ports and adapters, made by the worker */
export function createActivities(deps: ActivityDeps) {
  return {
    ...createViewActivities(deps),
    ...createRecordActivities(deps),
    ...createBatchActivities(deps),
    ...createRenderActivities(deps),
    ...createDigestActivities(deps),
    ...createReconcileActivities(deps),
    ...createRetentionActivities(deps),
    ...createAnchorActivities(deps),
    ...createDocumentCareActivities(deps),
  };
}

/** For the proxies of the workflows, which import it as a type only. */
export type Activities = ReturnType<typeof createActivities>;
