/** The last look before finishing, and finishing itself. */
import { randomUUID } from 'node:crypto';
import type { Request, Response } from 'express';
import { AssessmentError, FormStatus } from '../../../domain/assessment.ts';
import { componentOf } from '../../../domain/exam-structure.ts';
import {
  checkForm,
  type FormError,
  FormErrorCode,
  justificationFieldName,
  scoreFieldName,
} from '../../../domain/form.ts';
import { finishCommandId, finishForm } from '../../../prisma/commands/forms.ts';
import type { ExaminerForm } from '../../../prisma/repositories/examiner.ts';
import { contextOf, type PageKit } from '../../context.ts';
import { paths } from '../../paths.ts';
import { longDay, type Wording } from '../../wording.ts';
import { actorOf, findGranted, type Granted, pageOf, wordingOf } from './access.ts';
import { answerGroups } from './answers.model.ts';
import { lead, stepOfField } from './form.model.ts';
import { bodyOf, readRevision, textOf } from './posted-form.ts';
import { sendRefused } from './refused.ts';
import { withForm } from './with-form.ts';
import { type FieldMessage, fieldMessages, kindName, placesOf } from './words.ts';

export function createCheckPages(kit: PageKit) {
  return {
    show: withForm(kit, (_req, res, { form }) => {
      if (!isReady(kit, res, form)) return;
      sendCheck(kit, res, form, {});
    }),
    finish: withForm(kit, (req, res, granted) => finish(kit, req, res, granted)),
  };
}

/** @returns false when the answer has been sent: nothing to check, or something to choose first */
function isReady(kit: PageKit, res: Response, form: ExaminerForm): boolean {
  const side = form.sideVersions[0];
  if (form.status === FormStatus.Finished) res.redirect(303, paths.formDone(form.formId));
  else if (form.refusal !== null) sendRefused(kit, res, form, { code: form.refusal });
  else if (side) res.redirect(303, paths.formCompare(form.formId, side.revision));
  else return true;
  return false;
}

/**
 * Finishes what was on the screen, and only that: a draft that changed since is shown again first. Repeating a finished
 * post leads to the finished page.
 */
async function finish(kit: PageKit, req: Request, res: Response, granted: Granted): Promise<void> {
  const { form } = granted;
  if (!isReady(kit, res, form)) return;
  const body = bodyOf(req);
  if (readRevision(body.revisie) !== form.revision) return sendCheck(kit, res, form, { isChanged: true });
  if (checkForm(form.definition, form.content).length > 0) return sendCheck(kit, res, form, { isRefused: true });
  const commandId = textOf(body.opdracht);
  const { assessmentId, contactId, invitationId, content } = form;
  const outcome = await kit.command(
    finishForm,
    { assessmentId, contactId, invitationId, content, revision: form.revision },
    { ...actorOf(granted), commandId: finishCommandId(form.formId, form.revision, commandId) },
  );
  if (outcome.ok || outcome.code === AssessmentError.FormFinished)
    return res.redirect(303, paths.formDone(form.formId));
  const isOvertaken = outcome.code === 'CHANGED_MEANWHILE';
  if (!isOvertaken && outcome.code !== AssessmentError.FormIncomplete)
    return sendRefused(kit, res, form, { code: outcome.code });
  const fresh = await findGranted(kit, res, form.formId);
  sendCheck(kit, res, fresh?.form ?? form, isOvertaken ? { isChanged: true } : { isRefused: true });
}

interface CheckState {
  /** Finishing was tried and something is missing. */
  readonly isRefused?: boolean;
  /** The draft is another one than was on the screen. */
  readonly isChanged?: boolean;
}

function sendCheck(kit: PageKit, res: Response, form: ExaminerForm, state: CheckState): void {
  const { t } = contextOf(res).translator;
  const isRefused = state.isRefused === true || state.isChanged === true;
  const model = {
    ...checkModel(wordingOf(res, form), form),
    isRefused: state.isRefused === true,
    isChanged: state.isChanged === true,
    commandId: randomUUID(),
  };
  const options = pageOf(res, form, t('examiner.check.title'), {
    status: isRefused ? 422 : 200,
    hasErrors: isRefused,
    helpKey: 'formCheck',
  });
  kit.sendPage(res, 'examiner-check', model, options);
}

/** All answers, and what is missing with links to the very control. */
export function checkModel(wording: Wording, form: ExaminerForm) {
  const { t } = wording.translator;
  const linkTo = (field: string) => {
    const query = { stap: stepOfField(form, field) ?? 1, fouten: 1 };
    return `${paths.form(form.formId, query)}#${encodeURIComponent(field)}`;
  };
  const errors = checkForm(form.definition, form.content);
  const missing = groupMissing(wording, form, errors).map(({ field, message }) => ({ href: linkTo(field), message }));
  return {
    action: paths.formCheck(form.formId),
    revision: form.revision,
    crumb: lead(wording, form),
    missing,
    missingCount: errors.length,
    continueHref: missing[0]?.href ?? '',
    backHref: paths.form(form.formId, { stap: 1 }),
    facts: [
      { label: t('examiner.check.facts.student'), value: form.studentName },
      { label: t('examiner.check.facts.exam'), value: form.examTitle },
      { label: t('examiner.check.facts.attempt'), value: String(form.attempt) },
      ...(form.dueAt === null ? [] : [{ label: t('examiner.check.facts.due'), value: longDay(wording, form.dueAt) }]),
    ],
    groups: answerGroups(form.definition, form.content, (component) => {
      if (!form.editable.includes(component.ref)) return '';
      const first = component.criteria[0];
      const field = first ? scoreFieldName(first.ref) : justificationFieldName(component.ref);
      return `${paths.form(form.formId, { stap: stepOfField(form, field) ?? 1 })}#${encodeURIComponent(field)}`;
    }),
    warning: t('examiner.check.warningText', { school: form.school.name }),
  };
}

/** One line for all criteria of a component that have no score: forty lines nobody reads. */
function groupMissing(wording: Wording, form: ExaminerForm, errors: readonly FormError[]): FieldMessage[] {
  const isScore = (error: FormError) => error.code === FormErrorCode.ScoreMissing;
  const byComponent = Map.groupBy(errors.filter(isScore), ({ ref }) => componentOf(ref));
  return errors.flatMap((error) => {
    if (!isScore(error)) return fieldMessages(wording, form.definition, [error]);
    const group = byComponent.get(componentOf(error.ref)) ?? [];
    if (group[0] !== error) return [];
    return group.length === 1 ? fieldMessages(wording, form.definition, [error]) : missingScores(wording, form, group);
  });
}

function missingScores(wording: Wording, form: ExaminerForm, group: readonly FormError[]): FieldMessage[] {
  const { t, lang } = wording.translator;
  const places = placesOf(form.definition);
  const found = group.flatMap(({ ref }) => places.get(ref) ?? []);
  const [first] = found;
  if (!first) return [];
  const numbers = new Intl.ListFormat(lang).format(found.map(({ number }) => String(number)));
  const { kind, workProcess } = first.component;
  const message = t('examiner.errors.scoresMissing', {
    numbers,
    component: kindName(wording, kind),
    process: workProcess.code,
  });
  return [{ field: first.field, message }];
}
