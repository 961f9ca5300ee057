/** Commands of initiator and committee on assessments. */
import { v5 as uuidv5, v7 as uuidv7 } from 'uuid';
import { AgreementPolicy } from '../../domain/agreement.ts';
import { AssessmentStatus, FormStatus } from '../../domain/assessment.ts';
import type { Assignment } from '../../domain/assignment.ts';
import type { ExamDefinition } from '../../domain/exam.ts';
import { findUnknownUnits, listComponents } from '../../domain/exam-structure.ts';
import type { GradingScheme } from '../../domain/result.ts';
import { examiningPolicy, fullName, searchable } from '../../domain/school.ts';
import type { Prisma } from '../../generated/prisma/client.ts';
import { createCheckCode } from '../../platform/tokens.ts';
import type { CommandHandler } from '../apply-command.ts';
import { buildResultDocument } from '../documents.ts';
import { mailId } from '../mail-ledger.ts';
import { CommandRefused, type UnitOfWork } from '../unit-of-work.ts';
import { followAgreement } from './agreement.ts';
import { assignAll } from './assigning.ts';
import { tellPublished } from './deciding.ts';
import { holdUntil } from './inviting.ts';
import { examinerMail } from './mails.ts';
import { requireReason } from './reasons.ts';
import { streamsOfPairs } from './streams.ts';
import type { HeldValue } from './undo.ts';

const ID_NAMESPACE = '8a0d3c52-6f0e-5a36-8d0b-51a2a7a1f0c4';

/** Most students for whom one command creates an assessment. */
export const MAX_STUDENTS_AT_ONCE = 250;

export interface CreateAssessments {
  readonly examVersionId: string;
  readonly unitCodes: readonly string[];
  readonly studentIds: readonly string[];
  readonly initiatorId: string;
  readonly assignments: readonly Assignment[];
  readonly dueAt: string | null;
  readonly closesAt: string | null;
}

/** One draft assessment for each student, in the order given, together a series. Value: the new ids. */
export const createAssessments: CommandHandler<CreateAssessments, { seriesId: string; assessmentIds: string[] }> = {
  type: 'createAssessments',
  streams: () => [],
  async run(unit, command) {
    if (command.studentIds.length === 0) throw new CommandRefused('STUDENTS_REQUIRED');
    if (command.studentIds.length > MAX_STUDENTS_AT_ONCE)
      throw new CommandRefused('TOO_MANY_STUDENTS', { max: MAX_STUDENTS_AT_ONCE });
    const settings = await unit.settings();
    const { agreement } = examiningPolicy(settings);
    const { version, exam } = await findExamVersion(unit, command.examVersionId);
    if (command.unitCodes.length === 0 || findUnknownUnits(exam, command.unitCodes).length > 0)
      throw new CommandRefused('UNIT_UNKNOWN');
    const schemeRow = await unit.tx.gradingScheme.findFirst({
      where: { schoolId: unit.schoolId, code: settings.schemeCode },
      orderBy: { version: 'desc' },
    });
    if (!schemeRow) throw new CommandRefused('SCHEME_UNKNOWN');
    const students = await unit.tx.student.findMany({
      where: { schoolId: unit.schoolId, id: { in: [...command.studentIds] } },
    });
    const byId = new Map(students.map((student) => [student.id, student]));
    const components = listComponents(exam, command.unitCodes).map(({ component }) => ({
      ref: component.ref,
      criteria: component.criteria.map((criterion) => criterion.ref),
    }));
    const seriesId = uuidv5(unit.commandId, ID_NAMESPACE);
    await unit.tx.assessmentSeries.create({
      data: {
        id: seriesId,
        schoolId: unit.schoolId,
        initiatorId: command.initiatorId,
        examVersionId: version.id,
        unitCodes: [...command.unitCodes],
        createdAt: unit.now,
      },
    });
    const attempts = await countAttempts(unit, version.examId, command.studentIds, command.unitCodes);
    const rows: Prisma.AssessmentCreateManyInput[] = [];
    for (const studentId of command.studentIds) {
      const student = byId.get(studentId);
      if (!student) throw new CommandRefused('STUDENT_UNKNOWN');
      const id = uuidv5(`${unit.commandId}|${studentId}`, ID_NAMESPACE);
      const attempt = (attempts.get(studentId) ?? 0) + 1;
      rows.push({
        id,
        schoolId: unit.schoolId,
        examVersionId: version.id,
        gradingSchemeId: schemeRow.id,
        unitCodes: [...command.unitCodes],
        studentId,
        initiatorId: command.initiatorId,
        seriesId,
        attempt,
        status: AssessmentStatus.Draft,
        statusSince: unit.now,
        createdAt: unit.now,
        searchText: searchable(fullName(student), student.number, student.email, exam.code, exam.title),
      });
      unit.rememberExam(id, exam, schemeRow.definition as unknown as GradingScheme);
      await unit.onAssessment(id, {
        type: 'create',
        examVersionId: version.id,
        unitCodes: command.unitCodes,
        studentId,
        initiatorId: command.initiatorId,
        attempt,
        components,
        justificationPolicy: settings.justificationPolicy,
        ...(agreement === AgreementPolicy.Committee ? {} : { agreementPolicy: agreement }),
        dueAt: command.dueAt,
        closesAt: command.closesAt,
      });
    }
    await unit.tx.assessment.createMany({ data: rows });
    const assessmentIds = rows.map(({ id }) => id);
    const { assignments } = command;
    if (assignments.length > 0)
      await assignAll(
        unit,
        assessmentIds.map((assessmentId) => ({ assessmentId, assignments })),
      );
    return { seriesId, assessmentIds };
  },
};

