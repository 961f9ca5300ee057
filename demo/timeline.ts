import type { DemoAnswer, DemoAnswers, DemoAssessment, DemoExaminer } from './scenario-types.ts';

interface At {
  /** Days before the moment of seeding; may be a fraction. */
  readonly daysAgo: number;
}
interface OfAssessment extends At {
  readonly assessment: DemoAssessment;
}
interface OfExaminer extends OfAssessment {
  readonly examiner: DemoExaminer;
}

/** One thing somebody does. `create` includes choosing all examiners, the later invited ones too. */
export type DemoStep =
  /** `together`: all that were started with it, itself included, in the order of the scenario. */
  | ({ readonly type: 'create'; readonly together: readonly DemoAssessment[] } & OfAssessment)
  | ({ readonly type: 'invite' } & At & {
        readonly email: string;
        readonly remark: string;
        /** One mail over one or more assessments. */
        readonly of: readonly { readonly assessment: DemoAssessment; readonly examiner: DemoExaminer }[];
      })
  | ({ readonly type: 'open' } & OfExaminer)
  | ({ readonly type: 'saveDraft' } & OfExaminer & { readonly answers: DemoAnswers })
  /** `answers` is the whole form, also when only some components were returned. */
  | ({ readonly type: 'finish' } & OfExaminer & { readonly answers: DemoAnswers })
  | ({ readonly type: 'withdraw' } & OfExaminer & { readonly reason: string })
  | ({ readonly type: 'return' } & OfExaminer & {
        readonly by: string;
        readonly components: readonly string[];
        readonly reason: string;
      })
  | ({ readonly type: 'propose' } & OfAssessment & {
        readonly by: string;
        readonly component: string;
        readonly answer: DemoAnswer;
      })
  | ({ readonly type: 'confirm' } & OfAssessment & { readonly by: string; readonly component: string })
  | ({ readonly type: 'abandon' } & OfAssessment & { readonly by: string; readonly reason: string })
  | ({ readonly type: 'finalise' } & OfAssessment & {
        readonly by: string;
        readonly examOffice: string;
        readonly standing: Readonly<Record<string, string>>;
      })
  | ({ readonly type: 'correct' } & OfExaminer & {
        readonly by: string;
        readonly component: string;
        readonly replace: readonly [from: string, to: string];
        readonly reason: string;
      })
  | ({ readonly type: 'cancel' } & OfAssessment & { readonly reason: string });

/**
 * All steps of the scenario, oldest first; at the same moment in the order of the scenario.
 *
 * @throws RangeError when an examiner lacks the moment or the answers that their progress needs.
 */
export function demoTimeline(assessments: readonly DemoAssessment[]): DemoStep[] {
  const steps = [...creationSteps(assessments), ...invitationSteps(assessments), ...assessments.flatMap(stepsOf)];
  const rank = (step: DemoStep) => ORDER.indexOf(step.type);
  return steps.sort((a, b) => b.daysAgo - a.daysAgo || rank(a) - rank(b));
}

/** What comes first when two steps of an assessment carry the same day. */
const ORDER: readonly DemoStep['type'][] = [
  'create',
  'withdraw',
  'invite',
  'open',
  'saveDraft',
  'finish',
  'return',
  'propose',
  'confirm',
  'abandon',
  'correct',
  'finalise',
  'cancel',
];

function creationSteps(assessments: readonly DemoAssessment[]): DemoStep[] {
  return [...Map.groupBy(assessments, ({ key, seriesKey }) => seriesKey ?? key).values()].flatMap((together) => {
    const [assessment] = together;
    return assessment ? [{ type: 'create', daysAgo: assessment.createdDaysAgo, assessment, together }] : [];
  });
}

