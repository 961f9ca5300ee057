/** What examiners had written who were withdrawn before they finished. */
import type { FormContent, FormDefinition } from '../../domain/form.ts';
import type { Dossier, DossierEvent } from './committee-dossier.ts';
import type { SchoolScope } from './index.ts';

/** What an examiner had written and did not finish; it counts for nothing. */
export interface DossierDraft {
  readonly name: string;
  readonly withdrawnAt: Date;
  /** The examiner let it go along to whoever came instead. */
  readonly isShared: boolean;
  readonly savedAt: Date | null;
  readonly content: FormContent;
  /** The criteria as they were then. */
  readonly definition: FormDefinition;
}

/** Forms that are nobody's work any more and have something in them. */
export async function readDrafts(
  { database, schoolId }: SchoolScope,
  assessmentId: string,
  { state, examiners, events }: Pick<Dossier, 'state' | 'examiners' | 'events'>,
): Promise<DossierDraft[]> {
  const withdrawn = withdrawnForms(events);
  const current = Object.values(state.examiners).flatMap(({ form, formId }) => (form === 'withdrawn' ? [] : [formId]));
  const ids = [...withdrawn.keys()].filter((id) => !current.includes(id));
  if (ids.length === 0) return [];
  const forms = await database.form.findMany({ where: { schoolId, assessmentId, id: { in: ids } } });
  const revisions = await database.formRevision.findMany({
    where: { schoolId, OR: forms.map(({ id, revision }) => ({ formId: id, revision })) },
    select: { formId: true, content: true },
  });
  const heirs = await database.form.findMany({
    where: { schoolId, assessmentId, handedFromId: { in: ids } },
    select: { handedFromId: true },
  });
  const names = new Map(examiners.map(({ contactId, name }) => [contactId, name]));
  return ids.flatMap((id) => {
    const form = forms.find((each) => each.id === id);
    const revision = revisions.find(({ formId }) => formId === id);
    const withdrawnAt = withdrawn.get(id);
    if (!form || !revision || !withdrawnAt) return [];
    return [
      {
        name: names.get(form.contactId) ?? '',
        withdrawnAt,
        isShared: heirs.some(({ handedFromId }) => handedFromId === id),
        savedAt: form.savedAt,
        content: revision.content as unknown as FormContent,
        definition: form.definition as unknown as FormDefinition,
      },
    ];
  });
}

/** Which forms were taken from their examiners, and when; one that was given back is not among them. */
function withdrawnForms(events: readonly DossierEvent[]): Map<string, Date> {
  const formOf = new Map<string, string>();
  const withdrawn = new Map<string, Date>();
  for (const { content, at } of events) {
    if (content.type === 'ExaminerInvited') formOf.set(content.invitationId, content.formId);
    if (content.type === 'ExaminerWithdrawn') withdrawn.set(formOf.get(content.invitationId) ?? '', at);
    if (content.type === 'ExaminerReinstated') withdrawn.delete(formOf.get(content.invitationId) ?? '');
  }
  return withdrawn;
}
