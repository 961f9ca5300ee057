/** Commands on invitations: inviting, reminding, a new link, withdrawing, and what the mail server says. */
import { v5 as uuidv5, v7 as uuidv7 } from 'uuid';
import { resolveAssignments } from '../../domain/assignment.ts';
import { defineForm } from '../../domain/form.ts';
import { InvitationStatus, PairStatus } from '../../domain/invitation.ts';
import { linkExpiry } from '../../domain/school.ts';
import type { Prisma } from '../../generated/prisma/client.ts';
import type { CommandHandler } from '../apply-command.ts';
import { mailId } from '../mail-ledger.ts';
import { CommandRefused, type UnitOfWork } from '../unit-of-work.ts';
import { type DeliveryNews, takeDeliveryNews } from './delivery-news.ts';
import { examinerMail } from './mails.ts';
import { streamsOfPair } from './streams.ts';

const ID_NAMESPACE = '1f5a8b7e-9f0c-5d3b-b0a6-0f2f6f4d9c21';

export interface InviteExaminers {
  readonly assessmentIds: readonly string[];
  readonly contactIds: readonly string[];
  readonly initiatorId: string;
  /** Already cleaned and checked; empty for none. */
  readonly remark: string;
  readonly attachmentIds: readonly string[];
  /** Key id with which the links are derived. */
  readonly kid: string;
}

/** One invitation, link and mail per examiner, over all named assessments in which that examiner scores something. */
export const inviteExaminers: CommandHandler<InviteExaminers, { invitationIds: string[] }> = {
  type: 'inviteExaminers',
  streams: (_tx, command) => command.assessmentIds,
  async run(unit, command) {
    if (command.contactIds.length === 0) throw new CommandRefused('EXAMINERS_REQUIRED');
    await unit.readContacts(command.contactIds);
    const rows = { invitations: [], links: [], forms: [] } satisfies InvitationRows;
    const invitationIds: string[] = [];
    const scoring = new Map(command.assessmentIds.map((id) => [id, whoScores(unit, id)]));
    for (const contactId of command.contactIds) {
      const isAskedFor = (id: string) => scoring.get(id)?.has(contactId) === true && !isAtWork(unit, id, contactId);
      const assessmentIds = command.assessmentIds.filter(isAskedFor);
      if (assessmentIds.length === 0)
        throw new CommandRefused('EXAMINER_WITHOUT_COMPONENTS', { examinerId: contactId });
      invitationIds.push(await invite(unit, command, contactId, assessmentIds, rows));
    }
    await writeRows(unit, rows);
    await attach(unit, invitationIds, command.attachmentIds);
    return { invitationIds };
  },
};

/** Gathered for all examiners and written at once: a hundred invitations fit in the time that a transaction gets. */
interface InvitationRows {
  readonly invitations: Prisma.InvitationCreateManyInput[];
  readonly links: Prisma.LinkCreateManyInput[];
  readonly forms: Prisma.FormCreateManyInput[];
}

async function writeRows({ tx }: UnitOfWork, { invitations, links, forms }: InvitationRows): Promise<void> {
  await tx.invitation.createMany({ data: invitations });
  await tx.link.createMany({ data: links });
  await tx.form.createMany({ data: forms });
}

/** Whoever scores something there. Found once for each assessment, however many are invited. */
function whoScores(unit: UnitOfWork, assessmentId: string): ReadonlySet<string> {
  const { components, assignments } = unit.assessment(assessmentId);
  const refs = components.map((component) => component.ref);
  return new Set(Object.values(resolveAssignments(refs, assignments)).flat());
}

function isAtWork(unit: UnitOfWork, assessmentId: string, contactId: string): boolean {
  const current = unit.assessment(assessmentId).examiners[contactId];
  return current !== undefined && current.form !== 'withdrawn';
}

