/**
 * How the school looks: its logo and its colour, chosen by an administrator.
 *
 * Each choice is a form of its own that names the revision it was made on. Looking at a colour changes nothing: it leads to the same
 * page with the colour in its address.
 */

import type { Request, Response } from 'express';
import { normaliseColour } from '../../../domain/colour.ts';
import { ScanState } from '../../../platform/attachments.ts';
import { LogoProblem, MAX_LOGO_BYTES, remakeLogo } from '../../../platform/logo/remake.ts';
import type { CommandOutcome } from '../../../prisma/apply-command.ts';
import {
  BrandingError,
  type Chosen,
  chooseColour,
  colourRefusal,
  nameLogo,
  putLogo,
  removeLogo,
} from '../../../prisma/commands/branding.ts';
import { commandIdFor, newFormId } from '../../command-id.ts';
import { memberActor, memberOf, type PageHandler, type PageKit, repositoriesOf, wordingOf } from '../../context.ts';
import { oneFileReader, type UploadedFile } from '../../one-file.ts';
import { sendTooMany } from '../../page-kit.ts';
import { paths } from '../../paths.ts';
import { singleOf } from '../../posted.ts';
import { scanUpload } from '../../scan-upload.ts';
import { brandingModel, type FieldError, refusalText } from './branding.model.ts';

/** A school seldom chooses; the first ones are long past use. */
const SHOWN_CHOICES = 20;
/** A page is answered within three seconds, and drawing the logo takes one of them. */
const SCAN_BUDGET_MS = 1_500;

const readLogoFile = oneFileReader({ maxBytes: MAX_LOGO_BYTES, fields: 8, fieldSize: 1_000 });

/** What somebody filled in, to be shown again. */
interface Typed {
  readonly colour?: string;
  readonly hasName?: boolean;
  readonly error?: FieldError;
}

export function createBrandingPages(kit: PageKit) {
  async function send(req: Request, res: Response, typed: Typed = {}): Promise<void> {
    const wording = wordingOf(res);
    const { branding } = repositoriesOf(kit, res);
    const [look, choices] = await Promise.all([branding.readLook(), branding.listChoices(SHOWN_CHOICES)]);
    const wanted = usable(typed.colour ?? singleOf(req.query, 'kleur'));
    const model = brandingModel(wording, {
      schoolId: memberOf(res).schoolId,
      look,
      choices,
      typedColour: typed.colour ?? wanted ?? look.primaryColor,
      shownColour: wanted ?? look.primaryColor,
      hasName: typed.hasName ?? look.logo?.hasName ?? false,
      formId: newFormId(),
      errors: typed.error ? [typed.error] : [],
    });
    const hasErrors = typed.error !== undefined;
    kit.sendPage(res, 'administrator-branding', model, {
      title: model.title,
      hasErrors,
      status: hasErrors ? 422 : 200,
      width: 'wide',
      helpKey: 'branding',
      scripts: ['branding.js'],
    });
  }

  /** What every command of a posted form is done with; the same form with the same content is one command. */
  function by(req: Request, res: Response, content: unknown) {
    const formId = singleOf(req.body, 'formulier') ?? '';
    return { schoolId: memberOf(res).schoolId, actor: memberActor(res), commandId: commandIdFor(formId, content) };
  }

  function done(res: Response, key: 'colour.saved' | 'logo.saved' | 'logo.named' | 'logo.removed'): void {
    kit.setFlash(res, { kind: 'ok', text: wordingOf(res).translator.t(`branding.${key}`) });
    res.redirect(303, paths.branding());
  }

  const show: PageHandler = (req, res) => send(req, res);

  const saveColour: PageHandler = async (req, res) => {
    const colour = singleOf(req.body, 'kleur') ?? '';
    const refused = colourRefusal(colour);
    const refuse = (code: string, contrast = 0) => {
      const message = refusalText(wordingOf(res), code, { contrast, colour: normaliseColour(colour) });
      return send(req, res, { colour, error: { field: 'kleur', message } });
    };
    if (refused !== null) return refuse(refused.code, refused.contrast);
    if (singleOf(req.body, 'actie') === 'voorbeeld')
      return res.redirect(303, paths.branding({ kleur: normaliseColour(colour)?.slice(1) }));
    const revision = revisionOf(req);
    const outcome = await kit.command(chooseColour, { colour, revision }, by(req, res, { colour, revision }));
    return outcome.ok ? done(res, 'colour.saved') : refuse(outcome.code);
  };

  const saveLogo: PageHandler = async (req, res) => {
    const file = await readLogoFile(req, res);
    // Only now is there a body in which the token can be.
    if (!kit.csrf.isValid(req)) return void kit.forbidden(req, res, () => undefined);
    const seconds = await kit.limits.take('importFile', memberOf(res).membershipId);
    if (seconds !== null) return sendTooMany(kit, res, seconds);
    const hasName = singleOf(req.body, 'naam-in-logo') !== undefined;
    const code = await keep(req, res, file, hasName);
    if (code === null) return done(res, file.ok ? 'logo.saved' : 'logo.named');
    await send(req, res, { hasName, error: { field: 'bestand', message: refusalText(wordingOf(res), code) } });
  };

  /** @returns why nothing was kept, or null */
  async function keep(req: Request, res: Response, file: UploadedFile, hasName: boolean): Promise<string | null> {
    const revision = revisionOf(req);
    if (!file.ok && file.code === 'FILE_TOO_LARGE') return LogoProblem.TooLarge;
    // Without a file it can only be about the name.
    if (!file.ok) {
      const named = await kit.command(nameLogo, { hasName, revision }, by(req, res, { hasName, revision }));
      const isNothing = named.ok ? named.value.revision === revision : named.code === BrandingError.NoLogo;
      return isNothing ? file.code : codeOf(named);
    }
    if ((await scanUpload(kit, file.bytes, SCAN_BUDGET_MS)) === ScanState.Infected) return 'INFECTED';
    const logo = await remakeLogo(file.bytes);
    if (!logo.ok) return logo.problem;
    const { sha256 } = logo;
    return codeOf(await kit.command(putLogo, { logo, hasName, revision }, by(req, res, { sha256, hasName, revision })));
  }

  const deleteLogo: PageHandler = async (req, res) => {
    const revision = revisionOf(req);
    const outcome = await kit.command(removeLogo, { revision }, by(req, res, { revision, isRemoved: true }));
    if (outcome.ok) return done(res, 'logo.removed');
    await send(req, res, { error: { field: 'bestand', message: refusalText(wordingOf(res), outcome.code) } });
  };

  return { show, saveColour, saveLogo, deleteLogo };
}

function codeOf(outcome: CommandOutcome<Chosen>): string | null {
  return outcome.ok ? null : outcome.code;
}

/** The colour that a text names, if the school could have it. */
function usable(text: string | undefined): string | null {
  return text === undefined || colourRefusal(text) !== null ? null : normaliseColour(text);
}

/** What is no number is no revision, and is refused as one that is over. */
function revisionOf(req: Request): number {
  return Number(singleOf(req.body, 'versie') ?? Number.NaN);
}
