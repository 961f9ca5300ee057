/**
 * What an examiner asks of the initiator instead of scoring, and what the initiator answers. That a finished form is asked
 * back: see returning.ts.
 *
 * Contract
 * 1. While a question waits for its answer, nobody is reminded of that assessment; scores and words stay, and the examiner may
 *    go on: finishing the form, or taking the question back, ends it.
 * 2. One question may be about several assessments of an invitation; it is one mail. So is the answer.
 * 3. Nobody is invited because an examiner proposes them: a person says yes first, and every rule of an invitation holds.
 * 4. What was filled in goes along to whoever takes over only when the examiner said so; notes and evidence never do.
 */
import { AskKind, type AskState, DeclineReason, type ExaminerState, FormStatus } from '../../domain/assessment.ts';
import type { Lang } from '../../domain/school.ts';
import { cleanLine, isPresent, textLength } from '../../domain/text.ts';
import { emailAddressKey, mailboxOf, normaliseEmailAddress } from '../../platform/email-address.ts';
import { CONTACT_LIMITS } from '../../platform/import/contacts.ts';
import type { CommandHandler } from '../apply-command.ts';
import { lockAddressBook } from '../contact-rows.ts';
import { CommandRefused, type UnitOfWork } from '../unit-of-work.ts';
import { followAgreement } from './agreement.ts';
import { restoreContact, saveContact } from './contacts.ts';
import { readSchoolMailboxes } from './examiner-address.ts';
import { examinerMail, memberMail } from './mails.ts';
import { optionalReason, optionalReasonProblem, reasonProblem, requireReason, type TextProblem } from './reasons.ts';
import { type ConflictOverride, type ReplacementDone, replaceIn } from './replacing.ts';
import { streamsOfPairs } from './streams.ts';

/** Somebody whom an examiner proposes. */
export interface Proposal {
  readonly name: string;
  readonly email: string;
}

export interface AskInitiator {
  /** Assessments of the invitation; those that are finished, withdrawn or asked about already are left out. */
  readonly assessmentIds: readonly string[];
  readonly contactId: string;
  readonly invitationId: string;
  readonly kind: typeof AskKind.Decline | typeof AskKind.HandOver;
  /** Of a decline; null: one should have been chosen, which is refused. Absent: said in words alone. */
  readonly declineReason?: DeclineReason | null;
  /** As typed; required unless the chosen reason of a decline says it all. */
  readonly reason: string;
  /** Required for a hand-over, null for a decline. */
  readonly proposal: Proposal | null;
  /** Of a hand-over: what was filled in may go along. Absent: it may not. */
  readonly isDraftShared?: boolean;
}

/**
 * The examiner asks to be excused, or that somebody else does it. Value: the assessments that are asked about.
 *
 * Refused with `DECLINE_REASON_REQUIRED`, `REASON_REQUIRED`, `REASON_TOO_LONG`, `TEXT_FORBIDDEN_CHARACTER`, `PROPOSAL_REQUIRED`, `PROPOSAL_NAME_REQUIRED`,
 * `PROPOSAL_NAME_TOO_LONG` (params `max`), `PROPOSAL_ADDRESS_INVALID`, `PROPOSAL_YOURSELF`, `PROPOSAL_OF_INITIATOR`,
 * `PROPOSAL_OF_STUDENT`, `EXAMINER_UNKNOWN`; with `ASKED_ALREADY`, `FORM_ALREADY_FINISHED`, `FORM_WITHDRAWN`,
 * `ASSESSMENT_FINAL` or `ASSESSMENT_CANCELLED` when nothing is left to ask about.
 */
