/** What is stuck, kind by kind, as SQL: the conditions repeat those of the partial indexes word for word, so that they are used. */
import { OVERDUE_AFTER_MINUTES, UNSEEN_AFTER_MINUTES } from '../../domain/waiting.ts';
import { Prisma } from '../../generated/prisma/client.ts';
import { BATCH_INITIATOR_LEFT } from '../commands/batch-held.ts';
import { AnchorProblem } from '../integrity/anchors.ts';

/** What can be wrong, in the order in which it deserves a look. */
export const FindingKind = {
  /** Written down, and Temporal was not told. */
  Unrelayed: 'unrelayed',
  /** Temporal was told, and no workflow looked. */
  Unseen: 'unseen',
  /** A workflow should have acted by now. */
  Overdue: 'overdue',
  /** Decided, and the document is not made. */
  DocumentNotMade: 'documentNotMade',
  /** Made, and the exam office's server did not take it. */
  DocumentNotMailed: 'documentNotMailed',
  /** Given up by us, or come back; not the mail of an invitation. */
  MailNotArrived: 'mailNotArrived',
  /** Nobody knows whether it was sent. */
  MailUnknown: 'mailUnknown',
  /** Waits to be sent, or to be tried again. */
  MailWaiting: 'mailWaiting',
  /** Held by a worker beyond its lease. */
  MailHeld: 'mailHeld',
  /** The invitation did not arrive and nobody acted. */
  InvitationUndelivered: 'invitationUndelivered',
  /** Whoever started it has left the school: its invitations are not sent. */
  BatchHeld: 'batchHeld',
  /** Stored bytes are missing or not what was stored. */
  FileDamaged: 'fileDamaged',
  /** Where the chains stand is not taken outside. */
  AnchorFailed: 'anchorFailed',
  /** The deadline has passed. */
  AssessmentLate: 'assessmentLate',
} as const;
export type FindingKind = (typeof FindingKind)[keyof typeof FindingKind];
export const FINDING_KINDS: readonly FindingKind[] = Object.values(FindingKind);

const UNRELAYED_AFTER_MINUTES = 1;
const DOCUMENT_AFTER_MINUTES = 10;
const MAIL_AFTER_MINUTES = 10;
const MAIL_UNKNOWN_AFTER_MINUTES = 1;
/** Far beyond the minute that a worker may hold a mail. */
const MAIL_HELD_AFTER_MINUTES = 5;
/** An anchor is made each night. */
const ANCHOR_DAYS = 2;
/** What did not arrive longer ago is history. */
const NOT_ARRIVED_DAYS = 30;

/** `now()`, not `clock_timestamp()`, which changes from row to row and so cannot be looked up in an index. */
function minutesAgo(minutes: number): Prisma.Sql {
  return Prisma.sql`now() - make_interval(mins => ${minutes}::int)`;
}

function daysAgo(days: number): Prisma.Sql {
  return Prisma.sql`now() - make_interval(days => ${days}::int)`;
}

const NO_ID = Prisma.sql`NULL::uuid`;
const NO_TEXT = Prisma.sql`NULL::text`;
const NO_TIME = Prisma.sql`NULL::timestamptz`;
/** For what is about no batch. */
const NO_BATCH = Prisma.sql`NULL::uuid AS batch_id`;

/** For what is about no mail. */
const NO_MAIL = Prisma.sql`NULL::uuid AS mail_id, NULL::text AS mail_state, NULL::text AS template`;

/** The limit keeps the planner, which takes such rows for a third of all, from reading every stream. */
const STREAM_OF_VIEW = Prisma.sql`
  JOIN LATERAL (SELECT id, school_id, kind FROM stream WHERE stream.id = view.stream_id LIMIT 1) AS stream ON true`;

/** The columns of a finding about a stream; `stream` must be joined. */
function streamColumns(since: Prisma.Sql, code: Prisma.Sql, nextAt: Prisma.Sql): Prisma.Sql {
  return Prisma.sql`stream.id, stream.school_id, ${since} AS since,
    CASE WHEN stream.kind = 'assessment' THEN stream.id END AS assessment_id,
    CASE WHEN stream.kind = 'invitation' THEN stream.id END AS invitation_id,
    CASE WHEN stream.kind = 'batch' THEN stream.id END AS batch_id, ${NO_MAIL}, ${NO_ID} AS document_id, ${code} AS code, ${nextAt} AS next_at`;
}

