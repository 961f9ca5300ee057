/** The page on which examiners come to one judgement. A GET shows it; each button is one command. */
import { randomUUID } from 'node:crypto';
import type { Request, Response } from 'express';
import { v5 as uuidv5 } from 'uuid';
import { AssessmentError, FormStatus } from '../../../../domain/assessment.ts';
import {
  checkForm,
  type FormComponent,
  type FormContent,
  type FormDefinition,
  type FormError,
  isSameContent,
  parseFormContent,
} from '../../../../domain/form.ts';
import { MAX_REASON } from '../../../../domain/text.ts';
import { abandonAgreement, confirmAgreement, proposeAgreement } from '../../../../prisma/commands/agreement.ts';
import { reasonProblem } from '../../../../prisma/commands/reasons.ts';
import type {
  AgreementComponent,
  ExaminerAgreement,
  OpenAgreement,
} from '../../../../prisma/repositories/examiner-agreement.ts';
import { contextOf, type PageKit } from '../../../context.ts';
import { paths } from '../../../paths.ts';
import { isId } from '../../../posted.ts';
import { listNames } from '../../../wording.ts';
import { actorOf, type Granted, pageOf, wordingOf } from '../access.ts';
import { answerCard } from '../answers.model.ts';
import { wroteHere } from '../linkcare/finish-proof.ts';
import { bodyOf, textOf } from '../posted-form.ts';
import { sendRefused } from '../refused.ts';
import { withForm } from '../with-form.ts';
import { agreementModel } from './agreement.model.ts';
import type { AgreementPage, TypedProposal } from './component.model.ts';

/** Makes the same press of a button the same command. */
const COMMAND_NAMESPACE = '0a0f6c1e-6c8e-5a44-9c0a-7d9e54b0b1f2';

const NOTHING: Omit<AgreementPage, 'nonce'> = { typed: null, reason: null, notice: '', problem: '' };

export function createAgreementPages(kit: PageKit) {
  return {
    show: withForm(kit, async (_req, res, granted) => {
      if (!isFinished(kit, res, granted)) return;
      const agreement = await readAgreement(kit, granted);
      // Whoever has nothing to agree about has a finished form, and that is all there is to see.
      if (agreement.kind === 'none') return res.redirect(303, paths.form(granted.form.formId));
      sendAgreement(kit, res, granted, agreement, {}, 200);
    }),
    post: withForm(kit, async (req, res, granted) => {
      if (!isFinished(kit, res, granted)) return;
      const agreement = await readAgreement(kit, granted);
      if (!isTicked(kit, req, res, granted, agreement)) return;
      switch (textOf(bodyOf(req).actie)) {
        case 'akkoord':
          return confirm(kit, req, res, granted, agreement);
        case 'commissie':
          return abandon(kit, req, res, granted, agreement);
        default:
          return propose(kit, req, res, granted, agreement);
      }
    }),
  };
}

/**
 * A word about the scores binds; a mail scanner presses the button as well, so who wrote nothing here ticks a box.
 * @returns false when the answer has been sent
 */
function isTicked(kit: PageKit, req: Request, res: Response, granted: Granted, agreement: ExaminerAgreement): boolean {
  const body = bodyOf(req);
  const action = textOf(body.actie);
  const component = textOf(body.onderdeel);
  const isBinding =
    action !== 'commissie' && isOpen(agreement) && openComponent(agreement, granted, component) !== null;
  if (!isBinding || wroteHere(granted.grant, granted.form) || textOf(body.zelf) === 'on') return true;
  const typed = action === 'akkoord' ? null : readTyped(agreement.definition, component, body);
  const problem = contextOf(res).translator.t('linkcare.confirm.wordError');
  sendAgreement(kit, res, granted, agreement, { typed, problem }, 422);
  return false;
}

/** @returns false when the answer has been sent: nobody sees anything of others before they finished themselves */
function isFinished(kit: PageKit, res: Response, { form }: Granted): boolean {
  if (form.status === FormStatus.Finished) return true;
  if (form.status === FormStatus.Withdrawn && form.refusal !== null)
    sendRefused(kit, res, form, { code: form.refusal });
  else res.redirect(303, paths.form(form.formId));
  return false;
}

