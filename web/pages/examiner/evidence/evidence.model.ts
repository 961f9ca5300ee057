/** Evidence on the examiner's pages: under a component of the form, on a page of its own, and to read. Pure. */
import { EvidencePolicy } from '../../../../domain/evidence.ts';
import { evidenceFieldName, type FormComponent, takesEvidence } from '../../../../domain/form.ts';
import { isSendable, ScanState } from '../../../../platform/attachments.ts';
import {
  EVIDENCE_ACCEPT,
  MAX_EVIDENCE_BYTES,
  MAX_FORM_EVIDENCE,
  MAX_FORM_EVIDENCE_BYTES,
} from '../../../../platform/evidence/remake.ts';
import { formatBytes } from '../../../../platform/i18n/index.ts';
import { evidenceMark as markOf } from '../../../../prisma/commands/evidence.ts';
import type { ExaminerForm } from '../../../../prisma/repositories/examiner.ts';
import type { ExaminerEvidence } from '../../../../prisma/repositories/examiner-evidence.ts';
import { paths } from '../../../paths.ts';
import type { Wording } from '../../../wording.ts';
import { kindName } from '../words.ts';
import type { IntakeRefusal } from './intake.ts';

/** Longest words under a piece, in code points. */
export const MAX_CAPTION = 200;

export interface EvidenceItem {
  readonly id: string;
  readonly name: string;
  /** `412 kB` */
  readonly size: string;
  readonly caption: string;
  /** Empty: it cannot be opened now. */
  readonly href: string;
  /** Empty: there is none. */
  readonly thumbnail: string;
  /** What the virus scanner came to; empty when there is nothing to say. */
  readonly note: string;
}

export interface EvidenceRow {
  readonly id: string;
  readonly ref: string;
  readonly title: string;
  /** Empty when it need not be said that it is required. */
  readonly notice: string;
  readonly isRequired: boolean;
  readonly error: string | undefined;
  readonly items: readonly EvidenceItem[];
}

type EvidenceOf = Pick<ExaminerForm, 'formId' | 'evidence' | 'definition'>;

/** All but what the virus scanner refused. */
export function countedEvidence({ evidence }: Pick<ExaminerForm, 'evidence'>): ExaminerEvidence[] {
  return evidence.filter(({ scan }) => scan !== ScanState.Infected);
}

/** Refs of the components that have evidence: what `checkForm` asks for. */
export function evidenceRefs(form: Pick<ExaminerForm, 'evidence'>): string[] {
  return countedEvidence(form).map(({ componentRef }) => componentRef);
}

/** {@link markOf} what counts of this form. */
export function evidenceMark(form: Pick<ExaminerForm, 'evidence'>): string {
  return markOf(countedEvidence(form));
}

/** The row under a component; null when the school takes no evidence with this form. */
export function evidenceRow(
  wording: Wording,
  form: EvidenceOf,
  component: FormComponent,
  error: string | undefined,
): EvidenceRow | null {
  if (!takesEvidence(form.definition)) return null;
  const { t } = wording.translator;
  const isRequired = form.definition.evidence === EvidencePolicy.Required;
  return {
    id: evidenceFieldName(component.ref),
    ref: component.ref,
    title: t('evidence.rowTitle', { component: kindName(wording, component.kind) }),
    notice: isRequired && !evidenceRefs(form).includes(component.ref) ? t('evidence.required') : '',
    isRequired,
    error,
    items: itemsOf(wording, form, component.ref),
  };
}

/** The pieces of one component. @param ids only these, for a form that was finished with them */
export function itemsOf(
  wording: Wording,
  { formId, evidence }: Pick<EvidenceOf, 'formId' | 'evidence'>,
  ref: string,
  ids?: readonly string[],
): EvidenceItem[] {
  return evidence
    .filter(({ componentRef, id }) => componentRef === ref && (ids === undefined || ids.includes(id)))
    .map((piece) => evidenceItem(wording, piece, paths.formEvidenceFile(formId, piece.id)));
}

/** @param href where its bytes are */
export function evidenceItem(
  { translator: { t, lang } }: Wording,
  piece: ExaminerEvidence,
  href: string,
): EvidenceItem {
  const { id, name, size, caption, scan, mediaType } = piece;
  const isThere = isSendable(scan);
  const isInfected = scan === ScanState.Infected;
  return {
    id,
    name,
    size: formatBytes(size, lang),
    caption,
    href: isThere ? href : '',
    thumbnail: isThere && mediaType === 'image/jpeg' ? `${href}?klein=1` : '',
    note: isThere ? '' : t(isInfected ? 'evidence.infected' : 'evidence.quarantined'),
  };
}

