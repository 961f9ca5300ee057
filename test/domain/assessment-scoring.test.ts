import { describe, expect, it } from '@jest/globals';
import { type AssessmentCommand, decideAssessment, openExaminers, uncoveredBy } from '../../domain/assessment.ts';
import { SMALL_COMPONENTS, SMALL_CRITERIA } from '../support/small-exam.ts';
import {
  A,
  assessed,
  assignWhole,
  B,
  COMMANDS,
  context,
  create,
  DUE,
  draft,
  final,
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
  scores,
} from './assessment-support.ts';

describe('creating and choosing examiners', () => {
  it('refuses an assessment without components', () => {
    expect(refusal(null, create({ components: [] }))).toBe('ASSESSMENT_NO_COMPONENTS');
  });

  it('refuses an assignment that changes what an invited examiner was asked', () => {
    expect(refusal(invited(), assignWhole(B))).toBe('EXAMINER_ALREADY_INVITED');
  });

  it('gives an examiner of one component only that component', () => {
    const state = play([
      create(),
      {
        type: 'assign',
        assignments: [
          { examinerId: A, scope: { level: 'exam' } },
          { examinerId: B, scope: { level: 'component', ref: SMALL_COMPONENTS[1] } },
        ],
      },
      invite(A),
      invite(B),
    ]);
    expect(state.examiners[A]?.components).toEqual([SMALL_COMPONENTS[0]]);
    expect(state.examiners[B]?.components).toEqual([SMALL_COMPONENTS[1]]);
  });

  it('refuses to invite an examiner who scores nothing', () => {
    expect(refusal(draft(), invite(B))).toBe('EXAMINER_WITHOUT_COMPONENTS');
  });

  it('invites a withdrawn examiner anew, with an empty form', () => {
    const state = play([{ type: 'withdrawExaminer', examinerId: A, reason: null }, invite(A)], inProgress());
    expect(state.examiners[A]).toMatchObject({ form: 'open', startedAt: null, formVersion: 0 });
  });
});

describe('finishing a form', () => {
  it('names the criteria without a score', () => {
    const { [SMALL_CRITERIA[1]]: _left, ...rest } = scores('V');
    const decision = decideAssessment(inProgress(), finish(A, rest), context());
    expect(decision).toMatchObject({ ok: false, code: 'FORM_INCOMPLETE', params: { missing: [SMALL_CRITERIA[1]] } });
  });

  it('starts the form too when nothing was saved before', () => {
    const decision = decideAssessment(invited(), finish(A), context());
    expect(decision.ok && decision.events.map((event) => event.type)).toEqual([
      'FormStarted',
      'FormFinished',
      'AssessmentAssessed',
    ]);
  });

  it('is refused from the moment of closing', () => {
    const closing = play([create({ closesAt: LATER }), assignWhole(A), invite(A)]);
    expect(refusal(closing, finish(A), '2026-12-05T07:59:59.999Z')).toBe('accepted');
    expect(refusal(closing, finish(A), LATER)).toBe('SCORING_CLOSED');
  });

  it('is not asked of anybody from then on either', () => {
    const closing = play([create({ closesAt: LATER }), assignWhole(A, B), invite(A)]);
    expect(refusal(closing, invite(B), '2026-12-05T07:59:59.999Z')).toBe('accepted');
    expect(refusal(closing, invite(B), LATER)).toBe('SCORING_CLOSED');
  });

  it('does not assess while another examiner is busy', () => {
    const state = play([create(), assignWhole(A, B), invite(A), invite(B), finish(A)]);
    expect(state.status).toBe('inProgress');
    expect(openExaminers(state)).toEqual([B]);
    expect(refusal(state, finalise())).toBe('ASSESSMENT_NOT_ASSESSED');
  });

  it('does not assess while a component is not covered', () => {
    const state = play([
      create(),
      { type: 'assign', assignments: [{ examinerId: A, scope: { level: 'component', ref: SMALL_COMPONENTS[0] } }] },
      invite(A),
      finish(A),
    ]);
    expect(state.status).toBe('inProgress');
    expect(uncoveredBy(state)).toEqual([SMALL_COMPONENTS[1]]);
  });

  it('keeps only scores of the own components', () => {
    const state = play([create(), assignWhole(A), invite(A), finish(A, { ...scores('V'), 'X/behaviour/1': 'G' })]);
    expect(Object.keys(state.examiners[A]?.scores ?? {})).toEqual([...SMALL_CRITERIA]);
  });

  it('assesses when the last busy examiner is withdrawn and the rest is covered', () => {
    const state = play([
      create(),
      assignWhole(A, B),
      invite(A),
      invite(B),
      finish(A),
      { type: 'withdrawExaminer', examinerId: B, reason: null },
    ]);
    expect(state.status).toBe('assessed');
  });
});

