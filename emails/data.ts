/**
 * What each mail needs to know. All values are plain JSON, so that the mail ledger can store them.
 *
 * Dates: `…At` is an instant (ISO 8601 with `Z` or offset). `…Date` is a day: either `YYYY-MM-DD`, or an instant whose
 * day in `timeZone` is meant. They are written out here, never by the caller.
 */
import type { DeclineReason } from '../domain/assessment.ts';
import type { BounceReason } from '../domain/delivery.ts';

export const MAIL_TEMPLATES = [
  'invitation',
  'reminder',
  'newLink',
  'withdrawn',
  'cancelled',
  'returned',
  'confirmation',
  'allFinished',
  'finishDisputed',
  'committeeDigest',
  'resultToOffice',
  'officeCode',
  'bounced',
  'officeBounced',
  'asked',
  'askAnswered',
  'addressChanged',
  'contactChanged',
  'dueMoved',
  'batchReport',
  'signIn',
  'examinerCode',
  'studentNumber',
  'studentAdded',
  'registration',
  'agreementAsked',
  'agreementProposed',
  'agreementEnded',
  'thirdNeeded',
  'resultPublished',
  'resultReopened',
  'anchor',
  'needsAttention',
  'formCorrected',
  'returnTakenBack',
] as const;
export type MailTemplate = (typeof MAIL_TEMPLATES)[number];

export const MAIL_LANGUAGES = ['nl', 'en'] as const;
export type MailLanguage = (typeof MAIL_LANGUAGES)[number];

/** The school as the receiver sees it: header, colour and footer. */
export interface MailSchool {
  name: string;
  /** `#rrggbb`; anything else falls back to the colour of the product. */
  colour?: string;
  contactEmail: string;
  contactPhone?: string;
}

/** Present in every mail. `timeZone` is an IANA name, such as `Europe/Amsterdam`. */
export interface CommonMailData {
  school: MailSchool;
  timeZone: string;
}

/** One student's exam as far as this examiner scores it. */
export interface MailItem {
  studentName: string;
  examTitle: string;
  unitTitles: readonly string[];
  /** Such as `B1-K1-W1 Gedragsobservatie`; empty when the examiner scores everything. */
  parts: readonly string[];
}

interface FromInitiator {
  initiatorName: string;
  initiatorEmail: string;
}

interface ToExaminer extends CommonMailData, FromInitiator {
  examinerName: string;
  items: readonly MailItem[];
}

interface WithLink {
  linkUrl: string;
}

interface WithDeadline {
  dueDate: string;
  linkExpiresDate: string;
}

export interface InvitationMailData extends ToExaminer, WithLink, WithDeadline {
  /** Words of the initiator; line breaks are kept. */
  remark?: string;
  attachmentNames: readonly string[];
}

/** `items` holds only what is still open. */
export interface ReminderMailData extends ToExaminer, WithLink, WithDeadline {
  /** 1 for the first reminder. */
  number: number;
  /** Whole calendar days until `dueDate`: 0 is today, negative is late. */
  daysLeft: number;
  /** How many of the items wait for one judgement of several examiners; absent: none. */
  agreementCount?: number;
  /** Other invitations of the same school that the mail covers, each with its own link. */
  others: readonly OtherInvitationData[];
}

/** Another invitation of the same school, with a link of its own. */
export type OtherInvitationData = WithLink & WithDeadline & { initiatorName: string; items: readonly MailItem[] };

/** `items` and `others` hold what the links lead to, finished or not. */
export interface NewLinkMailData extends ToExaminer, WithLink, WithDeadline {
  others: readonly OtherInvitationData[];
  requestedAt: string;
}

/** `items` holds what no longer needs this examiner. */
export interface WithdrawnMailData extends ToExaminer {
  reason?: string;
  /** How many students stay on the examiner's list. */
  remainingCount: number;
  /** Whether the link works, if only to look back at what was finished. */
  isLinkAlive: boolean;
}

/** `items` holds the assessments that the school has cancelled. */
export interface CancelledMailData extends ToExaminer {
  reason?: string;
  remainingCount: number;
  isLinkAlive: boolean;
}

/** `items` holds one assessment, with the parts that the committee sent back. */
export interface ReturnedMailData extends ToExaminer, WithLink {
  /** The examiner had asked for it. */
  isAsked: boolean;
  reason: string;
  linkExpiresDate: string;
}

/**
 * To the initiator: an examiner asks to be excused, or that somebody else does it. Or, to the committee too, to have a finished
 * form back.
 */
export interface AskedMailData extends CommonMailData, WithLink {
  initiatorName: string;
  examinerName: string;
  /** What the examiner asks about. */
  items: readonly MailItem[];
  isHandOver: boolean;
  /** A finished form is asked back; `items` names the parts in which something is wrong. */
  isReturn: boolean;
  /** To somebody of the committee. */
  isForCommittee: boolean;
  /** In words; empty where the chosen reason says it all. */
  reason: string;
  /** Chosen with a decline; absent when only words were given. */
  declineReason?: DeclineReason;
  /** Whom the examiner proposes; only for a hand-over. */
  proposedName?: string;
  proposedEmail?: string;
}

