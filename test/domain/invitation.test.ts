import { describe, expect, it } from '@jest/globals';
import {
  decideInvitation,
  evolveInvitation,
  type InvitationCommand,
  type InvitationCommandType,
  type InvitationState,
  type InvitationStatus,
} from '../../domain/invitation.ts';

const NOW = '2026-11-23T10:00:00.000Z';
const EXPIRES = '2026-12-18T22:59:00.000Z';
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
  const report = (delivery: 'accepted' | 'bounced' | 'delivered', mailId = 'mail-1'): InvitationCommand => ({
    type: 'reportDelivery',
    mailId,
    delivery,
    smtpCode: null,
  });

  it('only moves forward, and a late delivery clears a bounce', () => {
    const bounced = play([report('accepted'), report('bounced')], STATES.active());
    expect(outcome(bounced, report('accepted'))).toBe('ALREADY_DONE');
    expect(play([report('delivered')], bounced).delivery).toBe('delivered');
  });

  it('ignores news about a mail that was replaced', () => {
    const renewed = play([COMMANDS.reissueLink], STATES.active());
    expect(outcome(renewed, report('bounced', 'mail-1'))).toBe('ALREADY_DONE');
    expect(renewed.delivery).toBe('queued');
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
