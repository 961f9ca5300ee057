/**
 * The zip file with the documents of a period.
 *
 * Contract
 * 1. Every document of the period is named in index.csv, also one that is not in the file: its line says why, and so does
 *    MISSING.txt.
 * 2. SHA256SUMS names every other file of the zip with its SHA-256, as `sha256sum -c` reads it.
 * 3. Names and student numbers stand in index.csv alone; names of files say nothing about anybody.
 */
import { createHash } from 'node:crypto';
import { toLocalDate } from '../../../../domain/calendar.ts';
import { DocumentDamagedError, type DocumentStore } from '../../../../platform/documents.ts';
import { writeExcelLines } from '../../../../platform/export-csv.ts';
import type { Logger } from '../../../../platform/logger.ts';
import { createZipStream, type ZipStream } from '../../../../platform/zip-stream.ts';
import type { ArchivedDocument } from '../../../../prisma/repositories/exporting-documents.ts';
import { moment, type Wording } from '../../../wording.ts';
import { plainName, type Tally } from './send-file.ts';

export interface ArchiveInput {
  readonly documents: AsyncIterable<readonly ArchivedDocument[]>;
  readonly store: DocumentStore;
  readonly logger: Logger;
  readonly tally: Tally;
  readonly wording: Wording;
  readonly about: {
    readonly school: string;
    readonly byName: string;
    /** ISO 8601. */
    readonly at: string;
    readonly from: string;
    readonly to: string;
    readonly isNewestOnly: boolean;
  };
  /** Writes down which documents come next. */
  readonly note: (documentIds: readonly string[]) => Promise<unknown>;
}

type Absence = 'waiting' | 'missing' | 'damaged' | 'unreadable';

/** The bytes of the file, made as they are read. */
export async function* writeArchive(input: ArchiveInput): AsyncGenerator<Uint8Array> {
  const zip = createZipStream();
  const filling = fill(zip, input).catch((error: Error) => {
    zip.fail(error);
    throw error;
  });
  // Told by the reading, which fails with it.
  filling.catch(() => undefined);
  yield* zip.bytes;
  await filling;
}

async function fill(zip: ZipStream, input: ArchiveInput): Promise<void> {
  const { wording, tally, about } = input;
  const { t } = wording.translator;
  const at = new Date(about.at);
  const sums: string[] = [];
  const index: string[][] = [INDEX_COLUMNS.map((column) => t(`exporting.index.${column}`))];
  const absent: string[] = [];

  async function add(name: string, bytes: Uint8Array, date: Date, sum = sumOf(bytes)): Promise<void> {
    sums.push(`${sum}  ${name}\n`);
    await zip.add(name, bytes, date);
  }

  for await (const piece of input.documents) {
    await input.note(piece.map(({ id }) => id));
    for (const document of piece) {
      const found = await readDocument(input, document);
      const name = `${FOLDER}/${plainName(document.number)}-v${document.version}.pdf`;
      if (found.bytes === null) {
        tally.missingCount += 1;
        absent.push(`${document.number} v${document.version}: ${t(`exporting.absent.${found.absence}`)}`);
      } else {
        tally.documentCount += 1;
        await add(name, found.bytes, new Date(document.decidedAt), document.sha256 ?? undefined);
      }
      tally.rowCount += 1;
      index.push(indexLine(wording, document, found.bytes === null ? { absence: found.absence } : { name }));
    }
  }
  await add('index.csv', Buffer.from(`\ufeff${writeExcelLines(index)}`), at);
  if (absent.length > 0) {
    const head = t('exporting.absent.head', { count: absent.length });
    await add('MISSING.txt', textFile([head, '', ...absent]), at);
  }
  await add('LEESMIJ.txt', textFile(readMe(input)), at);
  await zip.add('SHA256SUMS', Buffer.from(sums.join('')), at);
  zip.end();
}

const FOLDER = 'documenten';
const INDEX_COLUMNS = [
  'number',
  'version',
  'exam',
  'studentNumber',
  'studentName',
  'decidedOn',
  'standing',
  'file',
  'sha256',
  'note',
] as const;

function indexLine(
  { translator: { t }, timeZone }: Wording,
  document: ArchivedDocument,
  file: { readonly name: string } | { readonly absence: Absence },
): string[] {
  return [
    document.number,
    String(document.version),
    document.examCode,
    document.studentNumber,
    document.studentName,
    toLocalDate(document.decidedAt, timeZone),
    t(`exporting.standing.${document.standing}`),
    'name' in file ? file.name : '',
    document.sha256 ?? '',
    'absence' in file ? t(`exporting.absent.${file.absence}`) : '',
  ];
}

type Found = { readonly bytes: Uint8Array } | { readonly bytes: null; readonly absence: Absence };

/** Whole, or nothing: a document that cannot be had is told of, and the others come all the same. */
async function readDocument({ store, logger }: ArchiveInput, { id, sha256 }: ArchivedDocument): Promise<Found> {
  if (sha256 === null) return { bytes: null, absence: 'waiting' };
  try {
    const bytes = await store.get(sha256);
    if (bytes !== undefined && sumOf(bytes) === sha256) return { bytes };
    if (bytes !== undefined) throw new DocumentDamagedError(sha256);
    logger.error({ documentId: id, sha256 }, 'a stored document is missing');
    return { bytes: null, absence: 'missing' };
  } catch (error) {
    logger.error({ documentId: id, sha256, err: error }, 'a stored document could not be read');
    return { bytes: null, absence: error instanceof DocumentDamagedError ? 'damaged' : 'unreadable' };
  }
}

function sumOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function readMe({ wording, about, tally }: ArchiveInput): string[] {
  const { t } = wording.translator;
  return [
    t('exporting.readMe.title', { school: about.school }),
    '',
    t('exporting.readMe.period', { from: about.from, to: about.to }),
    t(about.isNewestOnly ? 'exporting.archive.newest' : 'exporting.archive.all'),
    t('exporting.readMe.made', { at: moment(wording, about.at), name: about.byName, zone: wording.timeZone }),
    t('exporting.readMe.count', { count: tally.documentCount }),
    ...(tally.missingCount > 0 ? [t('exporting.readMe.missing', { count: tally.missingCount })] : []),
    '',
    t('exporting.readMe.index'),
    t('exporting.readMe.sums'),
    t('exporting.readMe.personal'),
  ];
}

function textFile(lines: readonly string[]): Buffer {
  return Buffer.from(`${lines.join('\r\n')}\r\n`);
}
