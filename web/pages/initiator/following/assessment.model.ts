/** One assessment as its initiator follows it. Pure. */
import { AssessmentStatus, FormStatus, uncoveredBy } from '../../../../domain/assessment.ts';
import { DeliveryStatus, InvitationStatus, isUnreached } from '../../../../domain/invitation.ts';
import { WaitsFor } from '../../../../domain/waiting.ts';
import type { AssessmentStatusPage, ExaminerProgress } from '../../../../prisma/repositories/initiator.ts';
import { paths } from '../../../paths.ts';
import { longDay, moment, shortDay, type Wording } from '../../../wording.ts';
import { troubleOf } from '../mending/delivery.model.ts';
import { componentLabel, examTitle } from '../words.ts';
import { timelineModel } from './timeline.model.ts';
import { stepsOf, waitingFor } from './waiting.ts';

const OVER: readonly AssessmentStatus[] = [AssessmentStatus.Final, AssessmentStatus.Cancelled];
const OPEN: readonly string[] = [FormStatus.Open, FormStatus.Started, FormStatus.Returned];

export function assessmentModel(wording: Wording, page: AssessmentStatusPage) {
  const { t } = wording.translator;
  const { state, student } = page;
  const isOver = OVER.includes(state.status);
  const canInvite =
    !isOver &&
    page.examiners.some((examiner) => examiner.formStatus === FormStatus.None && examiner.components.length > 0);
  const uncovered = isOver || state.status === AssessmentStatus.Draft ? [] : uncoveredBy(state);
  const due = state.dueAt === null ? t('initiator.status.noDue') : longDay(wording, state.dueAt);
  const isLate = page.isLate && !isOver;
  return {
    name: student.name,
    line: [examTitle(page.exam, page.unitCodes), t('initiator.exam.attempt', { attempt: page.attempt })].join(' · '),
    crumbs: [{ href: paths.assessments(), label: t('initiator.list.title') }, { label: student.name }],
    status: state.status,
    isLate,
    waiting: waitingModel(wording, page),
    refreshHref: paths.assessment(page.id),
    actions: {
      inviteHref: canInvite ? paths.assessmentInvite(page.id) : '',
      examinersHref: isOver ? '' : paths.assessmentExaminers(page.id),
      examinersLabel: t(
        page.examiners.length === 0 ? 'initiator.status.chooseExaminers' : 'initiator.status.changeExaminers',
      ),
      isChoosingFirst: page.examiners.length === 0,
      cancelHref: isOver ? '' : paths.assessmentCancel(page.id),
    },
    uncovered: uncovered.length > 0 ? uncoveredText(wording, uncovered) : '',
    disagreements:
      state.status === AssessmentStatus.Assessed && state.disagreements.length > 0
        ? t('initiator.status.disagreements', { count: state.disagreements.length })
        : '',
    facts: [
      {
        label: t('common.term.student'),
        value: student.name,
        detail: [student.number, student.groups.join(', ')].filter(Boolean).join(' · '),
      },
      {
        label: t('common.term.exam'),
        value: page.exam.title,
        detail: examTitle(page.exam, page.unitCodes).slice(page.exam.title.length + 3),
      },
      { label: t('common.term.attempt'), value: String(page.attempt) },
      { label: t('common.term.deadline'), value: due, detail: isLate ? t('initiator.status.late') : '' },
    ],
    examiners: page.examiners.map((examiner, index) => examinerModel(wording, page, examiner, index)),
    result: state.status === AssessmentStatus.Final ? resultModel(page) : null,
    hidesScores: state.status === AssessmentStatus.Assessed,
    timeline: timelineModel(wording, page),
  };
}

function waitingModel(wording: Wording, { state, examiners }: AssessmentStatusPage) {
  const { t } = wording.translator;
  const waiting = waitingFor(wording, state, examiners);
  if (waiting === null) {
    const isCancelled = state.status === AssessmentStatus.Cancelled;
    return {
      text: t(isCancelled ? 'initiator.waits.cancelled' : 'initiator.waits.done'),
      detail: '',
      isYours: false,
      icon: isCancelled ? 'ban' : 'badge-check',
    };
  }
  const { waitsFor, examinerIds, line, isYours } = waiting;
  const [only, another] = examiners.filter(({ contactId }) => examinerIds.includes(contactId));
  return {
    text: line,
    detail: waitsFor === WaitsFor.Examiners && only && !another ? stepsOf(wording, only) : '',
    isYours,
    icon: isYours ? 'flag' : 'hourglass',
  };
}

function uncoveredText(wording: Wording, refs: readonly string[]): string {
  const count = wording.translator.t('initiator.status.uncovered', { count: refs.length });
  return `${count} ${refs.map((ref) => componentLabel(wording, ref)).join(', ')}.`;
}

