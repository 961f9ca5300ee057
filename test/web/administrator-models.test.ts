import { describe, expect, it } from '@jest/globals';
import { createI18n } from '../../platform/i18n/index.ts';
import { LogoProblem } from '../../platform/logo/remake.ts';
import { BrandingError } from '../../prisma/commands/branding.ts';
import { isMendingAction, MendingAction } from '../../prisma/commands/mending.ts';
import { AnchorProblem } from '../../prisma/integrity/anchors.ts';
import { COUNT_MOST, FINDING_KINDS, type Finding, type HealthReport } from '../../prisma/repositories/health.ts';
import { parseCursor } from '../../web/cursor.ts';
import { type BrandingFacts, brandingModel, refusalText } from '../../web/pages/administrator/branding.model.ts';
import { conditionModel, kindModel, kindOf } from '../../web/pages/administrator/condition.model.ts';
import { findingRow, mendingsOf, type RowFacts } from '../../web/pages/administrator/finding.model.ts';
import { partsModel } from '../../web/pages/administrator/parts.model.ts';
import { shortMoment } from '../../web/pages/administrator/words.ts';
import type { Wording } from '../../web/wording.ts';

const wording: Wording = { translator: createI18n().forLanguage('nl'), timeZone: 'Europe/Amsterdam' };
const NOW = new Date('2026-11-24T13:02:00Z');
const ID = '0190aaaa-0000-7000-8000-0000000000aa';
const OTHER = '0190aaaa-0000-7000-8000-0000000000bb';

const finding: Finding = {
  kind: 'mailNotArrived',
  id: ID,
  schoolId: OTHER,
  since: new Date('2026-11-24T12:00:00Z'),
  assessmentId: null,
  invitationId: null,
  batchId: null,
  mailId: ID,
  mailState: 'failed',
  documentId: null,
  template: 'reminder',
  code: 'DEFERRED',
  nextAt: null,
};
const assessment = {
  id: OTHER,
  studentName: 'Noor de Vries',
  studentNumber: '100001',
  examTitle: 'Zorgen in de wijk',
  examCode: 'VIG-2026',
  initiatorName: 'Toos van Proef',
};
const facts: RowFacts = {
  subjects: new Map([[ID, { assessment, otherCount: 1, examinerName: 'Bo Praktijk', batch: null }]]),
  mendedAt: new Map(),
  newCommandId: () => OTHER,
  now: NOW,
};
const row = (changes: Partial<Finding>, more: Partial<RowFacts> = {}) =>
  findingRow(wording, { ...finding, ...changes }, { ...facts, ...more }, '');
const actionsOf = (changes: Partial<Finding>) => mendingsOf({ ...finding, ...changes }).map(({ action }) => action);

describe('mendingsOf', () => {
  it.each<[string, Partial<Finding>, readonly string[]]>([
    ['not told', { kind: 'unrelayed' }, []],
    ['not seen', { kind: 'unseen' }, ['nudge']],
    ['overdue', { kind: 'overdue' }, ['nudge']],
    ['a document that is not made', { kind: 'documentNotMade', assessmentId: OTHER, documentId: ID }, ['nudge']],
    ['a document whose mail is lost', { kind: 'documentNotMailed', documentId: ID }, ['resendDocument']],
    [
      'a document without a mail',
      { kind: 'documentNotMailed', documentId: ID, mailId: null, mailState: null, template: null },
      ['resendDocument'],
    ],
    [
      'a document whose mail waits',
      { kind: 'documentNotMailed', documentId: ID, mailState: 'queued', template: 'resultToOffice' },
      ['resendMail'],
    ],
    ['a mail that failed', {}, ['resendMail', 'dismissMail']],
    ['a code that failed', { template: 'signIn' }, ['dismissMail']],
    ['a result that came back', { template: 'resultToOffice', documentId: ID }, ['resendDocument', 'dismissMail']],
    ['a mail that may be sent', { kind: 'mailUnknown', mailState: 'unknown' }, ['resendMail']],
    ['an invitation that waits', { kind: 'mailWaiting', mailState: 'queued', template: 'invitation' }, []],
    ['a mail that is held', { kind: 'mailHeld', mailState: 'claimed' }, []],
    ['a full mailbox', { kind: 'invitationUndelivered', invitationId: ID, code: 'mailboxFull' }, ['resendInvitation']],
    ['a wrong address', { kind: 'invitationUndelivered', invitationId: ID, code: 'addressUnknown' }, []],
    ['a late assessment', { kind: 'assessmentLate' }, []],
    ['a sending of somebody who left', { kind: 'batchHeld', batchId: ID }, ['stopBatch']],
    ['a record that is not anchored', { kind: 'anchorFailed' }, []],
  ])('of %s', (_, changes, actions) => {
    expect(actionsOf(changes)).toEqual(actions);
  });
});

