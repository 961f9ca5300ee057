/** Folds the events of the search for one judgement. Contract: see agreement.ts. */
import type { AgreementState } from './agreement.ts';
import type { AssessmentEvent } from './assessment-messages.ts';
import { type AssessmentState, AssessmentStatus } from './assessment-state.ts';

export type AgreementEvent = Extract<
  AssessmentEvent,
  {
    type:
      | 'AgreementSought'
      | 'AgreementProposed'
      | 'AgreementConfirmed'
      | 'ComponentAgreed'
      | 'AgreementAbandoned'
      | 'LeadNamed';
  }
>;

/** Total, as `evolveAssessment` is. */
export function evolveAgreement(state: AssessmentState, event: AgreementEvent, at: string): AssessmentState {
  if (event.type === 'LeadNamed') return { ...state, leadId: event.examinerId };
  if (event.type === 'AgreementSought') return sought(state, event, at);
  const { agreement } = state;
  if (agreement === undefined) return state;
  switch (event.type) {
    case 'AgreementProposed': {
      const { proposalId, by, scores, justification } = event;
      const proposal = { proposalId, by, at, scores, justification, confirmedBy: [by] };
      return withAgreement(state, { proposals: { ...agreement.proposals, [event.component]: proposal } });
    }
    case 'AgreementConfirmed': {
      const proposal = agreement.proposals[event.component];
      if (proposal?.proposalId !== event.proposalId) return state;
      const confirmedBy = [...new Set([...proposal.confirmedBy, event.examinerId])];
      const proposals = { ...agreement.proposals, [event.component]: { ...proposal, confirmedBy } };
      return withAgreement(state, { proposals });
    }
    case 'ComponentAgreed': {
      const { how, by, scores, justification } = event;
      return withAgreement(state, {
        agreed: { ...agreement.agreed, [event.component]: { how, by, scores, justification } },
      });
    }
    case 'AgreementAbandoned':
      // What was agreed so far stays; the event that follows says so, and ends the search.
      return state;
  }
}

/** Sought again while it runs, because another examiner leads: what was settled stays so. */
function sought(
  state: AssessmentState,
  { policy, components }: Extract<AssessmentEvent, { type: 'AgreementSought' }>,
  at: string,
): AssessmentState {
  const isGoingOn = state.status === AssessmentStatus.InProgress;
  return {
    ...state,
    status: AssessmentStatus.InProgress,
    statusSince: isGoingOn ? state.statusSince : at,
    agreement: { policy, since: at, components, proposals: {}, agreed: state.agreement?.agreed ?? {} },
  };
}

function withAgreement(state: AssessmentState, patch: Partial<AgreementState>): AssessmentState {
  return state.agreement === undefined ? state : { ...state, agreement: { ...state.agreement, ...patch } };
}

/** Forms are open again, or another one comes: differences are looked at anew when all have finished. */
export function withoutAgreement(state: AssessmentState): AssessmentState {
  const { agreement: _, agreed: _agreed, ...others } = state;
  return others;
}
