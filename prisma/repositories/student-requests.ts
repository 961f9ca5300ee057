/** The question to a student for name and number, as the page behind its link knows it: before any school is known. */
import type { StudentNumberFormat } from '../../domain/deciding.ts';
import { decidingPolicy, fullName, type SchoolSettings } from '../../domain/school.ts';
import { type Database, databaseClock } from '../client.ts';
import { describeSchool, type SchoolInfo } from './access.ts';

export interface StudentRequestInfo {
  readonly id: string;
  readonly school: SchoolInfo;
  /** Who asked. */
  readonly memberName: string;
  readonly state: 'open' | 'used' | 'expired';
  /** The school knows the name of this student and misses the number alone. */
  readonly isNumberOnly: boolean;
  readonly numberFormat: StudentNumberFormat;
}

export type StudentRequestRepository = ReturnType<typeof createStudentRequestRepository>;

export function createStudentRequestRepository(database: Database) {
  return {
    /** The request with this id as it stands now, or null. */
    async find(id: string): Promise<StudentRequestInfo | null> {
      const request = await database.studentRequest.findUnique({ where: { id } });
      if (!request) return null;
      const { schoolId, membershipId, email } = request;
      const [now, school, member, known] = await Promise.all([
        databaseClock.now(database),
        database.school.findUniqueOrThrow({ where: { id: schoolId } }),
        database.membership.findFirstOrThrow({ where: { id: membershipId, schoolId }, include: { account: true } }),
        database.$queryRaw<unknown[]>`
          SELECT 1 FROM student WHERE school_id = ${schoolId}::uuid AND lower(email) = ${email} LIMIT 1`,
      ]);
      return {
        id,
        school: describeSchool(school),
        memberName: fullName(member.account),
        state: request.usedAt !== null ? 'used' : request.expiresAt <= now ? 'expired' : 'open',
        isNumberOnly: known.length > 0,
        numberFormat: decidingPolicy(school.settings as unknown as SchoolSettings).studentNumber,
      };
    },
  };
}
