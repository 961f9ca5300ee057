/** Stored events as sentences. Pure; says nothing of scores, which are in the events too. */
import { AskKind, DeclineReason } from '../../../../domain/assessment.ts';
import type { TranslationKey } from '../../../../platform/i18n/index.ts';
import type { AssessmentStatusPage, StoredEvent } from '../../../../prisma/repositories/initiator.ts';
import { whyInWords } from '../../../asked-words.ts';
import { longDay, type Wording } from '../../../wording.ts';
import { AGREEMENT_LOOKS, agreementEventName, agreementEventText, isAgreementEvent } from './agreement.model.ts';

interface Look {
  readonly icon: string;
  readonly tone: 'neutral' | 'info' | 'ok' | 'attention' | 'error';
}

export interface TimelineEntry extends Look {
  readonly at: string;
  readonly text: string;
  readonly detail: string;
  readonly who: string;
}

/** Events that are shown, with their looks. Those left out say again what another event says. */
const LOOKS: Readonly<Record<string, Look>> = {
  AssessmentCreated: { icon: 'file-plus', tone: 'neutral' },
  ExaminersAssigned: { icon: 'users', tone: 'neutral' },
  ExaminerInvited: { icon: 'send', tone: 'neutral' },
  ExaminerTookOver: { icon: 'send', tone: 'neutral' },
  FormStarted: { icon: 'pencil-line', tone: 'info' },
  FormFinished: { icon: 'circle-check-big', tone: 'ok' },
  FinishDisputed: { icon: 'shield-alert', tone: 'error' },
  FormReturned: { icon: 'undo-2', tone: 'attention' },
  ReturnTakenBack: { icon: 'rotate-ccw', tone: 'neutral' },
  ExaminerWithdrawn: { icon: 'ban', tone: 'neutral' },
  ExaminerReplaced: { icon: 'arrow-left-right', tone: 'neutral' },
  ExaminerReinstated: { icon: 'rotate-ccw', tone: 'neutral' },
  AskedDecline: { icon: 'message-circle-question-mark', tone: 'attention' },
  AskedHandOver: { icon: 'message-circle-question-mark', tone: 'attention' },
  AskedReturn: { icon: 'message-circle-question-mark', tone: 'attention' },
  ...AGREEMENT_LOOKS,
  AskTakenBack: { icon: 'reply', tone: 'neutral' },
  AskAgreed: { icon: 'reply', tone: 'neutral' },
  AskRefused: { icon: 'reply', tone: 'neutral' },
  ConflictOverridden: { icon: 'triangle-alert', tone: 'attention' },
  CancellationUndone: { icon: 'rotate-ccw', tone: 'neutral' },
  InvitationResent: { icon: 'send', tone: 'neutral' },
  AssessmentAssessed: { icon: 'clipboard-check', tone: 'info' },
  DeadlineMoved: { icon: 'calendar-clock', tone: 'neutral' },
  DeadlinePassed: { icon: 'clock-alert', tone: 'attention' },
  AssessmentCancelled: { icon: 'ban', tone: 'neutral' },
  AssessmentFinalised: { icon: 'badge-check', tone: 'ok' },
  FormCorrected: { icon: 'pencil-line', tone: 'attention' },
  FinalisationProposed: { icon: 'badge', tone: 'info' },
  FinalisationWithdrawn: { icon: 'undo-2', tone: 'neutral' },
  ResultPublished: { icon: 'eye', tone: 'ok' },
  AssessmentReopened: { icon: 'lock-open', tone: 'attention' },
  ReopeningEnded: { icon: 'lock', tone: 'neutral' },
  DocumentStored: { icon: 'file-check', tone: 'neutral' },
  DocumentMailed: { icon: 'send', tone: 'ok' },
  DocumentMailLost: { icon: 'mail-x', tone: 'error' },
  DocumentResent: { icon: 'send', tone: 'neutral' },
  AssessmentArchived: { icon: 'archive', tone: 'neutral' },
  InvitationOpened: { icon: 'mail-open', tone: 'info' },
  ReminderByHand: { icon: 'bell', tone: 'neutral' },
  ReminderQueued: { icon: 'bell', tone: 'neutral' },
  LinkReissued: { icon: 'link', tone: 'neutral' },
  AddressCorrected: { icon: 'at-sign', tone: 'neutral' },
  DueMoved: { icon: 'calendar-clock', tone: 'neutral' },
  InvitationExpired: { icon: 'clock-alert', tone: 'attention' },
  DeliveryAccepted: { icon: 'mail', tone: 'neutral' },
  DeliveryDelayed: { icon: 'hourglass', tone: 'attention' },
  DeliveryDelivered: { icon: 'mail-check', tone: 'neutral' },
  DeliveryAnswered: { icon: 'reply', tone: 'neutral' },
  DeliveryBounced: { icon: 'mail-x', tone: 'error' },
  DeliveryFailed: { icon: 'mail-x', tone: 'error' },
};

