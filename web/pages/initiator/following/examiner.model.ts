/** One examiner on the page of an assessment: the steps so far, what is wrong, and what can be done. Pure. */
import { wordsNeeded } from '../../../../domain/agreement-queries.ts';
import { AskKind, AssessmentStatus, FormStatus } from '../../../../domain/assessment.ts';
import { BounceReason } from '../../../../domain/delivery.ts';
import { DeliveryStatus, InvitationStatus, isUnreached } from '../../../../domain/invitation.ts';
import type { AssessmentStatusPage, ExaminerProgress } from '../../../../prisma/repositories/initiator.ts';
import { whyInWords } from '../../../asked-words.ts';
import { paths } from '../../../paths.ts';
import { longDay, moment, type Wording } from '../../../wording.ts';
import { troubleOf } from '../mending/delivery.model.ts';
import { componentLabel } from '../words.ts';
import { type StageModel, stageModel } from './examiner-stage.ts';
import { undoWithdrawModel } from './undo.model.ts';

export const OVER: readonly AssessmentStatus[] = [AssessmentStatus.Final, AssessmentStatus.Cancelled];
export const OPEN: readonly string[] = [FormStatus.Open, FormStatus.Started, FormStatus.Returned];

export interface Step {
  readonly state: 'done' | 'now' | 'todo' | 'problem';
  readonly icon: string;
  readonly what: string;
  /** Empty: not yet, or not known. */
  readonly when: string;
  /** For who cannot see the icon. */
  readonly stateWord: string;
}

export function examinerModel(
  wording: Wording,
  page: AssessmentStatusPage,
  examiner: ExaminerProgress,
  { index, now }: { readonly index: number; readonly now: Date },
) {
  const { t } = wording.translator;
  const { name, contactId } = examiner;
  const isOpen = OPEN.includes(examiner.formStatus) && !OVER.includes(page.state.status);
  // Whose word is needed about what others scored differently has finished, and is waited for all the same.
  const isWaitedFor = isOpen || (!OVER.includes(page.state.status) && wordsNeeded(page.state).includes(contactId));
  const isAll = examiner.components.length === page.state.components.length;
  return {
    key: `examinator-${index}`,
    name,
    kind: examiner.kind,
    meta: [examiner.organisation, examiner.email].filter(Boolean).join(' · '),
    handed: handedText(wording, page, contactId),
    stage: stageOf(wording, page, examiner),
    scope: isAll ? t('initiator.status.allParts') : t('initiator.status.parts', { count: examiner.components.length }),
    parts: isAll ? '' : examiner.components.map((ref) => componentLabel(wording, ref)).join(', '),
    progress: isOpen && examiner.totalCount > 0 ? { value: examiner.doneCount, max: examiner.totalCount } : null,
    progressLabel: t('initiator.status.progress', { done: examiner.doneCount, total: examiner.totalCount }),
    stepsLabel: t('following.steps.label', { name }),
    steps: examiner.formStatus === FormStatus.Withdrawn ? [] : stepsModel(wording, examiner, isOpen),
    moments: momentsOf(wording, examiner, isWaitedFor),
    trouble: isWaitedFor ? troubleOf(wording, page.id, examiner) : null,
    undo: examiner.formStatus === FormStatus.Withdrawn ? undoWithdrawModel(wording, page, examiner, now) : null,
    asks: isOpen || isReturnAsked(page, examiner) ? askModel(wording, page.id, examiner) : null,
    isReturned: examiner.formStatus === FormStatus.Returned && isOpen,
    actions: isWaitedFor ? actionsOf(wording, page, examiner, isOpen) : [],
    formHref:
      page.state.status === AssessmentStatus.Final && examiner.formStatus === FormStatus.Finished
        ? paths.assessmentForm(page.id, contactId)
        : '',
    formLabel: t('following.page.readFormFor', { name }),
  };
}

