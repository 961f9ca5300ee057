/**
 * Examiners who scored the same differently look for one judgement.
 *
 * Contract
 * 1. Whose word is needed has the assessment open in their invitation, so that link and reminders go on; whoever has said it
 *    (for now) has not. {@link followAgreement} keeps that so, and tells people, after every command that may change it.
 * 2. What each scored on their own is never touched here.
 */
import { v7 as uuidv7 } from 'uuid';
import { componentsWithoutWord, wordsNeeded, wordsNeededFor } from '../../domain/agreement-queries.ts';
import {
  type AssessmentEvent,
  type AssessmentState,
  AssessmentStatus,
  FormStatus,
  type TextRef,
} from '../../domain/assessment.ts';
import { PairStatus } from '../../domain/invitation.ts';
import { linkExpiry, receiptExpiry } from '../../domain/school.ts';
import type { Score } from '../../domain/score.ts';
import { cleanText, findForbiddenCharacter, isPresent, MAX_JUSTIFICATION, textLength } from '../../domain/text.ts';
import type { CommandHandler } from '../apply-command.ts';
import type { Tx } from '../client.ts';
import type { MailTemplate } from '../mail-ledger.ts';
import { CommandRefused, type UnitOfWork } from '../unit-of-work.ts';
import { examinerMail, memberMail } from './mails.ts';
import { requireReason } from './reasons.ts';
import { streamsOfPairs } from './streams.ts';

interface OfAssessment {
  readonly assessmentId: string;
}

/** Whose word is needed may be in any invitation of the assessment. */
const streams = (tx: Tx, { assessmentId }: OfAssessment, { schoolId }: { readonly schoolId: string }) =>
  streamsOfPairs(tx, schoolId, [assessmentId], null);

export interface ProposeAgreement extends OfAssessment {
  readonly contactId: string;
  /** Component ref. */
  readonly component: string;
  /** By criterion ref; every criterion of the component. */
  readonly scores: Readonly<Record<string, Score>>;
  /** As typed; empty for none. */
  readonly justification: string;
  /** The proposal that was on the screen, null for none. Absent: not compared. */
  readonly instead?: string | null;
}

/**
 * One set of scores for a component, which the others whose word counts must confirm; who decides alone settles it at once.
 * A former proposal, and who confirmed that, no longer counts.
 *
 * Refused with `NO_AGREEMENT`, `NOT_IN_AGREEMENT`, `PROPOSAL_CHANGED`, `FORM_INCOMPLETE` (params `missing`: criterion refs),
 * `JUSTIFICATION_REQUIRED`, `JUSTIFICATION_TOO_LONG` (params `length`, `max`), `TEXT_FORBIDDEN_CHARACTER` (params `code`, `position`) or
 * `ASSESSMENT_CANCELLED`.
 */
export const proposeAgreement: CommandHandler<ProposeAgreement, { proposalId: string }> = {
  type: 'proposeAgreement',
  streams,
  async run(unit, { assessmentId, contactId, component, scores, justification: typed, instead }) {
    const words = readJustification(typed);
    const justification = words === '' ? null : await unit.keepText(assessmentId, 'agreementJustification', words);
    const proposalId = uuidv7();
    const changed = await unit.onAssessment(assessmentId, {
      type: 'proposeAgreement',
      examinerId: contactId,
      component,
      proposalId,
      scores,
      justification,
      ...(instead === undefined ? {} : { instead }),
    });
    await followAgreement(unit, assessmentId, changed);
    return { proposalId };
  },
};

/** As the justifications of a form are read. @returns empty when there is nothing to read in it */
function readJustification(typed: string): string {
  const text = cleanText(typed);
  if (!isPresent(text)) return '';
  const length = textLength(text);
  if (length > MAX_JUSTIFICATION)
    throw new CommandRefused('JUSTIFICATION_TOO_LONG', { length, max: MAX_JUSTIFICATION });
  const forbidden = findForbiddenCharacter(text);
  if (forbidden) throw new CommandRefused('TEXT_FORBIDDEN_CHARACTER', { ...forbidden });
  return text;
}

export interface ConfirmAgreement extends OfAssessment {
  readonly contactId: string;
  readonly component: string;
  /** The one that was read. */
  readonly proposalId: string;
}

/**
 * An examiner agrees with what is proposed. The last one settles the component; the last component, the assessment.
 *
 * Refused with `NO_AGREEMENT`, `NOT_IN_AGREEMENT`, `PROPOSAL_CHANGED`, `ALREADY_DONE` or `ASSESSMENT_CANCELLED`.
 */
export const confirmAgreement: CommandHandler<ConfirmAgreement, null> = {
  type: 'confirmAgreement',
  streams,
  async run(unit, { assessmentId, contactId, component, proposalId }) {
    const changed = await unit.onAssessment(assessmentId, {
      type: 'confirmAgreement',
      examinerId: contactId,
      component,
      proposalId,
    });
    await followAgreement(unit, assessmentId, changed);
    return null;
  },
};

export interface AbandonAgreement extends OfAssessment {
  /** Null: the committee takes over. */
  readonly contactId: string | null;
  /** As typed; required. */
  readonly reason: string;
}

/**
 * The committee decides about what is not settled yet. What is, stays.
 *
 * Refused with `REASON_REQUIRED`, `REASON_TOO_LONG`, `TEXT_FORBIDDEN_CHARACTER`, `NO_AGREEMENT`, `NOT_IN_AGREEMENT` or
 * `ASSESSMENT_CANCELLED`.
 */
