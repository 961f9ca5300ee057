/** Links that examiners ask for themselves. */
import { v7 as uuidv7 } from 'uuid';
import { InvitationError, type InvitationState, InvitationStatus, PairStatus } from '../../domain/invitation.ts';
import { linkExpiry } from '../../domain/school.ts';
import type { CommandHandler } from '../apply-command.ts';
import { mailId } from '../mail-ledger.ts';
import { CommandRefused, type UnitOfWork } from '../unit-of-work.ts';
import { createLink } from './inviting.ts';
import { examinerMail } from './mails.ts';

export interface SendLinks {
  /** Of one examiner; one at least. */
  readonly invitationIds: readonly string[];
  /** Key id with which new links are derived. */
  readonly kid: string;
}

/** A link that ends sooner than this is not worth sending. */
const WORTH_SENDING_MS = 24 * 3_600_000;

/**
 * Mails the links of all these invitations to the address on file, in one mail, because the examiner asks for them: each the same
 * one while it lives, else a new one. So nobody ends a link that is in use by asking. What was withdrawn is left out.
 *
 * Refused with `INVITATION_WITHDRAWN` when nothing is left.
 */
export const sendLinks: CommandHandler<SendLinks, null> = {
  type: 'sendLinks',
  streams: (_tx, { invitationIds }) => invitationIds,
  async run(unit, { invitationIds, kid }) {
    const asked = invitationIds.map((id) => ({ id, state: unit.invitation(id) }));
    const [one] = asked;
    const sent = asked.filter(
      ({ state }) => state.status !== InvitationStatus.Withdrawn && state.examinerId === one?.state.examinerId,
    );
    const living = new Set<string>();
    for (const { id, state } of sent) if (await isWorthSending(unit, state)) living.add(id);
    // News of the mail is news of the invitation whose link it brings: those with a new link come first.
    const [first, ...others] = [...sent].sort((a, b) => Number(living.has(a.id)) - Number(living.has(b.id)));
    if (first === undefined) throw new CommandRefused(InvitationError.Withdrawn);
    const newLinks = new Map(sent.filter(({ id }) => !living.has(id)).map(({ id }) => [id, uuidv7()]));
    const mail = await examinerMail(unit, 'newLink', first.id, first.state.examinerId, {
      linkId: newLinks.get(first.id) ?? first.state.linkId,
      assessmentIds: pairsOf(first.state),
      ...(others.length > 0 ? { otherInvitationIds: others.map(({ id }) => id) } : {}),
    });
    for (const { id, state } of sent) {
      const linkId = newLinks.get(id);
      if (linkId === undefined) continue;
      const expiresAt = linkExpiry(unit.nowIso, state.dueAt);
      await createLink(unit, { linkId, invitationId: id, contactId: state.examinerId, kid, expiresAt });
      unit.onInvitation(id, { type: 'reissueLink', linkId, linkExpiresAt: expiresAt, mailId: mailId(mail) });
    }
    unit.queueMail(mail);
    return null;
  },
};

async function isWorthSending({ tx, schoolId, now }: UnitOfWork, { linkId }: InvitationState): Promise<boolean> {
  const link = await tx.link.findFirst({ where: { id: linkId, schoolId } });
  return link !== null && link.revokedAt === null && link.expiresAt.getTime() - now.getTime() > WORTH_SENDING_MS;
}

function pairsOf({ pairs }: InvitationState): string[] {
  return Object.keys(pairs).filter((id) => pairs[id] !== PairStatus.Withdrawn);
}
