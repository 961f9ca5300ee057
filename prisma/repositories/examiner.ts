/** What an examiner sees and saves. Every read names the invitations that the visitor's links grant. */
import {
  AskKind,
  type AskState,
  type AssessmentState,
  AssessmentStatus,
  type DeclineReason,
  type ExaminerState,
  FormStatus,
} from '../../domain/assessment.ts';
import type { CaptionedEvidence } from '../../domain/evidence.ts';
import { emptyForm, type FormContent, type FormDefinition } from '../../domain/form.ts';
import { examiningPolicy, type FinishCodePolicy, fullName, type SchoolSettings } from '../../domain/school.ts';
import { isSendable } from '../../platform/attachments.ts';
import { findSideVersions, type SideVersion } from '../commands/draft-versions.ts';
import {
  type DraftRefusal,
  editableComponents,
  type OpenForm,
  type ResolveDraft,
  refusalOf,
  resolveDraft,
  type SaveDraft,
  type SaveDraftResult,
  saveDraft,
  saveReadDraft,
} from '../commands/drafts.ts';
import { readDefinition } from '../form-definitions.ts';
import { type AgreementTurn, agreementTurn } from './examiner-agreement.ts';
import { createEvidenceReads, type ExaminerEvidence } from './examiner-evidence.ts';
import { type DraftRow, findDraftRow, findFormRow, type SubmissionRow } from './examiner-form-row.ts';
import { dateOf, listWork, toWorkItems, type WorkItem } from './examiner-work.ts';
import type { SchoolScope } from './index.ts';
import { describeSchool, type SchoolInfo } from './links.ts';

export interface FormSubmissionInfo {
  readonly formVersion: number;
  /** When the examiner finished it. */
  readonly finishedAt: Date;
  /** When the committee made this version of it, and why; null: the examiner did. */
  readonly correction: FormCorrection | null;
  /** SHA-256, hex. */
  readonly contentDigest: string;
  readonly content: FormContent;
  /** The criteria as they were scored. */
  readonly definition: FormDefinition;
  readonly evidence: readonly CaptionedEvidence[];
}

export interface FormCorrection {
  readonly at: Date;
  readonly reason: string;
}

/** `finishedAt`: when this version was made. */
export type FinishedVersion = Pick<
  FormSubmissionInfo,
  'formVersion' | 'finishedAt' | 'content' | 'definition' | 'evidence' | 'correction'
>;

export interface AttachmentInfo {
  readonly id: string;
  readonly name: string;
  readonly mediaType: string;
  /** Bytes. */
  readonly size: number;
  readonly sha256: string;
}

/** One work process at a time, or all of them. */
export type FormViewChoice = 'step' | 'all';

export interface ExaminerAsk {
  readonly kind: AskKind;
  readonly askedAt: Date;
  /** In words; empty where a chosen reason says it all. */
  readonly reason: string;
  readonly declineReason?: DeclineReason;
  readonly isDraftShared: boolean;
  /** Of a finished form that is asked back; empty for another question. */
  readonly components: readonly string[];
  /** Null when nobody is proposed, or it was erased. */
  readonly proposal: { readonly name: string; readonly email: string } | null;
}

