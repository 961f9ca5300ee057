/** Everything the worker offers; the bundle is made from here. */
export { assessmentWorkflow } from './assessment.workflow.ts';
export { batchWorkflow } from './batch.workflow.ts';
export { invitationWorkflow } from './invitation.workflow.ts';
export {
  anchorWorkflow,
  committeeDigestWorkflow,
  documentCareWorkflow,
  reconcileWorkflow,
  retentionWorkflow,
} from './sweeps.workflow.ts';
