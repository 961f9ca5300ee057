import { describe, expect, it } from '@jest/globals';
import type { AssessmentStatus } from '../../domain/assessment.ts';
import { createI18n } from '../../platform/i18n/index.ts';
import type { AssessmentStatusPage, AttentionRow, ExaminerProgress } from '../../prisma/repositories/initiator.ts';
import { attentionModel } from '../../web/pages/initiator/following/attention.model.ts';
import { stageOf } from '../../web/pages/initiator/following/examiner-stage.ts';
import {
  csvHref,
  dateProblem,
  filterOf,
  listHref,
  liveHref,
  readAddress,
  WHOLE_LIST,
} from '../../web/pages/initiator/following/list-address.ts';
import { quietBefore } from '../../web/pages/initiator/following/quiet.ts';
import { planReminders } from '../../web/pages/initiator/following/remind.model.ts';
import { undoCancelModel, undoWithdrawModel } from '../../web/pages/initiator/following/undo.model.ts';
import type { Wording } from '../../web/wording.ts';

const i18n = createI18n({ isStrict: true });
const dutch: Wording = { translator: i18n.forLanguage('nl'), timeZone: 'Europe/Amsterdam' };
const ID = '018f0000-0000-7000-8000-000000000001';
const OTHER = '018f0000-0000-7000-8000-000000000002';
const NOW = new Date('2026-11-24T10:30:00Z');

describe('stageOf', () => {
  const reach = (delivery: string, openedAt: string | null = null, status = 'active') => ({
    status,
    delivery,
    deliveryAt: new Date('2026-11-20T10:00:00Z'),
    invitedAt: new Date('2026-11-20T09:00:00Z'),
    openedAt: openedAt === null ? null : new Date(openedAt),
    nextReminderAt: null,
  });
  const examiner = (more: Partial<Parameters<typeof stageOf>[0]>) => ({
    formStatus: 'open',
    componentCount: 2,
    ask: null,
    plannedAt: null,
    invitation: reach('accepted'),
    ...more,
  });
  const later = '2026-11-21T10:00:00Z';
  const earlier = '2026-11-19T10:00:00Z';

  it.each<[string, Partial<Parameters<typeof stageOf>[0]>, AssessmentStatus]>([
    ['none', { formStatus: 'none', invitation: null }, 'draft'],
    ['idle', { formStatus: 'none', invitation: null, componentCount: 0 }, 'draft'],
    ['planned', { formStatus: 'none', invitation: null, plannedAt: NOW }, 'draft'],
    ['queued', { invitation: reach('queued') }, 'invited'],
    ['sent', {}, 'invited'],
    ['delayed', { invitation: reach('delayed') }, 'invited'],
    ['delivered', { invitation: reach('delivered') }, 'invited'],
    ['opened', { invitation: reach('accepted', later) }, 'invited'],
    ['bounced', { invitation: reach('bounced') }, 'invited'],
    ['bounced', { invitation: reach('failed', earlier), formStatus: 'started' }, 'inProgress'],
    ['opened', { invitation: reach('bounced', later) }, 'invited'],
    ['expired', { invitation: reach('accepted', null, 'expired') }, 'invited'],
    ['started', { formStatus: 'started' }, 'inProgress'],
    ['returned', { formStatus: 'returned' }, 'returned'],
    ['finished', { formStatus: 'finished', invitation: reach('bounced') }, 'assessed'],
    ['withdrawn', { formStatus: 'withdrawn' }, 'invited'],
    ['decline', { ask: 'decline', formStatus: 'started' }, 'inProgress'],
    ['handOver', { ask: 'handOver', invitation: reach('bounced') }, 'invited'],
    ['stopped', { formStatus: 'started' }, 'cancelled'],
    ['finished', { formStatus: 'finished' }, 'cancelled'],
  ])('is %s', (stage, more, status) => {
    expect(stageOf(examiner(more), status)).toBe(stage);
  });
});

