import { createTransport as createNodemailer } from 'nodemailer';
import { isLoopback } from '../../platform/loopback.ts';
import { isTokenLogin, type MailTokens } from '../../platform/mail-oauth.ts';
import type { MailTemplate } from '../../prisma/mail-ledger.ts';
import type { MailAddress, MailAttachment } from './types.ts';

/** A mail with everything around it, as it goes to the server. */
export interface OutgoingMail {
  readonly messageId: string;
  readonly from: MailAddress;
  readonly to: MailAddress;
  readonly replyTo?: MailAddress;
  /** Where bounces go. */
  readonly returnPath: string;
  readonly subject: string;
  readonly html: string;
  readonly text: string;
  readonly attachments: readonly MailAttachment[];
  readonly inReplyTo?: string;
  readonly references?: string;
  readonly date: Date;
  /** Comes back in a report of (non-)delivery (RFC 3461 ENVID). */
  readonly envelopeId: string;
  readonly notify: DeliveryNotice;
}

/** Which reports the servers on the way are asked for (RFC 3461 NOTIFY). */
export type DeliveryNotice = 'never' | readonly ('success' | 'failure' | 'delay')[];

/** Mails that somebody else waits for: whether they arrived must be seen. */
const MUST_ARRIVE: ReadonlySet<MailTemplate> = new Set(['invitation', 'newLink', 'returned', 'resultToOffice']);

/** Reports for a template. Who asked for a code sits at the screen and asks again: a report would come too late. */
export function notifyFor(template: MailTemplate): DeliveryNotice {
  if (template === 'signIn' || template === 'registration' || template === 'examinerCode' || template === 'officeCode')
    return 'never';
  return MUST_ARRIVE.has(template) ? ['success', 'failure', 'delay'] : ['failure', 'delay'];
}

/** The mail server, as the pump needs it. */
export interface MailTransport {
  /**
   * @param signal gives up waiting
   * @returns what the server replied, such as `250 2.0.0 Ok: queued as 4F2`
   * @throws an error of nodemailer, see classifySendError
   */
  send(mail: OutgoingMail, signal: AbortSignal): Promise<string>;
  /** Name of the server, for who wants to know which one took a mail. */
  readonly server?: string;
  /** Connects and logs in, without sending. @throws an error of nodemailer */
  verify(): Promise<void>;
  /** Lets what is being sent finish and closes all connections. */
  close(): void;
}

export interface TransportOptions {
  /** `smtp://…` or `smtps://user:password@host:port`; a user without a password logs in by a token. */
  readonly smtpUrl: string;
  readonly tokens?: MailTokens | undefined;
  /** Connections at most. */
  readonly poolSize: number;
  /** After this long without a word the server counts as gone, milliseconds; tests shorten it. */
  readonly silenceMs?: number;
}

const SECOND_MS = 1000;
/** Below the lease, so that a worker that waits for a dead server still holds its mail. */
const CONNECT_MS = 10 * SECOND_MS;
const SILENCE_MS = 20 * SECOND_MS;
const MESSAGES_PER_CONNECTION = 100;
/** A connection that the server closed while idle is opened again once, before anything was sent. */
const REQUEUES = 1;

/**
 * Connects to the mail server of SMTP_URL. Nothing connects until the first mail. Addresses go as objects and no content
 * is ever fetched from a file or an address, so that no text of a person can become a header or a request.
 */
export function createTransport({
  smtpUrl,
  tokens,
  poolSize,
  silenceMs = SILENCE_MS,
}: TransportOptions): MailTransport {
  const mailer = createNodemailer({
    ...(tokens && isTokenLogin(smtpUrl) ? loginByToken(smtpUrl, tokens) : { url: smtpUrl }),
    pool: true,
    maxConnections: poolSize,
    maxMessages: MESSAGES_PER_CONNECTION,
    maxRequeues: REQUEUES,
    connectionTimeout: CONNECT_MS,
    greetingTimeout: CONNECT_MS,
    dnsTimeout: CONNECT_MS,
    socketTimeout: silenceMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return {
    server: new URL(smtpUrl).hostname,
    async send(mail, signal) {
      const info = await mailer.sendMail({ ...toMessage(mail), signal });
      const reply = String(info.response);
      return /^\d{3}/.test(reply) ? reply : '250';
    },
    async verify() {
      await mailer.verify();
    },
    close: () => mailer.close(),
  };
}

/** A user in the address would be taken for one with an empty password. A token goes over no network in the clear. */
function loginByToken(smtpUrl: string, tokens: MailTokens) {
  const url = new URL(smtpUrl);
  const user = decodeURIComponent(url.username);
  url.username = '';
  return {
    url: url.href,
    ...(url.protocol === 'smtp:' && !isLoopback(url.hostname) ? { requireTLS: true } : {}),
    auth: {
      type: 'OAuth2' as const,
      user,
      provisionCallback: (_user: string, isRefused: boolean, done: (error: Error | null, token?: string) => void) => {
        tokens.token(isRefused).then((token) => done(null, token), done);
      },
    },
  };
}

function toMessage(mail: OutgoingMail) {
  return {
    messageId: mail.messageId,
    from: mail.from,
    to: mail.to,
    ...(mail.replyTo ? { replyTo: mail.replyTo } : {}),
    subject: mail.subject,
    html: mail.html,
    text: mail.text,
    attachments: mail.attachments.map(({ filename, contentType, content }) => ({
      filename,
      contentType,
      content,
      contentDisposition: 'attachment' as const,
    })),
    ...(mail.inReplyTo ? { inReplyTo: mail.inReplyTo } : {}),
    ...(mail.references ? { references: mail.references } : {}),
    date: mail.date,
    // RFC 3834 §5: no machine shall answer this. The second is what Exchange listens to; it does not name the delivery
    // reports, which we ask for.
    headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'RN, NRN, AutoReply' },
    xMailer: false as const,
    envelope: { from: mail.returnPath, to: [mail.to.address] },
    dsn: {
      id: mail.envelopeId,
      return: 'headers' as const,
      notify: mail.notify === 'never' ? mail.notify : [...mail.notify],
      recipient: mail.to.address,
    },
    disableFileAccess: true,
    disableUrlAccess: true,
  };
}
