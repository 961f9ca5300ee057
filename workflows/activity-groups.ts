/**
 * The five ways in which a workflow calls an activity. No options anywhere else.
 */
import { proxyActivities, proxyLocalActivities } from '@temporalio/workflow';
import type { Activities } from '../activities/index.ts';

/**
 * One query. Local: it runs inside the workflow task, which costs a quarter of a scheduled activity. It is tried for ever,
 * because without PostgreSQL there is nothing else to do; after five seconds the wait becomes a timer, so that a long outage
 * keeps no workflow task busy.
 */
export const read = proxyLocalActivities<
  Pick<Activities, 'loadAssessmentView' | 'loadInvitationView' | 'loadBatchView'>
>({
  startToCloseTimeout: '10 seconds',
  localRetryThreshold: '5 seconds',
  retry: { initialInterval: '500 milliseconds', backoffCoefficient: 2, maximumInterval: '30 seconds' },
});

/**
 * One transaction under a command id, so that a second try finds the first. The timeout is beyond that of the
 * transaction (10 s): whoever gives up first must be the database. Refusals come back as values and are never retried.
 */
export const write = proxyLocalActivities<
  Pick<
    Activities,
    | 'saveAssessmentProgress'
    | 'saveInvitationProgress'
    | 'saveBatchProgress'
    | 'recordRenderFailure'
    | 'passDeadline'
    | 'archiveAssessment'
    | 'publishResult'
    | 'remindExaminer'
    | 'expireInvitation'
  >
>({
  startToCloseTimeout: '20 seconds',
  localRetryThreshold: '5 seconds',
  retry: { initialInterval: '500 milliseconds', backoffCoefficient: 2, maximumInterval: '30 seconds' },
});

/**
 * Many transactions, one after the other, for at most some fifteen seconds (activities/batches.ts); every row is done once whoever
 * does it, so it is tried for ever. Not local: it would keep a workflow task busy. Without a sign of life for twenty seconds its
 * worker is gone, and another one goes on where it was.
 */
export const send = proxyActivities<Pick<Activities, 'sendBatchRows'>>({
  startToCloseTimeout: '2 minutes',
  heartbeatTimeout: '20 seconds',
  retry: { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '30 seconds' },
});

/**
 * Seconds of browser time and the one step that may fail for reasons of its own. Five tries over some three minutes ride
 * out a browser that is restarted; after that the workflow makes the failure visible and tries again slowly. The timeout is
 * several times the slowest document, so that a hung browser is noticed; without a sign of life for twenty seconds its worker is
 * gone, and another one begins.
 */
export const render = proxyActivities<Pick<Activities, 'makeDocument'>>({
  startToCloseTimeout: '2 minutes',
  heartbeatTimeout: '20 seconds',
  retry: { initialInterval: '5 seconds', backoffCoefficient: 3, maximumInterval: '2 minutes', maximumAttempts: 5 },
});

/**
 * Over all schools or all open streams. Three tries only: the schedule comes again, and what was done the first time is
 * found and left alone.
 */
export const sweep = proxyActivities<
  Pick<
    Activities,
    'queueCommitteeDigests' | 'reconcileStreams' | 'removeExpiredNotes' | 'anchorRecord' | 'verifyStoredFiles'
  >
>({
  startToCloseTimeout: '5 minutes',
  retry: { initialInterval: '5 seconds', backoffCoefficient: 2, maximumAttempts: 3 },
});
