/** Every version of the finished forms of an assessment: what examiners finished, and what the committee made of it. */
import type { CaptionedEvidence } from '../../domain/evidence.ts';
import type { FormContent, FormDefinition } from '../../domain/form.ts';
import { fullName } from '../../domain/school.ts';
import type { SchoolScope } from './index.ts';

export interface FormVersion {
  readonly submissionId: string;
  readonly contactId: string;
  readonly examinerName: string;
  readonly formId: string;
  readonly formVersion: number;
  /** When this version was made. */
  readonly at: Date;
  readonly content: FormContent;
  /** The criteria as they were scored. */
  readonly definition: FormDefinition;
  readonly evidence: readonly CaptionedEvidence[];
  /** The member of the committee who made it; null: the examiner. */
  readonly editor: { readonly membershipId: string; readonly name: string } | null;
  /** Why the committee made it; empty for a version of the examiner, and when it was erased. */
  readonly reason: string;
  /** What the version before it said; null for the first. */
  readonly before: FormContent | null;
}

/**
 * In the order in which they were made. Corrections are those with an `editor`; what differs: `formChanges(definition, before, content)`.
 * @param scope one school; forms of another are not found
 */
export async function readFormVersions(
  { database, schoolId }: SchoolScope,
  assessmentId: string,
): Promise<FormVersion[]> {
  const rows = await database.formSubmission.findMany({
    where: { schoolId, form: { assessmentId } },
    orderBy: [{ finishedAt: 'asc' }, { formVersion: 'asc' }],
    include: { form: { select: { contactId: true, contact: { select: { name: true } } } } },
  });
  const editorIds = rows.flatMap(({ editedById }) => editedById ?? []);
  const editors = await readEditors({ database, schoolId }, editorIds);
  const reasons = await readReasons(
    { database, schoolId },
    rows.flatMap(({ editReasonId }) => editReasonId ?? []),
  );
  return rows.map((row) => {
    const former = rows.find(({ formId, formVersion }) => formId === row.formId && formVersion === row.formVersion - 1);
    return {
      submissionId: row.id,
      contactId: row.form.contactId,
      examinerName: row.form.contact.name,
      formId: row.formId,
      formVersion: row.formVersion,
      at: row.finishedAt,
      content: row.content as unknown as FormContent,
      definition: row.definition as unknown as FormDefinition,
      evidence: row.evidence as unknown as readonly CaptionedEvidence[],
      editor:
        row.editedById === null ? null : { membershipId: row.editedById, name: editors.get(row.editedById) ?? '' },
      reason: reasons.get(row.editReasonId ?? '') ?? '',
      before: former ? (former.content as unknown as FormContent) : null,
    };
  });
}

async function readEditors({ database, schoolId }: SchoolScope, ids: readonly string[]): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map();
  const where = { schoolId, id: { in: [...new Set(ids)] } };
  const members = await database.membership.findMany({ where, include: { account: true } });
  return new Map(members.map(({ id, account }) => [id, fullName(account)]));
}

async function readReasons({ database, schoolId }: SchoolScope, ids: readonly string[]): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map();
  const notes = await database.textNote.findMany({ where: { schoolId, id: { in: [...ids] } } });
  return new Map(notes.map(({ id, body }) => [id, body]));
}
