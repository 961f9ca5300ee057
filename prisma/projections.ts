/** The tables that pages read, written from the folded state in the transaction of the command: all streams of it at once. */
import { type AssessmentEvent, type AssessmentState, AssessmentStatus, FormStatus } from '../domain/assessment.ts';
import { resolveAssignments } from '../domain/assignment.ts';
import { type BatchEvent, BatchRowStatus, type BatchState } from '../domain/batch.ts';
import type { InvitationEvent, InvitationState } from '../domain/invitation.ts';
import { isToBePublished } from '../domain/waiting.ts';
import { Prisma } from '../generated/prisma/client.ts';
import type { Tx } from './client.ts';
import type { WritePart } from './write-together.ts';

/** A stream that changed: its state now, and the events that made it so. */
interface Changed<State, Event> {
  readonly id: string;
  readonly state: State;
  readonly fresh: readonly Event[];
}

/** The rows themselves are made by the command that creates; here they follow the states. */
export function assessmentParts(
  schoolId: string,
  changed: readonly Changed<AssessmentState, AssessmentEvent>[],
): WritePart[] {
  if (changed.length === 0) return [];
  const rows = changed.map(({ id, state, fresh }) => ({
    id,
    status: state.status,
    statusSince: state.statusSince,
    dueAt: state.dueAt,
    isLate: state.isLate,
    score: state.result?.score ?? null,
    gradeTenths: state.result?.gradeTenths ?? null,
    insufficientCount: state.result?.insufficientCount ?? 0,
    disagreementCount: state.disagreements.length,
    agreementSince: state.status === AssessmentStatus.Cancelled ? null : (state.agreement?.since ?? null),
    isDisputed: Object.values(state.examiners).some((examiner) => examiner.disputedAt !== null),
    newReturns:
      fresh.filter((event) => event.type === 'FormReturned').length -
      fresh.filter((event) => event.type === 'ReturnTakenBack').length,
    newOverrides: fresh.filter((event) => event.type === 'ConflictOverridden').length,
    newEdits: fresh.filter((event) => event.type === 'FormCorrected').length,
    proposedById: state.proposal?.proposedBy ?? null,
    reopenedAt: state.reopened?.at ?? null,
    decidedAt: state.decision?.decidedAt ?? null,
    publishAt: state.publishAt ?? null,
    publishedAt: state.published?.at ?? null,
    publishedVersion: state.published?.version ?? 0,
    awaitsPublication: isToBePublished(state),
  }));
  const sql = Prisma.sql`
    UPDATE assessment SET status = given.status, status_since = given."statusSince", due_at = given."dueAt",
      is_late = given."isLate", score = given.score, grade_tenths = given."gradeTenths",
      insufficient_count = given."insufficientCount", disagreement_count = given."disagreementCount",
      agreement_since = given."agreementSince", is_disputed = given."isDisputed", return_count = return_count + given."newReturns",
      override_count = override_count + given."newOverrides", edit_count = edit_count + given."newEdits",
      has_remarks = given."insufficientCount" > 0 OR given."disagreementCount" > 0 OR given."isLate"
        OR return_count + given."newReturns" > 0 OR override_count + given."newOverrides" > 0
        OR edit_count + given."newEdits" > 0,
      proposed_by_id = given."proposedById", reopened_at = given."reopenedAt", decided_at = given."decidedAt",
      publish_at = given."publishAt", published_at = given."publishedAt", published_version = given."publishedVersion",
      awaits_publication = given."awaitsPublication"
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS given(id uuid, status text, "statusSince" timestamptz,
      "dueAt" timestamptz, "isLate" boolean, score text, "gradeTenths" int, "insufficientCount" int,
      "disagreementCount" int, "agreementSince" timestamptz, "isDisputed" boolean, "newReturns" int, "newOverrides" int,
      "newEdits" int, "proposedById" uuid, "reopenedAt" timestamptz, "decidedAt" timestamptz, "publishAt" timestamptz,
      "publishedAt" timestamptz, "publishedVersion" int, "awaitsPublication" boolean)
    WHERE assessment.id = given.id
    RETURNING assessment.id`;
  const must = { rows: rows.length, otherwise: 'an assessment has a stream and no row' };
  const examined = changed.filter(({ fresh }) => fresh.some((event) => EXAMINER_EVENTS.has(event.type)));
  return [{ name: 'assessments', sql, must }, ...examinerParts(schoolId, examined)];
}

const EXAMINER_EVENTS: ReadonlySet<AssessmentEvent['type']> = new Set([
  'ExaminersAssigned',
  'ExaminerInvited',
  'FormStarted',
  'FormFinished',
  'FormReturned',
  'ReturnTakenBack',
  'ExaminerWithdrawn',
  'ExaminerReinstated',
  'ExaminerAsked',
  'AskTakenBack',
  'AskAnswered',
  'AssessmentCancelled',
  'CancellationUndone',
]);

