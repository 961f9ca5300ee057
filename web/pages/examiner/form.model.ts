/** The form as it is filled in: one work process at a time, or all at once. */

import { EvidencePolicy } from '../../../domain/evidence.ts';
import type { ComponentKind } from '../../../domain/exam.ts';
import {
  componentsWithoutEvidence,
  evidenceFieldName,
  type FormComponent,
  type FormContent,
  type FormError,
  type FormProgress,
  formProgress,
  justificationFieldName,
  scoreFieldName,
  takesEvidence,
} from '../../../domain/form.ts';
import { JustificationPolicy, justificationReason } from '../../../domain/justification.ts';
import { isPresent, MAX_JUSTIFICATION } from '../../../domain/text.ts';
import type { ExaminerForm } from '../../../prisma/repositories/examiner.ts';
import { paths } from '../../paths.ts';
import { moment, shortDay, timeOfDay, type Wording } from '../../wording.ts';
import { type AnswerCard, answerCard, groupByProcess } from './answers.model.ts';
import { askedModel } from './ask.model.ts';
import {
  type EvidenceRow,
  evidenceRefs,
  evidenceRow,
  evidenceScript,
  itemsOf,
  MAX_CAPTION,
} from './evidence/evidence.model.ts';
import { deviceTexts } from './offline/offline.model.ts';
import { changeMarks } from './returning/changes.model.ts';
import { finishedBefore, handedModel, returnedModel } from './returning/returned.model.ts';
import {
  evidenceLabel,
  type FieldMessage,
  fieldMessages,
  kindName,
  type Place,
  placeLabel,
  placesOf,
  processTitle,
} from './words.ts';

/** What of the form is on the screen. */
export interface FormView {
  readonly isAll: boolean;
  /** Number of the work process, from 1. */
  readonly step: number;
}

export interface FormFields {
  /** Present on a form that just came back with errors: what was typed, also what could not be stored. */
  readonly content: FormContent;
  readonly revision: number;
  readonly errors: readonly FormError[];
}

export interface CriterionModel {
  readonly id: string;
  readonly number: number;
  readonly legend: string;
  readonly value: string;
  readonly explanation: string;
  /** What was changed since it was finished; empty for nothing. */
  readonly note: string;
  readonly error: string | undefined;
}

export interface JustificationModel {
  readonly id: string;
  readonly label: string;
  readonly value: string;
  readonly notice: string;
  readonly hint: string;
  readonly error: string | undefined;
  readonly isOptional: boolean;
}

export interface ComponentModel {
  readonly id: string;
  readonly kind: ComponentKind;
  readonly text: string;
  readonly criteria: readonly CriterionModel[];
  readonly justification: JustificationModel;
  /** Null when the school takes no evidence with this form. */
  readonly evidence: EvidenceRow | null;
  /** Only to look at, when it cannot be changed. */
  readonly locked: AnswerCard | null;
}

export interface OpenItem {
  readonly field: string;
  readonly label: string;
  /** On this screen, so a script can jump to it. */
  readonly isHere: boolean;
  readonly isDone: boolean;
}

export type FormModel = ReturnType<typeof formModel>;

/** The work processes to go through, in order: after a return only those in which something came back. */
export function stepsOf(form: Pick<ExaminerForm, 'definition' | 'editable'>) {
  return groupByProcess(form.definition.components).filter(({ components }) =>
    components.some(({ ref }) => form.editable.includes(ref)),
  );
}

/**
 * What to show first: the work process where something is still open, or that came back.
 * @param query as it came, any values
 */
export function chooseView(form: ExaminerForm, query: { readonly view: unknown; readonly step: unknown }): FormView {
  const steps = stepsOf(form);
  const asked = typeof query.step === 'string' && /^\d{1,3}$/.test(query.step) ? Number(query.step) : 0;
  const step = asked >= 1 && asked <= steps.length ? asked : firstOpenStep(form);
  return { isAll: showsAll(form, query.view) || processCount(form) === 1, step };
}

/** What the address asks for, or else what the examiner chose before, on whatever device. */
function showsAll(form: ExaminerForm, asked: unknown): boolean {
  return asked === 'alles' || (asked !== 'stap' && form.formView === 'all');
}

function processCount(form: ExaminerForm): number {
  return groupByProcess(form.definition.components).length;
}

