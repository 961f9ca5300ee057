/**
 * Evidence of forms: added and taken away as one goes, in short transactions of their own. They make no event; finishing the form
 * names what is there then.
 *
 * Contract
 * 1. The form's row is locked first, as for drafts and for finishing: what is finished names exactly what is there.
 * 2. Only components that can be filled in take and lose evidence: that of a finished form, and after a return that of the components
 *    that stay as they were, is fixed.
 * 3. The same piece again changes nothing. What was taken away can be brought back until the daily cleaning has been
 *    (`activities/uploads.ts`).
 */
import { createHash } from 'node:crypto';
import type { AssessmentError, AssessmentState } from '../../domain/assessment.ts';
import type { CaptionedEvidence } from '../../domain/evidence.ts';
import { type FormDefinition, takesEvidence } from '../../domain/form.ts';
import { ScanState } from '../../platform/attachments.ts';
import { MAX_FORM_EVIDENCE, MAX_FORM_EVIDENCE_BYTES } from '../../platform/evidence/remake.ts';
import type { Database, Tx } from '../client.ts';
import { editableComponents, refusalOf } from './drafts.ts';

/** Pieces of one form that were ever added: who adds and takes away without end fills the disk for nobody's use. */
const MAX_EVER_ADDED = 5 * MAX_FORM_EVIDENCE;

export const EvidenceError = {
  FormUnknown: 'FORM_UNKNOWN',
  /** The school takes no evidence with this form. */
  Off: 'EVIDENCE_OFF',
  /** The form has no such component, or it is fixed. */
  ComponentLocked: 'COMPONENT_LOCKED',
  EvidenceUnknown: 'EVIDENCE_UNKNOWN',
  TooMany: 'TOO_MANY',
  TotalTooLarge: 'TOTAL_TOO_LARGE',
} as const;
export type EvidenceError = (typeof EvidenceError)[keyof typeof EvidenceError];
export type EvidenceRefusal = EvidenceError | AssessmentError;

export type EvidenceOutcome = { readonly ok: true } | { readonly ok: false; readonly code: EvidenceRefusal };

interface FormOf {
  readonly schoolId: string;
  readonly formId: string;
  readonly contactId: string;
}

export interface NewEvidence extends FormOf {
  readonly evidenceId: string;
  readonly componentRef: string;
  /** Of a file that was kept for this examiner. */
  readonly attachmentId: string;
  readonly thumbnail: Uint8Array | null;
}

export interface ChangeEvidence extends FormOf {
  readonly evidenceId: string;
  readonly change:
    | { readonly kind: 'remove' | 'restore' }
    /** Cleaned and short enough; empty for none. */
    | { readonly kind: 'caption'; readonly caption: string };
}

const DONE: EvidenceOutcome = { ok: true };

/** Puts a stored file with a component; one that was taken away comes back. */
export async function addEvidence(database: Database, evidence: NewEvidence): Promise<EvidenceOutcome> {
  const { schoolId, formId, contactId, evidenceId, componentRef, attachmentId, thumbnail } = evidence;
  return database.$transaction(async (tx) => {
    const refusal = await lockForm(tx, evidence, componentRef);
    if (refusal !== null) return refuse(refusal);
    const known = await tx.evidence.findFirst({
      where: { schoolId, formId, id: evidenceId },
      omit: { thumbnail: true },
    });
    if (known !== null && known.removedAt === null) return DONE;
    const passed = await limitPassed(tx, evidence, attachmentId);
    if (passed !== null) return refuse(passed);
    const bytes = thumbnail === null ? null : Buffer.from(thumbnail);
    await tx.$executeRaw`
      INSERT INTO evidence (id, school_id, form_id, contact_id, component_ref, attachment_id, thumbnail, created_at)
      VALUES (${evidenceId}::uuid, ${schoolId}::uuid, ${formId}::uuid, ${contactId}::uuid, ${componentRef},
        ${attachmentId}::uuid, ${bytes}::bytea, clock_timestamp())
      ON CONFLICT (id) DO UPDATE SET removed_at = NULL`;
    return DONE;
  });
}

/** Takes a piece away, brings it back, or changes the words under it. */
export async function changeEvidence(database: Database, { change, ...of }: ChangeEvidence): Promise<EvidenceOutcome> {
  const { schoolId, formId, contactId, evidenceId } = of;
  return database.$transaction(async (tx) => {
    const row = await tx.evidence.findFirst({
      where: { schoolId, formId, contactId, id: evidenceId },
      omit: { thumbnail: true },
    });
    if (row === null) return refuse(EvidenceError.EvidenceUnknown);
    const refusal = await lockForm(tx, of, row.componentRef);
    if (refusal !== null) return refuse(refusal);
    if (change.kind === 'restore') {
      const passed = row.removedAt === null ? null : await limitPassed(tx, of, row.attachmentId);
      if (passed !== null) return refuse(passed);
    }
    if (change.kind === 'caption') {
      const { caption } = change;
      await tx.evidence.updateMany({ where: { schoolId, id: evidenceId }, data: { caption } });
    } else if (change.kind === 'restore') {
      await tx.evidence.updateMany({ where: { schoolId, id: evidenceId }, data: { removedAt: null } });
    } else {
      await tx.$executeRaw`
        UPDATE evidence SET removed_at = clock_timestamp()
        WHERE id = ${evidenceId}::uuid AND school_id = ${schoolId}::uuid AND removed_at IS NULL`;
    }
    return DONE;
  });
}

