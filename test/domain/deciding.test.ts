import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  type AssessmentCommand,
  type AssessmentContext,
  type AssessmentEvent,
  type AssessmentState,
  type CommitteeContext,
  decideAssessment,
  evolveAssessment,
} from '../../domain/assessment.ts';
import { CommitteeEdits, type PublicationPolicy } from '../../domain/deciding.ts';
import { deciderRefusal, reopenRefusal } from '../../domain/deciding-decide.ts';
import { beforeReturn } from '../../domain/deciding-returns.ts';
import { EXAMPLE_SCHEME } from '../../domain/grading.ts';
import { publicationMoment } from '../../domain/publication.ts';
import type { Score } from '../../domain/score.ts';
import { assessmentFacts } from '../../domain/waiting.ts';
import { SMALL_COMPONENTS, SMALL_CRITERIA, smallExam } from '../support/small-exam.ts';

const ZONE = 'Europe/Amsterdam';
const NOW = '2026-11-23T10:00:00.000Z';
const LATER = '2026-11-25T09:00:00.000Z';
const REASON = { textId: 'text-1', digest: 'd'.repeat(64) };
const A = 'examiner-a';
const B = 'examiner-b';
const TEACHER = 'teacher';
const CAS = 'cas';
const EVA = 'eva';
/** A member of the committee who is examiner A. */
const ANNE = 'anne';
/** A member of the committee who is the student. */
const STIJN = 'stijn';

interface Rules {
  readonly members?: 1 | 2;
  readonly initiator?: boolean;
  readonly examiner?: boolean;
  readonly edits?: CommitteeEdits;
  readonly publishAt?: string | null;
}

function committeeOf(memberId: string, rules: Rules): CommitteeContext {
  const { members = 1, initiator = true, examiner = true, edits = CommitteeEdits.Wording, publishAt = NOW } = rules;
  return {
    fourEyes: { initiator, examiner, members },
    edits,
    initiatorId: TEACHER,
    ownExaminerIds: memberId === ANNE ? [A] : [],
    isOwnResult: memberId === STIJN,
    publishAt,
  };
}

function contextOf(command: AssessmentCommand, rules: Rules, now: string): AssessmentContext {
  return { now, exam: smallExam(), scheme: EXAMPLE_SCHEME, committee: committeeOf(whoDecides(command), rules) };
}

function whoDecides(command: AssessmentCommand): string {
  switch (command.type) {
    case 'finalise':
      return command.decidedBy;
    case 'reopen':
      return command.reopenedBy;
    case 'endReopening':
      return command.endedBy;
    case 'correctForm':
      return command.correctedBy;
    default:
      return '';
  }
}

const scores = (score: Score, changes: Record<string, Score> = {}): Record<string, Score> => ({
  ...Object.fromEntries(SMALL_CRITERIA.map((ref) => [ref, score])),
  ...changes,
});

const finish = (examinerId: string, given = scores('V')): AssessmentCommand => ({
  type: 'finishForm',
  examinerId,
  scores: given,
  contentDigest: 'c'.repeat(64),
  submissionId: `submission-${examinerId}`,
});
const finalise = (decidedBy: string, changes: Partial<Extract<AssessmentCommand, { type: 'finalise' }>> = {}) =>
  ({
    type: 'finalise',
    decisionId: 'decision',
    decidedBy,
    officeAddressId: 'office-1',
    standing: {},
    ...changes,
  }) as const;
const reopen = (reopenedBy: string): AssessmentCommand => ({ type: 'reopen', reopenedBy, reason: REASON });
const end = (endedBy: string): AssessmentCommand => ({ type: 'endReopening', endedBy, reason: REASON });
const publish = (publishedBy: string | null, version = 1): AssessmentCommand => ({
  type: 'publish',
  version,
  publishedBy,
});
const returnTo = (examinerId: string): AssessmentCommand => ({
  type: 'returnForm',
  examinerId,
  components: [...SMALL_COMPONENTS],
  reason: REASON,
});
const store = (version = 1): AssessmentCommand => ({
  type: 'storeDocument',
  version,
  sha256: 'a'.repeat(64),
  size: 9,
});
const correct = (changes: Partial<Extract<AssessmentCommand, { type: 'correctForm' }>> = {}): AssessmentCommand => ({
  type: 'correctForm',
  examinerId: A,
  components: [SMALL_COMPONENTS[0]],
  scores: scores('V'),
  contentDigest: 'e'.repeat(64),
  submissionId: 'submission-2',
  correctedBy: CAS,
  reason: REASON,
  formVersion: 1,
  ...changes,
});

