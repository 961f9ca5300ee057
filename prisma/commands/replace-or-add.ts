/** Replacing an examiner by somebody who may not be in the address book yet: added and invited together, or neither. */
import type { CommandHandler } from '../apply-command.ts';
import { CommandRefused } from '../unit-of-work.ts';
import { findOrAddContact, type NewContact } from './asks.ts';
import { type Replacement, replaceExaminer } from './replacing.ts';

export interface ReplaceOrAdd extends Omit<Replacement, 'toContactId'> {
  /** From the address book; null with a new person. */
  readonly toContactId: string | null;
  /** The contact with this address, added when there is none; null with one from the address book. */
  readonly createContact: NewContact | null;
}

export interface ReplaceOrAddValue {
  readonly invitationIds: string[];
  readonly replacementId: string;
}

/** Refused with a reason of `replaceExaminer`, or of `saveContact` for a contact that cannot be added. */
export const replaceOrAdd: CommandHandler<ReplaceOrAdd, ReplaceOrAddValue> = {
  type: 'replaceExaminer',
  streams: (tx, command, context) => replaceExaminer.streams(tx, { ...command, toContactId: '' }, context),
  async run(unit, { toContactId, createContact, ...replacement }) {
    const replacementId = toContactId ?? (createContact && (await findOrAddContact(unit, createContact)));
    if (replacementId === null) throw new CommandRefused('REPLACEMENT_REQUIRED');
    const { invitationIds } = await replaceExaminer.run(unit, { ...replacement, toContactId: replacementId });
    return { invitationIds, replacementId };
  },
};
