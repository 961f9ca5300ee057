import { describe, expect, it } from '@jest/globals';
import { createTurns } from '../../platform/guarded-child.ts';

/** Work that ends when it is told to. */
function openWork() {
  const started: number[] = [];
  const ends: ((error?: Error) => void)[] = [];
  const start = (id: number) => () => {
    started.push(id);
    return new Promise<number>((resolve, reject) => {
      ends[id] = (error) => (error ? reject(error) : resolve(id));
    });
  };
  return { started, start, end: (id: number, error?: Error) => ends[id]?.(error) };
}

describe('turns', () => {
  it('are given in the order of asking, and never to somebody who comes in between', async () => {
    const { started, start, end } = openWork();
    const turns = createTurns(1, 5);
    const first = turns.take(start(0));
    const second = turns.take(start(1));
    end(0);
    const third = first.then(() => turns.take(start(2)));
    await first;
    await Promise.resolve();
    expect(started).toEqual([0, 1]);
    end(1);
    expect(await second).toBe(1);
    await Promise.resolve();
    end(2);
    expect(await third).toBe(2);
    expect(started).toEqual([0, 1, 2]);
  });

  it('go on after work that failed', async () => {
    const { start, end } = openWork();
    const turns = createTurns(1, 5);
    const failing = turns.take(start(0));
    const next = turns.take(start(1));
    end(0, new Error('no memory'));
    await expect(failing).rejects.toThrow('no memory');
    end(1);
    expect(await next).toBe(1);
  });

  it('are refused when too many wait, and given again later', async () => {
    const { started, start, end } = openWork();
    const turns = createTurns(1, 1);
    const running = turns.take(start(0));
    const waiting = turns.take(start(1));
    expect(await turns.take(start(2))).toBeNull();
    end(0);
    await running;
    await Promise.resolve();
    end(1);
    await waiting;
    expect(started).toEqual([0, 1]);
    const later = turns.take(start(3));
    end(3);
    expect(await later).toBe(3);
  });
});
