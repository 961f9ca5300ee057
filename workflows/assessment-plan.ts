/** What the conductor does next for an assessment. Pure, so that it is tested as a table. */
import { AssessmentStatus } from '../domain/assessment.ts';
import { unreachable } from '../domain/outcome.ts';
import { type AssessmentView, WaitsFor } from './views.ts';

export type AssessmentStep =
  | { readonly kind: 'wait' }
  | { readonly kind: 'passDeadline'; readonly at: string }
  | { readonly kind: 'makeDocument'; readonly version: number }
  | { readonly kind: 'archive' }
  | { readonly kind: 'end' };

export interface AssessmentPlan {
  readonly waitsFor: WaitsFor;
  readonly since: string;
  readonly step: AssessmentStep;
}

/** What is waited for, and the one thing to do about it. */
export function planAssessment(view: AssessmentView): AssessmentPlan {
  const { status, statusSince: since } = view;
  switch (status) {
    case AssessmentStatus.Draft:
    case AssessmentStatus.Invited:
    case AssessmentStatus.InProgress:
    case AssessmentStatus.Returned:
      return { waitsFor: findMissing(view), since, step: deadlineStep(view) };
    case AssessmentStatus.Assessed:
      return { waitsFor: WaitsFor.Committee, since, step: { kind: 'wait' } };
    case AssessmentStatus.Final:
      return planDocument(view);
    case AssessmentStatus.Cancelled:
      return { waitsFor: WaitsFor.Nothing, since, step: { kind: 'end' } };
    default:
      return unreachable(status);
  }
}

function findMissing(view: AssessmentView): WaitsFor {
  if (view.openForms > 0) return WaitsFor.Examiners;
  return view.lacksExaminer ? WaitsFor.Assignment : WaitsFor.Invitation;
}

function deadlineStep({ dueAt, isLate }: AssessmentView): AssessmentStep {
  return dueAt === null || isLate ? { kind: 'wait' } : { kind: 'passDeadline', at: dueAt };
}

function planDocument({ document, archivedAt, statusSince }: AssessmentView): AssessmentPlan {
  if (archivedAt !== null) return { waitsFor: WaitsFor.Nothing, since: archivedAt, step: { kind: 'end' } };
  if (document === null) return { waitsFor: WaitsFor.Document, since: statusSince, step: { kind: 'wait' } };
  const { version, decidedAt, storedAt, mailedAt } = document;
  if (storedAt === null)
    return { waitsFor: WaitsFor.Document, since: decidedAt, step: { kind: 'makeDocument', version } };
  if (mailedAt === null) return { waitsFor: WaitsFor.OfficeMail, since: storedAt, step: { kind: 'wait' } };
  return { waitsFor: WaitsFor.Archive, since: mailedAt, step: { kind: 'archive' } };
}
