/** The recorded histories: where they lie, which must be there, and how they are read. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseKeyring } from '../../platform/keys.ts';
import { StreamKind, WORKFLOW_TYPE_OF, WorkflowType, workflowIdOf } from '../../workflows/messages.ts';

export const HISTORIES_DIR = fileURLToPath(new URL('./histories', import.meta.url));

/**
 * The key with which the payloads of the recorded histories are encrypted. It is public, on purpose: a recorded history holds
 * nothing that is true of anybody, and must be readable for ever. No installation may use it.
 */
export const PUBLISHED_TEST_KEY = `0:${Buffer.from('published key of test histories!').toString('base64')}`;

export const historyKeyring = parseKeyring(PUBLISHED_TEST_KEY);

/** Every path that must be recorded, with its parts; a file is `<path>.<part>.json`. */
export const REQUIRED_HISTORIES = {
  plain: ['assessment', 'invitation'],
  'several-examiners': ['assessment', 'invitation-1', 'invitation-2'],
  batch: ['assessment', 'invitation'],
  reminders: ['invitation'],
  expiry: ['assessment', 'invitation'],
  bounce: ['assessment', 'invitation'],
  'bounce-without-answer': ['invitation'],
  delayed: ['invitation'],
  'mail-not-left': ['invitation'],
  withdrawal: ['assessment', 'invitation-1', 'invitation-2'],
  return: ['assessment', 'invitation-1', 'invitation-2'],
  cancel: ['assessment', 'invitation'],
  late: ['assessment', 'invitation'],
  'early-timer': ['assessment', 'invitation'],
  'render-failure': ['assessment'],
  'archive-refused': ['assessment'],
  outage: ['assessment', 'invitation'],
  signals: ['assessment', 'invitation'],
  'news-at-the-end': ['assessment', 'invitation'],
  'news-after-the-end': ['assessment', 'invitation'],
  nudge: ['assessment', 'invitation'],
  'started-anew': ['assessment', 'invitation'],
  'unknown-stream': ['assessment', 'invitation'],
  'continue-as-new': ['assessment-1', 'assessment-2', 'invitation-1', 'invitation-2'],
  decline: ['assessment', 'invitation-1', 'invitation-2'],
  'hand-over': ['assessment', 'invitation-1', 'invitation-2'],
  replaced: ['assessment', 'invitation-1', 'invitation-2'],
  resent: ['invitation'],
  undone: ['assessment-1', 'assessment-2', 'invitation-1', 'invitation-2', 'invitation-3'],
  'deadline-moved': ['assessment', 'invitation'],
  agreement: ['assessment', 'invitation-1', 'invitation-2'],
  'third-examiner': ['assessment', 'invitation-1', 'invitation-2'],
  'two-members': ['assessment'],
  'publication-later': ['assessment'],
  'publication-early-timer': ['assessment'],
  'publication-without-document': ['assessment'],
  'publication-by-hand': ['assessment-1', 'assessment-2'],
  reopened: ['assessment-1', 'assessment-2'],
  'reopening-ended': ['assessment-1', 'assessment-2'],
  digest: ['sweep'],
  reconcile: ['sweep'],
  'sweep-retried': ['sweep'],
  'batch-plain': ['batch'],
  'batch-done-at-once': ['batch'],
  'batch-scheduled': ['batch'],
  'batch-sent-earlier': ['batch'],
  'batch-stopped': ['batch'],
  'batch-failed-row': ['batch'],
  'batch-retried': ['batch-1', 'batch-2'],
  'batch-held': ['batch'],
  'batch-outage': ['batch'],
  'batch-signals': ['batch'],
  'batch-news-at-the-end': ['batch'],
  'batch-started-anew': ['batch'],
  'batch-unknown-stream': ['batch'],
  'batch-continue-as-new': ['batch-1', 'batch-2'],
} as const satisfies Readonly<Record<string, readonly string[]>>;

export type HistoryPath = keyof typeof REQUIRED_HISTORIES;

/** One event in the JSON that Temporal's own tools write. */
export interface HistoryEvent {
  readonly eventId: string;
  readonly eventType: string;
  readonly [attributes: string]: unknown;
}

export interface HistoryJson {
  readonly events: readonly HistoryEvent[];
}

export interface RecordedHistory {
  /** Without folder and `.json`. */
  readonly name: string;
  /** `plain`, `bounce` … */
  readonly path: string;
  /** `assessment`, `invitation-2`, `sweep` … */
  readonly part: string;
  readonly history: HistoryJson;
}

/** All files of the folder, in the order of their names. */
export function readHistories(): RecordedHistory[] {
  const files = readdirSync(HISTORIES_DIR).filter((file) => file.endsWith('.json'));
  return files.sort().map((file) => readHistory(file.slice(0, -'.json'.length)));
}

/** @param name `<path>.<part>`, with `.<label>` after it for one that was recorded after a change */
export function readHistory(name: string): RecordedHistory {
  const [path = '', part = ''] = name.split('.');
  const history = JSON.parse(readFileSync(join(HISTORIES_DIR, `${name}.json`), 'utf8')) as HistoryJson;
  return { name, path, part, history };
}

/** The names that must be there. */
export function requiredNames(): string[] {
  return Object.entries(REQUIRED_HISTORIES).flatMap(([path, parts]) => parts.map((part) => `${path}.${part}`));
}

/** The id under which a history is replayed; the workflows read it nowhere. */
export function replayIdOf({ part, name }: RecordedHistory): string {
  if (part.startsWith('sweep')) return name;
  return workflowIdOf(kindOf(part), name);
}

function kindOf(part: string): StreamKind {
  const kind = Object.values(StreamKind).find((each) => part.startsWith(each));
  if (kind === undefined) throw new Error(`${part} is a part of no stream`);
  return kind;
}

/** What each kind of part is a history of. */
export function workflowTypesOf({ part, path }: RecordedHistory): WorkflowType {
  if (!part.startsWith('sweep')) return WORKFLOW_TYPE_OF[kindOf(part)];
  return path === 'digest' ? WorkflowType.CommitteeDigest : WorkflowType.Reconcile;
}
