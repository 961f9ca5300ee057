/** Decides how several sets of scores become one. Contract: see agreement.ts. */
import { type AgreedComponent, AgreementPolicy, type AgreementState } from './agreement.ts';
import { type AgreementEvent, evolveAgreement } from './agreement-evolve.ts';
import {
  type ComponentDifference,
  findDifferences,
  inOrderOfInvitation,
  leadOf,
  unsettledComponents,
  wordsNeededFor,
} from './agreement-queries.ts';
import type { AssessmentContext } from './assessment-context.ts';
import { AssessmentError } from './assessment-error.ts';
import type { AssessmentCommand, AssessmentEvent } from './assessment-messages.ts';
import {
  criteriaOf,
  findDisagreements,
  finishedExaminersOf,
  isComplete,
  standingScores,
} from './assessment-queries.ts';
import { type AssessmentState, FormStatus } from './assessment-state.ts';
import { gradeAssessment } from './grading.ts';
import { requiresJustification } from './justification.ts';
import { accept, type Decision, refuse, unreachable } from './outcome.ts';
import { isScore, type Score } from './score.ts';

type Outcome = Decision<AssessmentEvent, AssessmentError>;

export type AgreementCommand = Extract<
  AssessmentCommand,
  { type: 'proposeAgreement' | 'confirmAgreement' | 'abandonAgreement' | 'nameLead' }
>;

/** A third examiner's set stands beside two others. */
const SETS_WITH_THIRD = 3;

export function decideAgreement(
  state: AssessmentState,
  command: AgreementCommand,
  context: AssessmentContext,
): Outcome {
  switch (command.type) {
    case 'proposeAgreement':
      return decidePropose(state, command, context);
    case 'confirmAgreement':
      return decideConfirm(state, command, context);
    case 'abandonAgreement':
      return decideAbandon(state, command, context);
    case 'nameLead':
      return decideNameLead(state, command.examinerId, context);
    default:
      return unreachable(command);
  }
}

/**
 * What follows when these events leave no form open: the assessment is assessed, or one judgement is sought first.
 * @param after the state after what happened
 * @returns nothing while somebody writes or a component has no scores
 */
export function settlementOf(after: AssessmentState, context: AssessmentContext): AssessmentEvent[] {
  if (!isComplete(after)) return [];
  const policy = after.agreementPolicy ?? AgreementPolicy.Committee;
  if (policy === AgreementPolicy.Committee) return [assessed(after, {}, context)];
  const differences = findDifferences(after, context.exam, context.scheme);
  const components = toSeek(after, policy, differences, context);
  if (Object.keys(components).length > 0) return [{ type: 'AgreementSought', policy, components }];
  return [assessed(after, thirdSets(after, policy, differences), context)];
}

/** Components to agree about, with those whose word counts. */
function toSeek(
  state: AssessmentState,
  policy: AgreementPolicy,
  differences: readonly ComponentDifference[],
  context: AssessmentContext,
): Record<string, readonly string[]> {
  const entries = differences.flatMap(({ component, kinds }): [string, readonly string[]][] => {
    const finished = finishedExaminersOf(state, component);
    switch (policy) {
      case AgreementPolicy.Together:
        return [[component, inOrderOfInvitation(state, finished)]];
      case AgreementPolicy.Lead: {
        const lead = leadOf(state, context.examinerKinds ?? {}, component);
        return lead === null ? [] : [[component, [lead]]];
      }
      case AgreementPolicy.Third:
        return kinds.length > 0 && finished.length < SETS_WITH_THIRD ? [[component, []]] : [];
      default:
        return [];
    }
  });
  return Object.fromEntries(entries);
}

/** Where a third examiner scored too and the difference matters, that set stands as it is. */
function thirdSets(
  state: AssessmentState,
  policy: AgreementPolicy,
  differences: readonly ComponentDifference[],
): Record<string, AgreedComponent> {
  if (policy !== AgreementPolicy.Third) return {};
  const entries = differences.flatMap(({ component, kinds }): [string, AgreedComponent][] => {
    const finished = inOrderOfInvitation(state, finishedExaminersOf(state, component));
    const third = finished.at(-1);
    if (kinds.length === 0 || finished.length < SETS_WITH_THIRD || third === undefined) return [];
    return [
      [component, { how: 'third', by: [third], scores: ownScores(state, third, component), justification: null }],
    ];
  });
  return Object.fromEntries(entries);
}

function ownScores(state: AssessmentState, examinerId: string, component: string): Record<string, Score> {
  const scores = state.examiners[examinerId]?.scores ?? {};
  return Object.fromEntries(
    criteriaOf(state, [component]).flatMap((ref): [string, Score][] => {
      const score = scores[ref];
      return score === undefined ? [] : [[ref, score]];
    }),
  );
}

/** The differences that nobody settled are left to the committee, and then there is no result yet. */
/** The assessment is assessed: by the table where no difference is left, else for the committee to settle. */
export function assessed(
  state: AssessmentState,
  agreed: Readonly<Record<string, AgreedComponent>>,
  context: AssessmentContext,
): AssessmentEvent {
  const disagreements = findDisagreements(state).filter((ref) => agreed[ref] === undefined);
  const graded =
    disagreements.length === 0
      ? gradeAssessment(context.exam, state.unitCodes, context.scheme, standingScores({ ...state, agreed }, {}))
      : null;
  return {
    type: 'AssessmentAssessed',
    result: graded?.ok ? graded.result : null,
    disagreements,
    ...(Object.keys(agreed).length > 0 ? { agreed } : {}),
  };
}

