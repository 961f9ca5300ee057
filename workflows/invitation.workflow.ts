/**
 * The life of one invitation: reminders until the examiner is ready, and the end of the link. The same contract as
 * `assessment.workflow.ts`; it ends when no pair is open or the link has expired, and a return starts it anew.
 */
import { allHandlersFinished, condition, continueAsNew, workflowInfo } from '@temporalio/workflow';
import { read, write } from './activity-groups.ts';
import { type InvitationPlan, planInvitation } from './invitation-plan.ts';
import type { StreamInput } from './messages.ts';
import { listenForNews, type News } from './news.ts';
import type { CommandResult, InvitationView } from './views.ts';

/** After "not yet" and other refusals; news ends the wait. */
const REFUSED_WAIT = 15_000;

export async function invitationWorkflow(input: StreamInput): Promise<void> {
  const news = listenForNews();
  for (;;) {
    const view = await news.read(() => read.loadInvitationView(input));
    if (view === null) break;
    const plan = planInvitation(view, new Date().toISOString());
    await saveProgress(input, view, plan);
    if (plan.step.kind === 'end') {
      await condition(allHandlersFinished);
      if (news.isWaiting()) continue;
      break;
    }
    if (await news.nextOrAt(plan.step.at)) {
      const result = await carryOut(input, plan);
      if (!result.applied) await pause(news);
    }
    if (workflowInfo().continueAsNewSuggested) {
      await condition(allHandlersFinished);
      await continueAsNew<typeof invitationWorkflow>(input);
    }
  }
}

async function carryOut(input: StreamInput, { step }: InvitationPlan): Promise<CommandResult> {
  if (step.kind === 'remind') return write.remindExaminer({ ...input, plannedAt: step.plannedAt });
  return write.expireInvitation(input);
}

function pause(news: News): Promise<void> {
  return news.nextOrAfter(REFUSED_WAIT);
}

function saveProgress(input: StreamInput, view: InvitationView, plan: InvitationPlan): Promise<void> {
  return write.saveInvitationProgress({
    ...input,
    seenSeq: view.seq,
    waitsFor: plan.waitsFor,
    since: plan.since,
    nextAt: plan.step.kind === 'end' ? null : plan.step.at,
    nextReminderAt: plan.nextReminderAt,
    isClosed: plan.step.kind === 'end',
    lastError: null,
  });
}