function play(
  commands: readonly AssessmentCommand[],
  from: AssessmentState | null,
  rules: Rules = {},
  now = NOW,
): AssessmentState {
  let state = from;
  for (const command of commands) {
    const decision = decideAssessment(state, command, contextOf(command, rules, now));
    if (!decision.ok) throw new Error(`${command.type} was refused: ${decision.code}`);
    for (const event of decision.events) state = evolveAssessment(state, event, now);
  }
  if (state === null) throw new Error('nothing was created');
  return state;
}

function refusal(state: AssessmentState, command: AssessmentCommand, rules: Rules = {}, now = NOW): string {
  const decision = decideAssessment(state, command, contextOf(command, rules, now));
  return decision.ok ? 'accepted' : decision.code;
}

const BEGIN: readonly AssessmentCommand[] = [
  {
    type: 'create',
    examVersionId: 'version-1',
    unitCodes: ['EX1'],
    studentId: 'student-1',
    initiatorId: TEACHER,
    attempt: 1,
    components: SMALL_COMPONENTS.map((ref) => ({
      ref,
      criteria: SMALL_CRITERIA.filter((each) => each.startsWith(ref)),
    })),
    justificationPolicy: 'og',
    dueAt: null,
    closesAt: '2026-11-24T10:00:00.000Z',
  },
  { type: 'assign', assignments: [A, B].map((examinerId) => ({ examinerId, scope: { level: 'exam' } })) },
  ...[A, B].map(
    (id): AssessmentCommand => ({
      type: 'invite',
      examinerId: id,
      invitationId: `invitation-${id}`,
      formId: `form-${id}`,
    }),
  ),
];
const assessed = () => play([...BEGIN, finish(A), finish(B)], null);
const final = (rules: Rules = {}) => play([finalise(CAS), store()], assessed(), rules);

describe('four eyes', () => {
  it.each<[string, string, Rules, string]>([
    ['somebody else', CAS, {}, 'accepted'],
    ['the initiator', TEACHER, {}, 'DECIDER_INITIATED'],
    ['the initiator, where that is allowed', TEACHER, { initiator: false }, 'accepted'],
    ['an examiner', ANNE, {}, 'DECIDER_SCORED'],
    ['an examiner, where that is allowed', ANNE, { examiner: false }, 'accepted'],
    ['the student', STIJN, {}, 'DECIDER_IS_STUDENT'],
    ['the student, where four eyes ask nothing', STIJN, { initiator: false, examiner: false }, 'DECIDER_IS_STUDENT'],
  ])('finalising by %s', (_, memberId, rules, expected) => {
    expect(refusal(assessed(), finalise(memberId), rules)).toBe(expected);
  });

  it('holds for reopening, ending that and correcting too', () => {
    expect(refusal(final(), reopen(ANNE))).toBe('DECIDER_SCORED');
    expect(refusal(play([reopen(CAS)], final()), end(TEACHER))).toBe('DECIDER_INITIATED');
    expect(refusal(assessed(), correct({ correctedBy: ANNE }))).toBe('DECIDER_SCORED');
  });

  it('counts whoever changed a score as somebody who scored, and lets them correct on', () => {
    const rules: Rules = { edits: CommitteeEdits.Scores };
    const lower = { scores: scores('O') };
    const state = play([correct(lower), correct({ ...lower, examinerId: B })], assessed(), rules);
    expect(state.rescoredBy).toEqual([CAS]);
    expect(refusal(state, finalise(CAS), rules)).toBe('DECIDER_SCORED');
    expect(refusal(state, finalise(EVA), rules)).toBe('accepted');
    expect(refusal(state, finalise(CAS), { ...rules, examiner: false })).toBe('accepted');
    expect(refusal(state, correct({ ...lower, formVersion: 2 }), rules)).toBe('accepted');
    expect(refusal(play([correct()], assessed()), finalise(CAS))).toBe('accepted');
  });

  it('leaves a finish alone that its examiner disputes', () => {
    const state = play([{ type: 'disputeFinish', examinerId: A }], assessed());
    expect(refusal(state, correct())).toBe('FINISH_DISPUTED');
  });

  it('does not hold back an examiner who scored nothing', () => {
    const state = play([...BEGIN, finish(B)], null);
    expect(deciderRefusal(state, ANNE, committeeOf(ANNE, {}))).toBeNull();
  });

  it('says first what stands in everybody’s way', () => {
    expect(refusal(play([...BEGIN, finish(A)], null), finalise(TEACHER))).toBe('ASSESSMENT_NOT_ASSESSED');
  });
});

