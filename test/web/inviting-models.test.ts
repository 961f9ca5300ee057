import { describe, expect, it } from '@jest/globals';
import { BATCH_ROW_PROBLEMS } from '../../domain/batch.ts';
import type { Conflict } from '../../domain/conflicts.ts';
import { DEFAULT_REMINDER_POLICY } from '../../domain/reminders.ts';
import { createI18n } from '../../platform/i18n/index.ts';
import type { BatchRowView, BatchView } from '../../prisma/repositories/initiator.ts';
import { attachmentModel } from '../../web/pages/initiator/inviting/attachments.model.ts';
import { batchModel } from '../../web/pages/initiator/inviting/batch.model.ts';
import { chosenConflicts, conflictModels, readOverrides } from '../../web/pages/initiator/inviting/conflicts.model.ts';
import { readMoment } from '../../web/pages/initiator/inviting/moment.model.ts';
import { batchRefusal } from '../../web/pages/initiator/inviting/refusals.ts';
import {
  firstReminderText,
  policyText,
  readReminders,
  reminderInputOf,
} from '../../web/pages/initiator/inviting/reminders.model.ts';
import type { Wording } from '../../web/wording.ts';

const wording: Wording = { translator: createI18n().forLanguage('nl'), timeZone: 'Europe/Amsterdam' };
/** A Friday afternoon. */
const NOW = new Date('2026-11-27T15:00:00Z');

describe('readMoment', () => {
  const typed = { isLater: true, day: '2026-11-30', time: '08:00', isAccepted: false };

  it('is no moment for now', () => {
    expect(readMoment(wording, { ...typed, isLater: false, day: 'x' }, null, NOW)).toEqual({
      sendAt: null,
      warning: '',
      errors: [],
    });
  });

  it('is read on the clock of the school', () => {
    expect(readMoment(wording, typed, null, NOW).sendAt).toBe('2026-11-30T07:00:00.000Z');
    expect(readMoment(wording, { ...typed, day: '2027-07-01' }, null, NOW).sendAt).toBe('2027-07-01T06:00:00.000Z');
  });

  it('names each field that is wrong', () => {
    const { errors } = readMoment(wording, { ...typed, day: '2026-02-30', time: '25:00' }, null, NOW);
    expect(errors.map(({ field }) => field)).toEqual(['verzenddag', 'verzendtijd']);
  });

  it('refuses the moment that just passed, on the same day', () => {
    const { sendAt, errors } = readMoment(wording, { ...typed, day: '2026-11-27', time: '16:00' }, null, NOW);
    expect([sendAt, errors[0]?.message]).toEqual([
      null,
      'vr 27 nov 16:00 is al voorbij. Kies een later moment, of kies “Nu”.',
    ]);
  });

  it('warns on a holiday until that is meant', () => {
    const christmas = { ...typed, day: '2026-12-25' };
    const asked = readMoment(wording, christmas, null, NOW);
    expect([asked.warning, asked.errors[0]?.field]).toEqual(['vr 25 december 2026 is geen werkdag.', 'toch']);
    const meant = readMoment(wording, { ...christmas, isAccepted: true }, null, NOW);
    expect([meant.sendAt, meant.errors]).toEqual(['2026-12-25T07:00:00.000Z', []]);
  });

  it('refuses a moment after the deadline', () => {
    expect(readMoment(wording, typed, '2026-11-28T22:59:00.000Z', NOW).errors[0]?.message).toContain(
      'Dit is na de inleverdatum (za 28 november 2026).',
    );
  });
});

