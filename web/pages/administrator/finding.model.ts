/** One thing that is stuck, as a row: what, since when, what can be done. Pure. */
import { isMailForResend, MendingAction } from '../../../prisma/commands/mending.ts';
import { AnchorProblem } from '../../../prisma/integrity/anchors.ts';
import { type Finding, FindingKind, type FindingSubject } from '../../../prisma/repositories/health.ts';
import { paths } from '../../paths.ts';
import { isWaitsFor, waitsForWords } from '../../waiting.ts';
import { moment, timeOfDay, type Wording } from '../../wording.ts';
import { shortMoment } from './words.ts';

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
  /** The stream, mail, document, invitation or batch that it mends. */
  readonly targetId: string;
  readonly label:
    | 'nudge'
    | 'retryDocument'
    | 'resendMail'
    | 'resendRepeat'
    | 'dismissMail'
    | 'resendInvitation'
    | 'stopBatch';
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
  const { id, assessmentId, invitationId, documentId } = finding;
  switch (finding.kind) {
    case FindingKind.Unseen:
    case FindingKind.Overdue:
      return [{ action: MendingAction.Nudge, targetId: id, label: 'nudge' }];
    case FindingKind.DocumentNotMade:
      return assessmentId === null
        ? []
        : [{ action: MendingAction.Nudge, targetId: assessmentId, label: 'retryDocument' }];
    case FindingKind.DocumentNotMailed:
      return isLostMail(finding) && documentId !== null ? [resendOf(documentId)] : tryNow(finding);
    case FindingKind.MailNotArrived:
      return [
        ...(documentId === null ? tryNow(finding) : [resendOf(documentId)]),
        { action: MendingAction.DismissMail, targetId: id, label: 'dismissMail' },
      ];
    case FindingKind.MailUnknown:
    case FindingKind.MailWaiting:
      return tryNow(finding);
    case FindingKind.InvitationUndelivered:
      return invitationId === null || isAddressWrong(finding)
        ? []
        : [{ action: MendingAction.ResendInvitation, targetId: invitationId, label: 'resendInvitation' }];
    case FindingKind.BatchHeld:
      return [{ action: MendingAction.StopBatch, targetId: id, label: 'stopBatch' }];
    case FindingKind.Unrelayed:
    case FindingKind.MailHeld:
    case FindingKind.FileDamaged:
    case FindingKind.AnchorFailed:
    case FindingKind.AssessmentLate:
      return [];
  }
}

/** By which ids it may have been mended lately: also a mail that has made way for another since. */
export function mendedIdsOf(finding: Finding): string[] {
  const ids = mendingsOf(finding).map(({ targetId }) => targetId);
  return finding.documentId === null ? ids : [...ids, finding.documentId];
}

function resendOf(documentId: string): MendingChoice {
  return { action: MendingAction.ResendDocument, targetId: documentId, label: 'resendMail' };
}

function tryNow({ mailId, template }: Finding): MendingChoice[] {
  if (mailId === null || !isMailForResend(template)) return [];
  const label = template === 'resultToOffice' ? 'resendRepeat' : 'resendMail';
  return [{ action: MendingAction.ResendMail, targetId: mailId, label }];
}

/** No mail at all counts as lost: it must be written anew. */
function isLostMail({ mailState }: Finding): boolean {
  return mailState === null || mailState === 'failed' || mailState === 'bounced';
}

function isAddressWrong({ code }: Finding): boolean {
  return ADDRESS_CODES.includes(code);
}

export type FindingRowModel = ReturnType<typeof findingRow>;

