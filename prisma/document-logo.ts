/** The logo that stands on a document: the one that the school had when it was decided. */
import type { ResultDocumentData } from '../domain/result-document.ts';
import type { Database } from './client.ts';

/**
 * @returns the bytes of a PNG; null when the school had none
 * @throws Error when the logo is not kept, which its table does not allow
 */
export async function readDocumentLogo(
  database: Pick<Database, 'schoolLogo'>,
  schoolId: string,
  { school }: Pick<ResultDocumentData, 'school'>,
): Promise<Buffer | null> {
  if (!school.logo) return null;
  const { sha256 } = school.logo;
  const row = await database.schoolLogo.findUnique({
    where: { schoolId_sha256: { schoolId, sha256 } },
    select: { png: true },
  });
  if (!row) throw new Error('the logo of a document is not kept');
  return Buffer.from(row.png);
}
