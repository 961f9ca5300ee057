/** The page on which a member corrects a finished form. Pure. */
import { CommitteeEdits } from '../../../../domain/deciding.ts';
import {
  type FormComponent,
  type FormContent,
  type FormDefinition,
  justificationFieldName,
  parseFormContent,
  scoreFieldName,
} from '../../../../domain/form.ts';
import { MAX_JUSTIFICATION, MAX_REASON } from '../../../../domain/text.ts';
import type { TextProblem } from '../../../../prisma/commands/reasons.ts';
import type { Dossier, DossierExaminer } from '../../../../prisma/repositories/committee-dossier.ts';
import type { FormVersion } from '../../../../prisma/repositories/form-versions.ts';
import { paths } from '../../../paths.ts';
import type { Wording } from '../../../wording.ts';
import { agreedOf } from '../agreement.model.ts';
import { dossierLead } from '../dossier.model.ts';
import type { FieldError } from '../send-back.ts';
import { componentLabel } from '../words.ts';

export const REASON = 'reden';
export const VERSION = 'versie';

/** What stands in the page. */
export interface EditInput {
  readonly content: FormContent;
  /** As typed. */
  readonly reason: string;
  /** That was on the screen. */
  readonly formVersion: number;
  readonly nonce: string;
  readonly errors: readonly FieldError[];
  /** Refs of what somebody else changed meanwhile. */
  readonly conflicts: readonly string[];
}

/** An examiner with a finished form. */
export type FinishedExaminer = DossierExaminer & { readonly submission: NonNullable<DossierExaminer['submission']> };

export function isFinished(examiner: DossierExaminer | undefined): examiner is FinishedExaminer {
  return examiner?.submission !== null && examiner?.submission !== undefined;
}

/**
 * What was posted, over what the form said. A field that is not there was not on the page (scores that may not be changed), and
 * says nothing; an empty one says that it is empty.
 */
export function readEdits(definition: FormDefinition, base: FormContent, body: Readonly<Record<string, unknown>>) {
  const posted = parseFormContent(definition, body);
  const isThere = (field: string) => Object.hasOwn(body, field);
  const scores = definition.components.flatMap(({ criteria }) =>
    criteria.map(({ ref }) => [ref, posted.content.scores[ref] ?? base.scores[ref]] as const),
  );
  const words = definition.components.map(
    ({ ref }) =>
      [ref, (isThere(justificationFieldName(ref)) ? posted : { content: base }).content.justifications[ref]] as const,
  );
  const content = { scores: known(scores), justifications: known(words) };
  return { content, errors: posted.errors };
}

function known<V>(entries: readonly (readonly [string, V | undefined])[]): Record<string, V> {
  return Object.fromEntries(entries.flatMap(([ref, value]) => (value === undefined ? [] : [[ref, value]])));
}

/** Refusals with a sentence of their own. */
const REFUSALS = [
  'ASSESSMENT_FINAL',
  'ASSESSMENT_CANCELLED',
  'ASSESSMENT_NOT_ASSESSED',
  'EXAMINER_UNKNOWN',
  'FORM_NOT_FINISHED',
  'EDIT_NOT_ALLOWED',
  'COMPONENT_AGREED',
  'FINISH_DISPUTED',
  'DECIDER_IS_STUDENT',
  'DECIDER_INITIATED',
  'DECIDER_SCORED',
  'NOTHING_CHANGED',
  'FORM_INCOMPLETE',
] as const;

/** Why nothing was saved, or can be. */
export function refusalText({ translator: { t } }: Wording, code: string): string {
  return t(`editing.refused.${REFUSALS.find((each) => each === code) ?? 'other'}`);
}

export function reasonError({ translator: { t } }: Wording, { code, params }: TextProblem): FieldError {
  const { max = MAX_REASON, length = 0, position = 0 } = params;
  switch (code) {
    case 'REASON_TOO_LONG':
      return {
        field: REASON,
        message: t('editing.reason.REASON_TOO_LONG', { max: Number(max), length: Number(length) }),
      };
    case 'TEXT_FORBIDDEN_CHARACTER': {
      const where = { code: String(params.code ?? ''), position: Number(position) + 1 };
      return { field: REASON, message: t('editing.reason.TEXT_FORBIDDEN_CHARACTER', where) };
    }
    default:
      return { field: REASON, message: t('editing.reason.REASON_REQUIRED') };
  }
}