describe('reminders', () => {
  const ofSchool = DEFAULT_REMINDER_POLICY;

  it.each([
    [
      ofSchool,
      'de eerste herinnering na 3 werkdagen, daarna om de 3 werkdagen, ten hoogste 4 keer, om 09:00. In elk geval 1 werkdag voor de inleverdatum.',
    ],
    [{ ...ofSchool, max: 0 }, 'er gaan geen herinneringen.'],
    [
      { firstAfterWorkingDays: 1, everyWorkingDays: 5, max: 1, sendAt: '10:30' },
      'één herinnering na 1 werkdag, om 10:30.',
    ],
  ])('are told in plain words', (policy, text) => {
    expect(policyText(wording, policy)).toBe(text);
  });

  it('are those of the school when nothing differs', () => {
    const read = readReminders(wording, reminderInputOf(ofSchool), ofSchool);
    expect([read.isOwn, read.errors]).toEqual([false, []]);
    expect(readReminders(wording, null, ofSchool).policy).toBe(ofSchool);
  });

  it('may leave out the one before the deadline', () => {
    const read = readReminders(wording, { ...reminderInputOf(ofSchool), beforeDueWorkingDays: ' ' }, ofSchool);
    expect([read.isOwn, 'beforeDueWorkingDays' in read.policy]).toEqual([true, false]);
  });

  it('keep those of the school when something is wrong, and name every field', () => {
    const read = readReminders(
      wording,
      { firstAfterWorkingDays: '1.5', everyWorkingDays: '', beforeDueWorkingDays: '-1', max: '21', sendAt: '9:00' },
      ofSchool,
    );
    expect(read.policy).toBe(ofSchool);
    expect(read.errors.map(({ field }) => field).sort()).toEqual([
      'herinner-eerste',
      'herinner-elke',
      'herinner-maximaal',
      'herinner-tijd',
      'herinner-vooraf',
    ]);
  });

  it('first fall some working days after the invitations leave', () => {
    const at = { invitedAt: '2026-11-27T15:00:00Z', dueAt: null };
    expect(firstReminderText(wording, ofSchool, at)).toBe(
      'De eerste herinnering gaat op wo 2 december 2026, 09:00, als er dan nog werk openstaat.',
    );
    expect(firstReminderText(wording, { ...ofSchool, max: 0 }, at)).toBe('');
  });
});

describe('rules that are broken', () => {
  const conflict = (assessmentId: string, more: Partial<Conflict> = {}): Conflict =>
    ({
      assessmentId,
      studentId: `s-${assessmentId}`,
      rule: 'ownCoach',
      level: 'warn',
      examinerIds: ['bo'],
      ...more,
    }) as Conflict;
  const names = { student: (id: string) => id.slice(2), examiner: (id: string) => id };

  it('count only for who is chosen', () => {
    const missing = conflict('a', { rule: 'noneFromPractice', examinerIds: [] } as Partial<Conflict>);
    const all = [conflict('a'), conflict('b'), missing];
    expect(chosenConflicts(all, ['a'], ['sam'])).toEqual([missing]);
    expect(chosenConflicts(all, ['a'], ['bo'])).toEqual([conflict('a'), missing]);
    expect(chosenConflicts(all, [], ['bo'])).toEqual([]);
  });

  it('are one sentence for all students of the same examiner, and ask for one reason', () => {
    const { blocked, warned } = conflictModels(
      wording,
      [
        conflict('Amira'),
        conflict('Bram'),
        conflict('Cas', { rule: 'isStudent', level: 'block', examinerIds: ['cas'] } as Partial<Conflict>),
      ],
      names,
    );
    expect(warned).toEqual([{ rule: 'ownCoach', sentences: ['bo is zelf de coach van Amira en Bram.'] }]);
    expect(blocked).toEqual([
      {
        rule: 'isStudent',
        sentences: ['cas heeft hetzelfde e-mailadres als de student: Cas. Niemand beoordeelt zichzelf.'],
      },
    ]);
  });

  it('need a reason that can be read', () => {
    const typed: Record<string, string> = { ownCoach: ' \u200b ', noneIndependent: ' Er is niemand anders. ' };
    const read = readOverrides(wording, ['ownCoach', 'noneIndependent'], (rule) => typed[rule] ?? '');
    expect(read.overrides).toEqual([{ rule: 'noneIndependent', reason: 'Er is niemand anders.' }]);
    expect(read.errors).toEqual([
      { field: 'waarom-ownCoach', message: 'Schrijf bij “Waarom toch?” waarom het hier toch kan.' },
    ]);
  });
});

describe('a refusal', () => {
  it.each([
    ['SEND_AT_IN_PAST', {}, 'verzenddag'],
    ['ATTACHMENT_QUARANTINED', {}, 'bijlagen'],
    ['CONFLICT_REASON_REQUIRED', { rule: 'ownCoach' }, 'waarom-ownCoach'],
    ['EXAMINER_WITHOUT_COMPONENTS', { examinerId: 'bo' }, 'wie'],
    ['SOMETHING_NEW', {}, 'wie'],
  ])('%s is shown where it can be mended', (code, params, field) => {
    const error = batchRefusal(wording, { code, params }, () => 'Bo Praktijk');
    expect(error.field).toBe(field);
    expect(error.message).toMatch(/^[A-Z].{10,}\.$/s);
  });
});

