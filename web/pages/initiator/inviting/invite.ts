import type { Response } from 'express';
import { defaultSendDay } from '../../../../domain/quiet-hours.ts';
import { type StartBatch, startBatch } from '../../../../prisma/commands/batches.ts';
import { commandIdFor } from '../../../command-id.ts';
import { memberActor, memberOf, type PageHandler, type PageKit, wordingOf } from '../../../context.ts';
import { paths } from '../../../paths.ts';
import { listNames } from '../../../wording.ts';
import { findSelection, idsOf, initiatorOf, pathsOf, type Selection, sendNotFound } from '../requests.ts';
import type { FieldError } from '../words.ts';
import { findCandidates, findInvited } from './candidates.ts';
import { inviteModel } from './invite.model.ts';
import { blankInput, type InviteInput, readInput } from './invite-form.ts';
import { type InviteFacts, type JudgedInvite, judgeInvite } from './judge.ts';
import { type KeptFiles, keepFiles } from './keep-files.ts';
import { batchRefusal } from './refusals.ts';
import { readUpload } from './upload.ts';
import { workOffWhileWaiting } from './work-off.ts';

const NO_FILES: KeptFiles = { kept: [], added: [], refused: [] };

/** Third step: whom to invite, when, with which words and files. */
export function showInvite(kit: PageKit): PageHandler {
  return async (req, res) => {
    const selection = await findSelection(kit, req, res);
    if (!selection) return sendNotFound(kit, req, res);
    const facts = await readFacts(kit, res, selection, NO_FILES);
    const day = defaultSendDay(facts.now.toISOString(), wordingOf(res).timeZone);
    sendInvite(kit, res, blankInput(selection, day, facts.settings.reminders), facts);
  };
}

/** Keeps the files, and sends or plans when nothing is wrong. */
export function postInvite(kit: PageKit): PageHandler {
  return async (req, res) => {
    const files = await readUpload(req, res);
    // Only now is there a body in which the token can be.
    if (!kit.csrf.isValid(req)) return void kit.forbidden(req, res, () => undefined);
    const selection = await findSelection(kit, req, res);
    if (!selection) return sendNotFound(kit, req, res);
    const input = readInput(req.body, selection);
    const kept = await keepFiles(kit, res, input.formId, idsOf(req.body, 'bijlage'), files);
    await send(kit, res, input, await readFacts(kit, res, selection, kept));
  };
}

/** All that a form is judged by. */
export async function readFacts(
  kit: PageKit,
  res: Response,
  selection: Selection,
  files: KeptFiles,
): Promise<InviteFacts> {
  const initiator = initiatorOf(kit, res);
  const { assessments } = selection;
  const contactIds = [...findCandidates(assessments).map(({ contactId }) => contactId), ...findInvited(assessments)];
  const [contacts, settings, now, { conflicts }] = await Promise.all([
    initiator.findContacts([...new Set(contactIds)]),
    initiator.settings(),
    initiator.now(),
    initiator.checkKeptChoice(
      assessments.map(({ id }) => id),
      memberOf(res).membershipId,
    ),
  ]);
  return { selection, contacts, files, settings, conflicts, now };
}

async function send(kit: PageKit, res: Response, input: InviteInput, facts: InviteFacts): Promise<void> {
  const wording = wordingOf(res);
  const judged = judgeInvite(wording, input, facts);
  if (judged.errors.length > 0) return sendInvite(kit, res, input, facts, judged.errors);
  const member = memberOf(res);
  const { selection, contacts, files } = facts;
  const command: StartBatch = {
    seriesId: selection.seriesId,
    assessmentIds: judged.assessments.map(({ id }) => id),
    contactIds: judged.chosen.map(({ contactId }) => contactId),
    initiatorId: member.membershipId,
    remark: judged.remark,
    attachmentIds: files.kept.map(({ id }) => id),
    sendAt: judged.moment.sendAt,
    reminderPolicy: judged.reminders.isOwn ? judged.reminders.policy : null,
    overrides: judged.overrides,
  };
  const outcome = await kit.command(startBatch, command, {
    schoolId: member.schoolId,
    actor: memberActor(res),
    commandId: commandIdFor(input.formId, command),
  });
  if (!outcome.ok) {
    const error = batchRefusal(wording, outcome, (id) => contacts.find((contact) => contact.id === id)?.name);
    return sendInvite(kit, res, input, facts, [error]);
  }
  await finish(kit, res, facts, judged, outcome.value.batchId);
}

/** A small batch is done before the answer; what takes longer has a page of its own. */
async function finish(
  kit: PageKit,
  res: Response,
  { selection, contacts }: InviteFacts,
  { chosen, moment }: JudgedInvite,
  batchId: string,
): Promise<void> {
  const wording = wordingOf(res);
  const isDone = moment.sendAt === null && (await workOffWhileWaiting(kit, res, batchId));
  if (!isDone) return res.redirect(303, paths.batch(batchId));
  const names = chosen.flatMap(({ contactId }) => contacts.find(({ id }) => id === contactId)?.name ?? []);
  kit.setFlash(res, {
    kind: 'ok',
    text: wording.translator.t('initiator.invite.sent', { count: names.length, names: listNames(wording, names) }),
  });
  res.redirect(303, pathsOf(selection).overview);
}

function sendInvite(
  kit: PageKit,
  res: Response,
  input: InviteInput,
  facts: InviteFacts,
  errors: readonly FieldError[] = [],
): void {
  const wording = wordingOf(res);
  const model = inviteModel(wording, input, facts, judgeInvite(wording, input, facts), errors);
  const hasErrors = errors.length > 0;
  kit.sendPage(res, 'invite', model, {
    title: model.title,
    width: 'wide',
    hasErrors,
    status: hasErrors ? 422 : 200,
    scripts: ['upload.js'],
    helpKey: 'invite',
  });
}
