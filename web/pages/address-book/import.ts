/**
 * A file of contacts: uploaded, looked at, done.
 *
 * The file is read beside the request, so that a large one does not hold it up: whoever uploaded it is led to a page that tells
 * how it goes, and can leave that page and find it again.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { Request, Response } from 'express';
import { cleanFileName } from '../../../platform/attachments.ts';
import { readContactFile } from '../../../platform/import/contacts.ts';
import { fileError, ImportErrorCode } from '../../../platform/import/import-error.ts';
import type { CommandOutcome } from '../../../prisma/apply-command.ts';
import {
  applyImport,
  beginImport,
  type ContactImportContent,
  ContactImportStatus,
  keepImport,
  NO_CONTENT,
} from '../../../prisma/commands/contact-import.ts';
import type { KeptImport } from '../../../prisma/repositories/contacts.ts';
import { memberOf, type PageHandler, type PageKit, repositoriesOf, wordingOf } from '../../context.ts';
import { sendTooMany } from '../../page-kit.ts';
import { paths } from '../../paths.ts';
import { isId, singleOf } from '../../posted.ts';
import { sendNotFound } from '../initiator/requests.ts';
import { by } from './contact.ts';
import { appliedModel, busyModel, previewModel, uploadModel, wrongModel } from './import.model.ts';
import { errorText } from './import-words.ts';
import { readUploadedBook } from './upload.ts';
import { refusalText } from './words.ts';

/** A small file is read within this, and then its outcome is the next page. */
const PATIENCE_MS = 1_500;
/** Nobody is reading it any more: the process that did is gone. */
const LOST_MS = 60_000;

export function showUpload(kit: PageKit): PageHandler {
  return (_req, res) => sendUpload(kit, res, '');
}

async function sendUpload(kit: PageKit, res: Response, error: string): Promise<void> {
  const waiting = await repositoriesOf(kit, res).contacts.findWaitingImport(memberOf(res).membershipId);
  const model = uploadModel(wordingOf(res), waiting, error);
  const hasErrors = error !== '';
  kit.sendPage(res, 'contacts-import', model, {
    title: model.title,
    hasErrors,
    status: hasErrors ? 422 : 200,
    scripts: ['import.js'],
    helpKey: 'import',
  });
}

export function postFile(kit: PageKit): PageHandler {
  return async (req, res) => {
    const file = await readUploadedBook(req, res);
    // Only now is there a body in which the token can be.
    if (!kit.csrf.isValid(req)) return void kit.forbidden(req, res, () => undefined);
    const seconds = await kit.limits.take('importFile', memberOf(res).membershipId);
    if (seconds !== null) return sendTooMany(kit, res, seconds);
    if (!file.ok) return sendUpload(kit, res, errorText(wordingOf(res), fileError(file.code)));
    const actor = by(res);
    const begun = await kit.command(beginImport, { fileName: cleanFileName(file.name) }, actor);
    if (!begun.ok) throw new Error(`a file was not begun: ${begun.code}`);
    const { importId } = begun.value;
    const read = checkFile(kit, actor, importId, file.bytes);
    await Promise.race([read, delay(PATIENCE_MS, null, { ref: false })]);
    res.redirect(303, paths.contactsImportCheck(importId));
  };
}

async function checkFile(kit: PageKit, actor: ReturnType<typeof by>, importId: string, bytes: Buffer): Promise<void> {
  try {
    const content = await readContent(bytes);
    await kit.command(keepImport, { importId, content }, actor);
  } catch (error) {
    kit.logger.error({ err: error, importId }, 'a file of contacts could not be read');
    const content = { ...NO_CONTENT, errors: [fileError(ImportErrorCode.Unexpected)] };
    await kit.command(keepImport, { importId, content }, actor).catch((failure: unknown) => {
      kit.logger.error({ err: failure, importId }, 'nor could that be kept');
    });
  }
}

async function readContent(bytes: Buffer): Promise<ContactImportContent> {
  const outcome = await readContactFile(bytes);
  const { ignoredColumns, leftOut } = outcome;
  return outcome.ok
    ? { ...NO_CONTENT, rows: outcome.value, ignoredColumns, leftOut }
    : { ...NO_CONTENT, errors: outcome.errors, ignoredColumns, leftOut };
}

async function findImport(kit: PageKit, req: Request, res: Response): Promise<KeptImport | null> {
  const { id } = req.params;
  return isId(id) ? repositoriesOf(kit, res).contacts.findImport(memberOf(res).membershipId, id) : null;
}

