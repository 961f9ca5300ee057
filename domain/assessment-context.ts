/** What decisions about an assessment need to know. Contract: see assessment.ts. */
import type { CommitteeEdits, FourEyesPolicy } from './deciding.ts';
import type { ExamDefinition } from './exam.ts';
import type { GradingScheme } from './result.ts';

/** What a decision needs beside the state: the instant, and the immutable data the assessment refers to. */
export interface AssessmentContext {
  readonly now: string;
  readonly exam: ExamDefinition;
  readonly scheme: GradingScheme;
  /** Where the examiners are from, by id; needed only where the lead examiner decides. */
  readonly examinerKinds?: Readonly<Record<string, 'school' | 'practice'>>;
  /** What deciding needs: the rules of the school and who this member is; needed for decisions of the committee only. */
  readonly committee?: CommitteeContext;
}

export interface CommitteeContext {
  readonly fourEyes: FourEyesPolicy;
  readonly edits: CommitteeEdits;
  /** Membership that started the assessment. */
  readonly initiatorId: string;
  /** Examiners (contacts) who are this very member. */
  readonly ownExaminerIds: readonly string[];
  /** The member is the very student; absent: is not. */
  readonly isOwnResult?: boolean;
  /** When a decision taken now is to be seen by the student; null: when somebody says so. */
  readonly publishAt: string | null;
}