function invitationSteps(assessments: readonly DemoAssessment[]): DemoStep[] {
  const steps = new Map<string, Extract<DemoStep, { type: 'invite' }>>();
  for (const assessment of assessments) {
    for (const examiner of assessment.examiners) {
      const { email, invitedDaysAgo: daysAgo, invitationKey, remark = '' } = examiner;
      if (examiner.progress === 'chosen') continue;
      if (daysAgo === undefined) throw missing(assessment, examiner, 'invitedDaysAgo');
      const key = `${email} ${invitationKey ?? assessment.key}`;
      const known = steps.get(key);
      steps.set(key, {
        type: 'invite',
        daysAgo: known?.daysAgo ?? daysAgo,
        email,
        remark: known?.remark || remark,
        of: [...(known?.of ?? []), { assessment, examiner }],
      });
    }
  }
  return [...steps.values()];
}

function stepsOf(assessment: DemoAssessment): DemoStep[] {
  const { final, cancelled, corrected } = assessment;
  const steps: DemoStep[] = [];
  for (const examiner of assessment.examiners) steps.push(...examinerSteps(assessment, examiner));
  steps.push(...returnSteps(assessment), ...agreementSteps(assessment));
  if (corrected) {
    const { examiner: email, ...correction } = corrected;
    steps.push({ type: 'correct', assessment, examiner: examinerOf(assessment, email), ...correction });
  }
  if (final) {
    const { daysAgo, by, examOffice, standing = {} } = final;
    steps.push({ type: 'finalise', daysAgo, assessment, by, examOffice, standing });
  }
  if (cancelled) steps.push({ type: 'cancel', daysAgo: cancelled.daysAgo, assessment, reason: cancelled.reason });
  return steps;
}

function examinerSteps(assessment: DemoAssessment, examiner: DemoExaminer): DemoStep[] {
  const { openedDaysAgo, startedDaysAgo, finishedDaysAgo, answers, withdrawn, progress } = examiner;
  const steps: DemoStep[] = [];
  if (openedDaysAgo !== undefined) steps.push({ type: 'open', daysAgo: openedDaysAgo, assessment, examiner });
  if (progress === 'started' || progress === 'finished') {
    if (startedDaysAgo === undefined || !answers) throw missing(assessment, examiner, 'startedDaysAgo');
    steps.push({ type: 'saveDraft', daysAgo: startedDaysAgo, assessment, examiner, answers });
  }
  if (progress === 'finished') {
    if (finishedDaysAgo === undefined || !answers) throw missing(assessment, examiner, 'finishedDaysAgo');
    steps.push({ type: 'finish', daysAgo: finishedDaysAgo, assessment, examiner, answers });
  }
  if (withdrawn) {
    steps.push({ type: 'withdraw', daysAgo: withdrawn.daysAgo, assessment, examiner, reason: withdrawn.reason });
  }
  return steps;
}

function returnSteps(assessment: DemoAssessment): DemoStep[] {
  const { returned } = assessment;
  if (!returned) return [];
  const examiner = examinerOf(assessment, returned.examiner);
  const { daysAgo, by, components, reason, finishedAgain } = returned;
  const steps: DemoStep[] = [{ type: 'return', daysAgo, assessment, examiner, by, components, reason }];
  if (finishedAgain) {
    const answers = { ...examiner.answers, ...finishedAgain.answers };
    steps.push({ type: 'finish', daysAgo: finishedAgain.daysAgo, assessment, examiner, answers });
  }
  return steps;
}

function examinerOf(assessment: DemoAssessment, address: string): DemoExaminer {
  const examiner = assessment.examiners.find(({ email }) => email === address);
  if (!examiner) throw new RangeError(`${assessment.key}: names an examiner it does not have`);
  return examiner;
}

function agreementSteps(assessment: DemoAssessment): DemoStep[] {
  const { agreement } = assessment;
  if (!agreement) return [];
  const { component, proposed, confirmed, abandoned } = agreement;
  return [
    ...(proposed ? [{ type: 'propose' as const, assessment, component, ...proposed }] : []),
    ...(confirmed ? [{ type: 'confirm' as const, assessment, component, ...confirmed }] : []),
    ...(abandoned ? [{ type: 'abandon' as const, assessment, ...abandoned }] : []),
  ];
}

function missing(assessment: DemoAssessment, examiner: DemoExaminer, field: string): RangeError {
  return new RangeError(`${assessment.key}: ${examiner.email} is ${examiner.progress} without ${field}`);
}
