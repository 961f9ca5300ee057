import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  ASSESSMENT_STATUSES,
  type AssessmentCommand,
  type AssessmentCommandType,
  type AssessmentContext,
  type AssessmentEvent,
  type AssessmentState,
  type AssessmentStatus,
  decideAssessment,
  evolveAssessment,
  openExaminers,
  uncoveredBy,
} from '../../domain/assessment.ts';
import { EXAMPLE_SCHEME } from '../../domain/grading.ts';
import type { Score } from '../../domain/score.ts';
import { SMALL_COMPONENTS, SMALL_CRITERIA, smallExam } from '../support/small-exam.ts';

const NOW = '2026-11-23T10:00:00.000Z';
const DUE = '2026-12-04T22:59:00.000Z';
const LATER = '2026-12-05T08:00:00.000Z';
const REASON = { textId: 'text-1', digest: 'd'.repeat(64) };
const A = 'examiner-a';
const B = 'examiner-b';

const context = (now = NOW): AssessmentContext => ({ now, exam: smallExam(), scheme: EXAMPLE_SCHEME });

function create(overrides: Partial<Extract<AssessmentCommand, { type: 'create' }>> = {}): AssessmentCommand {
  return {
    type: 'create',
    examVersionId: 'version-1',
    unitCodes: ['EX1'],
    studentId: 'student-1',
    initiatorId: 'teacher-1',
    attempt: 1,
    components: SMALL_COMPONENTS.map((ref) => ({
      ref,
      criteria: SMALL_CRITERIA.filter((each) => each.startsWith(ref)),
    })),
    justificationPolicy: 'og',
    dueAt: DUE,
    closesAt: null,
    ...overrides,
  };
}

const assignWhole = (...ids: string[]): AssessmentCommand => ({
  type: 'assign',
  assignments: ids.map((examinerId) => ({ examinerId, scope: { level: 'exam' } })),
});
const invite = (examinerId: string): AssessmentCommand => ({
  type: 'invite',
  examinerId,
  invitationId: `invitation-${examinerId}`,
  formId: `form-${examinerId}`,
});
const scores = (score: Score, changes: Record<string, Score> = {}) => ({
  ...Object.fromEntries(SMALL_CRITERIA.map((ref) => [ref, score])),
  ...changes,
});
const finish = (examinerId: string, given: Record<string, Score> = scores('V')): AssessmentCommand => ({
  type: 'finishForm',
  examinerId,
  scores: given,
  contentDigest: 'c'.repeat(64),
  submissionId: `submission-${examinerId}`,
});
const finalise = (standing: Record<string, string> = {}): AssessmentCommand => ({
  type: 'finalise',
  decisionId: 'decision-1',
  decidedBy: 'member-1',
  officeAddressId: 'office-1',
  standing,
});

/** Plays commands that must all be accepted. */
function play(commands: readonly AssessmentCommand[], from: AssessmentState | null = null, now = NOW): AssessmentState {
  let state = from;
  for (const command of commands) {
    const decision = decideAssessment(state, command, context(now));
    if (!decision.ok) throw new Error(`${command.type} was refused: ${decision.code}`);
    for (const event of decision.events) state = evolveAssessment(state, event, now);
  }
  if (state === null) throw new Error('nothing was created');
  return state;
}

function refusal(state: AssessmentState | null, command: AssessmentCommand, now = NOW): string {
  const decision = decideAssessment(state, command, context(now));
  return decision.ok ? 'accepted' : decision.code;
}

const draft = () => play([create(), assignWhole(A)]);
const invited = () => play([invite(A)], draft());
const inProgress = () => play([{ type: 'startForm', examinerId: A }], invited());
const assessed = () => play([finish(A)], inProgress());
const returned = () =>
  play([{ type: 'returnForm', examinerId: A, components: [SMALL_COMPONENTS[0]], reason: REASON }], assessed());
const final = () => play([finalise()], assessed());
const cancelled = () => play([{ type: 'cancel', reason: REASON }], invited());

