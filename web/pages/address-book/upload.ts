/** Reading the form with which a file of contacts is uploaded. */
import type { Request, Response } from 'express';
import multer from 'multer';
import { MAX_IMPORT_BYTES } from '../../../platform/import/import-error.ts';

/** Name of the file field. */
export const FILE_FIELD = 'bestand';

export type UploadedBook =
  | { readonly ok: true; readonly name: string; readonly bytes: Buffer }
  | { readonly ok: false; readonly code: 'NO_FILE' | 'FILE_TOO_LARGE' };

class UploadBroken extends Error {
  readonly status = 400;
}

const read = multer({
  storage: multer.memoryStorage(),
  limits: { fileSize: MAX_IMPORT_BYTES, files: 1, fields: 5, fieldSize: 1_000 },
  // Browsers send file names in UTF-8.
  defParamCharset: 'utf8',
}).single(FILE_FIELD);

/**
 * The one file of a form; its fields come in `req.body`.
 * @throws an error with `status` 400 for what is no such form
 */
export async function readUploadedBook(req: Request, res: Response): Promise<UploadedBook> {
  if (!req.is('multipart/form-data')) return { ok: false, code: 'NO_FILE' };
  const error = await new Promise<unknown>((resolve) => void read(req, res, resolve));
  if (error instanceof multer.MulterError && error.code === 'LIMIT_FILE_SIZE')
    return { ok: false, code: 'FILE_TOO_LARGE' };
  if (error !== undefined && error !== null) throw new UploadBroken('upload refused', { cause: error });
  const { file } = req;
  // A file field without a choice comes as a file without a name.
  if (!file || file.originalname === '') return { ok: false, code: 'NO_FILE' };
  return { ok: true, name: file.originalname, bytes: file.buffer };
}
