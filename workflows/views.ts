/**
 * What a workflow knows of its stream: derived from the folded state by a local activity, whenever the workflow looks.
 * Ids, codes, numbers and instants (ISO 8601 UTC) only, because it lies in the workflow's history.
 */
import type { ReminderFacts } from '../domain/reminding.ts';
import type { AssessmentFacts, BatchFacts, WaitsFor } from '../domain/waiting.ts';

export interface AssessmentView extends AssessmentFacts {
  /** Version of the stream this was read at. */
  readonly seq: number;
  readonly dueAt: string | null;
  readonly isLate: boolean;
}

export interface InvitationView extends ReminderFacts {
  /** Version of the stream this was read at. */
  readonly seq: number;
}

export interface BatchView extends BatchFacts {
  /** Version of the stream this was read at. */
  readonly seq: number;
  /** Whoever started it has left the school, so nothing is sent; absent otherwise. */
  readonly isHeld?: true;
}

/** What the workflow wrote down last, for pages and for the reconciler. */
export interface Progress {
  readonly streamId: string;
  readonly schoolId: string;
  readonly seenSeq: number;
  readonly waitsFor: WaitsFor;
  readonly since: string;
  /** When the workflow acts by itself; null: only when something happens. */
  readonly nextAt: string | null;
  readonly isClosed: boolean;
  /** Code of what went wrong last and is being tried again. */
  readonly lastError: string | null;
}

/** The same for an invitation, with the moment of the next reminder. */
export interface InvitationProgress extends Progress {
  readonly nextReminderAt: string | null;
}

/** What became of a command: a refusal is an answer. */
export interface CommandResult {
  /** Whether this call changed something. */
  readonly applied: boolean;
  /** Why not; absent for a repeat of a command that was carried out before. */
  readonly code?: string;
}
