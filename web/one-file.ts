/** Reading a form that carries one file. */
import { createHash } from 'node:crypto';
import type { Request, Response } from 'express';
import multer from 'multer';

/** Name of the file field, on every such form. */
const FILE_FIELD = 'bestand';

interface KeptFile {
  readonly ok: true;
  readonly name: string;
  readonly bytes: Buffer;
}

interface HashedFile {
  readonly ok: true;
  /** Hexadecimal. */
  readonly sha256: string;
}

interface FileMissing {
  readonly ok: false;
  readonly code: 'NO_FILE' | 'FILE_TOO_LARGE';
}

export type UploadedFile = KeptFile | FileMissing;

const NO_FILE: FileMissing = { ok: false, code: 'NO_FILE' };

/** A body that is no such form. */
class UploadBroken extends Error {
  readonly status = 400;
}

export interface OneFileLimits {
  /** Of the file; of a larger one nothing is kept. */
  readonly maxBytes: number;
  /** How many fields come with it, and how long each is at most, bytes. */
  readonly fields: number;
  readonly fieldSize: number;
}

type OneFileReader<File> = (req: Request, res: Response) => Promise<File | FileMissing>;

/**
 * A reader of forms with one file; the fields come in `req.body`.
 * @returns what the form carried; throws an error with `status` 400 for what is no such form
 */
export function oneFileReader(limits: OneFileLimits): OneFileReader<KeptFile> {
  return readerOf(limits, multer.memoryStorage(), (file) => ({
    ok: true,
    name: file.originalname,
    bytes: file.buffer,
  }));
}

/** The same for a file of which only the hash is wanted: not a byte is kept beyond the piece in hand. */
export function oneFileHasher(limits: OneFileLimits): OneFileReader<HashedFile> {
  return readerOf(limits, hashing, ({ size, filename: sha256 }) => (size === 0 ? NO_FILE : { ok: true, sha256 }));
}

function readerOf<File>(
  { maxBytes, fields, fieldSize }: OneFileLimits,
  storage: multer.StorageEngine,
  toFile: (file: Express.Multer.File) => File | FileMissing,
): OneFileReader<File> {
  const read = multer({
    storage,
    limits: { fileSize: maxBytes, files: 1, fields, fieldSize },
    // Browsers send file names in UTF-8.
    defParamCharset: 'utf8',
  }).single(FILE_FIELD);
  return async (req, res) => {
    if (!req.is('multipart/form-data')) return NO_FILE;
    const error = await new Promise<unknown>((resolve) => void read(req, res, resolve));
    if (error instanceof multer.MulterError && error.code === 'LIMIT_FILE_SIZE')
      return { ok: false, code: 'FILE_TOO_LARGE' };
    if (error !== undefined && error !== null) throw new UploadBroken('upload refused', { cause: error });
    const { file } = req;
    // A file field without a choice comes as a file without a name.
    return !file || file.originalname === '' ? NO_FILE : toFile(file);
  };
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
