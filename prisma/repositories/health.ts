/**
 * What is late, failed, unknown or not told: for the administrator of a school, and for the whole installation (`doctor`).
 *
 * Contract
 * 1. Every question is one bounded query that a partial index serves; a healthy installation answers from empty indexes.
 * 2. Rows come oldest first, a page at a time, by (since, id). Counts stop at COUNT_MOST.
 * 3. A scope with a school sees that school's rows alone. Rows hold ids, codes and instants; names are read apart, for a page.
 * 4. Everything is measured against the database's clock.
 */
import { type Conducting, OVERDUE_AFTER_MINUTES, UNSEEN_AFTER_MINUTES } from '../../domain/waiting.ts';
import { Prisma } from '../../generated/prisma/client.ts';
import { type Database, databaseClock } from '../client.ts';
import { readConducting } from './conducting.ts';
import { describeFindings, type FindingSubject } from './health-subjects.ts';
import { MAX_HEARTBEAT_AGE_MS } from './status.ts';

export type { FindingSubject } from './health-subjects.ts';

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
  /** Stored bytes are missing or not what was stored. */
  FileDamaged: 'fileDamaged',
  /** The deadline has passed. */
  AssessmentLate: 'assessmentLate',
} as const;
export type FindingKind = (typeof FindingKind)[keyof typeof FindingKind];
export const FINDING_KINDS: readonly FindingKind[] = Object.values(FindingKind);

export interface Finding {
  readonly kind: FindingKind;
  /** The stream, mail or document that it is about. */
  readonly id: string;
  readonly schoolId: string;
  readonly since: Date;
  readonly assessmentId: string | null;
  readonly invitationId: string | null;
  readonly batchId: string | null;
  readonly mailId: string | null;
  readonly mailState: string | null;
  readonly documentId: string | null;
  /** Of a mail: its template. */
  readonly template: string | null;
  /** What went wrong, or what is waited for. */
  readonly code: string | null;
  /** When it is tried again by itself. */
  readonly nextAt: Date | null;
}

/** Where the next page begins. */
export interface FindingCursor {
  readonly since: Date;
  readonly id: string;
}

export interface FindingPage {
  readonly rows: readonly Finding[];
  readonly next: FindingCursor | null;
}

export interface FindingSection extends FindingPage {
  readonly kind: FindingKind;
  /** At most COUNT_MOST. */
  readonly count: number;
}

export interface PartsStatus {
  /** Milliseconds since a worker was seen; null when none ever was. */
  readonly workerAgeMs: number | null;
  readonly workerCount: number;
  /** What the worker that was seen last could reach. */
  readonly isTemporalOk: boolean;
  readonly isSmtpOk: boolean;
}

export interface HealthReport {
  readonly asOf: Date;
  readonly parts: PartsStatus;
  /** Every kind, also those without rows. */
  readonly sections: readonly FindingSection[];
}

/** What a person did to mend something. */
export interface MendingEntry {
  readonly action: string;
  readonly targetId: string;
  readonly actorName: string | null;
  readonly at: Date;
}

export const COUNT_MOST = 1_000;
export const FINDINGS_PER_PAGE = 50;
const UNRELAYED_AFTER_MINUTES = 1;
const DOCUMENT_AFTER_MINUTES = 10;
const MAIL_AFTER_MINUTES = 10;
const MAIL_UNKNOWN_AFTER_MINUTES = 1;
/** Far beyond the minute that a worker may hold a mail. */
const MAIL_HELD_AFTER_MINUTES = 5;
/** What did not arrive longer ago is history. */
const NOT_ARRIVED_DAYS = 30;

export type HealthRepository = ReturnType<typeof createHealthRepository>;

