import type { AssessmentStatus } from '../domain/assessment.ts';
import type { Scope } from '../domain/assignment.ts';

/** What an examiner filled in at one component. */
export interface DemoAnswer {
  /** One letter per criterion in the order of the exam: `O`, `V`, `G`, or `-` for not yet filled in. */
  readonly scores: string;
  /** '' when there is none. */
  readonly justification: string;
}

/** Component ref (`B1-K1-W1/behaviour`) → answer. */
export type DemoAnswers = Readonly<Record<string, DemoAnswer>>;

/**
 * How far an examiner came. `chosen`: not invited; `invited`: mail sent, not opened; `opened`: link used, nothing filled in;
 * `started`: `answers` saved as a draft; `finished`: `answers` submitted; `withdrawn`: invited, then withdrawn.
 */
export type DemoProgress = 'chosen' | 'invited' | 'opened' | 'started' | 'finished' | 'withdrawn';

/**
 * Days are counted back from the moment of seeding and may be fractions; within one assessment they only go down, so
 * commands played in the order of their days are in a possible order. The same day twice means: in the order written here.
 */
export interface DemoExaminer {
  /** Address of a contact or of a person with an account. */
  readonly email: string;
  readonly scopes: readonly Scope[];
  readonly progress: DemoProgress;
  /** Examiners (of several assessments) with the same address and key get one mail together. */
  readonly invitationKey?: string;
  /** Remark of the initiator above the button of the mail. */
  readonly remark?: string;
  readonly invitedDaysAgo?: number;
  readonly openedDaysAgo?: number;
  readonly startedDaysAgo?: number;
  readonly finishedDaysAgo?: number;
  readonly withdrawn?: { readonly daysAgo: number; readonly reason: string };
  /** Draft when `started`, what was submitted when `finished` (the first time, when it was returned). */
  readonly answers?: DemoAnswers;
}

/** The committee sends components back to one examiner. */
export interface DemoReturn {
  readonly daysAgo: number;
  /** Committee member. */
  readonly by: string;
  readonly examiner: string;
  readonly components: readonly string[];
  readonly reason: string;
  /** Absent: the form is still with the examiner. `answers` hold the returned components anew. */
  readonly finishedAgain?: { readonly daysAgo: number; readonly answers: DemoAnswers };
}

export interface DemoFinal {
  readonly daysAgo: number;
  /** Committee member. */
  readonly by: string;
  /** One of the school's exam-office addresses. */
  readonly examOffice: string;
  /** Component ref → address of the examiner whose scores stand, where examiners differ. */
  readonly standing?: Readonly<Record<string, string>>;
}

/** The committee mends a slip of the pen in a finished form. */
export interface DemoCorrection {
  readonly daysAgo: number;
  /** Committee member. */
  readonly by: string;
  readonly examiner: string;
  readonly component: string;
  /** Words of the justification, and what they become. */
  readonly replace: readonly [from: string, to: string];
  readonly reason: string;
}

export interface DemoCancellation {
  readonly daysAgo: number;
  readonly reason: string;
}

/** Two examiners differ about one component and look for one judgement. */
export interface DemoAgreement {
  readonly component: string;
  /** Absent: nobody has said anything yet. */
  readonly proposed?: { readonly daysAgo: number; readonly by: string; readonly answer: DemoAnswer };
  readonly confirmed?: { readonly daysAgo: number; readonly by: string };
  /** They do not agree, so the committee decides. */
  readonly abandoned?: { readonly daysAgo: number; readonly by: string; readonly reason: string };
}

/** One assessment as it must be found after seeding. */
export interface DemoAssessment {
  /** Unique; stable ids are derived from it. */
  readonly key: string;
  /** Assessments with the same key were started together: same exam, units, initiator and day. */
  readonly seriesKey?: string;
  /** Status after all commands were played. */
  readonly status: AssessmentStatus;
  readonly studentNumber: string;
  readonly examCode: string;
  /** In the order of the exam. */
  readonly unitCodes: readonly string[];
  readonly attempt: number;
  /** Address of a person with role teacher. */
  readonly initiator: string;
  readonly createdDaysAgo: number;
  /** Deadline in days from the moment of seeding, negative when it has passed; absent: the school's rule. */
  readonly dueInDays?: number;
  readonly examiners: readonly DemoExaminer[];
  readonly returned?: DemoReturn;
  readonly agreement?: DemoAgreement;
  readonly corrected?: DemoCorrection;
  readonly final?: DemoFinal;
  readonly cancelled?: DemoCancellation;
}
