/**
 * Taking in one piece of evidence: limits, virus scanner, made anew, stored, put with its component.
 *
 * What the scanner finds infected is not stored. What it cannot judge in time is stored and shown to nobody until it was
 * (`activities/uploads.ts`). The bytes that were sent are never stored.
 */
import path from 'node:path';
import { v5 as uuidv5 } from 'uuid';
import { cleanFileName, ScanState } from '../../../../platform/attachments.ts';
import {
  EvidenceProblem,
  MAX_EVIDENCE_BYTES,
  MAX_FORM_EVIDENCE,
  remakeEvidence,
} from '../../../../platform/evidence/remake.ts';
import { EvidenceError, type EvidenceRefusal } from '../../../../prisma/commands/evidence.ts';
import { startCommandId, startForm } from '../../../../prisma/commands/forms.ts';
import type { PageKit } from '../../../context.ts';
import { scanUpload } from '../../../scan-upload.ts';
import { actorOf, type Granted } from '../access.ts';

const EVIDENCE_NAMESPACE = '5d6f0a3e-6a41-5a0c-8c6e-3d0f5e1b7a94';
/** A page is answered within three seconds, and making the file anew takes one of them. */
const SCAN_BUDGET_MS = 1_500;

export type IntakeRefusal = EvidenceProblem | EvidenceRefusal | 'INFECTED' | 'NO_FILE';

export type Intake =
  | { readonly ok: true; readonly evidenceId: string }
  | { readonly ok: false; readonly code: IntakeRefusal };

/**
 * @param componentRef as it was posted
 * @param file `name` as the browser sent it
 */
export async function takeEvidence(
  kit: PageKit,
  granted: Granted,
  componentRef: string,
  file: { readonly name: string; readonly bytes: Buffer },
): Promise<Intake> {
  const { form, repository } = granted;
  const { formId, contactId } = form;
  const early = refusedEarly(granted, componentRef, file.bytes);
  if (early !== null) return { ok: false, code: early };
  const scan = await scanUpload(kit, file.bytes, SCAN_BUDGET_MS);
  if (scan === ScanState.Infected) return { ok: false, code: 'INFECTED' };
  const remade = await remakeEvidence(file.bytes);
  if (!remade.ok) return { ok: false, code: remade.problem };
  const { mediaType, bytes, thumbnail } = remade;
  const stored = await kit.documents.put(bytes);
  // The same file with the same component is the same piece: sent again after an answer that got lost, it changes nothing.
  const evidenceId = uuidv5([formId, componentRef, stored.sha256].join('|'), EVIDENCE_NAMESPACE);
  const attachmentId = uuidv5(evidenceId, EVIDENCE_NAMESPACE);
  const name = nameAs(file.name, mediaType);
  await repository.keepEvidenceFile({ id: attachmentId, name, mediaType, ...stored, contactId, scan });
  const added = await repository.addEvidence({ formId, contactId, componentRef, evidenceId, attachmentId, thumbnail });
  if (!added.ok) return added;
  await markStarted(kit, granted);
  return { ok: true, evidenceId };
}

/** What can be said before any work is done; it is looked at again under the lock. */
function refusedEarly({ form }: Granted, componentRef: string, bytes: Buffer): IntakeRefusal | null {
  if (form.refusal !== null) return form.refusal;
  if (!form.editable.includes(componentRef)) return EvidenceError.ComponentLocked;
  if (form.evidence.length >= MAX_FORM_EVIDENCE) return EvidenceError.TooMany;
  return bytes.length > MAX_EVIDENCE_BYTES ? EvidenceProblem.TooLarge : null;
}

/** The name without its extension, with that of what it became. */
function nameAs(originalName: string, mediaType: string): string {
  const clean = cleanFileName(originalName);
  const stem = clean.slice(0, clean.length - path.extname(clean).length);
  return `${stem}${mediaType === 'image/jpeg' ? '.jpg' : '.pdf'}`;
}

/** A photo is as good a beginning as a word. One command per form, however often it is tried. */
async function markStarted(kit: PageKit, granted: Granted): Promise<void> {
  const { assessmentId, contactId, formId, isStarted } = granted.form;
  if (isStarted) return;
  await kit.command(startForm, { assessmentId, contactId }, { ...actorOf(granted), commandId: startCommandId(formId) });
}