function stageOf(wording: Wording, page: AssessmentStatusPage, examiner: ExaminerProgress): StageModel {
  const { doneCount, totalCount, formStatus, invitation, components, ask } = examiner;
  const facts = {
    formStatus,
    invitation,
    doneCount,
    totalCount,
    componentCount: components.length,
    ask: ask?.kind ?? null,
    plannedAt: examiner.plannedAt,
  };
  const stage = stageModel(wording, facts, page.state.status);
  const isCounting = stage.stage === 'started' && totalCount > 0;
  // The bar below says how many.
  const word = isCounting ? wording.translator.t('following.steps.started') : stage.word;
  return { ...stage, word: word.charAt(0).toUpperCase() + word.slice(1) };
}

/** All steps, those to come too; null entries are left out. */
export function stepsModel(wording: Wording, examiner: ExaminerProgress, isOpen: boolean): Step[] {
  const { t } = wording.translator;
  const { invitation, startedAt, finishedAt, savedAt, doneCount: done, totalCount: total, formStatus } = examiner;
  if (invitation === null) return [];
  const isFinished = formStatus === FormStatus.Finished;
  const { openedAt } = invitation;
  const step = (state: Step['state'], what: string, at: Date | null = null): Step => ({
    state,
    icon: { done: 'circle-check', now: 'circle-dot', todo: 'circle-dashed', problem: 'circle-alert' }[state],
    what,
    when: at === null ? '' : moment(wording, at),
    stateWord: state === 'now' ? '' : t(`following.steps.${state}`),
  });
  const others = invitation.pairCount - 1;
  const invited = t('following.steps.invited');
  const also = others > 0 ? `${invited} (${t('initiator.status.alsoFor', { count: others })})` : invited;
  return [
    step('done', also, invitation.invitedAt),
    ...mailSteps(wording, invitation, step),
    openedAt ? step('done', t('following.steps.opened'), openedAt) : step('todo', t('following.steps.notOpened')),
    startedAt ? step('done', t('following.steps.started'), startedAt) : step('todo', t('following.steps.notStarted')),
    ...(startedAt && total > 0 && !isFinished
      ? [step(isOpen ? 'now' : 'todo', t('following.steps.filled', { done, total }), savedAt)]
      : []),
    isFinished && finishedAt
      ? step('done', t('following.steps.finished'), finishedAt)
      : step(
          'todo',
          t(formStatus === FormStatus.Returned ? 'following.steps.returned' : 'following.steps.notFinished'),
        ),
  ];
}

type MakeStep = (state: Step['state'], what: string, at?: Date | null) => Step;

/** What our mail server and that of the examiner said. */
function mailSteps(wording: Wording, invitation: NonNullable<ExaminerProgress['invitation']>, step: MakeStep): Step[] {
  const { t } = wording.translator;
  const { delivery, deliveryAt, acceptedAt, problem } = invitation;
  const reason = t(`following.reason.${problem?.reason ?? BounceReason.Other}`);
  const bounced = `${t('following.steps.bounced')}: ${reason}`;
  if (delivery === DeliveryStatus.Queued) {
    return [step('now', t('following.steps.queued')), step('todo', t('following.steps.deliveryWaits'))];
  }
  const accepted = step(
    'done',
    t('following.steps.accepted'),
    acceptedAt ?? (delivery === DeliveryStatus.Accepted ? deliveryAt : null),
  );
  if (isUnreached(invitation)) {
    return delivery === DeliveryStatus.Failed && acceptedAt === null
      ? [step('problem', `${t('following.steps.refused')}: ${reason}`, deliveryAt)]
      : [accepted, step('problem', bounced, deliveryAt)];
  }
  if (delivery === DeliveryStatus.Delivered)
    return [accepted, step('done', t('following.steps.delivered'), deliveryAt)];
  if (invitation.openedAt !== null) return [accepted, step('done', t('following.steps.arrived'))];
  if (delivery === DeliveryStatus.Delayed) return [accepted, step('problem', t('following.steps.delayed'), deliveryAt)];
  return [accepted, step('todo', t('following.steps.deliveryUnknown'))];
}

/** What comes by itself. */
function momentsOf(wording: Wording, { invitation, ask }: ExaminerProgress, isOpen: boolean): string[] {
  const { t } = wording.translator;
  if (invitation === null || !isOpen) return [];
  const { lastReminderAt, nextReminderAt } = invitation;
  return [
    lastReminderAt ? t('initiator.status.lastReminder', { when: moment(wording, lastReminderAt) }) : '',
    // Of other students in the same invitation there may be one; about this one nobody is reminded now.
    nextReminderAt && ask === null
      ? t('initiator.status.nextReminder', { when: longDay(wording, nextReminderAt) })
      : '',
  ].filter((line) => line !== '');
}

