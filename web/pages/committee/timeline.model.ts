/** Events as sentences. Pure. */
import { AskKind, type DeclineReason } from '../../../domain/assessment.ts';
import { isLost } from '../../../domain/invitation.ts';
import { formatDay } from '../../../platform/i18n/index.ts';
import type { Dossier, DossierEvent } from '../../../prisma/repositories/committee-dossier.ts';
import { whyInWords } from '../../asked-words.ts';
import { moment, type Wording } from '../../wording.ts';
import { agreementSentence } from './agreement.model.ts';
import { returnWords } from './return-words.ts';

export interface TimelineItem {
  readonly at: string;
  readonly text: string;
  readonly detail: string;
  readonly who: string;
  readonly icon: string;
  readonly tone: string;
}

interface Look {
  readonly icon: string;
  readonly tone?: 'ok' | 'info' | 'attention' | 'error';
}

const LOOKS: Readonly<Record<string, Look>> = {
  AssessmentCreated: { icon: 'circle-plus' },
  ExaminersAssigned: { icon: 'users' },
  ExaminerInvited: { icon: 'send' },
  FormStarted: { icon: 'pencil-line', tone: 'info' },
  FormFinished: { icon: 'circle-check-big', tone: 'ok' },
  FinishDisputed: { icon: 'shield-alert', tone: 'error' },
  FormReturned: { icon: 'undo-2', tone: 'attention' },
  ReturnTakenBack: { icon: 'rotate-ccw' },
  ExaminerWithdrawn: { icon: 'ban' },
  ExaminerReinstated: { icon: 'rotate-ccw' },
  ExaminerAsked: { icon: 'message-circle-question-mark', tone: 'attention' },
  AgreementSought: { icon: 'git-compare-arrows', tone: 'attention' },
  AgreementProposed: { icon: 'message-square' },
  AgreementConfirmed: { icon: 'check', tone: 'ok' },
  ComponentAgreed: { icon: 'handshake', tone: 'ok' },
  AgreementAbandoned: { icon: 'scale', tone: 'attention' },
  LeadNamed: { icon: 'user-round-check' },
  AskTakenBack: { icon: 'reply' },
  AskAnswered: { icon: 'reply' },
  ConflictOverridden: { icon: 'triangle-alert', tone: 'attention' },
  CancellationUndone: { icon: 'rotate-ccw' },
  InvitationResent: { icon: 'send' },
  AssessmentAssessed: { icon: 'clipboard-check', tone: 'info' },
  DeadlineMoved: { icon: 'calendar-clock' },
  DeadlinePassed: { icon: 'clock-alert', tone: 'attention' },
  AssessmentCancelled: { icon: 'ban' },
  AssessmentFinalised: { icon: 'badge-check', tone: 'ok' },
  FormCorrected: { icon: 'pencil-line', tone: 'attention' },
  FinalisationProposed: { icon: 'badge', tone: 'info' },
  FinalisationWithdrawn: { icon: 'undo-2' },
  ResultPublished: { icon: 'eye', tone: 'ok' },
  AssessmentReopened: { icon: 'lock-open', tone: 'attention' },
  ReopeningEnded: { icon: 'lock' },
  DocumentStored: { icon: 'file-check' },
  DocumentMailed: { icon: 'mail-check', tone: 'ok' },
  DocumentMailLost: { icon: 'mail-x', tone: 'error' },
  DocumentResent: { icon: 'send' },
  AssessmentArchived: { icon: 'archive' },
  DeliveryReported: { icon: 'mail' },
  InvitationOpened: { icon: 'mail-open', tone: 'info' },
  ReminderQueued: { icon: 'bell' },
  LinkReissued: { icon: 'link' },
  AddressCorrected: { icon: 'at-sign', tone: 'attention' },
  InvitationExpired: { icon: 'clock-alert', tone: 'attention' },
};

const ASKED = {
  [AskKind.Decline]: 'AskedDecline',
  [AskKind.HandOver]: 'AskedHandOver',
  [AskKind.Return]: 'AskedReturn',
} as const;

/** All that happened and says something to a person, newest first. */
export function timelineModel(wording: Wording, dossier: Pick<Dossier, 'events' | 'texts'>): TimelineItem[] {
  return dossier.events.flatMap((event) => itemOf(wording, dossier.texts, event)).reverse();
}

/** What happened on the assessment itself after a version of its stream, oldest first, as sentences. */
export function changesSince(wording: Wording, dossier: Pick<Dossier, 'events'>, version: number): string[] {
  return dossier.events
    .filter((event) => event.source === 'assessment' && event.seq > version)
    .flatMap((event) => {
      const text = sentenceOf(wording, event);
      return text === null ? [] : [`${text} (${moment(wording, event.at)})`];
    });
}

