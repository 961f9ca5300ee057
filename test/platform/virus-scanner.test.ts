/** The virus scanner: always against a stand-in that speaks the protocol, and against a real clamd where there is one. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, describe, expect, it } from '@jest/globals';
import {
  type ClamdAddress,
  createVirusScanner,
  MAX_SCANNED_BYTES,
  parseClamdAddress,
} from '../../platform/virus-scanner.ts';

/** In two halves, so that no scanner stumbles over this file. */
const EICAR = ['X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-', 'STANDARD-ANTIVIRUS-TEST-FILE!$H+H*'].join('');
const stops: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

function scannerAt(address: ClamdAddress, timeoutMs = 5_000) {
  return createVirusScanner({ address, timeoutMs });
}

/** What a stand-in does with a connection. */
type Behaviour = (socket: Socket) => void;

async function listen(server: Server, place: number | string): Promise<void> {
  await new Promise<void>((resolve) => {
    if (typeof place === 'number') server.listen(place, '127.0.0.1', resolve);
    else server.listen(place, resolve);
  });
}

async function standIn(behaviour: Behaviour): Promise<ClamdAddress> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    behaviour(socket);
  });
  await listen(server, 0);
  stops.push(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  return { kind: 'tcp', host: '127.0.0.1', port: (server.address() as AddressInfo).port };
}

/** As clamd(8) says: reads chunks until one of length nought, answers in one line, closes; too much is cut off with an error. */
function faithful(limit = 25 * 1024 * 1024): Behaviour {
  return (socket) => {
    let buffer = Buffer.alloc(0);
    let content = Buffer.alloc(0);
    let isAsked = false;
    socket.on('data', (chunk: Buffer) => {
      buffer = Buffer.concat([buffer, chunk]);
      if (!isAsked) {
        const end = buffer.indexOf(0);
        if (end < 0) return;
        if (buffer.toString('latin1', 0, end) !== 'zINSTREAM') return void socket.end('UNKNOWN COMMAND\0');
        isAsked = true;
        buffer = buffer.subarray(end + 1);
      }
      while (buffer.length >= 4 && buffer.length >= 4 + buffer.readUInt32BE(0)) {
        const length = buffer.readUInt32BE(0);
        if (length === 0)
          return void socket.end(content.includes(EICAR) ? 'stream: Eicar-Signature FOUND\0' : 'stream: OK\0');
        content = Buffer.concat([content, buffer.subarray(4, 4 + length)]);
        if (content.length > limit) return void socket.end('INSTREAM size limit exceeded. ERROR\0');
        buffer = buffer.subarray(4 + length);
      }
    });
  };
}

/** Waits for the end of what is sent, and says something else than clamd would. */
function saying(answer: string): Behaviour {
  return (socket) => {
    socket.on('data', (chunk: Buffer) => {
      if (chunk.subarray(-4).equals(Buffer.alloc(4))) socket.end(answer);
    });
  };
}

describe('the address of a scanner', () => {
  it.each([
    ['tcp://127.0.0.1:3310', { kind: 'tcp', host: '127.0.0.1', port: 3310 }],
    ['tcp://clamd.school.example:3310', { kind: 'tcp', host: 'clamd.school.example', port: 3310 }],
    ['tcp://[::1]:3310', { kind: 'tcp', host: '::1', port: 3310 }],
    ['unix:/run/clamav/clamd.ctl', { kind: 'unix', path: '/run/clamav/clamd.ctl' }],
    ['unix:///run/clamav/clamd.ctl', { kind: 'unix', path: '/run/clamav/clamd.ctl' }],
  ])('reads %s', (text, address) => {
    expect(parseClamdAddress(text)).toEqual(address);
  });

  it.each([
    '127.0.0.1:3310',
    'tcp://host',
    'tcp://host:0',
    'tcp://host:70000',
    'unix:relative',
    'http://host:80',
    'tcp://a@b:1',
  ])('refuses %s', (text) => {
    expect(parseClamdAddress(text)).toBeUndefined();
  });
});

