import { describe, expect, it } from '@jest/globals';
import { createI18n, LANGUAGES } from '../../platform/i18n/index.ts';
import type { QueueRow } from '../../prisma/repositories/committee.ts';
import type { DossierDocument } from '../../prisma/repositories/committee-dossier.ts';
import { parseCursor } from '../../web/cursor.ts';
import { documentsModel } from '../../web/pages/committee/document.model.ts';
import { heldBackReason } from '../../web/pages/committee/finalise-many.model.ts';
import { queueModel } from '../../web/pages/committee/queue.model.ts';
import {
  fieldsOf,
  filterOf,
  queueHref,
  readAddress,
  viewOf,
  WHOLE_QUEUE,
} from '../../web/pages/committee/queue-address.ts';
import { filtersModel } from '../../web/pages/committee/queue-filters.model.ts';
import { openWords, sealWords } from '../../web/pages/committee/search-words.ts';
import { flagsOf } from '../../web/pages/committee/words.ts';
import type { Wording } from '../../web/wording.ts';
import { TEST_KEYRING } from '../support/app.ts';

const i18n = createI18n();
const dutch: Wording = { translator: i18n.forLanguage('nl'), timeZone: 'Europe/Amsterdam' };
const ID = '0190a000-0000-7000-8000-000000000001';

const NO_FLAGS = {
  status: 'assessed',
  isDisputed: false,
  isReturnAsked: false,
  disagreementCount: 0,
  insufficientCount: 0,
  insufficientAt: [],
  returnCount: 0,
  isLate: false,
};

const ROW: QueueRow = {
  id: ID,
  status: 'assessed',
  since: new Date('2026-11-17T09:00:00Z'),
  student: { name: 'Noor de Vries', number: '2301', groups: ['VZ3A'] },
  examTitle: 'Bieden van zorg',
  examCode: 'VIG-2026',
  attempt: 1,
  examinerCount: 2,
  finishedCount: 2,
  score: 'G',
  gradeTenths: 82,
  insufficientCount: 0,
  insufficientAt: [],
  disagreementCount: 0,
  returnCount: 0,
  isLate: false,
  isReturnAsked: false,
  isDisputed: false,
  editCount: 0,
  overrideCount: 0,
  proposedById: null,
  isReopened: false,
  isUnpublished: false,
  decisionVersion: null,
};

const NOTHING_TYPED = { search: '', initiator: '', examiner: '', from: '', until: '', errors: [], candidates: [] };
const ASKED = {
  wording: dutch,
  address: WHOLE_QUEUE,
  typed: NOTHING_TYPED,
  options: { exams: [], groups: [] },
  names: { student: null, initiator: null, examiner: null },
  saved: [],
  students: [],
  isFirstPage: true,
  nonce: ID,
};

const COUNTS = { assessed: 47, inProgress: 1, invited: 1, returned: 1, remarked: 1, final: 1, cancelled: 1, all: 52 };

function modelOf(row: Partial<QueueRow> = {}, asOf = '2026-11-24T13:02:00Z') {
  return queueModel({
    ...ASKED,
    page: {
      cutAt: null,
      isUnsorted: false,
      rows: [{ ...ROW, ...row }],
      hasPrevious: false,
      hasNext: true,
      counts: COUNTS,
      more: [],
      asOf: new Date(asOf),
    },
  });
}

describe('queueModel', () => {
  it('says who, what, how good, since when and for how many working days', () => {
    expect(modelOf().rows[0]).toMatchObject({
      name: 'Noor de Vries',
      meta: '2301 · groep VZ3A',
      exam: 'Bieden van zorg',
      examMeta: '2 examinatoren, poging 1',
      noFlags: 'geen opmerkingen',
      since: 'di 17 nov',
      waited: '5 werkdagen',
    });
    expect(modelOf().foot).toBe('1–1 van 47 · bijgewerkt 14:02');
  });

  it('counts a weekend as no working day', () => {
    const saturday = new Date('2026-11-21T09:00:00Z');
    expect(modelOf({ since: saturday }, '2026-11-22T10:00:00Z').rows[0]?.waited).toBe('nog geen werkdag');
    expect(modelOf({ since: saturday }, '2026-11-21T22:30:00Z').rows[0]?.waited).toBe('vandaag');
  });

  it('puts no name, number or search word in a URL', () => {
    const { nextHref, pills, rows } = modelOf();
    const urls = [nextHref, ...pills.map((pill) => pill.href), ...rows.map((row) => row.href)].join(' ');
    expect(urls).not.toMatch(/noor|vries|2301/i);
  });

  it('tells where else there is something when nothing was found here', () => {
    const model = queueModel({
      ...ASKED,
      typed: { ...NOTHING_TYPED, search: 'noor' },
      page: {
        cutAt: null,
        isUnsorted: false,
        rows: [],
        hasPrevious: false,
        hasNext: false,
        counts: { ...COUNTS, assessed: 0, all: 1 },
        more: [],
        asOf: new Date(),
      },
    });
    expect(model.empty).toMatchObject({ title: 'Niets gevonden', actionHref: '/commissie?status=alle' });
  });
});

