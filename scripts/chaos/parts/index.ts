import type { Scenario } from '../contract.ts';
import { chromiumScenarios } from './chromium.ts';
import { poolScenarios } from './pool.ts';
import { postgresScenarios } from './postgres.ts';
import { raceScenarios } from './races.ts';
import { repeatScenarios } from './repeats.ts';
import { smtpScenarios } from './smtp.ts';
import { storingScenarios } from './storing.ts';

/** Faults of the parts: the database, the mail server, the browser, the disk, and two who do the same at once. */
export const partScenarios: readonly Scenario[] = [
  ...postgresScenarios,
  ...smtpScenarios,
  ...poolScenarios,
  ...raceScenarios,
  ...chromiumScenarios,
  ...storingScenarios,
  ...repeatScenarios,
];
