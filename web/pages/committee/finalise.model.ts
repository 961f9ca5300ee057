/** What the pages of the decision show. Pure. */
import {
  AskKind,
  type AssessmentState,
  AssessmentStatus,
  FormStatus,
  finishedExaminersOf,
  openExaminers,
  standingScores,
} from '../../../domain/assessment.ts';
import { PublicationMoment } from '../../../domain/deciding.ts';
import { gradeAssessment } from '../../../domain/grading.ts';
import type { AssessmentResult } from '../../../domain/result.ts';
import type { Dossier } from '../../../prisma/repositories/committee-dossier.ts';
import { describeUnits } from '../../../prisma/repositories/committee-dossier.ts';
import type { DecisionFacts } from '../../../prisma/repositories/deciding.ts';
import { paths } from '../../paths.ts';
import { moment, type Wording } from '../../wording.ts';
import { agreedFacts, blockedByAgreement } from './agreement.model.ts';
import { DecisionMode, decisionMode, ownRefusal, refusalText } from './deciding/decision.model.ts';
import { dossierLead } from './dossier.model.ts';
import { marksModel } from './editing/marks.model.ts';
import { type OfficeInput, type OfficeOptions, officeModel } from './office-choice.ts';
import { scoresModel } from './scores.model.ts';
import { countScores, type FieldError } from './send-back.ts';
import { componentLabel, listNames, resultWords, studentMeta } from './words.ts';

/** Component ref → contact id. */
export type Standing = Readonly<Record<string, string>>;

/** Field of the choice at a component: `scores-B1-K1-W1-behaviour`. */
export function standingField(ref: string): string {
  return `scores-${ref.replaceAll('/', '-')}`;
}

/** The valid choices among the given fields, for components where examiners differ. */
export function readStanding(state: AssessmentState, read: (field: string) => string | undefined): Standing {
  return Object.fromEntries(
    state.disagreements.flatMap((ref) => {
      const chosen = read(standingField(ref));
      return chosen !== undefined && finishedExaminersOf(state, ref).includes(chosen) ? [[ref, chosen]] : [];
    }),
  );
}

/** Why this member can decide nothing now, as a sentence; null when a decision can be taken. */
export function blockedText(wording: Wording, dossier: Dossier, facts: DecisionFacts): string | null {
  return blockedForAll(wording, dossier) ?? refusalText(wording, ownRefusal(dossier.state, facts));
}

/** Why nobody can decide now. */
function blockedForAll(wording: Wording, dossier: Dossier): string | null {
  const { t } = wording.translator;
  const { state, examiners } = dossier;
  const namesOf = (ids: readonly string[]) =>
    listNames(
      wording,
      examiners.filter(({ contactId }) => ids.includes(contactId)).map(({ name }) => name),
    );
  if (state.status === AssessmentStatus.Final) {
    const at = moment(wording, state.decision?.decidedAt ?? state.statusSince);
    return t('committee.blocked.final', { name: dossier.decidedBy, at });
  }
  if (state.status === AssessmentStatus.Cancelled) return t('committee.blocked.cancelled');
  if (state.status !== AssessmentStatus.Assessed) {
    const agreeing = blockedByAgreement(wording, dossier);
    if (agreeing !== null) return agreeing;
    const open = openExaminers(state);
    return open.length > 0 ? t('committee.blocked.busy', { names: namesOf(open) }) : t('committee.blocked.uncovered');
  }
  const disputed = Object.entries(state.examiners).filter(([, examiner]) => examiner.disputedAt !== null);
  if (disputed.length > 0) return t('committee.blocked.disputed', { names: namesOf(disputed.map(([id]) => id)) });
  const asking = Object.keys(state.examiners).filter((id) => state.examiners[id]?.ask?.kind === AskKind.Return);
  return asking.length > 0 ? t('committee.blocked.returnAsked', { names: namesOf(asking) }) : null;
}

export function blockedModel(wording: Wording, dossier: Dossier, text: string) {
  return {
    crumbs: crumbsOf(wording, dossier),
    crumb: dossierLead(wording, dossier),
    text,
    backHref: paths.dossier(dossier.id),
  };
}

