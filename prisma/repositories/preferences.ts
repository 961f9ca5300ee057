/** How a member likes pages to be shown. Nothing here is a decision, so nothing of it stands in the record. */
import type { SchoolScope } from './index.ts';

export const EXAM_VIEWS = ['tiles', 'list'] as const;
export type ExamView = (typeof EXAM_VIEWS)[number];

/** What is absent was never chosen. */
export interface MemberPreferences {
  /** The catalogue of exams. */
  readonly examView?: ExamView;
}

/** Takes what is known and drops everything else, so that an older or a mangled row never breaks a page. */
function readPreferences(stored: unknown): MemberPreferences {
  if (typeof stored !== 'object' || stored === null) return {};
  const examView = EXAM_VIEWS.find((view) => view === Reflect.get(stored, 'examView'));
  return examView === undefined ? {} : { examView };
}

export function createPreferences({ database, schoolId }: SchoolScope) {
  return {
    /** Preferences of a member of this school; none for somebody else. */
    async findPreferences(membershipId: string): Promise<MemberPreferences> {
      const where = { id: membershipId, schoolId };
      const row = await database.membership.findFirst({ where, select: { preferences: true } });
      return readPreferences(row?.preferences);
    },

    /** Keeps what is given beside what was kept already; two windows that each change another thing both succeed. */
    async savePreferences(membershipId: string, changed: MemberPreferences): Promise<void> {
      const json = JSON.stringify(changed);
      await database.$executeRaw`
        UPDATE membership SET preferences = preferences || ${json}::jsonb
        WHERE id = ${membershipId}::uuid AND school_id = ${schoolId}::uuid`;
    },
  };
}
