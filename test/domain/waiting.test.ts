import { describe, expect, it } from '@jest/globals';
import { ASSESSMENT_STATUSES, type AssessmentState } from '../../domain/assessment.ts';
import { DeliveryStatus, InvitationStatus } from '../../domain/invitation.ts';
import {
  type AssessmentFacts,
  assessmentFacts,
  Conducting,
  type ConductorPoint,
  compareWithConductor,
  type InvitationFacts,
  invitationFacts,
  type RecordPoint,
  WaitsFor,
  waitingForPeople,
  waitingOfAssessment,
  waitingOfInvitation,
} from '../../domain/waiting.ts';

const SINCE = '2026-03-02T09:00:00.000Z';
const LATER = '2026-03-02T09:05:00.000Z';
const LAST = '2026-03-02T09:06:00.000Z';

describe('waitingOfAssessment', () => {
  const facts: AssessmentFacts = {
    status: 'invited',
    statusSince: SINCE,
    openForms: 1,
    lacksExaminer: false,
    document: null,
    archivedAt: null,
  };
  const document = { version: 1, decidedAt: SINCE, storedAt: null, mailedAt: null };

  it.each<[string, Partial<AssessmentFacts>, WaitsFor, string]>([
    ['nobody chosen', { status: 'draft', openForms: 0, lacksExaminer: true }, 'assignment', SINCE],
    ['chosen, not invited', { status: 'draft', openForms: 0 }, 'invitation', SINCE],
    ['invited', {}, 'examiners', SINCE],
    ['an open form, and a part without examiner', { lacksExaminer: true }, 'examiners', SINCE],
    ['differing', { status: 'inProgress', openForms: 0, agreementSince: LATER }, 'agreement', LATER],
    [
      'differing, with a third to come',
      { status: 'inProgress', openForms: 0, agreementSince: LATER, isThirdNeeded: true },
      'thirdExaminer',
      LATER,
    ],
    [
      'differing, with a question',
      { status: 'inProgress', openForms: 0, agreementSince: LATER, askedSince: LAST },
      'answer',
      LAST,
    ],
    ['assessed', { status: 'assessed', openForms: 0 }, 'committee', SINCE],
    ['decided', { status: 'final', document }, 'document', SINCE],
    ['stored', { status: 'final', document: { ...document, storedAt: LATER } }, 'officeMail', LATER],
    ['mailed', { status: 'final', document: { ...document, storedAt: LATER, mailedAt: LAST } }, 'archive', LAST],
    ['archived', { status: 'final', document, archivedAt: LAST }, 'nothing', LAST],
    ['cancelled', { status: 'cancelled' }, 'nothing', SINCE],
    ['proposed', { status: 'assessed', openForms: 0, proposedSince: LATER }, 'secondMember', LATER],
    [
      'mailed, to be published later: the archive waits for nobody',
      { status: 'final', document: { ...document, storedAt: LATER, mailedAt: LAST }, publishAt: LAST },
      'archive',
      LAST,
    ],
    ['archived, to be published later', { status: 'final', archivedAt: LAST, publishAt: LATER }, 'publication', LAST],
    ['archived, to be published by hand', { status: 'final', archivedAt: LAST, publishAt: null }, 'publication', LAST],
  ])('%s', (_, changes, waitsFor, since) => {
    expect(waitingOfAssessment({ ...facts, ...changes })).toEqual({ waitsFor, since });
  });

  it('knows every status', () => {
    for (const status of ASSESSMENT_STATUSES) expect(waitingOfAssessment({ ...facts, status }).since).toBe(SINCE);
  });
});

describe('assessmentFacts', () => {
  const examiner = (form: string, components: readonly string[]) => ({ form, components });
  const state = (changes: object): AssessmentState =>
    ({
      status: 'invited',
      statusSince: SINCE,
      components: [{ ref: 'a', criteria: [] }],
      assignments: [{ examinerId: 'x', scope: { level: 'exam' } }],
      examiners: {},
      decision: null,
      documents: [],
      archivedAt: null,
      ...changes,
    }) as unknown as AssessmentState;

  it.each([
    ['nobody is invited', {}, { openForms: 0, lacksExaminer: false }],
    ['nobody is chosen', { assignments: [] }, { openForms: 0, lacksExaminer: true }],
    ['a form is open', { examiners: { x: examiner('started', ['a']) } }, { openForms: 1, lacksExaminer: false }],
    [
      'the only one was withdrawn',
      { examiners: { x: examiner('withdrawn', ['a']) } },
      { openForms: 0, lacksExaminer: true },
    ],
  ])('%s', (_, changes, expected) => {
    expect(assessmentFacts(state(changes))).toMatchObject(expected);
  });

  it('counts from the decision, and looks at the newest document', () => {
    const documents = [
      { version: 1, storedAt: SINCE, mailedAt: SINCE },
      { version: 2, storedAt: null, mailedAt: null },
    ];
    expect(assessmentFacts(state({ status: 'final', decision: { decidedAt: LATER }, documents })).document).toEqual({
      version: 2,
      decidedAt: LATER,
      storedAt: null,
      mailedAt: null,
    });
  });
});

