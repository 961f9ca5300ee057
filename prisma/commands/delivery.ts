/** What is heard of mails after a server took them, and what a person does about a mail that did not arrive. */
import { type DeliveryProblem, type DeliveryReport, DeliverySignal, problemOf } from '../../domain/delivery.ts';
import { DeliveryStatus, InvitationStatus, isLost, isMendable, PairStatus } from '../../domain/invitation.ts';
import type { Lang } from '../../domain/school.ts';
import type { Prisma } from '../../generated/prisma/client.ts';
import type { CommandHandler } from '../apply-command.ts';
import type { Tx } from '../client.ts';
import { type MailReference, MailTemplate, mailId } from '../mail-ledger.ts';
import { CommandRefused, type UnitOfWork } from '../unit-of-work.ts';
import { type OpenInvitation, tellColleagues, tellFormerAddress } from './address-news.ts';
import { takeDeliveryNews } from './delivery-news.ts';
import { changeAddress } from './examiner-address.ts';
import { replaceLink } from './inviting.ts';
import { memberMail } from './mails.ts';

/** Mails to the examiner of an invitation: whether they arrive says whether the address works. */
const TO_EXAMINER: ReadonlySet<string> = new Set([
  MailTemplate.Invitation,
  MailTemplate.Reminder,
  MailTemplate.NewLink,
  MailTemplate.Withdrawn,
  MailTemplate.Cancelled,
  MailTemplate.Returned,
  MailTemplate.Confirmation,
  MailTemplate.AskAnswered,
  MailTemplate.DueMoved,
]);

/** The invitation whose examiner got this mail, or null for a mail to anybody else. */
export function invitationOfMail(mail: { readonly template: string; readonly reference: unknown }): string | null {
  return TO_EXAMINER.has(mail.template) ? ((mail.reference as MailReference).invitationId ?? null) : null;
}

/** As {@link invitationOfMail}, with the others that the mail covers as well. */
export function invitationsOfMail(mail: { readonly template: string; readonly reference: unknown }): string[] {
  const first = invitationOfMail(mail);
  return first === null ? [] : [first, ...((mail.reference as MailReference).otherInvitationIds ?? [])];
}

export interface TellDelivery {
  readonly mailId: string;
  readonly report: DeliveryReport;
}

/**
 * Writes a report on the mail's row, and what it means in the record: of the invitation for a mail to an examiner, of the
 * assessment for a mail to the exam office. Reports may come before the pump has written that the server took the mail:
 * they end its sending, and the pump then changes nothing (see activities/mail/ledger.ts).
 */
export const tellDelivery: CommandHandler<TellDelivery, null> = {
  type: 'tellDelivery',
  async streams(tx, command, { schoolId }) {
    const mail = await tx.mail.findFirst({ where: { id: command.mailId, schoolId } });
    if (!mail) return [];
    if (mail.template !== MailTemplate.ResultToOffice) return invitationsOfMail(mail);
    return mail.streamId === null ? [] : [mail.streamId];
  },
  async run(unit, { mailId: id, report }) {
    const mail = await lockMail(unit, id);
    if (!mail) return null;
    const problem = problemOf(report);
    const wasLost = isLostMail(mail.state);
    await unit.tx.mail.update({ where: { id }, data: rowAfter(unit, mail, report, problem) });
    if (mail.template === MailTemplate.ResultToOffice) await tellOffice(unit, mail, report, problem, wasLost);
    for (const invitationId of invitationsOfMail(mail)) {
      if (!unit.hasStream(invitationId)) continue;
      const isRepeated = wasLost && isFinal(report) && unit.invitation(invitationId).mailId !== id;
      // A second report of the same bounce must not undo that the address was tried again since.
      if (!isRepeated) await tellInvitation(unit, invitationId, id, report, problem);
    }
    return null;
  },
};

type MailRecord = NonNullable<Awaited<ReturnType<typeof lockMail>>>;

/** Held until the end of the transaction, so that the pump's writing comes wholly before or after. */
async function lockMail(unit: UnitOfWork, id: string) {
  const { tx, schoolId } = unit;
  await tx.$queryRaw`SELECT 1 FROM mail WHERE id = ${id}::uuid AND school_id = ${schoolId}::uuid FOR UPDATE`;
  return tx.mail.findFirst({ where: { id, schoolId } });
}

function isLostMail(state: string): boolean {
  return state === 'bounced' || state === 'failed';
}

