import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { lockHome, tryLock, withLock } from '../../platform/services/lock.ts';
import { isAlive, markOf } from '../../platform/services/process.ts';

let dir: string;
let file: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'proeve-lock-'));
  file = join(dir, 'lock.json');
});
afterEach(() => rmSync(dir, { recursive: true }));

describe('lockHome', () => {
  it('says in one sentence which process has the folder', async () => {
    const lock = await lockHome(file, dir, 0);
    await expect(lockHome(file, dir, 0)).rejects.toMatchObject({
      code: 'ALREADY_RUNNING',
      message: expect.stringContaining(`process ${process.pid}`),
    });
    lock.release();
    (await lockHome(file, dir, 0)).release();
  });
});

describe('tryLock', () => {
  it('takes over the lock of a process that was killed', async () => {
    writeFileSync(file, JSON.stringify({ pid: 2 ** 30, startedAt: 'long ago' }));
    expect(await tryLock(file)).toHaveProperty('release');
  });

  it('is not fooled by a process number that was given to another process', async () => {
    writeFileSync(file, JSON.stringify({ pid: process.pid, startedAt: 'an earlier life' }));
    expect(await tryLock(file)).toHaveProperty('release');
  });

  it('takes over a damaged lock', async () => {
    writeFileSync(file, '{');
    expect(await tryLock(file)).toHaveProperty('release');
  });

  it('leaves the lock of another holder alone when it is released late', async () => {
    const lock = await tryLock(file);
    writeFileSync(file, '{"pid":1,"startedAt":"x"}');
    if ('release' in lock) lock.release();
    expect(readFileSync(file, 'utf8')).toContain('"pid":1');
  });
});

describe('withLock', () => {
  it('lets one in at a time', async () => {
    const seen: string[] = [];
    const work = (name: string) => async () => {
      seen.push(`${name} in`);
      await new Promise((resolve) => setImmediate(resolve));
      seen.push(`${name} out`);
    };
    await Promise.all([withLock(file, work('a')), withLock(file, work('b'))]);
    expect(seen).toEqual(['a in', 'a out', 'b in', 'b out']);
  });

  it('is free again after a failure', async () => {
    await expect(withLock(file, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await withLock(file, async () => 'yes')).toBe('yes');
  });
});

describe('markOf', () => {
  it('knows this process and no absent one', () => {
    const mark = markOf(process.pid);
    expect(mark && isAlive(mark)).toBe(true);
    expect(markOf(2 ** 30)).toBeUndefined();
  });
});
