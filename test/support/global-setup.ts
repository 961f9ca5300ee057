import { claimTestServer } from '../../scripts/lib/throwaway-postgres.ts';

/** Jest's `globalSetup`: says that this run uses the shared test database server; the first test that needs it starts it. */
export default function setUp(): void {
  claimTestServer();
}
