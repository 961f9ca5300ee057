/**
 * Whether a document is genuine: for anybody, of any school.
 *
 * Contract
 * 1. Found by the whole code or the whole hash, never by a part of it; only a document whose bytes are stored is found.
 * 2. What is told names nobody: not the student, not the result, not the exam, not the number of the document.
 */
import { Prisma } from '../../generated/prisma/client.ts';
import type { Database } from '../client.ts';

export interface GenuineDocument {
  readonly schoolName: string;
  readonly timeZone: string;
  readonly version: number;
  /** The newest version that was decided on, also when its document is still being made. */
  readonly newestVersion: number;
  readonly storedAt: Date;
  /** Whose certificate sealed it; empty: not sealed. */
  readonly sealSubject: string;
  readonly timestampedAt: Date | null;
  /** Its result is being decided about anew. */
  readonly isReopened: boolean;
}

export type AuthenticityRepository = ReturnType<typeof createAuthenticityRepository>;

export function createAuthenticityRepository(database: Database) {
  async function find(where: Prisma.Sql): Promise<GenuineDocument | null> {
    const rows = await database.$queryRaw<GenuineDocument[]>`
      SELECT school.name AS "schoolName", school.settings->>'timeZone' AS "timeZone", document.version,
        document.stored_at AS "storedAt", document.seal_subject AS "sealSubject", document.timestamped_at AS "timestampedAt",
        assessment.reopened_at IS NOT NULL AS "isReopened",
        (SELECT max(newest.version) FROM document newest
          WHERE newest.assessment_id = document.assessment_id AND newest.school_id = document.school_id) AS "newestVersion"
      FROM document
        JOIN assessment ON assessment.id = document.assessment_id AND assessment.school_id = document.school_id
        JOIN school ON school.id = document.school_id
      WHERE ${where} AND document.stored_at IS NOT NULL
      ORDER BY document.stored_at, document.id LIMIT 1`;
    return rows[0] ?? null;
  }

  return {
    /** @param code as `readCheckCode` gives it */
    findByCode: (code: string) => find(Prisma.sql`document.check_code = ${code}`),
    /** @param sha256 64 hexadecimal digits in lower case */
    findByHash: (sha256: string) => find(Prisma.sql`document.sha256 = ${sha256}`),
  };
}
