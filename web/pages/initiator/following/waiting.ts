/** What an assessment waits for, as its initiator is told. Pure. */
import type { AssessmentState } from '../../../../domain/assessment.ts';
import { WaitsFor } from '../../../../domain/waiting.ts';
import { assessmentWaiting, type NamedExaminer, type WaitingText } from '../../../waiting.ts';
import { moment, shortDay, type Wording } from '../../../wording.ts';

export interface InitiatorWaiting extends WaitingText {
  /** The initiator is the one who must do something. */
  readonly isYours: boolean;
}

const INITIATORS_TURN: readonly WaitsFor[] = [
  WaitsFor.Assignment,
  WaitsFor.Invitation,
  WaitsFor.Address,
  WaitsFor.Answer,
  WaitsFor.ThirdExaminer,
];

export interface PlannedExaminer extends NamedExaminer {
  /** When an invitation is to leave that was left to go by itself; null or absent when there is none. */
  readonly plannedAt?: Date | null;
}

/** What it waits for; null when nothing will happen any more. */
export function waitingFor(
  wording: Wording,
  state: AssessmentState,
  examiners: readonly PlannedExaminer[],
): InitiatorWaiting | null {
  const { t } = wording.translator;
  const waiting = assessmentWaiting(wording, state, { initiator: t('common.waits.you'), examiners });
  if (waiting === null) return null;
  const plannedAt = examiners.flatMap((each) => each.plannedAt ?? []).sort((a, b) => a.getTime() - b.getTime())[0];
  if (
    plannedAt !== undefined &&
    (waiting.waitsFor === WaitsFor.Invitation || waiting.waitsFor === WaitsFor.Assignment)
  ) {
    const what = t('following.planned', { at: moment(wording, plannedAt) });
    return {
      ...waiting,
      what,
      line: t('common.waits.line', { what, at: moment(wording, waiting.since) }),
      isYours: false,
    };
  }
  return { ...waiting, isYours: INITIATORS_TURN.includes(waiting.waitsFor) };
}

/** How far an examiner is; null where nothing is known. */
export interface ExaminerSteps {
  readonly startedAt: Date | null;
  readonly invitation: {
    readonly invitedAt: Date;
    readonly openedAt: Date | null;
    readonly nextReminderAt: Date | null;
  } | null;
}

/** `Uitgenodigd za 21 nov, geopend zo 22 nov, herinnering op do 26 nov`. */
export function stepsOf(wording: Wording, { startedAt, invitation }: ExaminerSteps): string {
  const { t } = wording.translator;
  const { invitedAt = null, openedAt = null, nextReminderAt = null } = invitation ?? {};
  const steps = [
    invitedAt && t('initiator.waits.invitedAt', { day: shortDay(wording, invitedAt) }),
    openedAt && t('initiator.waits.openedAt', { day: shortDay(wording, openedAt) }),
    startedAt && t('initiator.waits.startedAt', { day: shortDay(wording, startedAt) }),
    nextReminderAt && t('initiator.waits.remindAt', { day: shortDay(wording, nextReminderAt) }),
  ];
  const text = steps.filter(Boolean).join(', ');
  return text.charAt(0).toUpperCase() + text.slice(1);
}
