/**
 * Result documents of a period, for one file with all of them. A document belongs to the day of its own decision, also when a
 * later one took its place.
 */
import { setImmediate as breathe } from 'node:timers/promises';
import { Prisma } from '../../generated/prisma/client.ts';
import type { SchoolScope } from './index.ts';

const PIECE = 250;

export interface DocumentChoice {
  /** Decided at or after. */
  readonly from: Date;
  /** Decided before. */
  readonly before: Date;
  /** Only the newest document of each assessment. */
  readonly isNewestOnly: boolean;
}

export interface DocumentCounts {
  readonly count: number;
  /** Of those, how many are not made yet. */
  readonly waiting: number;
  /** Of those that are stored. */
  readonly bytes: number;
}

/** `superseded`: there is a later version; `reopened`: the newest, while it is being decided about anew. */
export type DocumentStanding = 'valid' | 'superseded' | 'reopened';

export interface ArchivedDocument {
  readonly id: string;
  readonly number: string;
  readonly version: number;
  /** Null: not made yet. */
  readonly sha256: string | null;
  readonly size: number;
  readonly examCode: string;
  readonly studentName: string;
  readonly studentNumber: string;
  /** ISO 8601. */
  readonly decidedAt: string;
  readonly standing: DocumentStanding;
}

export type ExportingDocuments = ReturnType<typeof createExportingDocuments>;

export function createExportingDocuments({ database, schoolId }: SchoolScope) {
  /** The same words as the index `document_decided`, so that it is used. */
  function choiceSql({ from, before, isNewestOnly }: DocumentChoice): Prisma.Sql {
    const newest = Prisma.sql`AND NOT EXISTS (
      SELECT 1 FROM document later WHERE later.assessment_id = d.assessment_id AND later.version > d.version)`;
    return Prisma.sql`d.school_id = ${schoolId}::uuid
      AND (d.data #>> '{decision,at}') COLLATE "C" >= ${from.toISOString()}
      AND (d.data #>> '{decision,at}') COLLATE "C" < ${before.toISOString()} ${isNewestOnly ? newest : Prisma.empty}`;
  }

  return {
    async count(choice: DocumentChoice): Promise<DocumentCounts> {
      const [row] = await database.$queryRaw<{ count: number; waiting: number; bytes: number }[]>`
        SELECT count(*)::int AS count, count(*) FILTER (WHERE d.sha256 IS NULL)::int AS waiting,
          COALESCE(sum(d.size), 0)::float8 AS bytes
        FROM document d WHERE ${choiceSql(choice)}`;
      return row ?? { count: 0, waiting: 0, bytes: 0 };
    },

    /** By the moment of the decision, piece by piece. */
    async *read(choice: DocumentChoice): AsyncGenerator<readonly ArchivedDocument[], void> {
      let after: { at: string; id: string } | null = null;
      for (;;) {
        const place: Prisma.Sql =
          after === null
            ? Prisma.empty
            : Prisma.sql`AND ((d.data #>> '{decision,at}') COLLATE "C", d.id) > (${after.at}, ${after.id}::uuid)`;
        const rows: ArchivedDocument[] = await database.$queryRaw<ArchivedDocument[]>`
          SELECT d.id, d.number, d.version, d.sha256, COALESCE(d.size, 0) AS size, d.data #>> '{exam,code}' AS "examCode",
            d.data #>> '{student,name}' AS "studentName", COALESCE(d.data #>> '{student,number}', s.number, '') AS "studentNumber",
            d.data #>> '{decision,at}' AS "decidedAt",
            CASE WHEN EXISTS (SELECT 1 FROM document l WHERE l.assessment_id = d.assessment_id AND l.version > d.version)
                THEN 'superseded'
              WHEN a.reopened_at IS NOT NULL THEN 'reopened' ELSE 'valid' END AS standing
          FROM document d JOIN assessment a ON a.id = d.assessment_id JOIN student s ON s.id = a.student_id
          WHERE ${choiceSql(choice)} ${place}
          ORDER BY (d.data #>> '{decision,at}') COLLATE "C", d.id LIMIT ${PIECE}`;
        const last: ArchivedDocument | undefined = rows.at(-1);
        if (last) yield rows;
        if (!last || rows.length < PIECE) return;
        after = { at: last.decidedAt, id: last.id };
        await breathe();
      }
    },
  };
}
