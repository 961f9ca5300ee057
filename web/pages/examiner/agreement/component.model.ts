/** One component about which examiners differ, as one of them sees it. Pure. */
import { DifferenceKind } from '../../../../domain/agreement.ts';
import { wordsNeededFor } from '../../../../domain/agreement-queries.ts';
import type { ComponentKind } from '../../../../domain/exam.ts';
import {
  type FormComponent,
  type FormContent,
  type FormError,
  justificationFieldName,
  scoreFieldName,
} from '../../../../domain/form.ts';
import { JustificationPolicy } from '../../../../domain/justification.ts';
import type { Score } from '../../../../domain/score.ts';
import type { ExaminerForm } from '../../../../prisma/repositories/examiner.ts';
import type { AgreementComponent, OpenAgreement } from '../../../../prisma/repositories/examiner-agreement.ts';
import { listNames, moment, type Wording } from '../../../wording.ts';
import { type FieldMessage, fieldMessages, processTitle } from '../words.ts';

/** A proposal that was posted and not taken. */
export interface TypedProposal {
  /** Component ref. */
  readonly component: string;
  readonly content: FormContent;
  readonly errors: readonly FormError[];
}

export interface AgreementPage {
  /** What came back; null on a first look. */
  readonly typed: TypedProposal | null;
  /** The reason to give up, as typed, with what is wrong with it. */
  readonly reason: { readonly value: string; readonly error: string } | null;
  /** What happened while the examiner was looking; empty when nothing did. */
  readonly notice: string;
  /** What else is wrong; empty for nothing. */
  readonly problem: string;
  /** Makes each press of a button one command. */
  readonly nonce: string;
}

export interface SideModel {
  readonly name: string;
  readonly score: Score | '';
  readonly isYou: boolean;
}

export interface RowModel {
  /** Id and name of the radios. */
  readonly id: string;
  readonly number: number;
  readonly text: string;
  readonly explanation: string;
  readonly isDifferent: boolean;
  readonly sides: readonly SideModel[];
  /** Why the difference matters. */
  readonly flags: readonly { readonly text: string; readonly icon: string }[];
  /** Said of a difference that does not; empty for others. */
  readonly small: string;
  /** What is proposed or holds. */
  readonly decided: Score | '';
  /** What stands in the form. */
  readonly value: Score | '';
  readonly error: string | undefined;
}

/** One examiner looks at one search. */
export interface Looking {
  readonly wording: Wording;
  readonly form: Pick<ExaminerForm, 'formId' | 'contactId' | 'studentName'>;
  readonly agreement: OpenAgreement;
  readonly page: AgreementPage;
}

export function nameOf({ agreement, form, wording }: Looking, contactId: string): string {
  if (contactId === form.contactId) return wording.translator.t('agreement.who.you');
  return agreement.parties.find((party) => party.contactId === contactId)?.name ?? '';
}

/** As {@link nameOf}, within a sentence. */
export function nameIn(looking: Looking, contactId: string): string {
  const name = nameOf(looking, contactId);
  return contactId === looking.form.contactId ? name.toLowerCase() : name;
}

/** How a component stands for this examiner. */
type Stage = 'propose' | 'answer' | 'wait' | 'watch' | 'settled' | 'committee';

export function stageOf({ agreement, form }: Looking, { agreed, proposal, deciders }: AgreementComponent): Stage {
  if (agreed !== null) return 'settled';
  if (agreement.kind !== 'running') return 'committee';
  if (!deciders.includes(form.contactId)) return 'watch';
  if (proposal === null) return 'propose';
  return proposal.confirmedBy.includes(form.contactId) ? 'wait' : 'answer';
}

