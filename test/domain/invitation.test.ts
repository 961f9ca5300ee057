import { describe, expect, it } from '@jest/globals';
import {
  type DeliveryStatus,
  decideInvitation,
  evolveInvitation,
  type InvitationCommand,
  type InvitationCommandType,
  type InvitationState,
  type InvitationStatus,
  pausedSince,
} from '../../domain/invitation.ts';

const NOW = '2026-11-23T10:00:00.000Z';
const EXPIRES = '2026-12-18T22:59:00.000Z';
type ReportDelivery = Extract<InvitationCommand, { type: 'reportDelivery' }>;
const RECEIPT = '2026-12-23T10:00:00.000Z';

const send = (assessmentIds: string[] = ['a1']): InvitationCommand => ({
  type: 'send',
  examinerId: 'contact-1',
  initiatorId: 'teacher-1',
  linkId: 'link-1',
  linkExpiresAt: EXPIRES,
  mailId: 'mail-1',
  assessmentIds,
  dueAt: '2026-12-04T22:59:00.000Z',
  remark: null,
});

function play(commands: readonly InvitationCommand[], from: InvitationState | null = null, now = NOW): InvitationState {
  let state = from;
  for (const command of commands) {
    const decision = decideInvitation(state, command, now);
    if (!decision.ok) throw new Error(`${command.type} was refused: ${decision.code}`);
    for (const event of decision.events) state = evolveInvitation(state, event, now);
  }
  if (state === null) throw new Error('nothing was sent');
  return state;
}

function outcome(state: InvitationState | null, command: InvitationCommand, now = NOW): string {
  const decision = decideInvitation(state, command, now);
  if (!decision.ok) return decision.code;
  return decision.events.reduce((folded, event) => evolveInvitation(folded, event, now), state)?.status ?? 'nothing';
}

const finishPair = (assessmentId = 'a1'): InvitationCommand => ({
  type: 'finishPair',
  assessmentId,
  receiptExpiresAt: RECEIPT,
});
const withdrawPair = (assessmentId = 'a1'): InvitationCommand => ({ type: 'withdrawPair', assessmentId });

const STATES: Record<InvitationStatus, () => InvitationState> = {
  active: () => play([send()]),
  completed: () => play([send(), finishPair()]),
  withdrawn: () => play([send(), withdrawPair()]),
  expired: () => play([{ type: 'expire' }], play([send()]), EXPIRES),
};

const COMMANDS: Record<InvitationCommandType, InvitationCommand> = {
  send: send(),
  reportDelivery: { type: 'reportDelivery', mailId: 'mail-1', delivery: 'accepted', smtpCode: '250' },
  open: { type: 'open', linkId: 'link-1' },
  remind: { type: 'remind', number: 1, mailId: 'mail-2', isManual: false },
  reissueLink: { type: 'reissueLink', linkId: 'link-2', linkExpiresAt: EXPIRES, mailId: 'mail-3' },
  correctAddress: { type: 'correctAddress', linkId: 'link-2', linkExpiresAt: EXPIRES, mailId: 'mail-3' },
  resend: { type: 'resend', mailId: 'mail-4' },
  pausePair: { type: 'pausePair', assessmentId: 'a1' },
  resumePair: { type: 'resumePair', assessmentId: 'a1' },
  reinstatePair: { type: 'reinstatePair', assessmentId: 'a1', linkExpiresAt: EXPIRES },
  moveDue: { type: 'moveDue', dueAt: '2026-12-11T22:59:00.000Z', linkExpiresAt: EXPIRES },
  finishPair: finishPair(),
  withdrawPair: withdrawPair(),
  reopenPair: { type: 'reopenPair', assessmentId: 'a1', linkExpiresAt: EXPIRES },
  expire: { type: 'expire' },
};

