import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import type { NativeConnection, Worker } from '@temporalio/worker';
import { createLogger } from '../../platform/logger.ts';
import { anyFreePort } from '../../platform/services/ports.ts';
import { createTemporalRunner, type TemporalRunner } from '../../platform/temporal-runner.ts';
import { installTemporalRuntime } from '../../platform/temporal-runtime.ts';
import { temporalTestServerPath } from '../support/services.ts';

/** A worker of which the test decides how it ends. */
interface FakeWorker {
  readonly worker: Worker;
  readonly connection: NativeConnection;
  readonly isClosed: () => boolean;
  readonly shutdown: jest.Mock;
  end(): void;
  die(): void;
}

describe('createTemporalRunner', () => {
  let env: TestWorkflowEnvironment | undefined;
  let address = '';
  let warnings: string[] = [];
  let made: FakeWorker[] = [];
  let runner: TemporalRunner | undefined;
  const logger = createLogger({
    name: 'test',
    level: 'warn',
    format: 'json',
    write: (line) => {
      warnings.push(line);
    },
  });

  async function openServer(port: number): Promise<TestWorkflowEnvironment> {
    const executable = { type: 'existing-path', path: await temporalTestServerPath() } as const;
    return TestWorkflowEnvironment.createTimeSkipping({ server: { executable, port } });
  }

  beforeAll(async () => {
    installTemporalRuntime(logger);
    env = await openServer(await anyFreePort());
    address = env.address;
  }, 60_000);
  afterAll(() => env?.teardown());
  beforeEach(() => {
    warnings = [];
    made = [];
  });
  afterEach(async () => {
    for (const { end } of made) end();
    await runner?.stop();
  });

  async function makeWorker(connection: NativeConnection): Promise<Worker> {
    const fake = fakeWorker(connection);
    made.push(fake);
    return fake.worker;
  }

  function start(createWorker = makeWorker, at = address): TemporalRunner {
    runner = createTemporalRunner({ connectionOptions: { address: at }, createWorker, logger });
    runner.start();
    return runner;
  }

  it('runs a worker and says so', async () => {
    const current = start();
    expect(current.isRunning()).toBe(false);
    await until(() => current.isRunning());
    expect(made).toHaveLength(1);
    expect(warnings).toEqual([]);
  });

  it('tries until there is a server', async () => {
    const port = await anyFreePort();
    const current = start(makeWorker, `127.0.0.1:${port}`);
    await until(() => warnings.length > 0);
    expect(current.isRunning()).toBe(false);
    expect(made).toEqual([]);
    const late = await openServer(port);
    await until(() => current.isRunning());
    made[0]?.end();
    await current.stop();
    await late.teardown();
  }, 60_000);

  it('makes a new worker on a new connection when one dies, and closes the former', async () => {
    const current = start();
    await until(() => current.isRunning());
    made[0]?.die();
    await until(() => made.length === 2 && current.isRunning());
    expect(made[0]?.isClosed()).toBe(true);
    expect(made[1]?.connection).not.toBe(made[0]?.connection);
    expect(warnings).toHaveLength(1);
  });

  it('tries again when no worker can be made, and leaves no connection open', async () => {
    const closings: jest.Spied<NativeConnection['close']>[] = [];
    const current = start(async (connection) => {
      closings.push(jest.spyOn(connection, 'close'));
      if (closings.length === 1) throw new Error('no bundle');
      return makeWorker(connection);
    });
    await until(() => current.isRunning());
    expect(closings.map(({ mock }) => mock.calls.length)).toEqual([1, 0]);
  });

  it('lets what is in hand finish when it stops', async () => {
    const current = start();
    await until(() => current.isRunning());
    let isStopped = false;
    const stopping = current.stop().then(() => {
      isStopped = true;
    });
    await until(() => made[0]?.shutdown.mock.calls.length === 1);
    expect(isStopped).toBe(false);
    made[0]?.end();
    await stopping;
    expect(made[0]?.isClosed()).toBe(true);
    expect(made).toHaveLength(1);
  });

  it('stops while it waits for a next try', async () => {
    const current = start(makeWorker, `127.0.0.1:${await anyFreePort()}`);
    await until(() => warnings.length > 0);
    await current.stop();
    const tries = warnings.length;
    expect(current.isRunning()).toBe(false);
    expect(made).toEqual([]);
    expect(warnings).toHaveLength(tries);
  });

  it('never runs a worker that is ready only after it was stopped', async () => {
    let release: () => void = () => undefined;
    const bundling = new Promise<void>((resolve) => {
      release = resolve;
    });
    let isAsked = false;
    const current = start(async (connection) => {
      isAsked = true;
      await bundling;
      return makeWorker(connection);
    });
    await until(() => isAsked);
    const stopping = current.stop();
    release();
    await stopping;
    expect(made).toHaveLength(1);
    expect(made[0]?.worker.getState()).toBe('INITIALIZED');
    expect(made[0]?.isClosed()).toBe(true);
  });
});

function fakeWorker(connection: NativeConnection): FakeWorker {
  let state: ReturnType<Worker['getState']> = 'INITIALIZED';
  let end: () => void = () => undefined;
  let fail: (error: Error) => void = () => undefined;
  const ending = new Promise<void>((resolve, reject) => {
    end = resolve;
    fail = reject;
  });
  const close = jest.spyOn(connection, 'close');
  const shutdown = jest.fn(() => {
    state = 'STOPPING';
  });
  const worker = {
    getState: () => state,
    shutdown,
    async run() {
      state = 'RUNNING';
      await ending.finally(() => {
        state = 'STOPPED';
      });
    },
  };
  return {
    // Only what the runner uses.
    worker: worker as unknown as Worker,
    connection,
    isClosed: () => close.mock.calls.length === 1,
    shutdown,
    end,
    die: () => fail(new Error('the server closed the connection')),
  };
}

/** Looks every few milliseconds; Jest's own limit ends it. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) {
    await new Promise((resolve) => {
      setTimeout(resolve, 5);
    });
  }
}
