/**
 * The life of one assessment, from creation to archive.
 *
 * Contract
 * 1. It decides when something is due, never what is allowed: every change is a command that PostgreSQL may refuse.
 * 2. It holds no state of its own. At its start, when it is woken and after every step it reads the view anew, so it can
 *    always begin again, also when Temporal has lost everything.
 * 3. It ends when the assessment is archived or cancelled, but not before a moment that is set at which the student may see the
 *    result. Later news starts it anew.
 * 4. What a new field of the view asks for needs no `patched`: a history from before that field holds views without it.
 */
import {
  ActivityFailure,
  ApplicationFailure,
  allHandlersFinished,
  condition,
  continueAsNew,
  isCancellation,
  TimeoutFailure,
  workflowInfo,
} from '@temporalio/workflow';
import { read, render, write } from './activity-groups.ts';
import { type AssessmentPlan, planAssessment } from './assessment-plan.ts';
import type { StreamInput } from './messages.ts';
import { listenForNews, type News } from './news.ts';
import type { AssessmentView, CommandResult } from './views.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
/** After "not yet": the clocks of Temporal and PostgreSQL differ by seconds, not by minutes. */
const NOT_YET_WAIT = 15 * SECOND;
/** After any other refusal. What was refused may be allowed again only when something happens; this is a safety net. */
const REFUSED_WAIT = 10 * MINUTE;
const RENDER_WAIT = 10 * MINUTE;
const RENDER_WAIT_MAX = 6 * 60 * MINUTE;

export async function assessmentWorkflow(input: StreamInput): Promise<void> {
  const news = listenForNews();
  let failedRenders = 0;
  for (;;) {
    const view = await news.read(() => read.loadAssessmentView(input));
    if (view === null) break;
    const plan = planAssessment(view, new Date(Date.now()).toISOString());
    await saveProgress(input, view, plan, null);
    if (plan.step.kind === 'end') {
      await condition(allHandlersFinished);
      if (news.isWaiting()) continue;
      break;
    }
    if (plan.step.kind === 'makeDocument') {
      const failure = await tryToRender(input, plan.step.version);
      failedRenders = failure === null ? 0 : failedRenders + 1;
      if (failure !== null) await waitAfterFailure(input, view, plan, failure, news, failedRenders);
    } else {
      await carryOut(input, view, plan, news);
    }
    if (workflowInfo().continueAsNewSuggested) {
      await condition(allHandlersFinished);
      await continueAsNew<typeof assessmentWorkflow>(input);
    }
  }
}

async function carryOut(input: StreamInput, view: AssessmentView, { step }: AssessmentPlan, news: News): Promise<void> {
  switch (step.kind) {
    case 'passDeadline':
      if (await news.nextOrAt(step.at)) {
        await pauseWhenRefused(await write.passDeadline({ ...input, dueAt: step.at }), news);
      }
      return;
    case 'publish':
      if (await news.nextOrAt(step.at)) {
        await pauseWhenRefused(await write.publishResult({ ...input, version: step.version }), news);
      }
      return;
    case 'archive':
      await pauseWhenRefused(
        await write.archiveAssessment({ ...input, version: view.document?.version ?? 0, since: view.statusSince }),
        news,
      );
      return;
    default:
      await news.next();
  }
}

async function pauseWhenRefused(result: CommandResult, news: News): Promise<void> {
  if (result.applied) return;
  const isEarly = result.code === 'DEADLINE_NOT_YET' || result.code === 'PUBLISH_NOT_YET';
  await news.nextOrAfter(isEarly ? NOT_YET_WAIT : REFUSED_WAIT);
}

/** @returns the code of what went wrong, or null */
async function tryToRender(input: StreamInput, version: number): Promise<string | null> {
  try {
    await render.makeDocument({ ...input, version });
    return null;
  } catch (error) {
    if (isCancellation(error)) throw error;
    return failureCode(error);
  }
}

function failureCode(error: unknown): string {
  const cause = error instanceof ActivityFailure ? error.cause : error;
  if (cause instanceof TimeoutFailure) return 'RENDER_TIMEOUT';
  const type = cause instanceof ApplicationFailure ? cause.type : undefined;
  // What was thrown without a code has the name of its class as type.
  return type && /^[A-Z_]+$/.test(type) ? type : 'RENDER_FAILED';
}

/** A person sees what is wrong; meanwhile it is tried again after 10, 20, 40 minutes and so on, at least every six hours. */
async function waitAfterFailure(
  input: StreamInput,
  view: AssessmentView,
  plan: AssessmentPlan,
  code: string,
  news: News,
  failures: number,
): Promise<void> {
  const wait = Math.min(RENDER_WAIT * 2 ** (failures - 1), RENDER_WAIT_MAX, untilPublication(view));
  await write.recordRenderFailure({ ...input, version: view.document?.version ?? 0, code });
  await saveProgress(input, view, plan, { code, nextAt: new Date(Date.now() + wait).toISOString() });
  await news.nextOrAfter(wait);
}

/** A document that cannot be made keeps no result from a student. @returns milliseconds, more than none */
function untilPublication({ publishAt }: AssessmentView): number {
  if (publishAt === undefined || publishAt === null) return RENDER_WAIT_MAX;
  const wait = Date.parse(publishAt) - Date.now();
  return wait > 0 ? wait : RENDER_WAIT_MAX;
}

function saveProgress(
  input: StreamInput,
  view: AssessmentView,
  { waitsFor, since, step }: AssessmentPlan,
  failure: { readonly code: string; readonly nextAt: string } | null,
): Promise<void> {
  return write.saveAssessmentProgress({
    ...input,
    seenSeq: view.seq,
    waitsFor,
    since,
    nextAt: failure?.nextAt ?? ('at' in step ? step.at : null),
    isClosed: step.kind === 'end',
    lastError: failure?.code ?? null,
  });
}
