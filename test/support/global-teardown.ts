import { releaseTestServer } from '../../scripts/lib/throwaway-postgres.ts';

/** Jest's `globalTeardown`: the last run that uses the test database server stops it. */
export default async function tearDown(): Promise<void> {
  await releaseTestServer();
}
