/** Pure: from what was read to the data of the mails to examiners. The invitation's own is in emails/. */
import { parseInstant, toLocalDate } from '../../../domain/calendar.ts';
import type {
  AddressChangedMailData,
  AskAnsweredMailData,
  CancelledMailData,
  ConfirmationMailData,
  DueMovedMailData,
  MailLanguage,
  NewLinkMailData,
  ReminderMailData,
  ReturnedMailData,
  WithdrawnMailData,
} from '../../../emails/index.ts';
import {
  type AssessmentForMail,
  commonMailData,
  type MailPerson,
  type MailSchoolInput,
  mailItem,
} from '../../../emails/invitation-data.ts';

const DAY_MS = 86_400_000;

/** What every mail to an examiner says. */
export interface ExaminerMailInput {
  readonly language: MailLanguage;
  readonly school: MailSchoolInput;
  readonly initiator: MailPerson;
  readonly examinerName: string;
}

export interface WithAssessments {
  readonly assessments: readonly AssessmentForMail[];
}

export interface WithLink {
  readonly linkUrl: string;
  /** ISO instant */
  readonly linkExpiresAt: string;
  /** ISO instant; null: the life of the link is the deadline. */
  readonly dueAt: string | null;
}

/** Whole days on the calendar from one instant to another; negative when it is past. */
export function calendarDaysBetween(from: string, to: string, timeZone: string): number {
  const [first, last] = [from, to].map((instant) => parseInstant(`${toLocalDate(instant, timeZone)}T00:00:00Z`));
  return Math.round(((last ?? 0) - (first ?? 0)) / DAY_MS);
}

export type OtherInvitation = WithAssessments & WithLink & { readonly initiatorName: string };

export interface ReminderInput extends ExaminerMailInput, WithAssessments, WithLink {
  readonly number: number;
  /** ISO instant */
  readonly now: string;
  readonly agreementCount?: number;
  /** Other invitations that the mail covers. */
  readonly others: readonly OtherInvitation[];
}

/** @param input assessments: only what is still open */
export function reminderMailData(input: ReminderInput): ReminderMailData {
  const dueAt = input.dueAt ?? input.linkExpiresAt;
  return {
    ...base(input),
    ...items(input),
    ...deadline(input),
    number: input.number,
    agreementCount: input.agreementCount ?? 0,
    others: otherInvitations(input),
    daysLeft: calendarDaysBetween(input.now, dueAt, input.school.timeZone),
  };
}

export interface NewLinkInput extends ExaminerMailInput, WithAssessments, WithLink {
  /** ISO instant */
  readonly requestedAt: string;
  /** Other invitations that the mail covers. */
  readonly others: readonly OtherInvitation[];
}

export function newLinkMailData(input: NewLinkInput): NewLinkMailData {
  return {
    ...base(input),
    ...items(input),
    ...deadline(input),
    others: otherInvitations(input),
    requestedAt: input.requestedAt,
  };
}

function otherInvitations({ others, language }: Pick<NewLinkInput, 'others' | 'language'>) {
  return others.map((other) => ({
    initiatorName: other.initiatorName,
    items: other.assessments.map((assessment) => mailItem(assessment, language)),
    ...deadline(other),
  }));
}

/** The withdrawn and the cancelled mail say the same things. @param input reason: empty for none */
export function endedMailData(
  input: ExaminerMailInput &
    WithAssessments & { readonly reason: string; readonly remainingCount: number; readonly isLinkAlive: boolean },
): WithdrawnMailData & CancelledMailData {
  return {
    ...base(input),
    ...items(input),
    ...(input.reason === '' ? {} : { reason: input.reason }),
    remainingCount: input.remainingCount,
    isLinkAlive: input.isLinkAlive,
  };
}

/** @param input reason: empty for none; linkUrl: with a no; dueAt: ISO instant */
export function askAnsweredMailData(
  input: ExaminerMailInput &
    WithAssessments & {
      readonly isAgreed: boolean;
      readonly isReturn: boolean;
      readonly reason: string;
      readonly remainingCount: number;
      readonly isLinkAlive: boolean;
      readonly linkUrl?: string;
      readonly dueAt: string | null;
    },
): AskAnsweredMailData {
  const { isAgreed, isReturn, reason, remainingCount, isLinkAlive, linkUrl, dueAt } = input;
  return {
    ...base(input),
    ...items(input),
    isAgreed,
    isReturn,
    remainingCount,
    isLinkAlive,
    ...(reason === '' ? {} : { reason }),
    ...(linkUrl === undefined ? {} : { linkUrl }),
    dueDate: dueAt,
  };
}

export function addressChangedMailData(
  input: ExaminerMailInput & { readonly examTitle: string },
): AddressChangedMailData {
  return { ...base(input), examTitle: input.examTitle };
}

export function dueMovedMailData(input: ExaminerMailInput & WithAssessments & WithLink): DueMovedMailData {
  return { ...base(input), ...items(input), ...deadline(input) };
}

/** @param input assessments: with the reopened components only */
export function returnedMailData(
  input: ExaminerMailInput &
    WithAssessments &
    Omit<WithLink, 'dueAt'> & { readonly isAsked: boolean; readonly reason: string },
): ReturnedMailData {
  return {
    ...base(input),
    ...items(input),
    isAsked: input.isAsked,
    reason: input.reason,
    linkUrl: input.linkUrl,
    linkExpiresDate: input.linkExpiresAt,
  };
}

export interface ConfirmationInput extends ExaminerMailInput {
  readonly studentName: string;
  readonly examTitle: string;
  /** ISO instant */
  readonly finishedAt: string;
  /** SHA-256, hex */
  readonly contentDigest: string;
  readonly linkUrl: string;
  readonly notMeUrl: string;
}

export function confirmationMailData(input: ConfirmationInput): ConfirmationMailData {
  const { studentName, examTitle, finishedAt, contentDigest, linkUrl, notMeUrl } = input;
  return { ...base(input), studentName, examTitle, finishedAt, fingerprint: contentDigest, linkUrl, notMeUrl };
}

export function base(input: ExaminerMailInput) {
  return {
    ...commonMailData(input.school, input.initiator.email),
    initiatorName: input.initiator.name,
    initiatorEmail: input.initiator.email,
    examinerName: input.examinerName,
  };
}

export function items(input: ExaminerMailInput & WithAssessments) {
  return { items: input.assessments.map((assessment) => mailItem(assessment, input.language)) };
}

function deadline(input: WithLink) {
  return {
    linkUrl: input.linkUrl,
    dueDate: input.dueAt ?? input.linkExpiresAt,
    linkExpiresDate: input.linkExpiresAt,
  };
}
