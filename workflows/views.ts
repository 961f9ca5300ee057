/**
 * What a workflow knows of its stream: derived from the folded state by a local activity, whenever the workflow looks.
 * Ids, codes, numbers and instants (ISO 8601 UTC) only, because it lies in the workflow's history.
 */
import type { AssessmentStatus } from '../domain/assessment.ts';
import type { DeliveryStatus, InvitationStatus } from '../domain/invitation.ts';
import type { ReminderPolicy } from '../domain/reminders.ts';

export interface AssessmentView {
  /** Version of the stream this was read at. */
  readonly seq: number;
  readonly status: AssessmentStatus;
  readonly statusSince: string;
  readonly dueAt: string | null;
  readonly isLate: boolean;
  /** Examiners whose form is open. */
  readonly openForms: number;
  /** Some component has no examiner, or only ones who were withdrawn. */
  readonly lacksExaminer: boolean;
  /** The newest document; null before the decision. */
  readonly document: {
    readonly version: number;
    readonly decidedAt: string;
    readonly storedAt: string | null;
    readonly mailedAt: string | null;
  } | null;
  readonly archivedAt: string | null;
}

export interface InvitationView {
  /** Version of the stream this was read at. */
  readonly seq: number;
  readonly status: InvitationStatus;
  readonly statusSince: string;
  readonly delivery: DeliveryStatus;
  readonly deliveryAt: string;
  readonly linkExpiresAt: string;
  readonly dueAt: string | null;
  /** The last mail with a link, or the moment work was reopened; reminders are counted from here. */
  readonly remindFrom: string;
  /** Reminders since then. */
  readonly remindedAt: readonly string[];
  readonly policy: ReminderPolicy;
  readonly timeZone: string;
}

/** What a stream waits for; pages turn the code into a sentence. */
export const WaitsFor = {
  /** Somebody must choose an examiner. */
  Assignment: 'assignment',
  /** A chosen examiner must be invited. */
  Invitation: 'invitation',
  Examiners: 'examiners',
  Committee: 'committee',
  /** The document is being made. */
  Document: 'document',
  /** The exam office's mail server has not taken the document yet. */
  OfficeMail: 'officeMail',
  Archive: 'archive',
  /** Of an invitation: the examiner. */
  Examiner: 'examiner',
  /** The invitation itself has not left yet. */
  Mail: 'mail',
  /** The mail came back: somebody must mend the address. */
  Address: 'address',
  Nothing: 'nothing',
} as const;
export type WaitsFor = (typeof WaitsFor)[keyof typeof WaitsFor];

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