describe('two members', () => {
  const two: Rules = { members: 2 };
  const proposed = () => play([finalise(CAS)], assessed(), two);

  it('makes the first one propose, without any result of it', () => {
    const state = proposed();
    expect(state).toMatchObject({ status: 'assessed', decision: null, documents: [] });
    expect(state.proposal).toEqual({ proposedBy: CAS, proposedAt: NOW, officeAddressId: 'office-1', standing: {} });
    expect(assessmentFacts(state)).toMatchObject({ proposedSince: NOW });
  });

  it.each<[string, AssessmentCommand, string]>([
    ['another member', finalise(EVA), 'accepted'],
    ['the one who proposed', finalise(CAS), 'DECIDER_PROPOSED'],
    ['the initiator', finalise(TEACHER), 'DECIDER_INITIATED'],
    ['an examiner', finalise(ANNE), 'DECIDER_SCORED'],
    ['another member with another address', finalise(EVA, { officeAddressId: 'office-2' }), 'DECISION_DIFFERS'],
  ])('lets %s take it', (_, command, expected) => {
    expect(refusal(proposed(), command, two)).toBe(expected);
  });

  it('records both, and forgets the proposal', () => {
    const decision = decideAssessment(proposed(), finalise(EVA), contextOf(finalise(EVA), two, NOW));
    expect(decision).toMatchObject({ ok: true, events: [{ decidedBy: EVA, proposedBy: CAS }, {}] });
    expect(play([finalise(EVA)], proposed(), two)).not.toHaveProperty('proposal');
  });

  it('keeps to a proposal when the school goes back to one member', () => {
    expect(refusal(proposed(), finalise(CAS), { members: 1 })).toBe('DECIDER_PROPOSED');
    expect(refusal(proposed(), finalise(EVA), { members: 1 })).toBe('accepted');
  });

  it.each<[string, AssessmentCommand]>([
    ['is withdrawn', { type: 'withdrawProposal', withdrawnBy: CAS, reason: null }],
    ['is about a form that goes back', returnTo(A)],
    ['is about a form that is disputed', { type: 'disputeFinish', examinerId: A }],
    ['is about a form that was corrected', correct()],
    ['is about an assessment that is cancelled', { type: 'cancel', reason: REASON }],
    ['is about less than is to be scored now', { type: 'reinstateExaminer', examinerId: B }],
  ])('drops a proposal that %s', (_, command) => {
    const isReinstating = command.type === 'reinstateExaminer';
    const before = isReinstating
      ? play([...BEGIN, finish(A), { type: 'withdrawExaminer', examinerId: B, reason: null }, finalise(CAS)], null, two)
      : proposed();
    expect(before.proposal).toBeDefined();
    expect(play([command], before, two)).not.toHaveProperty('proposal');
  });

  it('withdraws nothing when nothing is proposed', () => {
    expect(refusal(assessed(), { type: 'withdrawProposal', withdrawnBy: CAS, reason: null })).toBe('NO_PROPOSAL');
  });
});

