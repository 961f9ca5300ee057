/**
 * Reading a form with files.
 *
 * Contract
 * 1. All fields are read whatever is wrong with the files, so that nothing a person typed is lost.
 * 2. At most {@link MAX_ATTACHMENTS_BYTES} are held in memory; what lies beyond a limit is read and thrown away.
 * 3. A body far beyond the limits, or one that is no form, ends in an error with a status.
 */
import type { Request, RequestHandler, Response } from 'express';
import multer from 'multer';
import { AttachmentProblem, MAX_ATTACHMENT_BYTES, MAX_ATTACHMENTS_BYTES } from '../../../../platform/attachments.ts';

/** Name of the file field. */
export const FILES_FIELD = 'bijlagen';
const MAX_FIELD_BYTES = 100_000;
/** A class of many with its examiners; as many as a form without files may have. */
const MAX_FIELDS = 2_000;
/** Files that are read at all; how many may go along is judged later. */
const MAX_FILES = 30;
/** Beyond this nobody meant well, and reading on would only cost. */
const MAX_DRAINED_BYTES = 4 * MAX_ATTACHMENTS_BYTES;

export const UploadProblem = { TotalTooLarge: 'TOTAL_TOO_LARGE' } as const;

export interface UploadedFile {
  /** As the browser sent it. */
  readonly originalName: string;
  /** Empty when a limit was passed. */
  readonly bytes: Buffer;
  readonly problem: typeof AttachmentProblem.TooLarge | typeof UploadProblem.TotalTooLarge | null;
}

class UploadRefused extends Error {
  readonly status: number;
  constructor(status: number) {
    super('upload refused');
    this.name = 'UploadRefused';
    this.status = status;
  }
}

/** What multer's own storage would do, with limits that do not end the reading of the form. */
function limitedMemory(into: UploadedFile[]): multer.StorageEngine {
  let held = 0;
  let seen = 0;
  return {
    _handleFile(_req, file, done) {
      const chunks: Buffer[] = [];
      let size = 0;
      let problem: UploadedFile['problem'] = null;
      file.stream.on('data', (chunk: Buffer) => {
        seen += chunk.length;
        if (seen > MAX_DRAINED_BYTES) return file.stream.destroy(new UploadRefused(413));
        size += chunk.length;
        if (problem !== null) return;
        if (size > MAX_ATTACHMENT_BYTES) problem = AttachmentProblem.TooLarge;
        else if (held + chunk.length > MAX_ATTACHMENTS_BYTES) problem = UploadProblem.TotalTooLarge;
        else {
          held += chunk.length;
          chunks.push(chunk);
          return;
        }
        held -= chunks.reduce((sum, each) => sum + each.length, 0);
        chunks.length = 0;
      });
      file.stream.on('error', (error: Error) => done(error));
      file.stream.on('end', () => {
        // A file field without a choice comes as a file without a name.
        if (file.originalname !== '')
          into.push({ originalName: file.originalname, bytes: Buffer.concat(chunks), problem });
        done(null, {});
      });
    },
    _removeFile(_req, _file, done) {
      done(null);
    },
  };
}

/**
 * Reads a multipart form: fields to `req.body`, files to the result; any other form is read already.
 * @throws an error with `status` 413 or 400
 */
export async function readUpload(req: Request, res: Response): Promise<UploadedFile[]> {
  if (!req.is('multipart/form-data')) return [];
  const files: UploadedFile[] = [];
  const read: RequestHandler = multer({
    storage: limitedMemory(files),
    limits: { fieldSize: MAX_FIELD_BYTES, fields: MAX_FIELDS, files: MAX_FILES, parts: MAX_FIELDS + MAX_FILES },
    // Browsers send file names in UTF-8.
    defParamCharset: 'utf8',
  }).array(FILES_FIELD);
  await new Promise<void>((resolve, reject) => {
    void read(req, res, (error?: unknown) =>
      error === undefined || error === null ? resolve() : reject(toRefusal(error)),
    );
  });
  return files;
}

/** A broken or oversized form is the sender's doing, whatever the library calls it. */
function toRefusal(error: unknown): unknown {
  if (error instanceof UploadRefused) return error;
  if (error instanceof multer.MulterError) return new UploadRefused(error.code === 'LIMIT_UNEXPECTED_FILE' ? 400 : 413);
  const isSystem = error instanceof Error && 'code' in error;
  return isSystem ? error : new UploadRefused(400);
}
