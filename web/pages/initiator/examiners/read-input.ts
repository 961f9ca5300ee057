/** Reading the posted page: what stood on it, what its button does, and whom its fields name. */

import type { Request, Response } from 'express';
import { companyKey } from '../../../../domain/conflicts.ts';
import { cleanSearch } from '../../../../domain/text.ts';
import type { ContactRow, InitiatorRepository, OwnAssessment } from '../../../../prisma/repositories/initiator.ts';
import { newFormId } from '../../../command-id.ts';
import { memberOf, type PageKit, wordingOf } from '../../../context.ts';
import { isId, singleOf } from '../../../posted.ts';
import { idsOf, initiatorOf, type Selection, textOf } from '../requests.ts';
import type { FieldError } from '../words.ts';
import { isClosed } from './choice.ts';
import {
  addForAll,
  addForOne,
  type Desk,
  MAX_POOL,
  parseStep,
  type Step,
  takeStep,
  withCommonColumns,
  withNotice,
} from './desk.ts';
import { type ExaminersInput, NOBODY_NEW } from './examiners.model.ts';
import { quickScopes } from './matrix.model.ts';
import {
  choiceOnPage,
  commonOf,
  examinersIn,
  type Overtaken,
  readOpen,
  readPostedChoice,
  readTyped,
  rebase,
} from './posted-choice.ts';
import { quickControl, wantsPractice } from './students-table.model.ts';

/** Characters of a search that count. */
export const MAX_QUERY = 100;
/** People offered while somebody types a name. */
export const MAX_SUGGESTIONS = 8;

export interface Reading {
  readonly input: ExaminersInput;
  readonly step: Step;
  readonly errors: readonly FieldError[];
  readonly overtaken: readonly Overtaken[];
}

/** What the page shows first. */
export function freshInput(selection: Selection, openId: unknown): ExaminersInput {
  const { assessments } = selection;
  const page = choiceOnPage(assessments);
  const pool = [...new Set(commonOf(page.choice, assessments).map(({ examinerId }) => examinerId))];
  const open = assessments.some(({ id }) => id === openId) && assessments.length > 1 ? String(openId) : null;
  return {
    formId: newFormId(),
    query: '',
    desk: { ...page, pool, open, openPool: [], notices: [] },
    quickScope: 'exam',
    typed: new Map(),
    ticked: [],
    isProposing: false,
    person: NOBODY_NEW,
  };
}

/** What was posted, after what the button does. Nothing is kept. */
export async function readInput(kit: PageKit, req: Request, res: Response, selection: Selection): Promise<Reading> {
  const { assessments } = selection;
  const body: unknown = req.body;
  const step = parseStep(textOf(body, 'stap'));
  const posted = rebase(readPostedChoice(body, assessments), assessments);
  const ticked = idsOf(body, 'aan');
  const began = withCommonColumns(
    { ...posted, pool: idsOf(body, 'keuze'), open: readOpen(body), openPool: idsOf(body, 'van-keuze'), notices: [] },
    assessments,
  );
  const known = await knownContacts(initiatorOf(kit, res), idsOf(body, 'erbij'));
  const stepped = takeStep(
    addForAll(began, known, assessments),
    step,
    { ticked, source: textOf(body, 'bron') },
    assessments,
  );
  const quickScope = textOf(body, 'onderdeel') || 'exam';
  const quick = await addQuick(kit, req, res, {
    desk: stepped,
    assessments,
    quickScope,
    isSaving: step.name === 'opslaan',
  });
  const isFilling = step.name === 'aanvullen';
  const desk = isFilling ? await fillFromCompanies(kit, res, quick.desk, assessments, quickScope) : quick.desk;
  const isResolved = (id: string) => (step.name === 'mijn' || step.name === 'hun') && step.first === id;
  const formId = textOf(body, 'formulier');
  const isCut = known.some((id) => !desk.pool.includes(id));
  return {
    input: {
      formId: isId(formId) ? formId : newFormId(),
      query: cleanSearch(textOf(body, 'zoek'), MAX_QUERY),
      desk: withCommonColumns(desk, assessments),
      quickScope,
      typed: quick.typed,
      ticked: step.name === 'aangevinkt' && ticked.length > 0 ? [] : ticked,
      isProposing: isFilling || textOf(body, 'voorstel') === '1',
      person: readPerson(body),
    },
    step,
    errors: [
      ...(isCut
        ? [{ field: 'zoek', message: wordingOf(res).translator.t('choosing.error.tooMany', { max: MAX_POOL }) }]
        : []),
      ...quick.errors,
    ],
    overtaken: posted.overtaken.filter(({ assessmentId }) => !isResolved(assessmentId)),
  };
}

/** Ids of the address book; others are left out. */
async function knownContacts(initiator: InitiatorRepository, ids: readonly string[]): Promise<string[]> {
  return (await initiator.findContacts(ids)).map(({ id }) => id);
}