export function staleText({ translator: { t } }: Wording, version: number): string {
  return t('editing.form.stale', { version });
}

export function editModel(wording: Wording, dossier: Dossier, examiner: FinishedExaminer, input: EditInput) {
  const { t } = wording.translator;
  const { name, contactId, submission } = examiner;
  const hasScores = dossier.deciding.committeeEdits === CommitteeEdits.Scores;
  return {
    crumbs: [
      { href: paths.backToQueue(), label: t('committee.title') },
      { href: paths.dossier(dossier.id), label: dossier.student.name },
      { label: t('editing.form.crumb') },
    ],
    crumb: dossierLead(wording, dossier),
    title: t('editing.form.title', { name }),
    lead: t(hasScores ? 'editing.form.leadScores' : 'editing.form.leadWording', { name }),
    action: paths.editForm(dossier.id, contactId),
    backHref: paths.dossier(dossier.id),
    hidden: [
      { name: VERSION, value: String(input.formVersion) },
      { name: 'besluit', value: input.nonce },
    ],
    components: submission.definition.components.map((component) =>
      componentModel(wording, dossier, examiner, component, input),
    ),
    criteriaTitle: t('editing.form.criteria', { name }),
    sendBackLabel: t('editing.form.sendBack', { name }),
    reason: input.reason,
    reasonHint: t('editing.form.reasonHint', { name }),
    maxReason: MAX_REASON,
    maxJustification: MAX_JUSTIFICATION,
    errors: input.errors,
  };
}

function componentModel(
  wording: Wording,
  dossier: Dossier,
  { contactId, versions }: FinishedExaminer,
  component: FormComponent,
  { content, conflicts, errors }: EditInput,
) {
  const { t } = wording.translator;
  const { ref, kind, criteria, workProcess } = component;
  const isAgreed = agreedOf(dossier, ref) !== undefined;
  const newest = versions.at(-1);
  const field = justificationFieldName(ref);
  const mayRescore = dossier.deciding.committeeEdits === CommitteeEdits.Scores;
  // Where only words may be mended, there must be words.
  const hasWords = mayRescore || (newest?.content.justifications[ref] ?? '').trim() !== '';
  return {
    id: anchorOf(ref),
    kind,
    text: t('examiner.form.stepTitle', { code: workProcess.code, title: workProcess.title }),
    isScored: mayRescore && !isAgreed,
    fixed: t(isAgreed ? 'editing.form.agreed' : 'editing.form.scoresFixed'),
    sendBackHref: paths.returnForm(dossier.id, contactId, { onderdeel: ref }),
    criteria: criteria.map((criterion, index) => ({
      id: scoreFieldName(criterion.ref),
      number: index + 1,
      text: criterion.text,
      score: content.scores[criterion.ref] ?? '',
      note: conflicts.includes(criterion.ref) ? meanwhileScore(wording, newest, criterion.ref) : '',
      error: errors.find((error) => error.field === scoreFieldName(criterion.ref))?.message,
    })),
    noWords: hasWords ? '' : t('editing.form.noWords'),
    justification: hasWords && {
      id: field,
      label: `${t('editing.form.justification')}, ${componentLabel(wording, ref)}`,
      value: content.justifications[ref] ?? '',
      notice: conflicts.includes(ref) ? meanwhileText(wording, newest, ref) : '',
      error: errors.find((error) => error.field === field)?.message,
    },
  };
}

/** Where a component stands on the page. */
export function anchorOf(ref: string): string {
  return `onderdeel-${ref.replaceAll('/', '-')}`;
}

function meanwhileText(wording: Wording, newest: FormVersion | undefined, ref: string): string {
  const { t } = wording.translator;
  const text = newest?.content.justifications[ref] ?? '';
  const by = makerOf(newest);
  return text === '' ? t('editing.form.meanwhileEmpty', { by }) : t('editing.form.meanwhile', { by, text });
}

function meanwhileScore(wording: Wording, newest: FormVersion | undefined, ref: string): string {
  const score = newest?.content.scores[ref] ?? '';
  return wording.translator.t('editing.form.meanwhileScore', { by: makerOf(newest), score });
}

function makerOf(version: FormVersion | undefined): string {
  return version?.editor?.name ?? version?.examinerName ?? '';
}