describe('waitingForPeople', () => {
  const mail = { delivery: 'accepted', deliveryAt: new Date(LATER), openedAt: null };
  const invited = (changes: object, examinerId = 'x') => ({ ...mail, examinerId, ...changes });
  const state = (changes: object = {}): AssessmentState =>
    ({
      status: 'invited',
      statusSince: SINCE,
      components: [{ ref: 'a', criteria: [] }],
      assignments: [],
      examiners: { x: { form: 'open', components: ['a'] }, y: { form: 'finished', components: ['a'] } },
      documents: [],
      ...changes,
    }) as unknown as AssessmentState;

  it('names whose forms are open, with the same code and moment as the conductor has', () => {
    expect(waitingForPeople(state(), [invited({})])).toEqual({
      ...waitingOfAssessment(assessmentFacts(state())),
      examinerIds: ['x'],
    });
  });

  it('names nobody when it waits for no examiner, also not for lost mail', () => {
    expect(waitingForPeople(state({ status: 'assessed' }), [invited({ delivery: 'bounced' })])).toEqual({
      waitsFor: WaitsFor.Committee,
      since: SINCE,
      examinerIds: [],
    });
  });

  it('waits for the answer to who wants a finished form back, before it waits for a decision', () => {
    const asking = { form: 'finished', components: ['a'], ask: { kind: 'return', askedAt: LATER } };
    const asked = state({ status: 'assessed', examiners: { x: asking } } as unknown as Partial<AssessmentState>);
    expect(waitingForPeople(asked, [])).toEqual({ waitsFor: WaitsFor.Answer, since: LATER, examinerIds: ['x'] });
    expect(waitingOfAssessment(assessmentFacts(asked)).waitsFor).toBe(WaitsFor.Committee);
  });

  it('waits for the address of those whom mail does not reach, since the first of them', () => {
    const busy = { form: 'open', components: ['a'] };
    const all = state({ examiners: { x: busy, y: busy, z: busy } });
    const mails = [
      invited({ delivery: 'bounced', deliveryAt: new Date(LAST) }),
      invited({ delivery: 'failed' }, 'y'),
      invited({ delivery: 'delayed' }, 'z'),
    ];
    expect(waitingForPeople(all, mails)).toEqual({
      waitsFor: WaitsFor.Address,
      since: LATER,
      examinerIds: ['y', 'x'],
    });
  });

  it.each<[string, object, string]>([
    ['opened after it was lost', { delivery: 'bounced', openedAt: new Date(LAST) }, 'examiners'],
    ['opened before it was lost', { delivery: 'bounced', openedAt: new Date(SINCE) }, 'address'],
  ])('a link that was %s', (_, changes, waitsFor) => {
    expect(waitingForPeople(state(), [invited(changes)]).waitsFor).toBe(waitsFor);
  });

  it('names whose word is waited for, and whose mail is lost before that', () => {
    const finished = { form: 'finished', components: ['a'] };
    const proposal = { proposalId: 'p', by: 'x', at: LATER, scores: {}, justification: null, confirmedBy: ['x'] };
    const agreement = { policy: 'together', since: LATER, components: { a: ['x', 'y'] }, proposals: {}, agreed: {} };
    const differing = (changes: object) =>
      state({
        status: 'inProgress',
        examiners: { x: finished, y: finished },
        agreement: { ...agreement, ...changes },
      });
    expect(waitingForPeople(differing({}), [])).toEqual({
      waitsFor: WaitsFor.Agreement,
      since: LATER,
      examinerIds: ['x', 'y'],
    });
    const proposed = differing({ proposals: { a: proposal } });
    expect(waitingForPeople(proposed, [invited({ delivery: 'bounced' })]).examinerIds).toEqual(['y']);
    expect(waitingForPeople(proposed, [invited({ delivery: 'bounced' }, 'y')]).waitsFor).toBe(WaitsFor.Address);
    const third = differing({ policy: 'third', components: { a: [] } });
    expect(waitingForPeople(third, [])).toEqual({ waitsFor: WaitsFor.ThirdExaminer, since: LATER, examinerIds: [] });
  });

  it('does not look at mail to who has finished', () => {
    expect(waitingForPeople(state(), [invited({ delivery: 'bounced' }, 'y')]).waitsFor).toBe(WaitsFor.Examiners);
  });
});

