/** A school, a mail server that can be told to misbehave, and a clock that stands still: what the tests of sending share. */
import { createHash } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { type ParsedMail, simpleParser } from 'mailparser';
import pino from 'pino';
import { SMTPServer } from 'smtp-server';
import { v7 as uuidv7 } from 'uuid';
import { createMailComposer } from '../../../activities/mail/compose.ts';
import { createMailPump, type MailPump, type MailPumpOptions } from '../../../activities/mail/pump.ts';
import { createTransport } from '../../../activities/mail/transport.ts';
import { createMailRenderer, type MailRenderer } from '../../../emails/index.ts';
import { parseKeyring } from '../../../platform/keys.ts';
import {
  type CommandContext,
  type CommandDoor,
  type CommandHandler,
  createCommandDoor,
} from '../../../prisma/apply-command.ts';
import { type Database, openDatabase } from '../../../prisma/client.ts';
import { createAssessments } from '../../../prisma/commands/assessments.ts';
import { assignExaminers } from '../../../prisma/commands/assigning.ts';
import { SYSTEM_ACTOR } from '../../../prisma/unit-of-work.ts';
import { inviteNow } from '../../../scripts/lib/invite-now.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { type SeededSchool, seedSchool } from '../../support/factories.ts';

export const PUBLIC_URL = 'https://proeve.example';
export const SENDER = 'Examens <examens@post.example>';
export const keyring = parseKeyring(`1:${Buffer.alloc(32, 3).toString('base64')}`);

export interface ReceivedMail {
  readonly from: string;
  readonly to: readonly string[];
  readonly mail: ParsedMail;
}

/** What the server answers next, instead of taking the mail; `drop` takes it and hangs up without an answer. */
export type Misbehaviour = { readonly at: 'RCPT' | 'DATA' | 'MAIL'; readonly code: number } | 'drop';

export interface TestMailServer {
  readonly url: string;
  readonly received: ReceivedMail[];
  readonly misbehave: Misbehaviour[];
  /** Resolves when the next mail has arrived. */
  nextMail(): Promise<void>;
  close(): Promise<void>;
}