/** How it goes with a file, what it would do, what is wrong with it, or what was done. */
export function showFile(kit: PageKit): PageHandler {
  return async (req, res) => {
    const found = await findImport(kit, req, res);
    if (!found) return sendNotFound(kit, req, res);
    if (found.status === ContactImportStatus.Checking) return sendBusy(kit, res, found);
    if (found.status === ContactImportStatus.Wrong) return sendWrong(kit, res, found);
    if (found.status === ContactImportStatus.Applied) return sendApplied(kit, res, found);
    if (underWay.has(found.id)) return sendBusy(kit, res, found);
    await sendPreview(kit, res, found);
  };
}

function sendBusy(kit: PageKit, res: Response, found: KeptImport): void {
  const isReading = found.status === ContactImportStatus.Checking;
  const isLost = isReading && Date.now() - found.createdAt.getTime() > LOST_MS;
  const model = busyModel(wordingOf(res), found, isLost ? 'lost' : isReading ? 'reading' : 'applying');
  // Also without scripts the page comes to what it waits for.
  if (!isLost) res.set('Refresh', '2');
  kit.sendPage(res, 'contacts-import-busy', model, { title: model.title, helpKey: 'import' });
}

function sendWrong(kit: PageKit, res: Response, found: KeptImport): void {
  const model = wrongModel(wordingOf(res), found);
  kit.sendPage(res, 'contacts-import-wrong', model, {
    title: model.title,
    hasErrors: true,
    width: 'wide',
    helpKey: 'import',
  });
}

function sendApplied(kit: PageKit, res: Response, found: KeptImport): void {
  const model = appliedModel(wordingOf(res), found);
  kit.sendPage(res, 'contacts-import-done', model, { title: model.title, helpKey: 'import' });
}

async function sendPreview(kit: PageKit, res: Response, found: KeptImport): Promise<void> {
  const { contacts } = repositoriesOf(kit, res);
  const plan = await contacts.planImport(memberOf(res).membershipId, found.content);
  if (plan.counts.refused > 0) {
    const model = wrongModel(wordingOf(res), found, plan);
    return kit.sendPage(res, 'contacts-import-wrong', model, {
      title: model.title,
      hasErrors: true,
      width: 'wide',
      helpKey: 'import',
    });
  }
  const code = takeRefusal(found.id);
  const notice = code === null ? '' : refusalText(wordingOf(res), code, {});
  const model = { ...previewModel(wordingOf(res), found, plan), notice };
  kit.sendPage(res, 'contacts-import-preview', model, {
    title: model.title,
    width: 'wide',
    scripts: ['import.js'],
    helpKey: 'import',
  });
}

type Applied = CommandOutcome<unknown>;
/** What this process is doing now, by the id of the file. */
const underWay = new Map<string, Promise<Applied>>();
/** Why nothing was done after all, for who was sent on before that was known. */
const lateRefusals = new Map<string, string>();

/** Does what was shown. Posted again, it shows what was done; what takes long goes on beside the request. */
export function postApply(kit: PageKit): PageHandler {
  return async (req, res) => {
    const found = await findImport(kit, req, res);
    if (!found) return sendNotFound(kit, req, res);
    const digest = singleOf(req.body, 'plan') ?? '';
    const work = underWay.get(found.id) ?? startApplying(kit, res, found.id, digest);
    const outcome = await Promise.race([work, delay(PATIENCE_MS, null, { ref: false })]);
    if (outcome === null)
      void work.then(
        (late) => rememberRefusal(found.id, late),
        () => undefined,
      );
    else if (!outcome.ok) {
      kit.setFlash(res, { kind: 'warning', text: refusalText(wordingOf(res), outcome.code, outcome.params) });
    }
    res.redirect(303, paths.contactsImportCheck(found.id));
  };
}

function startApplying(kit: PageKit, res: Response, importId: string, digest: string): Promise<Applied> {
  const work: Promise<Applied> = kit.command(applyImport, { importId, digest }, by(res));
  underWay.set(importId, work);
  work
    .catch((error: unknown) => {
      kit.logger.error({ err: error, importId }, 'a file of contacts could not be put in the address book');
      lateRefusals.set(importId, 'other');
    })
    .finally(() => underWay.delete(importId));
  return work;
}

function rememberRefusal(importId: string, outcome: Applied): void {
  if (!outcome.ok) lateRefusals.set(importId, outcome.code);
}

/** Told once. */
function takeRefusal(importId: string): string | null {
  const code = lateRefusals.get(importId) ?? null;
  lateRefusals.delete(importId);
  return code;
}
