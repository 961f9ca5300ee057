/**
 * What an assessment, an invitation or a batch waits for and since when: the one rule, used by the workflows and by the pages.
 * Computed from the record alone, and then compared with what the conductor says that it is doing.
 *
 * Instants are ISO 8601 strings in UTC.
 */
import { componentsWithoutWord, wordsNeeded } from './agreement-queries.ts';
import { type AssessmentState, AssessmentStatus, FormStatus, openExaminers, uncoveredBy } from './assessment.ts';
import { resolveAssignments } from './assignment.ts';
import { type BatchState, BatchStatus } from './batch.ts';
import {
  DeliveryStatus,
  type InvitationState,
  InvitationStatus,
  isLost,
  isUnreached,
  type MailReach,
  pausedSince,
} from './invitation.ts';
import { unreachable } from './outcome.ts';

/** What a stream waits for; pages turn the code into a sentence. */
export const WaitsFor = {
  /** Somebody must choose an examiner. */
  Assignment: 'assignment',
  /** A chosen examiner must be invited. */
  Invitation: 'invitation',
  Examiners: 'examiners',
  /** Examiners who scored differently look for one judgement. */
  Agreement: 'agreement',
  /** Somebody must choose a third examiner, because two scored differently. */
  ThirdExaminer: 'thirdExaminer',
  Committee: 'committee',
  /** One member proposed a decision; another must take it. */
  SecondMember: 'secondMember',
  /** The document is being made. */
  Document: 'document',
  /** The exam office's mail server has not taken the document yet. */
  OfficeMail: 'officeMail',
  Archive: 'archive',
  /** The moment at which the student may see it, or somebody who says so. */
  Publication: 'publication',
  /** Of an invitation: the examiner. */
  Examiner: 'examiner',
  /** The invitation itself has not left yet. */
  Mail: 'mail',
  /** The initiator must answer an examiner who cannot do it. */
  Answer: 'answer',
  /** The mail came back: somebody must mend the address. */
  Address: 'address',
  /** Of a batch: the moment that was set. */
  Moment: 'moment',
  /** Rows that can be sent now. */
  Work: 'work',
  Nothing: 'nothing',
} as const;
export type WaitsFor = (typeof WaitsFor)[keyof typeof WaitsFor];

export interface Waiting {
  readonly waitsFor: WaitsFor;
  readonly since: string;
}

/** What decides what an assessment waits for. Codes, numbers and instants only: a workflow holds it in its history. */
export interface AssessmentFacts {
  readonly status: AssessmentStatus;
  readonly statusSince: string;
  /** Examiners whose form is open. */
  readonly openForms: number;
  /** Some component has no examiner, or only ones who were withdrawn. */
  readonly lacksExaminer: boolean;
  /** Since when an examiner waits for an answer; absent when none does. */
  readonly askedSince?: string;
  /** Since when examiners look for one judgement; absent when they do not. */
  readonly agreementSince?: string;
  /** For that a third examiner must be chosen; absent when not. */
  readonly isThirdNeeded?: true;
  /** The newest document; null before the decision. */
  readonly document: {
    readonly version: number;
    readonly decidedAt: string;
    readonly storedAt: string | null;
    readonly mailedAt: string | null;
  } | null;
  readonly archivedAt: string | null;
  /** Since when a proposed decision waits for a second member; absent when none does. */
  readonly proposedSince?: string;
  /** Of a final result that the student does not see yet: when it is to be published, null: by hand. Absent otherwise. */
  readonly publishAt?: string | null;
}

