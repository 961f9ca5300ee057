/** Plays the demo scenario as the commands that people would give, each at its own moment in the past. */
import { randomUUID } from 'node:crypto';
import { demoAssessments } from '../../demo/scenario.ts';
import type { DemoAnswers, DemoAssessment } from '../../demo/scenario-types.ts';
import { type DemoStep, demoTimeline } from '../../demo/timeline.ts';
import type { AssessmentState } from '../../domain/assessment.ts';
import type { Assignment } from '../../domain/assignment.ts';
import { addDays, toLocalDate, zonedInstant } from '../../domain/calendar.ts';
import type { ExamDefinition } from '../../domain/exam.ts';
import { listComponents } from '../../domain/exam-structure.ts';
import type { FormContent } from '../../domain/form.ts';
import { DUE_TIME, defaultDueAt } from '../../domain/reminders.ts';
import type { SchoolSettings } from '../../domain/school.ts';
import { isScore, type Score } from '../../domain/score.ts';
import { type CommandDoor, type CommandHandler, createCommandDoor } from '../../prisma/apply-command.ts';
import type { Database } from '../../prisma/client.ts';
import { abandonAgreement, confirmAgreement, proposeAgreement } from '../../prisma/commands/agreement.ts';
import { cancelAssessment, createAssessments, finaliseAssessment } from '../../prisma/commands/assessments.ts';
import { assignExaminers } from '../../prisma/commands/assigning.ts';
import { saveDraft } from '../../prisma/commands/drafts.ts';
import { correctForm } from '../../prisma/commands/editing.ts';
import { finishForm, returnForm, startForm } from '../../prisma/commands/forms.ts';
import { openInvitation, reportDelivery, withdrawExaminer } from '../../prisma/commands/inviting.ts';
import { type Actor, SYSTEM_ACTOR } from '../../prisma/unit-of-work.ts';
import { inviteNow } from './invite-now.ts';

const DAY_MS = 86_400_000;

export interface DemoSetting {
  readonly database: Database;
  readonly schoolId: string;
  readonly kid: string;
  readonly settings: SchoolSettings;
  /** By exam code. */
  readonly exams: ReadonlyMap<string, { readonly versionId: string; readonly exam: ExamDefinition }>;
}

interface Played extends DemoSetting {
  readonly startedAt: Date;
  /** Demo key → assessment id. */
  readonly assessments: Map<string, string>;
  /** What mails of the past were: sent, and not to be sent again. */
  at: Date;
}

/** @returns how many assessments were made */
export async function playDemo(setting: DemoSetting): Promise<number> {
  const startedAt = new Date();
  const played: Played = { ...setting, startedAt, assessments: new Map(), at: startedAt };
  for (const step of demoTimeline(demoAssessments)) {
    played.at = new Date(startedAt.getTime() - step.daysAgo * DAY_MS);
    await playStep(played, step);
  }
  await settlePastMails(played);
  return played.assessments.size;
}

async function run<Command, Value>(
  played: Played,
  handler: CommandHandler<Command, Value>,
  command: Command,
  actor: Actor,
): Promise<Value> {
  const outcome = await doorOf(played).apply(handler, command, {
    schoolId: played.schoolId,
    actor,
    commandId: randomUUID(),
  });
  if (!outcome.ok)
    throw new Error(`demo: ${handler.type} was refused with ${outcome.code} ${JSON.stringify(outcome.params)}`);
  return outcome.value;
}

function doorOf(played: Played): CommandDoor {
  return createCommandDoor(played.database, { now: async () => played.at });
}

