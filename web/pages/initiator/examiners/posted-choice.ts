/**
 * The choice as a form carries it, so that nothing is kept before it is saved and everything works without a script. Pure.
 *
 * Contract
 * 1. What all have in common travels as the ticks of the first matrix; each student's own part as one short field, in which rows
 *    and people are numbers.
 * 2. Each student's field says which version of the kept choice it began with, so that a save never overwrites what somebody
 *    else kept meanwhile.
 * 3. A field that is not there, or cannot be read, is an empty own part.
 */
import type { Assignment } from '../../../../domain/assignment.ts';
import { cleanSearch } from '../../../../domain/text.ts';
import type { OwnAssessment } from '../../../../prisma/repositories/initiator.ts';
import { isId, listOf, singleOf } from '../../../posted.ts';
import { idsOf, textOf } from '../requests.ts';
import { assignmentKey, type Choice, choiceMark, common, isClosed, keepInvited, union, without } from './choice.ts';
import { allScopeRows, readTicks } from './matrix.model.ts';

/** What a student's row began with. */
export interface Seen {
  readonly version: number;
  /** {@link choiceMark} of the kept choice then. */
  readonly mark: string;
}

/** The choice of a page, however it came there. */
export interface PageChoice {
  readonly choice: Choice;
  readonly seen: ReadonlyMap<string, Seen>;
}

const FIELD_PARTS = 4;

/** The choice that the page begins with. */
export function choiceOnPage(assessments: readonly OwnAssessment[]): PageChoice {
  return {
    choice: new Map(assessments.map(({ id, state }) => [id, state.assignments])),
    seen: new Map(assessments.map((assessment) => [assessment.id, seenOf(assessment)])),
  };
}

export function seenOf({ version, state }: OwnAssessment): Seen {
  return { version, mark: choiceMark(state.assignments) };
}

/** What all students have in common; of closed assessments only when there is no other. */
export function commonOf(choice: Choice, assessments: readonly OwnAssessment[]): Assignment[] {
  const open = assessments.filter((assessment) => !isClosed(assessment));
  const counted = open.length > 0 ? open : assessments;
  return common(counted.map(({ id }) => choice.get(id) ?? []));
}

/** Everybody who is chosen for somebody, each once. */
export function examinersIn(choice: Choice): string[] {
  return [...new Set([...choice.values()].flat().map(({ examinerId }) => examinerId))];
}

/** Hidden fields of the form that carry the choice, apart from the ticks. */
export function hiddenChoice({ choice, seen }: PageChoice, assessments: readonly OwnAssessment[]) {
  const shared = commonOf(choice, assessments);
  const people = examinersIn(choice);
  const code = encoderOf(assessments, people);
  return {
    people: people.join(','),
    rows: assessments
      .filter((assessment) => !isClosed(assessment))
      .map((assessment) => {
        const { version, mark } = seen.get(assessment.id) ?? seenOf(assessment);
        const own = without(choice.get(assessment.id) ?? [], shared);
        return [assessment.id, version, mark, own.map(code).join(' ')].join('~');
      }),
    shared: shared.map(code).join(' '),
  };
}

function encoderOf(assessments: readonly OwnAssessment[], people: readonly string[]) {
  const rows = new Map(assessments[0] ? allScopeRows(assessments[0]).map(({ key }, index) => [key, index]) : []);
  const placeOf = new Map(people.map((id, index) => [id, index]));
  return (assignment: Assignment): string => {
    const key = assignmentKey(assignment);
    return `${rows.get(key.slice(0, key.lastIndexOf('|')))}.${placeOf.get(assignment.examinerId)}`;
  };
}

function decoderOf(assessments: readonly OwnAssessment[], people: readonly string[]) {
  const rows = assessments[0] ? allScopeRows(assessments[0]) : [];
  return (text: string): Assignment[] =>
    text.split(' ').flatMap((pair) => {
      const [row, person] = pair.split('.');
      const scope = rows[Number(row)]?.scope;
      const examinerId = people[Number(person)];
      return row && person && scope && examinerId ? [{ examinerId, scope }] : [];
    });
}