/** Nobody tries any more, and it did not arrive. */
function isFinal({ signal }: DeliveryReport): boolean {
  return signal === DeliverySignal.Bounced || signal === DeliverySignal.Challenge;
}

/** The newest news counts, except that "not yet" says nothing of a mail that arrived or came back. */
function rowAfter(
  unit: UnitOfWork,
  mail: MailRecord,
  { signal, status }: DeliveryReport,
  problem: DeliveryProblem | null,
): Prisma.MailUpdateInput {
  if (signal === DeliverySignal.Delayed && (mail.state === 'delivered' || isLostMail(mail.state))) return {};
  const heard = {
    deliverySignal: signal,
    deliveryReason: problem?.reason ?? null,
    deliveryStatus: status,
    deliveryAt: unit.now,
  };
  if (signal === DeliverySignal.Delayed) return heard;
  const ended = { ...heard, acceptedAt: mail.acceptedAt ?? unit.now, claimedBy: null };
  if (problem !== null) return { ...ended, state: 'bounced' };
  const answered = signal === DeliverySignal.AutoReply ? { autoReplyAt: unit.now } : {};
  return { ...ended, ...answered, state: 'delivered', lastError: null };
}

const DELIVERY_OF: Readonly<Record<DeliverySignal, DeliveryStatus>> = {
  delivered: DeliveryStatus.Delivered,
  autoReply: DeliveryStatus.Delivered,
  delayed: DeliveryStatus.Delayed,
  bounced: DeliveryStatus.Bounced,
  challenge: DeliveryStatus.Bounced,
};

async function tellInvitation(
  unit: UnitOfWork,
  invitationId: string,
  id: string,
  { signal }: DeliveryReport,
  problem: DeliveryProblem | null,
): Promise<void> {
  const news = {
    mailId: id,
    delivery: DELIVERY_OF[signal],
    smtpCode: null,
    ...(problem === null ? {} : { problem }),
    ...(signal === DeliverySignal.AutoReply ? { isAutoReply: true } : {}),
  };
  await unlessRefused(() => takeDeliveryNews(unit, invitationId, news));
}

/** Nothing new for the record is no reason to forget what the mail's row says. */
async function unlessRefused(act: () => Promise<unknown>): Promise<void> {
  try {
    await act();
  } catch (error) {
    if (!(error instanceof CommandRefused)) throw error;
  }
}

async function tellOffice(
  unit: UnitOfWork,
  mail: MailRecord,
  report: DeliveryReport,
  problem: DeliveryProblem | null,
  wasLost: boolean,
): Promise<void> {
  if (report.signal === DeliverySignal.Delayed) return;
  const document = await findDocument(unit, mail);
  if (!document) return;
  // A report proves that a server took it, even when the worker that handed it over went before it could say so.
  if (document.mailedAt === null) {
    const { assessmentId, version } = document;
    const command = { type: 'recordDocumentMailed', version, mailId: mail.id, isRepeat: false } as const;
    await unlessRefused(() => unit.onAssessment(assessmentId, command));
    await unit.tx.document.update({
      where: { id: document.id },
      data: { mailId: mail.id, mailedAt: unit.now, lastError: null },
    });
  }
  if (problem !== null && !wasLost) await tellCommittee(unit, document, mail.id, problem);
}

type DocumentRecord = NonNullable<Awaited<ReturnType<typeof findDocument>>>;

async function findDocument(unit: UnitOfWork, mail: { readonly reference: Prisma.JsonValue }) {
  const { documentId } = mail.reference as MailReference;
  if (documentId === undefined) return null;
  const document = await unit.tx.document.findFirst({ where: { id: documentId, schoolId: unit.schoolId } });
  return document && unit.hasStream(document.assessmentId) ? document : null;
}

async function tellCommittee(
  unit: UnitOfWork,
  { id: documentId, assessmentId, version }: DocumentRecord,
  lostMailId: string,
  problem: DeliveryProblem,
): Promise<void> {
  await unlessRefused(() =>
    unit.onAssessment(assessmentId, { type: 'reportDocumentLost', version, mailId: lostMailId, problem }),
  );
  const members = await unit.tx.membership.findMany({
    where: { schoolId: unit.schoolId, roles: { has: 'committee' }, endedAt: null },
    select: { id: true },
  });
  for (const { id } of members) {
    unit.queueMail(await memberMail(unit, 'officeBounced', assessmentId, id, { documentId, mailId: lostMailId }));
  }
}

