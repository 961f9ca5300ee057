/** Scores and justifications of a dossier, examiners side by side. Pure. */
import { DifferenceKind } from '../../../domain/agreement.ts';
import type { ComponentDifference } from '../../../domain/agreement-queries.ts';
import { type AssessmentState, FormStatus } from '../../../domain/assessment.ts';
import type { Component, ComponentKind, Criterion } from '../../../domain/exam.ts';
import { findUnit } from '../../../domain/exam-structure.ts';
import type { PartResult } from '../../../domain/result.ts';
import { Score } from '../../../domain/score.ts';
import type { Dossier, DossierExaminer } from '../../../prisma/repositories/committee-dossier.ts';
import type { Wording } from '../../wording.ts';
import {
  agreedOf,
  criterionKinds,
  differencesOf,
  kindFlags,
  type OutcomeModel,
  openProposal,
  outcomeModel,
} from './agreement.model.ts';
import { type EditActions, type EditMode, editActions, NOT_EDITING } from './editing/edit-mode.model.ts';
import { componentMarks } from './editing/marks.model.ts';
import { type EvidenceOfExaminer, evidenceOf } from './evidence.model.ts';
import { componentReturnWords } from './return-words.ts';
import { componentLabel, type FlagModel, listNames } from './words.ts';

export interface CriterionModel {
  readonly number: number;
  readonly text: string;
  readonly isDifferent: boolean;
  /** Why the difference matters; nothing for one that does not. */
  readonly flags: readonly FlagModel[];
  /** What was agreed on, or is proposed; empty for nothing. */
  readonly decided: Score | '';
  readonly scores: readonly { readonly name: string; readonly score: string }[];
}

export interface ComponentModel {
  readonly ref: string;
  /** For links to it. */
  readonly anchor: string;
  readonly kind: ComponentKind;
  readonly label: string;
  readonly insufficient: string;
  readonly isDifferent: boolean;
  /** Why the differences matter for the whole. */
  readonly flags: readonly FlagModel[];
  /** What stands out in what was written; it helps to look and decides nothing. */
  readonly marks: readonly FlagModel[];
  /** How it came to one set of scores; null when it did not, or as long as the committee must say. */
  readonly outcome: OutcomeModel | null;
  /** What examiners propose to each other. */
  readonly proposal: OutcomeModel | null;
  /** Above the scores that were agreed on or are proposed; empty when there are none. */
  readonly decidedLabel: string;
  /** What there is to wait for; empty when somebody scored it. */
  readonly waiting: string;
  readonly examiners: readonly { readonly name: string; readonly stands: boolean }[];
  readonly criteria: readonly CriterionModel[];
  readonly justifications: readonly { readonly label: string; readonly text: string }[];
  readonly evidence: readonly EvidenceOfExaminer[];
  readonly returns: readonly { readonly label: string; readonly text: string; readonly isOpen: string }[];
  /** What can be done about it; nothing while the switch "Bewerken" is off. */
  readonly actions: readonly EditActions[];
}

export interface WorkProcessModel {
  readonly code: string;
  readonly title: string;
  readonly result: PartModel | null;
  readonly components: readonly ComponentModel[];
}

export interface PartModel {
  readonly score: Score;
  readonly points: string;
}

export interface CoreTaskModel {
  readonly code: string;
  readonly title: string;
  readonly result: PartModel | null;
  readonly workProcesses: readonly WorkProcessModel[];
}

/** Core tasks of the assessed units, in the order of the exam. */
export function scoresModel(wording: Wording, dossier: Dossier, editing: EditMode = NOT_EDITING): CoreTaskModel[] {
  const { state, exam } = dossier;
  const units = state.unitCodes.flatMap((code) => findUnit(exam, code) ?? []);
  const differences = differencesOf(dossier);
  return units.flatMap((unit) =>
    unit.coreTasks.map((coreTask) => ({
      code: coreTask.code,
      title: coreTask.title,
      result: partModel(wording, state.result?.coreTasks, coreTask.code),
      workProcesses: coreTask.workProcesses.map((workProcess) => ({
        code: workProcess.code,
        title: workProcess.title,
        result: partModel(wording, state.result?.workProcesses, workProcess.code),
        components: workProcess.components.map((component) =>
          componentModel(wording, dossier, component, differences, editing),
        ),
      })),
    })),
  );
}

function partModel({ translator }: Wording, parts: readonly PartResult[] | undefined, code: string): PartModel | null {
  const part = parts?.find((each) => each.code === code);
  if (!part) return null;
  const { score, points, maxPoints: max } = part;
  return { score, points: translator.t('committee.dossier.result.pointsOf', { points, max }) };
}

/** Examiners whose finished scores of a component can be shown: also those of a form that was sent back. */
export function scorersOf(dossier: Pick<Dossier, 'examiners'>, ref: string): DossierExaminer[] {
  return dossier.examiners.filter(
    ({ state, submission, components }) =>
      state !== null && state.form !== FormStatus.Withdrawn && submission !== null && components.includes(ref),
  );
}