export interface ExaminerForm {
  readonly formId: string;
  readonly assessmentId: string;
  readonly contactId: string;
  readonly invitationId: string;
  readonly school: SchoolInfo;
  readonly studentName: string;
  readonly examTitle: string;
  readonly attempt: number;
  readonly dueAt: Date | null;
  /** From then on no scores are taken. */
  readonly closesAt: Date | null;
  readonly initiatorName: string;
  /** Of the initiator, in the mail; empty when there was none. */
  readonly remark: string;
  readonly attachments: readonly AttachmentInfo[];
  readonly definition: FormDefinition;
  /** Put with its components by this examiner, oldest first. */
  readonly evidence: readonly ExaminerEvidence[];
  readonly revision: number;
  readonly savedAt: Date | null;
  /** The draft as it stands. */
  readonly content: FormContent;
  readonly status: FormStatus;
  readonly isDisputed: boolean;
  /** Why nothing can be filled in; null when it can. */
  readonly refusal: DraftRefusal | null;
  /** Components that can be filled in. */
  readonly editable: readonly string[];
  /** The record knows of first words. */
  readonly isStarted: boolean;
  /** Version of the assessment's stream, and the database's clock, when all of this was read. */
  readonly streamVersion: number;
  readonly readAt: Date;
  /** Whether the school wants a mailed code for finishing. */
  readonly finishCode: FinishCodePolicy;
  /** Why the form came back, and what the examiner had asked; null unless it did. `asked`: empty, the school took the step. */
  readonly returned: {
    readonly at: Date;
    /** For all that came back. */
    readonly reason: string;
    /** By component ref, where they have their own. */
    readonly reasons: Readonly<Record<string, string>>;
    readonly asked: string;
  } | null;
  readonly initiatorEmail: string;
  /** The result is decided. */
  readonly isFinal: boolean;
  /** Who handed this work over with what was filled in; empty when it began empty. */
  readonly draftOf: string;
  /** The newest finished form. */
  readonly submission: FormSubmissionInfo | null;
  readonly sideVersions: readonly SideVersion[];
  /** What the examiner asked instead of scoring and has no answer to; null for nothing. */
  readonly ask: ExaminerAsk | null;
  /** Whether examiners look for one judgement, and whose turn it is. */
  readonly agreement: AgreementTurn;
  /** How this examiner wants to see forms; empty: never said. */
  readonly formView: FormViewChoice | '';
  /** Notes that the examiner made while observing. */
  readonly noteCount: number;
  /** All forms of the same invitation, this one included, in the order of the work list. */
  readonly siblings: readonly WorkItem[];
}

export type { WorkInvitation, WorkItem, WorkStatus } from './examiner-work.ts';

export type ExaminerRepository = ReturnType<typeof createExaminerRepository>;

/** What a save needs to know of a form. */
export type DraftForm = Pick<
  ExaminerForm,
  | 'formId'
  | 'assessmentId'
  | 'contactId'
  | 'invitationId'
  | 'school'
  | 'definition'
  | 'revision'
  | 'savedAt'
  | 'content'
  | 'refusal'
  | 'editable'
  | 'isStarted'
  | 'streamVersion'
  | 'readAt'
>;

