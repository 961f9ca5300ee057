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

export const StreamKind = { Assessment: 'assessment', Invitation: 'invitation' } as const;
export type StreamKind = (typeof StreamKind)[keyof typeof StreamKind];

/** Names of the workflow functions, by which Temporal starts them. */
export const WorkflowType = {
  Assessment: 'assessmentWorkflow',
  Invitation: 'invitationWorkflow',
  CommitteeDigest: 'committeeDigestWorkflow',
  Reconcile: 'reconcileWorkflow',
} as const;
export type WorkflowType = (typeof WorkflowType)[keyof typeof WorkflowType];

export const WORKFLOW_TYPE_OF: Readonly<Record<StreamKind, WorkflowType>> = {
  assessment: WorkflowType.Assessment,
  invitation: WorkflowType.Invitation,
};

/** `assessment-<uuid>` or `invitation-<uuid>`: one workflow for each stream. */
export function workflowIdOf(kind: StreamKind, streamId: string): string {
  return `${kind}-${streamId}`;
}

/** Ids of the schedules that start the sweeps. */
export const ScheduleId = { CommitteeDigest: 'committee-digest', Reconcile: 'reconcile' } as const;