describe('findingRow', () => {
  it('says whom it is about, since when, what is wrong and what can be done', () => {
    expect(row({})).toMatchObject({
      title: 'Noor de Vries (100001)',
      lines: [
        'Herinnering',
        'Zorgen in de wijk (VIG-2026)',
        'en 1 andere afname',
        'Examinator: Bo Praktijk',
        'Kenmerk 000000aa',
      ],
      since: '13:00',
      problem: 'De ontvangende server vraagt om later terug te komen.',
      retry: '',
      asked: '',
    });
    expect(row({}).actions).toMatchObject([
      { action: 'resendMail', id: ID, commandId: OTHER, fullText: 'Opnieuw versturen: Noor de Vries (100001)' },
      { action: 'dismissMail', isFirst: false },
    ]);
  });

  it('takes the buttons away once one was pressed', () => {
    const mendedAt = new Map([[ID, NOW]]);
    expect(row({}, { mendedAt })).toMatchObject({ actions: [], asked: expect.stringContaining('Gevraagd om 14:02') });
    // The mail has made way for another; the document is the same.
    const document = { kind: 'documentNotMailed', documentId: ID, mailId: OTHER, mailState: 'queued' } as const;
    expect(row(document, { mendedAt }).actions).toEqual([]);
  });

  it('says when it is tried again by itself, but not what has passed', () => {
    expect(row({ nextAt: new Date('2026-11-24T13:10:00Z') }).retry).toBe('Wordt vanzelf opnieuw geprobeerd om 14:10.');
    expect(row({ nextAt: new Date('2026-11-26T13:10:00Z') }).retry).toContain('do 26 november 2026');
    expect(row({ nextAt: new Date('2026-11-24T13:01:00Z') }).retry).toBe('');
  });

  it('names who must act where no button helps', () => {
    const lost = { kind: 'invitationUndelivered', code: 'addressUnknown' } as const;
    expect(row(lost).help).toContain('Toos van Proef moet het adres verbeteren');
    expect(row(lost, { subjects: new Map() }).help).toContain('De docent moet');
    expect(row({ kind: 'assessmentLate', code: 'draft' }).help).toContain('nog niet uitgenodigd');
    expect(row({ kind: 'assessmentLate', code: 'invited' }).help).toContain('herinneren');
    const anchor = { kind: 'anchorFailed', template: null, id: OTHER } as const;
    expect(row({ ...anchor, code: 'ANCHOR_DISK_FULL' }).help).toContain('haalt Proeve in wat ontbreekt');
    expect(row({ ...anchor, code: 'ANCHOR_RECORD_DIFFERS' }).help).toContain('Dit is ernstig');
    for (const code of Object.values(AnchorProblem)) expect(row({ ...anchor, code }).problem).not.toContain(code);
    expect(row({ kind: 'batchHeld', batchId: ID, code: 'BATCH_INITIATOR_LEFT' }).problem).toContain('geen medewerker');
  });

  it('does without a subject and with codes that it does not know', () => {
    const plain = row({ code: 'A_NEW_CODE', template: 'aNewMail' }, { subjects: new Map() });
    expect(plain).toMatchObject({ title: 'Andere mail', problem: 'Code: A_NEW_CODE.' });
    expect(row({ kind: 'overdue', code: 'document', template: null }).problem).toBe('Wacht op de pdf van de uitslag.');
  });
});