function decidePropose(
  state: AssessmentState,
  command: Extract<AgreementCommand, { type: 'proposeAgreement' }>,
  context: AssessmentContext,
): Outcome {
  const { examinerId, component, proposalId, justification, instead } = command;
  const refusal = wordRefusal(state, examinerId, component);
  if (refusal) return refusal;
  const current = state.agreement?.proposals[component]?.proposalId ?? null;
  if (instead !== undefined && instead !== current) return refuse(AssessmentError.ProposalChanged);
  const criteria = criteriaOf(state, [component]);
  const missing = criteria.filter((ref) => !isScore(command.scores[ref]));
  if (missing.length > 0) return refuse(AssessmentError.FormIncomplete, { missing });
  const scores = Object.fromEntries(criteria.map((ref) => [ref, command.scores[ref] as Score]));
  if (justification === null && requiresJustification(state.justificationPolicy, Object.values(scores)))
    return refuse(AssessmentError.JustificationRequired);
  const proposed = { type: 'AgreementProposed', component, proposalId, by: examinerId, scores, justification } as const;
  return withWords(state, component, [proposed], context);
}

function decideConfirm(
  state: AssessmentState,
  { examinerId, component, proposalId }: Extract<AgreementCommand, { type: 'confirmAgreement' }>,
  context: AssessmentContext,
): Outcome {
  const refusal = wordRefusal(state, examinerId, component);
  if (refusal) return refusal;
  const proposal = state.agreement?.proposals[component];
  if (proposal?.proposalId !== proposalId) return refuse(AssessmentError.ProposalChanged);
  if (proposal.confirmedBy.includes(examinerId)) return refuse(AssessmentError.AlreadyDone);
  return withWords(state, component, [{ type: 'AgreementConfirmed', component, proposalId, examinerId }], context);
}

/** Why this examiner has no word about the component (any more), or null. */
function wordRefusal(state: AssessmentState, examinerId: string, component: string): Outcome | null {
  const { agreement } = state;
  const examinerIds = agreement?.components[component];
  if (agreement === undefined || examinerIds === undefined) return refuse(AssessmentError.NoAgreement);
  if (agreement.agreed[component] !== undefined) return refuse(AssessmentError.NoAgreement);
  return examinerIds.includes(examinerId) ? null : refuse(AssessmentError.NotInAgreement);
}

/** The last word settles the component, and the last component the assessment. */
function withWords(
  state: AssessmentState,
  component: string,
  events: readonly AgreementEvent[],
  context: AssessmentContext,
): Outcome {
  const after = fold(state, events, context.now);
  const { agreement } = after;
  const proposal = agreement?.proposals[component];
  if (agreement === undefined || proposal === undefined || wordsNeededFor(agreement, component).length > 0)
    return accept(...events);
  const agreed = {
    type: 'ComponentAgreed',
    component,
    how: agreement.policy === AgreementPolicy.Lead ? 'lead' : 'together',
    by: proposal.confirmedBy,
    scores: proposal.scores,
    justification: proposal.justification,
  } as const;
  const settled = fold(after, [agreed], context.now).agreement;
  if (settled === undefined || unsettledComponents(settled).length > 0) return accept(...events, agreed);
  return accept(...events, agreed, assessed(after, settled.agreed, context));
}

function fold(state: AssessmentState, events: readonly AgreementEvent[], now: string): AssessmentState {
  return events.reduce((folded, event) => evolveAgreement(folded, event, now), state);
}

function decideAbandon(
  state: AssessmentState,
  { examinerId, reason }: Extract<AgreementCommand, { type: 'abandonAgreement' }>,
  context: AssessmentContext,
): Outcome {
  const { agreement } = state;
  if (agreement === undefined) return refuse(AssessmentError.NoAgreement);
  if (examinerId !== null && !hasWord(agreement, examinerId)) return refuse(AssessmentError.NotInAgreement);
  const differences = findDifferences(state, context.exam, context.scheme);
  const agreed = { ...thirdSets(state, agreement.policy, differences), ...agreement.agreed };
  return accept({ type: 'AgreementAbandoned', examinerId, reason }, assessed(state, agreed, context));
}

function hasWord(agreement: AgreementState, examinerId: string): boolean {
  return Object.values(agreement.components).some((examinerIds) => examinerIds.includes(examinerId));
}

/** While a lead is asked for a word, naming another one asks that one instead. */
function decideNameLead(state: AssessmentState, examinerId: string, context: AssessmentContext): Outcome {
  const examiner = state.examiners[examinerId];
  if (!examiner) return refuse(AssessmentError.ExaminerUnknown);
  if (examiner.form === FormStatus.Withdrawn) return refuse(AssessmentError.FormWithdrawn);
  if (state.decision !== null) return refuse(AssessmentError.Final);
  if (state.leadId === examinerId) return refuse(AssessmentError.AlreadyDone);
  const named = { type: 'LeadNamed', examinerId } as const;
  const { agreement } = state;
  if (agreement?.policy !== AgreementPolicy.Lead) return accept(named);
  const after = { ...state, leadId: examinerId };
  const components = Object.fromEntries(
    Object.entries(agreement.components).map(([ref, asked]) => {
      const lead = leadOf(after, context.examinerKinds ?? {}, ref);
      return [ref, agreement.agreed[ref] !== undefined || lead === null ? asked : [lead]];
    }),
  );
  const isChanged = Object.entries(components).some(([ref, ids]) => ids.join() !== agreement.components[ref]?.join());
  if (!isChanged) return accept(named);
  return accept<AssessmentEvent>(named, { type: 'AgreementSought', policy: agreement.policy, components });
}