function componentModel(
  wording: Wording,
  dossier: Dossier,
  component: Component,
  differences: readonly ComponentDifference[],
  editing: EditMode,
): ComponentModel {
  const { translator } = wording;
  const scorers = scorersOf(dossier, component.ref);
  const criteria = criteriaAsScored(component, scorers);
  const difference = differences.find((each) => each.component === component.ref);
  const proposal = openProposal(wording, dossier, component.ref);
  const decided = agreedOf(dossier, component.ref)?.scores ?? proposal?.scores ?? {};
  const rows = criteria.map((criterion, index) => ({
    ...criterionModel(criterion, index, scorers),
    flags: kindFlags(wording, criterionKinds(difference, criterion.ref)),
    decided: decided[criterion.ref] ?? ('' as const),
  }));
  return {
    ref: component.ref,
    anchor: component.ref.replaceAll('/', '-'),
    kind: component.kind,
    label: componentLabel(wording, component.ref),
    insufficient: insufficientText(wording, rows, agreedOf(dossier, component.ref) !== undefined),
    isDifferent: rows.some((row) => row.isDifferent),
    // What a single criterion says already is not said twice.
    flags: kindFlags(wording, difference?.kinds.filter((kind) => kind === DifferenceKind.Result) ?? []),
    marks: componentMarks(wording, dossier, component.ref),
    outcome: outcomeModel(wording, dossier, component.ref),
    proposal,
    decidedLabel: rows.every((row) => row.decided === '')
      ? ''
      : translator.t(proposal ? 'agreement.form.proposed' : 'agreement.committee.agreedScore'),
    waiting: scorers.length > 0 ? '' : waitingText(wording, dossier, component.ref),
    examiners: scorers.map(({ name, contactId }) => ({
      name,
      stands: dossier.state.decision?.standing[component.ref] === contactId,
    })),
    criteria: rows,
    justifications: scorers.map((scorer) => ({
      label: justificationLabel(wording, scorer, component.ref),
      text: scorer.submission?.content.justifications[component.ref] ?? '',
    })),
    evidence: evidenceOf(wording, dossier.id, component.ref, scorers),
    returns: returnsOf(wording, dossier, component.ref),
    actions: editActions(wording, dossier, scorers, component.ref, editing),
  };
}

/** Whose words these are: the examiner's, or the committee's in part since a correction of this very text. */
function justificationLabel({ translator: { t } }: Wording, { name, versions }: DossierExaminer, ref: string): string {
  const own = versions.findLastIndex(({ editor }) => editor === null);
  const correction = versions.findLast(
    ({ content }, index) =>
      index > own && content.justifications[ref] !== versions[index - 1]?.content.justifications[ref],
  );
  return correction?.editor
    ? t('editing.mode.justificationCorrected', { name, editor: correction.editor.name })
    : t('committee.dossier.scores.justification', { name });
}

/** The texts that were scored; those of the exam as long as nobody did. */
function criteriaAsScored(component: Component, scorers: readonly DossierExaminer[]): readonly Criterion[] {
  const scored = scorers[0]?.submission?.definition.components.find((each) => each.ref === component.ref);
  return scored?.criteria ?? component.criteria;
}

function criterionModel(criterion: Criterion, index: number, scorers: readonly DossierExaminer[]) {
  const scores = scorers.map(({ name, state }) => ({ name, score: state?.scores[criterion.ref] ?? '' }));
  return {
    number: index + 1,
    text: criterion.text,
    isDifferent: new Set(scores.map(({ score }) => score)).size > 1,
    scores,
  };
}

/** @param isSettled what was agreed on counts, and no longer what each gave */
function insufficientText(
  { translator }: Wording,
  rows: readonly Pick<CriterionModel, 'scores' | 'decided'>[],
  isSettled: boolean,
): string {
  const isO = ({ scores, decided }: Pick<CriterionModel, 'scores' | 'decided'>) =>
    isSettled ? decided === Score.O : scores.some(({ score }) => score === Score.O);
  const count = rows.filter(isO).length;
  return count === 0 ? '' : translator.t('committee.dossier.scores.insufficient', { count });
}

function waitingText(wording: Wording, { examiners }: Dossier, ref: string): string {
  const busy = examiners.filter(
    ({ state, components }) => components.includes(ref) && state !== null && state.form !== FormStatus.Withdrawn,
  );
  const { t } = wording.translator;
  if (busy.length > 0) {
    const names = listNames(
      wording,
      busy.map(({ name }) => name),
    );
    return t('committee.dossier.scores.waitingFor', { names });
  }
  const isChosen = examiners.some(({ state, components }) => state === null && components.includes(ref));
  return t(isChosen ? 'committee.dossier.scores.waiting' : 'committee.dossier.scores.uncovered');
}

function returnsOf({ translator }: Wording, { events, texts, state }: Dossier, ref: string): ComponentModel['returns'] {
  return events.flatMap(({ content, actorName, aboutName }, index) => {
    if (content.type !== 'FormReturned' || !content.components.includes(ref)) return [];
    if (isTakenBack(events.slice(index + 1), content.examinerId)) return [];
    const isOpen = isReopened(state, content.examinerId, ref);
    return {
      label: translator.t('committee.dossier.scores.returnedWhy', { by: actorName }),
      text: componentReturnWords(content, texts, ref),
      isOpen: isOpen ? translator.t('committee.dossier.scores.reopened', { name: aboutName }) : '',
    };
  });
}

/** Whether the first thing that happened to the form after it was sent back is that this was undone; the timeline tells of both. */
function isTakenBack(later: Dossier['events'], examinerId: string): boolean {
  const next = later.find(
    ({ content }) =>
      (content.type === 'ReturnTakenBack' || content.type === 'FormFinished') && content.examinerId === examinerId,
  );
  return next?.content.type === 'ReturnTakenBack';
}

function isReopened(state: AssessmentState, examinerId: string, ref: string): boolean {
  const examiner = state.examiners[examinerId];
  return examiner?.form === FormStatus.Returned && examiner.reopened.includes(ref);
}
