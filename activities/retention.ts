/**
 * Removes notes of examiners that may not be kept any longer.
 *
 * Contract
 * 1. A note is removed so many months after the decision, or after the assessment was cancelled, as its school says
 *    (`examiningPolicy`), and a note that was thrown away a day later.
 * 2. Notes of assessments that are under way are left alone, however old.
 * 3. In batches, each a transaction of its own; a batch that was done is found done when it is run again.
 */
import { AssessmentStatus } from '../domain/assessment.ts';
import { examiningPolicy, type SchoolSettings } from '../domain/school.ts';
import type { ActivityDeps } from './deps.ts';

const AT_ONCE = 500;
/** Most notes of one school in one run; tomorrow comes again. */
const MOST = 100_000;
const ENDED = [AssessmentStatus.Final, AssessmentStatus.Cancelled];

export function createRetentionActivities({
  database,
  clock,
  logger,
}: Pick<ActivityDeps, 'database' | 'clock' | 'logger'>) {
  return {
    /** @returns number of notes that were removed */
    async removeExpiredNotes(): Promise<number> {
      const now = clock.now();
      const schools = await database.school.findMany({ select: { id: true, settings: true }, orderBy: { id: 'asc' } });
      let removed = 0;
      for (const { id, settings } of schools) {
        const { retentionMonths } = examiningPolicy(settings as unknown as SchoolSettings);
        removed += await removeOfSchool(id, retentionMonths, now);
      }
      if (removed > 0) logger.info({ removed }, 'Notes of examiners were removed at the end of their term.');
      return removed;
    },
  };

  async function removeOfSchool(schoolId: string, months: number, now: Date): Promise<number> {
    let removed = 0;
    for (let count = AT_ONCE; count === AT_ONCE && removed < MOST; removed += count) {
      count = await removeBatch(schoolId, months, now);
    }
    return removed;
  }

  /** Months as the calendar has them: what was decided on 31 August may be kept until the end of February. */
  function removeBatch(schoolId: string, months: number, now: Date): Promise<number> {
    return database.$executeRaw`
      DELETE FROM examiner_note WHERE id IN (
        SELECT note.id FROM examiner_note note
          JOIN form ON form.id = note.form_id AND form.school_id = note.school_id
          JOIN assessment ON assessment.id = form.assessment_id AND assessment.school_id = form.school_id
        WHERE note.school_id = ${schoolId}::uuid
          AND (note.deleted_at < ${now}::timestamptz - interval '1 day'
            OR (assessment.status = ANY(${ENDED}::text[])
              AND assessment.status_since < ${now}::timestamptz - make_interval(months => ${months}::int)))
        LIMIT ${AT_ONCE}::int FOR UPDATE OF note SKIP LOCKED)`;
  }
}
