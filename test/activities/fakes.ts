import type { Conductor, StreamNews } from '../../activities/conductor.ts';
import { createLogger } from '../../platform/logger.ts';

export const silentLogger = createLogger({ name: 'test', level: 'silent', format: 'json' });

export interface FakeConductor extends Conductor {
  /** What was told, in order. */
  readonly told: StreamNews[];
  /** Ids of the workflows that are said to run. */
  readonly runningIds: Set<string>;
  isDown: boolean;
  /** Held by a test to make Temporal slow. */
  hold: Promise<void>;
}

export function fakeConductor(): FakeConductor {
  const conductor: FakeConductor = {
    told: [],
    runningIds: new Set(),
    isDown: false,
    hold: Promise.resolve(),
    async tell(news) {
      await conductor.hold;
      if (conductor.isDown) throw new Error('Temporal is down');
      conductor.told.push(news);
    },
    async *running() {
      yield* conductor.runningIds;
    },
  };
  return conductor;
}