const TABLE: Record<InvitationCommandType, Record<InvitationStatus, string>> = {
  send: {
    active: 'INVITATION_EXISTS',
    completed: 'INVITATION_EXISTS',
    withdrawn: 'INVITATION_EXISTS',
    expired: 'INVITATION_EXISTS',
  },
  reportDelivery: { active: 'active', completed: 'completed', withdrawn: 'withdrawn', expired: 'expired' },
  open: { active: 'active', completed: 'completed', withdrawn: 'withdrawn', expired: 'expired' },
  remind: {
    active: 'active',
    completed: 'INVITATION_COMPLETED',
    withdrawn: 'INVITATION_WITHDRAWN',
    expired: 'INVITATION_EXPIRED',
  },
  reissueLink: { active: 'active', completed: 'completed', withdrawn: 'INVITATION_WITHDRAWN', expired: 'active' },
  correctAddress: {
    active: 'active',
    completed: 'INVITATION_COMPLETED',
    withdrawn: 'INVITATION_WITHDRAWN',
    expired: 'active',
  },
  resend: {
    active: 'active',
    completed: 'INVITATION_COMPLETED',
    withdrawn: 'INVITATION_WITHDRAWN',
    expired: 'INVITATION_EXPIRED',
  },
  pausePair: { active: 'active', completed: 'PAIR_CLOSED', withdrawn: 'PAIR_CLOSED', expired: 'expired' },
  resumePair: { active: 'ALREADY_DONE', completed: 'PAIR_CLOSED', withdrawn: 'PAIR_CLOSED', expired: 'ALREADY_DONE' },
  reinstatePair: { active: 'ALREADY_DONE', completed: 'ALREADY_DONE', withdrawn: 'active', expired: 'ALREADY_DONE' },
  moveDue: {
    active: 'active',
    completed: 'INVITATION_COMPLETED',
    withdrawn: 'INVITATION_WITHDRAWN',
    expired: 'active',
  },
  finishPair: { active: 'completed', completed: 'PAIR_CLOSED', withdrawn: 'PAIR_CLOSED', expired: 'completed' },
  withdrawPair: { active: 'withdrawn', completed: 'PAIR_CLOSED', withdrawn: 'PAIR_CLOSED', expired: 'withdrawn' },
  reopenPair: { active: 'PAIR_CLOSED', completed: 'active', withdrawn: 'PAIR_CLOSED', expired: 'PAIR_CLOSED' },
  expire: {
    active: 'INVITATION_NOT_YET_EXPIRED',
    completed: 'INVITATION_COMPLETED',
    withdrawn: 'INVITATION_WITHDRAWN',
    expired: 'INVITATION_EXPIRED',
  },
};

describe('decideInvitation, every status and command', () => {
  for (const [type, byStatus] of Object.entries(TABLE) as [InvitationCommandType, Record<InvitationStatus, string>][]) {
    for (const [status, expected] of Object.entries(byStatus) as [InvitationStatus, string][]) {
      it(`${type} when ${status} gives ${expected}`, () => {
        expect(outcome(STATES[status](), COMMANDS[type])).toBe(expected);
      });
    }
  }

  it('refuses everything but send before it was sent, and an invitation for nothing', () => {
    for (const command of Object.values(COMMANDS)) {
      expect(outcome(null, command)).toBe(command.type === 'send' ? 'active' : 'INVITATION_NOT_FOUND');
    }
    expect(outcome(null, send([]))).toBe('INVITATION_EMPTY');
  });
});

describe('pairs', () => {
  it('is over when the last open pair is, and completed when anything was finished', () => {
    const both = play([send(['a1', 'a2'])]);
    expect(outcome(both, finishPair('a1'))).toBe('active');
    expect(outcome(play([finishPair('a1')], both), withdrawPair('a2'))).toBe('completed');
    expect(outcome(play([withdrawPair('a1')], both), withdrawPair('a2'))).toBe('withdrawn');
    expect(outcome(both, finishPair('a3'))).toBe('PAIR_UNKNOWN');
  });

  it('lets the read-only view live on after the last finish', () => {
    expect(STATES.completed().linkExpiresAt).toBe(RECEIPT);
  });
});

describe('reminders', () => {
  it('are queued once per number', () => {
    const reminded = play([COMMANDS.remind], STATES.active());
    expect(outcome(reminded, COMMANDS.remind)).toBe('REMINDER_ALREADY_QUEUED');
    expect(reminded.reminders).toEqual([{ number: 1, mailId: 'mail-2', queuedAt: NOW }]);
  });
});