describe('conditionModel', () => {
  const parts = { workerAgeMs: 2_400, workerCount: 1, isTemporalOk: true, isSmtpOk: true };
  const empty = FINDING_KINDS.map((kind) => ({ kind, rows: [], next: null, count: 0 }));
  const report: HealthReport = { asOf: NOW, parts, sections: empty };

  it('says that everything runs, and when that was seen', () => {
    const model = conditionModel(wording, report, facts, []);
    expect(model).toMatchObject({ isWell: true, verdict: 'Alles loopt', sections: [], askOperator: '' });
    expect(model.verdictText).toContain('14:02');
  });

  it('counts a part that does not run among what asks for attention', () => {
    const down = { ...report, parts: { ...parts, isTemporalOk: false } };
    expect(conditionModel(wording, down, facts, [])).toMatchObject({
      isWell: false,
      verdict: '1 onderwerp vraagt aandacht',
      askOperator: expect.stringContaining('technisch beheerder'),
    });
  });

  it('leaves out what is empty, also columns, and says when there are many', () => {
    const late = { kind: 'unseen', rows: [{ ...finding, kind: 'unseen', code: null }], count: COUNT_MOST } as const;
    const sections = [{ ...late, next: { since: NOW, id: ID } }];
    const [section] = conditionModel(wording, { ...report, sections }, facts, []).sections;
    expect(section).toMatchObject({ count: 'meer dan 999', allHref: '/beheer/toestand/niet-opgepakt' });
    expect(section?.columns.map(({ label }) => label)).toEqual(['Waarover', 'Sinds', 'Herstellen']);
  });

  it('says who mended what, the system included', () => {
    const entry = { action: 'nudge', targetId: ID, at: NOW };
    const { history } = conditionModel(wording, report, facts, [
      { ...entry, actorName: 'Ada van Proef' },
      { ...entry, actorName: null },
    ]);
    expect(history.map(({ text, who }) => [text, who])).toEqual([
      ['Opnieuw aangeboden', 'Ada van Proef'],
      ['Opnieuw aangeboden', 'Systeembeheer'],
    ]);
  });

  it('has words for everything that can be pressed', () => {
    for (const action of Object.values(MendingAction)) {
      expect(isMendingAction(action)).toBe(true);
      expect(wording.translator.has(`administrator.done.${action}`)).toBe(true);
      expect(wording.translator.has(`administrator.history.${action}`)).toBe(true);
    }
    expect(isMendingAction('DROP')).toBe(false);
  });
});

describe('addresses', () => {
  it('name every kind once', () => {
    const slugs = FINDING_KINDS.map((kind) => kindModel(wording, kind, { rows: [], next: null }, facts, 0).key);
    expect(new Set(slugs).size).toBe(FINDING_KINDS.length);
    expect(slugs.map(kindOf)).toEqual(FINDING_KINDS);
    expect(kindOf('constructor')).toBeNull();
  });

  it('carry the place in a list, and nothing else is read as one', () => {
    const next = { since: NOW, id: ID };
    const { nextHref } = kindModel(wording, 'mailHeld', { rows: [finding], next }, facts, 1);
    const cursor = new URL(nextHref, 'http://localhost').searchParams.get('na');
    expect(parseCursor(cursor)).toEqual(next);
    for (const wrong of [undefined, '', 'x', `zzzzzzzzzz.${ID}`, '1.geen', [cursor]]) {
      expect(parseCursor(wrong)).toBeNull();
    }
  });
});

