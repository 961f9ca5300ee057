/** Who assesses what: the choice of examiners of one or more assessments. */

import { besideWhoScored } from '../../domain/agreement-queries.ts';
import { FormStatus } from '../../domain/assessment.ts';
import { type Assignment, isSameChoice, validateAssignments } from '../../domain/assignment.ts';
import type { CommandHandler } from '../apply-command.ts';
import { CommandRefused, type UnitOfWork } from '../unit-of-work.ts';

export interface AssessmentAssignments {
  readonly assessmentId: string;
  readonly assignments: readonly Assignment[];
}

export interface AssignExaminers {
  /** Each replaces what its assessment had; an assessment that has it already is left as it is. */
  readonly assignments: readonly AssessmentAssignments[];
  /** Versions of the streams that the member looked at, by assessment; of an assessment that is not in it nothing is compared. */
  readonly expected?: Readonly<Record<string, number>>;
}

/**
 * Gives each named assessment its assignments: all of them or, when one is refused, none.
 *
 * Refuses `CHANGED_MEANWHILE` (params `assessmentIds`) when somebody chose otherwise since the expected version; what else happened
 * to the assessment meanwhile does not count. Also `EXAMINER_UNKNOWN`, `EXAMINER_ARCHIVED` (newly chosen), `SCOPE_UNKNOWN`,
 * `ASSIGNMENT_DUPLICATE` and what the domain refuses, each with `assessmentId` and, of an examiner, `examinerId`.
 */
export const assignExaminers: CommandHandler<AssignExaminers, null> = {
  type: 'assignExaminers',
  streams: (_tx, command) => command.assignments.map(({ assessmentId }) => assessmentId),
  async run(unit, { assignments, expected = {} }) {
    const changed = assignments.filter(
      (each) => !isSameChoice(unit.assessment(each.assessmentId).assignments, each.assignments),
    );
    await refuseOvertaken(unit, changed, expected);
    await assignAll(unit, changed);
    return null;
  },
};

/** @throws CommandRefused see {@link assignExaminers} */
export async function assignAll(unit: UnitOfWork, choices: readonly AssessmentAssignments[]): Promise<void> {
  await refuseUnknownExaminers(unit, choices);
  for (const { assessmentId, assignments: chosen } of choices) {
    const state = unit.assessment(assessmentId);
    const assignments = besideWhoScored(state, chosen);
    const refs = state.components.map((component) => component.ref);
    const problem = validateAssignments(refs, assignments)[0];
    if (problem) throw new CommandRefused(problem.code, { examinerId: problem.examinerId, assessmentId });
    await aboutAssessment(assessmentId, () => unit.onAssessment(assessmentId, { type: 'assign', assignments }));
  }
}

/** Says of a refusal which of the assessments it is about. */
async function aboutAssessment(assessmentId: string, decide: () => Promise<unknown>): Promise<void> {
  try {
    await decide();
  } catch (error) {
    if (!(error instanceof CommandRefused)) throw error;
    throw new CommandRefused(error.code, { ...error.params, assessmentId });
  }
}

async function refuseOvertaken(
  unit: UnitOfWork,
  choices: readonly AssessmentAssignments[],
  expected: Readonly<Record<string, number>>,
): Promise<void> {
  const moved = choices.flatMap(({ assessmentId }) => {
    const seen = expected[assessmentId];
    return seen === undefined || seen === unit.versionOf(assessmentId)
      ? []
      : [{ streamId: assessmentId, seq: { gt: seen } }];
  });
  if (moved.length === 0) return;
  const overtaken = await unit.tx.event.findMany({
    where: { schoolId: unit.schoolId, type: 'ExaminersAssigned', OR: moved },
    select: { streamId: true },
    distinct: ['streamId'],
  });
  if (overtaken.length > 0)
    throw new CommandRefused('CHANGED_MEANWHILE', { assessmentIds: overtaken.map(({ streamId }) => streamId) });
}

/** Who was invited stays as chosen, also when the address book does not offer that person any more. */
async function refuseUnknownExaminers(unit: UnitOfWork, choices: readonly AssessmentAssignments[]): Promise<void> {
  const ids = [...new Set(choices.flatMap(({ assignments }) => assignments.map(({ examinerId }) => examinerId)))];
  const contacts = await unit.tx.contact.findMany({
    where: { schoolId: unit.schoolId, id: { in: ids } },
    select: { id: true, archivedAt: true },
  });
  const isArchived = new Map(contacts.map(({ id, archivedAt }) => [id, archivedAt !== null]));
  for (const { assessmentId, assignments } of choices) {
    const { examiners } = unit.assessment(assessmentId);
    for (const { examinerId } of assignments) {
      const invited = examiners[examinerId];
      if (!isArchived.has(examinerId)) throw new CommandRefused('EXAMINER_UNKNOWN', { examinerId, assessmentId });
      if (isArchived.get(examinerId) && (!invited || invited.form === FormStatus.Withdrawn))
        throw new CommandRefused('EXAMINER_ARCHIVED', { examinerId, assessmentId });
    }
  }
}
