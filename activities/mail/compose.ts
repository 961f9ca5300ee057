/**
 * Writes mails: one small composer per template reads by id what the mail says now, decides whether it may still be sent,
 * and fills the template. Links and codes are derived here, in memory, and live no longer than the sending.
 */
import { isMailLanguage, type MailData, type MailLanguage, type MailRenderer } from '../../emails/index.ts';
import type { DocumentStore } from '../../platform/documents.ts';
import type { Keyring } from '../../platform/keys.ts';
import { type Database, type DatabaseClock, databaseClock } from '../../prisma/client.ts';
import type { MailTemplate } from '../../prisma/mail-ledger.ts';
import { examinerComposers } from './compose-examiner.ts';
import { staffComposers } from './compose-staff.ts';
import type { ComposedMail, MailAttachment, MailComposer, MailRow } from './types.ts';
import { createMailUrls, type MailUrls } from './urls.ts';

/** Where the bytes of attachments and documents lie. */
export type ContentStore = Pick<DocumentStore, 'get'>;

export interface ComposerOptions {
  readonly database: Database;
  readonly renderer: MailRenderer;
  readonly store: ContentStore;
  readonly keyring: Keyring;
  /** Our own address without a slash at the end. */
  readonly publicUrl: string;
  /** Address in MAIL_FROM: where questions go when a school has no exam office. */
  readonly senderAddress: string;
  readonly clock?: DatabaseClock;
}

/** What a composer has at hand. */
export interface ComposeTools {
  readonly database: Database;
  readonly store: ContentStore;
  readonly keyring: Keyring;
  readonly urls: MailUrls;
  readonly senderAddress: string;
  readonly language: MailLanguage;
  readonly now: Date;
}

/** The data of one template with what goes beside it. */
export type Draft = {
  readonly [T in MailTemplate]: { readonly template: T; readonly data: MailData[T] };
}[MailTemplate] & {
  readonly attachments?: readonly MailAttachment[];
  readonly replyTo?: ComposedMail['replyTo'];
};

export type Composer = (tools: ComposeTools, row: MailRow) => Promise<Draft>;

const composers: Readonly<Record<MailTemplate, Composer>> = { ...examinerComposers, ...staffComposers };

/** @returns a composer for every mail of the ledger */
export function createMailComposer(options: ComposerOptions): MailComposer {
  const clock = options.clock ?? databaseClock;
  const urls = createMailUrls(options.publicUrl, options.keyring);
  return {
    async compose(row) {
      const language = isMailLanguage(row.lang) ? row.lang : 'nl';
      const now = await clock.now(options.database);
      const { database, store, keyring, senderAddress } = options;
      const tools = { database, store, keyring, senderAddress, urls, language, now };
      const draft = await composers[row.template](tools, row);
      // The union keeps template and data together, which TypeScript cannot follow through a generic call.
      const rendered = options.renderer.render(draft.template, language, draft.data as never);
      return {
        ...rendered,
        attachments: draft.attachments ?? [],
        ...(draft.replyTo ? { replyTo: draft.replyTo } : {}),
      };
    },
  };
}
