/** Commands of examiners on their forms, and the return by the committee. */
import { v5 as uuidv5, v7 as uuidv7 } from 'uuid';
import { AskKind, AssessmentError, FormStatus, type TextRef } from '../../domain/assessment.ts';
import { type CaptionedEvidence, withoutCaptions } from '../../domain/evidence.ts';
import {
  canonicalSubmission,
  checkForm,
  type FormContent,
  type FormDefinition,
  FormErrorCode,
  formProgress,
  mergeComponents,
  takesEvidence,
} from '../../domain/form.ts';
import { type InvitationState, PairStatus } from '../../domain/invitation.ts';
import { examiningPolicy, FinishCodePolicy, linkExpiry, receiptExpiry } from '../../domain/school.ts';
import { Prisma } from '../../generated/prisma/client.ts';
import type { CommandHandler } from '../apply-command.ts';
import { saltedDigest } from '../chain.ts';
import { readDefinition } from '../form-definitions.ts';
import { CommandRefused, type UnitOfWork } from '../unit-of-work.ts';
import { followAgreement } from './agreement.ts';
import { markOfSubmitted, readSubmittedEvidence } from './evidence.ts';
import { finishSubject, useFinishCode } from './examiner-codes.ts';
import { examinerMail, initiatorMail, memberMail } from './mails.ts';
import { cleanReason, optionalReason, requireReason } from './reasons.ts';
import { streamsOfPairs, streamsOfSearch } from './streams.ts';

const COMMAND_NAMESPACE = '3f8d1a4e-4f65-5a30-9b7d-6d1f0f5b2a77';

interface FormKey {
  readonly assessmentId: string;
  readonly contactId: string;
}

/** The first words of a form. Refused with `FORM_ALREADY_STARTED` after that, which callers take as fine. */
export const startForm: CommandHandler<FormKey, null> = {
  type: 'startForm',
  streams: (_tx, command) => [command.assessmentId],
  async run(unit, command) {
    await unit.onAssessment(command.assessmentId, { type: 'startForm', examinerId: command.contactId });
    return null;
  },
};

export interface FinishForm extends FormKey {
  readonly invitationId: string;
  readonly content: FormContent;
  /** The revision that `content` was read from; another one by now is refused. Absent: not checked. */
  readonly revision?: number;
  /** Of the evidence that was on the screen (`evidenceMark`); other pieces, or other words under them, by now are refused. Absent: not checked. */
  readonly evidenceMark?: string;
  /** A code that was mailed and typed right, where the school wants one. */
  readonly codeId?: string;
}

export interface FinishFormValue {
  readonly submissionId: string;
  readonly contentDigest: string;
  readonly formVersion: number;
}

/**
 * Finishes a form: the content is stored with the criteria as scored, and never changes again.
 *
 * Refused with `CODE_NEEDED` where the school wants a code and this is none for this revision and its evidence.
 */
