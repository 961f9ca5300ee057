/**
 * Codes by mail: they prove that whoever holds a link also reads the mail at the address that it went to. For examiners here; for
 * the exam office in office-codes.ts.
 *
 * Contract
 * 1. A code is derived from its row's id and a key, and stored nowhere. It lives ten minutes and counts once.
 * 2. It counts only in the session that asked, for the receiver, the purpose and the subject it was asked for.
 * 3. A try is taken before the code is compared, so that two at once cannot share one; after five the code is worthless.
 * 4. A newer code for the same ends the older one, so that there is one that counts: that of the newest mail.
 */
import { v7 as uuidv7 } from 'uuid';
import type { Lang } from '../../domain/school.ts';
import type { Keyring } from '../../platform/keys.ts';
import { isExaminerCode } from '../../platform/tokens.ts';
import type { CommandHandler } from '../apply-command.ts';
import type { Database, Tx } from '../client.ts';
import type { QueuedMail } from '../mail-ledger.ts';
import { CommandRefused, type UnitOfWork } from '../unit-of-work.ts';

export const ExaminerCodePurpose = {
  /** The other invitations of the same examiner at the school. */
  WorkList: 'workList',
  /** Finishing one revision of a form, with the evidence that was shown. */
  Finish: 'finish',
  /** The exam office opens a document behind a link. */
  Office: 'office',
} as const;
export type ExaminerCodePurpose = (typeof ExaminerCodePurpose)[keyof typeof ExaminerCodePurpose];

export const EXAMINER_CODE_MINUTES = 10;
export const EXAMINER_CODE_TRIES = 5;
/** Codes in an hour for the same thing: one form, or the list of a school. */
const CODES_PER_THING = 3;
/** The same mailbox of an exam office is read by several people, each in a browser of their own. */
const CODES_PER_DOCUMENT = 6;
/** Codes in an hour in all: an examiner may finish a class in an afternoon. */
const CODES_PER_CONTACT = 30;
const HOUR_MS = 3_600_000;

/** What a code is for and where it counts. */
export interface ExaminerCodeUse {
  /** The examiner; for `office` the mail that brought the link. */
  readonly contactId: string;
  readonly sessionId: string;
  readonly purpose: ExaminerCodePurpose;
  /** Of `finish`: {@link finishSubject}; of `office`: the id of the document; else empty. */
  readonly subject: string;
}

export interface AskExaminerCode extends ExaminerCodeUse {
  readonly kid: string;
  /** Also when a code that still counts was mailed already: the mail did not come. */
  readonly isAgain: boolean;
}

/**
 * The form, the revision and the evidence that finishing is asked for: another revision or other evidence needs another code.
 * @param mark of the evidence, see `evidenceMark` (evidence.ts)
 */
export function finishSubject(formId: string, revision: number, mark: string): string {
  return [formId, revision, mark].join('|');
}

/**
 * Mails a code to the address on file, unless one that still counts is on its way.
 *
 * Refused with `CODE_LIMIT` (params `minutes`: until the next may be asked) or `EXAMINER_UNKNOWN`.
 */
export const askExaminerCode: CommandHandler<AskExaminerCode, { codeId: string }> = {
  type: 'askExaminerCode',
  streams: () => [],
  async run(unit, { kid, isAgain, ...use }) {
    const contact = await unit.contact(use.contactId);
    // Two presses of the button at once are one after the other.
    await unit.tx.$queryRaw`SELECT id FROM contact WHERE id = ${contact.id}::uuid FOR NO KEY UPDATE`;
    return mailCode(unit, use, { kid, isAgain }, (codeId) => ({
      template: 'examinerCode',
      lang: contact.lang as Lang,
      toAddress: contact.email,
      toName: contact.name,
      reference: { examinerCodeId: codeId, contactId: contact.id },
    }));
  },
};

type CodeMail = Pick<QueuedMail, 'template' | 'lang' | 'toAddress' | 'toName' | 'reference'>;

/**
 * Makes a code and mails it, unless one that still counts is on its way. Whoever calls holds the receiver's row.
 * @throws CommandRefused CODE_LIMIT
 */
export async function mailCode(
  unit: UnitOfWork,
  use: ExaminerCodeUse,
  { kid, isAgain }: { readonly kid: string; readonly isAgain: boolean },
  mailOf: (codeId: string) => CodeMail,
): Promise<{ codeId: string }> {
  const { tx, schoolId, now } = unit;
  const pending = await findPending(tx, schoolId, use, now);
  if (pending && !isAgain) return { codeId: pending.id };
  await refuseTooMany(tx, schoolId, use, now);
  if (pending) await tx.examinerCode.update({ where: { id: pending.id }, data: { expiresAt: now } });
  const id = uuidv7();
  const expiresAt = new Date(now.getTime() + EXAMINER_CODE_MINUTES * 60_000);
  await tx.examinerCode.create({ data: { id, schoolId, kid, ...use, createdAt: now, expiresAt } });
  unit.queueMail({ ...mailOf(id), streamId: null, cause: id, recipientId: use.contactId, notAfter: expiresAt });
  return { codeId: id };
}

async function findPending(tx: Tx, schoolId: string, use: ExaminerCodeUse, now: Date) {
  return tx.examinerCode.findFirst({
    where: { schoolId, ...use, usedAt: null, expiresAt: { gt: now }, tries: { lt: EXAMINER_CODE_TRIES } },
    orderBy: { createdAt: 'desc' },
  });
}