describe('taking a return back', () => {
  /** Plays commands from the beginning, and takes back at last what was sent back to an examiner. */
  function takenBack(commands: readonly AssessmentCommand[], examinerId = A, rules: Rules = {}) {
    let state: AssessmentState | null = null;
    const events: { event: AssessmentEvent; at: string }[] = [];
    const apply = (command: AssessmentCommand) => {
      const decision = decideAssessment(state, command, contextOf(command, rules, NOW));
      if (!decision.ok) throw new Error(`${command.type} was refused: ${decision.code}`);
      for (const event of decision.events) {
        events.push({ event, at: NOW });
        state = evolveAssessment(state, event, NOW);
      }
      return decision.events.map(({ type }) => type);
    };
    for (const command of commands) apply(command);
    const before = beforeReturn(events, examinerId);
    if (before === null) throw new Error('nothing was sent back');
    const types = apply({ type: 'takeBackReturn', examinerId, takenBackBy: CAS, reason: null, before });
    return { state: state as unknown as AssessmentState, types };
  }

  const whole = [...BEGIN, finish(A), finish(B)];
  const differing = [...BEGIN, finish(A), finish(B, scores('G'))];

  it.each<[string, readonly AssessmentCommand[]]>([
    ['with a result', whole],
    ['that the committee is to settle', differing],
    ['whose finish is disputed', [...whole, { type: 'disputeFinish', examinerId: A }]],
    [
      'that was asked back',
      [...whole, { type: 'ask', examinerId: A, kind: 'return', reason: REASON, proposal: null, components: [] }],
    ],
    ['that was reopened', [...differing, finalise(CAS, { standing: standingOf(B) }), store(), reopen(CAS)]],
  ])('leaves an assessment %s as it was', (_, commands) => {
    const asked = commands.map((each) => (each.type === 'ask' ? { ...each, components: SMALL_COMPONENTS } : each));
    const { state, types } = takenBack([...asked, returnTo(A)]);
    expect(state).toEqual(play(asked, null));
    expect(types).toEqual(['ReturnTakenBack', 'AssessmentAssessed']);
  });

  it('waits on for another form that went back, and restores all with the last one', () => {
    const first = takenBack([...differing, returnTo(A), returnTo(B)], B);
    expect(first.state).toMatchObject({ status: 'returned', result: null });
    expect(first.state.examiners[B]).toMatchObject({ form: 'finished', formVersion: 1, reopened: [] });
    const back = { type: 'takeBackReturn', takenBackBy: CAS, reason: null } as const;
    const none = { disputedAt: null, assessed: null };
    const { state } = takenBack([...differing, returnTo(A), returnTo(B), { ...back, examinerId: B, before: none }], A);
    expect(state).toEqual(play(differing, null));
  });

  it('looks at all anew when another form changed meanwhile', () => {
    const { state } = takenBack([...whole, returnTo(A), returnTo(B), finish(B, scores('O'))], A);
    expect(state).toMatchObject({ status: 'assessed', result: null, disagreements: [...SMALL_COMPONENTS] });
  });

  it('goes on with who is still at work', () => {
    const { state, types } = takenBack([...BEGIN, finish(A), returnTo(A)]);
    expect(state).toMatchObject({ status: 'inProgress', result: null });
    expect(types).toEqual(['ReturnTakenBack']);
  });

  it('brings no proposal of a decision back', () => {
    const { state } = takenBack([...whole, finalise(CAS), returnTo(A)], A, { members: 2 });
    expect(state).not.toHaveProperty('proposal');
    expect(state.status).toBe('assessed');
  });

  it('finds nothing of an examiner whose form was never sent back', () => {
    expect(beforeReturn([], A)).toBeNull();
  });
});

function standingOf(examinerId: string): Record<string, string> {
  return Object.fromEntries(SMALL_COMPONENTS.map((ref) => [ref, examinerId]));
}

describe('reopenRefusal', () => {
  it.each<[string, () => AssessmentState, string | null]>([
    ['nothing is decided', assessed, 'ASSESSMENT_NOT_FINAL'],
    ['the document is not made yet', () => play([finalise(CAS)], assessed()), 'DOCUMENT_NOT_STORED'],
    ['the document is there', final, null],
    ['it is reopened already', () => play([reopen(CAS)], final()), 'ASSESSMENT_NOT_FINAL'],
  ])('when %s', (_, state, expected) => {
    expect(reopenRefusal(state())).toBe(expected);
  });
});