function firstOpenStep(form: ExaminerForm): number {
  // What somebody else filled in is gone through from the beginning.
  if (form.draftOf !== '' && form.revision <= 1) return 1;
  const open = new Set([
    ...formProgress(form.definition, form.content).open,
    ...componentsWithoutEvidence(form.definition, evidenceRefs(form)),
  ]);
  const isOpen = ({ ref, criteria }: FormComponent) =>
    open.has(ref) || criteria.some((criterion) => open.has(criterion.ref));
  const isReturned = form.returned !== null;
  const index = stepsOf(form).findIndex(({ components }) =>
    components.some((component) => form.editable.includes(component.ref) && (isReturned || isOpen(component))),
  );
  return index + 1 || 1;
}

/** The step that holds a control, or null. */
export function stepOfField(form: ExaminerForm, field: string): number | null {
  const index = stepsOf(form).findIndex(({ components }) =>
    components.some(
      ({ ref, criteria }) =>
        justificationFieldName(ref) === field ||
        evidenceFieldName(ref) === field ||
        criteria.some((criterion) => scoreFieldName(criterion.ref) === field),
    ),
  );
  return index === -1 ? null : index + 1;
}

/** The query that shows this view again, also when the examiner chose the other one elsewhere. */
export function viewQuery(
  view: FormView,
  form: Pick<ExaminerForm, 'formView'>,
): Readonly<Record<string, string | number | undefined>> {
  if (view.isAll) return { weergave: 'alles' };
  return { weergave: form.formView === 'all' ? 'stap' : undefined, stap: view.step };
}

/** Refs of the components on the screen. */
export function componentsOfView(form: ExaminerForm, view: FormView): string[] {
  const shown = view.isAll ? form.definition.components : (stepsOf(form)[view.step - 1]?.components ?? []);
  return shown.map(({ ref }) => ref);
}

/** The component that a note is most likely about: the only one on the screen; empty when there are several. */
export function placeOfView(form: ExaminerForm, view: FormView): string {
  const [first = '', ...others] = componentsOfView(form, view);
  return others.length === 0 ? first : '';
}

/**
 * @param fields what stands in the form; the stored draft unless it just came back with errors
 */
export function formModel(wording: Wording, form: ExaminerForm, view: FormView, fields: FormFields) {
  const { t } = wording.translator;
  const steps = stepsOf(form);
  const shown = view.isAll ? groupByProcess(form.definition.components) : steps.slice(view.step - 1, view.step);
  const messages = fieldMessages(wording, form.definition, fields.errors);
  const marks = changeMarks(wording, form.definition, finishedBefore(form), fields.content);
  const progress = formProgress(form.definition, fields.content);
  const here = new Set(shown.flatMap(({ components }) => fieldsOf(components)));
  const isLast = view.isAll || view.step === steps.length;
  const current = view.isAll ? undefined : shown[0]?.workProcess;
  const open = openItems(wording, form, progress, here);
  return {
    action: paths.form(form.formId),
    autosave: paths.formAutosave(form.formId),
    revision: fields.revision,
    view: view.isAll ? 'alles' : 'stap',
    step: view.step,
    head: {
      crumb: crumb(wording, form, view, steps.length),
      title: current ? processTitle(wording, current) : t('examiner.form.allTitle', { name: form.studentName }),
      lead: lead(wording, form),
    },
    bar: barModel(wording, form),
    listHref: form.siblings.length > 1 ? paths.workList() : '',
    returned: returnedModel(wording, form),
    handed: handedModel(wording, form),
    intro: introModel(wording, form),
    asked: askedModel(wording, form),
    askHref: form.ask === null ? paths.formDecline(form.formId) : '',
    hasViews: processCount(form) > 1,
    isAll: view.isAll,
    groups: shown.map(({ workProcess, components }) => ({
      anchor: view.isAll ? anchorOf(steps, workProcess.code) : undefined,
      heading: view.isAll && shown.length > 1 ? processTitle(wording, workProcess) : '',
      components: components.map((component) =>
        componentModel(wording, form, component, fields.content, { messages, marks }),
      ),
    })),
    open,
    openCount: open.filter((item) => !item.isDone).length,
    done: progress.done,
    total: progress.total,
    hasPrevious: !view.isAll && view.step > 1,
    isLast,
    evidenceParts: takesEvidence(form.definition)
      ? { script: evidenceScript(wording, form), maxCaption: MAX_CAPTION }
      : null,
    texts: JSON.stringify(scriptTexts(wording, form, fields.content, here)),
  };
}

