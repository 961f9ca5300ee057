/** What `npm run audit:verify` looks at and says. Ids, numbers and codes only: nothing that names a person. */
import type { DocumentStore } from '../../platform/documents.ts';
import { ServiceProblem } from '../../platform/services/problem.ts';
import { readAnchorFile } from '../../prisma/integrity/anchor-file.ts';
import { type AnchorHeader, compareWithAnchor, type KeptAnchor, queryBy } from '../../prisma/integrity/anchors.ts';
import { type RecordReader, readAsOfNow } from '../../prisma/integrity/reader.ts';
import { type WalkReport, walkRecord } from '../../prisma/integrity/walk.ts';
import type { IntegrityFinding, IntegrityProblem } from '../../prisma/integrity.ts';
import { compareSealed } from './sealed-data.ts';

export interface AuditOptions {
  /** Slug of the only school to look at; absent: all. */
  readonly school?: string | undefined;
  /** Where the bytes lie; absent: they are not read. */
  readonly bytes?: Pick<DocumentStore, 'get'> | undefined;
  /** Files of anchors that were kept outside. */
  readonly anchorFiles?: readonly string[];
  readonly say?: (line: string) => void;
}

export interface AuditReport extends WalkReport {
  readonly isWhole: boolean;
  readonly school: string | null;
  /** What was compared with: those that were kept outside, and the newest of each school that stands in the database itself. */
  readonly anchors: readonly (Pick<AnchorHeader, 'school' | 'day' | 'root'> & { readonly isOutside: boolean })[];
  readonly milliseconds: number;
}

const PROGRESS_EVENTS = 250_000;

/**
 * Looks at everything as of one moment.
 * @param url connection of the application's role
 * @throws ServiceProblem for a school that is not there, AnchorFileError for a file that is no anchor
 */
export async function audit(url: string, options: AuditOptions): Promise<AuditReport> {
  const started = performance.now();
  const kept = await Promise.all((options.anchorFiles ?? []).map(readAnchorFile));
  return readAsOfNow(url, async (reader) => {
    const schoolId = options.school === undefined ? undefined : await schoolIdOf(reader, options.school);
    const stored = await newestAnchors(reader, schoolId ?? null);
    const anchors = [...kept.map((anchor) => ({ anchor, isOutside: true })), ...stored];
    await requireSchools(reader, kept, schoolId);
    let told = 0;
    const walked = await walkRecord(reader, {
      schoolId,
      bytes: options.bytes,
      compareSealed,
      onProgress: (count) => {
        if (count < told + PROGRESS_EVENTS) return;
        told = count;
        options.say?.(`  ${count} events …`);
      },
    });
    const differing: IntegrityFinding[] = [];
    for (const { anchor } of anchors) differing.push(...(await compareWithAnchor(queryBy(reader), anchor)));
    const findings = [...walked.findings, ...differing];
    return {
      ...walked,
      findings,
      findingCount: walked.findingCount + differing.length,
      isWhole: findings.length === 0,
      school: options.school ?? null,
      anchors: anchors.map(({ anchor: { header }, isOutside }) => {
        const { school, day, root } = header;
        return { school, day, root, isOutside };
      }),
      milliseconds: Math.round(performance.now() - started),
    };
  });
}

async function schoolIdOf(reader: RecordReader, slug: string): Promise<string> {
  const [school] = await reader.rows<{ id: string }>('SELECT id FROM school WHERE slug = $1', [slug]);
  if (school) return school.id;
  throw new ServiceProblem('BAD_HOME', `There is no school ${slug} in this database.`);
}

/** An anchor of somebody else would only find that everything is gone. */
async function requireSchools(
  reader: RecordReader,
  kept: readonly KeptAnchor[],
  schoolId: string | undefined,
): Promise<void> {
  for (const { header } of kept) {
    const rows = await reader.rows('SELECT FROM school WHERE id = $1', [header.schoolId]);
    if (rows.length === 0 || (schoolId !== undefined && schoolId !== header.schoolId)) {
      const which = `The anchor of ${header.day} is of the school ${header.school} (${header.schoolId})`;
      throw new ServiceProblem('BAD_HOME', `${which}, which is not looked at or not in this database.`);
    }
  }
}

/** Their roots alone: whoever can write the record anew can write these anew as well, but may have forgotten them. */
async function newestAnchors(reader: RecordReader, schoolId: string | null) {
  const rows = await reader.rows<Omit<AnchorHeader, 'kind' | 'v' | 'asOf'> & { readonly asOf: Date }>(
    `SELECT DISTINCT ON (anchor.school_id) anchor.school_id AS "schoolId", school.slug AS school, anchor.day,
       anchor.as_of AS "asOf", anchor.stream_count AS "streamCount", anchor.event_count AS "eventCount", anchor.root
     FROM anchor JOIN school ON school.id = anchor.school_id
     WHERE $1::uuid IS NULL OR anchor.school_id = $1::uuid
     ORDER BY anchor.school_id, anchor.as_of DESC`,
    [schoolId],
  );
  return rows.map((row) => {
    const header: AnchorHeader = { ...row, kind: 'proeve-anchor', v: 1, asOf: row.asOf.toISOString() };
    return { anchor: { header, heads: noHeads, hasHeads: false }, isOutside: false };
  });
}