describe('the address of the list', () => {
  const full = {
    ...WHOLE_LIST,
    status: 'invited' as const,
    attention: 'silent' as const,
    examVersionId: ID,
    groupId: OTHER,
    seriesId: ID,
    dueFrom: '2026-11-01',
    dueUntil: '2026-11-30',
    sort: 'name' as const,
  };

  it('is read back as it was written', () => {
    const query = Object.fromEntries(new URL(listHref(full), 'http://school').searchParams);
    expect(readAddress(query)).toEqual(full);
    expect(listHref(WHOLE_LIST)).toBe('/afnames');
  });

  it('is the same for the file and for who follows', () => {
    const { search } = new URL(listHref(full), 'http://school');
    expect(csvHref(full)).toBe(`/afnames/lijst.csv${search}`);
    expect(liveHref(full, {})).toBe(`/afnames/live${search}`);
    expect(liveHref(WHOLE_LIST, { after: ID })).toBe(`/afnames/live?na=${ID}`);
  });

  it('leaves out what it does not understand', () => {
    expect(
      readAddress({ status: 'x', 'let-op': 'y', examen: '1', groep: "' OR 1=1", volgorde: 'z', reeks: ['a', 'b'] }),
    ).toEqual(WHOLE_LIST);
  });

  it.each([
    ['', '', null],
    ['2026-11-01', '', null],
    ['2026-11-31', '', { field: 'vanaf', code: 'errorDate' }],
    ['', 'morgen', { field: 'tot', code: 'errorDate' }],
    ['2026-11-02', '2026-11-01', { field: 'tot', code: 'errorPeriod' }],
    ['2026-11-01', '2026-11-01', null],
  ])('says what is wrong with the days %s and %s', (dueFrom, dueUntil, problem) => {
    expect(dateProblem({ ...WHOLE_LIST, dueFrom, dueUntil })).toEqual(problem);
  });

  it('takes whole days on the clock of the school', () => {
    const facts = { membershipId: ID, query: '', timeZone: 'Europe/Amsterdam', quietBefore: NOW };
    const filter = filterOf({ ...WHOLE_LIST, dueFrom: '2026-07-01', dueUntil: '2026-07-01' }, facts);
    expect([filter.dueFrom?.toISOString(), filter.dueUntil?.toISOString()]).toEqual([
      '2026-06-30T22:00:00.000Z',
      '2026-07-01T21:59:59.999Z',
    ]);
  });
});

describe('quietBefore', () => {
  it('goes back five working days at the same time of day, over a weekend', () => {
    expect(quietBefore(NOW, 'Europe/Amsterdam').toISOString()).toBe('2026-11-17T10:30:00.000Z');
  });

  it('goes over holidays and the change of the clock', () => {
    expect(quietBefore(new Date('2026-10-28T10:00:00Z'), 'Europe/Amsterdam').toISOString()).toBe(
      '2026-10-21T09:00:00.000Z',
    );
    expect(quietBefore(new Date('2026-12-29T10:00:00Z'), 'Europe/Amsterdam').toISOString()).toBe(
      '2026-12-21T10:00:00.000Z',
    );
  });
});