/** Where a step is when everything is shown at once. */
function anchorOf(steps: ReturnType<typeof stepsOf>, code: string): string | undefined {
  const index = steps.findIndex(({ workProcess }) => workProcess.code === code);
  return index === -1 ? undefined : `stap-${index + 1}`;
}

function crumb(wording: Wording, form: ExaminerForm, view: FormView, stepCount: number): string {
  const { t } = wording.translator;
  const number = form.siblings.findIndex((item) => item.formId === form.formId) + 1;
  const count = form.siblings.length;
  const student =
    count > 1 ? `${t('examiner.head.student', { number, count })}: ${form.studentName}` : form.studentName;
  if (view.isAll) return count > 1 ? t('examiner.head.student', { number, count }) : t('common.term.assessment');
  return stepCount > 1
    ? `${student} · ${unbroken(t('examiner.head.step', { number: view.step, count: stepCount }))}`
    : student;
}

/** Stays on one line. */
function unbroken(text: string): string {
  return text.replaceAll(' ', '\u00a0');
}

/** `Zorgen in de wijk · poging 1 · inleveren uiterlijk vr 4 dec`. */
export function lead(wording: Wording, form: ExaminerForm): string {
  const { t } = wording.translator;
  const parts = [form.examTitle, t('examiner.head.attempt', { attempt: form.attempt })];
  const isLate = form.siblings.find((item) => item.formId === form.formId)?.isLate ?? false;
  if (form.dueAt !== null)
    parts.push(t(isLate ? 'examiner.head.late' : 'examiner.head.due', { day: shortDay(wording, form.dueAt) }));
  if (isLate && form.closesAt !== null)
    parts.push(t('examiner.head.closes', { moment: moment(wording, form.closesAt) }));
  return parts.join(' · ');
}

/** Whom this is about, and since when it is kept: the head of the page is out of sight while somebody scores. */
function barModel(wording: Wording, { studentName, savedAt }: ExaminerForm) {
  const line = (time: string) => wording.translator.t('examiner.save.line', { time });
  return {
    subject: studentName,
    savedLine: savedAt === null ? '' : line(timeOfDay(wording, savedAt)),
    savedTemplate: line('{time}'),
  };
}

function introModel(wording: Wording, form: ExaminerForm) {
  const files = form.attachments.length;
  const hasRemark = isPresent(form.remark);
  if (files === 0 && !hasRemark) return null;
  const { t } = wording.translator;
  const name = form.initiatorName;
  const title = !hasRemark
    ? t('examiner.intro.files', { count: files, name })
    : files === 0
      ? t('examiner.intro.remark', { name })
      : t('examiner.intro.remarkAndFiles', { count: files, name });
  return {
    title,
    remark: form.remark,
    // A remark stood in the mail as well; files are there before the first answer, and out of the way afterwards.
    isOpen: files > 0 && form.revision === 0,
    attachments: form.attachments.map(({ id, name: file, size }) => ({
      href: paths.formAttachment(form.formId, id),
      name: file,
      size,
    })),
  };
}

function componentModel(
  wording: Wording,
  form: ExaminerForm,
  component: FormComponent,
  content: FormContent,
  { messages, marks }: { readonly messages: readonly FieldMessage[]; readonly marks: ReadonlyMap<string, string> },
): ComponentModel {
  const { t } = wording.translator;
  const isEditable = form.editable.includes(component.ref);
  const errorAt = (field: string) => messages.find((message) => message.field === field)?.message;
  return {
    id: `component-${component.ref.replaceAll('/', '-')}`,
    kind: component.kind,
    text: `${form.returned !== null && isEditable ? `${t('examiner.form.reopened')} · ` : ''}${t('examiner.form.criteria', { count: component.criteria.length })} · ${t(`examiner.form.hintKind.${component.kind}`)}`,
    locked: isEditable ? null : answerCard(component, content, '', itemsOf(wording, form, component.ref)),
    evidence: evidenceRow(wording, form, component, errorAt(evidenceFieldName(component.ref))),
    criteria: component.criteria.map(({ ref, text, explanation }, index) => ({
      id: scoreFieldName(ref),
      number: index + 1,
      legend: text,
      value: content.scores[ref] ?? '',
      explanation: explanation ?? '',
      note: marks.get(scoreFieldName(ref)) ?? '',
      error: errorAt(scoreFieldName(ref)),
    })),
    justification: {
      id: justificationFieldName(component.ref),
      label: t('examiner.form.justification', { component: kindName(wording, component.kind) }),
      value: content.justifications[component.ref] ?? '',
      notice: requiredNotice(wording, form, component, content),
      hint: [marks.get(justificationFieldName(component.ref)), justificationHint(wording, form, component.kind)]
        .filter(Boolean)
        .join('. '),
      error: errorAt(justificationFieldName(component.ref)),
      isOptional: form.definition.policy === JustificationPolicy.None,
    },
  };
}