describe('result', () => {
  it('is a fail with one O, whatever the rest', () => {
    const state = play([finish(A, scores('G', { [SMALL_CRITERIA[3]]: 'O' }))], inProgress());
    expect(state.result).toMatchObject({ score: 'O', passed: false });
  });

  it('waits for the committee when two sets differ', () => {
    const state = play([
      create(),
      assignWhole(A, B),
      invite(A),
      invite(B),
      finish(A),
      finish(B, scores('V', { [SMALL_CRITERIA[0]]: 'O' })),
    ]);
    expect(state).toMatchObject({ status: 'assessed', result: null, disagreements: [SMALL_COMPONENTS[0]] });
    expect(refusal(state, finalise())).toBe('STANDING_REQUIRED');
    expect(refusal(state, finalise({ [SMALL_COMPONENTS[0]]: 'nobody' }))).toBe('STANDING_REQUIRED');
    expect(play([finalise({ [SMALL_COMPONENTS[0]]: A })], state).result?.score).toBe('V');
    expect(play([finalise({ [SMALL_COMPONENTS[0]]: B })], state).result?.score).toBe('O');
  });

  it('needs no choice when two sets are the same', () => {
    const state = play([create(), assignWhole(A, B), invite(A), invite(B), finish(A), finish(B)]);
    expect(state.disagreements).toEqual([]);
    expect(state.result?.score).toBe('V');
  });
});

describe('returning', () => {
  it('keeps the scores of components that were not returned, whatever is posted', () => {
    const state = play([finish(A, scores('G'))], returned());
    expect(state.examiners[A]?.scores).toEqual({
      [SMALL_CRITERIA[0]]: 'G',
      [SMALL_CRITERIA[1]]: 'G',
      [SMALL_CRITERIA[2]]: 'V',
      [SMALL_CRITERIA[3]]: 'V',
    });
    expect(state.examiners[A]?.formVersion).toBe(2);
  });

  it('refuses components that the examiner does not have', () => {
    expect(
      refusal(assessed(), { type: 'returnForm', examinerId: A, components: ['other/product'], reason: REASON }),
    ).toBe('NOTHING_TO_RETURN');
  });
});

describe('dispute', () => {
  it('stops finalising until the form was returned', () => {
    const disputed = play([{ type: 'disputeFinish', examinerId: A }], assessed());
    expect(refusal(disputed, finalise())).toBe('FINISH_DISPUTED');
    const mended = play(
      [{ type: 'returnForm', examinerId: A, components: [...SMALL_COMPONENTS], reason: REASON }, finish(A), finalise()],
      disputed,
    );
    expect(mended.status).toBe('final');
  });
});

describe('deadline', () => {
  it('passes at its moment, once', () => {
    expect(refusal(invited(), { type: 'passDeadline' }, '2026-12-04T22:58:59.999Z')).toBe('DEADLINE_NOT_YET');
    const late = play([{ type: 'passDeadline' }], invited(), DUE);
    expect(late.isLate).toBe(true);
    expect(refusal(late, { type: 'passDeadline' }, LATER)).toBe('ALREADY_DONE');
  });

  it('moved forward is not late any more', () => {
    const late = play([{ type: 'passDeadline' }], invited(), DUE);
    const moved = play([{ type: 'moveDeadline', dueAt: '2026-12-11T22:59:00.000Z', closesAt: null }], late, LATER);
    expect(moved.isLate).toBe(false);
  });

  it('cannot be moved into the past', () => {
    expect(refusal(invited(), { type: 'moveDeadline', dueAt: NOW, closesAt: null })).toBe('DEADLINE_IN_PAST');
  });
});

describe('document', () => {
  const stored = () => play([{ type: 'storeDocument', version: 1, sha256: 'a'.repeat(64), size: 10 }], final());

  it('is stored once', () => {
    expect(refusal(stored(), { type: 'storeDocument', version: 1, sha256: 'b'.repeat(64), size: 11 })).toBe(
      'DOCUMENT_ALREADY_STORED',
    );
  });

  it('is mailed once, unless marked as a repeat', () => {
    const mailed = play([{ type: 'recordDocumentMailed', version: 1, mailId: 'm', isRepeat: false }], stored());
    expect(refusal(mailed, { type: 'recordDocumentMailed', version: 1, mailId: 'm', isRepeat: false })).toBe(
      'ALREADY_DONE',
    );
    expect(refusal(mailed, { type: 'recordDocumentMailed', version: 1, mailId: 'm', isRepeat: true })).toBe('accepted');
  });

  it('can come back and be sent again, also when it was archived, and stays mailed', () => {
    const mailed = play([COMMANDS.recordDocumentMailed, COMMANDS.archive], stored());
    expect(play([COMMANDS.reportDocumentLost, COMMANDS.resendDocument], mailed)).toEqual(mailed);
  });

  it('is archived once', () => {
    const archived = play([{ type: 'archive' }], stored());
    expect(refusal(archived, { type: 'archive' })).toBe('ALREADY_DONE');
  });
});

describe('moving the deadline', () => {
  const move = (dueAt: string, closesAt: string | null = null): AssessmentCommand => ({
    type: 'moveDeadline',
    dueAt,
    closesAt,
  });

  it('takes the mark of being late away', () => {
    const late = play([{ type: 'passDeadline' }], inProgress(), '2027-01-01T00:00:00.000Z');
    expect(late.isLate).toBe(true);
    expect(play([move('2027-02-01T00:00:00.000Z')], late, '2027-01-02T00:00:00.000Z').isLate).toBe(false);
  });

  it('refuses a moment that has passed, and closing before the deadline', () => {
    expect(refusal(invited(), move(NOW))).toBe('DEADLINE_IN_PAST');
    expect(refusal(invited(), move('2026-12-11T22:59:00.000Z', '2026-12-11T22:58:59.000Z'))).toBe('CLOSES_BEFORE_DUE');
  });
});
