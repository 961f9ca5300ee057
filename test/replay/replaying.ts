/** Replays histories with the worker's own settings. */
import { Worker, type WorkflowBundle } from '@temporalio/worker';
import { createDataConverter } from '../../platform/temporal-codec.ts';
import { historyKeyring, type RecordedHistory, replayIdOf } from './history-files.ts';

/** @returns for each history by name what went wrong, or null when the code does what was recorded */
export async function replay(
  workflowBundle: WorkflowBundle,
  histories: readonly RecordedHistory[],
): Promise<Map<string, Error | null>> {
  const options = { workflowBundle, dataConverter: createDataConverter(historyKeyring) };
  const named = new Map(histories.map((each) => [replayIdOf(each), each.name]));
  const input = histories.map((each) => ({ workflowId: replayIdOf(each), history: each.history }));
  const results = new Map<string, Error | null>();
  for await (const { workflowId, error } of Worker.runReplayHistories(options, input as never)) {
    results.set(named.get(workflowId) ?? workflowId, error ?? null);
  }
  return results;
}

/** Those that fail, with the name of the error. */
export function failuresOf(results: ReadonlyMap<string, Error | null>): Record<string, string> {
  return Object.fromEntries([...results].flatMap(([name, error]) => (error ? [[name, error.name]] : [])));
}
