/** Reminding the examiners of several assessments at once. Pure. */
import { FormStatus } from '../../../../domain/assessment.ts';
import { InvitationStatus, isUnreached } from '../../../../domain/invitation.ts';
import type {
  ListedAssessment,
  ListedExaminer,
  RemindableInvitation,
} from '../../../../prisma/repositories/initiator.ts';
import { paths } from '../../../paths.ts';
import { listNames, type Wording } from '../../../wording.ts';
import { isRemindedRecently } from '../by-hand.ts';

const OPEN: readonly string[] = [FormStatus.Open, FormStatus.Started, FormStatus.Returned];

export type Skipped = 'skippedRecently' | 'skippedLost' | 'skippedAsked' | 'skippedExpired';

export interface RemindPlan {
  /** One mail each. */
  readonly due: readonly {
    readonly invitation: RemindableInvitation;
    readonly name: string;
    readonly students: readonly string[];
  }[];
  readonly skipped: readonly { readonly name: string; readonly why: Skipped }[];
}

/** Who gets a mail for these assessments, and who does not and why. One invitation is one mail. */
export function planReminders(
  assessments: readonly ListedAssessment[],
  invitations: ReadonlyMap<string, RemindableInvitation>,
  now: Date,
): RemindPlan {
  const due = new Map<string, { invitation: RemindableInvitation; name: string; students: string[] }>();
  const skipped = new Map<string, { name: string; why: Skipped }>();
  for (const { id, student, examiners } of assessments) {
    for (const examiner of examiners) {
      const invitation = invitations.get(`${id}|${examiner.contactId}`);
      if (!invitation || !OPEN.includes(examiner.formStatus)) continue;
      const why = whyNot(examiner, invitation, now);
      if (why !== null) {
        skipped.set(invitation.id, { name: examiner.name, why });
        continue;
      }
      const known = due.get(invitation.id) ?? { invitation, name: examiner.name, students: [] };
      known.students.push(student.name);
      due.set(invitation.id, known);
    }
  }
  // Who asked about one student may be busy with another.
  for (const id of due.keys()) skipped.delete(id);
  return { due: [...due.values()], skipped: [...skipped.values()] };
}

function whyNot(
  { ask, invitation: reach }: ListedExaminer,
  { status, lastReminderAt }: RemindableInvitation,
  now: Date,
): Skipped | null {
  if (ask !== null) return 'skippedAsked';
  if (reach !== null && isUnreached(reach)) return 'skippedLost';
  if (status !== InvitationStatus.Active) return 'skippedExpired';
  return isRemindedRecently(lastReminderAt, now) ? 'skippedRecently' : null;
}

/** Asks before the mails leave. */
export function remindModel(
  wording: Wording,
  {
    ids,
    backHref,
    plan: { due, skipped },
  }: { readonly ids: readonly string[]; readonly backHref: string; readonly plan: RemindPlan },
) {
  const { t } = wording.translator;
  const count = due.length;
  return {
    title: count > 0 ? t('following.remind.title', { count }) : t('following.remind.nobodyTitle'),
    text: count > 0 ? t('following.remind.text') : t('following.remind.nobodyText'),
    canSend: count > 0,
    action: paths.remindMany(),
    hidden: ids.map((value) => ({ name: 'afname', value })),
    facts: due.map(({ name, students }) => ({ label: name, value: listNames(wording, students) })),
    skipped: skipped.map(({ name, why }) => t(`following.remind.${why}`, { name })),
    confirmLabel: t('following.remind.confirm', { count }),
    cancelLabel: t('following.remind.keep'),
    cancelHref: backHref,
  };
}
