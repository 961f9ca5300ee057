import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readDeliveryReports } from '../../../activities/bounces/parse-report.ts';

const SAMPLES = new URL('./samples/', import.meta.url);

function sample(name: string): Buffer {
  return readFileSync(new URL(`${name}.eml`, SAMPLES));
}

/** `standard bounced addressUnknown final 5.1.1`, with `text` for a report without the parts that standards prescribe. */
function said(message: Uint8Array): string[] {
  return readDeliveryReports(message).map(({ report: { signal, reason, isPermanent, status }, isStandard }) =>
    [isStandard ? 'standard' : 'text', signal, reason, signal === 'bounced' && (isPermanent ? 'final' : 'soft'), status]
      .filter(Boolean)
      .join(' '),
  );
}

const EXPECTED: Readonly<Record<string, readonly string[]>> = {
  'absence-microsoft365-dutch': ['text autoReply'],
  'absence-old-header': ['text autoReply'],
  'absence-vacation-program': ['text autoReply'],
  'challenge-confirm-link': ['text challenge challengeAsked'],
  'challenge-waiting-list': ['text challenge challengeAsked'],
  'complaint-feedback-report': [],
  'daemon-without-news': [],
  'exchange-2003-text-only': ['text bounced addressUnknown final 5.1.1'],
  'exchange-without-status-part': ['text bounced tooLarge final 5.2.3'],
  'exim-bare-552-after-data': ['text bounced tooLarge final'],
  'exim-delayed': ['text delayed refusedByPolicy 4.7.1'],
  'exim-mailbox-full': ['text bounced mailboxFull soft'],
  'exim-retry-timeout': ['text bounced unreachable soft'],
  'exim-unrouteable': ['text bounced domainUnknown final'],
  'exim-user-unknown': ['text bounced addressUnknown final 5.1.1'],
  'gmail-account-does-not-exist': ['standard bounced addressUnknown final 5.1.1'],
  'gmail-delay': ['standard delayed unreachable 4.4.1'],
  'gmail-domain-not-found': ['standard bounced domainUnknown final 4.0.0'],
  'gmail-old-plain-text': ['text bounced unreachable soft'],
  'gmail-out-of-storage': ['standard bounced mailboxFull soft 4.2.2'],
  'gmail-unauthenticated-sender': ['standard bounced refusedByPolicy final 5.7.26'],
  'group-address-expanded': [],
  'group-address-partly-delivered': ['standard bounced addressUnknown final 5.1.1', 'standard delivered 2.1.5'],
  'microsoft365-access-denied': ['standard bounced addressUnknown final 5.4.1'],
  'microsoft365-domain-not-in-dns': ['standard bounced domainUnknown final 5.4.310'],
  'microsoft365-group-members-only': ['standard bounced refusedByPolicy final 5.7.133'],
  'microsoft365-mailbox-full': ['standard bounced mailboxFull soft 5.2.2'],
  'microsoft365-recipient-not-found': ['standard bounced addressUnknown final 5.1.10'],
  'person-answers': [],
  'postfix-550-without-code': ['standard bounced addressUnknown final 5.0.0'],
  'postfix-delayed': ['standard delayed unreachable 4.4.1'],
  'postfix-delivered': ['standard delivered 2.0.0'],
  'postfix-domain-unknown': ['standard bounced domainUnknown final 5.4.4'],
  'postfix-expired': ['standard bounced unreachable soft 4.4.1'],
  'postfix-mailbox-full': ['standard bounced mailboxFull soft 5.2.2'],
  'postfix-relay-denied': ['standard bounced domainUnknown final 5.7.1'],
  'postfix-relayed': [],
  'postfix-spam': ['standard bounced refusedByPolicy final 5.7.1'],
  'postfix-too-large': ['standard bounced tooLarge final 5.3.4'],
  'postfix-user-unknown': ['standard bounced addressUnknown final 5.1.1'],
  'qmail-host-not-found': ['text bounced domainUnknown final 5.1.2'],
  'qmail-no-mailbox': ['text bounced addressUnknown final 5.1.1'],
  'read-receipt': ['standard delivered'],
  'sendmail-account-disabled': ['standard bounced mailboxDisabled final 5.2.1'],
  'sendmail-warning-four-hours': ['standard delayed unreachable 4.4.2'],
  'unknown-language-with-code': ['text bounced addressUnknown final 5.1.1'],
};

/** Milliseconds are enough. A reader whose cost grows with the square of the length runs into this. */
const HOSTILE_LIMIT_MS = 10_000;

