/** Answering an examiner who asks to be excused, or that somebody else does it. */

import type { Request, Response } from 'express';
import { AskKind, type AskState, DeclineReason } from '../../../../domain/assessment.ts';
import { isPresent } from '../../../../domain/text.ts';
import { answerAsk } from '../../../../prisma/commands/asks.ts';
import { deleteContact } from '../../../../prisma/commands/contacts.ts';
import { commandIdFor, newFormId } from '../../../command-id.ts';
import { memberOf, type PageHandler, type PageKit, wordingOf } from '../../../context.ts';
import { paths } from '../../../paths.ts';
import { initiatorOf, sendNotFound, textOf } from '../requests.ts';
import type { FieldError } from '../words.ts';
import { type AnswerInput, answerModel, Choice, choicesFor, type ReadProposal, readProposal } from './answer.model.ts';
import { askForReason, blockedText, readOverrides } from './conflict.ts';
import {
  type ChosenPerson,
  checkPerson,
  MAX_PEOPLE,
  NOBODY,
  type PersonInput,
  personField,
  personOf,
  readPerson,
} from './person.ts';
import { by, findSubject, type Subject, sayRefused } from './subject.ts';

interface Asked extends Subject {
  readonly ask: AskState;
  readonly proposal: ReadProposal | null;
}

export function showAnswer(kit: PageKit): PageHandler {
  return async (req, res) => {
    const subject = await findSubject(kit, req, res);
    if (!subject) return sendNotFound(kit, req, res);
    const asked = askedIn(subject);
    if (!asked) return tellGone(kit, res, subject);
    const input = {
      formId: newFormId(),
      choice: null,
      isForAll: true,
      reason: '',
      person: personFor(asked.proposal),
      isArchiving: false,
      overrides: [],
    };
    await sendAnswer(kit, res, asked, input);
  };
}

function askedIn(subject: Subject): Asked | null {
  const ask = subject.page.state.examiners[subject.examiner.contactId]?.ask;
  // Whoever wants a finished form back is answered on a page of its own.
  if (!ask || ask.kind === AskKind.Return) return null;
  const proposal = ask.proposal && readProposal(subject.page.texts.get(ask.proposal.textId));
  return { ...subject, ask, proposal };
}

/** Who is proposed can be mended first: a name or an address may have been mistyped. */
function personFor(proposal: ReadProposal | null): PersonInput {
  return proposal ? { ...NOBODY, name: proposal.name, email: proposal.email } : NOBODY;
}

function tellGone(kit: PageKit, res: Response, { page, examiner }: Subject): void {
  const text = wordingOf(res).translator.t('mending.answer.gone', { name: examiner.name });
  kit.setFlash(res, { kind: 'info', text });
  res.redirect(303, paths.assessment(page.id));
}

export function postAnswer(kit: PageKit): PageHandler {
  return async (req, res) => {
    const subject = await findSubject(kit, req, res);
    if (!subject) return sendNotFound(kit, req, res);
    const asked = askedIn(subject);
    // A second click finds nothing asked any more; what was answered stands on the page of the assessment.
    if (!asked) return tellGone(kit, res, subject);
    const input = readInput(req, asked);
    if (textOf(req.body, 'stap') === 'zoeken') return sendAnswer(kit, res, asked, input);
    const errors = checkInput(res, input);
    if (errors.length > 0) return sendAnswer(kit, res, asked, input, errors);
    await answer(kit, res, asked, input);
  };
}

function readInput(req: Request, { ask, proposal }: Asked): AnswerInput {
  const choice = textOf(req.body, 'antwoord');
  return {
    formId: textOf(req.body, 'formulier'),
    choice: choicesFor(ask, proposal).find((each) => each === choice) ?? null,
    isForAll: textOf(req.body, 'ook') !== '',
    reason: textOf(req.body, 'reason'),
    person: readPerson(req),
    isArchiving: ask.declineReason === DeclineReason.LeftEmployer && textOf(req.body, 'opruimen') !== '',
    overrides: readOverrides(req),
  };
}

function checkInput(res: Response, { choice, reason, person }: AnswerInput): FieldError[] {
  const wording = wordingOf(res);
  const { t } = wording.translator;
  if (choice === null) return [{ field: 'antwoord', message: t('mending.answer.errorChoice') }];
  if (choice === Choice.Other) return checkPerson(wording, person);
  if (choice === Choice.No && !isPresent(reason))
    return [{ field: 'reason', message: t('mending.answer.errorReason') }];
  return [];
}

