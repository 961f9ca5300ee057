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
  | { readonly kind: 'end' };

export interface AssessmentPlan extends Waiting {
  readonly step: AssessmentStep;
}

/** What is waited for, and the one thing to do about it. */
export function planAssessment(view: AssessmentView): AssessmentPlan {
  const waiting = waitingOfAssessment(view);
  return { ...waiting, step: stepOf(view, waiting.waitsFor) };
}

function stepOf(view: AssessmentView, waitsFor: WaitsFor): AssessmentStep {
  switch (view.status) {
    case AssessmentStatus.Draft:
    case AssessmentStatus.Invited:
    case AssessmentStatus.InProgress:
    case AssessmentStatus.Returned:
      return deadlineStep(view);
    case AssessmentStatus.Assessed:
      return { kind: 'wait' };
    case AssessmentStatus.Final:
      return documentStep(view, waitsFor);
    case AssessmentStatus.Cancelled:
      return { kind: 'end' };
    default:
      return unreachable(view.status);
  }
}

function deadlineStep({ dueAt, isLate }: AssessmentView): AssessmentStep {
  return dueAt === null || isLate ? { kind: 'wait' } : { kind: 'passDeadline', at: dueAt };
}

function documentStep({ document }: AssessmentView, waitsFor: WaitsFor): AssessmentStep {
  if (waitsFor === WaitsFor.Nothing) return { kind: 'end' };
  if (waitsFor === WaitsFor.Archive) return { kind: 'archive' };
  const isToBeMade = waitsFor === WaitsFor.Document && document !== null;
  return isToBeMade ? { kind: 'makeDocument', version: document.version } : { kind: 'wait' };
}
