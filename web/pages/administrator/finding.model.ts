/** One thing that is stuck, as a row: what, since when, what can be done. Pure. */
import { isMailForResend, MendingAction } from '../../../prisma/commands/mending.ts';
import { type Finding, FindingKind, type FindingSubject } from '../../../prisma/repositories/health.ts';
import { paths } from '../../paths.ts';
import { moment, shortMoment, timeOfDay, type Wording } from './words.ts';

/** What pages read beside the findings. */
export interface RowFacts {
  /** By the id of the finding. */
  readonly subjects: ReadonlyMap<string, FindingSubject>;
  /** By the id of what was mended. */
  readonly mendedAt: ReadonlyMap<string, Date>;
  readonly newCommandId: () => string;
  readonly now: Date;
}

interface MendingChoice {
  readonly action: MendingAction;
  /** The stream, mail or invitation that it mends. */
  readonly targetId: string;
  readonly label: 'nudge' | 'retryDocument' | 'resendMail' | 'resendRepeat' | 'dismissMail' | 'newLink';
}

/** Refused for what the address is: the same address would be refused again. */
const ADDRESS_CODES: readonly (string | null)[] = [
  'RECIPIENT_REFUSED',
  'BOUNCED',
  'addressUnknown',
  'domainUnknown',
  'mailboxDisabled',
];

/** What a person can do here about a finding, the first thing first. */
export function mendingsOf(finding: Finding): MendingChoice[] {
  const { id, assessmentId, invitationId, mailId, code } = finding;
  const resend = (label: 'resendMail' | 'resendRepeat'): MendingChoice[] =>
    mailId !== null && isMailForResend(finding.template)
      ? [{ action: MendingAction.ResendMail, targetId: mailId, label }]
      : [];
  switch (finding.kind) {
    case FindingKind.Unseen:
    case FindingKind.Overdue:
      return [{ action: MendingAction.Nudge, targetId: id, label: 'nudge' }];
    case FindingKind.DocumentNotMade:
      return assessmentId === null
        ? []
        : [{ action: MendingAction.Nudge, targetId: assessmentId, label: 'retryDocument' }];
    case FindingKind.DocumentNotMailed:
      return resend('resendRepeat');
    case FindingKind.MailNotArrived:
      return [
        ...resend(finding.template === 'resultToOffice' ? 'resendRepeat' : 'resendMail'),
        { action: MendingAction.DismissMail, targetId: id, label: 'dismissMail' },
      ];
    case FindingKind.MailUnknown:
      return resend(finding.template === 'resultToOffice' ? 'resendRepeat' : 'resendMail');
    case FindingKind.MailWaiting:
      return resend('resendMail');
    case FindingKind.InvitationUndelivered:
      return invitationId === null || ADDRESS_CODES.includes(code)
        ? []
        : [{ action: MendingAction.NewLink, targetId: invitationId, label: 'newLink' }];
    case FindingKind.Unrelayed:
    case FindingKind.MailHeld:
    case FindingKind.AssessmentLate:
      return [];
  }
}

export type FindingRowModel = ReturnType<typeof findingRow>;

/** @param slug of the page to come back to; empty for the overview */
export function findingRow(wording: Wording, finding: Finding, facts: RowFacts, slug: string) {
  const { t } = wording.translator;
  const subject = facts.subjects.get(finding.id);
  const title = titleOf(wording, finding, subject);
  const choices = mendingsOf(finding);
  const askedAt = choices.map(({ targetId }) => facts.mendedAt.get(targetId)).find((at) => at !== undefined);
  return {
    title,
    lines: linesOf(wording, finding, subject),
    since: shortMoment(wording, finding.since, facts.now),
    sinceIso: finding.since.toISOString(),
    problem: problemOf(wording, finding),
    retry: retryOf(wording, finding, facts.now),
    help: helpOf(wording, finding, subject),
    asked: askedAt ? t('administrator.mended', { time: timeOfDay(wording, askedAt) }) : '',
    actions: askedAt
      ? []
      : choices.map(({ action, targetId, label }, index) => {
          const text = t(`administrator.action.${label}`);
          return {
            action,
            id: targetId,
            href: paths.mend(),
            commandId: facts.newCommandId(),
            back: slug,
            text,
            fullText: t('administrator.actionFor', { action: text, subject: title }),
            isFirst: index === 0 && action !== MendingAction.DismissMail,
          };
        }),
  };
}

