/**
 * What belongs to one request from outside, wherever its work goes on: the id that its log lines share, and how long it has been
 * waiting for the database.
 */
import { AsyncLocalStorage } from 'node:async_hooks';

export interface RequestScope {
  readonly requestId: string;
  /** `performance.now()` of the last sign of life: an answer of the database, a piece of the posted form. */
  progressAt: number;
  /** Milliseconds it has waited for a free connection, in all. */
  waitedMs: number;
  /** Waits for a connection that go on now, and since when there is at least one. */
  waits: number;
  waitingSince: number;
  /** Answered before its work was done. What is still to come of it is not begun any more. */
  isAbandoned: boolean;
}

const storage = new AsyncLocalStorage<RequestScope>();

export function createRequestScope(requestId: string): RequestScope {
  const now = performance.now();
  return { requestId, progressAt: now, waitedMs: 0, waits: 0, waitingSince: now, isAbandoned: false };
}

/** Runs something, and all that follows from it, as part of a request. */
export function runInRequest<Value>(scope: RequestScope, work: () => Value): Value {
  return storage.run(scope, work);
}

/** The request that the running code works for, if any. */
export function currentRequest(): RequestScope | undefined {
  return storage.getStore();
}

/** Says that a wait for a connection begins. @returns what to call when it ends */
export function beginWait(scope: RequestScope | undefined): () => void {
  if (scope === undefined) return () => undefined;
  if (scope.waits === 0) scope.waitingSince = performance.now();
  scope.waits += 1;
  return () => {
    const now = performance.now();
    scope.waits -= 1;
    scope.progressAt = now;
    if (scope.waits === 0) scope.waitedMs += now - scope.waitingSince;
  };
}

/** Milliseconds spent waiting for a connection up to now. */
export function waitedMs(scope: RequestScope): number {
  return scope.waitedMs + (scope.waits > 0 ? performance.now() - scope.waitingSince : 0);
}
