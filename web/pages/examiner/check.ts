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
  takesEvidence,
} from '../../../domain/form.ts';
import { FinishCodePolicy } from '../../../domain/school.ts';
import { finishCommandId, finishForm } from '../../../prisma/commands/forms.ts';
import type { ExaminerForm } from '../../../prisma/repositories/examiner.ts';
import { contextOf, type PageKit } from '../../context.ts';
import { paths } from '../../paths.ts';
import type { Wording } from '../../wording.ts';
import { actorOf, findGranted, type Granted, pageOf, wordingOf } from './access.ts';
import { answerGroups } from './answers.model.ts';
import { evidenceMark, evidenceRefs, itemsOf } from './evidence/evidence.model.ts';
import { lead, stepOfField } from './form.model.ts';
import { findFinishProof, needsTick, requestFinishCode } from './linkcare/finish-proof.ts';
import { bodyOf, readRevision, textOf } from './posted-form.ts';
import { sendRefused } from './refused.ts';
import { checkChanges } from './returning/returned.model.ts';
import { withForm } from './with-form.ts';
import { type FieldMessage, fieldMessages, kindName, placesOf } from './words.ts';

export function createCheckPages(kit: PageKit) {
  return {
    show: withForm(kit, (_req, res, granted) => {
      if (!isReady(kit, res, granted.form)) return;
      sendCheck(kit, res, granted, {});
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
 * post leads to the finished page. Where the school wants a code, it is asked for first.
 */
async function finish(kit: PageKit, req: Request, res: Response, granted: Granted): Promise<void> {
  const { form, grant } = granted;
  if (!isReady(kit, res, form)) return;
  const body = bodyOf(req);
  if (readRevision(body.revisie) !== form.revision) return sendCheck(kit, res, granted, { isChanged: true });
  if (takesEvidence(form.definition) && textOf(body.bewijs) !== evidenceMark(form))
    return sendCheck(kit, res, granted, { isChanged: true });
  if (errorsOf(form).length > 0) return sendCheck(kit, res, granted, { isRefused: true });
  if (needsTick(grant, form) && textOf(body.zelf) !== 'on') return sendCheck(kit, res, granted, { isUnticked: true });
  const proof = await findFinishProof(kit, res, form);
  if (proof === null) return askCode(kit, res, granted);
  await finishGranted(kit, res, granted, { nonce: textOf(body.opdracht), ...(proof === 'free' ? {} : proof) });
}

async function askCode(kit: PageKit, res: Response, granted: Granted): Promise<void> {
  const problem = await requestFinishCode(kit, res, granted, false);
  if (problem !== null) return sendCheck(kit, res, granted, { problem });
  res.redirect(303, paths.formFinishCode(granted.form.formId));
}

/** Finishes the form as it was read. @param proof nonce: what makes this press of the button this one */
export async function finishGranted(
  kit: PageKit,
  res: Response,
  granted: Granted,
  { nonce, codeId }: { readonly nonce: string; readonly codeId?: string },
): Promise<void> {
  const { form } = granted;
  const { assessmentId, contactId, invitationId, content, revision } = form;
  const outcome = await kit.command(
    finishForm,
    {
      assessmentId,
      contactId,
      invitationId,
      content,
      revision,
      evidenceMark: evidenceMark(form),
      ...(codeId === undefined ? {} : { codeId }),
    },
    { ...actorOf(granted), commandId: finishCommandId(form.formId, revision, nonce) },
  );
  if (outcome.ok || outcome.code === AssessmentError.FormFinished)
    return res.redirect(303, paths.formDone(form.formId));
  if (outcome.code === 'CODE_NEEDED')
    return sendCheck(kit, res, granted, { problem: contextOf(res).translator.t('linkcare.finish.expired') });
  const isOvertaken = outcome.code === 'CHANGED_MEANWHILE';
  const isLacking =
    outcome.code === AssessmentError.FormIncomplete || outcome.code === AssessmentError.EvidenceRequired;
  if (!isOvertaken && !isLacking) return sendRefused(kit, res, form, { code: outcome.code });
  const fresh = await findGranted(kit, res, form.formId);
  sendCheck(kit, res, fresh ?? granted, isOvertaken ? { isChanged: true } : { isRefused: true });
}

export interface CheckState {
  /** Finishing was tried and something is missing. */
  readonly isRefused?: boolean;
  /** The draft is another one than was on the screen. */
  readonly isChanged?: boolean;
  /** The box was not ticked. */
  readonly isUnticked?: boolean;
  /** Why no code was sent, or the code does not count. */
  readonly problem?: string;
}

export function sendCheck(kit: PageKit, res: Response, { form, grant }: Granted, state: CheckState): void {
  const { t } = contextOf(res).translator;
  const { isRefused = false, isChanged = false, isUnticked = false, problem = '' } = state;
  const isBad = isRefused || isChanged || isUnticked || problem !== '';
  const model = {
    ...checkModel(wordingOf(res, form), form),
    isRefused,
    isChanged,
    problem,
    commandId: randomUUID(),
    hasTick: needsTick(grant, form),
    tickErrors: isUnticked ? [{ field: 'zelf', message: t('linkcare.confirm.error') }] : [],
    hasCode: form.finishCode !== FinishCodePolicy.Off,
  };
  const options = pageOf(res, form, t('examiner.check.title'), {
    status: isBad ? 422 : 200,
    hasErrors: isBad,
    helpKey: 'formCheck',
  });
  kit.sendPage(res, 'examiner-check', model, options);
}

function errorsOf(form: ExaminerForm): FormError[] {
  return checkForm(form.definition, form.content, evidenceRefs(form));
}

/** All answers, and what is missing with links to the very control. */
export function checkModel(wording: Wording, form: ExaminerForm) {
  const { t } = wording.translator;
  const linkTo = (field: string) => {
    const query = { stap: stepOfField(form, field) ?? 1, fouten: 1 };
    return `${paths.form(form.formId, query)}#${encodeURIComponent(field)}`;
  };
  const errors = errorsOf(form);
  const missing = groupMissing(wording, form, errors).map(({ field, message }) => ({ href: linkTo(field), message }));
  return {
    action: paths.formCheck(form.formId),
    revision: form.revision,
    evidence: takesEvidence(form.definition) ? evidenceMark(form) : '',
    crumb: [form.studentName, lead(wording, form)].join(' · '),
    lead: missing.length > 0 ? '' : t('examiner.check.lead', { name: form.studentName }),
    ...checkChanges(wording, form),
    missing,
    missingCount: errors.length,
    continueHref: missing[0]?.href ?? '',
    backHref: paths.form(form.formId, { stap: 1 }),
    groups: answerGroups(
      form.definition,
      form.content,
      (component) => {
        if (!form.editable.includes(component.ref)) return '';
        const first = component.criteria[0];
        const field = first ? scoreFieldName(first.ref) : justificationFieldName(component.ref);
        return `${paths.form(form.formId, { stap: stepOfField(form, field) ?? 1 })}#${encodeURIComponent(field)}`;
      },
      ({ ref }) => itemsOf(wording, form, ref),
    ),
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