/** Two parts that never write the same row: one removes what the other does not name. */
function examinerParts(
  schoolId: string,
  changed: readonly Pick<Changed<AssessmentState, AssessmentEvent>, 'id' | 'state'>[],
): WritePart[] {
  if (changed.length === 0) return [];
  const ids = changed.map(({ id }) => id);
  const pairs = JSON.stringify(changed.flatMap(({ id, state }) => pairsOf(id, state)));
  return [
    {
      name: 'given_pairs',
      sql: Prisma.sql`
        SELECT * FROM jsonb_to_recordset(${pairs}::jsonb) AS pair("assessmentId" uuid, "contactId" uuid, "invitationId" uuid,
          "formId" uuid, "formStatus" text, components text[], "startedAt" timestamptz, "finishedAt" timestamptz,
          ask text, "askedAt" timestamptz)`,
    },
    {
      name: 'removed_pairs',
      sql: Prisma.sql`
        DELETE FROM assessment_examiner pair
        WHERE assessment_id = ANY(${ids}::uuid[]) AND NOT EXISTS (
          SELECT 1 FROM given_pairs given WHERE given."assessmentId" = pair.assessment_id AND given."contactId" = pair.contact_id)
        RETURNING pair.contact_id`,
    },
    {
      name: 'kept_pairs',
      sql: Prisma.sql`
        INSERT INTO assessment_examiner (school_id, assessment_id, contact_id, invitation_id, form_id, form_status, components,
          started_at, finished_at, ask, asked_at)
        SELECT ${schoolId}::uuid, "assessmentId", "contactId", "invitationId", "formId", "formStatus", components, "startedAt",
          "finishedAt", ask, "askedAt" FROM given_pairs
        ON CONFLICT (assessment_id, contact_id) DO UPDATE SET invitation_id = EXCLUDED.invitation_id,
          form_id = EXCLUDED.form_id, form_status = EXCLUDED.form_status, components = EXCLUDED.components,
          started_at = EXCLUDED.started_at, finished_at = EXCLUDED.finished_at, ask = EXCLUDED.ask,
          asked_at = EXCLUDED.asked_at
        RETURNING contact_id`,
    },
  ];
}

/** Everybody who was chosen, invited or not. */
function pairsOf(assessmentId: string, state: AssessmentState) {
  const assigned = resolveAssignments(
    state.components.map((component) => component.ref),
    state.assignments,
  );
  const chosen = new Set([...state.assignments.map((each) => each.examinerId), ...Object.keys(state.examiners)]);
  return [...chosen].map((contactId) => {
    const examiner = state.examiners[contactId];
    // Of a cancelled assessment nothing is left to answer; the state keeps the question, in case that is taken back.
    const ask = state.status === AssessmentStatus.Cancelled ? undefined : examiner?.ask;
    return {
      assessmentId,
      contactId,
      invitationId: examiner?.invitationId ?? null,
      formId: examiner?.formId ?? null,
      formStatus: examiner?.form ?? FormStatus.None,
      components: examiner?.components ?? Object.keys(assigned).filter((ref) => assigned[ref]?.includes(contactId)),
      startedAt: examiner?.startedAt ?? null,
      finishedAt: examiner?.finishedAt ?? null,
      ask: ask?.kind ?? null,
      askedAt: ask?.askedAt ?? null,
    };
  });
}

/** Follows the states of invitations, and keeps the lives of their links in step. */
export function invitationParts(
  changed: readonly Changed<InvitationState, InvitationEvent>[],
  now: string,
): WritePart[] {
  if (changed.length === 0) return [];
  const rows = changed.map(({ id, state }) => ({
    id,
    status: state.status,
    statusSince: state.statusSince,
    dueAt: state.dueAt,
    openedAt: state.openedAt,
    mailId: state.mailId,
    delivery: state.delivery,
    deliveryAt: state.deliveryAt,
    remindersSent: state.reminders.length,
    lastReminderAt: state.reminders.at(-1)?.queuedAt ?? null,
    linkId: state.linkId,
  }));
  const sql = Prisma.sql`
    UPDATE invitation SET status = given.status, status_since = given."statusSince", due_at = given."dueAt",
      opened_at = given."openedAt", mail_id = given."mailId", delivery = given.delivery, delivery_at = given."deliveryAt",
      reminders_sent = given."remindersSent", last_reminder_at = given."lastReminderAt", link_id = given."linkId",
      next_reminder_at = CASE WHEN given.status = 'active' THEN next_reminder_at END
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS given(id uuid, status text, "statusSince" timestamptz,
      "dueAt" timestamptz, "openedAt" timestamptz, "mailId" uuid, delivery text, "deliveryAt" timestamptz,
      "remindersSent" int, "lastReminderAt" timestamptz, "linkId" uuid)
    WHERE invitation.id = given.id
    RETURNING invitation.id`;
  const links = changed.flatMap(({ state, fresh }) => linksOf(state, fresh, now));
  const followed = Prisma.sql`
    UPDATE link SET expires_at = COALESCE(given."expiresAt", expires_at),
      revoked_at = CASE WHEN given."isRevived" THEN NULL ELSE COALESCE(given."revokedAt", revoked_at) END,
      revoke_reason = CASE WHEN given."isRevived" THEN NULL ELSE COALESCE(given."revokeReason", revoke_reason) END,
      superseded_by = COALESCE(given."supersededBy", superseded_by)
    FROM jsonb_to_recordset(${JSON.stringify(links)}::jsonb) AS given(id uuid, "expiresAt" timestamptz,
      "revokedAt" timestamptz, "revokeReason" text, "supersededBy" uuid, "isRevived" boolean)
    WHERE link.id = given.id
    RETURNING link.id`;
  return [
    { name: 'invitations', sql, must: { rows: rows.length, otherwise: 'an invitation has a stream and no row' } },
    { name: 'links', sql: followed },
  ];
}

