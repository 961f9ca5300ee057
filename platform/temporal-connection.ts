import { type ClientConnectConfig, loadClientConnectConfig } from '@temporalio/envconfig';
import type { TemporalConfig } from './config.ts';

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