export const askInitiator: CommandHandler<AskInitiator, { assessmentIds: string[] }> = {
  type: 'askInitiator',
  streams: (_tx, command) => [command.invitationId, ...command.assessmentIds],
  async run(unit, command) {
    const { contactId, invitationId, kind } = command;
    const [problem] = askProblems(command);
    if (problem) throw new CommandRefused(problem.code, problem.params);
    const reason = optionalReason(command.reason);
    const initiatorId = await initiatorOf(unit, invitationId);
    const proposal = kind === AskKind.HandOver ? await readProposal(unit, command, initiatorId) : null;
    const asked: string[] = [];
    let refused: CommandRefused | null = null;
    let textId: string | undefined;
    for (const assessmentId of new Set(command.assessmentIds)) {
      const examiner = unit.assessment(assessmentId).examiners[contactId];
      if (examiner?.invitationId !== invitationId) throw new CommandRefused('EXAMINER_UNKNOWN');
      try {
        // Each assessment has texts of its own, because each is kept and erased on its own.
        const text = reason === '' ? null : await unit.keepText(assessmentId, 'askReason', reason);
        const proposed = proposal && (await unit.keepText(assessmentId, 'askProposal', JSON.stringify(proposal)));
        const asking = { kind, reason: text, proposal: proposed, ...choicesOf(command) };
        await unit.onAssessment(assessmentId, { type: 'ask', examinerId: contactId, ...asking });
        unit.onInvitation(invitationId, { type: 'pausePair', assessmentId });
        textId ??= text?.textId;
        asked.push(assessmentId);
      } catch (error) {
        if (!(error instanceof CommandRefused)) throw error;
        refused ??= error;
      }
    }
    const [first] = asked;
    if (first === undefined) throw refused ?? new CommandRefused('EXAMINER_UNKNOWN');
    const reference = { invitationId, contactId, assessmentIds: asked, ...(textId === undefined ? {} : { textId }) };
    unit.queueMail(await memberMail(unit, 'asked', first, initiatorId, reference));
    return { assessmentIds: asked };
  },
};

function choicesOf({ kind, declineReason, isDraftShared }: AskInitiator) {
  if (kind === AskKind.Decline) return declineReason ? { declineReason } : {};
  return isDraftShared ? ({ isDraftShared: true } as const) : {};
}

async function initiatorOf({ tx, schoolId }: UnitOfWork, invitationId: string): Promise<string> {
  const found = await tx.invitation.findFirst({ where: { id: invitationId, schoolId }, select: { initiatorId: true } });
  if (!found) throw new CommandRefused('INVITATION_NOT_FOUND');
  return found.initiatorId;
}

/** All that is wrong with what was typed, so that a page can say it at once; who the mailboxes are of, the command says. */
export function askProblems({
  kind,
  declineReason,
  reason,
  proposal,
}: Pick<AskInitiator, 'kind' | 'declineReason' | 'reason' | 'proposal'>): TextProblem[] {
  const isDecline = kind === AskKind.Decline;
  const isUnchosen = isDecline && declineReason === null;
  const chosen = isUnchosen ? [{ code: 'DECLINE_REASON_REQUIRED', params: {} }] : [];
  const problems = isDecline ? chosen : proposalProblems(proposal);
  // Words explain what no reason to choose says; with the others they are welcome.
  const saysItAll = isDecline && declineReason !== undefined && declineReason !== DeclineReason.Other;
  const problem = saysItAll ? optionalReasonProblem(reason) : reasonProblem(reason);
  return problem ? [...problems, problem] : problems;
}

function proposalProblems(proposal: Proposal | null): TextProblem[] {
  if (proposal === null) return [{ code: 'PROPOSAL_REQUIRED', params: {} }];
  const max = CONTACT_LIMITS.name;
  const name = cleanName(proposal.name);
  const problems: TextProblem[] = [];
  if (!isPresent(name)) problems.push({ code: 'PROPOSAL_NAME_REQUIRED', params: {} });
  if (textLength(name) > max) problems.push({ code: 'PROPOSAL_NAME_TOO_LONG', params: { max } });
  if (normaliseEmailAddress(proposal.email) === undefined)
    problems.push({ code: 'PROPOSAL_ADDRESS_INVALID', params: {} });
  return problems;
}

/** Control characters have no place in a line; pasted ones go unseen. */
function cleanName(typed: string): string {
  return cleanLine(typed.replace(/[^\P{Cc}\s]/gu, ''));
}