export function createExaminerRepository(scope: SchoolScope) {
  const { database, schoolId } = scope;

  /** The reason of the newest return of this form, and what the examiner had asked just before it. */
  async function findReturn(assessmentId: string, formId: string): Promise<ExaminerForm['returned']> {
    const events = await database.event.findMany({
      where: { schoolId, streamId: assessmentId, type: { in: RETURN_EVENTS } },
      orderBy: { seq: 'desc' },
      select: { type: true, at: true, body: true },
    });
    const own = events
      .map(({ type, at, body }) => ({ type, at, ...(JSON.parse(body) as ReturnBody) }))
      .filter((event) => event.formId === formId);
    const index = own.findIndex(({ type }) => type === 'FormReturned');
    const returned = own[index];
    if (!returned) return null;
    const before = own[index + 1];
    const askedId = before?.kind === AskKind.Return ? before.reason?.textId : undefined;
    const ownIds = Object.entries(returned.reasons ?? {}).map(([ref, { textId }]): [string, string] => [ref, textId]);
    const ids = [returned.reason?.textId, askedId, ...ownIds.map(([, id]) => id)].flatMap((id) => id ?? []);
    const notes = await database.textNote.findMany({ where: { schoolId, id: { in: ids } } });
    const textOf = (id: string | undefined) => notes.find((note) => note.id === id)?.body ?? '';
    // Given back without another word, the reason is what was asked; with a reason for each component, the first of those.
    const isSaid = [askedId, ...ownIds.map(([, id]) => id)].includes(returned.reason?.textId);
    const reasons = Object.fromEntries(ownIds.map(([ref, id]) => [ref, textOf(id)]));
    return { at: returned.at, reason: isSaid ? '' : textOf(returned.reason?.textId), reasons, asked: textOf(askedId) };
  }

  async function describeAsk(ask: AskState): Promise<ExaminerAsk> {
    const { kind, askedAt, reason, proposal, declineReason, isDraftShared = false, components = [] } = ask;
    const ids = [reason, proposal].flatMap((text) => text?.textId ?? []);
    const notes = await database.textNote.findMany({ where: { schoolId, id: { in: ids } } });
    const textOf = (id: string | undefined) => notes.find((note) => note.id === id)?.body ?? '';
    const proposed = textOf(proposal?.textId);
    return {
      kind,
      askedAt: new Date(askedAt),
      reason: textOf(reason?.textId),
      ...(declineReason ? { declineReason } : {}),
      isDraftShared,
      components,
      proposal: proposed === '' ? null : JSON.parse(proposed),
    };
  }

  return {
    ...createEvidenceReads(scope),
    listWork: (invitationIds: readonly string[]) => listWork(scope, invitationIds),

    async school(): Promise<SchoolInfo> {
      return describeSchool(await database.school.findUniqueOrThrow({ where: { id: schoolId } }));
    },

    /**
     * One form with all that its pages show.
     * @param invitationIds what the visitor's links grant
     * @returns null when there is no such form behind them
     */
    async findForm(formId: string, invitationIds: readonly string[]): Promise<ExaminerForm | null> {
      const row = await findFormRow(scope, formId, invitationIds);
      const found = row && toDraft(formId, row);
      if (!found) return null;
      const { draft, examiner } = found;
      const { assessmentId, contactId, state, now } = row;
      const { content, definition, refusal } = draft;
      const mustChoose = refusal === null && row.hasSideVersions;
      return {
        ...draft,
        studentName: fullName(row.student),
        examTitle: row.examTitle,
        attempt: row.attempt,
        dueAt: row.dueAt,
        closesAt: dateOf(state.closesAt),
        initiatorName: fullName(row.initiator),
        remark: row.remark ?? '',
        attachments: row.attachments ?? [],
        evidence: row.evidence ?? [],
        status: examiner.form,
        isDisputed: examiner.disputedAt !== null,
        finishCode: examiningPolicy(row.school.settings as SchoolSettings).finishCode,
        returned: examiner.form === FormStatus.Returned ? await findReturn(assessmentId, formId) : null,
        submission: row.submission && toSubmissionInfo(row.submission, examiner.finishedAt),
        sideVersions: mustChoose ? await findSideVersions(database, { schoolId, formId, definition }, content) : [],
        ask: examiner.ask && isAskOpen(state) ? await describeAsk(examiner.ask) : null,
        agreement: agreementTurn(state, contactId),
        formView: row.formView,
        noteCount: row.noteCount,
        initiatorEmail: row.initiatorEmail,
        isFinal: state.status === AssessmentStatus.Final,
        draftOf: row.draftOf ?? '',
        siblings: toWorkItems(row.items, now),
      };
    },

    /** The same for a save, which is asked for with every pause in typing and needs little of it. */
    async findDraft(formId: string, invitationIds: readonly string[]): Promise<DraftForm | null> {
      const row = await findDraftRow(scope, formId, invitationIds);
      return (row && toDraft(formId, row)?.draft) ?? null;
    },

    /** All that was finished of a form, oldest first. */
    async findVersions(formId: string): Promise<FinishedVersion[]> {
      const rows = await database.formSubmission.findMany({
        where: { schoolId, formId },
        orderBy: { formVersion: 'asc' },
        select: {
          formVersion: true,
          finishedAt: true,
          content: true,
          definition: true,
          evidence: true,
          editedById: true,
          editReasonId: true,
        },
      });
      const ids = rows.flatMap(({ editReasonId }) => editReasonId ?? []);
      const notes = ids.length === 0 ? [] : await database.textNote.findMany({ where: { schoolId, id: { in: ids } } });
      const reasonOf = (id: string | null) => notes.find((note) => note.id === id)?.body ?? '';
      return rows.map(({ editedById, editReasonId, ...row }) => ({
        ...(row as unknown as Omit<FinishedVersion, 'correction'>),
        correction: editedById === null ? null : { at: row.finishedAt, reason: reasonOf(editReasonId) },
      }));
    },

    /** The assessments of these forms, in no order. */
    async findAssessments(formIds: readonly string[]): Promise<string[]> {
      const rows = await database.form.findMany({
        where: { schoolId, id: { in: [...formIds] } },
        select: { assessmentId: true },
      });
      return rows.map(({ assessmentId }) => assessmentId);
    },

    /** A file of one of these invitations, or null; what the virus scanner refused or has not seen yet is not there. */
    async findAttachment(attachmentId: string, invitationIds: readonly string[]): Promise<AttachmentInfo | null> {
      const row = await database.invitationAttachment.findFirst({
        where: { schoolId, attachmentId, invitationId: { in: [...invitationIds] } },
        include: { attachment: true },
      });
      return row === null || !isSendable(row.attachment.scan) ? null : describeAttachment(row.attachment);
    },

    /** Keeps how this examiner wants to see forms, on every device. */
    async rememberView(contactId: string, view: FormViewChoice): Promise<void> {
      await database.contact.updateMany({
        where: { schoolId, id: contactId, formView: { not: view } },
        data: { formView: view },
      });
    },

    /**
     * See {@link saveDraft}; the school is that of the repository.
     * @param read the form as this request read it, when nothing refused it
     */
    saveDraft: (save: Omit<SaveDraft, 'schoolId'>, read?: OpenForm): Promise<SaveDraftResult> =>
      read ? saveReadDraft(database, { ...save, schoolId }, read) : saveDraft(database, { ...save, schoolId }),

    /** See {@link resolveDraft}; the school is that of the repository. */
    resolveDraft: (choice: Omit<ResolveDraft, 'schoolId'>) => resolveDraft(database, { ...choice, schoolId }),
  };
}

