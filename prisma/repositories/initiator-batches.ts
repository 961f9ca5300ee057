/** Invitations that an initiator sent with one click: how far they are, and what became of each. */
import type { ReminderPolicy } from '../../domain/reminders.ts';
import { fullName } from '../../domain/school.ts';
import type { Conducting } from '../../domain/waiting.ts';
import { Prisma } from '../../generated/prisma/client.ts';
import { readBatchConducting } from './conducting.ts';
import type { SchoolScope } from './index.ts';

export interface BatchSummary {
  readonly id: string;
  readonly seriesId: string | null;
  /** BatchStatus */
  readonly status: string;
  readonly statusSince: Date;
  readonly createdAt: Date;
  /** When sending begins or began; later than `createdAt` when it was left to go by itself. */
  readonly sendAt: Date;
  readonly rowCount: number;
  readonly sentCount: number;
  readonly failedCount: number;
  /** Neither sent nor failed; of a stopped batch: what stays unsent. */
  readonly leftCount: number;
  /** Students that it is for. */
  readonly studentCount: number;
  readonly examTitle: string;
}

export interface BatchRowView {
  readonly number: number;
  readonly contactId: string;
  readonly name: string;
  readonly email: string;
  readonly organisation: string;
  readonly assessmentIds: readonly string[];
  /** Of the first few students, in the order of sending. */
  readonly studentNames: readonly string[];
  /** BatchRowStatus */
  readonly status: string;
  /** Why it failed (BATCH_ROW_PROBLEMS); of a row that was sent: why some students are not in it. */
  readonly error: string | null;
  /** How many of the students are not in the invitation; 0 before it is sent. */
  readonly leftOutCount: number;
  readonly settledAt: Date | null;
  /** Null before it is sent. */
  readonly invitation: {
    readonly id: string;
    readonly status: string;
    readonly delivery: string;
    readonly deliveryAt: Date;
    readonly openedAt: Date | null;
  } | null;
}

export interface BatchView extends BatchSummary {
  readonly initiatorId: string;
  /** Null: that of the school. */
  readonly reminderPolicy: ReminderPolicy | null;
  /** Empty when there is none, or when it was erased. */
  readonly remark: string;
  readonly attachments: readonly { readonly id: string; readonly name: string; readonly size: number }[];
  readonly conducting: Conducting;
  /** The first {@link BATCH_ROWS_SHOWN}: what failed first, then what is left, then what was sent. */
  readonly rows: readonly BatchRowView[];
}

export const BATCH_ROWS_SHOWN = 300;
const BATCHES_SHOWN = 50;
const NAMES_SHOWN = 3;

export interface BatchRowFilter {
  /** BatchRowStatus; absent: all. */
  readonly status?: string;
  /** Numbers after this one. */
  readonly after?: number;
  readonly limit?: number;
}

interface RowFound {
  readonly number: number;
  readonly contactId: string;
  readonly assessmentIds: string[];
  readonly status: string;
  readonly error: string | null;
  readonly invitationId: string | null;
  readonly settledAt: Date | null;
}

