import { EventEmitter } from 'node:events';
import { createRequire } from 'node:module';
import threads from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { endWhenHung, installLeanThreads } from '../../activities/lean-threads.ts';

const SDK_PROGRAM = createRequire(import.meta.url).resolve('@temporalio/worker/lib/workflow/workflow-worker-thread');

/** What a bundle must hold to be taken, and a call into a workflow that never gives back. */
const ENDLESS = `globalThis.__webpack_module_cache__;
  globalThis.__TEMPORAL__ = { api: { initRuntime() { for (;;) {} } } };`;

interface Answer {
  readonly result: { readonly type: string; readonly message?: string };
}

/** A thread with a workflow that hangs in its first call. */
async function startHanging() {
  const thread = new threads.Worker(SDK_PROGRAM);
  const answer = () => new Promise<Answer>((resolve) => thread.once('message', resolve));
  const workflowBundle = {
    code: ENDLESS,
    filename: 'endless.js',
    sourceMap: { version: 3, sources: [], names: [], mappings: '' },
  };
  const init = { type: 'init', workflowBundle, isolateExecutionTimeoutMs: 500, reuseV8Context: true };
  thread.postMessage({ requestId: 0n, input: { ...init, registeredActivityNames: new Set() } });
  await answer();
  thread.postMessage({ requestId: 1n, input: { type: 'create-workflow', options: { info: { runId: 'run' } } } });
  return { thread, answer: answer(), ended: new Promise<number>((resolve) => thread.once('exit', resolve)) };
}

describe('threads of workflows', () => {
  it('are ended when a call into a workflow never gives back, and the next one only fails that workflow', async () => {
    installLeanThreads({ lookMs: 200, mostLooks: 5 });
    const first = await startHanging();
    await expect(first.ended).resolves.toBe(1);
    const second = await startHanging();
    const { result } = await second.answer;
    expect(result).toMatchObject({ type: 'error', message: 'Script execution timed out after 500ms' });
    await second.thread.terminate();
  }, 20_000);

  it('of other programs are what they were', async () => {
    installLeanThreads();
    const thread = new threads.Worker('require("node:worker_threads").parentPort.postMessage(1)', { eval: true });
    const said = new Promise((resolve) => thread.once('message', resolve));
    await expect(said).resolves.toBe(1);
  });
});

describe('endWhenHung', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  function watched() {
    const calls = new Int32Array(new SharedArrayBuffer(4));
    const terminate = jest.fn(async () => 1);
    const onHung = jest.fn();
    endWhenHung(Object.assign(new EventEmitter(), { terminate }), calls, onHung);
    return { calls, terminate, onHung };
  }

  it('ends a thread that is in the same call for more than five seconds', () => {
    const { calls, terminate, onHung } = watched();
    calls[0] = 7;
    jest.advanceTimersByTime(5_000);
    expect(terminate).not.toHaveBeenCalled();
    jest.advanceTimersByTime(1_000);
    expect(terminate).toHaveBeenCalledTimes(1);
    expect(onHung).toHaveBeenCalledTimes(1);
  });

  it('leaves one alone that is busy with one call after the other', () => {
    const { calls, terminate } = watched();
    for (let second = 0; second < 20; second += 1) {
      calls[0] = 2 * second + 1;
      jest.advanceTimersByTime(1_000);
    }
    expect(terminate).not.toHaveBeenCalled();
  });

  it('leaves one alone that has nothing to do', () => {
    const { calls, terminate } = watched();
    calls[0] = 8;
    jest.advanceTimersByTime(60_000);
    expect(terminate).not.toHaveBeenCalled();
  });
});
