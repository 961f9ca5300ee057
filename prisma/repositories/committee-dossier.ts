/**
 * Everything the committee sees of one assessment. Drafts of examiners are not among it: only what was finished, and what an
 * examiner had written who was withdrawn before that.
 */
import type { AssessmentEvent, AssessmentState, ExaminerState } from '../../domain/assessment.ts';
import type { DecidingPolicy } from '../../domain/deciding.ts';
import type { ExamDefinition } from '../../domain/exam.ts';
import { findUnit, listUnitCodes } from '../../domain/exam-structure.ts';
import type { FormContent, FormDefinition } from '../../domain/form.ts';
import type { InvitationEvent } from '../../domain/invitation.ts';
import type { GradingScheme } from '../../domain/result.ts';
import { decidingPolicy, fullName, type SchoolSettings } from '../../domain/school.ts';
import { isSendable } from '../../platform/attachments.ts';
import { databaseClock } from '../client.ts';
import { type AddressChange, changeKey, readAddressChanges } from './address-changes.ts';
import { type DossierDocument, readDocuments } from './committee-documents.ts';
import { type DossierDraft, readDrafts } from './committee-drafts.ts';
import { type DossierMailLine, readMailLines } from './committee-mails.ts';
import { createFinishedEvidenceReads, type FinishedEvidence } from './examiner-evidence.ts';
import { type FormVersion, readFormVersions } from './form-versions.ts';
import type { SchoolScope } from './index.ts';

export type { DossierDocument, DossierMail } from './committee-documents.ts';

export interface StudentName {
  readonly name: string;
  readonly number: string | null;
  /** Names of groups, newest school year first. */
  readonly groups: readonly string[];
}

export interface DossierExaminer {
  readonly contactId: string;
  readonly name: string;
  readonly jobTitle: string;
  readonly organisation: string;
  readonly kind: 'school' | 'practice';
  /** Null: chosen, not invited yet. */
  readonly state: ExaminerState | null;
  readonly components: readonly string[];
  readonly invitation: DossierInvitation | null;
  /** The newest finished form; null when nothing was finished. */
  readonly submission: DossierSubmission | null;
  /** Every version of the form, oldest first; the newest is the submission. */
  readonly versions: readonly FormVersion[];
  /** Something was saved in the form since it was last finished. */
  readonly hasGoneOn: boolean;
  /** The form began with what the examiner had filled in who handed it over. */
  readonly isDraftHanded: boolean;
}

export interface DossierInvitation {
  readonly id: string;
  readonly status: string;
  readonly delivery: string;
  readonly deliveryAt: Date;
  readonly invitedAt: Date;
  readonly openedAt: Date | null;
  readonly remindersSent: number;
  readonly lastReminderAt: Date | null;
  readonly nextReminderAt: Date | null;
  /** Remark of the initiator in the mail; empty when there was none. */
  readonly remark: string;
  readonly attachments: readonly { readonly id: string; readonly name: string; readonly size: number }[];
}

export interface DossierSubmission {
  readonly formVersion: number;
  readonly finishedAt: Date;
  readonly content: FormContent;
  /** The criteria as they were scored. */
  readonly definition: FormDefinition;
  /** Photos and PDFs that were finished with it. */
  readonly evidence: readonly FinishedEvidence[];
  /** The member of the committee who made this version; null: the examiner did. */
  readonly editor: FormVersion['editor'];
}

export type DossierEventContent = AssessmentEvent | InvitationEvent;

export interface DossierEvent {
  /** `assessment`: of this stream; `invitation`: of one of its invitations. */
  readonly source: 'assessment' | 'invitation';
  readonly seq: number;
  readonly at: Date;
  readonly content: DossierEventContent;
  readonly actorKind: 'member' | 'examiner' | 'system';
  /** Empty for the system. */
  readonly actorName: string;
  /** The examiner it is about; empty when it is about nobody. */
  readonly aboutName: string;
  /** Who replaced that examiner, or whose work that examiner took over; empty for all else. */
  readonly otherName: string;
  /** When mail to the examiner went to another address than before; null otherwise, and when the mails are no longer kept. */
  readonly address: AddressChange | null;
  /** Where a document was sent again; empty for all else. */
  readonly office: string;
}

