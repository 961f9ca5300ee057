import { describe, expect, it } from '@jest/globals';
import { createReturnPath, domainOf, messageId, parseSender } from '../../../activities/mail/addressing.ts';
import { calendarDaysBetween } from '../../../activities/mail/data/examiner.ts';
import { committeeDigestMailData } from '../../../activities/mail/data/staff.ts';
import { mustGiveUp, pauseDelay, retryDelay } from '../../../activities/mail/retry.ts';
import { classifySendError } from '../../../activities/mail/smtp-error.ts';
import { notifyFor } from '../../../activities/mail/transport.ts';
import { type InvitationMailInput, invitationMailData, mailItem } from '../../../emails/invitation-data.ts';
import { parseKeyring } from '../../../platform/keys.ts';
import { SMALL_COMPONENTS, smallExam } from '../../support/factories.ts';

const MAIL_ID = '0198c7a2-1b2c-5d3e-8f40-123456789abc';
const ZONE = 'Europe/Amsterdam';
const school = { name: 'ROC Voorbeeld', primaryColor: '#123e6b', timeZone: ZONE };

describe('parseSender', () => {
  it('reads a name with an address, a quoted name, and an address alone', () => {
    expect(parseSender('Examens <e@post.example>')).toEqual({ name: 'Examens', address: 'e@post.example' });
    expect(parseSender('"Examens, ROC" <e@post.example>')).toEqual({ name: 'Examens, ROC', address: 'e@post.example' });
    expect(parseSender('e@post.example')).toEqual({ name: '', address: 'e@post.example' });
    expect(messageId(MAIL_ID, domainOf('e@Post.Example'))).toBe(`<${MAIL_ID}@post.example>`);
  });
});

describe('createReturnPath', () => {
  const old = `1:${Buffer.alloc(32, 1).toString('base64')}`;
  const path = createReturnPath(parseKeyring(old), 'bounces.example');
  const address = path.create(MAIL_ID);

  it('names the mail in an address that fits', () => {
    expect(address).toMatch(/^bounce\+[0-9a-f-]{36}\.[0-9a-f]{16}@bounces\.example$/);
    expect(address.indexOf('@')).toBeLessThanOrEqual(64);
    expect(path.read(address)).toBe(MAIL_ID);
    expect(path.read(address.toUpperCase())).toBe(MAIL_ID);
  });

  it('rejects another mail, another MAC and another domain', () => {
    expect(path.read(address.replace('0198', '0199'))).toBeNull();
    expect(path.read(address.replace(/\.[0-9a-f]{16}@/, `.${'0'.repeat(16)}@`))).toBeNull();
    expect(path.read(address.replace('bounces.example', 'evil.example'))).toBeNull();
    expect(path.read('bounce@bounces.example')).toBeNull();
  });

  it('still reads an address that was signed with an older key', () => {
    const rotated = parseKeyring(`2:${Buffer.alloc(32, 2).toString('base64')},${old}`);
    expect(createReturnPath(rotated, 'bounces.example').read(address)).toBe(MAIL_ID);
  });
});

describe('notifyFor', () => {
  it('asks whether mails that somebody waits for arrived, and nothing of a code', () => {
    for (const template of ['invitation', 'newLink', 'returned', 'resultToOffice'] as const)
      expect(notifyFor(template)).toEqual(['success', 'failure', 'delay']);
    expect(notifyFor('reminder')).toEqual(['failure', 'delay']);
    expect(notifyFor('signIn')).toBe('never');
  });
});

describe('classifySendError', () => {
  const error = (details: object) => Object.assign(new Error('x'), details);
  const reply = (command: string, responseCode: number, code = 'EENVELOPE', response = `${responseCode} no`) =>
    classifySendError(error({ code, command, responseCode, response }));

  it('gives up on a refused recipient or message, with the code of the server', () => {
    expect(reply('RCPT TO', 550)).toMatchObject({ outcome: 'failed', problem: 'RECIPIENT_REFUSED', smtpCode: '550' });
    expect(reply('RCPT TO', 550)).toMatchObject({ status: '550' });
    expect(reply('RCPT TO', 550, 'EENVELOPE', '550 5.1.1 who?')).toMatchObject({
      smtpCode: '550 5.1.1',
      status: '5.1.1',
    });
    expect(reply('DATA', 554, 'EMESSAGE')).toMatchObject({ outcome: 'failed', problem: 'MESSAGE_REFUSED' });
    expect(reply('MAIL FROM', 552)).toMatchObject({ outcome: 'failed', problem: 'MESSAGE_REFUSED' });
  });

  it('waits on "try later", which is about this mail only', () => {
    for (const command of ['MAIL FROM', 'RCPT TO', 'DATA']) {
      expect(reply(command, 451)).toMatchObject({ outcome: 'retry', problem: 'DEFERRED', isServerTrouble: false });
    }
  });

  it('blames neither mail nor recipient for login, sender and session', () => {
    const ours = [
      reply('AUTH PLAIN', 535, 'EAUTH'),
      reply('RCPT TO', 530),
      reply('MAIL FROM', 550),
      reply('CONN', 554),
    ];
    for (const failure of [...ours, reply('DATA', 421), reply('RCPT TO', 503)]) {
      expect(failure).toMatchObject({ outcome: 'retry', problem: 'SERVER_TROUBLE', isServerTrouble: true });
    }
  });

  it('knows that nothing was sent without a connection, and does not know when one broke', () => {
    const refused = error({ code: 'ESOCKET', originalCode: 'ECONNREFUSED', syscall: 'connect', command: 'CONN' });
    expect(classifySendError(refused).outcome).toBe('retry');
    expect(classifySendError(error({ code: 'EDNS', command: 'CONN' })).outcome).toBe('retry');
    for (const code of ['ECONNECTION', 'ETIMEDOUT', 'EABORT', 'ESOCKET']) {
      expect(classifySendError(error({ code })).outcome).toBe('unknown');
    }
  });

  it('takes anything else for trouble', () => {
    expect(classifySendError('?')).toMatchObject({ outcome: 'retry', problem: 'SERVER_TROUBLE', smtpCode: null });
  });
});

