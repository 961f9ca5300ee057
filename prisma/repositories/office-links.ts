/**
 * What an exam office opens with a link and a code: before any school is known.
 *
 * The link is the mail that brought it: its token is derived from the id of the mail, and the mail names address and document.
 */
import { type OfficeLinkState, officeLinkExpiry, officeLinkState } from '../../domain/office-delivery.ts';
import type { Lang } from '../../domain/school.ts';
import { type Database, databaseClock } from '../client.ts';
import { ExaminerCodePurpose } from '../commands/examiner-codes.ts';
import { describeSchool, maskAddress, type SchoolInfo } from './links.ts';

/** How long a browser that gave the right code may read the document. */
export const OFFICE_READING_MINUTES = 30;

export interface OfficeLink {
  readonly mailId: string;
  readonly school: SchoolInfo;
  readonly lang: Lang;
  readonly assessmentId: string;
  readonly documentId: string;
  readonly officeAddressId: string;
  readonly number: string;
  readonly version: number;
  readonly sha256: string;
  /** Number of the document that replaced it; null for the newest. */
  readonly replacedBy: string | null;
  /** `e***@domein.nl` */
  readonly maskedAddress: string;
  readonly expiresAt: Date;
  readonly state: OfficeLinkState;
}

/** A code that a browser asked for, newest first. */
export interface OfficeCodeRow {
  readonly codeId: string;
  readonly schoolId: string;
  readonly mailId: string;
  readonly isExpired: boolean;
}

export type OfficeLinkRepository = ReturnType<typeof createOfficeLinkRepository>;

export function createOfficeLinkRepository(database: Database) {
  return {
    /** The link that a mail brought, as it stands now; null when the mail brought none, or its document is not stored. */
    async find(mailId: string): Promise<OfficeLink | null> {
      const mail = await database.mail.findFirst({ where: { id: mailId, template: 'resultToOffice' } });
      const { documentId } = (mail?.reference ?? {}) as { documentId?: string };
      if (!mail || documentId === undefined) return null;
      const { schoolId } = mail;
      const [document, school, newestMail, now] = await Promise.all([
        database.document.findFirst({ where: { id: documentId, schoolId } }),
        database.school.findUniqueOrThrow({ where: { id: schoolId } }),
        database.mail.findFirst({
          where: {
            schoolId,
            streamId: mail.streamId,
            template: 'resultToOffice',
            reference: { path: ['documentId'], equals: documentId },
          },
          orderBy: [{ queuedAt: 'desc' }, { id: 'desc' }],
          select: { toAddress: true },
        }),
        databaseClock.now(database),
      ]);
      if (!document?.sha256 || !school.isActive) return null;
      const { assessmentId, officeAddressId, number, version, sha256 } = document;
      const newer = await database.document.findFirst({
        where: { schoolId, assessmentId, version: { gt: version }, storedAt: { not: null } },
        orderBy: { version: 'desc' },
        select: { number: true },
      });
      const isMoved = newestMail?.toAddress !== mail.toAddress;
      return {
        mailId,
        school: describeSchool(school),
        lang: mail.lang as Lang,
        assessmentId,
        documentId,
        officeAddressId,
        number,
        version,
        sha256,
        replacedBy: newer?.number ?? null,
        maskedAddress: maskAddress(mail.toAddress),
        expiresAt: officeLinkExpiry(mail.queuedAt),
        state: officeLinkState({ queuedAt: mail.queuedAt, isSuperseded: newer !== null, isMoved }, now),
      };
    },

    /** The newest code that this browser asked for to open a document; null without any. */
    async findCode(sessionId: string, documentId: string): Promise<OfficeCodeRow | null> {
      const rows = await database.$queryRaw<OfficeCodeRow[]>`
        SELECT id AS "codeId", school_id AS "schoolId", contact_id AS "mailId", expires_at <= clock_timestamp() AS "isExpired"
        FROM examiner_code
        WHERE session_id = ${sessionId} AND purpose = ${ExaminerCodePurpose.Office} AND subject = ${documentId}
          AND used_at IS NULL
        ORDER BY created_at DESC, id DESC LIMIT 1`;
      return rows[0] ?? null;
    },

    /** The mail with whose link this browser opened a document, as long as it may still read it. */
    async findOpened(sessionId: string, documentId: string): Promise<{ readonly mailId: string } | null> {
      const rows = await database.$queryRaw<{ mailId: string }[]>`
        SELECT contact_id AS "mailId" FROM examiner_code
        WHERE session_id = ${sessionId} AND purpose = ${ExaminerCodePurpose.Office} AND subject = ${documentId}
          AND used_at > clock_timestamp() - make_interval(mins => ${OFFICE_READING_MINUTES}::int)
        ORDER BY used_at DESC LIMIT 1`;
      return rows[0] ?? null;
    },
  };
}