/** @param slug of the page to come back to; empty for the overview */
export function findingRow(wording: Wording, finding: Finding, facts: RowFacts, slug: string) {
  const { t } = wording.translator;
  const subject = facts.subjects.get(finding.id);
  const title = titleOf(wording, finding, subject);
  const choices = mendingsOf(finding);
  const askedAt = mendedIdsOf(finding)
    .map((id) => facts.mendedAt.get(id))
    .find((at) => at !== undefined);
  return {
    title,
    lines: linesOf(wording, finding, subject, choices[0]?.targetId ?? finding.id),
    since: shortMoment(wording, finding.since, facts.now),
    sinceIso: finding.since.toISOString(),
    problem: problemOf(wording, finding, subject),
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
            assessmentId: finding.assessmentId ?? '',
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
  if (finding.kind === FindingKind.AnchorFailed) return t('administrator.subject.record');
  const batch = subject?.batch ?? null;
  if (batch !== null && finding.template === null)
    return t('administrator.subject.batch', { name: batch.initiatorName, count: batch.rowCount });
  return finding.template === null ? t('administrator.subject.unknown') : templateName(translator, finding.template);
}

function templateName(translator: Wording['translator'], template: string): string {
  const key = `administrator.template.${template}`;
  return translator.t(translator.has(key) ? key : 'administrator.template.other');
}

/** @param reference id by which the finding is found again in what was mended */
function linesOf(
  { translator }: Wording,
  finding: Finding,
  subject: FindingSubject | undefined,
  reference: string,
): string[] {
  const { t } = translator;
  const { assessment = null, otherCount = 0, examinerName = null } = subject ?? {};
  return [
    assessment && finding.template !== null ? templateName(translator, finding.template) : '',
    assessment ? `${assessment.examTitle} (${assessment.examCode})` : '',
    otherCount > 0 ? t('administrator.subject.others', { count: otherCount }) : '',
    examinerName === null ? '' : t('administrator.subject.examiner', { name: examinerName }),
    t('administrator.subject.reference', { id: reference.slice(-8) }),
  ].filter((line) => line !== '');
}

function problemOf(wording: Wording, { kind, code }: Finding, subject: FindingSubject | undefined): string {
  const { t, has } = wording.translator;
  if (code === null) return '';
  if (kind === FindingKind.AssessmentLate) return '';
  if (kind === FindingKind.FileDamaged) return t('administrator.fileHash', { hash: code.slice(0, 12) });
  if (kind === FindingKind.Overdue && isWaitsFor(code)) {
    const initiator = (subject?.assessment ?? subject?.batch)?.initiatorName ?? t('common.waits.someInitiator');
    const examiners = subject?.examinerName ?? t('common.waits.someExaminers');
    return t('common.waits.plainLine', { what: waitsForWords(wording, code, { initiator, examiners }) });
  }
  const key = `administrator.code.${code}`;
  return has(key) ? t(key) : t('administrator.code.other', { code });
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
    case FindingKind.DocumentNotMade:
      return finding.code === null ? t('administrator.help.documentBusy') : '';
    case FindingKind.MailHeld:
      return t('administrator.help.worker');
    case FindingKind.FileDamaged:
      return t('administrator.help.fileDamaged');
    case FindingKind.AnchorFailed:
      return t(
        finding.code === AnchorProblem.RecordDiffers
          ? 'administrator.help.anchorDiffers'
          : 'administrator.help.anchorFailed',
      );
    case FindingKind.BatchHeld:
      return t('administrator.help.batchHeld');
    case FindingKind.AssessmentLate:
      if (name === undefined) return '';
      return t(finding.code === 'draft' ? 'administrator.help.finishDraft' : 'administrator.help.remindExaminer', {
        name,
      });
    case FindingKind.InvitationUndelivered:
      return isAddressWrong(finding) ? addressHelp : '';
    case FindingKind.DocumentNotMailed:
      return isAddressWrong(finding) ? t('administrator.help.officeAddress') : '';
    case FindingKind.MailNotArrived:
      if (finding.template === 'signIn') return t('administrator.help.signIn');
      if (finding.template === 'resultToOffice') return t('administrator.help.officeAddress');
      return finding.invitationId !== null && isAddressWrong(finding) ? addressHelp : '';
    default:
      return '';
  }
}