export async function startMailServer(): Promise<TestMailServer> {
  const received: ReceivedMail[] = [];
  const misbehave: Misbehaviour[] = [];
  let arrived: () => void = () => undefined;
  const refusal = (at: 'RCPT' | 'DATA' | 'MAIL'): Error | null => {
    const next = misbehave[0];
    if (next === undefined || next === 'drop' || next.at !== at) return null;
    misbehave.shift();
    return Object.assign(new Error('5.1.1 <praktijk@examinator-zandkamp.example> no'), { responseCode: next.code });
  };
  const server = new SMTPServer({
    disabledCommands: ['AUTH', 'STARTTLS'],
    logger: false,
    onMailFrom: (_address, _session, done) => done(refusal('MAIL')),
    onRcptTo: (_address, _session, done) => done(refusal('RCPT')),
    onData(stream, session, done) {
      const error = refusal('DATA');
      const isDropping = misbehave[0] === 'drop';
      if (isDropping) misbehave.shift();
      simpleParser(stream).then((mail) => {
        if (!error) received.push(toReceived(session.envelope, mail));
        arrived();
        if (!isDropping) return done(error);
        for (const connection of server.connections) (connection as { _socket: { destroy(): void } })._socket.destroy();
      }, done);
    },
  });
  server.on('error', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.server.address() as AddressInfo;
  return {
    url: `smtp://127.0.0.1:${port}`,
    received,
    misbehave,
    nextMail: () =>
      new Promise((resolve) => {
        arrived = resolve;
      }),
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}

function toReceived(envelope: { mailFrom: unknown; rcptTo: { address: string }[] }, mail: ParsedMail): ReceivedMail {
  const from = (envelope.mailFrom as { address: string }).address;
  return { from, to: envelope.rcptTo.map((each) => each.address), mail };
}

export interface MailRoom {
  readonly database: Database;
  readonly school: SeededSchool;
  readonly server: TestMailServer;
  readonly door: CommandDoor;
  readonly renderer: MailRenderer;
  /** Bytes by SHA-256. */
  readonly files: Map<string, Buffer>;
  /** Everything the pumps logged, unredacted. */
  readonly logged: string[];
  readonly now: { at: Date };
  advance(ms: number): void;
  /** Of a command of the system, a new one each time. */
  context(): CommandContext;
  /** What a command of the system, which must be accepted, came to. */
  apply<Command, Value>(handler: CommandHandler<Command, Value>, command: Command): Promise<Value>;
  /** Forgets every mail, queued or received. */
  clear(): Promise<void>;
  putFile(content: string): string;
  pump(overrides?: Partial<MailPumpOptions>): MailPump;
  invite(
    contactIndex: 0 | 1,
    more?: { remark?: string; attachmentIds?: string[]; isPartial?: boolean },
  ): Promise<Invited>;
  close(): Promise<void>;
}

export interface Invited {
  readonly assessmentId: string;
  readonly invitationId: string;
  readonly contactId: string;
}

export async function openMailRoom(): Promise<MailRoom> {
  const test: TestDatabase = await createTestDatabase();
  const database = openDatabase({ url: test.url, poolSize: 8 });
  const server = await startMailServer();
  const now = { at: new Date('2026-11-23T09:00:00.000Z') };
  const clock = { now: async () => new Date(now.at) };
  const door = createCommandDoor(database, clock);
  const school = await seedSchool(database);
  const renderer = await createMailRenderer({ publicUrl: PUBLIC_URL });
  const files = new Map<string, Buffer>();
  const logged: string[] = [];
  const logger = pino({ level: 'trace' }, { write: (line: string) => void logged.push(line) });
  const pumps: MailPump[] = [];
  const store = {
    get: async (sha256: string) => {
      const found = files.get(sha256);
      return found;
    },
  };
  const context = () => ({ schoolId: school.schoolId, actor: SYSTEM_ACTOR, commandId: uuidv7() });

  return {
    database,
    school,
    server,
    door,
    renderer,
    files,
    logged,
    now,
    advance: (ms) => {
      now.at = new Date(now.at.getTime() + ms);
    },
    context,
    apply: async (handler, command) => accepted(await door.apply(handler, command, context())),
    async clear() {
      await database.mail.deleteMany();
      server.received.length = 0;
    },
    putFile(content) {
      const sha256 = createHash('sha256').update(content).digest('hex');
      files.set(sha256, Buffer.from(content));
      return sha256;
    },
    pump(overrides = {}) {
      const pump = createMailPump({
        database,
        listenUrl: test.url,
        transport: createTransport({ smtpUrl: server.url, poolSize: 3 }),
        composer: createMailComposer({
          database,
          renderer,
          store,
          keyring,
          publicUrl: PUBLIC_URL,
          senderAddress: 'examens@post.example',
          clock,
        }),
        logger,
        from: SENDER,
        workerId: `worker-${pumps.length + 1}`,
        concurrency: 3,
        clock,
        random: () => 1,
        ...overrides,
      });
      pumps.push(pump);
      return pump;
    },
    async invite(contactIndex, more = {}) {
      const contactId = school.contacts[contactIndex].id;
      const scope = more.isPartial
        ? { level: 'component' as const, ref: 'B1-K1-W1/behaviour' }
        : { level: 'exam' as const };
      const created = await door.apply(
        createAssessments,
        {
          examVersionId: school.examVersionId,
          unitCodes: ['EX1'],
          studentIds: [school.studentId],
          initiatorId: school.teacher.membershipId,
          assignments: [],
          dueAt: '2026-12-04T22:59:00.000Z',
          closesAt: null,
        },
        context(),
      );
      const assessmentId = accepted(created).assessmentIds[0] ?? '';
      const assignments = [{ examinerId: contactId, scope }];
      accepted(await door.apply(assignExaminers, { assignments: [{ assessmentId, assignments }] }, context()));
      const { invitationIds } = await inviteNow(
        { door, database, schoolId: school.schoolId },
        {
          assessmentIds: [assessmentId],
          contactIds: [contactId],
          initiatorId: school.teacher.membershipId,
          remark: more.remark ?? '',
          attachmentIds: more.attachmentIds ?? [],
          kid: '1',
        },
      );
      return { assessmentId, contactId, invitationId: invitationIds[0] ?? '' };
    },
    async close() {
      for (const pump of pumps) await pump.stop();
      await server.close();
      await database.$disconnect();
      await test.drop();
    },
  };
}

/** The value of an outcome that must not be a refusal. */
export function accepted<Value>(outcome: { ok: true; value: Value } | { ok: false; code: string }): Value {
  if (!outcome.ok) throw new Error(outcome.code);
  return outcome.value;
}
