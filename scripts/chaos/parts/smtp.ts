/** Everything a mail server does instead of taking a mail, for a mail of each kind. Graded by what the receivers' server has. */
import { createMailComposer } from '../../../activities/mail/compose.ts';
import { createMailPump, type MailPump } from '../../../activities/mail/pump.ts';
import { createTransport } from '../../../activities/mail/transport.ts';
import { createMailRenderer } from '../../../emails/index.ts';
import { createFileDocumentStore } from '../../../platform/documents.ts';
import { generateKeyringText, parseKeyring } from '../../../platform/keys.ts';
import { createLogger } from '../../../platform/logger.ts';
import { openDatabase } from '../../../prisma/client.ts';
import { storeDocument } from '../../../prisma/commands/documents.ts';
import type { MailTemplate } from '../../../prisma/mail-ledger.ts';
import { createAccessRepository } from '../../../prisma/repositories/access.ts';
import { createTestDatabase } from '../../lib/throwaway-postgres.ts';
import { check } from '../checks.ts';
import type { ChaosContext, Check, FaultReport, Scenario } from '../contract.ts';
import { type Ask, withEvidence } from './evidence.ts';
import { type ChaosSchool, type OpenForm, seedChaosSchool } from './school.ts';
import { type Sink, type SinkFault, type SunkMail, startSink } from './sink.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const PUBLIC_URL = 'https://proeve.example';
const SENDER = 'examens@proeve.example';
/** Instead of twenty seconds. */
const SILENCE_MS = 400;
const TEMPLATES = ['signIn', 'invitation', 'resultToOffice'] as const;
type Template = (typeof TEMPLATES)[number] & MailTemplate;

/** A mail as the record has it. */
interface Row {
  readonly state: string;
  readonly tries: number;
  readonly isRepeat: boolean;
  readonly smtpCode: string | null;
  readonly lastError: string | null;
}

interface Desk {
  readonly ask: Ask;
  readonly sink: Sink;
  readonly pump: MailPump;
  /** Queues one mail of this kind, and nothing else. @returns its id */
  queue(template: Template): Promise<string>;
  row(mailId: string): Promise<Row>;
  /** Whole messages with this mail's Message-ID that a receiver has. */
  copies(mailId: string): readonly SunkMail[];
  /** Moves the clock of pump, composer and commands. */
  advance(ms: number): void;
  /** What the pages would say of it: the delivery of the invitation, or what the document waits for. */
  told(template: Template): Promise<string>;
}

interface Outcome {
  readonly ok: boolean;
  readonly seen: string;
  readonly lost: number;
  readonly doubled: number;
}

/** One way in which a mail server fails. */
interface ServerFault {
  readonly name: string;
  play(desk: Desk, template: Template, mailId: string, isShort: boolean): Promise<Outcome>;
}

/** The mail server is gone: nothing is sent, nobody is blamed, and each mail arrives once when it is back. */
const refusesConnections: ServerFault = {
  name: 'refuses connections',
  async play(desk, _template, mailId) {
    await desk.sink.close();
    await desk.pump.pumpOnce();
    const first = await desk.row(mailId);
    await desk.sink.open();
    return arrivesOnce(desk, mailId, first, 'SERVER_TROUBLE');
  },
};

const greylists: ServerFault = {
  name: 'answers 451 (greylisting)',
  async play(desk, _template, mailId) {
    desk.sink.fault = 'greylist';
    await desk.pump.pumpOnce();
    const first = await desk.row(mailId);
    desk.sink.fault = 'none';
    const outcome = await arrivesOnce(desk, mailId, first, 'DEFERRED');
    return { ...outcome, ok: outcome.ok && first.smtpCode === '451 4.7.1' };
  },
};

/** Back to a server that takes everything: one copy, and no mark of a repeat. */
async function arrivesOnce(desk: Desk, mailId: string, first: Row, problem: string): Promise<Outcome> {
  desk.advance(2 * MINUTE_MS);
  await desk.pump.pumpOnce();
  const last = await desk.row(mailId);
  const copies = desk.copies(mailId).length;
  const waited = first.state === 'queued' && first.lastError === problem;
  return {
    ok: waited && last.state === 'accepted' && copies === 1 && !last.isRepeat,
    seen: `${describe(first)}, then ${describe(last)}; ${copies} received`,
    lost: copies === 0 ? 1 : 0,
    doubled: Math.max(0, copies - 1),
  };
}

const rejectsRecipient: ServerFault = {
  name: 'answers 550 to the recipient',
  play: (desk, template, mailId) => isGivenUp(desk, template, mailId, 'reject', 'RECIPIENT_REFUSED', '550 5.1.1'),
};

const rejectsMessage: ServerFault = {
  name: 'answers 554 to the message',
  play: (desk, template, mailId) => isGivenUp(desk, template, mailId, 'rejectMessage', 'MESSAGE_REFUSED', '554 5.7.1'),
};

