/**
 * The real application on a loopback port, with its own database and a small school in it. Nothing is switched off:
 * CSRF, rate limits and headers are those of production.
 */
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { v7 as uuidv7 } from 'uuid';
import { type Assignment, ScopeLevel } from '../../domain/assignment.ts';
import { createMailRenderer } from '../../emails/index.ts';
import { createFileDocumentStore, type DocumentStore } from '../../platform/documents.ts';
import { type Keyring, parseKeyring } from '../../platform/keys.ts';
import { createLogger, type LogLevel } from '../../platform/logger.ts';
import { createMetrics } from '../../platform/metrics.ts';
import type { OidcProvider } from '../../platform/oidc-config.ts';
import { createLinkToken, LinkPurpose } from '../../platform/tokens.ts';
import type { VirusScanner } from '../../platform/virus-scanner.ts';
import { type CommandDoor, type CommandHandler, createCommandDoor } from '../../prisma/apply-command.ts';
import { type Database, openDatabase } from '../../prisma/client.ts';
import { createAssessments } from '../../prisma/commands/assessments.ts';
import { openPool } from '../../prisma/pool.ts';
import { poolSource, queueSource } from '../../prisma/queue-metrics.ts';
import { sessionIdOf } from '../../prisma/repositories/access.ts';
import { createRepositories, type Repositories } from '../../prisma/repositories/index.ts';
import type { Actor } from '../../prisma/unit-of-work.ts';
import { type InviteNow, inviteNow } from '../../scripts/lib/invite-now.ts';
import { createApp } from '../../web/app.ts';
import { SESSION_COOKIE } from '../../web/middleware/cookies.ts';
import { createTestClient, type TestClient, type TestResponse } from './client.ts';
import { createTestDatabase } from './database.ts';
import { openDatabaseLine } from './database-line.ts';
import { type SeededSchool, type SeedOptions, seedSchool } from './factories.ts';

export type { TestClient, TestResponse } from './client.ts';

/** Two fixed keys: `2` signs, `1` only verifies. */
export const TEST_KEYRING = parseKeyring(
  `2:${Buffer.alloc(32, 'second').toString('base64')},1:${Buffer.alloc(32, 'first').toString('base64')}`,
);

const DAY_MS = 86_400_000;

export interface TestAppOptions {
  /** Identity providers; gets the address of the application, which providers must know. */
  readonly providers?: (url: string) => Promise<readonly OidcProvider[]>;
  readonly seed?: SeedOptions;
  /** What the application believes to be its address; default the one it listens on. */
  readonly publicUrl?: string;
  readonly keyring?: Keyring;
  readonly isProduction?: boolean;
  /** No rate limits to speak of, for tests that post a lot. */
  readonly isLenient?: boolean;
  readonly trustProxy?: false | number;
  /** Connections of the pages; default 5. */
  readonly poolSize?: number;
  /** Counts, and serves `/metrics` to who has this token; null: to nobody. Absent: counts nothing. */
  readonly metricsToken?: string | null;
  /** Looks at uploaded files; absent: nobody does. */
  readonly scanner?: VirusScanner;
  /** Receives the lines of the log; nothing is logged when it is absent. */
  readonly onLog?: (line: string) => void;
}

/** An assessment with one invited examiner. */
export interface StartedAssessment {
  readonly assessmentId: string;
  readonly invitationId: string;
  readonly linkId: string;
  readonly formId: string;
  readonly contactId: string;
}

