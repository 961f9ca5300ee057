/**
 * The life of one batch: it waits for its moment, and sends what is left. The same contract as `assessment.workflow.ts`; it ends
 * when every row was sent or failed, or somebody stopped it, and trying failed rows again starts it anew.
 *
 * Small batches are done by the web process while somebody waits, so that nothing is left when this one looks.
 */
import { allHandlersFinished, condition, continueAsNew, workflowInfo } from '@temporalio/workflow';
import { read, send, write } from './activity-groups.ts';
import { type BatchPlan, planBatch } from './batch-plan.ts';
import type { StreamInput } from './messages.ts';
import { listenForNews } from './news.ts';
import type { BatchView } from './views.ts';

/** After "not yet" and other refusals; news ends the wait. */
const REFUSED_WAIT = 15_000;
/** A batch whose initiator has left is looked at again so often; stopping it is news, and ends the wait. */
const HELD_WAIT = 3_600_000;

export async function batchWorkflow(input: StreamInput): Promise<void> {
  const news = listenForNews();
  for (;;) {
    const view = await news.read(() => read.loadBatchView(input));
    if (view === null) break;
    const plan = planBatch(view);
    await saveProgress(input, view, plan);
    if (plan.step.kind === 'end') {
      await condition(allHandlersFinished);
      if (news.isWaiting()) continue;
      break;
    }
    if (plan.step.kind === 'hold') {
      // Refused, and the administrators are told once its moment has come.
      await send.sendBatchRows(input);
      await news.nextOrAfter(HELD_WAIT);
    } else if (await news.nextOrAt(plan.step.at)) {
      const result = await send.sendBatchRows(input);
      if (!result.applied) await news.nextOrAfter(REFUSED_WAIT);
    }
    if (workflowInfo().continueAsNewSuggested) {
      await condition(allHandlersFinished);
      await continueAsNew<typeof batchWorkflow>(input);
    }
  }
}

function saveProgress(input: StreamInput, view: BatchView, { waitsFor, since, step }: BatchPlan): Promise<void> {
  return write.saveBatchProgress({
    ...input,
    seenSeq: view.seq,
    waitsFor,
    since,
    nextAt: step.kind === 'send' ? step.at : null,
    isClosed: step.kind === 'end',
    lastError: null,
  });
}