const STATES: Record<AssessmentStatus, () => AssessmentState> = {
  draft,
  invited,
  inProgress,
  assessed,
  returned,
  final,
  cancelled,
};

/** One sensible command of each type, for examiner A; assigning B shows what happens to a choice that changes nothing asked. */
const COMMANDS: Record<AssessmentCommandType, AssessmentCommand> = {
  create: create(),
  assign: assignWhole(A),
  invite: invite(A),
  startForm: { type: 'startForm', examinerId: A },
  finishForm: finish(A),
  disputeFinish: { type: 'disputeFinish', examinerId: A },
  returnForm: { type: 'returnForm', examinerId: A, components: [SMALL_COMPONENTS[0]], reason: REASON },
  withdrawExaminer: { type: 'withdrawExaminer', examinerId: A, reason: null },
  reinstateExaminer: { type: 'reinstateExaminer', examinerId: A },
  ask: { type: 'ask', examinerId: A, kind: 'decline', reason: REASON, proposal: null },
  takeBackAsk: { type: 'takeBackAsk', examinerId: A },
  answerAsk: { type: 'answerAsk', examinerId: A, isAgreed: false, reason: REASON },
  overrideConflict: { type: 'overrideConflict', rule: 'ownCoach', examinerIds: [A], reason: REASON },
  proposeAgreement: {
    type: 'proposeAgreement',
    examinerId: A,
    component: SMALL_COMPONENTS[0],
    proposalId: 'proposal-1',
    scores: scores('V'),
    justification: null,
  },
  confirmAgreement: {
    type: 'confirmAgreement',
    examinerId: A,
    component: SMALL_COMPONENTS[0],
    proposalId: 'proposal-1',
  },
  abandonAgreement: { type: 'abandonAgreement', examinerId: null, reason: REASON },
  nameLead: { type: 'nameLead', examinerId: A },
  undoCancel: { type: 'undoCancel' },
  moveDeadline: { type: 'moveDeadline', dueAt: '2026-12-11T22:59:00.000Z', closesAt: null },
  passDeadline: { type: 'passDeadline' },
  cancel: { type: 'cancel', reason: REASON },
  finalise: finalise(),
  storeDocument: { type: 'storeDocument', version: 1, sha256: 'a'.repeat(64), size: 1000 },
  recordDocumentMailed: { type: 'recordDocumentMailed', version: 1, mailId: 'mail-1', isRepeat: false },
  reportDocumentLost: {
    type: 'reportDocumentLost',
    version: 1,
    mailId: 'mail-1',
    problem: { reason: 'addressUnknown', isPermanent: true, status: '5.1.1' },
  },
  resendDocument: { type: 'resendDocument', version: 1, mailId: 'mail-2', officeAddressId: 'office-2' },
  archive: { type: 'archive' },
  correctForm: {
    type: 'correctForm',
    examinerId: A,
    components: [SMALL_COMPONENTS[0]],
    scores: scores('V'),
    contentDigest: 'd'.repeat(64),
    submissionId: 'submission-2',
    correctedBy: 'member-1',
    reason: REASON,
    formVersion: 1,
  },
  withdrawProposal: { type: 'withdrawProposal', withdrawnBy: 'member-1', reason: null },
  publish: { type: 'publish', version: 1, publishedBy: 'member-1' },
  reopen: { type: 'reopen', reopenedBy: 'member-1', reason: REASON },
  endReopening: { type: 'endReopening', endedBy: 'member-1', reason: REASON },
};

