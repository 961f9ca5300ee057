import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from 'smtp-server';
import { createMailboxServer } from './http.ts';
import { createReporter } from './report.ts';
import { type MailStore, openMailStore } from './store.ts';

const MAXIMUM_MAIL_BYTES = 60 * 1024 * 1024;
const CLOSE_TIMEOUT_MS = 2_000;

export interface MailboxOptions {
  /** Folder of the mails. */
  readonly dir: string;
  /** 0 takes any free port. */
  readonly smtpPort: number;
  readonly webPort: number;
  /** Where the worker takes bounces; without it the mailbox cannot report any. */
  readonly bouncePort?: number;
}

/** A mail server that delivers to one local folder, with pages to read it. */
export interface Mailbox {
  readonly smtpUrl: string;
  readonly webUrl: string;
  readonly store: MailStore;
  stop(): Promise<void>;
}

/**
 * Starts the local mailbox on the loopback interface. A mail is accepted only once it lies on disk.
 * @throws when a port is taken
 */
export async function startMailbox(options: MailboxOptions): Promise<Mailbox> {
  const store = openMailStore(options.dir);
  const smtp = createSmtpServer(store);
  const reporter = options.bouncePort === undefined ? undefined : createReporter(options.bouncePort);
  const web = createMailboxServer(store, reporter);
  await listenSmtp(smtp, options.smtpPort);
  try {
    web.listen(options.webPort, '127.0.0.1');
    await once(web, 'listening');
  } catch (error) {
    await closeSmtp(smtp);
    throw error;
  }
  smtp.on('error', reportConnectionError);
  return {
    smtpUrl: `smtp://127.0.0.1:${portOf(smtp.server)}`,
    webUrl: `http://localhost:${portOf(web)}`,
    store,
    stop: async () => {
      await Promise.all([closeSmtp(smtp), closeWeb(web)]);
    },
  };
}

function createSmtpServer(store: MailStore): SMTPServer {
  return new SMTPServer({
    banner: 'Proeve local mailbox',
    authOptional: true,
    disabledCommands: ['AUTH', 'STARTTLS'],
    disableReverseLookup: true,
    size: MAXIMUM_MAIL_BYTES,
    closeTimeout: CLOSE_TIMEOUT_MS,
    onData: (stream, session, done) => {
      receive(stream, session, store).then(
        () => done(),
        (error: unknown) => done(error instanceof Error ? error : new Error(String(error))),
      );
    },
  });
}

async function receive(stream: SMTPServerDataStream, session: SMTPServerSession, store: MailStore): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  if (stream.sizeExceeded) throw Object.assign(new Error('The mail is too large'), { responseCode: 552 });
  const { mailFrom, rcptTo } = session.envelope;
  await store.add(Buffer.concat(chunks), {
    from: mailFrom === false ? '' : mailFrom.address,
    to: rcptTo.map((recipient) => recipient.address),
  });
}

function listenSmtp(smtp: SMTPServer, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    smtp.once('error', reject);
    smtp.listen(port, '127.0.0.1', () => {
      smtp.off('error', reject);
      resolve();
    });
  });
}

/** A sender that hangs up half-way is its own problem, and must not end the mailbox. */
function reportConnectionError(error: Error): void {
  process.stderr.write(`mailbox: ${error.message}\n`);
}

function closeSmtp(smtp: SMTPServer): Promise<void> {
  return new Promise((resolve) => smtp.close(() => resolve()));
}

async function closeWeb(web: Server): Promise<void> {
  const closed = once(web, 'close');
  web.close();
  web.closeAllConnections();
  await closed;
}

function portOf(server: { address(): AddressInfo | string | null }): number {
  const address = server.address();
  return typeof address === 'object' && address ? address.port : 0;
}