export interface ReportOfficeMailFailed {
  readonly mailId: string;
  /** MailProblem */
  readonly code: string;
  readonly problem: DeliveryProblem;
}

/** The mail to the exam office was refused at the door, or given up. */
export const reportOfficeMailFailed: CommandHandler<ReportOfficeMailFailed, null> = {
  type: 'reportOfficeMailFailed',
  async streams(tx, command, { schoolId }) {
    const mail = await tx.mail.findFirst({ where: { id: command.mailId, schoolId }, select: { streamId: true } });
    return mail?.streamId ? [mail.streamId] : [];
  },
  async run(unit, { mailId: id, code, problem }) {
    const mail = await lockMail(unit, id);
    const document = mail && (await findDocument(unit, mail));
    if (!mail || !document || isLostMail(mail.state)) return null;
    const data = { deliveryReason: problem.reason, deliveryStatus: problem.status, deliveryAt: unit.now };
    await unit.tx.mail.update({ where: { id }, data });
    await unit.tx.document.updateMany({ where: { id: document.id, mailedAt: null }, data: { lastError: code } });
    await tellCommittee(unit, document, id, problem);
    return null;
  },
};

export interface CorrectAddress {
  readonly invitationId: string;
  /** As typed; the same address again sends the mail again. */
  readonly email: string;
  /** Key id with which links are derived. */
  readonly kid: string;
}

/**
 * Gives the examiner another address and sends the invitation there with a new link; the words that were filled in stay, the
 * former link ends. The address is one for the school, so that also goes along
 * - of the same initiator all that is open: the examiner is where they are now;
 * - of others what did not arrive. What did is not taken to another mailbox by a colleague; they are told, and their mails go to
 *   the new address from now on.
 *
 * Whoever reads at the former address is told that the invitation was moved, and not where to, unless mail never came there.
 *
 * The same address sends again what did not arrive. Refused with a reason of `changeAddress`, `MAIL_NOT_LOST` when it is the same
 * address and mail arrived or is under way, or the invitation's own reason. Value: how many invitations were sent.
 */
export const correctAddress: CommandHandler<CorrectAddress, { sentCount: number }> = {
  type: 'correctAddress',
  async streams(tx, command, { schoolId }) {
    const { invitationId } = command;
    const own = await tx.invitation.findFirst({ where: { id: invitationId, schoolId }, select: { contactId: true } });
    if (!own) return [];
    const others = await readOpenInvitations(tx, schoolId, own.contactId);
    return [invitationId, ...others.map(({ id }) => id)];
  },
  async run(unit, { invitationId, email: typed, kid }) {
    const state = unit.invitation(invitationId);
    const former = await unit.tx.contact.findFirst({
      where: { id: state.examinerId, schoolId: unit.schoolId },
      select: { email: true },
    });
    const isChanged = await changeAddress(unit, state.examinerId, typed);
    if (!isChanged && !isMendable(state)) throw new CommandRefused('MAIL_NOT_LOST');
    await unit.readContacts([state.examinerId]);
    const invitations = await readOpenInvitations(unit.tx, unit.schoolId, state.examinerId);
    const initiatorId = await initiatorOf(unit, invitationId);
    const others = invitations.filter(({ id }) => id !== invitationId && unit.hasStream(id) && hasWork(unit, id));
    const along = others.filter((each) => goesAlong(unit, each.id, isChanged, each.initiatorId === initiatorId));
    for (const id of [invitationId, ...along.map((each) => each.id)]) await sendAgain(unit, id, kid, isChanged);
    if (isChanged && former) {
      await tellFormerAddress(unit, invitationId, state, former.email);
      const colleagues = others.filter((each) => each.initiatorId !== initiatorId);
      await tellColleagues(unit, state.examinerId, colleagues);
    }
    return { sentCount: 1 + along.length };
  },
};

/** Also expired ones: with a new link they go on. */
function readOpenInvitations(
  tx: Pick<Tx, 'invitation'>,
  schoolId: string,
  contactId: string,
): Promise<OpenInvitation[]> {
  return tx.invitation.findMany({
    where: { schoolId, contactId, status: { in: [InvitationStatus.Active, InvitationStatus.Expired] } },
    orderBy: { id: 'asc' },
    select: { id: true, initiatorId: true },
  });
}