/** What each command does in each status: the status after it, or the code of the refusal. */
const TABLE: Record<AssessmentCommandType, Record<AssessmentStatus, string>> = {
  // Where nothing is said about the committee it may change nothing.
  correctForm: { ...all('EDIT_NOT_ALLOWED'), cancelled: 'ASSESSMENT_CANCELLED' },
  withdrawProposal: { ...all('NO_PROPOSAL'), cancelled: 'ASSESSMENT_CANCELLED' },
  publish: { ...all('ASSESSMENT_NOT_FINAL'), final: 'final', cancelled: 'ASSESSMENT_CANCELLED' },
  reopen: { ...all('ASSESSMENT_NOT_FINAL'), final: 'DOCUMENT_NOT_STORED', cancelled: 'ASSESSMENT_CANCELLED' },
  endReopening: { ...all('NOT_REOPENED'), cancelled: 'ASSESSMENT_CANCELLED' },
  create: all('ASSESSMENT_EXISTS'),
  assign: {
    draft: 'draft',
    invited: 'invited',
    inProgress: 'inProgress',
    assessed: 'assessed',
    returned: 'returned',
    final: 'ASSESSMENT_FINAL',
    cancelled: 'ASSESSMENT_CANCELLED',
  },
  invite: {
    draft: 'invited',
    invited: 'EXAMINER_ALREADY_INVITED',
    inProgress: 'EXAMINER_ALREADY_INVITED',
    assessed: 'EXAMINER_ALREADY_INVITED',
    returned: 'EXAMINER_ALREADY_INVITED',
    final: 'ASSESSMENT_FINAL',
    cancelled: 'ASSESSMENT_CANCELLED',
  },
  startForm: {
    draft: 'EXAMINER_UNKNOWN',
    invited: 'inProgress',
    inProgress: 'FORM_ALREADY_STARTED',
    assessed: 'FORM_ALREADY_FINISHED',
    returned: 'FORM_ALREADY_STARTED',
    final: 'FORM_ALREADY_FINISHED',
    cancelled: 'ASSESSMENT_CANCELLED',
  },
  finishForm: {
    draft: 'EXAMINER_UNKNOWN',
    invited: 'assessed',
    inProgress: 'assessed',
    assessed: 'FORM_ALREADY_FINISHED',
    returned: 'assessed',
    final: 'FORM_ALREADY_FINISHED',
    cancelled: 'ASSESSMENT_CANCELLED',
  },
  disputeFinish: {
    draft: 'EXAMINER_UNKNOWN',
    invited: 'FORM_NOT_FINISHED',
    inProgress: 'FORM_NOT_FINISHED',
    assessed: 'assessed',
    returned: 'FORM_NOT_FINISHED',
    final: 'ASSESSMENT_FINAL',
    cancelled: 'ASSESSMENT_CANCELLED',
  },
  returnForm: {
    draft: 'EXAMINER_UNKNOWN',
    invited: 'FORM_NOT_FINISHED',
    inProgress: 'FORM_NOT_FINISHED',
    assessed: 'returned',
    returned: 'FORM_NOT_FINISHED',
    final: 'ASSESSMENT_FINAL',
    cancelled: 'ASSESSMENT_CANCELLED',
  },
  withdrawExaminer: {
    draft: 'EXAMINER_UNKNOWN',
    invited: 'invited',
    inProgress: 'inProgress',
    assessed: 'FORM_ALREADY_FINISHED',
    returned: 'returned',
    final: 'ASSESSMENT_FINAL',
    cancelled: 'ASSESSMENT_CANCELLED',
  },
  reinstateExaminer: {
    ...all('EXAMINER_NOT_WITHDRAWN'),
    draft: 'EXAMINER_UNKNOWN',
    final: 'ASSESSMENT_FINAL',
    cancelled: 'ASSESSMENT_CANCELLED',
  },
  ask: {
    draft: 'EXAMINER_UNKNOWN',
    invited: 'invited',
    inProgress: 'inProgress',
    assessed: 'FORM_ALREADY_FINISHED',
    returned: 'returned',
    final: 'FORM_ALREADY_FINISHED',
    cancelled: 'ASSESSMENT_CANCELLED',
  },
  takeBackAsk: asked(),
  answerAsk: asked(),
  overrideConflict: {
    draft: 'draft',
    invited: 'invited',
    inProgress: 'inProgress',
    assessed: 'assessed',
    returned: 'returned',
    final: 'ASSESSMENT_FINAL',
    cancelled: 'ASSESSMENT_CANCELLED',
  },
  proposeAgreement: { ...all('NO_AGREEMENT'), cancelled: 'ASSESSMENT_CANCELLED' },
  confirmAgreement: { ...all('NO_AGREEMENT'), cancelled: 'ASSESSMENT_CANCELLED' },
  abandonAgreement: { ...all('NO_AGREEMENT'), cancelled: 'ASSESSMENT_CANCELLED' },
  nameLead: {
    draft: 'EXAMINER_UNKNOWN',
    invited: 'invited',
    inProgress: 'inProgress',
    assessed: 'assessed',
    returned: 'returned',
    final: 'ASSESSMENT_FINAL',
    cancelled: 'ASSESSMENT_CANCELLED',
  },
  undoCancel: { ...all('ASSESSMENT_NOT_CANCELLED'), cancelled: 'invited' },
  moveDeadline: {
    draft: 'draft',
    invited: 'invited',
    inProgress: 'inProgress',
    assessed: 'assessed',
    returned: 'returned',
    final: 'ASSESSMENT_FINAL',
    cancelled: 'ASSESSMENT_CANCELLED',
  },
  passDeadline: {
    draft: 'DEADLINE_NOT_YET',
    invited: 'DEADLINE_NOT_YET',
    inProgress: 'DEADLINE_NOT_YET',
    assessed: 'DEADLINE_NOT_YET',
    returned: 'DEADLINE_NOT_YET',
    final: 'ALREADY_DONE',
    cancelled: 'ASSESSMENT_CANCELLED',
  },
  cancel: {
    draft: 'cancelled',
    invited: 'cancelled',
    inProgress: 'cancelled',
    assessed: 'cancelled',
    returned: 'cancelled',
    final: 'ASSESSMENT_FINAL',
    cancelled: 'ALREADY_DONE',
  },
  finalise: {
    draft: 'ASSESSMENT_NOT_ASSESSED',
    invited: 'ASSESSMENT_NOT_ASSESSED',
    inProgress: 'ASSESSMENT_NOT_ASSESSED',
    assessed: 'final',
    returned: 'ASSESSMENT_NOT_ASSESSED',
    final: 'ASSESSMENT_FINAL',
    cancelled: 'ASSESSMENT_CANCELLED',
  },
  storeDocument: { ...all('DOCUMENT_UNKNOWN'), final: 'final', cancelled: 'ASSESSMENT_CANCELLED' },
  recordDocumentMailed: { ...all('DOCUMENT_UNKNOWN'), final: 'DOCUMENT_NOT_STORED', cancelled: 'ASSESSMENT_CANCELLED' },
  reportDocumentLost: { ...all('DOCUMENT_UNKNOWN'), final: 'DOCUMENT_NOT_STORED', cancelled: 'ASSESSMENT_CANCELLED' },
  resendDocument: { ...all('DOCUMENT_UNKNOWN'), final: 'DOCUMENT_NOT_STORED', cancelled: 'ASSESSMENT_CANCELLED' },
  archive: { ...all('ASSESSMENT_NOT_FINAL'), final: 'DOCUMENT_NOT_STORED', cancelled: 'ASSESSMENT_CANCELLED' },
};