export interface TestApp {
  readonly url: string;
  /** Connection of the test database, for what Prisma cannot say. */
  readonly databaseUrl: string;
  readonly database: Database;
  readonly door: CommandDoor;
  readonly repositories: Repositories;
  readonly documents: DocumentStore;
  readonly keyring: Keyring;
  readonly seed: SeededSchool;
  /** A new browser: no cookies. */
  client(): TestClient;
  /** Signs the client in without a mail: the session's row is written directly. */
  signInAs(client: TestClient, membershipId: string): Promise<void>;
  /** What the mail of an examiner would hold: `/b/<token>`. */
  linkPath(linkId: string): Promise<string>;
  /** Presses the button of a link; answers with the redirect. */
  openLink(client: TestClient, linkId: string): Promise<TestResponse>;
  /** Moves the whole life of a link into the past. */
  expireLink(linkId: string): Promise<void>;
  /** Applies a command to the seeded school, as its teacher unless told otherwise. @throws when it is refused */
  apply<Command, Value>(handler: CommandHandler<Command, Value>, command: Command, actor?: Actor): Promise<Value>;
  /** Invites examiners of assessments at once; the teacher of the seed does, unless told otherwise. @throws when it is refused */
  invite(
    command: Pick<InviteNow, 'assessmentIds' | 'contactIds'> & Partial<InviteNow>,
  ): Promise<{ invitationIds: string[] }>;
  /**
   * An assessment of the seeded exam for the seeded student, with one examiner for all of it, invited.
   * @param options which contact of the seed (0 from practice, 1 from school), remark, deadline (ISO)
   */
  startAssessment(options?: StartOptions): Promise<StartedAssessment>;
  /** Takes the database away from the application; `database` here still reaches it. */
  loseDatabase(): Promise<void>;
  restoreDatabase(): Promise<void>;
  /** The database keeps its connections and takes new ones, but says nothing any more. */
  silenceDatabase(): void;
  /** It goes on, with what was asked meanwhile as well. */
  wakeDatabase(): void;
  /** The database as the application has it, with its pool. */
  readonly appDatabase: Database;
  stop(): Promise<void>;
}

export interface StartOptions {
  readonly contact?: 0 | 1;
  readonly remark?: string;
  readonly dueAt?: string | null;
  readonly studentId?: string;
  readonly assignments?: readonly Assignment[];
}

/** Starts it; call `stop` when the tests of the file are done. */
export async function startTestApp(options: TestAppOptions = {}): Promise<TestApp> {
  const testDatabase = await createTestDatabase();
  const documentsDir = await mkdtemp(path.join(tmpdir(), 'proeve-test-'));
  const line = await openDatabaseLine(testDatabase.url);
  const database = openDatabase({ url: testDatabase.url, poolSize: 3 });
  const appDatabase = openDatabase({ url: line.url, poolSize: options.poolSize ?? 5, statementTimeoutMs: 4_000 });
  const pool = openPool({ url: line.url, size: 2, connectTimeoutMs: 3_000, statementTimeoutMs: 4_000 });
  // An idle connection that the server ends is no reason to end the tests.
  pool.on('error', () => undefined);
  const seed = await seedSchool(database, options.seed);
  const keyring = options.keyring ?? TEST_KEYRING;
  const repositories = createRepositories(appDatabase);
  const door = createCommandDoor(appDatabase);
  const documents = createFileDocumentStore(documentsDir);

  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const app = createApp({
    repositories,
    door,
    documents,
    scanner: options.scanner,
    mailRenderer: await createMailRenderer({ publicUrl: options.publicUrl ?? url }),
    keyring,
    ...(options.providers ? { providers: await options.providers(url) } : {}),
    logger: loggerFor(options.onLog),
    pool,
    publicUrl: options.publicUrl ?? url,
    trustProxy: options.trustProxy ?? false,
    isProduction: options.isProduction ?? false,
    isLenient: options.isLenient ?? false,
    ...(options.metricsToken === undefined ? {} : { metrics: metricsFor(options.metricsToken) }),
  });
  server.on('request', app);

  function metricsFor(token: string | null) {
    const metrics = createMetrics({ process: 'web' });
    metrics.addSource(queueSource(appDatabase));
    metrics.addSource(poolSource(appDatabase, { limits: pool }));
    return { metrics, token: token ?? undefined };
  }

  const teacher: Actor = { kind: 'member', id: seed.teacher.membershipId };

  async function apply<Command, Value>(
    handler: CommandHandler<Command, Value>,
    command: Command,
    actor: Actor = teacher,
  ): Promise<Value> {
    const outcome = await door.apply(handler, command, { schoolId: seed.schoolId, actor, commandId: uuidv7() });
    if (!outcome.ok) throw new Error(`${handler.type} refused: ${outcome.code}`);
    return outcome.value;
  }

  const invite: TestApp['invite'] = (command) =>
    inviteNow(
      { door, database, schoolId: seed.schoolId },
      { initiatorId: seed.teacher.membershipId, kid: keyring.current, ...command },
    );

  async function tokenOf(linkId: string): Promise<string> {
    const { kid } = await database.link.findUniqueOrThrow({ where: { id: linkId } });
    return createLinkToken(keyring, { linkId, kid, purpose: LinkPurpose.Fill });
  }

  return {
    url,
    databaseUrl: testDatabase.url,
    database,
    door,
    repositories,
    documents,
    keyring,
    seed,
    apply,
    client: () => createTestClient(url),
    async signInAs(client, membershipId) {
      client.cookies.set(SESSION_COOKIE, await createMemberSession(database, membershipId));
    },
    async linkPath(linkId) {
      return `/b/${await tokenOf(linkId)}`;
    },
    async openLink(client, linkId) {
      return client.post('/b/openen', { token: await tokenOf(linkId) });
    },
    async expireLink(linkId) {
      const past = (days: number) => new Date(Date.now() - days * DAY_MS);
      await database.link.update({ where: { id: linkId }, data: { issuedAt: past(30), expiresAt: past(1) } });
    },
    invite,
    async startAssessment(startOptions = {}) {
      return startAssessment({ apply, database, seed, invite }, startOptions);
    },
    loseDatabase: line.cut,
    restoreDatabase: line.mend,
    silenceDatabase: line.silence,
    wakeDatabase: line.speak,
    appDatabase,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => {
        server.close(resolve);
      });
      await Promise.all([database.$disconnect(), appDatabase.$disconnect(), pool.end()]);
      await line.cut();
      await testDatabase.drop();
      await rm(documentsDir, { recursive: true, force: true });
    },
  };
}

