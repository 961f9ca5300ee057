/**
 * Taking a return back: the committee sent a form back and should not have.
 *
 * Contract
 * 1. It can be done as long as the form waits for its examiner; that the examiner wrote nothing since is for the caller to know.
 * 2. The form is finished again as it was, with its version, and with the dispute or the question that the return ended.
 * 3. When no form is open any more, what was assessed stands again as it did, also what examiners had settled among themselves.
 *    Did another form change meanwhile, then all is looked at anew, as when the last form is finished.
 * 4. A proposal of a decision stays withdrawn: it was about what was on the table then.
 */
import { settlementOf } from './agreement-decide.ts';
import type { AssessmentContext } from './assessment-context.ts';
import { AssessmentError } from './assessment-error.ts';
import { evolveAssessment } from './assessment-evolve.ts';
import type { AssessmentCommand, AssessmentEvent } from './assessment-messages.ts';
import { isComplete } from './assessment-queries.ts';
import { type AssessmentState, AssessmentStatus, type ExaminerState, FormStatus } from './assessment-state.ts';
import type { BeforeReturn } from './deciding.ts';
import { evolveDeciding } from './deciding-evolve.ts';
import { accept, type Decision, refuse } from './outcome.ts';

/**
 * Read from the record, because a return leaves nothing of it in the state.
 * @param events of the assessment, oldest first, each with its ISO instant
 * @returns null when the form of this examiner was never sent back
 */
export function beforeReturn(
  events: readonly { readonly event: AssessmentEvent; readonly at: string }[],
  examinerId: string,
): BeforeReturn | null {
  let state: AssessmentState | null = null;
  let whole: AssessmentState | null = null;
  let own: ExaminerState | null = null;
  for (const { event, at } of events) {
    if (event.type === 'FormReturned' && state !== null) {
      if (state.status !== AssessmentStatus.Returned) whole = state;
      if (event.examinerId === examinerId) own = state.examiners[examinerId] ?? null;
    }
    state = evolveAssessment(state, event, at);
  }
  if (own === null) return null;
  const isAsItWas = whole?.status === AssessmentStatus.Assessed && state !== null && areFormsAsIn(whole, state);
  return {
    disputedAt: own.disputedAt,
    ...(own.ask ? { ask: own.ask } : {}),
    assessed: isAsItWas && whole ? assessedIn(whole) : null,
  };
}

function assessedIn({ result, disagreements, agreed }: AssessmentState): NonNullable<BeforeReturn['assessed']> {
  return { result, disagreements, ...(agreed ? { agreed } : {}) };
}

/** Whether nothing happened to any form since but that it was sent back. */
function areFormsAsIn(before: AssessmentState, now: AssessmentState): boolean {
  return Object.entries(now.examiners).every(([id, { form, formVersion }]) => {
    const then = before.examiners[id];
    return then?.formVersion === formVersion && (then.form === form || form === FormStatus.Returned);
  });
}

export type TakeBackReturn = Extract<AssessmentCommand, { type: 'takeBackReturn' }>;

export function decideTakeBackReturn(
  state: AssessmentState,
  { examinerId, takenBackBy, reason, before }: TakeBackReturn,
  context: AssessmentContext,
): Decision<AssessmentEvent, AssessmentError> {
  if (state.status === AssessmentStatus.Final) return refuse(AssessmentError.Final);
  const examiner = state.examiners[examinerId];
  if (!examiner) return refuse(AssessmentError.ExaminerUnknown);
  if (examiner.form !== FormStatus.Returned) return refuse(AssessmentError.FormNotReturned);
  const { disputedAt, ask, assessed } = before;
  const event = {
    type: 'ReturnTakenBack',
    examinerId,
    formId: examiner.formId,
    takenBackBy,
    reason,
    disputedAt,
    ...(ask ? { ask } : {}),
  } as const;
  const after = evolveDeciding(state, event, context.now);
  if (after.status === AssessmentStatus.Returned || !isComplete(after)) return accept(event);
  const settled: AssessmentEvent[] =
    assessed === null ? settlementOf(after, context) : [{ type: 'AssessmentAssessed', ...assessed }];
  return accept<AssessmentEvent>(event, ...settled);
}