function readAgreement(kit: PageKit, { form }: Granted): Promise<ExaminerAgreement> {
  return kit.repositories.forSchool(form.school.id).examinerAgreement.findAgreement(form);
}

function isOpen(agreement: ExaminerAgreement): agreement is OpenAgreement {
  return agreement.kind !== 'none' && agreement.kind !== 'blind' && agreement.kind !== 'third';
}

function sendAgreement(
  kit: PageKit,
  res: Response,
  { form, grant }: Granted,
  agreement: ExaminerAgreement,
  state: Partial<AgreementPage>,
  status: 200 | 409 | 422,
): void {
  const wording = wordingOf(res, form);
  const { t } = wording.translator;
  const page = { ...NOTHING, ...state, nonce: randomUUID() };
  const options = pageOf(res, form, t('agreement.title'), {
    status,
    hasErrors: status !== 200,
    helpKey: 'formAgreement',
  });
  if (isOpen(agreement)) {
    const tick = { hasTick: !wroteHere(grant, form), isTicked: textOf(bodyOf(res.req).zelf) === 'on' };
    kit.sendPage(res, 'examiner-agreement', { ...agreementModel(wording, form, agreement, page), ...tick }, options);
    return;
  }
  const texts = {
    none: { title: t('agreement.wait.noneTitle'), text: t('agreement.wait.noneText') },
    blind: { title: t('agreement.wait.blindTitle'), text: t('agreement.wait.blindText') },
    third: { title: t('agreement.wait.thirdTitle'), text: t('agreement.next.third') },
  };
  const component = componentOf(form.definition, page.typed?.component ?? '');
  const model = {
    ...texts[agreement.kind],
    notice: page.notice,
    typed: page.typed && component ? answerCard(component, page.typed.content) : null,
    action: { href: paths.form(form.formId), label: t('examiner.done.view') },
  };
  kit.sendPage(res, 'examiner-agreement-wait', model, { ...options, title: model.title });
}

function componentOf({ components }: FormDefinition, ref: string): FormComponent | undefined {
  return components.find((component) => component.ref === ref);
}

/** The component that was posted, when this examiner still has a word about it. */
function openComponent(agreement: ExaminerAgreement, { form }: Granted, ref: string): AgreementComponent | null {
  if (agreement.kind !== 'running') return null;
  const found = agreement.components.find((component) => component.ref === ref);
  return found && found.agreed === null && found.deciders.includes(form.contactId) ? found : null;
}

async function propose(
  kit: PageKit,
  req: Request,
  res: Response,
  granted: Granted,
  agreement: ExaminerAgreement,
): Promise<void> {
  const { form } = granted;
  const { t } = contextOf(res).translator;
  const body = bodyOf(req);
  const component = textOf(body.onderdeel);
  const typed = readTyped(isOpen(agreement) ? agreement.definition : form.definition, component, body);
  const found = openComponent(agreement, granted, component);
  if (found === null) {
    return sendAgreement(kit, res, granted, agreement, { typed, notice: t('agreement.changed.over') }, 409);
  }
  // Sent twice: the first one was taken.
  if (isOwnProposal(found, granted, typed)) return res.redirect(303, hereOf(granted));
  if ((found.proposal?.proposalId ?? '') !== textOf(body.voorstel)) {
    return sendAgreement(
      kit,
      res,
      granted,
      agreement,
      { typed, notice: changedBy(res, granted, agreement, found) },
      409,
    );
  }
  if (typed.errors.length > 0) return sendAgreement(kit, res, granted, agreement, { typed }, 422);
  const seconds = await kit.limits.take('agreement', form.contactId);
  if (seconds !== null) {
    const problem = t('agreement.errors.tooOften', { count: Math.ceil(seconds / 60) });
    return sendAgreement(kit, res, granted, agreement, { typed, problem }, 422);
  }
  const { scores, justifications } = typed.content;
  const outcome = await kit.command(
    proposeAgreement,
    {
      assessmentId: form.assessmentId,
      contactId: form.contactId,
      component,
      scores,
      justification: justifications[component] ?? '',
      instead: found.proposal?.proposalId ?? null,
    },
    { ...actorOf(granted), ...commandIdOf(granted, 'voorstel', body) },
  );
  // Somebody proposed at the same moment: whoever typed sees that first, with their own words kept.
  if (!outcome.ok) {
    return sendOvertaken(kit, res, granted, { typed, isChanged: outcome.code === AssessmentError.ProposalChanged });
  }
  const isAlone = found.deciders.length === 1;
  const names = namesOf(res, granted, agreement, found.deciders);
  kit.setFlash(res, {
    kind: 'ok',
    text: isAlone ? t('agreement.done.decided') : t('agreement.done.proposed', { names }),
  });
  res.redirect(303, hereOf(granted));
}

