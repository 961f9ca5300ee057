/** Years of assessments, made by the database itself: as many rows as a large school has after a long time. */
import type pg from 'pg';
import type { BenchSchool } from './school.ts';

/** Assessments of one teacher: a list that a person made does not grow with the school. */
export const OWN_ASSESSMENTS = 1_000;

/** Indexes that are quicker made anew over all rows than kept during millions of insertions; they are the same afterwards. */
const LARGE_TABLES = ['assessment', 'assessment_examiner', 'stream', 'student'];

/**
 * Fills up to `to` assessments of one school, each with one examiner and its stream. Of all, one in fifty waits for the
 * committee and most are final, as after years; they lie in time one minute after the other.
 * @param from how many there are already
 */
export async function fillQueue(client: pg.Client, school: BenchSchool, from: number, to: number): Promise<void> {
  const indexes = to - from > 50_000 ? await dropIndexes(client) : [];
  const range = [from, to - 1, school.schoolId];
  const teachers = `generate_series(($1::int + ${OWN_ASSESSMENTS - 1}) / ${OWN_ASSESSMENTS}, $2::int / ${OWN_ASSESSMENTS})`;
  await client.query('BEGIN');
  await client.query("SET LOCAL session_replication_role = 'replica'");
  await client.query(
    `INSERT INTO student (id, school_id, number, email, given_name, family_name, search_text)
     SELECT ${id('student')}, $3::uuid, (5000000 + n)::text, 'proef' || n || '@student.example', 'Noor', 'Proefstudent' || n,
       'noor proefstudent' || n || ' ' || (5000000 + n) || ' proef' || n || '@student.example'
     FROM generate_series($1::int, $2::int) n`,
    range,
  );
  await client.query(
    `INSERT INTO account (id, email, given_name, family_name)
     SELECT ${id('account')}, 'docent' || n || '@roc.example', 'Toos', 'Docent' || n FROM ${teachers} n`,
    range.slice(0, 2),
  );
  await client.query(
    `INSERT INTO membership (id, school_id, account_id, roles)
     SELECT ${id('member')}, $3::uuid, ${id('account')}, '{teacher}' FROM ${teachers} n`,
    range,
  );
  await client.query(
    `INSERT INTO exam (id, school_id, code, crebo, title, kind, level)
     SELECT ${RARE_EXAM_ID}, $1::uuid, 'ZELDEN-2026', '25000', 'Zelden afgenomen', 'basis', 3 ON CONFLICT DO NOTHING`,
    [school.schoolId],
  );
  await client.query(
    `INSERT INTO exam_version (id, school_id, exam_id, version, definition, sha256)
     SELECT ${RARE_VERSION}, school_id, ${RARE_EXAM_ID}, version, definition, sha256 FROM exam_version WHERE id = $1::uuid
     ON CONFLICT DO NOTHING`,
    [school.examVersionId],
  );
  await client.query(
    `INSERT INTO student_group (id, school_id, name, school_year) SELECT ${GROUP_ID}, $1::uuid, 'BENCH', '2026-2027' ON CONFLICT DO NOTHING`,
    [school.schoolId],
  );
  await client.query(
    `INSERT INTO group_student (school_id, group_id, student_id)
     SELECT $1::uuid, ${GROUP_ID}, ${id('student')} FROM generate_series(0, 29) n ON CONFLICT DO NOTHING`,
    [school.schoolId],
  );
  await client.query(
    `INSERT INTO assessment (id, school_id, exam_version_id, grading_scheme_id, unit_codes, student_id, initiator_id, attempt,
       status, status_since, created_at, score, grade_tenths, insufficient_count, is_late, disagreement_count, return_count,
       override_count, has_remarks, proposed_by_id, decided_at, awaits_publication, search_text)
     SELECT ${id('assessment')}, $3::uuid, CASE WHEN n % ${RARE_EXAM} = 7 THEN ${RARE_VERSION} ELSE $4::uuid END, (SELECT id FROM grading_scheme WHERE school_id = $3::uuid LIMIT 1), $5::text[],
       ${id('student')}, ${id('member', `(n / ${OWN_ASSESSMENTS})`)}, 1, status, at, at - interval '20 days',
       CASE WHEN status IN ('assessed', 'final') THEN CASE WHEN n % 11 = 0 THEN 'O' ELSE 'V' END END,
       CASE WHEN status IN ('assessed', 'final') THEN CASE WHEN n % 11 = 0 THEN 45 ELSE 70 END END,
       CASE WHEN status IN ('assessed', 'final') AND n % 11 = 0 THEN 2 ELSE 0 END, n % 37 = 0,
       CASE WHEN n % 53 = 0 THEN 1 ELSE 0 END, CASE WHEN n % 41 = 0 THEN 1 ELSE 0 END, CASE WHEN n % 997 = 0 THEN 1 ELSE 0 END,
       (status IN ('assessed', 'final') AND n % 11 = 0) OR n % 37 = 0 OR n % 53 = 0 OR n % 41 = 0 OR n % 997 = 0,
       CASE WHEN status = 'assessed' AND n % 19 = 0 THEN ${id('member', '0')} END, CASE WHEN status = 'final' THEN at END,
       status = 'final' AND n % 199 = 0,
       'noor proefstudent' || n || ' ' || (5000000 + n) || ' proef' || n || '@student.example zdb-2026 zorg dichtbij'
     FROM (SELECT n, timestamptz '2020-01-01' + n * interval '1 minute' AS at,
         CASE n % 50 WHEN 0 THEN 'assessed' WHEN 1 THEN 'invited' WHEN 2 THEN 'inProgress' WHEN 3 THEN 'draft'
           WHEN 4 THEN 'cancelled' WHEN 5 THEN 'returned' ELSE 'final' END AS status
       FROM generate_series($1::int, $2::int) n) made`,
    [...range, school.examVersionId, [...school.unitCodes]],
  );
  await client.query(
    `INSERT INTO assessment_examiner (school_id, assessment_id, contact_id, form_status, components)
     SELECT $3::uuid, ${id('assessment')}, ($4::uuid[])[1 + n % array_length($4::uuid[], 1)],
       CASE WHEN n % 50 IN (1, 2, 3) THEN 'open' ELSE 'finished' END, '{}'
     FROM generate_series($1::int, $2::int) n`,
    [...range, [...school.contactIds]],
  );
  await client.query(
    `INSERT INTO stream (id, school_id, kind, version, head_hash, relayed_seq, state)
     SELECT ${id('assessment')}, $3::uuid, 'assessment', 6, repeat('0', 64), 6, $4::jsonb FROM generate_series($1::int, $2::int) n`,
    [...range, JSON.stringify({ components: [], assignments: [], examiners: {}, disagreements: [], decision: null })],
  );
  await client.query('COMMIT');
  for (const definition of indexes) await client.query(definition);
  await client.query('VACUUM ANALYZE');
}

