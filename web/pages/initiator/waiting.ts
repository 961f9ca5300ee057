/** What an assessment waits for and since when, computed from the record. Pure. */
import { AssessmentStatus, FormStatus } from '../../../domain/assessment.ts';
import { isLost } from '../../../domain/invitation.ts';
import { listNames, shortDay, type Wording } from './words.ts';

export interface WaitingExaminer {
  readonly name: string;
  /** FormStatus */
  readonly formStatus: string;
  /** DeliveryStatus; null before the invitation. */
  readonly delivery: string | null;
  readonly deliveryAt?: Date | null;
  readonly invitedAt: Date | null;
  readonly openedAt?: Date | null;
  readonly startedAt?: Date | null;
  readonly nextReminderAt?: Date | null;
}

export interface WaitingInput {
  readonly status: AssessmentStatus;
  readonly statusSince: Date;
  readonly examiners: readonly WaitingExaminer[];
  /** The newest result document; absent where a page does not know it. */
  readonly document?: { readonly storedAt: Date | null; readonly mailedAt: Date | null };
}

export interface Waiting {
  /** "de examencommissie", "u: nodig de examinatoren uit". */
  readonly what: string;
  readonly since: Date | null;
  /** "uitgenodigd di 21 nov, geopend wo 22 nov"; empty when there is nothing to say. */
  readonly detail: string;
  /** The initiator is the one who must do something. */
  readonly isYours: boolean;
}

const OPEN: readonly string[] = [FormStatus.Open, FormStatus.Started, FormStatus.Returned];

/** Mail does not reach the examiner, and nothing since shows otherwise: whoever opens the link has got it all the same. */
export function isUnreached({
  delivery,
  deliveryAt,
  openedAt,
}: Pick<WaitingExaminer, 'delivery' | 'deliveryAt' | 'openedAt'>): boolean {
  const isOpenedSince = Boolean(openedAt && (!deliveryAt || openedAt >= deliveryAt));
  return isLost(delivery) && !isOpenedSince;
}

/** What it waits for; null when nothing will happen any more. */
export function waitingFor(wording: Wording, input: WaitingInput): Waiting | null {
  const { t } = wording.translator;
  const plain = (what: string, since: Date | null, isYours = false): Waiting => ({ what, since, detail: '', isYours });
  switch (input.status) {
    case AssessmentStatus.Cancelled:
      return null;
    case AssessmentStatus.Assessed:
      return plain(t('initiator.waits.committee'), input.statusSince);
    case AssessmentStatus.Final:
      return waitingForDocument(wording, input);
    case AssessmentStatus.Draft:
      return plain(
        t(input.examiners.length === 0 ? 'initiator.waits.choose' : 'initiator.waits.invite'),
        input.statusSince,
        true,
      );
    default:
      return waitingForExaminers(wording, input);
  }
}

function waitingForDocument({ translator }: Wording, { document, statusSince }: WaitingInput): Waiting | null {
  if (document === undefined || document.mailedAt !== null) return null;
  return document.storedAt === null
    ? { what: translator.t('initiator.waits.document'), since: statusSince, detail: '', isYours: false }
    : { what: translator.t('initiator.waits.officeMail'), since: document.storedAt, detail: '', isYours: false };
}

function waitingForExaminers(wording: Wording, { status, examiners, statusSince }: WaitingInput): Waiting {
  const { t } = wording.translator;
  const open = examiners.filter(({ formStatus }) => OPEN.includes(formStatus));
  const lost = open.filter(isUnreached);
  if (lost.length > 0) {
    const names = listNames(
      wording,
      lost.map(({ name }) => name),
    );
    return {
      what: t('initiator.waits.bounced', { names }),
      since: lost[0]?.deliveryAt ?? null,
      detail: '',
      isYours: true,
    };
  }
  if (open.length > 0) {
    const names = listNames(
      wording,
      open.map(({ name }) => name),
    );
    const [only] = open;
    return {
      what: t('initiator.waits.examiners', { names }),
      since: status === AssessmentStatus.Returned ? statusSince : earliest(open.map(({ invitedAt }) => invitedAt)),
      detail: open.length === 1 && only ? stepsOf(wording, only) : '',
      isYours: false,
    };
  }
  const hasMore = examiners.some(({ formStatus }) => formStatus === FormStatus.None);
  return {
    what: t(hasMore ? 'initiator.waits.invite' : 'initiator.waits.choose'),
    since: statusSince,
    detail: '',
    isYours: true,
  };
}

function stepsOf(wording: Wording, examiner: WaitingExaminer): string {
  const { t } = wording.translator;
  const steps = [
    examiner.invitedAt && t('initiator.waits.invitedAt', { day: shortDay(wording, examiner.invitedAt) }),
    examiner.openedAt && t('initiator.waits.openedAt', { day: shortDay(wording, examiner.openedAt) }),
    examiner.startedAt && t('initiator.waits.startedAt', { day: shortDay(wording, examiner.startedAt) }),
    examiner.nextReminderAt && t('initiator.waits.remindAt', { day: shortDay(wording, examiner.nextReminderAt) }),
  ];
  const text = steps.filter(Boolean).join(', ');
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function earliest(moments: readonly (Date | null)[]): Date | null {
  const known = moments.filter((at): at is Date => at !== null).sort((a, b) => a.getTime() - b.getTime());
  return known[0] ?? null;
}