export function assessmentFacts(state: AssessmentState): AssessmentFacts {
  const { agreement } = state;
  const newest = state.documents.at(-1);
  const asked = Object.values(state.examiners).flatMap(({ ask }) => ask?.askedAt ?? []);
  const [askedSince] = asked.sort();
  return {
    status: state.status,
    statusSince: state.statusSince,
    openForms: openExaminers(state).length,
    lacksExaminer: lacksExaminer(state),
    ...(askedSince === undefined ? {} : { askedSince }),
    ...(agreement === undefined ? {} : { agreementSince: agreement.since }),
    ...(componentsWithoutWord(agreement).length > 0 ? { isThirdNeeded: true } : {}),
    document: newest
      ? {
          version: newest.version,
          decidedAt: state.decision?.decidedAt ?? state.statusSince,
          storedAt: newest.storedAt,
          mailedAt: newest.mailedAt,
        }
      : null,
    archivedAt: state.archivedAt,
    ...(state.proposal === undefined ? {} : { proposedSince: state.proposal.proposedAt }),
    ...(isToBePublished(state) ? { publishAt: state.publishAt ?? null } : {}),
  };
}

/** Records from before there was publication have no moment: they are as they were. */
export function isToBePublished(state: AssessmentState): boolean {
  return (
    state.status === AssessmentStatus.Final &&
    state.publishAt !== undefined &&
    (state.published?.version ?? 0) < (state.decision?.version ?? 0)
  );
}

/** Whether a component that nobody scores has no examiner left who could be invited. */
function lacksExaminer(state: AssessmentState): boolean {
  const refs = state.components.map((component) => component.ref);
  const assigned = resolveAssignments(refs, state.assignments);
  const canBeInvited = (id: string) => state.examiners[id]?.form !== FormStatus.Withdrawn;
  return uncoveredBy(state).some((ref) => !(assigned[ref] ?? []).some(canBeInvited));
}

export function waitingOfAssessment(facts: AssessmentFacts): Waiting {
  const { status, statusSince: since } = facts;
  switch (status) {
    case AssessmentStatus.Draft:
    case AssessmentStatus.Invited:
    case AssessmentStatus.InProgress:
    case AssessmentStatus.Returned:
      if (facts.askedSince !== undefined) return { waitsFor: WaitsFor.Answer, since: facts.askedSince };
      if (facts.agreementSince !== undefined) {
        const waitsFor = facts.isThirdNeeded ? WaitsFor.ThirdExaminer : WaitsFor.Agreement;
        return { waitsFor, since: facts.agreementSince };
      }
      return { waitsFor: missingOf(facts), since };
    case AssessmentStatus.Assessed:
      if (facts.proposedSince !== undefined) return { waitsFor: WaitsFor.SecondMember, since: facts.proposedSince };
      return { waitsFor: WaitsFor.Committee, since };
    case AssessmentStatus.Final:
      return waitingOfDocument(facts);
    case AssessmentStatus.Cancelled:
      return { waitsFor: WaitsFor.Nothing, since };
    default:
      return unreachable(status);
  }
}

function missingOf({ openForms, lacksExaminer: lacks }: AssessmentFacts): WaitsFor {
  if (openForms > 0) return WaitsFor.Examiners;
  return lacks ? WaitsFor.Assignment : WaitsFor.Invitation;
}

function waitingOfDocument({ document, archivedAt, statusSince, publishAt }: AssessmentFacts): Waiting {
  if (archivedAt !== null) {
    // The archive does not wait for it, but until the student can see the result it is not over.
    const waitsFor = publishAt === undefined ? WaitsFor.Nothing : WaitsFor.Publication;
    return { waitsFor, since: archivedAt };
  }
  if (document === null) return { waitsFor: WaitsFor.Document, since: statusSince };
  const { decidedAt, storedAt, mailedAt } = document;
  if (storedAt === null) return { waitsFor: WaitsFor.Document, since: decidedAt };
  if (mailedAt === null) return { waitsFor: WaitsFor.OfficeMail, since: storedAt };
  return { waitsFor: WaitsFor.Archive, since: mailedAt };
}

/** An invited examiner, by the row of the invitation. */
export interface InvitedExaminer extends MailReach {
  readonly examinerId: string;
}

