/**
 * Saving a draft: not a command on the assessment, but a revision of one form under that form's lock.
 *
 * Contract
 * 1. Every save that changes something is appended; nothing that was typed is overwritten, whoever saves.
 * 2. A save based on an older revision than the newest is kept too and reported as a conflict; the person chooses.
 * 3. A form that takes no words any more (finished, withdrawn, final, cancelled) refuses; one whose scoring closed keeps them.
 * 4. The first revision that differs from the empty form makes `FormStarted`.
 */
import { AssessmentError, AssessmentStatus, FormStatus } from '../../domain/assessment.ts';
import { emptyForm, type FormContent, type FormDefinition, formProgress, isSameContent } from '../../domain/form.ts';
import type { Prisma } from '../../generated/prisma/client.ts';
import { createCommandDoor } from '../apply-command.ts';
import { type Database, type DatabaseClock, databaseClock, type Tx } from '../client.ts';
import { startCommandId, startForm } from './forms.ts';

export interface SaveDraft {
  readonly schoolId: string;
  readonly formId: string;
  readonly contactId: string;
  /** The revision that the person had before them; 0 for none. */
  readonly basedOn: number;
  readonly content: FormContent;
  /** What the device's clock said, and how far it was off, in milliseconds. */
  readonly deviceAt?: Date;
  readonly clockOffset?: number;
  readonly sessionRef?: string;
}

export type SaveOutcome =
  | { readonly kind: 'saved'; readonly revision: number; readonly savedAt: Date; readonly isChanged: boolean }
  | { readonly kind: 'conflict'; readonly revision: number; readonly mine: number; readonly theirs: number }
  | { readonly kind: 'refused'; readonly code: string };

interface FormRow {
  readonly id: string;
  readonly assessmentId: string;
  readonly contactId: string;
  readonly definition: FormDefinition;
  readonly revision: number;
  readonly savedAt: Date | null;
}

/** @param clock replaced only to play the past */
export async function saveDraft(
  database: Database,
  save: SaveDraft,
  clock: DatabaseClock = databaseClock,
): Promise<SaveOutcome> {
  const { outcome, form } = await database.$transaction(async (tx) => {
    const locked = await lockForm(tx, save);
    if (!locked) return { outcome: { kind: 'refused', code: 'FORM_UNKNOWN' } as const, form: null };
    return { outcome: await append(tx, save, locked, clock), form: locked };
  });
  if (form && outcome.kind !== 'refused') await startWhenFirst(database, save, form, clock);
  return outcome;
}

async function lockForm(tx: Tx, save: SaveDraft): Promise<FormRow | null> {
  const rows = await tx.$queryRaw<FormRow[]>`
    SELECT id, assessment_id AS "assessmentId", contact_id AS "contactId", definition, revision, saved_at AS "savedAt"
    FROM form
    WHERE id = ${save.formId}::uuid AND school_id = ${save.schoolId}::uuid AND contact_id = ${save.contactId}::uuid
    FOR UPDATE`;
  return rows[0] ?? null;
}

async function append(tx: Tx, save: SaveDraft, form: FormRow, clock: DatabaseClock): Promise<SaveOutcome> {
  const refusal = await refusalOf(tx, save, form);
  if (refusal) return { kind: 'refused', code: refusal };
  const newest = form.revision === 0 ? emptyForm() : await contentAt(tx, form.id, form.revision);
  const now = await clock.now(tx);
  if (isSameContent(newest, save.content)) {
    return { kind: 'saved', revision: form.revision, savedAt: form.savedAt ?? now, isChanged: false };
  }
  // What somebody saves again after they saw both is based on the newest, and so no conflict.
  const isConflict = save.basedOn < form.revision && !isSameContent(await contentAt(tx, form.id, save.basedOn), newest);
  const revision = form.revision + 1;
  await tx.formRevision.create({
    data: {
      schoolId: save.schoolId,
      formId: form.id,
      revision,
      basedOn: save.basedOn,
      content: save.content as unknown as Prisma.InputJsonValue,
      savedAt: now,
      deviceAt: save.deviceAt ?? null,
      clockOffset: save.clockOffset ?? null,
      sessionRef: save.sessionRef ?? null,
    },
  });
  await tx.form.update({
    where: { id: form.id },
    data: { revision, savedAt: now, doneCount: formProgress(form.definition, save.content).done },
  });
  return isConflict
    ? { kind: 'conflict', revision, mine: revision, theirs: form.revision }
    : { kind: 'saved', revision, savedAt: now, isChanged: true };
}

async function refusalOf(tx: Tx, save: SaveDraft, form: FormRow): Promise<string | null> {
  const row = await tx.assessmentExaminer.findFirst({
    where: { schoolId: save.schoolId, assessmentId: form.assessmentId, contactId: save.contactId },
    select: { formId: true, formStatus: true, assessment: { select: { status: true } } },
  });
  if (!row || row.formId !== form.id || row.formStatus === FormStatus.Withdrawn) return AssessmentError.FormWithdrawn;
  if (row.assessment.status === AssessmentStatus.Cancelled) return AssessmentError.Cancelled;
  if (row.formStatus === FormStatus.Finished) return AssessmentError.FormFinished;
  return row.assessment.status === AssessmentStatus.Final ? AssessmentError.Final : null;
}

async function contentAt(tx: Tx, formId: string, revision: number): Promise<FormContent> {
  const row = await tx.formRevision.findUnique({
    where: { formId_revision: { formId, revision } },
    select: { content: true },
  });
  return row ? (row.content as unknown as FormContent) : emptyForm();
}

/** After the commit: a crash in between is mended by the next save, because the form is still `open` then. */
async function startWhenFirst(database: Database, save: SaveDraft, form: FormRow, clock: DatabaseClock): Promise<void> {
  const row = await database.assessmentExaminer.findFirst({
    where: {
      schoolId: save.schoolId,
      assessmentId: form.assessmentId,
      contactId: save.contactId,
      formStatus: FormStatus.Open,
    },
    select: { formId: true },
  });
  if (!row || isSameContent(save.content, emptyForm())) return;
  await createCommandDoor(database, clock).apply(
    startForm,
    { assessmentId: form.assessmentId, contactId: save.contactId },
    { schoolId: save.schoolId, actor: { kind: 'examiner', id: save.contactId }, commandId: startCommandId(form.id) },
  );
}
