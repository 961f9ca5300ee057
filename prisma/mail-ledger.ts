import { v5 as uuidv5 } from 'uuid';
import type { Lang } from '../domain/school.ts';
import { Prisma } from '../generated/prisma/client.ts';
import type { Tx } from './client.ts';
import { type WritePart, writeTogether } from './write-together.ts';

/** Names of the mails; each has a template in emails/ and a composer in activities/. */
export const MailTemplate = {
  SignIn: 'signIn',
  /** To an examiner: a code that proves the address. */
  ExaminerCode: 'examinerCode',
  Invitation: 'invitation',
  Reminder: 'reminder',
  NewLink: 'newLink',
  Withdrawn: 'withdrawn',
  Cancelled: 'cancelled',
  Returned: 'returned',
  Confirmation: 'confirmation',
  AllFinished: 'allFinished',
  FinishDisputed: 'finishDisputed',
  CommitteeDigest: 'committeeDigest',
  ResultToOffice: 'resultToOffice',
  /** To the exam office: the code with which it opens a document. */
  OfficeCode: 'officeCode',
  /** To the initiator: mail to an examiner does not arrive. */
  Bounced: 'bounced',
  /** To the committee: a result did not reach the exam office. */
  OfficeBounced: 'officeBounced',
  /** To the initiator: an examiner asks to be excused, or that somebody else does it. */
  Asked: 'asked',
  /** To the examiner: the answer. */
  AskAnswered: 'askAnswered',
  /** To the former address of an examiner: the invitation was moved. */
  AddressChanged: 'addressChanged',
  /** To an initiator: a colleague corrected the address of an examiner. */
  ContactChanged: 'contactChanged',
  /** To the examiner: there is another deadline. */
  DueMoved: 'dueMoved',
  /** To the initiator: invitations that went by themselves are sent, or could not be. */
  BatchReport: 'batchReport',
  /** To a student whose number is missing. */
  StudentNumber: 'studentNumber',
  /** To the member who asked for it. */
  StudentAdded: 'studentAdded',
  /** To a student who registers with a school address. */
  Registration: 'registration',
  /** To an examiner: a colleague scored differently, and their word is needed. */
  AgreementAsked: 'agreementAsked',
  /** To an examiner: somebody proposes one judgement. */
  AgreementProposed: 'agreementProposed',
  /** To an examiner: it is settled, or the committee decides. */
  AgreementEnded: 'agreementEnded',
  /** To the initiator: a third examiner must be chosen. */
  ThirdNeeded: 'thirdNeeded',
  /** To whoever keeps them outside: where all chains of a school stand. */
  Anchor: 'anchor',
  /** To the administrators of a school: something is held up until they act. */
  NeedsAttention: 'needsAttention',
  /** To the student: there is a result to see. */
  ResultPublished: 'resultPublished',
  /** To the exam office, and to a student who saw it: a result is decided about anew, or stands after all. */
  ResultReopened: 'resultReopened',
  /** To the examiner: the committee corrected a finished form. */
  FormCorrected: 'formCorrected',
  /** To the examiner: a form that was sent back need not be looked at after all. */
  ReturnTakenBack: 'returnTakenBack',
} as const;
export type MailTemplate = (typeof MailTemplate)[keyof typeof MailTemplate];

/** Codes first: somebody is waiting at a screen. */
const PRIORITY: Readonly<Record<MailTemplate, number>> = {
  signIn: 0,
  registration: 0,
  examinerCode: 0,
  officeCode: 0,
  newLink: 1,
  confirmation: 3,
  finishDisputed: 3,
  bounced: 3,
  officeBounced: 3,
  asked: 3,
  needsAttention: 3,
  studentNumber: 4,
  studentAdded: 6,
  agreementAsked: 5,
  agreementProposed: 5,
  agreementEnded: 6,
  thirdNeeded: 5,
  resultPublished: 6,
  resultReopened: 4,
  formCorrected: 5,
  returnTakenBack: 5,
  invitation: 5,
  withdrawn: 5,
  cancelled: 5,
  returned: 5,
  askAnswered: 5,
  addressChanged: 5,
  dueMoved: 6,
  contactChanged: 6,
  allFinished: 6,
  batchReport: 6,
  resultToOffice: 6,
  reminder: 7,
  committeeDigest: 9,
  anchor: 9,
};

/**
 * What a composer needs to write the mail: ids, codes and instants. Never a link, a code or a name:
 * those are derived or read when the mail is sent.
 */
export interface MailReference {
  readonly invitationId?: string;
  readonly batchId?: string;
  readonly linkId?: string;
  readonly assessmentId?: string;
  readonly assessmentIds?: readonly string[];
  readonly contactId?: string;
  readonly membershipId?: string;
  readonly accountId?: string;
  readonly signInId?: string;
  readonly examinerCodeId?: string;
  /** Other invitations that a reminder, or a mail with links that were asked for, covers as well. */
  readonly otherInvitationIds?: readonly string[];
  readonly studentRequestId?: string;
  readonly documentId?: string;
  readonly anchorId?: string;
  readonly submissionId?: string;
  readonly textId?: string;
  /** Texts by component ref, where they have their own. */
  readonly componentTextIds?: Readonly<Record<string, string>>;
  /** The mail that this one is about. */
  readonly mailId?: string;
  readonly number?: number;
  /** The decision that was reopened stands after all. */
  readonly isEnded?: boolean;
  readonly day?: string;
  /** Of an answer to an examiner. */
  readonly isAgreed?: boolean;
  /** Of an answer to an examiner who wanted a finished form back. */
  readonly isReturn?: boolean;
  /** The member who changed what the mail is about. */
  readonly changedBy?: string;
  /** ISO instant that the mail tells. */
  readonly dueAt?: string;
}