function crumbsOf({ translator }: Wording, dossier: Dossier) {
  return [
    { href: paths.backToQueue(), label: translator.t('committee.title') },
    { href: paths.dossier(dossier.id), label: dossier.student.name },
    { label: translator.t('committee.finalise.title') },
  ];
}

/** The page that asks whose scores stand. */
export function standingModel(wording: Wording, dossier: Dossier, standing: Standing, isChecked: boolean) {
  const { t } = wording.translator;
  const { disagreements } = dossier.state;
  const components = scoresModel(wording, dossier).flatMap(({ workProcesses }) =>
    workProcesses.flatMap((each) => each.components),
  );
  const errors: FieldError[] = isChecked
    ? disagreements
        .filter((ref) => standing[ref] === undefined)
        .map((ref) => ({
          field: standingField(ref),
          message: t('committee.standing.required', { component: componentLabel(wording, ref) }),
        }))
    : [];
  return {
    crumbs: crumbsOf(wording, dossier),
    crumb: dossierLead(wording, dossier),
    lead: t('committee.standing.lead', { count: disagreements.length }),
    action: paths.finalise(dossier.id),
    backHref: paths.dossier(dossier.id),
    errors,
    choices: disagreements.map((ref) => {
      const component = components.find((each) => each.ref === ref);
      return {
        id: standingField(ref),
        legend: t('committee.standing.legend', { component: componentLabel(wording, ref) }),
        selected: standing[ref] ?? '',
        options: optionsOf(wording, dossier, ref),
        examiners: component?.examiners ?? [],
        different: component?.criteria.filter((criterion) => criterion.isDifferent) ?? [],
        justifications: component?.justifications ?? [],
      };
    }),
  };
}

function optionsOf({ translator }: Wording, dossier: Dossier, ref: string) {
  const { t } = translator;
  const { points } = dossier.scheme;
  const finished = finishedExaminersOf(dossier.state, ref);
  const examiners = dossier.examiners.filter(({ contactId }) => finished.includes(contactId));
  return examiners.map((examiner) => {
    const counts = countScores(dossier, examiner, ref);
    const total = counts.o + counts.v + counts.g;
    return {
      value: examiner.contactId,
      label: t('committee.standing.option', { name: examiner.name }),
      hint: t('committee.standing.optionHint', {
        scores: t('committee.sendBack.scores', counts),
        points: counts.o * points.O + counts.v * points.V + counts.g * points.G,
        max: total * points.G,
      }),
    };
  });
}

/** The result that the decision would have; null while a choice is missing. */
export function previewResult({ state, exam, scheme }: Dossier, standing: Standing): AssessmentResult | null {
  if (state.disagreements.some((ref) => standing[ref] === undefined)) return null;
  const graded = gradeAssessment(exam, state.unitCodes, scheme, standingScores(state, standing));
  return graded.ok ? graded.result : null;
}

export interface FinaliseInput {
  readonly standing: Standing;
  readonly office: OfficeInput;
  readonly nonce: string;
  readonly errors: readonly FieldError[];
  /** What happened while the member was looking. */
  readonly changes: readonly string[];
}

/** What happens after the button, in order. */
function stepsOf({ translator, ...rest }: Wording, { state }: Dossier, facts: DecisionFacts): string[] {
  const { t } = translator;
  if (decisionMode(state, facts) === DecisionMode.Propose)
    return [
      t('deciding.finalise.step.propose'),
      t('deciding.finalise.step.withdraw'),
      t('deciding.finalise.step.document'),
    ];
  const before = state.decision?.version;
  return [
    t('committee.finalise.steps.decide'),
    ...(before === undefined ? [] : [t('deciding.finalise.step.replaces', { version: before + 1, before })]),
    t('committee.finalise.steps.pdf'),
    t('committee.finalise.steps.mail'),
    publicationStep({ translator, ...rest }, state, facts),
    t('committee.finalise.steps.closed'),
  ];
}

