/** Fills an empty database with the demo school, and says who can sign in as what. */
import { join } from 'node:path';
import { v7 as uuidv7 } from 'uuid';
import { EXAMPLE_SCHEME } from '../domain/grading.ts';
import { Role } from '../domain/school.ts';
import { projectRoot } from '../platform/config.ts';
import { loadDemoSchool, loadOtherDemoSchool } from '../platform/import/demo-school.ts';
import { readNamedLogo } from '../platform/import/school-logo.ts';
import { createLinkToken } from '../platform/tokens.ts';
import { type Database, openDatabase } from '../prisma/client.ts';
import {
  importContacts,
  importExam,
  importPeople,
  importScheme,
  importSchool,
  importStudents,
} from '../prisma/importer.ts';
import { playDemo } from './lib/play-demo.ts';
import type { Seed, SeedContext } from './lib/stack.ts';

const IMPORT_TIMEOUT_MS = 60_000;
/** Ready links of the demo live a working day; real ones fifteen minutes. */
const DEMO_SIGN_IN_MS = 12 * 3_600_000;

const SHOWN_ROLES: readonly { readonly role: Role; readonly label: string }[] = [
  { role: Role.Teacher, label: 'Teacher (starts assessments)' },
  { role: Role.Committee, label: 'Committee (finalises)' },
  { role: Role.Administrator, label: 'Administrator' },
];

export const seed: Seed = async (context) => {
  const database = openDatabase({ url: context.config.database.url, poolSize: 2, statementTimeoutMs: 30_000 });
  try {
    if ((await database.school.count()) === 0) await fill(database, context);
    return { lines: await readyLinks(database, context) };
  } finally {
    await database.$disconnect();
  }
};

async function fill(database: Database, context: SeedContext): Promise<void> {
  context.say('Filling the empty database with a demo school …');
  const dir = join(projectRoot, 'demo');
  const demo = await loadDemoSchool(dir);
  const other = await loadOtherDemoSchool(dir);
  const { namedLogo } = demo.school;
  const logo = namedLogo && (await readNamedLogo(dir, namedLogo));
  const { schoolId, exams } = await database.$transaction(
    async (tx) => {
      const id = await importSchool(tx, { ...demo.school, ...(logo ? { logo } : {}) });
      const scheme = { ...EXAMPLE_SCHEME, code: demo.school.settings.schemeCode };
      await importScheme(tx, id, scheme);
      await importPeople(tx, id, demo.people);
      await importContacts(tx, id, demo.contacts);
      await importStudents(tx, id, demo.students);
      const versions = new Map();
      for (const exam of demo.exams) versions.set(exam.code, { versionId: await importExam(tx, id, exam), exam });
      const otherId = await importSchool(tx, other.school);
      await importScheme(tx, otherId, { ...EXAMPLE_SCHEME, code: other.school.settings.schemeCode });
      await importPeople(tx, otherId, other.people);
      await importStudents(tx, otherId, other.students);
      return { schoolId: id, exams: versions };
    },
    { timeout: IMPORT_TIMEOUT_MS },
  );
  const kid = context.config.keys.current;
  const count = await playDemo({ database, schoolId, kid, settings: demo.school.settings, exams });
  context.say(`The demo school has ${demo.students.length} students and ${count} assessments.`);
}

/** One person per role, with a link that signs in at once. */
async function readyLinks(database: Database, context: SeedContext): Promise<string[]> {
  const school = await database.school.findFirst({ orderBy: { createdAt: 'asc' }, where: { slug: 'roc-voorbeeld' } });
  if (!school) return [];
  const lines = [`Sign in to ${school.name} with one of these links (they work once, until tonight):`];
  for (const { role, label } of SHOWN_ROLES) {
    const membership = await database.membership.findFirst({
      where: { schoolId: school.id, roles: { has: role }, endedAt: null },
      include: { account: true },
      orderBy: { id: 'asc' },
    });
    if (!membership) continue;
    const link = await signInLink(database, context, membership.accountId);
    lines.push(`  ${label.padEnd(30)} ${membership.account.email}`, `    ${link}`);
  }
  lines.push('Or ask for a sign-in mail with any of these addresses; it lands in the mailbox.');
  return lines;
}

async function signInLink(database: Database, context: SeedContext, accountId: string): Promise<string> {
  const id = uuidv7();
  const kid = context.config.keys.current;
  const now = Date.now();
  await database.signIn.create({
    data: { id, accountId, kid, createdAt: new Date(now), expiresAt: new Date(now + DEMO_SIGN_IN_MS) },
  });
  const token = createLinkToken(context.config.keys, { kid, linkId: id, purpose: 'signin' });
  return `${context.config.publicUrl}/inloggen/${token}`;
}
