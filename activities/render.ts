/** Makes the document of a decision, once: what was stored is never made again. */
import { createHash } from 'node:crypto';
import { ApplicationFailure } from '@temporalio/common';
import { AssessmentError } from '../domain/assessment.ts';
import type { ResultDocumentData } from '../domain/result-document.ts';
import { SealProblem } from '../platform/seal/status.ts';
import { storeDocument } from '../prisma/commands/documents.ts';
import { readDocumentLogo } from '../prisma/document-logo.ts';
import type { StreamInput } from '../workflows/messages.ts';
import type { CommandResult } from '../workflows/views.ts';
import type { ActivityDeps } from './deps.ts';
import { applySystemCommand } from './record.ts';

/** Refusals that more tries cannot mend. */
const PERMANENT: readonly string[] = [AssessmentError.DocumentUnknown, AssessmentError.NotFound, 'OFFICE_UNKNOWN'];

export function createRenderActivities(deps: ActivityDeps) {
  return {
    /**
     * Renders, stores the bytes and records them; the mail to the exam office is queued with the record.
     * The first stored bytes win: a document that is there is not made again.
     * @throws ApplicationFailure whose type is a code for people; the message holds no data
     */
    async makeDocument(input: StreamInput & { readonly version: number }): Promise<CommandResult> {
      const { streamId: assessmentId, schoolId, version } = input;
      const row = await deps.database.document.findFirst({ where: { assessmentId, schoolId, version } });
      if (!row) throw ApplicationFailure.nonRetryable('no such document', AssessmentError.DocumentUnknown);
      if (row.storedAt !== null) return { applied: false };
      const stored = (await findKept(deps, row)) ?? (await renderAndKeep(deps, row));
      const command = { assessmentId, version, ...stored };
      const result = await applySystemCommand(deps, storeDocument, command, input, version);
      if (result.code === undefined || result.code === AssessmentError.DocumentStored) return result;
      throw ApplicationFailure.create({
        message: 'the document was refused',
        type: result.code,
        nonRetryable: PERMANENT.includes(result.code),
      });
    },
  };
}

interface DocumentRow {
  readonly id: string;
  readonly schoolId: string;
  readonly data: unknown;
  readonly pendingSha256: string | null;
}

interface Stored {
  readonly sha256: string;
  readonly size: number;
}

/** What an earlier try stored and did not get to record: a document is sealed once. */
async function findKept({ documents, logger }: ActivityDeps, row: DocumentRow): Promise<Stored | null> {
  if (row.pendingSha256 === null) return null;
  try {
    const bytes = await documents.get(row.pendingSha256);
    return bytes === undefined ? null : { sha256: row.pendingSha256, size: bytes.length };
  } catch (error) {
    logger.warn({ err: error, documentId: row.id }, 'What an earlier try stored cannot be used; it is made again.');
    return null;
  }
}

async function renderAndKeep(deps: ActivityDeps, { id, schoolId, ...row }: DocumentRow): Promise<Stored> {
  try {
    const data = row.data as ResultDocumentData;
    const { bytes, seal } = await deps.renderDocument(data, await readDocumentLogo(deps.database, schoolId, data));
    const pendingSha256 = createHash('sha256').update(bytes).digest('hex');
    await deps.database.document.updateMany({
      where: { id, storedAt: null },
      data: {
        pendingSha256,
        sealSubject: seal?.subject ?? '',
        sealedAt: seal?.sealedAt ?? null,
        timestampedAt: seal?.timestampedAt ?? null,
      },
    });
    return await deps.documents.put(bytes);
  } catch (error) {
    deps.logger.error({ err: error, documentId: id }, 'A document could not be made.');
    const code = codeOf(error);
    // Trying again at once mends no certificate; the workflow shows it now, and tries later.
    if (SEAL_CODES.includes(code)) throw ApplicationFailure.nonRetryable('a document could not be sealed', code);
    throw ApplicationFailure.retryable('a document could not be made', code);
  }
}

/** Codes of the browser's part; they stand in the record and on pages as they are. */
const PDF_CODES: readonly string[] = ['PDF_TIMEOUT', 'PDF_BLANK', 'PDF_BROWSER_FAILED'];
/** What stands in the way of sealing until somebody does something about it. */
const SEAL_CODES: readonly string[] = Object.values(SealProblem);
/** The authority may be back in a moment. */
const SEAL_RETRIED: readonly string[] = ['SEAL_TIMESTAMP_FAILED', 'SEAL_TOO_LARGE'];
/** No room left: on the disk, in the quota, or for one file. */
const NO_ROOM: readonly string[] = ['ENOSPC', 'EDQUOT', 'EFBIG'];

/** Only codes of this list go further; what a library says may hold data. */
function codeOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if ([PDF_CODES, SEAL_CODES, SEAL_RETRIED].some((codes) => codes.includes(code))) return code;
  if (NO_ROOM.includes(code)) return 'STORE_FULL';
  // Any other error number of the system came from the folder: the browser's errors have codes of their own.
  return /^E[A-Z]{2,}$/.test(code) ? 'STORE_FAILED' : 'RENDER_FAILED';
}