function publicationStep(
  wording: Wording,
  { published }: AssessmentState,
  { policy, committee }: DecisionFacts,
): string {
  const { t } = wording.translator;
  if (published !== undefined) return t('deciding.finalise.step.publishAgain');
  if (committee.publishAt === null) return t('deciding.finalise.step.publishByHand');
  return policy.publication.when === PublicationMoment.AtOnce
    ? t('deciding.finalise.step.publishNow')
    : t('deciding.finalise.step.publishAt', { at: moment(wording, committee.publishAt) });
}

/** The page that asks for the decision, or for the proposal of it. */
export function finaliseModel(
  wording: Wording,
  dossier: Dossier,
  result: AssessmentResult,
  facts: DecisionFacts,
  offices: OfficeOptions,
  input: FinaliseInput,
) {
  const { t } = wording.translator;
  const chosen = Object.entries(input.standing);
  const mode = decisionMode(dossier.state, facts);
  const isSecond = mode === DecisionMode.Second;
  const proposer = facts.names.get(dossier.state.proposal?.proposedBy ?? '') ?? '';
  return {
    title: t(`deciding.finalise.title.${mode}`),
    heading: t(`deciding.finalise.heading.${mode}`, { name: proposer }),
    submit: t(`deciding.finalise.submit.${mode}`),
    submitIcon: mode === DecisionMode.Propose ? 'user-round-check' : 'badge-check',
    steps: stepsOf(wording, dossier, facts),
    // The second member takes exactly what was proposed.
    proposedOffice: isSecond
      ? t('deciding.finalise.officeOf', {
          label: facts.office?.label ?? '',
          email: facts.office?.email ?? '',
          name: proposer,
        })
      : '',
    marks: marksModel(wording, dossier),
    withdrawHref: isSecond ? paths.withdrawProposal(dossier.id) : '',
    crumbs: crumbsOf(wording, dossier),
    crumb: dossierLead(wording, dossier),
    action: paths.finalise(dossier.id),
    backHref: paths.dossier(dossier.id),
    changeHref:
      chosen.length > 0 && !isSecond
        ? paths.finalise(dossier.id, { wijzig: '1', ...standingQuery(input.standing) })
        : '',
    score: result.score,
    gradeTenths: result.gradeTenths,
    resultText: resultWords(wording, result.score, result.gradeTenths),
    passed: t(result.passed ? 'committee.finalise.facts.passed' : 'committee.finalise.facts.failed'),
    facts: [
      {
        label: t('committee.finalise.facts.student'),
        value: dossier.student.name,
        detail: studentMeta(wording, dossier.student),
      },
      {
        label: t('committee.finalise.facts.exam'),
        value: describeUnits(dossier.exam, dossier.state.unitCodes),
        detail: t('committee.finalise.facts.attemptValue', { attempt: dossier.attempt }),
      },
      {
        label: t('committee.finalise.facts.points'),
        value: t('committee.dossier.result.pointsOf', { points: result.points, max: result.maxPoints }),
        detail: t('committee.dossier.result.schemeValue', {
          label: dossier.scheme.label,
          version: result.scheme.version,
        }),
      },
      {
        label: t('committee.finalise.facts.examiners'),
        value: listNames(
          wording,
          dossier.examiners.filter(({ state }) => state?.form === FormStatus.Finished).map(({ name }) => name),
        ),
        detail: '',
      },
      ...agreedFacts(wording, dossier),
      ...chosen.map(([ref, contactId]) => ({
        label: componentLabel(wording, ref),
        value: t('committee.finalise.chosenValue', {
          name: dossier.examiners.find((examiner) => examiner.contactId === contactId)?.name ?? '',
        }),
        detail: '',
      })),
    ],
    office: officeModel(wording, offices, input.office),
    version: String(dossier.version),
    nonce: input.nonce,
    hidden: chosen.map(([ref, contactId]) => ({ name: standingField(ref), value: contactId })),
    errors: input.errors,
    changes: input.changes,
  };
}

/** The choices as query parameters: ids only. */
export function standingQuery(standing: Standing): Record<string, string> {
  return Object.fromEntries(Object.entries(standing).map(([ref, contactId]) => [standingField(ref), contactId]));
}
