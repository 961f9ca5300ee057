/** Profiles of lists: seeing, copying, changing and deleting them. Those that Proeve brings along are only copied. */

import type { Request, Response } from 'express';
import { type ExportFormat, moveColumn, shippedProfileOf } from '../../../../domain/exporting.ts';
import { deleteExportProfile, saveExportProfile } from '../../../../prisma/commands/export-profiles.ts';
import type { SchoolProfile } from '../../../../prisma/repositories/exporting.ts';
import { commandIdFor, newFormId } from '../../../command-id.ts';
import { memberActor, memberOf, type PageKit, repositoriesOf, wordingOf } from '../../../context.ts';
import { paths } from '../../../paths.ts';
import { isId, singleOf } from '../../../posted.ts';
import { sendNotFound } from '../../initiator/requests.ts';
import { findProfile, findProfiles } from './asked.ts';
import { readFormat } from './posted-format.ts';
import { type ProfileInput, profileModel, profilesModel, refusalErrors } from './profile.model.ts';

export function createProfilePages(kit: PageKit) {
  const by = (res: Response) => ({ schoolId: memberOf(res).schoolId, actor: memberActor(res) });

  async function sendList(
    res: Response,
    form: { name: string; from: string; formId: string; errors: readonly { field: string; message: string }[] },
  ): Promise<void> {
    const wording = wordingOf(res);
    const profiles = await findProfiles(wording, repositoriesOf(kit, res).exporting);
    const model = profilesModel(wording, { ...profiles, ...form });
    const hasErrors = form.errors.length > 0;
    kit.sendPage(res, 'export-profiles', model, {
      title: model.title,
      hasErrors,
      status: hasErrors ? 422 : 200,
      helpKey: 'exporting',
    });
  }

  function list(req: Request, res: Response): Promise<void> {
    const from = singleOf(req.query, 'van') ?? '';
    return sendList(res, { name: '', from: isId(from) ? from : '', formId: newFormId(), errors: [] });
  }

  /** A new profile begins as a copy of another one. */
  async function create(req: Request, res: Response): Promise<void> {
    const wording = wordingOf(res);
    const name = singleOf(req.body, 'naam') ?? '';
    const from = singleOf(req.body, 'uitgaan') ?? '';
    const formId = singleOf(req.body, 'formulier') ?? '';
    const source = isId(from) ? await findProfile(wording, repositoriesOf(kit, res).exporting, from) : null;
    if (source === null) {
      const message = wording.translator.t('exporting.error.profileGone');
      return sendList(res, { name, from: '', formId, errors: [{ field: 'uitgaan', message }] });
    }
    const { format } = source;
    const command = { id: null, revision: 0, name, format, memberId: memberOf(res).membershipId };
    const commandId = commandIdFor(formId, { name, from });
    const outcome = await kit.command(saveExportProfile, command, { ...by(res), commandId });
    if (!outcome.ok) {
      const errors = refusalErrors(wording, outcome.code, outcome.params);
      return sendList(res, { name, from, formId, errors });
    }
    kit.setFlash(res, { kind: 'ok', text: wording.translator.t('exporting.profiles.created') });
    res.redirect(303, paths.exportProfile(outcome.value.profileId));
  }

  async function findOwn(req: Request, res: Response): Promise<SchoolProfile | null> {
    const { id } = req.params;
    return isId(id) ? repositoriesOf(kit, res).exporting.findProfile(id) : null;
  }

  function sendProfile(
    req: Request,
    res: Response,
    id: string,
    input: ProfileInput,
    errors: readonly { field: string; message: string }[] = [],
  ): void {
    const moved = { up: singleOf(req.query, 'omhoog') ?? '', down: singleOf(req.query, 'omlaag') ?? '' };
    const model = profileModel(wordingOf(res), { id, input, errors, moved });
    kit.sendPage(res, 'export-profile', model, {
      title: model.title,
      hasErrors: errors.length > 0,
      status: errors.length > 0 ? 422 : 200,
      helpKey: 'exporting',
    });
  }

  /** A shipped profile has no page to change it: it leads to making a copy. */
  async function show(req: Request, res: Response): Promise<void> {
    const { id } = req.params;
    if (isId(id) && shippedProfileOf(id)) return res.redirect(303, `${paths.exportProfiles()}?van=${id}#naam`);
    const profile = await findOwn(req, res);
    if (profile === null) return sendNotFound(kit, req, res);
    const { name, format, revision } = profile;
    sendProfile(req, res, profile.id, { name, format, revision });
  }

  /** Saves; a button that moves a column saves all else as well, and comes back to that column. */
  async function save(req: Request, res: Response): Promise<void> {
    const profile = await findOwn(req, res);
    if (profile === null) return sendNotFound(kit, req, res);
    const [up, down] = [singleOf(req.body, 'omhoog'), singleOf(req.body, 'omlaag')];
    const moved = up ?? down;
    const typed = readFormat(req.body, profile.format);
    const format: ExportFormat =
      moved === undefined ? typed : { ...typed, columns: moveColumn(typed.columns, moved, up === undefined ? 1 : -1) };
    const revision = Number(singleOf(req.body, 'versie'));
    const input = { name: singleOf(req.body, 'naam') ?? '', format, revision };
    const wording = wordingOf(res);
    const command = { id: profile.id, ...input, memberId: memberOf(res).membershipId };
    const outcome = await kit.command(saveExportProfile, command, by(res));
    if (!outcome.ok)
      return sendProfile(req, res, profile.id, input, refusalErrors(wording, outcome.code, outcome.params));
    if (moved !== undefined) {
      const query = up === undefined ? { omlaag: moved } : { omhoog: moved };
      return res.redirect(303, `${paths.exportProfile(profile.id, query)}#kop-${encodeURIComponent(moved)}`);
    }
    kit.setFlash(res, {
      kind: 'ok',
      text: wording.translator.t('exporting.profiles.saved', { name: input.name.trim() }),
    });
    res.redirect(303, paths.exportProfiles());
  }

  async function askDelete(req: Request, res: Response): Promise<void> {
    const profile = await findOwn(req, res);
    if (profile === null) return sendNotFound(kit, req, res);
    const { t } = wordingOf(res).translator;
    const title = t('exporting.profiles.deleteTitle', { name: profile.name });
    const model = {
      title,
      text: t('exporting.profiles.deleteText'),
      action: paths.exportProfileDelete(profile.id),
      cancelHref: paths.exportProfiles(),
    };
    kit.sendPage(res, 'export-profile-delete', model, { title, helpKey: 'exporting' });
  }

  async function remove(req: Request, res: Response): Promise<void> {
    const { id } = req.params;
    const command = { profileId: isId(id) ? id : newFormId(), memberId: memberOf(res).membershipId };
    const outcome = await kit.command(deleteExportProfile, command, by(res));
    if (!outcome.ok) return sendNotFound(kit, req, res);
    kit.setFlash(res, { kind: 'ok', text: wordingOf(res).translator.t('exporting.profiles.deleted') });
    res.redirect(303, paths.exportProfiles());
  }

  return { list, create, show, save, askDelete, remove };
}