/** Where nothing was asked. */
function asked(): Record<AssessmentStatus, string> {
  return {
    ...all('NOTHING_ASKED'),
    draft: 'EXAMINER_UNKNOWN',
    assessed: 'FORM_ALREADY_FINISHED',
    final: 'FORM_ALREADY_FINISHED',
    cancelled: 'ASSESSMENT_CANCELLED',
  };
}

function all(code: string): Record<AssessmentStatus, string> {
  return { draft: code, invited: code, inProgress: code, assessed: code, returned: code, final: code, cancelled: code };
}

describe('decideAssessment, every status and command', () => {
  for (const [type, byStatus] of Object.entries(TABLE) as [AssessmentCommandType, Record<AssessmentStatus, string>][]) {
    for (const status of ASSESSMENT_STATUSES) {
      it(`${type} in ${status} gives ${byStatus[status]}`, () => {
        const state = STATES[status]();
        expect(state.status).toBe(status);
        const decision = decideAssessment(state, COMMANDS[type], context());
        const outcome = decision.ok
          ? decision.events.reduce<AssessmentState | null>(
              (folded, event) => evolveAssessment(folded, event, NOW),
              state,
            )?.status
          : decision.code;
        expect(outcome).toBe(byStatus[status]);
      });
    }
  }

  it('refuses everything but create before creation', () => {
    for (const command of Object.values(COMMANDS)) {
      expect(refusal(null, command)).toBe(command.type === 'create' ? 'accepted' : 'ASSESSMENT_NOT_FOUND');
    }
  });
});

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

