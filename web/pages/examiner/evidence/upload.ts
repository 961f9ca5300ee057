/** Reading the form with which a piece of evidence is sent. */
import type { Request, Response } from 'express';
import { EvidenceProblem, MAX_EVIDENCE_BYTES } from '../../../../platform/evidence/remake.ts';
import { oneFileReader } from '../../../one-file.ts';

export type UploadedEvidence =
  | { readonly ok: true; readonly name: string; readonly bytes: Buffer }
  | { readonly ok: false; readonly code: 'NO_FILE' | typeof EvidenceProblem.TooLarge };

const read = oneFileReader({ maxBytes: MAX_EVIDENCE_BYTES, fields: 10, fieldSize: 2_000 });

/** The one file of a form, refused in the words of evidence; see `oneFileReader`. */
export async function readEvidenceUpload(req: Request, res: Response): Promise<UploadedEvidence> {
  const file = await read(req, res);
  if (file.ok) return file;
  return { ok: false, code: file.code === 'NO_FILE' ? file.code : EvidenceProblem.TooLarge };
}
