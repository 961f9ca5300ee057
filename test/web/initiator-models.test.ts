import { describe, expect, it } from '@jest/globals';
import type { AssessmentState } from '../../domain/assessment.ts';
import type { Assignment } from '../../domain/assignment.ts';
import type { MailReach } from '../../domain/invitation.ts';
import { createI18n } from '../../platform/i18n/index.ts';
import type { StoredEvent } from '../../prisma/repositories/initiator.ts';
import { commandIdFor, ownCommandId } from '../../web/command-id.ts';
import { parseCursor } from '../../web/cursor.ts';
import { timelineModel } from '../../web/pages/initiator/following/timeline.model.ts';
import { stepsOf, waitingFor } from '../../web/pages/initiator/following/waiting.ts';
import { readRemark } from '../../web/pages/initiator/inviting/remark.ts';
import { readDue } from '../../web/pages/initiator/students/due.model.ts';
import { dueText, readReason, refusalText } from '../../web/pages/initiator/words.ts';
import { listOf } from '../../web/posted.ts';
import type { NamedExaminer } from '../../web/waiting.ts';
import { listNames, type Wording } from '../../web/wording.ts';

const i18n = createI18n();
const dutch: Wording = { translator: i18n.forLanguage('nl'), timeZone: 'Europe/Amsterdam' };
const english: Wording = { translator: i18n.forLanguage('en'), timeZone: 'Europe/Amsterdam' };
const since = new Date('2026-11-20T09:00:00Z');

function examiner(invitation: Partial<MailReach> = {}): NamedExaminer {
  const mail = { delivery: 'accepted', deliveryAt: new Date('2026-11-21T09:00:00Z'), openedAt: null };
  return { contactId: 'bo', name: 'Bo', invitation: { ...mail, ...invitation } };
}

/** An assessment of one component that Bo and Sam score, each with the form as given. */
function stateWith(changes: object, forms: Readonly<Record<string, string>> = {}): AssessmentState {
  const examiners = Object.entries(forms).map(([id, form]) => [id, { form, components: ['a'] }]);
  return {
    status: 'invited',
    statusSince: since.toISOString(),
    components: [{ ref: 'a', criteria: [] }],
    assignments: [],
    examiners: Object.fromEntries(examiners),
    decision: null,
    documents: [],
    archivedAt: null,
    ...changes,
  } as unknown as AssessmentState;
}