async function playStep(played: Played, step: DemoStep): Promise<void> {
  switch (step.type) {
    case 'create':
      return create(played, step.together);
    case 'invite':
      return invite(played, step);
    case 'open':
      return open(played, step.assessment, step.examiner.email);
    case 'saveDraft':
      return draft(played, step.assessment, step.examiner.email, step.answers);
    case 'finish':
      return finish(played, step.assessment, step.examiner.email, step.answers);
    case 'withdraw': {
      const contactId = await contactOf(played, step.examiner.email);
      const command = { assessmentId: assessmentOf(played, step.assessment), contactId, reason: step.reason };
      await run(played, withdrawExaminer, command, await memberActor(played, step.assessment.initiator));
      return;
    }
    case 'return': {
      const contactId = await contactOf(played, step.examiner.email);
      const command = {
        assessmentId: assessmentOf(played, step.assessment),
        contactId,
        components: step.components,
        reason: step.reason,
      };
      await run(played, returnForm, command, await memberActor(played, step.by));
      return;
    }
    case 'propose':
      return propose(played, step);
    case 'confirm':
      return confirm(played, step);
    case 'abandon': {
      const contactId = await contactOf(played, step.by);
      const command = { assessmentId: assessmentOf(played, step.assessment), contactId, reason: step.reason };
      await run(played, abandonAgreement, command, examinerActor(contactId));
      return;
    }
    case 'correct':
      return correct(played, step);
    case 'finalise':
      return finalise(played, step);
    case 'cancel': {
      const command = { assessmentId: assessmentOf(played, step.assessment), reason: step.reason };
      await run(played, cancelAssessment, command, await memberActor(played, step.assessment.initiator));
      return;
    }
  }
}

/** Starts assessments together, and then chooses the examiners of each. */
async function create(played: Played, together: readonly DemoAssessment[]): Promise<void> {
  const [demo] = together;
  if (!demo) return;
  const { settings } = played;
  const exam = played.exams.get(demo.examCode);
  if (!exam) throw new Error(`demo: ${demo.key} names an unknown exam`);
  const studentIds = [];
  for (const each of together) studentIds.push(await studentOf(played, each));
  const today = toLocalDate(played.startedAt.toISOString(), settings.timeZone);
  const dueAt =
    demo.dueInDays === undefined
      ? defaultDueAt(played.at.toISOString(), settings.dueWorkingDays, settings.timeZone)
      : zonedInstant(addDays(today, Math.round(demo.dueInDays)), DUE_TIME, settings.timeZone);
  const initiatorId = await membershipOf(played, demo.initiator);
  const { assessmentIds } = await run(
    played,
    createAssessments,
    {
      examVersionId: exam.versionId,
      unitCodes: demo.unitCodes,
      studentIds,
      initiatorId,
      assignments: [],
      dueAt,
      closesAt: null,
    },
    { kind: 'member', id: initiatorId },
  );
  const choices = [];
  for (const [index, each] of together.entries()) {
    const assessmentId = assessmentIds[index] ?? '';
    played.assessments.set(each.key, assessmentId);
    choices.push({ assessmentId, assignments: await assignmentsOf(played, each) });
  }
  await run(
    played,
    assignExaminers,
    { assignments: choices.filter(({ assignments }) => assignments.length > 0) },
    { kind: 'member', id: initiatorId },
  );
}

async function studentOf(played: Played, demo: DemoAssessment): Promise<string> {
  const { schoolId, database } = played;
  const student = await database.student.findFirst({ where: { schoolId, number: demo.studentNumber } });
  if (!student) throw new Error(`demo: ${demo.key} names an unknown student`);
  return student.id;
}

async function assignmentsOf(played: Played, demo: DemoAssessment): Promise<Assignment[]> {
  const assignments: Assignment[] = [];
  for (const examiner of demo.examiners) {
    const examinerId = await contactOf(played, examiner.email);
    assignments.push(...examiner.scopes.map((scope) => ({ examinerId, scope })));
  }
  return assignments;
}

async function invite(played: Played, step: Extract<DemoStep, { type: 'invite' }>): Promise<void> {
  const [first] = step.of;
  if (!first) return;
  const initiatorId = await membershipOf(played, first.assessment.initiator);
  const { invitationIds } = await inviteNow(
    { door: doorOf(played), database: played.database, schoolId: played.schoolId },
    {
      assessmentIds: step.of.map(({ assessment }) => assessmentOf(played, assessment)),
      contactIds: [await contactOf(played, step.email)],
      initiatorId,
      remark: step.remark,
      kid: played.kid,
    },
  );
  for (const id of invitationIds) await accept(played, id);
}