describe('filters above the queue', () => {
  const address = {
    ...WHOLE_QUEUE,
    marks: ['late'],
    stage: 'reopened',
    examinerId: ID,
    from: '2026-11-02',
    until: '2026-11-06',
  } as const;

  it('names each filter that is on, with the address without it', () => {
    const { chips } = filtersModel({ ...ASKED, address, names: { ...ASKED.names, examiner: 'Bo Praktijk' } });
    expect(chips.map(({ label }) => label)).toEqual([
      'Na de uiterste datum',
      'Heropend',
      'Examinator: Bo Praktijk',
      'ma 2 november 2026 tot en met vr 6 november 2026',
    ]);
    expect(chips[0]?.href).not.toContain('opmerking');
    expect(chips[0]?.href).toContain('stand=heropend');
    expect(chips[3]?.href).not.toMatch(/vanaf|tot=/);
  });

  it('reads back every filter that it wrote', () => {
    expect(readAddress(fieldsOf(address))).toEqual(address);
  });

  it('takes the whole last day into the period, on the clock of the school', () => {
    expect(filterOf(address, '', 'Europe/Amsterdam')).toMatchObject({
      from: new Date('2026-11-01T23:00:00Z'),
      until: new Date('2026-11-06T23:00:00Z'),
    });
  });

  it('marks the own filter that is shown, and none while words narrow it', () => {
    const saved = [{ id: ID, name: 'Te laat', query: fieldsOf(address), isStart: false }];
    const currentOf = (search: string) =>
      filtersModel({ ...ASKED, address, saved, typed: { ...NOTHING_TYPED, search } }).saved.items[0]?.isCurrent;
    expect([currentOf(''), currentOf('noor')]).toEqual([true, false]);
  });
});

describe('address of the queue', () => {
  it('reads back the place that it wrote', () => {
    const cursor = { since: new Date('2026-11-17T09:00:00.123Z'), id: ID };
    const href = queueHref({ ...WHOLE_QUEUE, view: 'final' }, { after: cursor });
    const query = new URL(href, 'http://localhost').searchParams;
    expect(parseCursor(query.get('na') ?? '')).toEqual(cursor);
    expect(viewOf(query.get('status') ?? '')).toBe('final');
  });

  it.each([undefined, '', 'x', '.', `zzzzzzzzzzzz.${ID}`, 'abc.def', `-5.${ID}`, `zzzzzzzzzz.${ID}`])(
    'takes %s for no place',
    (text) => expect(parseCursor(text)).toBeNull(),
  );

  it('shows the default list for a name it does not know', () => {
    expect(viewOf('__proto__')).toBe('assessed');
  });
});

describe('flagsOf', () => {
  it('names the component when all O’s are in one', () => {
    const insufficientAt = [{ ref: 'B1-K2-W2/product', count: 1 }];
    expect(flagsOf(dutch, { ...NO_FLAGS, insufficientCount: 1, insufficientAt })).toEqual([
      { text: '1× O bij B1-K2-W2, productbeoordeling', icon: 'flag' },
    ]);
  });

  it('puts a disputed finish before all else', () => {
    const flags = flagsOf(dutch, { ...NO_FLAGS, isDisputed: true, disagreementCount: 2, returnCount: 1, isLate: true });
    expect(flags.map((flag) => flag.text)).toEqual([
      'Een examinator zegt: dit was ik niet',
      'Examinatoren verschillen op 2 onderdelen',
      'Gewijzigd na terugsturen',
      'Na de uiterste datum',
    ]);
  });
});