describe('waitingFor', () => {
  const bo = examiner();
  const sam = { ...bo, contactId: 'sam', name: 'Sam' };
  const assignments: Assignment[] = [{ examinerId: 'bo', scope: { level: 'exam' } }];
  const waiting = (state: AssessmentState, examiners: readonly NamedExaminer[] = [bo, sam]) =>
    waitingFor(dutch, state, examiners);

  it.each<[string, AssessmentState, string, boolean]>([
    ['nobody is chosen', stateWith({ status: 'draft' }), 'u (examinatoren kiezen)', true],
    ['nobody is invited', stateWith({ status: 'draft', assignments }), 'u (examinatoren uitnodigen)', true],
    ['two are busy', stateWith({}, { bo: 'open', sam: 'started' }), 'Bo en Sam', false],
    ['one is busy', stateWith({ status: 'inProgress' }, { bo: 'finished', sam: 'returned' }), 'Sam', false],
    ['the only one is withdrawn', stateWith({ assignments }, { bo: 'withdrawn' }), 'u (examinatoren kiezen)', true],
    ['all have finished', stateWith({ status: 'assessed' }, { bo: 'finished' }), 'de examencommissie', false],
  ])('says what it waits for and since when: %s', (_, state, what, isYours) => {
    const line = `Wacht op ${what} sinds vr 20 november 2026, 10:00.`;
    expect(waiting(state)).toMatchObject({ what, isYours, line });
  });

  it('says the same in English', () => {
    expect(waitingFor(english, stateWith({}, { bo: 'open' }), [bo])?.line).toBe(
      'Waiting for Bo since Fri 20 November 2026, 10:00.',
    );
  });

  it('waits for the initiator while mail to an examiner is lost, since it was', () => {
    const lost = examiner({ delivery: 'bounced', deliveryAt: new Date('2026-11-21T10:00:00Z') });
    expect(waiting(stateWith({}, { bo: 'open', sam: 'open' }), [lost, sam])).toMatchObject({
      isYours: true,
      line: 'Wacht op u (de mail aan Bo kwam niet aan) sinds za 21 november 2026, 11:00.',
    });
  });

  it('does not hold a bounce against somebody who opened the link all the same', () => {
    const opened = examiner({ delivery: 'bounced', openedAt: new Date('2026-11-22T09:00:00Z') });
    expect(waiting(stateWith({}, { bo: 'open' }), [opened])).toMatchObject({ isYours: false, what: 'Bo' });
  });

  it('follows the document until it is archived', () => {
    const at = (storedAt: Date | null, mailedAt: Date | null, archivedAt: Date | null = null) => {
      const documents = [
        { version: 1, storedAt: storedAt?.toISOString() ?? null, mailedAt: mailedAt?.toISOString() ?? null },
      ];
      const decision = { decidedAt: since.toISOString() };
      return waiting(stateWith({ status: 'final', decision, documents, archivedAt: archivedAt?.toISOString() ?? null }))
        ?.what;
    };
    expect([at(null, null), at(since, null), at(since, since), at(since, since, since)]).toEqual([
      'de pdf van de uitslag',
      'de mail aan het examenbureau',
      'het archiveren',
      undefined,
    ]);
  });

  it('waits for nothing when it is cancelled', () => {
    expect(waiting(stateWith({ status: 'cancelled' }, { bo: 'open' }))).toBeNull();
  });
});

describe('stepsOf', () => {
  it('tells what an examiner did so far and when the reminder goes', () => {
    const told = stepsOf(dutch, {
      startedAt: null,
      invitation: {
        invitedAt: new Date('2026-11-21T09:00:00Z'),
        openedAt: new Date('2026-11-22T09:00:00Z'),
        nextReminderAt: new Date('2026-11-26T08:00:00Z'),
      },
    });
    expect(told).toBe('Uitgenodigd za 21 nov, geopend zo 22 nov, herinnering op do 26 nov');
  });
});

describe('listNames', () => {
  it.each([
    [[], ''],
    [['A'], 'A'],
    [['A', 'B', 'C'], 'A, B en C'],
    [['A', 'B', 'C', 'D', 'E'], 'A, B en nog 3 anderen'],
  ])('writes %j as %j', (names, text) => {
    expect(listNames(dutch, names)).toBe(text);
  });
});

describe('readDue', () => {
  const now = new Date('2026-11-22T22:30:00Z');

  it('means the last minute of that day on the school clock', () => {
    expect(readDue(dutch, '2026-12-04', now)).toEqual({ ok: true, dueAt: '2026-12-04T22:59:00.000Z' });
  });

  it('takes tomorrow by the clock of the school', () => {
    // 23:30 in Amsterdam: today is still the 22nd.
    expect(readDue(dutch, '2026-11-23', now).ok).toBe(true);
    expect(readDue(dutch, '2026-11-22', now).ok).toBe(false);
    expect(readDue(dutch, '2026-11-23', new Date('2026-11-22T23:30:00Z')).ok).toBe(false);
  });

  it.each(['', '4-12-2026', '2026-02-30', '2026-12-04T00:00', '9999-12-31'])('refuses %j', (day) => {
    expect(readDue(dutch, day, now).ok).toBe(false);
  });
});

describe('dueText', () => {
  it('says when the day is no working day', () => {
    expect(dueText(dutch, '2026-12-25T22:59:00Z')).toBe('inleveren uiterlijk vr 25 december 2026 (geen werkdag)');
    expect(dueText(dutch, '2026-12-04T22:59:00Z')).toBe('inleveren uiterlijk vr 4 december 2026');
    expect(dueText(english, null)).toBe('without a deadline');
  });
});

