/**
 * The assessments of the demo school, so that every page has something to show. Plain data: the seeding code plays it as
 * the commands that real people would give, in the order of `timeline.ts`.
 */
import { closedAssessments } from './scenario-closed.ts';
import { openAssessments } from './scenario-open.ts';
import { seriesAssessments } from './scenario-series.ts';
import type { DemoAssessment } from './scenario-types.ts';

export type * from './scenario-types.ts';

export const demoAssessments: readonly DemoAssessment[] = [
  ...openAssessments,
  ...seriesAssessments,
  ...closedAssessments,
];