export function createBatchReads({ database, schoolId }: SchoolScope) {
  async function readSummaries(where: Prisma.Sql, limit: number): Promise<BatchSummary[]> {
    return database.$queryRaw<BatchSummary[]>`
      SELECT batch.id, batch.series_id AS "seriesId", batch.status, batch.status_since AS "statusSince",
        batch.created_at AS "createdAt", batch.send_at AS "sendAt", batch.row_count AS "rowCount",
        batch.done_count AS "sentCount", batch.failed_count AS "failedCount",
        batch.row_count - batch.done_count - batch.failed_count AS "leftCount",
        (SELECT count(DISTINCT assessment.student_id)::int FROM batch_row
          JOIN assessment ON assessment.id = ANY(batch_row.assessment_ids)
          WHERE batch_row.batch_id = batch.id) AS "studentCount",
        COALESCE((SELECT exam.title FROM batch_row
          JOIN assessment ON assessment.id = batch_row.assessment_ids[1]
          JOIN exam_version ON exam_version.id = assessment.exam_version_id
          JOIN exam ON exam.id = exam_version.exam_id
          WHERE batch_row.batch_id = batch.id ORDER BY batch_row.number LIMIT 1), '') AS "examTitle"
      FROM batch WHERE batch.school_id = ${schoolId}::uuid AND ${where}
      ORDER BY batch.created_at DESC, batch.id DESC LIMIT ${limit}::int`;
  }

  async function describeRows(rows: readonly RowFound[]): Promise<BatchRowView[]> {
    const contacts = await database.contact.findMany({
      where: { schoolId, id: { in: rows.map(({ contactId }) => contactId) } },
      select: { id: true, name: true, email: true, organisation: true },
    });
    const invitations = await database.invitation.findMany({
      where: { schoolId, id: { in: rows.flatMap(({ invitationId }) => invitationId ?? []) } },
      select: { id: true, status: true, delivery: true, deliveryAt: true, openedAt: true },
    });
    const leftOut = await readLeftOut(rows);
    const names = await readNames(rows.flatMap(({ assessmentIds }) => assessmentIds.slice(0, NAMES_SHOWN)));
    const contactOf = new Map(contacts.map((contact) => [contact.id, contact]));
    const invitationOf = new Map(invitations.map((invitation) => [invitation.id, invitation]));
    return rows.map(({ invitationId, ...row }) => {
      const { name = '', email = '', organisation = '' } = contactOf.get(row.contactId) ?? {};
      return {
        ...row,
        name,
        email,
        organisation,
        studentNames: row.assessmentIds.slice(0, NAMES_SHOWN).flatMap((id) => names.get(id) ?? []),
        leftOutCount: row.error === null ? 0 : (leftOut.get(row.number) ?? 0),
        invitation: (invitationId === null ? undefined : invitationOf.get(invitationId)) ?? null,
      };
    });
  }

  /** Of rows that were sent, though not for all: how many assessments are not in the invitation. */
  async function readLeftOut(rows: readonly RowFound[]): Promise<ReadonlyMap<number, number>> {
    const partly = rows.filter(({ invitationId, error }) => invitationId !== null && error !== null);
    if (partly.length === 0) return new Map();
    const streams = await database.stream.findMany({
      where: { schoolId, id: { in: partly.flatMap(({ invitationId }) => invitationId ?? []) } },
      select: { id: true, state: true },
    });
    const pairs = new Map(
      streams.map(({ id, state }) => [id, Object.keys((state as { pairs?: object } | null)?.pairs ?? {}).length]),
    );
    return new Map(
      partly.map(({ number, invitationId, assessmentIds }) => [
        number,
        assessmentIds.length - (pairs.get(invitationId ?? '') ?? 0),
      ]),
    );
  }

  async function readNames(assessmentIds: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const rows = await database.assessment.findMany({
      where: { schoolId, id: { in: [...new Set(assessmentIds)] } },
      select: { id: true, student: { select: { givenName: true, infix: true, familyName: true } } },
    });
    return new Map(rows.map(({ id, student }) => [id, fullName(student)]));
  }

  return {
    /** A batch of this initiator with its first rows; null when there is none. */
    async findBatch(membershipId: string, id: string): Promise<BatchView | null> {
      const [summary] = await readSummaries(ofInitiator(membershipId, Prisma.sql`batch.id = ${id}::uuid`), 1);
      if (!summary) return null;
      const batch = await database.batch.findFirstOrThrow({ where: { schoolId, id } });
      const remark =
        batch.remarkTextId === null
          ? null
          : await database.textNote.findFirst({ where: { schoolId, id: batch.remarkTextId }, select: { body: true } });
      const attachments = await database.attachment.findMany({
        where: { schoolId, id: { in: batch.attachmentIds } },
        orderBy: { name: 'asc' },
        select: { id: true, name: true, size: true },
      });
      const rows = await database.$queryRaw<RowFound[]>`
        SELECT number, contact_id AS "contactId", assessment_ids AS "assessmentIds", status, error,
          invitation_id AS "invitationId", settled_at AS "settledAt"
        FROM batch_row WHERE school_id = ${schoolId}::uuid AND batch_id = ${id}::uuid
        ORDER BY array_position(ARRAY['failed', 'waiting', 'stopped', 'sent'], status), number
        LIMIT ${BATCH_ROWS_SHOWN}::int`;
      return {
        ...summary,
        initiatorId: batch.initiatorId,
        reminderPolicy: (batch.reminders as unknown as ReminderPolicy | null) ?? null,
        remark: remark?.body ?? '',
        attachments,
        conducting: await readBatchConducting(database, schoolId, id),
        rows: await describeRows(rows),
      };
    },

    /** Rows of a batch of this initiator in the order of sending, for what {@link findBatch} does not show. */
    async listBatchRows(
      membershipId: string,
      id: string,
      { status, after = 0, limit = BATCH_ROWS_SHOWN }: BatchRowFilter = {},
    ): Promise<BatchRowView[]> {
      const rows = await database.batchRow.findMany({
        where: {
          schoolId,
          batchId: id,
          batch: { initiatorId: membershipId },
          number: { gt: after },
          ...(status === undefined ? {} : { status }),
        },
        orderBy: { number: 'asc' },
        take: limit,
      });
      return describeRows(rows);
    },

    /** Changes whenever the page of a batch would say something else; null when there is no such batch. */
    async batchStamp(membershipId: string, id: string): Promise<string | null> {
      const rows = await database.$queryRaw<{ stamp: string }[]>`
        SELECT concat_ws('.', stream.version, view.seen_seq, (
          SELECT concat_ws('.', extract(epoch FROM max(invitation.delivery_at)), count(invitation.opened_at),
            count(*) FILTER (WHERE invitation.status <> 'active'))
          FROM batch_row JOIN invitation ON invitation.id = batch_row.invitation_id
          WHERE batch_row.batch_id = batch.id)) AS stamp
        FROM batch JOIN stream ON stream.id = batch.id LEFT JOIN workflow_view AS view ON view.stream_id = batch.id
        WHERE batch.id = ${id}::uuid AND batch.school_id = ${schoolId}::uuid AND batch.initiator_id = ${membershipId}::uuid`;
      return rows[0]?.stamp ?? null;
    },

    /** What this initiator sent or left to go, newest first: all of it, or what is about a series or an assessment. */
    async listBatches(
      membershipId: string,
      { seriesId, assessmentId }: { readonly seriesId?: string; readonly assessmentId?: string } = {},
    ): Promise<BatchSummary[]> {
      const about: Prisma.Sql[] = [];
      if (seriesId !== undefined) {
        // Also one that was sent from the page of a single assessment of the series.
        about.push(Prisma.sql`(batch.series_id = ${seriesId}::uuid OR EXISTS (
          SELECT FROM batch_row JOIN assessment ON assessment.id = batch_row.assessment_ids[1]
          WHERE batch_row.batch_id = batch.id AND assessment.series_id = ${seriesId}::uuid))`);
      }
      if (assessmentId !== undefined) {
        about.push(Prisma.sql`EXISTS (
          SELECT FROM batch_row WHERE batch_row.batch_id = batch.id AND ${assessmentId}::uuid = ANY(batch_row.assessment_ids))`);
      }
      return readSummaries(ofInitiator(membershipId, ...about), BATCHES_SHOWN);
    },
  };
}

function ofInitiator(membershipId: string, ...more: readonly Prisma.Sql[]): Prisma.Sql {
  return Prisma.join([Prisma.sql`batch.initiator_id = ${membershipId}::uuid`, ...more], ' AND ');
}