describe('publicationMoment', () => {
  it.each<[string, PublicationPolicy, string, string | null]>([
    ['at once', { when: 'atOnce' }, NOW, NOW],
    ['by hand', { when: 'byHand' }, NOW, null],
    ['a working day later', { when: 'afterWorkingDays', workingDays: 1, at: '09:30' }, NOW, '2026-11-24T08:30:00.000Z'],
    ['over a weekend', { when: 'afterWorkingDays', workingDays: 5, at: '09:30' }, NOW, '2026-11-30T08:30:00.000Z'],
    ['without a time', { when: 'afterWorkingDays', workingDays: 2 }, NOW, '2026-11-25T09:00:00.000Z'],
    ['without days', { when: 'afterWorkingDays' }, NOW, '2026-11-24T09:00:00.000Z'],
    [
      'late in the evening, when it is another day in UTC',
      { when: 'afterWorkingDays', workingDays: 1, at: '08:00' },
      '2026-11-23T23:30:00.000Z',
      '2026-11-25T07:00:00.000Z',
    ],
    [
      'over Christmas',
      { when: 'afterWorkingDays', workingDays: 1, at: '09:00' },
      '2026-12-24T10:00:00.000Z',
      '2026-12-28T08:00:00.000Z',
    ],
    [
      'over the end of summer time',
      { when: 'afterWorkingDays', workingDays: 1, at: '09:00' },
      '2026-10-23T10:00:00.000Z',
      '2026-10-26T08:00:00.000Z',
    ],
  ])('%s', (_, policy, now, expected) => {
    expect(publicationMoment(policy, now, ZONE)).toBe(expected);
  });
});

describe('publication', () => {
  it('is there with the decision when the school says at once', () => {
    expect(final()).toMatchObject({ publishAt: NOW, published: { version: 1, at: NOW } });
    expect(assessmentFacts(final())).not.toHaveProperty('publishAt');
  });

  it('was there with a decision from before anything could be held back', () => {
    const state = play([finalise(CAS)], assessed(), { publishAt: null });
    const { publishAt: _later, ...before } = state;
    const decided = { type: 'AssessmentFinalised', version: 1, decisionId: 'd', decidedBy: CAS, officeAddressId: 'o' };
    const event = { ...decided, standing: {}, result: state.result } as AssessmentEvent;
    const after = evolveAssessment({ ...before, status: 'assessed', documents: [] }, event, NOW);
    expect(after).toMatchObject({ status: 'final', published: { version: 1, at: NOW } });
    expect(after).not.toHaveProperty('publishAt');
  });

  it.each<[string, Rules, AssessmentCommand, string, string]>([
    ['by its moment', { publishAt: LATER }, publish(null), LATER, 'accepted'],
    ['before its moment', { publishAt: LATER }, publish(null), NOW, 'PUBLISH_NOT_YET'],
    ['by a member before its moment', { publishAt: LATER }, publish(CAS), NOW, 'accepted'],
    ['by hand', { publishAt: null }, publish(CAS), NOW, 'accepted'],
    ['by a timer, where it is by hand', { publishAt: null }, publish(null), LATER, 'PUBLISH_NOT_YET'],
    ['twice', {}, publish(CAS), NOW, 'ALREADY_DONE'],
    ['of another version', { publishAt: null }, publish(CAS, 2), NOW, 'ASSESSMENT_NOT_FINAL'],
  ])('%s', (_, rules, command, now, expected) => {
    expect(refusal(final(rules), command, rules, now)).toBe(expected);
  });

  it('waits while a result is reopened', () => {
    const state = play([reopen(CAS)], final({ publishAt: LATER }));
    expect(refusal(state, publish(null), {}, LATER)).toBe('ASSESSMENT_NOT_FINAL');
    expect(assessmentFacts(state)).not.toHaveProperty('publishAt');
  });

  it('is at once for a new decision about a result that was seen', () => {
    const again = play([reopen(CAS), finalise(CAS)], final(), { publishAt: LATER });
    expect(again.published).toEqual({ version: 2, at: NOW });
  });

  it('follows the rule for a new decision about a result that nobody saw', () => {
    const again = play([reopen(CAS), finalise(CAS)], final({ publishAt: null }), { publishAt: LATER });
    expect(again).toMatchObject({ publishAt: LATER, decision: { version: 2 } });
    expect(again).not.toHaveProperty('published');
  });

  it('asks nothing of results from before there was such a rule', () => {
    const { publishAt: _publishAt, published: _published, ...old } = final();
    expect(assessmentFacts(old)).not.toHaveProperty('publishAt');
  });
});

