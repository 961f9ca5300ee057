/** What is done for all schools at once, each started by a Temporal Schedule. */
import { sweep } from './activity-groups.ts';

/** Tells each committee what waits for it, once on a working day. */
export async function committeeDigestWorkflow(): Promise<void> {
  await sweep.queueCommitteeDigests();
}

/** Starts what the database says is open and Temporal does not know. */
export async function reconcileWorkflow(): Promise<void> {
  await sweep.reconcileStreams();
}

/** Writes down where all chains stand, and takes it outside. */
export async function anchorWorkflow(): Promise<void> {
  await sweep.anchorRecord();
}

/** Reads stored bytes again. */
export async function documentCareWorkflow(): Promise<void> {
  await sweep.verifyStoredFiles();
}

/** Removes what may not be kept any longer. */
export async function retentionWorkflow(): Promise<void> {
  await sweep.removeExpiredNotes();
}
