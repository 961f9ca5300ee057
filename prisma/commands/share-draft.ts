/** A draft that goes along when work is handed over: the second's form begins with what the first had filled in. */
import { emptyForm, type FormContent, type FormDefinition, formProgress, mergeComponents } from '../../domain/form.ts';
import type { UnitOfWork } from '../unit-of-work.ts';

/**
 * Makes the newest draft of one form the first revision of another, as far as both ask the same. A form in which nothing was
 * filled in leaves the other empty. Both rows are of the school of the unit.
 *
 * @param formerId a save of it that is under way is waited for
 * @param formId just made, without revisions
 */
export async function shareDraft({ tx, schoolId, now }: UnitOfWork, formerId: string, formId: string): Promise<void> {
  const [former] = await tx.$queryRaw<{ revision: number }[]>`
    SELECT revision FROM form WHERE id = ${formerId}::uuid AND school_id = ${schoolId}::uuid FOR UPDATE`;
  if (!former || former.revision === 0) return;
  const { revision } = former;
  const draft = await tx.formRevision.findFirstOrThrow({ where: { schoolId, formId: formerId, revision } });
  const form = await tx.form.findFirstOrThrow({ where: { id: formId, schoolId }, select: { definition: true } });
  const definition = form.definition as unknown as FormDefinition;
  const refs = definition.components.map(({ ref }) => ref);
  const content = mergeComponents(definition, refs, emptyForm(), draft.content as unknown as FormContent);
  await tx.formRevision.create({
    data: { schoolId, formId, revision: 1, basedOn: 0, content: { ...content }, savedAt: now },
  });
  await tx.form.update({
    where: { id: formId, schoolId },
    data: { handedFromId: formerId, revision: 1, savedAt: now, doneCount: formProgress(definition, content).done },
  });
}
