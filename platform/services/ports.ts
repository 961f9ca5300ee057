import { createServer } from 'node:net';
import { join } from 'node:path';
import { z } from 'zod';
import { type Home, readJson, writeJson } from './home.ts';
import { ServiceProblem } from './problem.ts';

const recordedPorts = z.record(z.string(), z.number().int());

/** Where the parts listen when nobody says otherwise. */
export const DEFAULT_PORTS = {
  web: 3000,
  mailbox: 3025,
  smtp: 2525,
  bounces: 2625,
  postgres: 5439,
  temporal: 7239,
} as const;
export type PortName = keyof typeof DEFAULT_PORTS;

/**
 * Chooses a free port for each part and remembers it: the one the home used before (so that links in mails keep working),
 * else the default, else any free one.
 * @param home the installation
 * @param names which parts
 * @returns a port per part; all different
 */
export async function choosePorts(home: Home, names: readonly PortName[]): Promise<Record<PortName, number>> {
  const file = join(home.dir, 'ports.json');
  const recorded = recordedPorts.safeParse(readJson(file)).data ?? {};
  const chosen: Record<string, number> = {};
  for (const name of names) {
    const taken = Object.values(chosen);
    const candidates = [recorded[name], ...neighbours(DEFAULT_PORTS[name])].filter((port) => port !== undefined);
    chosen[name] = await firstFree(candidates.filter((port) => !taken.includes(port)));
  }
  writeJson(file, { ...recorded, ...chosen });
  return { ...DEFAULT_PORTS, ...chosen };
}

/** The default and the next few, which are easier to remember than any free one. */
function neighbours(port: number): number[] {
  return [0, 1, 2, 3, 4].map((step) => port + step);
}

async function firstFree(candidates: readonly number[]): Promise<number> {
  for (const port of candidates) {
    if (await isPortFree(port)) return port;
  }
  return anyFreePort();
}

/** Whether nobody listens on this port of the loopback interface (or of all interfaces). */
export async function isPortFree(port: number, host = '127.0.0.1'): Promise<boolean> {
  const bound = await tryBind(port, host);
  return bound !== undefined;
}

/** A port that was free a moment ago. */
export async function anyFreePort(): Promise<number> {
  const port = await tryBind(0, '127.0.0.1');
  if (port === undefined)
    throw new ServiceProblem('PORT_TAKEN', 'This machine has no free port on its loopback interface.');
  return port;
}

/**
 * Checks a port the operator named.
 * @throws ServiceProblem PORT_TAKEN
 */
export async function requireFreePort(setting: string, port: number, host?: string): Promise<number> {
  if (await isPortFree(port, host)) return port;
  throw new ServiceProblem(
    'PORT_TAKEN',
    `Port ${port} is in use by another program (or not allowed for this user). Stop that program, or set ${setting} to another port.`,
  );
}

function tryBind(port: number, host: string): Promise<number | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.unref();
    server.once('error', () => resolve(undefined));
    server.listen({ port, host, exclusive: true }, () => {
      const address = server.address();
      const bound = typeof address === 'object' && address ? address.port : undefined;
      server.close(() => resolve(bound));
    });
  });
}