function itemOf(wording: Wording, texts: ReadonlyMap<string, string>, event: DossierEvent): TimelineItem[] {
  const text = sentenceOf(wording, event);
  if (text === null) return [];
  const look = lookOf(event);
  const reason = reasonOf(wording, event.content, texts);
  return [
    {
      at: event.at.toISOString(),
      text,
      detail: whyInWords(wording.translator, declineReasonOf(event), reason) || whereTo(wording, event),
      who: event.actorKind === 'system' ? wording.translator.t('committee.dossier.timeline.system') : event.actorName,
      icon: look.icon,
      tone: look.tone ?? 'neutral',
    },
  ];
}

function reasonOf(wording: Wording, content: DossierEvent['content'], texts: ReadonlyMap<string, string>): string {
  if (content.type === 'FormReturned') return returnWords(wording, content, texts);
  return ('reason' in content && content.reason ? texts.get(content.reason.textId) : undefined) ?? '';
}

function declineReasonOf({ content }: DossierEvent): DeclineReason | undefined {
  return content.type === 'ExaminerAsked' ? content.declineReason : undefined;
}

/** Where it went: whoever decides sees whether that is a mailbox of the examiner, or of an exam office. */
function whereTo({ translator }: Wording, { address, office }: DossierEvent): string {
  return address === null
    ? office
    : translator.t('committee.event.addressChange', { from: address.from, to: address.to });
}

function lookOf({ content }: DossierEvent): Look {
  const isLostMail = content.type === 'DeliveryReported' && isLost(content.delivery);
  return isLostMail ? { icon: 'mail-x', tone: 'error' } : (LOOKS[content.type] ?? { icon: 'circle-dot' });
}

/** Null for what says nothing new: the assessment's own events tell the same. */
function sentenceOf(
  wording: Wording,
  { content, aboutName: name, otherName: other, actorName }: DossierEvent,
): string | null {
  const { translator, timeZone } = wording;
  const { t } = translator;
  switch (content.type) {
    case 'AssessmentCreated':
    case 'ExaminersAssigned':
    case 'DeadlinePassed':
    case 'AssessmentCancelled':
    case 'AssessmentFinalised':
    case 'FinalisationProposed':
    case 'FinalisationWithdrawn':
    case 'ResultPublished':
    case 'AssessmentReopened':
    case 'ReopeningEnded':
    case 'DocumentStored':
    case 'DocumentMailLost':
    case 'DocumentResent':
    case 'AssessmentArchived':
    case 'ConflictOverridden':
    case 'CancellationUndone':
      return t(`committee.event.${content.type}`);
    case 'ExaminerInvited':
      return content.handedFrom === undefined
        ? t('committee.event.ExaminerInvited', { name })
        : t('committee.event.ExaminerTookOver', { name, other });
    case 'FormStarted':
    case 'FinishDisputed':
    case 'FormReturned':
    case 'ReturnTakenBack':
    case 'FormCorrected':
    case 'ExaminerReinstated':
    case 'AskTakenBack':
    case 'InvitationResent':
    case 'InvitationOpened':
    case 'LinkReissued':
    case 'AddressCorrected':
    case 'InvitationExpired':
      return t(`committee.event.${content.type}`, { name });
    case 'ExaminerWithdrawn':
      return content.replacedBy === undefined
        ? t('committee.event.ExaminerWithdrawn', { name })
        : t('committee.event.ExaminerReplaced', { name, other });
    case 'ExaminerAsked':
      return t(`committee.event.${ASKED[content.kind]}`, { name });
    case 'AskAnswered':
      return t(content.isAgreed ? 'committee.event.AskAgreed' : 'committee.event.AskRefused', { name });
    case 'FormFinished':
      return content.formVersion > 1
        ? t('committee.event.FormFinishedAgain', { name, version: content.formVersion })
        : t('committee.event.FormFinished', { name });
    case 'AssessmentAssessed':
      return t(
        content.disagreements.length > 0
          ? 'committee.event.AssessmentAssessedDiffers'
          : 'committee.event.AssessmentAssessed',
      );
    case 'DeadlineMoved':
      return t('committee.event.DeadlineMoved', { day: formatDay(content.dueAt, { lang: translator.lang, timeZone }) });
    case 'DocumentMailed':
      return t(content.isRepeat ? 'committee.event.DocumentMailedAgain' : 'committee.event.DocumentMailed');
    case 'DeliveryReported':
      return content.isAutoReply === true
        ? t('committee.event.DeliveryAnswered', { name })
        : deliverySentence(t, content.delivery, name);
    case 'ReminderQueued':
      return t('committee.event.ReminderQueued', { name, number: content.number });
    default:
      return agreementSentence(wording, content, name || actorName);
  }
}

function deliverySentence(t: Wording['translator']['t'], delivery: string, name: string): string | null {
  if (delivery === 'accepted') return t('committee.event.DeliveryAccepted', { name });
  if (delivery === 'delayed') return t('committee.event.DeliveryDelayed', { name });
  if (delivery === 'delivered') return t('committee.event.DeliveryDelivered', { name });
  if (delivery === 'bounced') return t('committee.event.DeliveryBounced', { name });
  return delivery === 'failed' ? t('committee.event.DeliveryFailed', { name }) : null;
}
