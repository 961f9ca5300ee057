import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { AgreementPolicy } from '../../domain/agreement.ts';
import { findDifferences, leadOf, mayCompare, wordsNeeded } from '../../domain/agreement-queries.ts';
import {
  type AssessmentCommand,
  type AssessmentContext,
  type AssessmentEvent,
  type AssessmentState,
  decideAssessment,
  evolveAssessment,
  standingScores,
} from '../../domain/assessment.ts';
import type { Assignment } from '../../domain/assignment.ts';
import { EXAMPLE_SCHEME } from '../../domain/grading.ts';
import type { JustificationPolicy } from '../../domain/justification.ts';
import { SCORES, type Score } from '../../domain/score.ts';
import { SMALL_COMPONENTS, SMALL_CRITERIA, smallExam } from '../support/small-exam.ts';

const NOW = '2026-11-23T10:00:00.000Z';
const REASON = { textId: 'text-1', digest: 'd'.repeat(64) };
const WORDS = { textId: 'text-2', digest: 'e'.repeat(64) };
const [BEHAVIOUR, PRODUCT] = SMALL_COMPONENTS;
const [LISTENS, ASKS, COMPLETE, READABLE] = SMALL_CRITERIA;
const A = 'examiner-a';
const B = 'examiner-b';
const C = 'examiner-c';

type Kinds = NonNullable<AssessmentContext['examinerKinds']>;
type Scores = Record<string, Score>;

const context = (examinerKinds: Kinds = {}, now = NOW): AssessmentContext => ({
  now,
  exam: smallExam(),
  scheme: EXAMPLE_SCHEME,
  examinerKinds,
});

interface Setting {
  readonly policy?: AgreementPolicy;
  readonly kinds?: Kinds;
  readonly justificationPolicy?: JustificationPolicy;
}

const create = ({ policy, justificationPolicy = 'og' }: Setting): AssessmentCommand => ({
  type: 'create',
  examVersionId: 'version-1',
  unitCodes: ['EX1'],
  studentId: 'student-1',
  initiatorId: 'teacher-1',
  attempt: 1,
  components: SMALL_COMPONENTS.map((ref) => ({ ref, criteria: SMALL_CRITERIA.filter((each) => each.startsWith(ref)) })),
  justificationPolicy,
  dueAt: null,
  closesAt: null,
  ...(policy === undefined ? {} : { agreementPolicy: policy }),
});

const whole = (...ids: string[]): Assignment[] => ids.map((examinerId) => ({ examinerId, scope: { level: 'exam' } }));
const assign = (assignments: Assignment[]): AssessmentCommand => ({ type: 'assign', assignments });
const invite = (examinerId: string): AssessmentCommand => ({
  type: 'invite',
  examinerId,
  invitationId: `invitation-${examinerId}`,
  formId: `form-${examinerId}`,
});
const scores = (score: Score, changes: Scores = {}): Scores => ({
  ...Object.fromEntries(SMALL_CRITERIA.map((ref) => [ref, score])),
  ...changes,
});
const finish = (examinerId: string, given: Scores): AssessmentCommand => ({
  type: 'finishForm',
  examinerId,
  scores: given,
  contentDigest: 'c'.repeat(64),
  submissionId: `submission-${examinerId}`,
});
const propose = (examinerId: string, component: string, given: Scores, proposalId = 'p1'): AssessmentCommand => ({
  type: 'proposeAgreement',
  examinerId,
  component,
  proposalId,
  scores: given,
  justification: WORDS,
});
const confirm = (examinerId: string, component: string, proposalId = 'p1'): AssessmentCommand => ({
  type: 'confirmAgreement',
  examinerId,
  component,
  proposalId,
});
const giveUp = (examinerId: string | null): AssessmentCommand => ({
  type: 'abandonAgreement',
  examinerId,
  reason: REASON,
});
const finalise = (standing: Record<string, string> = {}): AssessmentCommand => ({
  type: 'finalise',
  decisionId: 'decision-1',
  decidedBy: 'member-1',
  officeAddressId: 'office-1',
  standing,
});

interface Played {
  readonly state: AssessmentState;
  readonly events: readonly AssessmentEvent[];
}

/** Each command a minute after the one before, so that who was invited first is known. */
let minutes = 0;

