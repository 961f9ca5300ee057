/** The form of an invitation as it was posted. */

import { CONFLICT_RULES } from '../../../../domain/conflicts.ts';
import type { ReminderPolicy } from '../../../../domain/reminders.ts';
import { newFormId } from '../../../command-id.ts';
import { isId, listOf } from '../../../posted.ts';
import { idsOf, type Selection, textOf } from '../requests.ts';
import { findCandidates } from './candidates.ts';
import { reasonField } from './conflicts.model.ts';
import { MomentField, type MomentInput } from './moment.model.ts';
import { ReminderField, type ReminderInput, reminderInputOf } from './reminders.model.ts';

export interface InviteInput {
  readonly formId: string;
  /** Assessments that are ticked. */
  readonly assessmentIds: readonly string[];
  /** Examiners that are ticked. */
  readonly contactIds: readonly string[];
  readonly remark: string;
  readonly moment: MomentInput;
  /** Null: the form had no such fields. */
  readonly reminders: ReminderInput;
  /** Why to go on, by rule. */
  readonly reasons: Readonly<Record<string, string>>;
}

/** When invitations leave that are set for another moment, unless another time is typed. */
export const USUAL_TIME = '08:00';

/** A form that nobody has touched: everybody, now, as the school has it. */
export function blankInput(selection: Selection, day: string, policy: ReminderPolicy): InviteInput {
  return {
    formId: newFormId(),
    assessmentIds: selection.assessments.map(({ id }) => id),
    contactIds: findCandidates(selection.assessments).map(({ contactId }) => contactId),
    remark: '',
    moment: { isLater: false, day, time: USUAL_TIME, isAccepted: false },
    reminders: reminderInputOf(policy),
    reasons: {},
  };
}

/**
 * Reads a posted form. What is not of this selection is left out.
 * @param body fields; a form without the list of students (one assessment) is about all of them
 */
export function readInput(body: unknown, selection: Selection): InviteInput {
  const formId = textOf(body, 'formulier');
  const chosen = idsOf(body, 'wie');
  const students = idsOf(body, 'student');
  const hasStudents = textOf(body, 'studenten') !== '';
  const ids = selection.assessments.map(({ id }) => id);
  return {
    formId: isId(formId) ? formId : newFormId(),
    assessmentIds: hasStudents ? ids.filter((id) => students.includes(id)) : ids,
    contactIds: findCandidates(selection.assessments)
      .map(({ contactId }) => contactId)
      .filter((id) => chosen.includes(id)),
    remark: textOf(body, 'remark'),
    moment: {
      isLater: textOf(body, MomentField.When) === 'later',
      day: textOf(body, MomentField.Day),
      time: textOf(body, MomentField.Time),
      isAccepted: textOf(body, MomentField.Accepted) !== '',
    },
    reminders: readReminderInput(body),
    reasons: Object.fromEntries(CONFLICT_RULES.map((rule) => [rule, textOf(body, reasonField(rule))])),
  };
}

function readReminderInput(body: unknown): ReminderInput {
  if (listOf(body, ReminderField.max).length === 0) return null;
  return {
    firstAfterWorkingDays: textOf(body, ReminderField.firstAfterWorkingDays),
    everyWorkingDays: textOf(body, ReminderField.everyWorkingDays),
    beforeDueWorkingDays: textOf(body, ReminderField.beforeDueWorkingDays),
    max: textOf(body, ReminderField.max),
    sendAt: textOf(body, ReminderField.sendAt),
  };
}