async function initiatorOf({ tx, schoolId }: UnitOfWork, id: string): Promise<string> {
  const row = await tx.invitation.findFirst({ where: { id, schoolId }, select: { initiatorId: true } });
  if (!row) throw new CommandRefused('INVITATION_NOT_FOUND');
  return row.initiatorId;
}

function hasWork(unit: UnitOfWork, invitationId: string): boolean {
  return Object.values(unit.invitation(invitationId).pairs).includes(PairStatus.Open);
}

/** Mail is lost, or on its way to an address that is given up now; of the same initiator all that is open. */
function goesAlong(unit: UnitOfWork, invitationId: string, isChanged: boolean, isOfInitiator: boolean): boolean {
  const state = unit.invitation(invitationId);
  if (isChanged && isOfInitiator) return true;
  return isMendable(state) && (isChanged || isLost(state.delivery));
}

/** An invitation and not the mail with a new link: at this address nobody has seen the first one. */
async function sendAgain(unit: UnitOfWork, invitationId: string, kid: string, isChanged: boolean): Promise<void> {
  const { pairs } = unit.invitation(invitationId);
  const assessmentIds = Object.keys(pairs).filter((id) => pairs[id] === PairStatus.Open);
  if (assessmentIds.length === 0) throw new CommandRefused('INVITATION_COMPLETED');
  const type = isChanged ? 'correctAddress' : 'reissueLink';
  await replaceLink(unit, { invitationId, kid, type, template: 'invitation', assessmentIds });
}

export interface ResendDocument {
  readonly assessmentId: string;
  readonly documentId: string;
  readonly officeAddressId: string;
  /** Also when the last mail was taken by a server: the exam office lost it, or wants it elsewhere. */
  readonly isAgain?: boolean;
}

/** A server has it, as far as anybody knows. */
const TAKEN: readonly string[] = ['accepted', 'delivered'];

/**
 * Sends a document to the exam office once more, to the same address or to another one of the school.
 *
 * Refused with `DOCUMENT_UNKNOWN`, `DOCUMENT_SUPERSEDED`, `OFFICE_UNKNOWN`, or `MAIL_NOT_LOST` when the last mail is under way, or
 * arrived and it is not asked `isAgain`.
 */
export const resendDocument: CommandHandler<ResendDocument, null> = {
  type: 'resendDocument',
  streams: (_tx, command) => [command.assessmentId],
  async run(unit, { assessmentId, documentId, officeAddressId, isAgain = false }) {
    const { tx, schoolId } = unit;
    const document = await tx.document.findFirst({ where: { id: documentId, assessmentId, schoolId } });
    if (!document) throw new CommandRefused('DOCUMENT_UNKNOWN');
    const newer = { schoolId, assessmentId, version: { gt: document.version } };
    if ((await tx.document.count({ where: newer })) > 0) throw new CommandRefused('DOCUMENT_SUPERSEDED');
    const office = await tx.officeAddress.findFirst({ where: { id: officeAddressId, schoolId } });
    if (!office) throw new CommandRefused('OFFICE_UNKNOWN');
    const last = await tx.mail.findFirst({
      where: {
        schoolId,
        streamId: assessmentId,
        template: MailTemplate.ResultToOffice,
        reference: { path: ['documentId'], equals: documentId },
      },
      orderBy: { queuedAt: 'desc' },
      select: { state: true, isRepeat: true, toAddress: true },
    });
    const wasTaken = last !== null && TAKEN.includes(last.state);
    if (last && !isLostMail(last.state) && !(isAgain && wasTaken)) throw new CommandRefused('MAIL_NOT_LOST');
    const { defaultLang } = await unit.settings();
    const mail = {
      streamId: assessmentId,
      template: MailTemplate.ResultToOffice,
      lang: defaultLang satisfies Lang,
      toAddress: office.email,
      toName: office.label,
      reference: { assessmentId, documentId },
      cause: unit.commandId,
      recipientId: office.id,
      // It may be there already: a server took it, or we gave the last one up without knowing.
      isRepeat: (last?.isRepeat === true || wasTaken) && last?.toAddress === office.email,
    };
    const { version } = document;
    await unit.onAssessment(assessmentId, { type: 'resendDocument', version, mailId: mailId(mail), officeAddressId });
    await tx.document.update({ where: { id: documentId }, data: { officeAddressId, lastError: null } });
    unit.queueMail(mail);
    return null;
  },
};
