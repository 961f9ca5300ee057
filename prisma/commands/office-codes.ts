/**
 * The code with which an exam office opens a document behind a link: mailed to the very address that the link went to.
 * How long it lives, how often it is tried and how often it is mailed: see examiner-codes.ts.
 */
import type { Lang } from '../../domain/school.ts';
import type { CommandHandler } from '../apply-command.ts';
import { MailTemplate } from '../mail-ledger.ts';
import { CommandRefused } from '../unit-of-work.ts';
import { ExaminerCodePurpose, type ExaminerCodeUse, mailCode } from './examiner-codes.ts';

export interface AskOfficeCode {
  /** The mail that brought the link. */
  readonly mailId: string;
  readonly documentId: string;
  /** What the code counts for: this browser. */
  readonly sessionId: string;
  readonly kid: string;
  readonly isAgain: boolean;
}

/** What a code of the exam office counts for. */
export function officeCodeUse(
  of: Pick<AskOfficeCode, 'mailId' | 'documentId' | 'sessionId'>,
): ExaminerCodeUse & { readonly purpose: typeof ExaminerCodePurpose.Office } {
  const { mailId, documentId, sessionId } = of;
  return { contactId: mailId, sessionId, purpose: ExaminerCodePurpose.Office, subject: documentId };
}

/**
 * Mails a code to where the link went, unless one that still counts is on its way.
 *
 * Refused with `CODE_LIMIT` (params `minutes`) or `MAIL_UNKNOWN`.
 */
export const askOfficeCode: CommandHandler<AskOfficeCode, { codeId: string }> = {
  type: 'askOfficeCode',
  streams: () => [],
  async run(unit, command) {
    const { tx, schoolId } = unit;
    const where = { id: command.mailId, schoolId, template: MailTemplate.ResultToOffice };
    const mail = await tx.mail.findFirst({ where, select: { id: true, lang: true, toAddress: true, toName: true } });
    if (!mail) throw new CommandRefused('MAIL_UNKNOWN');
    // Two presses of the button at once are one after the other.
    await tx.$queryRaw`SELECT id FROM mail WHERE id = ${mail.id}::uuid FOR NO KEY UPDATE`;
    return mailCode(unit, officeCodeUse(command), command, (codeId) => ({
      template: MailTemplate.OfficeCode,
      lang: mail.lang as Lang,
      toAddress: mail.toAddress,
      toName: mail.toName,
      reference: { examinerCodeId: codeId, mailId: mail.id, documentId: command.documentId },
    }));
  },
};
