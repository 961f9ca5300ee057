/**
 * What needs the initiator now, and of which assessments. One definition for the page that says it, for the filter of the
 * list, and for open pages that follow it.
 */
import { AgreementPolicy } from '../../domain/agreement.ts';
import type { AskKind } from '../../domain/assessment.ts';
import type { BounceReason } from '../../domain/delivery.ts';
import type { ExamDefinition } from '../../domain/exam.ts';
import type { InvitationState } from '../../domain/invitation.ts';
import { fullName } from '../../domain/school.ts';
import { Prisma } from '../../generated/prisma/client.ts';
import type { SchoolScope } from './index.ts';

export const AttentionKind = {
  /** Mail to an examiner did not arrive. */
  Bounced: 'bounced',
  /** An examiner asked to be excused or to hand over. */
  Asked: 'asked',
  /** Nobody scores it: no examiner was chosen, or none was invited. */
  Unchosen: 'unchosen',
  /** Two examiners scored differently where it matters, and a third must be chosen. */
  Third: 'third',
  /** No sign of life of an examiner for a week. */
  Silent: 'silent',
  /** The deadline has passed. */
  Late: 'late',
  /** Invitations of a piece of work could not be sent. */
  Failed: 'failed',
} as const;
export type AttentionKind = (typeof AttentionKind)[keyof typeof AttentionKind];

/** In the order of what cannot wait. */
export const ATTENTION_KINDS: readonly AttentionKind[] = [
  AttentionKind.Bounced,
  AttentionKind.Asked,
  AttentionKind.Failed,
  AttentionKind.Late,
  AttentionKind.Unchosen,
  AttentionKind.Third,
  AttentionKind.Silent,
];

/** Working days without a sign of life that make a week of silence. */
export const SILENT_WORKING_DAYS = 5;

/** Whose work, and before which moment the last sign of life is too long ago. */
export interface AttentionScope {
  readonly membershipId: string;
  readonly quietBefore: Date;
}

/** One thing to do. What one deed mends is one row, however many assessments it is about. */
export interface AttentionRow {
  readonly kind: AttentionKind;
  /** Of the invitation, the pair, the series or the batch. */
  readonly key: string;
  readonly since: Date;
  /** How many assessments it is about. */
  readonly size: number;
  readonly assessmentIds: readonly [string, ...string[]];
  /** The others are in this series too; null: it is about this assessment alone. */
  readonly seriesId: string | null;
  readonly student: string;
  readonly examTitle: string;
  readonly unitTitles: readonly string[];
  readonly isWholeExam: boolean;
  /** Null for what is about no examiner. */
  readonly examiner: { readonly contactId: string; readonly name: string; readonly organisation: string } | null;
  readonly ask: AskKind | null;
  /** Of what is not invited: somebody is chosen already. */
  readonly hasChosen: boolean;
  /** Why mail did not arrive; null when the record does not say, or nothing bounced. */
  readonly reason: BounceReason | null;
  readonly lastReminderAt: Date | null;
}

export interface AttentionGroup {
  readonly kind: AttentionKind;
  /** Things to do; there may be fewer rows. */
  readonly total: number;
  readonly rows: readonly AttentionRow[];
}

export interface AttentionSummary {
  /** Assessments with examiners who are at work. */
  readonly underWay: number;
  /** Assessments that wait for the committee. */
  readonly assessed: number;
  readonly nextDue: { readonly at: Date; readonly count: number } | null;
}

/** Rows of a group on the page; the list shows all. */
const MOST_ROWS = 5;

/** Those in which somebody may still have to do something. */
const RUNNING = Prisma.sql`a.status IN ('draft', 'invited', 'inProgress', 'returned')`;
const OPEN_FORM = Prisma.sql`p.form_status IN ('open', 'started', 'returned')`;
/** The form is finished, and a word of its examiner about what others scored differently is waited for. */
const WORD_NEEDED = Prisma.sql`(p.form_status = 'finished' AND a.agreement_since IS NOT NULL AND p.ask IS NULL
  AND EXISTS (SELECT 1 FROM stream s WHERE s.id = i.id AND s.state->'pairs'->>(a.id::text) = 'open'))`;
/** As `isUnreached` in domain/mail-reach.ts. */
const LOST = Prisma.sql`(i.delivery IN ('bounced', 'failed') AND (i.opened_at IS NULL OR i.opened_at < i.delivery_at))`;

/**
 * Every open form of the initiator, and every word that is waited for, with what is known of its examiner. Begins at the invitations, because who works on one
 * student is not silent about the others.
 */
