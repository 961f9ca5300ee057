/** The faults on real processes, in the order of the report. */
import type { Scenario } from './contract.ts';
import { batchCut } from './scenarios/batch-cut.ts';
import { claimsAtOnce } from './scenarios/claims-at-once.ts';
import { clocksWrong } from './scenarios/clocks-wrong.ts';
import { newsWhileTold } from './scenarios/news-while-told.ts';
import { remindersOverdue } from './scenarios/reminders-overdue.ts';
import { temporalLost } from './scenarios/temporal-lost.ts';
import { twoOfEach } from './scenarios/two-of-each.ts';
import { webKilled } from './scenarios/web-killed.ts';
import { workerKilled } from './scenarios/worker-killed.ts';
import { workerStopped } from './scenarios/worker-stopped.ts';

export const scenarios: readonly Scenario[] = [
  workerKilled,
  webKilled,
  workerStopped,
  batchCut,
  temporalLost,
  newsWhileTold,
  claimsAtOnce,
  remindersOverdue,
  clocksWrong,
  twoOfEach,
];