/** Of the school itself only initiator and students are looked for: a colleague of the initiator may examine. */
async function readProposal(unit: UnitOfWork, command: AskInitiator, initiatorId: string): Promise<Proposal> {
  if (command.proposal === null) throw new CommandRefused('PROPOSAL_REQUIRED');
  const name = cleanName(command.proposal.name);
  const email = normaliseEmailAddress(command.proposal.email);
  if (email === undefined) throw new CommandRefused('PROPOSAL_ADDRESS_INVALID');
  const own = await unit.contact(command.contactId);
  const mailbox = mailboxOf(email);
  if (mailboxOf(own.email) === mailbox) throw new CommandRefused('PROPOSAL_YOURSELF');
  const mailboxes = await readSchoolMailboxes(unit.tx, unit.schoolId, [mailbox]);
  const staff = mailboxes.staff.get(mailbox) ?? [];
  if (staff.some(({ membershipId }) => membershipId === initiatorId)) throw new CommandRefused('PROPOSAL_OF_INITIATOR');
  if (mailboxes.students.has(mailbox)) throw new CommandRefused('PROPOSAL_OF_STUDENT');
  return { name, email };
}

export interface TakeBackAsk {
  readonly assessmentIds: readonly string[];
  readonly contactId: string;
}

/**
 * The examiner goes on after all. What is not asked (any more) is left as it is.
 *
 * Refused with `NOTHING_ASKED`, or the reason why the assessment takes nothing any more.
 */
export const takeBackAsk: CommandHandler<TakeBackAsk, null> = {
  type: 'takeBackAsk',
  streams: (tx, command, { schoolId }) => streamsOfPairs(tx, schoolId, command.assessmentIds, [command.contactId]),
  async run(unit, { assessmentIds, contactId }) {
    const asking = assessmentIds.filter((id) => unit.assessment(id).examiners[contactId]?.ask !== undefined);
    if (asking.length === 0) throw new CommandRefused('NOTHING_ASKED');
    for (const assessmentId of asking) {
      const isPaused = unit.assessment(assessmentId).examiners[contactId]?.ask?.kind !== AskKind.Return;
      const { invitationId } = await endAsk(unit, assessmentId, contactId, { type: 'takeBackAsk' });
      if (isPaused) unit.onInvitation(invitationId, { type: 'resumePair', assessmentId });
    }
    return null;
  },
};

async function endAsk(
  unit: UnitOfWork,
  assessmentId: string,
  contactId: string,
  ending:
    | { readonly type: 'takeBackAsk' }
    | {
        readonly type: 'answerAsk';
        readonly isAgreed: boolean;
        readonly reason: { textId: string; digest: string } | null;
      },
): Promise<ExaminerState> {
  const { after } = await unit.onAssessment(assessmentId, { ...ending, examinerId: contactId });
  const examiner = after.examiners[contactId];
  if (!examiner) throw new CommandRefused('EXAMINER_UNKNOWN');
  // Another invitation came in between reading and locking.
  if (!unit.hasStream(examiner.invitationId)) throw new CommandRefused('CHANGED_MEANWHILE');
  return examiner;
}

/** Somebody to invite who may not be in the address book. */
export interface NewContact {
  readonly name: string;
  readonly email: string;
  readonly jobTitle?: string;
  readonly organisation?: string;
  /** `school` or `practice`; absent: practice. */
  readonly kind?: string;
  readonly lang?: Lang;
}

export interface AnswerAsk {
  readonly assessmentIds: readonly string[];
  /** Who asked. */
  readonly contactId: string;
  readonly isAgreed: boolean;
  /** As typed; required with a no. */
  readonly reason: string;
  /** Who does it instead, from the address book. */
  readonly replacement: string | null;
  /** Who does it instead; the contact with this address, added when there is none. Not together with `replacement`. */
  readonly createContact: NewContact | null;
  /** For the new examiner, above the button of the invitation; empty for none. */
  readonly remark: string;
  readonly initiatorId: string;
  /** Key id with which links are derived. */
  readonly kid: string;
  /** Reasons to go on where a rule about examiners warns. */
  readonly overrides?: readonly ConflictOverride[];
}