function openWork(schoolId: string, { membershipId, quietBefore }: AttentionScope): Prisma.Sql {
  return Prisma.sql`
    SELECT w.* FROM (
      SELECT p.assessment_id, p.contact_id, p.ask, p.asked_at, i.id AS invitation_id, i.delivery_at, i.last_reminder_at,
        ${LOST} AS is_lost, ((${OPEN_FORM} OR ${WORD_NEEDED}) AND ${RUNNING}) AS is_open, a.due_at,
        max(GREATEST(i.invited_at, i.status_since, i.delivery_at, i.opened_at, p.started_at, p.finished_at, f.saved_at,
          CASE WHEN p.form_status = 'returned' THEN a.status_since END)) OVER (PARTITION BY i.id) AS sign_at
      FROM invitation i
      JOIN assessment_examiner p ON p.invitation_id = i.id
      JOIN assessment a ON a.id = p.assessment_id
      LEFT JOIN form f ON f.id = p.form_id
      WHERE i.school_id = ${schoolId}::uuid AND i.initiator_id = ${membershipId}::uuid
        AND i.status IN ('active', 'expired')) w
    WHERE w.is_open AND (w.is_lost OR w.ask IS NOT NULL
      OR (w.sign_at < ${quietBefore}::timestamptz AND (w.due_at IS NULL OR w.due_at > now())))`;
}

/** Finished forms that their examiners ask to have back, as long as nothing is decided. */
function askedBack(schoolId: string, membershipId: string): Prisma.Sql {
  return Prisma.sql`
    SELECT p.assessment_id, p.contact_id, p.ask, p.asked_at
    FROM assessment a JOIN assessment_examiner p ON p.assessment_id = a.id AND p.ask = 'return'
    WHERE a.school_id = ${schoolId}::uuid AND a.initiator_id = ${membershipId}::uuid
      AND (${RUNNING} OR a.status = 'assessed')`;
}

/** Assessments for which an invitation is planned already: nobody needs to do anything. */
function planned(schoolId: string, membershipId: string): Prisma.Sql {
  return Prisma.sql`
    SELECT unnest(r.assessment_ids) FROM batch b JOIN batch_row r ON r.batch_id = b.id
    WHERE b.school_id = ${schoolId}::uuid AND b.initiator_id = ${membershipId}::uuid
      AND b.status IN ('scheduled', 'sending') AND r.settled_at IS NULL`;
}

/** Rows of batches that were not sent, as far as their examiner was not invited in another way since. */
function failedRows(schoolId: string, membershipId: string): Prisma.Sql {
  return Prisma.sql`
    SELECT b.id AS batch_id, r.settled_at, a.id AS assessment_id, a.series_id
    FROM batch b
    JOIN batch_row r ON r.batch_id = b.id AND r.status = 'failed'
    JOIN assessment_examiner p ON p.assessment_id = ANY(r.assessment_ids) AND p.contact_id = r.contact_id
      AND p.form_status = 'none'
    JOIN assessment a ON a.id = p.assessment_id AND ${RUNNING}
    WHERE b.school_id = ${schoolId}::uuid AND b.initiator_id = ${membershipId}::uuid AND b.failed_count > 0`;
}

/** What makes an assessment `a` one of a kind, for the filter of the list. */
export function attentionSql(schoolId: string, scope: AttentionScope, kind: AttentionKind): Prisma.Sql {
  const open = (which: Prisma.Sql) =>
    // An array is found once; a join may be found again for each assessment.
    Prisma.sql`a.id = ANY(ARRAY(SELECT o.assessment_id FROM (${openWork(schoolId, scope)}) o WHERE ${which}))`;
  switch (kind) {
    case AttentionKind.Bounced:
      return open(Prisma.sql`o.is_lost`);
    case AttentionKind.Asked:
      return Prisma.sql`(${open(Prisma.sql`o.ask IS NOT NULL`)}
        OR a.id = ANY(ARRAY(SELECT b.assessment_id FROM (${askedBack(schoolId, scope.membershipId)}) b)))`;
    case AttentionKind.Silent:
      return open(isSilent(scope));
    case AttentionKind.Late:
      return Prisma.sql`(${RUNNING} AND a.due_at <= now())`;
    case AttentionKind.Unchosen:
      return Prisma.sql`(${RUNNING} AND NOT ${hasOpenForm} AND a.agreement_since IS NULL AND a.id <> ALL(ARRAY(${planned(schoolId, scope.membershipId)})))`;
    case AttentionKind.Third:
      return Prisma.sql`(${RUNNING} AND ${isThirdNeeded} AND a.id <> ALL(ARRAY(${planned(schoolId, scope.membershipId)})))`;
    case AttentionKind.Failed:
      return Prisma.sql`a.id = ANY(ARRAY(SELECT n.assessment_id FROM (${failedRows(schoolId, scope.membershipId)}) n))`;
  }
}

