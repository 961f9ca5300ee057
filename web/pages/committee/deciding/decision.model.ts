/** How the decision about one assessment stands, and what this member can do about it. Pure. */
import {
  AssessmentError,
  type AssessmentState,
  AssessmentStatus,
  standingScores,
} from '../../../../domain/assessment.ts';
import { deciderRefusal, decisionRefusal, isAsDecided, reopenRefusal } from '../../../../domain/deciding-decide.ts';
import { gradeAssessment } from '../../../../domain/grading.ts';
import type { TranslationKey } from '../../../../platform/i18n/index.ts';
import type { Dossier } from '../../../../prisma/repositories/committee-dossier.ts';
import type { DecisionFacts } from '../../../../prisma/repositories/deciding.ts';
import { paths } from '../../../paths.ts';
import { moment, type Wording } from '../../../wording.ts';
import { componentLabel, resultWords } from '../words.ts';

/** What this member does by deciding now. */
export const DecisionMode = {
  /** The decision itself. */
  Decide: 'decide',
  /** The first of two members. */
  Propose: 'propose',
  /** The second of two members. */
  Second: 'second',
} as const;
export type DecisionMode = (typeof DecisionMode)[keyof typeof DecisionMode];

export function decisionMode({ proposal }: AssessmentState, { policy }: DecisionFacts): DecisionMode {
  if (proposal !== undefined) return DecisionMode.Second;
  return policy.fourEyes.members === 2 ? DecisionMode.Propose : DecisionMode.Decide;
}

/** Why this very member may not decide; null when they may. */
export function ownRefusal(state: AssessmentState, { committee, memberId }: DecisionFacts): AssessmentError | null {
  const refusal = deciderRefusal(state, memberId, committee);
  if (refusal !== null) return refusal;
  return state.proposal?.proposedBy === memberId ? AssessmentError.DeciderProposed : null;
}

const REFUSALS: Readonly<Partial<Record<AssessmentError, TranslationKey>>> = {
  [AssessmentError.DeciderIsStudent]: 'deciding.refusal.DECIDER_IS_STUDENT',
  [AssessmentError.DeciderInitiated]: 'deciding.refusal.DECIDER_INITIATED',
  [AssessmentError.DeciderScored]: 'deciding.refusal.DECIDER_SCORED',
  [AssessmentError.DeciderProposed]: 'deciding.refusal.DECIDER_PROPOSED',
  [AssessmentError.DecisionDiffers]: 'deciding.refusal.DECISION_DIFFERS',
};

/** A refusal that is about who decides, as a sentence; null for any other code. */
export function refusalText({ translator }: Wording, code: string | null): string | null {
  const key = code === null ? undefined : REFUSALS[code as AssessmentError];
  return key === undefined ? null : translator.t(key);
}

/** Hidden field with the moment of the proposal, and with the version of the decision, that the member looked at. */
export const PROPOSED_AT = 'voorgesteld';
export const DECISION_VERSION = 'uitslagversie';

const FINALISE_LABELS: Readonly<Record<DecisionMode, TranslationKey>> = {
  [DecisionMode.Decide]: 'deciding.action.finalise',
  [DecisionMode.Propose]: 'deciding.action.propose',
  [DecisionMode.Second]: 'deciding.action.second',
};

/** For the partial `dossier-decision`. */
export function decisionModel(wording: Wording, dossier: Dossier, facts: DecisionFacts) {
  const { t } = wording.translator;
  const { state, id } = dossier;
  const isDecidable = decisionRefusal(state) === null;
  const refusal = isDecidable ? refusalText(wording, ownRefusal(state, facts)) : null;
  // Of an own proposal the card of the proposal says it.
  const isOwnProposal = state.proposal?.proposedBy === facts.memberId;
  const proposal = proposalModel(wording, dossier, facts);
  const reopened = reopenedModel(wording, dossier, facts);
  const publication = publicationModel(wording, dossier);
  const reopenHref = reopenRefusal(state) === null && mayDecide(state, facts) ? paths.reopenResult(id) : '';
  const refused = refusal !== null && !isOwnProposal ? refusal : '';
  return {
    isEmpty: refused === '' && !proposal && !reopened && !publication && reopenHref === '',
    finaliseHref: isDecidable && refusal === null ? paths.finalise(id) : '',
    finaliseLabel: t(FINALISE_LABELS[decisionMode(state, facts)]),
    refused,
    proposal,
    reopened,
    publication,
    reopenHref,
  };
}

