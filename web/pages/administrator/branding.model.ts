/** The page where an administrator chooses how the school looks. Pure. */
import { MIN_TEXT_CONTRAST } from '../../../domain/colour.ts';
import { formatBytes, formatNumber } from '../../../platform/i18n/index.ts';
import { MIN_LOGO_SIDE } from '../../../platform/logo/limits.ts';
import { LOGO_ACCEPT, MAX_LOGO_BYTES } from '../../../platform/logo/remake.ts';
import type { LookEntry, SchoolLookNow } from '../../../prisma/repositories/branding.ts';
import { schoolPreviewPath, schoolTheme } from '../../assets/school-theme.ts';
import { schoolMark } from '../../page-kit.ts';
import { paths } from '../../paths.ts';
import type { Wording } from '../../wording.ts';
import { roomTabs } from './rooms.model.ts';

export interface FieldError {
  readonly field: 'kleur' | 'bestand';
  readonly message: string;
}

export interface BrandingFacts {
  readonly schoolId: string;
  readonly look: SchoolLookNow;
  readonly choices: readonly LookEntry[];
  /** As typed; the colour that is chosen when nothing was typed. */
  readonly typedColour: string;
  /** `#rrggbb` that the samples show. */
  readonly shownColour: string;
  /** As ticked. */
  readonly hasName: boolean;
  /** Of the forms, so that a double click is one command. */
  readonly formId: string;
  readonly errors: readonly FieldError[];
}

export function brandingModel(wording: Wording, facts: BrandingFacts) {
  const { t, lang } = wording.translator;
  const { look, shownColour, typedColour, errors } = facts;
  const mark = schoolMark({ id: facts.schoolId, name: look.name, ...(look.logo ? { logo: look.logo } : {}) });
  return {
    title: t('branding.title'),
    tabs: roomTabs(wording, 'branding'),
    errors,
    school: { ...mark, logo: mark.logo ?? null },
    formId: facts.formId,
    revision: String(look.revision),
    hasLogo: look.logo !== null,
    isNameInLogo: look.logo?.hasName ?? false,
    logoAction: paths.brandingLogo(),
    removeAction: paths.brandingLogoRemove(),
    accept: LOGO_ACCEPT,
    logoHint: t('branding.logo.hint', { max: formatBytes(MAX_LOGO_BYTES, lang) }),
    hasName: facts.hasName,
    colourAction: paths.brandingColour(),
    colour: typedColour,
    shownColour,
    previewHref: schoolPreviewPath(shownColour),
    unsaved: shownColour === look.primaryColor ? '' : t('branding.colour.unsaved', { colour: shownColour }),
    history: facts.choices.map((choice) => entryModel(wording, choice)),
  };
}

function entryModel({ translator: { t } }: Wording, { kind, primaryColor, isNameInLogo, byName, at }: LookEntry) {
  const ICONS = { colour: 'palette', logo: 'image', logoRemoved: 'image-off', logoName: 'type' } as const;
  const text =
    kind === 'logoName'
      ? t(isNameInLogo ? 'branding.history.logoNameIn' : 'branding.history.logoNameOut')
      : t(`branding.history.${kind}`, { colour: primaryColor });
  return { at: at.toISOString(), text, who: byName ?? t('branding.history.byFile'), icon: ICONS[kind] };
}

/** Why nothing was saved, for a person. @param colour as typed, normalised where it is a colour */
export function refusalText(
  { translator }: Wording,
  code: string,
  { contrast = 0, colour = null }: { readonly contrast?: number; readonly colour?: string | null } = {},
): string {
  const { t, lang } = translator;
  const key = `branding.error.${code}`;
  if (!translator.has(key)) return t('branding.error.other');
  return t(key, {
    max: formatBytes(MAX_LOGO_BYTES, lang),
    min: code === 'TOO_SMALL' ? MIN_LOGO_SIDE : ratio(MIN_TEXT_CONTRAST, lang),
    contrast: ratio(contrast, lang),
    suggestion: colour === null ? '' : schoolTheme(colour).light.primary,
  });
}

/** `2,1 : 1`; downwards, so that what is refused never looks like what is asked. */
function ratio(contrast: number, lang: Wording['translator']['lang']): string {
  return `${formatNumber(Math.floor(contrast * 10) / 10, lang)}\u00A0:\u00A01`;
}