export interface QueuedMail {
  readonly schoolId: string;
  readonly streamId: string | null;
  readonly template: MailTemplate;
  readonly lang: Lang;
  readonly toAddress: string;
  readonly toName: string;
  readonly reference: MailReference;
  /** What makes this mail this mail, beside stream, template and recipient: a command id or a due instant. */
  readonly cause: string;
  readonly recipientId: string;
  /** Mails with the same key form a thread. */
  readonly threadKey?: string;
  readonly isThreadRoot?: boolean;
  /** An earlier mail with the same content may have arrived, so this one says that it is a repeat. */
  readonly isRepeat?: boolean;
  /** After this a mail (a code) is of no use and is not sent any more. */
  readonly notAfter?: Date;
  /** Held until then, so that it can be recalled; absent: it goes at once. */
  readonly notBefore?: Date;
}

/** So long mails are held that tell of what a person may take back. */
export const HOLD_MS = 60_000;

const MAIL_NAMESPACE = '5d1f6c0a-2b3c-5e7d-9a41-7c8e5b2f0d13';

/** Same stream, template, recipient and cause: same mail, queued once. */
export function mailId(mail: Pick<QueuedMail, 'streamId' | 'template' | 'recipientId' | 'cause'>): string {
  return uuidv5([mail.streamId ?? '', mail.template, mail.recipientId, mail.cause].join('|'), MAIL_NAMESPACE);
}

/**
 * Writes mails to the ledger inside the transaction of their cause. A mail that is known already is left as it is.
 * @returns the ids, in order
 */
export async function queueMails(tx: Tx, mails: readonly QueuedMail[], now: Date): Promise<string[]> {
  await writeTogether(tx, mailParts(mails, now));
  return mails.map(mailId);
}

/** The same, to be written together with their cause. */
export function mailParts(mails: readonly QueuedMail[], now: Date): WritePart[] {
  if (mails.length === 0) return [];
  const rows = mails.map((mail) => ({
    id: mailId(mail),
    schoolId: mail.schoolId,
    streamId: mail.streamId,
    template: mail.template,
    lang: mail.lang,
    toAddress: mail.toAddress,
    toName: mail.toName,
    reference: mail.reference,
    threadKey: mail.threadKey ?? null,
    isThreadRoot: mail.isThreadRoot ?? false,
    isRepeat: mail.isRepeat ?? false,
    priority: PRIORITY[mail.template],
    state: 'queued',
    queuedAt: now,
    nextTryAt: mail.notBefore ?? now,
    notAfter: mail.notAfter ?? null,
  }));
  const sql = Prisma.sql`
    INSERT INTO mail (id, school_id, stream_id, template, lang, to_address, to_name, reference, thread_key, is_thread_root,
      is_repeat, priority, state, queued_at, next_try_at, not_after)
    SELECT given.id, given."schoolId", given."streamId", given.template, given.lang, given."toAddress", given."toName",
      given.reference, given."threadKey", given."isThreadRoot", given."isRepeat", given.priority, given.state,
      given."queuedAt", given."nextTryAt", given."notAfter"
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS given(id uuid, "schoolId" uuid, "streamId" uuid, template text,
      lang text, "toAddress" text, "toName" text, reference jsonb, "threadKey" text, "isThreadRoot" boolean,
      "isRepeat" boolean, priority int, state text, "queuedAt" timestamptz, "nextTryAt" timestamptz, "notAfter" timestamptz)
    ON CONFLICT DO NOTHING
    RETURNING id`;
  return [{ name: 'queued_mails', sql }];
}

/**
 * Takes back what held mails tell of some assessments. A mail that tells of nothing else is never sent; any other goes on
 * about the rest. The rows stay locked until the transaction ends, so that the pump has a mail or we have it.
 * @returns false, and nothing is changed, when one of them was taken to be sent already
 */
export async function recallMails(
  tx: Tx,
  schoolId: string,
  ids: readonly string[],
  assessmentIds: readonly string[],
): Promise<boolean> {
  const mails = await tx.$queryRaw<{ id: string; state: string; reference: MailReference }[]>`
    SELECT id, state, reference FROM mail WHERE id = ANY(${[...ids]}::uuid[]) AND school_id = ${schoolId}::uuid
    ORDER BY id FOR UPDATE`;
  const meant = mails.filter(({ reference }) => reference.assessmentIds?.some((id) => assessmentIds.includes(id)));
  if (mails.length !== ids.length || meant.some(({ state }) => state !== 'queued')) return false;
  for (const { id, reference } of meant) {
    const rest = (reference.assessmentIds ?? []).filter((each) => !assessmentIds.includes(each));
    const data = rest.length === 0 ? { state: 'recalled' } : { reference: { ...reference, assessmentIds: rest } };
    await tx.mail.update({ where: { id, schoolId }, data: data as Prisma.MailUpdateInput });
  }
  return true;
}
