/** What the conductor does next for a batch. Pure, so that it is tested as a table. */
import { BatchStatus } from '../domain/batch.ts';
import { unreachable } from '../domain/outcome.ts';
import { type Waiting, waitingOfBatch } from '../domain/waiting.ts';
import type { BatchView } from './views.ts';

export type BatchStep =
  /** Rows are sent as soon as the moment has come, which for most is when they were planned. */
  | { readonly kind: 'send'; readonly at: string }
  /** Nothing is sent. Somebody may come back, of which no news tells. */
  | { readonly kind: 'hold' }
  | { readonly kind: 'end' };

export interface BatchPlan extends Waiting {
  readonly step: BatchStep;
}

/** What is waited for, and the one thing to do about it. */
export function planBatch(view: BatchView): BatchPlan {
  return { ...waitingOfBatch(view), step: stepOf(view) };
}

function stepOf({ status, statusSince, sendAt, isHeld }: BatchView): BatchStep {
  switch (status) {
    case BatchStatus.Scheduled:
      return isHeld ? { kind: 'hold' } : { kind: 'send', at: sendAt };
    case BatchStatus.Sending:
      return isHeld ? { kind: 'hold' } : { kind: 'send', at: statusSince };
    case BatchStatus.Finished:
    case BatchStatus.Stopped:
      return { kind: 'end' };
    default:
      return unreachable(status);
  }
}
