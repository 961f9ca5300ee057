/** What is wrong with mail to an examiner, in plain words and with the way on. Pure. */
import { BounceReason } from '../../../../domain/delivery.ts';
import { InvitationStatus, isMendable, isUnreached } from '../../../../domain/invitation.ts';
import type { AssessmentStatusPage, ExaminerProgress } from '../../../../prisma/repositories/initiator.ts';
import { paths } from '../../../paths.ts';
import { moment, type Wording } from '../../../wording.ts';
import { componentLabel, examTitle, type FieldError } from '../words.ts';

export interface Trouble {
  readonly kind: 'error' | 'warning' | 'info';
  readonly text: string;
  /** What to do; empty when nothing needs doing. */
  readonly todo: string;
  /** Small print for who helps: the code of the mail server. */
  readonly code: string;
  /** Where the address is mended; empty when it cannot be mended here. */
  readonly href: string;
  readonly label: string;
}

/** What stands between the examiner and the mail; null when nothing does. For examiners whose form is open. */
export function troubleOf(wording: Wording, assessmentId: string, examiner: ExaminerProgress): Trouble | null {
  const { t } = wording.translator;
  const { invitation, email, name } = examiner;
  if (invitation === null) return null;
  const plain = { todo: '', code: '', href: '', label: '' };
  if (isUnreached(invitation)) return { kind: 'error', ...lostModel(wording, assessmentId, examiner) };
  if (invitation.status === InvitationStatus.Expired) {
    return { ...plain, kind: 'error', text: t('initiator.status.delivery.expired') };
  }
  if (isMendable(invitation)) {
    return {
      kind: 'warning',
      text: t('initiator.status.delivery.delayed', { email, when: moment(wording, invitation.deliveryAt) }),
      todo: t('initiator.status.delivery.delayedTodo'),
      code: codeText(wording, invitation.problem?.status),
      ...mendLink(wording, assessmentId, examiner),
    };
  }
  if (invitation.autoReplyAt !== null) {
    const when = moment(wording, invitation.autoReplyAt);
    return { ...plain, kind: 'info', text: t('initiator.status.delivery.autoReply', { name, when }) };
  }
  return null;
}

function lostModel(wording: Wording, assessmentId: string, examiner: ExaminerProgress) {
  const { t } = wording.translator;
  const { invitation } = examiner;
  const email = invitation?.lostAddress ?? examiner.email;
  const reason = invitation?.problem?.reason ?? BounceReason.Other;
  return {
    text: t(`common.bounce.what.${reason}`, { email }),
    todo: `${t(`common.bounce.todo.${reason}`)} ${t('initiator.status.delivery.noReminders')}`,
    code: codeText(wording, invitation?.problem?.status),
    ...mendLink(wording, assessmentId, examiner),
  };
}

function codeText({ translator }: Wording, code: string | null | undefined): string {
  return code ? translator.t('common.bounce.code', { code }) : '';
}

function mendLink({ translator }: Wording, assessmentId: string, { contactId, hasAccount }: ExaminerProgress) {
  return {
    href: paths.assessmentAddress(assessmentId, contactId),
    label: translator.t(hasAccount ? 'initiator.status.delivery.sendAgain' : 'initiator.status.delivery.mend'),
  };
}

/** Mail to the examiner is lost or late: the same address may be tried again. */
export function isTriedAgain({ invitation }: ExaminerProgress): boolean {
  return invitation !== null && isMendable(invitation);
}

export interface AddressInput {
  readonly email: string;
  readonly errors: readonly FieldError[];
}

/** The page on which the address is changed and the invitation sent there. */
export function addressModel(
  wording: Wording,
  page: AssessmentStatusPage,
  examiner: ExaminerProgress,
  { email, errors }: AddressInput,
) {
  const { t } = wording.translator;
  const { name, contactId, components, hasAccount } = examiner;
  const canTryAgain = isTriedAgain(examiner);
  return {
    crumbs: [
      { href: paths.assessments(), label: t('initiator.list.title') },
      { href: paths.assessment(page.id), label: page.student.name },
      { label: t('mending.address.crumb') },
    ],
    title: t(hasAccount && canTryAgain ? 'mending.address.titleAgain' : 'mending.address.title', { name }),
    trouble: troubleOf(wording, page.id, examiner),
    facts: [
      { label: t('mending.student'), value: page.student.name },
      { label: t('mending.exam'), value: examTitle(page.exam, page.unitCodes) },
      { label: t('mending.parts'), value: components.map((ref) => componentLabel(wording, ref)).join(', ') },
      { label: t('initiator.address.now'), value: examiner.email },
    ],
    action: paths.assessmentAddress(page.id, contactId),
    backHref: paths.assessment(page.id),
    resendHref: paths.assessmentResend(page.id, contactId),
    hasAccount,
    was: canTryAgain ? '' : examiner.email,
    canSubmit: canTryAgain || !hasAccount,
    submitLabel: t(hasAccount ? 'initiator.address.submitAgain' : 'mending.address.submit'),
    hint: t(canTryAgain ? 'mending.address.hintLost' : 'mending.address.hint'),
    // One line only goes back into a field of one line.
    email: email.replace(/[\r\n]+/g, ' '),
    happens: hasAccount
      ? [t('initiator.address.happensMail', { name }), t('mending.address.happensLink')]
      : [
          t('mending.address.happensMail', { name }),
          t('mending.address.happensLink'),
          t('mending.address.happensFormer'),
          t('mending.address.happensOthers', { name }),
        ],
    errors,
  };
}
