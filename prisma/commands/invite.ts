/** What inviting one examiner writes: an invitation with its link, a form for each assessment, and the mail that brings the link. */
import { v5 as uuidv5, v7 as uuidv7 } from 'uuid';
import type { EvidencePolicy } from '../../domain/evidence.ts';
import { defineForm } from '../../domain/form.ts';
import { InvitationStatus } from '../../domain/invitation.ts';
import type { ReminderPolicy } from '../../domain/reminders.ts';
import { examiningPolicy, linkExpiry } from '../../domain/school.ts';
import type { Prisma } from '../../generated/prisma/client.ts';
import { isSendable } from '../../platform/attachments.ts';
import { mailId } from '../mail-ledger.ts';
import type { UnitOfWork } from '../unit-of-work.ts';
import { followAgreement } from './agreement.ts';
import { examinerMail } from './mails.ts';

const ID_NAMESPACE = '1f5a8b7e-9f0c-5d3b-b0a6-0f2f6f4d9c21';

/** The id of the invitation of an examiner. @param cause what makes it this one: a batch, a command */
export function invitationIdFor(cause: string, key: string | number): string {
  return uuidv5(`${cause}|${key}`, ID_NAMESPACE);
}

export interface NewInvitation {
  readonly invitationId: string;
  readonly contactId: string;
  /** In all of these the examiner scores something and is not invited yet. */
  readonly assessmentIds: readonly string[];
  readonly initiatorId: string;
  /** Already cleaned and checked; empty for none. */
  readonly remark: string;
  /** Known and clean. */
  readonly attachmentIds: readonly string[];
  /** Key id with which the link is derived. */
  readonly kid: string;
  /** Absent: that of the school. */
  readonly reminderPolicy?: ReminderPolicy;
  /** The piece of work that it is sent in; absent when it is one of its own. */
  readonly batchId?: string;
  /** Whose work was handed over to this examiner; absent otherwise. */
  readonly handedFrom?: string;
}

/** Gathered for all examiners and written at once: some tens of invitations take as many statements as one. */
export interface InvitationRows {
  readonly invitations: Prisma.InvitationCreateManyInput[];
  readonly links: Prisma.LinkCreateManyInput[];
  readonly forms: Prisma.FormCreateManyInput[];
  readonly attachments: Prisma.InvitationAttachmentCreateManyInput[];
}

/**
 * Invites several examiners. The streams of all assessments must be held.
 * @throws CommandRefused when one of them cannot be invited
 */
export async function inviteAll(unit: UnitOfWork, invitations: readonly NewInvitation[]): Promise<void> {
  const rows: InvitationRows = { invitations: [], links: [], forms: [], attachments: [] };
  const { evidence } = examiningPolicy(await unit.settings());
  for (const invitation of invitations) await invite(unit, invitation, rows, evidence);
  const { tx } = unit;
  await tx.invitation.createMany({ data: rows.invitations });
  await tx.link.createMany({ data: rows.links });
  await tx.form.createMany({ data: rows.forms });
  if (rows.attachments.length > 0) await tx.invitationAttachment.createMany({ data: rows.attachments });
}

async function invite(
  unit: UnitOfWork,
  invitation: NewInvitation,
  rows: InvitationRows,
  evidence: EvidencePolicy,
): Promise<void> {
  const { invitationId, contactId, assessmentIds, initiatorId, reminderPolicy, batchId } = invitation;
  const linkId = uuidv7();
  const dueAt = latestDue(unit, assessmentIds);
  const linkExpiresAt = linkExpiry(unit.nowIso, dueAt);
  const remark = invitation.remark === '' ? null : await unit.keepText(invitationId, 'remark', invitation.remark);
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
    initiatorId,
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
  rows.links.push(linkRow(unit, { linkId, invitationId, contactId, kid: invitation.kid, expiresAt: linkExpiresAt }));
  for (const assessmentId of assessmentIds) rows.forms.push(await openForm(unit, assessmentId, invitation, evidence));
  for (const attachmentId of invitation.attachmentIds)
    rows.attachments.push({ schoolId: unit.schoolId, invitationId, attachmentId });
  unit.onInvitation(invitationId, {
    type: 'send',
    examinerId: contactId,
    initiatorId,
    linkId,
    linkExpiresAt,
    mailId: id,
    assessmentIds,
    dueAt,
    remark,
    ...(reminderPolicy ? { reminderPolicy } : {}),
    ...(batchId === undefined ? {} : { batchId }),
  });
  unit.queueMail(mail);
}

async function openForm(
  unit: UnitOfWork,
  assessmentId: string,
  { contactId, invitationId, handedFrom }: NewInvitation,
  evidence: EvidencePolicy,
): Promise<Prisma.FormCreateManyInput> {
  const { exam } = await unit.examOf(assessmentId);
  const formId = uuidv5(`${invitationId}|${assessmentId}`, ID_NAMESPACE);
  const changed = await unit.onAssessment(assessmentId, {
    type: 'invite',
    examinerId: contactId,
    invitationId,
    formId,
    ...(handedFrom === undefined ? {} : { handedFrom }),
  });
  await followAgreement(unit, assessmentId, changed);
  const { after } = changed;
  const components = after.examiners[contactId]?.components ?? [];
  const definition = defineForm(exam, components, after.justificationPolicy, evidence);
  return {
    id: formId,
    schoolId: unit.schoolId,
    assessmentId,
    contactId,
    definition: definition as unknown as Prisma.InputJsonValue,
    totalCount: definition.components.reduce((sum, component) => sum + component.criteria.length, 0),
  };
}

/** Why these files cannot be sent, or null when they can. */
export async function attachmentProblem(
  { tx, schoolId }: Pick<UnitOfWork, 'tx' | 'schoolId'>,
  attachmentIds: readonly string[],
): Promise<'ATTACHMENT_UNKNOWN' | 'ATTACHMENT_QUARANTINED' | null> {
  if (attachmentIds.length === 0) return null;
  const found = await tx.attachment.findMany({
    where: { schoolId, id: { in: [...attachmentIds] } },
    select: { scan: true },
  });
  if (found.length !== new Set(attachmentIds).size) return 'ATTACHMENT_UNKNOWN';
  return found.every(({ scan }) => isSendable(scan)) ? null : 'ATTACHMENT_QUARANTINED';
}

export interface NewLink {
  readonly linkId: string;
  readonly invitationId: string;
  readonly contactId: string;
  readonly kid: string;
  readonly expiresAt: string;
}

export function linkRow(unit: UnitOfWork, link: NewLink): Prisma.LinkCreateManyInput {
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
