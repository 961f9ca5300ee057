/**
 * Writes mails: one small composer per template reads by id what the mail says now, decides whether it may still be sent,
 * and fills the template. Links and codes are derived here, in memory, and live no longer than the sending.
 */
import { isMailLanguage, type MailData, type MailLanguage, type MailRenderer } from '../../emails/index.ts';
import type { DocumentStore } from '../../platform/documents.ts';
import type { Keyring } from '../../platform/keys.ts';
import { type Database, type DatabaseClock, databaseClock } from '../../prisma/client.ts';
import type { MailTemplate } from '../../prisma/mail-ledger.ts';
import { agreementComposers } from './compose-agreement.ts';
import { anchorComposers } from './compose-anchor.ts';
import { attentionComposers } from './compose-attention.ts';
import { codeComposers } from './compose-codes.ts';
import { decidingComposers } from './compose-deciding.ts';
import { editingComposers } from './compose-editing.ts';
import { examinerComposers } from './compose-examiner.ts';
import { mendingComposers } from './compose-mending.ts';
import { officeComposers } from './compose-office.ts';
import { registrationComposers } from './compose-registration.ts';
import { staffComposers } from './compose-staff.ts';
import { present, readSchool, type SchoolFacts } from './read.ts';
import { createFactsReader, type MailFacts } from './read-facts.ts';
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
  /** The invitation that a mail to an examiner is about. @throws MailNotSendable when it is gone */
  facts(row: MailRow): Promise<MailFacts>;
  /** Name, colour and zone; at most some seconds old. @throws MailNotSendable when it is gone */
  school(schoolId: string): Promise<SchoolFacts>;
}

/** The data of one template with what goes beside it. */
export type Draft = {
  readonly [T in MailTemplate]: { readonly template: T; readonly data: MailData[T] };
}[MailTemplate] & {
  readonly attachments?: readonly MailAttachment[];
  readonly replyTo?: ComposedMail['replyTo'];
};

export type Composer = (tools: ComposeTools, row: MailRow) => Promise<Draft>;

const composers: Readonly<Record<MailTemplate, Composer>> = {
  ...examinerComposers,
  ...staffComposers,
  ...officeComposers,
  ...mendingComposers,
  ...codeComposers,
  ...anchorComposers,
  ...attentionComposers,
  ...agreementComposers,
  ...registrationComposers,
  ...editingComposers,
  ...decidingComposers,
};

/** What was read ahead is used for so long; the pump seldom needs a tenth of it. */
const FRESH_MS = 2_000;
const SCHOOL_MS = 5_000;

interface Ahead {
  readonly facts: MailFacts | undefined;
  readonly now: Date;
  readonly readAt: number;
}

/** @returns a composer for every mail of the ledger */
export function createMailComposer(options: ComposerOptions): MailComposer {
  const clock = options.clock ?? databaseClock;
  const { database, store, keyring, senderAddress } = options;
  const urls = createMailUrls(options.publicUrl, options.keyring);
  const readFacts = createFactsReader(database);
  const school = rememberSchools(database);
  /** By the row itself, so that what nobody composes any more is forgotten. */
  const ahead = new WeakMap<MailRow, Ahead>();
  const aheadOf = (row: MailRow) => {
    const found = ahead.get(row);
    return found && performance.now() - found.readAt < FRESH_MS ? found : undefined;
  };
  const facts = async (row: MailRow) => {
    const found = aheadOf(row)?.facts ?? (await readFacts([row])).get(row.id);
    return present(found, 'the invitation');
  };
  return {
    async readAhead(rows) {
      const readAt = performance.now();
      const toExaminers = rows.filter(({ template }) => template in examinerComposers);
      const now = await clock.now(database);
      const found = toExaminers.length > 0 ? await readFacts(toExaminers) : new Map<string, MailFacts>();
      for (const row of rows) ahead.set(row, { facts: found.get(row.id), now, readAt });
    },
    async compose(row) {
      const language = isMailLanguage(row.lang) ? row.lang : 'nl';
      const now = aheadOf(row)?.now ?? (await clock.now(database));
      const tools = { database, store, keyring, senderAddress, urls, language, now, facts, school };
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

function rememberSchools(database: Database): (schoolId: string) => Promise<SchoolFacts> {
  const known = new Map<string, { readonly school: SchoolFacts; readonly readAt: number }>();
  return async (schoolId) => {
    const found = known.get(schoolId);
    if (found && performance.now() - found.readAt < SCHOOL_MS) return found.school;
    const readAt = performance.now();
    const school = await readSchool(database, schoolId);
    known.set(schoolId, { school, readAt });
    return school;
  };
}
