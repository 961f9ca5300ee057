import { describe, expect, it } from '@jest/globals';
import {
  type BatchCommand,
  type BatchEvent,
  type BatchState,
  BatchStatus,
  decideBatch,
  evolveBatch,
  isLeft,
  leftCount,
  MAX_BATCH_ROWS,
  nextNumbers,
  sendingRefusal,
} from '../../domain/batch.ts';
import { batchFacts, waitingOfBatch } from '../../domain/waiting.ts';

const NOW = '2026-11-23T10:00:00.000Z';
const LATER = '2026-11-27T15:00:00.000Z';
const EVEN_LATER = '2026-11-30T08:00:00.000Z';

function plan(count: number, sendAt: string | null = null): BatchCommand {
  const rows = Array.from({ length: count }, (_, index) => ({
    examinerId: `examiner-${index + 1}`,
    assessmentIds: [`assessment-${index + 1}`],
  }));
  return { type: 'plan', initiatorId: 'teacher', seriesId: null, rows, sendAt, remark: null, attachmentIds: [] };
}

function apply(state: BatchState | null, command: BatchCommand, at: string = NOW): BatchState {
  const outcome = decideBatch(state, command, at);
  if (!outcome.ok) throw new Error(outcome.code);
  const next = outcome.events.reduce<BatchState | null>((before, event) => evolveBatch(before, event, at), state);
  if (next === null) throw new Error('no state');
  return next;
}

const sent = (...numbers: number[]): BatchCommand => ({
  type: 'settleRows',
  sent: numbers.map((number) => ({ number, invitationId: `invitation-${number}` })),
  failed: [],
});
const failed = (...numbers: number[]): BatchCommand => ({
  type: 'settleRows',
  sent: [],
  failed: numbers.map((number) => ({ number, code: 'ASSESSMENT_CANCELLED' })),
});

const STATES: Readonly<Record<string, BatchState>> = {
  scheduled: apply(null, plan(3, LATER)),
  sending: apply(apply(null, plan(3)), sent(1)),
  finished: apply(apply(apply(null, plan(3)), sent(1, 2)), failed(3)),
  stopped: apply(apply(apply(null, plan(3)), sent(1)), { type: 'stop' }),
};

const COMMANDS: Readonly<Record<BatchCommand['type'], BatchCommand>> = {
  plan: plan(1),
  settleRows: sent(2),
  reschedule: { type: 'reschedule', sendAt: EVEN_LATER },
  stop: { type: 'stop' },
  retry: { type: 'retry' },
};

/** What each command comes to in each status. */
const TABLE: Readonly<Record<BatchCommand['type'], Readonly<Record<BatchStatus, string>>>> = {
  plan: { scheduled: 'BATCH_EXISTS', sending: 'BATCH_EXISTS', finished: 'BATCH_EXISTS', stopped: 'BATCH_EXISTS' },
  settleRows: {
    scheduled: 'BATCH_NOT_YET',
    sending: 'BatchRowsSent',
    finished: 'BATCH_FINISHED',
    stopped: 'BATCH_STOPPED',
  },
  reschedule: {
    scheduled: 'BatchRescheduled',
    sending: 'BATCH_BEGUN',
    finished: 'BATCH_FINISHED',
    stopped: 'BATCH_STOPPED',
  },
  stop: { scheduled: 'BatchStopped', sending: 'BatchStopped', finished: 'BATCH_FINISHED', stopped: 'BATCH_STOPPED' },
  retry: {
    scheduled: 'BATCH_NOTHING_FAILED',
    sending: 'BATCH_NOTHING_FAILED',
    finished: 'BatchRetried',
    stopped: 'BATCH_STOPPED',
  },
};

