/**
 * Profiles of lists: how a school wants its columns.
 *
 * Contract
 * 1. A name is of one profile in a school, in whatever capitals, among those in use.
 * 2. A change names the revision that it was made on; what somebody else changed meanwhile is not overwritten.
 * 3. Nothing is removed: runs keep the format they were written in, and a deleted profile only leaves the list.
 */
import { v5 as uuidv5 } from 'uuid';
import { type ExportFormat, validateProfile } from '../../domain/exporting.ts';
import { cleanLine } from '../../domain/text.ts';
import type { Prisma } from '../../generated/prisma/client.ts';
import type { CommandHandler } from '../apply-command.ts';
import { CommandRefused, type UnitOfWork } from '../unit-of-work.ts';

const ID_NAMESPACE = 'c8f0a7f4-2b1e-5c7e-8a51-55d6f3b0b7aa';
/** More than anybody keeps apart. */
export const MOST_PROFILES = 50;

export interface SaveExportProfile {
  /** Null: a new one. */
  readonly id: string | null;
  /** That the page was made of; of no meaning for a new one. */
  readonly revision: number;
  readonly name: string;
  readonly format: ExportFormat;
  readonly memberId: string;
}

/**
 * Adds a profile or changes one.
 * @throws CommandRefused `PROFILE_INVALID` (params `errors`: ProfileError[]), `PROFILE_NAME_TAKEN`, `PROFILE_UNKNOWN`,
 *   `PROFILE_CHANGED`, `PROFILE_TOO_MANY` (params `max`)
 */
export const saveExportProfile: CommandHandler<SaveExportProfile, { profileId: string }> = {
  type: 'saveExportProfile',
  streams: () => [],
  async run(unit, command) {
    const { tx, schoolId, now } = unit;
    await lockProfiles(unit);
    const name = oneLine(command.name);
    const format = cleanFormat(command.format);
    const errors = validateProfile(name, format);
    if (errors.length > 0) throw new CommandRefused('PROFILE_INVALID', { errors });
    const others = await tx.exportProfile.findMany({ where: { schoolId, deletedAt: null } });
    const isTaken = others.some((each) => each.id !== command.id && each.name.toLowerCase() === name.toLowerCase());
    if (isTaken) throw new CommandRefused('PROFILE_NAME_TAKEN');
    const content = {
      name,
      format: format as unknown as Prisma.InputJsonValue,
      changedAt: now,
      changedById: command.memberId,
    };
    if (command.id === null) {
      if (others.length >= MOST_PROFILES) throw new CommandRefused('PROFILE_TOO_MANY', { max: MOST_PROFILES });
      const id = uuidv5(unit.commandId, ID_NAMESPACE);
      await tx.exportProfile.create({ data: { id, schoolId, ...content } });
      return { profileId: id };
    }
    const known = others.find(({ id }) => id === command.id);
    if (!known) throw new CommandRefused('PROFILE_UNKNOWN');
    if (known.revision !== command.revision) throw new CommandRefused('PROFILE_CHANGED');
    await tx.exportProfile.update({ where: { id: known.id }, data: { ...content, revision: { increment: 1 } } });
    return { profileId: known.id };
  },
};

/** Deleted twice is deleted. @throws CommandRefused `PROFILE_UNKNOWN` */
export const deleteExportProfile: CommandHandler<{ readonly profileId: string; readonly memberId: string }, null> = {
  type: 'deleteExportProfile',
  streams: () => [],
  async run(unit, { profileId, memberId }) {
    const { tx, schoolId, now } = unit;
    await lockProfiles(unit);
    const known = await tx.exportProfile.findFirst({ where: { id: profileId, schoolId } });
    if (!known) throw new CommandRefused('PROFILE_UNKNOWN');
    if (known.deletedAt !== null) return null;
    await tx.exportProfile.update({
      where: { id: profileId },
      data: { deletedAt: now, changedAt: now, changedById: memberId, revision: { increment: 1 } },
    });
    return null;
  },
};

async function lockProfiles({ tx, schoolId }: UnitOfWork): Promise<void> {
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`export profiles ${schoolId}`}, 0))`;
}

function cleanFormat(format: ExportFormat): ExportFormat {
  return { ...format, columns: format.columns.map(({ column, header }) => ({ column, header: oneLine(header) })) };
}

/** PostgreSQL takes no U+0000, and no control character belongs in a name. */
function oneLine(text: string): string {
  return cleanLine(text.replace(/\p{Cc}/gu, ' '));
}
