/**
 * How a school looks: its colour and its logo. Every choice is a row that stays; the newest is how the school looks now.
 *
 * Contract
 * 1. `school_look` is the record. `school.branding` says the same of now, for whatever shows a page, and is written in the same
 *    transaction.
 * 2. The bytes of a logo are our own PNG (platform/logo), kept once per school under their SHA-256.
 * 3. What an administrator chose stands: reading the school's file again does not undo it.
 */
import { createHash } from 'node:crypto';
import { v7 as uuidv7 } from 'uuid';
import type { SchoolBranding, SchoolLogo } from '../domain/school.ts';
import type { Prisma } from '../generated/prisma/client.ts';
import type { Tx } from './client.ts';

/** What was chosen. */
export const LookKind = {
  Colour: 'colour',
  Logo: 'logo',
  LogoRemoved: 'logoRemoved',
  /** Whether the name of the school stands in the logo. */
  LogoName: 'logoName',
} as const;
export type LookKind = (typeof LookKind)[keyof typeof LookKind];

/** A logo that is to be kept, as `remakeLogo` makes it. */
export interface NewLogo {
  readonly png: Uint8Array;
  /** The same picture, as PNG, for the top of a page. */
  readonly small: Uint8Array;
  /** Of `png`, pixels. */
  readonly width: number;
  readonly height: number;
  /** Of `png`, hexadecimal. */
  readonly sha256: string;
}

/** How a school looks from a moment on. */
export interface Look {
  /** `#rrggbb`, lower case. */
  readonly primaryColor: string;
  readonly logo: SchoolLogo | null;
}

/** The school's row, held until the end of the transaction; rows that only refer to it are not held up. */
export async function lockBranding(tx: Tx, schoolId: string): Promise<SchoolBranding> {
  const rows = await tx.$queryRaw<{ branding: SchoolBranding }[]>`
    SELECT branding FROM school WHERE id = ${schoolId}::uuid FOR NO KEY UPDATE`;
  const [row] = rows;
  if (!row) throw new Error('there is no such school');
  return row.branding;
}

/** Number of the newest choice; 0 when nothing was chosen yet. */
export async function lookRevision(tx: Pick<Tx, 'schoolLook'>, schoolId: string): Promise<number> {
  const newest = await tx.schoolLook.aggregate({ where: { schoolId }, _max: { revision: true } });
  return newest._max.revision ?? 0;
}

/** Keeps the bytes of a logo; one that is kept already stays as it is. */
export async function keepLogo(tx: Tx, schoolId: string, logo: NewLogo, at: Date): Promise<void> {
  const { width, height, sha256 } = logo;
  const png = Buffer.from(logo.png);
  if (createHash('sha256').update(png).digest('hex') !== sha256)
    throw new Error('these are not the bytes of this logo');
  await tx.schoolLogo.createMany({
    data: [{ schoolId, sha256, png, small: Buffer.from(logo.small), width, height, addedAt: at }],
    skipDuplicates: true,
  });
}

export interface LookChange {
  readonly kind: LookKind;
  readonly look: Look;
  /** Membership; null: the school's file did. */
  readonly changedById: string | null;
  readonly at: Date;
}

/**
 * Writes down a choice, and makes it how the school looks. The row of the school is locked.
 * @param branding as it stands
 * @returns number of the choice
 */
export async function writeLook(
  tx: Tx,
  schoolId: string,
  branding: SchoolBranding,
  { kind, look, changedById, at }: LookChange,
): Promise<number> {
  const revision = (await lookRevision(tx, schoolId)) + 1;
  const { primaryColor, logo } = look;
  await tx.schoolLook.create({
    data: {
      id: uuidv7(),
      schoolId,
      revision,
      kind,
      primaryColor,
      logoSha256: logo?.sha256 ?? null,
      isNameInLogo: logo?.hasName ?? false,
      changedById,
      changedAt: at,
    },
  });
  const { logo: _former, ...others } = branding;
  const next: SchoolBranding = { ...others, primaryColor, ...(logo === null ? {} : { logo }) };
  await tx.school.update({
    where: { id: schoolId },
    data: { branding: next as unknown as Prisma.InputJsonValue },
  });
  return revision;
}

/** Whether an administrator ever chose how the school looks. */
export async function hasChosenLook(tx: Pick<Tx, 'schoolLook'>, schoolId: string): Promise<boolean> {
  const chosen = await tx.schoolLook.findFirst({
    where: { schoolId, changedById: { not: null } },
    select: { id: true },
  });
  return chosen !== null;
}

/** The branding that the school's file asks for, with what an administrator chose left as it is. */
export async function withChosenLook(
  tx: Tx,
  schoolId: string,
  known: SchoolBranding,
  asked: SchoolBranding,
): Promise<SchoolBranding> {
  const { primaryColor } = (await hasChosenLook(tx, schoolId)) ? known : asked;
  return { shortName: asked.shortName, primaryColor, ...(known.logo ? { logo: known.logo } : {}) };
}
