/**
 * What was sent to the exam office: every mail with a document, newest first.
 *
 * Contract: pages follow each other by (queuedAt, id) in the partial indexes `mail_to_office` and `mail_to_office_lost`, never by
 * a count of rows.
 */
import { BounceReason, DeliverySignal } from '../../domain/delivery.ts';
import type { ExamDefinition } from '../../domain/exam.ts';
import { fullName } from '../../domain/school.ts';
import { Prisma } from '../../generated/prisma/client.ts';
import { ExaminerCodePurpose } from '../commands/examiner-codes.ts';
import { describeUnits } from './committee-dossier.ts';
import type { SchoolScope } from './index.ts';

export const SentView = {
  All: 'all',
  /** Did not arrive, and was not sent again since. */
  Problem: 'problem',
  /** No server took it yet. */
  UnderWay: 'underWay',
} as const;
export type SentView = (typeof SentView)[keyof typeof SentView];
export const SENT_VIEWS: readonly SentView[] = Object.values(SentView);

export interface SentCursor {
  readonly since: Date;
  readonly id: string;
}

export interface SentRequest {
  readonly view: SentView;
  /** Queued at or after this. */
  readonly from: Date | null;
  /** Queued before this. */
  readonly until: Date | null;
  readonly after: SentCursor | null;
  readonly before: SentCursor | null;
  readonly limit: number;
}

export interface SentRow {
  readonly id: string;
  readonly queuedAt: Date;
  readonly toAddress: string;
  readonly state: string;
  readonly acceptedAt: Date | null;
  readonly nextTryAt: Date;
  readonly smtpServer: string | null;
  readonly smtpReply: string | null;
  readonly lastError: string | null;
  readonly isRepeat: boolean;
  readonly isLate: boolean;
  readonly reason: BounceReason | null;
  readonly code: string | null;
  readonly deliveredAt: Date | null;
  /** When somebody opened the document behind its link; null: never, or it was attached. */
  readonly openedAt: Date | null;
  /** The last mail with this document. */
  readonly isNewest: boolean;
  readonly document: {
    readonly id: string;
    readonly assessmentId: string;
    readonly number: string;
    readonly version: number;
    /** The newest version of its assessment. */
    readonly isNewest: boolean;
  };
  readonly studentName: string;
  /** What was assessed of the exam; its title when that is all of it. */
  readonly examTitle: string;
  readonly examCode: string;
}

export interface SentPage {
  readonly rows: readonly SentRow[];
  readonly hasPrevious: boolean;
  readonly hasNext: boolean;
  /** Mails of each view in the period, at most {@link MOST_SENT_COUNTED}. */
  readonly counts: Readonly<Record<SentView, number>>;
}

/** Beyond it a count says "more than". */
export const MOST_SENT_COUNTED = 1_000;
/** The same, where it is only said that there are any. */
export const MOST_PROBLEMS = 99;

interface RawRow {
  readonly id: string;
  readonly queuedAt: Date;
  readonly toAddress: string;
  readonly state: string;
  readonly acceptedAt: Date | null;
  readonly nextTryAt: Date;
  readonly smtpServer: string | null;
  readonly smtpReply: string | null;
  readonly smtpCode: string | null;
  readonly lastError: string | null;
  readonly isRepeat: boolean;
  readonly deliverySignal: string | null;
  readonly deliveryReason: string | null;
  readonly deliveryStatus: string | null;
  readonly deliveryAt: Date | null;
  readonly openedAt: Date | null;
  readonly isNewest: boolean;
  readonly documentId: string;
  readonly assessmentId: string;
  readonly number: string;
  readonly version: number;
  readonly isNewestVersion: boolean;
  readonly givenName: string;
  readonly infix: string;
  readonly familyName: string;
  readonly definition: unknown;
  readonly unitCodes: readonly string[];
  readonly examCode: string;
}

