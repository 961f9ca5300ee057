/** Who somebody of the committee is to an assessment: what four eyes need to know. */
import type { AssessmentCommand, CommitteeContext } from '../domain/assessment.ts';
import { publicationMoment } from '../domain/publication.ts';
import { decidingPolicy, type SchoolSettings } from '../domain/school.ts';
import type { Tx } from './client.ts';

export interface DeciderFacts {
  readonly assessmentId: string;
  /** Membership that started it. */
  readonly initiatorId: string;
  /** Examiners of it who are this very member: by account, or by mail address; also when contacts were merged since. */
  readonly ownExaminerIds: readonly string[];
  /** The student is this very member: by account, or by mail address. */
  readonly isOwnResult: boolean;
}

/** For many assessments in one statement; unknown ones are left out. */
export async function readDeciderFacts(
  tx: Pick<Tx, '$queryRaw'>,
  schoolId: string,
  assessmentIds: readonly string[],
  membershipId: string,
): Promise<ReadonlyMap<string, DeciderFacts>> {
  if (assessmentIds.length === 0) return new Map();
  const rows = await tx.$queryRaw<DeciderFacts[]>`
    WITH RECURSIVE member AS (
      SELECT account.id, lower(account.email) AS email
      FROM membership JOIN account ON account.id = membership.account_id
      WHERE membership.school_id = ${schoolId}::uuid AND membership.id = ${membershipId}::uuid),
    named AS (
      SELECT pair.assessment_id, pair.contact_id AS examiner_id, contact.merged_into_id, contact.account_id, contact.email
      FROM assessment_examiner pair
        JOIN contact ON contact.id = pair.contact_id AND contact.school_id = pair.school_id
      WHERE pair.school_id = ${schoolId}::uuid AND pair.assessment_id = ANY(${[...assessmentIds]}::uuid[])
      UNION
      SELECT named.assessment_id, named.examiner_id, contact.merged_into_id, contact.account_id, contact.email
      FROM named JOIN contact ON contact.id = named.merged_into_id AND contact.school_id = ${schoolId}::uuid)
    SELECT assessment.id AS "assessmentId", assessment.initiator_id AS "initiatorId",
      COALESCE((SELECT array_agg(DISTINCT named.examiner_id) FROM named, member
        WHERE named.assessment_id = assessment.id
          AND (named.account_id = member.id OR lower(named.email) = member.email)), '{}') AS "ownExaminerIds",
      EXISTS (SELECT 1 FROM student, member
        WHERE student.id = assessment.student_id AND student.school_id = assessment.school_id
          AND (student.account_id = member.id OR lower(student.email) = member.email)) AS "isOwnResult"
    FROM assessment
    WHERE assessment.school_id = ${schoolId}::uuid AND assessment.id = ANY(${[...assessmentIds]}::uuid[])`;
  return new Map(rows.map((row) => [row.assessmentId, row]));
}

/** The member who decides by this command; null when it is no decision of the committee. */
export function deciderOf(command: AssessmentCommand): string | null {
  switch (command.type) {
    case 'finalise':
      return command.decidedBy;
    case 'correctForm':
      return command.correctedBy;
    case 'reopen':
      return command.reopenedBy;
    case 'endReopening':
      return command.endedBy;
    case 'publish':
      return command.publishedBy;
    default:
      return null;
  }
}

/** The rules of the school for a member who decides now. */
export function committeeContext(
  settings: SchoolSettings,
  { initiatorId, ownExaminerIds, isOwnResult }: Omit<DeciderFacts, 'assessmentId'>,
  now: string,
): CommitteeContext {
  const { fourEyes, committeeEdits, publication } = decidingPolicy(settings);
  return {
    fourEyes,
    edits: committeeEdits,
    initiatorId,
    ownExaminerIds,
    isOwnResult,
    publishAt: publicationMoment(publication, now, settings.timeZone),
  };
}
