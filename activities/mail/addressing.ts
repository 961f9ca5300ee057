/** Who a mail is from and to, what identifies it, and what ties it to others. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { v5 as uuidv5 } from 'uuid';
import { deriveKey, type Keyring } from '../../platform/keys.ts';
import type { Database } from '../../prisma/client.ts';
import type { MailAddress, MailRow } from './types.ts';

const THREAD_NAMESPACE = '6a2f4f0e-7d64-5b1e-8c3f-0d9a3b5f7e21';
const VERP = /^bounce\+([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.([0-9a-f]{16})@/;
/** 64 bits: who knows the id of a mail could try out 32 in days. With it the part before the @ has 60 characters of 64. */
const MAC_CHARACTERS = 16;

/**
 * Reads the setting MAIL_FROM.
 * @param text `Name <local@domain>` or `local@domain`
 */
export function parseSender(text: string): MailAddress {
  const [, name = '', address = text] = /^\s*(.*?)\s*<([^<>]+)>\s*$/.exec(text) ?? [];
  return { name: name.replace(/^"(.*)"$/, '$1'), address: address.trim() };
}

export function domainOf(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1).toLowerCase();
}

/** The same for every try, so that a receiver can drop a second copy (RFC 5322 §3.6.4). */
export function messageId(mailId: string, domain: string): string {
  return `<${mailId}@${domain}>`;
}

export interface ThreadHeaders {
  readonly inReplyTo?: string;
  readonly references?: string;
}

/**
 * What makes mail programs show the mails of one thread together: they all refer to its first mail, or, where a thread
 * has no first mail at this address, to a Message-ID that no mail has.
 */
export async function threadHeaders(database: Database, row: MailRow, domain: string): Promise<ThreadHeaders> {
  const { schoolId, streamId, threadKey, toAddress } = row;
  if (threadKey === null || row.isThreadRoot) return {};
  const root = await database.mail.findFirst({
    where: { schoolId, streamId, threadKey, toAddress, isThreadRoot: true },
    orderBy: { queuedAt: 'asc' },
    select: { id: true },
  });
  if (root) return { inReplyTo: messageId(root.id, domain), references: messageId(root.id, domain) };
  return { references: messageId(uuidv5(threadKey, THREAD_NAMESPACE), domain) };
}

/** Where bounces go: an address that names the mail and cannot be forged (VERP). */
export interface ReturnPath {
  /** @returns `bounce+<mail id>.<16 hex digits>@<domain>` */
  create(mailId: string): string;
  /** @returns the id of the mail, or null when the address is not one of ours */
  read(address: string): string | null;
}

/** @param domain whose mail server hands bounces to us */
export function createReturnPath(keyring: Keyring, domain: string): ReturnPath {
  const macWith = (kid: string, mailId: string) =>
    createHmac('sha256', deriveKey(keyring, kid, `return-path/v1/${kid}`))
      .update(mailId)
      .digest('hex')
      .slice(0, MAC_CHARACTERS);
  return {
    create: (mailId) => `bounce+${mailId}.${macWith(keyring.current, mailId)}@${domain}`,
    read(address) {
      const [, mailId, mac] = VERP.exec(address.toLowerCase()) ?? [];
      if (mailId === undefined || mac === undefined || domainOf(address) !== domain.toLowerCase()) return null;
      const given = Buffer.from(mac);
      return keyring.kids.some((kid) => timingSafeEqual(Buffer.from(macWith(kid, mailId)), given)) ? mailId : null;
    },
  };
}
