/** What the buttons of the page do to the choice on it. Pure; only saving keeps anything. */
import type { Assignment, Scope } from '../../../../domain/assignment.ts';
import type { OwnAssessment } from '../../../../prisma/repositories/initiator.ts';
import { isId } from '../../../posted.ts';
import { addExaminer, copyChoice, invitedOf, isClosed, keepInvited, removeExaminer } from './choice.ts';
import { addToPool } from './matrix.model.ts';
import { commonOf, type PageChoice, seenOf } from './posted-choice.ts';

/** Something the page says about what just happened. */
export type Notice =
  | { readonly kind: 'copied'; readonly from: string; readonly count: number; readonly skipped: readonly string[] }
  | { readonly kind: 'nobodyTicked' }
  | { readonly kind: 'filled'; readonly count: number; readonly left: number }
  | { readonly kind: 'added'; readonly name: string };

/** Examiners of the matrix for all: more would not fit in it, nor in any exam. */
export const MAX_POOL = 20;

export interface Desk extends PageChoice {
  /** People of the matrix for all, in the order of its columns. */
  readonly pool: readonly string[];
  /** The assessment of which the own matrix is open. */
  readonly open: string | null;
  /** People of the open matrix who have no tick in it, or not yet. */
  readonly openPool: readonly string[];
  readonly notices: readonly Notice[];
}

/** What a step is about: `uit:<assessment>:<contact>`, `open:<assessment>`, `weg:<contact>`. */
export interface Step {
  readonly name: string;
  readonly first: string;
  readonly second: string;
}

export function parseStep(text: string): Step {
  const [name = '', first = '', second = ''] = text.split(':');
  return { name, first: isId(first) ? first : '', second: isId(second) ? second : '' };
}

export interface StepFields {
  /** Assessments that are ticked in the list of students. */
  readonly ticked: readonly string[];
  /** The assessment whose choice is taken over. */
  readonly source: string;
}

/** Carries out the steps that need nothing but the page itself; any other step changes nothing. */
export function takeStep(desk: Desk, step: Step, fields: StepFields, assessments: readonly OwnAssessment[]): Desk {
  const assessment = assessments.find(({ id }) => id === step.first);
  switch (step.name) {
    case 'weg':
      return removeFromAll(desk, step.first, assessments);
    case 'open':
      return { ...desk, open: assessment ? assessment.id : null, openPool: [] };
    case 'dicht':
      return { ...desk, open: null, openPool: [] };
    case 'uit':
      return assessment ? removeFromOne(desk, assessment, step.second) : desk;
    case 'allen':
      return copyTo(
        desk,
        step.first,
        assessments.map(({ id }) => id),
        assessments,
      );
    case 'aangevinkt':
      return fields.ticked.length === 0
        ? withNotice(desk, { kind: 'nobodyTicked' })
        : copyTo(desk, step.first, fields.ticked, assessments);
    case 'over':
      return copyTo(desk, fields.source, [step.first], assessments);
    case 'mijn':
      return assessment ? { ...desk, seen: new Map([...desk.seen, [assessment.id, seenOf(assessment)]]) } : desk;
    case 'hun':
      return assessment ? takeTheirs(desk, assessment) : desk;
    default:
      return desk;
  }
}

export function withNotice(desk: Desk, notice: Notice): Desk {
  return { ...desk, notices: [...desk.notices, notice] };
}

/**
 * Adds people from the address book for all students: the first ones get everything as long as nobody has it. Beyond
 * {@link MAX_POOL} nobody is added.
 */
export function addForAll(desk: Desk, contactIds: readonly string[], assessments: readonly OwnAssessment[]): Desk {
  const room = Math.max(0, MAX_POOL - desk.pool.length);
  const added = contactIds.filter((id) => !desk.pool.includes(id)).slice(0, room);
  const before = commonOf(desk.choice, assessments);
  const scopes = addToPool(before, added).slice(before.length);
  const choice = mapOpen(desk, assessments, (list) => [...list, ...scopes.filter((each) => !includes(list, each))]);
  return { ...desk, choice, pool: [...desk.pool, ...added] };
}

function includes(list: readonly Assignment[], { examinerId }: Assignment): boolean {
  return list.some((each) => each.examinerId === examinerId && each.scope.level === 'exam');
}

/**
 * Whoever all have by now gets a column of the matrix for all: what is common travels by its ticks alone.
 */
export function withCommonColumns(desk: Desk, assessments: readonly OwnAssessment[]): Desk {
  const shared = commonOf(desk.choice, assessments).map(({ examinerId }) => examinerId);
  return { ...desk, pool: [...new Set([...desk.pool, ...shared])] };
}

/** Adds one examiner to one student. */
export function addForOne(desk: Desk, assessmentId: string, contactId: string, scopes: readonly Scope[]): Desk {
  const list = desk.choice.get(assessmentId);
  if (!list) return desk;
  const isKnown = list.some(({ examinerId }) => examinerId === contactId);
  const next = isKnown ? list : addExaminer(list, contactId, scopes);
  return { ...desk, choice: new Map([...desk.choice, [assessmentId, next]]) };
}

function mapOpen(
  { choice }: Desk,
  assessments: readonly OwnAssessment[],
  change: (list: readonly Assignment[], assessment: OwnAssessment) => readonly Assignment[],
) {
  const changed = assessments
    .filter((assessment) => !isClosed(assessment))
    .map((assessment) => [assessment.id, change(choice.get(assessment.id) ?? [], assessment)] as const);
  return new Map([...choice, ...changed]);
}

function removeFromAll(desk: Desk, contactId: string, assessments: readonly OwnAssessment[]): Desk {
  const choice = mapOpen(desk, assessments, (list, assessment) =>
    keepInvited(removeExaminer(list, contactId), assessment),
  );
  const isInvited = assessments.some((assessment) => invitedOf(assessment).has(contactId));
  return { ...desk, choice, pool: isInvited ? desk.pool : desk.pool.filter((id) => id !== contactId) };
}

function removeFromOne(desk: Desk, assessment: OwnAssessment, contactId: string): Desk {
  const list = keepInvited(removeExaminer(desk.choice.get(assessment.id) ?? [], contactId), assessment);
  const openPool = desk.open === assessment.id ? desk.openPool.filter((id) => id !== contactId) : desk.openPool;
  return { ...desk, choice: new Map([...desk.choice, [assessment.id, list]]), openPool };
}

function copyTo(desk: Desk, fromId: string, toIds: readonly string[], assessments: readonly OwnAssessment[]): Desk {
  if (!desk.choice.has(fromId)) return desk;
  const { choice, skipped } = copyChoice(desk.choice, fromId, toIds, assessments);
  const targets = assessments.filter(({ id }) => id !== fromId && toIds.includes(id)).length;
  return withNotice(
    { ...desk, choice, openPool: [] },
    { kind: 'copied', from: fromId, count: targets - skipped.length, skipped },
  );
}

function takeTheirs(desk: Desk, assessment: OwnAssessment): Desk {
  return {
    ...desk,
    choice: new Map([...desk.choice, [assessment.id, assessment.state.assignments]]),
    seen: new Map([...desk.seen, [assessment.id, seenOf(assessment)]]),
  };
}