describe('attentionModel', () => {
  const calm = { underWay: 0, assessed: 0, nextDue: null };
  const row = (more: Partial<AttentionRow>): AttentionRow => ({
    kind: 'late',
    key: ID,
    since: new Date('2026-11-20T22:59:00Z'),
    size: 1,
    assessmentIds: [ID],
    seriesId: null,
    student: 'Noor de Vries',
    examTitle: 'Zorgen in de wijk',
    unitTitles: ['Zorg geven'],
    isWholeExam: false,
    examiner: null,
    ask: null,
    hasChosen: false,
    reason: null,
    lastReminderAt: null,
    ...more,
  });
  const model = (rows: AttentionRow[], total = rows.length) => {
    const kind = rows[0]?.kind ?? 'late';
    return attentionModel(dutch, {
      groups: [{ kind, total, rows }],
      summary: calm,
      hasStarted: true,
      mark: '',
      now: NOW,
    });
  };
  const first = (given: AttentionRow) => model([given]).groups[0]?.rows[0];
  const wit = { contactId: OTHER, name: 'M. de Wit', organisation: '' };

  it('leads several of a series to one page for all of them', () => {
    const several = row({ size: 2, assessmentIds: [ID, OTHER], seriesId: OTHER });
    expect(first(several)).toMatchObject({
      what: '2 studenten',
      href: `/series/${OTHER}`,
      action: { href: `/afnames/inleverdatum?afname=${ID}&afname=${OTHER}` },
    });
    expect(first(row({}))).toMatchObject({ what: 'Noor de Vries', action: { href: `/afnames/${ID}/inleverdatum` } });
  });

  it('asks to choose before it asks to invite', () => {
    const unchosen = row({ kind: 'unchosen' });
    expect(first(unchosen)?.action).toMatchObject({
      href: `/afnames/${ID}/examinatoren`,
      label: 'Examinatoren kiezen',
    });
    expect(first({ ...unchosen, hasChosen: true })?.action.href).toBe(`/afnames/${ID}/uitnodigen`);
    const series = row({ kind: 'unchosen', hasChosen: true, size: 30, seriesId: OTHER });
    expect(first(series)).toMatchObject({
      what: '30 studenten: nog geen examinator uitgenodigd',
      action: { href: `/series/${OTHER}/uitnodigen` },
    });
  });

  it('says why a mail did not arrive, and for how many', () => {
    const bounced = row({ kind: 'bounced', examiner: wit, reason: 'mailboxFull', size: 3 });
    expect(first(bounced)?.detail).toBe('De mailbox is vol. · 3 studenten · Zorgen in de wijk · Zorg geven');
    expect(first({ ...bounced, reason: null })?.detail).toContain('De mailserver heeft de mail niet afgeleverd.');
  });

  it('says when the silent were last reminded, and reminds by one press', () => {
    const silent = row({ kind: 'silent', examiner: wit, lastReminderAt: new Date('2026-11-23T08:00:00Z') });
    expect(first(silent)).toMatchObject({
      what: 'Niets gehoord van M. de Wit',
      action: { href: `/afnames/${ID}/herinneren/${OTHER}`, isPost: true },
    });
    expect(first(silent)?.detail).toContain('laatste herinnering ma 23 nov');
  });

  it('says how many more there are, and where', () => {
    const group = model([row({})], 34).groups[0];
    expect([group?.count, group?.more, group?.allHref]).toEqual([
      34,
      'en nog 33',
      '/afnames?let-op=te-laat&volgorde=inleverdatum',
    ]);
    expect(model([row({})]).groups[0]?.allHref).toBe('');
  });

  it.each([
    [{ underWay: 0, assessed: 0, nextDue: null }, false, 'U hebt nog geen beoordelingen gestart'],
    [{ underWay: 0, assessed: 0, nextDue: null }, true, 'Er loopt nu niets.'],
    [
      { underWay: 3, assessed: 1, nextDue: { at: new Date('2026-12-04T22:59:00Z'), count: 2 } },
      true,
      '3 afnames zijn onderweg. 1 afname ligt bij de examencommissie. De eerstvolgende inleverdatum is vr 4 december 2026, voor 2 afnames.',
    ],
  ])('is calm and true when nothing waits: %o', (summary, hasStarted, text) => {
    const { calm: said } = attentionModel(dutch, { groups: [], summary, hasStarted, mark: '', now: NOW });
    expect(said?.title).toBe('Niets wacht op u');
    expect(said?.text).toContain(text);
  });
});

