/** Inviting: whom, when, with which words and files. Pure. */
import { uncoveredComponents } from '../../../../domain/assignment.ts';
import { isWorkingDay, toLocalDate, workingDaysBetween } from '../../../../domain/calendar.ts';
import { linkExpiry } from '../../../../domain/school.ts';
import type { InvitationMailInput, MailPerson } from '../../../../emails/invitation-data.ts';
import {
  ATTACHMENT_ACCEPT,
  MAX_ATTACHMENT_BYTES,
  MAX_ATTACHMENTS,
  MAX_ATTACHMENTS_BYTES,
  ScanState,
} from '../../../../platform/attachments.ts';
import type { ContactRow, OwnAssessment } from '../../../../prisma/repositories/initiator.ts';
import type { SchoolIdentity } from '../../../context.ts';
import { dueOfMany, paths } from '../../../paths.ts';
import { listNames, longDay, type Wording } from '../../../wording.ts';
import { pathsOf, type Selection } from '../requests.ts';
import { batchLine, type FieldError, refsOf, refusalText, stepsModel } from '../words.ts';
import { attachmentModel } from './attachments.model.ts';
import { type Candidate, closedCode, findCandidates, findInvited } from './candidates.ts';
import { reasonField } from './conflicts.model.ts';
import type { InviteInput } from './invite-form.ts';
import { firstDue, type InviteFacts, inviteSentences, type JudgedInvite } from './judge.ts';
import { concernText, MomentField } from './moment.model.ts';
import { ReminderField, reminderInputOf } from './reminders.model.ts';

/** @param errors those to show; none on a page that nobody has posted yet */
export function inviteModel(
  wording: Wording,
  input: InviteInput,
  facts: InviteFacts,
  judged: JudgedInvite,
  errors: readonly FieldError[],
) {
  const { t } = wording.translator;
  const { selection, contacts } = facts;
  const { assessments } = selection;
  const [first] = assessments;
  const urls = pathsOf(selection);
  const nameOf = (id: string) => contacts.find((contact) => contact.id === id)?.name ?? '';
  const uncovered = uncoveredComponents(refsOf(first), first.state.assignments).length;
  const closed = closedCode(assessments);
  const people = peopleModel(wording, input, facts, judged);
  return {
    title: t('initiator.invite.title'),
    line: batchLine(wording, assessments),
    steps: stepsModel(wording, 'invite', {
      exam: paths.exam(first.examVersionId),
      examiners: urls.examiners,
    }),
    action: urls.invite,
    previewAction: urls.preview,
    uploadAction: paths.attachments(),
    examinersHref: urls.examiners,
    cancelHref: urls.overview,
    formId: input.formId,
    remark: input.remark,
    errors,
    people,
    nobodyText: closed === null ? t('initiator.invite.nobodyText') : refusalText(wording, closed),
    students: studentsModel(input, assessments),
    invited: listNames(wording, findInvited(assessments).map(nameOf).filter(Boolean)),
    uncovered: uncovered > 0 ? t('initiator.invite.uncovered', { count: uncovered }) : '',
    blocked: judged.conflicts.blocked,
    warned: judged.conflicts.warned.map(({ rule, sentences }) => ({
      field: reasonField(rule),
      sentences,
      reason: input.reasons[rule] ?? '',
    })),
    due: dueModel(wording, selection, facts.now),
    moment: momentModel(wording, input, judged, facts.now),
    reminders: remindersModel(input, facts, errors),
    attachments: facts.files.kept
      .filter(({ scan }) => scan !== ScanState.Infected)
      .map((file, index) => ({ ...attachmentModel(wording, file), control: `bijlage-${index}` })),
    accept: ATTACHMENT_ACCEPT,
    limits: { file: MAX_ATTACHMENT_BYTES, total: MAX_ATTACHMENTS_BYTES, count: MAX_ATTACHMENTS },
    previewOptions: people.map(({ id, name }) => ({ value: id, label: name })),
    say: inviteSentences(wording, judged, facts.now, assessments.length),
  };
}

/** Everybody who can be invited for any of the students; what they get follows from the students that are ticked. */
function peopleModel(wording: Wording, input: InviteInput, { selection, contacts }: InviteFacts, judged: JudgedInvite) {
  const total = selection.assessments.length;
  return findCandidates(selection.assessments).flatMap((candidate, index) => {
    const contact = contacts.find(({ id }) => id === candidate.contactId);
    if (!contact) return [];
    const now = judged.candidates.find(({ contactId }) => contactId === contact.id);
    return [
      {
        id: contact.id,
        control: index === 0 ? 'wie' : `wie-${index}`,
        name: contact.name,
        kind: contact.kind,
        meta: [contact.organisation, contact.email].filter(Boolean).join(' · '),
        scope: scopeText(wording, now, total),
        isChecked: input.contactIds.includes(contact.id),
      },
    ];
  });
}

/**
 * `30 studenten · alle onderdelen`.
 * @param candidate undefined: nothing, with the students that are ticked
 * @param total students of the selection
 */