/** Plays commands that must all be accepted. */
function play(commands: readonly AssessmentCommand[], from: AssessmentState | null = null, kinds: Kinds = {}): Played {
  let state = from;
  const events: AssessmentEvent[] = [];
  for (const command of commands) {
    minutes += 1;
    const now = new Date(Date.parse(NOW) + minutes * 60_000).toISOString();
    const decision = decideAssessment(state, command, context(kinds, now));
    if (!decision.ok) throw new Error(`${command.type} was refused: ${decision.code}`);
    for (const event of decision.events) state = evolveAssessment(state, event, now);
    events.push(...decision.events);
  }
  if (state === null) throw new Error('nothing was created');
  return { state, events };
}

function refusal(state: AssessmentState, command: AssessmentCommand): string {
  const decision = decideAssessment(state, command, context());
  return decision.ok ? 'accepted' : decision.code;
}

/** Two examiners who scored everything: A gave V, B one O on the first criterion. */
const differ = (setting: Setting, ofA: Scores = scores('V'), ofB: Scores = scores('V', { [LISTENS]: 'O' })) =>
  play(
    [create(setting), assign(whole(A, B)), invite(A), invite(B), finish(A, ofA), finish(B, ofB)],
    null,
    setting.kinds,
  );

const types = ({ events }: Played) => events.map(({ type }) => type);

describe('findDifferences', () => {
  const found = (ofA: Scores, ofB: Scores) => {
    const { state } = differ({}, ofA, ofB);
    return findDifferences(state, smallExam(), EXAMPLE_SCHEME);
  };

  it('finds nothing where the sets are the same', () => {
    expect(found(scores('V'), scores('V'))).toEqual([]);
  });

  it('says of an O against a V that it is about passing, and that the result is another one', () => {
    expect(found(scores('V'), scores('V', { [LISTENS]: 'O' }))).toEqual([
      {
        component: BEHAVIOUR,
        criteria: [{ ref: LISTENS, scores: { [A]: 'V', [B]: 'O' }, kinds: ['pass'] }],
        kinds: ['pass', 'result'],
      },
    ]);
  });

  it('says of an O against a G that it is two steps', () => {
    const [difference] = found(scores('V', { [COMPLETE]: 'O' }), scores('V', { [COMPLETE]: 'G' }));
    expect(difference).toMatchObject({ component: PRODUCT, kinds: ['pass', 'twoSteps', 'result'] });
  });

  it('says of a V against a G that it does not matter while the whole stays the same', () => {
    expect(found(scores('V'), scores('V', { [ASKS]: 'G' }))).toMatchObject([{ component: BEHAVIOUR, kinds: [] }]);
  });

  it('says of a V against a G that the result is another one where that is so', () => {
    // Two G of four criteria are six of eight points, which is a good exam.
    const almost = scores('V', { [COMPLETE]: 'G' });
    expect(found(almost, { ...almost, [LISTENS]: 'G' })).toMatchObject([{ kinds: ['result'] }]);
  });

  it('leaves out what only one of them scored', () => {
    const { state } = play([
      create({}),
      assign([
        { examinerId: A, scope: { level: 'component', ref: BEHAVIOUR } },
        { examinerId: B, scope: { level: 'component', ref: PRODUCT } },
      ]),
      invite(A),
      invite(B),
      finish(A, scores('O')),
      finish(B, scores('G')),
    ]);
    expect(findDifferences(state, smallExam(), EXAMPLE_SCHEME)).toEqual([]);
  });
});