/** What changes at the links of an invitation, one entry for each; what is absent stays. */
function linksOf(state: InvitationState, fresh: readonly InvitationEvent[], now: string) {
  const isWithdrawn = fresh.some((event) => event.type === 'InvitationWithdrawn');
  const isRevived = fresh.some((event) => event.type === 'PairReinstated');
  const replaced = fresh.flatMap((event) => (event.type === 'LinkReissued' ? event : []));
  // Who opened a link at an address that was wrong may be anybody; see the grants of a session.
  const isMoved = fresh.some((event) => event.type === 'AddressCorrected');
  return [
    ...replaced.map(({ formerLinkId: id, linkId: supersededBy }) => ({
      id,
      revokedAt: now,
      revokeReason: isMoved ? 'moved' : 'replaced',
      supersededBy,
    })),
    {
      id: state.linkId,
      expiresAt: state.linkExpiresAt,
      ...(isRevived ? { isRevived } : {}),
      ...(isWithdrawn ? { revokedAt: now, revokeReason: 'withdrawn' } : {}),
    },
  ];
}

/**
 * Follows the states of batches and the outcome of their rows.
 * @throws Error when a row is missing
 */
export async function projectBatches(
  tx: Tx,
  changed: readonly Changed<BatchState, BatchEvent>[],
  now: string,
): Promise<void> {
  if (changed.length === 0) return;
  const batches = changed.map(({ id, state }) => ({
    id,
    status: state.status,
    statusSince: state.statusSince,
    sendAt: state.sendAt,
    doneCount: state.sentCount,
    failedCount: state.failed.length,
  }));
  const count = await tx.$executeRaw`
    UPDATE batch SET status = given.status, status_since = given."statusSince", send_at = given."sendAt",
      done_count = given."doneCount", failed_count = given."failedCount"
    FROM jsonb_to_recordset(${JSON.stringify(batches)}::jsonb) AS given(id uuid, status text, "statusSince" timestamptz,
      "sendAt" timestamptz, "doneCount" int, "failedCount" int)
    WHERE batch.id = given.id`;
  if (count !== batches.length) throw new Error('a batch has a stream and no row');
  const rows = changed.flatMap(({ id, fresh }) => fresh.flatMap((event) => rowChanges(id, event, now)));
  if (rows.length > 0) {
    await tx.$executeRaw`
      UPDATE batch_row SET status = given.status, error = given.error, invitation_id = given."invitationId",
        settled_at = given."settledAt"
      FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS given("batchId" uuid, number int, status text, error text,
        "invitationId" uuid, "settledAt" timestamptz)
      WHERE batch_row.batch_id = given."batchId" AND batch_row.number = given.number`;
  }
  const stopped = changed.filter(({ fresh }) => fresh.some(({ type }) => type === 'BatchStopped')).map(({ id }) => id);
  if (stopped.length === 0) return;
  await tx.$executeRaw`
    UPDATE batch_row SET status = ${BatchRowStatus.Stopped}, settled_at = ${now}::timestamptz
    WHERE batch_id = ANY(${stopped}::uuid[]) AND status = ${BatchRowStatus.Waiting}`;
}

interface RowChange {
  readonly batchId: string;
  readonly number: number;
  readonly status: BatchRowStatus;
  readonly error: string | null;
  readonly invitationId: string | null;
  readonly settledAt: string | null;
}

function rowChanges(batchId: string, event: BatchEvent, now: string): RowChange[] {
  const base = { batchId, error: null, invitationId: null, settledAt: now };
  switch (event.type) {
    case 'BatchRowsSent':
      return event.rows.map(({ number, invitationId, leftOut }) => ({
        ...base,
        number,
        status: BatchRowStatus.Sent,
        invitationId,
        error: leftOut?.[0]?.code ?? null,
      }));
    case 'BatchRowsFailed':
      return event.rows.map(({ number, code }) => ({ ...base, number, status: BatchRowStatus.Failed, error: code }));
    case 'BatchRetried':
      return event.numbers.map((number) => ({ ...base, number, status: BatchRowStatus.Waiting, settledAt: null }));
    default:
      return [];
  }
}
