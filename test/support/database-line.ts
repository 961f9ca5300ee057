/** A line to the database server that a test can cut, silence and mend, so that the application sees the server go away or hang. */
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

const DEFAULT_PORT = 5432;

export interface DatabaseLine {
  /** The same database, over the line. */
  readonly url: string;
  /** Ends every connection and refuses new ones. */
  cut(): Promise<void>;
  mend(): Promise<void>;
  /** Keeps every connection and takes new ones, but nothing comes through any more: a server that hangs. */
  silence(): void;
  /** Lets through what was held up, and all after it. */
  speak(): void;
}

export async function openDatabaseLine(databaseUrl: string): Promise<DatabaseLine> {
  const target = new URL(databaseUrl);
  /** Each end of a connection with the other one. */
  const partners = new Map<Socket, Socket>();
  let isSilent = false;
  const server = createServer((near) => {
    const far = connect(Number(target.port) || DEFAULT_PORT, target.hostname);
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      partners.set(socket, other);
      socket.on('close', () => {
        partners.delete(socket);
        other.destroy();
      });
      // A broken line is what this is for; 'close' follows.
      socket.on('error', () => socket.destroy());
    }
    near.pipe(far).pipe(near);
    if (isSilent) hold(near, far);
  });
  const hold = (...held: readonly Socket[]) => {
    for (const socket of held) {
      socket.unpipe();
      socket.pause();
    }
  };
  const listen = (port: number) =>
    new Promise<void>((resolve) => {
      server.listen(port, '127.0.0.1', resolve);
    });
  await listen(0);
  const { port } = server.address() as AddressInfo;
  const url = new URL(databaseUrl);
  url.hostname = '127.0.0.1';
  url.port = String(port);
  return {
    url: url.href,
    async cut() {
      const closed = new Promise((resolve) => {
        server.close(resolve);
      });
      for (const socket of [...partners.keys()]) socket.destroy();
      await closed;
    },
    mend: () => listen(port),
    silence() {
      if (isSilent) return;
      isSilent = true;
      hold(...partners.keys());
    },
    speak() {
      if (!isSilent) return;
      isSilent = false;
      for (const [socket, other] of partners) socket.pipe(other);
    },
  };
}