/** A mail of the past was taken by the mail server then; an open one is sent anew at the first start, so that it can be read. */
async function accept(played: Played, invitationId: string): Promise<void> {
  const { mailId } = await played.database.invitation.findUniqueOrThrow({ where: { id: invitationId } });
  await run(played, reportDelivery, { invitationId, mailId, delivery: 'accepted', smtpCode: '250' }, SYSTEM_ACTOR);
}

async function open(played: Played, demo: DemoAssessment, email: string): Promise<void> {
  const pair = await pairOf(played, demo, email);
  const invitation = await played.database.invitation.findUniqueOrThrow({ where: { id: pair.invitationId } });
  // One invitation over several students is opened once.
  if (invitation.openedAt !== null) return;
  await run(
    played,
    openInvitation,
    { invitationId: invitation.id, linkId: invitation.linkId },
    examinerActor(pair.contactId),
  );
}

async function draft(played: Played, demo: DemoAssessment, email: string, answers: DemoAnswers): Promise<void> {
  const { formId, contactId } = await pairOf(played, demo, email);
  const { schoolId } = played;
  const clock = { now: async () => played.at };
  const patch = contentOf(played, demo, answers);
  const result = await saveDraft(played.database, { schoolId, formId, contactId, basedOn: 0, patch }, clock);
  if (result.kind !== 'saved') throw new Error(`demo: a draft of ${demo.key} was not saved`);
  const assessmentId = assessmentOf(played, demo);
  if (result.mustStart) await run(played, startForm, { assessmentId, contactId }, examinerActor(contactId));
}

async function finish(played: Played, demo: DemoAssessment, email: string, answers: DemoAnswers): Promise<void> {
  const pair = await pairOf(played, demo, email);
  await run(
    played,
    finishForm,
    {
      assessmentId: assessmentOf(played, demo),
      contactId: pair.contactId,
      invitationId: pair.invitationId,
      content: contentOf(played, demo, answers),
    },
    examinerActor(pair.contactId),
  );
}

async function propose(played: Played, step: Extract<DemoStep, { type: 'propose' }>): Promise<void> {
  const { assessment, component, answer } = step;
  const contactId = await contactOf(played, step.by);
  const content = contentOf(played, assessment, { [component]: answer });
  await run(
    played,
    proposeAgreement,
    {
      assessmentId: assessmentOf(played, assessment),
      contactId,
      component,
      scores: content.scores,
      justification: answer.justification,
    },
    examinerActor(contactId),
  );
}

/** Says yes to what was proposed last. */
async function confirm(played: Played, step: Extract<DemoStep, { type: 'confirm' }>): Promise<void> {
  const { component } = step;
  const assessmentId = assessmentOf(played, step.assessment);
  const contactId = await contactOf(played, step.by);
  const { state } = await played.database.stream.findUniqueOrThrow({ where: { id: assessmentId } });
  const proposal = (state as unknown as AssessmentState).agreement?.proposals[component];
  if (!proposal) throw new Error(`demo: nothing is proposed for ${step.assessment.key}`);
  const { proposalId } = proposal;
  await run(played, confirmAgreement, { assessmentId, contactId, component, proposalId }, examinerActor(contactId));
}

async function finalise(played: Played, step: Extract<DemoStep, { type: 'finalise' }>): Promise<void> {
  const assessmentId = assessmentOf(played, step.assessment);
  const office = await played.database.officeAddress.findFirstOrThrow({
    where: { schoolId: played.schoolId, email: step.examOffice },
  });
  const stream = await played.database.stream.findUniqueOrThrow({ where: { id: assessmentId } });
  const standing: Record<string, string> = {};
  for (const [ref, email] of Object.entries(step.standing)) standing[ref] = await contactOf(played, email);
  const membershipId = await membershipOf(played, step.by);
  await run(
    played,
    finaliseAssessment,
    { assessmentId, expectedVersion: stream.version, membershipId, officeAddressId: office.id, standing },
    { kind: 'member', id: membershipId },
  );
}