async function invite(
  unit: UnitOfWork,
  command: InviteExaminers,
  contactId: string,
  assessmentIds: readonly string[],
  rows: InvitationRows,
): Promise<string> {
  const invitationId = uuidv5(`${unit.commandId}|${contactId}`, ID_NAMESPACE);
  const linkId = uuidv7();
  const dueAt = latestDue(unit, assessmentIds);
  const linkExpiresAt = linkExpiry(unit.nowIso, dueAt);
  const remark = command.remark === '' ? null : await unit.keepText(invitationId, 'remark', command.remark);
  const mail = await examinerMail(unit, 'invitation', invitationId, contactId, {
    linkId,
    assessmentIds,
    ...(remark ? { textId: remark.textId } : {}),
  });
  const id = mailId(mail);
  rows.invitations.push({
    id: invitationId,
    schoolId: unit.schoolId,
    contactId,
    initiatorId: command.initiatorId,
    status: InvitationStatus.Active,
    statusSince: unit.now,
    invitedAt: unit.now,
    dueAt: dueAt === null ? null : new Date(dueAt),
    mailId: id,
    delivery: 'queued',
    deliveryAt: unit.now,
    linkId,
    remarkTextId: remark?.textId ?? null,
  });
  rows.links.push(linkRow(unit, { linkId, invitationId, contactId, kid: command.kid, expiresAt: linkExpiresAt }));
  for (const assessmentId of assessmentIds)
    rows.forms.push(await openForm(unit, assessmentId, contactId, invitationId));
  unit.onInvitation(invitationId, {
    type: 'send',
    examinerId: contactId,
    initiatorId: command.initiatorId,
    linkId,
    linkExpiresAt,
    mailId: id,
    assessmentIds,
    dueAt,
    remark,
  });
  unit.queueMail(mail);
  return invitationId;
}

async function openForm(
  unit: UnitOfWork,
  assessmentId: string,
  contactId: string,
  invitationId: string,
): Promise<Prisma.FormCreateManyInput> {
  const { exam } = await unit.examOf(assessmentId);
  const formId = uuidv5(`${invitationId}|${assessmentId}`, ID_NAMESPACE);
  const { after } = await unit.onAssessment(assessmentId, {
    type: 'invite',
    examinerId: contactId,
    invitationId,
    formId,
  });
  const definition = defineForm(exam, after.examiners[contactId]?.components ?? [], after.justificationPolicy);
  return {
    id: formId,
    schoolId: unit.schoolId,
    assessmentId,
    contactId,
    definition: definition as unknown as Prisma.InputJsonValue,
    totalCount: definition.components.reduce((sum, component) => sum + component.criteria.length, 0),
  };
}

async function attach(
  unit: UnitOfWork,
  invitationIds: readonly string[],
  attachmentIds: readonly string[],
): Promise<void> {
  if (attachmentIds.length === 0) return;
  const known = await unit.tx.attachment.count({ where: { schoolId: unit.schoolId, id: { in: [...attachmentIds] } } });
  if (known !== new Set(attachmentIds).size) throw new CommandRefused('ATTACHMENT_UNKNOWN');
  await unit.tx.invitationAttachment.createMany({
    data: invitationIds.flatMap((invitationId) =>
      attachmentIds.map((attachmentId) => ({ schoolId: unit.schoolId, invitationId, attachmentId })),
    ),
  });
}

interface NewLink {
  readonly linkId: string;
  readonly invitationId: string;
  readonly contactId: string;
  readonly kid: string;
  readonly expiresAt: string;
}

async function createLink(unit: UnitOfWork, link: NewLink): Promise<void> {
  await unit.tx.link.create({ data: linkRow(unit, link) });
}

function linkRow(unit: UnitOfWork, link: NewLink): Prisma.LinkCreateManyInput {
  return {
    id: link.linkId,
    schoolId: unit.schoolId,
    invitationId: link.invitationId,
    contactId: link.contactId,
    purpose: 'fill',
    kid: link.kid,
    issuedAt: unit.now,
    expiresAt: new Date(link.expiresAt),
  };
}

function latestDue(unit: UnitOfWork, assessmentIds: readonly string[]): string | null {
  const dues = assessmentIds.map((id) => unit.assessment(id).dueAt).filter((due): due is string => due !== null);
  return dues.sort().at(-1) ?? null;
}

export interface RemindExaminer {
  readonly invitationId: string;
  readonly isManual: boolean;
  /** The planned instant of a reminder by itself; a manual one is its own cause. */
  readonly plannedAt?: string;
}

/** Queues one reminder for everything that is still open. Value: its number and the mail. */
export const remindExaminer: CommandHandler<RemindExaminer, { number: number; mailId: string }> = {
  type: 'remindExaminer',
  streams: (_tx, command) => [command.invitationId],
  async run(unit, command) {
    const state = unit.invitation(command.invitationId);
    const number = state.reminders.length + 1;
    const cause = command.plannedAt ?? unit.commandId;
    const open = Object.keys(state.pairs).filter((id) => state.pairs[id] === 'open');
    const reference = { linkId: state.linkId, assessmentIds: open, number };
    const mail = await examinerMail(unit, 'reminder', command.invitationId, state.examinerId, reference, cause);
    const id = mailId(mail);
    unit.onInvitation(command.invitationId, { type: 'remind', number, mailId: id, isManual: command.isManual });
    unit.queueMail(mail);
    return { number, mailId: id };
  },
};

