/**
 * What the committee does around a decision: take a proposal back, publish, reopen, and end the reopening. The decision itself is
 * `finaliseAssessment`.
 *
 * Contract
 * 1. The student is told that there is a result when it is published, whoever or whatever published it; never what it is.
 * 2. When a result is reopened, and when that ends without another decision, the exam office that has its document is told; the
 *    student too, when the result was published.
 */
import type { AssessmentEvent } from '../../domain/assessment.ts';
import { fullName, type Lang } from '../../domain/school.ts';
import type { CommandHandler } from '../apply-command.ts';
import type { MailReference, MailTemplate } from '../mail-ledger.ts';
import { CommandRefused, type UnitOfWork } from '../unit-of-work.ts';
import { optionalReason, requireReason } from './reasons.ts';

export interface WithdrawProposal {
  readonly assessmentId: string;
  readonly membershipId: string;
  /** When the proposal was made that was on the screen; another one by now is not touched. */
  readonly proposedAt: string;
  /** As typed; may be empty. */
  readonly reason: string;
}

/** Refused with `NO_PROPOSAL`, also when there is another one by now, or with a problem of the reason (see reasons.ts). */
export const withdrawProposal: CommandHandler<WithdrawProposal, null> = {
  type: 'withdrawProposal',
  streams: (_tx, { assessmentId }) => [assessmentId],
  async run(unit, { assessmentId, membershipId, proposedAt, reason: typed }) {
    const words = optionalReason(typed);
    if (unit.assessment(assessmentId).proposal?.proposedAt !== proposedAt) throw new CommandRefused('NO_PROPOSAL');
    const reason = words === '' ? null : await unit.keepText(assessmentId, 'withdrawReason', words);
    await unit.onAssessment(assessmentId, { type: 'withdrawProposal', withdrawnBy: membershipId, reason });
    return null;
  },
};

export interface PublishResult {
  readonly assessmentId: string;
  /** Of the decision. */
  readonly version: number;
  /** Null: the moment that was set has come. */
  readonly membershipId: string | null;
}

/**
 * From now on the student sees the result, and is told so.
 *
 * Refused with `ASSESSMENT_NOT_FINAL` (also when there is another decision by now), `ALREADY_DONE` or `PUBLISH_NOT_YET`.
 */
export const publishResult: CommandHandler<PublishResult, null> = {
  type: 'publishResult',
  streams: (_tx, { assessmentId }) => [assessmentId],
  async run(unit, { assessmentId, version, membershipId }) {
    const { events } = await unit.onAssessment(assessmentId, { type: 'publish', version, publishedBy: membershipId });
    await tellPublished(unit, assessmentId, events);
    return null;
  },
};

export interface ReopenResult {
  readonly assessmentId: string;
  readonly membershipId: string;
  /** Of the decision that was on the screen. */
  readonly version: number;
  /** As typed; required. */
  readonly reason: string;
}

/**
 * A final result is decided about anew; the old decision and its document stay in the record.
 *
 * Refused with `ASSESSMENT_NOT_FINAL`, `CHANGED_MEANWHILE` (another decision by now), `DOCUMENT_NOT_STORED`, `DECIDER_IS_STUDENT`, `DECIDER_INITIATED`,
 * `DECIDER_SCORED`, or with a problem of the reason (see reasons.ts).
 */
export const reopenResult: CommandHandler<ReopenResult, null> = {
  type: 'reopenResult',
  streams: (_tx, { assessmentId }) => [assessmentId],
  async run(unit, { assessmentId, membershipId, version, reason: typed }) {
    const words = requireReason(typed);
    requireDecision(unit, assessmentId, version);
    const reason = await unit.keepText(assessmentId, 'reopenReason', words);
    await unit.onAssessment(assessmentId, { type: 'reopen', reopenedBy: membershipId, reason });
    await tellReopened(unit, assessmentId, false);
    return null;
  },
};

/**
 * The decision stands after all.
 *
 * Refused with `NOT_REOPENED`, `ASSESSMENT_NOT_ASSESSED` (examiners are at work), `FORM_CHANGED` (there is something new to decide
 * about), and as {@link reopenResult}.
 */