/** Who asked, cannot be reached or is past the deadline is told of elsewhere. */
function isSilent({ quietBefore }: AttentionScope): Prisma.Sql {
  return Prisma.sql`(NOT o.is_lost AND o.ask IS NULL AND o.sign_at < ${quietBefore}::timestamptz
    AND (o.due_at IS NULL OR o.due_at > now()))`;
}

const hasOpenForm = Prisma.sql`EXISTS (SELECT 1 FROM assessment_examiner p WHERE p.assessment_id = a.id AND ${OPEN_FORM})`;

/** While it is sought and this is the policy, nobody else's word is waited for: see `settlementOf` in the domain. */
const isThirdNeeded = Prisma.sql`(a.agreement_since IS NOT NULL AND EXISTS (SELECT 1 FROM stream s
  WHERE s.id = a.id AND s.state->>'agreementPolicy' = ${AgreementPolicy.Third}))`;

interface FoundRow {
  readonly kind: AttentionKind;
  readonly key: string;
  readonly assessmentIds: [string, ...string[]];
  readonly contactId: string | null;
  readonly seriesId: string | null;
  readonly size: number;
  readonly since: Date;
  readonly ask: AskKind | null;
  readonly hasChosen: boolean;
  readonly lastReminderAt: Date | null;
  readonly total: number;
}

interface SummaryRow {
  readonly underWay: number;
  readonly assessed: number;
  readonly dueAt: Date | null;
  readonly dueCount: number;
}

