import { describe, expect, it } from '@jest/globals';
import { DEFAULT_REMINDER_POLICY } from '../../domain/reminders.ts';
import { planAssessment } from '../../workflows/assessment-plan.ts';
import { planInvitation } from '../../workflows/invitation-plan.ts';
import type { AssessmentView, InvitationView } from '../../workflows/views.ts';

const SINCE = '2026-03-02T09:00:00.000Z';
const DUE = '2026-03-16T22:59:00.000Z';

const assessment: AssessmentView = {
  seq: 3,
  status: 'invited',
  statusSince: SINCE,
  dueAt: DUE,
  isLate: false,
  openForms: 1,
  lacksExaminer: false,
  document: null,
  archivedAt: null,
};

const decided = { version: 1, decidedAt: SINCE, storedAt: null, mailedAt: null };
const STORED = '2026-03-02T09:01:00.000Z';
const MAILED = '2026-03-02T09:02:00.000Z';
const NOW = '2026-03-03T09:00:00.000Z';
const BEFORE = '2026-03-03T08:59:00.000Z';
const LATER = '2026-03-05T09:00:00.000Z';

describe('planAssessment', () => {
  it.each<[string, Partial<AssessmentView>, string, string, object]>([
    [
      'nobody chosen',
      { status: 'draft', openForms: 0, lacksExaminer: true },
      'assignment',
      SINCE,
      { kind: 'passDeadline', at: DUE },
    ],
    ['chosen, not invited', { status: 'draft', openForms: 0, dueAt: null }, 'invitation', SINCE, { kind: 'wait' }],
    ['invited', {}, 'examiners', SINCE, { kind: 'passDeadline', at: DUE }],
    ['late', { status: 'inProgress', isLate: true }, 'examiners', SINCE, { kind: 'wait' }],
    ['returned', { status: 'returned' }, 'examiners', SINCE, { kind: 'passDeadline', at: DUE }],
    [
      'the last open form withdrawn',
      { openForms: 0, lacksExaminer: true, isLate: true },
      'assignment',
      SINCE,
      { kind: 'wait' },
    ],
    [
      'examiners who differ, before the deadline',
      { status: 'inProgress', openForms: 0, agreementSince: STORED },
      'agreement',
      STORED,
      { kind: 'passDeadline', at: DUE },
    ],
    [
      'examiners who differ, with a third to come',
      { status: 'inProgress', openForms: 0, agreementSince: STORED, isThirdNeeded: true, isLate: true },
      'thirdExaminer',
      STORED,
      { kind: 'wait' },
    ],
    ['assessed', { status: 'assessed', openForms: 0 }, 'committee', SINCE, { kind: 'wait' }],
    ['decided', { status: 'final', document: decided }, 'document', SINCE, { kind: 'makeDocument', version: 1 }],
    ['stored', { status: 'final', document: { ...decided, storedAt: STORED } }, 'officeMail', STORED, { kind: 'wait' }],
    [
      'mailed',
      { status: 'final', document: { ...decided, storedAt: STORED, mailedAt: MAILED } },
      'archive',
      MAILED,
      { kind: 'archive' },
    ],
    ['archived', { status: 'final', document: decided, archivedAt: MAILED }, 'nothing', MAILED, { kind: 'end' }],
    ['cancelled', { status: 'cancelled' }, 'nothing', SINCE, { kind: 'end' }],
    [
      'proposed to a second member',
      { status: 'assessed', openForms: 0, proposedSince: STORED },
      'secondMember',
      STORED,
      { kind: 'wait' },
    ],
    [
      'decided, published later: the document first',
      { status: 'final', document: decided, publishAt: LATER },
      'document',
      SINCE,
      { kind: 'makeDocument', version: 1 },
    ],
    [
      'decided, the moment of publication is there: that first',
      { status: 'final', document: decided, publishAt: BEFORE },
      'document',
      SINCE,
      { kind: 'publish', version: 1, at: BEFORE },
    ],
    [
      'stored, while the exam office is waited for',
      { status: 'final', document: { ...decided, storedAt: STORED }, publishAt: LATER },
      'officeMail',
      STORED,
      { kind: 'publish', version: 1, at: LATER },
    ],
    [
      'mailed, published later: the archive waits for nobody',
      { status: 'final', document: { ...decided, storedAt: STORED, mailedAt: MAILED }, publishAt: LATER },
      'archive',
      MAILED,
      { kind: 'archive' },
    ],
    [
      'archived, published later: it does not end before',
      { status: 'final', document: decided, archivedAt: MAILED, publishAt: LATER },
      'publication',
      MAILED,
      { kind: 'publish', version: 1, at: LATER },
    ],
    [
      'archived, published by hand: news starts it anew',
      { status: 'final', document: decided, archivedAt: MAILED, publishAt: null },
      'publication',
      MAILED,
      { kind: 'end' },
    ],
    [
      'decided, published by hand',
      { status: 'final', document: { ...decided, storedAt: STORED }, publishAt: null },
      'officeMail',
      STORED,
      { kind: 'wait' },
    ],
  ])('%s', (_, changes, waitsFor, since, step) => {
    expect(planAssessment({ ...assessment, ...changes }, NOW)).toEqual({ waitsFor, since, step });
  });
});