function loggerFor(onLog: TestAppOptions['onLog']) {
  const level: LogLevel = onLog ? 'debug' : 'silent';
  return createLogger({ name: 'web', level, format: 'json', write: (line) => onLog?.(line) });
}

async function createMemberSession(database: Database, membershipId: string): Promise<string> {
  const { accountId, schoolId } = await database.membership.findUniqueOrThrow({ where: { id: membershipId } });
  const cookie = randomBytes(32).toString('base64url');
  const now = new Date();
  await database.session.create({
    data: {
      id: sessionIdOf(cookie),
      kind: 'member',
      accountId,
      schoolId,
      createdAt: now,
      lastSeenAt: now,
      expiresAt: new Date(now.getTime() + DAY_MS),
    },
  });
  return cookie;
}

type Start = Pick<TestApp, 'apply' | 'database' | 'seed' | 'invite'>;

async function startAssessment(
  { apply, database, seed, invite }: Start,
  options: StartOptions,
): Promise<StartedAssessment> {
  const contactId = seed.contacts[options.contact ?? 0].id;
  const initiatorId = seed.teacher.membershipId;
  const { assessmentIds } = await apply(createAssessments, {
    examVersionId: seed.examVersionId,
    unitCodes: ['EX1'],
    studentIds: [options.studentId ?? seed.studentId],
    initiatorId,
    assignments: options.assignments ?? [{ examinerId: contactId, scope: { level: ScopeLevel.Exam } }],
    dueAt: options.dueAt ?? null,
    closesAt: null,
  });
  const { invitationIds } = await invite({
    assessmentIds,
    contactIds: [contactId],
    initiatorId,
    remark: options.remark ?? '',
  });
  const pair = await database.assessmentExaminer.findFirstOrThrow({
    where: { invitationId: invitationIds[0] ?? '' },
    include: { invitation: true },
  });
  return {
    assessmentId: pair.assessmentId,
    invitationId: pair.invitationId ?? '',
    linkId: pair.invitation?.linkId ?? '',
    formId: pair.formId ?? '',
    contactId,
  };
}
