/** Who can be invited, and who is already. Pure. */
import { AssessmentStatus, FormStatus } from '../../../../domain/assessment.ts';
import { resolveAssignments } from '../../../../domain/assignment.ts';
import type { OwnAssessment } from '../../../../prisma/repositories/initiator.ts';
import { refsOf } from '../words.ts';

/** Someone who can be invited now: what they would score, per assessment. */
export interface Candidate {
  readonly contactId: string;
  readonly parts: readonly { readonly assessment: OwnAssessment; readonly refs: readonly string[] }[];
}

const OVER: readonly AssessmentStatus[] = [AssessmentStatus.Final, AssessmentStatus.Cancelled];

/** Everybody who scores something in these assessments and is not at work on it, in the order of the assignments. */
export function findCandidates(assessments: readonly OwnAssessment[]): Candidate[] {
  const found = new Map<string, { assessment: OwnAssessment; refs: string[] }[]>();
  for (const assessment of assessments) {
    const { state } = assessment;
    if (OVER.includes(state.status)) continue;
    const byComponent = resolveAssignments(refsOf(assessment), state.assignments);
    for (const contactId of new Set(state.assignments.map(({ examinerId }) => examinerId))) {
      const current = state.examiners[contactId];
      if (current && current.form !== FormStatus.Withdrawn) continue;
      const refs = Object.keys(byComponent).filter((ref) => byComponent[ref]?.includes(contactId));
      if (refs.length > 0) found.set(contactId, [...(found.get(contactId) ?? []), { assessment, refs }]);
    }
  }
  return [...found].map(([contactId, parts]) => ({ contactId, parts }));
}

/** Ids of those who are invited already, in any of the assessments. */
export function findInvited(assessments: readonly OwnAssessment[]): string[] {
  const ids = assessments.flatMap(({ state }) =>
    Object.entries(state.examiners).flatMap(([id, examiner]) => (examiner.form === FormStatus.Withdrawn ? [] : [id])),
  );
  return [...new Set(ids)];
}

/** Why nobody can be invited any more for any of them, as the code of a refusal; null when somebody may. */
export function closedCode(assessments: readonly OwnAssessment[]): 'ASSESSMENT_CANCELLED' | 'ASSESSMENT_FINAL' | null {
  if (!assessments.every(({ state }) => OVER.includes(state.status))) return null;
  const isFinal = assessments.some(({ state }) => state.status === AssessmentStatus.Final);
  return isFinal ? 'ASSESSMENT_FINAL' : 'ASSESSMENT_CANCELLED';
}
