/**
 * Runs in the thread of the workflows, before the SDK's own program of that thread, and takes away the two things in it that cost
 * more than the workflows themselves: see lean-threads.ts. Plain JavaScript, so that the thread loads no compiler.
 */
import { createRequire } from 'node:module';
import v8 from 'node:v8';
import vm from 'node:vm';
import { workerData } from 'node:worker_threads';

/** @type {{ program: string, calls: Int32Array }} */
const { program, calls } = workerData;

v8.promiseHooks.createHook = () => () => undefined;

const { runInContext } = vm.Script.prototype;
vm.Script.prototype.runInContext = function runCounted(context, { timeout, ...options } = {}) {
  // Odd while it runs.
  Atomics.add(calls, 0, 1);
  try {
    return runInContext.call(this, context, options);
  } finally {
    Atomics.add(calls, 0, 1);
  }
};

createRequire(import.meta.url)(program);
