import type { SchoolScope } from './index.ts';
import { createAssessmentReads } from './initiator-assessments.ts';
import { createAttachmentReads } from './initiator-attachments.ts';
import { createAttentionReads } from './initiator-attention.ts';
import { createBatchReads } from './initiator-batches.ts';
import { createCatalogueReads } from './initiator-catalogue.ts';
import { createContactReads } from './initiator-contacts.ts';
import { createExamReads } from './initiator-exams.ts';
import { createListReads } from './initiator-list.ts';
import { createMendingReads } from './initiator-mending.ts';
import { createSeriesReads } from './initiator-series.ts';
import { createStatusReads } from './initiator-status.ts';
import { createUndoReads } from './initiator-undo.ts';
import { createPreferences } from './preferences.ts';
import { createStudentReads } from './students.ts';

export type * from './initiator-assessments.ts';
export type * from './initiator-attachments.ts';
export type * from './initiator-attention.ts';
export type * from './initiator-batches.ts';
export type * from './initiator-catalogue.ts';
export type * from './initiator-contacts.ts';
export type * from './initiator-exams.ts';
export type * from './initiator-list.ts';
export type * from './initiator-mending.ts';
export type * from './initiator-series.ts';
export type * from './initiator-status.ts';
export type * from './initiator-undo.ts';
export type * from './preferences.ts';
export type * from './students.ts';
export type InitiatorRepository = ReturnType<typeof createInitiatorRepository>;

/** What the pages of an initiator read; every query names the school, and the initiator where something is theirs alone. */
export function createInitiatorRepository(scope: SchoolScope) {
  return {
    ...createCatalogueReads(scope),
    ...createContactReads(scope),
    ...createExamReads(scope),
    ...createAssessmentReads(scope),
    ...createAttachmentReads(scope),
    ...createAttentionReads(scope),
    ...createBatchReads(scope),
    ...createListReads(scope),
    ...createSeriesReads(scope),
    ...createStatusReads(scope),
    ...createMendingReads(scope),
    ...createUndoReads(scope),
    ...createPreferences(scope),
    ...createStudentReads(scope),
  };
}