export interface DossierAttachment {
  readonly name: string;
  readonly mediaType: string;
  readonly sha256: string;
}

export interface Dossier {
  readonly id: string;
  /** Version of the stream: what a decision is based on. */
  readonly version: number;
  readonly asOf: Date;
  readonly state: AssessmentState;
  readonly student: StudentName;
  /** By what the student is known: the account is null before the first sign-in. */
  readonly studentIs: { readonly accountId: string | null; readonly email: string };
  readonly exam: ExamDefinition;
  readonly scheme: GradingScheme;
  readonly attempt: number;
  readonly initiatorName: string;
  readonly createdAt: Date;
  readonly returnCount: number;
  readonly examiners: readonly DossierExaminer[];
  /** In the order in which the examiners were withdrawn. */
  readonly drafts: readonly DossierDraft[];
  /** Oldest first. */
  readonly events: readonly DossierEvent[];
  /** Reasons by id of the text. */
  readonly texts: ReadonlyMap<string, string>;
  /** Newest version first. */
  readonly documents: readonly DossierDocument[];
  /** Who took the decision; empty before it. */
  readonly decidedBy: string;
  /** The member who started it. */
  readonly initiatorId: string;
  /** The school's rules for deciding. */
  readonly deciding: DecidingPolicy;
  /** All that went out, newest first. */
  readonly mails: readonly DossierMailLine[];
}