/** Words of a justification, as a member of the committee mends them. */
async function correct(played: Played, step: Extract<DemoStep, { type: 'correct' }>): Promise<void> {
  const { contactId, formId } = await pairOf(played, step.assessment, step.examiner.email);
  const newest = await played.database.formSubmission.findFirstOrThrow({
    where: { schoolId: played.schoolId, formId },
    orderBy: { formVersion: 'desc' },
  });
  const content = newest.content as unknown as FormContent;
  const words = content.justifications[step.component] ?? '';
  if (!words.includes(step.replace[0])) throw new Error(`demo: nothing to correct in ${step.assessment.key}`);
  const justifications = { ...content.justifications, [step.component]: words.replace(...step.replace) };
  const membershipId = await membershipOf(played, step.by);
  await run(
    played,
    correctForm,
    {
      assessmentId: assessmentOf(played, step.assessment),
      contactId,
      membershipId,
      formVersion: newest.formVersion,
      content: { ...content, justifications },
      reason: step.reason,
    },
    { kind: 'member', id: membershipId },
  );
}

/** Mails about what is over are history. Those of open invitations go out at the first start: their links can be tried. */
async function settlePastMails(played: Played): Promise<void> {
  await played.database.$executeRaw`
    UPDATE mail SET state = 'accepted', accepted_at = queued_at, tries = 1, smtp_code = '250'
    WHERE school_id = ${played.schoolId}::uuid AND state = 'queued'
      AND NOT (template = 'invitation' AND stream_id IN (
        SELECT id FROM invitation WHERE school_id = ${played.schoolId}::uuid AND status = 'active'))`;
}

function contentOf(played: Played, demo: DemoAssessment, answers: DemoAnswers): FormContent {
  const exam = played.exams.get(demo.examCode)?.exam;
  if (!exam) throw new Error(`demo: unknown exam ${demo.examCode}`);
  const scores: Record<string, Score> = {};
  const justifications: Record<string, string> = {};
  for (const { component } of listComponents(exam, demo.unitCodes)) {
    const answer = answers[component.ref];
    if (!answer) continue;
    component.criteria.forEach((criterion, index) => {
      const letter = answer.scores[index];
      if (isScore(letter)) scores[criterion.ref] = letter;
    });
    if (answer.justification !== '') justifications[component.ref] = answer.justification;
  }
  return { scores, justifications };
}

function assessmentOf(played: Played, demo: DemoAssessment): string {
  const id = played.assessments.get(demo.key);
  if (!id) throw new Error(`demo: ${demo.key} was not created yet`);
  return id;
}

async function pairOf(
  played: Played,
  demo: DemoAssessment,
  email: string,
): Promise<{ contactId: string; invitationId: string; formId: string }> {
  const contactId = await contactOf(played, email);
  const row = await played.database.assessmentExaminer.findUniqueOrThrow({
    where: { assessmentId_contactId: { assessmentId: assessmentOf(played, demo), contactId } },
  });
  if (row.invitationId === null || row.formId === null)
    throw new Error(`demo: an examiner of ${demo.key} was not invited`);
  return { contactId, invitationId: row.invitationId, formId: row.formId };
}

async function contactOf(played: Played, email: string): Promise<string> {
  return (await played.database.contact.findFirstOrThrow({ where: { schoolId: played.schoolId, email } })).id;
}

async function membershipOf(played: Played, email: string): Promise<string> {
  return (
    await played.database.membership.findFirstOrThrow({ where: { schoolId: played.schoolId, account: { email } } })
  ).id;
}

async function memberActor(played: Played, email: string): Promise<Actor> {
  return { kind: 'member', id: await membershipOf(played, email) };
}

function examinerActor(contactId: string): Actor {
  return { kind: 'examiner', id: contactId };
}
