import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openHome } from '../../platform/services/home.ts';
import { choosePorts, requireFreePort } from '../../platform/services/ports.ts';
import { isAlive, spawnTracked, stopOrphans, type TrackedChild } from '../../platform/services/process.ts';
import { keepRunning } from '../../scripts/lib/keep-running.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'proeve-processes-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

function sleeper(name = 'part'): Promise<TrackedChild> {
  return spawnTracked({
    name,
    command: process.execPath,
    args: ['-e', 'setInterval(() => {}, 1000)'],
    runDir: join(dir, 'run'),
    logFile: join(dir, 'part.log'),
  });
}

describe('stopOrphans', () => {
  it('stops what a killed supervisor left running, and says which', async () => {
    const child = await sleeper();
    expect(isAlive(child.mark)).toBe(true);
    expect(await stopOrphans(join(dir, 'run'))).toEqual(['part']);
    expect(isAlive(child.mark)).toBe(false);
    expect(existsSync(join(dir, 'run', 'part.json'))).toBe(false);
    expect(await stopOrphans(join(dir, 'run'))).toEqual([]);
  });
});

describe('keepRunning', () => {
  it('starts a part again when it ends by itself, and not when it was stopped', async () => {
    const said: string[] = [];
    const children: TrackedChild[] = [];
    let sawSecond: () => void = () => undefined;
    const second = new Promise<void>((resolve) => {
      sawSecond = resolve;
    });
    const start = async () => {
      const child = await sleeper();
      children.push(child);
      if (children.length === 2) sawSecond();
      return {
        child,
        stop: async () => {
          await child.stop([['SIGKILL', 3_000]]);
        },
      };
    };
    const part = await keepRunning({ name: 'part', start, say: (line) => said.push(line) });
    children[0]?.process.kill('SIGKILL');
    await second;
    expect(said).toEqual(['part ended unexpectedly (signal SIGKILL); starting it again.']);
    await part.stop();
    expect(children.map(({ mark }) => isAlive(mark))).toEqual([false, false]);
    expect(said).toHaveLength(1);
  });
});

describe('choosePorts', () => {
  it('gives a home the same ports again, and another one when a port is taken meanwhile', async () => {
    const home = openHome(join(dir, 'home'));
    const first = await choosePorts(home, ['smtp', 'mailbox']);
    expect(await choosePorts(home, ['smtp', 'mailbox'])).toEqual(first);
    const thief = createServer();
    await new Promise<void>((resolve) => thief.listen(first.smtp, '127.0.0.1', resolve));
    const second = await choosePorts(home, ['smtp', 'mailbox']);
    expect(second.smtp).not.toBe(first.smtp);
    expect(second.mailbox).toBe(first.mailbox);
    await expect(requireFreePort('PORT', first.smtp)).rejects.toMatchObject({
      code: 'PORT_TAKEN',
      message: expect.stringContaining(`Port ${first.smtp}`),
    });
    await new Promise((resolve) => thief.close(resolve));
  });
});
