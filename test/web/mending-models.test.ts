import { describe, expect, it } from '@jest/globals';
import type { AskState } from '../../domain/assessment.ts';
import { createI18n, dictionaries } from '../../platform/i18n/index.ts';
import type { OwnAssessment } from '../../prisma/repositories/initiator.ts';
import { Choice, choicesFor, readProposal } from '../../web/pages/initiator/mending/answer.model.ts';
import { askForReason, blockedText } from '../../web/pages/initiator/mending/conflict.ts';
import {
  closingOf,
  dueNow,
  isDueAlready,
  readDueDate,
  weeksLater,
} from '../../web/pages/initiator/mending/due.model.ts';
import { checkPerson, NOBODY, personField, personModel, personOf } from '../../web/pages/initiator/mending/person.ts';
import { markOf, sayRefused } from '../../web/pages/initiator/mending/subject.ts';

const wording = { translator: createI18n().forLanguage('nl'), timeZone: 'Europe/Amsterdam' };
/** A Sunday evening. */
const NOW = new Date('2026-11-22T19:00:00.000Z');

const due = (...dues: (string | null)[]) => dues.map((dueAt) => ({ state: { dueAt } }) as unknown as OwnAssessment);

describe('weeksLater', () => {
  it('counts from the last deadline', () => {
    expect(weeksLater(wording, due('2026-12-04T22:59:00.000Z', '2026-12-11T22:59:00.000Z'), NOW, 1)).toBe('2026-12-18');
  });

  it('counts from today when the deadline is over, or when there is none', () => {
    expect(weeksLater(wording, due('2026-11-02T22:59:00.000Z'), NOW, 1)).toBe('2026-11-30');
    expect(weeksLater(wording, due(null), NOW, 2)).toBe('2026-12-07');
  });

  it('takes the first working day from there', () => {
    expect(weeksLater(wording, due('2026-12-18T22:59:00.000Z'), NOW, 1)).toBe('2026-12-28');
  });
});

describe('readDueDate', () => {
  const read = (choice: string, date = '', confirmed = '') =>
    readDueDate(wording, { formId: '', choice, date, confirmed }, NOW);

  it('means the end of that day on the clock of the school', () => {
    expect(read('2026-12-11')).toEqual({ ok: true, date: '2026-12-11', dueAt: '2026-12-11T22:59:00.000Z' });
    expect(read('anders', '2026-12-11')).toMatchObject({ ok: true, date: '2026-12-11' });
  });

  it.each([
    ['no choice', '', '', 'keuze'],
    ['a day that does not exist', 'anders', '2026-02-30', 'inleveren'],
    ['today', 'anders', '2026-11-22', 'inleveren'],
    ['a day more than a year ahead', 'anders', '2027-11-24', 'inleveren'],
    ['a choice that was never offered', 'overmorgen', '', 'inleveren'],
  ])('refuses %s', (_what, choice, date, field) => {
    expect(read(choice, date)).toMatchObject({ ok: false, errors: [{ field }], confirmed: '' });
  });

  it('asks again for a day off, for that day only', () => {
    expect(read('anders', '2026-12-25')).toMatchObject({ ok: false, confirmed: '2026-12-25' });
    expect(read('anders', '2026-12-26', '2026-12-25')).toMatchObject({ ok: false, confirmed: '2026-12-26' });
    expect(read('anders', '2026-12-25', '2026-12-25')).toMatchObject({ ok: true });
  });
});

describe('the deadlines of several assessments', () => {
  it('are said as one, as a range, or as none', () => {
    expect(dueNow(wording, due('2026-12-04T22:59:00.000Z', '2026-12-04T22:59:00.000Z'))).toBe('vr 4 december 2026');
    expect(dueNow(wording, due('2026-12-11T22:59:00.000Z', '2026-12-04T22:59:00.000Z', null))).toBe(
      'verschillend: van vr 4 december 2026 tot en met vr 11 december 2026',
    );
    expect(dueNow(wording, due(null))).toBe('nog geen');
  });

  it('are the wanted one already only when all are', () => {
    const wanted = '2026-12-04T22:59:00.000Z';
    expect(isDueAlready(due(wanted, wanted), wanted)).toBe(true);
    expect(isDueAlready(due(wanted, null), wanted)).toBe(false);
  });

  it('close so many working days later, or never by themselves', () => {
    expect(closingOf(wording, '2026-12-23', 2)).toBe('2026-12-28T22:59:00.000Z');
    expect(closingOf(wording, '2026-12-23', null)).toBeNull();
  });
});

describe('readProposal', () => {
  it.each([
    ['what was kept', '{"name":"Eva","email":"eva@bedrijf.example"}', { name: 'Eva', email: 'eva@bedrijf.example' }],
    ['nothing when it was erased', undefined, null],
    ['nothing of another text', 'Eva', null],
    ['nothing of another shape', '{"name":1,"email":null}', null],
  ])('reads %s', (_what, text, read) => {
    expect(readProposal(text)).toEqual(read);
  });
});

