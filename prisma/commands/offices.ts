/** Exam-office addresses that a member types when finalising. */
import { v7 as uuidv7 } from 'uuid';
import { emailAddressKey, normaliseEmailAddress } from '../../platform/email-address.ts';
import type { CommandHandler } from '../apply-command.ts';
import { CommandRefused } from '../unit-of-work.ts';

export interface UseOfficeAddress {
  /** As typed. */
  readonly email: string;
}

/**
 * The exam-office address of the school with this mail address, made when there is none; a typed one is not offered in the
 * list afterwards.
 *
 * Refused with `OFFICE_ADDRESS_INVALID`, or with `OFFICE_DOMAIN` (params `domains`) when the school allows other domains
 * only. Value: the id.
 */
export const useOfficeAddress: CommandHandler<UseOfficeAddress, { officeAddressId: string }> = {
  type: 'useOfficeAddress',
  streams: () => [],
  async run(unit, command) {
    const email = normaliseEmailAddress(command.email);
    if (email === undefined) throw new CommandRefused('OFFICE_ADDRESS_INVALID');
    const { examOfficeDomains: domains } = await unit.settings();
    const domain = email.slice(email.lastIndexOf('@') + 1);
    const isAllowed = domains.length === 0 || domains.some((each) => each.toLowerCase() === domain);
    if (!isAllowed) throw new CommandRefused('OFFICE_DOMAIN', { domains });
    const key = emailAddressKey(email);
    // Not Prisma's insensitive mode: that is ILIKE, for which `_` in an address stands for any character.
    const find = async () => {
      const rows = await unit.tx.$queryRaw<{ id: string }[]>`
        SELECT id FROM office_address WHERE school_id = ${unit.schoolId}::uuid AND lower(email) = ${key}
        ORDER BY is_listed DESC, id LIMIT 1`;
      return rows[0];
    };
    const known = await find();
    if (known) return { officeAddressId: known.id };
    // Two members may type the same new address at once: the second finds what the first made.
    await unit.tx.officeAddress.createMany({
      data: [{ id: uuidv7(), schoolId: unit.schoolId, label: email, email, isListed: false }],
      skipDuplicates: true,
    });
    const made = await find();
    if (!made) throw new CommandRefused('OFFICE_UNKNOWN');
    return { officeAddressId: made.id };
  },
};
