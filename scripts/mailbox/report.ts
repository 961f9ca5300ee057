/** Reports that a receiver's mail server would send about a mail, for trying out what Proeve makes of them. */
import { createTransport } from 'nodemailer';
import type { MailSummary } from './store.ts';

/** What can be said of a mail, as people read it. */
export const OUTCOMES = {
  addressUnknown: 'Address unknown',
  mailboxFull: 'Mailbox full',
  delayed: 'Delayed',
  absent: 'Absence message',
  delivered: 'Delivered',
} as const;
export type Outcome = keyof typeof OUTCOMES;

export function isOutcome(text: string): text is Outcome {
  return Object.hasOwn(OUTCOMES, text);
}

/** Whether the mail has an address for reports; others went out without one. */
export function isReportable({ returnPath }: MailSummary): boolean {
  return returnPath.startsWith('bounce+');
}

export interface Reporter {
  /**
   * Sends a report to the return path of the mail.
   * @throws an error of nodemailer when nobody listens or the report is refused
   */
  report(mail: MailSummary, outcome: Outcome): Promise<void>;
}

const TIMEOUT_MS = 5_000;
const SERVER = 'mx.mailbox.test';

/** @param port where the worker takes bounces, on this machine */
export function createReporter(port: number): Reporter {
  return {
    async report(mail, outcome) {
      const transport = createTransport({
        host: '127.0.0.1',
        port,
        ignoreTLS: true,
        connectionTimeout: TIMEOUT_MS,
        greetingTimeout: TIMEOUT_MS,
        socketTimeout: TIMEOUT_MS,
      });
      try {
        await transport.sendMail({
          // A report has no sender, so that nobody reports on it in turn (RFC 5321 §4.5.5).
          envelope: { from: '', to: [mail.returnPath] },
          raw: outcome === 'absent' ? absenceMessage(mail) : statusReport(mail, outcome, new Date()),
        });
      } finally {
        transport.close();
      }
    },
  };
}

interface Said {
  readonly action: 'failed' | 'delayed' | 'delivered';
  readonly status: string;
  readonly diagnostic: string;
  readonly words: string;
}

const SAID: Readonly<Record<Exclude<Outcome, 'absent'>, Said>> = {
  addressUnknown: {
    action: 'failed',
    status: '5.1.1',
    diagnostic: '550 5.1.1 Recipient address rejected: User unknown in virtual mailbox table',
    words: 'could not be delivered: the address does not exist',
  },
  mailboxFull: {
    action: 'failed',
    status: '5.2.2',
    diagnostic: '552 5.2.2 Mailbox is full',
    words: 'could not be delivered: the mailbox is full',
  },
  delayed: {
    action: 'delayed',
    status: '4.4.1',
    diagnostic: 'connect to the mail server: Connection timed out',
    words: 'has not been delivered yet; delivery attempts will continue',
  },
  delivered: { action: 'delivered', status: '2.0.0', diagnostic: '250 2.0.0 Ok', words: 'was delivered' },
};

/** RFC 3464, as Postfix writes it. */
function statusReport(mail: MailSummary, outcome: Exclude<Outcome, 'absent'>, now: Date): string {
  const { action, status, diagnostic, words } = SAID[outcome];
  const recipient = mail.to[0] ?? '';
  const boundary = `report-${mail.id}`;
  return lines([
    ...head(mail, 'MAILER-DAEMON', `Mail delivery report: ${OUTCOMES[outcome].toLowerCase()}`),
    `Date: ${now.toUTCString()}`,
    `Content-Type: multipart/report; report-type=delivery-status; boundary="${boundary}"`,
    '',
    `--${boundary}`,
    'Content-Type: text/plain; charset=us-ascii',
    '',
    `This is the mail system at host ${SERVER}.`,
    '',
    `Your message to <${recipient}> ${words}.`,
    '',
    `--${boundary}`,
    'Content-Type: message/delivery-status',
    '',
    `Reporting-MTA: dns; ${SERVER}`,
    `Arrival-Date: ${new Date(mail.receivedAt).toUTCString()}`,
    '',
    `Final-Recipient: rfc822; ${recipient}`,
    `Action: ${action}`,
    `Status: ${status}`,
    `Diagnostic-Code: smtp; ${diagnostic}`,
    '',
    `--${boundary}`,
    'Content-Type: text/rfc822-headers',
    '',
    `Message-ID: ${mail.messageId}`,
    '',
    `--${boundary}--`,
    '',
  ]);
}

/** RFC 3834, as a person's mail program writes it. */
function absenceMessage(mail: MailSummary): string {
  return lines([
    ...head(mail, mail.to[0] ?? '', 'Automatic reply: absent'),
    'Auto-Submitted: auto-replied',
    'Content-Type: text/plain; charset=us-ascii',
    '',
    'I am away and read my mail when I am back.',
    '',
  ]);
}

function head(mail: MailSummary, from: string, subject: string): string[] {
  const address = from.includes('@') ? from : `${from}@${SERVER}`;
  return [`From: <${address}>`, `To: <${mail.returnPath}>`, `Subject: ${subject}`, 'MIME-Version: 1.0'];
}

function lines(all: readonly string[]): string {
  return all.join('\r\n');
}
