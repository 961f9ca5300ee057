/**
 * Whether the rows of documents tell what was decided. Pages, lists and mails read `document.data`, so beside its hash each row is
 * compared with the decision that it is of; and, when bytes are read, with what the stored file itself says.
 *
 * Contract
 * 1. Rows are looked up a page of events at a time. Whole data is only read with the bytes, {@link AT_ONCE} documents at a time.
 * 2. A finding names the version and the fields, never what stands in them.
 */
import { DocumentDamagedError, type DocumentStore } from '../../platform/documents.ts';
import { type IntegrityFinding, IntegrityProblem, isSameJson } from '../integrity.ts';
import type { RecordReader } from './reader.ts';

/** The event that something is about. */
export interface Origin {
  readonly streamId: string;
  readonly schoolId: string;
  readonly seq: number;
}

/** A decision: the document of this version tells it. */
export interface DecidedReference extends Origin {
  readonly version: number;
  readonly result: unknown;
}

/** A document whose bytes were stored. */
export interface StoredReference extends Origin {
  readonly version: number;
  readonly sha256: string;
  readonly size: number;
}

/** Where bytes lie. */
export type Bytes = Pick<DocumentStore, 'get'>;

/**
 * Compares what a stored file says with the data of its row.
 * @returns names of the fields that differ; null for a file that says nothing to machines
 */
export type CompareSealed = (file: Uint8Array, data: unknown) => Promise<readonly string[] | null>;

/** Documents whose data is in memory at once; each is some tens of kilobytes. */
const AT_ONCE = 20;

export function about(
  { streamId, schoolId, seq }: Origin,
  problem: IntegrityProblem,
  detail: string,
): IntegrityFinding {
  return { streamId, schoolId, problem, seq, detail };
}

interface DocumentRow {
  readonly assessmentId: string;
  /** Null: the assessment has no document. */
  readonly version: number | null;
  readonly number: string;
  readonly checkCode: string | null;
  readonly sha256: string | null;
  readonly size: number | null;
  readonly attempt: number;
  readonly unitCodes: readonly string[];
  /** Parts of the data, of whatever shape. */
  readonly told: {
    readonly result: unknown;
    readonly number: unknown;
    readonly version: unknown;
    readonly checkCode: unknown;
    readonly attempt: unknown;
    readonly units: unknown;
  };
}

/** Data is only unpacked for decisions, and once: each `->` on the column itself would do it again. */
const DOCUMENTS_SQL = `
  SELECT a.id AS "assessmentId", a.attempt, a.unit_codes AS "unitCodes", d.version, d.number, d.check_code AS "checkCode",
    d.sha256, d.size, jsonb_build_object('result', whole.data -> 'result', 'number', whole.data #> '{document,number}',
      'version', whole.data #> '{document,version}', 'checkCode', whole.data #> '{document,checkCode}',
      'attempt', whole.data -> 'attempt', 'units', jsonb_path_query_array(whole.data, '$.units[*].code')) AS told
  FROM assessment a LEFT JOIN document d ON d.assessment_id = a.id
    CROSS JOIN LATERAL (SELECT CASE WHEN a.id = ANY($2::uuid[]) THEN d.data #> '{}' END AS data OFFSET 0) AS whole
  WHERE a.id = ANY($1::uuid[])`;

/** Compares rows with the decisions and with the hashes that events name. */
export async function checkDocuments(
  reader: RecordReader,
  decided: readonly DecidedReference[],
  stored: readonly StoredReference[],
): Promise<IntegrityFinding[]> {
  if (decided.length + stored.length === 0) return [];
  const [told, all] = [decided, [...decided, ...stored]].map((each) => [
    ...new Set(each.map(({ streamId }) => streamId)),
  ]);
  const rows = await reader.rows<DocumentRow>(DOCUMENTS_SQL, [all, told]);
  const byKey = new Map(rows.map((row) => [keyOf(row.assessmentId, row.version), row]));
  const assessments = new Set(rows.map(({ assessmentId }) => assessmentId));
  return [
    ...decided.flatMap((reference) => {
      if (!assessments.has(reference.streamId)) return [];
      const row = byKey.get(keyOf(reference.streamId, reference.version));
      return row ? decisionFindings(reference, row) : documentDiffers(reference);
    }),
    ...stored.flatMap((reference) => {
      const row = byKey.get(keyOf(reference.streamId, reference.version));
      return row?.sha256 === reference.sha256 && row.size === reference.size ? [] : documentDiffers(reference);
    }),
  ];
}

