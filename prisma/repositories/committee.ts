import type { SchoolScope } from './index.ts';

export type CommitteeRepository = ReturnType<typeof createCommitteeRepository>;

export function createCommitteeRepository(_scope: SchoolScope) {
  return {};
}
