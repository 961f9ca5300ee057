/**
 * The save that most saves are: nobody else wrote since the page read the form. One statement, which is a transaction of its own.
 *
 * Contract
 * 1. It writes only when the form stands at the very revision that was read and the record of the assessment at the very version:
 *    then everything that was decided on what was read still holds. Otherwise nothing is written, and the save goes the usual way
 *    (drafts.ts), which locks first.
 * 2. What it writes is what the usual way would write.
 */
import { type FormContent, type FormDefinition, formProgress, isSameContent } from '../../domain/form.ts';
import type { Database } from '../client.ts';
import { applyPatch, type DraftPatch } from './draft-merge.ts';

/** The form as a request read it before it saves. */
export interface ReadForm {
  readonly definition: FormDefinition;
  readonly revision: number;
  readonly savedAt: Date | null;
  readonly content: FormContent;
  /** Components that may be filled in. */
  readonly editable: readonly string[];
  /** Version of the assessment's stream. */
  readonly streamVersion: number;
  /** The database's clock when it was read. No revision is between it and the write, so revisions stay in the order of time. */
  readonly readAt: Date;
}

export interface SaveAtOnce {
  readonly schoolId: string;
  readonly formId: string;
  readonly contactId: string;
  readonly basedOn: number;
  readonly patch: DraftPatch;
  readonly sessionRef?: string;
  readonly deviceAt?: Date;
  readonly deviceSentAt?: Date;
}

export interface SavedAtOnce {
  readonly revision: number;
  readonly savedAt: Date | null;
  readonly content: FormContent;
}

const MAX_INT = 2_147_483_647;

/** Milliseconds the device is ahead of us; a clock that is further off than the column holds counts as that far off. */
export function clockOffset(deviceAt: Date, now: Date): number {
  return Math.max(-MAX_INT, Math.min(MAX_INT, deviceAt.getTime() - now.getTime()));
}

/** @returns null when something changed since the form was read: nothing was written */
export async function saveAtOnce(database: Database, save: SaveAtOnce, read: ReadForm): Promise<SavedAtOnce | null> {
  if (save.basedOn !== read.revision) return null;
  const content = applyPatch(read.definition, read.content, save.patch, read.editable);
  if (isSameContent(content, read.content)) return { revision: read.revision, savedAt: read.savedAt, content };
  const { schoolId, formId, contactId, sessionRef, deviceAt, deviceSentAt } = save;
  const revision = read.revision + 1;
  const savedAt = read.readAt;
  const written = await database.$executeRaw`
    WITH changed AS (
      UPDATE form SET revision = ${revision}::int, saved_at = ${savedAt}::timestamptz,
        done_count = ${formProgress(read.definition, content).done}::int
      WHERE id = ${formId}::uuid AND school_id = ${schoolId}::uuid AND contact_id = ${contactId}::uuid
        AND revision = ${read.revision}::int
        AND EXISTS (SELECT 1 FROM stream WHERE stream.id = form.assessment_id AND stream.version = ${read.streamVersion}::int)
      RETURNING id)
    INSERT INTO form_revision (school_id, form_id, revision, based_on, content, saved_at, session_ref, device_at, clock_offset)
    SELECT ${schoolId}::uuid, changed.id, ${revision}::int, ${read.revision}::int, ${JSON.stringify(content)}::jsonb,
      ${savedAt}::timestamptz, ${sessionRef ?? null}, ${deviceAt ?? null}::timestamptz,
      ${deviceAt ? clockOffset(deviceSentAt ?? deviceAt, savedAt) : null}::int
    FROM changed`;
  return written === 1 ? { revision, savedAt, content } : null;
}