export const endReopening: CommandHandler<ReopenResult, null> = {
  type: 'endReopening',
  streams: (_tx, { assessmentId }) => [assessmentId],
  async run(unit, { assessmentId, membershipId, version, reason: typed }) {
    const words = requireReason(typed);
    requireDecision(unit, assessmentId, version);
    const reason = await unit.keepText(assessmentId, 'endReopeningReason', words);
    await unit.onAssessment(assessmentId, { type: 'endReopening', endedBy: membershipId, reason });
    await tellReopened(unit, assessmentId, true);
    return null;
  },
};

function requireDecision(unit: UnitOfWork, assessmentId: string, version: number): void {
  const { decision } = unit.assessment(assessmentId);
  if (decision !== null && decision.version !== version) throw new CommandRefused('CHANGED_MEANWHILE');
}

/** Queues the mail to the student when a version was published among these events. */
export async function tellPublished(
  unit: UnitOfWork,
  assessmentId: string,
  events: readonly AssessmentEvent[],
): Promise<void> {
  const published = events.find((event) => event.type === 'ResultPublished');
  if (published?.type !== 'ResultPublished') return;
  await mailStudent(unit, 'resultPublished', assessmentId, { number: published.version });
}

/** @param isEnded the decision stands after all */
async function tellReopened(unit: UnitOfWork, assessmentId: string, isEnded: boolean): Promise<void> {
  const { decision, published } = unit.assessment(assessmentId);
  if (decision === null) return;
  const reference = { number: decision.version, ...(isEnded ? { isEnded } : {}) };
  await mailOffice(unit, assessmentId, reference);
  if (published !== undefined) await mailStudent(unit, 'resultReopened', assessmentId, reference);
}

interface StudentOfMail {
  readonly id: string;
  readonly email: string;
  readonly lang: Lang;
  readonly givenName: string;
  readonly infix: string;
  readonly familyName: string;
}

/** In the language of the account, where the student has one, else that of the school. */
async function mailStudent(
  unit: UnitOfWork,
  template: MailTemplate,
  assessmentId: string,
  reference: MailReference,
): Promise<void> {
  const [student] = await unit.tx.$queryRaw<StudentOfMail[]>`
    SELECT student.id, student.email, student.given_name AS "givenName", student.infix, student.family_name AS "familyName",
      COALESCE(account.lang, school.settings->>'defaultLang') AS lang
    FROM assessment
      JOIN student ON student.id = assessment.student_id AND student.school_id = assessment.school_id
      JOIN school ON school.id = assessment.school_id
      LEFT JOIN account ON account.id = student.account_id
    WHERE assessment.school_id = ${unit.schoolId}::uuid AND assessment.id = ${assessmentId}::uuid`;
  // An imported student may have no address yet: the page shows the result all the same.
  if (!student || student.email === '') return;
  unit.queueMail({
    streamId: assessmentId,
    template,
    lang: student.lang,
    toAddress: student.email,
    toName: fullName(student),
    reference: { assessmentId, ...reference },
    cause: unit.commandId,
    recipientId: student.id,
  });
}

interface OfficeOfMail {
  readonly documentId: string;
  readonly id: string;
  readonly email: string;
  readonly label: string;
  readonly lang: Lang;
}

/** To where the document of this decision went. */
async function mailOffice(unit: UnitOfWork, assessmentId: string, reference: MailReference): Promise<void> {
  const [office] = await unit.tx.$queryRaw<OfficeOfMail[]>`
    SELECT document.id AS "documentId", office.id, office.email, office.label, school.settings->>'defaultLang' AS lang
    FROM document
      JOIN office_address office ON office.id = document.office_address_id AND office.school_id = document.school_id
      JOIN school ON school.id = document.school_id
    WHERE document.school_id = ${unit.schoolId}::uuid AND document.assessment_id = ${assessmentId}::uuid
      AND document.version = ${reference.number ?? 0}::int`;
  if (!office) return;
  unit.queueMail({
    streamId: assessmentId,
    template: 'resultReopened',
    lang: office.lang,
    toAddress: office.email,
    toName: office.label,
    reference: { assessmentId, documentId: office.documentId, ...reference },
    cause: unit.commandId,
    recipientId: office.id,
  });
}
