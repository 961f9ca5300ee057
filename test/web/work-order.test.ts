import { describe, expect, it } from '@jest/globals';
import type { WorkItem } from '../../prisma/repositories/examiner.ts';
import { isToDo, nextWork, sortWork } from '../../web/pages/examiner/work-order.ts';

type Work = Pick<WorkItem, 'status' | 'isAsked' | 'dueAt' | 'agreement'> & { readonly name: string };

function work(name: string, status: WorkItem['status'], more: Partial<Work> = {}): Work {
  return { name, status, isAsked: false, dueAt: null, agreement: null, ...more };
}

const day = (date: string) => ({ dueAt: new Date(`${date}T22:59:00.000Z`) });
const names = (items: readonly Work[]) => items.map(({ name }) => name);

describe('sortWork', () => {
  it('puts what came back first, then the soonest, then what waits, is finished and is over', () => {
    const items = [
      work('ended', 'ended'),
      work('closed', 'closed'),
      work('finished', 'finished'),
      work('asked', 'open', { isAsked: true }),
      work('no date', 'open'),
      work('later', 'started', day('2026-12-09')),
      work('soon', 'open', day('2026-12-04')),
      work('to agree', 'finished', { agreement: 'yours', ...day('2026-12-05') }),
      work('returned', 'returned'),
    ];
    expect(names(sortWork(items))).toEqual([
      'returned',
      'soon',
      'to agree',
      'later',
      'no date',
      'asked',
      'finished',
      'closed',
      'ended',
    ]);
  });

  it('keeps the order of names where nothing tells them apart', () => {
    expect(names(sortWork([work('a', 'open'), work('b', 'open')]))).toEqual(['a', 'b']);
  });
});

describe('nextWork', () => {
  const soon = work('soon', 'open', day('2026-12-01'));
  const begun = work('begun', 'started', day('2026-12-09'));
  const returned = work('returned', 'returned', day('2026-12-20'));

  it.each([
    ['what came back', [soon, begun, returned], 'returned'],
    ['what was begun', [soon, begun], 'begun'],
    ['the soonest', [work('later', 'open', day('2026-12-02')), soon, work('no date', 'open')], 'soon'],
    ['what waits for a word, last', [work('word', 'finished', { agreement: 'yours' }), soon], 'soon'],
    ['what waits for a word, when there is nothing else', [work('word', 'finished', { agreement: 'yours' })], 'word'],
  ])('offers %s', (_what, items, name) => {
    expect(nextWork(items)?.name).toBe(name);
  });

  it('offers nothing that waits for somebody else or is over', () => {
    const items = [work('asked', 'started', { isAsked: true }), work('waiting', 'finished', { agreement: 'waiting' })];
    expect(nextWork(items)).toBeNull();
    expect(items.some(isToDo)).toBe(false);
  });
});