describe('scanning, against a stand-in', () => {
  it('calls bytes clean when the scanner took all of them and said so', async () => {
    const scanner = scannerAt(await standIn(faithful()), 20_000);
    expect(await scanner.scan(Buffer.alloc(10 * 1024 * 1024, 'a'))).toEqual({ verdict: 'clean' });
  });

  it('takes the scanner at its word when it found something', async () => {
    const scanner = scannerAt(await standIn(faithful()));
    expect(await scanner.scan(Buffer.from(`%PDF-1.7 ${EICAR}`))).toEqual({
      verdict: 'infected',
      signature: 'Eicar-Signature',
    });
  });

  it('speaks over a unix socket', async () => {
    const dir = await mkdtemp(path.join(tmpdir(), 'proeve-clamd-'));
    const place = path.join(dir, 'clamd.ctl');
    const server = createServer(faithful());
    await listen(server, place);
    stops.push(async () => {
      await new Promise((resolve) => server.close(resolve));
      await rm(dir, { recursive: true, force: true });
    });
    expect(await scannerAt({ kind: 'unix', path: place }).scan(Buffer.from('a'))).toEqual({ verdict: 'clean' });
  });

  it.each<[string, Behaviour]>([
    ['its limit is reached', faithful(1024)],
    ['it hangs up', (socket) => socket.destroy()],
    ['it hangs up at the end', saying('')],
    ['it answers nonsense', saying('stream: maybe\0')],
    ['it answers as another server', saying('220 mail.school.example ESMTP\r\n')],
    ['it answers OK to something else', saying('OK\0')],
    ['it answers in half', saying('stream: O')],
    ['it says that it did not look at all of it', saying('stream: Heuristics.Limits.Exceeded.MaxFileSize FOUND\0')],
    ['it says OK before the end', (socket) => void socket.write('stream: OK\0')],
    ['its answer never ends', (socket) => void socket.write('a'.repeat(10_000))],
  ])('leaves bytes unjudged when %s', async (_what, behaviour) => {
    const scanner = scannerAt(await standIn(behaviour));
    expect(await scanner.scan(Buffer.alloc(8 * 1024 * 1024, 'a'))).toMatchObject({ verdict: 'unavailable' });
  });

  it('leaves bytes unjudged when there is no answer in time', async () => {
    const scanner = scannerAt(await standIn(() => undefined), 50);
    expect(await scanner.scan(Buffer.from('a'))).toEqual({ verdict: 'unavailable', reason: 'no answer in time' });
  });

  it('leaves bytes unjudged when no time is left', async () => {
    const scanner = scannerAt(await standIn(faithful()));
    expect(await scanner.scan(Buffer.from('a'), 0)).toMatchObject({ verdict: 'unavailable' });
  });

  it('leaves bytes unjudged when nobody listens', async () => {
    const address = await standIn(faithful());
    for (const stop of stops.splice(0)) await stop();
    expect(await scannerAt(address).scan(Buffer.from('a'))).toEqual({ verdict: 'unavailable', reason: 'ECONNREFUSED' });
  });

  it('sends no more than the scanner takes', async () => {
    const scanner = scannerAt({ kind: 'unix', path: '/nowhere' });
    expect(await scanner.scan(Buffer.alloc(MAX_SCANNED_BYTES + 1))).toEqual({
      verdict: 'unavailable',
      reason: 'larger than what the scanner takes',
    });
  });
});

const REAL = ['/usr/sbin/clamd', '/usr/local/sbin/clamd'].filter((file) => existsSync(file)).slice(0, 1);

for (const clamd of REAL)
  describe('scanning, against a real clamd', () => {
    /** One with a database of its own that knows the test signature alone. */
    async function startClamd(): Promise<ClamdAddress> {
      const dir = await mkdtemp(path.join(tmpdir(), 'proeve-clamd-'));
      const socket = path.join(dir, 'clamd.ctl');
      await writeFile(path.join(dir, 'own.ndb'), `Proeve.Test:0:*:${Buffer.from(EICAR).toString('hex')}\n`);
      await writeFile(
        path.join(dir, 'clamd.conf'),
        [
          `DatabaseDirectory ${dir}`,
          `TemporaryDirectory ${dir}`,
          `LocalSocket ${socket}`,
          'Foreground yes',
          'StreamMaxLength 2M',
        ].join('\n'),
      );
      const child = spawn(clamd, ['-c', path.join(dir, 'clamd.conf')], { stdio: 'ignore' });
      stops.push(async () => {
        const ended = new Promise((resolve) => child.once('exit', resolve));
        child.kill('SIGKILL');
        await ended;
        await rm(dir, { recursive: true, force: true });
      });
      for (let tries = 0; !existsSync(socket) && tries < 300; tries += 1) await delay(100);
      return { kind: 'unix', path: socket };
    }

    it('tells clean, infected and too large apart', async () => {
      const scanner = scannerAt(await startClamd(), 20_000);
      expect(await scanner.scan(Buffer.from('%PDF-1.7 hallo'))).toEqual({ verdict: 'clean' });
      expect(await scanner.scan(Buffer.alloc(0))).toEqual({ verdict: 'clean' });
      expect(await scanner.scan(Buffer.from(`%PDF-1.7 ${EICAR}`))).toEqual({
        verdict: 'infected',
        signature: 'Proeve.Test.UNOFFICIAL',
      });
      expect(await scanner.scan(Buffer.alloc(3 * 1024 * 1024, 'a'))).toMatchObject({ verdict: 'unavailable' });
    }, 60_000);
  });