describe('delivery', () => {
  const report = (delivery: DeliveryStatus, more: Partial<ReportDelivery> = {}): InvitationCommand => ({
    type: 'reportDelivery',
    mailId: 'mail-1',
    delivery,
    smtpCode: null,
    ...more,
  });
  const hard = { reason: 'addressUnknown', isPermanent: true, status: '5.1.1' } as const;
  const soft = { reason: 'mailboxFull', isPermanent: false, status: '4.2.2' } as const;
  /** Another mail to the address that the examiner has now. */
  const other = { mailId: 'mail-9', isToPresentAddress: true };
  const older = { ...other, isOlder: true };
  /** Delivery after a first report, a second one, or why the second says nothing. */
  const deliveryAfter = (first: InvitationCommand, second: InvitationCommand): string => {
    const state = play([first], STATES.active());
    const decision = decideInvitation(state, second, NOW);
    return decision.ok ? play([second], state).delivery : decision.code;
  };

  it.each<[string, InvitationCommand, InvitationCommand, string]>([
    ['accepted, delayed', report('accepted'), report('delayed'), 'delayed'],
    ['delayed, delivered', report('delayed'), report('delivered'), 'delivered'],
    ['delayed, accepted', report('delayed'), report('accepted'), 'ALREADY_DONE'],
    ['delivered, delayed', report('delivered'), report('delayed'), 'ALREADY_DONE'],
    ['delivered, bounced', report('delivered'), report('bounced'), 'bounced'],
    ['bounced before accepted', report('bounced'), report('accepted'), 'ALREADY_DONE'],
    ['bounced, bounced', report('bounced'), report('bounced'), 'ALREADY_DONE'],
    ['full, and then gone', report('bounced', { problem: soft }), report('bounced', { problem: hard }), 'bounced'],
    ['gone, and then full', report('bounced', { problem: hard }), report('bounced', { problem: soft }), 'ALREADY_DONE'],
    ['bounced, delivered', report('bounced'), report('delivered'), 'delivered'],
    ['failed, delivered', report('failed'), report('delivered'), 'delivered'],
    ['a reminder bounces', report('delivered'), report('bounced', { ...other, problem: hard }), 'bounced'],
    ['a reminder to a full mailbox', report('delivered'), report('bounced', { ...other, problem: soft }), 'bounced'],
    ['a reminder is refused', report('delivered'), report('failed', other), 'failed'],
    ['a reminder is late', report('accepted'), report('delayed', other), 'ALREADY_DONE'],
    ['a reminder arrives', report('accepted'), report('delivered', other), 'ALREADY_DONE'],
    ['a reminder arrives after a bounce', report('bounced'), report('delivered', other), 'delivered'],
    ['a reminder is accepted after a bounce', report('bounced'), report('accepted', other), 'ALREADY_DONE'],
    ['an older mail: gone', report('accepted'), report('bounced', { ...older, problem: hard }), 'bounced'],
    ['an older mail: full', report('accepted'), report('bounced', { ...older, problem: soft }), 'ALREADY_DONE'],
    [
      'an older mail: gone, but a newer arrived',
      report('delivered'),
      report('bounced', { ...older, problem: hard }),
      'ALREADY_DONE',
    ],
    ['a mail to a former address', report('accepted'), report('bounced', { mailId: 'mail-9' }), 'ALREADY_DONE'],
    [
      'a mail to a former address arrives',
      report('bounced'),
      report('delivered', { mailId: 'mail-9', isToPresentAddress: false }),
      'ALREADY_DONE',
    ],
  ])('%s', (_name, first, second, expected) => {
    expect(deliveryAfter(first, second)).toBe(expected);
  });

  it('keeps why, until it arrives or a new mail leaves', () => {
    const bounced = play([report('bounced', { problem: hard })], STATES.active());
    expect(bounced.problem).toEqual(hard);
    expect(play([report('delivered')], bounced)).not.toHaveProperty('problem');
    expect(play([COMMANDS.reissueLink], bounced)).not.toHaveProperty('problem');
    const corrected = play([COMMANDS.correctAddress], bounced);
    expect(corrected).toMatchObject({ delivery: 'queued', linkId: 'link-2', mailId: 'mail-3' });
    expect(corrected).not.toHaveProperty('problem');
  });

  it('an automatic answer says that it came, and when; the moment of delivery stays', () => {
    const LATER = '2026-11-25T10:00:00.000Z';
    const delivered = play([report('delivered')], STATES.active());
    const answered = play([report('delivered', { ...other, isAutoReply: true })], delivered, LATER);
    expect(answered).toMatchObject({ delivery: 'delivered', deliveryAt: NOW, autoReplyAt: LATER });
    const first = play([report('delivered', { isAutoReply: true })], STATES.active(), LATER);
    expect(first).toMatchObject({ delivery: 'delivered', deliveryAt: LATER, autoReplyAt: LATER });
    expect(play([COMMANDS.correctAddress], answered)).not.toHaveProperty('autoReplyAt');
    expect(deliveryAfter(report('bounced'), report('delivered', { mailId: 'mail-9', isAutoReply: true }))).toBe(
      'ALREADY_DONE',
    );
  });

  it('folds events from before reports had reasons', () => {
    const old = { type: 'DeliveryReported', mailId: 'mail-1', delivery: 'bounced', smtpCode: '550' } as const;
    const state = evolveInvitation(STATES.active(), old, NOW);
    expect(state?.delivery).toBe('bounced');
    expect(state).not.toHaveProperty('problem');
  });
});