describe('reopening', () => {
  const reopened = (rules: Rules = {}) => play([reopen(CAS)], final(rules), rules);

  it('keeps the decision and its document until there is another', () => {
    const state = reopened();
    expect(state).toMatchObject({
      status: 'assessed',
      reopened: { by: CAS, at: NOW, reason: REASON },
      decision: { version: 1 },
      published: { version: 1 },
      documents: [{ version: 1, sha256: 'a'.repeat(64) }],
    });
  });

  it.each<[string, () => AssessmentState, string]>([
    ['of what is not final', assessed, 'ASSESSMENT_NOT_FINAL'],
    ['twice', reopened, 'ASSESSMENT_NOT_FINAL'],
    ['before its document is made', () => play([finalise(CAS)], assessed()), 'DOCUMENT_NOT_STORED'],
    ['of an archived one', () => play([{ type: 'archive' }], final()), 'accepted'],
  ])('%s', (_, state, expected) => {
    expect(refusal(state(), reopen(EVA))).toBe(expected);
  });

  it('lets work begin again, and makes another version of the decision', () => {
    const again = play(
      [returnTo(A), finish(A, scores('G')), returnTo(B), finish(B, scores('G')), finalise(EVA)],
      reopened(),
      {},
      LATER,
    );
    expect(again).toMatchObject({ status: 'final', decision: { version: 2, decidedBy: EVA }, result: { score: 'G' } });
    expect(again.documents.map(({ version }) => version)).toEqual([1, 2]);
    expect(again).not.toHaveProperty('reopened');
  });

  it('cannot end in a cancelled assessment: what was decided stands, or is decided anew', () => {
    expect(refusal(reopened(), { type: 'cancel', reason: REASON })).toBe('ASSESSMENT_FINAL');
  });

  it('ends with the old decision as long as nothing changed', () => {
    const state = play([end(EVA)], reopened(), {}, LATER);
    expect(state).toMatchObject({ status: 'final', decision: { version: 1 }, archivedAt: null });
    expect(state).not.toHaveProperty('reopened');
  });

  it.each<[string, readonly AssessmentCommand[], string]>([
    ['nothing is reopened', [end(EVA)], 'NOT_REOPENED'],
    ['an examiner is at work', [returnTo(A)], 'ASSESSMENT_NOT_ASSESSED'],
    ['a form was finished since', [returnTo(A), finish(A)], 'FORM_CHANGED'],
    ['a form was corrected since', [correct()], 'FORM_CHANGED'],
  ])('does not end when %s', (_, commands, expected) => {
    expect(refusal(play(commands, reopened(), {}, LATER), end(CAS), {}, LATER)).toBe(expected);
  });

  it('lets a form that is given back be filled in after scoring has closed', () => {
    const state = play([returnTo(A)], reopened(), {}, LATER);
    expect(state.closesAt !== null && state.closesAt < LATER).toBe(true);
    expect(refusal(state, finish(A), {}, LATER)).toBe('accepted');
  });

  it('leaves a form closed that was never finished', () => {
    const state = play([...BEGIN, finish(A)], null);
    expect(refusal(state, finish(B), {}, LATER)).toBe('SCORING_CLOSED');
  });
});

describe('correcting a form', () => {
  const rescored = scores('V', { [SMALL_CRITERIA[0]]: 'G' });

  it.each<[string, AssessmentCommand, Rules, string]>([
    ['words', correct(), {}, 'accepted'],
    ['words, where nothing may be corrected', correct(), { edits: CommitteeEdits.Off }, 'EDIT_NOT_ALLOWED'],
    ['a score, where only words may be', correct({ scores: rescored }), {}, 'EDIT_NOT_ALLOWED'],
    ['a score, where that is allowed', correct({ scores: rescored }), { edits: CommitteeEdits.Scores }, 'accepted'],
    ['nothing', correct({ components: [] }), {}, 'NOTHING_CHANGED'],
    ['another version than was on the screen', correct({ formVersion: 2 }), {}, 'FORM_CHANGED'],
    ['not all scores', correct({ scores: {} }), {}, 'FORM_INCOMPLETE'],
    ['a form of nobody', correct({ examinerId: 'nobody' }), {}, 'EXAMINER_UNKNOWN'],
  ])('%s', (_, command, rules, expected) => {
    expect(refusal(assessed(), command, rules)).toBe(expected);
  });

  it('makes another version of the form, and grades anew when a score changed', () => {
    const both = [correct({ scores: scores('O') }), correct({ examinerId: B, scores: scores('O') })];
    const state = play(both, assessed(), { edits: CommitteeEdits.Scores });
    expect(state.examiners[A]).toMatchObject({ formVersion: 2, correctedAt: NOW, scores: scores('O') });
    expect(state.result).toMatchObject({ passed: false });
    expect(play([correct()], assessed()).result).toEqual(assessed().result);
  });

  it('is over when the result is final', () => {
    expect(refusal(final(), correct())).toBe('ASSESSMENT_FINAL');
  });
});

