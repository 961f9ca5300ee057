import type { Request, Response } from 'express';
import { resolveAssignments } from '../../../../domain/assignment.ts';
import { companyKey } from '../../../../domain/conflicts.ts';
import { cleanSearch } from '../../../../domain/text.ts';
import { assignExaminers } from '../../../../prisma/commands/assigning.ts';
import { commandIdFor } from '../../../command-id.ts';
import { memberActor, memberOf, type PageHandler, type PageKit, wordingOf } from '../../../context.ts';
import { findSelection, initiatorOf, pathsOf, type Selection, sendNotFound, textOf } from '../requests.ts';
import { type FieldError, refsOf } from '../words.ts';
import { isClosed } from './choice.ts';
import { MAX_POOL, withCommonColumns } from './desk.ts';
import { checkPool, type ExaminersInput, examinersModel, personModel } from './examiners.model.ts';
import { addPerson } from './new-person.ts';
import { changedOf, type Overtaken, rebase } from './posted-choice.ts';
import { freshInput, MAX_QUERY, MAX_SUGGESTIONS, type Reading, readInput, readPeople } from './read-input.ts';
import { refusalError } from './refusals.ts';
import { settleControl } from './students-table.model.ts';

/** Contacts shown at once. */
const MAX_CONTACTS = 30;

/** Second step: who assesses what. `?student=` opens the own matrix of one of the assessments. */
export function showExaminers(kit: PageKit): PageHandler {
  return async (req, res) => {
    const selection = await findSelection(kit, req, res);
    if (!selection) return sendNotFound(kit, req, res);
    await sendExaminers(kit, res, selection, { input: freshInput(selection, req.query.student) });
  };
}

/** Searching, adding, ticking, copying and saving are all posts of the same form, which keeps what was chosen. */
export function postExaminers(kit: PageKit): PageHandler {
  return async (req, res) => {
    const selection = await findSelection(kit, req, res);
    if (!selection) return sendNotFound(kit, req, res);
    const reading = await readInput(kit, req, res, selection);
    if (reading.step.name === 'nieuw')
      return sendExaminers(kit, res, selection, await addPerson(kit, res, selection, reading));
    if (reading.step.name === 'opslaan') return save(kit, req, res, selection, reading);
    await sendExaminers(kit, res, selection, reading);
  };
}

/** The first few of the address book who fit what is being typed. */
export function searchExaminers(kit: PageKit): PageHandler {
  return async (req, res) => {
    const found = await initiatorOf(kit, res).suggestContacts(
      cleanSearch(textOf(req.body, 'zoek'), MAX_QUERY),
      MAX_SUGGESTIONS,
    );
    const { t } = wordingOf(res).translator;
    res.json({
      people: found.map((contact) => ({ ...personModel(contact), kind: t(`common.contactKind.${contact.kind}`) })),
      status: found.length === 0 ? t('choosing.suggestionNone') : t('choosing.suggestion', { count: found.length }),
    });
  };
}

async function save(kit: PageKit, req: Request, res: Response, selection: Selection, reading: Reading): Promise<void> {
  const { input, overtaken } = reading;
  const { assessments } = selection;
  const wording = wordingOf(res);
  const people = await readPeople(initiatorOf(kit, res), input.desk);
  const pool = input.desk.pool.flatMap((id) => people.get(id) ?? []);
  const errors = [
    ...reading.errors,
    ...overtakenErrors(selection, overtaken, res),
    ...checkPool(wording, pool, input.desk),
  ];
  if (errors.length > 0) return sendExaminers(kit, res, selection, { ...reading, errors });
  const changed = changedOf(input.desk.choice, assessments);
  const command = {
    assignments: changed.map(({ id }) => ({ assessmentId: id, assignments: input.desk.choice.get(id) ?? [] })),
    expected: Object.fromEntries(changed.map(({ id }) => [id, input.desk.seen.get(id)?.version ?? 0])),
  };
  const outcome = await kit.command(assignExaminers, command, {
    schoolId: memberOf(res).schoolId,
    actor: memberActor(res),
    commandId: commandIdFor(input.formId, command),
  });
  if (!outcome.ok && outcome.code === 'CHANGED_MEANWHILE') return sendOvertaken(kit, req, res, reading);
  if (!outcome.ok) {
    const error = refusalError(wording, outcome, selection, people);
    return sendExaminers(kit, res, selection, { ...reading, errors: [error] });
  }
  kit.setFlash(res, { kind: 'ok', text: wording.translator.t('initiator.examiners.saved') });
  res.redirect(303, pathsOf(selection).invite);
}

