/** Reading a form that carries one file. */
import type { Request, Response } from 'express';
import multer from 'multer';

/** Name of the file field, on every such form. */
const FILE_FIELD = 'bestand';

export type UploadedFile =
  | { readonly ok: true; readonly name: string; readonly bytes: Buffer }
  | { readonly ok: false; readonly code: 'NO_FILE' | 'FILE_TOO_LARGE' };

/** A body that is no such form. */
class UploadBroken extends Error {
  readonly status = 400;
}

/**
 * A reader of forms with one file; the fields come in `req.body`.
 * @param maxBytes of the file; of a larger one nothing is kept
 * @returns what the form carried; throws an error with `status` 400 for what is no such form
 */
export function oneFileReader(maxBytes: number): (req: Request, res: Response) => Promise<UploadedFile> {
  const read = multer({
    storage: multer.memoryStorage(),
    limits: { fileSize: maxBytes, files: 1, fields: 8, fieldSize: 1_000 },
    // Browsers send file names in UTF-8.
    defParamCharset: 'utf8',
  }).single(FILE_FIELD);
  return async (req, res) => {
    if (!req.is('multipart/form-data')) return { ok: false, code: 'NO_FILE' };
    const error = await new Promise<unknown>((resolve) => void read(req, res, resolve));
    if (error instanceof multer.MulterError && error.code === 'LIMIT_FILE_SIZE')
      return { ok: false, code: 'FILE_TOO_LARGE' };
    if (error !== undefined && error !== null) throw new UploadBroken('upload refused', { cause: error });
    const { file } = req;
    // A file field without a choice comes as a file without a name.
    if (!file || file.originalname === '') return { ok: false, code: 'NO_FILE' };
    return { ok: true, name: file.originalname, bytes: file.buffer };
  };
}
