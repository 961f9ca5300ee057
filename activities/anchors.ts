/**
 * Writes down each day where all chains stand, and takes it outside.
 *
 * Contract
 * 1. One anchor for each school and day, whoever makes it and however often: the row and the mails about it are one transaction.
 * 2. It covers what was written until {@link SETTLED_MS} ago by the database's clock; see prisma/integrity/anchors.ts.
 * 3. Mail goes to the school's address and to the operator's, and not on a day on which nothing was added.
 * 4. The file is made from the record again as long as it is missing (a full disk, another disk), and only when the record still has
 *    the root that was anchored. So a file never tells of anything else than its row.
 * 5. One school that fails holds up no other; the run fails afterwards, so that it is tried again. What is wrong stands in
 *    `anchor_trouble`, since when, for the administrator and for `doctor`, until a run goes well; after an hour the
 *    administrators get a mail, one for each time that it begins.
 */
import { v7 as uuidv7 } from 'uuid';
import { toLocalDate } from '../domain/calendar.ts';
import { decidingPolicy, type SchoolSettings } from '../domain/school.ts';
import { errorCode } from '../platform/services/problem.ts';
import { administratorMails } from '../prisma/administrator-mails.ts';
import { type Database, type DatabaseClock, databaseClock, type Tx, WAKE_CHANNEL } from '../prisma/client.ts';
import { anchorFileName, writeAnchorFile } from '../prisma/integrity/anchor-file.ts';
import {
  type AnchorHeader,
  AnchorProblem,
  anchorLines,
  headsAsOf,
  type RunQuery,
  summarise,
  watchRoot,
} from '../prisma/integrity/anchors.ts';
import { MailTemplate, type QueuedMail, queueMails } from '../prisma/mail-ledger.ts';
import type { ActivityDeps } from './deps.ts';

/** Where anchors go besides the school's own address. */
export interface AnchorPlaces {
  /** The operator's address; absent: none. */
  readonly address: string | undefined;
  /** Folder of the files. */
  readonly dir: string;
}

/** Far beyond the longest transaction that writes events. */
export const SETTLED_MS = 5 * 60_000;
/** The run is tried again by itself; what is mended by then is told to nobody. */
const TELL_AFTER_MS = 3_600_000;
/** A file that was missing so long is not made any more. */
const FILE_DAYS = 30;

type Deps = Pick<ActivityDeps, 'database' | 'logger' | 'anchors'>;

export function createAnchorActivities(deps: Deps, clock: DatabaseClock = databaseClock) {
  const { database, logger } = deps;
  return {
    /** @returns number of anchors that were made now @throws when a school or a file failed, after all the others */
    async anchorRecord(): Promise<number> {
      const now = await clock.now(database);
      const schools = await database.school.findMany({
        select: { id: true, slug: true, settings: true },
        orderBy: { id: 'asc' },
      });
      let made = 0;
      const failures: unknown[] = [];
      for (const school of schools) {
        try {
          if (await anchorSchool(deps, school, now)) made += 1;
          await writeMissingFiles(deps, school, now);
          await database.anchorTrouble.deleteMany({ where: { schoolId: school.id } });
        } catch (error) {
          const code = problemOf(error);
          logger.error({ err: error, schoolId: school.id, code }, 'The record of a school could not be anchored.');
          failures.push(error);
          await noteTrouble(deps, school.id, code, now);
        }
      }
      if (made > 0) logger.info({ made }, 'The heads of the record were anchored.');
      if (failures.length > 0) throw new Error(`${failures.length} schools were not anchored`, { cause: failures[0] });
      return made;
    },
  };
}

/** Since when is kept, whatever the reason was in between. */
async function noteTrouble(
  { database, logger }: Deps,
  schoolId: string,
  code: AnchorProblem,
  now: Date,
): Promise<void> {
  const seen = { code, lastAt: now };
  try {
    await database.$transaction(async (tx) => {
      const where = { schoolId };
      const { since } = await tx.anchorTrouble.upsert({
        where,
        create: { schoolId, since: now, ...seen },
        update: seen,
      });
      const notBefore = new Date(since.getTime() + TELL_AFTER_MS);
      const mails = await administratorMails(tx, schoolId, { cause: since.toISOString(), notBefore });
      await queueMails(tx, mails, now);
    });
  } catch (error) {
    logger.error({ err: error, schoolId }, 'What is wrong could not be written down.');
  }
}

/** Errors of the operating system about a folder. */
const FOLDER_CODES: readonly string[] = ['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EEXIST', 'ENOENT', 'EISDIR'];
const FULL_CODES: readonly string[] = ['ENOSPC', 'EDQUOT'];

