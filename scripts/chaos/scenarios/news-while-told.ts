import { setTimeout as delay } from 'node:timers/promises';
import { createRelay } from '../../../activities/relay.ts';
import { systemClock } from '../../../platform/clock.ts';
import { generateKeyringText, parseKeyring } from '../../../platform/keys.ts';
import { createLogger } from '../../../platform/logger.ts';
import { createCommandDoor } from '../../../prisma/apply-command.ts';
import { openDatabase } from '../../../prisma/client.ts';
import { remindExaminer } from '../../../prisma/commands/inviting.ts';
import { createTestDatabase } from '../../lib/throwaway-postgres.ts';
import { applyAs, invite } from '../cast.ts';
import { check } from '../checks.ts';
import type { ChaosContext, FaultReport, Scenario } from '../contract.ts';
import { fillSchool } from '../school.ts';

const FULL = { invitations: 60, rounds: 3 };
const SHORT = { invitations: 12, rounds: 2 };
/** How long Temporal takes to answer: so long is the time in which a stream goes on while it is being told of. */
const TELL_MS = 120;
const RELAYS = 2;

/** A stream goes on while Temporal is told of it. */
export const newsWhileTold: Scenario = {
  id: 'news-while-told',
  title: 'Streams go on while a slow Temporal is told of them',
  isInShort: true,
  async run(context) {
    const testDatabase = await createTestDatabase();
    try {
      return await run(context, testDatabase.url, context.isShort ? SHORT : FULL);
    } finally {
      await testDatabase.drop();
    }
  },
};

async function run({ signal }: ChaosContext, url: string, size: typeof FULL): Promise<FaultReport> {
  const database = openDatabase({ url, poolSize: 12 });
  const newest = new Map<string, number>();
  const conductor = {
    async tell({ streamId, seq }: { readonly streamId: string; readonly seq: number }) {
      await delay(TELL_MS);
      newest.set(streamId, Math.max(seq, newest.get(streamId) ?? 0));
    },
  };
  const logger = createLogger({ name: 'worker', level: 'silent', format: 'json' });
  const options = { database, conductor, listenUrl: url, logger, clock: systemClock };
  const relays = Array.from({ length: RELAYS }, () => createRelay(options));
  try {
    const school = await fillSchool(database, size.invitations);
    const keys = parseKeyring(generateKeyringText());
    const place = { database, door: createCommandDoor(database), school, config: { keys } };
    for (const relay of relays) relay.start();
    const invited = [];
    for (let index = 0; index < size.invitations; index += 1) invited.push(await invite(place, index));
    const actor = { kind: 'member', id: school.teacher.membershipId } as const;
    for (let round = 0; round < size.rounds; round += 1) {
      for (const { invitationId } of invited) {
        signal.throwIfAborted();
        await applyAs(place, remindExaminer, { invitationId, isManual: true }, actor);
      }
    }
    await untilAllIsTold(database, signal);
    const streams = await database.stream.findMany({ select: { id: true, version: true } });
    // Each invitation with its assessment, and the batch that it was sent in.
    const wanted = size.invitations * 3;
    const behind = streams.filter(({ id, version }) => newest.get(id) !== version).length;
    return {
      done:
        `${RELAYS} relays told a Temporal that takes ${TELL_MS} ms to answer of ${streams.length} streams, to each of which more ` +
        'happened meanwhile.',
      lost: behind,
      doubled: 0,
      recoveredMs: null,
      checks: [
        check(
          'the newest event of every stream is told',
          behind === 0 && streams.length === wanted,
          `${streams.length} streams, ${behind} of which Temporal knows an older event only`,
        ),
      ],
    };
  } finally {
    await Promise.all(relays.map((relay) => relay.stop()));
    await database.$disconnect();
  }
}

/** Until the relays think that nothing is left to tell. */
async function untilAllIsTold(database: ReturnType<typeof openDatabase>, signal: AbortSignal): Promise<void> {
  for (;;) {
    signal.throwIfAborted();
    const [row] = await database.$queryRaw<{ count: number }[]>`
      SELECT count(*)::int AS count FROM stream WHERE relayed_seq < version`;
    if (row?.count === 0) return;
    await delay(TELL_MS);
  }
}