async function refuseTooMany(tx: Tx, schoolId: string, use: ExaminerCodeUse, now: Date): Promise<void> {
  const rows = await tx.examinerCode.findMany({
    where: { schoolId, contactId: use.contactId, createdAt: { gt: new Date(now.getTime() - HOUR_MS) } },
    select: { purpose: true, subject: true, createdAt: true },
    orderBy: { createdAt: 'asc' },
  });
  const same = rows.filter((row) => row.purpose === use.purpose && thingOf(row.subject) === thingOf(use.subject));
  const most = use.purpose === ExaminerCodePurpose.Office ? CODES_PER_DOCUMENT : CODES_PER_THING;
  const first = rows.length >= CODES_PER_CONTACT ? rows[0] : same.length >= most ? same[0] : undefined;
  if (!first) return;
  const left = first.createdAt.getTime() + HOUR_MS - now.getTime();
  throw new CommandRefused('CODE_LIMIT', { minutes: Math.max(1, Math.ceil(left / 60_000)) });
}

/** A form changed once more is the same thing. */
function thingOf(subject: string): string {
  return subject.split('|')[0] ?? '';
}

export interface PendingCode {
  readonly id: string;
  readonly isExpired: boolean;
}

export type ExaminerCodesRepository = ReturnType<typeof createExaminerCodesRepository>;

/** What pages ask about codes of one school. */
export function createExaminerCodesRepository(database: Database, schoolId: string) {
  return {
    /** The newest code that this session asked for and did not use; null without any. */
    async findPending(use: ExaminerCodeUse): Promise<PendingCode | null> {
      const { contactId, sessionId, purpose, subject } = use;
      const rows = await database.$queryRaw<PendingCode[]>`
        SELECT id, expires_at <= clock_timestamp() AS "isExpired"
        FROM examiner_code
        WHERE school_id = ${schoolId}::uuid AND contact_id = ${contactId}::uuid AND session_id = ${sessionId}
          AND purpose = ${purpose} AND subject = ${subject} AND used_at IS NULL
        ORDER BY created_at DESC, id DESC LIMIT 1`;
      return rows[0] ?? null;
    },

    /**
     * Takes one try of a code and compares.
     * @returns whether it is right, and how many tries are left
     */
    async tryCode(
      keyring: Keyring,
      use: ExaminerCodeUse,
      codeId: string,
      typed: string,
    ): Promise<{ isRight: boolean; triesLeft: number }> {
      const { contactId, sessionId, purpose, subject } = use;
      const rows = await database.$queryRaw<{ kid: string; tries: number }[]>`
        UPDATE examiner_code SET tries = tries + 1
        WHERE id = ${codeId}::uuid AND school_id = ${schoolId}::uuid AND contact_id = ${contactId}::uuid
          AND session_id = ${sessionId} AND purpose = ${purpose} AND subject = ${subject}
          AND used_at IS NULL AND expires_at > clock_timestamp() AND tries < ${EXAMINER_CODE_TRIES}
        RETURNING kid, tries`;
      const [row] = rows;
      if (!row) return { isRight: false, triesLeft: 0 };
      return { isRight: isExaminerCode(keyring, row.kid, codeId, typed), triesLeft: EXAMINER_CODE_TRIES - row.tries };
    },

    /** Uses up a code that was right. @returns false when somebody was first */
    async useCode(codeId: string): Promise<boolean> {
      const count = await database.$executeRaw`
        UPDATE examiner_code SET used_at = clock_timestamp()
        WHERE id = ${codeId}::uuid AND school_id = ${schoolId}::uuid AND used_at IS NULL`;
      return count === 1;
    },

    /** A code with which this session finished something before; null without any. */
    async findProof(contactId: string, sessionId: string): Promise<string | null> {
      const row = await database.examinerCode.findFirst({
        where: { schoolId, contactId, sessionId, purpose: ExaminerCodePurpose.Finish, usedAt: { not: null } },
        select: { id: true },
      });
      return row?.id ?? null;
    },
  };
}

/**
 * Uses the code with which a form is finished, in the transaction that finishes it.
 * @param isReusable once in a session is enough
 * @throws CommandRefused CODE_NEEDED when there is no such code, or it was for something else
 */
export async function useFinishCode(
  tx: Tx,
  of: { readonly schoolId: string; readonly contactId: string; readonly subject: string },
  codeId: string | undefined,
  isReusable: boolean,
): Promise<void> {
  const { schoolId, contactId, subject } = of;
  if (codeId === undefined) throw new CommandRefused('CODE_NEEDED');
  const count = await tx.$executeRaw`
    UPDATE examiner_code SET used_at = COALESCE(used_at, clock_timestamp())
    WHERE id = ${codeId}::uuid AND school_id = ${schoolId}::uuid AND contact_id = ${contactId}::uuid
      AND purpose = ${ExaminerCodePurpose.Finish} AND tries > 0
      AND ((used_at IS NULL AND subject = ${subject} AND expires_at > clock_timestamp())
        OR (used_at IS NOT NULL AND ${isReusable}))`;
  if (count !== 1) throw new CommandRefused('CODE_NEEDED');
}
