import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  type BounceListener,
  createBounceListener,
  type ListenerLimits,
} from '../../../activities/bounces/smtp-listener.ts';
import { silentLogger } from '../fakes.ts';
import { createDesk, type Desk, DOMAIN, deliver, MAIL_ID, OTHER_ID, returnPath, sample, talkTo } from './support.ts';

const ADDRESS = returnPath.create(MAIL_ID);

let desk: Desk;
let listener: BounceListener;
let port: number;

async function listen(limits: Partial<ListenerLimits> = {}): Promise<void> {
  const { receiver } = desk;
  const common = { host: '127.0.0.1', port: 0, domain: DOMAIN, returnPath, receiver, logger: silentLogger };
  listener = createBounceListener({ ...common, limits });
  await listener.start();
  port = listener.port() ?? 0;
}

/** Connects, and says and hears nothing. */
async function stranger(to: number): Promise<Socket> {
  const socket = connect(to, '127.0.0.1');
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  return socket;
}

beforeEach(async () => {
  desk = createDesk();
  await listen();
});
afterEach(() => listener.stop());

describe('createBounceListener', () => {
  it('has a report recorded for the mail whose address it came to', async () => {
    expect(await deliver(port, ADDRESS, sample('postfix-user-unknown', OTHER_ID))).toMatch(/^250 /);
    expect(desk.told).toEqual([`${MAIL_ID} bounced addressUnknown`]);
  });

  it('takes the address in any case of letters', async () => {
    expect(await deliver(port, ADDRESS.toUpperCase(), sample('postfix-delivered'))).toMatch(/^250 /);
    expect(desk.told).toEqual([`${MAIL_ID} delivered`]);
  });

  it('says yes only after recording', async () => {
    let release: () => void = () => undefined;
    desk.hold = new Promise((resolve) => {
      release = resolve;
    });
    let answer = 'none yet';
    const delivery = deliver(port, ADDRESS, sample('postfix-user-unknown')).then((said) => {
      answer = said;
    });
    while (desk.receiver.counts.received === 0) await new Promise(setImmediate);
    expect(answer).toBe('none yet');
    release();
    await delivery;
    expect(answer).toMatch(/^250 /);
  });

  it('asks the server to try again when recording fails', async () => {
    desk.failing.add(MAIL_ID);
    expect(await deliver(port, ADDRESS, sample('postfix-user-unknown'))).toMatch(/^451 /);
    desk.failing.clear();
    expect(await deliver(port, ADDRESS, sample('postfix-user-unknown'))).toMatch(/^250 /);
    expect(desk.told).toHaveLength(1);
    expect(desk.receiver.counts).toMatchObject({ received: 2, failed: 1, recorded: 1 });
  });

  it.each([
    ['a mailbox', `directeur@${DOMAIN}`],
    ['a forged signature', ADDRESS.replace(/\.[0-9a-f]{16}@/, `.${'0'.repeat(16)}@`)],
    ['another mail with this signature', ADDRESS.replace(MAIL_ID, OTHER_ID)],
    ['another domain', ADDRESS.replace(DOMAIN, 'elders.example')],
  ])('knows no %s', async (_what, address) => {
    expect(await deliver(port, address, sample('postfix-user-unknown'))).toMatch(/^550 5\.1\.1/);
    expect(desk.told).toEqual([]);
    expect(desk.receiver.counts.foreign).toBe(1);
  });

  it('ends the conversation with who tries one address after another', async () => {
    const talk = await talkTo(port);
    await talk.say();
    await talk.say('EHLO x.example');
    await talk.say('MAIL FROM:<>');
    const answers: string[] = [];
    for (let tries = 0; tries < 12; tries += 1)
      answers.push((await talk.say(`RCPT TO:<a${tries}@${DOMAIN}>`)).slice(0, 3));
    expect(answers).toEqual([...Array(9).fill('550'), '421', 'clo', 'clo']);
  });

  it('believes a text that looks like a bounce only from nobody', async () => {
    expect(await deliver(port, ADDRESS, sample('exim-user-unknown'), 'sanne@bakkerij.example')).toMatch(/^250 /);
    expect(desk.told).toEqual([]);
    await deliver(port, ADDRESS, sample('exim-user-unknown'));
    expect(desk.told).toEqual([`${MAIL_ID} bounced addressUnknown`]);
  });

  it.each([
    ['postfix-user-unknown', 'bounced addressUnknown'],
    ['absence-vacation-program', 'autoReply'],
    ['challenge-waiting-list', 'challenge challengeAsked'],
    ['read-receipt', 'delivered'],
  ])('believes %s from an address', async (name, news) => {
    await deliver(port, ADDRESS, sample(name), 'sanne@bakkerij.example');
    expect(desk.told).toEqual([`${MAIL_ID} ${news}`]);
  });

  it('takes one member of a group that got the mail for a delivery', async () => {
    await deliver(port, ADDRESS, sample('group-address-partly-delivered'));
    expect(desk.told).toEqual([`${MAIL_ID} delivered`]);
  });

  it('accepts what has no news, so that nobody sends it again', async () => {
    for (const name of ['postfix-relayed', 'person-answers', 'complaint-feedback-report']) {
      expect(await deliver(port, ADDRESS, sample(name))).toMatch(/^250 /);
    }
    expect(desk.told).toEqual([]);
    expect(desk.receiver.counts.silent).toBe(3);
  });

  it('accepts a report with an original of many megabytes, whatever size is announced', async () => {
    const talk = await talkTo(port);
    await talk.say();
    await talk.say('EHLO x.example');
    expect(await talk.say('MAIL FROM:<> SIZE=80000000')).toMatch(/^250 /);
    await talk.say(`RCPT TO:<${ADDRESS}>`);
    await talk.say('DATA');
    talk.socket.write(sample('exim-user-unknown'));
    talk.socket.write(Buffer.alloc(6 * 1024 * 1024, `${'x'.repeat(70)}\r\n`));
    expect(await talk.say('\r\n.')).toMatch(/^250 /);
    expect(desk.told).toEqual([`${MAIL_ID} bounced addressUnknown`]);
    talk.socket.destroy();
  });

  it('tells its name and no version, and offers no login', async () => {
    const talk = await talkTo(port);
    expect(await talk.say()).toBe(`220 ${DOMAIN} ESMTP`);
    await talk.say('EHLO x.example');
    expect(await talk.say('AUTH PLAIN AGEAYg==')).toMatch(/^5/);
    expect(await talk.say('STARTTLS')).toMatch(/^5/);
    talk.socket.destroy();
  });

  it('goes on after garbage and after clients that hang up half-way', async () => {
    const noisy = await talkTo(port);
    noisy.socket.write(Buffer.alloc(200_000, 0xff));
    const rude = await talkTo(port);
    await rude.say();
    await rude.say('EHLO x.example');
    await rude.say('MAIL FROM:<>');
    await rude.say(`RCPT TO:<${ADDRESS}>`);
    await rude.say('DATA');
    rude.socket.write('From: MAILER-DAEMON@x.example\r\n\r\nSorry, ');
    rude.socket.resetAndDestroy();
    noisy.socket.resetAndDestroy();
    await Promise.all([rude.closed, noisy.closed]);
    expect(await deliver(port, ADDRESS, sample('postfix-user-unknown'))).toMatch(/^250 /);
    expect(desk.told).toHaveLength(1);
  });

  it('closes connections that say nothing', async () => {
    await listener.stop();
    await listen({ silenceMs: 50 });
    const talk = await talkTo(port);
    await talk.closed;
    expect(await talk.say()).toMatch(/^220|^4/);
  });

  it('closes connections that trickle', async () => {
    await listener.stop();
    await listen({ connectionMs: 150 });
    const talk = await talkTo(port);
    const trickle = setInterval(() => talk.socket.write('N'), 20);
    await talk.closed;
    clearInterval(trickle);
  });

  it('turns away more connections than it can hold, and takes them later', async () => {
    await listener.stop();
    await listen({ connections: 2 });
    const talks = await Promise.all([talkTo(port), talkTo(port)]);
    for (const talk of talks) expect(await talk.say()).toMatch(/^220/);
    const third = await talkTo(port);
    expect(await third.say()).toMatch(/^421/);
    for (const talk of talks) talk.socket.end('QUIT\r\n');
    await Promise.all(talks.map((talk) => talk.closed));
    expect(await deliver(port, ADDRESS, sample('postfix-user-unknown'))).toMatch(/^250 /);
  });

  it('holds no more sockets than a few times that, however many strangers keep theirs open', async () => {
    await listener.stop();
    await listen({ connections: 2 });
    // They never read, so they never see that they were turned away.
    const strangers = await Promise.all(Array.from({ length: 40 }, () => stranger(port)));
    expect(await (await talkTo(port)).say()).toBe('closed');
    for (const each of strangers) each.destroy();
    let answer = 'closed';
    while (answer === 'closed') answer = await deliver(port, ADDRESS, sample('postfix-user-unknown'));
    expect(answer).toMatch(/^250 /);
  });

  it('takes many reports at the same time', async () => {
    const answers = await Promise.all(
      Array.from({ length: 30 }, () => deliver(port, ADDRESS, sample('postfix-mailbox-full'))),
    );
    expect(answers.every((answer) => answer.startsWith('250'))).toBe(true);
    expect(desk.told).toHaveLength(30);
  });

  it('says why when the port is taken, and can be started again', async () => {
    const { receiver } = desk;
    const second = createBounceListener({
      host: '127.0.0.1',
      port,
      domain: DOMAIN,
      returnPath,
      receiver,
      logger: silentLogger,
    });
    await expect(second.start()).rejects.toMatchObject({ code: 'EADDRINUSE' });
    expect(second.port()).toBeUndefined();
    await listener.stop();
    await second.start();
    expect(second.port()).toBe(port);
    await second.stop();
  });
});