function problemOf(error: unknown): AnchorProblem {
  if (error instanceof RecordDiffersError) return AnchorProblem.RecordDiffers;
  const code = errorCode(error);
  if (FULL_CODES.includes(code)) return AnchorProblem.DiskFull;
  return FOLDER_CODES.includes(code) ? AnchorProblem.FileRefused : AnchorProblem.Failed;
}

/** The heads of a moment are not any more those that were anchored. */
class RecordDiffersError extends Error {}

interface SchoolRow {
  readonly id: string;
  readonly slug: string;
  readonly settings: unknown;
}

/** @returns a {@link RunQuery} over the pool */
export function queryOf(database: Database): RunQuery {
  return (query) => database.$queryRaw(query);
}

async function anchorSchool({ database, anchors }: Deps, school: SchoolRow, now: Date): Promise<boolean> {
  const settings = school.settings as SchoolSettings;
  const day = toLocalDate(now.toISOString(), settings.timeZone);
  const where = { schoolId_day: { schoolId: school.id, day } };
  if ((await database.anchor.findUnique({ where, select: { id: true } })) !== null) return false;
  const asOf = new Date(now.getTime() - SETTLED_MS);
  const summary = await summarise(headsAsOf(queryOf(database), school.id, asOf));
  if (summary.streamCount === 0) return false;
  const row = { id: uuidv7(), schoolId: school.id, day, asOf, madeAt: now, ...summary };
  return database.$transaction(async (tx) => {
    const newest = await tx.anchor.findFirst({ where: { schoolId: school.id }, orderBy: { asOf: 'desc' } });
    const { count } = await tx.anchor.createMany({ data: [row], skipDuplicates: true });
    // Another worker was a moment earlier, and has queued the mails as well.
    if (count === 0) return false;
    if (newest?.root !== row.root) await queueAnchorMails(tx, school, row.id, anchors.address, now);
    return true;
  });
}

async function queueAnchorMails(
  tx: Tx,
  { id: schoolId, settings }: SchoolRow,
  anchorId: string,
  operator: string | undefined,
  now: Date,
): Promise<void> {
  const { anchorAddress } = decidingPolicy(settings as SchoolSettings);
  const addresses = new Set([anchorAddress, operator ?? ''].filter((address) => address !== ''));
  const mails = [...addresses].map(
    (toAddress): QueuedMail => ({
      schoolId,
      streamId: null,
      template: MailTemplate.Anchor,
      lang: (settings as SchoolSettings).defaultLang,
      toAddress,
      toName: '',
      reference: { anchorId },
      cause: anchorId,
      recipientId: toAddress,
    }),
  );
  await queueMails(tx, mails, now);
  if (mails.length > 0) await tx.$executeRaw`SELECT pg_notify(${WAKE_CHANNEL}, '')`;
}

type AnchorRow = Awaited<ReturnType<Database['anchor']['findFirstOrThrow']>>;

/** What stands in the file and in the mail. */
export function anchorHeader(school: string, row: AnchorRow): AnchorHeader {
  const { schoolId, day, asOf, streamCount, eventCount, root } = row;
  return {
    kind: 'proeve-anchor',
    v: 1,
    schoolId,
    school,
    day,
    asOf: asOf.toISOString(),
    streamCount,
    eventCount,
    root,
  };
}

async function writeMissingFiles({ database, anchors, logger }: Deps, school: SchoolRow, now: Date): Promise<void> {
  const since = new Date(now.getTime() - FILE_DAYS * 86_400_000);
  const rows = await database.anchor.findMany({
    where: { schoolId: school.id, asOf: { gt: since } },
    orderBy: { asOf: 'asc' },
  });
  for (const row of rows) {
    const header = anchorHeader(school.slug, row);
    const lines = anchorLines(header, checkedHeads(database, row));
    if (await writeAnchorFile(anchors.dir, anchorFileName(header), lines))
      logger.info({ schoolId: school.id, day: row.day }, 'An anchor was written to its folder.');
  }
}

/** The heads of an anchor, read again. @throws Error at the end when they are not those that were anchored */
export async function* checkedHeads(database: Database, row: Pick<AnchorRow, 'schoolId' | 'asOf' | 'root' | 'day'>) {
  const seen = watchRoot(headsAsOf(queryOf(database), row.schoolId, row.asOf));
  yield* seen.pages();
  if (seen.root() !== row.root)
    throw new RecordDiffersError(`the record is not any more what was anchored on ${row.day}: run audit:verify`);
}
