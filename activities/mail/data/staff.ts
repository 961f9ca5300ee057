/** Pure: from what was read to the data of the mails to members of the school and the exam office. */
import type { DeclineReason } from '../../../domain/assessment.ts';
import { BounceReason, type DeliveryProblem } from '../../../domain/delivery.ts';
import type { ResultDocumentData } from '../../../domain/result-document.ts';
import type {
  AllFinishedMailData,
  AnchorMailData,
  AskedMailData,
  BatchReportMailData,
  BouncedMailData,
  CommitteeDigestMailData,
  ContactChangedMailData,
  FinishDisputedMailData,
  NeedsAttentionMailData,
  OfficeBouncedMailData,
  RegistrationMailData,
  ResultToOfficeMailData,
  SignInMailData,
  StudentAddedMailData,
  StudentNumberMailData,
} from '../../../emails/index.ts';
import { commonMailData, type MailSchoolInput } from '../../../emails/invitation-data.ts';
import type { AnchorHeader } from '../../../prisma/integrity/anchors.ts';

const MINUTE_MS = 60_000;
/** What stands where a student has no number (yet). */
const NO_NUMBER = '–';

export interface StaffMailInput {
  readonly school: MailSchoolInput;
  /** Where questions about this mail go. */
  readonly contactEmail: string;
}

export interface AssessmentFacts {
  readonly studentName: string;
  readonly examTitle: string;
  readonly linkUrl: string;
}

/** @param input finishedAt: ISO instants */
export function allFinishedMailData(
  input: StaffMailInput &
    AssessmentFacts & {
      readonly initiatorName: string;
      readonly examiners: readonly { readonly name: string; readonly finishedAt: string }[];
    },
): AllFinishedMailData {
  const { initiatorName, studentName, examTitle, linkUrl, examiners } = input;
  return { ...common(input), initiatorName, studentName, examTitle, linkUrl, examiners };
}

/** @param input disputedAt: ISO instant */
export function finishDisputedMailData(
  input: StaffMailInput &
    AssessmentFacts & { readonly memberName: string; readonly examinerName: string; readonly disputedAt: string },
): FinishDisputedMailData {
  const { memberName, examinerName, disputedAt, studentName, examTitle, linkUrl } = input;
  return { ...common(input), memberName, examinerName, disputedAt, studentName, examTitle, linkUrl };
}

/** @param input proposal: null when nobody is proposed */
export function askedMailData(
  input: StaffMailInput &
    Pick<
      AskedMailData,
      'initiatorName' | 'examinerName' | 'items' | 'isHandOver' | 'isReturn' | 'isForCommittee' | 'reason' | 'linkUrl'
    > & {
      readonly declineReason: DeclineReason | undefined;
      readonly proposal: { readonly name: string; readonly email: string } | null;
    },
): AskedMailData {
  const { initiatorName, examinerName, items, isHandOver, isReturn, isForCommittee, reason, linkUrl, proposal } = input;
  return {
    ...common(input),
    initiatorName,
    examinerName,
    items,
    isHandOver,
    isReturn,
    isForCommittee,
    reason,
    ...(input.declineReason ? { declineReason: input.declineReason } : {}),
    linkUrl,
    ...(proposal ? { proposedName: proposal.name, proposedEmail: proposal.email } : {}),
  };
}

export function contactChangedMailData(
  input: StaffMailInput &
    Pick<
      ContactChangedMailData,
      'initiatorName' | 'changedByName' | 'examinerName' | 'examinerEmail' | 'examTitle' | 'linkUrl'
    >,
): ContactChangedMailData {
  const { initiatorName, changedByName, examinerName, examinerEmail, examTitle, linkUrl } = input;
  return { ...common(input), initiatorName, changedByName, examinerName, examinerEmail, examTitle, linkUrl };
}

export function needsAttentionMailData(
  input: StaffMailInput & Pick<NeedsAttentionMailData, 'memberName' | 'batch' | 'linkUrl'>,
): NeedsAttentionMailData {
  const { memberName, batch, linkUrl } = input;
  return { ...common(input), memberName, batch, linkUrl };
}

/** @param input as it stands in the anchor */
export function anchorMailData(
  input: StaffMailInput &
    Pick<AnchorHeader, 'day' | 'asOf' | 'streamCount' | 'eventCount' | 'root'> & { readonly hasHeads: boolean },
): AnchorMailData {
  const { day, asOf, streamCount, eventCount, root, hasHeads } = input;
  return { ...common(input), dayDate: day, asOfAt: asOf, streamCount, eventCount, fingerprint: root, hasHeads };
}

export interface WaitingExam {
  readonly title: string;
  readonly count: number;
  /** ISO instant of the assessment that waits longest. */
  readonly oldestSince: string;
}

/** Versions of one exam count together; the exam with the most waiting assessments comes first. */
export function committeeDigestMailData(
  input: StaffMailInput &
    Pick<CommitteeDigestMailData, 'proposedCount' | 'linkUrl'> & { readonly waiting: readonly WaitingExam[] },
): CommitteeDigestMailData {
  const byTitle = new Map<string, number>();
  for (const { title, count } of input.waiting) byTitle.set(title, (byTitle.get(title) ?? 0) + count);
  const exams = [...byTitle].map(([title, count]) => ({ title, count }));
  return {
    ...common(input),
    count: exams.reduce((sum, exam) => sum + exam.count, 0),
    proposedCount: input.proposedCount,
    oldestSinceDate: input.waiting.map((exam) => exam.oldestSince).sort()[0] ?? '',
    exams: exams.sort((a, b) => b.count - a.count || a.title.localeCompare(b.title, 'nl')),
    linkUrl: input.linkUrl,
  };
}

