/** What a form says that came back, or that was taken over. Pure. */
import { type FormContent, scoreFieldName } from '../../../../domain/form.ts';
import type { ExaminerForm } from '../../../../prisma/repositories/examiner.ts';
import { paths } from '../../../paths.ts';
import { longDay, type Wording } from '../../../wording.ts';
import { groupByProcess } from '../answers.model.ts';
import { countedEvidence } from '../evidence/evidence.model.ts';
import { kindName } from '../words.ts';
import { changeLines, evidenceLines } from './changes.model.ts';

/** What was finished before the form came back; null unless it did. */
export function finishedBefore({ returned, submission }: ExaminerForm): FormContent | null {
  return returned === null ? null : (submission?.content ?? null);
}

/** What is said on top of a form that came back; null unless it did. */
export function returnedModel(wording: Wording, form: ExaminerForm) {
  const { returned } = form;
  if (returned === null) return null;
  const { t } = wording.translator;
  const reopened = groupByProcess(form.definition.components)
    .map(({ workProcess, components }) => ({
      workProcess,
      components: components.filter(({ ref }) => form.editable.includes(ref)),
    }))
    .filter(({ components }) => components.length > 0);
  return {
    title: t(returned.asked === '' ? 'examiner.returned.title' : 'returning.returned.title', {
      day: longDay(wording, returned.at),
    }),
    reason: returned.reason,
    asked: returned.asked,
    parts: reopened.flatMap(({ workProcess, components }, index) =>
      components.map(({ kind, ref }) => ({
        label: `${t('examiner.form.stepTitle', { ...workProcess })}: ${kindName(wording, kind)}`,
        href: `${paths.form(form.formId, { stap: index + 1 })}#component-${ref.replaceAll('/', '-')}`,
        reason: returned.reasons[ref] ?? '',
      })),
    ),
    before: JSON.stringify(fieldsBefore(form)),
    words: JSON.stringify({
      was: t('returning.returned.was', { from: '{from}', to: '{to}' }),
      none: t('returning.change.none'),
    }),
  };
}

/** Scores as they were finished, by field name, for the script that marks what is changed. */
function fieldsBefore(form: ExaminerForm): Record<string, string> {
  const before = finishedBefore(form);
  const open = form.definition.components.filter(({ ref }) => form.editable.includes(ref));
  return Object.fromEntries(
    open.flatMap(({ criteria }) => criteria.map(({ ref }) => [scoreFieldName(ref), before?.scores[ref] ?? ''])),
  );
}

function evidenceNow(form: ExaminerForm) {
  return countedEvidence(form).map(({ id, componentRef, caption }) => ({
    evidenceId: id,
    component: componentRef,
    caption,
  }));
}

/** Work that was handed over with what was filled in; null for a form that began empty. */
export function handedModel({ translator: { t } }: Wording, { draftOf }: ExaminerForm) {
  if (draftOf === '') return null;
  return { title: t('returning.handed.title', { name: draftOf }), text: t('returning.handed.text') };
}

/** On the check page: what becomes different with finishing again, empty unless the form came back; and whose draft it was. */
export function checkChanges(wording: Wording, form: ExaminerForm) {
  const before = finishedBefore(form);
  const handed = handedModel(wording, form);
  if (before === null) return { handed, changesTitle: '', changes: [], noChanges: '' };
  const { t } = wording.translator;
  const version = form.submission?.formVersion ?? 1;
  return {
    handed,
    changesTitle: t('returning.returned.changesTitle', { version }),
    changes: [
      ...changeLines(wording, form.definition, before, form.content),
      ...evidenceLines(wording, form.definition, form.submission?.evidence ?? [], evidenceNow(form)),
    ],
    noChanges: t('returning.returned.noChanges', { version }),
  };
}
