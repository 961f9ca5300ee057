/** What the page of many decisions shows: what goes along, what is held back and why. Pure. */
import { AssessmentError, AssessmentStatus } from '../../../domain/assessment.ts';
import { PublicationMoment } from '../../../domain/deciding.ts';
import type { QueueRow } from '../../../prisma/repositories/committee.ts';
import type { ChosenDecision } from '../../../prisma/repositories/deciding.ts';
import { paths } from '../../paths.ts';
import { shortDay, type Wording } from '../../wording.ts';
import { DecisionMode } from './deciding/decision.model.ts';
import { type OfficeInput, type OfficeOptions, officeModel } from './office-choice.ts';
import type { FieldError } from './send-back.ts';
import { flagsOf, studentMeta } from './words.ts';

export type ChosenRow = QueueRow & { readonly version: number };

/** Most decisions at once: as many as a page of the queue shows. */
export const MAX_AT_ONCE = 50;

/** Why nobody can decide about it together with others. */
export type HeldBack = 'final' | 'cancelled' | 'busy' | 'disputed' | 'returnAsked' | 'disagreement';
/** Why this very member cannot. */
export type HeldBackFromYou = 'student' | 'initiated' | 'scored' | 'proposed';

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

/** Four eyes; null when this member may decide. */
export function heldBackFromYou(decision: ChosenDecision | undefined): HeldBackFromYou | null {
  if (decision?.refusal === AssessmentError.DeciderIsStudent) return 'student';
  if (decision?.refusal === AssessmentError.DeciderInitiated) return 'initiated';
  if (decision?.refusal === AssessmentError.DeciderScored) return 'scored';
  return decision?.proposal?.isOwn ? 'proposed' : null;
}

/** The decisions behind the rows, and how many members it takes. */
export interface ChosenDecisions {
  readonly members: 1 | 2;
  /** When students see what is decided. */
  readonly publication: PublicationMoment;
  readonly decisions: ReadonlyMap<string, ChosenDecision>;
}

/** Rows that go along, by what the member does with them; the others with why not. */
export function sortChosen(rows: readonly ChosenRow[], { members, decisions }: ChosenDecisions) {
  const isHeldBack = (row: ChosenRow) =>
    heldBackReason(row) !== null || heldBackFromYou(decisions.get(row.id)) !== null;
  const ready = rows.filter((row) => !isHeldBack(row));
  const second = ready.filter(({ id }) => decisions.get(id)?.proposal);
  const first = ready.filter(({ id }) => !decisions.get(id)?.proposal);
  return {
    mode: members === 2 ? DecisionMode.Propose : DecisionMode.Decide,
    first,
    second,
    held: rows.filter(isHeldBack),
  };
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
  chosen: ChosenDecisions,
  offices: OfficeOptions,
  input: FinaliseManyInput,
) {
  const { t } = wording.translator;
  const { mode, first, second, held } = sortChosen(rows, chosen);
  const count = first.length + second.length;
  const isProposing = mode === DecisionMode.Propose && first.length > 0;
  const columns = [
    { label: t('committee.queue.columns.student') },
    { label: t('committee.queue.columns.exam') },
    { label: t('committee.queue.columns.result') },
  ];
  return {
    crumbs: [{ href: paths.backToQueue(), label: t('committee.title') }, { label: t('committee.finalise.title') }],
    title: count > 0 ? titleOf(wording, first.length, second.length, isProposing) : t('committee.blocked.title'),
    action: paths.finaliseMany(),
    backHref: paths.backToQueue(),
    notice: input.notice || (count === 0 && rows.length > 0 ? t('committee.bulk.none') : ''),
    hasAny: count > 0,
    columns,
    secondColumns: [...columns, { label: t('deciding.bulk.columnProposal') }],
    firstTitle: t(isProposing ? 'deciding.bulk.propose' : 'committee.bulk.ready'),
    firstHelp: isProposing ? t('deciding.bulk.proposeHelp') : '',
    first: first.map((row) => readyRow(wording, row)),
    second: second.map((row) => {
      const proposal = chosen.decisions.get(row.id)?.proposal;
      return {
        ...readyRow(wording, row),
        by: proposal
          ? t('deciding.bulk.proposedBy', { name: proposal.byName, at: shortDay(wording, proposal.proposedAt) })
          : '',
        office: proposal?.office.email ?? '',
      };
    }),
    heldBack: held.map((row) => ({ ...rowOf(wording, row), why: whyOf(wording, row, chosen) })),
    steps: bulkSteps(wording, { first: first.length, second: second.length, isProposing, when: chosen.publication }),
    submitLabel: titleOf(wording, first.length, second.length, isProposing),
    office: officeModel(wording, offices, input.office),
    nonce: input.nonce,
    errors: input.errors,
  };
}

function titleOf({ translator: { t } }: Wording, first: number, second: number, isProposing: boolean): string {
  const count = first + second;
  if (!isProposing) return t('committee.bulk.title', { count });
  return second > 0 ? t('deciding.bulk.title', { count }) : t('deciding.bulk.proposeTitle', { count });
}

interface BulkFacts {
  readonly first: number;
  readonly second: number;
  readonly isProposing: boolean;
  readonly when: PublicationMoment;
}

const PUBLICATION_STEPS = {
  [PublicationMoment.AtOnce]: 'deciding.bulk.stepPublishNow',
  [PublicationMoment.AfterWorkingDays]: 'deciding.bulk.stepPublishLater',
  [PublicationMoment.ByHand]: 'deciding.bulk.stepPublishByHand',
} as const;

function bulkSteps({ translator: { t } }: Wording, { first, second, isProposing, when }: BulkFacts): string[] {
  const ofSecond = second > 0 ? [t('deciding.bulk.stepSecond', { count: second })] : [];
  if (isProposing) return [t('deciding.bulk.stepPropose', { count: first }), ...ofSecond];
  return [
    ...(first > 0 ? [t('committee.bulk.stepDecide', { count: first }), t('committee.bulk.stepPdf')] : []),
    ...ofSecond,
    t(PUBLICATION_STEPS[when]),
    t('committee.finalise.steps.closed'),
  ];
}

/** What stands in everybody's way comes first: whoever else looks at it meets the same. */
function whyOf({ translator: { t } }: Wording, row: ChosenRow, { decisions }: ChosenDecisions): string {
  const reason = heldBackReason(row);
  if (reason !== null) return t(`committee.bulk.why.${reason}`);
  const own = heldBackFromYou(decisions.get(row.id));
  return own === null ? '' : t(`deciding.bulk.why.${own}`);
}

function readyRow(wording: Wording, row: ChosenRow) {
  return { ...rowOf(wording, row), score: row.score ?? '', gradeTenths: row.gradeTenths };
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