describe('mayCompare', () => {
  const begun = (policy: AgreementPolicy) =>
    play([create({ policy }), assign(whole(A, B)), invite(A), invite(B), finish(A, scores('V'))]).state;

  it('is no before all who score the same have finished, for whoever has and whoever has not', () => {
    const state = begun('together');
    expect([mayCompare(state, A), mayCompare(state, B), mayCompare(state, 'nobody')]).toEqual([false, false, false]);
  });

  it('is yes for both when both have finished', () => {
    const { state } = differ({ policy: 'together' });
    expect([mayCompare(state, A), mayCompare(state, B)]).toEqual([true, true]);
  });

  it('is no for who shares nothing with anybody', () => {
    const { state } = play([create({}), assign(whole(A)), invite(A), finish(A, scores('V'))]);
    expect(mayCompare(state, A)).toBe(false);
  });

  it('is no while a third examiner is to come, and while the third is at work', () => {
    const { state } = differ({ policy: 'third' });
    expect([mayCompare(state, A), mayCompare(state, B)]).toEqual([false, false]);
    const third = play([assign(whole(A, B, C)), invite(C)], state).state;
    expect([mayCompare(third, A), mayCompare(third, C)]).toEqual([false, false]);
    const done = play([finish(C, scores('V'))], third).state;
    expect([mayCompare(done, A), mayCompare(done, C)]).toEqual([true, true]);
  });

  it('is no again while a returned form is open', () => {
    const { state } = differ({ policy: 'together' });
    const back = play([{ type: 'returnForm', examinerId: A, components: [BEHAVIOUR], reason: REASON }], state).state;
    expect([mayCompare(back, A), mayCompare(back, B)]).toEqual([false, false]);
  });
});

describe('leadOf', () => {
  const { state } = differ({ policy: 'lead' });

  it('is the first invited of the school, else the first invited', () => {
    expect(leadOf(state, { [A]: 'practice', [B]: 'school' })).toBe(B);
    expect(leadOf(state, { [A]: 'practice', [B]: 'practice' })).toBe(A);
  });

  it('is whoever was named', () => {
    const named = play([{ type: 'nameLead', examinerId: B }], state).state;
    expect(leadOf(named, { [A]: 'school', [B]: 'practice' })).toBe(B);
  });

  it('goes by the order in which they were chosen when they were invited at once', () => {
    const at = (id: string) => ({ ...state.examiners[id], invitedAt: NOW });
    const together = { ...state, assignments: whole(B, A), examiners: { [A]: at(A), [B]: at(B) } } as AssessmentState;
    expect(leadOf(together, {})).toBe(B);
  });
});

describe('where the committee decides', () => {
  it.each([undefined, 'committee'] as const)('is assessed at once (%s)', (policy) => {
    const played = differ(policy === undefined ? {} : { policy });
    expect(types(played).slice(-2)).toEqual(['FormFinished', 'AssessmentAssessed']);
    expect(played.state).toMatchObject({ status: 'assessed', result: null, disagreements: [BEHAVIOUR] });
    expect(played.state.agreement).toBeUndefined();
  });
});

