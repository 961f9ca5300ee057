/** What kind of machine it was, without naming it. */
import { cpus, totalmem } from 'node:os';

export interface Machine {
  readonly processor: string;
  readonly cores: number;
  /** Gibibytes. */
  readonly memory: number;
  readonly platform: string;
  readonly node: string;
  /** Empty when no figure needed it. */
  readonly postgres: string;
}

export function describeMachine(postgres: string): Machine {
  const all = cpus();
  return {
    processor: all[0]?.model.trim() || 'unknown',
    cores: all.length,
    memory: Math.round(totalmem() / 1024 ** 3),
    platform: `${process.platform} ${process.arch}`,
    node: process.versions.node,
    postgres,
  };
}
