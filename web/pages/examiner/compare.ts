/** Two versions of one draft side by side; a person chooses per component. */
import type { Request, Response } from 'express';
import type { FormContent } from '../../../domain/form.ts';
import type { ComponentConflict } from '../../../prisma/commands/draft-merge.ts';
import type { SideVersion } from '../../../prisma/commands/draft-versions.ts';
import type { ExaminerForm } from '../../../prisma/repositories/examiner.ts';
import { contextOf, type PageKit } from '../../context.ts';
import { paths } from '../../paths.ts';
import { timeOfDay, type Wording } from '../../wording.ts';
import { type Granted, pageOf, wordingOf } from './access.ts';
import { lead } from './form.model.ts';
import { bodyOf, textOf } from './posted-form.ts';
import { sendRefused } from './refused.ts';
import { withForm } from './with-form.ts';
import { kindName, placesOf, processTitle } from './words.ts';

export function createComparePages(kit: PageKit) {
  return {
    show: withForm(kit, (req, res, { form }) => {
      const side = sideOf(form, req);
      if (side) return sendCompare(kit, res, form, side, {});
      if (form.refusal === null)
        kit.setFlash(res, { kind: 'info', text: contextOf(res).translator.t('examiner.conflict.nothing') });
      res.redirect(303, paths.form(form.formId));
    }),
    choose: withForm(kit, (req, res, granted) => choose(kit, req, res, granted)),
  };
}

function sideOf(form: ExaminerForm, req: Request): SideVersion | undefined {
  return form.sideVersions.find((side) => String(side.revision) === req.params.revision);
}

async function choose(kit: PageKit, req: Request, res: Response, { form, repository }: Granted): Promise<void> {
  if (form.refusal !== null) return sendRefused(kit, res, form, { code: form.refusal });
  const side = sideOf(form, req);
  if (!side) return res.redirect(303, paths.form(form.formId));
  const body = bodyOf(req);
  const choices = Object.fromEntries(side.conflicts.map(({ ref }) => [ref, textOf(body[choiceField(ref)])]));
  if (Object.values(choices).some((choice) => choice !== 'nu' && choice !== 'andere')) {
    return sendCompare(kit, res, form, side, choices, 422);
  }
  const { sessionId } = contextOf(res);
  const outcome = await repository.resolveDraft({
    formId: form.formId,
    contactId: form.contactId,
    sideVersion: side.revision,
    chosen: side.conflicts.map(({ ref }) => ref).filter((ref) => choices[ref] === 'andere'),
    ...(sessionId === null ? {} : { sessionRef: sessionId.slice(0, 12) }),
  });
  if (outcome.kind === 'refused') return sendRefused(kit, res, form, { code: outcome.code });
  kit.setFlash(res, { kind: 'ok', text: contextOf(res).translator.t('examiner.conflict.resolved') });
  res.redirect(303, paths.form(form.formId));
}

function choiceField(componentRef: string): string {
  return `keuze-${componentRef.replaceAll('/', '-')}`;
}

function sendCompare(
  kit: PageKit,
  res: Response,
  form: ExaminerForm,
  side: SideVersion,
  choices: Readonly<Record<string, string>>,
  status: 200 | 422 = 200,
): void {
  const { t } = contextOf(res).translator;
  const model = compareModel(wordingOf(res, form), form, side, choices, status === 422);
  kit.sendPage(
    res,
    'examiner-compare',
    model,
    pageOf(res, form, t('examiner.conflict.title'), {
      status,
      hasErrors: status === 422,
      helpKey: 'form',
      width: 'wide',
    }),
  );
}

/**
 * @param choices by component ref: `nu` or `andere`
 * @param isRefused whether a choice was missing
 */
export function compareModel(
  wording: Wording,
  form: ExaminerForm,
  side: SideVersion,
  choices: Readonly<Record<string, string>>,
  isRefused: boolean,
) {
  const { t } = wording.translator;
  const components = side.conflicts.map((conflict) =>
    compareComponent(wording, form, side, conflict, choices, isRefused),
  );
  return {
    action: paths.formCompare(form.formId, side.revision),
    crumb: `${form.studentName} · ${lead(wording, form)}`,
    components,
    errors: components.flatMap(({ id, error }) => (error === undefined ? [] : [{ field: id, message: error }])),
    currentTitle: t('examiner.conflict.current'),
    otherTitle: t('examiner.conflict.other', { time: timeOfDay(wording, side.savedAt) }),
  };
}

function compareComponent(
  wording: Wording,
  form: ExaminerForm,
  side: SideVersion,
  conflict: ComponentConflict,
  choices: Readonly<Record<string, string>>,
  isRefused: boolean,
) {
  const { t } = wording.translator;
  const component = form.definition.components.find(({ ref }) => ref === conflict.ref);
  if (!component) throw new Error('a conflict in a component that the form does not have');
  const names = { component: kindName(wording, component.kind), process: component.workProcess.code };
  const choice = choices[conflict.ref] ?? '';
  return {
    id: choiceField(conflict.ref),
    kind: component.kind,
    text: processTitle(wording, component.workProcess),
    versions: [
      versionModel(wording, form, conflict, form.content, t('examiner.conflict.current')),
      versionModel(
        wording,
        form,
        conflict,
        side.content,
        t('examiner.conflict.other', { time: timeOfDay(wording, side.savedAt) }),
      ),
    ],
    legend: t('examiner.conflict.legend', names),
    options: [
      { value: 'nu', label: t('examiner.conflict.keepCurrent') },
      { value: 'andere', label: t('examiner.conflict.keepOther') },
    ],
    choice,
    error: isRefused && choice !== 'nu' && choice !== 'andere' ? t('examiner.conflict.chooseError', names) : undefined,
  };
}

function versionModel(
  wording: Wording,
  form: ExaminerForm,
  conflict: ComponentConflict,
  content: FormContent,
  title: string,
) {
  const places = placesOf(form.definition);
  return {
    title,
    scores: conflict.criteria.map((ref) => ({
      label: wording.translator.t('examiner.conflict.criterion', { number: places.get(ref)?.number ?? 0 }),
      score: content.scores[ref] ?? '',
    })),
    hasText: conflict.hasJustification,
    text: content.justifications[conflict.ref] ?? '',
  };
}
