/**
 * The assessment: one student, a set of units of one exam version, one attempt.
 *
 * Contract
 * 1. `decideAssessment` is total: every status × every command gives events or a refusal with a code, never a throw.
 * 2. `evolveAssessment` is total: it folds any stored event and never refuses.
 * 3. A form that is finished changes only by `FormReturned` followed by another `FormFinished`, which counts up `formVersion`.
 * 4. `assessed` holds only when every component in scope has at least one finished set of scores and no form is open.
 * 5. Where several sets differ, the component is listed in `disagreements`; the committee names the set that stands.
 * 6. Texts (reasons, justifications) are never here: events carry the id of the text and a salted digest of it.
 *
 * Instants are ISO 8601 strings in UTC.
 */

export * from './assessment-context.ts';
export { decideAssessment } from './assessment-decide.ts';
export * from './assessment-error.ts';
export { evolveAssessment } from './assessment-evolve.ts';
export * from './assessment-messages.ts';
export {
  finishedExaminersOf,
  isReturnAsked,
  openExaminers,
  standingScores,
  uncoveredBy,
} from './assessment-queries.ts';
export * from './assessment-state.ts';
