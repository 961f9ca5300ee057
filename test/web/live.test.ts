import { EventEmitter } from 'node:events';
import { describe, expect, it, jest } from '@jest/globals';
import type { Request, Response } from 'express';
import { createLive, type LiveStamp } from '../../web/live.ts';

/** A visitor who reads what is written and leaves when told to. */
function visitor(van = '', lastEventId?: string) {
  const events = new EventEmitter();
  const written: string[] = [];
  let status = 200;
  const res = {
    set: () => res,
    status: (code: number) => {
      status = code;
      return res;
    },
    flushHeaders: () => undefined,
    write: (text: string) => written.push(text),
    end: () => events.emit('close'),
    on: (name: string, listener: () => void) => events.on(name, listener),
  };
  const req = { query: { van }, get: (name: string) => (name === 'Last-Event-ID' ? lastEventId : undefined) };
  return {
    req: req as unknown as Request,
    res: res as unknown as Response,
    written,
    status: () => status,
    leave: () => events.emit('close'),
    /** Data of the events so far. */
    told: () =>
      written.flatMap((text) => {
        const data = /data: (.*)\n/.exec(text)?.[1];
        return data === undefined ? [] : [JSON.parse(data) as { mark: string; rows?: string[] }];
      }),
  };
}

const onError = (error: unknown) => {
  throw error;
};

const wait = () => new Promise<void>((resolve) => setImmediate(resolve));

async function turns(count = 20): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

describe('createLive', () => {
  it('tells nothing to a page that shows what there is', async () => {
    const live = createLive({ onError, wait });
    const followed = { key: 'a', stamp: async () => 'one' };
    const guest = visitor((await live.mark(followed)) ?? '');
    const following = live.follow(followed, guest.req, guest.res);
    await turns();
    guest.leave();
    expect(await following).toBe(true);
    expect(guest.told()).toEqual([]);
    expect(guest.written).toContain(': ok\n\n');
  });

  it('tells at once what changed while the page was on its way', async () => {
    const live = createLive({ onError, wait });
    let stamp = 'one';
    const followed = { key: 'a', stamp: async () => stamp };
    const mark = (await live.mark(followed)) ?? '';
    stamp = 'two';
    const guest = visitor(mark);
    const following = live.follow(followed, guest.req, guest.res);
    await turns();
    guest.leave();
    await following;
    expect(guest.told()).toHaveLength(1);
    expect(guest.told()[0]?.mark).not.toBe(mark);
  });

  it('goes on from the last event that the browser saw', async () => {
    const live = createLive({ onError, wait });
    const followed = { key: 'a', stamp: async () => 'two' };
    const guest = visitor('old', (await live.mark(followed)) ?? '');
    const following = live.follow(followed, guest.req, guest.res);
    await turns();
    guest.leave();
    await following;
    expect(guest.told()).toEqual([]);
  });

  it('names the rows that came, went or changed', async () => {
    const live = createLive({ onError, wait, freshMs: 0 });
    let rows: LiveStamp = new Map([
      ['stays', '1'],
      ['goes', '1'],
      ['changes', '1'],
    ]);
    const followed = { key: 'a', stamp: async () => rows };
    const guest = visitor((await live.mark(followed)) ?? '');
    const following = live.follow(followed, guest.req, guest.res);
    await turns();
    rows = new Map([
      ['stays', '1'],
      ['changes', '2'],
      ['comes', '1'],
    ]);
    await turns(60);
    guest.leave();
    await following;
    expect(guest.told().map((told) => [...(told.rows ?? [])].sort())).toEqual([['changes', 'comes', 'goes']]);
  });

  it('asks the record once for all pages that follow the same', async () => {
    let now = 0;
    const stamp = jest.fn(async () => 'one');
    const live = createLive({ onError, wait, freshMs: 2_000, now: () => now });
    const guests = Array.from({ length: 30 }, () => visitor());
    const following = guests.map(({ req, res }) => live.follow({ key: 'a', stamp }, req, res));
    await turns();
    const connected = stamp.mock.calls.length;
    expect(connected).toBe(30);
    await turns(60);
    expect(stamp.mock.calls.length).toBe(connected);
    now = 2_500;
    await turns(60);
    expect(stamp.mock.calls.length).toBe(connected + 1);
    for (const guest of guests) guest.leave();
    await Promise.all(following);
  });

  it('turns away who comes when all places are taken, and lets in who comes after somebody left', async () => {
    const live = createLive({ onError, wait, maxFollowers: 1 });
    const followed = { key: 'a', stamp: async () => 'one' };
    const first = visitor();
    const following = live.follow(followed, first.req, first.res);
    await turns();
    const second = visitor();
    const turnedAway = Object.assign(second.res, { set: () => second.res });
    await live.follow(followed, second.req, turnedAway);
    expect(second.status()).toBe(503);
    first.leave();
    await following;
    const third = visitor();
    const again = live.follow(followed, third.req, third.res);
    await turns();
    third.leave();
    await again;
    expect(third.status()).toBe(200);
  });

  it('gives one person some of the places, so that others still find one', async () => {
    const guests = Array.from({ length: 4 }, () => visitor());
    const person = new Map(guests.map(({ res }, index) => [res, index < 3 ? 'many tabs' : 'a colleague']));
    const live = createLive({ onError, wait, maxOfOne: 2, personOf: (res) => person.get(res) ?? '' });
    const followed = { key: 'a', stamp: async () => 'one' };
    const following = guests.map(({ req, res }) => live.follow(followed, req, res));
    await turns();
    expect(guests.map(({ status }) => status())).toEqual([200, 200, 503, 200]);
    for (const guest of guests) guest.leave();
    await Promise.all(following);
  });

  it('answers nothing when there is nothing to follow', async () => {
    const live = createLive({ onError, wait });
    const guest = visitor();
    expect(await live.follow({ key: 'a', stamp: async () => null }, guest.req, guest.res)).toBe(false);
    expect(guest.written).toEqual([]);
  });

  it('ends when what it follows is gone, and when the record does not answer', async () => {
    const errors: unknown[] = [];
    const live = createLive({ onError: (error) => errors.push(error), wait, freshMs: 0 });
    const answers: (string | null | Error)[] = ['one', null];
    const stamp = async () => {
      const answer = answers.shift() ?? null;
      if (answer instanceof Error) throw answer;
      return answer;
    };
    const first = visitor();
    await live.follow({ key: 'a', stamp }, first.req, first.res);
    answers.push('one', new Error('away'));
    const second = visitor();
    await live.follow({ key: 'a', stamp }, second.req, second.res);
    expect(errors).toHaveLength(1);
  });

  it('lets the browser connect again after five minutes', async () => {
    let now = 0;
    const live = createLive({ onError, wait, now: () => now });
    const guest = visitor();
    const following = live.follow({ key: 'a', stamp: async () => 'one' }, guest.req, guest.res);
    await turns();
    now = 5 * 60_000 + 1;
    expect(await following).toBe(true);
  });
});