export function readPerson(body: unknown) {
  const kind = textOf(body, 'nieuw-soort');
  return {
    name: textOf(body, 'nieuw-naam'),
    email: textOf(body, 'nieuw-email'),
    jobTitle: textOf(body, 'nieuw-functie'),
    organisation: textOf(body, 'nieuw-organisatie'),
    kind: kind === '' ? NOBODY_NEW.kind : kind,
  };
}

interface Quick {
  readonly desk: Desk;
  readonly assessments: readonly OwnAssessment[];
  readonly quickScope: string;
  /** Then a text that fits several people is an error; before, the first one is taken and shown. */
  readonly isSaving: boolean;
}

/** Adds to each student whom its field names: chosen from the list (`kort`, `kies`), or the first who fits what was typed. */
async function addQuick(kit: PageKit, req: Request, res: Response, { desk, assessments, quickScope, isSaving }: Quick) {
  const { t } = wordingOf(res).translator;
  const initiator = initiatorOf(kit, res);
  const texts = readTyped(req.body, assessments);
  const typed = new Map<string, string>();
  const errors: FieldError[] = [];
  const picked = await pickedContacts(initiator, req.body, assessments);
  let next = desk;
  for (const [index, assessment] of assessments.entries()) {
    if (isClosed(assessment)) continue;
    const { id, exam, unitCodes, student } = assessment;
    const query = texts.get(id) ?? '';
    const chosen = picked.get(id) ?? [];
    const found = chosen.length > 0 || query === '' ? [] : await initiator.suggestContacts(query, MAX_SUGGESTIONS);
    const isUnsure = query !== '' && chosen.length === 0 && (found.length === 0 || (isSaving && found.length > 1));
    if (isUnsure) {
      const params = { student: student.name, query, count: found.length };
      const key = found.length === 0 ? 'typedNobody' : found.length < MAX_SUGGESTIONS ? 'typedMany' : 'typedManyCut';
      errors.push({ field: quickControl(index), message: t(`choosing.error.${key}`, params) });
      typed.set(id, query);
      continue;
    }
    for (const contactId of [...chosen, ...found.slice(0, 1).map((contact) => contact.id)])
      next = addForOne(next, id, contactId, quickScopes({ exam, unitCodes }, quickScope));
  }
  return { desk: next, typed, errors };
}

async function pickedContacts(
  initiator: InitiatorRepository,
  body: unknown,
  assessments: readonly OwnAssessment[],
): Promise<ReadonlyMap<string, string[]>> {
  const picks = assessments.map(({ id }): [string, string[]] => [
    id,
    [`kort.${id}`, `kies.${id}`].map((field) => singleOf(body, field)).filter(isId),
  ]);
  const known = new Set(await knownContacts(initiator, [...new Set(picks.flatMap(([, ids]) => ids))]));
  return new Map(picks.map(([id, ids]) => [id, ids.filter((each) => known.has(each))]));
}

/**
 * Gives each student without anybody from practice the one contact of the training company. Where there are more, it is the one who
 * was chosen for another student of that company; nobody yet, or several: nothing is chosen.
 */
async function fillFromCompanies(
  kit: PageKit,
  res: Response,
  desk: Desk,
  assessments: readonly OwnAssessment[],
  quickScope: string,
): Promise<Desk> {
  const initiator = initiatorOf(kit, res);
  const people = await readPeople(initiator, desk);
  const wanting = assessments.filter((each) => wantsPractice(each, desk.choice.get(each.id) ?? [], people));
  const companies = await companiesOf(initiator, wanting, memberOf(res).membershipId);
  const found = await initiator.findPracticeContacts([...companies.values()]);
  const chosen = new Set(examinersIn(desk.choice));
  let next = desk;
  for (const { id, exam, unitCodes } of wanting) {
    const here = found.get(companyKey(companies.get(id) ?? '')) ?? [];
    const taken = here.filter((contact) => chosen.has(contact.id));
    const [only, ...others] = here.length > 1 ? taken : here;
    if (only && others.length === 0) next = addForOne(next, id, only.id, quickScopes({ exam, unitCodes }, quickScope));
  }
  const left = wanting.filter(({ id }) => next.choice.get(id) === desk.choice.get(id)).length;
  return withNotice(next, { kind: 'filled', count: wanting.length - left, left });
}

async function companiesOf(
  initiator: InitiatorRepository,
  assessments: readonly OwnAssessment[],
  membershipId: string,
): Promise<ReadonlyMap<string, string>> {
  const chosen = assessments.map(({ id }) => ({ assessmentId: id, examinerIds: [] }));
  const { facts } = await initiator.checkChoice(chosen, membershipId);
  return new Map(facts.map(({ assessmentId, student }) => [assessmentId, student.trainingCompany]));
}

/** Everybody on the page, by id. */
export async function readPeople(
  initiator: InitiatorRepository,
  desk: Desk,
  others: readonly Overtaken[] = [],
): Promise<ReadonlyMap<string, ContactRow>> {
  const theirs = others.flatMap((each) => each.theirs.map(({ examinerId }) => examinerId));
  const ids = [...new Set([...desk.pool, ...desk.openPool, ...examinersIn(desk.choice), ...theirs])];
  return new Map((await initiator.findContacts(ids)).map((contact) => [contact.id, contact]));
}