function justificationHint({ translator: { t } }: Wording, form: ExaminerForm, kind: ComponentKind): string {
  const hint = t(`examiner.form.justificationHint.${kind}`);
  return form.definition.policy === JustificationPolicy.Og ? `${hint} ${t('examiner.form.requiredWhen')}` : hint;
}

/** Why a justification is needed now; empty when it is not. */
function requiredNotice(wording: Wording, form: ExaminerForm, component: FormComponent, content: FormContent): string {
  const { t } = wording.translator;
  const { policy } = form.definition;
  if (policy === JustificationPolicy.None) return '';
  if (policy === JustificationPolicy.All) return t('examiner.form.requiredAlways');
  const { O, G } = justificationReason(component.criteria.flatMap(({ ref }) => content.scores[ref] ?? []));
  if (O > 0 && G > 0) return t('examiner.form.requiredBoth', { O, G });
  if (O > 0) return t('examiner.form.requiredO', { O });
  return G > 0 ? t('examiner.form.requiredG', { G }) : '';
}

function fieldsOf(components: readonly FormComponent[]): string[] {
  return components.flatMap(({ ref, criteria }) => [
    ...criteria.map((criterion) => scoreFieldName(criterion.ref)),
    justificationFieldName(ref),
    evidenceFieldName(ref),
  ]);
}

/** All places that are open, and those on this screen that a script must be able to open again. */
function openItems(
  wording: Wording,
  form: ExaminerForm,
  { open: openRefs }: FormProgress,
  here: ReadonlySet<string>,
): OpenItem[] {
  const open = new Set(openRefs);
  const bare = new Set(componentsWithoutEvidence(form.definition, evidenceRefs(form)));
  return [...placesOf(form.definition)].flatMap(([ref, place]) => [
    ...openItem(place.field, !open.has(ref), place, () => placeLabel(wording, place)),
    ...(place.number === null && form.definition.evidence === EvidencePolicy.Required
      ? openItem(evidenceFieldName(ref), !bare.has(ref), place, () => evidenceLabel(wording, place))
      : []),
  ]);

  function openItem(field: string, isDone: boolean, place: Place, label: () => string): OpenItem[] {
    const isHere = here.has(field) && form.editable.includes(place.component.ref);
    return isDone && !isHere ? [] : [{ field, label: label(), isHere, isDone }];
  }
}

/** What form.js needs to say while someone types. */
function scriptTexts(wording: Wording, form: ExaminerForm, content: FormContent, here: ReadonlySet<string>) {
  const { t } = wording.translator;
  const elsewhere = form.definition.components
    .flatMap((component) =>
      component.criteria.map(({ ref }) => ({ ref, isTyped: form.editable.includes(component.ref) })),
    )
    .filter(({ ref, isTyped }) => !(isTyped && here.has(scoreFieldName(ref))));
  return {
    policy: form.definition.policy,
    doneElsewhere: elsewhere.filter(({ ref }) => content.scores[ref] !== undefined).length,
    max: MAX_JUSTIFICATION,
    required: {
      both: t('examiner.form.requiredBoth', { O: '{O}', G: '{G}' }),
      O: t('examiner.form.requiredO', { O: '{O}' }),
      G: t('examiner.form.requiredG', { G: '{G}' }),
    },
    open: t('examiner.form.open', { count: '{count}' }),
    openNone: t('examiner.form.openNone'),
    offline: t('examiner.save.offline'),
    problem: t('examiner.save.problem'),
    notStored: t('examiner.save.notStored'),
    signedOut: t('examiner.save.signedOut'),
    refused: t('examiner.save.refused'),
    conflict: t('examiner.save.conflict'),
    conflictLink: t('examiner.save.conflictLink'),
    device: deviceTexts(wording.translator),
  };
}
