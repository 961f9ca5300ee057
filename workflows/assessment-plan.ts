/** What the conductor does next for an assessment. Pure, so that it is tested as a table. */
import { AssessmentStatus } from '../domain/assessment.ts';
import { unreachable } from '../domain/outcome.ts';
import { type Waiting, WaitsFor, waitingOfAssessment } from '../domain/waiting.ts';
import type { AssessmentView } from './views.ts';

export type AssessmentStep =
  | { readonly kind: 'wait' }
  | { readonly kind: 'passDeadline'; readonly at: string }
  | { readonly kind: 'makeDocument'; readonly version: number }
  | { readonly kind: 'archive' }
  | { readonly kind: 'publish'; readonly version: number; readonly at: string }
  | { readonly kind: 'end' };

export interface AssessmentPlan extends Waiting {
  readonly step: AssessmentStep;
}

/**
 * What is waited for, and the one thing to do about it.
 * @param now ISO instant
 */
export function planAssessment(view: AssessmentView, now: string): AssessmentPlan {
  const waiting = waitingOfAssessment(view);
  return { ...waiting, step: stepOf(view, waiting.waitsFor, now) };
}

function stepOf(view: AssessmentView, waitsFor: WaitsFor, now: string): AssessmentStep {
  switch (view.status) {
    case AssessmentStatus.Draft:
    case AssessmentStatus.Invited:
    case AssessmentStatus.InProgress:
    case AssessmentStatus.Returned:
      return deadlineStep(view);
    case AssessmentStatus.Assessed:
      return { kind: 'wait' };
    case AssessmentStatus.Final:
      return finalStep(view, waitsFor, now);
    case AssessmentStatus.Cancelled:
      return { kind: 'end' };
    default:
      return unreachable(view.status);
  }
}

function deadlineStep({ dueAt, isLate }: AssessmentView): AssessmentStep {
  return dueAt === null || isLate ? { kind: 'wait' } : { kind: 'passDeadline', at: dueAt };
}

/** Publication comes first when its moment is there, and the way of the document goes on while it is not. */
function finalStep(view: AssessmentView, waitsFor: WaitsFor, now: string): AssessmentStep {
  const publish = publishStep(view);
  if (publish !== null && publish.at <= now) return publish;
  const step = documentStep(view, waitsFor);
  const isIdle = step.kind === 'wait' || step.kind === 'end';
  return isIdle && publish !== null ? publish : step;
}

/** Null when nothing is to be published, or when somebody does it by hand. */
function publishStep({ document, publishAt }: AssessmentView) {
  if (document === null || publishAt === undefined || publishAt === null) return null;
  return { kind: 'publish', version: document.version, at: publishAt } as const;
}

function documentStep({ document, archivedAt }: AssessmentView, waitsFor: WaitsFor): AssessmentStep {
  // Also when somebody is still to say that the student may see it: that is an event, which starts the workflow anew.
  if (archivedAt !== null) return { kind: 'end' };
  if (waitsFor === WaitsFor.Archive) return { kind: 'archive' };
  const isToBeMade = waitsFor === WaitsFor.Document && document !== null;
  return isToBeMade ? { kind: 'makeDocument', version: document.version } : { kind: 'wait' };
}