describe('agreeing together', () => {
  const agreed = { [LISTENS]: 'V', [ASKS]: 'G' } as Scores;
  const sought = () => differ({ policy: 'together' }).state;

  it('is sought by all who scored the component, and the assessment is not assessed yet', () => {
    const played = differ({ policy: 'together' });
    expect(types(played).slice(-2)).toEqual(['FormFinished', 'AgreementSought']);
    expect(played.state).toMatchObject({
      status: 'inProgress',
      agreement: { policy: 'together', components: { [BEHAVIOUR]: [A, B] }, proposals: {}, agreed: {} },
    });
    expect(refusal(played.state, finalise({ [BEHAVIOUR]: A }))).toBe('ASSESSMENT_NOT_ASSESSED');
  });

  it('is assessed at once when nobody differs', () => {
    expect(differ({ policy: 'together' }, scores('V'), scores('V')).state.status).toBe('assessed');
  });

  it('is settled by the last who confirms, with the agreed scores, and each keeps what they scored', () => {
    const played = play([propose(A, BEHAVIOUR, agreed), confirm(B, BEHAVIOUR)], sought());
    expect(types(played)).toEqual(['AgreementProposed', 'AgreementConfirmed', 'ComponentAgreed', 'AssessmentAssessed']);
    const { state } = played;
    expect(state).toMatchObject({
      status: 'assessed',
      disagreements: [],
      result: { passed: true, points: 5 },
      agreed: { [BEHAVIOUR]: { how: 'together', by: [A, B], scores: agreed, justification: WORDS } },
    });
    expect(state.agreement).toBeUndefined();
    expect(state.examiners[A]?.scores).toEqual(scores('V'));
    expect(state.examiners[B]?.scores).toEqual(scores('V', { [LISTENS]: 'O' }));
    expect(standingScores(state, {})).toMatchObject({ ...agreed, [COMPLETE]: 'V' });
    expect(play([finalise()], state).state).toMatchObject({ status: 'final', result: { points: 5 } });
  });

  it('asks for every word again when somebody proposes something else', () => {
    const { state } = play([propose(A, BEHAVIOUR, agreed), propose(B, BEHAVIOUR, agreed, 'p2')], sought());
    expect(state.agreement?.proposals[BEHAVIOUR]).toMatchObject({ by: B, confirmedBy: [B] });
    expect(wordsNeeded(state)).toEqual([A]);
    expect(refusal(state, confirm(A, BEHAVIOUR, 'p1'))).toBe('PROPOSAL_CHANGED');
    expect(refusal(state, confirm(B, BEHAVIOUR, 'p2'))).toBe('ALREADY_DONE');
    expect(play([confirm(A, BEHAVIOUR, 'p2')], state).state.status).toBe('assessed');
  });

  it('needs every component to be settled', () => {
    const { state } = differ({ policy: 'together' }, scores('V'), scores('V', { [LISTENS]: 'O', [COMPLETE]: 'G' }));
    const first = play([propose(A, BEHAVIOUR, agreed), confirm(B, BEHAVIOUR)], state);
    expect(types(first).at(-1)).toBe('ComponentAgreed');
    expect(first.state.status).toBe('inProgress');
    expect(refusal(first.state, propose(B, BEHAVIOUR, agreed, 'p3'))).toBe('NO_AGREEMENT');
    const product = { [COMPLETE]: 'V', [READABLE]: 'V' } as Scores;
    const second = play([propose(B, PRODUCT, product, 'p2'), confirm(A, PRODUCT, 'p2')], first.state).state;
    expect(second).toMatchObject({ status: 'assessed', disagreements: [] });
    expect(Object.keys(second.agreed ?? {})).toEqual([BEHAVIOUR, PRODUCT]);
  });

  it('refuses what is incomplete, without the justification that is required, or from somebody else', () => {
    const state = sought();
    expect(refusal(state, propose(A, BEHAVIOUR, { [LISTENS]: 'V' }))).toBe('FORM_INCOMPLETE');
    const bare = { ...propose(A, BEHAVIOUR, agreed), justification: null } as AssessmentCommand;
    expect(refusal(state, bare)).toBe('JUSTIFICATION_REQUIRED');
    const onlyV = { ...propose(A, BEHAVIOUR, scores('V')), justification: null } as AssessmentCommand;
    expect(refusal(state, onlyV)).toBe('accepted');
    expect(refusal(state, propose(C, BEHAVIOUR, agreed))).toBe('NOT_IN_AGREEMENT');
    expect(refusal(state, propose(A, PRODUCT, agreed))).toBe('NO_AGREEMENT');
    expect(refusal(state, confirm(B, BEHAVIOUR))).toBe('PROPOSAL_CHANGED');
  });

  it('takes no score of another component along', () => {
    const { state } = play([propose(A, BEHAVIOUR, { ...agreed, [COMPLETE]: 'O' })], sought());
    expect(state.agreement?.proposals[BEHAVIOUR]?.scores).toEqual(agreed);
  });
});

describe('giving up', () => {
  it.each([A, null])('leaves the set that stands to the committee (%s)', (who) => {
    const played = play([giveUp(who)], differ({ policy: 'together' }).state);
    expect(types(played)).toEqual(['AgreementAbandoned', 'AssessmentAssessed']);
    expect(played.state).toMatchObject({ status: 'assessed', result: null, disagreements: [BEHAVIOUR] });
    expect(played.state.agreed).toBeUndefined();
    expect(refusal(played.state, finalise())).toBe('STANDING_REQUIRED');
    expect(play([finalise({ [BEHAVIOUR]: B })], played.state).state.result?.passed).toBe(false);
  });

  it('keeps what was agreed so far', () => {
    const { state } = differ({ policy: 'together' }, scores('V'), scores('V', { [LISTENS]: 'O', [COMPLETE]: 'G' }));
    const given = { [LISTENS]: 'V', [ASKS]: 'V' } as Scores;
    const left = play([propose(A, BEHAVIOUR, given), confirm(B, BEHAVIOUR), giveUp(null)], state).state;
    expect(left.disagreements).toEqual([PRODUCT]);
    expect(Object.keys(left.agreed ?? {})).toEqual([BEHAVIOUR]);
    const final = play([finalise({ [PRODUCT]: B })], left).state;
    expect(final.result).toMatchObject({ passed: true, points: 5 });
  });

  it('is refused to who has no word, and where nothing is sought', () => {
    expect(refusal(differ({ policy: 'together' }).state, giveUp(C))).toBe('NOT_IN_AGREEMENT');
    expect(refusal(differ({}).state, giveUp(null))).toBe('NO_AGREEMENT');
  });
});