describe('link', () => {
  it('a replaced one opens nothing', () => {
    const renewed = play([COMMANDS.reissueLink], STATES.active());
    expect(outcome(renewed, { type: 'open', linkId: 'link-1' })).toBe('LINK_REPLACED');
    expect(outcome(renewed, { type: 'open', linkId: 'link-2' })).toBe('active');
  });

  it('expires at its moment, not before', () => {
    expect(outcome(STATES.active(), { type: 'expire' }, '2026-12-18T22:58:59.999Z')).toBe('INVITATION_NOT_YET_EXPIRED');
    expect(outcome(STATES.active(), { type: 'expire' }, EXPIRES)).toBe('expired');
  });
});

describe('pauses', () => {
  const pause = (assessmentId: string): InvitationCommand => ({ type: 'pausePair', assessmentId });
  const LATER = '2026-11-24T09:00:00.000Z';

  it('reminds of nothing while all open work waits for an answer, and of the rest as long as some does not', () => {
    const one = play([pause('a1')], play([send(['a1', 'a2'])]));
    expect(pausedSince(one)).toBeNull();
    expect(outcome(one, COMMANDS.remind)).toBe('active');
    const all = play([pause('a2')], one, LATER);
    expect(pausedSince(all)).toBe(LATER);
    expect(outcome(all, COMMANDS.remind)).toBe('INVITATION_PAUSED');
    expect(outcome(play([finishPair('a2')], all), COMMANDS.remind)).toBe('INVITATION_PAUSED');
    expect(pausedSince(play([{ type: 'resumePair', assessmentId: 'a2' }], all))).toBeNull();
  });

  it('leaves no trace in the state when nothing is paused any more', () => {
    const before = play([send()]);
    expect(play([pause('a1'), { type: 'resumePair', assessmentId: 'a1' }], before)).toEqual(before);
    for (const ending of [finishPair(), withdrawPair()]) {
      expect(play([pause('a1'), ending], before)).not.toHaveProperty('paused');
    }
  });
});

describe('sending again', () => {
  it('waits for the new mail, counts reminders anew, and keeps the link', () => {
    const before = play(
      [{ type: 'reportDelivery', mailId: 'mail-1', delivery: 'delivered', smtpCode: null }],
      play([send()]),
    );
    const after = play([COMMANDS.resend], before, '2026-12-01T09:00:00.000Z');
    expect(after).toMatchObject({ mailId: 'mail-4', delivery: 'queued', linkId: before.linkId });
    expect(after.resentAt).toBe('2026-12-01T09:00:00.000Z');
  });
});

describe('taking a withdrawal back', () => {
  it('opens the pair, and the invitation with it', () => {
    const before = play([send()]);
    expect(play([withdrawPair(), COMMANDS.reinstatePair], before)).toEqual({ ...before, statusSince: NOW });
  });
});
