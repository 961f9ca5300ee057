/** A member of the committee corrects a finished form: words, and scores where the school allows it. */

import { randomUUID } from 'node:crypto';
import type { Request, Response } from 'express';
import { AssessmentStatus, FormStatus } from '../../../../domain/assessment.ts';
import { CommitteeEdits } from '../../../../domain/deciding.ts';
import { correctorRefusal } from '../../../../domain/deciding-decide.ts';
import { checkForm, type FormContent, isSameContent } from '../../../../domain/form.ts';
import { correctForm } from '../../../../prisma/commands/editing.ts';
import { reasonProblem } from '../../../../prisma/commands/reasons.ts';
import type { Dossier } from '../../../../prisma/repositories/committee-dossier.ts';
import { commandIdFor } from '../../../command-id.ts';
import { memberActor, memberOf, type PageKit, wordingOf } from '../../../context.ts';
import { paths } from '../../../paths.ts';
import { fieldMessages } from '../../examiner/words.ts';
import { decisionFactsOf } from '../deciding/decision.ts';
import { readNonce } from '../office-choice.ts';
import { fieldOf, findDossier, withDossier } from '../support.ts';
import {
  type EditInput,
  editModel,
  type FinishedExaminer,
  isFinished,
  REASON,
  readEdits,
  reasonError,
  refusalText,
  staleText,
  VERSION,
} from './edit.model.ts';
import { mergeEdits } from './merge-edits.ts';

const VERSION_FORM = /^\d{1,4}$/;

export function createEditPages(kit: PageKit) {
  const show = withFinished(async (_req, res, dossier, examiner) => {
    const code = await refusalOf(kit, res, dossier, examiner);
    if (code !== null) {
      kit.setFlash(res, { kind: 'warning', text: refusalText(wordingOf(res), code) });
      return res.redirect(303, paths.dossier(dossier.id));
    }
    const { content, formVersion } = examiner.submission;
    send(res, dossier, examiner, { content, reason: '', formVersion, nonce: randomUUID(), errors: [], conflicts: [] });
  });

  const post = withFinished(async (req, res, dossier, examiner) => {
    const wording = wordingOf(res);
    const input = readInput(req, examiner);
    const errors = problemsOf(wording, req, examiner, input);
    if (errors.length > 0) return send(res, dossier, examiner, { ...input, errors });
    const member = memberOf(res);
    const { contactId, name } = examiner;
    const outcome = await kit.command(
      correctForm,
      {
        assessmentId: dossier.id,
        contactId,
        membershipId: member.membershipId,
        formVersion: input.formVersion,
        content: input.content,
        reason: input.reason,
      },
      {
        schoolId: member.schoolId,
        actor: memberActor(res),
        commandId: commandIdFor(input.nonce, `edit|${dossier.id}|${contactId}|${input.formVersion}`),
      },
    );
    if (!outcome.ok) return explain(req, res, outcome.code, input);
    const { t } = wording.translator;
    kit.setFlash(res, { kind: 'ok', text: t('editing.form.done', { name, version: outcome.value.formVersion }) });
    res.redirect(303, paths.dossier(dossier.id));
  });

  /** A refusal of the command: the page anew, from what is true now, with what was typed. */
  async function explain(req: Request, res: Response, code: string, input: EditInput): Promise<void> {
    const fresh = await findDossier(kit, req, res);
    const examiner = fresh?.examiners.find(({ contactId }) => contactId === req.params.contactId);
    if (!fresh || !isFinished(examiner)) return void kit.notFound(req, res, () => undefined);
    if (code === 'FORM_CHANGED') return sendStale(req, res, fresh, examiner);
    const message = refusalText(wordingOf(res), code);
    send(res, fresh, examiner, { ...input, errors: [{ field: 'main', message }] });
  }

  /** Somebody else was first: what this member did not touch is brought up to date, and what both changed is pointed out. */
  function sendStale(req: Request, res: Response, dossier: Dossier, examiner: FinishedExaminer): void {
    const { submission } = examiner;
    const base = baseOf(req, examiner);
    const { content } = readEdits(submission.definition, base, req.body ?? {});
    const merged = mergeEdits(submission.definition, base, content, submission.content);
    const message = staleText(wordingOf(res), submission.formVersion);
    send(res, dossier, examiner, {
      ...merged,
      reason: fieldOf(req, REASON),
      formVersion: submission.formVersion,
      nonce: randomUUID(),
      errors: [{ field: 'main', message }],
    });
  }

  function send(res: Response, dossier: Dossier, examiner: FinishedExaminer, input: EditInput): void {
    const wording = wordingOf(res);
    const hasErrors = input.errors.length > 0;
    kit.sendPage(res, 'committee-edit-form', editModel(wording, dossier, examiner, input), {
      title: wording.translator.t('editing.form.crumb'),
      hasErrors,
      status: hasErrors ? 422 : 200,
      helpKey: 'editing',
    });
  }

  function withFinished(
    handler: (req: Request, res: Response, dossier: Dossier, examiner: FinishedExaminer) => Promise<void> | void,
  ) {
    return withDossier(kit, async (req, res, dossier) => {
      const examiner = dossier.examiners.find(({ contactId }) => contactId === req.params.contactId);
      if (!examiner) return void kit.notFound(req, res, () => undefined);
      if (isFinished(examiner)) return handler(req, res, dossier, examiner);
      kit.setFlash(res, { kind: 'warning', text: refusalText(wordingOf(res), 'FORM_NOT_FINISHED') });
      res.redirect(303, paths.dossier(dossier.id));
    });
  }

  return { show, post };
}