export function createAttentionReads({ database, schoolId }: SchoolScope) {
  /** The first rows of each kind, longest first. One query. */
  async function findRows(scope: AttentionScope): Promise<FoundRow[]> {
    const { membershipId } = scope;
    return database.$queryRaw<FoundRow[]>`
      WITH open_work AS MATERIALIZED (${openWork(schoolId, scope)}),
      running AS MATERIALIZED (
        SELECT a.id, a.series_id, a.status_since, a.due_at, a.agreement_since, ${isThirdNeeded} AS is_third_needed,
          (NOT ${hasOpenForm} AND a.agreement_since IS NULL) AS is_unchosen,
          EXISTS (SELECT 1 FROM assessment_examiner p WHERE p.assessment_id = a.id AND p.form_status = 'none'
            AND cardinality(p.components) > 0) AS has_chosen
        FROM assessment a
        WHERE a.school_id = ${schoolId}::uuid AND a.initiator_id = ${membershipId}::uuid AND ${RUNNING}),
      found (kind, key, "assessmentIds", "contactId", "seriesId", size, since, ask, "hasChosen", "lastReminderAt") AS (
        SELECT 'bounced', invitation_id, array_agg(assessment_id ORDER BY assessment_id), contact_id, NULL::uuid,
          count(*)::int, min(delivery_at), NULL::text, false, max(last_reminder_at)
        FROM open_work WHERE is_lost GROUP BY invitation_id, contact_id
        UNION ALL
        SELECT 'asked', assessment_id, ARRAY[assessment_id], contact_id, NULL, 1, asked_at, ask, false, NULL
        FROM open_work WHERE ask IS NOT NULL
        UNION ALL
        SELECT 'asked', assessment_id, ARRAY[assessment_id], contact_id, NULL, 1, asked_at, ask, false, NULL
        FROM (${askedBack(schoolId, membershipId)}) b
        UNION ALL
        SELECT 'silent', invitation_id, array_agg(assessment_id ORDER BY assessment_id), contact_id, NULL,
          count(*)::int, max(sign_at), NULL, false, max(last_reminder_at)
        FROM open_work o WHERE ${isSilent(scope)} GROUP BY invitation_id, contact_id
        UNION ALL
        SELECT 'unchosen', COALESCE(series_id, id), array_agg(id ORDER BY id), NULL, series_id, count(*)::int,
          min(status_since), NULL, bool_and(has_chosen), NULL
        FROM running WHERE is_unchosen AND id <> ALL(ARRAY(${planned(schoolId, membershipId)})) GROUP BY COALESCE(series_id, id), series_id
        UNION ALL
        SELECT 'third', id, ARRAY[id], NULL, NULL, 1, agreement_since, NULL, has_chosen, NULL
        FROM running WHERE is_third_needed AND id <> ALL(ARRAY(${planned(schoolId, membershipId)}))
        UNION ALL
        SELECT 'late', COALESCE(series_id, id), array_agg(id ORDER BY id), NULL, series_id, count(*)::int,
          min(due_at), NULL, false, NULL
        FROM running WHERE due_at <= now() GROUP BY COALESCE(series_id, id), series_id
        UNION ALL
        SELECT 'failed', batch_id, array_agg(DISTINCT assessment_id), NULL, NULL,
          count(DISTINCT assessment_id)::int, max(settled_at), NULL, false, NULL
        FROM (${failedRows(schoolId, membershipId)}) n GROUP BY batch_id)
      SELECT * FROM (
        SELECT found.*, count(*) OVER (PARTITION BY kind)::int AS total,
          (row_number() OVER (PARTITION BY kind ORDER BY since, key, "contactId"))::int AS place
        FROM found) ranked
      WHERE place <= ${MOST_ROWS} ORDER BY kind, place`;
  }

  return {
    /** Groups that hold something, in the order of {@link ATTENTION_KINDS}. */
    async readAttention(scope: AttentionScope): Promise<AttentionGroup[]> {
      const found = await findRows(scope);
      const assessmentIds = found.map((row) => row.assessmentIds[0]);
      const contactIds = found.flatMap((row) => row.contactId ?? []);
      const bounced = found.filter((row) => row.kind === AttentionKind.Bounced).map((row) => row.key);
      const [assessments, contacts, streams] = await Promise.all([
        database.assessment.findMany({
          where: { schoolId, id: { in: assessmentIds } },
          select: { id: true, unitCodes: true, student: true, examVersion: { select: { definition: true } } },
        }),
        database.contact.findMany({ where: { schoolId, id: { in: contactIds } } }),
        database.stream.findMany({ where: { schoolId, id: { in: bounced } }, select: { id: true, state: true } }),
      ]);
      const reasons = new Map(
        streams.map(({ id, state }) => [id, (state as unknown as InvitationState).problem?.reason ?? null] as const),
      );
      const rows = found.flatMap((row): AttentionRow[] => {
        const assessment = assessments.find(({ id }) => id === row.assessmentIds[0]);
        if (!assessment) return [];
        const exam = assessment.examVersion.definition as unknown as ExamDefinition;
        const units = exam.units.filter((unit) => assessment.unitCodes.includes(unit.code));
        const contact = contacts.find(({ id }) => id === row.contactId);
        return [
          {
            kind: row.kind,
            key: row.key,
            since: row.since,
            size: row.size,
            assessmentIds: row.assessmentIds,
            seriesId: row.seriesId,
            student: fullName(assessment.student),
            examTitle: exam.title,
            unitTitles: units.map(({ title }) => title),
            isWholeExam: units.length === exam.units.length,
            examiner: contact
              ? { contactId: contact.id, name: contact.name, organisation: contact.organisation }
              : null,
            ask: row.ask,
            hasChosen: row.hasChosen,
            reason: reasons.get(row.key) ?? null,
            lastReminderAt: row.lastReminderAt,
          },
        ];
      });
      return ATTENTION_KINDS.flatMap((kind) => {
        const own = rows.filter((row) => row.kind === kind);
        const total = found.find((row) => row.kind === kind)?.total ?? 0;
        return total > 0 ? [{ kind, total, rows: own }] : [];
      });
    },

    /** What there is besides. */
    async readSummary(membershipId: string): Promise<AttentionSummary> {
      const [row] = await database.$queryRaw<SummaryRow[]>`
        WITH mine AS MATERIALIZED (
          SELECT a.status, a.due_at FROM assessment a
          WHERE a.school_id = ${schoolId}::uuid AND a.initiator_id = ${membershipId}::uuid
            AND a.status IN ('invited', 'inProgress', 'returned', 'assessed')),
        next AS (SELECT min(due_at) AS at FROM mine WHERE status <> 'assessed' AND due_at > now())
        SELECT count(*) FILTER (WHERE m.status <> 'assessed')::int AS "underWay",
          count(*) FILTER (WHERE m.status = 'assessed')::int AS assessed,
          (SELECT at FROM next) AS "dueAt",
          count(*) FILTER (WHERE m.status <> 'assessed' AND m.due_at = (SELECT at FROM next))::int AS "dueCount"
        FROM mine m`;
      const { underWay = 0, assessed = 0, dueAt = null, dueCount = 0 } = row ?? {};
      return { underWay, assessed, nextDue: dueAt === null ? null : { at: dueAt, count: dueCount } };
    },

    /** Whether this initiator ever started anything. */
    async hasStarted(membershipId: string): Promise<boolean> {
      const row = await database.assessment.findFirst({
        where: { schoolId, initiatorId: membershipId },
        select: { id: true },
      });
      return row !== null;
    },

    /** Changes whenever {@link readAttention} or {@link readSummary} would say something else. */
    async attentionStamp(scope: AttentionScope): Promise<string> {
      const [rows, summary] = await Promise.all([findRows(scope), this.readSummary(scope.membershipId)]);
      return JSON.stringify([rows, summary]);
    },
  };
}