describe('readRemark', () => {
  it('keeps line breaks, drops what nobody sees', () => {
    expect(readRemark(dutch, ' Regel 1\r\nRegel 2 ')).toEqual({ ok: true, remark: 'Regel 1\nRegel 2' });
    expect(readRemark(dutch, ' \u200B\n ')).toEqual({ ok: true, remark: '' });
  });

  it('counts 2,000 characters, not bytes', () => {
    expect(readRemark(dutch, '😀'.repeat(2_000)).ok).toBe(true);
    expect(readRemark(dutch, '😀'.repeat(2_001)).ok).toBe(false);
  });
});

describe('readReason', () => {
  it.each(['', '   ', '\u200B', '\u202E'])('refuses %j as no reason', (typed) => {
    expect(readReason(dutch, typed)).toEqual({ ok: false, message: 'Schrijf kort waarom.' });
  });

  it('names a character that cannot be stored', () => {
    expect(readReason(english, 'a\u0000b')).toMatchObject({ ok: false, message: expect.stringContaining('U+0000') });
  });
});

describe('refusalText', () => {
  it('has a sentence for an unknown code too', () => {
    expect(refusalText(dutch, 'SOMETHING_NEW')).toBe('Dit lukt nu niet. Vernieuw de pagina en probeer het opnieuw.');
    expect(refusalText(dutch, 'FORM_ALREADY_FINISHED', 'Bo')).toContain('Bo is al klaar');
  });
});

describe('commandIdFor', () => {
  const form = '0198c7a2-0000-7000-8000-000000000001';

  it('is the same for the same form and content, and another for other content', () => {
    expect(commandIdFor(form, { a: 1 })).toBe(commandIdFor(form, { a: 1 }));
    expect(commandIdFor(form, { a: 1 })).not.toBe(commandIdFor(form, { a: 2 }));
  });

  it('is new each time when the form has no id', () => {
    expect(commandIdFor('', {})).not.toBe(commandIdFor('', {}));
  });
});

describe('ownCommandId', () => {
  const by = { schoolId: 'school-a', actor: { kind: 'member', id: 'member-a' }, commandId: 'page' } as const;
  const own = (changes: object = {}, type = 'finalise') => ownCommandId(type, { ...by, ...changes });

  it('is the same for the same page of the same person', () => {
    expect(own()).toBe(own());
  });

  it.each([
    ['another member', own({ actor: { kind: 'member', id: 'member-b' } })],
    ['an examiner with the same id', own({ actor: { kind: 'examiner', id: 'member-a' } })],
    ['another school', own({ schoolId: 'school-b' })],
    ['another kind of command', own({}, 'cancel')],
    ['another page', own({ commandId: 'other' })],
  ])('is another for %s', (_who, id) => {
    expect(id).not.toBe(own());
  });

  it('is new each time without a page', () => {
    const { commandId: _, ...nobody } = by;
    expect(ownCommandId('finalise', nobody)).not.toBe(ownCommandId('finalise', nobody));
  });
});

describe('listOf', () => {
  it('reads own fields only', () => {
    expect(listOf({ a: ['1', 2, '3'] }, 'a')).toEqual(['1', '3']);
    expect(listOf({}, 'constructor')).toEqual([]);
    expect(listOf(undefined, 'a')).toEqual([]);
  });
});

describe('parseCursor', () => {
  it.each(['', 'x', '.', 'zz.niets', `${'z'.repeat(20)}.0198c7a2-0000-7000-8000-000000000001`, 'mgx.0198C7A2'])(
    'refuses %j',
    (text) => {
      expect(parseCursor(text)).toBeNull();
    },
  );
});