/** The mail `mail` is the last one with its document. */
const IS_NEWEST = Prisma.sql`NOT EXISTS (
  SELECT 1 FROM mail later WHERE later.stream_id = mail.stream_id AND later.school_id = mail.school_id
    AND later.template = 'resultToOffice' AND later.reference->>'documentId' = mail.reference->>'documentId'
    AND (later.queued_at, later.id) > (mail.queued_at, mail.id))`;

/** Same words as the partial indexes, so that they are used. */
const VIEW_SQL: Readonly<Record<SentView, Prisma.Sql>> = {
  all: Prisma.sql`mail.template = 'resultToOffice'`,
  problem: Prisma.sql`mail.template = 'resultToOffice' AND mail.state IN ('failed', 'bounced') AND ${IS_NEWEST}`,
  underWay: Prisma.sql`mail.template = 'resultToOffice' AND mail.state IN ('queued', 'claimed', 'unknown')`,
};

export type SentDocumentsRepository = ReturnType<typeof createSentDocumentsRepository>;

export function createSentDocumentsRepository({ database, schoolId }: SchoolScope) {
  function whereOf({ from, until }: Pick<SentRequest, 'from' | 'until'>, view: SentView): Prisma.Sql {
    const parts = [Prisma.sql`mail.school_id = ${schoolId}::uuid`, VIEW_SQL[view]];
    if (from) parts.push(Prisma.sql`mail.queued_at >= ${from}::timestamptz`);
    if (until) parts.push(Prisma.sql`mail.queued_at < ${until}::timestamptz`);
    return Prisma.join(parts, ' AND ');
  }

  /** Ids in reading order (newest first) from a cursor on; `isForward` false: the ones before it, nearest first. */
  async function idsFrom(request: SentRequest, cursor: SentCursor | null, isForward: boolean, limit: number) {
    const beyond = isForward ? Prisma.sql`<` : Prisma.sql`>`;
    const order = isForward ? Prisma.sql`mail.queued_at DESC, mail.id DESC` : Prisma.sql`mail.queued_at, mail.id`;
    const place = cursor
      ? Prisma.sql`AND (mail.queued_at, mail.id) ${beyond} (${cursor.since}::timestamptz, ${cursor.id}::uuid)`
      : Prisma.empty;
    return database.$queryRaw<{ id: string; since: Date }[]>`
      SELECT mail.id, mail.queued_at AS since FROM mail
      WHERE ${whereOf(request, request.view)} ${place} ORDER BY ${order} LIMIT ${limit}`;
  }

  async function readPageIds(request: SentRequest) {
    if (request.before) {
      const found = await idsFrom(request, request.before, false, request.limit + 1);
      // Fewer than a page before this one: show the first page whole.
      if (found.length <= request.limit) return readPageIds({ ...request, before: null, after: null });
      return { page: found.slice(0, request.limit).reverse(), hasPrevious: true, hasNext: true };
    }
    const found = await idsFrom(request, request.after, true, request.limit + 1);
    return {
      page: found.slice(0, request.limit),
      hasPrevious: request.after !== null,
      hasNext: found.length > request.limit,
    };
  }

  async function countViews(request: SentRequest): Promise<SentPage['counts']> {
    const columns = SENT_VIEWS.map(
      (view) => Prisma.sql`(SELECT count(*)::int FROM (
        SELECT 1 FROM mail WHERE ${whereOf(request, view)} LIMIT ${MOST_SENT_COUNTED + 1}) seen) AS ${Prisma.raw(`"${view}"`)}`,
    );
    const [row] = await database.$queryRaw<Record<SentView, number>[]>`SELECT ${Prisma.join(columns)}`;
    return row ?? { all: 0, problem: 0, underWay: 0 };
  }

  async function readRows(ids: readonly string[]): Promise<SentRow[]> {
    if (ids.length === 0) return [];
    const rows = await database.$queryRaw<RawRow[]>`
      SELECT mail.id, mail.queued_at AS "queuedAt", mail.to_address AS "toAddress", mail.state,
        mail.accepted_at AS "acceptedAt", mail.next_try_at AS "nextTryAt", mail.smtp_server AS "smtpServer",
        mail.smtp_reply AS "smtpReply", mail.smtp_code AS "smtpCode", mail.last_error AS "lastError",
        mail.is_repeat AS "isRepeat", mail.delivery_signal AS "deliverySignal", mail.delivery_reason AS "deliveryReason",
        mail.delivery_status AS "deliveryStatus", mail.delivery_at AS "deliveryAt", ${IS_NEWEST} AS "isNewest",
        (SELECT max(code.used_at) FROM examiner_code code
          WHERE code.contact_id = mail.id AND code.school_id = mail.school_id
            AND code.purpose = ${ExaminerCodePurpose.Office}) AS "openedAt",
        document.id AS "documentId", document.assessment_id AS "assessmentId", document.number, document.version,
        NOT EXISTS (SELECT 1 FROM document newer WHERE newer.assessment_id = document.assessment_id
          AND newer.school_id = document.school_id AND newer.version > document.version) AS "isNewestVersion",
        student.given_name AS "givenName", student.infix, student.family_name AS "familyName",
        exam_version.definition, assessment.unit_codes AS "unitCodes", exam.code AS "examCode"
      FROM mail
        JOIN document ON document.id = (mail.reference->>'documentId')::uuid AND document.school_id = mail.school_id
        JOIN assessment ON assessment.id = document.assessment_id AND assessment.school_id = document.school_id
        JOIN student ON student.id = assessment.student_id AND student.school_id = assessment.school_id
        JOIN exam_version ON exam_version.id = assessment.exam_version_id AND exam_version.school_id = assessment.school_id
        JOIN exam ON exam.id = exam_version.exam_id AND exam.school_id = assessment.school_id
      WHERE mail.school_id = ${schoolId}::uuid AND mail.id = ANY(${[...ids]}::uuid[])
      ORDER BY mail.queued_at DESC, mail.id DESC`;
    return rows.map(toSentRow);
  }

  return {
    /** One page of what was sent, with the counts of all views in the period. */
    async readSent(request: SentRequest): Promise<SentPage> {
      const [{ page, hasPrevious, hasNext }, counts] = await Promise.all([readPageIds(request), countViews(request)]);
      return { rows: await readRows(page.map(({ id }) => id)), hasPrevious, hasNext, counts };
    },

    /** Documents that did not reach the exam office and wait for a person; at most {@link MOST_PROBLEMS} and one: every queue asks. */
    async countProblems(): Promise<number> {
      const rows = await database.$queryRaw<{ count: number }[]>`
        SELECT count(*)::int AS count FROM (SELECT 1 FROM mail
          WHERE ${whereOf({ from: null, until: null }, SentView.Problem)} LIMIT ${MOST_PROBLEMS + 1}) seen`;
      return rows[0]?.count ?? 0;
    },
  };
}

function toSentRow(row: RawRow): SentRow {
  const { id, queuedAt, toAddress, state, acceptedAt, nextTryAt, smtpServer, smtpReply, lastError, isRepeat } = row;
  return {
    ...{ id, queuedAt, toAddress, state, acceptedAt, nextTryAt, smtpServer, smtpReply, lastError, isRepeat },
    isLate: row.deliverySignal === DeliverySignal.Delayed,
    reason: Object.values(BounceReason).find((reason) => reason === row.deliveryReason) ?? null,
    code: row.deliveryStatus ?? (state === 'failed' ? row.smtpCode : null),
    deliveredAt: state === 'delivered' ? row.deliveryAt : null,
    openedAt: row.openedAt,
    isNewest: row.isNewest,
    document: {
      id: row.documentId,
      assessmentId: row.assessmentId,
      number: row.number,
      version: row.version,
      isNewest: row.isNewestVersion,
    },
    studentName: fullName(row),
    examTitle: describeUnits(row.definition as ExamDefinition, row.unitCodes),
    examCode: row.examCode,
  };
}