/** @param input isRepeat: an earlier sending may have arrived */
export function resultToOfficeMailData(
  input: StaffMailInput &
    Pick<
      ResultToOfficeMailData,
      'attachmentName' | 'linkUrl' | 'linkExpiresDate' | 'subject' | 'replaces' | 'isRepeat'
    > & { readonly document: ResultDocumentData },
): ResultToOfficeMailData {
  const { document, attachmentName, linkUrl, linkExpiresDate, subject, replaces, isRepeat } = input;
  return {
    ...common(input),
    studentNumber: document.student.number ?? NO_NUMBER,
    // Two parts of one exam are two documents of one student.
    examTitle: `${document.exam.title} · ${document.units.map(({ code }) => code).join(', ')}`,
    examCode: document.exam.code,
    examVersion: document.exam.version,
    attempt: document.attempt,
    documentNumber: document.document.number,
    documentVersion: document.document.version,
    replaces,
    decidedBy: document.decision.byName,
    decidedAt: document.decision.at,
    ...(attachmentName === undefined ? {} : { attachmentName }),
    ...(linkUrl === undefined ? {} : { linkUrl }),
    ...(linkExpiresDate === undefined ? {} : { linkExpiresDate }),
    ...(subject === undefined ? {} : { subject }),
    isRepeat,
  };
}

export interface ProblemInput {
  /** Absent in records from before reports said why. */
  readonly problem: Pick<DeliveryProblem, 'reason' | 'status'> | undefined;
}

export function bouncedMailData(
  input: StaffMailInput &
    ProblemInput &
    Pick<
      BouncedMailData,
      'initiatorName' | 'examinerName' | 'examinerEmail' | 'examTitle' | 'studentCount' | 'linkUrl'
    >,
): BouncedMailData {
  const { initiatorName, examinerName, examinerEmail, examTitle, studentCount, linkUrl } = input;
  return {
    ...common(input),
    ...reasonFor(input),
    initiatorName,
    examinerName,
    examinerEmail,
    examTitle,
    studentCount,
    linkUrl,
  };
}

export function officeBouncedMailData(
  input: StaffMailInput &
    ProblemInput &
    Pick<OfficeBouncedMailData, 'memberName' | 'officeEmail' | 'examTitle' | 'documentNumber' | 'linkUrl'>,
): OfficeBouncedMailData {
  const { memberName, officeEmail, examTitle, documentNumber, linkUrl } = input;
  return { ...common(input), ...reasonFor(input), memberName, officeEmail, examTitle, documentNumber, linkUrl };
}

function reasonFor({ problem }: ProblemInput) {
  const status = problem?.status ?? null;
  return { bounceReason: problem?.reason ?? BounceReason.Other, ...(status === null ? {} : { status }) };
}

/** @param input sentAt: ISO instant */
export function batchReportMailData(
  input: StaffMailInput &
    Pick<
      BatchReportMailData,
      'initiatorName' | 'examTitle' | 'sentCount' | 'failedCount' | 'failed' | 'sentAt' | 'linkUrl'
    >,
): BatchReportMailData {
  const { initiatorName, examTitle, sentCount, failedCount, failed, sentAt, linkUrl } = input;
  return { ...common(input), initiatorName, examTitle, sentCount, failedCount, failed, sentAt, linkUrl };
}

export interface SignInInput extends StaffMailInput {
  readonly name: string;
  readonly code: string;
  readonly linkUrl: string;
  readonly createdAt: Date;
  readonly expiresAt: Date;
}

export function signInMailData(input: SignInInput): SignInMailData {
  return {
    ...common(input),
    name: input.name,
    code: input.code,
    linkUrl: input.linkUrl,
    requestedAt: input.createdAt.toISOString(),
    validMinutes: minutesOf(input),
  };
}

function minutesOf({ createdAt, expiresAt }: Pick<SignInInput, 'createdAt' | 'expiresAt'>): number {
  return Math.max(1, Math.floor((expiresAt.getTime() - createdAt.getTime()) / MINUTE_MS));
}

export function registrationMailData(input: Omit<SignInInput, 'name'>): RegistrationMailData {
  return {
    ...common(input),
    code: input.code,
    linkUrl: input.linkUrl,
    requestedAt: input.createdAt.toISOString(),
    validMinutes: minutesOf(input),
  };
}

export function studentNumberMailData(
  input: StaffMailInput & Pick<StudentNumberMailData, 'memberName' | 'memberEmail' | 'linkUrl' | 'linkExpiresDate'>,
): StudentNumberMailData {
  const { memberName, memberEmail, linkUrl, linkExpiresDate } = input;
  return { ...common(input), memberName, memberEmail, linkUrl, linkExpiresDate };
}

export function studentAddedMailData(
  input: StaffMailInput & Pick<StudentAddedMailData, 'memberName' | 'studentName' | 'studentNumber' | 'linkUrl'>,
): StudentAddedMailData {
  const { memberName, studentName, studentNumber, linkUrl } = input;
  return { ...common(input), memberName, studentName, studentNumber, linkUrl };
}

function common(input: StaffMailInput) {
  return commonMailData(input.school, input.contactEmail);
}
