/** The bytes of a piece of evidence, for whoever may see it. */
import type { RequestHandler } from 'express';
import { isSendable } from '../../../../platform/attachments.ts';
import type { EvidenceFile } from '../../../../prisma/repositories/examiner-evidence.ts';
import type { PageKit } from '../../../context.ts';
import { contentDisposition } from '../attachment.ts';

/** Name of the query parameter that asks for the thumbnail. */
export const THUMBNAIL_QUERY = 'klein';

/**
 * Sends the file, or its thumbnail. What the scanner has not seen or refused is not there.
 *
 * Only photos open in the browser: they are JPEGs of our own making. A PDF is always a download. Whatever it is, it stands outside
 * the product: no scripts, no cookies, no guessing of another type.
 *
 * @param file null for none
 */
export async function sendEvidence(
  kit: PageKit,
  file: EvidenceFile | null,
  ...[req, res, next]: Parameters<RequestHandler>
): Promise<void> {
  const isThere = file !== null && isSendable(file.scan);
  const bytes = isThere ? await bytesOf(kit, file, req.query[THUMBNAIL_QUERY] === '1') : null;
  if (file === null || bytes === null) return void kit.notFound(req, res, next);
  const isPhoto = file.mediaType === 'image/jpeg';
  const download = contentDisposition(file.name);
  res.set({
    'Content-Type': file.mediaType,
    'Content-Disposition': isPhoto ? download.replace(/^attachment/, 'inline') : download,
    'Content-Security-Policy': "default-src 'none'; sandbox",
    'X-Content-Type-Options': 'nosniff',
    'Cache-Control': 'no-store',
  });
  res.send(Buffer.from(bytes));
}

/** @throws Error when bytes that were stored are not there */
async function bytesOf(kit: PageKit, file: EvidenceFile, isThumbnail: boolean): Promise<Uint8Array | null> {
  if (isThumbnail) return file.thumbnail;
  const bytes = await kit.documents.get(file.sha256);
  if (bytes === undefined) throw new Error('a stored piece of evidence is missing');
  return bytes;
}