/** Somebody was quicker between our reading and our saving: reads again, and shows both. */
async function sendOvertaken(kit: PageKit, req: Request, res: Response, reading: Reading): Promise<void> {
  const selection = await findSelection(kit, req, res);
  if (!selection) return sendNotFound(kit, req, res);
  const { desk } = reading.input;
  const { overtaken, ...page } = rebase(desk, selection.assessments);
  const input = { ...reading.input, desk: withCommonColumns({ ...desk, ...page }, selection.assessments) };
  // The other one chose the same: nothing is in the way of the rest.
  if (overtaken.length === 0) return save(kit, req, res, selection, { ...reading, input, overtaken });
  await sendExaminers(kit, res, selection, {
    input,
    overtaken,
    errors: overtakenErrors(selection, overtaken, res),
  });
}

function overtakenErrors({ assessments }: Selection, overtaken: readonly Overtaken[], res: Response): FieldError[] {
  const { t } = wordingOf(res).translator;
  return overtaken.map(({ assessmentId }) => ({
    field: settleControl(assessmentId),
    message: t('choosing.overtaken.error', {
      name: assessments.find(({ id }) => id === assessmentId)?.student.name ?? '',
    }),
  }));
}

export interface Sending {
  readonly input: ExaminersInput;
  readonly errors?: readonly FieldError[];
  readonly overtaken?: readonly Overtaken[];
}

async function sendExaminers(kit: PageKit, res: Response, selection: Selection, sending: Sending): Promise<void> {
  const { input, errors = [], overtaken = [] } = sending;
  const initiator = initiatorOf(kit, res);
  const [found, people, checked] = await Promise.all([
    initiator.searchContacts(input.query, MAX_CONTACTS + MAX_POOL),
    readPeople(initiator, input.desk, overtaken),
    initiator.checkChoice(scoringOn(input, selection), memberOf(res).membershipId),
  ]);
  const companies = checked.facts
    .map(({ student }) => student.trainingCompany)
    .filter((name) => companyKey(name) !== '');
  const proposals = input.isProposing ? await initiator.findPracticeContacts(companies) : new Map();
  const shown = { rows: found.rows.slice(0, MAX_CONTACTS + input.desk.pool.length), total: found.total };
  const model = examinersModel(wordingOf(res), input, {
    selection,
    found: shown,
    errors,
    people,
    checked,
    proposals,
    overtaken,
  });
  const hasErrors = errors.length > 0;
  kit.sendPage(res, 'choose-examiners', model, {
    title: model.title,
    width: 'wide',
    hasErrors,
    status: hasErrors ? 422 : 200,
    scripts: ['choosing.js', 'matrix.js'],
    helpKey: 'examiners',
  });
}

/** Who would score something, by assessment: only those do the rules look at, and only where something can still be chosen. */
function scoringOn({ desk }: ExaminersInput, { assessments }: Selection) {
  const refs = refsOf(assessments[0]);
  return assessments.map((assessment) => {
    const { id } = assessment;
    const resolved = resolveAssignments(refs, isClosed(assessment) ? [] : (desk.choice.get(id) ?? []));
    return { assessmentId: id, examinerIds: [...new Set(Object.values(resolved).flat())] };
  });
}
