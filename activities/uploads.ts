/**
 * Looks after uploaded files: those that the virus scanner has not seen yet, and those that nobody uses.
 *
 * Contract
 * 1. Every minute each file in quarantine is offered to the scanner again. Clean: it may go along from then on. Infected: its
 *    bytes are removed at once, the record stays to tell a person. No answer: it stays where it is.
 * 2. Once a day, files that are in no invitation, no batch and no evidence for {@link UNUSED_ATTACHMENT_DAYS} days are removed, the
 *    record together with the bytes, unless something else names the same bytes. Evidence that its examiner took away that long ago,
 *    and that no finished form names, goes first.
 * 3. All of it may be done by several workers at once, and again after a crash at any point.
 * It needs PostgreSQL alone: files do not stay in quarantine because Temporal is away.
 */
import { ScanState, UNUSED_ATTACHMENT_DAYS } from '../platform/attachments.ts';
import type { DocumentStore } from '../platform/documents.ts';
import type { Logger } from '../platform/logger.ts';
import type { VirusScanner } from '../platform/virus-scanner.ts';
import type { Database, Tx } from '../prisma/client.ts';

export interface UploadKeeperOptions {
  readonly database: Database;
  readonly documents: Pick<DocumentStore, 'get' | 'remove'>;
  /** Absent: nothing is scanned, and what is in quarantine waits for a scanner. */
  readonly scanner: VirusScanner | undefined;
  readonly logger: Logger;
}

export interface UploadKeeper {
  start(): void;
  stop(): Promise<void>;
  /** Offers everything in quarantine to the scanner. @returns how many were judged */
  scanAgain(): Promise<number>;
  /** Removes what nobody uses. @returns how many files */
  sweep(): Promise<number>;
}

const SCAN_EVERY_MS = 60_000;
const SWEEP_EVERY_MS = 24 * 3_600_000;
/** Files looked at in one query, and removed in one transaction. */
const AT_ONCE = 50;

interface StoredFile {
  readonly id: string;
  readonly sha256: string;
}

export function createUploadKeeper(options: UploadKeeperOptions): UploadKeeper {
  const { database, documents, scanner, logger } = options;
  let timer: NodeJS.Timeout | undefined;
  let current: Promise<void> = Promise.resolve();
  let isStopped = false;
  let sweptAt = Number.NEGATIVE_INFINITY;

  async function scanAgain(): Promise<number> {
    if (!scanner) return 0;
    let judged = 0;
    for (let after = ''; !isStopped; ) {
      const files = await listQuarantined(database, after);
      for (const file of files) {
        // One that the scanner cannot take does not hold up the others.
        if (!isStopped && (await scanFile(scanner, file))) judged += 1;
      }
      const last = files.at(-1);
      if (!last || files.length < AT_ONCE) break;
      after = last.id;
    }
    return judged;
  }

  async function scanFile(by: VirusScanner, { id, sha256 }: StoredFile): Promise<boolean> {
    const bytes = await documents.get(sha256);
    if (bytes === undefined) {
      logger.error({ attachmentId: id }, 'A file in quarantine has no bytes.');
      return false;
    }
    const outcome = await by.scan(bytes);
    if (outcome.verdict === 'unavailable') {
      logger.warn({ attachmentId: id, reason: outcome.reason }, 'The virus scanner did not judge a file.');
      return false;
    }
    if (outcome.verdict === 'clean') {
      await settle(database, sha256, ScanState.Clean);
      return true;
    }
    logger.warn({ attachmentId: id, signature: outcome.signature }, 'The virus scanner refused a file.');
    await settle(database, sha256, ScanState.Infected);
    if (!(await isWanted(database, sha256))) await documents.remove(sha256, { isYoungToo: true });
    return true;
  }

  async function sweep(): Promise<number> {
    await forgetTakenAway(database);
    let removed = 0;
    for (let count = AT_ONCE; count === AT_ONCE && !isStopped; removed += count) {
      count = await database.$transaction((tx) => removeUnused(tx, documents));
    }
    if (removed > 0) logger.info({ removed }, 'Files that nobody used were removed.');
    return removed;
  }

  async function look(): Promise<void> {
    await scanAgain();
    if (performance.now() - sweptAt < SWEEP_EVERY_MS) return;
    await sweep();
    sweptAt = performance.now();
  }

  function next(): void {
    current = look()
      .catch((error: unknown) => logger.warn({ err: error }, 'Uploaded files could not be looked after.'))
      .then(() => {
        if (!isStopped) timer = setTimeout(next, SCAN_EVERY_MS);
      });
  }

  return {
    scanAgain,
    sweep,
    start: next,
    async stop() {
      isStopped = true;
      clearTimeout(timer);
      await current;
    },
  };
}