export const finishForm: CommandHandler<FinishForm, FinishFormValue> = {
  type: 'finishForm',
  // The last one to finish may make the words of the others needed.
  streams: (_tx, { assessmentId, invitationId }, { schoolId }) => ({
    ids: [assessmentId, invitationId],
    more: streamsOfSearch(schoolId, assessmentId),
  }),
  async run(unit, command) {
    const state = unit.assessment(command.assessmentId);
    const examiner = state.examiners[command.contactId];
    if (!examiner || examiner.invitationId !== command.invitationId) throw new CommandRefused('EXAMINER_UNKNOWN');
    // None of these waits for another's answer: they go out together, and the lock first.
    const [form] = await Promise.all([lockForm(unit, examiner.formId), unit.readContacts([command.contactId])]);
    const { definition } = form;
    const content =
      examiner.form === FormStatus.Returned ? await keepLocked(unit, command, definition) : command.content;
    const submissionId = uuidv7();
    const evidence = takesEvidence(definition) ? await readEvidence(unit, command, form.id) : [];
    const { salt, digest } = saltedDigest(canonicalSubmission(content, evidence));
    // The state decides first: a finished or withdrawn form is told so, however empty the post.
    const changed = await unit.onAssessment(command.assessmentId, {
      type: 'finishForm',
      examinerId: command.contactId,
      scores: content.scores,
      contentDigest: digest,
      submissionId,
      evidence: withoutCaptions(evidence),
    });
    // A draft that was saved while the answers were being checked is shown first: nobody finishes what they did not see.
    if (command.revision !== undefined && command.revision !== form.revision)
      throw new CommandRefused('CHANGED_MEANWHILE');
    if (command.evidenceMark !== undefined && command.evidenceMark !== markOfSubmitted(evidence))
      throw new CommandRefused('CHANGED_MEANWHILE');
    refuseIncomplete(definition, content, evidence);
    await checkCode(unit, command, form, evidence);
    const formVersion = changed.after.examiners[command.contactId]?.formVersion ?? 1;
    storeContent(unit, form, content, { submissionId, formVersion, salt, digest, evidence });
    unit.onInvitation(command.invitationId, {
      type: 'finishPair',
      assessmentId: command.assessmentId,
      receiptExpiresAt: receiptExpiry(unit.nowIso),
    });
    await followAgreement(unit, command.assessmentId, changed);
    await queueFinishMails(
      unit,
      command,
      submissionId,
      changed.events.some((event) => event.type === 'AssessmentAssessed'),
    );
    return { submissionId, contentDigest: digest, formVersion };
  },
};

function readEvidence(unit: UnitOfWork, { contactId }: FinishForm, formId: string): Promise<CaptionedEvidence[]> {
  return readSubmittedEvidence(unit.tx, { schoolId: unit.schoolId, formId, contactId });
}

/** @throws CommandRefused `EVIDENCE_REQUIRED` when evidence is all that is missing, `FORM_INCOMPLETE` otherwise */
function refuseIncomplete(
  definition: FormDefinition,
  content: FormContent,
  evidence: readonly CaptionedEvidence[],
): void {
  const errors = checkForm(
    definition,
    content,
    evidence.map(({ component }) => component),
  );
  if (errors.length === 0) return;
  const isOnlyEvidence = errors.every(({ code }) => code === FormErrorCode.EvidenceRequired);
  throw new CommandRefused(isOnlyEvidence ? AssessmentError.EvidenceRequired : AssessmentError.FormIncomplete);
}

/** Whatever page or script asked: without the code nothing is finished at a school that wants one. */
async function checkCode(
  unit: UnitOfWork,
  { contactId, codeId }: FinishForm,
  form: { readonly id: string; readonly revision: number },
  evidence: readonly CaptionedEvidence[],
): Promise<void> {
  const { finishCode } = examiningPolicy(await unit.settings());
  if (finishCode === FinishCodePolicy.Off) return;
  const subject = finishSubject(form.id, form.revision, markOfSubmitted(evidence));
  const of = { schoolId: unit.schoolId, contactId, subject };
  await useFinishCode(unit.tx, of, codeId, finishCode === FinishCodePolicy.Session);
}

/** After a return only the reopened components count; the others stay as they were finished. */
async function keepLocked(unit: UnitOfWork, command: FinishForm, definition: FormDefinition): Promise<FormContent> {
  const examiner = unit.assessment(command.assessmentId).examiners[command.contactId];
  const former = await unit.tx.formSubmission.findFirst({
    where: { schoolId: unit.schoolId, formId: examiner?.formId ?? '' },
    orderBy: { formVersion: 'desc' },
  });
  if (!examiner || !former) return command.content;
  return mergeComponents(definition, examiner.reopened, former.content as unknown as FormContent, command.content);
}

/** Drafts are saved under this lock too, so that a save at the same moment waits, and finds the form finished. */
export async function lockForm(
  unit: UnitOfWork,
  formId: string,
): Promise<{ id: string; revision: number; definition: FormDefinition }> {
  const rows = await unit.tx.$queryRaw<{ id: string; revision: number; definition: string }[]>`
    SELECT id, revision, definition::text AS definition FROM form
    WHERE id = ${formId}::uuid AND school_id = ${unit.schoolId}::uuid
    FOR UPDATE`;
  const row = rows[0];
  if (!row) throw new CommandRefused('FORM_UNKNOWN');
  return { ...row, definition: readDefinition(row.definition) };
}

