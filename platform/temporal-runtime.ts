/** Settings of the SDK that hold for the whole process, once. */
import { DefaultLogger, type LogEntry, makeTelemetryFilterString, Runtime } from '@temporalio/worker';
import type { Logger } from './logger.ts';

const LEVELS = { TRACE: 'trace', DEBUG: 'debug', INFO: 'debug', WARN: 'warn', ERROR: 'error' } as const;

/**
 * Lets the SDK log through our logger (so that its lines are redacted too), and leaves signals to the worker's own order of
 * stopping.
 */
export function installTemporalRuntime(logger: Logger): void {
  const write = ({ level, message, meta }: LogEntry) => logger[LEVELS[level]](describe(meta), message);
  Runtime.install({
    logger: new DefaultLogger('INFO', write),
    shutdownSignals: [],
    telemetryOptions: { logging: { forward: {}, filter: makeTelemetryFilterString({ core: 'WARN', other: 'ERROR' }) } },
  });
}

/** What helps to find the workflow; task tokens and addresses do not. */
function describe(meta: LogEntry['meta']): Record<string, unknown> {
  const { workflowId, activityType, attempt, error } = meta ?? {};
  return { workflowId, activityType, attempt, ...(error === undefined ? {} : { err: error }) };
}