describe('retryDelay', () => {
  it('doubles up to a quarter of an hour, at most half off', () => {
    const delays = [1, 2, 3, 7, 30].map((tries) => retryDelay(tries, false, () => 1));
    expect(delays).toEqual([15_000, 30_000, 60_000, 900_000, 900_000]);
    expect(retryDelay(30, false, () => 0)).toBe(450_000);
  });

  it('stays short after trouble of the server', () => {
    expect(retryDelay(30, true, () => 1)).toBe(60_000);
    expect([1, 2, 5, 6, 90].map(pauseDelay)).toEqual([1_000, 2_000, 16_000, 30_000, 30_000]);
  });
});

describe('mustGiveUp', () => {
  const queued = new Date('2026-11-20T09:00:00Z');
  const late = new Date('2026-11-23T09:00:00Z');

  it('gives up after three days, but not on a mail that was hardly tried', () => {
    expect(mustGiveUp(queued, 10, late)).toBe(true);
    expect(mustGiveUp(queued, 9, late)).toBe(false);
    expect(mustGiveUp(queued, 500, new Date(late.getTime() - 1))).toBe(false);
  });
});

describe('calendarDaysBetween', () => {
  it('counts days of the calendar in the zone of the school', () => {
    expect(calendarDaysBetween('2026-11-23T22:59:00Z', '2026-11-24T22:59:00Z', ZONE)).toBe(1);
    expect(calendarDaysBetween('2026-11-23T23:30:00Z', '2026-11-24T22:59:00Z', ZONE)).toBe(0);
    expect(calendarDaysBetween('2026-11-25T09:00:00Z', '2026-11-24T22:59:00Z', ZONE)).toBe(-1);
    expect(calendarDaysBetween('2026-10-24T10:00:00Z', '2026-10-26T10:00:00Z', ZONE)).toBe(2);
  });
});

describe('mailItem', () => {
  const assessment = { studentName: 'Noor de Vries', exam: smallExam(), unitCodes: ['EX1'] };

  it('names no parts when the examiner scores everything', () => {
    expect(mailItem({ ...assessment, componentRefs: [...SMALL_COMPONENTS] }, 'nl')).toEqual({
      studentName: 'Noor de Vries',
      examTitle: 'Zorgen in de wijk',
      unitTitles: ['EX1 Zorg verlenen'],
      parts: [],
    });
  });

  it('names the parts in the language of the mail', () => {
    const part = { ...assessment, componentRefs: [SMALL_COMPONENTS[1]] };
    expect(mailItem(part, 'nl').parts).toEqual(['B1-K1-W2 Productbeoordeling']);
    expect(mailItem(part, 'en').parts[0]).toMatch(/^B1-K1-W2 (?!Productbeoordeling)/);
  });
});

describe('invitationMailData', () => {
  const input: InvitationMailInput = {
    language: 'nl',
    school,
    initiator: { name: 'Toos Proef', email: 'toos@roc.example' },
    examinerName: 'Bo Praktijk',
    assessments: [],
    linkUrl: 'https://proeve.example/b/voorbeeld',
    dueAt: null,
    linkExpiresAt: '2026-12-18T22:59:00Z',
    remark: '',
    attachmentNames: [],
  };

  it('leaves out an empty remark, and takes the life of the link for a missing deadline', () => {
    const data = invitationMailData(input);
    expect(data).not.toHaveProperty('remark');
    expect(data.dueDate).toBe('2026-12-18T22:59:00Z');
    expect(data.school.contactEmail).toBe('toos@roc.example');
    expect(invitationMailData({ ...input, remark: 'Hoi' }).remark).toBe('Hoi');
  });
});

describe('committeeDigestMailData', () => {
  it('adds up the versions of an exam and puts the fullest first', () => {
    const waiting = [
      { title: 'A', count: 1, oldestSince: '2026-11-20T09:00:00Z' },
      { title: 'B', count: 2, oldestSince: '2026-11-18T09:00:00Z' },
      { title: 'A', count: 4, oldestSince: '2026-11-19T09:00:00Z' },
    ];
    const data = committeeDigestMailData({
      school,
      contactEmail: 'b@roc.example',
      waiting,
      proposedCount: 0,
      linkUrl: 'https://x.example',
    });
    expect(data).toMatchObject({
      count: 7,
      oldestSinceDate: '2026-11-18T09:00:00Z',
      exams: [
        { title: 'A', count: 5 },
        { title: 'B', count: 2 },
      ],
    });
  });
});
