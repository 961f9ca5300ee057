import { join } from 'node:path';
import { loadStartSettings } from '../../platform/config.ts';
import { ensureChromium } from '../../platform/services/chromium.ts';
import { findTemporalTool, type ToolName } from '../../platform/services/temporal-tools.ts';

export { createEmptyDatabase, createTestDatabase, type TestDatabase } from '../../scripts/lib/throwaway-postgres.ts';

/** Path of Temporal's time-skipping test server, installed when needed. */
export function temporalTestServerPath(): Promise<string> {
  return toolPath('testServer');
}

/** Path of the Temporal CLI, which carries the development server, installed when needed. */
export function temporalCliPath(): Promise<string> {
  return toolPath('cli');
}

/** Path of Chromium with its own fonts and libraries, unpacked when needed. As root it needs `--no-sandbox`. */
export async function chromiumPath(): Promise<string> {
  const settings = loadStartSettings();
  return settings.chromiumPath ?? ensureChromium(join(settings.home, 'tools'), say);
}

function toolPath(name: ToolName): Promise<string> {
  const settings = loadStartSettings();
  const named = name === 'cli' ? settings.temporalCli : settings.temporalTestServer;
  return findTemporalTool(name, { toolsDir: join(settings.home, 'tools'), named, path: settings.path, say });
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}