/** Told at once, and never tried again. A refused mail is not lost: its sender knows. */
async function isGivenUp(
  desk: Desk,
  template: Template,
  mailId: string,
  fault: SinkFault,
  problem: string,
  code: string,
): Promise<Outcome> {
  desk.sink.fault = fault;
  await desk.pump.pumpOnce();
  desk.sink.fault = 'none';
  const told = await desk.told(template);
  desk.advance(24 * HOUR_MS);
  await desk.pump.pumpOnce();
  const last = await desk.row(mailId);
  const copies = desk.copies(mailId).length;
  const isFlagged = last.state === 'failed' && last.lastError === problem && last.smtpCode === code && last.tries === 1;
  const isTold = template === 'signIn' || told === (template === 'invitation' ? 'failed' : problem);
  return {
    ok: isFlagged && isTold && copies === 0,
    seen: `${describe(last)}; told: ${told || 'nobody'}; ${copies} received`,
    lost: isTold ? 0 : 1,
    doubled: copies,
  };
}

const hangs: ServerFault = {
  name: 'takes the message and never answers',
  play: (desk, template, mailId) => comesAgainMarked(desk, template, mailId, 'hang'),
};

const drops: ServerFault = {
  name: 'takes the message and hangs up',
  play: (desk, template, mailId) => comesAgainMarked(desk, template, mailId, 'drop'),
};

/** Nobody knows whether it arrived: it comes again under the same Message-ID, the result only later and saying so. */
async function comesAgainMarked(desk: Desk, template: Template, mailId: string, fault: SinkFault): Promise<Outcome> {
  desk.sink.fault = fault;
  await desk.pump.pumpOnce();
  desk.sink.fault = 'none';
  const first = await desk.row(mailId);
  desk.advance(2 * MINUTE_MS);
  await desk.pump.pumpOnce();
  const early = desk.copies(mailId).length;
  desk.advance(5 * MINUTE_MS);
  await desk.pump.pumpOnce();
  const last = await desk.row(mailId);
  const copies = desk.copies(mailId);
  const isOffice = template === 'resultToOffice';
  const isMarked = last.isRepeat && (!isOffice || saysRepeat(copies[1]));
  const isInTime = early === (isOffice ? 1 : 2);
  return {
    ok: first.state === 'unknown' && last.state === 'accepted' && copies.length === 2 && isMarked && isInTime,
    seen: `${describe(first)}, then ${describe(last)}; ${copies.length} received under one Message-ID${isOffice ? `, the second ${saysRepeat(copies[1]) ? '' : 'not '}marked as a repeat` : ''}`,
    lost: copies.length === 0 ? 1 : 0,
    doubled: isMarked ? 0 : copies.length - 1,
  };
}

/** The words of the second mail with a result. */
function saysRepeat(mail: SunkMail | undefined): boolean {
  const body = (mail?.raw ?? '').replace(/=\r?\n/g, '').replace(/\s+/g, ' ');
  return /tweede verzending/i.test(body);
}

/** A day without a mail server: nothing is given up but codes that nobody can use any more. */
const isDownForADay: ServerFault = {
  name: 'is down for a day',
  async play(desk, template, mailId, isShort) {
    const step = isShort ? 6 * HOUR_MS : HOUR_MS;
    await desk.sink.close();
    for (let time = 0; time <= 24 * HOUR_MS; time += step) {
      await desk.pump.pumpOnce();
      desk.advance(step);
    }
    await desk.sink.open();
    desk.advance(MINUTE_MS);
    await desk.pump.pumpOnce();
    const last = await desk.row(mailId);
    const copies = desk.copies(mailId).length;
    const isTooOld = template === 'signIn';
    const ok = isTooOld
      ? last.state === 'failed' && last.lastError === 'TOO_LATE' && copies === 0
      : last.state === 'accepted' && copies === 1 && !last.isRepeat;
    const lost = !isTooOld && copies === 0 ? 1 : 0;
    return { ok, seen: `${describe(last)}; ${copies} received`, lost, doubled: Math.max(0, copies - 1) };
  },
};

const FAULTS = [
  refusesConnections,
  greylists,
  rejectsRecipient,
  rejectsMessage,
  hangs,
  drops,
  isDownForADay,
] as const satisfies readonly ServerFault[];

function describe({ state, lastError, smtpCode, tries }: Row): string {
  const why = [lastError, smtpCode].filter((part) => part !== null).join(' ');
  return `${state}${why === '' ? '' : ` (${why})`} after ${tries} ${tries === 1 ? 'try' : 'tries'}`;
}