/**
 * Has it written with what was decided. What is finished is also the newest revision, so that the draft never shows something
 * else. The definition goes from row to row: it is the one that was locked.
 */
export function storeContent(
  unit: UnitOfWork,
  form: { readonly id: string; readonly revision: number; readonly definition: FormDefinition },
  content: FormContent,
  given: {
    readonly submissionId: string;
    readonly formVersion: number;
    readonly salt: string;
    readonly digest: string;
    readonly evidence: readonly CaptionedEvidence[];
    /** The committee made this version; absent: the examiner did. */
    readonly edited?: { readonly byId: string; readonly reasonId: string };
  },
): void {
  const { schoolId, now } = unit;
  const revision = form.revision + 1;
  const json = JSON.stringify(content);
  const must = { rows: 1, otherwise: 'what was finished was not stored' };
  const revised = Prisma.sql`
    INSERT INTO form_revision (school_id, form_id, revision, based_on, content, saved_at)
    VALUES (${schoolId}::uuid, ${form.id}::uuid, ${revision}::int, ${form.revision}::int, ${json}::jsonb, ${now}::timestamptz)
    RETURNING revision`;
  const finished = Prisma.sql`
    UPDATE form SET revision = ${revision}::int, saved_at = ${now}::timestamptz,
      done_count = ${formProgress(form.definition, content).done}::int
    WHERE id = ${form.id}::uuid AND school_id = ${schoolId}::uuid
    RETURNING definition`;
  const submitted = Prisma.sql`
    INSERT INTO form_submission (id, school_id, form_id, form_version, content, definition, salt, content_digest, finished_at,
      evidence, edited_by_id, edit_reason_id)
    SELECT ${given.submissionId}::uuid, ${schoolId}::uuid, ${form.id}::uuid, ${given.formVersion}::int, ${json}::jsonb,
      finished_form.definition, ${given.salt}, ${given.digest}, ${now}::timestamptz, ${JSON.stringify(given.evidence)}::jsonb,
      ${given.edited?.byId ?? null}::uuid, ${given.edited?.reasonId ?? null}::uuid
    FROM finished_form
    RETURNING id`;
  unit.write(
    { name: 'finished_revision', sql: revised, must },
    { name: 'finished_form', sql: finished, must },
    { name: 'finished_submission', sql: submitted, must },
  );
}

async function queueFinishMails(
  unit: UnitOfWork,
  command: FinishForm,
  submissionId: string,
  isAssessed: boolean,
): Promise<void> {
  const { linkId } = unit.invitation(command.invitationId);
  unit.queueMail(
    await examinerMail(unit, 'confirmation', command.invitationId, command.contactId, {
      assessmentId: command.assessmentId,
      submissionId,
      linkId,
    }),
  );
  if (isAssessed) unit.queueMail(await initiatorMail(unit, 'allFinished', command.assessmentId));
}

export interface ReturnForm extends FormKey {
  readonly components: readonly string[];
  /** As typed; empty when the examiner asked: then what was asked is the reason; or when every component has one of its own. */
  readonly reason: string;
  /** As typed, by component; empty or absent: the reason above is that of the component. */
  readonly reasons?: Readonly<Record<string, string>>;
  /** The initiator gives back only what the examiner asked for; the committee may always. Absent: the committee. */
  readonly isByInitiator?: true;
}

/**
 * Reopens named components of a finished form; the examiner is told why. A question of the examiner to have it back is
 * answered with it. Refused to the initiator with `NOTHING_ASKED`, and with a problem of the reason (see reasons.ts).
 */
