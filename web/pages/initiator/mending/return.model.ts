/** An examiner wants a finished form back: the question and its answer, for the initiator and for the committee. Pure. */
import type { AskState } from '../../../../domain/assessment.ts';
import { isPresent, MAX_REASON } from '../../../../domain/text.ts';
import { moment, type Wording } from '../../../wording.ts';
import { componentLabel, type FieldError, readReason } from '../words.ts';

export interface ReturnAnswerInput {
  /** Null: none was chosen. */
  readonly isGiven: boolean | null;
  /** Those to give back. */
  readonly components: readonly string[];
  /** As typed. */
  readonly reason: string;
}

const YES = 'ja';
const NO = 'nee';

/** @param read values of a posted form by name; the second reads a list */
export function readReturnAnswer(
  read: (name: string) => string,
  readAll: (name: string) => string[],
): ReturnAnswerInput {
  const choice = read('antwoord');
  return {
    isGiven: choice === YES ? true : choice === NO ? false : null,
    components: readAll('onderdelen'),
    reason: read('reason'),
  };
}

/** What is wrong, in the order of the page. */
export function checkReturnAnswer(wording: Wording, { isGiven, components, reason }: ReturnAnswerInput): FieldError[] {
  const { t } = wording.translator;
  if (isGiven === null) return [{ field: 'antwoord', message: t('returning.answer.errors.choice') }];
  const errors: FieldError[] = [];
  if (isGiven && components.length === 0)
    errors.push({ field: 'onderdelen', message: t('returning.answer.errors.components') });
  if (!isPresent(reason)) return isGiven ? errors : [{ field: 'reason', message: t('returning.answer.errors.reason') }];
  const read = readReason(wording, reason);
  return read.ok ? errors : [...errors, { field: 'reason', message: read.message }];
}

export interface ReturnAnswerPage {
  readonly crumbs: readonly { readonly href?: string; readonly label: string }[];
  readonly crumb: string;
  readonly name: string;
  readonly ask: AskState;
  /** What the examiner wrote; empty when it was erased. */
  readonly words: string;
  /** Those that may be given back. */
  readonly components: readonly string[];
  readonly action: string;
  readonly backHref: string;
}

/** The parts that the examiner named are ticked. */
export function firstReturnAnswer({
  ask,
  components,
}: Pick<ReturnAnswerPage, 'ask' | 'components'>): ReturnAnswerInput {
  return { isGiven: null, components: ask.components ?? components, reason: '' };
}

export function returnAnswerModel(
  wording: Wording,
  page: ReturnAnswerPage,
  input: ReturnAnswerInput,
  errors: readonly FieldError[],
) {
  const { t } = wording.translator;
  const { name, ask } = page;
  const choice = input.isGiven === null ? '' : input.isGiven ? YES : NO;
  return {
    ...page,
    title: t('returning.answer.title', { name }),
    facts: [
      {
        label: t('mending.parts'),
        value: (ask.components ?? page.components).map((ref) => componentLabel(wording, ref)).join(', '),
      },
      { label: t('returning.answer.askedAt'), value: moment(wording, ask.askedAt) },
    ],
    wordsTitle: t('returning.answer.words', { name }),
    choice,
    choices: [
      { value: YES, label: t('returning.answer.yes'), hint: t('returning.answer.yesHint', { name }) },
      { value: NO, label: t('returning.answer.no'), hint: t('returning.answer.noHint', { name }) },
    ],
    options: page.components.map((ref) => ({
      value: ref,
      label: componentLabel(wording, ref),
      isChecked: input.components.includes(ref),
    })),
    componentsHint: t('returning.answer.componentsHint', { name }),
    reason: input.reason,
    reasonHint: t('returning.answer.reasonHint', { name }),
    maxReason: MAX_REASON,
    errors,
  };
}
