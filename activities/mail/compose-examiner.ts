/** Composers of the mails to examiners. */
import { AssessmentStatus, FormStatus } from '../../domain/assessment.ts';
import { InvitationStatus } from '../../domain/invitation.ts';
import { fullName } from '../../domain/school.ts';
import { invitationMailData } from '../../emails/invitation-data.ts';
import type { MailTemplate } from '../../prisma/mail-ledger.ts';
import type { Composer, ComposeTools, ContentStore } from './compose.ts';
import {
  addressChangedMailData,
  askAnsweredMailData,
  confirmationMailData,
  dueMovedMailData,
  type ExaminerMailInput,
  endedMailData,
  newLinkMailData,
  reminderMailData,
  returnedMailData,
} from './data/examiner.ts';
import { present, readAssessment, readAssessmentState, readContent, readText } from './read.ts';
import type { MailFacts } from './read-facts.ts';
import { returnReasons } from './return-reasons.ts';
import { type MailAttachment, MailNotSendable, type MailRow } from './types.ts';

type ExaminerTemplate = Extract<
  MailTemplate,
  | 'invitation'
  | 'reminder'
  | 'newLink'
  | 'withdrawn'
  | 'cancelled'
  | 'returned'
  | 'confirmation'
  | 'askAnswered'
  | 'addressChanged'
  | 'dueMoved'
>;

const OPEN: readonly string[] = [FormStatus.Open, FormStatus.Started, FormStatus.Returned];

const invitation: Composer = async (tools, row) => {
  const facts = await readFacts(tools, row);
  mustBeActive(facts);
  mustBeCurrentLink(tools, row, facts);
  const ids = (row.reference.assessmentIds ?? []).filter((id) => openIds(facts).includes(id));
  return {
    template: 'invitation',
    replyTo: replyTo(facts),
    attachments: await readAttachments(tools.store, facts),
    data: invitationMailData({
      ...facts.input,
      assessments: assessmentsOf(facts, ids),
      linkUrl: tools.urls.fill(facts.link),
      ...lifeOf(facts),
      remark: facts.remark,
      attachmentNames: facts.attachments.map(({ name }) => name),
    }),
  };
};

/**
 * Names what is open now, and carries the link that works now, even when it was replaced after the mail was queued. Of
 * invitations that are over by now nothing is said; the mail goes as long as one is left.
 */
const reminder: Composer = async (tools, row) => {
  const facts = await readFacts(tools, row);
  const { input } = facts;
  const [first, ...others] = [facts, ...facts.others.map((other) => ({ ...facts, ...other }))].filter((each) =>
    isWaitedFor(tools, each),
  );
  if (!first) throw new MailNotSendable('nobody is waited for any more');
  const partOf = (each: Facts) => ({
    assessments: assessmentsOf(each, waitedIds(each)),
    linkUrl: tools.urls.fill(each.link),
    ...lifeOf(each),
  });
  return {
    template: 'reminder',
    replyTo: { name: first.initiator.name, address: first.initiator.email },
    data: reminderMailData({
      ...input,
      initiator: first.initiator,
      ...partOf(first),
      agreementCount: waitedIds(first).filter((id) => isWordNeeded(first, id)).length,
      others: others.map((each) => ({ initiatorName: each.initiator.name, ...partOf(each) })),
      number: row.reference.number ?? 1,
      now: tools.now.toISOString(),
    }),
  };
};

/** Whoever waits for an answer is not reminded of it. */
function waitedIds(facts: Facts): string[] {
  return openIds(facts).filter((id) => askOf(facts, id) === null);
}

function isWaitedFor(tools: ComposeTools, facts: Facts): boolean {
  const isUsable = facts.link.revokedAt === null && facts.link.expiresAt > tools.now;
  return facts.status === InvitationStatus.Active && isUsable && waitedIds(facts).length > 0;
}

/** Of several invitations those whose link works; the mail goes as long as one is left. */
const newLink: Composer = async (tools, row) => {
  const facts = await readFacts(tools, row);
  // A link that was replaced since was mailed anew.
  const own = row.reference.linkId === facts.linkId ? [facts] : [];
  const [first, ...others] = [...own, ...facts.others.map((other) => ({ ...facts, ...other }))].filter((each) =>
    hasLinkToSend(tools, each),
  );
  if (!first) throw new MailNotSendable('no link is left to send');
  const partOf = (each: Facts) => ({
    assessments: assessmentsOf(each, namedIds(each)),
    linkUrl: tools.urls.fill(each.link),
    ...lifeOf(each),
  });
  return {
    template: 'newLink',
    replyTo: { name: first.initiator.name, address: first.initiator.email },
    data: newLinkMailData({
      ...facts.input,
      initiator: first.initiator,
      ...partOf(first),
      others: others.map((each) => ({ initiatorName: each.initiator.name, ...partOf(each) })),
      requestedAt: row.queuedAt.toISOString(),
    }),
  };
};