const EXPIRES = '2026-03-30T22:59:00.000Z';
const invitation: InvitationView = {
  seq: 2,
  status: 'active',
  statusSince: SINCE,
  delivery: 'accepted',
  deliveryAt: SINCE,
  linkExpiresAt: EXPIRES,
  dueAt: DUE,
  remindFrom: SINCE,
  remindedAt: [],
  policy: DEFAULT_REMINDER_POLICY,
  timeZone: 'Europe/Amsterdam',
};
const FIRST = '2026-03-05T08:00:00.000Z';

describe('planInvitation', () => {
  it.each<[string, Partial<InvitationView>, string, string | null, object]>([
    ['sent', {}, 'examiner', FIRST, { kind: 'remind', at: FIRST, plannedAt: FIRST }],
    ['late on its way', { delivery: 'delayed' }, 'examiner', FIRST, { kind: 'remind', at: FIRST, plannedAt: FIRST }],
    ['not sent yet', { delivery: 'queued' }, 'mail', null, { kind: 'expire', at: EXPIRES }],
    ['bounced', { delivery: 'bounced' }, 'address', null, { kind: 'expire', at: EXPIRES }],
    ['given up', { delivery: 'failed' }, 'address', null, { kind: 'expire', at: EXPIRES }],
    [
      'reminders off',
      { policy: { ...DEFAULT_REMINDER_POLICY, max: 0 } },
      'examiner',
      null,
      { kind: 'expire', at: EXPIRES },
    ],
    [
      'a link that ends before the reminder',
      { linkExpiresAt: '2026-03-04T09:00:00.000Z' },
      'examiner',
      null,
      { kind: 'expire', at: '2026-03-04T09:00:00.000Z' },
    ],
    ['completed', { status: 'completed' }, 'nothing', null, { kind: 'end' }],
    ['withdrawn', { status: 'withdrawn' }, 'nothing', null, { kind: 'end' }],
    ['expired', { status: 'expired' }, 'nothing', null, { kind: 'end' }],
  ])('%s', (_, changes, waitsFor, nextReminderAt, step) => {
    expect(planInvitation({ ...invitation, ...changes }, SINCE)).toEqual({
      waitsFor,
      since: SINCE,
      nextReminderAt,
      step,
    });
  });

  it('reminds once and at once after an outage, and knows the reminder by when it was planned', () => {
    const now = '2026-03-12T10:00:00.000Z';
    expect(planInvitation(invitation, now).step).toEqual({ kind: 'remind', at: now, plannedAt: FIRST });
  });

  it('ends the link first when both are overdue', () => {
    const now = '2026-04-02T10:00:00.000Z';
    expect(planInvitation(invitation, now).step).toEqual({ kind: 'expire', at: EXPIRES });
  });
});
