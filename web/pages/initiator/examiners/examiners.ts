import type { Request, Response } from 'express';
import type { Assignment } from '../../../../domain/assignment.ts';
import { assignExaminers } from '../../../../prisma/commands/assessments.ts';
import type { ContactRow } from '../../../../prisma/repositories/initiator.ts';
import { memberActor, memberOf, type PageHandler, type PageKit, wordingOf } from '../../../context.ts';
import { isId, listOf } from '../../../posted.ts';
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
import { trimQuery } from '../students/students.model.ts';
import { type FieldError, refusalText } from '../words.ts';
import {
  addToPool,
  checkAssignments,
  type ExaminersInput,
  examinersModel,
  invitedExaminers,
  readTicks,
  scopeRows,
} from './examiners.model.ts';

/** Contacts shown at once. */
const MAX_CONTACTS = 30;
/** Examiners of one assessment: more would not fit in a matrix, nor in any exam. */
const MAX_POOL = 20;

/** Second step: who assesses what. */
export function showExaminers(kit: PageKit): PageHandler {
  return async (req, res) => {
    const selection = await findSelection(kit, req, res);
    if (!selection) return sendNotFound(kit, req, res);
    const assignments = selection.assessments[0].state.assignments;
    const pool = await initiatorOf(kit, res).findContacts([
      ...new Set(assignments.map(({ examinerId }) => examinerId)),
    ]);
    await sendExaminers(kit, res, selection, { formId: newFormId(), query: '', pool, assignments });
  };
}

/** Searching, adding, ticking and saving are all posts of the same form, which keeps what was chosen. */
export function postExaminers(kit: PageKit): PageHandler {
  return async (req, res) => {
    const selection = await findSelection(kit, req, res);
    if (!selection) return sendNotFound(kit, req, res);
    const step = textOf(req.body, 'stap');
    const input = await readInput(kit, req, res, selection, step);
    if (step !== 'opslaan') return sendExaminers(kit, res, selection, input);
    await save(kit, res, selection, input);
  };
}

async function readInput(
  kit: PageKit,
  req: Request,
  res: Response,
  selection: Selection,
  step: string,
): Promise<ExaminersInput> {
  const removed = step.startsWith('weg:') ? step.slice('weg:'.length) : '';
  const invited = invitedExaminers(selection.assessments);
  const before = idsOf(req.body, 'keuze').filter((id) => id !== removed || invited.has(id));
  const added = idsOf(req.body, 'erbij').filter((id) => !before.includes(id));
  const pool: ContactRow[] = await initiatorOf(kit, res).findContacts([...before, ...added].slice(0, MAX_POOL));
  const poolIds = pool.map(({ id }) => id);
  const ticks = [...listOf(req.body, 'vast'), ...listOf(req.body, 'deel')];
  const rows = scopeRows(selection.assessments[0], selection.assessments[0].state.assignments);
  const assignments: Assignment[] = readTicks(ticks, rows, poolIds);
  const formId = textOf(req.body, 'formulier');
  return {
    formId: isId(formId) ? formId : newFormId(),
    query: trimQuery(textOf(req.body, 'zoek')),
    pool,
    assignments: addToPool(
      assignments,
      added.filter((id) => poolIds.includes(id)),
    ),
  };
}

async function save(kit: PageKit, res: Response, selection: Selection, input: ExaminersInput): Promise<void> {
  const wording = wordingOf(res);
  const errors = checkAssignments(wording, input.pool, input.assignments);
  if (errors.length > 0) return sendExaminers(kit, res, selection, input, errors);
  const command = { assessmentIds: selection.assessments.map(({ id }) => id), assignments: input.assignments };
  const outcome = await kit.command(assignExaminers, command, {
    schoolId: memberOf(res).schoolId,
    actor: memberActor(res),
    commandId: commandIdFor(input.formId, command),
  });
  if (!outcome.ok) {
    const name = input.pool.find(({ id }) => id === outcome.params.examinerId)?.name;
    return sendExaminers(kit, res, selection, input, [
      { field: 'zoek', message: refusalText(wording, outcome.code, name) },
    ]);
  }
  kit.setFlash(res, { kind: 'ok', text: wording.translator.t('initiator.examiners.saved') });
  res.redirect(303, pathsOf(selection).invite);
}

async function sendExaminers(
  kit: PageKit,
  res: Response,
  selection: Selection,
  input: ExaminersInput,
  errors: readonly FieldError[] = [],
): Promise<void> {
  const found = await initiatorOf(kit, res).searchContacts(input.query, MAX_CONTACTS + input.pool.length);
  const model = examinersModel(wordingOf(res), input, { selection, found, errors });
  const hasErrors = errors.length > 0;
  kit.sendPage(res, 'choose-examiners', model, {
    title: model.title,
    width: 'wide',
    hasErrors,
    status: hasErrors ? 422 : 200,
    scripts: ['students.js'],
  });
}