export function createDossierReader({ database, schoolId }: SchoolScope) {
  const { findFinishedEvidence, findDossierEvidence } = createFinishedEvidenceReads({ database, schoolId });

  async function readExaminers(assessmentId: string, state: AssessmentState): Promise<DossierExaminer[]> {
    const pairs = await database.assessmentExaminer.findMany({
      where: { schoolId, assessmentId },
      include: {
        contact: true,
        invitation: { include: { attachments: { include: { attachment: true } } } },
      },
    });
    const formIds = Object.values(state.examiners).map(({ formId }) => formId);
    const versions = await readFormVersions({ database, schoolId }, assessmentId);
    const forms = await database.form.findMany({
      where: { schoolId, id: { in: formIds } },
      select: { id: true, handedFromId: true, savedAt: true },
    });
    const formOf = new Map(forms.map((form) => [form.id, form]));
    const newest = new Map(versions.map((version) => [version.formId, version]));
    const named = (version: FormVersion) => version.evidence.map(({ evidenceId }) => evidenceId);
    const evidence = await findFinishedEvidence([...newest.values()].flatMap((version) => version.evidence));
    const remarks = await readTexts(pairs.flatMap(({ invitation }) => invitation?.remarkTextId ?? []));
    const examiners = pairs.map((pair): DossierExaminer => {
      const examinerState = state.examiners[pair.contactId] ?? null;
      const submission = newest.get(examinerState?.formId ?? '');
      const form = formOf.get(examinerState?.formId ?? '');
      const { invitation, contact } = pair;
      return {
        contactId: pair.contactId,
        name: contact.name,
        jobTitle: contact.jobTitle,
        organisation: contact.organisation,
        kind: contact.kind === 'school' ? 'school' : 'practice',
        state: examinerState,
        hasGoneOn: submission !== undefined && (form?.savedAt ?? submission.at) > submission.at,
        isDraftHanded: form != null && form.handedFromId !== null,
        versions: versions.filter(({ formId }) => formId === examinerState?.formId),
        components: examinerState?.components ?? pair.components,
        invitation: invitation && {
          id: invitation.id,
          status: invitation.status,
          delivery: invitation.delivery,
          deliveryAt: invitation.deliveryAt,
          invitedAt: invitation.invitedAt,
          openedAt: invitation.openedAt,
          remindersSent: invitation.remindersSent,
          lastReminderAt: invitation.lastReminderAt,
          nextReminderAt: invitation.nextReminderAt,
          remark: remarks.get(invitation.remarkTextId ?? '') ?? '',
          attachments: invitation.attachments.map(({ attachment }) => ({
            id: attachment.id,
            name: attachment.name,
            size: attachment.size,
          })),
        },
        submission: submission
          ? {
              formVersion: submission.formVersion,
              finishedAt: submission.at,
              content: submission.content,
              definition: submission.definition,
              editor: submission.editor,
              evidence: evidence.filter(({ id }) => named(submission).includes(id)),
            }
          : null,
      };
    });
    return examiners.sort((a, b) => orderOf(a).localeCompare(orderOf(b)));
  }

  async function readTexts(ids: readonly string[]): Promise<Map<string, string>> {
    if (ids.length === 0) return new Map();
    const notes = await database.textNote.findMany({ where: { schoolId, id: { in: [...ids] } } });
    return new Map(notes.map((note) => [note.id, note.body]));
  }

  async function readEvents(assessmentId: string, examiners: readonly DossierExaminer[]): Promise<DossierEvent[]> {
    const invitationIds = examiners.flatMap(({ invitation }) => invitation?.id ?? []);
    const rows = await database.event.findMany({
      where: { schoolId, streamId: { in: [assessmentId, ...invitationIds] } },
      orderBy: [{ at: 'asc' }, { seq: 'asc' }],
    });
    const named = new Map(examiners.map((examiner) => [examiner.contactId, examiner.name]));
    const ofInvitation = new Map(examiners.map((examiner) => [examiner.invitation?.id ?? '', examiner.name]));
    const names = await readNames(rows.flatMap((row) => row.actorId ?? []));
    const addresses = await readAddressChanges({ database, schoolId }, rows, invitationIds);
    const offices = await readOffices(rows);
    return rows.map((row) => {
      const content = { type: row.type, ...JSON.parse(row.body) } as DossierEventContent;
      const isOwn = row.streamId === assessmentId;
      const about = 'examinerId' in content ? named.get(content.examinerId ?? '') : undefined;
      return {
        source: isOwn ? 'assessment' : 'invitation',
        seq: row.seq,
        at: row.at,
        content,
        actorKind: row.actorKind as DossierEvent['actorKind'],
        actorName: names.get(row.actorId ?? '') ?? '',
        otherName: named.get(otherIdOf(content) ?? '') ?? '',
        aboutName: about ?? (isOwn ? '' : (ofInvitation.get(row.streamId) ?? '')),
        address: addresses.get(changeKey(row)) ?? null,
        office: content.type === 'DocumentResent' ? (offices.get(content.officeAddressId) ?? '') : '',
      };
    });
  }

  /** Addresses to which documents were sent again, by id. */
  async function readOffices(rows: readonly { readonly type: string; readonly body: string }[]) {
    const resent = rows.filter(({ type }) => type === 'DocumentResent');
    if (resent.length === 0) return new Map<string, string>();
    const ids = resent.map(({ body }): string => JSON.parse(body).officeAddressId);
    const offices = await database.officeAddress.findMany({ where: { schoolId, id: { in: ids } } });
    return new Map(offices.map(({ id, email }) => [id, email]));
  }

  /** Members and examiners by id. */
  async function readNames(ids: readonly string[]): Promise<Map<string, string>> {
    const unique = [...new Set(ids)];
    if (unique.length === 0) return new Map();
    const [members, contacts] = await Promise.all([
      database.membership.findMany({ where: { schoolId, id: { in: unique } }, include: { account: true } }),
      database.contact.findMany({ where: { schoolId, id: { in: unique } }, select: { id: true, name: true } }),
    ]);
    return new Map([
      ...members.map((member): [string, string] => [member.id, fullName(member.account)]),
      ...contacts.map((contact): [string, string] => [contact.id, contact.name]),
    ]);
  }

  return {
    findDossierEvidence,

    /** A file of an invitation of this assessment, or null; what the virus scanner refused or has not seen yet is not there. */
    async findDossierAttachment(assessmentId: string, attachmentId: string): Promise<DossierAttachment | null> {
      const row = await database.invitationAttachment.findFirst({
        where: { schoolId, attachmentId, invitation: { pairs: { some: { assessmentId } } } },
        include: { attachment: true },
      });
      if (row === null || !isSendable(row.attachment.scan)) return null;
      const { name, mediaType, sha256 } = row.attachment;
      return { name, mediaType, sha256 };
    },

    /** @returns null when the school has no such assessment */
    async findDossier(assessmentId: string): Promise<Dossier | null> {
      const [row, stream] = await Promise.all([
        database.assessment.findFirst({
          where: { schoolId, id: assessmentId },
          include: {
            student: { include: { groups: { include: { group: true } } } },
            examVersion: { select: { definition: true } },
            gradingScheme: { select: { definition: true } },
            initiator: { include: { account: true } },
            school: { select: { settings: true } },
          },
        }),
        database.stream.findFirst({ where: { schoolId, id: assessmentId } }),
      ]);
      if (!row || !stream) return null;
      const state = stream.state as unknown as AssessmentState;
      const examiners = await readExaminers(assessmentId, state);
      const [events, documents, mails, asOf] = await Promise.all([
        readEvents(assessmentId, examiners),
        readDocuments({ database, schoolId }, assessmentId),
        readMailLines(
          { database, schoolId },
          assessmentId,
          examiners.flatMap(({ invitation }) => invitation?.id ?? []),
        ),
        databaseClock.now(database),
      ]);
      const [decidedBy, drafts, texts] = await Promise.all([
        readNames(state.decision ? [state.decision.decidedBy] : []),
        readDrafts({ database, schoolId }, assessmentId, { state, examiners, events }),
        readTexts(events.flatMap(({ content }) => textIdOf(content))),
      ]);
      return {
        id: row.id,
        version: stream.version,
        asOf,
        state,
        student: studentName(row.student),
        studentIs: { accountId: row.student.accountId, email: row.student.email },
        exam: row.examVersion.definition as unknown as ExamDefinition,
        scheme: row.gradingScheme.definition as unknown as GradingScheme,
        attempt: row.attempt,
        initiatorName: fullName(row.initiator.account),
        createdAt: row.createdAt,
        returnCount: row.returnCount,
        examiners,
        drafts,
        events,
        texts,
        documents,
        decidedBy: decidedBy.get(state.decision?.decidedBy ?? '') ?? '',
        initiatorId: row.initiatorId,
        deciding: decidingPolicy(row.school.settings as unknown as SchoolSettings),
        mails,
      };
    },
  };
}