function mayDecide(state: AssessmentState, { committee, memberId }: DecisionFacts): boolean {
  return deciderRefusal(state, memberId, committee) === null;
}

/** What is proposed and by whom; null when nothing is. */
export function proposalModel(wording: Wording, dossier: Dossier, facts: DecisionFacts) {
  const { t } = wording.translator;
  const { proposal } = dossier.state;
  if (proposal === undefined) return null;
  const name = facts.names.get(proposal.proposedBy) ?? '';
  const isOwn = proposal.proposedBy === facts.memberId;
  const mayTake = !isOwn && mayDecide(dossier.state, facts);
  return {
    title: isOwn ? t('deciding.proposal.titleOwn') : t('deciding.proposal.title', { name }),
    text: t(isOwn ? 'deciding.proposal.waitsOwn' : mayTake ? 'deciding.proposal.waitsYou' : 'deciding.proposal.waits'),
    facts: [
      { label: t('deciding.proposal.by'), value: name, detail: moment(wording, proposal.proposedAt) },
      { label: t('deciding.proposal.result'), value: proposedResult(wording, dossier), detail: '' },
      ...Object.entries(proposal.standing).map(([ref, contactId]) => ({
        label: t('deciding.proposal.standing'),
        value: t('deciding.proposal.standingValue', {
          component: componentLabel(wording, ref),
          name: dossier.examiners.find((examiner) => examiner.contactId === contactId)?.name ?? '',
        }),
        detail: '',
      })),
      {
        label: t('deciding.proposal.office'),
        value: facts.office?.label ?? '',
        detail: facts.office?.email ?? '',
      },
    ],
    takeHref: mayTake ? paths.finalise(dossier.id) : '',
    withdrawHref: paths.withdrawProposal(dossier.id),
  };
}

function proposedResult(wording: Wording, { state, exam, scheme }: Dossier): string {
  const graded = gradeAssessment(exam, state.unitCodes, scheme, standingScores(state, state.proposal?.standing ?? {}));
  return graded.ok ? resultWords(wording, graded.result.score, graded.result.gradeTenths) : '';
}

function reopenedModel(wording: Wording, dossier: Dossier, facts: DecisionFacts) {
  const { t } = wording.translator;
  const { state, id, texts } = dossier;
  const { reopened, decision } = state;
  if (reopened === undefined || decision === null) return null;
  return {
    title: t('deciding.reopen.title2'),
    text: t('deciding.reopen.text', {
      name: facts.names.get(reopened.by) ?? '',
      at: moment(wording, reopened.at),
      version: decision.version,
    }),
    reason: texts.get(reopened.reason.textId) ?? '',
    endHref: mayDecide(state, facts) && isAsDecided(state) ? paths.endReopening(id) : '',
  };
}

/** When the student sees it; null when there is no decision, or it is from before there was publication. */
export function publicationModel(wording: Wording, { id, state }: Dossier) {
  const { t } = wording.translator;
  const { decision, published, publishAt } = state;
  if (decision === null || (publishAt === undefined && published === undefined)) return null;
  if (published && published.version >= decision.version) {
    return {
      icon: 'eye',
      text: t('deciding.state.publishedAt', { at: moment(wording, published.at) }),
      publishHref: '',
    };
  }
  const before = published
    ? t('deciding.state.publishedBefore', { version: published.version, at: moment(wording, published.at) })
    : '';
  if (state.status !== AssessmentStatus.Final)
    return before === '' ? null : { icon: 'eye', text: before, publishHref: '' };
  const text =
    typeof publishAt === 'string'
      ? t('deciding.state.willBe', { at: moment(wording, publishAt) })
      : t('deciding.state.byHand');
  return {
    icon: 'eye-off',
    text: [before, text].filter(Boolean).join(' '),
    publishHref: paths.publishResults({ afname: id, terug: 'dossier' }),
  };
}

/** Hidden field with the version of the decision that the member looked at. */
export function versionFieldOf(assessmentId: string): string {
  return `${DECISION_VERSION}-${assessmentId}`;
}