/** To the examiner: the answer. With a no the work stays, so there is a link; with a yes there is none. */
export interface AskAnsweredMailData extends ToExaminer {
  isAgreed: boolean;
  /** A no to who wanted a finished form back. */
  isReturn: boolean;
  reason?: string;
  linkUrl?: string;
  /** Null when there is none. */
  dueDate: string | null;
  remainingCount: number;
  isLinkAlive: boolean;
}

/** To the former address of an examiner; says neither where the invitation went nor whom it is about. */
export interface AddressChangedMailData extends CommonMailData, FromInitiator {
  examinerName: string;
  examTitle: string;
}

/** To an initiator who waits for an examiner whose address a colleague corrected. */
export interface ContactChangedMailData extends CommonMailData, WithLink {
  initiatorName: string;
  /** Empty when it is not known. */
  changedByName: string;
  examinerName: string;
  examinerEmail: string;
  examTitle: string;
}

/** `items` holds what is open and has this deadline now. */
export interface DueMovedMailData extends ToExaminer, WithLink, WithDeadline {}

export interface ConfirmationMailData extends CommonMailData, FromInitiator, WithLink {
  examinerName: string;
  initiatorPhone?: string;
  studentName: string;
  examTitle: string;
  finishedAt: string;
  /** SHA-256 of the finished form in hexadecimal; the mail shows the first 16 digits. */
  fingerprint: string;
  notMeUrl?: string;
}

export interface AllFinishedMailData extends CommonMailData, WithLink {
  initiatorName: string;
  studentName: string;
  examTitle: string;
  examiners: readonly { name: string; finishedAt: string }[];
}

/** To the committee: an examiner says that a finished form is not theirs. */
export interface FinishDisputedMailData extends CommonMailData, WithLink {
  memberName: string;
  studentName: string;
  examTitle: string;
  examinerName: string;
  disputedAt: string;
}

export interface CommitteeDigestMailData extends CommonMailData, WithLink {
  count: number;
  /** Of these, how many a member proposed that wait for a second one. */
  proposedCount: number;
  /** The day on which the assessment that waits longest was ready. */
  oldestSinceDate: string;
  /** The first ten are shown, the others are counted. */
  exams: readonly { title: string; count: number }[];
}

export interface ResultToOfficeMailData extends CommonMailData {
  studentNumber: string;
  examTitle: string;
  examCode: string;
  examVersion: string;
  attempt: number;
  documentNumber: string;
  /** Of the document: from 1, one more with every new decision. */
  documentVersion: number;
  /** Number of the document that this one replaces; null for the first. */
  replaces: string | null;
  decidedBy: string;
  decidedAt: string;
  /** Absent when the document is behind a link. */
  attachmentName?: string;
  /** Absent when the document is attached. */
  linkUrl?: string;
  /** With a link: the last day on which it works. */
  linkExpiresDate?: string;
  /** The subject as the school wants it for its archive; absent: the usual one. */
  subject?: string;
  /** True when an earlier sending of the same document may have arrived. */
  isRepeat: boolean;
}

/** To the exam office, after the button of the link: what opens the document. */
export interface OfficeCodeMailData extends CommonMailData {
  /** Six digits. */
  code: string;
  validMinutes: number;
  requestedAt: string;
  documentNumber: string;
}

/** To the initiator: mail to an examiner does not arrive. */
export interface BouncedMailData extends CommonMailData, WithLink {
  initiatorName: string;
  examinerName: string;
  examinerEmail: string;
  examTitle: string;
  /** For how many students this examiner has work left. */
  studentCount: number;
  bounceReason: BounceReason;
  /** Code of the mail server; absent when it gave none. */
  status?: string;
}

/** To the committee: the mail with a result did not reach the exam office. */
export interface OfficeBouncedMailData extends CommonMailData, WithLink {
  memberName: string;
  officeEmail: string;
  examTitle: string;
  documentNumber: string;
  bounceReason: BounceReason;
  /** Code of the mail server; absent when it gave none. */
  status?: string;
}

/** To the initiator: what became of invitations that went by themselves. */
export interface BatchReportMailData extends CommonMailData, WithLink {
  initiatorName: string;
  examTitle: string;
  sentCount: number;
  failedCount: number;
  /** The first ten are shown, the others are counted. `code` is why. */
  failed: readonly { name: string; code: string }[];
  /** When sending began. */
  sentAt: string;
}

/** To an administrator: something is held up. */
export interface NeedsAttentionMailData extends CommonMailData, WithLink {
  memberName: string;
  /** Invitations of somebody who has left the school; null: the record is not anchored. */
  batch: {
    initiatorName: string;
    leftCount: number;
    /** When they were to be sent. */
    sendAt: string;
  } | null;
}

export interface SignInMailData extends CommonMailData, WithLink {
  name?: string;
  /** Six digits. */
  code: string;
  validMinutes: number;
  requestedAt: string;
  /** Device or browser in words, such as `Firefox op Android`; never an address of a network. */
  requestedFrom?: string;
}

