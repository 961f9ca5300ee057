import type { SchoolScope } from './index.ts';
import { createAssessmentReads } from './initiator-assessments.ts';
import { createCatalogueReads } from './initiator-catalogue.ts';
import { createStatusReads } from './initiator-status.ts';

export type * from './initiator-assessments.ts';
export type * from './initiator-catalogue.ts';
export type * from './initiator-status.ts';
export type InitiatorRepository = ReturnType<typeof createInitiatorRepository>;

/** What the pages of an initiator read; every query names the school, and the initiator where something is theirs alone. */
export function createInitiatorRepository(scope: SchoolScope) {
  return { ...createCatalogueReads(scope), ...createAssessmentReads(scope), ...createStatusReads(scope) };
}