async function* noHeads(): AsyncGenerator<never[]> {
  yield [];
}

const EXPLAINED: Readonly<Record<IntegrityProblem, string>> = {
  GAP: 'an event is missing here, or one was put in',
  LINK_DIFFERS: 'this event followed another one than stands before it',
  HASH_DIFFERS: 'this event was changed after it was written',
  SCHOOL_DIFFERS: 'this event stands under another school than its stream',
  UNREADABLE: 'this event cannot be read, or cannot have followed on those before it',
  COUNT_DIFFERS: 'the stream was left with another number of events; here the first is missing or too many',
  HEAD_DIFFERS: 'the newest event is not the one that the stream was left with',
  STATE_DIFFERS: 'the folded state that decisions are based on is not what the events say',
  ROW_DIFFERS: 'the row that pages read has another status, result or publication than the events say',
  ROW_MOVED: 'the row that pages read stands under something else than was created here',
  ROW_MISSING: 'the row that pages read is gone; the chain is still here',
  ROW_UNKNOWN: 'a row that pages read, behind which no chain stands',
  STREAM_MISSING: 'events without a stream',
  TEXT_MISSING: 'words that this event speaks of are gone',
  TEXT_DIFFERS: 'words that this event speaks of were changed',
  SUBMISSION_MISSING: 'the finished form that this event speaks of is gone',
  SUBMISSION_DIFFERS: 'the finished form that this event speaks of was changed',
  SUBMISSION_UNKNOWN: 'a finished form that no event speaks of',
  DOCUMENT_DIFFERS: 'the document that this event speaks of is gone, or stands with another hash',
  DOCUMENT_DATA_DIFFERS: 'what pages and lists tell of this decision is not what was decided',
  SEALED_DIFFERS: 'what pages and lists tell of this decision is not what the stored document says',
  DOCUMENT_UNKNOWN: 'a document that no event speaks of',
  BYTES_MISSING: 'the bytes of a document or of evidence are not there',
  BYTES_DAMAGED: 'the bytes of a document or of evidence are not those that were stored',
  ANCHOR_DIFFERS: 'this stream was written anew, cut short or removed after it was anchored',
  ANCHOR_UNKNOWN: 'this stream says to be older than the anchor, which does not know it',
  ROOT_DIFFERS: 'something from before the anchor was changed, removed or put in since',
};

const MOST_LINES = 50;

/** Lines for a terminal; the last one is the verdict. */
export function describeAudit(report: AuditReport): string[] {
  const { streamCount, eventCount, texts, erasedTexts, submissions, documents, files, sealed, anchors, findings } =
    report;
  const seconds = Math.max(0.1, report.milliseconds / 1000);
  const read =
    files > 0
      ? `, ${files} files read, ${sealed} compared with what pages tell`
      : ', bytes not read (--documents reads them)';
  return [
    `Looked at ${report.school ?? 'all schools'}: ${streamCount} chains with ${eventCount} events in ${seconds.toFixed(1)} s.`,
    `What they speak of: ${texts} texts (${erasedTexts} erased), ${submissions} finished forms, ${documents} documents${read}.`,
    ...anchors.map(
      ({ school, day, root, isOutside }) =>
        `Anchor of ${school}, ${day}, ${isOutside ? 'kept outside' : 'in the database'}: ${root.slice(0, 16)}…`,
    ),
    ...findings.slice(0, MOST_LINES).map(lineOf),
    ...(report.findingCount > MOST_LINES ? [`  … and ${report.findingCount - MOST_LINES} more`] : []),
    report.isWhole ? `Whole: every event is what was written.${adviceOf(report)}` : verdictOf(report),
  ];
}

function lineOf({ problem, streamId, seq, detail }: IntegrityFinding): string {
  const where = seq === null ? '' : `, event ${seq}`;
  return `  ${problem}  stream ${streamId}${where}${detail === undefined ? '' : ` (${detail})`}: ${EXPLAINED[problem]}`;
}

function adviceOf({ anchors }: AuditReport): string {
  return anchors.some(({ isOutside }) => isOutside)
    ? ''
    : ' Chains that were written anew from end to end are only found with an anchor that was kept outside (--anchor FILE).';
}

function verdictOf({ findings, findingCount }: AuditReport): string {
  const [first] = findings;
  if (!first) return 'BROKEN.';
  const at = first.seq === null ? '' : ` at event ${first.seq}`;
  return `BROKEN: ${findingCount} found. First: stream ${first.streamId}${at}: ${EXPLAINED[first.problem]}.`;
}
