import { it } from '@jest/globals';
import pg from 'pg';
import { startTestApp } from '../support/app.ts';
import { DOMAIN, registered, save } from './student-support.ts';
it('speed', async () => {
  const app = await startTestApp({ isLenient: true, seed: { settings: { studentDomains: [DOMAIN] } } });
  const db = new pg.Client({ connectionString: app.databaseUrl });
  await db.connect();
  await db.query(`INSERT INTO student (id, school_id, number, email, given_name, family_name, search_text, account_id)
    SELECT gen_random_uuid(), '${app.seed.schoolId}', 'n'||g, 's'||g||'@student.example', 'A', 'B', 'a b '||g, NULL FROM generate_series(1,200000) g`);
  await db.query(`INSERT INTO assessment (id, school_id, exam_version_id, grading_scheme_id, unit_codes, student_id, initiator_id, attempt, status, status_since, created_at, search_text)
    SELECT gen_random_uuid(), '${app.seed.schoolId}', '${app.seed.examVersionId}', '${app.seed.gradingSchemeId}', ARRAY['EX1'], student.id, '${app.seed.teacher.membershipId}', 1, 'invited', now(), now(), 'x' FROM student`);
  await db.query('ANALYZE');
  const client = await registered(app, `snel@${DOMAIN}`);
  await save(client, { nummer: '77777' });
  const account = await app.database.account.findUniqueOrThrow({ where: { email: `snel@${DOMAIN}` } });
  const mine = app.repositories.forSchool(app.seed.schoolId).mine;
  for (let i = 0; i < 3; i += 1) {
    const t = performance.now(); const own = await mine.findOwn(account.id); const t2 = performance.now();
    await mine.listExams(own?.student?.id ?? ''); const t3 = performance.now();
    const t4 = performance.now(); await app.repositories.access.requestSignIn('s77@student.example', app.keyring.current); const t5 = performance.now();
    await app.repositories.access.requestRegistration(`q${i}@student.example`, app.keyring.current); const t6 = performance.now();
    console.log(t2 - t, t3 - t2, t5 - t4, t6 - t5);
  }
  const e = await db.query(`EXPLAIN ANALYZE SELECT student.id FROM account JOIN student ON student.school_id = '${app.seed.schoolId}' AND (student.account_id = account.id OR (student.account_id IS NULL AND lower(student.email) = account.email)) WHERE account.id = '${account.id}' ORDER BY student.account_id IS NULL, student.id LIMIT 1`);
  console.log(e.rows.map((r) => r['QUERY PLAN']).join('\n'));
  await db.end();
  await app.stop();
}, 100_000);
