/**
 * A virus scanner that the operator may put beside the product: clamd, asked by its INSTREAM command.
 *
 * Contract
 * 1. Only the answer "OK" to all of the bytes makes them clean. A scanner that is away, slow, full, or says something else leaves
 *    them unjudged (`unavailable`): never clean.
 * 2. Nothing here throws for what the scanner does.
 * 3. No more is sent than clamd takes: it cuts a longer stream off (`StreamMaxLength`, 25 MiB unless set otherwise).
 *
 * Protocol: clamd(8), "zINSTREAM": chunks with their length before them, a length of nought ends them.
 */
import { connect, type Socket } from 'node:net';

/** Where clamd listens. */
export type ClamdAddress =
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number }
  | { readonly kind: 'unix'; readonly path: string };

export type ScanOutcome =
  | { readonly verdict: 'clean' }
  /** `signature` is clamd's name for what it found. */
  | { readonly verdict: 'infected'; readonly signature: string }
  /** `reason` is for the log. */
  | { readonly verdict: 'unavailable'; readonly reason: string };

export interface VirusScanner {
  /** @param timeoutMs for the whole of it; less than the scanner's own makes it give up sooner */
  scan(bytes: Uint8Array, timeoutMs?: number): Promise<ScanOutcome>;
}

export interface VirusScannerOptions {
  readonly address: ClamdAddress;
  /** For one file, connecting included. */
  readonly timeoutMs: number;
}

const MIB = 1024 * 1024;
/** Below the 25 MiB of clamd, with room for the largest attachment. */
export const MAX_SCANNED_BYTES = 24 * MIB;
const CHUNK_BYTES = 64 * 1024;
/** An answer is one short line. */
const MAX_ANSWER_BYTES = 4_096;

/**
 * Reads `tcp://host:port`, `tcp://[::1]:3310` or `unix:/path`.
 * @returns undefined when it is none of them
 */
export function parseClamdAddress(text: string): ClamdAddress | undefined {
  const path = /^unix:(?:\/\/)?(\/\S+)$/.exec(text)?.[1];
  if (path !== undefined) return { kind: 'unix', path };
  const [, host = '', digits = ''] = /^tcp:\/\/(\[[0-9a-fA-F:.]+\]|[^\s:/[\]@]+):(\d{1,5})\/?$/.exec(text) ?? [];
  const port = Number(digits);
  if (host === '' || port < 1 || port > 65_535) return undefined;
  return { kind: 'tcp', host: host.replace(/^\[|\]$/g, ''), port };
}

/** @param options where clamd listens, and how long it may take */
export function createVirusScanner(options: VirusScannerOptions): VirusScanner {
  return {
    async scan(bytes, timeoutMs = options.timeoutMs) {
      if (bytes.length > MAX_SCANNED_BYTES) return unavailable('larger than what the scanner takes');
      return ask(options.address, bytes, Math.min(timeoutMs, options.timeoutMs));
    },
  };
}

function unavailable(reason: string): ScanOutcome {
  return { verdict: 'unavailable', reason };
}

/** One connection for one file; clamd ends it after its answer. */
function ask(address: ClamdAddress, bytes: Uint8Array, timeoutMs: number): Promise<ScanOutcome> {
  if (timeoutMs <= 0) return Promise.resolve(unavailable('no time left'));
  return new Promise((resolve) => {
    const socket = address.kind === 'unix' ? connect(address.path) : connect(address.port, address.host);
    const answer: Buffer[] = [];
    let received = 0;
    let isAllSent = false;
    const timer = setTimeout(() => settle(unavailable('no answer in time')), timeoutMs);

    function settle(outcome: ScanOutcome): void {
      clearTimeout(timer);
      socket.destroy();
      resolve(outcome);
    }

    // An answer may have come before the connection broke: clamd closes it on a stream that it finds too long.
    function settleByAnswer(otherwise: string): void {
      const text = Buffer.concat(answer).toString('utf8');
      settle(text === '' ? unavailable(otherwise) : readAnswer(text, isAllSent));
    }

    socket.on('data', (chunk: Buffer) => {
      received += chunk.length;
      if (received > MAX_ANSWER_BYTES) return settle(unavailable('an answer without end'));
      answer.push(chunk);
      if (chunk.includes(0)) settleByAnswer('');
    });
    socket.on('error', (error: NodeJS.ErrnoException) => settleByAnswer(error.code ?? error.message));
    socket.on('close', () => settleByAnswer('closed without an answer'));
    socket.on('connect', () => {
      void send(socket, bytes).then(
        () => {
          isAllSent = true;
        },
        // The socket tells of its own end.
        () => undefined,
      );
    });
  });
}

/** Waits for the scanner where it is slower than we are. */
async function send(socket: Socket, bytes: Uint8Array): Promise<void> {
  await write(socket, Buffer.from('zINSTREAM\0'));
  for (let start = 0; start < bytes.length; start += CHUNK_BYTES) {
    const chunk = bytes.subarray(start, start + CHUNK_BYTES);
    const length = Buffer.alloc(4);
    length.writeUInt32BE(chunk.length);
    socket.write(length);
    await write(socket, chunk);
  }
  await write(socket, Buffer.alloc(4));
}

function write(socket: Socket, bytes: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.write(bytes, (error) => (error ? reject(error) : resolve()));
  });
}

/** @param isAllSent an "OK" to half of a file says nothing about the other half */
function readAnswer(text: string, isAllSent: boolean): ScanOutcome {
  const line = text.split('\0')[0]?.trim() ?? '';
  if (line === 'stream: OK') return isAllSent ? { verdict: 'clean' } : unavailable('an answer before the end');
  const signature = /^stream: (\S.{0,200}) FOUND$/.exec(line)?.[1];
  if (signature === undefined) return unavailable(line.slice(0, 200));
  // With AlertExceedsMax clamd says so of a file that it did not look at to the end.
  if (signature.startsWith('Heuristics.Limits.Exceeded')) return unavailable(signature);
  return { verdict: 'infected', signature };
}
