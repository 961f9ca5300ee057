/** Reads the local mailbox through its JSON interface. */
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';

const listSchema = z.object({
  messages: z.array(z.object({ id: z.string(), receivedAt: z.string(), subject: z.string(), to: z.array(z.string()) })),
});

const mailSchema = z.object({
  id: z.string(),
  subject: z.string(),
  to: z.array(z.string()),
  text: z.string(),
  html: z.string(),
  links: z.array(z.string()),
  attachmentList: z.array(
    z.object({ filename: z.string(), contentType: z.string(), size: z.number(), path: z.string() }),
  ),
});

export type ReadMail = z.infer<typeof mailSchema>;

export interface WantedMail {
  readonly to: string;
  /** Part of the subject. */
  readonly subject?: string;
  /** Part of the plain text. */
  readonly text?: string;
  readonly withinMs?: number;
}

export interface MailReader {
  /**
   * Waits for the oldest mail to this address that the reader has not given yet. What was in the mailbox when the reader
   * was opened counts too.
   * @throws Error when it does not come in time
   */
  next(wanted: WantedMail): Promise<ReadMail>;
  attachment(mail: ReadMail, index: number): Promise<Uint8Array>;
}

const POLL_MS = 100;
const WAIT_MS = 20_000;

/** @param url address of the mailbox, without a slash at the end */
export function openMailReader(url: string): MailReader {
  const given = new Set<string>();
  const base = url.replace(/\/$/, '');

  async function getJson<T>(path: string, schema: z.ZodType<T>): Promise<T> {
    const response = await fetch(base + path);
    if (!response.ok) throw new Error(`The mailbox answered ${response.status} on ${path}`);
    return schema.parse(await response.json());
  }

  return {
    async next({ to, subject = '', text = '', withinMs = WAIT_MS }) {
      const query = new URLSearchParams({ to, subject });
      const end = performance.now() + withinMs;
      for (;;) {
        const { messages } = await getJson(`/api/messages?${query}`, listSchema);
        for (const { id } of messages.filter((mail) => !given.has(mail.id)).reverse()) {
          const mail = await getJson(`/api/messages/${id}`, mailSchema);
          if (!mail.text.includes(text)) continue;
          given.add(id);
          return mail;
        }
        if (performance.now() > end)
          throw new Error(`No mail "${subject}" came to ${to} within ${Math.round(withinMs / 1000)} seconds`);
        await delay(POLL_MS);
      }
    },
    async attachment(mail, index) {
      const item = mail.attachmentList[index];
      if (!item) throw new Error(`The mail "${mail.subject}" has no attachment ${index + 1}`);
      const response = await fetch(base + item.path);
      return new Uint8Array(await response.arrayBuffer());
    },
  };
}

/** The link of a mail whose path begins like this. @throws Error when there is none */
export function linkIn(mail: ReadMail, pathStart: string): string {
  const link = mail.links.find((each) => new URL(each).pathname.startsWith(pathStart));
  if (!link) throw new Error(`The mail "${mail.subject}" has no link to ${pathStart}`);
  return link;
}