async function findExamVersion(unit: UnitOfWork, id: string) {
  const version = await unit.tx.examVersion.findFirst({ where: { id, schoolId: unit.schoolId } });
  if (!version) throw new CommandRefused('EXAM_UNKNOWN');
  return { version, exam: version.definition as unknown as ExamDefinition };
}

/**
 * Earlier attempts of each student at any of these units of the exam, whatever its version; a cancelled one does not count. Who
 * counts holds the exam until the end of the command, so that two who start at once do not give the same number.
 */
async function countAttempts(
  unit: UnitOfWork,
  examId: string,
  studentIds: readonly string[],
  unitCodes: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  await unit.tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`attempts|${examId}`}, 0))`;
  const rows = await unit.tx.assessment.groupBy({
    by: ['studentId'],
    where: {
      schoolId: unit.schoolId,
      studentId: { in: [...studentIds] },
      status: { not: AssessmentStatus.Cancelled },
      examVersion: { examId },
      unitCodes: { hasSome: [...unitCodes] },
    },
    _max: { attempt: true },
  });
  return new Map(rows.map(({ studentId, _max }) => [studentId, _max.attempt ?? 0]));
}

export interface CancelAssessment {
  readonly assessmentId: string;
  readonly reason: string;
}

/** Stops one assessment, as `cancelAssessments` does. */
export const cancelAssessment: CommandHandler<CancelAssessment, HeldValue> = {
  type: 'cancelAssessment',
  streams: (tx, { assessmentId }, { schoolId }) => streamsOfPairs(tx, schoolId, [assessmentId], null),
  run: (unit, { assessmentId, reason }) => cancelAll(unit, [assessmentId], reason),
};

export interface CancelAssessments {
  readonly assessmentIds: readonly string[];
  /** As typed; required. */
  readonly reason: string;
}

/**
 * Stops all named assessments, or none. Everybody who was invited is told in one mail, after a minute, until when
 * `undoCancel` takes it back.
 *
 * Refused with `REASON_REQUIRED`, `REASON_TOO_LONG`, `TEXT_FORBIDDEN_CHARACTER`, `ASSESSMENT_NOT_FOUND`, `ASSESSMENT_FINAL`,
 * `ALREADY_DONE` (params `assessmentId`) or `CHANGED_MEANWHILE`.
 */
export const cancelAssessments: CommandHandler<CancelAssessments, HeldValue> = {
  type: 'cancelAssessments',
  streams: (tx, { assessmentIds }, { schoolId }) => streamsOfPairs(tx, schoolId, assessmentIds, null),
  run: (unit, { assessmentIds, reason }) => cancelAll(unit, assessmentIds, reason),
};

interface ToTell {
  readonly invitationId: string;
  readonly textId: string;
  readonly assessmentIds: string[];
}

async function cancelAll(unit: UnitOfWork, assessmentIds: readonly string[], typed: string): Promise<HeldValue> {
  const words = requireReason(typed);
  if (assessmentIds.length === 0) throw new CommandRefused('ASSESSMENT_NOT_FOUND');
  const told = new Map<string, ToTell>();
  for (const assessmentId of new Set(assessmentIds)) {
    const reason = await unit.keepText(assessmentId, 'cancelReason', words);
    const changed = await naming(assessmentId, () => unit.onAssessment(assessmentId, { type: 'cancel', reason }));
    const { before } = changed;
    await followAgreement(unit, assessmentId, changed);
    for (const [contactId, { form, invitationId }] of Object.entries(before?.examiners ?? {})) {
      if (form === FormStatus.Withdrawn) continue;
      // Another invitation came in between reading and locking.
      if (!unit.hasStream(invitationId)) throw new CommandRefused('CHANGED_MEANWHILE');
      // Whoever has finished is told too, and may go on looking at what they wrote.
      if (form !== FormStatus.Finished) unit.onInvitation(invitationId, { type: 'withdrawPair', assessmentId });
      const known = told.get(contactId);
      if (known) known.assessmentIds.push(assessmentId);
      else told.set(contactId, { invitationId, textId: reason.textId, assessmentIds: [assessmentId] });
    }
  }
  const notBefore = holdUntil(unit);
  const mailIds: string[] = [];
  await unit.readContacts([...told.keys()]);
  for (const [contactId, { invitationId, ...reference }] of told) {
    const mail = await examinerMail(unit, 'cancelled', invitationId, contactId, reference);
    unit.queueMail({ ...mail, notBefore });
    mailIds.push(mailId(mail));
  }
  return { undoableUntil: notBefore.toISOString(), mailIds };
}

/** A refusal says which of several assessments it is about. */
async function naming<Value>(assessmentId: string, act: () => Promise<Value>): Promise<Value> {
  try {
    return await act();
  } catch (error) {
    if (!(error instanceof CommandRefused)) throw error;
    throw new CommandRefused(error.code, { ...error.params, assessmentId });
  }
}

export interface FinaliseAssessment {
  readonly assessmentId: string;
  /** Version of the stream that the member looked at. */
  readonly expectedVersion: number;
  readonly membershipId: string;
  readonly officeAddressId: string;
  /** component ref → contact id, for components where examiners differ */
  readonly standing: Readonly<Record<string, string>>;
}

export interface FinaliseValue {
  /** The document that will be made; empty when the decision was only proposed. */
  readonly documentId: string;
  /** It waits for a second member. */
  readonly isProposed: boolean;
}

/**
 * The decision of the committee; where two members decide, the first one only proposes it.
 *
 * Refused with `CHANGED_MEANWHILE`, `OFFICE_UNKNOWN`, `DECIDER_IS_STUDENT`, `DECIDER_INITIATED`, `DECIDER_SCORED`,
 * `DECIDER_PROPOSED`, `DECISION_DIFFERS` or what stands in the way of any decision (see deciding-decide.ts).
 */
export const finaliseAssessment: CommandHandler<FinaliseAssessment, FinaliseValue> = {
  type: 'finaliseAssessment',
  streams: (_tx, command) => [command.assessmentId],
  async run(unit, command) {
    const current = unit.assessment(command.assessmentId);
    if (
      current.status === AssessmentStatus.Assessed &&
      unit.versionOf(command.assessmentId) !== command.expectedVersion
    ) {
      throw new CommandRefused('CHANGED_MEANWHILE');
    }
    const office = await unit.tx.officeAddress.findFirst({
      where: { schoolId: unit.schoolId, id: command.officeAddressId },
    });
    if (!office) throw new CommandRefused('OFFICE_UNKNOWN');
    const decisionId = uuidv7();
    const { after, events } = await unit.onAssessment(command.assessmentId, {
      type: 'finalise',
      decisionId,
      decidedBy: command.membershipId,
      officeAddressId: command.officeAddressId,
      standing: command.standing,
    });
    if (after.status !== AssessmentStatus.Final) return { documentId: '', isProposed: true };
    await tellPublished(unit, command.assessmentId, events);
    const version = after.decision?.version ?? 1;
    const documentId = uuidv7();
    const number = documentNumber(unit.now, documentId);
    const checkCode = createCheckCode();
    const data = await buildResultDocument(unit, command.assessmentId, after, {
      number,
      version,
      officeLabel: office.label,
      checkCode,
      proposedBy: current.proposal?.proposedBy ?? null,
    });
    await unit.tx.document.create({
      data: {
        id: documentId,
        schoolId: unit.schoolId,
        assessmentId: command.assessmentId,
        version,
        number,
        data: data as unknown as Prisma.InputJsonValue,
        officeAddressId: office.id,
        checkCode,
      },
    });
    return { documentId, isProposed: false };
  },
};

/** `<year>-<8 characters>`: short enough to type, and says nothing about the student. */
function documentNumber(now: Date, documentId: string): string {
  return `${now.getUTCFullYear()}-${documentId.replaceAll('-', '').slice(-8).toUpperCase()}`;
}
