/** Reading the form with which a piece of evidence is sent. */
import type { Request, Response } from 'express';
import multer from 'multer';
import { EvidenceProblem, MAX_EVIDENCE_BYTES } from '../../../../platform/evidence/remake.ts';

/** Name of the file field. */
export const FILE_FIELD = 'bestand';
const MAX_FIELD_BYTES = 2_000;
const MAX_FIELDS = 10;

export type UploadedEvidence =
  | { readonly ok: true; readonly name: string; readonly bytes: Buffer }
  | { readonly ok: false; readonly code: 'NO_FILE' | typeof EvidenceProblem.TooLarge };

class UploadBroken extends Error {
  readonly status = 400;
}

const read = multer({
  storage: multer.memoryStorage(),
  limits: { fileSize: MAX_EVIDENCE_BYTES, files: 1, fields: MAX_FIELDS, fieldSize: MAX_FIELD_BYTES },
  // Browsers send file names in UTF-8.
  defParamCharset: 'utf8',
}).single(FILE_FIELD);

/**
 * The one file of a form; the fields before it come in `req.body`.
 * @throws an error with `status` 400 for what is no such form
 */
export async function readEvidenceUpload(req: Request, res: Response): Promise<UploadedEvidence> {
  const error = await new Promise<unknown>((resolve) => void read(req, res, resolve));
  if (error instanceof multer.MulterError && error.code === 'LIMIT_FILE_SIZE')
    return { ok: false, code: EvidenceProblem.TooLarge };
  if (error !== undefined && error !== null) throw new UploadBroken('upload refused', { cause: error });
  const { file } = req;
  // A file field without a choice comes as a file without a name.
  if (!file || file.originalname === '') return { ok: false, code: 'NO_FILE' };
  return { ok: true, name: file.originalname, bytes: file.buffer };
}