function refuse(code: EvidenceRefusal): EvidenceOutcome {
  return { ok: false, code };
}

interface FormState {
  readonly definition: FormDefinition;
  readonly state: AssessmentState;
  readonly now: Date;
}

/** Locks the form. @returns why this component takes nothing now; null when it does */
async function lockForm(tx: Tx, of: FormOf, componentRef: string): Promise<EvidenceRefusal | null> {
  const { schoolId, formId, contactId } = of;
  const locked = await tx.$queryRaw<unknown[]>`
    SELECT id FROM form
    WHERE id = ${formId}::uuid AND school_id = ${schoolId}::uuid AND contact_id = ${contactId}::uuid
    FOR UPDATE`;
  if (locked.length === 0) return EvidenceError.FormUnknown;
  // A statement of its own: a form that was finished while we waited is seen as finished.
  const rows = await tx.$queryRaw<FormState[]>`
    SELECT form.definition, stream.state, clock_timestamp() AS now
    FROM form JOIN stream ON stream.id = form.assessment_id AND stream.school_id = form.school_id
    WHERE form.id = ${formId}::uuid AND form.school_id = ${schoolId}::uuid`;
  const [form] = rows;
  const examiner = form?.state.examiners[contactId];
  // After a withdrawal and a new invitation the examiner has another form.
  if (!form || examiner?.formId !== formId) return EvidenceError.FormUnknown;
  if (!takesEvidence(form.definition)) return EvidenceError.Off;
  const refusal = refusalOf(form, contactId, form.now);
  if (refusal !== null) return refusal;
  return editableComponents(form.definition, examiner).includes(componentRef) ? null : EvidenceError.ComponentLocked;
}

/** Whether one more piece, with this file, passes what a form may hold. */
async function limitPassed(tx: Tx, { schoolId, formId }: FormOf, attachmentId: string): Promise<EvidenceError | null> {
  const rows = await tx.$queryRaw<{ count: number; ever: number; bytes: number }[]>`
    SELECT count(*) FILTER (WHERE removed_at IS NULL)::int AS count, count(*)::int AS ever,
      (SELECT COALESCE(sum(size), 0) FROM attachment
        WHERE school_id = ${schoolId}::uuid AND (id = ${attachmentId}::uuid OR id IN (
          SELECT attachment_id FROM evidence
          WHERE form_id = ${formId}::uuid AND school_id = ${schoolId}::uuid AND removed_at IS NULL)))::float8 AS bytes
    FROM evidence WHERE form_id = ${formId}::uuid AND school_id = ${schoolId}::uuid`;
  const { count, ever, bytes } = rows[0] ?? { count: 0, ever: 0, bytes: 0 };
  if (count >= MAX_FORM_EVIDENCE || ever >= MAX_EVER_ADDED) return EvidenceError.TooMany;
  return bytes > MAX_FORM_EVIDENCE_BYTES ? EvidenceError.TotalTooLarge : null;
}

/**
 * Another text for other evidence, or other words under it, so that nobody finishes what they did not see.
 * @param pieces what counts, in any order
 */
export function evidenceMark(pieces: readonly { readonly id: string; readonly caption: string }[]): string {
  const seen = pieces.map(({ id, caption }) => (caption === '' ? id : `${id} ${JSON.stringify(caption)}`));
  return createHash('sha256').update(seen.sort().join(' ')).digest('hex').slice(0, 16);
}

/** {@link evidenceMark} of what a form would be finished with. */
export function markOfSubmitted(evidence: readonly CaptionedEvidence[]): string {
  return evidenceMark(evidence.map(({ evidenceId, caption = '' }) => ({ id: evidenceId, caption })));
}

/**
 * What a form names when it is finished now: all that is there, but what the virus scanner refused. The form must be locked.
 */
export async function readSubmittedEvidence(
  tx: Tx,
  { schoolId, formId, contactId }: FormOf,
): Promise<CaptionedEvidence[]> {
  return tx.$queryRaw<CaptionedEvidence[]>`
    SELECT evidence.id AS "evidenceId", component_ref AS component, file.sha256, file.media_type AS "mediaType", file.size, caption
    FROM evidence JOIN attachment file ON file.id = attachment_id
    WHERE evidence.school_id = ${schoolId}::uuid AND form_id = ${formId}::uuid AND contact_id = ${contactId}::uuid
      AND removed_at IS NULL AND file.scan <> ${ScanState.Infected}
    ORDER BY evidence.created_at, evidence.id`;
}
