import { MailLedger } from '../../../activities/mail/ledger.ts';
import { openDatabase } from '../../../prisma/client.ts';
import { queueMails } from '../../../prisma/mail-ledger.ts';
import { createTestDatabase } from '../../lib/throwaway-postgres.ts';
import { check } from '../checks.ts';
import type { ChaosContext, FaultReport, Scenario } from '../contract.ts';
import { fillSchool } from '../school.ts';

const WORKERS = 6;
const AT_A_TIME = 5;
const FULL = 1_200;
const SHORT = 300;

/** Many workers reach for the same mails at the same moment. */
export const claimsAtOnce: Scenario = {
  id: 'claims-at-once',
  title: 'Six workers take mails from one queue at the same moment',
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

async function run({ signal }: ChaosContext, url: string, count: number): Promise<FaultReport> {
  // A connection for each, so that they do not wait for each other before the database.
  const databases = Array.from({ length: WORKERS }, () => openDatabase({ url, poolSize: 1 }));
  const [database] = databases;
  if (!database) throw new Error('no database');
  try {
    const { schoolId } = await fillSchool(database, 1);
    const now = new Date();
    await database.$transaction((tx) => queueMails(tx, Array.from({ length: count }, mailOf(schoolId)), now));
    const ledgers = databases.map((own, index) => new MailLedger(own, `worker-${index + 1}`));
    const taken: string[] = [];
    for (let isMore = true; isMore; ) {
      signal.throwIfAborted();
      const claimed = await Promise.all(ledgers.map((ledger) => ledger.claim(AT_A_TIME, now)));
      const ids = claimed.flatMap((rows) => rows.map(({ id }) => id));
      taken.push(...ids);
      isMore = ids.length > 0;
    }
    const different = new Set(taken).size;
    return {
      done: `${WORKERS} workers took ${count} mails from one queue, ${AT_A_TIME} at a time, all at the same moment again and again.`,
      lost: count - different,
      doubled: taken.length - different,
      recoveredMs: null,
      checks: [
        check(
          'every mail is taken by one worker, once',
          different === count && taken.length === count,
          `${count} mails, ${different} taken, ${taken.length - different} by two`,
        ),
      ],
    };
  } finally {
    await Promise.all(databases.map((own) => own.$disconnect()));
  }
}

function mailOf(schoolId: string) {
  return (_: unknown, index: number) => ({
    schoolId,
    streamId: null,
    template: 'signIn' as const,
    lang: 'nl' as const,
    toAddress: `ontvanger-${index}@praktijk.example`,
    toName: '',
    reference: {},
    cause: String(index),
    recipientId: String(index),
  });
}
