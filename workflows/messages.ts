/**
 * What relay, reconciler and workflows say to each other: names, ids and inputs. Nothing here may hold more than ids,
 * codes, numbers and instants.
 */

/** The one task queue of this program. */
export const TASK_QUEUE = 'proeve';

/** Says that a stream has news. */
export const PROGRESS_SIGNAL = 'progressed';

/** `seq`: the newest event of the stream when the signal was sent. Several events are one signal. */
export interface Progressed {
  readonly seq: number;
}

/** The one input of a stream's workflow. */
export interface StreamInput {
  readonly streamId: string;
  readonly schoolId: string;
}

export const StreamKind = { Assessment: 'assessment', Invitation: 'invitation', Batch: 'batch' } as const;
export type StreamKind = (typeof StreamKind)[keyof typeof StreamKind];

/** @throws Error for a kind that no workflow is for */
export function streamKindOf(kind: string): StreamKind {
  const known = Object.values(StreamKind).find((each) => each === kind);
  if (known === undefined) throw new Error(`a stream of kind ${kind} has no workflow`);
  return known;
}

/** Names of the workflow functions, by which Temporal starts them. */
export const WorkflowType = {
  Assessment: 'assessmentWorkflow',
  Invitation: 'invitationWorkflow',
  Batch: 'batchWorkflow',
  CommitteeDigest: 'committeeDigestWorkflow',
  Reconcile: 'reconcileWorkflow',
  Retention: 'retentionWorkflow',
  Anchor: 'anchorWorkflow',
  DocumentCare: 'documentCareWorkflow',
} as const;
export type WorkflowType = (typeof WorkflowType)[keyof typeof WorkflowType];

export const WORKFLOW_TYPE_OF: Readonly<Record<StreamKind, WorkflowType>> = {
  assessment: WorkflowType.Assessment,
  invitation: WorkflowType.Invitation,
  batch: WorkflowType.Batch,
};

/** `assessment-<uuid>`, `invitation-<uuid>` or `batch-<uuid>`: one workflow for each stream. */
export function workflowIdOf(kind: StreamKind, streamId: string): string {
  return `${kind}-${streamId}`;
}

/** Ids of the schedules that start the sweeps. */
export const ScheduleId = {
  CommitteeDigest: 'committee-digest',
  Reconcile: 'reconcile',
  Retention: 'retention',
  Anchor: 'anchor',
  DocumentCare: 'document-care',
} as const;