function examinerModel(wording: Wording, page: AssessmentStatusPage, examiner: ExaminerProgress, index: number) {
  const { t } = wording.translator;
  const { invitation, name } = examiner;
  const isOver = OVER.includes(page.state.status);
  const isOpen = OPEN.includes(examiner.formStatus) && !isOver;
  const isAll = examiner.components.length === page.state.components.length;
  return {
    key: `examinator-${index}`,
    name,
    kind: examiner.kind,
    meta: [examiner.organisation, examiner.email].filter(Boolean).join(' · '),
    state:
      page.state.status === AssessmentStatus.Cancelled && OPEN.includes(examiner.formStatus)
        ? FormStatus.Withdrawn
        : stateOf(examiner),
    scope: isAll ? t('initiator.status.allParts') : t('initiator.status.parts', { count: examiner.components.length }),
    parts: isAll ? '' : examiner.components.map((ref) => componentLabel(wording, ref)).join(', '),
    progress: isOpen && examiner.totalCount > 0 ? { value: examiner.doneCount, max: examiner.totalCount } : null,
    progressLabel: t('initiator.status.progress', { done: examiner.doneCount, total: examiner.totalCount }),
    moments: momentsOf(wording, examiner, isOpen),
    trouble: isOpen ? troubleOf(wording, page.id, examiner) : null,
    isReturned: examiner.formStatus === FormStatus.Returned && isOpen,
    remindHref:
      isOpen && invitation?.status === InvitationStatus.Active && !isUnreached(invitation)
        ? paths.assessmentRemind(page.id, examiner.contactId)
        : '',
    remindLabel: t('initiator.status.remindFor', { name }),
    withdrawHref: isOpen ? paths.assessmentWithdraw(page.id, examiner.contactId) : '',
    withdrawLabel: t('initiator.status.withdrawFor', { name }),
  };
}

/** State as one word: the furthest that is known. */
function stateOf({ formStatus, invitation }: ExaminerProgress): string {
  if (formStatus === FormStatus.None || invitation === null) return 'none';
  if (formStatus !== FormStatus.Open) return formStatus;
  if (invitation.status === InvitationStatus.Expired) return 'expired';
  if (isUnreached(invitation)) return 'bounced';
  if (invitation.openedAt !== null) return 'opened';
  return invitation.delivery === DeliveryStatus.Accepted ? 'sent' : invitation.delivery;
}

function momentsOf(wording: Wording, examiner: ExaminerProgress, isOpen: boolean): string[] {
  const { t } = wording.translator;
  const { invitation, startedAt, finishedAt, savedAt } = examiner;
  if (invitation === null) return [];
  const when = (at: Date) => moment(wording, at);
  const others = invitation.pairCount - 1;
  const invited = t('initiator.status.invitedOn', { when: when(invitation.invitedAt) });
  const isFinished = examiner.formStatus === FormStatus.Finished;
  return [
    others > 0 ? `${invited}, ${t('initiator.status.alsoFor', { count: others })}` : invited,
    invitation.openedAt
      ? t('initiator.status.openedOn', { when: when(invitation.openedAt) })
      : isOpen
        ? t('initiator.status.notOpened')
        : '',
    startedAt ? t('initiator.status.startedOn', { when: when(startedAt) }) : '',
    savedAt && !isFinished ? t('initiator.status.savedOn', { when: when(savedAt) }) : '',
    isFinished && finishedAt ? t('initiator.status.finishedOn', { when: when(finishedAt) }) : '',
    isOpen && invitation.lastReminderAt
      ? t('initiator.status.lastReminder', { when: when(invitation.lastReminderAt) })
      : '',
    isOpen && invitation.nextReminderAt
      ? t('initiator.status.nextReminder', { when: shortDay(wording, invitation.nextReminderAt) })
      : '',
  ].filter((line) => line !== '');
}

function resultModel(page: AssessmentStatusPage) {
  const [document] = page.documents;
  return {
    score: page.score ?? '',
    gradeTenths: page.gradeTenths,
    number: document?.number ?? '',
    documentHref: document?.storedAt ? paths.document(document.id) : '',
  };
}

/** Components that nobody would score when this examiner is withdrawn. */
export function coveredOnlyBy(page: AssessmentStatusPage, contactId: string): string[] {
  const others = Object.entries(page.state.examiners).filter(
    ([id, examiner]) => id !== contactId && examiner.form !== FormStatus.Withdrawn,
  );
  const mine = page.state.examiners[contactId]?.components ?? [];
  return mine.filter((ref) => !others.some(([, examiner]) => examiner.components.includes(ref)));
}

/** Examiners who hear of a cancellation: those who are invited and not finished. */
export function stillBusy(page: AssessmentStatusPage): ExaminerProgress[] {
  return page.examiners.filter(({ formStatus }) => OPEN.includes(formStatus));
}
