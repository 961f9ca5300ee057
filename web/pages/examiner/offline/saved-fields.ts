/** What a page must hear about its save: fields that stand otherwise than it sent them, and what was not taken. */
import { type FormContent, justificationFieldName, scoreFieldName } from '../../../../domain/form.ts';
import { cleanText } from '../../../../domain/text.ts';
import type { DraftState } from '../../../../prisma/commands/drafts.ts';
import type { ExaminerForm } from '../../../../prisma/repositories/examiner.ts';
import type { PostedForm } from '../posted-form.ts';

export interface SavedFields {
  /** By field name: what somebody else wrote in a posted component, and now stands there. */
  readonly fields: Readonly<Record<string, string>>;
  /** Something was posted for a component that is not open any more, and differs from what stands there. */
  readonly notTaken: boolean;
}

export function savedFields(
  form: Pick<ExaminerForm, 'definition' | 'editable'>,
  { patch }: Pick<PostedForm, 'patch'>,
  saved: Pick<DraftState, 'content' | 'tooLong'>,
): SavedFields {
  const fields: Record<string, string> = {};
  let notTaken = false;
  for (const component of form.definition.components) {
    const differing = differingFields(component, patch, saved);
    if (form.editable.includes(component.ref)) Object.assign(fields, differing);
    else notTaken ||= Object.keys(differing).length > 0;
  }
  return { fields, notTaken };
}

function differingFields(
  { ref, criteria }: ExaminerForm['definition']['components'][number],
  patch: PostedForm['patch'],
  { content, tooLong }: { readonly content: FormContent; readonly tooLong: readonly string[] },
): Record<string, string> {
  const differing: Record<string, string> = {};
  for (const criterion of criteria) {
    const now = content.scores[criterion.ref] ?? '';
    if (Object.hasOwn(patch.scores, criterion.ref) && (patch.scores[criterion.ref] ?? '') !== now) {
      differing[scoreFieldName(criterion.ref)] = now;
    }
  }
  const now = content.justifications[ref] ?? '';
  const isPosted = Object.hasOwn(patch.justifications, ref) && !tooLong.includes(ref);
  if (isPosted && cleanText(patch.justifications[ref] ?? '') !== cleanText(now)) {
    differing[justificationFieldName(ref)] = now;
  }
  return differing;
}