/** Examiners in the order in which they were invited, whoever was not at the end. */
function orderOf(examiner: DossierExaminer): string {
  return `${examiner.state?.invitedAt ?? '9'} ${examiner.name}`;
}

function otherIdOf(content: DossierEventContent): string | undefined {
  if (content.type === 'ExaminerInvited') return content.handedFrom;
  return content.type === 'ExaminerWithdrawn' ? content.replacedBy : undefined;
}

function textIdOf(content: DossierEventContent): string[] {
  const own = content.type === 'FormReturned' ? Object.values(content.reasons ?? {}) : [];
  if ('reason' in content && content.reason) return [content.reason, ...own].map(({ textId }) => textId);
  // Of a proposal, or of what was agreed.
  return 'justification' in content && content.justification ? [content.justification.textId] : [];
}

/** Titles of the assessed units; the title of the exam when all of it is assessed. */
export function describeUnits(exam: ExamDefinition, unitCodes: readonly string[]): string {
  const isWhole = listUnitCodes(exam).every((code) => unitCodes.includes(code));
  if (isWhole) return exam.title;
  return unitCodes.map((code) => `${code} ${findUnit(exam, code)?.title ?? ''}`.trim()).join(', ');
}

interface StudentRow {
  readonly givenName: string;
  readonly infix: string;
  readonly familyName: string;
  readonly number: string | null;
  readonly groups: readonly { readonly group: { readonly name: string; readonly schoolYear: string } }[];
}

/** The name of a student with number and groups, newest school year first. */
export function studentName(student: StudentRow): StudentName {
  const groups = student.groups.map(({ group }) => group).sort((a, b) => b.schoolYear.localeCompare(a.schoolYear));
  return { name: fullName(student), number: student.number, groups: groups.map((group) => group.name) };
}
