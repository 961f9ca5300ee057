/**
 * What is late, failed, unknown or not told: for the administrator of a school, and for the whole installation (`doctor`).
 *
 * Contract
 * 1. Every question is one bounded query that a partial index serves; a healthy installation answers from empty indexes.
 * 2. Rows come oldest first, a page at a time, by (since, id). Counts stop at COUNT_MOST.
 * 3. A scope with a school sees that school's rows alone. Rows hold ids, codes and instants; names are read apart, for a page.
 * 4. Everything is measured against the database's clock.
 */
import type { Conducting } from '../../domain/waiting.ts';
import { Prisma } from '../../generated/prisma/client.ts';
import { type Database, databaseClock } from '../client.ts';
import { readConducting } from './conducting.ts';
import { FINDING_KINDS, type FindingKind, findingSql } from './health-findings.ts';
import { describeFindings, type FindingSubject } from './health-subjects.ts';
import { MAX_HEARTBEAT_AGE_MS } from './status.ts';

export { FINDING_KINDS, FindingKind } from './health-findings.ts';
export type { FindingSubject } from './health-subjects.ts';

export interface Finding {
  readonly kind: FindingKind;
  /** The stream, mail, document or school that it is about. */
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
  /** A worker cannot read the mailbox for reports about mail, or cannot have the port for them. */
  readonly hasBounceTrouble?: true;
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
    const rows = await database.$queryRaw<
      { ageMs: number; temporalOk: boolean; smtpOk: boolean; hasBounceTrouble: boolean }[]
    >`
      SELECT (extract(epoch FROM clock_timestamp() - seen_at) * 1000)::int AS "ageMs", temporal_ok AS "temporalOk",
        smtp_ok AS "smtpOk", COALESCE(detail ->> 'bounces' = 'false', false) AS "hasBounceTrouble"
      FROM heartbeat WHERE kind = 'worker' ORDER BY seen_at DESC LIMIT 100`;
    const [newest] = rows;
    const isFresh = newest !== undefined && newest.ageMs < MAX_HEARTBEAT_AGE_MS;
    const present = rows.filter(({ ageMs }) => ageMs < MAX_HEARTBEAT_AGE_MS);
    return {
      workerAgeMs: newest?.ageMs ?? null,
      workerCount: present.length,
      isTemporalOk: isFresh && newest.temporalOk,
      isSmtpOk: isFresh && newest.smtpOk,
      ...(present.some(({ hasBounceTrouble }) => hasBounceTrouble) ? { hasBounceTrouble: true as const } : {}),
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
