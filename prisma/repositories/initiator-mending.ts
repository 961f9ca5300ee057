/** What the pages need that change what was started: who is at work where, what is asked, and what can be taken back. */
import { AssessmentStatus, FormStatus } from '../../domain/assessment.ts';
import { fullName } from '../../domain/school.ts';
import type { SchoolScope } from './index.ts';

/** An examiner who still has to score something, with the assessments in question. */
export interface BusyExaminer {
  readonly contactId: string;
  readonly name: string;
  readonly email: string;
  readonly assessmentIds: readonly string[];
}

/** Another assessment for which the same may be done. */
export interface Sibling {
  readonly assessmentId: string;
  readonly student: string;
}

const BUSY: string[] = [FormStatus.Open, FormStatus.Started, FormStatus.Returned];
/** Longer ago nothing can be taken back; a guard for the index, the commands decide. */
const RECENT_MS = 600_000;

const STUDENT_ORDER = [
  { assessment: { student: { familyName: 'asc' as const } } },
  { assessment: { student: { givenName: 'asc' as const } } },
  { assessmentId: 'asc' as const },
];
const WITH_STUDENT = { assessment: { select: { student: true } } } as const;

export function createMendingReads({ database, schoolId }: SchoolScope) {
  return {
    /** Examiners of these assessments who are invited and not ready, by name. */
    async findBusyExaminers(membershipId: string, assessmentIds: readonly string[]): Promise<BusyExaminer[]> {
      const rows = await database.assessmentExaminer.findMany({
        where: {
          schoolId,
          assessmentId: { in: [...assessmentIds] },
          formStatus: { in: BUSY },
          assessment: { initiatorId: membershipId },
        },
        select: { assessmentId: true, contactId: true, contact: { select: { name: true, email: true } } },
        orderBy: [{ contact: { name: 'asc' } }, { contactId: 'asc' }, { assessmentId: 'asc' }],
      });
      const byContact = Map.groupBy(rows, (row) => row.contactId);
      return [...byContact].map(([contactId, own]) => ({
        contactId,
        name: own[0]?.contact.name ?? '',
        email: own[0]?.contact.email ?? '',
        assessmentIds: own.map((row) => row.assessmentId),
      }));
    },

    /** The other assessments of the same series for which this examiner is at work too, by name of the student. */
    async findAlsoAtWork(membershipId: string, assessmentId: string, contactId: string): Promise<Sibling[]> {
      const own = await database.assessment.findFirst({
        where: { id: assessmentId, schoolId, initiatorId: membershipId },
        select: { seriesId: true },
      });
      if (!own?.seriesId) return [];
      const rows = await database.assessmentExaminer.findMany({
        where: {
          schoolId,
          contactId,
          assessmentId: { not: assessmentId },
          formStatus: { in: BUSY },
          assessment: {
            initiatorId: membershipId,
            seriesId: own.seriesId,
            status: { notIn: [AssessmentStatus.Final, AssessmentStatus.Cancelled] },
          },
        },
        include: WITH_STUDENT,
        orderBy: STUDENT_ORDER,
      });
      return rows.map((row) => ({ assessmentId: row.assessmentId, student: fullName(row.assessment.student) }));
    },

    /** The other assessments about which this examiner asked the same and waits for an answer too, by name of the student. */
    async findAlsoAsked(membershipId: string, assessmentId: string, contactId: string): Promise<Sibling[]> {
      const own = await database.assessmentExaminer.findFirst({
        where: { schoolId, assessmentId, contactId, assessment: { initiatorId: membershipId } },
        select: { invitationId: true, ask: true },
      });
      if (!own?.invitationId || own.ask === null) return [];
      const rows = await database.assessmentExaminer.findMany({
        where: {
          schoolId,
          contactId,
          assessmentId: { not: assessmentId },
          invitationId: own.invitationId,
          ask: own.ask,
          assessment: { initiatorId: membershipId },
        },
        include: WITH_STUDENT,
        orderBy: STUDENT_ORDER,
      });
      return rows.map((row) => ({ assessmentId: row.assessmentId, student: fullName(row.assessment.student) }));
    },

    /** The series that all of these assessments are of; null when they are of several, or of none. */
    async findSeriesOf(membershipId: string, assessmentIds: readonly string[]): Promise<string | null> {
      const rows = await database.assessment.findMany({
        where: { id: { in: [...assessmentIds] }, schoolId, initiatorId: membershipId },
        distinct: ['seriesId'],
        select: { seriesId: true },
      });
      const [only] = rows;
      return rows.length === 1 && only ? only.seriesId : null;
    },

    /** Assessments of this initiator that one command cancelled a moment ago. */
    async findCancelledBy(membershipId: string, commandId: string): Promise<string[]> {
      const rows = await database.$queryRaw<{ id: string }[]>`
        SELECT assessment.id FROM assessment
        JOIN event ON event.stream_id = assessment.id AND event.type = 'AssessmentCancelled'
        WHERE assessment.school_id = ${schoolId}::uuid AND assessment.initiator_id = ${membershipId}::uuid
          AND assessment.status = ${AssessmentStatus.Cancelled}
          AND assessment.status_since > now() - ${RECENT_MS} * interval '1 millisecond'
          AND event.command_id = ${commandId}::uuid
        ORDER BY assessment.id`;
      return rows.map(({ id }) => id);
    },
  };
}
