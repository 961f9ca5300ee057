/** Finds the programs of Temporal that tests start. */
import { processEnvironment } from '../../platform/config.ts';

/**
 * The time-skipping test server.
 * @throws Error when PROEVE_TEST_TEMPORAL_SERVER is not set
 */
export function temporalTestServer(): string {
  return required('PROEVE_TEST_TEMPORAL_SERVER', 'the program temporal-test-server');
}

function required(name: string, meaning: string): string {
  const value = processEnvironment()[name];
  if (value) return value;
  throw new Error(`${name} is missing: ${meaning}.`);
}