describe('the lead examiner', () => {
  const kinds: Kinds = { [A]: 'practice', [B]: 'school' };

  it('settles a difference alone, having seen the others', () => {
    const { state } = differ({ policy: 'lead', kinds });
    expect(state.agreement?.components).toEqual({ [BEHAVIOUR]: [B] });
    expect([mayCompare(state, A), mayCompare(state, B)]).toEqual([true, true]);
    const given = { [LISTENS]: 'V', [ASKS]: 'V' } as Scores;
    expect(refusal(state, propose(A, BEHAVIOUR, given))).toBe('NOT_IN_AGREEMENT');
    const played = play([propose(B, BEHAVIOUR, given)], state, kinds);
    expect(types(played)).toEqual(['AgreementProposed', 'ComponentAgreed', 'AssessmentAssessed']);
    expect(played.state.agreed?.[BEHAVIOUR]).toMatchObject({ how: 'lead', by: [B] });
  });

  it('is asked instead when another one is named meanwhile', () => {
    const { state } = differ({ policy: 'lead', kinds });
    const played = play([{ type: 'nameLead', examinerId: A }], state, kinds);
    expect(types(played)).toEqual(['LeadNamed', 'AgreementSought']);
    expect(wordsNeeded(played.state)).toEqual([A]);
    expect(refusal(played.state, { type: 'nameLead', examinerId: A })).toBe('ALREADY_DONE');
  });
});

describe('the third examiner', () => {
  it('must be chosen where the difference matters, and nobody is asked for a word', () => {
    const { state } = differ({ policy: 'third' });
    expect(state.agreement?.components).toEqual({ [BEHAVIOUR]: [] });
    expect(wordsNeeded(state)).toEqual([]);
    expect(refusal(state, propose(A, BEHAVIOUR, scores('V')))).toBe('NOT_IN_AGREEMENT');
  });

  it('is not needed where it does not: the committee names the set', () => {
    const { state } = differ({ policy: 'third' }, scores('V'), scores('V', { [ASKS]: 'G' }));
    expect(state).toMatchObject({ status: 'assessed', result: null, disagreements: [BEHAVIOUR] });
  });

  it('ends the search when invited, scores blind, and that set stands as it is', () => {
    const { state } = differ({ policy: 'third' });
    const third = play([assign(whole(A, B, C)), invite(C)], state).state;
    expect(third.agreement).toBeUndefined();
    const played = play([finish(C, scores('V', { [LISTENS]: 'O', [ASKS]: 'G' }))], third);
    expect(types(played).at(-1)).toBe('AssessmentAssessed');
    expect(played.state).toMatchObject({
      status: 'assessed',
      result: { passed: false },
      disagreements: [],
      agreed: { [BEHAVIOUR]: { how: 'third', by: [C], scores: { [LISTENS]: 'O', [ASKS]: 'G' } } },
    });
  });

  it('is sought again when the one who was invited is withdrawn', () => {
    const { state } = differ({ policy: 'third' });
    const again = play(
      [assign(whole(A, B, C)), invite(C), { type: 'withdrawExaminer', examinerId: C, reason: null }],
      state,
    ).state;
    expect(again.agreement?.components).toEqual({ [BEHAVIOUR]: [] });
  });

  it('is not asked after scoring has closed, until the deadline is moved; words are said all the same', () => {
    const closesAt = '2026-12-04T17:00:00.000Z';
    const late = context({}, closesAt);
    const closed = { ...differ({ policy: 'third' }).state, closesAt };
    const chosen = play([assign(whole(A, B, C))], closed).state;
    expect(decideAssessment(chosen, invite(C), late)).toMatchObject({ ok: false, code: 'SCORING_CLOSED' });
    const moved = { type: 'moveDeadline', dueAt: '2026-12-11T17:00:00.000Z', closesAt: null } as const;
    const after = decideAssessment(chosen, moved, late);
    const open = after.ok ? play([moved, invite(C)], chosen).state : null;
    expect(open?.examiners[C]?.form).toBe('open');
    const together = { ...differ({ policy: 'together' }).state, closesAt };
    expect(decideAssessment(together, propose(A, BEHAVIOUR, scores('V')), late).ok).toBe(true);
  });

  it('gives way when the committee takes over', () => {
    const { state } = differ({ policy: 'third' });
    expect(play([giveUp(null)], state).state).toMatchObject({ status: 'assessed', disagreements: [BEHAVIOUR] });
  });
});