/** Reads what {@link hiddenChoice} and the ticks of both matrices say together. */
export function readPostedChoice(body: unknown, assessments: readonly OwnAssessment[]): PageChoice {
  const [first] = assessments;
  if (!first) return { choice: new Map(), seen: new Map() };
  const people = textOf(body, 'personen').split(',').filter(isId);
  const decode = decoderOf(assessments, people);
  const rows = allScopeRows(first);
  const shared = readTicks([...listOf(body, 'vast'), ...listOf(body, 'deel')], rows, idsOf(body, 'keuze'));
  const posted = readRows(body);
  const open = readOpen(body);
  const choice = new Map(
    assessments.map((assessment): [string, Assignment[]] => {
      if (isClosed(assessment)) return [assessment.id, [...assessment.state.assignments]];
      const own = decode(posted.get(assessment.id)?.own ?? '');
      const isOpen = assessment.id === open;
      return [assessment.id, keepInvited(isOpen ? openChoice(shared) : union(shared, own), assessment)];
    }),
  );
  const seen = new Map(assessments.map((each) => [each.id, posted.get(each.id)?.seen ?? seenOf(each)]));
  return { choice, seen };

  /** The ticks of the student's own matrix, with what was ticked or cleared for all in the same post. */
  function openChoice(now: readonly Assignment[]): Assignment[] {
    const before = decode(textOf(body, 'was'));
    const ticks = readTicks([...listOf(body, 'van-vast'), ...listOf(body, 'van')], rows, idsOf(body, 'van-keuze'));
    return union(without(ticks, without(before, now)), without(now, before));
  }
}

/** The student whose own matrix is open, by assessment. */
export function readOpen(body: unknown): string | null {
  const open = textOf(body, 'open');
  return isId(open) ? open : null;
}

interface PostedRow {
  readonly seen: Seen;
  readonly own: string;
}

function readRows(body: unknown): Map<string, PostedRow> {
  return new Map(
    listOf(body, 'eigen').flatMap((text): [string, PostedRow][] => {
      const parts = text.split('~');
      const [id = '', version = '', mark = '', own = ''] = parts;
      if (parts.length !== FIELD_PARTS || !isId(id) || !/^\d{1,9}$/.test(version)) return [];
      return [[id, { seen: { version: Number(version), mark }, own }]];
    }),
  );
}

/** Somebody else kept another choice since a row began. */
export interface Overtaken {
  readonly assessmentId: string;
  readonly theirs: readonly Assignment[];
}

export interface Rebased extends PageChoice {
  readonly overtaken: readonly Overtaken[];
}

/**
 * Puts a posted choice on what is kept now. Where only the other changed something, that is taken over; where both did, both
 * stay visible and nothing is chosen.
 */
export function rebase({ choice, seen }: PageChoice, assessments: readonly OwnAssessment[]): Rebased {
  const next = { choice: new Map(choice), seen: new Map(seen), overtaken: [] as Overtaken[] };
  for (const assessment of assessments) {
    const { id, state } = assessment;
    const began = seen.get(id);
    const now = seenOf(assessment);
    const mine = choiceMark(choice.get(id) ?? []);
    if (began === undefined || began.mark === now.mark || mine === now.mark) next.seen.set(id, now);
    else if (mine === began.mark) {
      next.choice.set(id, state.assignments);
      next.seen.set(id, now);
    } else next.overtaken.push({ assessmentId: id, theirs: state.assignments });
  }
  return next;
}

/** The assessments of which the choice on the page is another one than is kept. */
export function changedOf(choice: Choice, assessments: readonly OwnAssessment[]): OwnAssessment[] {
  return assessments.filter(({ id, state }) => choiceMark(choice.get(id) ?? []) !== choiceMark(state.assignments));
}

/** The text typed in the quick field of each student. */
export function readTyped(body: unknown, assessments: readonly OwnAssessment[]): ReadonlyMap<string, string> {
  return new Map(assessments.map(({ id }) => [id, cleanSearch(singleOf(body, `wie.${id}`) ?? '', 100)]));
}
