/** What was mailed about an assessment, and whether it arrived. Pure. */
import { DeliverySignal } from '../../../../domain/delivery.ts';
import type { DossierMailLine } from '../../../../prisma/repositories/committee-mails.ts';
import { moment, type Wording } from '../../../wording.ts';

/** Shown at once; older ones are folded. */
const NEWEST = 5;

const TONES = {
  queued: 'neutral',
  sent: 'info',
  delayed: 'attention',
  delivered: 'ok',
  bounced: 'error',
  failed: 'error',
  recalled: 'neutral',
} as const;
type MailState = keyof typeof TONES;

const STATE_ICONS: Readonly<Record<MailState, string>> = {
  queued: 'clock',
  sent: 'send',
  delayed: 'clock-alert',
  delivered: 'mail-check',
  bounced: 'mail-x',
  failed: 'mail-x',
  recalled: 'undo-2',
};

/** @param mails newest first */
export function mailsModel(wording: Wording, mails: readonly DossierMailLine[]) {
  const lines = mails.map((mail) => lineOf(wording, mail));
  const older = lines.slice(NEWEST);
  return {
    newest: lines.slice(0, NEWEST),
    older,
    olderLabel: wording.translator.t('editing.mails.older', { count: older.length }),
  };
}

function lineOf(wording: Wording, mail: DossierMailLine) {
  const { t } = wording.translator;
  const state = stateOf(mail);
  const at = (date: Date) => ({ at: moment(wording, date) });
  const heard = mail.deliveryAt === null ? [] : [t('editing.mails.heard', at(mail.deliveryAt))];
  return {
    what: t(`editing.mails.template.${templateOf(mail.template)}`),
    to: t('editing.mails.to', { name: mail.toName || mail.toAddress, address: mail.toAddress }),
    when: [
      mail.acceptedAt === null
        ? t('editing.mails.queued', at(mail.queuedAt))
        : t('editing.mails.sent', at(mail.acceptedAt)),
      ...heard,
    ].join(' · '),
    state: t(`editing.mails.state.${state}`),
    tone: TONES[state],
    icon: STATE_ICONS[state],
  };
}

function stateOf({ state, deliverySignal }: DossierMailLine): MailState {
  switch (state) {
    case 'delivered':
    case 'bounced':
    case 'failed':
    case 'recalled':
      return state;
    case 'accepted':
      return deliverySignal === DeliverySignal.Delayed ? 'delayed' : 'sent';
    default:
      return 'queued';
  }
}

const TEMPLATES = [
  'invitation',
  'reminder',
  'newLink',
  'withdrawn',
  'cancelled',
  'returned',
  'confirmation',
  'allFinished',
  'finishDisputed',
  'resultToOffice',
  'bounced',
  'officeBounced',
  'asked',
  'askAnswered',
  'addressChanged',
  'contactChanged',
  'dueMoved',
  'examinerCode',
  'agreementAsked',
  'agreementProposed',
  'agreementEnded',
  'thirdNeeded',
  'formCorrected',
  'returnTakenBack',
  'resultPublished',
  'resultReopened',
] as const;

/** A mail that a later version sends has no word here yet. */
function templateOf(template: string): (typeof TEMPLATES)[number] | 'other' {
  return TEMPLATES.find((each) => each === template) ?? 'other';
}
