import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type ParsedMail, simpleParser } from 'mailparser';
import { z } from 'zod';

const summarySchema = z.object({
  id: z.string(),
  /** ISO 8601 instant in UTC. */
  receivedAt: z.string(),
  from: z.string(),
  /** MAIL FROM of the envelope, where reports go; empty in what was stored by older versions. */
  returnPath: z.string().default(''),
  to: z.array(z.string()),
  subject: z.string(),
  attachments: z.number().int(),
  size: z.number().int(),
  messageId: z.string(),
});

/** What the list shows of a mail. `to` is the envelope: who really gets it. */
export type MailSummary = z.infer<typeof summarySchema>;

/** Who sent the mail to whom, as the SMTP conversation said. */
export interface Envelope {
  readonly from: string;
  readonly to: readonly string[];
}

/** The mails of one mailbox, newest first; each a file that any mail program opens, with a summary beside it. */
export interface MailStore {
  list(): readonly MailSummary[];
  add(raw: Buffer, envelope: Envelope): Promise<MailSummary>;
  /** The whole mail, parsed; undefined when there is none with this id. */
  read(id: string): Promise<ParsedMail | undefined>;
  readRaw(id: string): Promise<Buffer | undefined>;
  /** Removes every mail. */
  clear(): Promise<void>;
}

/**
 * Opens the folder of a mailbox and reads the summaries that lie there.
 * @param dir made when missing
 * @param now gives the moment of receipt
 */
export function openMailStore(dir: string, now: () => Date = () => new Date()): MailStore {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  let summaries = readSummaries(dir);
  const has = (id: string) => summaries.some((summary) => summary.id === id);
  const readRaw = async (id: string) => (has(id) ? readFile(join(dir, `${id}.eml`)) : undefined);
  return {
    list: () => summaries,
    add: async (raw, envelope) => {
      const summary = await summarise(raw, envelope, now());
      await writeWhole(join(dir, `${summary.id}.eml`), raw);
      await writeWhole(join(dir, `${summary.id}.json`), JSON.stringify(summary));
      summaries = [summary, ...summaries].sort(newestFirst);
      return summary;
    },
    read: async (id) => {
      const raw = await readRaw(id);
      return raw && simpleParser(raw, { keepDeliveryStatus: true });
    },
    readRaw,
    clear: async () => {
      const removed = summaries;
      summaries = [];
      await Promise.all(
        removed.flatMap(({ id }) => [
          rm(join(dir, `${id}.eml`), { force: true }),
          rm(join(dir, `${id}.json`), { force: true }),
        ]),
      );
    },
  };
}

function readSummaries(dir: string): MailSummary[] {
  return readdirSync(dir)
    .filter((file) => file.endsWith('.json'))
    .flatMap((file) => {
      const parsed = summarySchema.safeParse(readJsonFile(join(dir, file)));
      return parsed.success ? [parsed.data] : [];
    })
    .sort(newestFirst);
}

function readJsonFile(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

function newestFirst(a: MailSummary, b: MailSummary): number {
  return a.id < b.id ? 1 : -1;
}

let lastMillisecond = 0;

async function summarise(raw: Buffer, envelope: Envelope, moment: Date): Promise<MailSummary> {
  const mail = await simpleParser(raw, { keepDeliveryStatus: true });
  // Ids sort by the order of receipt, also within one millisecond.
  lastMillisecond = Math.max(lastMillisecond + 1, moment.getTime());
  return {
    id: `${String(lastMillisecond).padStart(14, '0')}-${randomBytes(4).toString('hex')}`,
    receivedAt: moment.toISOString(),
    from: mail.from?.text ?? envelope.from,
    returnPath: envelope.from,
    to: [...envelope.to],
    subject: mail.subject ?? '',
    attachments: mail.attachments.length,
    size: raw.length,
    messageId: mail.messageId ?? '',
  };
}

/** After a crash a file is whole or absent. */
async function writeWhole(file: string, content: Buffer | string): Promise<void> {
  await writeFile(`${file}.new`, content, { mode: 0o600, flush: true });
  await rename(`${file}.new`, file);
}
