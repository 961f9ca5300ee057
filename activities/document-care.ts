/**
 * Reads stored bytes again, so that damage is known while there is still a copy to mend it with.
 *
 * Contract
 * 1. Each run reads what is known to be damaged, then what was not read for longest: result documents, attachments, evidence.
 *    It ends after {@link MOST_FILES} files or {@link RUN_MS}, whichever comes first; the next run goes on.
 * 2. Bytes that are missing or differ from their hash are marked with the moment they were found so; the mark is taken away when they are
 *    whole again. Marks are all that is written: bytes are mended by a person, from a copy.
 * 3. It may run twice at once: both write what they read.
 */
import { DocumentDamagedError, type DocumentStore } from '../platform/documents.ts';
import { errorCode } from '../platform/services/problem.ts';
import type { ActivityDeps } from './deps.ts';

const MOST_FILES = 500;
const RUN_MS = 60_000;
/** What was read within this time is not read again, unless it is damaged. */
const REST_DAYS = 7;

type Deps = Pick<ActivityDeps, 'database' | 'logger' | 'documents'>;

interface StoredFile {
  readonly id: string;
  readonly kind: 'document' | 'attachment';
  readonly sha256: string;
  readonly isDamaged: boolean;
}

export interface CareReport {
  readonly read: number;
  /** Missing or changed, found in this run or before. */
  readonly damaged: number;
  readonly mended: number;
}

export function createDocumentCareActivities(deps: Deps, mostFiles = MOST_FILES) {
  const { database, documents, logger } = deps;
  return {
    async verifyStoredFiles(): Promise<CareReport> {
      const ends = performance.now() + RUN_MS;
      let [read, damaged, mended] = [0, 0, 0];
      for (const file of await listFiles()) {
        if (performance.now() > ends) break;
        const isWhole = await isStoredWhole(documents, file.sha256);
        await mark(file, isWhole);
        read += 1;
        if (!isWhole) damaged += 1;
        if (isWhole && file.isDamaged) mended += 1;
        if (isWhole === file.isDamaged) tell(file, isWhole);
      }
      return { read, damaged, mended };
    },
  };

  /** Two small reads from an index each; infected attachments have no bytes by intention. */
  async function listFiles(): Promise<StoredFile[]> {
    const half = Math.ceil(mostFiles / 2);
    const rested = { lt: new Date(Date.now() - REST_DAYS * 86_400_000) };
    const due = [{ verifiedAt: null }, { verifiedAt: rested }];
    const orderBy = [{ verifiedAt: { sort: 'asc', nulls: 'first' } as const }, { id: 'asc' as const }];
    const ofDocument = { sha256: { not: null } };
    const ofAttachment = { scan: { not: 'infected' } };
    const select = { id: true, sha256: true, damagedAt: true } as const;
    const [sick, sickToo] = [
      await database.document.findMany({
        where: { ...ofDocument, damagedAt: { not: null } },
        orderBy,
        take: half,
        select,
      }),
      await database.attachment.findMany({
        where: { ...ofAttachment, damagedAt: { not: null } },
        orderBy,
        take: half,
        select,
      }),
    ];
    const healthy = { damagedAt: null, OR: due };
    const [old, oldToo] = [
      await database.document.findMany({ where: { ...ofDocument, ...healthy }, orderBy, take: half, select }),
      await database.attachment.findMany({ where: { ...ofAttachment, ...healthy }, orderBy, take: half, select }),
    ];
    const as = (
      kind: StoredFile['kind'],
      rows: readonly { id: string; sha256: string | null; damagedAt: Date | null }[],
    ) =>
      rows.flatMap(({ id, sha256, damagedAt }) =>
        sha256 === null ? [] : [{ id, kind, sha256, isDamaged: damagedAt !== null }],
      );
    return [...as('document', sick), ...as('attachment', sickToo), ...as('document', old), ...as('attachment', oldToo)];
  }

  /** By the database's clock. The moment at which damage was found first is kept. */
  async function mark({ id, kind }: StoredFile, isWhole: boolean): Promise<void> {
    if (kind === 'document') {
      await (isWhole
        ? database.$executeRaw`UPDATE document SET verified_at = clock_timestamp(), damaged_at = NULL WHERE id = ${id}::uuid`
        : database.$executeRaw`UPDATE document SET damaged_at = COALESCE(damaged_at, clock_timestamp()) WHERE id = ${id}::uuid`);
      return;
    }
    await (isWhole
      ? database.$executeRaw`UPDATE attachment SET verified_at = clock_timestamp(), damaged_at = NULL WHERE id = ${id}::uuid`
      : database.$executeRaw`UPDATE attachment SET damaged_at = COALESCE(damaged_at, clock_timestamp()) WHERE id = ${id}::uuid`);
  }

  function tell({ id, kind, sha256 }: StoredFile, isWhole: boolean): void {
    if (isWhole) logger.info({ id, kind, sha256 }, 'Stored bytes are whole again.');
    else logger.error({ id, kind, sha256 }, 'Stored bytes are missing or damaged. Put them back from a backup.');
  }
}

async function isStoredWhole(documents: Pick<DocumentStore, 'get'>, sha256: string): Promise<boolean> {
  try {
    return (await documents.get(sha256)) !== undefined;
  } catch (error) {
    // A disk that cannot read them any more has damaged them just as well.
    if (error instanceof DocumentDamagedError || errorCode(error) === 'EIO') return false;
    throw error;
  }
}
