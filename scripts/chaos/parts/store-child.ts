/**
 * Stores the document of one decision in a process of its own, which can be limited or killed. Prints one line: `stored`,
 * or the code of the failure.
 *
 * node store-child.ts <JSON of StoreOrder>
 */
import { createRenderActivities } from '../../../activities/render.ts';
import { systemClock } from '../../../platform/clock.ts';
import { createFileDocumentStore } from '../../../platform/documents.ts';
import { createLogger } from '../../../platform/logger.ts';
import { createCommandDoor } from '../../../prisma/apply-command.ts';
import { openDatabase } from '../../../prisma/client.ts';

export interface StoreOrder {
  readonly databaseUrl: string;
  readonly documentsDir: string;
  readonly schoolId: string;
  readonly assessmentId: string;
  /** Size of the document. */
  readonly bytes: number;
  /** Stops for ever between the bytes and the record. */
  readonly waitsBeforeRecord: boolean;
}

const order: StoreOrder = JSON.parse(process.argv[2] ?? '{}');
const database = openDatabase({ url: order.databaseUrl, poolSize: 1 });
const store = createFileDocumentStore(order.documentsDir);
const nobody = {
  tell: () => Promise.resolve(),
  async *running() {
    yield* [];
  },
};
const { makeDocument } = createRenderActivities({
  database,
  door: createCommandDoor(database),
  conductor: nobody,
  documents: {
    get: (sha256) => store.get(sha256),
    async put(bytes) {
      const stored = await store.put(bytes);
      if (!order.waitsBeforeRecord) return stored;
      process.stdout.write('bytes\n');
      return new Promise(() => setInterval(() => undefined, 1_000));
    },
  },
  currentKeyId: '1',
  anchors: { address: undefined, dir: '' },
  renderDocument: async (data) => ({
    bytes: Buffer.alloc(order.bytes, `%PDF of ${JSON.stringify(data)}\n`),
    seal: null,
  }),
  clock: systemClock,
  logger: createLogger({ name: 'worker', level: 'silent', format: 'json', write: () => undefined }),
});

const result = await makeDocument({ streamId: order.assessmentId, schoolId: order.schoolId, version: 1 }).then(
  () => 'stored',
  (error: unknown) => (error instanceof Error && 'type' in error ? String(error.type) : String(error)),
);
process.stdout.write(`${result}\n`);
await database.$disconnect();