export interface WithdrawExaminer {
  readonly assessmentId: string;
  readonly contactId: string;
  readonly reason: string;
}

/** Takes one assessment out of an examiner's invitation; the examiner is told. */
export const withdrawExaminer: CommandHandler<WithdrawExaminer, null> = {
  type: 'withdrawExaminer',
  streams: (tx, command, context) => streamsOfPair(tx, context.schoolId, command),
  async run(unit, command) {
    const examiner = unit.assessment(command.assessmentId).examiners[command.contactId];
    if (!examiner) throw new CommandRefused('EXAMINER_UNKNOWN');
    const reason =
      command.reason === '' ? null : await unit.keepText(command.assessmentId, 'withdrawReason', command.reason);
    await unit.onAssessment(command.assessmentId, { type: 'withdrawExaminer', examinerId: command.contactId, reason });
    unit.onInvitation(examiner.invitationId, { type: 'withdrawPair', assessmentId: command.assessmentId });
    unit.queueMail(
      await examinerMail(unit, 'withdrawn', examiner.invitationId, command.contactId, {
        assessmentIds: [command.assessmentId],
        ...(reason ? { textId: reason.textId } : {}),
      }),
    );
    return null;
  },
};

export interface ReissueLink {
  readonly invitationId: string;
  readonly kid: string;
}

/** A new link to the address on file; the former one ends at once, the words stay. */
export const reissueLink: CommandHandler<ReissueLink, null> = {
  type: 'reissueLink',
  streams: (_tx, command) => [command.invitationId],
  async run(unit, { invitationId, kid }) {
    const { pairs } = unit.invitation(invitationId);
    const assessmentIds = Object.keys(pairs).filter((id) => pairs[id] !== PairStatus.Withdrawn);
    await replaceLink(unit, { invitationId, kid, type: 'reissueLink', template: 'newLink', assessmentIds });
    return null;
  },
};

interface LinkReplacement {
  readonly invitationId: string;
  readonly kid: string;
  readonly type: 'reissueLink' | 'correctAddress';
  readonly template: 'newLink' | 'invitation';
  /** What the mail speaks of. */
  readonly assessmentIds: readonly string[];
}

/**
 * Makes a new link, ends the former one, and queues the mail that brings it to the address that the examiner has now.
 * @throws CommandRefused when the invitation takes no new link
 */
export async function replaceLink(unit: UnitOfWork, replacement: LinkReplacement): Promise<void> {
  const { invitationId, kid, type, template, assessmentIds } = replacement;
  const state = unit.invitation(invitationId);
  const linkId = uuidv7();
  const linkExpiresAt = linkExpiry(unit.nowIso, state.dueAt);
  const mail = await examinerMail(unit, template, invitationId, state.examinerId, { linkId, assessmentIds });
  const link = { linkId, invitationId, contactId: state.examinerId, kid, expiresAt: linkExpiresAt };
  await createLink(unit, link);
  unit.onInvitation(invitationId, { type, linkId, linkExpiresAt, mailId: mailId(mail) });
  unit.queueMail(mail);
}

export interface OpenInvitation {
  readonly invitationId: string;
  readonly linkId: string;
}

/** The examiner pressed the button; a second time is refused with `ALREADY_DONE`, which callers take as fine. */
export const openInvitation: CommandHandler<OpenInvitation, null> = {
  type: 'openInvitation',
  streams: (_tx, command) => [command.invitationId],
  async run(unit, command) {
    unit.onInvitation(command.invitationId, { type: 'open', linkId: command.linkId });
    return null;
  },
};

export interface ReportDelivery extends DeliveryNews {
  readonly invitationId: string;
}

/** What became of a mail to the examiner. */
export const reportDelivery: CommandHandler<ReportDelivery, null> = {
  type: 'reportDelivery',
  streams: (_tx, command) => [command.invitationId],
  async run(unit, { invitationId, ...news }) {
    await takeDeliveryNews(unit, invitationId, news);
    return null;
  },
};

/** The link's life is over. */
export const expireInvitation: CommandHandler<{ readonly invitationId: string }, null> = {
  type: 'expireInvitation',
  streams: (_tx, command) => [command.invitationId],
  async run(unit, command) {
    unit.onInvitation(command.invitationId, { type: 'expire' });
    return null;
  },
};