describe('timelineModel', () => {
  const event = (type: string, body: Record<string, unknown> = {}, actor: Partial<StoredEvent> = {}): StoredEvent => ({
    type,
    at: since,
    actorKind: 'system',
    actorId: null,
    body,
    contactId: null,
    ...actor,
  });
  const page = (events: readonly StoredEvent[]) => ({
    events,
    names: new Map([
      ['e', 'Bo Praktijk'],
      ['m', 'Toos van Proef'],
    ]),
    texts: new Map([['t', 'Ziek geworden']]),
  });

  it('names people and reasons', () => {
    const events = [
      event(
        'ExaminerWithdrawn',
        { examinerId: 'e', reason: { textId: 't', digest: '' } },
        { actorKind: 'member', actorId: 'm' },
      ),
    ];
    expect(timelineModel(dutch, page(events))).toMatchObject([
      { text: 'Uitnodiging aan Bo Praktijk ingetrokken', detail: 'Reden: Ziek geworden', who: 'Toos van Proef' },
    ]);
  });

  it('tells a reminder by hand from one that went by itself', () => {
    const events = [
      event('ReminderQueued', { number: 2, isManual: false }, { contactId: 'e' }),
      event('ReminderQueued', { number: 1, isManual: true }, { contactId: 'e', actorKind: 'member', actorId: 'm' }),
    ];
    expect(timelineModel(dutch, page(events)).map(({ text, who }) => [text, who])).toEqual([
      ['Herinnering 2 aan Bo Praktijk', 'automatisch'],
      ['Herinnering aan Bo Praktijk, op uw verzoek', 'Toos van Proef'],
    ]);
  });

  it('tells what was asked, answered, replaced and taken back, in both languages', () => {
    const about = { examinerId: 'e', reason: { textId: 't', digest: '' } };
    const events = [
      event('ExaminerAsked', { ...about, kind: 'decline' }),
      event('ExaminerAsked', { ...about, kind: 'handOver' }),
      event('AskTakenBack', { examinerId: 'e' }),
      event('AskAnswered', { ...about, isAgreed: true }),
      event('AskAnswered', { ...about, isAgreed: false }),
      event('ExaminerWithdrawn', { ...about, replacedBy: 'm' }),
      event('ExaminerReinstated', { examinerId: 'e' }),
      event('ConflictOverridden', { rule: 'ownCoach', examinerIds: ['e'], reason: about.reason }),
      event('CancellationUndone', {}),
      event('InvitationResent', {}, { contactId: 'e' }),
    ];
    const texts = timelineModel(dutch, page(events)).map(({ text }) => text);
    expect(texts).toEqual([
      'Bo Praktijk vraagt om afgemeld te worden',
      'Bo Praktijk vraagt of iemand anders het doet',
      'Bo Praktijk beoordeelt toch zelf',
      'Vraag van Bo Praktijk beantwoord: akkoord',
      'Vraag van Bo Praktijk beantwoord: toch beoordelen',
      'Bo Praktijk vervangen door Toos van Proef',
      'Intrekken bij Bo Praktijk ongedaan gemaakt',
      'Doorgegaan na een waarschuwing over examinatoren',
      'Annuleren ongedaan gemaakt',
      'Uitnodiging opnieuw gestuurd aan Bo Praktijk',
    ]);
    expect(timelineModel(english, page(events))).toHaveLength(events.length);
    expect(timelineModel(dutch, page(events))[0]?.detail).toBe('Reden: Ziek geworden');
  });

  it('leaves out what says the same again, and never shows a score', () => {
    const events = [
      event('InvitationSent', { examinerId: 'e' }),
      event('PairFinished', {}),
      event('DeliveryReported', { delivery: 'queued' }),
      event('SomethingNew', {}),
      event('FormFinished', { examinerId: 'e', scores: { x: 'G' } }, { actorKind: 'examiner', actorId: 'e' }),
    ];
    const shown = timelineModel(english, page(events));
    expect(shown.map(({ text }) => text)).toEqual(['Bo Praktijk has finished the assessment']);
    expect(JSON.stringify(shown)).not.toContain('"G"');
  });

  it('has a sentence in both languages for every event of the domain that it shows', () => {
    for (const wording of [dutch, english]) {
      const [entry] = timelineModel(
        wording,
        page([event('DueMoved', { dueAt: '2026-12-04T22:59:00Z' }, { contactId: 'e' })]),
      );
      expect(entry?.text).toContain('Bo Praktijk');
    }
  });
});