const MAIL_COLUMNS = Prisma.sql`mail.id, mail.school_id, mail.queued_at AS since,
  (mail.reference ->> 'assessmentId')::uuid AS assessment_id, (mail.reference ->> 'invitationId')::uuid AS invitation_id,
  (mail.reference ->> 'batchId')::uuid AS batch_id,
  mail.id AS mail_id, mail.state AS mail_state, mail.template, (mail.reference ->> 'documentId')::uuid AS document_id,
  COALESCE(CASE WHEN mail.state = 'bounced' THEN mail.delivery_reason END, mail.last_error) AS code,
  CASE WHEN mail.state IN ('queued', 'unknown') THEN mail.next_try_at END AS next_at`;

/**
 * The mail to the exam office is a matter of its document, and mail to an examiner that does not arrive one of the
 * invitation, also when it went to an address that was corrected since.
 */
const OTHER_MAIL = Prisma.sql`(mail.template NOT IN ('resultToOffice', 'invitation', 'newLink') AND NOT EXISTS (
  SELECT FROM invitation JOIN contact ON contact.id = invitation.contact_id
  WHERE mail.template IN ('reminder', 'withdrawn', 'cancelled', 'returned', 'confirmation')
    AND invitation.id = (mail.reference ->> 'invitationId')::uuid
    AND (lower(contact.email) <> lower(mail.to_address)
      OR (invitation.status = 'active' AND invitation.delivery IN ('bounced', 'failed') AND invitation.opened_at IS NULL))))`;

/** The document was taken once, and the newest mail with it is lost. */
const LOST_OFFICE_MAIL = Prisma.sql`(mail.template = 'resultToOffice'
  AND EXISTS (
    SELECT FROM document
    WHERE document.id = (mail.reference ->> 'documentId')::uuid AND document.mailed_at IS NOT NULL)
  AND NOT EXISTS (
    SELECT FROM mail AS newer
    WHERE newer.stream_id = mail.stream_id AND newer.template = 'resultToOffice'
      AND newer.reference ->> 'documentId' = mail.reference ->> 'documentId' AND newer.queued_at > mail.queued_at))`;

/**
 * The rows of a kind, in columns that are the same for all. The conditions repeat those of the partial indexes word for
 * word, so that they are used.
 */
