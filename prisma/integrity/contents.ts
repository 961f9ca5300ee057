/**
 * Whether what events speak of is still what they spoke of: words, finished forms, rows of documents, bytes.
 *
 * Contract
 * 1. Events name words and forms by id and salted digest. The digest must be that of the row, and that of what the row holds: whoever
 *    changes the words would have to change the event.
 * 2. Words that were erased keep their row, without body and salt; they are counted, and no finding.
 * 3. What is referred to is looked up a page of events at a time, so memory does not grow with the record.
 */
import type { SubmittedEvidence } from '../../domain/evidence.ts';
import { canonicalSubmission, type FormContent } from '../../domain/form.ts';
import { saltedDigest } from '../chain.ts';
import { type IntegrityFinding, IntegrityProblem, type ReadEvent } from '../integrity.ts';
import {
  about,
  type Bytes,
  type CompareSealed,
  checkDocumentFiles,
  checkDocuments,
  type DecidedReference,
  type Origin,
  readFile,
  type StoredReference,
} from './documents.ts';
import type { RecordReader } from './reader.ts';

export interface ContentCounts {
  texts: number;
  erasedTexts: number;
  submissions: number;
  documents: number;
  /** Files whose bytes were read; 0 when they were not asked for. */
  files: number;
  /** Documents among them that say to machines what they tell, and were compared with it. */
  sealed: number;
}

interface Reference extends Origin {
  readonly id: string;
  readonly digest: string;
}

interface FileReference extends Origin {
  readonly sha256: string;
}

export interface ContentCheck {
  readonly counts: ContentCounts;
  /** Notes what an event speaks of. */
  note(origin: Origin, event: ReadEvent): void;
  /** Looks up everything noted since the last time. */
  settle(): Promise<IntegrityFinding[]>;
}

/**
 * @param bytes where the bytes lie; absent: they are not read
 * @param compareSealed compares what stored documents say with their rows; absent: they are only read
 */
export function createContentCheck(
  reader: RecordReader,
  bytes: Bytes | undefined,
  compareSealed?: CompareSealed,
): ContentCheck {
  const counts: ContentCounts = { texts: 0, erasedTexts: 0, submissions: 0, documents: 0, files: 0, sealed: 0 };
  let texts: Reference[] = [];
  let submissions: Reference[] = [];
  let decided: DecidedReference[] = [];
  let documents: StoredReference[] = [];
  let files: FileReference[] = [];
  const compareCounted: CompareSealed | undefined =
    compareSealed &&
    (async (file, data) => {
      const differing = await compareSealed(file, data);
      if (differing !== null) counts.sealed += 1;
      return differing;
    });

  return {
    counts,
    note(origin, event) {
      for (const { textId, digest } of textsIn(event)) texts.push({ ...origin, id: textId, digest });
      if (event.type === 'FormFinished' || event.type === 'FormCorrected') {
        submissions.push({ ...origin, id: String(event.submissionId), digest: String(event.contentDigest) });
        const evidence = (event.evidence ?? []) as readonly SubmittedEvidence[];
        if (bytes) files.push(...evidence.map(({ sha256 }) => ({ ...origin, sha256 })));
      }
      if (event.type === 'AssessmentFinalised') {
        decided.push({ ...origin, version: Number(event.version), result: event.result });
      }
      if (event.type === 'DocumentStored') {
        const { version, sha256, size } = event as unknown as StoredReference;
        documents.push({ ...origin, version, sha256, size });
      }
    },
    async settle() {
      const noted = { texts, submissions, decided, documents, files };
      [texts, submissions, decided, documents, files] = [[], [], [], [], []];
      counts.documents += noted.documents.length;
      if (bytes) counts.files += noted.documents.length + noted.files.length;
      return [
        ...(await checkTexts(reader, noted.texts, counts)),
        ...(await checkSubmissions(reader, noted.submissions, counts)),
        ...(await checkDocuments(reader, noted.decided, noted.documents)),
        ...(bytes ? await checkDocumentFiles(reader, bytes, compareCounted, noted.documents) : []),
        ...(bytes ? await checkFiles(bytes, noted.files) : []),
      ];
    },
  };
}

/** Every `{ textId, digest }` in an event, however deep. */
function textsIn(value: unknown): { readonly textId: string; readonly digest: string }[] {
  if (value === null || typeof value !== 'object') return [];
  if ('textId' in value && 'digest' in value) return [{ textId: String(value.textId), digest: String(value.digest) }];
  return Object.values(value).flatMap(textsIn);
}

async function checkTexts(
  reader: RecordReader,
  references: readonly Reference[],
  counts: ContentCounts,
): Promise<IntegrityFinding[]> {
  if (references.length === 0) return [];
  const rows = await reader.rows<{ id: string; body: string; salt: string; digest: string }>(
    'SELECT id, body, salt, digest FROM text_note WHERE id = ANY($1::uuid[])',
    [references.map(({ id }) => id)],
  );
  const byId = new Map(rows.map((row) => [row.id, row]));
  return references.flatMap((reference) => {
    const row = byId.get(reference.id);
    counts.texts += 1;
    if (!row) return about(reference, IntegrityProblem.TextMissing, reference.id);
    if (row.salt === '' && row.body === '' && row.digest === reference.digest) {
      counts.erasedTexts += 1;
      return [];
    }
    const isSame = row.digest === reference.digest && saltedDigest(row.body, row.salt).digest === reference.digest;
    return isSame ? [] : about(reference, IntegrityProblem.TextDiffers, reference.id);
  });
}

async function checkSubmissions(
  reader: RecordReader,
  references: readonly Reference[],
  counts: ContentCounts,
): Promise<IntegrityFinding[]> {
  if (references.length === 0) return [];
  const rows = await reader.rows<{
    id: string;
    content: FormContent;
    evidence: readonly SubmittedEvidence[];
    salt: string;
    digest: string;
  }>('SELECT id, content, evidence, salt, content_digest AS digest FROM form_submission WHERE id = ANY($1::uuid[])', [
    references.map(({ id }) => id),
  ]);
  const byId = new Map(rows.map((row) => [row.id, row]));
  return references.flatMap((reference) => {
    const row = byId.get(reference.id);
    counts.submissions += 1;
    if (!row) return about(reference, IntegrityProblem.SubmissionMissing, reference.id);
    const { digest } = saltedDigest(canonicalSubmission(row.content, row.evidence), row.salt);
    const isSame = row.digest === reference.digest && digest === reference.digest;
    return isSame ? [] : about(reference, IntegrityProblem.SubmissionDiffers, reference.id);
  });
}

/** Evidence, one file at a time: they may be large. */
async function checkFiles(bytes: Bytes, references: readonly FileReference[]): Promise<IntegrityFinding[]> {
  const findings: IntegrityFinding[] = [];
  for (const reference of references) {
    const { problem } = await readFile(bytes, reference.sha256);
    if (problem !== null) findings.push(about(reference, problem, reference.sha256));
  }
  return findings;
}
