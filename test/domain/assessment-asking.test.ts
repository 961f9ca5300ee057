import { describe, expect, it } from '@jest/globals';
import { type AssessmentCommand, decideAssessment } from '../../domain/assessment.ts';
import { SMALL_COMPONENTS } from '../support/small-exam.ts';
import {
  A,
  assessed,
  assignWhole,
  B,
  context,
  create,
  draft,
  finalise,
  finish,
  inProgress,
  invite,
  invited,
  LATER,
  NOW,
  play,
  REASON,
  refusal,
  returned,
} from './assessment-support.ts';

describe('asking the initiator', () => {
  const ask: AssessmentCommand = { type: 'ask', examinerId: A, kind: 'handOver', reason: REASON, proposal: REASON };
  const askedState = () => play([ask], inProgress());

  it('keeps what was asked and since when, and refuses a second question', () => {
    const state = askedState();
    expect(state.examiners[A]?.ask).toEqual({ kind: 'handOver', reason: REASON, proposal: REASON, askedAt: NOW });
    expect(refusal(state, ask)).toBe('ASKED_ALREADY');
  });

  it('forgets the question when it is answered, taken back, or when the form is finished', () => {
    const endings: AssessmentCommand[] = [
      { type: 'answerAsk', examinerId: A, isAgreed: true, reason: null },
      { type: 'takeBackAsk', examinerId: A },
      finish(A),
      { type: 'withdrawExaminer', examinerId: A, reason: null },
    ];
    for (const ending of endings) expect(play([ending], askedState()).examiners[A]).not.toHaveProperty('ask');
  });

  it('may be asked when scoring has closed: whoever cannot come must be able to say so', () => {
    const closing = play([create({ closesAt: LATER }), assignWhole(A), invite(A)]);
    expect(refusal(closing, finish(A), LATER)).toBe('SCORING_CLOSED');
    expect(refusal(closing, ask, LATER)).toBe('accepted');
  });

  it('leaves scores and status as they are', () => {
    const before = inProgress();
    const after = play([ask], before);
    expect(after.status).toBe(before.status);
    expect(after.examiners[A]?.scores).toEqual(before.examiners[A]?.scores);
  });
});

describe('asking to have a finished form back', () => {
  const [first] = SMALL_COMPONENTS;
  const ask: AssessmentCommand = {
    type: 'ask',
    examinerId: A,
    kind: 'return',
    reason: REASON,
    proposal: null,
    components: [first, 'unknown'],
  };
  const asked = () => play([ask], assessed());

  it('keeps the form finished, and names the own components in which something is wrong', () => {
    expect(asked()).toMatchObject({ status: 'assessed', examiners: { [A]: { form: 'finished' } } });
    expect(asked().examiners[A]?.ask).toMatchObject({ kind: 'return', components: [first] });
  });

  it('stops finalising until there is an answer', () => {
    expect(refusal(asked(), finalise())).toBe('RETURN_ASKED');
    const no: AssessmentCommand = { type: 'answerAsk', examinerId: A, isAgreed: false, reason: REASON };
    expect(play([no, finalise()], asked()).status).toBe('final');
    expect(play([{ type: 'takeBackAsk', examinerId: A }, finalise()], asked()).status).toBe('final');
  });

  it('is answered by giving the form back', () => {
    const given = play([{ type: 'returnForm', examinerId: A, components: [first], reason: REASON }], asked());
    expect(given.examiners[A]).toMatchObject({ form: 'returned', reopened: [first] });
    expect(given.examiners[A]).not.toHaveProperty('ask');
  });

  it('is only for a finished form of what is not decided or cancelled', () => {
    expect(refusal(inProgress(), ask)).toBe('FORM_NOT_FINISHED');
    expect(refusal(play([finalise()], assessed()), ask)).toBe('ASSESSMENT_FINAL');
    expect(refusal(play([{ type: 'cancel', reason: REASON }], assessed()), ask)).toBe('ASSESSMENT_CANCELLED');
    expect(refusal(asked(), ask)).toBe('ASKED_ALREADY');
    expect(refusal(assessed(), { ...ask, components: ['unknown'] })).toBe('NOTHING_TO_RETURN');
  });

  it('leaves a finished form closed to every other question', () => {
    expect(refusal(assessed(), { ...ask, kind: 'decline' })).toBe('FORM_ALREADY_FINISHED');
  });
});

describe('handing over', () => {
  it('keeps the chosen reason, whether the draft goes along, and whose work it was', () => {
    const declined = play(
      [{ type: 'ask', examinerId: A, kind: 'decline', reason: null, proposal: null, declineReason: 'noTime' }],
      inProgress(),
    );
    expect(declined.examiners[A]?.ask).toEqual({
      kind: 'decline',
      reason: null,
      proposal: null,
      declineReason: 'noTime',
      askedAt: NOW,
    });
    const handed = play(
      [
        { type: 'ask', examinerId: A, kind: 'handOver', reason: REASON, proposal: REASON, isDraftShared: true },
        { type: 'answerAsk', examinerId: A, isAgreed: true, reason: null },
        { type: 'withdrawExaminer', examinerId: A, reason: null, replacedBy: B },
        { type: 'assign', assignments: [{ examinerId: B, scope: { level: 'exam' } }] },
        { type: 'invite', examinerId: B, invitationId: 'invitation-b', formId: 'form-b', handedFrom: A },
      ],
      inProgress(),
    );
    expect(handed.examiners[B]).toMatchObject({ form: 'open', handedFrom: A });
    expect(handed.examiners[A]?.form).toBe('withdrawn');
  });
});

describe('taking back', () => {
  const withdraw: AssessmentCommand = { type: 'withdrawExaminer', examinerId: A, reason: null };
  const reinstate: AssessmentCommand = { type: 'reinstateExaminer', examinerId: A };

  it('gives the form back as it was, with the question that was open', () => {
    const before = play([{ type: 'ask', examinerId: A, kind: 'decline', reason: REASON, proposal: null }], returned());
    expect(play([withdraw, reinstate], before)).toEqual(before);
  });

  it('undoes the settlement that the withdrawal brought about', () => {
    const both = play([
      create(),
      { type: 'assign', assignments: [A, B].map((examinerId) => ({ examinerId, scope: { level: 'exam' } })) },
      invite(A),
      invite(B),
      finish(B),
    ]);
    const settled = play([withdraw], both);
    expect(settled.status).toBe('assessed');
    const after = play([reinstate], settled);
    expect(after).toMatchObject({ status: both.status, result: null, disagreements: [] });
  });

  it('refuses to bring an examiner back when somebody else was chosen since', () => {
    const replaced = play([withdraw, assignWhole(B)], inProgress());
    expect(refusal(replaced, reinstate)).toBe('ASSIGNMENTS_CHANGED');
  });

  it('settles nothing when somebody else takes over in the same breath', () => {
    const both = play([
      create(),
      { type: 'assign', assignments: [A, B].map((examinerId) => ({ examinerId, scope: { level: 'exam' } })) },
      invite(A),
      invite(B),
      finish(B),
    ]);
    const decision = decideAssessment(both, { ...withdraw, replacedBy: 'examiner-c' } as AssessmentCommand, context());
    expect(decision).toMatchObject({ ok: true, events: [{ type: 'ExaminerWithdrawn', replacedBy: 'examiner-c' }] });
  });

  it('undoes a cancellation to the status before it', () => {
    for (const before of [draft(), invited(), inProgress(), assessed(), returned()]) {
      const after = play([{ type: 'cancel', reason: REASON }, { type: 'undoCancel' }], before);
      expect(after).toEqual({ ...before, statusSince: NOW });
    }
  });
});
