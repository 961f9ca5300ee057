import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  ASSESSMENT_STATUSES,
  type AssessmentCommand,
  type AssessmentCommandType,
  type AssessmentEvent,
  type AssessmentState,
  type AssessmentStatus,
  decideAssessment,
  evolveAssessment,
  openExaminers,
  uncoveredBy,
} from '../../domain/assessment.ts';
import type { Score } from '../../domain/score.ts';
import { SMALL_COMPONENTS, SMALL_CRITERIA } from '../support/small-exam.ts';
import {
  A,
  assignWhole,
  B,
  COMMANDS,
  context,
  create,
  finalise,
  finish,
  invite,
  NOW,
  REASON,
  refusal,
  STATES,
  scores,
} from './assessment-support.ts';

const TABLE: Record<AssessmentCommandType, Record<AssessmentStatus, string>> = {
  // Where nothing is said about the committee it may change nothing.
  correctForm: { ...all('EDIT_NOT_ALLOWED'), cancelled: 'ASSESSMENT_CANCELLED' },
  withdrawProposal: { ...all('NO_PROPOSAL'), cancelled: 'ASSESSMENT_CANCELLED' },
  // Decided here without the rules of a committee, and so published with it.
  publish: { ...all('ASSESSMENT_NOT_FINAL'), final: 'ALREADY_DONE', cancelled: 'ASSESSMENT_CANCELLED' },
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
  takeBackReturn: {
    ...all('FORM_NOT_RETURNED'),
    draft: 'EXAMINER_UNKNOWN',
    returned: 'assessed',
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
