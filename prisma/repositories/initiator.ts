import type { SchoolScope } from './index.ts';

export type InitiatorRepository = ReturnType<typeof createInitiatorRepository>;

export function createInitiatorRepository(_scope: SchoolScope) {
  return {};
}