export interface AnswerAskValue {
  readonly replacementId: string | null;
  readonly invitationIds: string[];
}

/**
 * The initiator answers, for all named assessments the same. A no: the examiner is told why, and reminders go on. A yes: the
 * examiner is excused, and told so; somebody else is invited when named, which a yes to a hand-over requires.
 *
 * Refused with `NOTHING_ASKED` (params `assessmentId`) when one of them needs no answer any more, `REASON_REQUIRED`,
 * `RETURN_ASKED` for a yes to who wants a finished form back,
 * `REPLACEMENT_REQUIRED`, a reason of `saveContact` for a contact that cannot be added, or a reason of `replaceExaminer`.
 */
export const answerAsk: CommandHandler<AnswerAsk, AnswerAskValue> = {
  type: 'answerAsk',
  // Without this examiner all may have finished, and the words of the others be needed.
  streams: (tx, command, { schoolId }) => streamsOfPairs(tx, schoolId, command.assessmentIds, null),
  async run(unit, command) {
    const { assessmentIds, contactId, isAgreed } = command;
    const reason = isAgreed ? optionalReason(command.reason) : requireReason(command.reason);
    const asks = assessmentIds.map((id) => askOf(unit, id, contactId));
    if (asks.length === 0) throw new CommandRefused('NOTHING_ASKED');
    // Whoever gets a form back gets it by `returnForm`, which names what is open again.
    if (isAgreed && asks.some(({ kind }) => kind === AskKind.Return)) throw new CommandRefused('RETURN_ASKED');
    if (!isAgreed) return refuseAsk(unit, command, reason);
    const isHandOver = asks.some(({ kind }) => kind === AskKind.HandOver);
    const replacementId = await replacementOf(unit, command);
    if (isHandOver && replacementId === null) throw new CommandRefused('REPLACEMENT_REQUIRED');
    const handOver = isHandOver ? { handOver: { draftsOf: draftsToShare(assessmentIds, asks) } } : {};
    const textIds = await answerAll(unit, command, reason);
    const replacement = { ...command, ...handOver, fromContactId: contactId, reason: '' };
    const done =
      replacementId === null
        ? await excuse(unit, command)
        : await replaceIn(unit, { ...replacement, toContactId: replacementId });
    await tellAnswer(unit, command, textIds, done.invitationsOfFormer);
    return { replacementId, invitationIds: done.invitationIds };
  },
};

function askOf(unit: UnitOfWork, assessmentId: string, contactId: string): AskState {
  const examiner = unit.assessment(assessmentId).examiners[contactId];
  if (examiner?.ask !== undefined) return examiner.ask;
  const isFinished = examiner?.form === FormStatus.Finished;
  throw new CommandRefused(isFinished ? 'FORM_ALREADY_FINISHED' : 'NOTHING_ASKED', { assessmentId });
}

/** Of which assessments the examiner lets go along what was filled in. */
function draftsToShare(assessmentIds: readonly string[], asks: readonly AskState[]): string[] {
  return assessmentIds.filter((_id, index) => asks[index]?.isDraftShared === true);
}

/** @returns the id of the kept reason by assessment; none when there is no reason */
async function answerAll(unit: UnitOfWork, command: AnswerAsk, reason: string): Promise<string[]> {
  const { assessmentIds, contactId, isAgreed } = command;
  const textIds: string[] = [];
  for (const assessmentId of assessmentIds) {
    const text = reason === '' ? null : await unit.keepText(assessmentId, 'answerReason', reason);
    if (text) textIds.push(text.textId);
    await endAsk(unit, assessmentId, contactId, { type: 'answerAsk', isAgreed, reason: text });
  }
  return textIds;
}