/** Whose work this is, when it was handed over; empty otherwise. */
function handedText({ translator: { t } }: Wording, { state, names, examiners }: AssessmentStatusPage, id: string) {
  const formerId = state.examiners[id]?.handedFrom;
  if (formerId === undefined) return '';
  const name = examiners.find(({ contactId }) => contactId === formerId)?.name ?? names.get(formerId) ?? '';
  return name === '' ? '' : t('returning.handed.from', { name });
}

function isReturnAsked({ state }: AssessmentStatusPage, { ask }: ExaminerProgress): boolean {
  return ask?.kind === AskKind.Return && !OVER.includes(state.status);
}

function askModel(wording: Wording, assessmentId: string, { ask, name, contactId }: ExaminerProgress) {
  const { t } = wording.translator;
  if (ask === null) return null;
  const reason = whyInWords(wording.translator, ask.declineReason, ask.reason);
  if (ask.kind === AskKind.Return) {
    return {
      text: t('following.page.asks.return', { name, when: moment(wording, ask.askedAt) }),
      reason: t('following.page.askReason', { reason }),
      proposal: '',
      help: t('returning.answer.lead'),
      href: paths.assessmentReturn(assessmentId, contactId),
    };
  }
  const key = ask.kind === AskKind.HandOver ? 'handOver' : 'decline';
  return {
    text: t(`following.page.asks.${key}`, { name, when: moment(wording, ask.askedAt) }),
    reason: reason === '' ? '' : t('following.page.askReason', { reason }),
    proposal: ask.proposal === null ? '' : t('following.page.askProposal', { ...ask.proposal }),
    help: t('following.page.askHelp', { name }),
    href: paths.assessmentAnswer(assessmentId, contactId),
  };
}

interface ExaminerAction {
  readonly id: string;
  readonly href: string;
  readonly label: string;
  /** With the name in it. */
  readonly spoken: string;
  readonly icon: string;
  readonly isPost: boolean;
}

function actionsOf(
  { translator: { t } }: Wording,
  page: AssessmentStatusPage,
  { invitation, contactId, name, hasAccount, ask }: ExaminerProgress,
  isOpen: boolean,
): ExaminerAction[] {
  if (invitation === null) return [];
  // The message about lost mail has the button that mends it.
  const isReached = !isUnreached(invitation);
  // Before the mail has left there is nothing to send again or to be reminded of.
  const hasLeft = invitation.delivery !== DeliveryStatus.Queued;
  const canRemind = invitation.status === InvitationStatus.Active && isReached && hasLeft && ask === null;
  const action = (id: string, href: string, label: string, spoken: string, icon: string, isPost = false) => ({
    id,
    href,
    label,
    spoken,
    icon,
    isPost,
  });
  return [
    ...(canRemind
      ? [
          action(
            'herinneren',
            paths.assessmentRemind(page.id, contactId),
            t('initiator.status.remind'),
            t('initiator.status.remindFor', { name }),
            'bell',
            true,
          ),
        ]
      : []),
    ...(isReached && hasLeft
      ? [
          action(
            'opnieuw',
            paths.assessmentResend(page.id, contactId),
            t('following.page.resend'),
            t('following.page.resendFor', { name }),
            'send',
          ),
        ]
      : []),
    ...(hasAccount || !isReached
      ? []
      : [
          action(
            'adres',
            paths.assessmentAddress(page.id, contactId),
            t('following.page.address'),
            t('following.page.addressFor', { name }),
            'at-sign',
          ),
        ]),
    ...(isOpen
      ? [
          action(
            'vervangen',
            paths.assessmentReplace(page.id, contactId),
            t('following.page.replace'),
            t('following.page.replaceFor', { name }),
            'replace',
          ),
          action(
            'intrekken',
            paths.assessmentWithdraw(page.id, contactId),
            t('initiator.status.withdraw'),
            t('initiator.status.withdrawFor', { name }),
            'ban',
          ),
        ]
      : []),
  ];
}