export function componentModel(looking: Looking, component: FormComponent, found: AgreementComponent) {
  const { wording, page } = looking;
  const { t } = wording.translator;
  const stage = stageOf(looking, found);
  const typed =
    page.typed?.component === component.ref && page.typed !== null && takesProposal(stage) ? page.typed : null;
  const definition = { components: [component], policy: looking.agreement.definition.policy };
  const messages = typed ? fieldMessages(wording, definition, typed.errors) : [];
  const rows = component.criteria.map((criterion, index) =>
    rowModel(looking, { criterion, index, found, typed, messages }),
  );
  const [differing, same] = [rows.filter(({ isDifferent }) => isDifferent), rows.filter((row) => !row.isDifferent)];
  return {
    id: `component-${component.ref.replaceAll('/', '-')}`,
    ref: component.ref,
    kind: component.kind satisfies ComponentKind,
    text: processTitle(wording, component.workProcess),
    pill: pillModel(looking, found, stage),
    // What a single criterion says already is not said twice.
    flags: found.kinds
      .filter((kind) => kind === DifferenceKind.Result)
      .map((kind) => ({ text: t(`agreement.kind.${kind}`), icon: KIND_ICONS[kind] })),
    differing,
    same,
    sameTitle: t('agreement.same', { count: same.length }),
    justifications: found.sets.map(({ contactId, justification }) => ({
      label:
        contactId === looking.form.contactId
          ? t('agreement.justificationYours')
          : t('agreement.justificationOf', { name: nameOf(looking, contactId) }),
      text: justification,
    })),
    decidedLabel: t(stage === 'settled' ? 'agreement.agreed.score' : 'agreement.form.proposed'),
    agreed: agreedModel(looking, found),
    proposal: stage === 'settled' || stage === 'committee' ? null : proposalModel(looking, found),
    needsProposal: stage === 'propose' && !isAlone(found),
    confirm: stage === 'answer' && found.proposal ? { proposalId: found.proposal.proposalId } : null,
    /** The form stands among what each gave; folded below it once there is a proposal. */
    isInline: stage === 'propose',
    form: takesProposal(stage) ? proposalForm(looking, { component, found, stage, typed, messages }) : null,
    errors: messages,
  };
}

export function takesProposal(stage: Stage): boolean {
  return stage === 'propose' || stage === 'answer' || stage === 'wait';
}

/** Whoever decides alone proposes nothing. */
function isAlone({ deciders }: AgreementComponent): boolean {
  return deciders.length === 1;
}

const KIND_ICONS: Readonly<Record<DifferenceKind, string>> = {
  [DifferenceKind.Pass]: 'triangle-alert',
  [DifferenceKind.TwoSteps]: 'chevrons-up-down',
  [DifferenceKind.Result]: 'graduation-cap',
};

function pillModel(looking: Looking, found: AgreementComponent, stage: Stage) {
  const { t } = looking.wording.translator;
  switch (stage) {
    case 'propose':
    case 'answer':
      return { text: t('agreement.turn.yours'), tone: 'attention', icon: 'flag' };
    case 'wait':
    case 'watch':
      return {
        text: t('agreement.turn.others', { names: namesNeeded(looking, found) }),
        tone: 'info',
        icon: 'hourglass',
      };
    case 'settled': {
      const isTogether = found.agreed?.how === 'together';
      return { text: t(isTogether ? 'agreement.turn.settled' : 'agreement.turn.decided'), tone: 'ok', icon: 'check' };
    }
    case 'committee':
      return { text: t('agreement.turn.committee'), tone: 'info', icon: 'scale' };
  }
}

function namesNeeded(looking: Looking, { ref, deciders, proposal }: AgreementComponent): string {
  const needed = wordsNeededFor(
    {
      policy: looking.agreement.policy,
      since: looking.agreement.since,
      components: { [ref]: deciders },
      proposals: proposal ? { [ref]: { ...proposal, justification: null } } : {},
      agreed: {},
    },
    ref,
  );
  return listNames(
    looking.wording,
    needed.map((id) => nameIn(looking, id)),
  );
}

interface RowFacts {
  readonly criterion: FormComponent['criteria'][number];
  readonly index: number;
  readonly found: AgreementComponent;
  readonly typed: TypedProposal | null;
  readonly messages: readonly FieldMessage[];
}

