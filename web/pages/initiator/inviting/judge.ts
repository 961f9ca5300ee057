/** What a form of an invitation comes to: what is wrong with it, and what would be sent. Pure. */
import type { Conflict } from '../../../../domain/conflicts.ts';
import type { ReminderPolicy } from '../../../../domain/reminders.ts';
import type { SchoolSettings } from '../../../../domain/school.ts';
import type { StartBatch } from '../../../../prisma/commands/batches.ts';
import type { ContactRow, OwnAssessment } from '../../../../prisma/repositories/initiator.ts';
import { longDay, type Wording } from '../../../wording.ts';
import type { Selection } from '../requests.ts';
import { type FieldError, refusalText } from '../words.ts';
import { type Candidate, closedCode, findCandidates } from './candidates.ts';
import { type ConflictModel, chosenConflicts, conflictModels, readOverrides } from './conflicts.model.ts';
import type { InviteInput } from './invite-form.ts';
import { fileErrors, type KeptFiles } from './keep-files.ts';
import { momentText, type ReadMoment, readMoment } from './moment.model.ts';
import { readRemark } from './remark.ts';
import { firstReminderText, policyText, type ReadReminders, readReminders } from './reminders.model.ts';

export interface InviteFacts {
  readonly selection: Selection;
  readonly contacts: readonly ContactRow[];
  readonly files: KeptFiles;
  readonly settings: Pick<SchoolSettings, 'reminders'>;
  /** Of all assessments of the selection. */
  readonly conflicts: readonly Conflict[];
  readonly now: Date;
}

export interface JudgedInvite {
  readonly errors: readonly FieldError[];
  /** Who can be invited for the students that are ticked. */
  readonly candidates: readonly Candidate[];
  /** Those of them that are ticked. */
  readonly chosen: readonly Candidate[];
  readonly assessments: readonly OwnAssessment[];
  readonly moment: ReadMoment;
  readonly reminders: ReadReminders;
  readonly conflicts: ReturnType<typeof conflictModels>;
  readonly remark: string;
  readonly overrides: StartBatch['overrides'];
}

/** Judges all of a form at once, so that a person hears everything that is wrong. */
export function judgeInvite(wording: Wording, input: InviteInput, facts: InviteFacts): JudgedInvite {
  const assessments = facts.selection.assessments.filter(({ id }) => input.assessmentIds.includes(id));
  const candidates = findCandidates(assessments);
  const chosen = candidates.filter(({ contactId }) => input.contactIds.includes(contactId));
  const moment = readMoment(wording, input.moment, firstDue(assessments), facts.now);
  const reminders = readReminders(wording, input.reminders, facts.settings.reminders);
  const found = chosenConflicts(
    facts.conflicts,
    assessments.map(({ id }) => id),
    chosen.map(({ contactId }) => contactId),
  );
  const conflicts = conflictModels(wording, found, {
    student: (id) => assessments.find(({ student }) => student.id === id)?.student.name ?? '',
    examiner: (id) => facts.contacts.find((contact) => contact.id === id)?.name ?? '',
  });
  const remark = readRemark(wording, input.remark);
  const overrides = readOverrides(
    wording,
    conflicts.warned.map(({ rule }) => rule),
    (rule) => input.reasons[rule] ?? '',
  );
  return {
    errors: [
      ...choiceErrors(wording, assessments, chosen),
      ...dueErrors(wording, assessments, facts.now),
      ...blockErrors(conflicts.blocked),
      ...overrides.errors,
      ...moment.errors,
      ...reminders.errors,
      ...(remark.ok ? [] : [{ field: 'remark', message: remark.message }]),
      ...fileErrors(wording, facts.files),
    ],
    candidates,
    chosen,
    assessments,
    moment,
    reminders,
    conflicts,
    remark: remark.ok ? remark.remark : '',
    overrides: overrides.overrides,
  };
}

function choiceErrors(
  wording: Wording,
  assessments: readonly OwnAssessment[],
  chosen: readonly Candidate[],
): FieldError[] {
  const { translator } = wording;
  if (assessments.length === 0) return [{ field: 'student', message: translator.t('inviting.students.errorNobody') }];
  const closed = closedCode(assessments);
  if (closed !== null) return [{ field: 'wie', message: refusalText(wording, closed) }];
  return chosen.length === 0 ? [{ field: 'wie', message: translator.t('initiator.invite.errorNobody') }] : [];
}

/** Nobody can hand in before a day that is over. */
function dueErrors(wording: Wording, assessments: readonly OwnAssessment[], now: Date): FieldError[] {
  const dueAt = firstDue(assessments);
  if (dueAt === null || Date.parse(dueAt) > now.getTime()) return [];
  return [
    { field: 'inleveren', message: wording.translator.t('inviting.due.errorPast', { day: longDay(wording, dueAt) }) },
  ];
}

function blockErrors(blocked: readonly ConflictModel[]): FieldError[] {
  return blocked.flatMap(({ sentences }) => sentences.map((message) => ({ field: 'anderen-kiezen', message })));
}

/** The first deadline, or null when none of them has one. */
export function firstDue(assessments: readonly OwnAssessment[]): string | null {
  return assessments.flatMap(({ state }) => state.dueAt ?? []).sort()[0] ?? null;
}

/** What the invitations come to, in sentences that a script keeps up to date. */
export interface InviteSentences {
  readonly send: string;
  /** Empty for one student. */
  readonly students: string;
  readonly moment: string;
  readonly policy: string;
  readonly first: string;
}

/** @param total students of the selection */
export function inviteSentences(
  wording: Wording,
  { chosen, moment, reminders, assessments }: JudgedInvite,
  now: Date,
  total: number,
): InviteSentences {
  const { t } = wording.translator;
  return {
    students: total > 1 ? t('inviting.students.summary', { count: assessments.length, total }) : '',
    send: sendLabel(wording, chosen.length, moment.sendAt),
    moment: moment.warning,
    policy: reminderSentence(wording, reminders.policy, reminders.isOwn),
    first: firstReminderText(wording, reminders.policy, {
      invitedAt: moment.sendAt ?? now.toISOString(),
      dueAt: firstDue(assessments),
    }),
  };
}

/** `3 uitnodigingen versturen`, or `3 uitnodigingen inplannen voor vr 27 nov 08:00`. */
function sendLabel(wording: Wording, count: number, sendAt: string | null): string {
  const { t } = wording.translator;
  if (count === 0) return t('inviting.send.nobody');
  return sendAt === null
    ? t('inviting.send.now', { count })
    : t('inviting.send.later', { count, when: momentText(wording, sendAt) });
}

function reminderSentence(wording: Wording, policy: ReminderPolicy, isOwn: boolean): string {
  const { t } = wording.translator;
  return t(isOwn ? 'inviting.reminders.own' : 'inviting.reminders.ofSchool', { policy: policyText(wording, policy) });
}