/** @returns null when the examiner has another form by now: after a withdrawal and a new invitation */
function toDraft(formId: string, row: DraftRow): { draft: DraftForm; examiner: ExaminerState } | null {
  const { assessmentId, contactId, invitationId, revision, savedAt, state, streamVersion, now } = row;
  const examiner = state.examiners[contactId];
  if (examiner?.formId !== formId) return null;
  const definition = readDefinition(row.definition);
  const draft = {
    formId,
    assessmentId,
    contactId,
    invitationId,
    school: describeSchool(row.school),
    definition,
    revision,
    savedAt,
    content: row.content ?? emptyForm(),
    refusal: refusalOf({ state }, contactId, now),
    editable: editableComponents(definition, examiner),
    isStarted: examiner.startedAt !== null,
    streamVersion,
    readAt: now,
  };
  return { draft, examiner };
}

/** @param finishedAt when the examiner finished the form last, by the record */
function toSubmissionInfo(
  { isEdited, reason, finishedAt: at, ...row }: SubmissionRow,
  finishedAt: string | null,
): FormSubmissionInfo {
  return {
    ...row,
    finishedAt: new Date(isEdited ? (finishedAt ?? at) : at),
    correction: isEdited ? { at: new Date(at), reason: reason ?? '' } : null,
  };
}

/** What tells whether a return was asked for. */
const RETURN_EVENTS = ['FormReturned', 'FormFinished', 'ExaminerAsked', 'AskTakenBack', 'AskAnswered'];

interface ReturnBody {
  readonly formId: string;
  readonly kind?: AskKind;
  readonly reason?: { readonly textId: string } | null;
  readonly reasons?: Readonly<Record<string, { readonly textId: string }>>;
}

/** Of what is cancelled or decided nothing is left to answer. */
function isAskOpen({ status }: AssessmentState): boolean {
  return status !== AssessmentStatus.Cancelled && status !== AssessmentStatus.Final;
}

function describeAttachment(row: AttachmentInfo): AttachmentInfo {
  const { id, name, mediaType, size, sha256 } = row;
  return { id, name, mediaType, size, sha256 };
}