describe('attachmentModel', () => {
  it('says what waits for the scanner', () => {
    const file = { id: 'x', name: 'plan.pdf', size: 2_400_000 };
    expect(attachmentModel(wording, { ...file, scan: 'clean' })).toEqual({
      id: 'x',
      label: 'plan.pdf (2,4 MB)',
      notice: '',
      isWaiting: false,
    });
    expect(attachmentModel(wording, { ...file, scan: 'quarantined' }).notice).toContain(
      'Gaat pas mee als dat gelukt is.',
    );
  });
});

describe('the page of a batch', () => {
  const row = (more: Partial<BatchRowView> = {}): BatchRowView => ({
    number: 1,
    contactId: 'bo',
    name: 'Bo Praktijk',
    email: 'bo@zorg.example',
    organisation: 'De Linde',
    assessmentIds: ['a1', 'a2', 'a3', 'a4', 'a5'],
    studentNames: ['Amira', 'Bram', 'Cas'],
    status: 'sent',
    error: null,
    leftOutCount: 0,
    settledAt: NOW,
    invitation: null,
    ...more,
  });
  const batch = (more: Partial<BatchView> = {}): BatchView => ({
    id: 'batch',
    seriesId: null,
    status: 'finished',
    statusSince: NOW,
    createdAt: NOW,
    sendAt: NOW,
    rowCount: 1,
    sentCount: 1,
    failedCount: 0,
    leftCount: 0,
    studentCount: 5,
    examTitle: 'Zorgen in de wijk',
    initiatorId: 'teacher',
    reminderPolicy: null,
    remark: '',
    attachments: [],
    conducting: 'agrees',
    rows: [row()],
    ...more,
  });

  it('offers only what can still be done', () => {
    const what = (more: Partial<BatchView>) => {
      const { stop, retry, moment } = batchModel(wording, batch(more));
      return [stop !== null, retry !== null, moment !== null];
    };
    expect(what({ status: 'finished' })).toEqual([false, false, false]);
    expect(what({ status: 'finished', failedCount: 1 })).toEqual([false, true, false]);
    expect(what({ status: 'sending', failedCount: 1 })).toEqual([true, true, false]);
    expect(what({ status: 'scheduled' })).toEqual([true, false, true]);
    expect(what({ status: 'stopped', failedCount: 1 })).toEqual([false, false, false]);
  });

  it('names the first students and counts the others', () => {
    expect(batchModel(wording, batch()).others[0]?.students).toBe('Amira, Bram, Cas en nog 2 studenten');
  });

  it('says why a row failed and where it is mended, and of every code something', () => {
    const failed = (error: string) =>
      batchModel(wording, batch({ failedCount: 1, rows: [row({ status: 'failed', error })] })).failed[0];
    expect(failed('EXAMINER_ARCHIVED')).toMatchObject({
      notice: 'Deze persoon is uit het adresboek gehaald. Kies iemand anders.',
      wayHref: '/afnames/a1/examinatoren',
    });
    expect(failed('ATTACHMENT_QUARANTINED')?.wayHref).toBe('');
    expect(failed('FROM_A_LATER_VERSION')?.notice).not.toBe('');
  });

  it.each(BATCH_ROW_PROBLEMS)('has a sentence of its own for %s', (error) => {
    const [failed] = batchModel(wording, batch({ failedCount: 1, rows: [row({ status: 'failed', error })] })).failed;
    expect(failed?.notice).not.toBe('');
    expect(failed?.notice).not.toContain('Vernieuw de pagina en probeer het opnieuw');
  });

  it('tells of students that could not go along', () => {
    const model = batchModel(wording, batch({ rows: [row({ leftOutCount: 2, error: 'ASSESSMENT_CANCELLED' })] }));
    expect(model.others[0]?.notice).toContain('Voor 2 studenten kon dit niet meer mee.');
  });

  it('leads to the series, or to the assessment', () => {
    expect(batchModel(wording, batch({ seriesId: 'reeks' })).overviewHref).toBe('/series/reeks');
    expect(batchModel(wording, batch()).overviewHref).toBe('/afnames/a1');
  });
});
