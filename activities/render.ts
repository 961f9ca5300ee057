/** Makes the document of a decision. */
import { ApplicationFailure } from '@temporalio/common';
import { AssessmentError } from '../domain/assessment.ts';
import type { ResultDocumentData } from '../domain/result-document.ts';
import { storeDocument } from '../prisma/commands/documents.ts';
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
      const stored = await renderAndKeep(deps, row.id, row.data as unknown as ResultDocumentData);
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

async function renderAndKeep(deps: ActivityDeps, documentId: string, data: ResultDocumentData) {
  try {
    return await deps.documents.put(await deps.renderDocument(data));
  } catch (error) {
    deps.logger.error({ err: error, documentId }, 'A document could not be made.');
    throw ApplicationFailure.retryable('a document could not be made', codeOf(error));
  }
}

/** Codes of the browser's part; they stand in the record and on pages as they are. */
const PDF_CODES: readonly string[] = ['PDF_TIMEOUT', 'PDF_BLANK', 'PDF_BROWSER_FAILED'];
/** No room left: on the disk, in the quota, or for one file. */
const NO_ROOM: readonly string[] = ['ENOSPC', 'EDQUOT', 'EFBIG'];

/** Only codes of this list go further; what a library says may hold data. */
function codeOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (PDF_CODES.includes(code)) return code;
  if (NO_ROOM.includes(code)) return 'STORE_FULL';
  // Any other error number of the system came from the folder: the browser's errors have codes of their own.
  return /^E[A-Z]{2,}$/.test(code) ? 'STORE_FAILED' : 'RENDER_FAILED';
}