/** What an assessment waits for as people are told: with whom it is, and whom mail must reach first. */
export interface WaitingForPeople extends Waiting {
  /** Whose forms or words it waits for, whose address, or who asked; empty otherwise. */
  readonly examinerIds: readonly string[];
}

/**
 * For the conductor an assessment waits for its examiners, or for their agreement; somebody must act before that as long as mail to one of them is
 * lost, which the record of the invitation says.
 */
export function waitingForPeople(state: AssessmentState, invited: readonly InvitedExaminer[]): WaitingForPeople {
  const facts = assessmentFacts(state);
  const found = waitingOfAssessment(facts);
  // The committee may answer too; until somebody does, it is not the decision that is waited for.
  const isWithCommittee = found.waitsFor === WaitsFor.Committee || found.waitsFor === WaitsFor.SecondMember;
  const isAskedBack = isWithCommittee && facts.askedSince !== undefined;
  const waiting = isAskedBack ? { waitsFor: WaitsFor.Answer, since: facts.askedSince ?? found.since } : found;
  if (waiting.waitsFor === WaitsFor.Answer) {
    const asking = Object.keys(state.examiners).filter((id) => state.examiners[id]?.ask !== undefined);
    return { ...waiting, examinerIds: asking };
  }
  const isAgreement = waiting.waitsFor === WaitsFor.Agreement;
  if (waiting.waitsFor !== WaitsFor.Examiners && !isAgreement) return { ...waiting, examinerIds: [] };
  const open = isAgreement ? wordsNeeded(state) : openExaminers(state);
  const unreached = invited
    .filter((each) => open.includes(each.examinerId) && isUnreached(each))
    .sort((a, b) => a.deliveryAt.getTime() - b.deliveryAt.getTime());
  const [first] = unreached;
  if (first === undefined) return { ...waiting, examinerIds: open };
  return {
    waitsFor: WaitsFor.Address,
    since: first.deliveryAt.toISOString(),
    examinerIds: unreached.map(({ examinerId }) => examinerId),
  };
}

/** What decides what an invitation waits for. */
export interface InvitationFacts {
  readonly status: InvitationStatus;
  readonly statusSince: string;
  readonly delivery: DeliveryStatus;
  readonly deliveryAt: string;
  /** Absent when it was not opened. */
  readonly openedAt?: string;
  /** Since when all open work waits for an answer; absent when some does not. */
  readonly pausedSince?: string;
  /** The last mail with a link, or the moment work was reopened; reminders are counted from here. */
  readonly remindFrom: string;
}

export function invitationFacts(state: InvitationState): InvitationFacts {
  const { status, statusSince, delivery, deliveryAt, openedAt } = state;
  const paused = pausedSince(state);
  return {
    status,
    statusSince,
    delivery,
    deliveryAt,
    ...(openedAt === null ? {} : { openedAt }),
    ...(paused === null ? {} : { pausedSince: paused }),
    remindFrom: latest([state.invitedAt, statusSince, sentAt(state), ...(state.resentAt ? [state.resentAt] : [])]),
  };
}

/** A mail that left late is reminded of late, and so is one that is late on its way: most servers never tell that it came. */
function sentAt({ delivery, deliveryAt, invitedAt }: InvitationState): string {
  return delivery === DeliveryStatus.Queued || isLost(delivery) ? invitedAt : deliveryAt;
}

/** All are ISO instants in UTC of the same form, so that text order is time order. */
function latest(instants: readonly string[]): string {
  return [...instants].sort().at(-1) ?? '';
}

export function waitingOfInvitation(facts: InvitationFacts): Waiting {
  const { status, statusSince, delivery, deliveryAt, openedAt = null, remindFrom } = facts;
  if (status !== InvitationStatus.Active) return { waitsFor: WaitsFor.Nothing, since: statusSince };
  if (facts.pausedSince !== undefined) return { waitsFor: WaitsFor.Answer, since: facts.pausedSince };
  if (isUnreached({ delivery, deliveryAt, openedAt })) return { waitsFor: WaitsFor.Address, since: deliveryAt };
  if (delivery === DeliveryStatus.Queued) return { waitsFor: WaitsFor.Mail, since: deliveryAt };
  return { waitsFor: WaitsFor.Examiner, since: remindFrom };
}

