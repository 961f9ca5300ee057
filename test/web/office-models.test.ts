import { describe, expect, it } from '@jest/globals';
import { createI18n } from '../../platform/i18n/index.ts';
import type { GenuineDocument } from '../../prisma/repositories/authenticity.ts';
import type { SentRow } from '../../prisma/repositories/sent-documents.ts';
import { answerModel, readSha256, tidyTyped } from '../../web/pages/authenticity/authenticity.model.ts';
import { roomsModel } from '../../web/pages/committee/office/rooms.model.ts';
import { sentModel } from '../../web/pages/committee/office/sent.model.ts';

const wording = { translator: createI18n().forLanguage('nl'), timeZone: 'Europe/Amsterdam' };
const AT = new Date('2026-11-26T10:15:00Z');

const genuine: GenuineDocument = {
  schoolName: 'ROC Voorbeeld',
  timeZone: 'Europe/Amsterdam',
  version: 2,
  newestVersion: 2,
  storedAt: AT,
  sealSubject: '',
  timestampedAt: null,
  isReopened: false,
};

describe('answerModel', () => {
  it.each([
    [genuine, 'Dit document is echt', 'ok'],
    [{ ...genuine, isReopened: true }, 'Dit document is echt, maar er wordt opnieuw beslist', 'warning'],
    [{ ...genuine, version: 1, isReopened: true }, 'Er is een nieuwere versie', 'warning'],
    [null, 'Dit document kennen we niet', 'error'],
  ])('weighs %#: what counts most comes first', (document, title, kind) => {
    expect(answerModel(wording, 'file', document)).toMatchObject({ title, kind });
  });

  it('warns of a copied code, and not of a file that was checked itself', () => {
    expect(answerModel(wording, 'code', genuine).caution).not.toBe('');
    expect(answerModel(wording, 'file', genuine).caution).toBe('');
    expect(answerModel(wording, 'code', null).caution).toBe('');
  });

  it('says so when there is no seal, and tells of a timestamp', () => {
    const seal = (document: GenuineDocument) => answerModel(wording, 'file', document).facts.at(-1);
    expect(seal(genuine)?.value).toBe('niet verzegeld');
    expect(seal({ ...genuine, sealSubject: 'ROC', timestampedAt: AT })).toMatchObject({
      value: 'ROC',
      detail: 'met een tijdstempel van do 26 november 2026',
    });
  });
});

describe('what is typed or sent', () => {
  it('is a hash only when it is 64 hexadecimal digits', () => {
    expect(readSha256('A'.repeat(64))).toBe('a'.repeat(64));
    for (const wrong of ['a'.repeat(63), 'g'.repeat(64), undefined, ['a'.repeat(64)]])
      expect(readSha256(wrong)).toBeNull();
  });

  it('loses dashes of every kind, and the address around a code', () => {
    expect(tidyTyped('ab–cd\u00adef.gh')).toBe('abcdefgh');
    expect(tidyTyped('https://proeve.example/echtheid/abc-1?x=2')).toBe('abc1');
  });
});

describe('sentModel', () => {
  const row: SentRow = {
    id: '0198c7a2-0000-7000-8000-000000000001',
    queuedAt: AT,
    toAddress: 'bureau@voorbeeld.example',
    state: 'accepted',
    acceptedAt: AT,
    nextTryAt: AT,
    smtpServer: null,
    smtpReply: null,
    lastError: null,
    isRepeat: false,
    isLate: false,
    reason: null,
    code: null,
    deliveredAt: null,
    openedAt: null,
    isNewest: true,
    document: { id: 'd', assessmentId: 'a', number: '2026-1', version: 1, isNewest: true },
    studentName: 'Student Roos',
    examTitle: 'Zorg',
    examCode: 'VIG',
  };
  const first = (change: Partial<SentRow>) => {
    const page = {
      rows: [{ ...row, ...change }],
      hasPrevious: false,
      hasNext: false,
      counts: { all: 1, problem: 0, underWay: 0 },
    };
    return sentModel({ wording, address: { view: 'all', from: '', until: '' }, page, errors: [] }).rows[0];
  };

  it.each([
    ['accepted', {}, 'Aangenomen', true],
    ['accepted', { isLate: true }, 'Vertraagd', true],
    ['delivered', {}, 'Aangekomen', true],
    ['bounced', {}, 'Teruggekomen', true],
    ['failed', {}, 'Niet verstuurd', true],
    ['bounced', { isNewest: false }, 'Opnieuw verstuurd', false],
    ['queued', {}, 'Onderweg', false],
    ['unknown', { lastError: 'OUTCOME_UNKNOWN' }, 'Onderweg', false],
    ['delivered', { document: { ...row.document, isNewest: false } }, 'Aangekomen', false],
  ])('says where a mail that is %s %j is, and offers to send again only what may', (state, change, word, mayResend) => {
    const shown = first({ state, ...change });
    expect(shown?.state).toBe(word);
    expect(shown?.resendHref !== '').toBe(mayResend);
  });
});

describe('roomsModel', () => {
  it('says how many documents did not arrive, and nothing when all did', () => {
    expect(roomsModel(wording, 0, 0).notice).toBe('');
    expect(roomsModel(wording, 1, 0).notice).toContain('1 document is');
    expect(roomsModel(wording, 0, 2).links[0]).toMatchObject({ label: '2 uitslagen wachten op publicatie' });
    expect(roomsModel(wording, 100, 0).notice).toContain('Meer dan 99');
  });
});
