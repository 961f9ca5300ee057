import type { Logger } from './logger.ts';

/**
 * The first signal ends things in order, a second one at once. A supervisor that is gone counts as a signal.
 * @param stop ends everything in order; the process ends when it does
 * @param withinMs patience with it; without, it has its own
 */
export function onStopSignal(logger: Logger, stop: () => Promise<void>, withinMs?: number): void {
  let isStopping = false;
  for (const signal of ['SIGTERM', 'SIGINT', 'disconnect'] as const) {
    process.on(signal, () => {
      if (isStopping) process.exit(1);
      isStopping = true;
      logger.info({ signal }, 'stopping');
      if (withinMs !== undefined) setTimeout(() => process.exit(1), withinMs).unref();
      stop().then(
        () => process.exit(0),
        (error: unknown) => {
          logger.error({ err: error }, 'could not stop in order');
          process.exit(1);
        },
      );
    });
  }
}