describe('choicesFor', () => {
  const ask = (kind: string) => ({ kind }) as unknown as AskState;

  it('lets somebody go without a replacement, unless it is handed over', () => {
    expect(choicesFor(ask('decline'), null)).toEqual([Choice.Other, Choice.Nobody, Choice.No]);
    const proposal = { name: 'Eva', email: 'eva@bedrijf.example' };
    expect(choicesFor(ask('handOver'), proposal)).toEqual([Choice.Proposed, Choice.Other, Choice.No]);
    expect(choicesFor(ask('handOver'), null)).toEqual([Choice.Other, Choice.No]);
  });
});

describe('choosing a person', () => {
  const row = (id: string, name: string) => ({
    id,
    name,
    email: `${id}@bedrijf.example`,
    jobTitle: '',
    organisation: '',
    kind: 'practice' as const,
    lang: 'nl' as const,
  });

  it('needs somebody, and of somebody new a name, an address and where they work', () => {
    expect(checkPerson(wording, NOBODY).map(({ field }) => field)).toEqual(['wie']);
    expect(checkPerson(wording, { ...NOBODY, chosen: 'nieuw', kind: '' }).map(({ field }) => field)).toEqual([
      'naam',
      'email',
      'soort',
    ]);
    expect(checkPerson(wording, { ...NOBODY, chosen: 'a' })).toEqual([]);
  });

  it('is a contact or somebody new, never both', () => {
    const typed = { ...NOBODY, name: 'Kim', email: 'kim@bedrijf.example' };
    expect(personOf({ ...typed, chosen: 'a' })).toEqual({ contactId: 'a', newContact: null });
    expect(personOf({ ...typed, chosen: 'nieuw' })).toMatchObject({ contactId: null, newContact: { name: 'Kim' } });
  });

  it('never offers who is replaced, and counts without them', () => {
    const model = personModel(wording, NOBODY, { rows: [row('a', 'Ada'), row('b', 'Bas')], total: 2 }, 'a');
    expect(model.people.map(({ name }) => name)).toEqual(['Bas']);
    expect(model.count).toBe('1 persoon in het adresboek');
    expect(personModel(wording, { ...NOBODY, query: 'x' }, { rows: [], total: 0 }, 'a').nobody).toContain('“x”');
  });

  it('puts a refusal at the field that it is about', () => {
    const someone = { ...NOBODY, chosen: 'nieuw' };
    expect(['ADDRESS_TAKEN', 'NAME_TOO_LONG', 'EXAMINER_AT_WORK'].map((code) => personField(code, someone))).toEqual([
      'email',
      'naam',
      'wie',
    ]);
    expect(personField('ADDRESS_TAKEN', { ...NOBODY, chosen: 'a' })).toBe('wie');
  });
});

describe('rules about examiners', () => {
  const refused = { code: 'CONFLICT_REASON_REQUIRED', params: { rule: 'ownCoach' } };

  it('ask for a reason once, and keep what was typed for other rules', () => {
    const first = askForReason(wording, [{ rule: 'noneIndependent', reason: 'Klein bedrijf.' }], refused);
    expect(first?.overrides).toEqual([
      { rule: 'noneIndependent', reason: 'Klein bedrijf.' },
      { rule: 'ownCoach', reason: '' },
    ]);
    expect(first?.errors.map(({ field }) => field)).toEqual(['waarom-ownCoach']);
    expect(askForReason(wording, first?.overrides ?? [], refused)?.overrides).toHaveLength(2);
  });

  it('say which one blocks', () => {
    expect(blockedText(wording, { code: 'CONFLICT_BLOCKED', params: { rule: 'noneFromPractice' } })).toBe(
      'Er beoordeelt niemand uit de praktijk. Uw school staat dit niet toe. Kies iemand anders.',
    );
    expect(blockedText(wording, { code: 'ALREADY_DONE', params: {} })).toBe('');
  });
});

describe('sayRefused', () => {
  it('has a sentence for every code, in both languages, with names and times on the clock of the school', () => {
    const params = { at: '2026-11-22T19:00:00.000Z', againAt: '2026-11-22T19:10:00.000Z', max: 1_000 };
    for (const lang of ['nl', 'en'] as const) {
      const read = { ...wording, translator: createI18n().forLanguage(lang) };
      for (const code of Object.keys(dictionaries.nl.mending.refusal))
        expect(sayRefused(read, { code, params }, 'Bo Praktijk')).not.toBe('');
    }
    expect(sayRefused(wording, { code: 'SENT_RECENTLY', params }, 'Bo Praktijk')).toBe(
      'Bo Praktijk kreeg om 20:00 al een mail. Vanaf 20:10 kunt u opnieuw sturen.',
    );
  });

  it('falls back on a general sentence', () => {
    expect(sayRefused(wording, { code: 'SOMETHING_NEW', params: {} }, 'Bo')).toContain('Dit lukt nu niet.');
  });
});

describe('markOf', () => {
  it('is the same for the same and another for anything else', () => {
    expect(markOf(['a', 1])).toBe(markOf(['a', 1]));
    expect(markOf(['a', 1])).not.toBe(markOf(['a', 2]));
  });
});