function rowModel(looking: Looking, { criterion, index, found, typed, messages }: RowFacts): RowModel {
  const { t } = looking.wording.translator;
  const { ref, text, explanation = '' } = criterion;
  const sides = found.sets.map(({ contactId, scores }) => ({
    name: nameOf(looking, contactId),
    score: scores[ref] ?? ('' as const),
    isYou: contactId === looking.form.contactId,
  }));
  const kinds = found.criteria[ref];
  const isDifferent = kinds !== undefined;
  const id = scoreFieldName(ref);
  const proposed = found.proposal?.scores[ref];
  return {
    id,
    number: index + 1,
    text,
    explanation,
    isDifferent,
    sides,
    flags: (kinds ?? []).map((kind) => ({ text: t(`agreement.kind.${kind}`), icon: KIND_ICONS[kind] })),
    small: kinds?.length === 0 ? t('agreement.small') : '',
    decided: found.agreed?.scores[ref] ?? proposed ?? '',
    // Where they differ nothing is chosen for them.
    value: (typed ? typed.content.scores[ref] : (proposed ?? (isDifferent ? undefined : sides[0]?.score))) ?? '',
    error: messages.find(({ field }) => field === id)?.message,
  };
}

function agreedModel(looking: Looking, { agreed }: AgreementComponent) {
  if (agreed === null) return null;
  const names = listNames(
    looking.wording,
    agreed.by.map((id) => nameIn(looking, id)),
  );
  return {
    title: looking.wording.translator.t(`agreement.agreed.${agreed.how}`, { names }),
    justification: agreed.justification,
  };
}

function proposalModel(looking: Looking, { proposal, deciders }: AgreementComponent) {
  if (proposal === null) return null;
  const { wording, form } = looking;
  const { t } = wording.translator;
  const isYours = proposal.by === form.contactId;
  return {
    title: isYours ? t('agreement.proposal.yours') : t('agreement.proposal.of', { name: nameOf(looking, proposal.by) }),
    at: t('agreement.proposal.at', { at: moment(wording, proposal.at) }),
    justification: proposal.justification,
    words: deciders.map((id) => {
      const isDone = proposal.confirmedBy.includes(id);
      const key = isDone ? 'confirmed' : 'notYet';
      const text =
        id === form.contactId
          ? t(`agreement.proposal.${key}You`)
          : t(`agreement.proposal.${key}`, { name: nameOf(looking, id) });
      return { text, isDone, icon: isDone ? 'check' : 'hourglass' };
    }),
  };
}

function proposalForm(
  { wording, agreement }: Looking,
  {
    component,
    found,
    stage,
    typed,
    messages,
  }: {
    component: FormComponent;
    found: AgreementComponent;
    stage: Stage;
    typed: TypedProposal | null;
    messages: readonly FieldMessage[];
  },
) {
  const { t } = wording.translator;
  const { policy } = agreement.definition;
  const field = justificationFieldName(component.ref);
  const hint = t('agreement.form.justificationHint');
  const isLead = isAlone(found);
  return {
    isOpen: typed !== null,
    summary: t(stage === 'answer' ? 'agreement.form.other' : 'agreement.form.change'),
    isSameOpen: messages.length > 0,
    proposalId: found.proposal?.proposalId ?? '',
    submit: t(isLead ? 'agreement.form.submitLead' : 'agreement.form.submit'),
    justification: {
      id: field,
      value: typed ? (typed.content.justifications[component.ref] ?? '') : (found.proposal?.justification ?? ''),
      hint: hintOf(),
      isOptional: policy === JustificationPolicy.None,
      error: messages.find((message) => message.field === field)?.message,
    },
  };

  function hintOf(): string {
    if (policy === JustificationPolicy.None) return hint;
    return `${hint} ${t(policy === JustificationPolicy.All ? 'examiner.form.requiredAlways' : 'examiner.form.requiredWhen')}`;
  }
}