describe('waitingOfInvitation', () => {
  const facts: InvitationFacts = {
    status: 'active',
    statusSince: SINCE,
    delivery: 'accepted',
    deliveryAt: LATER,
    remindFrom: LAST,
  };

  it.each<[DeliveryStatus, WaitsFor, string]>([
    ['queued', 'mail', LATER],
    ['accepted', 'examiner', LAST],
    ['delayed', 'examiner', LAST],
    ['delivered', 'examiner', LAST],
    ['bounced', 'address', LATER],
    ['failed', 'address', LATER],
  ])('of a mail that is %s waits for %s', (delivery, waitsFor, since) => {
    expect(waitingOfInvitation({ ...facts, delivery })).toEqual({ waitsFor, since });
  });

  it('waits for nothing when it is over', () => {
    for (const status of Object.values(InvitationStatus).filter((each) => each !== 'active')) {
      expect(waitingOfInvitation({ ...facts, status })).toEqual({ waitsFor: WaitsFor.Nothing, since: SINCE });
    }
  });

  it.each<[DeliveryStatus, string]>([
    ['queued', SINCE],
    ['failed', SINCE],
    ['accepted', LATER],
    ['delivered', LATER],
  ])('is reminded of from when its mail left: %s', (delivery, from) => {
    const state = { status: 'active', statusSince: SINCE, invitedAt: SINCE, delivery, deliveryAt: LATER };
    expect(invitationFacts(state as never).remindFrom).toBe(from);
  });
});

describe('compareWithConductor', () => {
  const record: RecordPoint = { version: 4, changedAt: SINCE, waitsFor: 'examiners' };
  const conductor: ConductorPoint = {
    seenSeq: 4,
    waitsFor: 'examiners',
    nextAt: '2026-03-16T22:59:00.000Z',
    isClosed: false,
    updatedAt: SINCE,
  };

  it.each<[string, Partial<ConductorPoint> | null, string, Conducting]>([
    ['the same', {}, LATER, 'agrees'],
    ['not seen, just now', { seenSeq: 3 }, '2026-03-02T09:00:05.000Z', 'agrees'],
    ['not seen for half a minute', { seenSeq: 3 }, '2026-03-02T09:00:30.000Z', 'behind'],
    ['not seen for two minutes', { seenSeq: 3 }, '2026-03-02T09:02:00.000Z', 'behind'],
    ['not seen for longer', { seenSeq: 3 }, '2026-03-02T09:02:00.001Z', 'unseen'],
    ['never looked', null, LATER, 'unseen'],
    ['saw more than there is', { seenSeq: 5 }, LATER, 'contradicts'],
    ['waits for something else', { waitsFor: 'committee' }, LATER, 'contradicts'],
    ['not seen, and waits for something else', { seenSeq: 3, waitsFor: 'invitation' }, LATER, 'unseen'],
    ['due a moment ago', { nextAt: SINCE }, LATER, 'agrees'],
    ['due long ago', { nextAt: SINCE }, LAST, 'overdue'],
    ['due long ago, and trying', { nextAt: SINCE, updatedAt: LATER }, LAST, 'agrees'],
    ['due long ago, and over', { nextAt: SINCE, isClosed: true }, LAST, 'agrees'],
    ['acts only when something happens', { nextAt: null }, '2026-05-02T09:00:00.000Z', 'agrees'],
  ])('%s', (_, changes, now, expected) => {
    expect(compareWithConductor(record, changes && { ...conductor, ...changes }, now)).toBe(expected);
  });

  it('gives codes that pages have words for', () => {
    expect(Object.values(Conducting)).toEqual(['agrees', 'behind', 'unseen', 'overdue', 'contradicts']);
    expect(Object.values(DeliveryStatus)).toContain('delayed');
  });
});
