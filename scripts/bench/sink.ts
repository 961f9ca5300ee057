/**
 * A mail server that takes everything and keeps nothing, as a program of its own: what it costs is not counted to the worker.
 * Started with a channel to its parent: tells its port, then after each question how many mails it took.
 */
import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';

let taken = 0;

const server = new SMTPServer({
  banner: 'Proeve benchmark',
  authOptional: true,
  disabledCommands: ['AUTH', 'STARTTLS'],
  disableReverseLookup: true,
  onData(stream, _session, done) {
    stream.on('end', () => {
      taken += 1;
      done();
    });
    stream.resume();
  },
});

server.listen(0, '127.0.0.1', () => {
  process.send?.({ port: (server.server.address() as AddressInfo).port });
});
server.on('error', () => undefined);
process.on('message', () => process.send?.({ taken }));
for (const event of ['SIGTERM', 'SIGINT', 'disconnect'] as const) process.on(event, () => process.exit(0));