export const abandonAgreement: CommandHandler<AbandonAgreement, null> = {
  type: 'abandonAgreement',
  streams,
  async run(unit, { assessmentId, contactId, reason: typed }) {
    const reason = await unit.keepText(assessmentId, 'agreementReason', requireReason(typed));
    const changed = await unit.onAssessment(assessmentId, { type: 'abandonAgreement', examinerId: contactId, reason });
    await followAgreement(unit, assessmentId, changed, reason);
    return null;
  },
};

export interface NameLead extends OfAssessment {
  readonly contactId: string;
}

/**
 * Says who leads, of the examiners who take part; while the lead's word is waited for, it is this one's from now on.
 *
 * Refused with `EXAMINER_UNKNOWN`, `FORM_WITHDRAWN`, `ALREADY_DONE`, `ASSESSMENT_FINAL` or `ASSESSMENT_CANCELLED`.
 */
export const nameLead: CommandHandler<NameLead, null> = {
  type: 'nameLead',
  streams,
  async run(unit, { assessmentId, contactId }) {
    const changed = await unit.onAssessment(assessmentId, { type: 'nameLead', examinerId: contactId });
    await followAgreement(unit, assessmentId, changed);
    return null;
  },
};

/** What a command did to an assessment. */
export interface AssessmentChange {
  readonly before: AssessmentState | null;
  readonly after: AssessmentState;
  readonly events: readonly AssessmentEvent[];
}

/**
 * Opens and closes the assessment in invitations as words are needed, and queues the mails of what happened to the search. Does
 * nothing where nobody searched and nobody searches.
 *
 * @param reason why it was abandoned; null otherwise
 * @throws CommandRefused CHANGED_MEANWHILE when an invitation came in between reading and locking
 */
export async function followAgreement(
  unit: UnitOfWork,
  assessmentId: string,
  { before, after, events }: AssessmentChange,
  reason: TextRef | null = null,
): Promise<void> {
  if (before?.agreement === undefined && after.agreement === undefined) return;
  followPairs(unit, assessmentId, after);
  for (const event of events) {
    switch (event.type) {
      case 'AgreementSought':
        await tellSought(unit, assessmentId, after);
        break;
      case 'AgreementProposed':
        if (after.agreement)
          await tellExaminers(
            unit,
            assessmentId,
            after,
            'agreementProposed',
            wordsNeededFor(after.agreement, event.component),
          );
        break;
      case 'AssessmentAssessed':
        if (before?.agreement) await tellEnded(unit, assessmentId, before, after, reason);
        break;
    }
  }
}

/** A finished form is open in its invitation exactly as long as a word is needed; an open form is no business of ours. */
function followPairs(unit: UnitOfWork, assessmentId: string, state: AssessmentState): void {
  const needed = state.status === AssessmentStatus.Cancelled ? [] : wordsNeeded(state);
  for (const [examinerId, { form, invitationId }] of Object.entries(state.examiners)) {
    if (form !== FormStatus.Finished) continue;
    if (!unit.hasStream(invitationId)) throw new CommandRefused('CHANGED_MEANWHILE');
    const { pairs, dueAt, linkExpiresAt: until } = unit.invitation(invitationId);
    const isNeeded = needed.includes(examinerId);
    if (isNeeded && pairs[assessmentId] === PairStatus.Finished) {
      // A link that lives longer goes on doing so. Both are ISO instants of the same form.
      const linkExpiresAt = [until, linkExpiry(unit.nowIso, dueAt)].sort().at(-1) ?? until;
      unit.onInvitation(invitationId, { type: 'reopenPair', assessmentId, linkExpiresAt });
    }
    if (!isNeeded && pairs[assessmentId] === PairStatus.Open) {
      const receiptExpiresAt = receiptExpiry(unit.nowIso);
      unit.onInvitation(invitationId, { type: 'finishPair', assessmentId, receiptExpiresAt });
    }
  }
}

async function tellSought(unit: UnitOfWork, assessmentId: string, state: AssessmentState): Promise<void> {
  await tellExaminers(unit, assessmentId, state, 'agreementAsked', wordsNeeded(state));
  if (componentsWithoutWord(state.agreement).length === 0) return;
  const initiatorId = await initiatorOf(unit, assessmentId);
  unit.queueMail(await memberMail(unit, 'thirdNeeded', assessmentId, initiatorId, {}));
}

async function tellExaminers(
  unit: UnitOfWork,
  assessmentId: string,
  state: AssessmentState,
  template: MailTemplate,
  contactIds: readonly string[],
  reference: { readonly isAgreed?: boolean; readonly textId?: string } = {},
): Promise<void> {
  for (const contactId of contactIds) {
    const invitationId = state.examiners[contactId]?.invitationId;
    if (invitationId === undefined) continue;
    const about = { assessmentIds: [assessmentId], ...reference };
    unit.queueMail(await examinerMail(unit, template, invitationId, contactId, about));
  }
}

/** Everybody whose word counted gets one mail, and the initiator the one of every assessment that is complete. */
async function tellEnded(
  unit: UnitOfWork,
  assessmentId: string,
  before: AssessmentState,
  after: AssessmentState,
  reason: TextRef | null,
): Promise<void> {
  const asked = [...new Set(Object.values(before.agreement?.components ?? {}).flat())];
  const reference = { isAgreed: reason === null, ...(reason === null ? {} : { textId: reason.textId }) };
  await tellExaminers(unit, assessmentId, after, 'agreementEnded', asked, reference);
  unit.queueMail(await memberMail(unit, 'allFinished', assessmentId, await initiatorOf(unit, assessmentId), {}));
}

async function initiatorOf({ tx, schoolId }: UnitOfWork, assessmentId: string): Promise<string> {
  const where = { id: assessmentId, schoolId };
  const found = await tx.assessment.findFirst({ where, select: { initiatorId: true } });
  if (!found) throw new CommandRefused('ASSESSMENT_NOT_FOUND');
  return found.initiatorId;
}