export function findingSql(kind: FindingKind, schoolId: string | null): Prisma.Sql {
  const ofSchool = (table: string) =>
    schoolId === null ? Prisma.sql`true` : Prisma.sql`${Prisma.raw(table)}.school_id = ${schoolId}::uuid`;
  switch (kind) {
    case FindingKind.Unrelayed:
      return Prisma.sql`
        SELECT ${streamColumns(Prisma.sql`stream.changed_at`, NO_TEXT, NO_TIME)} FROM stream
        WHERE ${ofSchool('stream')} AND stream.relayed_seq < stream.version
          AND stream.changed_at < ${minutesAgo(UNRELAYED_AFTER_MINUTES)}`;
    case FindingKind.Unseen:
      return Prisma.sql`
        SELECT ${streamColumns(Prisma.sql`view.told_at`, NO_TEXT, NO_TIME)}
        FROM workflow_view AS view ${STREAM_OF_VIEW}
        WHERE ${ofSchool('view')} AND view.seen_seq < view.told_seq
          AND view.told_at < ${minutesAgo(UNSEEN_AFTER_MINUTES)}`;
    case FindingKind.Overdue:
      return Prisma.sql`
        SELECT ${streamColumns(Prisma.sql`view.next_at`, Prisma.sql`view.waits_for`, NO_TIME)}
        FROM workflow_view AS view ${STREAM_OF_VIEW}
        WHERE ${ofSchool('view')} AND NOT view.is_closed AND view.next_at IS NOT NULL
          AND view.next_at < ${minutesAgo(OVERDUE_AFTER_MINUTES)}
          AND view.updated_at < ${minutesAgo(OVERDUE_AFTER_MINUTES)}`;
    case FindingKind.DocumentNotMade:
      return Prisma.sql`
        SELECT document.id, document.school_id, assessment.status_since AS since, document.assessment_id,
          ${NO_ID} AS invitation_id, ${NO_BATCH}, ${NO_MAIL}, document.id AS document_id, document.last_error AS code, view.next_at
        FROM document JOIN assessment ON assessment.id = document.assessment_id
        LEFT JOIN workflow_view AS view ON view.stream_id = document.assessment_id
        WHERE ${ofSchool('document')} AND document.stored_at IS NULL
          AND assessment.status_since < ${minutesAgo(DOCUMENT_AFTER_MINUTES)}`;
    case FindingKind.DocumentNotMailed:
      return Prisma.sql`
        SELECT document.id, document.school_id, document.stored_at AS since, document.assessment_id,
          ${NO_ID} AS invitation_id, ${NO_BATCH}, office_mail.id AS mail_id, office_mail.state AS mail_state, office_mail.template,
          document.id AS document_id,
          COALESCE(office_mail.delivery_reason, office_mail.last_error, document.last_error) AS code,
          CASE WHEN office_mail.state IN ('queued', 'unknown') THEN office_mail.next_try_at END AS next_at
        FROM document
        LEFT JOIN LATERAL (
          SELECT mail.* FROM mail
          WHERE mail.stream_id = document.assessment_id AND mail.template = 'resultToOffice'
            AND mail.reference ->> 'documentId' = document.id::text
          ORDER BY mail.queued_at DESC LIMIT 1) AS office_mail ON true
        WHERE ${ofSchool('document')} AND document.stored_at IS NOT NULL AND document.mailed_at IS NULL
          AND document.stored_at < ${minutesAgo(DOCUMENT_AFTER_MINUTES)}
          AND office_mail.state IS DISTINCT FROM 'unknown'`;
    case FindingKind.MailNotArrived:
      return Prisma.sql`
        SELECT ${MAIL_COLUMNS} FROM mail
        WHERE ${ofSchool('mail')} AND mail.state IN ('failed', 'bounced') AND mail.dealt_at IS NULL
          AND COALESCE(mail.last_error, '') NOT IN ('OBSOLETE', 'TOO_LATE')
          AND mail.queued_at > ${daysAgo(NOT_ARRIVED_DAYS)}
          AND (${OTHER_MAIL} OR ${LOST_OFFICE_MAIL})`;
    case FindingKind.MailUnknown:
      return Prisma.sql`
        SELECT ${MAIL_COLUMNS} FROM mail
        WHERE ${ofSchool('mail')} AND mail.state = 'unknown' AND mail.state IN ('queued', 'claimed', 'unknown')
          AND mail.queued_at < ${minutesAgo(MAIL_UNKNOWN_AFTER_MINUTES)}`;
    case FindingKind.MailWaiting:
      return Prisma.sql`
        SELECT ${MAIL_COLUMNS} FROM mail
        WHERE ${ofSchool('mail')} AND mail.state = 'queued' AND mail.state IN ('queued', 'claimed', 'unknown')
          AND mail.template <> 'resultToOffice' AND mail.queued_at < ${minutesAgo(MAIL_AFTER_MINUTES)}`;
    case FindingKind.MailHeld:
      return Prisma.sql`
        SELECT ${MAIL_COLUMNS} FROM mail
        WHERE ${ofSchool('mail')} AND mail.state = 'claimed' AND mail.state IN ('queued', 'claimed', 'unknown')
          AND mail.claimed_at < ${minutesAgo(MAIL_HELD_AFTER_MINUTES)}`;
    case FindingKind.InvitationUndelivered:
      return Prisma.sql`
        SELECT invitation.id, invitation.school_id, invitation.delivery_at AS since, ${NO_ID} AS assessment_id,
          invitation.id AS invitation_id, ${NO_BATCH}, mail.id AS mail_id, mail.state AS mail_state, mail.template,
          ${NO_ID} AS document_id,
          COALESCE(stream.state #>> '{problem,reason}', mail.last_error, upper(invitation.delivery)) AS code,
          ${NO_TIME} AS next_at
        FROM invitation JOIN stream ON stream.id = invitation.id LEFT JOIN mail ON mail.id = invitation.mail_id
        WHERE ${ofSchool('invitation')} AND invitation.status = 'active' AND invitation.delivery IN ('bounced', 'failed')
          AND invitation.opened_at IS NULL`;
    case FindingKind.BatchHeld:
      return Prisma.sql`
        SELECT batch.id, batch.school_id, membership.ended_at AS since, ${NO_ID} AS assessment_id, ${NO_ID} AS invitation_id,
          batch.id AS batch_id, ${NO_MAIL}, ${NO_ID} AS document_id, ${BATCH_INITIATOR_LEFT}::text AS code, ${NO_TIME} AS next_at
        FROM batch JOIN membership ON membership.id = batch.initiator_id AND membership.school_id = batch.school_id
        WHERE ${ofSchool('batch')} AND batch.status IN ('scheduled', 'sending') AND membership.ended_at IS NOT NULL`;
    case FindingKind.AnchorFailed:
      // A new school has its first anchor within a day; one in which nothing was ever written has none.
      return Prisma.sql`
        SELECT school.id, school.id AS school_id,
          COALESCE(trouble.since, (SELECT max(made_at) FROM anchor WHERE anchor.school_id = school.id), school.created_at) AS since,
          ${NO_ID} AS assessment_id, ${NO_ID} AS invitation_id, ${NO_BATCH}, ${NO_MAIL}, ${NO_ID} AS document_id,
          COALESCE(trouble.code, ${AnchorProblem.Overdue}::text) AS code, ${NO_TIME} AS next_at
        FROM school LEFT JOIN anchor_trouble AS trouble ON trouble.school_id = school.id
        WHERE ${schoolId === null ? Prisma.sql`true` : Prisma.sql`school.id = ${schoolId}::uuid`}
          AND (trouble.school_id IS NOT NULL OR (
            school.created_at < ${daysAgo(ANCHOR_DAYS)}
            AND NOT EXISTS (
              SELECT FROM anchor WHERE anchor.school_id = school.id AND anchor.made_at > ${daysAgo(ANCHOR_DAYS)})
            AND EXISTS (
              SELECT FROM stream WHERE stream.school_id = school.id AND stream.changed_at < ${daysAgo(ANCHOR_DAYS)})))`;
    case FindingKind.FileDamaged:
      return Prisma.sql`
        SELECT document.id, document.school_id, document.damaged_at AS since, document.assessment_id, ${NO_ID} AS invitation_id,
          ${NO_BATCH}, ${NO_MAIL}, document.id AS document_id, document.sha256 AS code, ${NO_TIME} AS next_at
        FROM document WHERE ${ofSchool('document')} AND document.damaged_at IS NOT NULL
        UNION ALL
        SELECT attachment.id, attachment.school_id, attachment.damaged_at,
          (SELECT form.assessment_id FROM evidence JOIN form ON form.id = evidence.form_id
            WHERE evidence.attachment_id = attachment.id LIMIT 1),
          (SELECT invitation_id FROM invitation_attachment WHERE attachment_id = attachment.id LIMIT 1),
          ${NO_BATCH}, ${NO_MAIL}, ${NO_ID}, attachment.sha256, ${NO_TIME}
        FROM attachment WHERE ${ofSchool('attachment')} AND attachment.damaged_at IS NOT NULL`;
    case FindingKind.AssessmentLate:
      return Prisma.sql`
        SELECT assessment.id, assessment.school_id, assessment.due_at AS since, assessment.id AS assessment_id,
          ${NO_ID} AS invitation_id, ${NO_BATCH}, ${NO_MAIL}, ${NO_ID} AS document_id, assessment.status AS code,
          ${NO_TIME} AS next_at
        FROM assessment
        WHERE ${ofSchool('assessment')} AND assessment.status IN ('draft', 'invited', 'inProgress', 'returned')
          AND assessment.due_at < now()`;
  }
}