describe('partsModel', () => {
  it.each([
    [{ workerAgeMs: 2_400, workerCount: 2, isTemporalOk: true, isSmtpOk: false }, ['ok', 'ok', 'ok', 'error']],
    [
      { workerAgeMs: 2_400, workerCount: 1, isTemporalOk: true, isSmtpOk: true, hasBounceTrouble: true as const },
      ['ok', 'ok', 'ok', 'ok', 'error'],
    ],
    [
      { workerAgeMs: 900_000, workerCount: 0, isTemporalOk: false, isSmtpOk: false },
      ['ok', 'error', 'neutral', 'neutral'],
    ],
    [
      { workerAgeMs: null, workerCount: 0, isTemporalOk: false, isSmtpOk: false },
      ['ok', 'error', 'neutral', 'neutral'],
    ],
  ])('of %j', (parts, tones) => {
    expect(partsModel(wording, parts, NOW).map(({ tone }) => tone)).toEqual(tones);
  });
});

describe('shortMoment', () => {
  it.each([
    ['2026-11-24T12:00:00Z', '13:00'],
    ['2026-11-23T12:00:00Z', 'ma 23 nov, 13:00'],
    ['2025-11-23T12:00:00Z', 'zo 23 november 2025, 13:00'],
    // Past midnight in the school's zone.
    ['2026-11-23T23:30:00Z', '00:30'],
  ])('%s', (at, text) => {
    expect(shortMoment(wording, new Date(at), NOW)).toBe(text);
  });
});

describe('brandingModel', () => {
  const brandingFacts: BrandingFacts = {
    schoolId: OTHER,
    look: { name: 'ROC Voorbeeld', primaryColor: '#0a5a56', logo: null, revision: 3 },
    choices: [
      { kind: 'logoName', primaryColor: '#0a5a56', isNameInLogo: false, byName: 'Ada van Proef', at: NOW },
      { kind: 'logo', primaryColor: '#0a5a56', isNameInLogo: true, byName: null, at: NOW },
    ],
    typedColour: '#0a5a56',
    shownColour: '#0a5a56',
    hasName: false,
    formId: ID,
    errors: [],
  };
  const logo = { sha256: 'f'.repeat(64), width: 400, height: 100, hasName: true };
  const model = (more: Partial<BrandingFacts> = {}) => brandingModel(wording, { ...brandingFacts, ...more });

  it('has the first letter of a school without a logo', () => {
    expect(model()).toMatchObject({ hasLogo: false, school: { initial: 'R', logo: null }, unsaved: '', revision: '3' });
  });

  it.each([
    [true, 'ROC Voorbeeld'],
    [false, ''],
  ])('says the name of the school once, also to a screen reader (in the logo: %p)', (hasName, alt) => {
    expect(model({ look: { ...brandingFacts.look, logo: { ...logo, hasName } } }).school.logo).toMatchObject({
      href: `/assets/logo/${OTHER}/${logo.sha256}.png`,
      alt,
    });
  });

  it('says that a colour that is only looked at is not saved', () => {
    expect(model({ shownColour: '#7a2b00' })).toMatchObject({
      unsaved: expect.stringContaining('#7a2b00'),
      previewHref: '/assets/school/7a2b00-voorbeeld.css',
    });
  });

  it('tells who chose what', () => {
    expect(model().history.map(({ text, who }) => [text, who])).toEqual([
      ['Gezegd dat de naam niet in het logo staat', 'Ada van Proef'],
      ['Logo gekozen', 'met het bestand van de school'],
    ]);
  });

  it('has a sentence for whatever is refused', () => {
    const other = refusalText(wording, 'IETS_NIEUWS');
    const codes = [...Object.values(LogoProblem), ...Object.values(BrandingError), 'NO_FILE', 'INFECTED'];
    expect(codes.filter((code) => refusalText(wording, code) === other)).toEqual([]);
    expect(refusalText(wording, 'COLOUR_CONTRAST', { contrast: 4.4999, colour: '#ffd700' })).toMatch(
      /4,4\u00A0:\u00A01.*4,5\u00A0:\u00A01.*#7a6700/,
    );
  });
});