/** All that was not taken out of the invitation, finished or not. */
function namedIds({ pairs }: Facts): string[] {
  return pairs.filter(({ formStatus }) => formStatus !== FormStatus.Withdrawn).map(({ assessmentId }) => assessmentId);
}

function hasLinkToSend(tools: ComposeTools, facts: Facts): boolean {
  const isAlive = facts.link.revokedAt === null && facts.link.expiresAt > tools.now;
  return facts.status !== InvitationStatus.Withdrawn && isAlive && namedIds(facts).length > 0;
}

/** Withdrawn and cancelled: always sent, because the examiner still has a mail that asks for work. */
const ended = async (tools: ComposeTools, row: MailRow) => {
  const facts = await readFacts(tools, row);
  return {
    replyTo: replyTo(facts),
    data: endedMailData({
      ...facts.input,
      assessments: assessmentsOf(facts, row.reference.assessmentIds ?? []),
      reason: await readText(tools.database, row.schoolId, row.reference.textId),
      remainingCount: openIds(facts).length,
      isLinkAlive: facts.link.revokedAt === null,
    }),
  };
};
const withdrawn: Composer = async (tools, row) => ({ template: 'withdrawn', ...(await ended(tools, row)) });
const cancelled: Composer = async (tools, row) => ({ template: 'cancelled', ...(await ended(tools, row)) });

const returned: Composer = async (tools, row) => {
  const facts = await readFacts(tools, row);
  mustBeUsable(tools, facts);
  const assessmentId = present(row.reference.assessmentIds?.[0], 'the id of the assessment');
  const state = await readAssessmentState(tools.database, row.schoolId, assessmentId);
  const examiner = state.examiners[facts.contactId];
  if (examiner?.form !== FormStatus.Returned) throw new MailNotSendable('the form is finished again or withdrawn');
  const [assessment] = assessmentsOf(facts, [assessmentId]);
  return {
    template: 'returned',
    replyTo: replyTo(facts),
    data: returnedMailData({
      ...facts.input,
      assessments: [{ ...present(assessment, 'the assessment'), componentRefs: examiner.reopened }],
      isAsked: row.reference.isAgreed === true,
      reason: await returnReasons(tools, row, present(assessment, 'the assessment')),
      linkUrl: tools.urls.fill(facts.link),
      linkExpiresAt: facts.link.expiresAt.toISOString(),
    }),
  };
};

/** A yes is always told; a no only as long as the work is there. */
const askAnswered: Composer = async (tools, row) => {
  const facts = await readFacts(tools, row);
  const { isAgreed = false, isReturn = false, assessmentIds = [], textId } = row.reference;
  const isThere = (id: string) =>
    isReturn ? statusOf(facts, id) === FormStatus.Finished : OPEN.includes(statusOf(facts, id));
  const open = assessmentIds.filter(isThere);
  const reason = await readText(tools.database, row.schoolId, textId);
  return {
    template: 'askAnswered',
    replyTo: replyTo(facts),
    data: askAnsweredMailData({
      ...facts.input,
      assessments: assessmentsOf(facts, isAgreed ? assessmentIds : open),
      isAgreed,
      isReturn,
      reason,
      remainingCount: openIds(facts).length,
      isLinkAlive: facts.link.revokedAt === null,
      dueAt: facts.dueAt?.toISOString() ?? null,
      // A finished form can be looked at through a link that expired too: its page brings a new one.
      ...(isAgreed ? {} : { linkUrl: isReturn ? tools.urls.fill(facts.link) : usableUrl(tools, facts) }),
    }),
  };
};

/** To an address where the examiner is not any more, or never was: no names of students, no link, no new address. */
const addressChanged: Composer = async (tools, row) => {
  const facts = await readFacts(tools, row);
  const [assessment] = facts.assessments.values();
  return {
    template: 'addressChanged',
    replyTo: replyTo(facts),
    data: addressChangedMailData({ ...facts.input, examTitle: present(assessment, 'the assessment').exam.title }),
  };
};

/** Names what is open and has this deadline still. */
const dueMoved: Composer = async (tools, row) => {
  const facts = await readFacts(tools, row);
  mustBeActive(facts);
  const dueAt = present(row.reference.dueAt, 'the deadline');
  const named = await tools.database.assessment.findMany({
    where: { schoolId: row.schoolId, id: { in: [...(row.reference.assessmentIds ?? [])] }, dueAt: new Date(dueAt) },
    select: { id: true, status: true, examiners: { where: { contactId: facts.contactId } } },
  });
  const isOpen = ({ status, examiners }: (typeof named)[number]) =>
    status !== AssessmentStatus.Cancelled && examiners.some(({ formStatus }) => OPEN.includes(formStatus));
  const ids = named.filter(isOpen).map(({ id }) => id);
  return {
    template: 'dueMoved',
    replyTo: replyTo(facts),
    data: dueMovedMailData({
      ...facts.input,
      assessments: assessmentsOf(
        facts,
        (row.reference.assessmentIds ?? []).filter((id) => ids.includes(id)),
      ),
      linkUrl: usableUrl(tools, facts),
      linkExpiresAt: facts.link.expiresAt.toISOString(),
      dueAt,
    }),
  };
};

