/** A mail server that writes down what it was given, and misbehaves on demand. Its record is what a receiver would have. */
import type { AddressInfo, Socket } from 'node:net';
import { SMTPServer, type SMTPServerDataStream } from 'smtp-server';

/** One whole message that the server did not refuse, whether or not the sender heard so. */
export interface SunkMail {
  readonly messageId: string;
  readonly to: string;
  readonly from: string;
  readonly subject: string;
  readonly raw: string;
}

/**
 * - `greylist`: 451 to every recipient; `reject`: 550; `rejectMessage`: 554 after the message
 * - `hang`: takes the message and never answers; `drop`: takes the message and hangs up
 */
export type SinkFault = 'none' | 'greylist' | 'reject' | 'rejectMessage' | 'hang' | 'drop';

export interface Sink {
  readonly url: string;
  readonly mails: readonly SunkMail[];
  /** How often somebody connected. */
  connections(): number;
  /** What it does from now on. */
  set fault(fault: SinkFault);
  /** Stops listening and ends every connection: then connections are refused. */
  close(): Promise<void>;
  /** Listens again on the same port. */
  open(): Promise<void>;
}

const REPLIES: Partial<Record<SinkFault, { code: number; text: string }>> = {
  greylist: { code: 451, text: '4.7.1 Greylisted, try again' },
  reject: { code: 550, text: '5.1.1 No such user here' },
  rejectMessage: { code: 554, text: '5.7.1 Message refused' },
};

export async function startSink(): Promise<Sink> {
  const mails: SunkMail[] = [];
  const sockets = new Set<Socket>();
  let fault: SinkFault = 'none';
  let connections = 0;
  let server = await listen(0);
  const { port } = server.server.address() as AddressInfo;

  async function listen(onPort: number): Promise<SMTPServer> {
    const fresh = new SMTPServer({
      disabledCommands: ['AUTH', 'STARTTLS'],
      disableReverseLookup: true,
      logger: false,
      closeTimeout: 100,
      onConnect(_session, done) {
        connections += 1;
        done();
      },
      onRcptTo: (_address, _session, done) => done(refusalAt('RCPT')),
      onData(stream, session, done) {
        const envelope = session.envelope;
        const from = envelope.mailFrom === false ? '' : envelope.mailFrom.address;
        readAll(stream).then((raw) => {
          const refusal = refusalAt('DATA');
          if (refusal) return done(refusal);
          mails.push({ ...headersOf(raw), from, to: envelope.rcptTo[0]?.address ?? '', raw });
          if (fault === 'hang') return;
          if (fault === 'drop') return destroySockets();
          done();
        }, done);
      },
    });
    // A sender that hangs up is what some of the scenarios are about.
    fresh.on('error', () => undefined);
    fresh.server.on('connection', (socket: Socket) => {
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket));
    });
    await new Promise<void>((resolve) => fresh.listen(onPort, '127.0.0.1', resolve));
    return fresh;
  }

  function refusalAt(stage: 'RCPT' | 'DATA'): Error | null {
    const reply = REPLIES[fault];
    const isHere = (fault === 'rejectMessage') === (stage === 'DATA');
    return reply && isHere ? Object.assign(new Error(reply.text), { responseCode: reply.code }) : null;
  }

  function destroySockets(): void {
    for (const socket of sockets) socket.destroy();
  }

  return {
    url: `smtp://127.0.0.1:${port}`,
    mails,
    connections: () => connections,
    set fault(next: SinkFault) {
      fault = next;
    },
    async close() {
      const closed = new Promise<void>((resolve) => server.close(resolve));
      destroySockets();
      await closed;
    },
    async open() {
      server = await listen(port);
    },
  };
}

async function readAll(stream: SMTPServerDataStream): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('latin1');
}

function headersOf(raw: string): { messageId: string; subject: string } {
  const head = raw.slice(0, raw.indexOf('\r\n\r\n')).replace(/\r\n[ \t]+/g, ' ');
  const header = (name: string) => new RegExp(`^${name}: *(.*)$`, 'im').exec(head)?.[1]?.trim() ?? '';
  return { messageId: header('Message-ID'), subject: header('Subject') };
}

/** How often each Message-ID came more than once, over all. */
export function countDoubles(mails: readonly SunkMail[]): number {
  return mails.length - new Set(mails.map(({ messageId }) => messageId)).size;
}
