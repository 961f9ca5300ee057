import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { StartSettings } from '../../platform/config.ts';
import { openHome, writeJson } from '../../platform/services/home.ts';
import { lockHome } from '../../platform/services/lock.ts';
import { anyFreePort, DEFAULT_PORTS } from '../../platform/services/ports.ts';
import { type Stack, startStack } from './stack.ts';

const OF_ANOTHER = [
  'PORT',
  'MAILBOX_PORT',
  'DATABASE_URL',
  'DATABASE_OWNER_URL',
  'SMTP_URL',
  'PUBLIC_URL',
  'DOCUMENTS_DIR',
];

/**
 * Starts everything beside an installation: own data, own ports, only the programs are shared.
 * @param homeDir folder of the data; emptied first, so that every run begins alike
 * @throws ServiceProblem ALREADY_RUNNING when another run uses the folder
 */
export async function startSeparateStack(
  settings: StartSettings,
  homeDir: string,
  say: (line: string) => void,
): Promise<Stack> {
  (await lockHome(openHome(homeDir).lockFile, homeDir, 0)).release();
  rmSync(homeDir, { recursive: true, force: true });
  openHome(homeDir);
  // Never the usual ports: an installation that starts at the same moment would want them too.
  const ports: Record<string, number> = {};
  for (const name of Object.keys(DEFAULT_PORTS)) ports[name] = await freePortBeside(Object.values(ports));
  writeJson(join(homeDir, 'ports.json'), ports);
  return startStack({ settings: separateSettings(settings), homeDir, toolsDir: join(settings.home, 'tools'), say });
}

async function freePortBeside(taken: readonly number[]): Promise<number> {
  const port = await anyFreePort();
  return taken.includes(port) ? freePortBeside(taken) : port;
}

/** Nothing of the operator's is used but the programs, whatever the settings name. */
function separateSettings(settings: StartSettings): StartSettings {
  const isShared = (name: string) =>
    !OF_ANOTHER.includes(name) && (!name.startsWith('TEMPORAL_') || name.endsWith('_PATH'));
  const environment = Object.fromEntries(Object.entries(settings.environment).filter(([name]) => isShared(name)));
  return {
    ...settings,
    mode: 'development',
    port: undefined,
    mailboxPort: undefined,
    databaseUrl: undefined,
    databaseOwnerUrl: undefined,
    temporalAddress: undefined,
    smtpUrl: undefined,
    environment: { ...environment, NODE_ENV: 'development' },
  };
}