/** Sent whatever happened since: it is the proof that something was finished. */
const confirmation: Composer = async (tools, row) => {
  const facts = await readFacts(tools, row);
  const found = await tools.database.formSubmission.findFirst({
    where: { id: present(row.reference.submissionId, 'the id of the submission'), schoolId: row.schoolId },
    select: { formId: true, contentDigest: true, finishedAt: true },
  });
  const submission = present(found, 'the submission');
  const assessment = await readAssessment(tools.database, row.schoolId, row.reference.assessmentId);
  return {
    template: 'confirmation',
    replyTo: replyTo(facts),
    data: confirmationMailData({
      ...facts.input,
      studentName: fullName(assessment.student),
      examTitle: assessment.examVersion.exam.title,
      finishedAt: submission.finishedAt.toISOString(),
      contentDigest: submission.contentDigest,
      linkUrl: tools.urls.fill(facts.link),
      notMeUrl: tools.urls.dispute(facts.link, submission.formId),
    }),
  };
};

export const examinerComposers: Readonly<Record<ExaminerTemplate, Composer>> = {
  invitation,
  reminder,
  newLink,
  withdrawn,
  cancelled,
  returned,
  confirmation,
  askAnswered,
  addressChanged,
  dueMoved,
};

export type Facts = MailFacts & { readonly input: ExaminerMailInput };

export async function readFacts(tools: ComposeTools, row: MailRow): Promise<Facts> {
  const facts = await tools.facts(row);
  const school = await tools.school(row.schoolId);
  const { language } = tools;
  return { ...facts, input: { language, school, initiator: facts.initiator, examinerName: facts.contactName } };
}

/** In the order of the ids; those that are gone are left out. */
export function assessmentsOf(facts: Facts, ids: readonly string[]) {
  const found = ids.flatMap((id) => facts.assessments.get(id) ?? []);
  if (found.length === 0) throw new MailNotSendable('nothing is left to write about');
  return found;
}

/** Where the examiner's form of an assessment stands; `withdrawn` when it left this invitation. */
function statusOf(facts: Facts, assessmentId: string): string {
  return facts.pairs.find((pair) => pair.assessmentId === assessmentId)?.formStatus ?? FormStatus.Withdrawn;
}

/** What the examiner has yet to do: forms that are open, and finished ones about which a word is needed. */
function openIds(facts: Facts): string[] {
  const isOpen = (pair: Facts['pairs'][number]) => OPEN.includes(pair.formStatus) || pair.isWordNeeded;
  return facts.pairs.filter(isOpen).map((pair) => pair.assessmentId);
}

function isWordNeeded(facts: Facts, assessmentId: string): boolean {
  return facts.pairs.some((pair) => pair.assessmentId === assessmentId && pair.isWordNeeded);
}

function askOf(facts: Facts, assessmentId: string): string | null {
  return facts.pairs.find((pair) => pair.assessmentId === assessmentId)?.ask ?? null;
}

/** The link that works now. */
export function usableUrl(tools: ComposeTools, facts: Facts): string {
  mustBeUsable(tools, facts);
  return tools.urls.fill(facts.link);
}

function mustBeActive(facts: Facts): void {
  if (facts.status !== InvitationStatus.Active) throw new MailNotSendable('the invitation is over');
}

function mustBeUsable(tools: ComposeTools, facts: Facts): void {
  if (facts.link.revokedAt !== null) throw new MailNotSendable('the link is revoked');
  if (facts.link.expiresAt <= tools.now) throw new MailNotSendable('the link has expired');
}

/** A mail that brings a link is worth nothing when a newer link has replaced it. */
function mustBeCurrentLink(tools: ComposeTools, row: MailRow, facts: Facts): void {
  if (row.reference.linkId !== facts.linkId) throw new MailNotSendable('the link is replaced');
  mustBeUsable(tools, facts);
}

function lifeOf(facts: Facts): { dueAt: string | null; linkExpiresAt: string } {
  return { dueAt: facts.dueAt?.toISOString() ?? null, linkExpiresAt: facts.link.expiresAt.toISOString() };
}

export function replyTo(facts: Facts) {
  const { name, email } = facts.input.initiator;
  return { name, address: email };
}

async function readAttachments(store: ContentStore, facts: Facts): Promise<MailAttachment[]> {
  return Promise.all(
    facts.attachments.map(async ({ name, mediaType, sha256 }) => ({
      filename: name,
      contentType: mediaType,
      content: await readContent(store, sha256),
    })),
  );
}