describe('taking back', () => {
  const at = (seconds: number) => new Date(NOW.getTime() - seconds * 1_000);
  const page = (seconds: number) =>
    ({
      id: ID,
      events: [
        { type: 'ExaminerWithdrawn', at: at(seconds), body: { examinerId: OTHER } },
        { type: 'AssessmentCancelled', at: at(seconds), body: {} },
      ],
    }) as unknown as AssessmentStatusPage;
  const wit = { contactId: OTHER, name: 'M. de Wit' } as ExaminerProgress;

  it('says how long it can be done, and posts what is taken back', () => {
    expect(undoWithdrawModel(dutch, page(20), wit, NOW)).toEqual({
      action: '/afnames/ongedaan-maken',
      fields: [
        { name: 'afname', value: ID },
        { name: 'examinator', value: OTHER },
      ],
      label: 'Intrekken van M. de Wit ongedaan maken',
      left: 'nog 40 seconden',
      seconds: 40,
    });
    expect(undoCancelModel(dutch, page(59), NOW)).toBeNull();
    expect(undoCancelModel(dutch, page(56), NOW)?.left).toBe('nog 4 seconden');
  });

  it.each([58, 61, 100_000, -5])('is not offered %i seconds after it', (seconds) => {
    expect(undoCancelModel(dutch, page(seconds), NOW)).toBeNull();
    expect(undoWithdrawModel(dutch, page(seconds), wit, NOW)).toBeNull();
  });

  it('is not offered for another examiner', () => {
    expect(undoWithdrawModel(dutch, page(20), { ...wit, contactId: ID }, NOW)).toBeNull();
  });
});

describe('planReminders', () => {
  const reach = {
    status: 'active',
    delivery: 'accepted',
    deliveryAt: NOW,
    invitedAt: NOW,
    openedAt: null,
    nextReminderAt: null,
  };
  const examiner = (contactId: string, more: object = {}) => ({
    contactId,
    name: `Examinator ${contactId}`,
    formStatus: 'open',
    ask: null,
    invitation: reach,
    ...more,
  });
  const assessment = (id: string, examiners: object[]) =>
    ({ id, student: { name: `Student ${id}` }, examiners }) as unknown as Parameters<typeof planReminders>[0][number];
  const invitation = (id: string, more: object = {}) => ({
    id,
    status: 'active',
    remindersSent: 0,
    lastReminderAt: null,
    ...more,
  });

  it('is one mail for each invitation, however many students it covers', () => {
    const plan = planReminders(
      [assessment('1', [examiner('a')]), assessment('2', [examiner('a')])],
      new Map([
        ['1|a', invitation('x')],
        ['2|a', invitation('x')],
      ]),
      NOW,
    );
    expect(plan.due.map(({ students }) => students)).toEqual([['Student 1', 'Student 2']]);
  });

  it('leaves out who is finished or not invited without a word', () => {
    const finished = examiner('a', { formStatus: 'finished' });
    const plan = planReminders(
      [assessment('1', [finished, examiner('b', { invitation: null })])],
      new Map([['1|a', invitation('x')]]),
      NOW,
    );
    expect(plan).toEqual({ due: [], skipped: [] });
  });

  it.each([
    ['skippedAsked', { ask: 'decline' }, {}],
    ['skippedLost', { invitation: { ...reach, delivery: 'bounced' } }, {}],
    ['skippedExpired', {}, { status: 'expired' }],
    ['skippedRecently', {}, { lastReminderAt: new Date(NOW.getTime() - 3_599_000) }],
  ])('says why somebody gets no mail: %s', (why, more, invited) => {
    const plan = planReminders(
      [assessment('1', [examiner('a', more)])],
      new Map([['1|a', invitation('x', invited)]]),
      NOW,
    );
    expect(plan).toEqual({ due: [], skipped: [{ name: 'Examinator a', why }] });
  });

  it('reminds again after an hour', () => {
    const last = new Date(NOW.getTime() - 3_600_000);
    const plan = planReminders(
      [assessment('1', [examiner('a')])],
      new Map([['1|a', invitation('x', { lastReminderAt: last })]]),
      NOW,
    );
    expect(plan.due).toHaveLength(1);
  });
});
