import type { Request, Response } from 'express';
import { v5 as uuidv5 } from 'uuid';
import {
  checkAttachment,
  cleanFileName,
  MAX_ATTACHMENTS,
  MAX_ATTACHMENTS_BYTES,
} from '../../../../platform/attachments.ts';
import { inviteExaminers } from '../../../../prisma/commands/inviting.ts';
import { memberActor, memberOf, type PageHandler, type PageKit, wordingOf } from '../../../context.ts';
import { isId } from '../../../posted.ts';
import { listNames } from '../../../wording.ts';
import {
  commandIdFor,
  findSelection,
  idsOf,
  initiatorOf,
  newFormId,
  pathsOf,
  type Selection,
  sendNotFound,
  textOf,
} from '../requests.ts';
import { type FieldError, refusalText } from '../words.ts';
import {
  type Candidate,
  findCandidates,
  findInvited,
  type InviteInput,
  inviteModel,
  readRemark,
} from './invite.model.ts';
import { FILES_FIELD, readUpload, type UploadedFile, UploadProblem } from './upload.ts';

const ATTACHMENT_NAMESPACE = '4c2c5ad4-7d7a-5f0c-9b6b-8e0f54a6a0b1';

interface Invitation {
  readonly selection: Selection;
  readonly candidates: readonly Candidate[];
  readonly input: InviteInput;
  readonly attachmentIds: readonly string[];
}

/** Third step: whom to invite, with which words and files. */
export function showInvite(kit: PageKit): PageHandler {
  return async (req, res) => {
    const selection = await findSelection(kit, req, res);
    if (!selection) return sendNotFound(kit, req, res);
    const candidates = findCandidates(selection.assessments);
    const input = { formId: newFormId(), contactIds: candidates.map(({ contactId }) => contactId), remark: '' };
    await sendInvite(kit, res, { selection, candidates, input, attachmentIds: [] });
  };
}

/** Keeps the files, and sends when nothing is wrong. */
export function postInvite(kit: PageKit): PageHandler {
  return async (req, res) => {
    const files = await readUpload(req, res);
    // Only now is there a body in which the token can be.
    if (!kit.csrf.isValid(req)) return void kit.forbidden(req, res, () => undefined);
    const selection = await findSelection(kit, req, res);
    if (!selection) return sendNotFound(kit, req, res);
    const candidates = findCandidates(selection.assessments);
    const input = readInput(req, candidates);
    const kept = await keepFiles(kit, res, input.formId, idsOf(req.body, 'bijlage'), files);
    await send(kit, res, { selection, candidates, input, attachmentIds: kept.attachmentIds }, kept.errors);
  };
}

function readInput(req: Request, candidates: readonly Candidate[]): InviteInput {
  const formId = textOf(req.body, 'formulier');
  const chosen = idsOf(req.body, 'wie');
  return {
    formId: isId(formId) ? formId : newFormId(),
    contactIds: candidates.map(({ contactId }) => contactId).filter((id) => chosen.includes(id)),
    remark: textOf(req.body, 'remark'),
  };
}