/** @param schoolId null for the whole installation */
export function createHealthRepository(database: Database, schoolId: string | null) {
  async function readPage(kind: FindingKind, after: FindingCursor | null, limit: number): Promise<FindingPage> {
    const from = after
      ? Prisma.sql`WHERE (found.since, found.id) > (${after.since}::timestamptz, ${after.id}::uuid)`
      : Prisma.empty;
    const found = await database.$queryRaw<Omit<Finding, 'kind'>[]>`
      SELECT found.id, found.school_id AS "schoolId", found.since, found.assessment_id AS "assessmentId",
        found.invitation_id AS "invitationId", found.batch_id AS "batchId", found.mail_id AS "mailId", found.mail_state AS "mailState",
        found.document_id AS "documentId", found.template, found.code, found.next_at AS "nextAt"
      FROM (${findingSql(kind, schoolId)}) AS found ${from}
      ORDER BY found.since, found.id LIMIT ${limit + 1}`;
    const rows = found.slice(0, limit).map((row) => ({ kind, ...row }));
    const last = rows.at(-1);
    return { rows, next: found.length > limit && last ? { since: last.since, id: last.id } : null };
  }

  async function count(kind: FindingKind): Promise<number> {
    const rows = await database.$queryRaw<{ count: number }[]>`
      SELECT count(*)::int AS count
      FROM (SELECT FROM (${findingSql(kind, schoolId)}) AS found LIMIT ${COUNT_MOST}) AS counted`;
    return rows[0]?.count ?? 0;
  }

  async function readParts(): Promise<PartsStatus> {
    const rows = await database.$queryRaw<{ ageMs: number; temporalOk: boolean; smtpOk: boolean }[]>`
      SELECT (extract(epoch FROM clock_timestamp() - seen_at) * 1000)::int AS "ageMs", temporal_ok AS "temporalOk",
        smtp_ok AS "smtpOk"
      FROM heartbeat WHERE kind = 'worker' ORDER BY seen_at DESC LIMIT 100`;
    const [newest] = rows;
    const isFresh = newest !== undefined && newest.ageMs < MAX_HEARTBEAT_AGE_MS;
    return {
      workerAgeMs: newest?.ageMs ?? null,
      workerCount: rows.filter(({ ageMs }) => ageMs < MAX_HEARTBEAT_AGE_MS).length,
      isTemporalOk: isFresh && newest.temporalOk,
      isSmtpOk: isFresh && newest.smtpOk,
    };
  }

  return {
    readPage,
    readParts,
    now: () => databaseClock.now(database),

    /** How many of a kind, at most COUNT_MOST. */
    count,

    /** Everything, with the first rows of each kind. */
    async readReport(limit = FINDINGS_PER_PAGE): Promise<HealthReport> {
      const asOf = await databaseClock.now(database);
      const sections: FindingSection[] = [];
      // One after the other: a page that is looked at when things go badly should not take all connections.
      for (const kind of FINDING_KINDS) {
        const page = await readPage(kind, null, limit);
        sections.push({ kind, ...page, count: page.next === null ? page.rows.length : await count(kind) });
      }
      return { asOf, parts: await readParts(), sections };
    },

    /** Students, exams and examiners that findings are about, by the id of the finding. Only for a page of one school. */
    async describe(findings: readonly Finding[]): Promise<ReadonlyMap<string, FindingSubject>> {
      if (schoolId === null) throw new Error('names are not read for a whole installation');
      return describeFindings(database, schoolId, findings);
    },

    /** Whether the conductor is where the record is, for one assessment of the school. */
    async readConducting(assessmentId: string): Promise<Conducting> {
      if (schoolId === null) throw new Error('an assessment is read by its school');
      return readConducting(database, schoolId, assessmentId);
    },

    /** When each of these was mended last, of the past hour. */
    async readMendedAt(targetIds: readonly string[]): Promise<ReadonlyMap<string, Date>> {
      if (targetIds.length === 0) return new Map();
      const rows = await database.$queryRaw<{ targetId: string; at: Date }[]>`
        SELECT target_id AS "targetId", max(at) AS at FROM mending
        WHERE target_id IN (${Prisma.join(targetIds.map((id) => Prisma.sql`${id}::uuid`))})
          AND at > now() - interval '1 hour' ${schoolSql('school_id', schoolId)}
        GROUP BY target_id`;
      return new Map(rows.map(({ targetId, at }) => [targetId, at]));
    },

    /** What was mended last in this school, newest first. */
    async readMendings(limit: number): Promise<MendingEntry[]> {
      const rows = await database.$queryRaw<MendingEntry[]>`
        SELECT mending.action, mending.target_id AS "targetId", mending.at,
          concat_ws(' ', account.given_name, nullif(account.infix, ''), account.family_name) AS "actorName"
        FROM mending
        LEFT JOIN membership ON membership.id = mending.actor_id AND membership.school_id = mending.school_id
        LEFT JOIN account ON account.id = membership.account_id
        WHERE true ${schoolSql('mending.school_id', schoolId)}
        ORDER BY mending.at DESC, mending.id DESC LIMIT ${limit}`;
      return rows.map((row) => ({ ...row, actorName: row.actorName || null }));
    },
  };
}

function schoolSql(column: 'school_id' | 'mending.school_id', schoolId: string | null): Prisma.Sql {
  return schoolId === null ? Prisma.empty : Prisma.sql`AND ${Prisma.raw(column)} = ${schoolId}::uuid`;
}

/** `now()`, not `clock_timestamp()`, which changes from row to row and so cannot be looked up in an index. */
function minutesAgo(minutes: number): Prisma.Sql {
  return Prisma.sql`now() - make_interval(mins => ${minutes}::int)`;
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
function findingSql(kind: FindingKind, schoolId: string | null): Prisma.Sql {
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
          AND mail.queued_at > now() - make_interval(days => ${NOT_ARRIVED_DAYS}::int)
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
