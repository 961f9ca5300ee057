/** Codes by mail. Not sent when the code is used, has expired, or is overtaken by a newer one. */
import { fullName } from '../../domain/school.ts';
import { commonMailData } from '../../emails/invitation-data.ts';
import { KeyringError } from '../../platform/keys.ts';
import { examinerCode as deriveCode } from '../../platform/tokens.ts';
import { ExaminerCodePurpose } from '../../prisma/commands/examiner-codes.ts';
import type { MailTemplate } from '../../prisma/mail-ledger.ts';
import type { Composer, ComposeTools } from './compose.ts';
import { present } from './read.ts';
import { MailNotSendable, type MailRow } from './types.ts';

const MINUTE_MS = 60_000;

/** The code that a mail is about, with its row. @throws MailNotSendable when it is of no use any more */
export async function deriveMailedCode(tools: ComposeTools, { schoolId, reference }: MailRow) {
  const found = await tools.database.examinerCode.findFirst({
    where: { id: present(reference.examinerCodeId, 'the id of the code'), schoolId },
  });
  const record = present(found, 'the code');
  if (record.usedAt !== null) throw new MailNotSendable('the code is used');
  if (record.expiresAt <= tools.now) throw new MailNotSendable('the code has expired');
  return { code: derive(tools, record), record };
}

/** Minutes that a code counts, from when it was made. */
export function validMinutes(code: { readonly createdAt: Date; readonly expiresAt: Date }): number {
  return Math.max(1, Math.floor((code.expiresAt.getTime() - code.createdAt.getTime()) / MINUTE_MS));
}

const examinerCode: Composer = async (tools, row) => {
  const { code, record } = await deriveMailedCode(tools, row);
  const { schoolId } = row;
  const school = await tools.school(schoolId);
  return {
    template: 'examinerCode',
    data: {
      ...commonMailData(school, school.officeEmail ?? tools.senderAddress),
      examinerName: row.toName,
      code,
      validMinutes: validMinutes(record),
      requestedAt: record.createdAt.toISOString(),
      finish: record.purpose === ExaminerCodePurpose.Finish ? await readFinish(tools, schoolId, record.subject) : null,
    },
  };
};

function derive({ keyring }: ComposeTools, code: { readonly kid: string; readonly id: string }): string {
  try {
    return deriveCode(keyring, code.kid, code.id);
  } catch (error) {
    if (error instanceof KeyringError) throw new MailNotSendable('the key of the code is gone');
    throw error;
  }
}

/** @param subject form and revision */
async function readFinish({ database }: ComposeTools, schoolId: string, subject: string) {
  const form = await database.form.findFirst({
    where: { id: subject.split('|')[0] ?? '', schoolId },
    select: {
      assessment: {
        select: { student: true, examVersion: { select: { exam: { select: { title: true } } } } },
      },
    },
  });
  const { student, examVersion } = present(form, 'the form').assessment;
  return { examTitle: examVersion.exam.title, studentName: fullName(student) };
}

export const codeComposers: Readonly<Record<Extract<MailTemplate, 'examinerCode'>, Composer>> = { examinerCode };
