/** Commands of initiator and committee on assessments. */
import { v5 as uuidv5, v7 as uuidv7 } from 'uuid';
import { AssessmentStatus, FormStatus } from '../../domain/assessment.ts';
import { type Assignment, validateAssignments } from '../../domain/assignment.ts';
import type { ExamDefinition } from '../../domain/exam.ts';
import { findUnknownUnits, listComponents } from '../../domain/exam-structure.ts';
import type { GradingScheme } from '../../domain/result.ts';
import { fullName, searchable } from '../../domain/school.ts';
import type { Prisma } from '../../generated/prisma/client.ts';
import type { CommandHandler } from '../apply-command.ts';
import { buildResultDocument } from '../documents.ts';
import { CommandRefused, type UnitOfWork } from '../unit-of-work.ts';
import { examinerMail } from './mails.ts';
import { streamsOfAssessment } from './streams.ts';

const ID_NAMESPACE = '8a0d3c52-6f0e-5a36-8d0b-51a2a7a1f0c4';

/** Most assessments that one command creates or invites for. */
export const MAX_ASSESSMENTS_AT_ONCE = 100;

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
    if (command.studentIds.length > MAX_ASSESSMENTS_AT_ONCE)
      throw new CommandRefused('TOO_MANY_STUDENTS', { max: MAX_ASSESSMENTS_AT_ONCE });
    const settings = await unit.settings();
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
    const assessmentIds: string[] = [];
    for (const studentId of command.studentIds) {
      const student = byId.get(studentId);
      if (!student) throw new CommandRefused('STUDENT_UNKNOWN');
      const id = uuidv5(`${unit.commandId}|${studentId}`, ID_NAMESPACE);
      const attempt = (await countAttempts(unit, version.examId, studentId, command.unitCodes)) + 1;
      await unit.tx.assessment.create({
        data: {
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
        },
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
        dueAt: command.dueAt,
        closesAt: command.closesAt,
      });
      if (command.assignments.length > 0) await assign(unit, id, command.assignments);
      assessmentIds.push(id);
    }
    return { seriesId, assessmentIds };
  },
};

async function findExamVersion(unit: UnitOfWork, id: string) {
  const version = await unit.tx.examVersion.findFirst({ where: { id, schoolId: unit.schoolId } });
  if (!version) throw new CommandRefused('EXAM_UNKNOWN');
  return { version, exam: version.definition as unknown as ExamDefinition };
}

/** Earlier attempts at any of these units of the exam, whatever its version; a cancelled one does not count. */
async function countAttempts(
  unit: UnitOfWork,
  examId: string,
  studentId: string,
  unitCodes: readonly string[],
): Promise<number> {
  const latest = await unit.tx.assessment.findFirst({
    where: {
      schoolId: unit.schoolId,
      studentId,
      status: { not: AssessmentStatus.Cancelled },
      examVersion: { examId },
      unitCodes: { hasSome: [...unitCodes] },
    },
    orderBy: { attempt: 'desc' },
    select: { attempt: true },
  });
  return latest?.attempt ?? 0;
}

async function assign(unit: UnitOfWork, assessmentId: string, assignments: readonly Assignment[]): Promise<void> {
  const contactIds = [...new Set(assignments.map((each) => each.examinerId))];
  const known = await unit.tx.contact.count({
    where: { schoolId: unit.schoolId, id: { in: contactIds }, archivedAt: null },
  });
  if (known !== contactIds.length) throw new CommandRefused('EXAMINER_UNKNOWN');
  const refs = unit.assessment(assessmentId).components.map((component) => component.ref);
  const problem = validateAssignments(refs, assignments)[0];
  if (problem) throw new CommandRefused(problem.code, { examinerId: problem.examinerId });
  await unit.onAssessment(assessmentId, { type: 'assign', assignments });
}

export interface AssignExaminers {
  readonly assessmentIds: readonly string[];
  readonly assignments: readonly Assignment[];
}

/** Gives all named assessments the same assignments, replacing what was there. */
export const assignExaminers: CommandHandler<AssignExaminers, null> = {
  type: 'assignExaminers',
  streams: (_tx, command) => command.assessmentIds,
  async run(unit, command) {
    for (const id of command.assessmentIds) await assign(unit, id, command.assignments);
    return null;
  },
};

export interface CancelAssessment {
  readonly assessmentId: string;
  readonly reason: string;
}

/** Stops an assessment; every examiner who was still busy is told. */
export const cancelAssessment: CommandHandler<CancelAssessment, null> = {
  type: 'cancelAssessment',
  streams: (tx, command, context) => streamsOfAssessment(tx, context.schoolId, command.assessmentId),
  async run(unit, command) {
    const reason = await unit.keepText(command.assessmentId, 'cancelReason', command.reason);
    const { before } = await unit.onAssessment(command.assessmentId, { type: 'cancel', reason });
    for (const [contactId, examiner] of Object.entries(before?.examiners ?? {})) {
      if (examiner.form === FormStatus.Withdrawn || examiner.form === FormStatus.Finished) continue;
      unit.onInvitation(examiner.invitationId, { type: 'withdrawPair', assessmentId: command.assessmentId });
      unit.queueMail(
        await examinerMail(unit, 'cancelled', examiner.invitationId, contactId, {
          assessmentIds: [command.assessmentId],
          textId: reason.textId,
        }),
      );
    }
    return null;
  },
};

export interface FinaliseAssessment {
  readonly assessmentId: string;
  /** Version of the stream that the member looked at. */
  readonly expectedVersion: number;
  readonly membershipId: string;
  readonly officeAddressId: string;
  /** component ref → contact id, for components where examiners differ */
  readonly standing: Readonly<Record<string, string>>;
}

/** The decision of the committee. Value: the document that will be made. */
export const finaliseAssessment: CommandHandler<FinaliseAssessment, { documentId: string }> = {
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
    const { after } = await unit.onAssessment(command.assessmentId, {
      type: 'finalise',
      decisionId,
      decidedBy: command.membershipId,
      officeAddressId: command.officeAddressId,
      standing: command.standing,
    });
    const version = after.decision?.version ?? 1;
    const documentId = uuidv7();
    const number = documentNumber(unit.now, documentId);
    const data = await buildResultDocument(unit, command.assessmentId, after, {
      number,
      version,
      officeLabel: office.label,
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
      },
    });
    return { documentId };
  },
};

/** `<year>-<8 characters>`: short enough to type, and says nothing about the student. */
function documentNumber(now: Date, documentId: string): string {
  return `${now.getUTCFullYear()}-${documentId.replaceAll('-', '').slice(-8).toUpperCase()}`;
}
