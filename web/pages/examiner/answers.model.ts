/** Answers to look at: the check page, a finished form, what was typed on a form that no longer takes anything. */
import type { ComponentKind } from '../../../domain/exam.ts';
import type { FormComponent, FormContent, FormDefinition } from '../../../domain/form.ts';
import type { Score } from '../../../domain/score.ts';
import { isPresent } from '../../../domain/text.ts';
import { once } from '../../memo.ts';
import type { EvidenceItem } from './evidence/evidence.model.ts';

export interface Answer {
  readonly number: number;
  readonly text: string;
  /** Empty: not filled in. */
  readonly score: Score | '';
}

export interface AnswerCard {
  readonly kind: ComponentKind;
  readonly answers: readonly Answer[];
  /** Empty: nothing was written. */
  readonly justification: string;
  /** Where it is changed; empty: it cannot be. */
  readonly href: string;
  readonly evidence: readonly EvidenceItem[];
}

/** The cards of one work process. */
export interface AnswerGroup {
  readonly code: string;
  readonly title: string;
  readonly cards: readonly AnswerCard[];
}

/**
 * All answers in the order of the form.
 * @param hrefOf where a component is changed; none by default
 * @param evidenceOf photos and PDFs of a component; none by default
 */
export function answerGroups(
  definition: FormDefinition,
  content: FormContent,
  hrefOf: (component: FormComponent) => string = () => '',
  evidenceOf: (component: FormComponent) => readonly EvidenceItem[] = () => [],
): AnswerGroup[] {
  return groupByProcess(definition.components).map(({ workProcess, components }) => ({
    ...workProcess,
    cards: components.map((component) => answerCard(component, content, hrefOf(component), evidenceOf(component))),
  }));
}

export function answerCard(
  component: FormComponent,
  content: FormContent,
  href = '',
  evidence: readonly EvidenceItem[] = [],
): AnswerCard {
  return {
    kind: component.kind,
    answers: component.criteria.map(({ ref, text }, index) => ({
      number: index + 1,
      text,
      score: content.scores[ref] ?? '',
    })),
    justification: content.justifications[component.ref] ?? '',
    href,
    evidence,
  };
}

/** Components that belong to one work process. */
export interface ProcessGroup {
  readonly workProcess: FormComponent['workProcess'];
  readonly components: readonly FormComponent[];
}

/** Components by work process, in the order of the form. */
export const groupByProcess = once((components: readonly FormComponent[]): readonly ProcessGroup[] =>
  [...Map.groupBy(components, ({ workProcess }) => workProcess.code).values()].flatMap((ofProcess) => {
    const [first] = ofProcess;
    return first ? [{ workProcess: first.workProcess, components: ofProcess }] : [];
  }),
);

/** Whether there is anything to show. */
export function hasAnswers(content: FormContent): boolean {
  return Object.keys(content.scores).length > 0 || Object.values(content.justifications).some(isPresent);
}
