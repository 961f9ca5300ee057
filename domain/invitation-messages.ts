/** What the invitation is made of: statuses, state, events, commands, refusals. Contract: see invitation.ts. */
import type { TextRef } from './assessment-state.ts';
import type { DeliveryProblem } from './delivery.ts';
import type { DeliveryStatus } from './mail-reach.ts';
import type { ReminderPolicy } from './reminders.ts';

export const InvitationStatus = {
  Active: 'active',
  Completed: 'completed',
  Withdrawn: 'withdrawn',
  Expired: 'expired',
} as const;
export type InvitationStatus = (typeof InvitationStatus)[keyof typeof InvitationStatus];

export const PairStatus = { Open: 'open', Finished: 'finished', Withdrawn: 'withdrawn' } as const;
export type PairStatus = (typeof PairStatus)[keyof typeof PairStatus];

export interface ReminderState {
  readonly number: number;
  readonly mailId: string;
  readonly queuedAt: string;
}

export interface InvitationState {
  readonly v: 1;
  readonly status: InvitationStatus;
  readonly statusSince: string;
  readonly examinerId: string;
  readonly linkId: string;
  readonly linkExpiresAt: string;
  readonly dueAt: string | null;
  readonly invitedAt: string;
  readonly pairs: Readonly<Record<string, PairStatus>>;
  readonly mailId: string;
  readonly delivery: DeliveryStatus;
  readonly deliveryAt: string;
  /** Why mail does not arrive (yet); absent when it does, and in records from before reports said why. */
  readonly problem?: DeliveryProblem;
  /** When the mailbox last answered by itself (absence); absent when it never did. */
  readonly autoReplyAt?: string;
  readonly openedAt: string | null;
  readonly reminders: readonly ReminderState[];
  /** Of this invitation alone; absent: that of the school. */
  readonly reminderPolicy?: ReminderPolicy;
  /** When the invitation was last sent again by a person: reminders are counted from there. Absent when it never was. */
  readonly resentAt?: string;
  /** Assessments whose examiner waits for an answer, and since when; absent when there are none. */
  readonly paused?: Readonly<Record<string, string>>;
}

export type InvitationEvent =
  | {
      readonly type: 'InvitationSent';
      readonly examinerId: string;
      readonly initiatorId: string;
      readonly linkId: string;
      readonly linkExpiresAt: string;
      readonly mailId: string;
      readonly assessmentIds: readonly string[];
      readonly dueAt: string | null;
      readonly remark: TextRef | null;
      readonly reminderPolicy?: ReminderPolicy;
      /** The piece of work that it was sent in; absent in older events. */
      readonly batchId?: string;
    }
  | {
      readonly type: 'DeliveryReported';
      readonly mailId: string;
      readonly delivery: DeliveryStatus;
      readonly smtpCode: string | null;
      /** These are absent in older events, and where they say nothing. */
      readonly problem?: DeliveryProblem;
      readonly isAutoReply?: boolean;
    }
  | { readonly type: 'InvitationOpened'; readonly linkId: string }
  | { readonly type: 'ReminderQueued'; readonly number: number; readonly mailId: string; readonly isManual: boolean }
  | {
      readonly type: 'LinkReissued';
      readonly formerLinkId: string;
      readonly linkId: string;
      readonly linkExpiresAt: string;
      readonly mailId: string;
    }
  /** The same link once more. */
  | { readonly type: 'InvitationResent'; readonly mailId: string }
  | { readonly type: 'PairPaused'; readonly assessmentId: string }
  | { readonly type: 'PairResumed'; readonly assessmentId: string }
  /** A withdrawal was taken back before the examiner was told. */
  | { readonly type: 'PairReinstated'; readonly assessmentId: string; readonly linkExpiresAt: string }
  /** By id only: the address itself has no place in a record that is never changed. */
  | { readonly type: 'AddressCorrected'; readonly examinerId: string }
  | { readonly type: 'DueMoved'; readonly dueAt: string; readonly linkExpiresAt: string }
  | { readonly type: 'PairFinished'; readonly assessmentId: string }
  | { readonly type: 'PairReopened'; readonly assessmentId: string; readonly linkExpiresAt: string }
  | { readonly type: 'PairWithdrawn'; readonly assessmentId: string }
  | { readonly type: 'InvitationCompleted'; readonly linkExpiresAt: string }
  | { readonly type: 'InvitationWithdrawn' }
  | { readonly type: 'InvitationExpired' };

export type InvitationCommand =
  | ({ readonly type: 'send' } & Omit<Extract<InvitationEvent, { type: 'InvitationSent' }>, 'type'>)
  | {
      readonly type: 'reportDelivery';
      readonly mailId: string;
      readonly delivery: DeliveryStatus;
      readonly smtpCode: string | null;
      readonly problem?: DeliveryProblem;
      readonly isAutoReply?: boolean;
      /** Went to the address that the examiner has now. Absent: only the mail with the present link counts. */
      readonly isToPresentAddress?: boolean;
      /** Was queued before the mail with the present link. */
      readonly isOlder?: boolean;
    }
  | { readonly type: 'open'; readonly linkId: string }
  | { readonly type: 'remind'; readonly number: number; readonly mailId: string; readonly isManual: boolean }
  | { readonly type: 'reissueLink'; readonly linkId: string; readonly linkExpiresAt: string; readonly mailId: string }
  | {
      readonly type: 'correctAddress';
      readonly linkId: string;
      readonly linkExpiresAt: string;
      readonly mailId: string;
    }
  | { readonly type: 'resend'; readonly mailId: string }
  | { readonly type: 'pausePair'; readonly assessmentId: string }
  | { readonly type: 'resumePair'; readonly assessmentId: string }
  | { readonly type: 'reinstatePair'; readonly assessmentId: string; readonly linkExpiresAt: string }
  | { readonly type: 'moveDue'; readonly dueAt: string; readonly linkExpiresAt: string }
  | { readonly type: 'finishPair'; readonly assessmentId: string; readonly receiptExpiresAt: string }
  | { readonly type: 'reopenPair'; readonly assessmentId: string; readonly linkExpiresAt: string }
  | { readonly type: 'withdrawPair'; readonly assessmentId: string }
  | { readonly type: 'expire' };

export type InvitationCommandType = InvitationCommand['type'];

export const InvitationError = {
  NotFound: 'INVITATION_NOT_FOUND',
  Exists: 'INVITATION_EXISTS',
  Empty: 'INVITATION_EMPTY',
  Completed: 'INVITATION_COMPLETED',
  Withdrawn: 'INVITATION_WITHDRAWN',
  Expired: 'INVITATION_EXPIRED',
  NotYet: 'INVITATION_NOT_YET_EXPIRED',
  PairUnknown: 'PAIR_UNKNOWN',
  PairClosed: 'PAIR_CLOSED',
  ReminderKnown: 'REMINDER_ALREADY_QUEUED',
  /** The examiner waits for an answer; nobody reminds them meanwhile. */
  Paused: 'INVITATION_PAUSED',
  LinkReplaced: 'LINK_REPLACED',
  AlreadyDone: 'ALREADY_DONE',
} as const;
export type InvitationError = (typeof InvitationError)[keyof typeof InvitationError];