/** Who does it instead; nobody for the other answers. */
function replacementOf({ proposal }: Asked, { choice, person }: AnswerInput): ChosenPerson {
  if (choice === Choice.Other) return personOf(person);
  const isProposed = choice === Choice.Proposed && proposal !== null;
  return { contactId: null, newContact: isProposed ? { name: proposal.name, email: proposal.email } : null };
}

async function answer(kit: PageKit, res: Response, asked: Asked, input: AnswerInput): Promise<void> {
  const wording = wordingOf(res);
  const { t } = wording.translator;
  const initiator = initiatorOf(kit, res);
  const { membershipId } = memberOf(res);
  const { page, examiner } = asked;
  const { name, contactId } = examiner;
  const others = input.isForAll ? await initiator.findAlsoAsked(membershipId, page.id, contactId) : [];
  const { contactId: replacement, newContact } = replacementOf(asked, input);
  const command = {
    assessmentIds: [page.id, ...others.map(({ assessmentId }) => assessmentId)],
    contactId,
    isAgreed: input.choice !== Choice.No,
    reason: input.reason,
    replacement,
    createContact: newContact,
    remark: '',
    initiatorId: membershipId,
    kid: kit.keyring.current,
    overrides: input.overrides,
  };
  const { kid: _kid, ...content } = command;
  const outcome = await kit.command(answerAsk, command, by(res, commandIdFor(input.formId, content)));
  if (outcome.ok) {
    const { replacementId } = outcome.value;
    const [contact] = replacementId === null ? [] : await initiator.findContacts([replacementId]);
    const other = contact?.name ?? '';
    const done = t(`mending.answer.done.${doneKey(input.choice)}`, { name, other });
    const archived = input.isArchiving && command.isAgreed ? await archive(kit, res, examiner) : '';
    kit.setFlash(res, { kind: 'ok', text: [done, archived].filter(Boolean).join(' ') });
    return res.redirect(303, paths.assessment(page.id));
  }
  const overrides = askForReason(wording, input.overrides, outcome);
  if (overrides) return sendAnswer(kit, res, asked, { ...input, overrides: overrides.overrides }, overrides.errors);
  const message = blockedText(wording, outcome) || sayRefused(wording, outcome, name);
  await sendAnswer(kit, res, asked, input, [{ field: fieldOfRefusal(outcome.code, input), message }]);
}

/** @returns what became of it, as a sentence */
async function archive(kit: PageKit, res: Response, { contactId, name }: Subject['examiner']): Promise<string> {
  const { t } = wordingOf(res).translator;
  const { ok } = await kit.command(deleteContact, { contactId }, by(res));
  return t(ok ? 'returning.contact.archived' : 'returning.contact.notArchived', { name });
}

function doneKey(choice: Choice | null): 'proposed' | 'other' | 'nobody' | 'no' {
  if (choice === Choice.Proposed) return 'proposed';
  if (choice === Choice.Other) return 'other';
  return choice === Choice.Nobody ? 'nobody' : 'no';
}

function fieldOfRefusal(code: string, { choice, person }: AnswerInput): string {
  if (code.startsWith('REASON_') || code === 'TEXT_FORBIDDEN_CHARACTER') return 'reason';
  return choice === Choice.Other ? personField(code, person) : 'antwoord';
}

async function sendAnswer(
  kit: PageKit,
  res: Response,
  asked: Asked,
  input: AnswerInput,
  errors: readonly FieldError[] = [],
): Promise<void> {
  const initiator = initiatorOf(kit, res);
  const { page, examiner, ask, proposal } = asked;
  const [found, siblings] = await Promise.all([
    initiator.searchContacts(input.person.query, MAX_PEOPLE + 1),
    initiator.findAlsoAsked(memberOf(res).membershipId, page.id, examiner.contactId),
  ]);
  const model = answerModel(wordingOf(res), asked, input, { ask, proposal, siblings, found, errors });
  const hasErrors = errors.length > 0;
  kit.sendPage(res, 'answer-ask', model, {
    title: model.title,
    hasErrors,
    status: hasErrors ? 422 : 200,
    scripts: ['students.js'],
    helpKey: 'mending',
  });
}
