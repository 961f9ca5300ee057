/** What an examiner asks, and what the initiator may answer. Pure. */
import { AskKind, type AskState, DeclineReason } from '../../../../domain/assessment.ts';
import type { ConflictOverride } from '../../../../prisma/commands/replacing.ts';
import type { ContactRow, Sibling } from '../../../../prisma/repositories/initiator.ts';
import type { Found } from '../../../../prisma/repositories/initiator-catalogue.ts';
import { whyInWords } from '../../../asked-words.ts';
import { paths } from '../../../paths.ts';
import { listNames, moment, type Wording } from '../../../wording.ts';
import { coveredOnlyBy } from '../following/assessment.model.ts';
import { componentLabel, examTitle, type FieldError } from '../words.ts';
import { conflictsModel } from './conflict.ts';
import { type PersonInput, personModel } from './person.ts';
import type { Subject } from './subject.ts';

export const Choice = { Proposed: 'voorstel', Other: 'ander', Nobody: 'niemand', No: 'nee' } as const;
export type Choice = (typeof Choice)[keyof typeof Choice];

export interface AnswerInput {
  readonly formId: string;
  readonly choice: Choice | null;
  /** Also for the other students about whom the same is asked. */
  readonly isForAll: boolean;
  readonly reason: string;
  readonly person: PersonInput;
  /** Whoever no longer works there leaves the address book. */
  readonly isArchiving: boolean;
  readonly overrides: readonly ConflictOverride[];
}

/** Whom an examiner proposes. */
export interface ReadProposal {
  readonly name: string;
  readonly email: string;
}

/** Reads the kept text of a proposal; null when there is none, or when it was erased. */
export function readProposal(text: string | undefined): ReadProposal | null {
  if (text === undefined) return null;
  try {
    const read: unknown = JSON.parse(text);
    if (typeof read !== 'object' || read === null || !('name' in read) || !('email' in read)) return null;
    const { name, email } = read;
    return typeof name === 'string' && typeof email === 'string' ? { name, email } : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

/** What can be answered: somebody must take over what is handed over. */
export function choicesFor(ask: AskState, proposal: ReadProposal | null): readonly Choice[] {
  const isHandOver = ask.kind === AskKind.HandOver;
  return [...(proposal ? [Choice.Proposed] : []), Choice.Other, ...(isHandOver ? [] : [Choice.Nobody]), Choice.No];
}

export interface AnswerFacts {
  readonly ask: AskState;
  readonly proposal: ReadProposal | null;
  readonly siblings: readonly Sibling[];
  readonly found: Found<ContactRow>;
  readonly errors: readonly FieldError[];
}

export function answerModel(wording: Wording, { page, examiner }: Subject, input: AnswerInput, facts: AnswerFacts) {
  const { t } = wording.translator;
  const { ask, proposal, siblings } = facts;
  const { name, contactId, components } = examiner;
  const lost = coveredOnlyBy(page, contactId).map((ref) => componentLabel(wording, ref));
  const isHandOver = ask.kind === AskKind.HandOver;
  return {
    crumbs: [
      { href: paths.assessments(), label: t('initiator.list.title') },
      { href: paths.assessment(page.id), label: page.student.name },
      { label: t('mending.answer.crumb') },
    ],
    title: t(isHandOver ? 'mending.answer.handOverTitle' : 'mending.answer.declineTitle', { name }),
    action: paths.assessmentAnswer(page.id, contactId),
    backHref: paths.assessment(page.id),
    formId: input.formId,
    facts: [
      { label: t('mending.student'), value: page.student.name, detail: page.student.number ?? '' },
      { label: t('mending.exam'), value: examTitle(page.exam, page.unitCodes) },
      { label: t('mending.parts'), value: components.map((ref) => componentLabel(wording, ref)).join(', ') },
      { label: t('mending.answer.askedAt'), value: moment(wording, ask.askedAt) },
      ...(proposal ? [{ label: t('mending.answer.proposed'), value: proposal.name, detail: proposal.email }] : []),
    ],
    reasonTitle: t('mending.answer.reason', { name }),
    words: whyInWords(wording.translator, ask.declineReason, page.texts.get(ask.reason?.textId ?? '') ?? ''),
    leaver: ask.declineReason === DeclineReason.LeftEmployer ? leaverModel(wording, examiner) : null,
    isArchiving: input.isArchiving,
    waiting: t('mending.answer.waiting', { name }),
    choice: input.choice ?? '',
    choices: choicesFor(ask, proposal).map((choice) => ({
      value: choice,
      ...choiceWords(wording, choice, { name, proposal, lost }),
    })),
    person: personModel(wording, input.person, facts.found, contactId),
    conflicts: conflictsModel(wording, input.overrides),
    alsoTitle: t('mending.answer.alsoTitle', { name }),
    also:
      siblings.length === 0
        ? ''
        : t('mending.also', {
            count: siblings.length,
            names: listNames(
              wording,
              siblings.map(({ student }) => student),
            ),
          }),
    isForAll: input.isForAll,
    reason: input.reason,
    reasonHint: t('mending.answer.reasonHint', { name }),
    happens: [
      t('mending.answer.happensMail', { name }),
      ask.isDraftShared ? t('returning.handed.draftNew', { name }) : t('mending.answer.happensNew'),
    ],
    errors: facts.errors,
  };
}

/** Whose entry of the address book is no longer right. */
function leaverModel({ translator: { t } }: Wording, { name, contactId, hasAccount }: Subject['examiner']) {
  return {
    title: t('returning.contact.title'),
    // Whoever signs in at the school is not for an initiator to take away.
    archive: hasAccount ? '' : t('returning.contact.archive', { name }),
    archiveHint: t('returning.contact.archiveHint', { name }),
    correct: t('returning.contact.correct', { name }),
    href: paths.contact(contactId),
    label: t('returning.contact.correctLink', { name }),
  };
}

function choiceWords(
  { translator: { t } }: Wording,
  choice: Choice,
  {
    name,
    proposal,
    lost,
  }: { readonly name: string; readonly proposal: ReadProposal | null; readonly lost: readonly string[] },
): { label: string; hint: string } {
  const other = { other: proposal?.name ?? '', email: proposal?.email ?? '' };
  switch (choice) {
    case Choice.Proposed:
      return { label: t('mending.answer.agreeProposed', other), hint: t('mending.answer.agreeProposedHint', other) };
    case Choice.Other:
      return { label: t('mending.answer.agreeOther'), hint: t('mending.answer.agreeOtherHint') };
    case Choice.Nobody:
      return {
        label: t('mending.answer.agreeNobody'),
        hint:
          lost.length > 0
            ? t('mending.answer.agreeNobodyUncovered', { parts: lost.join(', ') })
            : t('mending.answer.agreeNobodyHint', { name }),
      };
    case Choice.No:
      return { label: t('mending.answer.disagree'), hint: t('mending.answer.disagreeHint', { name }) };
  }
}
