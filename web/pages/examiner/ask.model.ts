/** "I am unable to assess this": the question, and the wait for its answer. Pure. */
import { AskKind, DeclineReason } from '../../../domain/assessment.ts';
import { MAX_REASON } from '../../../domain/text.ts';
import type { ExaminerForm, WorkItem } from '../../../prisma/repositories/examiner.ts';
import { whyInWords } from '../../asked-words.ts';
import { paths } from '../../paths.ts';
import { moment, type Wording } from '../../wording.ts';
import { hasAnswers } from './answers.model.ts';
import type { FieldMessage } from './words.ts';

/** As typed. */
export interface AskFields {
  readonly kind: string;
  readonly name: string;
  readonly email: string;
  readonly declineReason: string;
  readonly reason: string;
  readonly isAll: boolean;
  readonly isDraftShared: boolean;
}

export interface AskProblem {
  readonly code: string;
  readonly params: Readonly<Record<string, unknown>>;
}

/** Where each refusal is mended. */
const FIELD_OF = {
  KIND_REQUIRED: 'soort',
  DECLINE_REASON_REQUIRED: 'waarom',
  REASON_REQUIRED: 'reden',
  REASON_TOO_LONG: 'reden',
  TEXT_FORBIDDEN_CHARACTER: 'reden',
  TOO_OFTEN: 'reden',
  PROPOSAL_REQUIRED: 'naam',
  PROPOSAL_NAME_REQUIRED: 'naam',
  PROPOSAL_NAME_TOO_LONG: 'naam',
  PROPOSAL_ADDRESS_INVALID: 'email',
  PROPOSAL_YOURSELF: 'email',
  PROPOSAL_OF_INITIATOR: 'email',
  PROPOSAL_OF_STUDENT: 'email',
} as const;

function isKnown(code: string): code is keyof typeof FIELD_OF {
  return Object.hasOwn(FIELD_OF, code);
}

/** The sentence at the field where it is mended; null for what no field mends. */
export function askError({ translator: { t } }: Wording, form: ExaminerForm, problem: AskProblem): FieldMessage | null {
  const { code, params } = problem;
  if (!isKnown(code)) return null;
  const { length = 0, max = MAX_REASON, minutes = 0 } = params;
  const message = t(`examiner.ask.errors.${code}`, {
    name: form.initiatorName,
    length: Number(length),
    max: Number(max),
    minutes: Number(minutes),
  });
  return { field: FIELD_OF[code], message };
}

const ASKABLE: readonly string[] = ['open', 'started', 'returned', 'closed'];

/** Forms of the invitation about which a question can be asked, this one included. */
export function askableOf(form: Pick<ExaminerForm, 'siblings'>): WorkItem[] {
  return form.siblings.filter((item) => !item.isAsked && ASKABLE.includes(item.status));
}

/** Forms of the invitation that wait for an answer. */
export function askedOf(form: Pick<ExaminerForm, 'siblings'>): WorkItem[] {
  return form.siblings.filter((item) => item.isAsked && ASKABLE.includes(item.status));
}

export function askModel(
  { translator: { t } }: Wording,
  form: ExaminerForm,
  fields: AskFields,
  errors: readonly FieldMessage[],
) {
  const name = form.initiatorName;
  const count = askableOf(form).length;
  return {
    errors,
    lead: t('examiner.ask.lead', { name }),
    action: fields.kind === AskKind.HandOver ? paths.formHandOver(form.formId) : paths.formDecline(form.formId),
    cancelHref: paths.form(form.formId),
    crumb: form.studentName,
    kind: fields.kind,
    kinds: [
      { value: AskKind.Decline, label: t('examiner.ask.decline'), hint: t('examiner.ask.declineHint', { name }) },
      { value: AskKind.HandOver, label: t('examiner.ask.handOver'), hint: t('examiner.ask.handOverHint', { name }) },
    ],
    name: fields.name,
    email: fields.email,
    emailHint: t('examiner.ask.emailHint', { name }),
    scopes:
      count > 1
        ? [
            { value: 'deze', label: t('examiner.ask.scopeOne', { student: form.studentName }) },
            { value: 'alle', label: t('examiner.ask.scopeAll', { count }) },
          ]
        : [],
    scope: fields.isAll ? 'alle' : 'deze',
    whys: Object.values(DeclineReason).map((value) => ({ value, label: t(`returning.declineReason.${value}`) })),
    why: fields.declineReason,
    reason: fields.reason,
    reasonHint: t('returning.decline.wordsHint', { name }),
    canShare: hasFilledIn(form, askableOf(form)),
    isDraftShared: fields.isDraftShared,
    sendLabel: t('examiner.ask.send', { name }),
  };
}

/** What is said above the form while the question waits; null when nothing is asked. */
export function askedModel({ translator: { t } }: Wording, form: ExaminerForm) {
  if (form.ask === null) return null;
  const name = form.initiatorName;
  if (form.ask.kind === AskKind.Return)
    return { text: t('returning.wait.note'), action: '', href: paths.formMistake(form.formId) };
  const isHandOver = form.ask.kind === AskKind.HandOver;
  return {
    text: t(isHandOver ? 'examiner.ask.noteHandOver' : 'examiner.ask.noteDecline', { name }),
    action: paths.formDecline(form.formId),
  };
}

/** Whether anything can go along to whoever takes over: of this form, or of another one that is asked about with it. */
function hasFilledIn({ formId, content }: ExaminerForm, asked: readonly WorkItem[]): boolean {
  return hasAnswers(content) || asked.some((other) => other.formId !== formId && other.status !== 'open');
}

function sharedFact({ translator: { t } }: Wording, isShared: boolean) {
  const value = t(isShared ? 'returning.decline.isShared' : 'returning.decline.notShared');
  return { label: t('returning.decline.shared'), value };
}

/** The page that shows a question without an answer. @param form with an `ask` */
export function waitModel(wording: Wording, form: ExaminerForm) {
  const { t } = wording.translator;
  const { ask, initiatorName: name, studentName: student } = form;
  if (ask === null) return null;
  const key = ask.kind === AskKind.HandOver ? 'examiner.ask.waitHandOver' : 'examiner.ask.waitDecline';
  const asked = askedOf(form);
  const why = whyInWords(wording.translator, ask.declineReason, ask.reason);
  return {
    title: t('examiner.ask.waitTitle', { name }),
    lead: t(key, { moment: moment(wording, ask.askedAt), student }),
    facts: [
      ...(why === '' ? [] : [{ label: t('examiner.ask.waitReason'), value: why }]),
      ...(ask.proposal === null
        ? []
        : [{ label: t('examiner.ask.waitProposed'), value: ask.proposal.name, detail: ask.proposal.email }]),
      ...(ask.kind === AskKind.HandOver && (ask.isDraftShared || hasFilledIn(form, asked))
        ? [sharedFact(wording, ask.isDraftShared)]
        : []),
      ...(asked.length > 1
        ? [{ label: t('examiner.ask.scope'), value: asked.map(({ studentName }) => studentName).join(', ') }]
        : []),
    ],
    action: paths.formDecline(form.formId),
    formHref: paths.form(form.formId),
    listHref: form.siblings.length > 1 ? paths.workList() : '',
  };
}