describe('readDeliveryReports', () => {
  it.each(Object.entries(EXPECTED))('understands %s', (name, expected) => {
    expect(said(sample(name))).toEqual(expected);
  });

  it('has an expectation for every sample', () => {
    const names = readdirSync(SAMPLES).map((file) => file.replace(/\.eml$/, ''));
    expect(names.sort()).toEqual(Object.keys(EXPECTED).sort());
  });

  it('finds the report in a message that was cut off behind it', () => {
    const whole = sample('postfix-user-unknown');
    const cut = whole.subarray(0, whole.indexOf('text/rfc822-headers'));
    expect(said(cut)).toEqual(['standard bounced addressUnknown final 5.1.1']);
  });

  it('finds the report before an original of many megabytes', () => {
    const whole = sample('exim-user-unknown');
    const long = Buffer.concat([whole, Buffer.alloc(8 * 1024 * 1024, 'mailbox full\r\n')]);
    expect(said(long)).toEqual(['text bounced addressUnknown final 5.1.1']);
  });

  it('reads a status part in base64 and with bare newlines', () => {
    const status =
      'Reporting-MTA: dns; mx.example\n\nFinal-Recipient: rfc822; a@b.example\nAction: Failed\nStatus: 5.2.2\n';
    const message = [
      'From: MAILER-DAEMON@mx.example',
      'Content-Type: multipart/report; report-type=delivery-status; boundary=b',
      '',
      '--b',
      'Content-Type: message/delivery-status',
      'Content-Transfer-Encoding: base64',
      '',
      Buffer.from(status).toString('base64'),
      '--b--',
    ].join('\n');
    expect(said(Buffer.from(message))).toEqual(['standard bounced mailboxFull soft 5.2.2']);
  });

  it('is not taken in by an IP address that looks like a status code', () => {
    const message = 'From: MAILER-DAEMON@mx.example\nSubject: failure notice\n\nHost 5.1.1.25 does not answer.\n';
    expect(said(Buffer.from(message))).toEqual(['text bounced other final']);
  });

  it.each([
    ['nothing', ''],
    ['only newlines', '\r\n\r\n\r\n'],
    ['bytes that are no text', Buffer.from([0, 255, 254, 13, 10, 0, 200])],
    ['a multipart without parts', 'Content-Type: multipart/report; boundary="x"\r\n\r\n'],
    ['an endless boundary', `Content-Type: multipart/mixed; boundary="${'x'.repeat(100_000)}"\r\n\r\n--x\r\n`],
    ['one line of a mebibyte', 'x'.repeat(1024 * 1024)],
    ['a mebibyte of headers', 'X-A: b\r\n'.repeat(130_000)],
    ['parts within parts, very deep', deeplyNested(3_000)],
    ['a mebibyte of open brackets in HTML', `Content-Type: text/html\r\n\r\n${'<'.repeat(1024 * 1024)}`],
    ['a mebibyte of addresses', `From: ${'a@b.example, '.repeat(60_000)}\r\n\r\nx`],
    ['a mebibyte of encoded words', `Subject: ${'=?utf-8?q?a?= '.repeat(60_000)}\r\n\r\nx`],
    ['headers folded without end', `Subject: a${'\r\n b'.repeat(60_000)}\r\n\r\nx`],
    ['a list of links in the head', `List-Unsubscribe: ${'<a@b>, '.repeat(35_000)}\r\n\r\nx`],
    [
      'a mebibyte of flowed text',
      `Content-Type: text/plain; format=flowed; delsp=yes\r\n\r\n${'a \r\n'.repeat(250_000)}`,
    ],
    ['a mebibyte of empty parts', `Content-Type: multipart/mixed; boundary=b\r\n\r\n${'--b\r\n\r\n'.repeat(130_000)}`],
    ['a mebibyte of status groups', statusPart('Final-Recipient: x\r\nAction: x\r\n\r\n'.repeat(30_000))],
  ])(
    'makes nothing of %s',
    (_what, message) => {
      expect(readDeliveryReports(Buffer.from(message as string))).toEqual([]);
    },
    HOSTILE_LIMIT_MS,
  );

  it('never throws, whatever a report is mutilated to', () => {
    const whole = Object.keys(EXPECTED).map(sample);
    const edits = fc.array(fc.tuple(fc.nat(4_000), fc.nat(40), fc.string({ maxLength: 30 })), { maxLength: 8 });
    fc.assert(
      fc.property(fc.constantFrom(...whole), edits, (message, changes) => {
        const text = changes.reduce(
          (result, [at, length, put]) => result.slice(0, at) + put + result.slice(at + length),
          message.toString('latin1'),
        );
        const reports = readDeliveryReports(Buffer.from(text, 'latin1'));
        for (const { report } of reports) expect(report.status ?? '2.0.0').toMatch(/^[245]\.\d{1,3}\.\d{1,3}$/);
      }),
      { numRuns: 150, seed: 20261122 },
    );
  });
});

function deeplyNested(levels: number): string {
  const open = Array.from(
    { length: levels },
    (_, level) => `Content-Type: multipart/mixed; boundary="b${level}"\r\n\r\n--b${level}\r\n`,
  );
  return `From: MAILER-DAEMON@mx.example\r\n${open.join('')}`;
}

function statusPart(groups: string): string {
  return `Content-Type: multipart/report; boundary=b\r\n\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n${groups}\r\n--b--`;
}