describe('any order of commands', () => {
  const examinerId = fc.constantFrom(A, B);
  const score = fc.constantFrom<Score>('O', 'V', 'G');
  const command: fc.Arbitrary<AssessmentCommand> = fc.oneof(
    fc.constant(create()),
    fc.constantFrom(assignWhole(A), assignWhole(B), assignWhole(A, B)),
    examinerId.map(invite),
    examinerId.map((id): AssessmentCommand => ({ type: 'startForm', examinerId: id })),
    fc
      .tuple(examinerId, score, score)
      .map(([id, first, rest]) => finish(id, scores(rest, { [SMALL_CRITERIA[0]]: first }))),
    examinerId.map((id): AssessmentCommand => ({ type: 'withdrawExaminer', examinerId: id, reason: null })),
    fc
      .tuple(examinerId, fc.subarray([...SMALL_COMPONENTS]))
      .map(
        ([id, components]): AssessmentCommand => ({ type: 'returnForm', examinerId: id, components, reason: REASON }),
      ),
    examinerId.map((id): AssessmentCommand => ({ type: 'disputeFinish', examinerId: id })),
    examinerId.map((id) => finalise({ [SMALL_COMPONENTS[0]]: id, [SMALL_COMPONENTS[1]]: id })),
    fc.constantFrom<AssessmentCommand>(
      COMMANDS.cancel,
      COMMANDS.passDeadline,
      COMMANDS.storeDocument,
      COMMANDS.recordDocumentMailed,
      COMMANDS.reportDocumentLost,
      COMMANDS.resendDocument,
      COMMANDS.archive,
    ),
  );

  it('never throws, never passes with an O, never loses a finished form, and folds the same from its events', () => {
    fc.assert(
      fc.property(fc.array(command, { maxLength: 30 }), (commands) => {
        let state: AssessmentState | null = null;
        const history: AssessmentEvent[] = [];
        for (const each of commands) {
          const decision = decideAssessment(state, each, context());
          if (!decision.ok) continue;
          expect(decision.events.length).toBeGreaterThan(0);
          for (const event of decision.events) {
            const before: AssessmentState | null = state;
            state = evolveAssessment(state, event, NOW);
            history.push(event);
            for (const [id, examiner] of Object.entries(before?.examiners ?? {})) {
              const isAllowed = event.type === 'FormFinished' || event.type === 'ExaminerInvited';
              if (examiner.formVersion > 0 && !isAllowed) expect(state?.examiners[id]?.scores).toEqual(examiner.scores);
            }
          }
          if (state?.result && Object.values(state.result.workProcesses).some((part) => part.insufficientCount > 0)) {
            expect(state.result.passed).toBe(false);
          }
          if (state?.status === 'assessed') {
            expect(openExaminers(state)).toEqual([]);
            expect(uncoveredBy(state)).toEqual([]);
          }
        }
        const folded = history.reduce<AssessmentState | null>(
          (before, event) => evolveAssessment(before, event, NOW),
          null,
        );
        expect(folded).toEqual(state);
        expect(JSON.parse(JSON.stringify(state))).toEqual(state);
      }),
      { numRuns: 300, seed: 20261123 },
    );
  });
});

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
    const closed = play([create({ closesAt: NOW }), assignWhole(A), invite(A)]);
    expect(refusal(closed, finish(A))).toBe('SCORING_CLOSED');
    expect(refusal(closed, ask)).toBe('accepted');
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