export function scopeText({ translator }: Wording, candidate: Candidate | undefined, total: number): string {
  const { t } = translator;
  if (!candidate) return t('inviting.students.none');
  const [first] = candidate.parts;
  const all = first ? refsOf(first.assessment).length : 0;
  const count = first?.refs.length ?? 0;
  const scope = count === all ? t('initiator.invite.allParts') : t('initiator.invite.partOf', { count, total: all });
  const students = total > 1 ? t('initiator.batch.students', { count: candidate.parts.length }) : '';
  return [students, scope].filter(Boolean).join(' · ');
}

/** Null for one student: there is nothing to choose. */
function studentsModel(input: InviteInput, assessments: readonly OwnAssessment[]) {
  if (assessments.length === 1) return null;
  return {
    rows: assessments.map(({ id, student }, index) => ({
      id,
      control: index === 0 ? 'student' : `student-${index}`,
      label: student.number === null ? student.name : `${student.name} (${student.number})`,
      isChecked: input.assessmentIds.includes(id),
    })),
  };
}

/** More ids than this make an address that is too long for some servers; then the page of the series is where it is done. */
const MOST_IN_ADDRESS = 100;

/** The first deadline, with the working days that are left, and the page where it is moved. */
function dueModel(wording: Wording, selection: Selection, now: Date) {
  const { t } = wording.translator;
  const { assessments, seriesId } = selection;
  const dueAt = firstDue(assessments);
  const days = new Set(assessments.map(({ state }) => state.dueAt));
  const ids = assessments.map(({ id }) => id);
  const ofMany = seriesId !== null && ids.length > MOST_IN_ADDRESS ? paths.series(seriesId) : dueOfMany(ids);
  const href = ids.length === 1 ? paths.assessmentDue(assessments[0].id) : ofMany;
  if (dueAt === null) return { text: t('initiator.batch.noDue'), warning: '', left: '', href };
  const { timeZone } = wording;
  const left = workingDaysBetween(toLocalDate(now.toISOString(), timeZone), toLocalDate(dueAt, timeZone));
  const key = days.size > 1 ? 'inviting.due.first' : 'inviting.due.text';
  const isOff = !isWorkingDay(toLocalDate(dueAt, timeZone));
  return {
    text: t(key, { day: longDay(wording, dueAt) }),
    warning: isOff ? t('inviting.due.dayOff') : '',
    left:
      left < 0 || Date.parse(dueAt) <= now.getTime() ? t('inviting.due.past') : t('inviting.due.left', { count: left }),
    href,
  };
}

function momentModel(wording: Wording, { moment }: InviteInput, judged: JudgedInvite, now: Date) {
  const { t } = wording.translator;
  return {
    when: MomentField.When,
    dayField: MomentField.Day,
    timeField: MomentField.Time,
    acceptedField: MomentField.Accepted,
    isLater: moment.isLater,
    day: moment.day,
    time: moment.time,
    min: toLocalDate(now.toISOString(), wording.timeZone),
    nowHint: concernText(wording, now.toISOString()) === '' ? '' : t('inviting.moment.nowQuiet'),
    warning: judged.moment.warning,
    isAccepted: moment.isAccepted,
  };
}

function remindersModel(input: InviteInput, { settings }: InviteFacts, errors: readonly FieldError[]) {
  const values = input.reminders ?? reminderInputOf(settings.reminders);
  const fields = Object.values<string>(ReminderField);
  const ofSchool = reminderInputOf(settings.reminders);
  const isSame = Object.entries(ofSchool).every(([field, value]) => Reflect.get(values, field) === value);
  return {
    isOpen: !isSame || errors.some(({ field }) => fields.includes(field)),
    fields: ReminderField,
    values,
  };
}

export interface PreviewInput {
  readonly candidate: Candidate;
  readonly contact: ContactRow;
  readonly school: SchoolIdentity;
  readonly initiator: MailPerson;
  readonly linkUrl: string;
  readonly remark: string;
  readonly attachmentNames: readonly string[];
  /** When the mail leaves. */
  readonly sentAt: string;
}

/** The same input as the real mail gets, but for its link. */
export function previewMailInput(input: PreviewInput): InvitationMailInput {
  const { candidate, contact, school, initiator, linkUrl, remark, attachmentNames, sentAt } = input;
  const dues = candidate.parts.flatMap(({ assessment }) => assessment.state.dueAt ?? []).sort();
  const dueAt = dues.at(-1) ?? null;
  return {
    language: contact.lang,
    school: { name: school.name, primaryColor: school.primaryColor, timeZone: school.timeZone },
    initiator,
    examinerName: contact.name,
    assessments: candidate.parts.map(({ assessment, refs }) => ({
      studentName: assessment.student.name,
      exam: assessment.exam,
      unitCodes: assessment.unitCodes,
      componentRefs: refs,
    })),
    linkUrl,
    dueAt,
    linkExpiresAt: linkExpiry(sentAt, dueAt),
    remark,
    attachmentNames,
  };
}