/** One assessment in so many is of an exam that is rarely taken. */
const RARE_EXAM = 1_000;
const RARE_EXAM_ID = "'01940000-0000-7000-8000-000000000001'::uuid";
const RARE_VERSION = "'01940000-0000-7000-8000-000000000002'::uuid";
const GROUP_ID = "'01940000-0000-7000-8000-000000000003'::uuid";

/** For the filters of a list: ids that are the same in every size. */
export const FILTER_IDS = {
  rareExam: '01940000-0000-7000-8000-000000000001',
  group: '01940000-0000-7000-8000-000000000003',
};

const PREFIXES = { student: '01900000', assessment: '01910000', account: '01920000', member: '01930000' };

/** SQL for an id: the same for the same number, in the order of the numbers as ids of version 7 are. */
function id(kind: keyof typeof PREFIXES, n = 'n'): string {
  return `('${PREFIXES[kind]}-' || lpad(to_hex(${n} / 65536), 4, '0') || '-7' || lpad(to_hex(${n} % 4096), 3, '0') || '-8000-' || lpad(to_hex(${n}), 12, '0'))::uuid`;
}

/** The teacher with the first assessments. */
export const FIRST_TEACHER = `${PREFIXES.member}-0000-7000-8000-000000000000`;

/** @returns what makes them again */
async function dropIndexes(client: pg.Client): Promise<string[]> {
  const found = await client.query<{ name: string; definition: string }>(
    `SELECT i.indexrelid::regclass::text AS name, pg_get_indexdef(i.indexrelid) AS definition
     FROM pg_index i WHERE i.indrelid = ANY ($1::regclass[])
       AND NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conindid = i.indexrelid)
       AND NOT i.indisunique`,
    [LARGE_TABLES],
  );
  for (const { name } of found.rows) await client.query(`DROP INDEX ${name}`);
  return found.rows.map(({ definition }) => definition);
}