function keyOf(assessmentId: string, version: number | null): string {
  return `${assessmentId} ${version}`;
}

function documentDiffers(reference: Origin & { readonly version: number }): IntegrityFinding[] {
  return [about(reference, IntegrityProblem.DocumentDiffers, `version ${reference.version}`)];
}

function decisionFindings(reference: DecidedReference, row: DocumentRow): IntegrityFinding[] {
  const { told } = row;
  const pairs: readonly (readonly [string, unknown, unknown])[] = [
    ['result', told.result, reference.result],
    ['number', told.number, row.number],
    ['version', told.version, reference.version],
    // Documents from before there were codes have none, here and there.
    ['checkCode', told.checkCode, row.checkCode],
    ['attempt', told.attempt, row.attempt],
    ['units', told.units, row.unitCodes],
  ];
  const differing = pairs.filter(([, is, was]) => !isSameJson(is, was)).map(([name]) => name);
  return differing.length === 0 ? [] : [dataDiffers(IntegrityProblem.DocumentDataDiffers, reference, differing)];
}

function dataDiffers(
  problem: IntegrityProblem,
  reference: Origin & { readonly version: number },
  fields: readonly string[],
): IntegrityFinding {
  return about(reference, problem, `version ${reference.version}: ${fields.join(', ')}`);
}

/**
 * Reads the file of each document, one at a time: they may be large.
 * @param compare absent: the files are only read
 */
export async function checkDocumentFiles(
  reader: RecordReader,
  bytes: Bytes,
  compare: CompareSealed | undefined,
  stored: readonly StoredReference[],
): Promise<IntegrityFinding[]> {
  const findings: IntegrityFinding[] = [];
  for (let start = 0; start < stored.length; start += AT_ONCE) {
    const some = stored.slice(start, start + AT_ONCE);
    const dataOf = compare ? await readData(reader, some) : new Map<string, unknown>();
    for (const reference of some) {
      const { problem, file } = await readFile(bytes, reference.sha256);
      if (problem !== null) findings.push(about(reference, problem, reference.sha256));
      const key = keyOf(reference.streamId, reference.version);
      // That a row is gone is told by the look at the rows.
      if (!compare || !file || !dataOf.has(key)) continue;
      const differing = (await compare(file, dataOf.get(key))) ?? [];
      if (differing.length > 0) findings.push(dataDiffers(IntegrityProblem.SealedDiffers, reference, differing));
    }
  }
  return findings;
}

async function readData(reader: RecordReader, stored: readonly StoredReference[]): Promise<Map<string, unknown>> {
  const rows = await reader.rows<{ assessmentId: string; version: number; data: unknown }>(
    `SELECT d.assessment_id AS "assessmentId", d.version, d.data
     FROM unnest($1::uuid[], $2::int[]) AS wanted(id, version)
       JOIN document d ON d.assessment_id = wanted.id AND d.version = wanted.version`,
    [stored.map(({ streamId }) => streamId), stored.map(({ version }) => version)],
  );
  return new Map(rows.map(({ assessmentId, version, data }) => [keyOf(assessmentId, version), data]));
}

export interface ReadFile {
  readonly problem: IntegrityProblem | null;
  /** Absent when there is a problem. */
  readonly file?: Uint8Array;
}

export async function readFile(bytes: Bytes, sha256: string): Promise<ReadFile> {
  try {
    const file = await bytes.get(sha256);
    return file === undefined ? { problem: IntegrityProblem.BytesMissing } : { problem: null, file };
  } catch (error) {
    if (error instanceof DocumentDamagedError) return { problem: IntegrityProblem.BytesDamaged };
    throw error;
  }
}
