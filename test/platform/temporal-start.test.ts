import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { startTemporal } from '../../platform/services/temporal.ts';

let dir: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'proeve-temporal-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

/** Plays the Temporal CLI: what the server does, and what comes of asking for its health. */
async function startWith(server: string, health: string) {
  const program = join(dir, 'temporal');
  await writeFile(program, `#!/bin/sh\ncase "$1" in\nserver) ${server} ;;\n*) ${health} ;;\nesac\n`, { mode: 0o755 });
  return startTemporal({
    program,
    dataDir: join(dir, 'data'),
    port: 7239,
    httpPort: 7240,
    metricsPort: 7241,
    runDir: join(dir, 'run'),
    logFile: join(dir, 'temporal.log'),
  });
}

describe('starting Temporal', () => {
  it('gives back a server that is healthy', async () => {
    const temporal = await startWith('exec sleep 30', 'exit 0');
    expect(temporal.address).toBe('127.0.0.1:7239');
    await temporal.stop();
  });

  it('does not take the server of another installation for its own, which ended because the port was taken', async () => {
    const start = startWith('echo "address already in use"; exit 1', 'sleep 1; exit 0');
    await expect(start).rejects.toMatchObject({
      code: 'START_FAILED',
      message: expect.stringContaining('address already in use'),
    });
  });
});
