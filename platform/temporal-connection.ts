import { Client, Connection } from '@temporalio/client';
import { type ClientConnectConfig, loadClientConnectConfig } from '@temporalio/envconfig';
import type { TemporalConfig } from './config.ts';
import type { Keyring } from './keys.ts';
import { createDataConverter } from './temporal-codec.ts';

/**
 * Reads address, namespace, TLS and API key by Temporal's own convention (TEMPORAL_ADDRESS, TEMPORAL_TLS…, TEMPORAL_API_KEY).
 * A profile file is read only when a setting names it, so that a developer's own profile never leaks into this program.
 * @param temporal from {@link loadConfig}
 * @returns options for NativeConnection and Connection, and the namespace
 */
export function temporalConnection(temporal: TemporalConfig): ClientConnectConfig & { namespace: string } {
  const { environment } = temporal;
  const namesFile = 'TEMPORAL_CONFIG_FILE' in environment || 'TEMPORAL_PROFILE' in environment;
  const loaded = loadClientConnectConfig({ overrideEnvVars: { ...environment }, disableFile: !namesFile });
  return {
    connectionOptions: { ...loaded.connectionOptions, address: temporal.address },
    namespace: loaded.namespace ?? temporal.namespace,
  };
}

const RECONNECT_MAX_MS = 5_000;

/** Makes a client that connects at its first call, so that it can be made while Temporal is away. */
export function openTemporalClient(temporal: TemporalConfig, keyring: Keyring): Client {
  const { connectionOptions, namespace } = temporalConnection(temporal);
  // The library would wait up to two minutes between tries, and meanwhile a server that is back would not be noticed.
  const channelArgs = { 'grpc.initial_reconnect_backoff_ms': 500, 'grpc.max_reconnect_backoff_ms': RECONNECT_MAX_MS };
  const connection = Connection.lazy({ ...connectionOptions, channelArgs });
  return new Client({ connection, namespace, dataConverter: createDataConverter(keyring) });
}

const ANSWER_MS = 2_000;

/** Whether the server answers now, within two seconds. */
export async function isTemporalUp({ connection }: Client): Promise<boolean> {
  try {
    await connection.withDeadline(Date.now() + ANSWER_MS, () => connection.workflowService.getSystemInfo({}));
    return true;
  } catch {
    return false;
  }
}
