/** Replacing an examiner. What the first one wrote stays in the record and is not handed over. */

import type { Request, Response } from 'express';
import { replaceOrAdd } from '../../../../prisma/commands/replace-or-add.ts';
import type { ConflictOverride } from '../../../../prisma/commands/replacing.ts';
import { commandIdFor, newFormId } from '../../../command-id.ts';
import { memberOf, type PageHandler, type PageKit, wordingOf } from '../../../context.ts';
import { paths } from '../../../paths.ts';
import { listNames } from '../../../wording.ts';
import { readRemark } from '../inviting/remark.ts';
import { initiatorOf, sendNotFound, textOf } from '../requests.ts';
import { componentLabel, type FieldError } from '../words.ts';
import { askForReason, blockedText, conflictsModel, readOverrides } from './conflict.ts';
import {
  checkPerson,
  MAX_PEOPLE,
  NOBODY,
  type PersonInput,
  personField,
  personModel,
  personOf,
  readPerson,
} from './person.ts';
import { by, findSubject, hasDraft, isBusy, type Subject, sayRefused } from './subject.ts';

interface Input {
  readonly formId: string;
  readonly person: PersonInput;
  /** Also for the other students of the series. */
  readonly isForAll: boolean;
  readonly reason: string;
  readonly remark: string;
  readonly overrides: readonly ConflictOverride[];
}

export function showReplace(kit: PageKit): PageHandler {
  return async (req, res) => {
    const subject = await findSubject(kit, req, res);
    if (!subject) return sendNotFound(kit, req, res);
    if (!isBusy(subject.examiner)) return res.redirect(303, paths.assessment(subject.page.id));
    const input = { formId: newFormId(), person: NOBODY, isForAll: false, reason: '', remark: '', overrides: [] };
    await sendReplace(kit, res, subject, input);
  };
}

export function postReplace(kit: PageKit): PageHandler {
  return async (req, res) => {
    const subject = await findSubject(kit, req, res);
    if (!subject) return sendNotFound(kit, req, res);
    const input = readInput(req);
    if (textOf(req.body, 'stap') === 'zoeken') return sendReplace(kit, res, subject, input);
    const read = readRemark(wordingOf(res), input.remark);
    const errors = [
      ...checkPerson(wordingOf(res), input.person),
      ...(read.ok ? [] : [{ field: 'remark', message: read.message }]),
    ];
    if (!read.ok || errors.length > 0) return sendReplace(kit, res, subject, input, errors);
    await replace(kit, res, subject, input, read.remark);
  };
}

function readInput(req: Request): Input {
  return {
    formId: textOf(req.body, 'formulier'),
    person: readPerson(req),
    isForAll: textOf(req.body, 'ook') !== '',
    reason: textOf(req.body, 'reden'),
    remark: textOf(req.body, 'remark'),
    overrides: readOverrides(req),
  };
}

/** @param remark cleaned */
async function replace(kit: PageKit, res: Response, subject: Subject, input: Input, remark: string): Promise<void> {
  const wording = wordingOf(res);
  const initiator = initiatorOf(kit, res);
  const { membershipId } = memberOf(res);
  const { page, examiner } = subject;
  const { name, contactId } = examiner;
  const others = input.isForAll ? await initiator.findAlsoAtWork(membershipId, page.id, contactId) : [];
  const { contactId: toContactId, newContact } = personOf(input.person);
  const command = {
    assessmentIds: [page.id, ...others.map(({ assessmentId }) => assessmentId)],
    fromContactId: contactId,
    toContactId,
    createContact: newContact,
    reason: input.reason,
    remark,
    initiatorId: membershipId,
    kid: kit.keyring.current,
    overrides: input.overrides,
  };
  // Not which assessments: a second click finds the others replaced already, and is the same command.
  const { kid: _kid, assessmentIds: _ids, ...content } = command;
  const commandId = commandIdFor(input.formId, { ...content, isForAll: input.isForAll });
  const outcome = await kit.command(replaceOrAdd, command, by(res, commandId));
  if (outcome.ok) {
    const [other] = await initiator.findContacts([outcome.value.replacementId]);
    const count = command.assessmentIds.length;
    const text = wording.translator.t('mending.replace.done', { name, other: other?.name ?? '', count });
    kit.setFlash(res, { kind: 'ok', text });
    return res.redirect(303, paths.assessment(page.id));
  }
  const asked = askForReason(wording, input.overrides, outcome);
  if (asked) return sendReplace(kit, res, subject, { ...input, overrides: asked.overrides }, asked.errors);
  const field = fieldOfRefusal(outcome.code, input.person);
  const message = blockedText(wording, outcome) || sayRefused(wording, outcome, name);
  await sendReplace(kit, res, subject, input, [{ field, message }]);
}

const WORD_CODES: readonly string[] = ['REASON_TOO_LONG', 'TEXT_FORBIDDEN_CHARACTER'];

function fieldOfRefusal(code: string, person: PersonInput): string {
  return WORD_CODES.includes(code) ? 'reden' : personField(code, person);
}

async function sendReplace(
  kit: PageKit,
  res: Response,
  { page, examiner }: Subject,
  input: Input,
  errors: readonly FieldError[] = [],
): Promise<void> {
  const wording = wordingOf(res);
  const { t } = wording.translator;
  const initiator = initiatorOf(kit, res);
  const { name, contactId, components } = examiner;
  const [found, siblings] = await Promise.all([
    initiator.searchContacts(input.person.query, MAX_PEOPLE + 1),
    initiator.findAlsoAtWork(memberOf(res).membershipId, page.id, contactId),
  ]);
  const students = siblings.map(({ student }) => student);
  const hasErrors = errors.length > 0;
  const model = {
    crumbs: [
      { href: paths.assessments(), label: t('initiator.list.title') },
      { href: paths.assessment(page.id), label: page.student.name },
      { label: t('mending.replace.crumb') },
    ],
    title: t('mending.replace.title', { name }),
    lead: t('mending.replace.lead', {
      student: page.student.name,
      parts: components.map((ref) => componentLabel(wording, ref)).join(', '),
    }),
    action: paths.assessmentReplace(page.id, contactId),
    backHref: paths.assessment(page.id),
    formId: input.formId,
    person: personModel(wording, input.person, found, contactId),
    also:
      siblings.length === 0 ? '' : t('mending.also', { count: siblings.length, names: listNames(wording, students) }),
    isForAll: input.isForAll,
    reason: input.reason,
    reasonHint: t('mending.replace.reasonHint', { name }),
    remark: input.remark,
    conflicts: conflictsModel(wording, input.overrides),
    happens: [
      t('mending.replace.happensFormer', { name }),
      hasDraft(examiner) ? t('mending.replace.happensDraft', { name }) : t('mending.replace.happensEmpty', { name }),
      t('mending.replace.happensNew'),
    ],
    errors,
  };
  kit.sendPage(res, 'replace-examiner', model, {
    title: model.title,
    hasErrors,
    status: hasErrors ? 422 : 200,
    scripts: ['students.js'],
    helpKey: 'mending',
  });
}