/** A proposal must be whole, as a form must be that is finished. */
function readTyped(definition: FormDefinition, ref: string, body: Readonly<Record<string, unknown>>): TypedProposal {
  const component = componentOf(definition, ref);
  const posted = { components: component ? [component] : [], policy: definition.policy };
  const { content, errors } = parseFormContent(posted, body);
  const at = (error: FormError) => `${error.code} ${error.ref}`;
  const known = new Set(errors.map(({ ref: place }) => place));
  const others = checkForm(posted, content).filter((error) => !known.has(error.ref));
  const all = new Map([...errors, ...others].map((error) => [at(error), error]));
  return { component: ref, content, errors: [...all.values()] };
}

function isOwnProposal({ ref, proposal }: AgreementComponent, { form }: Granted, { content }: TypedProposal): boolean {
  if (proposal === null || proposal.by !== form.contactId) return false;
  const own: FormContent = { scores: proposal.scores, justifications: { [ref]: proposal.justification } };
  return isSameContent(own, content);
}

async function confirm(
  kit: PageKit,
  req: Request,
  res: Response,
  granted: Granted,
  agreement: ExaminerAgreement,
): Promise<void> {
  const { form } = granted;
  const { t } = contextOf(res).translator;
  const body = bodyOf(req);
  const component = textOf(body.onderdeel);
  const proposalId = textOf(body.voorstel);
  const here = hereOf(granted);
  const before = isOpen(agreement) ? agreement.components.find(({ ref }) => ref === component) : undefined;
  // Sent twice: what they said yes to is settled, or waits for the others.
  if (before?.agreed?.by.includes(form.contactId)) return res.redirect(303, here);
  if (before?.proposal?.proposalId === proposalId && before.proposal.confirmedBy.includes(form.contactId))
    return res.redirect(303, here);
  if (!openComponent(agreement, granted, component) || !isId(proposalId)) {
    return sendAgreement(kit, res, granted, agreement, { notice: t('agreement.changed.over') }, 409);
  }
  const outcome = await kit.command(
    confirmAgreement,
    { assessmentId: form.assessmentId, contactId: form.contactId, component, proposalId },
    { ...actorOf(granted), ...commandIdOf(granted, 'akkoord', body) },
  );
  if (!outcome.ok)
    return sendOvertaken(kit, res, granted, { isConfirming: outcome.code === AssessmentError.ProposalChanged });
  const after = await readAgreement(kit, granted);
  const isAll = isOpen(after) && after.components.find(({ ref }) => ref === component)?.agreed !== null;
  kit.setFlash(res, { kind: 'ok', text: t(isAll ? 'agreement.done.agreed' : 'agreement.done.confirmed') });
  res.redirect(303, here);
}