describe('heldBackReason', () => {
  it.each([
    [{ status: 'assessed', isDisputed: false, disagreementCount: 0 }, null],
    [{ status: 'assessed', isDisputed: true, disagreementCount: 1 }, 'disputed'],
    [{ status: 'assessed', isDisputed: false, disagreementCount: 1 }, 'disagreement'],
    [{ status: 'assessed', isDisputed: false, isReturnAsked: true, disagreementCount: 1 }, 'returnAsked'],
    [{ status: 'returned', isDisputed: false, disagreementCount: 0 }, 'busy'],
    [{ status: 'final', isDisputed: false, disagreementCount: 1 }, 'final'],
    [{ status: 'cancelled', isDisputed: false, disagreementCount: 0 }, 'cancelled'],
  ] as const)('of %j is %s', (row, reason) => expect(heldBackReason({ isReturnAsked: false, ...row })).toBe(reason));
});

describe('documentsModel', () => {
  const document: DossierDocument = {
    id: ID,
    version: 1,
    number: '2026-ABCDEF12',
    size: null,
    storedAt: null,
    mailedAt: null,
    lastError: null,
    office: { id: ID, label: 'Examenbureau', email: 'bureau@school.example' },
    mail: null,
  };
  const at = new Date('2026-11-24T13:02:00Z');
  const mail = (state: string, lastError: string | null = null, more = {}) => {
    const known = { state, lastError, nextTryAt: at };
    return { ...known, isAgain: false, isLate: false, reason: null, code: null, ...more };
  };

  it.each([
    ['being made', {}, 'De pdf wordt gemaakt.', true],
    ['waiting for a retry', { lastError: 'RENDER_FAILED' }, 'De pdf is nog niet gemaakt.', true],
    ['being mailed', { storedAt: at, mail: mail('queued') }, 'wordt verstuurd', true],
    ['waiting for the mail server', { storedAt: at, mail: mail('queued', 'ECONNREFUSED') }, 'om 14:02 opnieuw', true],
    ['uncertain', { storedAt: at, mail: mail('unknown') }, 'niet zeker', true],
    ['mailed', { storedAt: at, mailedAt: at, mail: mail('accepted') }, 'verstuurd naar bureau@school.example', false],
    ['bounced', { storedAt: at, mailedAt: at, mail: mail('bounced') }, 'maar de mail is teruggekomen', false],
    ['delivered', { storedAt: at, mailedAt: at, mail: mail('delivered') }, 'aangekomen bij bureau', false],
    ['late', { storedAt: at, mailedAt: at, mail: mail('accepted', null, { isLate: true }) }, 'vertraagd', false],
    ['sent again', { storedAt: at, mailedAt: at, mail: mail('queued', null, { isAgain: true }) }, 'verstuurd.', true],
    ['not sent', { storedAt: at, mail: mail('failed') }, 'kon niet worden verstuurd', false],
  ])('says that it is %s', (_what, change, sentence, isPending) => {
    const dossier = { documents: [{ ...document, ...change }], state: { decision: null }, decidedBy: '' };
    const [model] = documentsModel(dutch, dossier as never);
    expect(model?.steps.at(-1)?.text).toContain(sentence);
    expect(model).toMatchObject({ isPending, href: 'storedAt' in change ? `/documenten/${ID}.pdf` : '' });
  });

  it('names the version of every document, and which are replaced', () => {
    const documents = [{ ...document, version: 2 }, document];
    const dossier = { documents, state: { decision: null }, decidedBy: '' };
    const titles = documentsModel(dutch, dossier as never).map(({ title }) => title);
    expect(titles).toEqual(['Besluit en pdf, versie 2', 'Besluit en pdf, versie 1 (vervangen)']);
  });

  it.each(LANGUAGES)('has all its sentences in %s', (lang) => {
    const dossier = { documents: [{ ...document, version: 2 }], state: { decision: null }, decidedBy: '' };
    const wording = { ...dutch, translator: i18n.forLanguage(lang) };
    expect(documentsModel(wording, dossier as never)[0]?.title).toContain('2');
  });
});

describe('search words in a cookie', () => {
  it('are read by the session that wrote them only', () => {
    const cookie = sealWords(TEST_KEYRING, 'noor 2301', 'session-a');
    expect(cookie).not.toContain('noor');
    expect(openWords(TEST_KEYRING, cookie, 'session-a')).toBe('noor 2301');
    expect(openWords(TEST_KEYRING, cookie, 'session-b')).toBe('');
  });

  it.each([
    '',
    'x',
    '2.',
    '2.AAAA',
    '9.QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVo',
    '2.QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZQ',
  ])('are none when the cookie is %s', (cookie) => expect(openWords(TEST_KEYRING, cookie, 'session-a')).toBe(''));
});
