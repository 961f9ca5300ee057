/** All groups of figures, in the order of `docs/benchmarks.md`. */
import type { Group } from './figure.ts';
import { assessments } from './groups/assessments.ts';
import { audit } from './groups/audit.ts';
import { document } from './groups/document.ts';
import { documents } from './groups/documents.ts';
import { examiner } from './groups/examiner.ts';
import { exporting } from './groups/export.ts';
import { invitations } from './groups/invitations.ts';
import { mail } from './groups/mail.ts';
import { queue } from './groups/queue.ts';
import { requests } from './groups/requests.ts';
import { search } from './groups/search.ts';
import { start } from './groups/start.ts';

export const GROUPS: readonly Group[] = [
  requests,
  examiner,
  mail,
  document,
  invitations,
  assessments,
  documents,
  queue,
  exporting,
  search,
  audit,
  start,
];
