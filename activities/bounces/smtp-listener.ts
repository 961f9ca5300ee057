/**
 * A small mail server that takes bounces, and nothing else.
 *
 * Contract
 * 1. Only signed addresses exist; any other recipient gets 550 at RCPT. So it takes no mail for anybody, sends none back
 *    later (no backscatter), and tells nobody which mailboxes a school has.
 * 2. 250 is said once the report is recorded; 451 when that failed, so that the sending server tries again.
 * 3. A bounce must not bounce: a message of any size is accepted. The first mebibyte is read, the rest is let through our
 *    fingers; a report says what it has to say before it repeats the original message.
 * 4. Strangers connect: commands, recipients, connections, silence and the whole of a conversation are limited, and what
 *    they send is never written to a log.
 * 5. No login. STARTTLS is left to the school's mail server in front: between machines of one network it needs none.
 */
import type { AddressInfo, Socket } from 'node:net';
import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from 'smtp-server';
import type { Logger } from '../../platform/logger.ts';
import type { ReturnPath } from '../mail/addressing.ts';
import { READ_BYTES } from './message-parts.ts';
import type { BounceReceiver } from './receiver.ts';

export interface BounceListenerOptions {
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  /** Domain that the greeting names. */
  readonly domain: string;
  readonly returnPath: Pick<ReturnPath, 'read'>;
  readonly receiver: BounceReceiver;
  readonly logger: Logger;
  readonly limits?: Partial<ListenerLimits>;
}

export interface ListenerLimits {
  readonly connections: number;
  /** Milliseconds without a byte. */
  readonly silenceMs: number;
  /** Milliseconds of a connection, so that a trickle of bytes does not hold it for ever. */
  readonly connectionMs: number;
  /** Refused recipients until the connection is closed. */
  readonly refusals: number;
}

export interface BounceListener {
  /** @throws an error with code EADDRINUSE or EACCES when the port cannot be had; it may be called again */
  start(): Promise<void>;
  /** Lets what is being recorded finish. */
  stop(): Promise<void>;
  /** The port it listens on; undefined when it does not. */
  port(): number | undefined;
}

const LIMITS: ListenerLimits = { connections: 50, silenceMs: 60_000, connectionMs: 300_000, refusals: 10 };
/** A report has one recipient (RFC 3464 §2); a few more do no harm. */
const RECIPIENTS = 10;
/** Who is told that there are too many may keep its side open for a while; beyond so many times the limit nobody is told. */
const SOCKETS_PER_CONNECTION = 4;
const CLOSE_MS = 5_000;

export function createBounceListener(options: BounceListenerOptions): BounceListener {
  let running: SMTPServer | undefined;
  return {
    async start() {
      if (running) return;
      const server = createServer(options);
      await listen(server, options.port, options.host);
      server.on('error', (error) => options.logger.debug({ code: codeOf(error) }, 'a connection for bounces broke'));
      running = server;
    },
    async stop() {
      const server = running;
      running = undefined;
      if (server) await new Promise<void>((resolve) => server.close(() => resolve()));
    },
    port: () => (running ? (running.server.address() as AddressInfo | null)?.port : undefined),
  };
}

function createServer(options: BounceListenerOptions): SMTPServer {
  const limits = { ...LIMITS, ...options.limits };
  const refused = new WeakMap<SMTPServerSession, number>();
  const server = new SMTPServer({
    name: options.domain,
    banner: '',
    authOptional: true,
    disabledCommands: ['AUTH', 'STARTTLS'],
    disableReverseLookup: true,
    // Announced, a limit would make the other side keep large reports to itself.
    hideSize: true,
    size: READ_BYTES,
    maxClients: limits.connections,
    maxRecipients: RECIPIENTS,
    socketTimeout: limits.silenceMs,
    closeTimeout: CLOSE_MS,
    logger: false,
    onRcptTo({ address }, session, done) {
      if (options.returnPath.read(address) !== null) return done();
      options.receiver.countForeign();
      const count = (refused.get(session) ?? 0) + 1;
      refused.set(session, count);
      done(
        count < limits.refusals
          ? reply(550, '5.1.1 No such recipient')
          : reply(421, '4.7.0 Too many unknown recipients'),
      );
    },
    onData(stream, session, done) {
      receive(stream, session, options).then(
        () => done(),
        (error: unknown) => {
          options.logger.warn({ err: error }, 'a report could not be recorded; its server will send it again');
          done(reply(451, '4.3.0 Not recorded, try again later'));
        },
      );
    },
  });
  server.server.maxConnections = limits.connections * SOCKETS_PER_CONNECTION;
  server.server.on('connection', (socket: Socket) => {
    const timer = setTimeout(() => socket.destroy(), limits.connectionMs);
    timer.unref();
    socket.once('close', () => clearTimeout(timer));
  });
  return server;
}

async function receive(
  stream: SMTPServerDataStream,
  session: SMTPServerSession,
  { returnPath, receiver }: BounceListenerOptions,
): Promise<void> {
  const content = await readStart(stream);
  const { mailFrom, rcptTo } = session.envelope;
  const hasNullSender = mailFrom !== false && mailFrom.address === '';
  for (const mailId of new Set(rcptTo.map(({ address }) => returnPath.read(address)))) {
    if (mailId !== null) await receiver.take({ mailId, content, hasNullSender });
  }
}

/** Reads to the end and keeps the beginning. */
async function readStart(stream: SMTPServerDataStream): Promise<Buffer> {
  const kept: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    if (size < READ_BYTES) kept.push(chunk.subarray(0, READ_BYTES - size));
    size += chunk.length;
  }
  return Buffer.concat(kept);
}

function listen(server: SMTPServer, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function reply(responseCode: number, message: string): Error {
  return Object.assign(new Error(message), { responseCode });
}

function codeOf(error: unknown): string {
  return String((error as NodeJS.ErrnoException).code ?? 'unknown');
}
