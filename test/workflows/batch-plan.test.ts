import { describe, expect, it } from '@jest/globals';
import { BATCH_STATUSES, type BatchStatus } from '../../domain/batch.ts';
import { planBatch } from '../../workflows/batch-plan.ts';

const SINCE = '2026-11-23T10:00:00.000Z';
const SEND_AT = '2026-11-27T15:00:00.000Z';

describe('planBatch', () => {
  const planOf = (status: BatchStatus) => planBatch({ seq: 1, status, statusSince: SINCE, sendAt: SEND_AT });

  it.each([
    ['scheduled', { waitsFor: 'moment', since: SINCE, step: { kind: 'send', at: SEND_AT } }],
    ['sending', { waitsFor: 'work', since: SINCE, step: { kind: 'send', at: SINCE } }],
    ['finished', { waitsFor: 'nothing', since: SINCE, step: { kind: 'end' } }],
    ['stopped', { waitsFor: 'nothing', since: SINCE, step: { kind: 'end' } }],
  ] as const)('of a batch that is %s', (status, plan) => {
    expect(planOf(status)).toEqual(plan);
  });

  it('sends nothing of a batch that is held, and says that it waits for the same', () => {
    const held = { seq: 1, statusSince: SINCE, sendAt: SEND_AT, isHeld: true } as const;
    expect(planBatch({ ...held, status: 'scheduled' })).toMatchObject({ waitsFor: 'moment', step: { kind: 'hold' } });
    expect(planBatch({ ...held, status: 'sending' })).toMatchObject({ waitsFor: 'work', step: { kind: 'hold' } });
    expect(planBatch({ ...held, status: 'stopped' }).step).toEqual({ kind: 'end' });
  });

  it('has an answer for every status', () => {
    for (const status of BATCH_STATUSES) expect(planOf(status).step).toBeDefined();
  });
});
