/** Everything the worker offers; the bundle is made from here. */
export { assessmentWorkflow } from './assessment.workflow.ts';
export { batchWorkflow } from './batch.workflow.ts';
export { invitationWorkflow } from './invitation.workflow.ts';
export { committeeDigestWorkflow, reconcileWorkflow } from './sweeps.workflow.ts';
