/** Who hears that an examiner has another address now, beside the examiner there. */
import { type InvitationState, isUnreached, PairStatus } from '../../domain/invitation.ts';
import type { UnitOfWork } from '../unit-of-work.ts';
import { examinerMail, memberMail } from './mails.ts';

export interface OpenInvitation {
  readonly id: string;
  readonly initiatorId: string;
}

/** Nobody is told of an invitation that never came there. */
export async function tellFormerAddress(
  unit: UnitOfWork,
  invitationId: string,
  before: InvitationState,
  toAddress: string,
): Promise<void> {
  if (isUnreached(before) && before.problem?.isPermanent === true) return;
  const { schoolId, tx } = unit;
  const where = { schoolId, streamId: invitationId, toAddress, acceptedAt: { not: null } };
  if ((await tx.mail.count({ where })) === 0) return;
  const mail = await examinerMail(unit, 'addressChanged', invitationId, before.examinerId, {});
  unit.queueMail({ ...mail, toAddress });
}

/** One mail for each colleague who waits for this examiner. */
export async function tellColleagues(
  unit: UnitOfWork,
  contactId: string,
  invitations: readonly OpenInvitation[],
): Promise<void> {
  const byInitiator = new Map(invitations.map((each) => [each.initiatorId, each.id]));
  for (const [initiatorId, invitationId] of byInitiator) {
    if (initiatorId === unit.actor.id) continue;
    const { pairs } = unit.invitation(invitationId);
    const [assessmentId] = Object.keys(pairs).filter((id) => pairs[id] === PairStatus.Open);
    if (assessmentId === undefined) continue;
    const changedBy = unit.actor.kind === 'member' ? { changedBy: unit.actor.id } : {};
    const reference = { invitationId, contactId, ...changedBy };
    unit.queueMail(await memberMail(unit, 'contactChanged', assessmentId, initiatorId, reference));
  }
}