describe('any order of decisions', () => {
  const member = fc.constantFrom(CAS, EVA, ANNE, TEACHER);
  const examiner = fc.constantFrom(A, B);
  const command: fc.Arbitrary<AssessmentCommand> = fc.oneof(
    { weight: 8, arbitrary: member.map((id) => finalise(id)) },
    { weight: 3, arbitrary: member.map(reopen) },
    member.map(end),
    fc.tuple(fc.constantFrom(CAS, null), fc.constantFrom(1, 2, 3)).map(([id, version]) => publish(id, version)),
    member.map((id): AssessmentCommand => ({ type: 'withdrawProposal', withdrawnBy: id, reason: null })),
    fc.tuple(member, examiner).map(([id, to]) => correct({ correctedBy: id, examinerId: to })),
    { weight: 3, arbitrary: fc.constantFrom(1, 2, 3).map(store) },
    examiner.map(returnTo),
    { weight: 4, arbitrary: examiner.map((id) => finish(id)) },
    fc.constantFrom<AssessmentCommand>(
      { type: 'archive' },
      { type: 'cancel', reason: REASON },
      { type: 'undoCancel' },
      { type: 'disputeFinish', examinerId: A },
    ),
  );
  const rules = fc.record({
    members: fc.constantFrom<1 | 2>(1, 2),
    publishAt: fc.constantFrom(NOW, LATER, null),
  });

  it('keeps four eyes, loses no decision, and shows a student nothing that is not decided', () => {
    let decisions = 0;
    fc.assert(
      fc.property(
        fc.array(fc.tuple(command, fc.constantFrom(NOW, LATER)), { maxLength: 30 }),
        rules,
        (moves, given) => {
          let state = assessed();
          const history: [AssessmentEvent, string][] = [];
          let at = NOW;
          for (const [each, moment] of moves) {
            if (moment > at) at = moment;
            const decision = decideAssessment(state, each, contextOf(each, given, at));
            if (!decision.ok) continue;
            for (const event of decision.events) {
              const before = state;
              state = evolveAssessment(state, event, at) ?? state;
              history.push([event, at]);
              checkStep(before, event, state, given);
              if (event.type === 'AssessmentFinalised') decisions += 1;
            }
          }
          const folded = history.reduce(
            (known, [event, when]) => evolveAssessment(known, event, when) ?? known,
            assessed(),
          );
          expect(folded).toEqual(state);
          expect(JSON.parse(JSON.stringify(state))).toEqual(state);
        },
      ),
      { numRuns: 400, seed: 20261124 },
    );
    expect(decisions).toBeGreaterThan(50);
  });

  function checkStep(before: AssessmentState, event: AssessmentEvent, after: AssessmentState, { members = 1 }: Rules) {
    if (event.type === 'AssessmentFinalised') {
      expect([TEACHER, ANNE]).not.toContain(event.decidedBy);
      expect(event.version).toBe((before.decision?.version ?? 0) + 1);
      if (members === 2) expect([CAS, EVA].filter((id) => id !== event.decidedBy)).toContain(event.proposedBy);
    } else {
      expect(after.decision).toEqual(before.decision);
    }
    if (after.proposal) expect(after.status).toBe('assessed');
    if (after.reopened) expect(after.decision).not.toBeNull();
    if (after.decision) expect(after.status).not.toBe('cancelled');
    expect(after.documents).toHaveLength(after.decision?.version ?? 0);
    const [seen, wasSeen] = [after.published?.version ?? 0, before.published?.version ?? 0];
    expect(seen).toBeGreaterThanOrEqual(wasSeen);
    expect(seen).toBeLessThanOrEqual(Math.max(after.decision?.version ?? 0, 0));
  }
});