function readVersion(req: Request): number {
  const version = fieldOf(req, VERSION);
  return VERSION_FORM.test(version) ? Number(version) : 0;
}

/** What was on the screen: a later version does not make the same press of the button another one. */
function baseOf(req: Request, { submission, versions }: FinishedExaminer): FormContent {
  const asked = readVersion(req);
  return versions.find(({ formVersion }) => formVersion === asked)?.content ?? submission.content;
}

function readInput(req: Request, examiner: FinishedExaminer): EditInput {
  const { content } = readEdits(examiner.submission.definition, baseOf(req, examiner), req.body ?? {});
  return {
    content,
    reason: fieldOf(req, REASON),
    formVersion: readVersion(req),
    nonce: readNonce(req),
    errors: [],
    conflicts: [],
  };
}

/** All that is wrong with what was typed, in the order of the page. */
function problemsOf(
  wording: ReturnType<typeof wordingOf>,
  req: Request,
  examiner: FinishedExaminer,
  { content, reason }: EditInput,
) {
  const { definition } = examiner.submission;
  const former = baseOf(req, examiner);
  const invalid = readEdits(definition, former, req.body ?? {}).errors.filter(({ code }) => code === 'SCORE_INVALID');
  const inForm = fieldMessages(wording, definition, [...invalid, ...checkForm(definition, content)]);
  const nothing =
    inForm.length === 0 && isSameContent(content, former)
      ? [{ field: 'main', message: refusalText(wording, 'NOTHING_CHANGED') }]
      : [];
  const problem = reasonProblem(reason);
  return [...inForm, ...nothing, ...(problem ? [reasonError(wording, problem)] : [])];
}

/** Why this member cannot correct this form now; null when it is possible. The command has the last word. */
export async function refusalOf(
  kit: PageKit,
  res: Response,
  dossier: Dossier,
  { state: examiner }: Pick<FinishedExaminer, 'state'>,
): Promise<string | null> {
  const { state, deciding } = dossier;
  if (deciding.committeeEdits === CommitteeEdits.Off) return 'EDIT_NOT_ALLOWED';
  if (state.status === AssessmentStatus.Final) return 'ASSESSMENT_FINAL';
  if (state.status === AssessmentStatus.Cancelled) return 'ASSESSMENT_CANCELLED';
  if (examiner?.form !== FormStatus.Finished) return 'FORM_NOT_FINISHED';
  if (state.status !== AssessmentStatus.Assessed) return 'ASSESSMENT_NOT_ASSESSED';
  const { committee, memberId } = await decisionFactsOf(kit, res, dossier);
  return correctorRefusal(state, memberId, committee);
}
