import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { toLocalDate, toLocalTime } from '../../domain/calendar.ts';
import { linkExpiry, receiptExpiry } from '../../domain/school.ts';
import { openStage, type Stage } from './stage.ts';

const ASSESSMENT_ID = '0190bbbb-0000-7000-8000-000000000001';
const DAY_MS = 86_400_000;
const ZONE = 'Europe/Amsterdam';
let counter = 0;

describe('invitationWorkflow', () => {
  let stage: Stage;
  let id = '';

  beforeAll(async () => {
    stage = await openStage();
  }, 60_000);
  afterAll(() => stage?.close());
  afterEach(() => {
    stage.record.lagMs = 0;
  });

  /** Sent now; the mail has left unless said otherwise. */
  async function invite(options: { isSent?: boolean } = {}): Promise<void> {
    counter += 1;
    id = `0190cccc-0000-7000-8000-${String(counter).padStart(12, '0')}`;
    const dueAt = new Date(Date.parse(await stage.now()) + 60 * DAY_MS).toISOString();
    await stage.record.onInvitation(id, {
      type: 'send',
      examinerId: 'examiner',
      initiatorId: 'initiator',
      linkId: 'link-1',
      linkExpiresAt: linkExpiry(await stage.now(), dueAt),
      mailId: 'mail-0',
      assessmentIds: [ASSESSMENT_ID],
      dueAt,
      remark: null,
    });
    if (options.isSent !== false) await report('accepted');
    await stage.tell('invitation', id);
  }

  function report(delivery: 'accepted' | 'delivered' | 'bounced') {
    return stage.record.onInvitation(id, { type: 'reportDelivery', mailId: 'mail-0', delivery, smtpCode: null });
  }

  async function finish(): Promise<void> {
    const receiptExpiresAt = receiptExpiry(await stage.now());
    await stage.record.onInvitation(id, { type: 'finishPair', assessmentId: ASSESSMENT_ID, receiptExpiresAt });
  }

  async function pass(days: number): Promise<void> {
    await stage.passUntil(new Date(Date.parse(await stage.now()) + days * DAY_MS).toISOString());
  }

  const reminders = () => stage.record.happened(id, 'ReminderQueued');
  const lastProgress = () => stage.record.progress.get(id)?.at(-1);

  it('reminds four times over the weeks, on working days at nine, and ends when the link does', async () => {
    await invite();
    await stage.ended('invitation', id);
    expect(reminders()).toHaveLength(4);
    expect(reminders().map((at) => toLocalTime(at, ZONE))).toEqual(['09:00', '09:00', '09:00', '09:00']);
    const days = reminders().map((at) => new Date(`${toLocalDate(at, ZONE)}T12:00:00Z`).getUTCDay());
    expect(days.every((day) => day >= 1 && day <= 5)).toBe(true);
    expect(stage.record.happened(id, 'InvitationExpired')).toHaveLength(1);
    expect(lastProgress()).toMatchObject({ waitsFor: 'nothing', isClosed: true, nextAt: null });
  });

  it('writes down when the next reminder comes', async () => {
    await invite();
    await pass(0);
    expect(lastProgress()).toMatchObject({ waitsFor: 'examiner', isClosed: false, seenSeq: 2 });
    const progress = lastProgress();
    const planned = progress && 'nextReminderAt' in progress ? progress.nextReminderAt : null;
    await finishAfter(() => pass(7));
    expect(reminders()[0]?.slice(0, 16)).toBe(planned?.slice(0, 16));
  });

  it('stops when the examiner is ready', async () => {
    await invite();
    await pass(8);
    const before = reminders().length;
    expect(before).toBeGreaterThan(0);
    await finish();
    await stage.tell('invitation', id);
    await stage.ended('invitation', id);
    expect(reminders()).toHaveLength(before);
  });

  it('sends nothing to an address that bounced, and goes on when the mail arrives after all', async () => {
    await invite();
    await report('bounced');
    await stage.tell('invitation', id);
    await pass(20);
    expect(reminders()).toEqual([]);
    expect(lastProgress()).toMatchObject({ waitsFor: 'address' });
    await report('delivered');
    await stage.tell('invitation', id);
    await finishAfter(() => pass(7));
    expect(reminders().length).toBeGreaterThan(0);
  });

  it('does not remind of a mail that has not left, and counts from when it leaves', async () => {
    await invite({ isSent: false });
    await pass(10);
    expect(reminders()).toEqual([]);
    expect(lastProgress()).toMatchObject({ waitsFor: 'mail' });
    await report('accepted');
    const sentAt = await stage.now();
    await stage.tell('invitation', id);
    await finishAfter(() => pass(8));
    expect(Date.parse(reminders()[0] ?? '') - Date.parse(sentAt)).toBeGreaterThan(2 * DAY_MS);
  });

  it('takes repeated, late and skipped signals without a second reminder', async () => {
    await invite();
    for (const seq of [2, 2, 1, 9, 1, 2]) await stage.tell('invitation', id, seq);
    await pass(5);
    for (const seq of [3, 3, 40, 2]) await stage.tell('invitation', id, seq);
    await finishAfter(() => pass(0));
    const planned = reminders().map((at) => toLocalDate(at, ZONE));
    expect(new Set(planned).size).toBe(planned.length);
    expect(planned.length).toBeLessThanOrEqual(1);
  });

  it('starts anew when work is returned, and reminds of it from that moment', async () => {
    await invite();
    await pass(40);
    expect(reminders()).toHaveLength(4);
    await finish();
    await stage.tell('invitation', id);
    await stage.ended('invitation', id);
    const linkExpiresAt = linkExpiry(await stage.now(), null);
    await stage.record.onInvitation(id, { type: 'reopenPair', assessmentId: ASSESSMENT_ID, linkExpiresAt });
    const reopenedAt = Date.parse(await stage.now());
    await stage.tell('invitation', id);
    await finishAfter(() => pass(7));
    expect(reminders().length).toBeGreaterThan(4);
    expect(Date.parse(reminders()[4] ?? '') - reopenedAt).toBeGreaterThan(2 * DAY_MS);
  });

  it('sets the end of the link again when the record says that it is too early', async () => {
    stage.record.lagMs = 40_000;
    await invite();
    await stage.ended('invitation', id);
    const { linkExpiresAt } = stage.record.invitation(id).state;
    expect(stage.record.happened(id, 'InvitationExpired').every((at) => at >= linkExpiresAt)).toBe(true);
    expect(stage.record.happened(id, 'InvitationExpired')).toHaveLength(1);
  });

  /** Ends the workflow after a while, so that no test leaves one running. */
  async function finishAfter(wait: () => Promise<void>): Promise<void> {
    await wait();
    await finish();
    await stage.tell('invitation', id);
    await stage.ended('invitation', id);
  }
});