function titleOf({ translator }: Wording, finding: Finding, subject: FindingSubject | undefined): string {
  const { t } = translator;
  const assessment = subject?.assessment ?? null;
  if (assessment !== null) {
    const number = assessment.studentNumber ?? t('administrator.subject.noNumber');
    return t('administrator.subject.student', { name: assessment.studentName, number });
  }
  return finding.template === null ? t('administrator.subject.unknown') : templateName(translator, finding.template);
}

function templateName(translator: Wording['translator'], template: string): string {
  const key = `administrator.template.${template}`;
  return translator.t(translator.has(key) ? key : 'administrator.template.other');
}

function linesOf({ translator }: Wording, finding: Finding, subject: FindingSubject | undefined): string[] {
  const { t } = translator;
  const { assessment = null, otherCount = 0, examinerName = null } = subject ?? {};
  return [
    assessment && finding.template !== null ? templateName(translator, finding.template) : '',
    assessment ? `${assessment.examTitle} (${assessment.examCode})` : '',
    otherCount > 0 ? t('administrator.subject.others', { count: otherCount }) : '',
    examinerName === null ? '' : t('administrator.subject.examiner', { name: examinerName }),
    t('administrator.subject.reference', { id: finding.id.slice(-8) }),
  ].filter((line) => line !== '');
}

function problemOf({ translator }: Wording, { kind, code }: Finding): string {
  if (code === null) return '';
  if (kind === FindingKind.AssessmentLate) return '';
  const key = kind === FindingKind.Overdue ? `administrator.waits.${code}` : `administrator.code.${code}`;
  return translator.has(key) ? translator.t(key) : translator.t('administrator.code.other', { code });
}

const DAY_MS = 86_400_000;

function retryOf(wording: Wording, { nextAt }: Finding, now: Date): string {
  if (nextAt === null || nextAt <= now) return '';
  const { t } = wording.translator;
  return nextAt.getTime() - now.getTime() < DAY_MS / 2
    ? t('administrator.retry', { time: timeOfDay(wording, nextAt) })
    : t('administrator.retryLater', { at: moment(wording, nextAt) });
}

/** What a person must do that no button here does; empty when nothing. */
function helpOf({ translator }: Wording, finding: Finding, subject: FindingSubject | undefined): string {
  const { t } = translator;
  const name = subject?.assessment?.initiatorName;
  const addressHelp =
    name === undefined
      ? t('administrator.help.correctAddressAnyone')
      : t('administrator.help.correctAddress', { name });
  switch (finding.kind) {
    case FindingKind.Unrelayed:
      return t('administrator.help.unrelayed');
    case FindingKind.MailHeld:
      return t('administrator.help.worker');
    case FindingKind.AssessmentLate:
      if (name === undefined) return '';
      return t(finding.code === 'draft' ? 'administrator.help.finishDraft' : 'administrator.help.remindExaminer', {
        name,
      });
    case FindingKind.InvitationUndelivered:
      return ADDRESS_CODES.includes(finding.code) ? addressHelp : '';
    case FindingKind.DocumentNotMailed:
      return ADDRESS_CODES.includes(finding.code) ? t('administrator.help.officeAddress') : '';
    case FindingKind.MailNotArrived:
      if (finding.template === 'signIn') return t('administrator.help.signIn');
      if (finding.template === 'resultToOffice') return t('administrator.help.officeAddress');
      return finding.invitationId !== null && ADDRESS_CODES.includes(finding.code) ? addressHelp : '';
    default:
      return '';
  }
}
