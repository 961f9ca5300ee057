/** Folds the decisions of the committee. Contract: see deciding-decide.ts. */
import type { AssessmentEvent } from './assessment-messages.ts';
import { type AssessmentState, AssessmentStatus, FormStatus } from './assessment-state.ts';
import { unreachable } from './outcome.ts';

export type DecidingEvent = Extract<
  AssessmentEvent,
  {
    type:
      | 'AssessmentFinalised'
      | 'FinalisationProposed'
      | 'FinalisationWithdrawn'
      | 'ResultPublished'
      | 'AssessmentReopened'
      | 'ReopeningEnded'
      | 'FormCorrected'
      | 'ReturnTakenBack';
  }
>;

/** Total, as `evolveAssessment` is. */
export function evolveDeciding(state: AssessmentState, event: DecidingEvent, at: string): AssessmentState {
  switch (event.type) {
    case 'AssessmentFinalised':
      return finalised(state, event, at);
    case 'FinalisationProposed': {
      const { proposedBy, officeAddressId, standing } = event;
      return { ...state, proposal: { proposedBy, proposedAt: at, officeAddressId, standing } };
    }
    case 'FinalisationWithdrawn':
      return withoutProposal(state);
    case 'ResultPublished':
      return { ...state, published: { version: event.version, at } };
    case 'AssessmentReopened':
      return {
        ...withoutProposal(state),
        status: AssessmentStatus.Assessed,
        statusSince: at,
        reopened: { by: event.reopenedBy, at, reason: event.reason },
        archivedAt: null,
      };
    case 'ReopeningEnded': {
      const { reopened: _reopened, ...others } = withoutProposal(state);
      return { ...others, status: AssessmentStatus.Final, statusSince: at };
    }
    case 'FormCorrected': {
      const examiner = state.examiners[event.examinerId];
      if (!examiner) return state;
      const { formVersion, scores, rescored, correctedBy } = event;
      const rescoredBy = rescored.length > 0 ? { rescoredBy: withMember(state.rescoredBy, correctedBy) } : {};
      return {
        ...withoutProposal(state),
        ...rescoredBy,
        examiners: { ...state.examiners, [event.examinerId]: { ...examiner, formVersion, scores, correctedAt: at } },
      };
    }
    case 'ReturnTakenBack':
      return returnTakenBack(state, event, at);
    default:
      return unreachable(event);
  }
}

function withMember(members: readonly string[] = [], member: string): readonly string[] {
  return members.includes(member) ? members : [...members, member];
}

/** What was proposed was about what has changed since. */
export function withoutProposal(state: AssessmentState): AssessmentState {
  const { proposal: _proposal, ...others } = state;
  return others;
}

function finalised(
  state: AssessmentState,
  event: Extract<DecidingEvent, { type: 'AssessmentFinalised' }>,
  at: string,
): AssessmentState {
  const { reopened: _reopened, ...others } = withoutProposal(state);
  return {
    ...others,
    status: AssessmentStatus.Final,
    statusSince: at,
    result: event.result,
    decision: {
      decisionId: event.decisionId,
      version: event.version,
      decidedBy: event.decidedBy,
      decidedAt: at,
      standing: event.standing,
    },
    // From before there was publication: nothing was held back.
    ...(event.publishAt === undefined ? { published: { version: event.version, at } } : { publishAt: event.publishAt }),
    documents: [...state.documents, { version: event.version, sha256: null, storedAt: null, mailedAt: null }],
  };
}

/** What is assessed again is told by the event that follows. */
function returnTakenBack(
  state: AssessmentState,
  { examinerId, disputedAt, ask }: Extract<DecidingEvent, { type: 'ReturnTakenBack' }>,
  at: string,
): AssessmentState {
  const examiner = state.examiners[examinerId];
  if (!examiner) return state;
  const finished = { ...examiner, form: FormStatus.Finished, reopened: [], disputedAt, ...(ask ? { ask } : {}) };
  const examiners = { ...state.examiners, [examinerId]: finished };
  const isAnyReturned = Object.values(examiners).some(({ form }) => form === FormStatus.Returned);
  if (isAnyReturned || state.status !== AssessmentStatus.Returned) return { ...state, examiners };
  return { ...state, examiners, status: AssessmentStatus.InProgress, statusSince: at };
}
