/**
 * Keeping files that somebody wants to send along: checked by their content, shown to the virus scanner, stored.
 *
 * Contract
 * 1. Each file is judged by itself: what is wrong with one says nothing of the others.
 * 2. What the scanner finds infected is not stored. What it cannot judge in time is stored and goes nowhere (see
 *    `activities/uploads.ts`).
 * 3. The same file in the same form is the same attachment, so that a form sent twice is one command.
 */
import type { Response } from 'express';
import { v5 as uuidv5 } from 'uuid';
import {
  type AttachmentProblem,
  checkAttachment,
  cleanFileName,
  isSendable,
  MAX_ATTACHMENTS,
  MAX_ATTACHMENTS_BYTES,
  MAX_UNUSED_BYTES,
  ScanState,
} from '../../../../platform/attachments.ts';
import type { OwnAttachment } from '../../../../prisma/repositories/initiator.ts';
import { memberOf, type PageKit } from '../../../context.ts';
import { scanUpload } from '../../../scan-upload.ts';
import type { Wording } from '../../../wording.ts';
import { initiatorOf } from '../requests.ts';
import type { FieldError } from '../words.ts';
import { FILES_FIELD, type UploadedFile, UploadProblem } from './upload.ts';

const ATTACHMENT_NAMESPACE = '4c2c5ad4-7d7a-5f0c-9b6b-8e0f54a6a0b1';
/** For all files of one request together: a page is answered within three seconds. */
const SCAN_BUDGET_MS = 2_000;

export type FileRefusal =
  | AttachmentProblem
  | 'TOO_MANY'
  | 'INFECTED'
  | 'TOO_MUCH_UNUSED'
  | typeof UploadProblem.TotalTooLarge;

export interface RefusedFile {
  readonly name: string;
  readonly code: FileRefusal;
}

export interface KeptFiles {
  /** All that the form holds now. */
  readonly kept: readonly OwnAttachment[];
  /** Of the files that came with it; one that the form held already is named too. */
  readonly added: readonly OwnAttachment[];
  readonly refused: readonly RefusedFile[];
}

/**
 * Checks and stores files beside those that a form holds already.
 * @param formId of the form, part of the ids
 * @param heldIds attachments that the form names; those of somebody else are left out
 */
export async function keepFiles(
  kit: PageKit,
  res: Response,
  formId: string,
  heldIds: readonly string[],
  files: readonly UploadedFile[],
): Promise<KeptFiles> {
  const { membershipId } = memberOf(res);
  const kept = await initiatorOf(kit, res).findAttachments(membershipId, heldIds);
  const added: OwnAttachment[] = [];
  const refused: RefusedFile[] = overLimit(kept);
  const keeper = createKeeper(kit, res, formId);
  const room = files.length === 0 ? 0 : MAX_UNUSED_BYTES - (await initiatorOf(kit, res).countUnusedBytes(membershipId));
  for (const file of files) {
    const problem =
      file.problem ??
      limitPassed(kept.length, totalOf(kept) + file.bytes.length) ??
      (totalOf(added) + file.bytes.length > room ? 'TOO_MUCH_UNUSED' : null);
    const outcome = problem === null ? await keeper(file) : problem;
    if (typeof outcome === 'string') {
      refused.push({ name: cleanFileName(file.originalName), code: outcome });
      continue;
    }
    added.push(outcome);
    if (!kept.some(({ id }) => id === outcome.id)) kept.push(outcome);
  }
  return { kept, added, refused };
}

function createKeeper(kit: PageKit, res: Response, formId: string) {
  const { membershipId } = memberOf(res);
  const endsAt = performance.now() + SCAN_BUDGET_MS;

  return async ({ originalName, bytes }: UploadedFile): Promise<OwnAttachment | FileRefusal> => {
    const checked = await checkAttachment(originalName, bytes);
    if (!checked.ok) return checked.problem;
    const verdict = await scanUpload(kit, bytes, endsAt - performance.now());
    if (verdict === ScanState.Infected) return 'INFECTED';
    const stored = await kit.documents.put(bytes);
    const { name, mediaType } = checked;
    const id = uuidv5([formId, membershipId, stored.sha256, name].join('|'), ATTACHMENT_NAMESPACE);
    await initiatorOf(kit, res).createAttachment({ id, name, mediaType, ...stored, membershipId, scan: verdict });
    return { id, name, size: stored.size, scan: verdict };
  };
}

function totalOf(files: readonly OwnAttachment[]): number {
  return files.reduce((sum, { size }) => sum + size, 0);
}

function limitPassed(count: number, total: number): FileRefusal | null {
  if (count >= MAX_ATTACHMENTS) return 'TOO_MANY';
  return total > MAX_ATTACHMENTS_BYTES ? UploadProblem.TotalTooLarge : null;
}

/** Uploaded one by one, in two windows of the same form, they can be too many or too large together. */
function overLimit(kept: readonly OwnAttachment[]): RefusedFile[] {
  const name = kept.at(-1)?.name ?? '';
  if (kept.length > MAX_ATTACHMENTS) return [{ name, code: 'TOO_MANY' }];
  return totalOf(kept) > MAX_ATTACHMENTS_BYTES ? [{ name, code: UploadProblem.TotalTooLarge }] : [];
}

/** Why a file does not go along, for a person. */
export function fileRefusalText({ translator }: Wording, { name, code }: RefusedFile): string {
  if (code === 'TOO_MUCH_UNUSED') return translator.t('inviting.file.tooMuchUnused', { name });
  return code === 'INFECTED'
    ? translator.t('inviting.file.infected', { name })
    : translator.t(`initiator.file.${code}`, { name, max: MAX_ATTACHMENTS });
}

/** What stands in the way of sending these files, as errors of the form. */
export function fileErrors(wording: Wording, { kept, refused }: KeptFiles): FieldError[] {
  const { t } = wording.translator;
  const unsent = kept.filter(({ scan }) => !isSendable(scan));
  return [
    ...refused.map((file) => fileRefusalText(wording, file)),
    ...unsent.map(({ name, scan }) =>
      t(scan === ScanState.Infected ? 'inviting.file.infected' : 'inviting.file.quarantined', { name }),
    ),
  ].map((message) => ({ field: FILES_FIELD, message }));
}