async function abandon(
  kit: PageKit,
  req: Request,
  res: Response,
  granted: Granted,
  agreement: ExaminerAgreement,
): Promise<void> {
  const { form } = granted;
  const { t } = contextOf(res).translator;
  const body = bodyOf(req);
  const value = textOf(body.reden);
  if (agreement.kind === 'abandoned' && agreement.end?.by === form.contactId) return res.redirect(303, hereOf(granted));
  if (agreement.kind !== 'running') {
    return sendAgreement(kit, res, granted, agreement, { notice: t('agreement.changed.over') }, 409);
  }
  const problem = reasonProblem(value);
  if (problem) {
    const { code: at = '', position = 0, length = 0 } = problem.params;
    const error = t(`agreement.abandon.${problem.code as 'REASON_REQUIRED'}`, {
      code: String(at),
      position: Number(position) + 1,
      length: Number(length),
      max: MAX_REASON,
    });
    return sendAgreement(kit, res, granted, agreement, { reason: { value, error } }, 422);
  }
  const outcome = await kit.command(
    abandonAgreement,
    { assessmentId: form.assessmentId, contactId: form.contactId, reason: value },
    { ...actorOf(granted), ...commandIdOf(granted, 'commissie', body) },
  );
  if (!outcome.ok) return sendOvertaken(kit, res, granted, { reason: { value, error: '' } });
  kit.setFlash(res, { kind: 'ok', text: t('agreement.done.abandoned') });
  res.redirect(303, hereOf(granted));
}

/** The command was refused: the page anew from what is true now, with what was typed. */
async function sendOvertaken(
  kit: PageKit,
  res: Response,
  granted: Granted,
  {
    typed = null,
    reason = null,
    isConfirming = false,
    isChanged = false,
  }: {
    readonly typed?: TypedProposal | null;
    readonly reason?: AgreementPage['reason'];
    readonly isConfirming?: boolean;
    readonly isChanged?: boolean;
  },
): Promise<void> {
  const { t } = contextOf(res).translator;
  const agreement = await readAgreement(kit, granted);
  if (isConfirming) {
    return sendAgreement(kit, res, granted, agreement, { notice: t('agreement.changed.confirmProposal') }, 409);
  }
  const changed = isChanged && typed ? openComponent(agreement, granted, typed.component) : null;
  if (changed !== null) {
    return sendAgreement(
      kit,
      res,
      granted,
      agreement,
      { typed, notice: changedBy(res, granted, agreement, changed) },
      409,
    );
  }
  const isStillOpen = typed
    ? openComponent(agreement, granted, typed.component) !== null
    : agreement.kind === 'running';
  if (isStillOpen) {
    return sendAgreement(kit, res, granted, agreement, { typed, reason, problem: t('agreement.errors.other') }, 422);
  }
  sendAgreement(kit, res, granted, agreement, { typed, reason, notice: t('agreement.changed.over') }, 409);
}

function changedBy(res: Response, granted: Granted, agreement: ExaminerAgreement, found: AgreementComponent): string {
  const { t } = contextOf(res).translator;
  const by = found.proposal?.by ?? '';
  const name = by === granted.form.contactId ? '' : namesOf(res, granted, agreement, [by]);
  return name === '' ? t('agreement.changed.unknown') : t('agreement.changed.proposal', { name });
}

/** Names of others among these. */
function namesOf(res: Response, { form }: Granted, agreement: ExaminerAgreement, ids: readonly string[]): string {
  const parties = isOpen(agreement) ? agreement.parties : [];
  const others = parties.filter(({ contactId }) => contactId !== form.contactId && ids.includes(contactId));
  return listNames(
    wordingOf(res, form),
    others.map(({ name }) => name),
  );
}

function hereOf({ form }: Granted): string {
  return paths.formAgreement(form.formId);
}

/** Empty when the page did not say which press it was: then it is a new one. */
function commandIdOf(
  { form }: Granted,
  action: string,
  body: Readonly<Record<string, unknown>>,
): { readonly commandId?: string } {
  const nonce = textOf(body.opdracht);
  if (!isId(nonce)) return {};
  return { commandId: uuidv5(`${action}|${form.formId}|${textOf(body.onderdeel)}|${nonce}`, COMMAND_NAMESPACE) };
}