function listQuarantined(database: Database, after: string): Promise<StoredFile[]> {
  return database.attachment.findMany({
    where: { scan: ScanState.Quarantined, ...(after === '' ? {} : { id: { gt: after } }) },
    select: { id: true, sha256: true },
    orderBy: { id: 'asc' },
    take: AT_ONCE,
  });
}

/** The verdict is about the bytes, so it holds for every file of them that waits. By the database's clock. */
async function settle(database: Database, sha256: string, scan: ScanState): Promise<void> {
  await database.$executeRaw`
    UPDATE attachment SET scan = ${scan}, scanned_at = clock_timestamp()
    WHERE sha256 = ${sha256} AND scan = ${ScanState.Quarantined}`;
}

/** Whether something that may be sent, or was, names these bytes: a mail that is still to be composed must find them. */
async function isWanted(database: Database, sha256: string): Promise<boolean> {
  const files = await database.attachment.count({ where: { sha256, scan: { not: ScanState.Infected } } });
  return files > 0 || (await database.document.count({ where: { sha256 } })) > 0;
}

/** Evidence taken away so long ago that nobody wants it back; what a finished form names stays, whatever happened since. */
async function forgetTakenAway(database: Database): Promise<void> {
  await database.$executeRaw`
    DELETE FROM evidence
    WHERE removed_at < clock_timestamp() - make_interval(days => ${UNUSED_ATTACHMENT_DAYS}::int)
      AND NOT EXISTS (SELECT FROM form_submission submission
        WHERE submission.form_id = evidence.form_id
          AND submission.evidence @> jsonb_build_array(jsonb_build_object('evidenceId', evidence.id)))`;
}

/**
 * The bytes go before the transaction ends: when the process dies in between, the records are there still and it is done again.
 * A record is locked until then, so that an invitation that names it meanwhile finds it gone.
 */
async function removeUnused(tx: Tx, documents: Pick<DocumentStore, 'remove'>): Promise<number> {
  const removed = await tx.$queryRaw<StoredFile[]>`
    DELETE FROM attachment WHERE id IN (
      SELECT id FROM attachment
      WHERE created_at < clock_timestamp() - make_interval(days => ${UNUSED_ATTACHMENT_DAYS}::int)
        AND NOT EXISTS (SELECT FROM invitation_attachment WHERE attachment_id = attachment.id)
        AND NOT EXISTS (SELECT FROM evidence WHERE attachment_id = attachment.id)
        AND NOT EXISTS (SELECT FROM batch WHERE batch.school_id = attachment.school_id AND attachment.id = ANY(attachment_ids))
      ORDER BY created_at, id LIMIT ${AT_ONCE} FOR UPDATE SKIP LOCKED)
    RETURNING id, sha256`;
  const hashes = [...new Set(removed.map(({ sha256 }) => sha256))];
  const named = await tx.$queryRaw<{ sha256: string }[]>`
    SELECT sha256 FROM attachment WHERE sha256 = ANY(${hashes})
    UNION SELECT sha256 FROM document WHERE sha256 = ANY(${hashes})`;
  const isNamed = new Set(named.map(({ sha256 }) => sha256));
  for (const sha256 of hashes) if (!isNamed.has(sha256)) await documents.remove(sha256);
  return removed.length;
}
