/**
 * An administrator chooses how the school looks.
 *
 * Contract
 * 1. A choice names the revision that the page was made of; what somebody else chose meanwhile is not overwritten unseen.
 * 2. Choosing what is chosen already changes nothing and leaves no row.
 * 3. A colour carries white text, so it is dark enough for it: the same rule as for the school's file.
 */
import { contrastWithWhite, MIN_TEXT_CONTRAST, normaliseColour } from '../../domain/colour.ts';
import type { SchoolBranding } from '../../domain/school.ts';
import type { CommandHandler } from '../apply-command.ts';
import { keepLogo, type Look, LookKind, lockBranding, lookRevision, type NewLogo, writeLook } from '../logos.ts';
import { CommandRefused, type UnitOfWork } from '../unit-of-work.ts';

/** Why the look stays as it is. */
export const BrandingError = {
  /** Somebody chose something else since the page was shown. */
  Changed: 'LOOK_CHANGED',
  ColourInvalid: 'COLOUR_INVALID',
  /** params `contrast`: with white, 1–21 */
  ColourContrast: 'COLOUR_CONTRAST',
  /** There is no logo of which anything could be said. */
  NoLogo: 'NO_LOGO',
} as const;

interface OnRevision {
  readonly revision: number;
}

/** @returns the revision that holds now */
export interface Chosen {
  readonly revision: number;
}

/** Whether a colour can be the school's; null when it can. `contrast` is its contrast with white. */
export function colourRefusal(colour: string): { readonly code: string; readonly contrast?: number } | null {
  const hex = normaliseColour(colour);
  if (hex === null) return { code: BrandingError.ColourInvalid };
  const contrast = contrastWithWhite(hex);
  return contrast < MIN_TEXT_CONTRAST ? { code: BrandingError.ColourContrast, contrast } : null;
}

/** @throws CommandRefused `COLOUR_INVALID`, `COLOUR_CONTRAST` (params `contrast`), `LOOK_CHANGED` */
export const chooseColour: CommandHandler<OnRevision & { readonly colour: string }, Chosen> = {
  type: 'chooseColour',
  streams: () => [],
  async run(unit, { colour, revision }) {
    const refusal = colourRefusal(colour);
    const primaryColor = normaliseColour(colour);
    if (refusal !== null || primaryColor === null)
      throw new CommandRefused(refusal?.code ?? BrandingError.ColourInvalid, { contrast: refusal?.contrast ?? 0 });
    return choose(unit, revision, LookKind.Colour, (look) => ({ ...look, primaryColor }));
  },
};

/** @param logo made by `remakeLogo` @throws CommandRefused `LOOK_CHANGED` */
export const putLogo: CommandHandler<OnRevision & { readonly logo: NewLogo; readonly hasName: boolean }, Chosen> = {
  type: 'putLogo',
  streams: () => [],
  async run(unit, { logo, hasName, revision }) {
    const { sha256, width, height } = logo;
    await keepLogo(unit.tx, unit.schoolId, logo, unit.now);
    return choose(unit, revision, LookKind.Logo, (look) => ({ ...look, logo: { sha256, width, height, hasName } }));
  },
};

/** Says whether the name of the school stands in the logo. @throws CommandRefused `NO_LOGO`, `LOOK_CHANGED` */
export const nameLogo: CommandHandler<OnRevision & { readonly hasName: boolean }, Chosen> = {
  type: 'nameLogo',
  streams: () => [],
  run: (unit, { hasName, revision }) =>
    choose(unit, revision, LookKind.LogoName, (look) => {
      if (look.logo === null) throw new CommandRefused(BrandingError.NoLogo);
      return { ...look, logo: { ...look.logo, hasName } };
    }),
};

/** Taken away twice is taken away. @throws CommandRefused `LOOK_CHANGED` */
export const removeLogo: CommandHandler<OnRevision, Chosen> = {
  type: 'removeLogo',
  streams: () => [],
  run: (unit, { revision }) => choose(unit, revision, LookKind.LogoRemoved, (look) => ({ ...look, logo: null })),
};

async function choose(unit: UnitOfWork, revision: number, kind: LookKind, next: (look: Look) => Look): Promise<Chosen> {
  const { tx, schoolId, actor, now } = unit;
  const branding = await lockBranding(tx, schoolId);
  const look = lookOf(branding);
  const chosen = next(look);
  const current = await lookRevision(tx, schoolId);
  if (isSame(look, chosen)) return { revision: current };
  if (revision !== current) throw new CommandRefused(BrandingError.Changed);
  const changedById = actor.kind === 'member' ? actor.id : null;
  return { revision: await writeLook(tx, schoolId, branding, { kind, look: chosen, changedById, at: now }) };
}

function lookOf({ primaryColor, logo }: SchoolBranding): Look {
  return { primaryColor, logo: logo ?? null };
}

function isSame(one: Look, other: Look): boolean {
  return (
    one.primaryColor === other.primaryColor &&
    one.logo?.sha256 === other.logo?.sha256 &&
    one.logo?.hasName === other.logo?.hasName
  );
}
