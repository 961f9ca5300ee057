/** What the page of many decisions shows: what goes along, what is held back and why. Pure. */
import { AssessmentStatus } from '../../../domain/assessment.ts';
import type { QueueRow } from '../../../prisma/repositories/committee.ts';
import { paths } from '../../paths.ts';
import type { Wording } from '../../wording.ts';
import { type OfficeInput, type OfficeOptions, officeModel } from './office-choice.ts';
import type { FieldError } from './send-back.ts';
import { flagsOf, studentMeta } from './words.ts';

export type ChosenRow = QueueRow & { readonly version: number };

/** Most decisions at once: as many as a page of the queue shows. */
export const MAX_AT_ONCE = 50;

export type HeldBack = 'final' | 'cancelled' | 'busy' | 'disputed' | 'returnAsked' | 'disagreement';

/** Why an assessment cannot be decided together with others; null when it can. */
export function heldBackReason(
  row: Pick<QueueRow, 'status' | 'isDisputed' | 'isReturnAsked' | 'disagreementCount'>,
): HeldBack | null {
  if (row.status === AssessmentStatus.Final) return 'final';
  if (row.status === AssessmentStatus.Cancelled) return 'cancelled';
  if (row.status !== AssessmentStatus.Assessed) return 'busy';
  if (row.isDisputed) return 'disputed';
  if (row.isReturnAsked) return 'returnAsked';
  return row.disagreementCount > 0 ? 'disagreement' : null;
}

/** Hidden field with the version of the stream that the member looked at. */
export function versionField(assessmentId: string): string {
  return `versie-${assessmentId}`;
}

export interface FinaliseManyInput {
  readonly office: OfficeInput;
  readonly nonce: string;
  readonly errors: readonly FieldError[];
  /** Too many or none chosen; empty when all is well. */
  readonly notice: string;
}

export function finaliseManyModel(
  wording: Wording,
  rows: readonly ChosenRow[],
  offices: OfficeOptions,
  input: FinaliseManyInput,
) {
  const { t } = wording.translator;
  const ready = rows.filter((row) => heldBackReason(row) === null);
  const count = ready.length;
  return {
    crumbs: [{ href: paths.queue(), label: t('committee.title') }, { label: t('committee.finalise.title') }],
    title: count > 0 ? t('committee.bulk.title', { count }) : t('committee.blocked.title'),
    action: paths.finaliseMany(),
    backHref: paths.queue(),
    notice: input.notice || (count === 0 && rows.length > 0 ? t('committee.bulk.none') : ''),
    columns: [
      { label: t('committee.queue.columns.student') },
      { label: t('committee.queue.columns.exam') },
      { label: t('committee.queue.columns.result') },
    ],
    ready: ready.map((row) => ({ ...rowOf(wording, row), score: row.score ?? '', gradeTenths: row.gradeTenths })),
    heldBack: rows.flatMap((row) => {
      const reason = heldBackReason(row);
      return reason === null ? [] : { ...rowOf(wording, row), why: t(`committee.bulk.why.${reason}`) };
    }),
    stepDecide: t('committee.bulk.stepDecide', { count }),
    submitLabel: t('committee.bulk.submit', { count }),
    office: officeModel(wording, offices, input.office),
    nonce: input.nonce,
    errors: input.errors,
  };
}

function rowOf(wording: Wording, row: ChosenRow) {
  return {
    id: row.id,
    href: paths.dossier(row.id),
    name: row.student.name,
    meta: studentMeta(wording, row.student),
    exam: row.examTitle,
    examMeta: wording.translator.t('committee.queue.examiners', { count: row.examinerCount, attempt: row.attempt }),
    flags: flagsOf(wording, row),
    versionField: versionField(row.id),
    version: String(row.version),
  };
}
