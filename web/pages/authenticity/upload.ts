/** Reading the form with a file that is checked: only its hash is kept, and not a byte of it in memory beyond the piece in hand. */
import { createHash } from 'node:crypto';
import type { Request, Response } from 'express';
import multer from 'multer';
import { MAX_CHECKED_BYTES } from './authenticity.model.ts';

/** Name of the file field. */
export const FILE_FIELD = 'bestand';

export type HashedFile =
  | { readonly ok: true; readonly sha256: string }
  | { readonly ok: false; readonly code: 'NO_FILE' | 'FILE_TOO_LARGE' };

class UploadBroken extends Error {
  readonly status = 400;
}

/** Takes the bytes as they come, and keeps what they add up to. */
const hashing: multer.StorageEngine = {
  _handleFile(_req, file, done) {
    const hash = createHash('sha256');
    let size = 0;
    file.stream.on('data', (chunk: Buffer) => {
      size += chunk.length;
      hash.update(chunk);
    });
    file.stream.on('error', (error: Error) => done(error));
    file.stream.on('end', () => done(null, { filename: hash.digest('hex'), size }));
  },
  _removeFile(_req, _file, done) {
    done(null);
  },
};

const read = multer({
  storage: hashing,
  limits: { fileSize: MAX_CHECKED_BYTES, files: 1, fields: 5, fieldSize: 1_000 },
  defParamCharset: 'utf8',
}).single(FILE_FIELD);

/**
 * The hash of the one file of a form; its fields come in `req.body`.
 * @throws an error with `status` 400 for what is no such form
 */
export async function hashUpload(req: Request, res: Response): Promise<HashedFile> {
  if (!req.is('multipart/form-data')) return { ok: false, code: 'NO_FILE' };
  const error = await new Promise<unknown>((resolve) => void read(req, res, resolve));
  if (error instanceof multer.MulterError && error.code === 'LIMIT_FILE_SIZE')
    return { ok: false, code: 'FILE_TOO_LARGE' };
  if (error !== undefined && error !== null) throw new UploadBroken('upload refused', { cause: error });
  const { file } = req;
  // A file field without a choice comes as a file without a name.
  if (!file || file.originalname === '' || file.size === 0) return { ok: false, code: 'NO_FILE' };
  return { ok: true, sha256: file.filename };
}