describe('decideBatch', () => {
  const cases = Object.entries(TABLE).flatMap(([type, row]) =>
    Object.entries(row).map(([status, result]) => ({ type: type as BatchCommand['type'], status, result })),
  );
  it.each(cases)('answers $type of a $status batch with $result', ({ type, status, result }) => {
    const outcome = decideBatch(STATES[status] ?? null, COMMANDS[type], NOW);
    expect(outcome.ok ? outcome.events.map((event) => event.type).join() : outcome.code).toBe(result);
  });

  it('refuses everything but planning before there is a batch', () => {
    const { plan: _, ...others } = COMMANDS;
    for (const command of Object.values(others))
      expect(decideBatch(null, command, NOW)).toMatchObject({ ok: false, code: 'BATCH_NOT_FOUND' });
  });

  it.each([
    ['BATCH_EMPTY', plan(0)],
    ['BATCH_TOO_LARGE', plan(MAX_BATCH_ROWS + 1)],
    ['SEND_AT_IN_PAST', plan(1, NOW)],
  ])('refuses to plan: %s', (code, command) => {
    expect(decideBatch(null, command, NOW)).toMatchObject({ ok: false, code });
  });

  it.each([
    ['a row that was sent', sent(1), 'BATCH_ROW_DONE'],
    ['a row twice at once', sent(2, 2), 'BATCH_ROW_DONE'],
    ['a row that is not there', sent(4), 'BATCH_ROW_DONE'],
    ['a row before the first', failed(0), 'BATCH_ROW_DONE'],
    ['nothing', sent(), 'ALREADY_DONE'],
  ])('does not settle %s', (_, command, code) => {
    expect(decideBatch(STATES.sending ?? null, command, NOW)).toMatchObject({ ok: false, code });
  });

  it('finishes with the last row, sent or failed', () => {
    const outcome = decideBatch(STATES.sending ?? null, failed(2, 3), NOW);
    expect(outcome).toMatchObject({ ok: true, events: [{ type: 'BatchRowsFailed' }, { type: 'BatchFinished' }] });
  });

  it('begins a scheduled batch at its moment, to the millisecond', () => {
    const scheduled = STATES.scheduled as BatchState;
    expect(sendingRefusal(scheduled, '2026-11-27T14:59:59.999Z')).toBe('BATCH_NOT_YET');
    expect(sendingRefusal(scheduled, LATER)).toBeNull();
    expect(apply(scheduled, sent(1), LATER)).toMatchObject({
      status: 'sending',
      statusSince: LATER,
      isScheduled: true,
    });
  });

  it('does not move a batch to the past, or to where it is', () => {
    const scheduled = STATES.scheduled as BatchState;
    const move = (sendAt: string) => decideBatch(scheduled, { type: 'reschedule', sendAt }, NOW);
    expect(move(NOW)).toMatchObject({ code: 'SEND_AT_IN_PAST' });
    expect(move(LATER)).toMatchObject({ code: 'ALREADY_DONE' });
  });

  it('sends a scheduled batch at once when asked, and then as any other', () => {
    const now = apply(STATES.scheduled as BatchState, { type: 'reschedule', sendAt: null }, '2026-11-24T09:00:00.000Z');
    expect(now).toMatchObject({ status: 'sending', isScheduled: false, sendAt: '2026-11-24T09:00:00.000Z' });
  });
});

describe('evolveBatch', () => {
  it('counts rows that are sent, failed and left', () => {
    expect(STATES.sending).toMatchObject({ rowCount: 3, sentCount: 1, failed: [], left: [[2, 3]] });
    expect(STATES.finished).toMatchObject({ sentCount: 2, failed: [3], left: [] });
    expect(STATES.stopped).toMatchObject({ sentCount: 1, left: [[2, 3]] });
  });

  it('takes up what failed again, in the order of sending', () => {
    const begun = apply(apply(null, plan(6)), failed(5, 2, 3));
    const retried = apply(begun, { type: 'retry' });
    expect(retried).toMatchObject({ status: 'sending', failed: [], left: [[1, 6]] });
    const ended = apply(apply(apply(null, plan(6)), failed(5, 2, 3)), sent(1, 4, 6));
    const again = apply(ended, { type: 'retry' }, LATER);
    expect(again).toMatchObject({
      status: 'sending',
      statusSince: LATER,
      left: [
        [2, 3],
        [5, 5],
      ],
    });
    expect(nextNumbers(again, 10)).toEqual([2, 3, 5]);
    expect(nextNumbers(again, 2)).toEqual([2, 3]);
    expect(apply(again, sent(2, 3, 5))).toMatchObject({ status: 'finished', sentCount: 6, failed: [] });
  });

  it('stays small for thousands of rows', () => {
    let state = apply(null, plan(MAX_BATCH_ROWS));
    for (let first = 1; first <= MAX_BATCH_ROWS; first += 40)
      state = apply(state, sent(...Array.from({ length: 20 }, (_, index) => first + index)));
    expect(leftCount(state)).toBe(MAX_BATCH_ROWS / 2);
    expect(JSON.stringify(state).length).toBeLessThan(3_000);
  });

  it('leaves the state as it is for what does not fit', () => {
    const events: BatchEvent[] = [
      { type: 'BatchRowsSent', rows: [{ number: 1, invitationId: 'i' }] },
      { type: 'BatchStopped' },
      { type: 'BatchFinished' },
      { type: 'BatchRetried', numbers: [1] },
    ];
    for (const event of events) expect(evolveBatch(null, event, NOW)).toBeNull();
  });

  it('does each row once in any order, whoever works', () => {
    let seed = 7;
    const random = () => {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
      return seed / 2_147_483_648;
    };
    for (let round = 0; round < 50; round += 1) {
      const count = 1 + Math.floor(random() * 30);
      let state = apply(null, plan(count));
      const done = new Set<number>();
      while (state.status === BatchStatus.Sending) {
        const number = 1 + Math.floor(random() * count);
        const outcome = decideBatch(state, random() < 0.3 ? failed(number) : sent(number), NOW);
        expect(outcome.ok).toBe(!done.has(number));
        expect(isLeft(state, number)).toBe(!done.has(number));
        if (!outcome.ok) continue;
        done.add(number);
        for (const event of outcome.events) state = evolveBatch(state, event, NOW) ?? state;
        expect(leftCount(state)).toBe(count - done.size);
        expect(state.sentCount + state.failed.length).toBe(done.size);
      }
      expect(done.size).toBe(count);
    }
  });
});

describe('waitingOfBatch', () => {
  it.each([
    ['scheduled', 'moment'],
    ['sending', 'work'],
    ['finished', 'nothing'],
    ['stopped', 'nothing'],
  ])('says that a %s batch waits for %s', (status, waitsFor) => {
    const state = STATES[status] as BatchState;
    expect(waitingOfBatch(batchFacts(state))).toEqual({ waitsFor, since: state.statusSince });
  });
});
