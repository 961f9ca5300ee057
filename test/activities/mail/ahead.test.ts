import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createSlots } from '../../../activities/mail/slots.ts';
import { createTransport } from '../../../activities/mail/transport.ts';
import { type MailRoom, openMailRoom } from './mail-room.ts';

const MAILS = 6;

let room: MailRoom;
beforeAll(async () => {
  room = await openMailRoom();
});
afterAll(() => room.close());
beforeEach(async () => {
  await room.database.mail.deleteMany();
  room.server.received.length = 0;
});

const mails = () => room.database.mail.findMany({ orderBy: { queuedAt: 'asc' } });

async function inviteMany(): Promise<string[]> {
  const ids: string[] = [];
  for (let index = 0; index < MAILS; index += 1) ids.push((await room.invite(0)).invitationId);
  return ids;
}

/** The real transport, until `taken` mails were taken; then `act` comes in its place. */
function takingOnly(taken: number, act: () => Promise<string>) {
  const transport = createTransport({ smtpUrl: room.server.url, poolSize: 1 });
  let count = 0;
  return {
    ...transport,
    async send(...args: Parameters<typeof transport.send>) {
      if (count >= taken) return act();
      count += 1;
      return transport.send(...args);
    },
  };
}

describe('mails that are claimed ahead', () => {
  it('go back as they were when the server turns out to be gone', async () => {
    await inviteMany();
    const gone = () => Promise.reject(Object.assign(new Error('no'), { code: 'ECONNREFUSED' }));
    await room.pump({ concurrency: 1, transport: takingOnly(2, gone) }).pumpOnce();
    const rows = await mails();
    expect(room.server.received).toHaveLength(2);
    expect(rows.filter(({ state }) => state === 'accepted')).toHaveLength(2);
    expect(rows.filter(({ state, isRepeat }) => state === 'queued' && !isRepeat)).toHaveLength(MAILS - 2);
    expect(rows.filter(({ lastError }) => lastError !== null)).toHaveLength(1);
  });

  it('go back when the pump ends, after the one in hand', async () => {
    await inviteMany();
    const pump = room.pump({ concurrency: 1, transport: takingOnly(2, () => ended()) });
    let stopping: Promise<void> | undefined;
    const ended = async () => {
      stopping = pump.stop();
      return '250';
    };
    await pump.pumpOnce();
    await stopping;
    const states = (await mails()).map(({ state }) => state).sort();
    expect(states).toEqual(['accepted', 'accepted', 'accepted', 'queued', 'queued', 'queued']);
  });

  it('are not sent when what they are about ended while they waited', async () => {
    await inviteMany();
    const revoke = async () => {
      await room.database.link.updateMany({ data: { revokedAt: room.now.at } });
      room.advance(1);
      return '250';
    };
    const wait = () => new Promise<string>((resolve) => setTimeout(() => void revoke().then(resolve), 2_100));
    await room.pump({ concurrency: 1, transport: takingOnly(1, wait) }).pumpOnce();
    const rows = await mails();
    expect(rows.filter(({ lastError }) => lastError === 'OBSOLETE')).toHaveLength(MAILS - 2);
  });
});

describe('mails that the server took', () => {
  it('are written down together with what they mean for their invitations', async () => {
    const ids = await inviteMany();
    await room.pump().pumpOnce();
    const accepted = await room.database.invitation.count({ where: { id: { in: ids }, delivery: 'accepted' } });
    expect(accepted).toBe(MAILS);
    expect((await mails()).map(({ state, smtpCode }) => [state, smtpCode])).toEqual(
      Array(MAILS).fill(['accepted', '250']),
    );
  });

  it('are written down one by one when that fails', async () => {
    const ids = await inviteMany();
    let isFailing = true;
    const database = new Proxy(room.database, {
      get(target, property) {
        const value = Reflect.get(target, property);
        if (property !== '$transaction' || !isFailing) return value;
        isFailing = false;
        return () => Promise.reject(new Error('one of them is in the way'));
      },
    });
    await room.pump({ database }).pumpOnce();
    expect(room.server.received).toHaveLength(MAILS);
    expect((await mails()).map(({ state }) => state)).toEqual(Array(MAILS).fill('accepted'));
    const accepted = await room.database.invitation.count({ where: { id: { in: ids }, delivery: 'accepted' } });
    expect(accepted).toBe(MAILS);
  });
});

describe('createSlots', () => {
  it('lets in so many at once, and the others in order', async () => {
    const slots = createSlots(2);
    const entered: number[] = [];
    const all = [1, 2, 3, 4].map((number) => slots.take().then(() => entered.push(number)));
    await Promise.all(all.slice(0, 2));
    expect(entered).toEqual([1, 2]);
    slots.free();
    await all[2];
    slots.free();
    await all[3];
    expect(entered).toEqual([1, 2, 3, 4]);
  });
});