async function refuseAsk(unit: UnitOfWork, command: AnswerAsk, reason: string): Promise<AnswerAskValue> {
  const { assessmentIds, contactId } = command;
  const textIds = await answerAll(unit, command, reason);
  const invitations = new Map<string, string[]>();
  let isReturn = false;
  for (const assessmentId of assessmentIds) {
    const { invitationId, form } = examinerOf(unit, assessmentId, contactId);
    // Of a finished form, asked back in vain, nothing was waiting.
    if (form === FormStatus.Finished) isReturn = true;
    else unit.onInvitation(invitationId, { type: 'resumePair', assessmentId });
    invitations.set(invitationId, [...(invitations.get(invitationId) ?? []), assessmentId]);
  }
  await tellAnswer(unit, command, textIds, invitations, isReturn);
  return { replacementId: null, invitationIds: [] };
}

function examinerOf(unit: UnitOfWork, assessmentId: string, contactId: string): ExaminerState {
  const examiner = unit.assessment(assessmentId).examiners[contactId];
  if (!examiner) throw new CommandRefused('EXAMINER_UNKNOWN');
  return examiner;
}

/** Takes the assessments out of the examiner's invitation; nobody is invited instead. */
async function excuse(unit: UnitOfWork, { assessmentIds, contactId }: AnswerAsk): Promise<ReplacementDone> {
  const invitationsOfFormer = new Map<string, string[]>();
  for (const assessmentId of assessmentIds) {
    const { invitationId } = examinerOf(unit, assessmentId, contactId);
    const withdrawn = { type: 'withdrawExaminer', examinerId: contactId, reason: null } as const;
    const changed = await unit.onAssessment(assessmentId, withdrawn);
    unit.onInvitation(invitationId, { type: 'withdrawPair', assessmentId });
    await followAgreement(unit, assessmentId, changed);
    invitationsOfFormer.set(invitationId, [...(invitationsOfFormer.get(invitationId) ?? []), assessmentId]);
  }
  return { invitationIds: [], invitationsOfFormer, textId: null };
}

/** One mail for each invitation that was asked about, usually one. */
async function tellAnswer(
  unit: UnitOfWork,
  { contactId, isAgreed }: AnswerAsk,
  textIds: readonly string[],
  invitations: ReadonlyMap<string, readonly string[]>,
  isReturn = false,
): Promise<void> {
  const [textId] = textIds;
  for (const [invitationId, assessmentIds] of invitations) {
    const reference = {
      assessmentIds,
      isAgreed,
      ...(isReturn ? { isReturn } : {}),
      ...(textId === undefined ? {} : { textId }),
    };
    unit.queueMail(await examinerMail(unit, 'askAnswered', invitationId, contactId, reference));
  }
}

/** @returns null when nobody does it instead */
async function replacementOf(unit: UnitOfWork, command: AnswerAsk): Promise<string | null> {
  if (command.replacement !== null) return command.replacement;
  return command.createContact === null ? null : findOrAddContact(unit, command.createContact);
}

/**
 * The contact with this address; one that was merged is the one that it turned out to be, one that was deleted is put back.
 * @throws CommandRefused a reason of `saveContact`
 */
export async function findOrAddContact(unit: UnitOfWork, given: NewContact): Promise<string> {
  const email = normaliseEmailAddress(given.email);
  if (email === undefined) throw new CommandRefused('ADDRESS_INVALID');
  await lockAddressBook(unit.tx, unit.schoolId);
  const rows = await unit.tx.$queryRaw<{ id: string; mergedIntoId: string | null; isArchived: boolean }[]>`
    SELECT id, merged_into_id AS "mergedIntoId", archived_at IS NOT NULL AS "isArchived" FROM contact
    WHERE school_id = ${unit.schoolId}::uuid AND lower(email) = ${emailAddressKey(email)} LIMIT 1`;
  const [known] = rows;
  if (known?.mergedIntoId) return known.mergedIntoId;
  if (known) {
    if (known.isArchived) await restoreContact.run(unit, { contactId: known.id });
    return known.id;
  }
  const { name, jobTitle = '', organisation = '', kind = 'practice', lang } = given;
  const { contactId } = await saveContact.run(unit, {
    id: null,
    name,
    email,
    jobTitle,
    organisation,
    kind,
    ...(lang ? { lang } : {}),
  });
  return contactId;
}