/** A limit as people say it. */
function megabytes(bytes: number): string {
  return `${Math.floor(bytes / (1024 * 1024))} MB`;
}

/** Why a piece was not taken, for a person. */
export function intakeText({ translator: { t } }: Wording, code: IntakeRefusal): string {
  switch (code) {
    case 'EMPTY':
    case 'TYPE_NOT_ALLOWED':
    case 'HEIC':
    case 'TOO_MANY_PIXELS':
    case 'TOO_MANY_PAGES':
    case 'ENCRYPTED':
    case 'NOT_CLEANED':
    case 'BROKEN':
    case 'BUSY':
    case 'INFECTED':
    case 'NO_FILE':
    case 'COMPONENT_LOCKED':
    case 'EVIDENCE_UNKNOWN':
      return t(`evidence.refused.${code}`);
    case 'TOO_LARGE':
      return t('evidence.refused.TOO_LARGE', { max: megabytes(MAX_EVIDENCE_BYTES) });
    case 'TOO_MANY':
      return t('evidence.refused.TOO_MANY', { max: MAX_FORM_EVIDENCE });
    case 'TOTAL_TOO_LARGE':
      return t('evidence.refused.TOTAL_TOO_LARGE', { max: megabytes(MAX_FORM_EVIDENCE_BYTES) });
    default:
      return t('evidence.refused.closed');
  }
}

/** What evidence.js says, and where it posts. */
export function evidenceScript({ translator: { t } }: Wording, { formId }: Pick<ExaminerForm, 'formId'>): string {
  return JSON.stringify({
    action: paths.formEvidence(formId),
    accept: EVIDENCE_ACCEPT,
    maxBytes: MAX_EVIDENCE_BYTES,
    sending: t('evidence.script.sending'),
    sent: t('evidence.script.sent'),
    removed: t('evidence.script.removed'),
    restored: t('evidence.script.restored'),
    undo: t('evidence.script.undo'),
    retry: t('evidence.script.retry'),
    discard: t('evidence.script.discard'),
    offline: t('evidence.script.offline'),
    failed: t('evidence.script.failed'),
    signedOut: t('evidence.script.signedOut'),
    wait: t('evidence.script.wait'),
    unsent: t('evidence.script.unsent'),
    tooLarge: t('evidence.refused.TOO_LARGE', { max: megabytes(MAX_EVIDENCE_BYTES) }),
    captionSaved: t('evidence.script.captionSaved'),
  });
}

export interface EvidencePageState {
  /** Ref of the component that is chosen; any value. */
  readonly chosen: string;
  readonly caption?: string;
  readonly error?: string;
}

/** The page without script: choose a file, say where it belongs, and see what is there. */
/** @param backHref the place in the form where the chosen component is */
export function evidencePageModel(
  wording: Wording,
  form: ExaminerForm,
  { chosen, caption = '', error }: EvidencePageState,
  backHref: string,
) {
  const { t } = wording.translator;
  const editable = form.definition.components.filter(({ ref }) => form.editable.includes(ref));
  const selected = editable.find(({ ref }) => ref === chosen)?.ref ?? (editable.length === 1 ? editable[0]?.ref : '');
  const label = (component: FormComponent) =>
    t('evidence.place', { process: component.workProcess.code, component: kindName(wording, component.kind) });
  return {
    action: paths.formEvidence(form.formId),
    backHref,
    caption,
    isOpen: form.refusal === null && editable.length > 0,
    accept: EVIDENCE_ACCEPT,
    hint: t('evidence.page.fileHint', { max: megabytes(MAX_EVIDENCE_BYTES) }),
    maxCaption: MAX_CAPTION,
    components: editable.map((component) => ({ value: component.ref, label: label(component) })),
    chosen: selected ?? '',
    errors: error === undefined ? [] : [{ field: 'bestand', message: error }],
    error,
    groups: form.definition.components
      .map((component) => ({
        title: kindName(wording, component.kind),
        text: t('examiner.form.stepTitle', { ...component.workProcess }),
        isEditable: form.refusal === null && form.editable.includes(component.ref),
        items: itemsOf(wording, form, component.ref),
      }))
      .filter(({ items }) => items.length > 0),
  };
}
