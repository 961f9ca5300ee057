/** Photos and PDFs with forms: what their examiner sees of them, and what the committee does once a form is finished. */
import type { CaptionedEvidence } from '../../domain/evidence.ts';
import { Prisma } from '../../generated/prisma/client.ts';
import type { ScanState } from '../../platform/attachments.ts';
import { addEvidence, type ChangeEvidence, changeEvidence, type NewEvidence } from '../commands/evidence.ts';
import type { SchoolScope } from './index.ts';

export interface ExaminerEvidence {
  readonly id: string;
  readonly componentRef: string;
  readonly name: string;
  readonly mediaType: string;
  /** Bytes. */
  readonly size: number;
  /** Empty: none. */
  readonly caption: string;
  /** What the virus scanner said, see `ScanState`. */
  readonly scan: string;
}

/** With what it takes to check it later. */
export interface FinishedEvidence extends ExaminerEvidence {
  /** Hex. */
  readonly sha256: string;
}

/** The bytes of a piece, or where they lie. */
export interface EvidenceFile {
  readonly name: string;
  readonly mediaType: string;
  readonly sha256: string;
  readonly scan: string;
  /** A small JPEG; null for a PDF. */
  readonly thumbnail: Uint8Array | null;
}

/** A file that was made anew and stored, before it is put with a component. */
export interface NewEvidenceFile {
  readonly id: string;
  readonly name: string;
  readonly mediaType: string;
  readonly size: number;
  readonly sha256: string;
  readonly contactId: string;
  readonly scan: ScanState;
}

/** The evidence of the row `form` around it, oldest first, as one JSON value; null when there is none. */
export const EVIDENCE_OF_FORM = Prisma.sql`(
  SELECT json_agg(json_build_object('id', evidence.id, 'componentRef', evidence.component_ref, 'name', file.name,
      'mediaType', file.media_type, 'size', file.size, 'caption', evidence.caption, 'scan', file.scan)
    ORDER BY evidence.created_at, evidence.id)
  FROM evidence JOIN attachment file ON file.id = evidence.attachment_id
  WHERE evidence.form_id = form.id AND evidence.school_id = form.school_id AND evidence.contact_id = form.contact_id
    AND evidence.removed_at IS NULL)`;

export function createEvidenceReads({ database, schoolId }: SchoolScope) {
  return {
    /** All that is put with a form now, oldest first. */
    async findEvidence(formId: string): Promise<ExaminerEvidence[]> {
      const rows = await database.$queryRaw<{ evidence: ExaminerEvidence[] | null }[]>`
        SELECT ${EVIDENCE_OF_FORM} AS evidence FROM form
        WHERE form.id = ${formId}::uuid AND form.school_id = ${schoolId}::uuid`;
      return rows[0]?.evidence ?? [];
    },

    /** A piece of this form, also one that was taken away and may come back. */
    async findEvidenceFile(formId: string, contactId: string, evidenceId: string): Promise<EvidenceFile | null> {
      const row = await database.evidence.findFirst({
        where: { schoolId, formId, contactId, id: evidenceId },
        include: { attachment: true },
      });
      return row && { ...describeFile(row.attachment), thumbnail: row.thumbnail };
    },

    /** Keeps the record of a file whose bytes are stored. The same file once more is kept as long as a new one. */
    async keepEvidenceFile({ contactId, ...file }: NewEvidenceFile): Promise<void> {
      const { id, name, mediaType, size, sha256, scan } = file;
      const isScanned = scan !== 'none';
      await database.$executeRaw`
        INSERT INTO attachment (id, school_id, name, media_type, size, sha256, created_at, created_by, scan, scanned_at)
        VALUES (${id}::uuid, ${schoolId}::uuid, ${name}, ${mediaType}, ${size}::int, ${sha256}, clock_timestamp(),
          ${contactId}::uuid, ${scan}, CASE WHEN ${isScanned}::boolean THEN clock_timestamp() END)
        ON CONFLICT (id) DO UPDATE SET created_at = excluded.created_at`;
    },

    /** See {@link addEvidence}; the school is that of the repository. */
    addEvidence: (evidence: Omit<NewEvidence, 'schoolId'>) => addEvidence(database, { ...evidence, schoolId }),

    /** See {@link changeEvidence}; the school is that of the repository. */
    changeEvidence: (change: Omit<ChangeEvidence, 'schoolId'>) => changeEvidence(database, { ...change, schoolId }),
  };
}

/** What the committee may see: only what a finished form names. */
export function createFinishedEvidenceReads({ database, schoolId }: SchoolScope) {
  return {
    /**
     * These pieces with their files and the words that were finished with them, in the order of adding; what was erased since is not
     * among them.
     * @param pieces as finished forms name them
     */
    async findFinishedEvidence(pieces: readonly CaptionedEvidence[]): Promise<FinishedEvidence[]> {
      if (pieces.length === 0) return [];
      const wordsOf = new Map(pieces.map(({ evidenceId, caption }) => [evidenceId, caption]));
      const rows = await database.evidence.findMany({
        where: { schoolId, id: { in: [...wordsOf.keys()] } },
        omit: { thumbnail: true },
        include: { attachment: true },
        orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
      });
      return rows.map(({ id, componentRef, caption, attachment }) => {
        const { size, ...file } = attachment;
        // Of a form that was given back the words may be other ones by now.
        return { id, componentRef, caption: wordsOf.get(id) ?? caption, size, ...describeFile(file) };
      });
    },

    /** A piece that a finished form of this assessment names, with the very bytes that it names; or null. */
    async findDossierEvidence(assessmentId: string, evidenceId: string): Promise<EvidenceFile | null> {
      const rows = await database.$queryRaw<EvidenceFile[]>`
        SELECT file.name, file.media_type AS "mediaType", file.sha256, file.scan, evidence.thumbnail
        FROM evidence
          JOIN form ON form.id = evidence.form_id
          JOIN attachment file ON file.id = evidence.attachment_id
        WHERE evidence.id = ${evidenceId}::uuid AND evidence.school_id = ${schoolId}::uuid
          AND form.assessment_id = ${assessmentId}::uuid
          AND EXISTS (SELECT FROM form_submission
            WHERE form_id = form.id AND evidence @> jsonb_build_array(
              jsonb_build_object('evidenceId', ${evidenceId}::text, 'sha256', file.sha256)))`;
      return rows[0] ?? null;
    },
  };
}

function describeFile(file: { name: string; mediaType: string; sha256: string; scan: string }) {
  const { name, mediaType, sha256, scan } = file;
  return { name, mediaType, sha256, scan };
}
