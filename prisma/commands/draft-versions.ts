/** Revisions of a form: one by its number, and those that were kept aside and about which somebody must still choose. */
import { emptyForm, type FormContent, type FormDefinition } from '../../domain/form.ts';
import { Prisma } from '../../generated/prisma/client.ts';
import type { Tx } from '../client.ts';
import { type ComponentConflict, mergeDrafts, stillDiffering } from './draft-merge.ts';

/** A version that was kept because the draft had changed, and about which nobody has chosen yet. */
export interface SideVersion {
  readonly revision: number;
  readonly savedAt: Date;
  readonly content: FormContent;
  readonly conflicts: readonly ComponentConflict[];
}

/** The content of one revision; the empty form for revision 0. */
export async function contentAt(
  tx: Pick<Tx, 'formRevision'>,
  { schoolId, formId }: { readonly schoolId: string; readonly formId: string },
  revision: number,
): Promise<FormContent> {
  if (revision <= 0) return emptyForm();
  const row = await tx.formRevision.findFirst({ where: { schoolId, formId, revision }, select: { content: true } });
  return row === null ? emptyForm() : (row.content as unknown as FormContent);
}

/** Of a row `side` of `form_revision`: written on another than the one before it, and nothing is based on it yet. */
export const MAY_BE_SIDE_VERSION = Prisma.sql`side.based_on < side.revision - 1 AND NOT EXISTS (
  SELECT 1 FROM form_revision later WHERE later.form_id = side.form_id AND later.based_on = side.revision)`;

/**
 * The versions about which somebody must still choose, oldest first.
 * @param current the draft as it stands
 */
export async function findSideVersions(
  tx: Pick<Tx, 'formRevision' | '$queryRaw'>,
  form: { readonly schoolId: string; readonly formId: string; readonly definition: FormDefinition },
  current: FormContent,
): Promise<SideVersion[]> {
  const { schoolId, formId, definition } = form;
  const candidates = await tx.$queryRaw<{ revision: number; basedOn: number; savedAt: Date }[]>`
    SELECT revision, based_on AS "basedOn", saved_at AS "savedAt"
    FROM form_revision side
    WHERE form_id = ${formId}::uuid AND school_id = ${schoolId}::uuid AND ${MAY_BE_SIDE_VERSION}
    ORDER BY revision`;
  const found: SideVersion[] = [];
  for (const { revision, basedOn, savedAt } of candidates) {
    // One after the other: inside a transaction there is one connection.
    const base = await contentAt(tx, form, basedOn);
    const theirs = await contentAt(tx, form, revision - 1);
    const yours = await contentAt(tx, form, revision);
    const conflicts = stillDiffering(mergeDrafts(definition, { base, theirs, yours }).conflicts, { current, yours });
    if (conflicts.length > 0) found.push({ revision, savedAt, content: yours, conflicts });
  }
  return found;
}
