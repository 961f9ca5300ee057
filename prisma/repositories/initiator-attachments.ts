/** Files that an initiator uploaded to send along. */
import { type ScanState, UNUSED_ATTACHMENT_DAYS } from '../../platform/attachments.ts';
import type { SchoolScope } from './index.ts';

/** Of a file that was checked and stored. */
export interface NewAttachment {
  readonly id: string;
  readonly name: string;
  readonly mediaType: string;
  readonly size: number;
  readonly sha256: string;
  readonly membershipId: string;
  /** What the virus scanner said; absent: nobody looked. */
  readonly scan?: ScanState;
}

export interface OwnAttachment {
  readonly id: string;
  readonly name: string;
  readonly size: number;
  readonly scan: string;
}

export function createAttachmentReads({ database, schoolId }: SchoolScope) {
  return {
    /** Keeps the record of an uploaded file, once for an id; its bytes lie in the document store already. */
    async createAttachment({ membershipId, ...file }: NewAttachment): Promise<void> {
      const scannedAt = file.scan === undefined || file.scan === 'none' ? null : new Date();
      await database.attachment.createMany({
        data: [{ ...file, scannedAt, schoolId, createdBy: membershipId }],
        skipDuplicates: true,
      });
    },

    /** Bytes of what this initiator uploaded and has not sent or planned to. */
    async countUnusedBytes(membershipId: string): Promise<number> {
      const rows = await database.$queryRaw<{ bytes: number }[]>`
        SELECT COALESCE(sum(size), 0)::float8 AS bytes FROM attachment
        WHERE school_id = ${schoolId}::uuid AND created_by = ${membershipId}::uuid
          AND created_at > clock_timestamp() - make_interval(days => ${UNUSED_ATTACHMENT_DAYS}::int)
          AND NOT EXISTS (SELECT FROM invitation_attachment WHERE attachment_id = attachment.id)
          AND NOT EXISTS (SELECT FROM batch
            WHERE batch.school_id = attachment.school_id AND attachment.id = ANY(batch.attachment_ids))`;
      return rows[0]?.bytes ?? 0;
    },

    /** Files that this initiator uploaded, in the order of the ids; others are left out. */
    async findAttachments(membershipId: string, ids: readonly string[]): Promise<OwnAttachment[]> {
      if (ids.length === 0) return [];
      const rows = await database.attachment.findMany({
        where: { schoolId, createdBy: membershipId, id: { in: [...ids] } },
        select: { id: true, name: true, size: true, scan: true },
      });
      return ids.flatMap((id) => rows.find((row) => row.id === id) ?? []);
    },
  };
}