describe('what ends a search', () => {
  it('a return does, and after it all is sought anew', () => {
    const { state } = differ({ policy: 'together' });
    const proposed = play([propose(A, BEHAVIOUR, scores('V'))], state).state;
    const back = play([{ type: 'returnForm', examinerId: B, components: [BEHAVIOUR], reason: REASON }], proposed).state;
    expect(back.agreement).toBeUndefined();
    expect(back.status).toBe('returned');
    expect(refusal(back, confirm(B, BEHAVIOUR))).toBe('NO_AGREEMENT');
    const anew = play([finish(B, scores('V', { [LISTENS]: 'G', [ASKS]: 'O' }))], back).state;
    expect(anew).toMatchObject({ status: 'inProgress', agreement: { proposals: {} } });
  });

  it('a return that ends the difference leads to a result', () => {
    const { state } = differ({ policy: 'together' });
    const back = play([{ type: 'returnForm', examinerId: B, components: [BEHAVIOUR], reason: REASON }], state).state;
    const anew = play([finish(B, scores('V'))], back).state;
    expect(anew).toMatchObject({ status: 'assessed', disagreements: [], result: { passed: true } });
  });

  it('a return after it was settled forgets what was agreed', () => {
    const { state } = differ({ policy: 'together' });
    const settled = play([propose(A, BEHAVIOUR, scores('V')), confirm(B, BEHAVIOUR)], state).state;
    const back = play([{ type: 'returnForm', examinerId: B, components: [PRODUCT], reason: REASON }], settled).state;
    expect(back.agreed).toBeUndefined();
    expect(play([finish(B, scores('V'))], back).state.agreement?.components).toEqual({ [BEHAVIOUR]: [A, B] });
  });

  it('a cancellation only interrupts it', () => {
    const { state } = differ({ policy: 'together' });
    const proposed = play([propose(A, BEHAVIOUR, scores('V'))], state).state;
    const cancelled = play([{ type: 'cancel', reason: REASON }], proposed).state;
    expect(refusal(cancelled, confirm(B, BEHAVIOUR))).toBe('ASSESSMENT_CANCELLED');
    const undone = play([{ type: 'undoCancel' }], cancelled).state;
    expect(play([confirm(B, BEHAVIOUR)], undone).state.status).toBe('assessed');
  });
});

describe('any scores, any policy', () => {
  const anyScores = fc.record(Object.fromEntries(SMALL_CRITERIA.map((ref) => [ref, fc.constantFrom(...SCORES)])));

  it('never makes a score out of two, and never settles what nobody settled', () => {
    fc.assert(
      fc.property(
        fc.constantFrom<AgreementPolicy>('committee', 'together', 'lead', 'third'),
        anyScores,
        anyScores,
        anyScores,
        (policy, ofA, ofB, ofC) => {
          const { state } = differ({ policy }, ofA as Scores, ofB as Scores);
          const needsThird = policy === 'third' && state.agreement !== undefined;
          const after = needsThird
            ? play([assign(whole(A, B, C)), invite(C), finish(C, ofC as Scores)], state).state
            : state;
          const sets = [ofA, ofB, ...(needsThird ? [ofC] : [])] as Scores[];
          for (const [ref, score] of Object.entries(standingScores(after, {})))
            expect(sets.some((set) => set[ref] === score)).toBe(true);
          if (after.status === 'assessed' && after.disagreements.length === 0) expect(after.result).not.toBeNull();
          if (after.agreement) expect(after.result).toBeNull();
        },
      ),
      { numRuns: 300 },
    );
  });
});