/** A code that proves the address of an examiner. */
export interface ExaminerCodeMailData extends CommonMailData {
  examinerName: string;
  /** Six digits. */
  code: string;
  validMinutes: number;
  requestedAt: string;
  /** What finishing is about; null: the code opens the other invitations at the school. */
  finish: { examTitle: string; studentName: string } | null;
}

/** To a student who is not known yet, or whose number is missing. */
export interface StudentNumberMailData extends CommonMailData, WithLink {
  memberName: string;
  memberEmail: string;
  linkExpiresDate: string;
}

/** To a student who registers with a school address. */
export interface RegistrationMailData extends CommonMailData, WithLink {
  /** Six digits. */
  code: string;
  validMinutes: number;
  requestedAt: string;
}

/** To the member who asked: the student filled it in. */
export interface StudentAddedMailData extends CommonMailData, WithLink {
  memberName: string;
  studentName: string;
  studentNumber: string;
}

/** To an examiner whose word is needed: others scored differently. `items` holds one assessment, with the parts it is about. */
export interface AgreementAskedMailData extends ToExaminer, WithLink {
  /** Who scored differently. */
  otherNames: readonly string[];
  /** This examiner decides, and need not wait for the others. */
  decidesAlone: boolean;
  linkExpiresDate: string;
}

/** To an examiner who must confirm a proposal, or make another. */
export interface AgreementProposedMailData extends ToExaminer, WithLink {
  proposerName: string;
  linkExpiresDate: string;
}

/** To everybody whose word counted: it is settled, or the committee decides. */
export interface AgreementEndedMailData extends ToExaminer, WithLink {
  isSettled: boolean;
  /** Why the committee decides; only when it does. */
  reason?: string;
}

/** To the initiator: a third examiner must be chosen. */
export interface ThirdNeededMailData extends CommonMailData, WithLink {
  initiatorName: string;
  studentName: string;
  examTitle: string;
}

/** To the examiner whose finished form the committee corrected; `items` holds one assessment. What it says now is behind the link. */
export interface FormCorrectedMailData extends ToExaminer, WithLink {
  correctedAt: string;
  reason: string;
}

/** To the examiner: nothing need be added after all. */
export interface ReturnTakenBackMailData extends ToExaminer, WithLink {
  /** The question of the examiner to have it back waits for an answer again. */
  isAsked: boolean;
  reason?: string;
}

/** To the student: there is a result to see. Says nothing of it. */
export interface ResultPublishedMailData extends CommonMailData, WithLink {
  studentName: string;
  examTitle: string;
  /** The student saw an earlier result. */
  isAgain: boolean;
}

/** To the exam office, or to a student who saw the result: it is decided about anew, or stands after all. */
export interface ResultReopenedMailData extends CommonMailData {
  examTitle: string;
  isEnded: boolean;
  /** Only to the student; null to the exam office. */
  student: { name: string; linkUrl: string } | null;
  /** Only to the exam office; null to the student. */
  document: { number: string; version: number } | null;
}

/** To whoever keeps it outside: where all chains of the school stand. Nothing about a person. */
export interface AnchorMailData extends CommonMailData {
  dayDate: string;
  asOfAt: string;
  streamCount: number;
  eventCount: number;
  /** Merkle root, hex */
  fingerprint: string;
  /** Whether the heads go along, so that a check can name what differs. */
  hasHeads: boolean;
}

export interface MailData {
  invitation: InvitationMailData;
  reminder: ReminderMailData;
  newLink: NewLinkMailData;
  withdrawn: WithdrawnMailData;
  cancelled: CancelledMailData;
  returned: ReturnedMailData;
  confirmation: ConfirmationMailData;
  allFinished: AllFinishedMailData;
  finishDisputed: FinishDisputedMailData;
  committeeDigest: CommitteeDigestMailData;
  resultToOffice: ResultToOfficeMailData;
  officeCode: OfficeCodeMailData;
  bounced: BouncedMailData;
  officeBounced: OfficeBouncedMailData;
  asked: AskedMailData;
  askAnswered: AskAnsweredMailData;
  addressChanged: AddressChangedMailData;
  contactChanged: ContactChangedMailData;
  dueMoved: DueMovedMailData;
  batchReport: BatchReportMailData;
  signIn: SignInMailData;
  examinerCode: ExaminerCodeMailData;
  studentNumber: StudentNumberMailData;
  studentAdded: StudentAddedMailData;
  registration: RegistrationMailData;
  agreementAsked: AgreementAskedMailData;
  agreementProposed: AgreementProposedMailData;
  agreementEnded: AgreementEndedMailData;
  thirdNeeded: ThirdNeededMailData;
  resultPublished: ResultPublishedMailData;
  resultReopened: ResultReopenedMailData;
  formCorrected: FormCorrectedMailData;
  returnTakenBack: ReturnTakenBackMailData;
  anchor: AnchorMailData;
  needsAttention: NeedsAttentionMailData;
}