export const returnForm: CommandHandler<ReturnForm, null> = {
  type: 'returnForm',
  streams: (tx, { assessmentId }, { schoolId }) => streamsOfPairs(tx, schoolId, [assessmentId], null),
  async run(unit, command) {
    const examiner = unit.assessment(command.assessmentId).examiners[command.contactId];
    if (!examiner) throw new CommandRefused('EXAMINER_UNKNOWN');
    const isAsked = examiner.ask?.kind === AskKind.Return;
    if (command.isByInitiator && !(isAsked && isWithin(command.components, examiner.ask?.components)))
      throw new CommandRefused('NOTHING_ASKED');
    const reasons = await keepReasons(unit, command);
    const [first] = Object.values(reasons);
    const isWordless = cleanReason(command.reason) === '';
    // Given back without another word: the reason is what the examiner wrote.
    const asked = isAsked && isWordless ? examiner.ask?.reason : null;
    const isEachOwn = isWordless && command.components.every((ref) => reasons[ref] !== undefined);
    const reason =
      asked ??
      (isEachOwn && first
        ? first
        : await unit.keepText(command.assessmentId, 'returnReason', requireReason(command.reason)));
    const changed = await unit.onAssessment(command.assessmentId, {
      type: 'returnForm',
      examinerId: command.contactId,
      components: command.components,
      reason,
      ...(first ? { reasons } : {}),
    });
    await followAgreement(unit, command.assessmentId, changed);
    const { linkId } = reopen(unit, examiner.invitationId, command.assessmentId);
    unit.queueMail(
      await examinerMail(unit, 'returned', examiner.invitationId, command.contactId, {
        assessmentIds: [command.assessmentId],
        linkId,
        textId: reason.textId,
        ...(first ? { componentTextIds: textIds(reasons) } : {}),
        ...(isAsked ? { isAgreed: true } : {}),
      }),
    );
    return null;
  },
};

/** Reasons of their own that components were given, in the order in which they were chosen. */
async function keepReasons(
  unit: UnitOfWork,
  { assessmentId, components, reasons = {} }: ReturnForm,
): Promise<Record<string, TextRef>> {
  const kept: Record<string, TextRef> = {};
  for (const ref of components) {
    const words = optionalReason(reasons[ref] ?? '');
    if (words !== '') kept[ref] = await unit.keepText(assessmentId, 'returnReason', words);
  }
  return kept;
}

function textIds(texts: Readonly<Record<string, TextRef>>): Record<string, string> {
  return Object.fromEntries(Object.entries(texts).map(([ref, { textId }]) => [ref, textId]));
}

/** @param asked absent: all */
function isWithin(refs: readonly string[], asked: readonly string[] | undefined): boolean {
  return asked === undefined || refs.every((ref) => asked.includes(ref));
}

/** It is open already for whoever was asked for one judgement. */
function reopen(unit: UnitOfWork, invitationId: string, assessmentId: string): InvitationState {
  const state = unit.invitation(invitationId);
  if (state.pairs[assessmentId] === PairStatus.Open) return state;
  const linkExpiresAt = linkExpiry(unit.nowIso, null);
  return unit.onInvitation(invitationId, { type: 'reopenPair', assessmentId, linkExpiresAt }).after;
}

/** "Dit was ik niet": stops finalising until a person has looked; the committee is told. */
export const disputeFinish: CommandHandler<FormKey, null> = {
  type: 'disputeFinish',
  streams: (_tx, command) => [command.assessmentId],
  async run(unit, command) {
    await unit.onAssessment(command.assessmentId, { type: 'disputeFinish', examinerId: command.contactId });
    const members = await unit.tx.membership.findMany({
      where: { schoolId: unit.schoolId, roles: { has: 'committee' }, endedAt: null },
      select: { id: true },
    });
    for (const member of members) {
      unit.queueMail(
        await memberMail(unit, 'finishDisputed', command.assessmentId, member.id, { contactId: command.contactId }),
      );
    }
    return null;
  },
};

/** The same press of the button on the same answers is one command, whatever was posted beside it. */
export function finishCommandId(formId: string, revision: number, nonce: string): string {
  return uuidv5(`finish|${formId}|${revision}|${nonce}`, COMMAND_NAMESPACE);
}

/** The command id that makes "first words" one command, however often it is tried. */
export function startCommandId(formId: string): string {
  return uuidv5(`start|${formId}`, COMMAND_NAMESPACE);
}