/** Checks every file by its content and stores the good ones, so that a mistake elsewhere does not cost an upload. */
async function keepFiles(
  kit: PageKit,
  res: Response,
  formId: string,
  keptIds: readonly string[],
  files: readonly UploadedFile[],
): Promise<{ attachmentIds: string[]; errors: FieldError[] }> {
  const { translator } = wordingOf(res);
  const initiator = initiatorOf(kit, res);
  const { membershipId } = memberOf(res);
  const before = await initiator.findAttachments(membershipId, keptIds);
  const attachmentIds = before.map(({ id }) => id);
  let total = before.reduce((sum, { size }) => sum + size, 0);
  const errors: FieldError[] = [];
  for (const file of files) {
    const problem = file.problem ?? limitPassed(attachmentIds.length, total + file.bytes.length);
    const checked = problem === null ? await checkAttachment(file.originalName, file.bytes) : null;
    if (checked?.ok !== true) {
      const code = checked?.problem ?? problem ?? UploadProblem.TotalTooLarge;
      const name = cleanFileName(file.originalName);
      errors.push({
        field: FILES_FIELD,
        message: translator.t(`initiator.file.${code}`, { name, max: MAX_ATTACHMENTS }),
      });
      continue;
    }
    const stored = await kit.documents.put(file.bytes);
    // The same file in the same form is the same attachment: a form sent twice is one command.
    const id = uuidv5([formId, membershipId, stored.sha256, checked.name].join('|'), ATTACHMENT_NAMESPACE);
    await initiator.createAttachment({ id, name: checked.name, mediaType: checked.mediaType, ...stored, membershipId });
    if (!attachmentIds.includes(id)) attachmentIds.push(id);
    total += stored.size;
  }
  return { attachmentIds, errors };
}

function limitPassed(count: number, total: number): 'TOO_MANY' | 'TOTAL_TOO_LARGE' | null {
  if (count >= MAX_ATTACHMENTS) return 'TOO_MANY';
  return total > MAX_ATTACHMENTS_BYTES ? UploadProblem.TotalTooLarge : null;
}

async function send(
  kit: PageKit,
  res: Response,
  invitation: Invitation,
  fileErrors: readonly FieldError[],
): Promise<void> {
  const wording = wordingOf(res);
  const { selection, input, attachmentIds } = invitation;
  const remark = readRemark(wording, input.remark);
  const errors: FieldError[] = [];
  if (input.contactIds.length === 0)
    errors.push({ field: 'wie', message: wording.translator.t('initiator.invite.errorNobody') });
  if (!remark.ok) errors.push({ field: 'remark', message: remark.message });
  errors.push(...fileErrors);
  if (!remark.ok || errors.length > 0) return sendInvite(kit, res, invitation, errors);
  const member = memberOf(res);
  const command = {
    assessmentIds: selection.assessments.map(({ id }) => id),
    contactIds: input.contactIds,
    initiatorId: member.membershipId,
    remark: remark.remark,
    attachmentIds,
    kid: kit.keyring.current,
  };
  const outcome = await kit.command(inviteExaminers, command, {
    schoolId: member.schoolId,
    actor: memberActor(res),
    commandId: commandIdFor(input.formId, command),
  });
  const contacts = await initiatorOf(kit, res).findContacts(input.contactIds);
  if (!outcome.ok) {
    const name = contacts.find(({ id }) => id === outcome.params.examinerId)?.name;
    return sendInvite(kit, res, invitation, [{ field: 'wie', message: refusalText(wording, outcome.code, name) }]);
  }
  const names = listNames(
    wording,
    contacts.map((contact) => contact.name),
  );
  kit.setFlash(res, {
    kind: 'ok',
    text: wording.translator.t('initiator.invite.sent', { count: contacts.length, names }),
  });
  res.redirect(303, pathsOf(selection).overview);
}

async function sendInvite(
  kit: PageKit,
  res: Response,
  invitation: Invitation,
  errors: readonly FieldError[] = [],
): Promise<void> {
  const { selection, candidates, input, attachmentIds } = invitation;
  const initiator = initiatorOf(kit, res);
  const ids = [...candidates.map(({ contactId }) => contactId), ...findInvited(selection.assessments)];
  const contacts = await initiator.findContacts([...new Set(ids)]);
  const attachments = await initiator.findAttachments(memberOf(res).membershipId, attachmentIds);
  const model = inviteModel(wordingOf(res), input, { selection, candidates, contacts, attachments, errors });
  const hasErrors = errors.length > 0;
  kit.sendPage(res, 'invite', model, {
    title: model.title,
    width: 'wide',
    hasErrors,
    status: hasErrors ? 422 : 200,
    scripts: ['upload.js'],
  });
}