/** What decides what a batch waits for. */
export interface BatchFacts {
  readonly status: BatchStatus;
  readonly statusSince: string;
  /** When sending begins, or began. */
  readonly sendAt: string;
}

export function batchFacts({ status, statusSince, sendAt }: BatchState): BatchFacts {
  return { status, statusSince, sendAt };
}

export function waitingOfBatch({ status, statusSince: since }: BatchFacts): Waiting {
  switch (status) {
    case BatchStatus.Scheduled:
      return { waitsFor: WaitsFor.Moment, since };
    case BatchStatus.Sending:
      return { waitsFor: WaitsFor.Work, since };
    case BatchStatus.Finished:
    case BatchStatus.Stopped:
      return { waitsFor: WaitsFor.Nothing, since };
    default:
      return unreachable(status);
  }
}

/** What the record holds, as far as the conductor must agree with it. */
export interface RecordPoint {
  /** Number of the newest event. */
  readonly version: number;
  /** When that was written. */
  readonly changedAt: string;
  readonly waitsFor: WaitsFor;
}

/** What the conductor wrote down last. */
export interface ConductorPoint {
  readonly seenSeq: number;
  readonly waitsFor: string;
  /** When it acts by itself; null: only when something happens. */
  readonly nextAt: string | null;
  readonly isClosed: boolean;
  readonly updatedAt: string;
}

/** How the conductor stands to the record. */
export const Conducting = {
  /** It is where the record is, or was a few seconds ago. */
  Agrees: 'agrees',
  /** It has not seen the newest event yet, and need not have. */
  Behind: 'behind',
  /** It should have seen the newest event by now. */
  Unseen: 'unseen',
  /** It should have acted by now. */
  Overdue: 'overdue',
  /** It saw the same and waits for something else, or it saw what the record does not hold. */
  Contradicts: 'contradicts',
} as const;
export type Conducting = (typeof Conducting)[keyof typeof Conducting];

const MINUTE_MS = 60_000;
/** Usually it is tenths of a second: sooner than this nobody need be told. */
const BEHIND_AFTER_MINUTES = 1 / 6;
/** What takes longer is trouble, and the reconciler looks as often. */
export const UNSEEN_AFTER_MINUTES = 2;
/** After the moment at which the conductor acts; its timers are coarse and the clocks differ by seconds. */
export const OVERDUE_AFTER_MINUTES = 5;

/**
 * @param conductor null when it wrote nothing down yet
 * @param now ISO instant
 */
export function compareWithConductor(record: RecordPoint, conductor: ConductorPoint | null, now: string): Conducting {
  const isOlder = (instant: string, minutes: number) => Date.parse(now) - Date.parse(instant) > minutes * MINUTE_MS;
  if (conductor === null || conductor.seenSeq < record.version) {
    if (isOlder(record.changedAt, UNSEEN_AFTER_MINUTES)) return Conducting.Unseen;
    return isOlder(record.changedAt, BEHIND_AFTER_MINUTES) ? Conducting.Behind : Conducting.Agrees;
  }
  if (conductor.seenSeq > record.version || conductor.waitsFor !== record.waitsFor) return Conducting.Contradicts;
  const { nextAt, updatedAt, isClosed } = conductor;
  const isOverdue =
    !isClosed &&
    nextAt !== null &&
    isOlder(nextAt, OVERDUE_AFTER_MINUTES) &&
    // One that was refused writes down again and again, and is not stuck.
    isOlder(updatedAt, OVERDUE_AFTER_MINUTES);
  return isOverdue ? Conducting.Overdue : Conducting.Agrees;
}