const ASKED: Readonly<Record<string, string>> = {
  [AskKind.Decline]: 'AskedDecline',
  [AskKind.HandOver]: 'AskedHandOver',
  [AskKind.Return]: 'AskedReturn',
};

type Page = Pick<AssessmentStatusPage, 'events' | 'names' | 'texts'>;

/** Newest first, as given. */
export function timelineModel(wording: Wording, page: Page): TimelineEntry[] {
  return page.events.flatMap((event) => {
    const name = nameOf(event);
    const look = LOOKS[name];
    return look ? [{ ...look, ...entryOf(wording, page, event, name) }] : [];
  });
}

/** Some events are told apart by what is in them. */
function nameOf({ type, body }: StoredEvent): string {
  if (type === 'DeliveryReported') {
    if (body.isAutoReply === true) return 'DeliveryAnswered';
    const delivery = String(body.delivery);
    return `Delivery${delivery.charAt(0).toUpperCase()}${delivery.slice(1)}`;
  }
  if (type === 'ReminderQueued' && body.isManual === true) return 'ReminderByHand';
  if (type === 'ExaminerWithdrawn' && body.replacedBy !== undefined) return 'ExaminerReplaced';
  if (type === 'ExaminerInvited' && body.handedFrom !== undefined) return 'ExaminerTookOver';
  if (type === 'ExaminerAsked') return ASKED[String(body.kind)] ?? type;
  if (type === 'AskAnswered') return body.isAgreed === true ? 'AskAgreed' : 'AskRefused';
  return agreementEventName({ type, body });
}

function entryOf(wording: Wording, page: Page, event: StoredEvent, name: string) {
  const { translator } = wording;
  const key = `initiator.event.${name}` as TranslationKey;
  const person = (id: unknown) => page.names.get(String(id)) ?? translator.t('initiator.event.unknownPerson');
  const { body } = event;
  const agreed = agreementEventText(wording, name, event, person(body.examinerId ?? event.actorId));
  const text =
    agreed ??
    translator.t(key, {
      examiner: person(body.examinerId ?? event.contactId),
      other: person(body.replacedBy ?? body.handedFrom),
      number: typeof body.number === 'number' ? body.number : 0,
      day: typeof body.dueAt === 'string' ? longDay(wording, body.dueAt) : '',
    });
  // Why examiners do not agree may tell what they scored; why a proposal was withdrawn is between members of the committee.
  const isForCommittee = isAgreementEvent(name) || name === 'FinalisationWithdrawn';
  const reason = isForCommittee ? '' : whyInWords(translator, declineReasonOf(body), reasonOf(page, body));
  return {
    at: event.at.toISOString(),
    text,
    detail: reason === '' ? addressText(wording, event) : translator.t('initiator.event.reason', { reason }),
    who: whoOf(wording, event, person),
  };
}

/** The sentence names the examiner already; a member is named, and what went by itself says so. */
function whoOf({ translator }: Wording, event: StoredEvent, person: (id: unknown) => string): string {
  if (event.actorKind === 'member') return person(event.actorId);
  return event.actorKind === 'system' ? translator.t('initiator.event.bySystem') : '';
}

function addressText({ translator }: Wording, { address }: StoredEvent): string {
  return address ? translator.t('initiator.event.addressChange', { from: address.from, to: address.to }) : '';
}

function declineReasonOf({ declineReason }: StoredEvent['body']): DeclineReason | undefined {
  return Object.values(DeclineReason).find((each) => each === declineReason);
}

function reasonOf(page: Page, body: StoredEvent['body']): string {
  const { reason } = body;
  if (typeof reason !== 'object' || reason === null || !('textId' in reason)) return '';
  return page.texts.get(String(reason.textId)) ?? '';
}