async function run(context: ChaosContext): Promise<FaultReport> {
  const testDatabase = await createTestDatabase();
  const database = openDatabase({ url: testDatabase.url, poolSize: 6 });
  const sink = await startSink();
  try {
    return await withEvidence(testDatabase.url, async (ask) => {
      const desk = await openDesk(context, { url: testDatabase.url, database, sink, ask });
      const checks: Check[] = [];
      let lost = 0;
      let doubled = 0;
      for (const fault of FAULTS) {
        for (const template of TEMPLATES) {
          context.signal.throwIfAborted();
          const mailId = await desk.queue(template);
          const outcome = await fault.play(desk, template, mailId, context.isShort);
          lost += outcome.lost;
          doubled += outcome.doubled;
          checks.push(check(`the server ${fault.name}: ${template}`, outcome.ok, outcome.seen));
        }
      }
      await desk.pump.stop();
      const done = `A mail server that fails in ${FAULTS.length} ways, each with a code, an invitation and a result.`;
      return { done, lost, doubled, recoveredMs: null, checks };
    });
  } finally {
    await sink.close();
    await database.$disconnect();
    await testDatabase.drop();
  }
}

interface DeskParts {
  readonly url: string;
  readonly database: ReturnType<typeof openDatabase>;
  readonly sink: Sink;
  readonly ask: Ask;
}

async function openDesk(context: ChaosContext, { url, database, sink, ask }: DeskParts): Promise<Desk> {
  let offset = 0;
  const clock = { now: async () => new Date(Date.now() + offset) };
  const keyring = parseKeyring(generateKeyringText());
  const school = await seedChaosSchool(database, keyring.current, clock);
  const store = createFileDocumentStore(`${context.dir}/documents`);
  const renderer = await createMailRenderer({ publicUrl: PUBLIC_URL });
  const pump = createMailPump({
    database,
    listenUrl: url,
    transport: createTransport({ smtpUrl: sink.url, poolSize: 1, silenceMs: SILENCE_MS }),
    composer: createMailComposer({
      database,
      renderer,
      store,
      keyring,
      publicUrl: PUBLIC_URL,
      senderAddress: SENDER,
      clock,
    }),
    logger: createLogger({ name: 'worker', level: 'silent', format: 'json', write: () => undefined }),
    from: SENDER,
    workerId: 'chaos',
    concurrency: 1,
    clock,
    random: () => 1,
  });
  let decided: OpenForm | undefined;
  const queues: Record<Template, () => Promise<void>> = {
    async signIn() {
      await createAccessRepository(database).requestSignIn(school.committeeAccounts[0]?.email ?? '', keyring.current);
    },
    async invitation() {
      await school.invite(1);
    },
    async resultToOffice() {
      const { sha256, size } = await store.put(Buffer.from(`%PDF-1.7 of ${decided?.assessmentId}`));
      const command = { assessmentId: decided?.assessmentId ?? '', version: 1, sha256, size };
      await school.apply(storeDocument, command);
    },
  };
  const newest = async (template: Template) => {
    const sql = 'SELECT id FROM mail WHERE template = $1 ORDER BY queued_at DESC, id LIMIT 1';
    const [found] = await ask<{ id: string }>(sql, [template]);
    if (!found) throw new Error(`no mail ${template} was queued`);
    return found.id;
  };

  return {
    ask,
    sink,
    pump,
    async queue(template) {
      offset = 0;
      if (template === 'resultToOffice') decided = await decide(school);
      // What led to it is mailed first, so that only this one is in the way of the fault.
      await pump.pumpOnce();
      await queues[template]();
      return newest(template);
    },
    async row(mailId) {
      const [row] = await ask<Row>(
        `SELECT state, tries, is_repeat AS "isRepeat", smtp_code AS "smtpCode", last_error AS "lastError"
         FROM mail WHERE id = $1`,
        [mailId],
      );
      if (!row) throw new Error('the mail is gone');
      return row;
    },
    copies: (mailId) => sink.mails.filter(({ messageId }) => messageId.startsWith(`<${mailId}@`)),
    advance(ms) {
      offset += ms;
    },
    async told(template) {
      if (template === 'signIn') return '';
      const sql =
        template === 'invitation'
          ? 'SELECT delivery AS told FROM invitation WHERE mail_id = $1'
          : "SELECT last_error AS told FROM document WHERE id = (SELECT (reference->>'documentId')::uuid FROM mail WHERE id = $1)";
      const [found] = await ask<{ told: string | null }>(sql, [await newest(template)]);
      return found?.told ?? '';
    },
  };
}

/** An assessment with a decision whose document is still to be made. */
async function decide(school: ChaosSchool): Promise<OpenForm> {
  const [form] = await school.invite(1);
  if (!form) throw new Error('nobody was invited');
  await school.finish(form);
  await school.finalise(form);
  return form;
}

export const smtpScenarios: readonly Scenario[] = [
  { id: 'mail-server-faults', title: 'The mail server refuses, hangs, hangs up or is away', isInShort: true, run },
];
